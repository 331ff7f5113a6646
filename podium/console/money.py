"""Money: the ledger. Totals by department, agent, model and day, drilled down to single charges."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from markupsafe import Markup
from sqlalchemy import Connection, Engine

from podium.console import figures
from podium.console.address import Address
from podium.console.calls_table import OUTCOMES
from podium.console.charges_table import charges_table
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import Child, element, join, link
from podium.console.money_tabs import CHARGED_CALLS, money_tabs
from podium.console.session import CALLER
from podium.console.tables import Choice, Column, Row, bar, filter_form, older, parse_place, table
from podium.views.ledger import ChargeRow, Dimension, LedgerFilters, TotalRow, ledger_rows, totals
from podium.views.scope import seen_by
from podium.views.text import charges_csv

PAGE: Final = 50
PERIODS: Final = {"today": "Today", "7d": "7 days", "30d": "30 days", "all": "All time"}
GROUPS: Final[dict[Dimension, str]] = {
    "department": "Department",
    "agent": "Agent",
    "model": "Model",
    "day": "Day",
}
NEXT: Final[dict[str, Dimension]] = {
    "department": "agent",
    "agent": "model",
    "model": "day",
    "day": "department",
}
"""What a row opens into."""
FILTERS: Final = ("department", "agent", "model", "outcome", "mark", "day")
CSV_BATCH: Final = 2000


@dataclass(frozen=True)
class Reading:
    """What one reading holds. ``whole``: the sums of everything that the filters let through."""

    whole: TotalRow | None
    groups: list[TotalRow]
    charges: list[ChargeRow]
    choices: dict[str, list[str]]
    read_ns: int


def filters_of(address: Address, now_ns: int) -> LedgerFilters:
    """Return the filters that an address names. Days and periods are of UTC."""
    since_ns, until_ns = _period(address, now_ns)
    return LedgerFilters(
        since_ns=since_ns,
        until_ns=until_ns,
        department=address.get("department"),
        agent=address.get("agent"),
        model=address.get("model"),
        outcome=address.get("outcome"),
        estimated=True if address.get("mark") == "estimated" else None,
        overrun=True if address.get("mark") == "overrun" else None,
    )


class MoneyPage(Page):
    """The ledger."""

    title = "Money"

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._head = Fragment(self._header(None))
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], Reading]:
        """Return what reads totals and charges."""
        address, now_ns = self.address, self.frame.feeds.now_ns
        by = _by(address)

        def read(connection: Connection) -> Reading:
            at_ns = now_ns()
            filters = filters_of(address, at_ns)
            period = LedgerFilters(since_ns=filters.since_ns, until_ns=filters.until_ns)
            whole = totals(connection, filters)
            groups = totals(connection, filters, by)
            return Reading(
                whole[0] if whole else None,
                groups[::-1] if by == "day" else groups,
                ledger_rows(connection, filters, limit=PAGE + 1, before=parse_place(address.get("before"))),
                {
                    name: [row.key for row in totals(connection, period, name)]
                    for name in ("department", "agent", "model")
                },
                at_ns,
            )

        return read

    def show(self, data: Reading) -> None:
        """Show a reading."""
        self._head.show(self._header(data.read_ns))
        self._body.show(
            join(
                _filters(self.address, data.choices),
                _sums(data.whole),
                _breakdown(self.address, data),
                _charges(self.address, data.charges),
            )
        )

    def _header(self, read_ns: int | None) -> Markup:
        chosen = self.address.among("period", ("7d", *PERIODS)) if self.address.get("day") is None else ""
        return element(
            "div",
            element("h1", "Money", tabindex="-1"),
            money_tabs("/money"),
            element(
                "div",
                live(read_ns) if read_ns is not None else None,
                segments(
                    "Period",
                    tuple(PERIODS.items()),
                    chosen,
                    lambda name: self.address.but(period=None if name == "7d" else name, day=None),
                ),
                class_="end",
            ),
            class_="page-head",
        )


def add_download(app: FastAPI, engine: Engine, now_ns: Callable[[], int]) -> None:
    """Add ``/money/charges.csv``: every charge that the query's filters let through, newest first."""

    @app.get("/money/charges.csv", include_in_schema=False)
    def download(request: Request) -> StreamingResponse:
        at_ns = now_ns()
        filters = filters_of(Address.parse(f"/money?{request.url.query}"), at_ns)
        name = f"podium-charges-{datetime.fromtimestamp(at_ns // 1_000_000_000, UTC):%Y%m%dT%H%M%SZ}.csv"
        return StreamingResponse(
            charges_csv(_every_charge(seen_by(engine, request.scope[CALLER][1]), filters)),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
        )


def _every_charge(engine: Engine, filters: LedgerFilters) -> Iterator[ChargeRow]:
    """Yield the charges a batch at a time: no connection is held while the browser reads slowly."""
    before: tuple[int, str] | None = None
    while True:
        with engine.connect() as connection:
            rows = ledger_rows(connection, filters, limit=CSV_BATCH, before=before)
        yield from rows
        if len(rows) < CSV_BATCH:
            return
        before = (rows[-1].admitted_ns, rows[-1].charge_id)


def _by(address: Address) -> Dimension:
    by = address.get("by")
    return next((group for group in GROUPS if group == by), "department")


