"""`podium task start` and `retry`: tasks whose programs Podium runs."""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podium.cli.output import Span, Usd, put_json, said
from podium.cli.task_user import user_options
from podium.kernel.errors import NotReady
from podium.kernel.money import usd_text
from podium.ports.acts import EraseTask, RetryTask, SteerTask
from podium.ports.run_states import OVER
from podium.ports.runs import QueueTask, RunIs
from podium.trust.credentials.identity import MODELS, TOOLS, Detail

if TYPE_CHECKING:
    from podium.trust.request.user import User
    from podium.views.runs import RunDetail
    from podium.views.tasks import TaskRow

LOOK_EVERY_S = 0.2
_NS = 1_000_000_000


def queued(ctx: click.Context, wish: QueueTask) -> RunIs:
    """Ask for a run. Raises what the keeper refused."""
    told = ctx.obj.ask(wish)
    if not isinstance(told, RunIs):
        raise NotReady(f"The keeper answered {type(told).__name__}.")
    return told


def follow(ctx: click.Context, run: RunIs, *, wait: bool, as_json: bool) -> int:
    """Say that a run is queued, or wait for its end and say what became of it; return the exit code."""
    from podium.views.runs import run_detail

    if not wait:
        if as_json:
            put_json(run)
        else:
            print(run.task_id)
        return 0
    if not as_json:
        print(f"podium: {run.task_id} of {run.agent} is queued", file=sys.stderr, flush=True)
    engine = ctx.obj.engine()
    while True:
        with engine.connect() as connection:
            detail = run_detail(connection, run.task_id)
        if detail.run.state in OVER or detail.run.state == "unknown":
            break
        time.sleep(LOOK_EVERY_S)
    if as_json:
        put_json(detail)
    else:
        _print_result(ctx, detail)
    return 0 if detail.run.state == "succeeded" else 1


def _print_result(ctx: click.Context, detail: "RunDetail") -> None:
    run = detail.run
    why = f": {run.reason}" if run.reason else ""
    print(f"podium: {run.task_id} {run.state}{why}", file=sys.stderr, flush=True)
    if run.result_sha256 is not None:
        body = ctx.obj.artifacts().read(run.result_sha256)
        sys.stdout.write(body.decode("utf-8", "replace"))
        sys.stdout.write("" if body.endswith(b"\n") else "\n")


@click.command()
@click.argument("agent")
@click.argument("request_", metavar="REQUEST", callback=said)
@click.option(
    "--input", "input_", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file for it."
)
@user_options
@click.option("--budget", type=Usd(), help="The most that it, and what it starts, may spend.")
@click.option("--deadline", type=Span(), help="When it must be over, from now: 30m, 12h.")
@click.option(
    "--priority", type=click.IntRange(-100, 100), help="The higher, the sooner.  [default: the agent's]"
)
@click.option("--wait", is_flag=True, help="Wait for its end; print its result. Exit code 1: it failed.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def start(
    ctx: click.Context,
    agent: str,
    request_: str,
    input_: Path | None,
    user: "User | None",
    budget: int | None,
    deadline: int | None,
    priority: int | None,
    wait: bool,
    as_json: bool,
) -> int:
    """Put a task of AGENT into the queue; Podium runs its program. Print the task's id.

    REQUEST is what is asked for, in the user's own words: it decides what the task may do (docs/tools.md).
    """
    wish = QueueTask(
        ctx.obj.by(),
        agent,
        request_,
        input_sha256=ctx.obj.artifacts().put(input_.read_bytes()) if input_ is not None else None,
        budget_nano_usd=budget,
        deadline_ns=ctx.obj.clock.wall_ns() + deadline * _NS if deadline is not None else None,
        priority=priority,
        user=user,
    )
    return follow(ctx, queued(ctx, wish), wait=wait, as_json=as_json)


@click.command()
@click.argument("task_id")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
@click.option("--message", metavar="TEXT", help="What its program is told ($PODIUM_MESSAGES).")
@click.option("--limit", "amount", type=Usd(), help="What it, and what it starts, may spend in all.")
@click.option("--deadline", type=Span(), help="When it must be over, from now: 30m, 12h.")
@click.option("--routes", metavar="LIST", help="The routes that it may still call, with commas; none: ''.")
@click.option("--tools", metavar="LIST", help="The tools that it may still call, with commas; none: ''.")
@click.pass_context
def steer(
    ctx: click.Context,
    task_id: str,
    reason: str,
    message: str | None,
    amount: int | None,
    deadline: int | None,
    routes: str | None,
    tools: str | None,
) -> None:
    """Tell TASK_ID something, or change what it may: less of its grants, a budget, a deadline.

    What it has started may no more than it does. In force in every worker within a second.
    """
    by, found = ctx.obj.by(), []
    if message is not None:
        found.append(SteerTask(by, task_id, "message", reason, text=message))
    if amount is not None:
        found.append(SteerTask(by, task_id, "limit", reason, amount_nano_usd=amount))
    if deadline is not None:
        at_ns = ctx.obj.clock.wall_ns() + deadline * _NS
        found.append(SteerTask(by, task_id, "deadline", reason, deadline_ns=at_ns))
    if routes is not None or tools is not None:
        details = (_detail(MODELS, routes), _detail(TOOLS, tools))
        found.append(SteerTask(by, task_id, "narrow", reason, details=details))
    if not found:
        raise click.UsageError("Say what shall change: --message, --limit, --deadline, --routes, --tools.")
    for act in found:
        click.echo(ctx.obj.ask(act).text)


