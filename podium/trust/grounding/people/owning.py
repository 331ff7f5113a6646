"""Who only owns what a request speaks of: *Tess's tandem* names a tandem, and not Tess.

An owner's name names what is called so, or is of a kind, as what stands behind it; no other thing that bears
the name. Where the request goes on with *her* or *them*, the owner may be meant.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, NUMBERS, PREPOSITIONS, SUPERLATIVES, word_set
from podium.trust.english.vocabulary import CALENDAR, COMMON, RELATIVE
from podium.trust.english.words import bases, deed_of
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.askers import askers
from podium.trust.request.nouns import kinds_like, nouns_of
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

MAX_HEAD: Final = 4
"""Words behind an owner that say what is owned."""
MAX_LABEL: Final = 80
"""Characters of a field that says what something is."""
_TIMES: Final = CALENDAR | RELATIVE | word_set("day days week weeks month months quarter year years season")
"""What owns nothing: `next week's plan`."""
_PRONOUNS: Final = word_set("him his her hers them their theirs")
_ENDS: Final = PREPOSITIONS | word_set(
    "to and or but that which who if when while because is are was were be been has have had will would can "
    "could should must may might do does did not please"
)
_PASSED: Final = (
    DETERMINERS | ADVERBS | SUPERLATIVES | CALENDAR | set(NUMBERS) | word_set("own old whole one")
)
"""Words of a head that do not say what is owned."""


_OWNER: Final = re.compile(r"\w['\u2019]s\b|\ws['\u2019](?!\w)")
_OWNED: Final = re.compile(r"(?:\s[A-Z]\w+)*(?:['\u2019]s\b|(?<=s)['\u2019](?!\w))([^.,;:!?\n]*)")


def only_owns(request: Request, name: str, seen: Seen, tool: ToolRow | None) -> bool:
    """Return whether a request has a name only as an owner's, of what is no such object as bears it."""
    shared = [word for word in words(name) if word in request.bag and word not in COMMON]
    asked = askers(request.text)  # `answer her`: who has asked
    if (request.bag & _PRONOUNS and (not asked or asked & set(shared))) or not _OWNER.search(request.text):
        return False
    found: list[tuple[str, ...]] = []
    for word in shared:
        heads = _heads(request.text, word)
        if not heads or None in heads or word in _TIMES:
            return False
        found += [head for head in heads if head is not None]
    telling = [part for head in found for part in head]
    return bool(telling) and all(head for head in found) and not _fits(telling, shared, seen, tool)


@lru_cache(maxsize=512)
def _heads(text: str, word: str) -> tuple[tuple[str, ...] | None, ...]:
    """Return what stands behind each place of a name as its own: None where it is no owner's."""
    found: list[tuple[str, ...] | None] = []
    for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
        owner = _OWNED.match(text, match.end())
        found.append(tuple(_head(owner[1])) if owner and not _states(owner[1]) else None)
    return tuple(found)


def _states(behind: str) -> bool:
    """Return whether words behind a name say how it is: `the toner's ordered`."""
    said = words(behind)[:2]
    return bool(said) and "ed" in bases(said[0]).values() and (len(said) == 1 or said[1] in _ENDS)


def _head(behind: str) -> Iterator[str]:
    for word in words(behind)[:MAX_HEAD]:
        if word in _ENDS:
            return
        if word not in _PASSED:
            yield word


def _fits(head: list[str], owner: list[str], seen: Seen, tool: ToolRow | None) -> bool:
    """Return whether words say what an object is: its kind, a field of it, or what one of these says."""
    kinds = set(seen.nouns)
    for path, _, _ in seen.fields:
        kinds |= {stem(part) for part in words(path)}
    if tool is not None:
        kinds |= nouns_of(tool.name) | {stem(part) for path in tool.arguments for part in words(path)}
        kinds |= {stem(part) for intent in tool.intents for part in words(intent)}
        kinds |= {"bill"} if any(row.sink == "payee" for row in tool.arguments.values()) else set()
    texts = {forms[-1][1] for _, forms, _ in seen.fields if forms and forms[-1][0] == "text"}
    texts |= {name for name, _ in seen.names}
    said = {stem(part) for text in texts if len(text) <= MAX_LABEL for part in words(text)}
    said -= set(map(stem, owner))
    for word in map(stem, head):
        if word in said or kinds_like(word) & kinds or (deed_of(word) or "") in kinds:
            return True
    return False
