"""`podium task watch`: the steps of a task as they come, as a tree on a terminal, as lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

if TYPE_CHECKING:
    from podium.views.watch import Step, Watched

LOOK_S: Final = 0.5
SETTLE_LOOKS: Final = 3
"""So many looks without news after the end: the ledger has the last calls a moment later."""
EXIT_KILLED: Final = 7
EXIT_UNKNOWN: Final = 8
EXITS: Final = {
    "succeeded": 0,
    "ended": 0,
    "failed": 1,
    "expired": 1,
    "killed": EXIT_KILLED,
    "revoked": EXIT_KILLED,
    "unknown": EXIT_UNKNOWN,
}


@click.command()
@click.argument("task_id")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each step that is new or changes.")
@click.pass_context
def watch(ctx: click.Context, task_id: str, as_json: bool) -> int:
    """Watch the steps of TASK_ID, and of what it has started, until it is over.

    Ctrl-C ends the watching; the task goes on. Exit code 0: succeeded; 1: failed; 7: killed; 8: nobody knows
    what became of an act, and a person must say.
    """
    from podium.cli.watch_tree import Shown
    from podium.views.watch import watched

    engine, clock = ctx.obj.engine(), ctx.obj.clock

    def read() -> "Watched":
        with engine.connect() as connection:
            return watched(connection, task_id, clock.wall_ns())

    last: Watched | None = None
    live = not as_json and sys.stdout.isatty()
    shown = Shown(task_id, clock.wall_ns) if live else None
    try:
        for news, last in readings(read, time.sleep):
            if shown is not None:
                shown.show(last)
            else:
                _put_lines(news, as_json=as_json)
    except KeyboardInterrupt:
        state = last.state if last is not None else "there"
        print(f"podium: {task_id} goes on unwatched: it is {state}.", file=sys.stderr)
        return 130
    finally:
        if shown is not None:
            shown.close(last)
    assert last is not None  # noqa: S101 - there is one reading at least
    return _end(task_id, last, as_json=as_json)


def readings(
    read: Callable[[], "Watched"], sleep: Callable[[float], None]
) -> Iterator[tuple[list["Step"], "Watched"]]:
    """Yield what is new and the whole, reading by reading, until the task is over and nothing more comes."""
    from podium.views.watch import changed

    before: list[Step] = []
    quiet = 0
    while True:
        now = read()
        news = changed(before, now.steps)
        before = now.steps
        yield news, now
        quiet = quiet + 1 if now.over and not news else 0
        if quiet >= SETTLE_LOOKS:
            return
        sleep(LOOK_S)


def _put_lines(news: Sequence["Step"], *, as_json: bool) -> None:
    for step in news:
        if as_json:
            print(_json({"event": "step", **msgspec.to_builtins(step)}), flush=True)
        else:
            print(plain_line(step), flush=True)


def plain_line(step: "Step") -> str:
    """Return a step in a line of a log."""
    from podium.cli.watch_tree import in_words, took
    from podium.views.text import iso

    parts = [f"{iso(step.ended_ns or step.at_ns)[:19]}Z", f"{step.kind:<6}", step.id, f"{step.title}:"]
    parts.append(in_words(step))
    if step.waits_for == "person" and step.case_id is not None:
        parts.append(f"({step.case_id})")
    if step.ended_ns is not None:
        parts.append(f"({took(step, step.ended_ns)})")
    if step.cost_nano_usd and step.kind == "model":
        from podium.kernel.money import usd_text

        parts.append(f"{usd_text(step.cost_nano_usd)} USD")
    return " ".join(parts)


def _end(task_id: str, last: "Watched", *, as_json: bool) -> int:
    """Say how it has ended, and return the exit code."""
    from podium.cli.watch_tree import took
    from podium.kernel.money import usd_text

    root, code = last.steps[0], EXITS.get(last.state, 1)
    if as_json:
        end = {"task_id": task_id, "state": last.state, "why": root.why, "exit_code": code}
        print(_json({"event": "end", **end, "cost_nano_usd": root.cost_nano_usd}), flush=True)
        return code
    why = f": {root.why.removesuffix('.')}" if root.why else ""
    after = f" after {took(root, root.ended_ns)}" if root.ended_ns is not None else ""
    cost = usd_text(root.cost_nano_usd or 0)
    print(f"podium: {task_id} {_ENDS.get(last.state, last.state)}{after}, {cost} USD{why}.", file=sys.stderr)
    if last.state == "unknown":
        print(
            "  A person must say what became of it: podium inbox list --kind outcome.unknown", file=sys.stderr
        )
    return code


_ENDS: Final = {
    "succeeded": "has succeeded",
    "failed": "has failed",
    "killed": "was killed",
    "revoked": "was revoked",
    "ended": "has ended",
    "expired": "has expired",
    "unknown": "is unknown",
}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
