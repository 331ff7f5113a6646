"""What a correction of a charge means for the limits that the charge drew on.

Each window of a limit is changed by the difference between what the charge stands at in it and what it must
stand at. So applying corrections in any number of steps comes to the same, and nothing is credited that was
not charged. What a bill does not tell (the tokens, where it has only an amount) stays as it was charged.
"""

from podium.kernel.call import Usage
from podium.spend.limits import Unit, used_of


def charged_at_first(
    unit: Unit, drawn: int, *, cost_nano_usd: int, usage: Usage | None, estimated: bool, crashed: bool
) -> int:
    """Return what the settlement of a charge took from a window that it drew ``drawn`` on.

    ``crashed``: the keeper settled it for a dead worker. Then that is all that was drawn, which the ledger's
    row has less of where a part had been given back.
    """
    if crashed:
        return drawn
    return used_of(unit, drawn, cost_nano_usd=cost_nano_usd, usage=usage, estimated=estimated)


def decide_standing(
    unit: Unit, stands: int, *, cost_nano_usd: int, usage: Usage | None, settled: bool
) -> int:
    """Return what a charge must stand at in a window once a correction has brought it to a cost.

    ``usage``: what the bill says of this charge alone. ``settled``: the charge is exact; at no cost it has
    used nothing.
    """
    if unit == "usd":
        return cost_nano_usd
    if usage is not None:
        return used_of(unit, 0, cost_nano_usd=cost_nano_usd, usage=usage, estimated=False)
    return 0 if settled and not cost_nano_usd else stands


def decide_kept(unit: Unit, left: int, explained_nano_usd: int) -> int:
    """Return how much of a window's unattributed amount stays charged when bills have explained so much.

    Whose the calls were is not known, so that each limit keeps all of what was explained, as far as it was
    charged; tokens are not known by amount, so that they are given back only where nothing was explained.
    """
    if unit == "usd":
        return min(left, explained_nano_usd)
    return left if explained_nano_usd else 0
