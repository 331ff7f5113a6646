"""`podium tool`: the tools of the manifests, their definitions, and the calls of them."""

import click

from podium.cli.output import When, agent_option, put_json, put_table
from podium.cli.tool_draft import draft
from podium.ports.acts import ApproveTool


@click.group()
def command() -> None:
    """Draft a server's policy; list tools, resources and their calls, look at definitions, approve them."""


command.add_command(draft)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List tools and resources of the manifests in force, and whether their definitions hold."""
    from podium.views.tools import tool_rows

    with ctx.obj.engine().connect() as connection:
        rows = tool_rows(connection)
    if as_json:
        put_json({"tools": rows})
        return
    if not rows:
        click.echo("no tools yet: podium tool draft NAME --url URL writes a first policy", err=True)
    put_table(
        ("tool", "clients see", "effect", "definition", "sha256", "case"),
        [
            (
                row.tool,
                row.uri or row.name,
                row.effect if row.kind == "tool" else row.kind,
                row.state,
                (row.sha256 or "–")[:12],
                row.case_id or "–",
            )
            for row in rows
        ],
    )


@command.command()
@click.argument("tool", metavar="SERVER/TOOL")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def show(ctx: click.Context, tool: str, as_json: bool) -> None:
    """Show the definition of a tool that holds and, where its server has another one now, the difference."""
    import json

    from podium.views.text import iso
    from podium.views.tools import tool_detail

    with ctx.obj.engine().connect() as connection:
        detail = tool_detail(connection, tool)
    if as_json:
        put_json(detail)
        return
    row = detail.row
    what = row.effect if row.kind == "tool" else row.kind
    print(f"{row.tool} ({what}), {row.uri or row.name} for clients: {row.state}")
    if row.pinned_ns is not None:
        print(f"pinned {iso(row.pinned_ns)[:19]}Z by {row.pinned_by}, sha256 {row.sha256}")
    if detail.definition is not None:
        print(json.dumps(detail.definition, indent=2, sort_keys=True))
    if detail.diff:
        print(f"\nIts server has another definition now ({row.case_id or row.state}):\n{detail.diff}")


@command.command()
@click.argument("tool", metavar="SERVER/TOOL")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
@click.pass_context
def approve(ctx: click.Context, tool: str, reason: str) -> None:
    """Let tasks call a tool whose definition has changed. Look at it first: podium tool show."""
    click.echo(ctx.obj.ask(ApproveTool(ctx.obj.by(), tool, reason)).text)


@command.command()
@click.option(
    "--since", type=When(), default="24h", show_default=True, help="15m, 2h, 7d, or 2026-11-23T14:00."
)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def uses(ctx: click.Context, since: int, as_json: bool) -> None:
    """Count the calls of each tool: asked about, denied, failed. Names that no manifest has are told too."""
    from podium.views.text import iso
    from podium.views.tools import tool_uses

    with ctx.obj.engine().connect() as connection:
        rows = tool_uses(connection, since_ns=since)
    if as_json:
        put_json({"uses": rows})
        return
    put_table(
        ("tool", "calls", "asked", "denied", "failed", "last"),
        [
            (row.tool, *map(str, (row.calls, row.asked, row.denied, row.failed)), f"{iso(row.last_ns)[:19]}Z")
            for row in rows
        ],
    )


@command.command()
@click.option("--task", help="Of this task and all below it.")
@agent_option("Of this agent alone.")
@click.option("--tool", help="Of this tool alone, SERVER/TOOL.")
@click.option("--verdict", type=click.Choice(["allow", "ask", "deny"]))
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def calls(
    ctx: click.Context,
    task: str | None,
    agent: str | None,
    tool: str | None,
    verdict: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List calls of tools, newest first: verdict, rule and outcome of each."""
    from podium.views.text import iso
    from podium.views.tools import tool_call_rows

    with ctx.obj.engine().connect() as connection:
        rows = tool_call_rows(connection, task=task, agent=agent, tool=tool, verdict=verdict, limit=limit)
    if as_json:
        put_json({"calls": rows})
        return
    put_table(
        ("time", "agent", "tool", "verdict", "rule", "outcome", "task", "ms"),
        [
            (
                iso(row.at_ns)[:19] + "Z",
                row.agent,
                row.tool,
                row.verdict,
                row.rule,
                row.outcome or "–",
                row.task_id,
                f"{row.duration_us / 1000:.1f}",
            )
            for row in rows
        ],
    )
