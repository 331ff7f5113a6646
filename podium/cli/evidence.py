"""`podium evidence`: the chain of acts. Listing, exporting and verifying need no Podium that runs."""

from pathlib import Path

import click

from podium.cli.output import When, put_json, put_table
from podium.kernel.errors import InvalidRequest
from podium.ports.acts import RotateKey


@click.group()
def command() -> None:
    """Show who did what, when, and whether anybody has changed it since: the chain of acts."""


@command.command("list")
@click.option("--kind", help="For example user, user.add, case or override.")
@click.option("--actor", help="Who did it.")
@click.option("--subject", help="To what: a user, a case, a key.")
@click.option("--refused", "outcome", flag_value="refused", help="Only what was refused.")
@click.option("--since", type=When(), help="From: 15m, 2h, 7d ago, or an ISO moment.")
@click.option("--until", type=When(), help="Until, exclusive.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(
    ctx: click.Context,
    /,
    since: int | None,
    until: int | None,
    limit: int,
    as_json: bool,
    **filters: str | None,
) -> None:
    """List acts, newest first."""
    from podium.views.evidence import ActFilters, act_rows
    from podium.views.text import iso

    chosen = ActFilters(since_ns=since, until_ns=until, **filters)
    with ctx.obj.engine().connect() as connection:
        rows = act_rows(connection, chosen, limit=limit)
    if as_json:
        put_json({"acts": rows})
        return
    put_table(
        ("row", "time", "who", "what", "to what", "outcome", "more"),
        [(str(r.seq), iso(r.at_ns)[:19] + "Z", r.actor, r.kind, r.subject, r.outcome, r.body) for r in rows],
    )


@command.command()
@click.option(
    "--file", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An export."
)
@click.option(
    "--public-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Keys to trust: a copy of keys/evidence.pub that was kept elsewhere.  [default: the state's own]",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier export: what it had must still be there.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def verify(
    ctx: click.Context, source: Path | None, public_key: Path | None, against: Path | None, as_json: bool
) -> int:
    """Verify the chain of the state or of an export; changed: exit code 1 and the first bad row."""
    from podium.evidence import chain
    from podium.views.evidence import read_export, verdict_words, verify_database

    trusted = ctx.obj.evidence_keys(public_key)
    if not trusted:
        raise InvalidRequest(
            "There is no public key to verify with.",
            fix="Name a copy of keys/evidence.pub with --public-key, or the state with --state.",
        )
    kept = []
    if against is not None:
        with against.open("rb") as lines:
            kept = read_export(lines, str(against))[1]
    if source is not None:
        with source.open("rb") as lines:
            rows, pins = read_export(lines, str(source))
        verdict = chain.verify(rows, [*pins, *kept], trusted=trusted, check=ctx.obj.good_signature)
    else:
        with ctx.obj.engine().connect() as connection:
            verdict = verify_database(connection, trusted=trusted, kept=kept, check=ctx.obj.good_signature)
    if as_json:
        put_json(verdict)
    else:
        click.echo(verdict_words(verdict))
    return 1 if verdict.fault is not None else 0


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True), default="-")
@click.pass_context
def export(ctx: click.Context, file: str) -> None:
    """Write the whole chain into FILE (standard output): JSON lines, to be kept and verified elsewhere."""
    from podium.views.evidence import export as lines_of

    with ctx.obj.engine().connect() as connection, click.open_file(file, "wb") as target:
        for line in lines_of(connection):
            target.write(line)


@command.command()
@click.pass_context
def rotate(ctx: click.Context) -> None:
    """Sign with a new key from now on; the old one speaks for it."""
    click.echo(ctx.obj.ask(RotateKey(ctx.obj.by())).text)
