"""`podium policy`: what a request opens, and recorded calls against changed manifests."""

import os
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click
import msgspec

from podium.cli.output import plain, put_json, put_table
from podium.kernel.errors import NotFound, StateError

if TYPE_CHECKING:
    from podium.control.rehearsal import Rehearsed
    from podium.manifest.snapshot import Snapshot
    from podium.trust.openings import Openings, Taken
    from podium.trust.recorded import RecordedTask

EXIT_CHANGED = 3
SAME_OF_ALL: Final = frozenset(("request", "request.unclear", "request.delegates"))
"""Rules by which a request says nothing of one tool alone."""
_RULE: Final = re.compile(r": (?:@|forbid\s*\()")
"""Where the text of a rule begins, behind its reason."""
MOST_VALUES: Final = 5
"""Of one argument, that are shown."""
REQUESTS: Final = "Also the requests in FILE, a line each; `-` is standard input, `#` begins a remark."


@click.group()
def command() -> None:
    """Tools' policies: what a request opens, and recorded calls against changed manifests."""


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("agent")
@click.argument("request", nargs=-1)
@click.option("--requests", type=click.File(encoding="utf-8"), metavar="FILE", help=REQUESTS)
@click.option("--all", "every", is_flag=True, help="Each tool in a line, reads and closed ones too.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def explain(
    ctx: click.Context,
    path: Path,
    agent: str,
    request: tuple[str, ...],
    requests: TextIO | None,
    every: bool,
    as_json: bool,
) -> int:
    """Show what each REQUEST opens of the tools that AGENT is granted by the manifests in PATH.

    Of each tool whether it is open, how often and by which words, and what its arguments take of the request.
    Exit code 3 when a request wants something done that no tool is known to be meant by.
    """
    from podium.control.reconcile import compile_folder
    from podium.trust.openings import openings

    wanted = [*request, *(_lines(requests) if requests is not None else ())]
    if not wanted:
        raise click.UsageError("Say at least one request, or name a file of them: --requests FILE.")
    folder: Path = ctx.obj.manifests(path)
    now_ns = ctx.obj.clock.wall_ns()
    snapshot = compile_folder(folder, prices=ctx.obj.price_list(), at_ns=now_ns)
    row = snapshot.agents.get(agent)
    if row is None:
        raise NotFound(
            f"There is no agent {agent}.", fix=f"Choose from: {', '.join(sorted(snapshot.agents))}."
        )
    today = _day(now_ns)
    found = [openings(row.tools, snapshot.tools_of(row), one, today) for one in wanted]
    if as_json:
        put_json([{**msgspec.to_builtins(one), "answer": one.answer} for one in found])
    else:
        for number, one in enumerate(found, start=1):
            _put_openings(one, number if len(found) > 1 else None, every=every or len(found) == 1)
        if len(found) > 1:
            click.echo(_summary(found), err=True)
    return EXIT_CHANGED if any(one.answer == "asked" for one in found) else 0


def _day(at_ns: int) -> date:
    """Return the day of a time, UTC."""
    return datetime.fromtimestamp(at_ns / 1_000_000_000, UTC).date()


def _lines(file: TextIO) -> list[str]:
    """Return the requests of a file: a line each, without empty ones and those that begin with `#`."""
    return [line.strip() for line in file if line.strip() and not line.lstrip().startswith("#")]


def _summary(found: Sequence["Openings"]) -> str:
    """Return how many requests open something, and which others do not."""
    by: dict[str, list[str]] = {}
    for number, one in enumerate(found, start=1):
        by.setdefault(one.answer, []).append(str(number))
    told = [f"{len(by.get('open', ()))} open a tool"]
    for answer, what in (("guess", "by a guess"), ("asked", "not understood"), ("closed", "open nothing")):
        if answer in by:
            told.append(f"{len(by[answer])} {what} ({', '.join(by[answer])})")
    return f"{len(found)} requests: {', '.join(told)}"


def _put_openings(found: "Openings", number: int | None, *, every: bool) -> None:
    """Print what one request opens. ``every``: each tool, else only those of which it says something."""
    if number is not None:
        click.echo(f"{number}. {plain(found.request)}")
    told = [it for it in found.tools if it.effect != "read" and it.rule not in SAME_OF_ALL]
    shown = found.tools if every else told
    if shown:
        rows = [[it.tool, it.answer, _text(it.uses), it.reason] for it in shown]
        put_table(("tool", "answer", "uses", "reason"), rows, right=("uses",))
    for one in told:
        if one.takes and one.answer != "ask":
            click.echo(f"{one.tool} takes {plain('; '.join(map(_taken, one.takes)))}")
    for row in found.shared:
        click.echo(f"together {_text(row.most)}: {', '.join(row.tools)}")
    if any(it.rule == "request.delegates" for it in found.tools):
        click.echo("it leaves to a text what is to be done")
    if found.order:
        click.echo(f"no tool is known for: {plain(found.order)}")
    if found.words:
        click.echo(f"words of no tool: {plain(', '.join(found.words))}")
    rest = [it for it in found.tools if it.effect != "read" and it not in shown]
    for answer, what in (("ask", "asked about"), ("deny", "closed")):
        alike = [it.tool for it in rest if it.answer == answer]
        if alike:
            every_one = len(alike) == len(rest) > 3
            click.echo(f"{what}: {'every other write' if every_one else ', '.join(alike)}")
    if number is not None:
        click.echo("")


