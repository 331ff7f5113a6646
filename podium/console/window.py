"""What filled each call's window: a bar of its kinds, and how it grows from step to step."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from podium.console import figures
from podium.console.charts import COLOURS, legend
from podium.console.markup import Child, element, join
from podium.console.tables import Column, Row, table
from podium.kernel.window import KINDS
from podium.views.windows import WindowStep, window_steps

SHADES: Final = ("var(--ink-3)", *COLOURS)
"""One for each of `KINDS`."""
NAMES: Final = tuple(kind.replace("_", " ").capitalize() for kind in KINDS)
_COLUMNS: Final = (
    Column("Step", number=True),
    Column("Model"),
    Column("Window", style="window"),
    Column("Tokens", number=True, hint="Input, as the provider counts it"),
    Column("Growth", number=True, hint="Against the step before in the same conversation"),
    Column("Dropped", number=True, hint="Of what that step had in its window"),
    Column("Cached", number=True, hint="Read from the provider's cache"),
)


def window_bars(spans: Sequence[Mapping[str, Any]]) -> Markup | None:
    """Return the panel of a trace's spans (as `GetTrace` gives them), None where no window was counted."""
    return window_panel(window_steps(spans))


def window_panel(steps: Sequence[WindowStep]) -> Markup | None:
    """Return the panel of steps, the widest window as wide as the column; None without steps."""
    if not steps:
        return None
    widest = max(step.input_tokens for step in steps)
    rows = (Row(_cells(step, widest), key=step.span_id) for step in steps)
    head = element(
        "header",
        element("h2", "What filled the window"),
        element("div", legend(NAMES, colours=SHADES), class_="end"),
    )
    body = table(_COLUMNS, rows, label="Window of each call")
    return element("section", head, body, class_="panel", aria_label="Windows")


def _cells(step: WindowStep, widest: int) -> tuple[Child, ...]:
    return (
        str(step.step),
        step.model,
        stacked(step, widest),
        figures.count(step.input_tokens),
        _against(step, step.growth_tokens, signed=True),
        _against(step, step.dropped_tokens, signed=False),
        figures.count(step.cached_tokens),
    )


def _against(step: WindowStep, tokens: int | None, *, signed: bool) -> Child:
    """Return a figure, and against which step it holds where that is not the one before."""
    if tokens is None:
        return figures.NOTHING
    sign = "" if not signed or not tokens else "+" if tokens > 0 else "\N{MINUS SIGN}"
    text = sign + str(figures.count(abs(tokens)))
    if step.against is None or step.against == step.step - 1:
        return text
    return join(text, element("span", f" to {step.against}", class_="muted"))


def stacked(step: WindowStep, widest: int) -> Markup:
    """Return one window as a bar; each kind says its tokens where it is pointed at."""
    parts = []
    words = []
    for kind, name, shade in zip(KINDS, NAMES, SHADES, strict=True):
        tokens = step.tokens[kind]
        if tokens:
            said = f"{name}: {tokens:,} tokens"
            words.append(said)
            width = f"width:{100 * tokens / widest:.2f}%;background:{shade}"
            parts.append(element("i", style=width, title=said))
    if step.media:
        words.append(f"{step.media} pictures, sounds or files, whose share is nominal")
    if step.retrievals:
        words.append(f"{step.retrievals} retrievals since the step before")
    if step.retrieved_tokens:
        words.append(f"{step.retrieved_tokens:,} of the documents' tokens by reported retrievals")
    label = "; ".join(words)
    return element("span", *parts, class_="stacked", role="img", aria_label=label, title=label)
