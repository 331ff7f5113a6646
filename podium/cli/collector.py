"""`podium collector`: keys with which programs that are no tasks of Podium's send their spans."""

import click

from podium.cli.output import put_json, put_table
from podium.control.keys import mint_collector_key
from podium.ports.link import RevokeCollectorKey


@click.group()
def command() -> None:
    """Make, list and revoke keys for sending spans. docs/traces.md."""


@command.command()
@click.argument("name")
@click.option("--department", required=True, metavar="PATH", help="That the spans will belong to.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def key(ctx: click.Context, name: str, department: str, as_json: bool) -> None:
    """Make a key for the program NAME. It is shown once; Podium keeps its hash."""
    plaintext, question = mint_collector_key(
        name, department, ctx.obj.clock, ctx.obj.entropy, by=ctx.obj.by()
    )
    ctx.obj.ask(question)
    if as_json:
        put_json({"name": name, "id": question.key_id, "key": plaintext})
        return
    click.echo(f"{question.key_id} of {name}; shown once, so keep it now:", err=True)
    print(plaintext)


@command.command()
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def keys(ctx: click.Context, as_json: bool) -> None:
    """List the keys."""
    from podium.views.status import collector_key_rows
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        rows = collector_key_rows(connection)
    if as_json:
        put_json({"keys": rows})
        return
    put_table(
        ("key", "name", "department", "made", "by", "revoked"),
        [
            (
                row.id,
                row.name,
                row.department,
                iso(row.created_ns)[:19] + "Z",
                row.created_by,
                iso(row.revoked_ns)[:19] + "Z" if row.revoked_ns else "–",
            )
            for row in rows
        ],
    )


@command.command()
@click.argument("key_id")
@click.pass_context
def revoke(ctx: click.Context, key_id: str) -> None:
    """End key KEY_ID; the collector refuses it within a second."""
    ctx.obj.ask(RevokeCollectorKey(key_id, ctx.obj.by()))
    click.echo(f"{key_id} is revoked.")