def _taken(one: "Taken") -> str:
    """Return what an argument takes, in words."""
    more = [f"{len(one.values) - MOST_VALUES} more"] if len(one.values) > MOST_VALUES else []
    values = ", ".join([*one.values[:MOST_VALUES], *more])
    named = f"what is found by {', '.join(one.names)}" if one.names else ""
    bound = f", up to {one.up_to}" if one.up_to else ""
    told = f"what a text says that it names{bound}" if one.texts else ""
    nothing = "nothing by name" if one.sink == "object" else "nothing"
    return f"{one.argument} ({one.sink}): {' or '.join(filter(None, (values, named, told))) or nothing}"


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("record", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--all", "every", is_flag=True, help="Each call, also as it was, and the ground of its values.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def test(ctx: click.Context, path: Path, record: Path, every: bool, as_json: bool) -> int:
    """Decide the calls of RECORD by the manifests in PATH. Exit code 3 when a verdict has changed."""
    from podium.control.reconcile import compile_folder
    from podium.control.rehearsal import rehearse
    from podium.trust.recorded import read_record

    folder: Path = ctx.obj.manifests(path)
    now_ns = ctx.obj.clock.wall_ns()
    snapshot = compile_folder(folder, prices=ctx.obj.price_list(), at_ns=now_ns)
    tasks = read_record(record.read_bytes(), str(record))
    calls = rehearse(snapshot, tasks, today=_day(now_ns))
    changed = [it for it in calls if it.changed]
    shown = calls if every else changed
    if as_json:
        put_json({"calls": len(calls), "changed": len(changed), "verdicts": shown})
    else:
        columns = ("task", "call", "tool", "before", "now", "rule", "reason")
        rows = [
            [it.task, str(it.number), it.tool, it.before, it.now, it.rule, _why(it, every=every)]
            for it in shown
        ]
        if rows:
            put_table(columns, rows, right=("call",))
        click.echo(f"{len(calls)} calls, {len(changed)} with another verdict", err=True)
    for line in _unknown(snapshot, tasks):
        click.echo(f"{record}: {line}", err=True)
    return EXIT_CHANGED if changed else 0


def _unknown(snapshot: "Snapshot", tasks: "Sequence[RecordedTask]") -> list[str]:
    """Return which names of a record the manifests do not have: what is denied for that proves nothing."""
    agents = dict.fromkeys(it.agent for it in tasks if it.agent not in snapshot.agents)
    tools = dict.fromkeys(call.tool for it in tasks for call in it.calls if snapshot.tool(call.tool) is None)
    return [
        *(f"there is no agent {plain(name)}, so each of its calls is denied" for name in agents),
        *(f"no ToolServer has {plain(name)}, so each call of it is denied" for name in tools),
    ]


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def record(ctx: click.Context, file: Path) -> None:
    """Write the calls that the living tasks have made into FILE, for `podium policy test`.

    It holds arguments and results, so that only its owner can read it. Who acts by PODIUM_TOKEN records the
    tasks whose content they may read.
    """
    from podium.ports.people import person
    from podium.tools.recorded import recorded_tasks
    from podium.trust.recorded import write_record
    from podium.views.tasks import departments_below

    tasks = recorded_tasks(ctx.obj.state / "tools")
    with ctx.obj.engine().connect() as connection:
        me = person(connection, ctx.obj.by(), ctx.obj.clock.wall_ns())
        if not me.owner:
            paths = departments_below(connection, [it.task for it in tasks])
            tasks = tuple(it for it in tasks if paths[it.task] and all(map(me.reads, paths[it.task])))
    if not tasks:
        fix = "Record while tasks are under way: with its end, what a task has read is forgotten."
        what = "No task that lives has called a tool"
        raise NotFound(f"{what}." if me.owner else f"{what}, of those whose content you may read.", fix=fix)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(write_record(tasks))
    except FileExistsError as error:
        raise StateError(f"{file} exists, and nothing is overwritten.", fix="Choose another name.") from error
    click.echo(f"{file}: {len(tasks)} tasks, {sum(len(it.calls) for it in tasks)} calls")


def _why(call: "Rehearsed", *, every: bool) -> str:
    """Return why a call is decided so, in a line. ``every``: and where its values come from.

    Of a rule its reason alone: its name stands beside, its text in what `--json` prints.
    """
    why = _RULE.split(call.reason, maxsplit=1)[0]
    return "; ".join((why.partition("\n")[0], *(call.grounds if every else ())))


def _text(value: object) -> str:
    return "" if value is None else str(value)
