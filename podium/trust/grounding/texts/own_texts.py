"""Which of the user's own texts a request points to, line by line: *my list for week 48*, *my note*.

A text that only the user can have written is his own word, where the request says that it is meant. What
looks like it, what the agent has written meanwhile, and what was read elsewhere as anybody's is none.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.notations import hides
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.texts.handed import MAX_NAME
from podium.trust.grounding.things.choosing import explained
from podium.trust.request.requests import stem
from podium.trust.values.forms import Form, plain, squash, words
from podium.trust.values.vouching import own_length

_KINDS: Final = "(?:to-?do |check)?lists?|to-?dos?|notes?|memos?|documents?|docs?|files?|papers?|sheets?"
_POINTS: Final = re.compile(
    r"\b(?P<whose>my|a|an|the|this)(?: own)?"
    r"(?P<before>(?: (?!(?:my|our|your|on|in|from|of|the|an?|to|for|at|by|with|and|or)\b)[\w'-]+){0,3}?)"
    rf" (?P<kind>{_KINDS})(?![\w'-])"
    r"(?P<behind>(?:,? (?:for|called|named|titled|about|of|from)\b)?(?: [^\s,.;:!?]+){0,5})"
)
"""How a request says which text is meant: *my list for week 48*, *a list called Saturday payments*."""
_CALLED: Final = re.compile(r"^(?:,? (?:for|called|named|titled|about|of|from)\b| ['\"\u2018\u201c])")
_QUOTED: Final = re.compile(r"^(?:,? (?:called|named|titled))? ['\"\u2018\u201c]([^'\"\u2019\u201d]+)")
_ENDS: Final = word_set(
    "please and then now in on at into with to that which who is are was has have says can will it"
)
_CHOICE: Final = re.compile(
    r"\b(?:except|excluding|without|not|never|only|first|second|third|last|half|some|few|unless|rest|minus"
    r"|skip|apart from|other than|leave out|if|under|over|above|below|more than|less than|up to)\b|n't\b"
)
"""Words by which a request means some of what stands there: a person looks at which."""
_EMPTY: Final = COMMON | DETERMINERS | PREPOSITIONS | word_set("called named titled own my")
_ITEM: Final = re.compile(r"(?:^|(?<=\s))(?:\(?\d{1,2}[.)]|[-*\u2022\u2013\u2014])\s+")
"""What stands before an entry."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])[\"')\u201d]?\s+(?=[A-Z\"'\u201c(])|\n|;\s")
_VOID: Final = re.compile(
    r"\[\s?[xX]\s?\]|[\u2713\u2714\u2611\u2717\u2718?]|~~|\b(?:already|not|never|maybe|perhaps|unless|if|tbd|wait"
    r"|cancelled|canceled)\b|n't\b|\((?:done|paid|sent|ok)\)|^\W*(?:done|paid|sent|old)\b"
    r"|[-\u2013\u2014,;:]\s*(?:done|paid|sent)\W*$",
    re.IGNORECASE,
)
"""Marks of what was done, is not to be done, or is not sure."""
LEAST_TEXT: Final = 8
"""Characters of a text with lines."""
LEAST_LINE: Final = 8
"""Squashed characters by which a line is known again elsewhere."""
MAX_LEAVES: Final = 4_000
MAX_CHARS: Final = 20_000
_Key = tuple[str, tuple[Form, ...]]


class Line(msgspec.Struct, frozen=True):
    """One line of a text of the user's own to which the request points."""

    text: str
    place: Place


def own_lines(grounds: Grounds) -> list[Line]:
    """Return the lines of the one text that the request points to; none where it may be another."""
    readings, request = grounds.readings, grounds.request
    said = list(_POINTS.finditer(request.plain))
    if not said or readings.forgotten is not None or readings.objects_lost or _CHOICE.search(request.plain):
        return []
    texts = _texts(readings)
    found = [key for match in said if (key := _meant(grounds, match, texts)) is not None]
    if len(set(found)) != 1:
        return []
    leaves = texts[found[0]]
    if not all(is_clean(readings, found[0], place) for place, _ in leaves):
        return []
    lines = [Line(text, place) for place, raw in leaves for text in _lines(raw)]
    return [line for line in lines if not _is_elsewhere(readings, line.text)]


def _texts(readings: Readings) -> dict[_Key, list[tuple[Place, str]]]:
    """Return the texts that the user has written, by the thing that they are; of two versions of one none."""
    found: dict[_Key, dict[str, tuple[Place, str]]] = {}
    changed, count = set[_Key](), 0
    for result in readings.results:
        count += len(result.raw)
        if count > MAX_LEAVES:
            return {}
        for at, (place_at, raw) in enumerate(zip(result.places, result.raw, strict=True)):
            place = readings.places[place_at]
            if place.object < 0 or at in result.decoded or len(raw) < LEAST_TEXT or " " not in raw:
                continue
            seen = readings.objects[place.object]
            key, path = (seen.server, seen.id), place.pattern.rpartition(".")[2]
            if not seen.id or not seen.id_trusted or readings.results[place.result].wrote:
                continue
            before = found.setdefault(key, {}).setdefault(path, (place, raw))
            if before[1] != raw or place.label.integrity != "user" or place.told or hides(raw):
                changed.add(key)
    return {key: list(leaves.values()) for key, leaves in found.items() if key not in changed}


