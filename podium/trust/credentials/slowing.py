"""Who guesses passwords or tokens is slowed down, by the account and by the address that they guess from.

After a few free tries each failure doubles a wait. An account's wait ends at a minute, so that nobody can
lock another person out for long; an address's at a quarter of an hour. A success forgives the account alone:
who has one password must not buy tries at others with it.
"""

from typing import Final

import msgspec

ACCOUNT_FREE: Final = 5
ACCOUNT_LONGEST_S: Final = 60.0
ADDRESS_FREE: Final = 20
ADDRESS_LONGEST_S: Final = 900.0
FORGIVEN_S: Final = 3600.0
"""A key without a failure for so long begins anew."""
MOST_KEYS: Final = 10_000
"""More are not remembered: those whose last failure is oldest are forgotten."""


class Failures(msgspec.Struct, frozen=True):
    """Failures in a row, and when the last one was (seconds of any clock that only goes forward)."""

    count: int
    last_s: float


class Slowing:
    """What is known of failures. One per process that lets people in."""

    def __init__(self) -> None:
        self._failures: dict[str, Failures] = {}

    def wait_s(self, account: str, address: str, now_s: float) -> float:
        """Return the seconds until another try may be looked at; 0: now."""
        return max(
            self._wait(f"account {account}", ACCOUNT_FREE, ACCOUNT_LONGEST_S, now_s),
            self._wait(f"address {address}", ADDRESS_FREE, ADDRESS_LONGEST_S, now_s),
        )

    def failed(self, account: str, address: str, now_s: float) -> bool:
        """Note a failure; return whether it is the one with which the account's waits begin."""
        count = self._note(f"account {account}", now_s)
        self._note(f"address {address}", now_s)
        while len(self._failures) > MOST_KEYS:
            del self._failures[next(iter(self._failures))]
        return count == ACCOUNT_FREE

    def succeeded(self, account: str) -> None:
        """Forgive an account."""
        self._failures.pop(f"account {account}", None)

    def _note(self, key: str, now_s: float) -> int:
        known = self._failures.pop(key, None)  # put back at the end: the dictionary is in order of failures
        count = known.count + 1 if known is not None and now_s - known.last_s < FORGIVEN_S else 1
        self._failures[key] = Failures(count, now_s)
        return count

    def _wait(self, key: str, free: int, longest_s: float, now_s: float) -> float:
        known = self._failures.get(key)
        if known is None or known.count < free or now_s - known.last_s >= FORGIVEN_S:
            return 0.0
        pause_s = min(longest_s, 2.0 ** min(known.count - free, 32))
        return max(0.0, known.last_s + pause_s - now_s)
