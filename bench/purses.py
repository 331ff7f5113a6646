"""Limits that no call of a bench comes near."""

from podium.spend.limits import Limit, Unit, WindowKind, limit_id

PLENTY = 1 << 60


def some_limits(count: int, department: str, agent: str) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
    """Return limits of a department and of an agent, so many in all: no call comes near them."""
    units: tuple[Unit, ...] = ("usd", "tokens", "reasoning_tokens")
    windows: tuple[WindowKind, ...] = ("day", "week", "month")
    found = []
    for number in range(count):
        owner = f"agent/{agent}" if number % 2 else f"department/{department}"
        unit, window = units[number % 3], windows[number // 6 % 3]
        found.append(Limit(limit_id(owner, unit, window, None), owner, unit, 1 << 61, window))
    return tuple(found[::2]), tuple(found[1::2])
