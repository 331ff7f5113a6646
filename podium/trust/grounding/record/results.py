"""Taking results of tools apart: what they are about, where objects begin, what passages two texts share."""

import re
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from podium.trust.request.nouns import nouns_of
from podium.trust.tools import ObjectRow
from podium.trust.values.labels import BEST, Label

_APART: Final = re.compile(r"[\s\u00a0-]+")
_CODE: Final = re.compile(
    r"[A-Za-z]?\d{1,2}(?:[.-]\d{1,2}){1,2}|[A-Za-z]{1,2}-\d{1,2}|[A-Z]\d{1,2}|[A-Z]{2}\d"
)
_DIGITS_ON: Final = re.compile(r"\d[^\W_]*")
GRAM: Final = 8
"""Squashed characters of the pieces by which a shared passage is found; one of twice as many always is."""
SPOT_BITS: Final = 40
"""Of where a piece stands: the place within its result."""
_STRIDE: Final = 64
QUOTE_CHARS: Final = 160


class Result(msgspec.Struct):
    """One result, searchable."""

    tool: str
    at_ns: int
    arguments: tuple[str, ...]
    label: Label = BEST
    blob: str = ""
    starts: list[int] = msgspec.field(default_factory=list)
    places: list[int] = msgspec.field(default_factory=list)
    raw: list[str] = msgspec.field(default_factory=list)
    decoded: set[int] = msgspec.field(default_factory=set)
    """Which of these are what a text holds in encoded form."""
    dropped: bool = False
    failed: bool = False
    wrote: bool = False
    told: bool = False
    """Whether a colleague has written some of it, for whom the server vouches."""
    whole: set[str] = msgspec.field(default_factory=set)  # where amounts are read in whole units
    kept: dict[str, tuple[int, list[tuple[int, str, str]]]] = msgspec.field(default_factory=dict)
    """What was found in its texts once, as `codes` keeps it."""


def kinds_of(tool: str, rules: Sequence[ObjectRow]) -> dict[str, tuple[ObjectRow, frozenset[str]]]:
    """Return by pattern what objects begin there, and the words for such a thing.

    Of several in one result each list's own noun tells which it is, not the tool's name.
    """
    found = {}
    for rule in rules:
        own = nouns_of("", rule) if rule.kind or (len(rules) > 1 and rule.at) else frozenset[str]()
        found.update(dict.fromkeys(roots(rule), (rule, own or nouns_of(tool, rule))))
    return found


