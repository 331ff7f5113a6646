"""What a bill shows of the money that was lost sight of when a host crashed.

A charge that is `unattributed` is all that a dead worker held and its journal cannot show: the most that may
have been spent, at whatever provider. What a provider's bill has of that time, and no charge here explains,
may be a part of it. When every provider that the worker may have called has sent a bill that is complete for
that time, what none of them shows was not spent; until then nothing is given back, because doubt never
creates money. For the same reason a surplus counts against every charge that it may be a part of.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from podium.kernel.bill import Bill
from podium.kernel.money import usd_text
from podium.spend.reconciling import Comparison, Correction, Explained

PART: Final = -1
"""Stands for a bill's line where it does not cover the whole time: the whole bill may come later."""


class Lost(msgspec.Struct, frozen=True):
    """An unattributed charge that is not settled, and when what it stands for may have been admitted."""

    charge_id: str
    since_ns: int
    until_ns: int
    stands_nano_usd: int


def decide_explained(
    bill: Bill, found: Comparison, lost: Sequence[Lost], *, complete: bool
) -> tuple[Correction, ...]:
    """Return what a bill says of unattributed charges: at most each one's amount, and whether that is all."""
    said = []
    for one in lost:
        over = [
            finding.surplus_nano_usd
            for finding in found.findings
            if finding.since_ns <= one.until_ns and one.since_ns < max(finding.until_ns, finding.since_ns + 1)
        ]
        known = [amount for amount in over if amount is not None]
        amount = one.stands_nano_usd if len(known) < len(over) else min(sum(known), one.stands_nano_usd)
        whole = complete and covers(bill.covers, one.since_ns, one.until_ns)
        if not amount and not whole:
            continue
        reason = (
            f"The bill {'is complete for that time, and ' if whole else ''}has {usd_text(amount)} USD of it "
            "that no charge here explains."
        )
        line = 0 if whole else PART
        told = Explained(amount, whole)
        said.append(
            Correction(
                one.charge_id,
                line,
                one.stands_nano_usd,
                0,
                settled=False,
                usage=None,
                reason=reason,
                explained=told,
            )
        )
    return tuple(said)


def covers(times: Sequence[tuple[int, int]], since_ns: int, until_ns: int) -> bool:
    """Whether times (their ends exclusive) leave no gap between two moments."""
    reached = since_ns
    for start, end in sorted(times):
        if start > reached:
            break
        reached = max(reached, end)
    return reached > until_ns


def decide_rest(stands_nano_usd: int, needed: frozenset[str], said: Mapping[str, Explained]) -> int | None:
    """Return what an unattributed charge has cost, or None while a provider's complete bill is missing.

    ``needed``: the providers that the worker may have called, of which at least one is known; ``said``: what
    each provider's bills explain.
    """
    if not needed or not needed <= {provider for provider, one in said.items() if one.complete}:
        return None
    return min(stands_nano_usd, sum(one.nano_usd for one in said.values()))
