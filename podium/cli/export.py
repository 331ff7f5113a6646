"""`podium export`: the ledger in formats of others."""

from pathlib import Path

import click

from podium.cli.output import agent_option, department_option, usage


@click.group()
def command() -> None:
    """Write the ledger for other programs."""


@command.command()
@click.option("--period", default="this-month", show_default=True, help="As for `podium report`.")
@click.option("--by", type=click.Choice(["charge", "hour"]), default="charge", show_default=True)
@department_option("A department and those below it: its path, or its name.")
@agent_option()
@click.option("--model")
@click.option("--provider")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file.  [default: standard output]"
)
@click.pass_context
def focus(ctx: click.Context, /, period: str, by: str, out: Path | None, **filters: str | None) -> None:
    """Write charges as CSV in the columns of FOCUS 1.2, one row each or summed by hour, agent and model."""
    from podium.views.focus import focus_csv, focus_rows
    from podium.views.ledger import LedgerFilters
    from podium.views.periods import decide_period

    with usage():
        span = decide_period(period, ctx.obj.clock.wall_ns())
    chosen = LedgerFilters(since_ns=span.since_ns, until_ns=span.end_ns, **filters)  # type: ignore[arg-type] # the options' names
    with ctx.obj.engine().connect() as connection:
        lines = focus_csv(focus_rows(connection, chosen, by="hour" if by == "hour" else "charge"))
        if out is None:
            for line in lines:
                print(line, end="")
            return
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
