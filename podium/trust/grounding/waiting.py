"""Why a value that a text says is asked about all the same: what stands against it, and what waits for it."""

from collections.abc import Sequence

import msgspec

from podium.trust.grounding.record.findings import Finding


def told(findings: Sequence[Finding], doubts: Sequence[int], against: Sequence[str | None]) -> list[Finding]:
    """Return what was found out, and of each doubt what stands against it.

    ``against``: of each of the ``doubts``; None of one against which nothing does: it waits for the others,
    as all of a call goes or nothing. Empty where nothing can be told.
    """
    found, pairs = list(findings), list(zip(doubts, against, strict=False))
    firm = [(found[at], why) for at, why in pairs if why is not None]
    first = next((pair for pair in firm if pair[1]), next(iter(firm), None))
    for at, why in pairs:
        more = why or ""
        if why is None and first is not None:
            more = f"it waits for {first[0].path}, {first[0].value!r}: {first[1] or first[0].why}"
        if more:
            found[at] = msgspec.structs.replace(found[at], why=f"{found[at].why}; {more}")
    return found
