"""`podium audit run --agent`: drives an agent some times, and takes the spans of each task."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
import msgspec

from podium.cli.output import put_table
from podium.kernel.errors import InvalidRequest, NotReady
from podium.kernel.spans import Span

if TYPE_CHECKING:
    from podium.views.audits import Audited

LOOK_S: Final = 0.5
STILL_S: Final = 2.0
"""Spans of a task that is over are all there when none has come for so long."""
LATE_S: Final = 15.0
F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS: Final = (
    click.option("--agent", help="Drive this Agent: its program is started by tasks of its own."),
    click.option("--request", metavar="TEXT", help="What it is asked for."),
    click.option("--times", type=click.IntRange(1, 1000), default=1, show_default=True, help="How often."),
    click.option(
        "--wait", "wait_s", type=click.IntRange(1), default=1800, show_default=True, help="Seconds, for all."
    ),
    click.option(
        "--at-least",
        type=click.FloatRange(0, 1),
        default=1.0,
        show_default=True,
        help="The share of tasks in which a rule of severity `error` must hold; `safety` always in all.",
    ),
)


def DRIVEN(function: F) -> F:  # noqa: N802 - a decorator like the others beside it
    """Add the options."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def drive(
    ctx: click.Context, agent: str, request: str | None, times: int, wait_s: int, *, say: bool
) -> dict[str, list[Span]]:
    """Queue tasks, wait for them, and return the steps of each. Raises NotReady where they take too long."""
    from podium.evidence.audits.ordering import steps_of
    from podium.ports.run_states import OVER
    from podium.ports.runs import GetRun, QueueTask

    if request is None:
        raise InvalidRequest("there is nothing to ask the agent for.", fix="Add --request TEXT.")
    tasks = [ctx.obj.ask(QueueTask(ctx.obj.by(), agent, request)).task_id for _ in range(times)]
    until_s = time.monotonic() + wait_s
    states: dict[str, str] = {}
    while len(states) < len(tasks):
        for task_id in tasks:
            if task_id not in states and (run := ctx.obj.ask(GetRun(task_id))).state in OVER:
                states[task_id] = run.state
        if time.monotonic() > until_s:
            left = ", ".join(task_id for task_id in tasks if task_id not in states)
            raise NotReady(f"After {wait_s} s these are not over: {left}.", fix="Give a longer --wait.")
        time.sleep(LOOK_S)
    if say:
        counts = ", ".join(f"{list(states.values()).count(it)} {it}" for it in sorted(set(states.values())))
        click.echo(f"{len(tasks)} tasks of {agent}: {counts}")
    return {task_id: steps_of(_spans(ctx, task_id)) for task_id in tasks}


def _spans(ctx: click.Context, task_id: str) -> list[Span]:
    """Return the spans of a task that is over, when no more come; none where it has made no step.

    Raises NotReady where more have come to the last.
    """
    from podium.ports.spans import GetTaskSpans

    found: list[Any] = []
    changed_s = began_s = time.monotonic()
    while True:
        now = ctx.obj.ask_collector(GetTaskSpans(task_id)).spans
        if len(now) != len(found):
            found, changed_s = now, time.monotonic()
        quiet_s = time.monotonic() - changed_s
        late = time.monotonic() - began_s >= LATE_S
        if late and quiet_s < STILL_S:
            raise NotReady(
                f"{task_id} is over, but after {LATE_S:.0f} s its spans still come in.",
                fix="Judge it later, by the id of its trace: podium audit run --trace.",
            )
        if late or (found and quiet_s >= STILL_S):
            return msgspec.convert(found, list[Span])
        time.sleep(LOOK_S)


def put_rates(found: "Sequence[Audited]") -> None:
    """Print how often each rule held."""
    rows: dict[tuple[str, str], list[Audited]] = {}
    for one in found:
        rows.setdefault((one.audit, one.finding.rule.name), []).append(one)
    table = []
    for (audit, rule), its in rows.items():
        verdicts = [one.finding.verdict for one in its]
        counts = [verdicts.count(it) for it in ("pass", "fail", "unknown")]
        severity = its[0].finding.rule.severity
        table.append((f"{audit}/{rule}", severity, *map(str, counts), f"{counts[0] / len(its):.0%}"))
    headers = ("rule", "severity", "pass", "fail", "unknown", "held")
    put_table(headers, table, right=("pass", "fail", "unknown", "held"))
