"""From where something goes, and to where: `500 from savings to current` is not the other way round."""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.values.forms import forms_of, words

WHY: Final = "the request has it the other way round"
SOURCE: Final = word_set("from source origin")
TARGET: Final = word_set("to target dest destination into")
"""Words of arguments for where something comes from, and for where it goes."""
_ENDS: Final = frozenset(("object", "payee", "path"))
_FROM: Final = word_set("from")
_TO: Final = word_set("to into onto")


def reversed_ends(grounds: Grounds, findings: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield the findings that the request has only at the other end, where a call takes both ends."""
    ends = [
        (index, one, _FROM if SOURCE & parts else _TO)
        for index, one in enumerate(findings)
        if one.sink in _ENDS and bool(SOURCE & (parts := set(words(one.path)))) != bool(TARGET & parts)
    ]
    if len({led for _, _, led in ends}) < 2:
        return
    for index, one, led in ends:
        if one.trusted and _led_by(grounds, one.value) == {_FROM if led is _TO else _TO}:
            yield index, WHY


def _led_by(grounds: Grounds, value: str) -> set[frozenset[str] | None]:
    """Return by which words a request leads to the names of a thing: None where by neither."""
    forms = set(forms_of(value))
    called = {
        word
        for it in grounds.named.values()
        if forms & set(it.id)
        for name, _ in it.names
        for word in words(name)
    }
    called = (called | set(words(value))) - COMMON
    said, found = grounds.request.words, set[frozenset[str] | None]()
    for at, word in enumerate(said):
        if word not in called or (at and said[at - 1] in called):
            continue
        before = next((it for it in reversed(said[:at]) if it not in DETERMINERS), "")
        found.add(_FROM if before in _FROM else _TO if before in _TO else None)
    return found
