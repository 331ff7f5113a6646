"""`podium task`: tasks that have an identity."""

from typing import TYPE_CHECKING, Literal

import click

from podium.cli.output import Span, agent_option, put_json, put_table, said
from podium.cli.task_cost import cost
from podium.cli.task_hold import pause, resume
from podium.cli.task_runs import erase, print_run, retry, start, steer, table_rows
from podium.cli.task_undo import undo
from podium.cli.task_user import user_options
from podium.cli.task_watch import watch
from podium.kernel.errors import NotReady
from podium.ports.acts import BeginTask, RotateTaskKey, SteerTask

if TYPE_CHECKING:
    from podium.trust.request.user import User


@click.group()
def command() -> None:
    """List tasks; start one, look at it, watch, steer, pause, resume, end, kill or revoke it, try again."""


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@agent_option("Of this agent alone.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(ctx: click.Context, everything: bool, agent: str | None, limit: int, as_json: bool) -> None:
    """List tasks, newest first: those with a token, and those that Podium runs, queued ones too."""
    from podium.views.runs import RunFilters, run_rows, waiting
    from podium.views.tasks import task_rows

    with ctx.obj.engine().connect() as connection:
        rows = task_rows(
            connection,
            now_ns=ctx.obj.clock.wall_ns(),
            agent=agent,
            living=not everything,
            limit=limit,
        )
        runs = run_rows(connection, RunFilters(living=not everything, agent=agent), limit=limit)
        waits = waiting(connection, runs)
    if as_json:
        put_json({"tasks": rows, "runs": runs, "waits_for": waits})
        return
    put_table(("task", "agent", "state", "started", "ends", "parent"), table_rows(rows, runs, waits)[:limit])


@command.command()
@click.argument("task_id")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def show(ctx: click.Context, task_id: str, as_json: bool) -> None:
    """Show task TASK_ID: who it is, what it may, what it has started and cost."""
    from podium.kernel.money import usd_text
    from podium.trust.request.user import shown
    from podium.views.runs import find_run, run_detail
    from podium.views.tasks import find_task, task_detail
    from podium.views.text import iso

    now_ns = ctx.obj.clock.wall_ns()
    with ctx.obj.engine().connect() as connection:
        run = run_detail(connection, task_id) if find_run(connection, task_id) is not None else None
        begun = run is None or find_task(connection, task_id, now_ns) is not None
        detail = task_detail(connection, task_id, now_ns) if begun else None
    if as_json:
        put_json(detail if run is None else {"run": run, "identity": detail})
        return
    if run is not None:
        print_run(run)
    if detail is None:
        return
    task = detail.task
    print(f"{task.task_id} of {task.agent} ({task.department}): {task.state}")
    print(f"identity  {task.sub}{', bound to a key' if task.bound else ''}")
    for grant in task.grants:
        print(f"may       {grant.type}: {', '.join(grant.routes + grant.tools)}")
    if detail.user is not None:
        print(f"user      {shown(detail.user)}")
    print(f"time      {iso(task.started_ns)[:19]}Z to {iso(task.until_ns)[:19]}Z")
    if task.parent_id is not None:
        print(f"parent    {task.parent_id}")
    for child in detail.children:
        print(f"started   {child.task_id} of {child.agent}: {child.state}")
    print(f"cost      {usd_text(detail.cost_nano_usd)} USD in {detail.charges} charges")


@command.command()
@click.argument("agent")
@click.option("--request", metavar="TEXT", callback=said, help="The user's own words.")
@user_options
@click.option("--for", "life_s", type=Span(), help="How long the task lives: 30m, 12h.  [default: 1d]")
@click.option("--json", "as_json", is_flag=True, help="JSON: the task, too.")
@click.pass_context
def token(
    ctx: click.Context,
    agent: str,
    request: str | None,
    user: "User | None",
    life_s: int | None,
    as_json: bool,
) -> None:
    """Start a task of AGENT and print its token: the API key of every model route for ten minutes.

    A program renews it (docs/identity.md); `podium run` does so by itself.
    """
    from podium.ports.tasks import TaskIs

    begun = ctx.obj.ask(BeginTask(ctx.obj.by(), agent, request, life_s, user))
    if not isinstance(begun, TaskIs):
        raise NotReady(f"The keeper answered {type(begun).__name__}.")
    if as_json:
        put_json(begun)
    else:
        print(begun.token)


Act = Literal["end", "kill", "revoke"]
_ACTS: dict[Act, str] = {
    "end": "End TASK_ID and its children: their tokens are dead.",
    "kill": "Kill TASK_ID and its children: their tokens are dead.",
    "revoke": "Revoke the tokens of TASK_ID and its children: somebody else has them.",
}


def _add(act: Act, what: str) -> None:
    @command.command(act, help=f"{what} In force in every worker within a second.")
    @click.argument("task_id")
    @click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
    @click.pass_context
    def do(ctx: click.Context, task_id: str, reason: str) -> None:
        done = ctx.obj.ask(SteerTask(ctx.obj.by(), task_id, act, reason))
        click.echo(done.text)


command.add_command(cost)
command.add_command(pause)
command.add_command(resume)
command.add_command(start)
command.add_command(retry)
command.add_command(erase)
command.add_command(steer)
command.add_command(watch)

for _act, _what in _ACTS.items():
    _add(_act, _what)


command.add_command(undo)


@command.command("rotate-key")
@click.pass_context
def rotate_key(ctx: click.Context) -> None:
    """Sign task tokens with a new key; those that are out stay good to their end."""
    click.echo(ctx.obj.ask(RotateTaskKey(ctx.obj.by())).text)
