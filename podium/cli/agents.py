"""`podium agents`: the agents of the manifests in force."""

import click

from podium.cli.output import put_json, put_table


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the agents of the manifests in force: where they belong, what they may use, what of them runs.

    Their credentials: podium agent list. What a request opens of their tools: podium policy explain.
    """
    from podium.views.agents import agent_rows

    with ctx.obj.engine().connect() as connection:
        rows = agent_rows(connection, now_ns=ctx.obj.clock.wall_ns())
    if as_json:
        put_json({"agents": rows})
        return
    put_table(
        ("agent", "department", "routes", "tools", "started by", "tasks", "keys"),
        [
            (
                row.name,
                row.department,
                ", ".join(row.routes) or "–",
                str(row.tools),
                row.started,
                str(row.living_tasks),
                str(row.keys),
            )
            for row in rows
        ],
        right=("tools", "tasks", "keys"),
    )
