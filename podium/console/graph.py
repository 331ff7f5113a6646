"""A pipeline drawn: a card a step in columns, left to right, and a line from each step to those that need it.

The cards are links, in the order in which they are done, so that the keyboard goes along them. The lines are
a drawing behind them and hidden from readers: each card says what it needs.
"""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.address import Address
from podium.console.markup import element, link
from podium.views.pipelines import StepView

WIDTH: Final = 190
HEIGHT: Final = 78
GAP_X: Final = 56
GAP_Y: Final = 18
_TONES: Final = {
    "succeeded": "ok",
    "running": "live",
    "queued": "live",
    "waiting": "warn",
    "again": "warn",
    "unknown": "bad",
    "failed": "bad",
    "timeout": "bad",
    "killed": "bad",
    "denied": "bad",
    "cancelled": "warn",
    "cancelling": "warn",
    "paused": "warn",
}


def badge(state: str) -> Markup:
    """Return a state as a badge."""
    tone = _TONES.get(state, "")
    return element("span", state, class_=f"badge {'' if tone == 'live' else tone}".strip())


def places(steps: Sequence[StepView]) -> dict[str, tuple[int, int]]:
    """Return where each card's upper left corner is, in pixels: a column a level, a row a step of it."""
    rows: dict[int, int] = {}
    found = {}
    for step in steps:
        row = rows.get(step.level, 0)
        rows[step.level] = row + 1
        found[step.name] = (step.level * (WIDTH + GAP_X), row * (HEIGHT + GAP_Y))
    return found


def graph(steps: Sequence[StepView], address: Address, chosen: str | None) -> Markup:
    """Return the drawing. ``chosen``: the step whose card is marked."""
    at = places(steps)
    width = max((x for x, _ in at.values()), default=0) + WIDTH
    height = max((y for _, y in at.values()), default=0) + HEIGHT
    lines = [
        element("path", d=_line(at[name], at[step.name]), data_key=f"{name}-{step.name}")
        for step in steps
        for name in step.needs
    ]
    drawing = element(
        "svg",
        *lines,
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
        aria_hidden="true",
        focusable="false",
    )
    ordered = sorted(steps, key=lambda step: step.level)
    cards = [_card(step, at[step.name], address, chosen=step.name == chosen) for step in ordered]
    return element(
        "div",
        element(
            "div",
            drawing,
            *cards,
            class_="graph",
            style=f"width:{width}px;height:{height}px",
            role="group",
            aria_label="Steps",
        ),
        class_="scroll body",
    )


def _line(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the path from the right side of a card to the left side of another one."""
    x1, y1 = start[0] + WIDTH, start[1] + HEIGHT // 2
    x2, y2 = end[0], end[1] + HEIGHT // 2
    middle = (x2 - x1) // 2 if x2 - x1 <= GAP_X else x2 - x1 - GAP_X // 2
    return f"M{x1} {y1} C{x1 + middle} {y1} {x2 - GAP_X // 2} {y2} {x2} {y2}"


def _card(step: StepView, at: tuple[int, int], address: Address, *, chosen: bool) -> Markup:
    needs = f", after {', '.join(step.needs)}" if step.needs else ""
    many = f" {step.done}/{step.planned}" if step.planned != 1 else ""
    return link(
        address.but(step=None if chosen else step.name),
        element("b", step.name),
        element("small", step.kind),
        badge(step.state),
        element("span", many, class_="count") if many else None,
        element("span", figures.usd(step.cost_nano_usd), class_="cost") if step.cost_nano_usd else None,
        class_=f"node {_TONES.get(step.state, 'idle')}{' chosen' if chosen else ''}",
        style=f"left:{at[0]}px;top:{at[1]}px;width:{WIDTH}px;height:{HEIGHT}px",
        aria_label=f"{step.name}, {step.kind}: {step.state}{many}{needs}",
        aria_current="true" if chosen else None,
        title=step.what,
        data_key=step.name,
    )
