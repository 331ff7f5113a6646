"""The rows of the ledger as a table."""

from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.calls_table import outcome
from podium.console.markup import element, join, link
from podium.console.tables import Column, Row, table
from podium.views.ledger import ChargeRow

_COLUMNS: Final = (
    Column("Admitted, UTC"),
    Column("Charge", style="wide"),
    Column("Agent"),
    Column("Department", style="wide"),
    Column("Model"),
    Column("Outcome"),
    Column("Tokens in", number=True),
    Column("Cached", number=True, style="wide"),
    Column("Tokens out", number=True),
    Column("Held, USD", number=True, style="wide", hint="The most that it could have cost"),
    Column("Charged, USD", number=True),
)


def charges_table(rows: list[ChargeRow]) -> Markup:
    """Return the table; each row leads to its call."""
    return table(_COLUMNS, (_row(charge) for charge in rows), label="Charges, newest first")


def _row(charge: ChargeRow) -> Row:
    overrun = element("span", "overrun", class_="est", title="More than was held") if charge.overrun else None
    return Row(
        (
            link(
                f"/now/calls/{charge.call_id}",
                figures.day_time(charge.admitted_ns),
                class_="row",
                title=figures.moment(charge.admitted_ns),
            ),
            element("span", f"…{charge.charge_id[-8:]}", class_="mono muted", title=charge.charge_id),
            charge.agent,
            charge.department,
            charge.model,
            outcome(charge.outcome),
            figures.count(charge.input_tokens),
            figures.count(charge.cache_read_tokens),
            figures.count(charge.output_tokens),
            figures.usd(charge.hold_nano_usd),
            join(figures.usd(charge.cost_nano_usd, estimated=charge.estimated), overrun),
        ),
        key=charge.charge_id,
    )
