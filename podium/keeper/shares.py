"""Who may use how much of a limit of rate: the authority's book, in memory.

The rule is `spend.rates.decide_share`; this remembers what each worker told and was told.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from podium.spend.rates import WINDOW_S, Claim, Part, decide_share

UNHEARD_NS: Final = 2_000_000_000
"""A new keeper waits so long for the workers that it finds, before it gives what they may still be using."""
_FORGET_NS: Final = (WINDOW_S + 1) * 1_000_000_000


class ShareBook:
    """Parts by limit and worker."""

    def __init__(self, unheard: Iterable[str], now_ns: int) -> None:
        self._unheard = set(unheard)
        self._until_ns = now_ns + UNHEARD_NS
        self._parts: dict[str, dict[str, Part]] = {}
        self._ended: dict[str, int] = {}
        self._turn = 0

    def answer(self, worker: str, claims: Sequence[Claim], now_ns: int) -> tuple[tuple[int, ...], bool]:
        """Return the worker's share of each limit that it claims, and whether anybody lacks some of one."""
        self._unheard.discard(worker)
        if self._ended:
            self._forget(now_ns)
        blind = bool(self._unheard) and now_ns < self._until_ns
        contended, shares = False, []
        for claim in claims:
            parts = self._parts.setdefault(claim.key, {})
            part = parts.setdefault(worker, Part())
            part.used, part.want, part.held = claim.used, claim.want, claim.held
            self._turn += 1
            share = min(claim.held, claim.amount) if blind else decide_share(claim.amount, worker, parts)
            part.given = share
            if share:
                part.turn = self._turn
            shares.append(share)
            contended = contended or any(it.want and it.used + it.want > it.given for it in parts.values())
            if not (part.bound or part.want):
                del parts[worker]
                if not parts:
                    del self._parts[claim.key]
        return tuple(shares), contended

    def ended(self, worker: str, now_ns: int) -> None:
        """Take note that a worker is dead: its calls have ended, its last minute still counts."""
        self._unheard.discard(worker)
        for key, parts in list(self._parts.items()):
            part = parts.pop(worker, None)
            if part is not None and not key.endswith("/concurrency"):
                parts[worker] = Part(used=part.bound)
                self._ended[worker] = now_ns + _FORGET_NS
            if not parts:
                del self._parts[key]

    def _forget(self, now_ns: int) -> None:
        for worker in [name for name, until_ns in self._ended.items() if now_ns >= until_ns]:
            del self._ended[worker]
            for key, parts in list(self._parts.items()):
                parts.pop(worker, None)
                if not parts:
                    del self._parts[key]
