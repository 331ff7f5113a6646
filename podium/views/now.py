"""Now: what is happening, over a window that ends at this moment."""

from collections import defaultdict
from typing import Final

import msgspec
from sqlalchemy import Connection, case, func, select

from podium.ports.database import calls, charges
from podium.spend.journal import WENT_WELL

SAMPLE: Final = 5000
"""Quantiles are of the newest calls of the window, at most so many."""
BUCKETS: Final = 60


class Bucket(msgspec.Struct, frozen=True):
    """One step of a series."""

    start_ns: int
    cost_nano_usd: int
    calls: int
    errors: int


class Share(msgspec.Struct, frozen=True):
    """One department's or agent's part of the window."""

    name: str
    calls: int
    errors: int
    cost_nano_usd: int
    input_tokens: int
    output_tokens: int


class Quantiles(msgspec.Struct, frozen=True):
    """Nearest-rank quantiles in microseconds, None without values; ``sampled``: of some calls only."""

    p50_us: int | None
    p95_us: int | None
    count: int
    sampled: bool


class Now(msgspec.Struct, frozen=True):
    """The window. Rates and shares are None where there is no denominator."""

    until_ns: int
    window_s: int
    calls: int
    errors: int
    error_share: float | None
    calls_per_s: float
    cost_nano_usd: int
    estimated_nano_usd: int
    input_tokens: int
    output_tokens: int
    tokens_per_s: float
    time_to_first_token: Quantiles
    overhead: Quantiles
    series: list[Bucket]
    bucket_s: float
    by_department: list[Share]
    by_agent: list[Share]


def quantiles(values: list[int], *, sampled: bool) -> Quantiles:
    """Return p50 and p95 by nearest rank."""
    ordered = sorted(values)
    if not ordered:
        return Quantiles(None, None, 0, sampled)

    def rank(percent: int) -> int:
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    return Quantiles(rank(50), rank(95), len(ordered), sampled)


def now(connection: Connection, now_ns: int, window_s: int = 900) -> Now:
    """Return the figures of the ``window_s`` seconds before ``now_ns`` (Unix nanoseconds)."""
    since_ns = now_ns - window_s * 1_000_000_000
    in_window = (charges.c.admitted_ns >= since_ns, charges.c.admitted_ns <= now_ns)
    calls_in_window = (calls.c.admitted_ns >= since_ns, calls.c.admitted_ns <= now_ns)
    spend = connection.execute(
        select(
            func.coalesce(func.sum(charges.c.cost_nano_usd), 0),
            func.coalesce(func.sum(case((charges.c.estimated, charges.c.cost_nano_usd), else_=0)), 0),
            func.coalesce(func.sum(charges.c.input_tokens), 0),
            func.coalesce(func.sum(charges.c.output_tokens), 0),
        ).where(*in_window)
    ).one()
    cost, estimated, input_tokens, output_tokens = (int(value) for value in spend)
    failed = case((calls.c.outcome.not_in(WENT_WELL), 1), else_=0)
    count, errors = (
        int(value)
        for value in connection.execute(
            select(func.count(), func.coalesce(func.sum(failed), 0)).where(*calls_in_window)
        ).one()
    )
    first_tokens = connection.execute(
        select(charges.c.first_token_us)
        .where(*in_window, charges.c.first_token_us.is_not(None))
        .order_by(charges.c.admitted_ns.desc())
        .limit(SAMPLE)
    ).scalars()
    overheads = connection.execute(
        select(calls.c.overhead_us)
        .where(*calls_in_window, calls.c.overhead_us.is_not(None))
        .order_by(calls.c.admitted_ns.desc())
        .limit(SAMPLE)
    ).scalars()
    sampled = count > SAMPLE
    bucket_ns = max(window_s * 1_000_000_000 // BUCKETS, 1)
    shares = _shares(connection, since_ns, now_ns)
    return Now(
        until_ns=now_ns,
        window_s=window_s,
        calls=count,
        errors=errors,
        error_share=errors / count if count else None,
        calls_per_s=count / window_s,
        cost_nano_usd=cost,
        estimated_nano_usd=estimated,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        tokens_per_s=(input_tokens + output_tokens) / window_s,
        time_to_first_token=quantiles(list(first_tokens), sampled=sampled),
        overhead=quantiles(list(overheads), sampled=sampled),
        series=_series(connection, since_ns, now_ns, bucket_ns),
        bucket_s=bucket_ns / 1_000_000_000,
        by_department=_grouped(shares, 0),
        by_agent=_grouped(shares, 1),
    )


def _series(connection: Connection, since_ns: int, now_ns: int, bucket_ns: int) -> list[Bucket]:
    # SQLAlchemy's // is integer division in every dialect.
    index = (calls.c.admitted_ns - since_ns) // bucket_ns
    failed = case((calls.c.outcome.not_in(WENT_WELL), 1), else_=0)
    query = (
        select(index.label("i"), func.sum(calls.c.cost_nano_usd), func.count(), func.sum(failed))
        .where(calls.c.admitted_ns >= since_ns, calls.c.admitted_ns <= now_ns)
        .group_by("i")
    )
    found = {int(row[0]): row for row in connection.execute(query)}
    series = []
    for number in range(BUCKETS):
        row = found.get(number)
        start_ns = since_ns + number * bucket_ns
        cost, count, errors = (int(row[1]), int(row[2]), int(row[3])) if row is not None else (0, 0, 0)
        series.append(Bucket(start_ns, cost, count, errors))
    return series


def _shares(connection: Connection, since_ns: int, now_ns: int) -> list[tuple[str, str, list[int]]]:
    """Return (department, agent, [calls, errors, cost, input tokens, output tokens])."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)
    failed = case((calls.c.outcome.not_in(WENT_WELL), 1), else_=0)
    for department, agent, count, errors in connection.execute(
        select(calls.c.department, calls.c.agent, func.count(), func.sum(failed))
        .where(calls.c.admitted_ns >= since_ns, calls.c.admitted_ns <= now_ns)
        .group_by(calls.c.department, calls.c.agent)
    ):
        found[department, agent][:2] = [int(count), int(errors)]
    for department, agent, *sums in connection.execute(
        select(
            charges.c.department,
            charges.c.agent,
            func.sum(charges.c.cost_nano_usd),
            func.coalesce(func.sum(charges.c.input_tokens), 0),
            func.coalesce(func.sum(charges.c.output_tokens), 0),
        )
        .where(charges.c.admitted_ns >= since_ns, charges.c.admitted_ns <= now_ns)
        .group_by(charges.c.department, charges.c.agent)
    ):
        found[department, agent][2:] = [int(value) for value in sums]
    return [(department, agent, figures) for (department, agent), figures in found.items()]


def _grouped(shares: list[tuple[str, str, list[int]]], place: int) -> list[Share]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for share in shares:
        name = share[0] if place == 0 else share[1]
        sums[name] = [a + b for a, b in zip(sums[name], share[2], strict=True)]
    rows = [Share(name, *figures) for name, figures in sums.items()]
    return sorted(rows, key=lambda row: (-row.cost_nano_usd, row.name))
