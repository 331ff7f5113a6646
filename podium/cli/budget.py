"""`podium budget`: limits, what is used of them, and who holds what is outstanding."""

from datetime import UTC, datetime

import click

from podium.cli.output import Span, amount_of, put_json, put_table
from podium.kernel.money import usd_text
from podium.ports.acts import AskOverride, UnblockModel, WriteOff


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show limits and what is used of them; without a verb, list them."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool = False) -> None:
    """List every limit of departments and agents, from the organisation down."""
    from podium.views.budgets import budgets

    with ctx.obj.engine().connect() as connection:
        found = budgets(connection, ctx.obj.clock.wall_ns())
    if as_json:
        put_json(found)
        return
    rows = []
    for node in found.nodes:
        for it in node.limits:
            band = it.bands[it.band]
            rows.append(
                (
                    it.id,
                    _amount(it.unit, it.amount),
                    _amount(it.unit, it.window.charged),
                    _amount(it.unit, it.window.outstanding),
                    _amount(it.unit, it.left),
                    "–" if it.used_percent is None else f"{it.used_percent:.1f}%",
                    band.action if it.hard or it.band == 0 else "warn",
                    it.window.key or "each task",
                )
            )
    put_table(
        ("limit", "amount", "charged", "held", "left", "used", "band", "window"),
        rows,
        right=("amount", "charged", "held", "left", "used"),
    )
    if found.blocked_models:
        print(f"Not under hard limits, because usage was above the bound: {', '.join(found.blocked_models)}")


@command.command()
@click.argument("limit")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def show(ctx: click.Context, limit: str, as_json: bool) -> None:
    """Show LIMIT: its window, its bands, what was added to it, and who holds how much."""
    from podium.views.budgets import budget
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        it = budget(connection, limit, ctx.obj.clock.wall_ns())
    if as_json:
        put_json(it)
        return
    ends = "" if it.window.ends_ns is None else f", until {iso(it.window.ends_ns)[:19]}Z"
    print(f"{it.id}: {'hard' if it.hard else 'soft'}, a {it.window_kind} in {it.time_zone}{ends}")
    print(
        f"{_amount(it.unit, it.amount)} in all, {_amount(it.unit, it.window.charged)} charged, "
        f"{_amount(it.unit, it.window.outstanding)} held, {_amount(it.unit, it.left)} left\n"
    )
    put_table(
        ("band", "from", "to", "used"),
        [
            (
                band.action,
                f"{_amount(it.unit, band.from_amount)} ({band.from_percent}%)",
                _amount(it.unit, band.until_amount),
                _amount(it.unit, band.used),
            )
            for band in it.bands
        ],
        right=("from", "to", "used"),
    )
    for more in it.overrides:
        until = iso(more.until_ns)[:19]
        print(f"\n{more.id}: {_amount(it.unit, more.amount)} more until {until}Z, by {more.by}")
    if it.slices:
        print()
        put_table(
            ("worker", "incarnation", "window", "band", "held", "spent"),
            [
                (
                    one.worker,
                    one.incarnation,
                    one.window,
                    it.bands[one.band].action if one.band < len(it.bands) else str(one.band),
                    _amount(it.unit, one.outstanding),
                    _amount(it.unit, one.spent),
                )
                for one in it.slices
            ],
            right=("held", "spent"),
        )


@command.command()
@click.argument("limit")
@click.option("--amount", required=True, help="How much more: USD for a limit in usd, else whole tokens.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Until then, UTC.")
@click.option("--for", "length_s", type=Span(), help="For so long: 30m, 12h, 7d.")
@click.option("--reason", required=True, help="Why; it goes into the chain.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def override(
    ctx: click.Context,
    limit: str,
    amount: str,
    until: datetime | None,
    length_s: int | None,
    reason: str,
    as_json: bool,
) -> None:
    """Give more of LIMIT for a time, or ask for it where somebody else has to approve.

    It is given in the name of whose PODIUM_TOKEN is set, else in the owner's.
    """
    from podium.views.budgets import budget

    now_ns = ctx.obj.clock.wall_ns()
    if (until is None) == (length_s is None):
        raise click.UsageError("An override has an end: give one of --until and --for.")
    if until is not None:
        until_ns = int(until.replace(tzinfo=UTC).timestamp()) * 1_000_000_000
    else:
        until_ns = now_ns + (length_s or 0) * 1_000_000_000
    with ctx.obj.engine().connect() as connection:
        unit = budget(connection, limit, now_ns).unit
    done = ctx.obj.ask(AskOverride(ctx.obj.by(), limit, amount_of(amount, unit), until_ns, reason))
    if as_json:
        put_json({"id": done.id, "text": done.text})
    else:
        print(f"{done.id}: {done.text}")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def held(ctx: click.Context, as_json: bool) -> None:
    """List the workers that have not ended, on which machine, and what each holds of which limit."""
    from podium.views.holdings import holdings
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        found = holdings(connection)
    if as_json:
        put_json({"workers": found})
        return
    rows = []
    for it in found:
        about = (it.worker, it.incarnation, iso(it.started_ns)[:19] + "Z")
        rows += [
            (
                *about,
                one.limit,
                one.window,
                _amount(one.unit, one.outstanding),
                _amount(one.unit, one.written_off),
            )
            for one in it.held
        ] or [(*about, "–", "–", "–", "–")]
    put_table(
        ("worker", "incarnation", "since", "limit", "window", "held", "written off"),
        rows,
        right=("held", "written off"),
    )


@command.command("write-off")
@click.argument("worker")
@click.option("--reason", required=True, help="Why; it goes into the chain.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def write_off(ctx: click.Context, worker: str, reason: str, as_json: bool) -> None:
    """Charge what WORKER holds, of which nobody hears: an incarnation, or a machine for all of its own.

    It stays charged: a journal that comes after all is charged against it. A worker that still answers
    is refused.
    """
    done = ctx.obj.ask(WriteOff(ctx.obj.by(), worker, reason))
    if as_json:
        put_json({"id": done.id, "text": done.text})
    else:
        print(done.text)


@command.command()
@click.argument("model")
@click.option("--reason", required=True, help="Why; it goes into the chain.")
@click.pass_context
def unblock(ctx: click.Context, model: str, reason: str) -> None:
    """Let MODEL serve under hard limits again, whose usage was above its bound."""
    print(ctx.obj.ask(UnblockModel(ctx.obj.by(), model, reason)).text)


def _amount(unit: str, amount: int) -> str:
    return f"{usd_text(amount)} USD" if unit == "usd" else f"{amount:,}"
