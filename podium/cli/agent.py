"""`podium agent`: credentials of agents."""

import click

from podium.cli.output import put_json, put_table
from podium.control.keys import make_key, wait_for_workers
from podium.ports.link import RevokeCredential


@click.group()
def command() -> None:
    """Make, list and revoke agents' credentials."""


@command.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def key(ctx: click.Context, name: str, as_json: bool) -> None:
    """Make a credential for agent NAME. It is shown once; Podium keeps its hash."""
    new = make_key(name, ctx.obj.clock, ctx.obj.entropy, ctx.obj.ask, by=ctx.obj.by())
    if as_json:
        put_json({"agent": name, "id": new.question.credential_id, "key": new.plaintext})
        return
    click.echo(f"{new.question.credential_id} of agent {name}; shown once, so keep it now:", err=True)
    print(new.plaintext)


@command.command("list")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """List credentials, of agent NAME or of all."""
    from podium.views.known import check_names
    from podium.views.status import agent_keys
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        check_names(connection, agent=name)
        rows = agent_keys(connection, name)
    if as_json:
        put_json({"keys": rows})
        return
    put_table(
        ("key", "agent", "made", "revoked"),
        [
            (
                row.id,
                row.agent,
                iso(row.created_ns)[:19] + "Z",
                iso(row.revoked_ns)[:19] + "Z" if row.revoked_ns else "–",
            )
            for row in rows
        ],
    )


@command.command()
@click.argument("key_id")
@click.pass_context
def revoke(ctx: click.Context, key_id: str) -> None:
    """End credential KEY_ID; every worker refuses it within a second."""
    ctx.obj.ask(RevokeCredential(credential_id=key_id, by=ctx.obj.by()))
    wait_for_workers(ctx.obj.clock, ctx.obj.ask)
    click.echo(f"{key_id} is revoked.")
