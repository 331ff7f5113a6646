"""A task's cost sheet: what it has used, each with its price, beside what nobody knows."""

from decimal import Decimal
from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table
from podium.kernel.money import NANO_PER_USD
from podium.spend.sheets import Line
from podium.views.cost import LEFT_OUT, CostOfTask

SECTIONS: Final = {
    "answers": "Answers",
    "failed": "Failed attempts",
    "embeddings": "Embeddings",
    "tools": "Providers' tools",
    "corrections": "Corrections by bills",
    "tool_calls": "Calls of tools",
    "machines": "Machines",
}
UNITS: Final = {"cpu_second": "CPU s", "gigabyte_second": "GB s", "gpu_second": "GPU s"}
_COLUMNS: Final = (
    Column("Section"),
    Column("What"),
    Column("Kind"),
    Column("Quantity", number=True),
    Column("Price, USD", number=True, hint="Of a unit"),
    Column("Cost, USD", number=True),
    Column("Remarks", hint="Why there is no amount, which then is in no sum; how a quantity is known"),
)


def cost_panel(found: CostOfTask, *, of: str | None = None) -> Markup | None:
    """Return the panel of a cost sheet, None where nothing was used. ``of``: the task, to be named."""
    sheet = found.sheet
    if not sheet.lines and not found.elsewhere.tasks:
        return None
    also = len(found.tasks) - 1
    title = "What it has cost" if not also else f"What it has cost, with {figures.count(also)} tasks below"
    words = (
        f"{figures.count(sheet.attempts)} attempts, {figures.count(sheet.failed_attempts)} failed, "
        f"{figures.count(sheet.retries)} retries"
    )
    whose = (link(f"/fleet/{of}", of, class_="mono"), " · ") if of is not None else ()
    head = element("header", element("h2", title), element("div", *whose, words, class_="end muted"))
    rows = [Row(_cells(line), key=f"line-{at}") for at, line in enumerate(sheet.lines)]
    body = table(_COLUMNS, [*rows, *_sums(found)], label="Cost sheet")
    more = None if found.whole else element("p", LEFT_OUT, class_="prose")
    return element("section", head, body, more, class_="panel", aria_label="Cost sheet")


def _cells(line: Line) -> tuple[Child, ...]:
    unit = UNITS.get(line.unit, f"{line.unit}s" if line.quantity != 1 else line.unit)
    quantity = figures.NOTHING if line.quantity is None else f"{plain(line.quantity)} {unit}"
    price = figures.NOTHING if line.price_nano_usd is None else plain(line.price_nano_usd / NANO_PER_USD)
    return (
        SECTIONS[line.section],
        line.what,
        line.kind.replace("_", " "),
        quantity,
        price,
        figures.usd(line.amount_nano_usd, estimated=line.estimated),
        line.remarks,
    )


def _sums(found: CostOfTask) -> list[Row]:
    sheet, others = found.sheet, found.elsewhere
    unknown = f"{figures.count(sheet.unknown)} lines are in no sum" if sheet.unknown else ""
    doubt = "" if sheet.agrees else join("lines say ", figures.usd(sheet.lines_nano_usd))
    also = [_sum(others.words, others.cost_nano_usd, "by the ledger")] if others.tasks else []
    return [
        _sum("Ledger", sheet.ledger_nano_usd, doubt),
        _sum("Beside the ledger", sheet.beside_nano_usd, unknown),
        *also,
        _sum("Together", found.total_nano_usd, ""),
    ]


def _sum(name: str, nano_usd: int, words: Child) -> Row:
    bold = element("b", name)
    return Row((bold, "", "", "", "", element("b", figures.usd(nano_usd)), words), key=f"sum-{name}")


def plain(number: Decimal) -> str:
    """Return a number without an exponent, to nine decimals at most, without zeros at its end."""
    return f"{number:,.9f}".rstrip("0").rstrip(".")
