"""How a replay looks: a live display on a terminal, plain lines elsewhere, and the table at its end."""

import sys
from collections.abc import Mapping, Sequence
from typing import Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from podium.kernel.money import usd_text

_PLAIN_EVERY_S = 5.0
_TABLE_WIDTH = 116
_ACCENT = "cyan"
_NONE = "—"
"""Where there is nothing to show: a figure without a denominator."""


class Sums(Protocol):
    """What the display reads of a department, an agent, or everything."""

    calls: int
    errors: int
    input_tokens: int
    output_tokens: int
    cost_nano_usd: int
    first_token_us: list[int]
    tokens_per_s: list[float]
    overhead_us: list[int]

    @property
    def cost_per_call_nano_usd(self) -> int | None:
        """The mean, or None without calls."""
        ...


class Seen(Protocol):
    """What the display reads of a replay's tally."""

    planned: int
    started: int
    in_flight: int
    late_starts: int
    longest_late_us: int
    elapsed_s: float
    interrupted: bool

    @property
    def total(self) -> Sums:
        """Everything."""
        ...

    @property
    def departments(self) -> Mapping[str, Sums]:
        """By department."""
        ...

    @property
    def agents(self) -> Mapping[tuple[str, str], Sums]:
        """By department and agent."""
        ...

    @property
    def errors(self) -> Mapping[str, int]:
        """How many of each error."""
        ...


def rank(values: Sequence[float], share: float) -> float | None:
    """Return the nearest-rank percentile of sorted values, or None without any."""
    return values[max(0, -int(-share * len(values) // 1) - 1)] if values else None


def milliseconds(values: Sequence[int]) -> str:
    """Return p50 and p95 of microseconds as text, or a dash where there is nothing to rank."""
    p50, p95 = rank(values, 0.5), rank(values, 0.95)
    return _NONE if p50 is None or p95 is None else f"{p50 / 1000:,.0f} / {p95 / 1000:,.0f} ms"


def dollars(nano_usd: int | None) -> str:
    """Return an exact amount, or a dash for none."""
    return _NONE if nano_usd is None else f"${usd_text(nano_usd)}"


def _per_call(nano_usd: int | None) -> str:
    """Return a mean to a millionth of a dollar, rounded down."""
    return _NONE if nano_usd is None else f"${nano_usd // 1000 / 1e6:.6f}"


def _rate(values: Sequence[float]) -> str:
    value = rank(values, 0.5)
    return _NONE if value is None else f"{value:,.0f}"


class Display:
    """Shows a growing tally: call it with one as often as there is something new."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._live: Live | None = None
        self._next_plain_s = _PLAIN_EVERY_S

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.__exit__(None, None, None)

    def __call__(self, seen: Seen) -> None:
        """Show the tally as it is now."""
        if self._live is not None:
            self._live.update(live_view(seen), refresh=True)
        elif seen.elapsed_s >= self._next_plain_s:
            self._next_plain_s = seen.elapsed_s + _PLAIN_EVERY_S
            print(plain_line(seen), file=sys.stdout, flush=True)


def plain_line(seen: Seen) -> str:
    """Return one line for a log."""
    total = seen.total
    return (
        f"replay: {total.calls}/{seen.planned} calls, {_per_second(total.calls, seen)}, "
        f"{total.input_tokens:,} + {total.output_tokens:,} tokens, {dollars(total.cost_nano_usd)}, "
        f"first token p50 / p95 {milliseconds(total.first_token_us)}, "
        f"{total.errors} errors"
    )


def _per_second(count: int, seen: Seen) -> str:
    return f"{count / seen.elapsed_s:,.0f}/s" if seen.elapsed_s else _NONE


def live_view(seen: Seen) -> RenderableType:
    """Return the live display: progress, the figures of everything, and a line a department."""
    total = seen.total
    head = Table.grid(padding=(0, 2))
    head.add_row(
        ProgressBar(total=max(1, seen.planned), completed=total.calls, width=30, complete_style=_ACCENT),
        f"{total.calls:,} of {seen.planned:,} calls",
        Text(_per_second(total.calls, seen), style="bold"),
        f"{seen.in_flight} in flight",
        f"{seen.elapsed_s:,.0f} s",
    )
    figures = _table("department")
    for name, sums in sorted(seen.departments.items()):
        figures.add_row(name, *_cells(sums))
    figures.add_row("all", *_cells(total), style="bold")
    return Group(head, Text(), figures)


_FIGURES = ("calls", "errors", "tokens in", "out", "cost", "per call", "first token p50 / p95", "tokens/s")


def _table(name: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(name, no_wrap=True)
    for figure in _FIGURES:
        table.add_column(figure, justify="right", no_wrap=True)
    return table


def _cells(sums: Sums) -> list[str]:
    return [
        f"{sums.calls:,}",
        f"{sums.errors:,}",
        f"{sums.input_tokens:,}",
        f"{sums.output_tokens:,}",
        dollars(sums.cost_nano_usd),
        _per_call(sums.cost_per_call_nano_usd),
        milliseconds(sums.first_token_us),
        _rate(sums.tokens_per_s),
    ]


def final_table(seen: Seen) -> Table:
    """Return the table of a finished replay, by department and agent. Tokens/s are the median stream's."""
    table = _table("department, agent")
    for department, sums in sorted(seen.departments.items()):
        table.add_row(department, *_cells(sums), style=_ACCENT)
        for (of, agent), own in sorted(seen.agents.items()):
            if of == department:
                table.add_row(f"  {agent}", *_cells(own))
    table.add_row("all", *_cells(seen.total), style="bold")
    return table


def wide(console: Console) -> Console:
    """Return a console on which a table is not cut off; without a terminal nothing is."""
    width = max(console.width, _TABLE_WIDTH)
    return Console(width=width, highlight=False, soft_wrap=not console.is_terminal)


def closing_lines(seen: Seen) -> list[str]:
    """Return what the table does not say: pace, late starts, errors, and the gateway's own time."""
    total = seen.total
    lines = [
        f"{total.calls:,} of {seen.planned:,} calls in {seen.elapsed_s:,.1f} s "
        f"({_per_second(total.calls, seen)}), {_per_second(total.output_tokens, seen)} tokens generated"
        + (", interrupted" if seen.interrupted else "")
    ]
    if total.overhead_us:
        p50, p95 = rank(total.overhead_us, 0.5), rank(total.overhead_us, 0.95)
        lines.append(
            f"the gateway's own overhead before a call is sent: p50 {p50:,.0f} µs, p95 {p95:,.0f} µs"
        )
    if seen.late_starts:
        lines.append(
            f"{seen.late_starts:,} calls were sent more than 50 ms after they were due "
            f"(the latest {seen.longest_late_us / 1000:,.0f} ms): their times count from when they were sent"
        )
    if seen.errors:
        lines.append(
            "errors: " + ", ".join(f"{name} {count:,}" for name, count in sorted(seen.errors.items()))
        )
    return lines
