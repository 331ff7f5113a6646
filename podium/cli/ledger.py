"""`podium ledger`: charges, and totals by whatever is asked for."""

import click

from podium.cli.output import When, agent_option, count, department_option, put_json, put_table
from podium.kernel.money import usd_text
from podium.views.aggregates import Check, check
from podium.views.bills import corrections_of
from podium.views.ledger import DIMENSIONS, ChargeRow, Dimension, LedgerFilters, TotalRow, ledger_rows, totals
from podium.views.text import charges_csv, iso

_PAGE = 1000


@click.command()
@click.option("--since", type=When(), help="From: 15m, 2h, 7d ago, or an ISO moment.")
@click.option("--until", type=When(), help="Until, exclusive.")
@department_option("A department and those below it: its path, or its name.")
@agent_option()
@click.option("--route")
@click.option("--model")
@click.option("--provider")
@click.option("--task")
@click.option("--trace")
@click.option("--outcome", help="ok, refused, error, broken, timeout, aborted, unsent or crashed.")
@click.option("--estimated", is_flag=True, default=None, help="Only charges whose usage is not known.")
@click.option("--overrun", is_flag=True, default=None, help="Only charges above their hold.")
@click.option("--by", type=click.Choice(DIMENSIONS), help="Totals by a dimension instead of charges.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Charges at the most.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV of all charges that match; --limit does not apply.")
@click.option(
    "--check", "checks", is_flag=True, help="Compare the aggregates with the rows; reads all of them."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    since: int | None,
    until: int | None,
    by: Dimension | None,
    limit: int,
    as_json: bool,
    as_csv: bool,
    checks: bool,
    **filters: str | bool | None,
) -> int:
    """Show charges, newest first, and their total; amounts are exact."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    chosen = LedgerFilters(since_ns=since, until_ns=until, **filters)  # type: ignore[arg-type] # the options' names
    with ctx.obj.engine().connect() as connection:
        if checks:
            return _put_check(check(connection), as_json=as_json)
        if as_csv:
            _put_csv(connection, chosen)
            return 0
        if by is not None:
            sums = totals(connection, chosen, by)
            if as_json:
                put_json({"totals": sums})
            else:
                _put_totals(by, sums)
            return 0
        rows = ledger_rows(connection, chosen, limit=limit)
        total = totals(connection, chosen)[0]
        corrected = corrections_of(connection, [row.charge_id for row in rows])
    if as_json:
        put_json({"charges": rows, "total": total})
        return 0
    put_table(
        ("time", "charge", "agent", "model", "in", "out", "USD", "outcome", "marks"),
        [_row(row, corrected=row.charge_id in corrected) for row in rows],
        right=("in", "out", "USD"),
    )
    shown = f"{len(rows)} of " if len(rows) < total.charges else ""
    print(
        f"{shown}{total.charges:,} charges, {usd_text(total.cost_nano_usd)} USD"
        f" (of it estimated: {usd_text(total.estimated_nano_usd)} USD)"
    )
    return 0


def _put_check(found: Check, *, as_json: bool) -> int:
    """Print the result of a check; return the exit code, 1 where something differs."""
    if as_json:
        put_json(found)
        return int(bool(found.differences))
    for each in found.differences:
        key = " ".join(str(part) for part in each.key)
        rows, kept = each.rows or {}, each.aggregate or {}
        for name in {**rows, **kept}:
            if rows.get(name) != kept.get(name):
                print(f"{each.grain} {key}: {name} is {kept.get(name)}, its rows add up to {rows.get(name)}")
    kept_rows = ", ".join(f"{count} by {grain}" for grain, count in found.keys.items())
    print(f"{found.charges:,} charges and {found.calls:,} calls; aggregates: {kept_rows}")
    print("They differ." if found.differences else "Every aggregate is what its rows add up to.")
    return int(bool(found.differences))


def _row(row: ChargeRow, *, corrected: bool) -> tuple[str, ...]:
    marked = [name for name in ("estimated", "overrun", "unattributed") if getattr(row, name)]
    marks = " ".join([*marked, *(["corrected"] if corrected else [])]) or "–"
    return (
        iso(row.admitted_ns)[:19] + "Z",
        row.charge_id,
        row.agent,
        row.model,
        count(row.input_tokens),
        count(row.output_tokens),
        usd_text(row.cost_nano_usd),
        row.outcome,
        marks,
    )


def _put_totals(by: str, sums: list[TotalRow]) -> None:
    put_table(
        (by, "calls", "charges", "in", "out", "USD", "USD/call", "estimated USD"),
        [
            (
                row.key,
                count(row.calls),
                count(row.charges),
                count(row.input_tokens),
                count(row.output_tokens),
                usd_text(row.cost_nano_usd),
                "–" if row.cost_per_call_nano_usd is None else usd_text(row.cost_per_call_nano_usd),
                usd_text(row.estimated_nano_usd),
            )
            for row in sums
        ],
        right=("calls", "charges", "in", "out", "USD", "USD/call", "estimated USD"),
    )


def _put_csv(connection: object, filters: LedgerFilters) -> None:
    before: tuple[int, str] | None = None
    first = True
    while True:
        rows = ledger_rows(connection, filters, limit=_PAGE, before=before)  # type: ignore[arg-type] # a Connection
        lines = charges_csv(rows)
        header = next(lines)
        if first:
            print(header, end="")
            first = False
        for line in lines:
            print(line, end="")
        if len(rows) < _PAGE:
            return
        before = (rows[-1].admitted_ns, rows[-1].charge_id)
