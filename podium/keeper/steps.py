"""The steps of tasks as the ledger shows them: who loops.

Looked at are tasks with an identity, and sessions: what an agent does in an hour without either is the work
of many tasks, in which the same call over and over says nothing.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from operator import itemgetter
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from podium.keeper.ledger import CHARGE_COLUMNS, Row
from podium.ports.database import task_identities
from podium.spend.journal import Hold, ToolCall
from podium.spend.loops import Loop, LoopKind, LoopRule, LoopWatch, Step

MOST_TASKS: Final = 5000
"""Tasks that are watched; the one that was quiet the longest is forgotten."""
MOST_KNOWN: Final = 50_000
_DEEPEST: Final = 64
_of_charge: Final = itemgetter(*map(CHARGE_COLUMNS.index, (
    "route", "step", "request_digest", "outcome", "error_code", "finish_reason", "output_tokens",
)))  # fmt: skip
REPLAY: Final = "replay"
"""The rule of a call of a tool that did not go out again."""

WORDS: Final = {
    LoopKind.REPEATS: "asked the same, with the same outcome, {} times",
    LoopKind.CYCLE: "went the same way round, with the same outcomes, {} times on end",
    LoopKind.NO_PROGRESS: "has come to nothing new in {} steps on end",
    LoopKind.DEEP: "is {} calls within calls deep",
    LoopKind.WIDE: "has {} calls open at once",
    LoopKind.SPREADING: "is one of {} tasks that one task has started, itself and by others",
}


class TaskPlace(msgspec.Struct, frozen=True):
    """Where a task with an identity stands."""

    root_id: str
    depth: int


class Steps:
    """Looks at the steps of every task. In memory alone."""

    def __init__(self) -> None:
        self._rule = LoopRule()
        self._watches: OrderedDict[str, LoopWatch] = OrderedDict()
        self._places: dict[str, TaskPlace | None] = {}
        self._spread: Counter[str] = Counter()
        """Tasks by the task at their root."""

    def places(self, connection: Connection, tasks: Iterable[str]) -> dict[str, TaskPlace | None]:
        """Return where tasks stand; None for one without an identity."""
        new = {task for task in tasks if task not in self._places}
        if len(self._places) > MOST_KNOWN:
            self._places.clear()
            self._spread.clear()
        table = task_identities
        columns = (table.c.task_id, table.c.root_id, table.c.parent_id)
        rows = (
            connection.execute(select(*columns).where(table.c.task_id.in_(sorted(new)))).all() if new else []
        )
        self._places.update(dict.fromkeys(new))
        for row in rows:
            depth, above = 0, row.parent_id
            while above is not None and depth < _DEEPEST:
                depth += 1
                above = connection.execute(select(table.c.parent_id).where(table.c.task_id == above)).scalar()
            self._places[row.task_id] = TaskPlace(row.root_id, depth)
            count = select(func.count()).select_from(table).where(table.c.root_id == row.root_id)
            self._spread[row.root_id] = connection.execute(count).scalar_one()
        return self._places

    def take(self, task: str, row: Row, place: TaskPlace | None) -> Loop | None:
        """Take in a charge of a task or a session; return the loop that it makes plain."""
        route, step, digest, outcome, code, finish, tokens = _of_charge(row)
        asked = (step or "")[:16] or digest
        return self._step(task, f"{route} {asked}", f"{outcome} {code} {finish} {tokens}", place)

    def take_tool(self, call: ToolCall, place: TaskPlace, *, polls: bool = False) -> Loop | None:
        """Take in a call of a tool; return the loop that it makes plain.

        What a read has told is its outcome; without a digest of it (an older Podium's) it is no step. The
        same write over and over is a loop, whatever is answered: each answer may have a number of its own.
        ``polls``: the tool is there to be asked again. What was answered as in an earlier attempt is no step,
        nor is one that waits for a person: it is repeated to see whether they have answered.
        """
        if call.rule == REPLAY or call.verdict == "ask":
            return None
        told: str | None = ""
        if call.outcome == "succeeded" and call.effect in {None, "read"}:
            told = call.result_digest
            if told is None:
                return None
        outcome = f"{call.verdict} {call.rule} {call.outcome} {call.error_code} {told}"
        return self._step(call.task_id, f"{call.tool} {call.arguments_digest}", outcome, place, waits=polls)

    def _step(
        self, task: str, asked: str, outcome: str, place: TaskPlace | None, *, waits: bool = False
    ) -> Loop | None:
        watch = self._watches.pop(task, None) or LoopWatch(self._rule)
        self._watches[task] = watch
        if len(self._watches) > MOST_TASKS:
            self._watches.popitem(last=False)
        step = Step(asked.encode(), outcome.encode(), waits=waits)
        if place is not None:
            step = msgspec.structs.replace(step, depth=place.depth, tasks=self._spread[place.root_id])
        return watch.take(step)

    def forget(self, task: str) -> None:
        """Look at a task anew."""
        self._watches.pop(task, None)

    def widest(self, under_way: Iterable[Hold]) -> tuple[Hold, Loop] | None:
        """Return an attempt of the task with the most of them under way, where these are too many."""
        holds = list(under_way)
        if len(holds) <= self._rule.open_calls:
            return None
        counted = Counter(
            hold.task_id
            for hold in holds
            if hold.session is not None or self._places.get(hold.task_id) is not None
        )
        for task, count in counted.most_common(1):
            if count > self._rule.open_calls:
                return next(it for it in holds if it.task_id == task), Loop(LoopKind.WIDE, count)
        return None


def in_words(task: str, loop: Loop) -> str:
    """Return what a loop is."""
    return f"{task} {WORDS[loop.kind].format(loop.count)}"
