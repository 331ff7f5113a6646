"""`podium pipeline`: run pipelines, list their runs, look at one, cancel it, go on with it."""

import json
import time
from typing import Any

import click

from podium.cli.output import put_json, put_table
from podium.ports.pipelines import CancelPipeline, RetryPipeline, StartPipeline

Reason = click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
LOOK_S = 0.5
_OVER = ("succeeded", "failed", "cancelled")


@click.group()
def command() -> None:
    """Run pipelines, and see what has become of them."""


@command.command()
@click.argument("name")
@click.option("--input", "given", multiple=True, metavar="NAME=VALUE", help="An input; JSON, or a text.")
@click.option("--wait", is_flag=True, help="Until it is over; exit code 1 unless it has succeeded.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def run(ctx: click.Context, name: str, given: tuple[str, ...], wait: bool, as_json: bool) -> None:
    """Start a run of NAME."""
    inputs = _inputs(ctx, name, given)
    told = ctx.obj.ask(StartPipeline(ctx.obj.by(), name, json.dumps(inputs)))
    if not as_json:
        print(f"{told.run_id} has begun; podium pipeline show {told.run_id}")
    if wait:
        _wait(ctx, told.run_id, as_json=as_json)
    elif as_json:
        put_json({"run": told.run_id, "task": told.root_id})


def _inputs(ctx: click.Context, name: str, given: tuple[str, ...]) -> dict[str, Any]:
    """Return the inputs as their types want them: a text as it is written, everything else as JSON."""
    from podium.views.pipelines import in_force

    with ctx.obj.engine().connect() as connection:
        snapshot = in_force(connection)
    row = snapshot.pipelines.get(name) if snapshot is not None else None
    found: dict[str, Any] = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(f"--input {one!r}: write NAME=VALUE.")
        if row is not None and key in row.inputs and row.inputs[key].type == "text":
            found[key] = value
            continue
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def _wait(ctx: click.Context, run_id: str, *, as_json: bool) -> None:
    from podium.views.pipelines import run_detail

    while True:
        with ctx.obj.engine().connect() as connection:
            detail = run_detail(connection, run_id)
        if detail.run.state in _OVER:
            break
        time.sleep(LOOK_S)
    if as_json:
        put_json(detail)
    else:
        _show(detail)
    if detail.run.state != "succeeded":
        ctx.exit(1)


@command.command("list")
@click.option("--runs", is_flag=True, help="Runs, newest first, instead of pipelines.")
@click.option("--pipeline", help="Runs of this one alone.")
@click.option("--state", type=click.Choice(["running", "cancelling", *_OVER]), help="Runs in this state.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(
    ctx: click.Context, runs: bool, pipeline: str | None, state: str | None, limit: int, as_json: bool
) -> None:
    """List pipelines, or their runs."""
    from podium.views.pipelines import pipeline_views, run_rows
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        if runs or pipeline is not None or state is not None:
            rows = run_rows(connection, pipeline=pipeline, state=state, limit=limit)
            if as_json:
                put_json({"runs": rows})
                return
            put_table(
                ("run", "pipeline", "state", "trigger", "started", "USD", "why"),
                [
                    (
                        row.id,
                        row.pipeline,
                        row.state,
                        row.trigger,
                        iso(row.started_ns)[:19] + "Z",
                        f"{row.cost_nano_usd / 1e9:,.4f}",
                        row.reason[:60],
                    )
                    for row in rows
                ],
                right=("USD",),
            )
            return
        views = pipeline_views(connection)
    if as_json:
        put_json({"pipelines": views})
        return
    put_table(
        ("pipeline", "agent", "steps", "triggers", "last run", "state"),
        [
            (
                view.name,
                view.agent,
                str(view.steps),
                ", ".join(view.triggers) or "–",
                view.last.id if view.last is not None else "–",
                view.last.state if view.last is not None else "–",
            )
            for view in views
        ],
        right=("steps",),
    )


@command.command()
@click.argument("run_id", metavar="RUN")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def show(ctx: click.Context, run_id: str, as_json: bool) -> None:
    """Show RUN as a tree: steps, states, times, cost."""
    from podium.views.pipelines import run_detail

    with ctx.obj.engine().connect() as connection:
        detail = run_detail(connection, run_id)
    if as_json:
        put_json(detail)
        return
    _show(detail)


def _show(detail: Any) -> None:
    from podium.views.text import iso

    run = detail.run
    print(f"{run.id} of {run.pipeline} ({run.department}): {run.state}")
    if run.reason:
        print(f"reason     {run.reason}")
    print(f"started    {iso(run.started_ns)[:19]}Z by {run.by} ({run.trigger})")
    if run.ended_ns is not None:
        print(f"ended      {iso(run.ended_ns)[:19]}Z, after {_took(run.started_ns, run.ended_ns)}")
    budget = f" of {run.budget_nano_usd / 1e9:,.4f}" if run.budget_nano_usd is not None else ""
    print(f"cost       {run.cost_nano_usd / 1e9:,.6f}{budget} USD on models")
    print(f"task       {run.root_id}")
    print(f"trace      {run.trace_id}")
    for step in detail.steps:
        _show_step(step)


def _show_step(step: Any) -> None:
    many = f" {step.done}/{step.planned}" if step.planned != 1 or len(step.units) > 1 else ""
    needs = f"  after {', '.join(step.needs)}" if step.needs else ""
    print(f"{'  ' * step.level}+ {step.name} [{step.kind}] {step.state}{many}{needs}")
    if step.reason:
        print(f"{'  ' * step.level}    {step.reason}")
    for unit in step.units:
        place = f"[{unit.item}] {unit.entry} " if unit.item is not None else ""
        took = f", {_took(unit.began_ns, unit.ended_ns)}" if unit.began_ns and unit.ended_ns else ""
        cost = f", {unit.cost_nano_usd / 1e9:,.6f} USD" if unit.cost_nano_usd else ""
        tries = f", attempt {unit.attempt}" if unit.attempt > 1 else ""
        where = unit.task_id or unit.case_id
        if where is not None or unit.item is not None:
            ident = f": {where}" if where is not None else ""
            print(f"{'  ' * step.level}    {place}{unit.state}{tries}{took}{cost}{ident}")


def _took(began_ns: int, ended_ns: int) -> str:
    seconds = (ended_ns - began_ns) / 1e9
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


@command.command()
@click.argument("run_id", metavar="RUN")
@Reason
@click.pass_context
def cancel(ctx: click.Context, run_id: str, reason: str) -> None:
    """End RUN: nothing more of it begins, what is under way is killed."""
    told = ctx.obj.ask(CancelPipeline(ctx.obj.by(), run_id, reason))
    print(f"{told.run_id} ends.")


@command.command()
@click.argument("run_id", metavar="RUN")
@Reason
@click.option("--wait", is_flag=True, help="Until it is over; exit code 1 unless it has succeeded.")
@click.pass_context
def retry(ctx: click.Context, run_id: str, reason: str, wait: bool) -> None:
    """Go on with RUN from what has not succeeded; what has is kept."""
    told = ctx.obj.ask(RetryPipeline(ctx.obj.by(), run_id, reason))
    print(f"{told.run_id} goes on under {told.root_id}.")
    if wait:
        _wait(ctx, told.run_id, as_json=False)
