"""Figures over time, in steps whose edges stand still: two readings agree on every full step."""

from collections import defaultdict
from typing import Final

import msgspec
from sqlalchemy import Connection, case, func, select
from sqlalchemy.sql import ColumnElement

from podium.ports.database import calls, charges
from podium.spend.journal import WENT_WELL
from podium.views.now import Quantiles, quantiles

STEPS: Final = 60
SAMPLE: Final = 20_000
"""Quantiles are of the newest first tokens of the window, at most so many."""


class Step(msgspec.Struct, frozen=True):
    """One step. ``cost_nano_usd`` is by department; calls and errors count where they were admitted."""

    start_ns: int
    cost_nano_usd: dict[str, int]
    calls: int
    errors: int
    first_token: Quantiles


class Steps(msgspec.Struct, frozen=True):
    """All steps in order of time, the last one still filling. ``departments``: the dearest first."""

    step_s: int
    from_ns: int
    to_ns: int
    departments: list[str]
    steps: list[Step]


def steps(connection: Connection, now_ns: int, window_s: int) -> Steps:
    """Return the steps that cover the ``window_s`` seconds before ``now_ns`` (Unix nanoseconds)."""
    step_s = max(window_s // STEPS, 1)
    step_ns = step_s * 1_000_000_000
    to_ns = (now_ns // step_ns + 1) * step_ns
    from_ns = to_ns - STEPS * step_ns
    cost: dict[int, dict[str, int]] = defaultdict(dict)
    sums: dict[str, int] = defaultdict(int)
    step = _step(charges.c.admitted_ns, step_ns)
    for start_ns, department, nano_usd in connection.execute(
        select(step, charges.c.department, func.sum(charges.c.cost_nano_usd))
        .where(charges.c.admitted_ns >= from_ns, charges.c.admitted_ns <= now_ns)
        .group_by(step, charges.c.department)
    ):
        cost[int(start_ns)][department] = int(nano_usd)
        sums[department] += int(nano_usd)
    step = _step(calls.c.admitted_ns, step_ns)
    counts = {
        int(start_ns): (int(count), int(errors))
        for start_ns, count, errors in connection.execute(
            select(step, func.count(), func.sum(case((calls.c.outcome.not_in(WENT_WELL), 1), else_=0)))
            .where(calls.c.admitted_ns >= from_ns, calls.c.admitted_ns <= now_ns)
            .group_by(step)
        )
    }
    first_tokens: dict[int, list[int]] = defaultdict(list)
    newest = connection.execute(
        select(charges.c.admitted_ns, charges.c.first_token_us)
        .where(
            charges.c.admitted_ns >= from_ns,
            charges.c.admitted_ns <= now_ns,
            charges.c.first_token_us.is_not(None),
        )
        .order_by(charges.c.admitted_ns.desc())
        .limit(SAMPLE)
    ).all()
    for admitted_ns, first_token_us in newest:
        first_tokens[admitted_ns - admitted_ns % step_ns].append(first_token_us)
    sampled = len(newest) == SAMPLE
    return Steps(
        step_s,
        from_ns,
        to_ns,
        sorted(sums, key=lambda department: (-sums[department], department)),
        [
            Step(
                start_ns,
                cost.get(start_ns, {}),
                *counts.get(start_ns, (0, 0)),
                quantiles(first_tokens.get(start_ns, []), sampled=sampled),
            )
            for start_ns in range(from_ns, to_ns, step_ns)
        ],
    )


def _step(column: ColumnElement[int], step_ns: int) -> ColumnElement[int]:
    """Return when a moment's step starts. Not its number: databases disagree on what a division yields."""
    start: ColumnElement[int] = column - column % step_ns
    return start
