"""Money, report: a period against the one before it, with a forecast to its end."""

from collections.abc import Callable
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.focus import focus_button
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import Child, element, join, link
from podium.console.money_tabs import interval, money_tabs
from podium.console.tables import Column, Row, bar, table
from podium.views.report import Report, ReportRow, report
from podium.views.usage import Group, Usage

PERIODS: Final = {
    "today": "Today",
    "this-week": "This week",
    "this-month": "This month",
    "this-quarter": "This quarter",
    "last-month": "Last month",
}
GROUPS: Final[dict[Group, str]] = {
    "department": "Department",
    "agent": "Agent",
    "route": "Route",
    "model": "Model",
    "outcome": "Outcome",
}
SHOWN: Final = 100


class ReportPage(Page):
    """The report."""

    title = "Report"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 10.0

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._head = Fragment(self._header(None))
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], Report]:
        """Return what makes the report."""
        now_ns, period, by = self.frame.feeds.now_ns, _period(self.address), _by(self.address)
        return lambda connection: report(connection, now_ns(), period=period, by=by)

    def show(self, data: Report) -> None:
        """Show a reading."""
        self._head.show(self._header(self.frame.feeds.now_ns()))
        self._body.show(_panel(self.address, data))

    def _header(self, read_ns: int | None) -> Markup:
        return element(
            "div",
            element("h1", "Money", tabindex="-1"),
            money_tabs("/money/report"),
            element(
                "div",
                live(read_ns) if read_ns is not None else None,
                segments(
                    "Period",
                    tuple(PERIODS.items()),
                    _period(self.address),
                    lambda name: self.address.but(period=None if name == "this-month" else name),
                ),
                class_="end",
            ),
            class_="page-head",
        )


def _period(address: Address) -> str:
    return address.among("period", ("this-month", *PERIODS))


def _by(address: Address) -> Group:
    by = address.get("by")
    return next((group for group in GROUPS if group == by), "department")


def _panel(address: Address, data: Report) -> Markup:
    head = element(
        "header",
        element("h2", f"{PERIODS[data.period.name]} against the same part of the one before"),
        element(
            "div",
            focus_button(data.period.name),
            segments(
                "By",
                tuple((str(group), name) for group, name in GROUPS.items()),
                data.by,
                lambda name: address.but(by=None if name == "department" else name),
            ),
            class_="end",
        ),
    )
    if not data.rows:
        words = join(
            "Calls and charges are added up here as they end. ",
            link("/money?period=all", "See the whole ledger", class_="plain"),
            ".",
        )
        body = empty("Nothing in this period", words)
        return element("section", head, body, class_="panel", aria_label="Report")
    columns = (
        Column(GROUPS[data.by]),
        Column("", style="share"),
        Column("Calls", number=True, hint="Refused ones, too; by model none: attempts have models"),
        Column("Attempts", number=True, style="wide"),
        Column("Per call, USD", number=True, style="wide"),
        Column("Before, USD", number=True),
        Column("Change", number=True),
        Column("Charged, USD", number=True),
        Column("At the end, USD", number=True, hint="Forecast, with its 80% interval"),
    )
    highest = max(_cost(row) for row in data.rows)
    rows = [
        Row((_name(data.by, row.key), bar(_cost(row), highest), *_cells(row)), key=row.key)
        for row in data.rows[:SHOWN]
    ]
    return element(
        "section",
        head,
        table(columns, rows, label=f"Report by {data.by}", foot=Row(("Total", "", *_cells(data.total)))),
        element(
            "footer",
            element(
                "span", f"{figures.count(len(rows))} of {figures.count(len(data.rows))} groups; days of UTC"
            ),
            element("span", f"No forecast: {data.no_forecast}.") if data.no_forecast else None,
            element("span", "Calls: those that were refused, too; the ledger has the charged ones."),
        ),
        class_="panel",
        aria_label="Report",
    )


def _name(by: Group, key: str) -> Markup:
    if by in {"department", "agent", "model"}:
        return link(Address("/money", ()).but(**{by: key, "period": "30d"}), key, class_="row")
    return element("span", key or "–")


def _cost(row: ReportRow) -> int:
    return row.now.cost_nano_usd if row.now is not None else 0


def _cells(row: ReportRow) -> tuple[Child, ...]:
    now, before, guess = row.now, row.before, row.forecast
    return (
        figures.count(_figure(now, "calls")),
        figures.count(_figure(now, "charges")),
        figures.usd(_figure(now, "cost_per_call_nano_usd")),
        figures.usd(_figure(before, "cost_nano_usd")),
        figures.NOTHING if row.change is None else f"{row.change:+.1%}",
        figures.usd(_cost(row), estimated=bool(now and now.estimated)),
        join(figures.about_usd(guess.expected_nano_usd), interval(guess)) if guess else figures.NOTHING,
    )


def _figure(of: Usage | None, name: str) -> int | None:
    return getattr(of, name) if of is not None else None
