"""The calls as a table with filters and paging, as Now shows it."""

from typing import Final, get_args

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.frame import empty
from podium.console.markup import element, join, link
from podium.console.tables import Choice, Column, Row, filter_form, older, parse_place, table
from podium.spend.journal import Outcome
from podium.views import calls as calls_view

PAGE: Final = 50
FILTERS: Final = ("q", "agent", "department", "model", "outcome")
OUTCOMES: Final = get_args(Outcome)
_COLUMNS: Final = (
    Column("Admitted, UTC"),
    Column("Agent"),
    Column("Route", style="wide"),
    Column("Model"),
    Column("Outcome"),
    Column("Attempts", number=True, style="wide"),
    Column("Tokens in", number=True),
    Column("Tokens out", number=True),
    Column("First token", number=True),
    Column("Duration", number=True),
    Column("Cost, USD", number=True),
)


def read_calls(connection: Connection, address: Address) -> list[calls_view.CallListRow]:
    """Read the calls that an address asks for, and one more if there are older ones."""
    filters = calls_view.CallFilters(
        text=address.get("q"),
        agent=address.get("agent"),
        department=address.get("department"),
        model=address.get("model"),
        outcome=address.get("outcome") if address.get("outcome") != "failed" else None,
        failed=True if address.get("outcome") == "failed" else None,
    )
    return calls_view.call_rows(
        connection, filters, limit=PAGE + 1, before=parse_place(address.get("before"))
    )


def calls_panel(
    address: Address,
    rows: list[calls_view.CallListRow],
    *,
    agents: list[str],
    departments: list[str],
    models: list[str],
) -> Markup:
    """Return the panel: filters, the table, paging."""
    filters = filter_form(
        address,
        (
            Choice("department", "Any department", departments),
            Choice("agent", "Any agent", agents),
            Choice("model", "Any model", models),
            Choice("outcome", "Any outcome", ("failed", *OUTCOMES)),
        ),
        search="Search ids, errors, names",
        keep=("window",),
    )
    shown = rows[:PAGE]
    head = element("header", element("h2", "Calls"), element("div", filters, class_="end"))
    if not shown:
        return element("section", head, _nothing(address), class_="panel", id="calls", aria_label="Calls")
    place = f"{shown[-1].call.admitted_ns}:{shown[-1].call.call_id}" if len(rows) > PAGE else None
    return element(
        "section",
        head,
        table(_COLUMNS, (_row(row) for row in shown), label="Calls, newest first"),
        older(address, shown=len(shown), noun="calls", place=place),
        class_="panel",
        id="calls",
        aria_label="Calls",
    )


def outcome(name: str) -> Markup:
    """Return an outcome as a badge: green for ok, amber where the client left, red where something failed."""
    kind = {"ok": "ok", "aborted": "warn", "unsent": "warn"}.get(name, "bad")
    return element("span", name, class_=f"badge {kind}")


def _nothing(address: Address) -> Markup:
    if any(address.get(name) for name in FILTERS):
        everything = address.but(**dict.fromkeys(FILTERS), before=None)
        return empty(
            "No call matches",
            join("Take a filter away, or ", link(everything, "see all calls", class_="plain"), "."),
        )
    return empty(
        "No calls yet",
        join(
            "Get a task's key with ",
            element("code", "podium task token AGENT"),
            ", point any OpenAI client at the gateway with it, and its calls appear here within a second.",
        ),
    )


def _row(row: calls_view.CallListRow) -> Row:
    call = row.call
    return Row(
        (
            link(
                f"/now/calls/{call.call_id}",
                figures.day_time(call.admitted_ns),
                class_="row",
                title=f"{call.call_id} · {figures.moment(call.admitted_ns)}",
            ),
            call.agent,
            call.route or figures.NOTHING,
            row.model or figures.NOTHING,
            outcome(call.outcome),
            figures.count(call.attempts),
            figures.count(row.input_tokens),
            figures.count(row.output_tokens),
            figures.ms(row.first_token_us),
            figures.ms(call.duration_us),
            figures.usd(call.cost_nano_usd, estimated=row.estimated),
        ),
        key=call.call_id,
    )