def _detail(kind: str, names: str | None) -> Detail:
    """Return a grant of names; None: of all."""
    wanted = ("*",) if names is None else tuple(name.strip() for name in names.split(",") if name.strip())
    return Detail(kind, routes=wanted) if kind == MODELS else Detail(kind, tools=wanted)


@click.command()
@click.argument("task_id")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
@click.pass_context
def retry(ctx: click.Context, task_id: str, reason: str) -> None:
    """Put TASK_ID, which is over, into the queue once more: same request, same input. Print the new id.

    Where a person had narrowed its grant, it may no more than was left to it.
    """
    done = ctx.obj.ask(RetryTask(ctx.obj.by(), task_id, reason))
    print(done.id)
    click.echo(done.text, err=True)


@click.command()
@click.argument("task_id")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
@click.pass_context
def erase(ctx: click.Context, task_id: str, reason: str) -> None:
    """Erase at once what TASK_ID, which is over, and what it has started have said.

    Request, input, messages, result and artifacts; figures stay. It happens by itself some days after the end
    (podium up --keep-runs-days).
    """
    print(ctx.obj.ask(EraseTask(ctx.obj.by(), task_id, reason)).text)


def table_rows(
    tasks: "Sequence[TaskRow]", runs: Sequence[RunIs], waits: Mapping[str, str]
) -> list[list[str]]:
    """Return lines for people of tasks and runs, the newest first; a run says how it stands."""
    from podium.views.text import iso

    lines: dict[str, list[str]] = {}
    for task in tasks:
        times = (f"{iso(at_ns)[:19]}Z" for at_ns in (task.started_ns, task.until_ns))
        lines[task.task_id] = [task.task_id, task.agent, task.state, *times, task.parent_id or "–"]
    for run in runs:
        line = lines.setdefault(
            run.task_id, [run.task_id, run.agent or run.kind, "", "–", "–", run.parent_id or "–"]
        )
        waits_for = waits.get(run.task_id)
        line[2] = f"waiting ({waits_for})" if waits_for is not None else run.state
    return [lines[task_id] for task_id in sorted(lines, reverse=True)]


def print_run(detail: "RunDetail") -> None:
    """Print how a run stands, what it has used and what it has left behind."""
    from podium.views.runs import WAITS
    from podium.views.text import iso

    run = detail.run
    state = f"waiting for {WAITS[detail.waits_for]}" if detail.waits_for is not None else run.state
    print(f"run       {state}{f': {run.reason}' if run.reason else ''}")
    print(f"attempt   {run.attempt} of {run.attempts}, priority {run.priority}, queued by {run.by}")
    if run.erased_ns is not None:
        print(f"erased    what it has said, on {iso(run.erased_ns)[:19]}Z")
    if detail.request is not None:
        print(f"request   {detail.request}")
    if run.budget_nano_usd is not None:
        spent = usd_text(detail.cost_of_all_nano_usd)
        print(f"budget    {usd_text(run.budget_nano_usd)} USD, of which {spent} are spent")
    if run.cpu_ms is not None:
        peak = "" if run.peak_memory_bytes is None else f", {run.peak_memory_bytes / 1e6:.0f} MB at most"
        gpu = f", {run.gpu_ms / 1000:.2f} GPU seconds" if run.gpu_ms else ""
        print(f"used      {run.cpu_ms / 1000:.2f} CPU seconds{gpu}{peak}")
    if run.exit_code is not None:
        print(f"exit code {run.exit_code}")
    if run.result_sha256 is not None:
        print(f"result    sha256 {run.result_sha256}")
    for one in detail.artifacts:
        print(f"left      {one.name} ({one.media_type}, {one.bytes} bytes) sha256 {one.sha256}")
    for child in detail.children:
        print(f"began     {child.task_id} of {child.agent or child.kind}: {child.state}")
