"""The tree of a task that is watched, on a terminal: what does not fit is folded, the oldest first."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from podium.kernel.money import usd_text
from podium.views.runs import WAITS
from podium.views.watch import Step, Watched

_GOOD: Final = frozenset({"ok", "succeeded", "ended", "approve"})
_BAD: Final = frozenset(
    {"failed", "error", "denied", "deny", "timeout", "broken", "refused", "killed", "revoked"}
)
_STYLES: Final = {"running": ("●", "green"), "queued": ("·", "dim"), "unknown": ("?", "magenta")}
_KINDS: Final = {"task": "", "model": "model ", "tool": "tool ", "person": "asked "}
_KEPT_LINES: Final = 4
"""Of the terminal, beside the tree: head, a line of what is left out, the cursor's."""


def mark(step: Step) -> tuple[str, str]:
    """Return a step's mark and its style."""
    if step.waits_for is not None or step.state == "paused":
        return ("‖" if step.state == "paused" else "◌", "yellow")
    if step.state in _GOOD:
        return "✓", "green"
    if step.state in _BAD:
        return "✗", "red"
    return _STYLES.get(step.state, ("○", ""))


def in_words(step: Step) -> str:
    """Return how a step stands, what it waits for, and why."""
    state = step.state
    if step.waits_for is not None:
        held = f"{state}, " if state in {"paused", "unknown"} else ""
        state = f"{held}waits for {WAITS[step.waits_for]}"
    if step.times > 1:
        state += f", {step.times} times"
    return f"{state}: {step.why.removesuffix('.')}" if step.why else state


def took(step: Step, until_ns: int) -> str:
    """Return how long a step has taken: ``35 ms``, ``1.2 s``, ``3 min 20 s``, ``2 h 5 min``."""
    value_ms = max(0, until_ns - step.at_ns) // 1_000_000
    if value_ms < 1000:
        return f"{value_ms} ms"
    if value_ms < 60_000:
        return f"{value_ms / 1000:.1f} s"
    seconds = value_ms // 1000
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def folded(steps: Sequence[Step], room: int) -> tuple[list[Step], dict[str, int]]:
    """Return the steps that fit, in their order, and how many of each task are folded away.

    What is over goes first, the oldest first; a task goes once nothing of it is shown. What goes on stays.
    """
    shown = {step.id: step for step in steps}
    hidden: dict[str, int] = defaultdict(int)
    below: dict[str, int] = defaultdict(int)
    for step in steps:
        if step.parent_id is not None:
            below[step.parent_id] += 1
    over = [step for step in steps if step.ended_ns is not None and step.parent_id is not None]
    waiting = sorted(over, key=lambda step: (step.kind == "task", step.ended_ns or 0))
    while len(shown) + sum(1 for parent in hidden if parent in shown) > room:
        gone = next((step for step in waiting if not below[step.id]), None)
        if gone is None:
            break
        waiting.remove(gone)
        del shown[gone.id]
        parent = gone.parent_id or ""
        hidden[parent] += 1 + hidden.pop(gone.id, 0)
        below[parent] -= 1
    return [step for step in steps if step.id in shown], dict(hidden)


def tree(seen: Watched, now_ns: int, *, room: int | None = None) -> RenderableType:
    """Return the tree as a table: step, state, time, cost. ``room``: lines that there are; None: enough."""
    steps, hidden = folded(seen.steps, room) if room is not None else (seen.steps, {})
    table = Table(box=None, header_style="dim", pad_edge=False, expand=True, padding=(0, 2, 0, 0))
    table.add_column("step", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("state", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("took", no_wrap=True, justify="right", min_width=11)
    table.add_column("USD", no_wrap=True, justify="right", min_width=11)
    below: dict[str | None, list[Step]] = defaultdict(list)
    for step in steps:
        below[step.parent_id].append(step)

    def add(step: Step, lead: str, under: str) -> None:
        sign, style = mark(step)
        name = Text.assemble((lead, "dim"), (f"{sign} ", style), (_KINDS[step.kind], "dim"))
        name.append(step.title, "bold" if step.kind == "task" else "")
        if step.kind == "task" or step.waits_for == "person":
            name.append(f"  {step.id if step.kind == 'task' else step.case_id}", "dim")
        cost = usd_text(step.cost_nano_usd) if step.cost_nano_usd is not None else ""
        time = took(step, step.ended_ns or now_ns)
        table.add_row(name, Text(in_words(step), style), time, cost)
        children = below[step.id]
        if step.id in hidden:
            more = f"{under}{'├─ ' if children else '└─ '}… {hidden[step.id]} earlier ones"
            table.add_row(Text(more, "dim"), "", "", "")
        for index, child in enumerate(children):
            last = index == len(children) - 1
            add(child, under + ("└─ " if last else "├─ "), under + ("   " if last else "│  "))

    add(steps[0], "", "")
    if not seen.left_out:
        return table
    return Group(
        table, Text(f"{seen.left_out:,} older steps are not shown: podium explain tells more.", "dim")
    )


class Shown:
    """The live tree on a terminal; at its end the whole stays there."""

    def __init__(self, task_id: str, now_ns: Callable[[], int], console: Console | None = None) -> None:
        self._task_id, self._now_ns = task_id, now_ns
        self._console = console or Console(highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._live.__enter__()

    def show(self, seen: Watched) -> None:
        """Show a reading, as far as it fits."""
        room = max(3, self._console.height - _KEPT_LINES)
        hint = Text("Ctrl-C ends the watching, not the task.", "dim")
        self._live.update(Group(tree(seen, self._now_ns(), room=room), hint), refresh=True)

    def close(self, last: Watched | None) -> None:
        """End the display, and leave the whole tree behind."""
        self._live.__exit__(None, None, None)
        if last is not None:
            self._console.print(tree(last, self._now_ns()))
