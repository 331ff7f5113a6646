"""In which text a request says that a value stands: *the address is on the invoice*, *as it is in my note*.

What stands where is told by the request alone, and in the same breath. Whether that text is one that no
stranger has written, and which one is meant, is told elsewhere.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import singular
from podium.trust.request.handing import sentences_of
from podium.trust.request.requests import stem
from podium.trust.values.forms import words

GENERIC: Final = word_set(
    "note notes memo memos document documents doc docs file files paper papers sheet sheets text"
)
"""Nouns for any text that is kept."""
_KINDS: Final = (
    r"(?:notes?|memos?|documents?|docs?|files?|papers?|sheets?|texts?|lists?|invoices?|receipts?|contracts?"
    r"|leases?|letters?|minutes|protocols?|runbooks?|handbooks?|manuals?|guides?|wiki|pages?|agendas?|plans?"
    r"|records?|forms?|tickets?|orders?|statements?|certificates?|agreements?|policy|policies|quotes?|offers?"
    r"|bills?|mails?|e-?mails?|messages?|posts?|entry|entries|cards?)"
)
_WORD: Final = r"(?!(?:my|our|your|on|in|from|of|the|an?|to|for|at|by|with|and|or)\b)[\w'\u2019-]+"
_TEXT: Final = (
    r"(?P<whose>my|our|the|this|that)(?: own)?"
    rf"(?P<before>(?: {_WORD}){{0,3}}?) (?P<kind>{_KINDS})(?![\w'\u2019-])"
    r"(?P<behind>(?: (?:for|called|named|titled|about|of|from|with|to)(?: [^\s,.;:!?]+){1,5})?)"
)
"""A text, and by what it is told from others."""
_ARE: Final = (
    r"(?:(?:is|are|stands?|(?:can|will) be found|found)(?: (?:written|noted|given|listed|down|also|there))*)"
)
_IN: Final = r"(?:in|on|at the (?:top|end|bottom|head) of)"
_ITS: Final = r"(?:the|my|our|his|her|their|its|this|that|both|[\w-]+['\u2019]s?)"
_BREAK: Final = r"(?:^|[,.;:!?(]\s*|\b(?:and|but|since|because|as|so) )"
_VIA: Final = rf"(?:that |which )?(?:{_ARE} |given |written |noted )?(?:in|on|from|out of)"
_TO: Final = r"\b(?:to|at|use|take|get|copy|find|using|by)"
_YOU: Final = r"(?:stands?|says|is|are|(?:is|are) written|you(?:['\u2019]ll| will| can)? find)"
_HAS: Final = r"(?:says|has|gives|names|lists|tells|shows|contains)"
_FEW: Final = r"(?P<of>(?:[\w'\u2019-]+ ?){1,3})"
_AS: Final = rf"as (?:(?:it|they) )?(?:{_ARE}|written|noted|given|listed)"
_STANDS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BREAK}(?P<what>{_ITS} (?:[\w'\u2019-]+ ){{1,8}}?){_ARE} {_IN} {_TEXT}",
        rf"\b{_IN} {_TEXT},? (?:it |there )?{_YOU} {_FEW}",
        rf"{_BREAK}{_TEXT} {_HAS} {_FEW}",
        rf"{_TO} (?P<what>{_ITS} (?:[\w'\u2019-]+ ){{1,4}}?){_VIA} {_TEXT}",
        rf"{_BREAK}(?P<loosely>[^,.;:!?]{{3,80}}?),? {_AS} {_IN} {_TEXT}",
    )
)
"""How a request says that something stands in a text."""
_NOT: Final = re.compile(
    r"\b(?:not|never|no|wrong|false|old|former|previous|outdated|different|another|other|except|excluding"
    r"|without|first|second|third|last|half|some|few|unless|if|whether|that (?:the|my|our|his|her|their)|only"
    r"|rest|skip|apart|instead|anymore)\b|n['\u2019]t\b|\?"
    r"|\b(?:tell|say|write|answer|reply|ask|remind|inform)\b[^.!?]*[:\"\u201c]",
    re.IGNORECASE,
)
"""Words by which it is another one, or only told of: a person looks at it."""
_ENDS: Final = word_set(
    "please and then now in on at into that which who is are was has have says can will it"
)
MAX_SAID: Final = 16


class Where(msgspec.Struct, frozen=True):
    """What a request says of where something stands. All as stems, but ``whose``."""

    things: frozenset[str]
    """What stands there: *address*."""
    whose: str
    kind: str
    """The noun for the text, singular as it stands."""
    needed: frozenset[str]
    """The words by which that text is told from others."""
    sentence: str
    loosely: bool
    """Whether it only says so of all that it wants: *change my address as it stands in my note*."""
    several: bool
    """Whether it says it of several things: *the addresses are in my note*."""


@lru_cache(maxsize=256)
def whereabouts(text: str) -> tuple[Where, ...]:
    """Return where a request says that something stands, sentence by sentence."""
    return tuple(one for _, one in zip(range(MAX_SAID), _whereabouts(text), strict=False))


def _whereabouts(text: str) -> Iterator[Where]:
    for sentence in sentences_of(text):
        if _NOT.search(sentence) or re.search(rf"\b{_KINDS}\b", sentence, re.IGNORECASE) is None:
            continue
        for pattern in _STANDS:
            for match in pattern.finditer(sentence):
                said = match.groupdict()
                loosely = said.get("loosely") or ""
                if things := _things(said.get("what") or "") | _words(said.get("of") or loosely):
                    needed = _told_by(f"{match['before']} {_behind(match['behind'])}")
                    kind = match["kind"].casefold()
                    yield Where(
                        things,
                        match["whose"].casefold(),
                        kind,
                        needed,
                        sentence,
                        bool(loosely),
                        _several(said.get("what")),
                    )


def _things(what: str) -> frozenset[str]:
    """Return the nouns of what stands somewhere: *street*, *postcode* of `the street and postcode of it`."""
    found = set[str]()
    for part in re.split(r" and |, ?| or ", what):
        said = words(part)
        head = next((at for at, word in enumerate(said) if at and word in PREPOSITIONS), len(said))
        found |= {stem(word) for word in said[:head][-2:] if word not in DETERMINERS}
    return frozenset(found)


def _several(what: str | None) -> bool:
    said = words(what or "")
    head = next((at for at, word in enumerate(said) if at and word in PREPOSITIONS), len(said))
    return any(singular(word) != word for word in said[:head][-1:])


def _words(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(text))) - frozenset(map(stem, COMMON | DETERMINERS | PREPOSITIONS))


def _told_by(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in DETERMINERS | PREPOSITIONS)


def _behind(text: str) -> str:
    kept: list[str] = []
    for word in text.split():
        if kept and word.strip("'\"").casefold() in _ENDS:
            break
        kept.append(word)
    return " ".join(kept)
