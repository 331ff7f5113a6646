"""To which text a request hands a value over: *Marek has posted the address in the channel*, *as she wrote*.

It says by whom something was written, or that it is as it was before, and leaves to that what goes in. This
opens nothing: what such a text says is asked about, where all else would be denied.
"""

import re
from functools import lru_cache
from typing import Final, Literal

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.request.requests import stem
from podium.trust.tools import Sink
from podium.trust.values.forms import words

Thing = Sink | Literal["any"]
"""What is handed over: what goes into a sink, or whatever a text says."""

SAYS: Final = (
    r"(?:asks?|asked|wants?|wanted|says?|said|writes?|wrote|written|sends?|sent|posts?|posted|puts?|proposes?|"
    r"proposed|suggests?|suggested|offers?|offered|mentions?|mentioned|names?|named|gives?|gave|given|quotes?|"
    r"quoted|lists?|listed|notes?|noted|leaves?|left|shares?|shared|mails?|mailed|emails?|emailed|messaged|"
    r"texted|dropped|typed|drafted|requests?|requested|describes?|described|passed on|told|tells|recommends?|"
    r"recommended|supplied|answered|replied|picked|chose|chosen|prefers?|preferred|needs?|agreed)"
)
_HAS: Final = r"(?:['\u2019](?:s|ve|d))?(?:\s+(?:has|have|had|just|already|now|kindly|only|also))*"
TEXT: Final = (
    r"(?:mails?|e-?mails?|messages?|notes?|dms?|posts?|letters?|comments?|lists?|texts?|thread|replies|reply|"
    r"answers?|memos?|minutes|tickets?|requests?|forms?|briefs?|invites?|bills?|invoices?|quotes?)"
)
_BY: Final = (
    re.compile(rf"(?<![\w'-])([\w-]+){_HAS}\s+{SAYS}\b", re.IGNORECASE),
    re.compile(rf"\b{SAYS}\s+by\s+([\w-]+)", re.IGNORECASE),
    re.compile(rf"(?<![\w'-])([\w-]+)['\u2019]s\s+(?:[\w-]+\s+){{0,3}}?{TEXT}\b", re.IGNORECASE),
    re.compile(rf"\b(her|his|their)\s+(?:[\w-]+\s+){{0,2}}?{TEXT}\b", re.IGNORECASE),
    re.compile(rf"\b{TEXT}\s+(?:from|of|by)\s+(?:my |our |the )?([\w-]+)", re.IGNORECASE),
)
"""Ways to say who has written what a request leaves something to."""
_OF_DAY: Final = re.compile(
    rf"\b{TEXT}\s+(?:of|from|on)\s+(?:the\s+|last\s+)?([\w-]+)"
    rf"|\b((?:[a-z]{{3,6}}day|yesterday))['\u2019]s\s+(?:[\w-]+\s+){{0,2}}?{TEXT}\b",
    re.IGNORECASE,
)
"""A text of a day: *the minutes of the 23rd*, *Tuesday's notes*."""
_DAY: Final = re.compile(r"[0-3]?\d(?:st|nd|rd|th)|(?:[a-z]{3,6})day|yesterday", re.IGNORECASE)
_THERE: Final = re.compile(
    rf"\bas\s+(?:it\s+|they\s+|is\s+|are\s+)*{SAYS}\s+(?:in\s+)?there\b"
    rf"|\b(?:is|are|was|were|stands?|{SAYS})\s+(?:in\s+)?there\b|\bas\s+in\s+there\b",
    re.IGNORECASE,
)
"""In the text that was spoken of before."""
_NAMES: Final = (
    "names?|named|suggests?|suggested|proposes?|proposed|mentions?|mentioned|recommends?|recommended"
)
_WHO: Final = re.compile(
    r"\b(?:who(?:m)?ever|the (?:\w+ )?(?:colleagues?|persons?|people|man|men|woman|women|two|three|four|"
    r"others?|ones?|friends?|guests?|specialists?|experts?|engineers?|assistant|partners?|boss|deputy)"
    r"(?: of (?:his|hers|theirs))?(?: (?:that|who|whom))?"
    r"|(?:his|her|their) (?:\w+ )?colleagues? (?:that|whom)) "
    rf"[\w-]+{_HAS}\s+(?:{_NAMES})\b",
    re.IGNORECASE,
)
"""People whom somebody names: *the colleague that he names*, *whoever she suggests*."""
_PERSONS: Final = word_set("he she they who her his their")
_AS: Final = re.compile(
    r"\b(?:as|what|whatever|everything|all|anything|the way|how|like)\s+(?:that\s+)?"
    r"(?:[\w'\u2019-]+\s+){1,3}?"
    rf"{SAYS}\b(?!\s+(?:about|of)\b)|\b(?:as|like)\s+(?:asked|proposed|suggested|agreed|requested|described|written)\b",
    re.IGNORECASE,
)
"""Whatever somebody says; what guests say about it is no order."""
_STANDS: Final = re.compile(
    r"\b(?:is|are|was|were|stands?|be|find|found|see|look|take|use|get|per|according|"
    r"from(?!\s+(?:the\s+)?\w*\d|\s+[\w-]+(?:\s+[\w-]+)?\s+(?:to|till|until)\b|\s+(?:(?:mon|tues|wednes|thurs|"
    rf"fri|satur|sun|to)day|tomorrow|now|on)\b)|{SAYS})\b",
    re.IGNORECASE,
)
"""A value is somewhere: behind this follows where."""
_BEFORE: Final = re.compile(
    r"\b(?:like|as|than)\s+(?:(?:the|we did|we had|I did|I had|it was|usual for the|on the)\s+)?"
    r"(?:last time|last (?:week|month|year|quarter)|before|always|usual|ever|the (?:last|other) times?|"
    r"in (?:the )?(?:past|spring|summer|autumn|winter|january|february|march|april|may|june|july|august|"
    r"september|october|november|december))\b|\bthe usual\b|\bas (?:usual|always|ever|before)\b"
    r"|\bsame\b[^.!?\n]{0,60}"
    r"\b(?:last time|again|as (?:before|always|usual|ever)|(?:as|than) last)\b",
    re.IGNORECASE,
)
_OF_SINKS: Final[dict[str, frozenset[str]]] = {
    sink: frozenset(stem(word) for word in word_set(those))
    for sink, those in {
        "recipient": "address addresses contact contacts people guests attendees phone mobile whom whoever "
        "login handle details coordinates",
        "payee": "account iban bank details payee",
        "url": "link url page site website form address",
        "date": "date dates day days time times slot slots when hour hours week weekend deadline appointment "
        "term evening morning afternoon window option options",
        "amount": "amount sum price number quantity figure figures total count fee rent rate cost costs "
        "headcount",
    }.items()
}
"""By which words a request hands over what goes into a sink."""
_OF_ADDRESS: Final = word_set(
    "street road house postcode postal zip city town village county region state country line lines number"
)
"""What an address is made of, where each has an argument of its own."""
_ADDRESS: Final = frozenset(map(stem, ("address", "addresses", "details")))
_PEOPLE: Final = frozenset((stem("people"),))
_MAIL_AT: Final = re.compile(
    r"(?:\b(?:his|her|their|whose|its|the|an?)\s+(?:[\w\u2019'-]+,?\s+(?:(?:and|&|or)\s+)?){0,3}?|\()(?:e-?)?mails?"
    r"(?:\s+(?:and|&)\s+[\w-]+)?(?:['\u2019]s|\s+(?:is|are|was|were|stands?))?"
    r"(?:\s+(?:all|both|also|there|posted|written|noted|given|listed|somewhere|right|up))*\s+(?:in|on)\b"
    r"(?!\s+(?:my|our|the|his|her|their)?\s*(?:e-?mails?|inbox|mailbox|drafts?|spam|trash|outbox|folder)\b)",
    re.IGNORECASE,
)
"""*Her name and mail are in #general*: an address, that stands somewhere else than mails do."""
_MAIL_ADDRESS: Final = re.compile(r"\b(?:e-?)?mail address(?=\b|es\b)", re.IGNORECASE)
MAX_TEXT: Final = 4000
"""Characters of a request that are looked at."""