def _meant(grounds: Grounds, said: re.Match[str], texts: dict[_Key, list[tuple[Place, str]]]) -> _Key | None:
    """Return which text a phrase of the request points to."""
    needed = _words(f"{said['before']} {_behind(said['behind'])}")
    if not needed and said["whose"] != "my":
        return None
    around = _words(_sentence(grounds.request.plain, said))
    ranks = {key: _rank(grounds.readings, key, needed, around) for key in texts}
    fits = {key: rank for key, rank in ranks.items() if rank is not None}
    top = max(fits.values(), default=0)
    best = [key for key, rank in fits.items() if rank == top]
    if len(best) != 1 or (said["whose"] != "my" and top < 2):
        return None
    others = _others(grounds.readings, best[0])
    if any((_rank(grounds.readings, key, needed, around) or -1) >= max(top, 1) for key in others):
        return None  # one that looks like it, whoever has written that
    alone = not any(other[0] == best[0][0] for other in others)
    return best[0] if (top or alone) and _shown(grounds.readings, best[0]) else None


def _behind(text: str) -> str:
    """Return the words by which the noun before them is told from others."""
    if not _CALLED.match(text):
        return ""
    if (quoted := _QUOTED.match(text)) is not None:
        return quoted[1]
    kept: list[str] = []
    for word in text.split():
        if kept and word.strip("'\"") in _ENDS:
            break
        kept.append(word)
    return " ".join(kept[1:] if kept[:1] and plain(kept[0]).strip(",") in PREPOSITIONS else kept)


def _sentence(text: str, said: re.Match[str]) -> str:
    start = max(text.rfind(mark, 0, said.start()) for mark in ".!?") + 1
    ends = [at for mark in ".!?" if (at := text.find(mark, said.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def _words(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in _EMPTY) - _KIND_STEMS


_KIND_STEMS: Final = frozenset(
    map(stem, word_set("list note notes memo document doc file paper sheet checklist todo to do"))
)


def _rank(readings: Readings, key: _Key, needed: frozenset[str], around: frozenset[str]) -> int | None:
    """Return how many words of the request a thing is called by; None where it lacks one that is needed."""
    called = _called(seen for seen in readings.objects if (seen.server, seen.id) == key)
    return len(called & (around | needed)) if needed <= called else None


def _called(things: Iterable[Seen]) -> frozenset[str]:
    texts = {
        form for seen in things for _, forms, _ in seen.fields for kind, form in forms[-1:] if kind == "text"
    }
    return frozenset(stem(word) for text in texts if len(text) <= MAX_NAME for word in words(text))


def _others(readings: Readings, key: _Key) -> set[_Key]:
    """Return the other things of that server, and those of others that the request mentions."""
    return {
        (seen.server, seen.id)
        for seen in readings.objects
        if (seen.server == key[0] or seen.names) and (seen.server, seen.id) != key
    }


def _shown(readings: Readings, key: _Key) -> bool:
    """Return whether a lookup has shown a text for which the request says all that was asked."""
    shown = {seen.result for seen in readings.objects if (seen.server, seen.id) == key}
    ids = {squash(form) for _, form in key[1]}
    for at in shown:
        asked = readings.results[at].arguments
        said = all(map(readings.request.covers, asked))
        if said or (explained(readings, at, {}) and ids.isdisjoint(map(squash, asked))):
            return True
    return False


def is_clean(readings: Readings, key: _Key, place: Place) -> bool:
    """Return whether the agent has not written where a text was read, nor to that text since."""
    ids = {squash(form) for _, form in key[1]}
    for index, result in enumerate(readings.results):
        if not result.wrote or result.tool.partition("/")[0] != key[0]:
            continue
        if index < place.result or any(
            one in squash(text) for one in ids for text in result.arguments if one
        ):
            return False
    return True


def _lines(raw: str) -> Iterator[str]:
    """Yield the lines and sentences of a text, up to what it quotes; none that is ticked off or unsure."""
    own = raw[: own_length(raw)][:MAX_CHARS]
    for row in own.split("\n"):
        for item in _ITEM.split(row):
            for one in _SENTENCE.split(item):
                if one and (line := one.strip()) and not _VOID.search(line):
                    yield line


def _is_elsewhere(readings: Readings, line: str) -> bool:
    """Return whether a line stands in what somebody else may have written, too."""
    needle = squash(line)
    if len(needle) < LEAST_LINE:
        return False
    return any(
        needle in squash(raw)
        for result in readings.results
        if needle in result.blob
        for at, raw in zip(result.places, result.raw, strict=True)
        if readings.places[at].label.integrity != "user" or readings.places[at].told
    )
