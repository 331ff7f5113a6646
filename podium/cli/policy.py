"""`podium policy`: what a request opens, and recorded calls against changed manifests."""

import os
from pathlib import Path

import click

from podium.cli.output import put_json, put_table
from podium.kernel.errors import NotFound, StateError

EXIT_CHANGED = 3


@click.group()
def command() -> None:
    """Tools' policies: what a request opens, and recorded calls against changed manifests."""


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("agent")
@click.argument("request")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def explain(ctx: click.Context, path: Path, agent: str, request: str, as_json: bool) -> None:
    """Show what REQUEST opens of the tools that AGENT is granted by the manifests in PATH."""
    from podium.control.reconcile import compile_folder
    from podium.trust.narrowing import narrow

    folder: Path = ctx.obj.manifests(path)
    snapshot = compile_folder(folder, prices=ctx.obj.price_list(), at_ns=ctx.obj.clock.wall_ns())
    row = snapshot.agents.get(agent)
    if row is None:
        raise NotFound(
            f"There is no agent {agent}.", fix=f"Choose from: {', '.join(sorted(snapshot.agents))}."
        )
    tools = snapshot.tools_of(row)
    effective = narrow(row.tools, tools, request)
    found = []
    for grant in effective.grants:
        refusal = effective.refusals.get(grant.tool)
        found.append(
            {
                "tool": grant.tool,
                "effect": tools[grant.tool].effect,
                "answer": refusal.answer if refusal else "allow",
                "uses": grant.uses,
                "reason": refusal.reason if refusal else "",
            }
        )
    if as_json:
        put_json(found)
    else:
        columns = ("tool", "effect", "answer", "uses", "reason")
        put_table(columns, [[_text(it[name]) for name in columns] for it in found], right=("uses",))


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("record", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--all", "every", is_flag=True, help="Also the verdicts that stay as they were.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def test(ctx: click.Context, path: Path, record: Path, every: bool, as_json: bool) -> int:
    """Decide the calls of RECORD by the manifests in PATH. Exit code 3 when a verdict has changed."""
    from podium.control.reconcile import compile_folder
    from podium.control.rehearsal import rehearse
    from podium.trust.recorded import read_record

    folder: Path = ctx.obj.manifests(path)
    snapshot = compile_folder(folder, prices=ctx.obj.price_list(), at_ns=ctx.obj.clock.wall_ns())
    calls = rehearse(snapshot, read_record(record.read_bytes()))
    changed = [it for it in calls if it.changed]
    shown = calls if every else changed
    if as_json:
        put_json({"calls": len(calls), "changed": len(changed), "verdicts": shown})
    else:
        columns = ("task", "call", "tool", "before", "now", "rule", "reason")
        rows = [[it.task, str(it.number), it.tool, it.before, it.now, it.rule, it.reason] for it in shown]
        if rows:
            put_table(columns, rows, right=("call",))
        click.echo(f"{len(calls)} calls, {len(changed)} with another verdict", err=True)
    return EXIT_CHANGED if changed else 0


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def record(ctx: click.Context, file: Path) -> None:
    """Write the calls that the living tasks have made into FILE, for `podium policy test`.

    It holds arguments and results, so that only its owner can read it.
    """
    from podium.tools.recorded import recorded_tasks
    from podium.trust.recorded import write_record

    tasks = recorded_tasks(ctx.obj.state / "tools")
    if not tasks:
        fix = "Record while tasks are under way: with its end, what a task has read is forgotten."
        raise NotFound("No task that lives has called a tool.", fix=fix)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(write_record(tasks))
    except FileExistsError as error:
        raise StateError(f"{file} exists, and nothing is overwritten.", fix="Choose another name.") from error
    click.echo(f"{file}: {len(tasks)} tasks, {sum(len(it.calls) for it in tasks)} calls")


def _text(value: object) -> str:
    return "" if value is None else str(value)
