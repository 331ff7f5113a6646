"""What a request names by saying that nobody needs it or can come: `I don't need the van, cancel that`.

A negated clause names nothing that is meant, but for this: what is given up or moved in the next breath.
"""

import re
from collections.abc import Iterator
from typing import Final

from podium.trust.english.lexicon import MAKING, VERBS, word_set

_UNNEEDED: Final = re.compile(
    r"(?:don't|do not|not|never) (?:really |actually |even |be able to )?"
    r"(?:need|want|use|require|make|attend|join|keep|manage"
    r"|be (?:attending|joining|keeping|coming to|needing)"
    r"|(?:come|go|get|make it) to|attending|joining|coming to|going to(?= th| my| our))"
    r" (?!to\b|you\b|him to\b|her to\b|it to\b|them to\b|any|sure\b)"
)
"""A clause that says what is not needed; `I don't want you to` says what is not to be done."""
_SUBJECT: Final = re.compile(
    r"\b(?:i|we|he|she|they|you|does|do|will|[^\W\d_]{2,}) (?:do |does |really |actually )?$"
)
_LEAVING: Final = (
    r"cancel|drop|delete|remove|release|return|end|stop|revoke|call|send|give|take|scrap|bin|withdraw|free"
    r"|strike|cross|decline|clear|move|push|shift|postpone|put|delay|reschedule|rebook"
)
_LEFT: Final = re.compile(rf"\b(?:{_LEAVING})\w*\b")
_IT: Final = re.compile(
    rf"\b(?:{_LEAVING})\b(?: up| back| off| out| away)?"
    r" (?:it|that|this|them|those|these|that one|the (?:thing|lot))\b"
    r"(?: (?:up|back|off|out|away|then|forward))?"
)
"""What is given up is what was spoken of before."""
_ORDERS: Final = (VERBS | MAKING | word_set("order post mail text buy pay sell")) - word_set(
    "do have like need want let make start"
)
"""Verbs behind that: where more is to be done, nobody knows of which of the two it speaks."""


def gives_up(low: str, start: int, end: int) -> bool:
    """Return whether a negated clause names what the request gives up: `we don't need it, return it`.

    ``low``: the request in lower case; ``start``, ``end``: where the clause stands.
    """
    clause = low[start:end]
    if not _UNNEEDED.match(clause) or not _SUBJECT.search(low[:start]) or _LEFT.search(clause):
        return False
    it = _IT.search(low, end)
    return it is not None and not _ORDERS & set(re.findall(r"[a-z]+", low[it.end() :]))


_ENDING: Final = re.compile(rf"\b(?:{_LEAVING}|terminate|close|sell|sold|give)\w*\b")
_STAYING: Final = re.compile(
    r"(?:^|[.,;:!?\n(]|\bbut\b|\band\b) ?"
    r"(?P<stays>(?!(?:if|when|while|as long|until|unless|who|whoever|whether|because|since)\b)"
    r"[^.,;:!?\n]{2,60}? (?:stays?|remains?|is to (?:stay|remain)"
    r"|(?:can|must|should|shall) (?:stay|remain|be kept))"
    r"(?: (?:of course|as (?:it|they) (?:is|are|was|were)|put|on|there|in place|untouched|unchanged|though"
    r"|naturally|obviously|for now|active|in force|too|both))*) ?(?=[.,;:!?\n)]|$|\bbut\b)"
)


def kept(low: str) -> Iterator[tuple[int, int]]:
    """Yield where a request that ends something says what stays: `Mole Street stays of course`."""
    for match in _STAYING.finditer(low):
        elsewhere = f"{low[: match.start()]} . {low[match.end() :]}"
        if _ENDING.search(elsewhere):
            yield match.span("stays")
