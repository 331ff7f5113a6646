"""`podium calls`: what clients asked, newest first, or live."""

import time

import click

from podium.cli.output import When, agent_option, count, department_option, ms, put_json, put_table
from podium.kernel.money import usd_text
from podium.views.calls import CallFilters, CallListRow, call_rows
from podium.views.text import iso

_EVERY_S = 0.5
_COLUMNS = (
    "time",
    "call",
    "agent",
    "route",
    "model",
    "status",
    "in",
    "out",
    "USD",
    "TTFT ms",
    "ms",
    "outcome",
)


@click.command()
@click.option("--since", type=When(), help="From: 15m, 2h, 7d ago, or an ISO moment.")
@click.option("--until", type=When(), help="Until, exclusive.")
@department_option("A department and those below it.")
@agent_option()
@click.option("--route")
@click.option("--model")
@click.option("--task")
@click.option("--trace")
@click.option("--outcome", help="ok, refused, error, broken, timeout, aborted or crashed.")
@click.option("--failed", is_flag=True, default=None, help="All but ok.")
@click.option("--text", help="In ids, names, codes and messages.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("-f", "--follow", is_flag=True, help="Go on with new calls until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="JSON; with --follow a line a call.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    since: int | None,
    until: int | None,
    limit: int,
    follow: bool,
    as_json: bool,
    **filters: str | bool | None,
) -> None:
    """Show calls, refused ones included."""
    chosen = CallFilters(since_ns=since, until_ns=until, **filters)  # type: ignore[arg-type] # the options' names
    engine = ctx.obj.engine()
    with engine.connect() as connection:
        rows = call_rows(connection, chosen, limit=limit)
    if not follow:
        if as_json:
            put_json({"calls": rows})
        else:
            put_table(_COLUMNS, [_row(row) for row in rows], right=("in", "out", "USD", "TTFT ms", "ms"))
        return
    rows.reverse()
    _put_lines(rows[-10:], as_json=as_json)
    seen = {row.call.call_id for row in rows}
    # A call is known when it ends, so one that began earlier can appear later: look back a little each time.
    newest_ns = rows[-1].call.admitted_ns if rows else ctx.obj.clock.wall_ns()
    while True:
        time.sleep(_EVERY_S)
        with engine.connect() as connection:
            fresh = call_rows(connection, chosen, limit=1000, after=(newest_ns - 600_000_000_000, ""))
        unseen = [row for row in reversed(fresh) if row.call.call_id not in seen]
        _put_lines(unseen, as_json=as_json)
        seen.update(row.call.call_id for row in unseen)
        if fresh:
            newest_ns = max(newest_ns, fresh[0].call.admitted_ns)


def _put_lines(rows: list[CallListRow], *, as_json: bool) -> None:
    import msgspec

    for row in rows:
        if as_json:
            print(msgspec.json.encode(row).decode(), flush=True)
        else:
            when, call, agent, route, model, status, tokens_in, tokens_out, usd, ttft, took, outcome = _row(
                row
            )
            print(
                f"{when[11:]}  {call}  {agent:<18} {route:<12} {model:<16} {status:>3} "
                f"{tokens_in:>8} {tokens_out:>7} {usd:>13} USD  ttft {ttft:>7} ms  {took:>9} ms  {outcome}",
                flush=True,
            )


def _row(row: CallListRow) -> tuple[str, ...]:
    call = row.call
    return (
        iso(call.admitted_ns)[:19] + "Z",
        call.call_id,
        call.agent,
        call.route or "–",
        row.model or "–",
        str(call.http_status or "–"),
        count(row.input_tokens),
        count(row.output_tokens),
        usd_text(call.cost_nano_usd) + ("~" if row.estimated else ""),
        ms(row.first_token_us),
        ms(call.duration_us),
        call.outcome if call.error_code is None else f"{call.outcome} ({call.error_code})",
    )
