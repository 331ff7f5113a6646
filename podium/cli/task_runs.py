"""`podium task start` and `retry`: tasks whose programs Podium runs."""

import sys
import time
from pathlib import Path
from typing import Any

import click

from podium.cli.output import parse_span_s, put_json
from podium.kernel.errors import NotReady
from podium.kernel.money import parse_amount
from podium.ports.run_states import OVER
from podium.ports.runs import QueueTask, RunIs

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


def _print_result(ctx: click.Context, detail: Any) -> None:
    run = detail.run
    why = f": {run.reason}" if run.reason else ""
    print(f"podium: {run.task_id} {run.state}{why}", file=sys.stderr, flush=True)
    if run.result_sha256 is not None:
        body = ctx.obj.artifacts().read(run.result_sha256)
        sys.stdout.write(body.decode("utf-8", "replace"))
        sys.stdout.write("" if body.endswith(b"\n") else "\n")


@click.command()
@click.argument("agent")
@click.argument("request_", metavar="REQUEST")
@click.option(
    "--input", "input_", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file for it."
)
@click.option("--budget", metavar="USD", help="The most that it, and what it starts, may spend.")
@click.option("--deadline", metavar="TIME", help="When it must be over, from now: 30m, 12h.")
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
    budget: str | None,
    deadline: str | None,
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
        budget_nano_usd=parse_amount(budget, "usd") if budget is not None else None,
        deadline_ns=ctx.obj.clock.wall_ns() + parse_span_s(deadline) * _NS if deadline is not None else None,
        priority=priority,
    )
    return follow(ctx, queued(ctx, wish), wait=wait, as_json=as_json)
