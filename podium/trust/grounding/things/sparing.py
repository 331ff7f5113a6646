"""What a request says is to stay: *delete the two old versions, only v3 stays*, *not the one about Ann*.

Then it is named, but not for what ends, removes or refuses something.
"""

import calendar
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import VERBS, word_set
from podium.trust.english.vocabulary import ACTS, COMMON
from podium.trust.english.words import bases
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_ENDING: Final = word_set(
    "archive bin cancel clear close decline delete discard dismiss drop end erase purge reject remove revoke "
    "stop terminate trash withdraw wipe unsubscribe"
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d").fullmatch
_PART: Final = r"[^,.;:?!()]"
"""Of what stays, of which 80 are looked at: a long request takes no time that grows faster than it."""
_STAYS: Final = re.compile(
    rf"(?:^|[,.;:?!(] *|\b(?:and|but|while|so that|because|as) )({_PART}{{1,80}}?) "
    r"(?:(?:has|have|ought|is|are|was) (?:got )?to |must |should |can |may |will )?"
    r"(?:stays?|remains?|survives?|(?:is|are|be) (?:still )?(?:kept|needed|in use|untouched|to be kept)"
    r"|(?:keeps?|retains?|holds? on to) (?:her|his|their|its|the|all|every|full))\b"
)
_RIGHT: Final = re.compile(
    rf"(?:^|[,.;:?!(] *|\b(?:and|but|while|so that|because|as) )({_PART}{{1,80}}?) "
    r"(?:is|are) (?:the|my) (?:right|correct|real|proper|valid|good) (?:ones?|entry|version)\b"
)
"""What is right is none of those that go: *Thursday's is the right one, bin the other*."""
_KEEP: Final = re.compile(
    r"\b(?:keep|keeping|still need(?! (?:a|an|some|any|another|to|one|somebody|someone|something)\b)"
    rf"|spare|sparing|not touch|hang on to|hold on to) ({_PART}{{1,80}})"
)
"""What is kept: *I still need a bed* is a wish for any."""
_LEAVE: Final = re.compile(
    rf"\b(?:leave|leaving) ({_PART}{{1,80}}?) "
    r"(?:alone|in place|in peace|there|be|standing|untouched|(?:as|where) (?:it|they|he|she) (?:is|are))\b"
)
_LEAVE_ONE: Final = re.compile(
    r"(?:^|[.;:!?(,] *|\b(?:and|but|please|just|only) )leave (?=(?:the|that|those|this|these) )"
    rf"({_PART}{{1,60}}?)(?: alone| as (?:it|they) (?:is|are)| out(?: of (?:it|this))?| untouched| open"
    r"| firing| be| for (?:now|later)| (?:to|for|with) (?:me|us))?(?= *(?:$|[.,;:!?)]))"
)
"""What nothing is done to, whatever is done to others: *leave the critical one*."""
_ONES: Final = re.compile(r"\b(?:ones?|others?)$")
_NOT_ONE: Final = re.compile(
    rf"\bnot (?:the|that) ones? (?:about|on|concerning|regarding|that says|that is about) ({_PART}{{1,80}})"
)
"""Which of several is not meant, by what it is about: the words of any of its fields tell."""
_MYSELF: Final = re.compile(
    r"(?:^|[.;:!?()])([^.;:!?()]{1,120}?)\b(?:i|we)"
    r"(?:'ll|'d rather| will| shall| can| would rather| want to)?"
    r" (\w+)(?: \w+){0,3} (?:myself|ourselves)\b"
)
"""What the user does, in front of it: *dinners and tools I look at myself*."""
_I_DO: Final = re.compile(
    r"\b(?:i|we)(?:'ll|'d rather| will| shall| would rather| want to| prefer to)? (?:look (?:at|into|after)"
    r"|see to|deal with|take care of|check|decide(?: on| about)?|do|handle|pay|answer|settle)"
    rf" ({_PART}{{1,60}}?) (?:myself|ourselves)\b"
)
_TO_ME: Final = re.compile(rf"\bleave ({_PART}{{1,60}}?) (?:to|for|with) (?:me|us)\b")
_PIECES: Final = re.compile(r",|\b(?:and|but|or|while)\b")
MAX_PIECE: Final = 4
"""Words of one of several things that stand before *I look at myself*."""


def spared(request: Request, tool: ToolRow | None, objects: Sequence[Seen]) -> set[int]:
    """Return which objects are to stay, for a call that ends or removes something, by index.

    For any call that changes something what the user does himself: *dinners I look at myself*. They are told
    from others of their kind by a word that those have not, or by a day of the week.
    """
    if tool is None or not tool.writes:
        return set()
    said, out, ending = _left_to_user(request.plain), _left_alone(request.plain, tool, objects), ends(tool)
    said |= _staying(request.plain) if ending else frozenset()
    for words_of in _excepted(request.plain) if ending else ():
        out |= {index for index, seen in enumerate(objects) if words_of <= said_in(seen)}
    if not said:
        return out
    called = {
        index: {stem(word) for name, _ in seen.names for word in words(name)} | _days(seen)
        for index, seen in enumerate(objects)
        if seen.names
    }
    for index, own in called.items():
        if not own & said:
            continue
        here = objects[index]
        kin = [
            there
            for other, there in called.items()
            if objects[other].nouns == here.nouns and objects[other].id != here.id
        ]
        shared = kin[0].intersection(*kin) if kin else set[str]()
        if own & said - shared:
            out.add(index)
    return out


def _left_alone(plain: str, tool: ToolRow, objects: Sequence[Seen]) -> set[int]:
    """Return which objects a request says to leave: those with all words of it, if not all of a kind."""
    if "leave" in tool.intents or "leave" in words(tool.name):
        return set()
    out = set[int]()
    for match in _LEAVE_ONE.finditer(plain):
        there = words(match[1])
        for nouns in {seen.nouns for seen in objects}:
            kind = bool(there) and kinds_like(there[-1]) & nouns
            left = frozenset(map(stem, there[:-1] if kind else there)) - _PLAIN
            if left and (kind or _ONES.search(match[1])):
                kin = {index for index, seen in enumerate(objects) if seen.nouns == nouns}
                has = {index for index in kin if left <= said_in(objects[index])}
                out |= has if {objects[index].id for index in kin - has} else set()
    return out


def ends(tool: ToolRow) -> bool:
    """Return whether a tool ends, removes or refuses something."""
    return not _ENDING.isdisjoint(tool.intents)


def said_in(seen: Seen) -> frozenset[str]:
    """Return the words of a thing's short fields, whoever wrote them: with it nothing is done."""
    texts = (forms[-1][1] for _, forms, _ in seen.fields if forms and len(forms[-1][1]) <= MAX_CHARS)
    return frozenset(stem(word) for text in texts for word in words(text))


def _days(seen: Seen) -> set[str]:
    """Return the days of the week on which a thing is, by its dates."""
    found = [day[:10] for _, forms, _ in seen.fields for kind, day in forms if kind == "date"]
    days = [date.fromisoformat(day).weekday() for day in found if _DAY(day)]
    return {stem(calendar.day_name[day].casefold()) for day in days}


def staying(request: Request) -> frozenset[str]:
    """Return the words that a request has only of what, or who, is to stay: `Lena keeps her access`."""
    parts = [word for part in parts_that_stay(request.plain) for word in words(part)]
    every = words(request.plain)
    return frozenset(
        word for word in parts if stem(word) not in _PLAIN and parts.count(word) == every.count(word)
    )


@lru_cache(maxsize=256)
def _staying(plain: str) -> frozenset[str]:
    """Return the words of what a request says is to stay."""
    return frozenset(stem(word) for part in parts_that_stay(plain) for word in words(part)) - _PLAIN


@lru_cache(maxsize=256)
def _left_to_user(plain: str) -> frozenset[str]:
    """Return the words of what the user says that he does himself, and of nothing else that he says."""
    if not _SELF & set(words(plain)):
        return frozenset()
    parts = [match[1] for one in (_I_DO, _TO_ME) for match in one.finditer(plain)]
    for match in _MYSELF.finditer(plain):
        for piece in reversed(_PIECES.split(match[1]) if not _is_past(match[2]) else ()):
            there = words(piece)
            if not 0 < len(there) <= MAX_PIECE or not (ACTS | VERBS).isdisjoint(there[:1]):
                break
            parts.append(piece)
    said, every = [word for part in parts for word in words(part)], words(plain)
    own = {word for word in said if said.count(word) == every.count(word) and len(word) > 2}
    return frozenset(map(stem, own - COMMON)) - _PLAIN


def _is_past(verb: str) -> bool:
    """Return whether somebody has done something, or been somewhere: `the dinner I paid myself`."""
    return verb in _WAS or "ed" in bases(verb).values()


def parts_that_stay(plain: str) -> list[str]:
    """Return what a request says of what is to stay."""
    return [match[1] for one in (_STAYS, _RIGHT, _KEEP, _LEAVE) for match in one.finditer(plain)]


@lru_cache(maxsize=256)
def _excepted(plain: str) -> tuple[frozenset[str], ...]:
    """Return the words of each one that a request says is not meant."""
    found = (frozenset(map(stem, words(match[1]))) - _PLAIN for match in _NOT_ONE.finditer(plain))
    return tuple(filter(None, found))


MAX_CHARS: Final = 200
"""Characters of a field that says what a thing is about."""
_WAS: Final = word_set("am was were have had did been")
_SELF: Final = word_set("myself ourselves me us")
_PLAIN: Final = frozenset(
    map(stem, word_set("all both for in it just of on one ones only s that the them this to"))
)
