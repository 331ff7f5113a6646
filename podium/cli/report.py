"""`podium report`: what a period has cost, against another one, with a forecast to its end."""

import click

from podium.cli.output import agent_option, count, department_option, ms, put_json, put_table, usage
from podium.kernel.money import usd_text
from podium.views.periods import NAMES
from podium.views.report import AGAINST, Report, ReportRow, report, report_csv, span_text
from podium.views.usage import GROUPS, Group, Usage, UsageFilters

_NUMBERS = (
    "calls",
    "charges",
    "in",
    "out",
    "USD",
    "before USD",
    "change",
    "USD/call",
    "forecast USD",
    "80% interval",
    "ms",
)


@click.command()
@click.option(
    "--period",
    default="this-month",
    show_default=True,
    help=f"{', '.join(NAMES)}, 30d, or FROM..UNTIL in ISO 8601.",
)
@click.option(
    "--against",
    default="same-part",
    show_default=True,
    help=f"Of the period before: {', '.join(AGAINST)}; or another period.",
)
@click.option("--by", type=click.Choice(GROUPS), default="department", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="The time zone of days, as Europe/Berlin.")
@department_option("A department and those below it: its path, or its name.")
@agent_option()
@click.option("--route")
@click.option("--model")
@click.option("--provider")
@click.option("--outcome", help="ok, refused, error, broken, timeout, aborted, unsent or crashed.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Groups at the most.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV with every figure of both periods.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    period: str,
    against: str,
    by: Group,
    zone: str,
    limit: int,
    as_json: bool,
    as_csv: bool,
    **filters: str | None,
) -> None:
    """Report costs by department, agent, route, model, provider, task or outcome; read from aggregates."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    with ctx.obj.engine().connect() as connection, usage():
        found = report(
            connection,
            ctx.obj.clock.wall_ns(),
            period=period,
            against=against,
            zone=zone,
            by=by,
            filters=UsageFilters(**filters),
        )
    if as_json:
        put_json(found)
    elif as_csv:
        print("".join(report_csv(found)), end="")
    else:
        _put(found, limit)


def _put(found: Report, limit: int) -> None:
    rows = [_cells(row.key, row) for row in found.rows[:limit]]
    put_table((found.by, *_NUMBERS), [*rows, _cells("(all)", found.total)], right=_NUMBERS)
    if len(found.rows) > limit:
        print(f"… and {len(found.rows) - limit} more: --limit, or --csv")
    print(f"{found.period.name}: {span_text(found.period, found.until_ns)}, days of {found.period.zone}")
    if found.against is not None:
        print(f"before: {span_text(found.against, found.against.end_ns)}")
    if found.no_forecast is not None:
        print(f"no forecast: {found.no_forecast}")
    elif found.total.forecast is not None:
        print(
            f"forecast: to {span_text(found.period, found.period.end_ns)[-17:]}, by weekday from "
            f"{found.total.forecast.weeks} weeks, {found.total.forecast.level:.0%} interval"
        )
    now = found.total.now
    if now is not None and now.estimated:
        print(f"{usd_text(now.estimated_nano_usd)} USD of it in {count(now.estimated)} charges are estimates")


def _cells(key: str, row: ReportRow) -> tuple[str, ...]:
    now, before, guess = row.now, row.before, row.forecast
    return (
        key,
        _count(now, "calls"),
        _count(now, "charges"),
        _count(now, "input_tokens"),
        _count(now, "output_tokens"),
        _usd(now.cost_nano_usd if now else 0),
        _usd(before.cost_nano_usd if before else None),
        "–" if row.change is None else f"{row.change:+.1%}",
        _usd(now.cost_per_call_nano_usd if now else None),
        _usd(guess.expected_nano_usd if guess else None),
        f"{usd_text(guess.low_nano_usd)} to {usd_text(guess.high_nano_usd)}" if guess else "–",
        ms(now.mean_call_us if now else None),
    )


def _count(of: Usage | None, name: str) -> str:
    return count(getattr(of, name)) if of is not None else "0"


def _usd(nano_usd: int | None) -> str:
    return "–" if nano_usd is None else usd_text(nano_usd)
