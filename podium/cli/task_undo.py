"""`podium task undo`: takes back what a task has done, as far as its tools say how."""

import sys
import time

import click

from podium.cli.output import put_json
from podium.kernel.errors import NotReady
from podium.ports.acts import UndoTask

LOOK_S = 0.2
PATIENCE_S = 600.0


@click.command()
@click.argument("task_id")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def undo(ctx: click.Context, task_id: str, reason: str, as_json: bool) -> None:
    """Undo what TASK_ID has done, the last act first, and say what cannot be undone.

    The task must be over. Exit code 1: something that was done is not undone.
    """
    from podium.views.undos import in_words, undo_rows

    done = ctx.obj.ask(UndoTask(ctx.obj.by(), task_id, reason))
    engine, deadline = ctx.obj.engine(), time.monotonic() + PATIENCE_S
    while True:
        with engine.connect() as connection:
            row = next((one for one in undo_rows(connection, task_id) if one.id == done.id), None)
        if row is not None and row.state == "done":
            break
        if time.monotonic() > deadline:
            raise NotReady(f"{done.id} is not done yet.", fix="It goes on with the tool gateway.")
        time.sleep(LOOK_S)
    if as_json:
        put_json(row)
    else:
        for act in row.acts:
            print(in_words(act))
        if not row.acts:
            print(f"{task_id} has done nothing that could be undone.")
    if any(act.outcome != "undone" for act in row.acts):
        sys.exit(1)
