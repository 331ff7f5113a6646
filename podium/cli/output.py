"""How verbs speak: tables on a terminal, tab-separated lines elsewhere, JSON when asked."""

import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal, TypeVar

import click
import msgspec

from podium.kernel.errors import InvalidRequest
from podium.kernel.money import parse_amount

_Verb = TypeVar("_Verb", bound=Callable[..., Any])
_SPAN = re.compile(r"^(\d+)([smhd])$")
_STEERING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, ends of lines, and what turns the direction of reading."""
_LATEST_NS: Final = 1 << 63
"""What databases and the keeper's language hold: the year 2262."""
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class When(click.ParamType[int]):
    """A moment in Unix nanoseconds: ``15m`` ago (s, m, h, d), or ISO 8601 (UTC unless it says)."""

    name = "when"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return Unix nanoseconds, or fail with what is expected."""
        if isinstance(value, int):
            return value
        from datetime import UTC, datetime

        text = str(value)
        span = _SPAN.match(text)
        if span is not None and ctx is not None:
            now_ns: int = ctx.obj.clock.wall_ns()
            return self._within(now_ns - int(span[1]) * _SECONDS[span[2]] * 1_000_000_000, text, param, ctx)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no moment: write 15m, 2h, 7d, or 2026-11-23T14:00.", param, ctx)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        at_ns = int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000
        return self._within(at_ns, text, param, ctx)

    def _within(self, at_ns: int, text: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not 0 <= at_ns < _LATEST_NS:
            self.fail(f"{text!r} is not between 1970 and 2262: write 15m, 2h, 7d, or a day.", param, ctx)
        return at_ns


MOST_SPAN_S: Final = 36_525 * 86_400


class Span(click.ParamType[int]):
    """A stretch of time in seconds: ``30m``, ``12h``, ``7d``."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return seconds, or fail with what is expected."""
        if isinstance(value, int):
            return value
        span = _SPAN.match(str(value))
        found = int(span[1]) * _SECONDS[span[2]] if span is not None else 0
        if span is None or not found:
            self.fail(f"{value!r} is no stretch of time: write 30m, 12h or 7d.", param, ctx)
        if found > MOST_SPAN_S:
            self.fail(f"{value!r} is more than a hundred years: write 30m, 12h or 7d.", param, ctx)
        return found


class Seconds(click.ParamType[int]):
    """A time in seconds, in nanoseconds."""

    name = "seconds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return nanoseconds, or fail with what is expected."""
        if isinstance(value, int):
            return value
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds <= MOST_SPAN_S:  # which NaN is not either
            self.fail(f"{value!r} is no time in seconds: write 2.5.", param, ctx)
        return round(seconds * 1_000_000_000)


class Usd(click.ParamType[int]):
    """An amount of USD, in nano-USD."""

    name = "usd"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return nano-USD, or fail with what is expected."""
        return value if isinstance(value, int) else amount_of(str(value), "usd", param, ctx)


def said(_ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return a request; one that says nothing is wrong usage, for it decides what a task may do."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty: say what it shall do, in the user's own words.", param=param)
    return value


def _known(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the name of an agent or a department. Raises NotFound for one that there neither is nor was."""
    if value is not None:
        from podium.views.known import check_names

        with ctx.obj.engine().connect() as connection:
            if param.name == "agent":
                check_names(connection, agent=value)
            else:
                check_names(connection, department=value)
    return value


def _known_path(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the path of a department. Raises NotFound for one that there neither is nor was."""
    if _known(ctx, param, value) is None or value is None:
        return None
    from podium.views.known import path_of

    with ctx.obj.engine().connect() as connection:
        return path_of(connection, value)


def agent_option(text: str | None = None) -> Callable[[_Verb], _Verb]:
    """Return the option ``--agent`` of a list: an agent that there is."""
    return click.option("--agent", callback=_known, help=text)


def department_option(
    text: str, *, as_path: bool = False, required: bool = False
) -> Callable[[_Verb], _Verb]:
    """Return the option ``--department`` of a list: a department that there is, by its path or name.

    ``as_path``: the verb wants the path, and gets it where the name was given.
    """
    callback = _known_path if as_path else _known
    return click.option("--department", metavar="PATH", callback=callback, help=text, required=required)


@contextmanager
def usage() -> Iterator[None]:
    """Tell what options say and cannot mean as wrong usage: exit code 2."""
    try:
        yield
    except InvalidRequest as error:
        raise click.UsageError(str(error)) from error


def amount_of(
    text: str, unit: str, param: click.Parameter | None = None, ctx: click.Context | None = None
) -> int:
    """Return an amount as it is counted, or fail with what is expected."""
    try:
        return parse_amount(text, unit)
    except InvalidRequest as error:
        example = "2.50" if unit == "usd" else "100000"
        message = f"{error.message} Write {unit} as {example}."
        raise click.BadParameter(
            message, param=param, ctx=ctx, param_hint=None if param else "--amount"
        ) from error


def put_json(value: object) -> None:
    """Print JSON, indented for a terminal."""
    data = msgspec.json.encode(value)
    print((msgspec.json.format(data, indent=2) if sys.stdout.isatty() else data).decode())


def plain(text: str) -> str:
    """Return a text without what steers a terminal or ends a cell: such characters by their numbers.

    Names of spans, tools and agents are others' words.
    """
    return _STEERING.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def put_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print a table; without a terminal, tab-separated lines with a header.

    Where it is wider than the terminal what is said in words is cut. Names, ids and figures never are: rather
    the terminal breaks the lines.
    """
    rows = [[plain(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        print("\t".join(columns))
        for row in rows:
            print("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    console = Console(markup=False, emoji=False)
    widths = _widths(columns, rows, console.width)
    for column, width in zip(columns, widths, strict=True):
        justify: Literal["left", "right"] = "right" if column in right else "left"
        table.add_column(column, justify=justify, no_wrap=True, overflow="ellipsis", width=width)
    for row in rows:
        table.add_row(*row)
    console.width = max(console.width, sum(widths) + _GAP * len(widths))
    console.print(table)


_GAP: Final = 2
_LEAST_WORDS: Final = 24


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide columns are: the widest of those in words is cut first, none below a few words."""
    from rich.cells import cell_len

    cells = list(zip(columns, *rows, strict=True))
    widths = [max(map(cell_len, column)) for column in cells]
    words = [index for index, column in enumerate(cells) if any(" " in cell for cell in column[1:])]
    while sum(widths) + _GAP * (len(widths) - 1) > room:
        widest = max(words, key=lambda index: widths[index], default=None)
        if widest is None or widths[widest] <= max(_LEAST_WORDS, cell_len(columns[widest])):
            break
        widths[widest] -= 1
    return widths


def counted(counts: Mapping[str, int]) -> str:
    """Return counts by their plurals in words: ``2 tool servers, 1 policy``."""

    def words(number: int, plural: str) -> str:
        if number != 1:
            return f"{number} {plural}"
        return f"1 {plural[:-3]}y" if plural.endswith("ies") else f"1 {plural.removesuffix('s')}"

    return ", ".join(words(number, plural.replace("_", " ")) for plural, number in counts.items())


def count(value: int | None) -> str:
    """Return a whole number with thousands separated, a dash where it is not known."""
    return "–" if value is None else f"{value:,}"


def ms(value_us: int | None) -> str:
    """Return milliseconds with one decimal, a dash where it is not known."""
    return "–" if value_us is None else f"{value_us / 1000:,.1f}"
