"""`podium task cost`: the cost sheet of a task and of what it has started."""

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from podium.cli.output import put_json, put_table
from podium.kernel.money import NANO_PER_USD, usd_text

if TYPE_CHECKING:
    from podium.spend.sheets import Line
    from podium.views.cost import CostOfTask
    from podium.views.windows import WindowStep

UNITS = {"cpu_second": "CPU s", "gigabyte_second": "GB s", "gpu_second": "GPU s"}


@click.command()
@click.argument("task_id")
@click.option("--own", is_flag=True, help="Without what it has started.")
@click.option("--windows", is_flag=True, help="Also what filled the window of each of its calls.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def cost(ctx: click.Context, task_id: str, own: bool, windows: bool, as_json: bool) -> None:
    """Show what TASK_ID and what it has started have used, each with its price, and what it cost.

    Lines of models add up to the ledger; machines and calls of tools stand beside it. What nobody has
    measured or priced is no amount, and says so (docs/cost.md).
    """
    from podium.views.cost import task_cost
    from podium.views.windows import task_windows

    with ctx.obj.engine().connect() as connection:
        found = task_cost(connection, task_id, now_ns=ctx.obj.clock.wall_ns(), tree=not own)
        steps = task_windows(connection, task_id) if windows else []
    if as_json:
        put_json({"cost": found, "windows": steps} if windows else found)
        return
    print_cost(found)
    if steps:
        print()
        print_windows(steps)


def print_cost(found: "CostOfTask") -> None:
    """Print a cost sheet: its lines, then the sums."""
    from podium.views.cost import LEFT_OUT

    sheet = found.sheet
    also = len(found.tasks) - 1
    print(f"{found.task_id}{f' and {also} tasks that it has started' if also else ''}")
    tokens = ", ".join(f"{count:,} {kind}" for kind, count in sheet.tokens.items()) or "none"
    attempts = f"{sheet.attempts} attempt{'s' if sheet.attempts != 1 else ''}"
    print(f"{attempts}, {sheet.failed_attempts} failed, {sheet.retries} retries")
    print(f"tokens: {tokens}")
    print()
    head = ("section", "what", "kind", "quantity", "price, USD", "USD", "remarks")
    put_table(head, [_row(line) for line in sheet.lines])
    print()
    agreement = "" if sheet.agrees else f"   THE LINES SAY {usd_text(sheet.lines_nano_usd)}"
    print(f"ledger         {usd_text(sheet.ledger_nano_usd)} USD{agreement}")
    print(f"beside it      {usd_text(sheet.beside_nano_usd)} USD")
    unknown = "1 line that is" if sheet.unknown == 1 else f"{sheet.unknown} lines that are"
    left_out = f", without {unknown} unknown" if sheet.unknown else ""
    if found.elsewhere.tasks:
        print(f"{found.elsewhere.words}: {usd_text(found.elsewhere.cost_nano_usd)} USD by the ledger")
    print(f"together       {usd_text(found.total_nano_usd)} USD{left_out}")
    if not found.whole:
        print(LEFT_OUT)


def _row(line: "Line") -> tuple[str, ...]:
    unit = UNITS.get(line.unit, line.unit)
    quantity = "-" if line.quantity is None else f"{plain(line.quantity)} {unit}"
    price = "-" if line.price_nano_usd is None else plain(line.price_nano_usd / NANO_PER_USD)
    amount = "-" if line.amount_nano_usd is None else usd_text(line.amount_nano_usd)
    mark = " est." if line.estimated else ""
    section = line.section.replace("_", " ")
    return section, line.what, line.kind, quantity, price, f"{amount}{mark}", line.remarks


def plain(number: Decimal) -> str:
    """Return a number without an exponent, to nine decimals at most, without zeros at its end."""
    text = f"{number:,.9f}"
    return text.rstrip("0").rstrip(".")


def print_windows(steps: "list[WindowStep]") -> None:
    """Print what filled the window of each call."""
    retrieved = any(step.retrieved_tokens for step in steps)
    kinds = [kind for kind in steps[0].tokens if any(step.tokens[kind] for step in steps)]
    head = (
        "step",
        "model",
        *(kind.replace("_", " ") for kind in kinds),
        "input",
        "growth",
        "dropped",
        "cached",
        *(("of reported retrievals",) if retrieved else ()),
    )
    rows = [
        (
            str(step.step),
            step.model,
            *(f"{step.tokens[kind]:,}" for kind in kinds),
            f"{step.input_tokens:,}",
            "-" if step.growth_tokens is None else f"{step.growth_tokens:+,}",
            "-" if step.dropped_tokens is None else f"{step.dropped_tokens:,}",
            f"{step.cached_tokens:,}",
            *((f"{step.retrieved_tokens:,}",) if retrieved else ()),
        )
        for step in steps
    ]
    put_table(head, rows)
