"""`podium task pause` and `resume`: one task, or all that match, with one reason."""

from typing import Any, Literal

import click

from podium.cli.output import put_json, put_table
from podium.kernel.errors import NotReady
from podium.ports.acts import SteerTask, SteerTasks, TasksSteered
from podium.ports.run_states import LIVING

_Act = Literal["pause", "resume"]
_HELP: dict[_Act, str] = {
    "pause": "Refuse the calls of tasks, and of what they have started, until they are resumed.",
    "resume": "Let tasks, and what they have started, go on.",
}
_MORE = (
    " Name TASK_IDs, or choose those that live by agent, department and state.\n\n"
    "In force in every worker within a second. Exit code 1: one of them could not be."
)


def _command(act: _Act) -> click.Command:
    @click.command(act, help=_HELP[act] + _MORE)
    @click.argument("task_ids", metavar="[TASK_ID]...", nargs=-1)
    @click.option("--agent", help="Those of this agent.")
    @click.option("--department", help="Those of this department, by name or path, and of those below it.")
    @click.option("--state", type=click.Choice(LIVING), help="Those in this state.")
    @click.option("--all", "everything", is_flag=True, help="All that live.")
    @click.option("--reason", required=True, help="Why, in a sentence; each keeps it for ever.")
    @click.option("--json", "as_json", is_flag=True, help="JSON: each of them, and what became of it.")
    @click.pass_context
    def do(
        ctx: click.Context, /, task_ids: tuple[str, ...], reason: str, *, as_json: bool, **which: Any
    ) -> int:
        if not task_ids and not any(which.values()):
            raise click.UsageError("Name tasks, or choose them: --agent, --department, --state, --all.")
        if len(task_ids) == 1 and not any(which.values()) and not as_json:
            click.echo(ctx.obj.ask(SteerTask(ctx.obj.by(), task_ids[0], act, reason)).text)
            return 0
        told = ctx.obj.ask(SteerTasks(ctx.obj.by(), act, reason, task_ids, **which))
        if not isinstance(told, TasksSteered):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        if as_json:
            put_json(told)
        elif not told.tasks:
            click.echo("No task that lives matches.", err=True)
        else:
            rows = [
                (one.task_id, one.agent or "–", ("done: " if one.done else "not: ") + one.text)
                for one in told.tasks
            ]
            put_table(("task", "agent", act), rows)
        return 0 if all(one.done for one in told.tasks) else 1

    return do


pause = _command("pause")
resume = _command("resume")
