"""What filled a model's window in one call: the provider's count of input tokens, shared out by kind."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import msgspec

from podium.kernel.window import KINDS

_DROPPED, _GROWTH, _MEDIA, _AGAINST, _BYTES = range(len(KINDS), len(KINDS) + 5)


def shares(weights: Sequence[int], total: int) -> tuple[int, ...]:
    """Return ``total`` shared out in proportion to weights, whole and adding up to it (largest remainder).

    Among equal remainders the first gets more. Without any weight the first gets all.
    """
    whole = sum(weights)
    if not whole:
        return (total, *(0 for _ in weights[1:]))
    parts = [weight * total // whole for weight in weights]
    left = total - sum(parts)
    if not left:
        return tuple(parts)
    by_rest = sorted(range(len(parts)), key=lambda at: (-(weights[at] * total % whole), at))
    for at in by_rest[:left]:
        parts[at] += 1
    return tuple(parts)


class Window(msgspec.Struct, frozen=True):
    """One call's window. ``tokens`` by kind (`KINDS`) add up to the provider's input tokens."""

    tokens: tuple[int, ...]
    dropped_tokens: int | None = None
    """Of what the call before had in its window, about so much is in this one no more; None: unknown."""
    growth_tokens: int | None = None
    """Input tokens more than in the call before; None: unknown, or the first of its conversation."""
    media: int = 0
    """Pictures, sounds and files in it: their share is nominal, and so is what is left for the others."""
    against: str | None = None
    """The span of the call before, 16 hexadecimal digits: dropped and growth are against that one."""
    bytes: int = 0
    """Of all texts in it (UTF-8), media at their nominal size; 0: not known, as of an older version."""

    def numbers(self) -> tuple[int, ...]:
        """Return it as numbers from zero on, as the journal and the ledger keep it."""
        growth = self.growth_tokens
        return (
            *self.tokens,
            0 if self.dropped_tokens is None else self.dropped_tokens + 1,
            0 if growth is None else (2 * growth + 1 if growth >= 0 else -2 * growth),
            self.media,
            0 if self.against is None else int(self.against, 16),
            self.bytes,
        )

    @classmethod
    def of(cls, numbers: Sequence[int]) -> Self | None:
        """Return what `numbers` has given, None where there is nothing, or more than this version knows."""
        if not _AGAINST < len(numbers) <= _BYTES + 1:
            return None
        dropped, growth, against = numbers[_DROPPED], numbers[_GROWTH], numbers[_AGAINST]
        return cls(
            tokens=tuple(numbers[: len(KINDS)]),
            dropped_tokens=dropped - 1 if dropped else None,
            growth_tokens=None if not growth else growth // 2 if growth % 2 else -(growth // 2),
            media=numbers[_MEDIA],
            against=f"{against:016x}" if against else None,
            bytes=numbers[_BYTES] if len(numbers) > _BYTES else 0,
        )


PREFIX: Final = "podium.window."
TOKENS: Final = tuple(f"{PREFIX}{kind}_tokens" for kind in KINDS)
CACHED: Final = f"{PREFIX}cached_tokens"
DROPPED: Final = f"{PREFIX}dropped_tokens"
GROWTH: Final = f"{PREFIX}growth_tokens"
MEDIA: Final = f"{PREFIX}media"
AGAINST: Final = f"{PREFIX}against"
BYTES: Final = f"{PREFIX}bytes"


def window_of(row: Mapping[str, Any]) -> Window | None:
    """Return the window of a ledger row, None where it was not counted."""
    text = row["filled"]
    return Window.of([int(number) for number in text.split()]) if text else None


def window_attributes(row: Mapping[str, Any]) -> dict[str, int | str]:
    """Return a span's attributes of its window, none where it was not counted. An absent one is unknown."""
    window = window_of(row)
    if window is None:
        return {}
    found: dict[str, int | str] = dict(zip(TOKENS, window.tokens, strict=True))
    found[CACHED] = row["cache_read_tokens"] or 0
    if window.dropped_tokens is not None:
        found[DROPPED] = window.dropped_tokens
    if window.growth_tokens is not None:
        found[GROWTH] = window.growth_tokens
    if window.media:
        found[MEDIA] = window.media
    if window.against is not None:
        found[AGAINST] = window.against
    if window.bytes:
        found[BYTES] = window.bytes
    return found