def quote(text: str, about: str) -> str:
    """Return the passage of a text around what it is about, on one line."""
    at = max(text.casefold().find(about.casefold()[:24]), 0)
    start = max(0, at - QUOTE_CHARS // 3)
    passage = " ".join(text[start : start + QUOTE_CHARS].split())
    return ("…" if start else "") + passage + ("…" if start + QUOTE_CHARS < len(text) else "")


def roots(rule: ObjectRow | None) -> frozenset[str]:
    """Return the patterns at which objects begin, with and without the SDK's wrapper."""
    if rule is None:
        return frozenset()
    bare = [rule.at, f"{rule.at}[]"]
    return frozenset(
        bare + [f"result{p}" if p.startswith("[") else f"result.{p}" if p else "result" for p in bare]
    )


def strings(value: Any) -> Iterator[str]:
    """Yield the texts and numbers of a value, as texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, Mapping)):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def hits_of(text: str, known: Mapping[int | str, object]) -> list[tuple[int, int | str]]:
    """Return where in a text known pieces of `GRAM` characters begin, and which, as `pieces_of` has them."""
    count = len(text) - GRAM + 1
    if not text.isascii():
        grams = [(at, _key(text[at : at + GRAM])) for at in range(count)]
        return [(at, gram) for at, gram in grams if gram in known]
    data, found, keys = memoryview(text.encode()), list[tuple[int, int | str]](), known.keys()
    for first in range(min(GRAM, count)):
        pieces = data[first : first + (count - first + GRAM - 1) // GRAM * GRAM].cast("Q").tolist()
        if not keys.isdisjoint(pieces):
            found += [(first + GRAM * at, piece) for at, piece in enumerate(pieces) if piece in known]
    found.sort()
    return found


def near(
    needles: Sequence[str], known: Mapping[int | str, int | list[int]], most: int, results: Sequence[int]
) -> Sequence[int]:
    """Return those of the results in which a text may stand, the first ones last; all where nobody knows.

    ``known``: by piece where it stands, in ``most`` places at most. Of a text of two pieces, or nearly so,
    one is known wherever it stands.
    """
    found: set[int] = set()
    for needle in needles:
        pieces = [_key(needle[at : at + GRAM]) for at in range(GRAM)] if len(needle) >= 2 * GRAM - 1 else ()
        for spots in (known.get(piece, ()) for piece in pieces):
            there = (spots,) if isinstance(spots, int) else spots
            if len(there) >= most:
                return results[::-1]
            found.update(spot >> SPOT_BITS for spot in there)
        if not pieces:
            return results[::-1]
    return sorted(found, reverse=True)


def left_of(
    known: Mapping[int | str, int | list[int]], results: Container[int]
) -> dict[int | str, int | list[int]]:
    """Return where pieces stand of those that stand in some results."""
    left: dict[int | str, int | list[int]] = {}
    for piece, spots in known.items():
        there = [spots] if isinstance(spots, int) else spots
        if there := [spot for spot in there if spot >> SPOT_BITS in results]:
            left[piece] = there
    return left


def pieces_of(text: str) -> Sequence[int | str]:
    """Return the pieces of `GRAM` characters that a text divides into: plain ones as machine words."""
    end = len(text) // GRAM * GRAM
    if not end:
        return ()
    if not text.isascii():
        return [_key(text[at : at + GRAM]) for at in range(0, end, GRAM)]
    return memoryview(text.encode())[:end].cast("Q").tolist()


def _key(gram: str) -> int | str:
    return int.from_bytes(gram.encode(), sys.byteorder) if gram.isascii() else gram


def goes_on(left: str, at: int, right: str, spot: int) -> bool:
    """Return whether two equal pieces may be part of a passage of twice their length."""
    half, end, over = GRAM // 2, at + GRAM, spot + GRAM
    return left[end : end + half] == right[over : over + half] or (
        at >= half and spot >= half and left[at - half : at] == right[spot - half : spot]
    )


def extend(left: str, at: int, right: str, spot: int) -> tuple[int, int]:
    """Return where the passage begins and ends in ``left`` that both texts share around two equal pieces.

    ``left`` has no line breaks.
    """
    start, a, b, step = at, at + GRAM, spot + GRAM, _STRIDE
    while step:
        if a + step <= len(left) and right.startswith(left[a : a + step], b):
            a, b = a + step, b + step
        else:
            step //= 2
    b, step = spot, _STRIDE
    while step:
        if start >= step and b >= step and left[start - step : start] == right[b - step : b]:
            start, b = start - step, b - step
        else:
            step //= 2
    return start, a


def pieced(needle: str, blobs: Sequence[str]) -> list[tuple[int, int]]:
    """Return where pieces stand that make up a squashed text: of each the text that has it, and the place.

    Each piece has four characters at least. Empty where they do not make it up.
    """
    found = []
    while needle:
        length, hit, end = 3, None, len(needle) + 1
        while end - length > 1:  # where something stands, each beginning of it does too
            middle = (length + end) // 2
            hits = ((index, blob.find(needle[:middle])) for index, blob in enumerate(blobs))
            if (there := next((one for one in hits if one[1] >= 0), None)) is not None:
                length, hit = middle, there
            else:
                end = middle
        if hit is None:
            return []
        found.append(hit)
        needle = needle[length:]
    return found


def is_code(text: str) -> bool:
    """Return whether a text is a version or the like, too short to prove anything without its signs."""
    return _CODE.fullmatch(text) is not None


def has_code(text: str, code: str) -> bool:
    """Return whether a short code with its signs stands in a text as a word: `1.2.9`."""
    return re.search(rf"(?<![\w.-]){re.escape(code)}(?![\w-]|\.\w)", text) is not None


def plainly(text: str) -> str:
    """Return a text without spaces, hyphens and case, and with every other character."""
    return _APART.sub("", text).casefold()


def tokens_of(text: str) -> Iterator[str]:
    """Yield the words of a text that have a digit."""
    for match in _DIGITS_ON.finditer(text):
        start = match.start()
        while start and text[start - 1].isalnum():
            start -= 1
        yield text[start : match.end()]
