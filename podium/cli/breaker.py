"""`podium breaker`: how fast keys spend, and what a person decides about them."""

from typing import Literal

import click

from podium.cli.output import put_json, put_table
from podium.ports.acts import SteerBreaker

On = Literal["resume", "resume_limited", "raise_baseline", "stop", "kill"]
Reason = click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")


@click.group()
def command() -> None:
    """List breakers, look at one, and let go on what was paused."""


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that spend nothing.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(ctx: click.Context, everything: bool, as_json: bool) -> None:
    """List agents and departments that spend, and whatever is not let through."""
    from podium.views.breakers import breaker_views

    with ctx.obj.engine().connect() as connection:
        rows = breaker_views(connection, ctx.obj.clock.wall_ns(), everything=everything)
    if as_json:
        put_json({"breakers": rows})
        return
    put_table(
        ("key", "state", "short", "long", "baseline", "pauses at", "case"),
        [
            (
                row.key,
                row.state + (f" {row.share_pct}%" if row.state == "recovering" else ""),
                _usd(row.short_nano_usd_per_hour),
                _usd(row.long_nano_usd_per_hour),
                _usd(row.baseline_nano_usd_per_hour),
                _usd(row.pauses_at_nano_usd_per_hour),
                row.case_id or "–",
            )
            for row in rows
        ],
        right=("short", "long", "baseline", "pauses at"),
    )
    print("USD an hour; estimates.")


@command.command()
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def show(ctx: click.Context, key: str, as_json: bool) -> None:
    """Show the breaker of KEY: agent/NAME, department/NAME, task/ID, or all."""
    from podium.views.breakers import breaker
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        detail = breaker(connection, key, ctx.obj.clock.wall_ns())
    if as_json:
        put_json(detail)
        return
    it = detail.breaker
    since = f" since {iso(it.since_ns)[:19]}Z" if it.since_ns is not None else ""
    print(f"{it.key} ({it.department}): {it.state}{since}")
    if it.reason:
        print(f"reason     {it.reason}")
    short, long = _usd(it.short_nano_usd_per_hour), _usd(it.long_nano_usd_per_hour)
    print(f"velocity   {short} over {it.short_s} s, {long} over {it.long_s} s, in USD an hour")
    if it.baseline_nano_usd_per_hour is None:
        print("baseline   nobody knows one yet: nothing was declared, and no day was learned")
    else:
        learned = f"learned from {it.hours_learned} hours" if it.hours_learned >= 24 else "declared"
        print(f"baseline   {_usd(it.baseline_nano_usd_per_hour)} ({learned}), counted {it.baseline_pct}%")
        print(f"pauses at  {_usd(it.pauses_at_nano_usd_per_hour)}")
    if it.state == "recovering":
        print(f"may spend  {it.share_pct}% of its baseline")
    if it.case_id is not None:
        print(f"case       {it.case_id}")


def _usd(nano_usd: int | None) -> str:
    return "–" if nano_usd is None else f"{nano_usd / 1e9:,.4f}"


@command.command()
@click.argument("key")
@click.option("--at", "share", type=click.IntRange(1, 99), help="Per cent of the baseline.  [default: all]")
@Reason
@click.pass_context
def resume(ctx: click.Context, key: str, share: int | None, reason: str) -> None:
    """Let KEY go on: fully, or --at a share of its baseline that doubles while it stays calm."""
    _steer(ctx, key, "resume" if share is None else "resume_limited", reason, share or 0)


@command.command("raise")
@click.argument("key")
@click.argument("percent", type=click.IntRange(100, 100_000))
@Reason
@click.pass_context
def raise_(ctx: click.Context, key: str, percent: int, reason: str) -> None:
    """Let the baseline of KEY count PERCENT of what is forecast, and let it go on; 100 takes that back."""
    _steer(ctx, key, "raise_baseline", reason, percent)


@command.command()
@click.argument("key")
@Reason
@click.pass_context
def kill(ctx: click.Context, key: str, reason: str) -> None:
    """End KEY, a task, for good."""
    _steer(ctx, key, "kill", reason)


def _steer(ctx: click.Context, key: str, on: On, reason: str, pct: int = 0) -> None:
    click.echo(ctx.obj.ask(SteerBreaker(ctx.obj.by(), key, on, reason, pct)).text)
