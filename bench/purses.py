"""Slices for a gateway in memory, without a keeper: all that it will ever ask for."""

from podium.gateway.standing import Standing
from podium.ports.link import Drawn, Grant
from podium.spend.limits import Limit, limit_id

PLENTY = 1 << 60


def endow(standing: Standing) -> None:
    """Grant plenty of every limit of the snapshot."""
    slices, snapshot = standing.slices, standing.snapshot
    assert snapshot is not None
    for number, limit in enumerate(snapshot.limits().values(), 1):
        slices.ask_for((limit.id, None, 0), 1, PLENTY)
        question = slices.question("inc")
        assert question is not None
        grants = [Grant("now", None, number, 0, PLENTY, amount=limit.amount) for _ in question.wants]
        slices.hear(question, Drawn(tuple(grants)), 0)


def some_limits(count: int, department: str, agent: str) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
    """Return limits of a department and of an agent, so many in all: no call comes near them."""
    units = ("usd", "tokens", "reasoning_tokens")
    found = []
    for number in range(count):
        owner = f"agent/{agent}" if number % 2 else f"department/{department}"
        unit, window = units[number % 3], ("day", "week", "month")[number // 6 % 3]
        found.append(Limit(limit_id(owner, unit, window, None), owner, unit, 1 << 61, window))
    return tuple(found[::2]), tuple(found[1::2])
