"""Money, economics: what each success has cost, what it was worth, and what nobody has spoken of."""

from collections.abc import Callable
from typing import Final

from markupsafe import Markup
from nicegui import ui
from sqlalchemy import Connection

from podium.console import figures
from podium.console.charts import COLOURS, Chart, Point, Series, legend
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import Child, element, join
from podium.console.money_tabs import money_tabs
from podium.console.tables import Column, Row, table
from podium.kernel.money import usd_text
from podium.views.economics import By, Economics, Worth, economics
from podium.views.text import iso

DAY_NS: Final = 86_400_000_000_000
_LINES: Final = (COLOURS[0], COLOURS[3])
PERIODS: Final = {"1d": ("24 h", 1), "7d": ("7 days", 7), "30d": ("30 days", 30)}
_COLUMNS: Final = (
    Column("Succeeded", number=True),
    Column("Failed", number=True),
    Column("Unknown", number=True, hint="Tasks of which nobody has spoken"),
    Column("Per success, USD", number=True, hint="What successes and failures have cost, by success"),
    Column("Margin, USD", number=True, hint="What was worth, less what that has cost"),
    Column("A unit, USD", number=True, hint="The margin, by unit that has a value"),
    Column("Unknown, USD", number=True, hint="In no mean"),
    Column("Tokens/s", number=True, hint="Output, by the time of attempts"),
    Column("CPU, s", number=True, hint="Of programs that Podium runs; +: some of them were not measured"),
)


class EconomicsPage(Page):
    """Was it worth it."""

    title = "Economics"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 10.0

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._body = Fragment(join(self._header(None), reading()))
        with ui.element("section").classes("panel").props('aria-label="Trend"'):
            names = element("div", legend(("Per success", "Margin"), colours=_LINES), class_="end")
            title = element("h2", "Cost of a success and margin, a day (UTC)")
            Fragment(join(title, names), tag="header")
            label = "Cost of a success and margin in USD, by day"
            self._trend = Chart("line", label=label, unit="usd", tall=True, days=True)

    def reader(self) -> Callable[[Connection], Economics]:
        """Return what reads the sums."""
        now_ns, by = self.frame.feeds.now_ns, self._by()
        days = PERIODS[self._period()][1]

        def read(connection: Connection) -> Economics:
            at_ns = now_ns()
            return economics(connection, since_ns=at_ns - days * DAY_NS, until_ns=at_ns, by=by)

        return read

    def show(self, data: Economics) -> None:
        """Show a reading."""
        self._body.show(join(self._header(data.until_ns), _panel(data, self._choice())))
        margins = _points(data, lambda it: it.margin_nano_usd)
        first, last = data.trend[0].start_ns, data.trend[-1].start_ns + DAY_NS
        self._trend.show(
            [
                Series("Per success", _points(data, lambda it: it.cost_per_success_nano_usd), _LINES[0]),
                Series("Margin", margins, _LINES[1]),
            ],
            from_ms=first // 1_000_000,
            to_ms=last // 1_000_000,
            lowest=min(0, *(point.height or 0 for point in margins)),
        )

    def _by(self) -> By:
        return "department" if self.address.get("by") == "department" else "agent"

    def _period(self) -> str:
        return self.address.among("period", ("30d", *PERIODS))

    def _choice(self) -> Markup:
        return segments(
            "By",
            (("agent", "Agent"), ("department", "Department")),
            self._by(),
            lambda name: self.address.but(by=None if name == "agent" else name),
        )

    def _header(self, read_ns: int | None) -> Markup:
        return element(
            "div",
            element("h1", "Money", tabindex="-1"),
            money_tabs("/money/economics"),
            element(
                "div",
                live(read_ns) if read_ns is not None else None,
                segments(
                    "Period",
                    tuple((name, text) for name, (text, _) in PERIODS.items()),
                    self._period(),
                    lambda name: self.address.but(period=None if name == "30d" else name),
                ),
                class_="end",
            ),
            class_="page-head",
        )


def _panel(data: Economics, choice: Markup) -> Markup:
    words = join(
        "Agents say what became of their work with ", element("code", "POST /podium/v1/outcomes"), "."
    )
    told = data.total.succeeded or data.total.failed
    if not data.rows:
        body = empty("Nothing was spent in this period", words)
    else:
        first = Column("Department" if data.by == "department" else "Agent")
        body = table(
            (first, *_COLUMNS),
            (Row((row.key, *_cells(row)), key=row.key) for row in data.rows),
            label="Economics",
            foot=Row(("Total", *_cells(data.total))),
        )
    return element(
        "section",
        element("header", element("h2", "What a success costs"), element("div", choice, class_="end")),
        body,
        element("footer", element("span", "Nobody has said yet how a task went. ", words))
        if data.rows and not told
        else None,
        class_="panel",
        aria_label="Economics",
    )


def _points(data: Economics, figure: Callable[[Worth], int | None]) -> tuple[Point, ...]:
    """Return a figure of every day, in the middle of it; a day without one is a gap."""
    found = []
    for day in data.trend:
        nano_usd = figure(day.worth)
        height = None if nano_usd is None else nano_usd / 1e9  # heights of a drawing need no exactness
        text = "nothing is known" if nano_usd is None else f"{usd_text(abs(nano_usd))} USD"
        text = f"-{text}" if (nano_usd or 0) < 0 else text
        middle_ms = (day.start_ns + DAY_NS // 2) // 1_000_000
        found.append(Point(middle_ms, height, text, iso(day.start_ns)[:10]))
    return tuple(found)


def _cells(row: Worth) -> tuple[Child, ...]:
    rate = row.output_tokens_per_second
    return (
        figures.count(row.succeeded),
        figures.count(row.failed),
        figures.count(row.unknown_tasks),
        figures.usd(row.cost_per_success_nano_usd),
        figures.usd(row.margin_nano_usd),
        figures.usd(row.margin_per_unit_nano_usd),
        figures.usd(row.cost_unknown_nano_usd),
        figures.NOTHING if rate is None else f"{rate:,.1f}",
        _cpu_seconds(row),
    )


def _cpu_seconds(row: Worth) -> str:
    if not row.cpu_ms:
        return "unknown" if row.unmeasured_programs else figures.NOTHING
    return f"{row.cpu_ms / 1000:,.1f}{'+' if row.unmeasured_programs else ''}"