class Handed(msgspec.Struct, frozen=True):
    """One hand-over. ``writers``: words of whoever wrote the text, none where only its place is said."""

    things: frozenset[str]
    writers: frozenset[str]
    sentence: str
    wide: bool
    """Whatever is said there is meant."""
    day: str = ""
    """Of what day the text is: `23rd`, `tuesday`."""

    def gives(self, sink: Sink, path: str) -> bool:
        """Return whether it hands over what goes into an argument."""
        if self.wide and sink not in {"recipient", "payee", "url"}:
            return True
        return not kinds_of(sink, path).isdisjoint(self.things)


def kinds_of(sink: Sink, path: str) -> frozenset[str]:
    """Return the words by which a request speaks of what goes into an argument."""
    own = frozenset(stem(word) for word in words(path))
    address = _ADDRESS if sink == "value" and not _OF_ADDRESS.isdisjoint(words(path)) else frozenset[str]()
    return _OF_SINKS.get(sink, address) | (own - COMMON - {"id", "text", "body"})


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a request that are looked at."""
    return re.split(r"(?<=[.!?])\s+|\n", text[:MAX_TEXT])


@lru_cache(maxsize=256)
def handed_over(text: str) -> tuple[Handed, ...]:
    """Return what a request hands over, sentence by sentence."""
    found: list[Handed] = []
    names = frozenset(word for said in re.findall(r"\b[A-Z][\w-]+", text) for word in words(said))
    before = ""
    for sentence in sentences_of(text):
        at_mail = _MAIL_AT.search(sentence) is not None
        # Her address is nothing that she has written.
        by = _MAIL_ADDRESS.sub("address", _MAIL_AT.sub(" ", sentence))
        writers = frozenset(word for pattern in _BY for said in pattern.findall(by) for word in words(said))
        if writers & _PERSONS:
            writers |= names
        own = _day_of(sentence)
        writers -= COMMON | _PERSONS | {own}
        day = own or (before if _THERE.search(sentence) else "")
        before = own or before
        wide = _AS.search(sentence) is not None
        if writers or wide or day or at_mail or _STANDS.search(sentence):
            things = frozenset(stem(word) for word in words(sentence))
            things |= _PEOPLE if _WHO.search(sentence) else frozenset()
            things |= _ADDRESS if at_mail else frozenset()
            found.append(Handed(things, writers, sentence, wide and bool(writers or day), day))
    return tuple(found)


def _day_of(sentence: str) -> str:
    """Return of what day the last text is of which a sentence speaks, empty where it says none."""
    said = [(match[1] or match[2]).casefold() for match in _OF_DAY.finditer(sentence)]
    return next((word for word in reversed(said) if _DAY.fullmatch(word)), "")


@lru_cache(maxsize=256)
def as_before(text: str) -> bool:
    """Return whether something is to be as it was: *like last time*, *the usual*, *same hotel as before*."""
    return _BEFORE.search(text[:MAX_TEXT]) is not None
