"""`podium economics`: what each success has cost, and what it was worth."""

from typing import TYPE_CHECKING, Literal

import click

from podium.cli.output import put_json, put_table
from podium.kernel.money import usd_text

if TYPE_CHECKING:
    from podium.views.economics import Worth

DAY_NS = 86_400_000_000_000


@click.command()
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True, help="Up to now.")
@click.option("--by", type=click.Choice(["agent", "department"]), default="agent", show_default=True)
@click.option("--trend", "by_day", is_flag=True, help="A line a day (UTC) in place of agents.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def command(
    ctx: click.Context, days: int, by: Literal["agent", "department"], by_day: bool, as_json: bool
) -> None:
    """Show the cost of a success, the margin, and what nobody has said anything of."""
    from podium.views.economics import economics
    from podium.views.text import iso

    now_ns = ctx.obj.clock.wall_ns()
    with ctx.obj.engine().connect() as connection:
        found = economics(connection, since_ns=now_ns - days * DAY_NS, until_ns=now_ns, by=by)
    if as_json:
        put_json(found)
        return
    lines = [(iso(day.start_ns)[:10], day.worth) for day in found.trend] if by_day else []
    lines = lines or [(row.key, row) for row in found.rows]
    put_table(
        (
            "day" if by_day else by,
            "succeeded",
            "failed",
            "unknown",
            "per success",
            "margin",
            "a unit",
            "unknown USD",
            "tokens/s",
            "CPU s",
        ),
        [
            (
                name,
                str(row.succeeded),
                str(row.failed),
                str(row.unknown_tasks),
                _usd(row.cost_per_success_nano_usd),
                _usd(row.margin_nano_usd),
                _usd(row.margin_per_unit_nano_usd),
                _usd(row.cost_unknown_nano_usd),
                "–" if row.output_tokens_per_second is None else f"{row.output_tokens_per_second:.1f}",
                cpu_seconds(row),
            )
            for name, row in (*lines, ("total", found.total))
        ],
        right=(
            "succeeded",
            "failed",
            "unknown",
            "per success",
            "margin",
            "a unit",
            "unknown USD",
            "tokens/s",
            "CPU s",
        ),
    )


def _usd(nano_usd: int | None) -> str:
    if nano_usd is None:
        return "–"
    return usd_text(nano_usd) if nano_usd >= 0 else f"-{usd_text(-nano_usd)}"


def cpu_seconds(row: "Worth") -> str:
    """Return the CPU time of programs; a plus says that some of them were not measured."""
    if not row.cpu_ms:
        return "unknown" if row.unmeasured_programs else "–"
    return f"{row.cpu_ms / 1000:,.1f}{'+' if row.unmeasured_programs else ''}"
