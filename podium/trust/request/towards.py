"""Where a request speaks of its own user as the one who gets something: *send it to me*, *invite Ann and me*.

What somebody else is to do, has done or is told (*the file that Ann sent me*, *ask Ann to call me*) is no act
towards the user; nor is what the request refuses.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, SUBJECTS, VERBS, WH, word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases
from podium.trust.request.asking import Sentence, begins, find_acts, negated, tells
from podium.trust.request.requests import Request

ME: Final = word_set("me myself")
MAX_AWAY: Final = 24
"""Words between a verb and the one who gets something."""
_TO: Final = word_set("to for with")
_NOUNS_TOO: Final = word_set("text dm order post mail ping phone message")
_COPIES: Final = word_set("cc bcc copy")
_WITH: Final = word_set("share sync connect synchronise synchronize")
_ON_COPY: Final = frozenset((at, copy) for at in ("on", "in") for copy in ("copy", "cc", "bcc"))
_ANSWERS: Final = word_set(
    "tell show let ask help find read explain excuse believe see want need like look check list summarise "
    "summarize describe compare know hear say remember"
)
"""Verbs that with `me` ask for an answer, or for nothing."""
_GETTING: Final = word_set(
    "book reserve order buy get put add create make set schedule register sign enrol enroll open request "
    "keep hold save pencil arrange leave"
)
"""Verbs by which somebody has what stands with `for`; others are done in his place."""
REMOVING: Final = word_set(
    "delete remove cancel archive erase discard clear close mark label decline accept approve reject stop"
)
"""Verbs with which `to me` says which one: `delete all mails to me`."""
_OPENS: Final = WH | word_set("that who whoever which whom if because unless while whenever until")
_SKIPPED: Final = word_set("and & , or both also too just as well")
_OWN_PLACE: Final = word_set(
    "mail email e-mail address inbox mailbox phone mobile cell number handle login user name username account"
)
"""What of mine something goes to: `to my work address`, `on my phone`."""
_OWN_KIND: Final = word_set("own work private personal usual other home company office")
_AT: Final = word_set("to at on under with as in via by")
_WANTING: Final = word_set("want need like should must")
MAX_POLITE: Final = 3
"""Words that may stand before `I want`."""
_WANTED: Final = word_set("copy invite invitation access seat place spot")


class Place(msgspec.Struct, frozen=True):
    """Where a request wants something for its user: by which verbs, in their plain form."""

    verbs: frozenset[str]


@lru_cache(maxsize=256)
def _towards(sentences: tuple[tuple[Token, ...], ...]) -> tuple[Place, ...]:
    return tuple(place for sentence in sentences for place in _places(sentence))


def towards_user(request: Request) -> tuple[Place, ...]:
    """Return where a request wants something done for its user, empty where it does not."""
    if not request.bag & (ME | {"my", "i"}):
        return ()
    return _towards(tuple(map(tuple, request.sentences)))


def _places(sentence: Sentence) -> Iterator[Place]:
    for at, token in enumerate(sentence):
        if token.low in ME or _is_own_place(sentence, at):
            verbs = _wanted(sentence, at)
        elif token.low == "i":
            verbs = _wish(sentence, at)
        else:
            continue
        if verbs:
            yield Place(frozenset(verbs))


def _is_own_place(sentence: Sentence, at: int) -> bool:
    """Return whether `my` with what follows is where the user is reached, and nobody else."""
    if sentence[at].low != "my" or not at or sentence[at - 1].low not in _AT:
        return False
    end = at + 1
    while end < len(sentence) and sentence[end].low in _OWN_KIND | _OWN_PLACE:
        end += 1
    if end == at + 1 or sentence[end - 1].low not in _OWN_PLACE:
        return False
    after = sentence[end] if end < len(sentence) else None
    return after is None or after.kind != "word" or after.low in PREPOSITIONS | _SKIPPED | _OPENS | {"then"}


def _wanted(sentence: Sentence, at: int) -> set[str]:
    """Return the verbs, in plain form, of the order that has the user as the one who gets something."""
    if negated(sentence, at):
        return set()
    start, led = _before(sentence, at)
    if _behind(sentence, at) in _ON_COPY and (start < 0 or sentence[start].kind != "word"):
        return {"copy"}  # `send it to Ann (me in bcc)`
    if start < 0 or (led == "for" and _others(sentence, at)):  # `send it to Ann for me`
        return set()
    if sentence[start].low in _COPIES or led in _COPIES:
        return {"copy"}
    if not led and not _asked(sentence, start):
        return set()
    for verb in range(start, max(-1, start - MAX_AWAY), -1):
        token = sentence[verb]
        if verb < start and token.low in _OPENS:
            return set()
        if token.kind != "word" or not _verbs(token):
            continue
        if found := _asked(sentence, verb):
            return found if _takes(found, led) else set()
        if negated(sentence, verb) or (verb == start and _is_said_of(sentence, verb)):
            return set()  # `that Ann sent me`, `whoever wants to talk to me`
    return set()


def _takes(verbs: set[str], led: str) -> bool:
    """Return whether what an order does may be for somebody who stands behind a word: `with me`."""
    if verbs & _ANSWERS:
        return False
    if led in {"with", "for"}:
        return bool(verbs & (_WITH if led == "with" else _GETTING))
    return not led or not verbs & REMOVING


def _before(sentence: Sentence, at: int) -> tuple[int, str]:
    """Return the place of the word before the user, and whoever stands beside him, and what leads there."""
    start, joined = at - 1, False
    while start >= 0 and (
        sentence[start].low in _SKIPPED
        or (joined and (sentence[start].text[:1].isupper() or sentence[start].kind == "value"))
    ):
        if sentence[start].kind == "word" and begins(sentence, start) and _asked(sentence, start):
            break  # `Invite Ann and me`
        joined = joined or sentence[start].low in {"and", "&", ","}
        start -= 1
    led = sentence[start].low if start >= 0 else ""
    if led in _COPIES or (led == "with" and _behind(sentence, at) in _ON_COPY):
        return start, "copy"
    if led in _TO | (_AT if sentence[at].low == "my" else set()):
        return start - 1, led
    return start, ""


def _behind(sentence: Sentence, at: int) -> tuple[str, ...]:
    return tuple(token.low for token in sentence[at + 1 : at + 3])


def _verbs(token: Token) -> set[str]:
    found = {base for base in bases(token.low) if base in VERBS | _NOUNS_TOO or is_verb(base)}
    return found - PREPOSITIONS


def _asked(sentence: Sentence, at: int) -> set[str]:
    """Return the plain forms of a verb that stands here as something that the user wants done."""
    if at and sentence[at - 1].low in DETERMINERS:
        return set()  # `book a table`
    verbs = _verbs(sentence[at])
    return {it for it in verbs if any(a.at == at and a.mood == "asked" for a in find_acts(sentence, it))}


def _is_said_of(sentence: Sentence, at: int) -> bool:
    """Return whether a verb that nobody orders governs what stands behind it."""
    if set(bases(sentence[at].low).values()) & {"ed", "ing"}:
        return True
    before = sentence[at - 1] if at else None
    named = before is not None and before.text[:1].isupper() and not before.low.endswith("'s")
    return before is not None and (named or before.low in SUBJECTS | {"to"})


def _others(sentence: Sentence, at: int) -> bool:
    """Return whether a sentence has somebody else to whom something goes."""
    return any(
        sentence[i].low == "to" and (sentence[i + 1].text[:1].isupper() or sentence[i + 1].kind == "value")
        for i in range(at)
        if i + 1 < len(sentence)
    ) or any(token.kind == "value" and "@" in token.text for token in sentence)


def _wish(sentence: Sentence, at: int) -> set[str]:
    """Return the verbs of what the user wants to become or get: `I want to be invited`, `I need access`."""
    low = [token.low for token in sentence[at + 1 : at + 8]]
    wants = bool(_WANTING & set(low[:3])) and not {"not", "if", "that", "because"} & set(low)
    if not wants or at > MAX_POLITE or any(tells(sentence, i) for i in range(at)):
        return set()
    if "be" in low:
        first = at + 2 + low.index("be")
        return set().union(*(_asked(sentence, i) for i in range(first, min(first + 3, len(sentence)))))
    return {"get", "give"} if _WANTED & set(low[1:4]) else set()