def _period(address: Address, now_ns: int) -> tuple[int | None, int | None]:
    """Return since and until in Unix nanoseconds: a day, or the period up to now."""
    today = datetime.fromtimestamp(now_ns // 1_000_000_000, UTC).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    try:
        day = datetime.strptime(address.get("day") or "", "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        days = {"today": 0, "7d": 6, "30d": 29}.get(address.get("period") or "7d")
        return (None if days is None else _ns(today - timedelta(days=days))), None
    return _ns(day), _ns(day + timedelta(days=1))


def _ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000_000


def _filters(address: Address, choices: dict[str, list[str]]) -> Markup:
    day = address.get("day")
    return element(
        "div",
        filter_form(
            address,
            (
                Choice("department", "Any department", choices["department"]),
                Choice("agent", "Any agent", choices["agent"]),
                Choice("model", "Any model", choices["model"]),
                Choice("outcome", "Any outcome", OUTCOMES),
                Choice("mark", "Exact and estimated", ("estimated", "overrun")),
            ),
            keep=("by", "period", "day"),
        ),
        link(
            address.but(day=None),
            f"{day} UTC",
            element("span", "×", aria_hidden="true"),
            class_="chip",
            title="All days",
        )
        if day
        else None,
        class_="filters bar-above",
    )


def _sums(whole: TotalRow | None) -> Markup:
    if whole is None or not whole.charges:
        return Markup()
    estimated = figures.usd(whole.estimated_nano_usd)
    stats: tuple[tuple[str, Child, Child], ...] = (
        (
            "Charged",
            join(figures.usd(whole.cost_nano_usd), element("small", "USD")),
            join(estimated, " USD estimated") if whole.estimated_nano_usd else "none of it estimated",
        ),
        (
            "Per charged call",
            join(figures.usd(whole.cost_per_call_nano_usd), element("small", "USD")),
            "rounded down",
        ),
        ("Charged calls", figures.count(whole.calls), f"{figures.count(whole.charges)} attempts"),
        (
            "Tokens in",
            figures.count(whole.input_tokens),
            _part(whole.cache_read_tokens, whole.input_tokens, "cached"),
        ),
        (
            "Tokens out",
            figures.count(whole.output_tokens),
            _part(whole.reasoning_tokens, whole.output_tokens, "reasoning"),
        ),
    )
    return element(
        "section",
        *(
            element(
                "div",
                element("div", name, class_="name"),
                element("div", value, class_="value"),
                element("div", more, class_="more"),
                class_="stat",
            )
            for name, value, more in stats
        ),
        class_="panel stats",
        aria_label="Sums",
    )


def _part(part: int, whole: int, name: str) -> str:
    return f"{figures.percent(part, whole)} {name}" if part else f"none {name}"


def _breakdown(address: Address, data: Reading) -> Markup:
    by = _by(address)
    head = element(
        "header",
        element("h2", "Totals"),
        element(
            "div",
            segments(
                "By",
                tuple((str(group), name) for group, name in GROUPS.items()),
                by,
                lambda name: address.but(by=name),
            ),
            class_="end",
        ),
    )
    if not data.groups or data.whole is None:
        return element("section", head, _nothing(address), class_="panel", aria_label="Totals")
    highest = max(row.cost_nano_usd for row in data.groups)
    columns = (
        Column(GROUPS[by]),
        Column("", style="share"),
        CHARGED_CALLS,
        Column("Attempts", number=True, style="wide"),
        Column("Tokens in", number=True),
        Column("Tokens out", number=True),
        Column("Per charged call, USD", number=True, style="wide"),
        Column("Estimated, USD", number=True),
        Column("Charged, USD", number=True),
        Column("Share", number=True),
    )
    whole = data.whole
    rows = (
        Row(
            (
                link(
                    address.but(**{by: row.key, "by": NEXT[by]}),
                    row.key,
                    class_="row",
                    title=f"{row.key} by {NEXT[by]}",
                ),
                bar(row.cost_nano_usd, highest),
                *_cells(row),
                figures.percent(row.cost_nano_usd, whole.cost_nano_usd),
            ),
            key=row.key,
        )
        for row in data.groups
    )
    foot = Row(("Total", "", *_cells(whole), figures.percent(whole.cost_nano_usd, whole.cost_nano_usd)))
    return element(
        "section",
        head,
        table(columns, rows, label=f"Totals by {by}", foot=foot),
        class_="panel",
        aria_label="Totals",
    )


def _cells(row: TotalRow) -> tuple[Child, ...]:
    return (
        figures.count(row.calls),
        figures.count(row.charges),
        figures.count(row.input_tokens),
        figures.count(row.output_tokens),
        figures.usd(row.cost_per_call_nano_usd),
        figures.usd(row.estimated_nano_usd)
        if row.estimated_nano_usd
        else element("span", "0", class_="muted"),
        figures.usd(row.cost_nano_usd),
    )


def _charges(address: Address, rows: list[ChargeRow]) -> Markup:
    if not rows:
        return Markup()
    shown = rows[:PAGE]
    place = f"{shown[-1].admitted_ns}:{shown[-1].charge_id}" if len(rows) > PAGE else None
    csv_address = Address("/money/charges.csv", address.query).but(by=None)
    return element(
        "section",
        element(
            "header",
            element("h2", "Charges"),
            element("div", link(csv_address, "Download CSV", class_="button", download=True), class_="end"),
        ),
        charges_table(shown),
        older(address, shown=len(shown), noun="charges", place=place),
        class_="panel",
        aria_label="Charges",
    )


def _nothing(address: Address) -> Markup:
    if any(address.get(name) for name in FILTERS):
        return empty(
            "No charge matches",
            join(
                "Take a filter away, or ",
                link("/money?period=all", "see the whole ledger", class_="plain"),
                ".",
            ),
        )
    return empty(
        "Nothing charged in this period",
        "Each attempt at a provider becomes one row here, to the nano-dollar, within a second of its end.",
    )
