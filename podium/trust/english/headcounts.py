"""How many people a text speaks of, where it lists them: `me and two others`, `Ilse, Kofi and Ravi`."""

import re
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import NUMBERS
from podium.trust.english.numerals import in_figures
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON
from podium.trust.values.forms import MONTH

_COUNT: Final = rf"(?P<n>\d{{1,2}}|an?|one|another|{'|'.join(NUMBERS)})"
_MORE: Final = (
    r"(?:more|others?|(?:other |more )?(?:friends?|colleagues?|guests?|people|persons?|clients?|customers?"
    r"|adults?|kids?|children|visitors?|of (?:us|them|you|my \w+|our \w+|his \w+|her \w+|their \w+)))"
)
_KIN: Final = (
    r"(?:my|his|her|our|their) (?:wife|husband|partner|mother|father|mum|dad|son|daughter|brother|sister|boss"
    r"|assistant|colleague|friend|guest)"
)
_NAME: Final = r"[A-Z][^\W\d_]+(?:[ -][A-Z][^\W\d_]+)?"
_ITEM: Final = (
    rf"(?:(?i:{_COUNT.replace('(?P<n>', '(?:')}) {_MORE}|{_KIN}|me|myself|I|(?:you|him|her)|{_NAME})"
)
_GROUP: Final = re.compile(
    rf"(?<![\w-]){_ITEM}(?:, (?:and |plus )?{_ITEM}){{0,12}}"
    rf"(?:,? (?:and|&|plus|with) {_ITEM}){{1,3}}(?![\w@]|['\u2019]s?\b)"
)
_PARTS: Final = re.compile(r",? (?:and|&|plus|with) |, ")
_NUMBERED: Final = re.compile(rf"{_COUNT} {_MORE}", re.IGNORECASE)
_NOBODY: Final = COMMON | ACTS | CALENDAR
_WITH_USER: Final = re.compile(r"\b(?:me|myself|I|us|my)\b")
_FOR: Final = re.compile(r"\b(?:for|book|invite|seat) (?:both )?$", re.IGNORECASE)
_TAKES_PART: Final = re.compile(
    r" (?:needs?|wants?|will come|are coming|come|would like)\b|[^.!?\n]{0,20}\b(?:book|reserve|get) them\b"
)
_COUNTED: Final = re.compile(
    r"\bfor (\d{1,2})(?![\w:/-]|[.,]\d)(?! ?(?:[ap]\.?m\b|o'clock|hours?|nights?|days?|weeks?|months?|years?"
    rf"|minutes?|euros?|(?:of )?{MONTH}\b))"
    r"|\b(\d{1,2}) (?:of (?:us|them|you)|people|persons?|guests?|adults?|pax|diners|covers|heads?)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def parties(text: str) -> frozenset[int]:
    """Return how many people each list of a text has, and what it counts besides.

    Who is listed as one that something is for, that takes part, or beside the user; not who is told of it,
    has written it, or knows the place.
    """
    found = set[int]()
    rest = list(text)
    for match in _GROUP.finditer(text):
        heads = [_heads(item) for item in _PARTS.split(match[0])]
        before, behind = text[max(0, match.start() - 20) : match.start()], text[match.end() :][:60]
        meant = _WITH_USER.search(match[0]) or _NUMBERED.search(match[0]) or _FOR.search(before)
        if all(heads) and (meant or _TAKES_PART.match(behind)):
            found.add(sum(heads))
            rest[match.start() : match.end()] = ";" * (match.end() - match.start())
    counted = _COUNTED.findall(in_figures("".join(rest).lower()))
    return frozenset(found | {int(one or two) for one, two in counted})


def _heads(item: str) -> int:
    """Return how many one item of a list is, 0 where it names nobody."""
    if many := _NUMBERED.fullmatch(item):
        return int(many["n"]) if many["n"].isdigit() else NUMBERS.get(many["n"].casefold(), 1)
    told = item.casefold().split()
    return 0 if item[:1].isupper() and item != "I" and told[-1] in _NOBODY else 1


_KIND: Final = "(?:(?:single|double|own|separate) )?"
_EACH: Final = re.compile(
    rf"\b(?:an?|one|their own) {_KIND}(?P<what>[a-z]+) (?:each|apiece|per (?:person|head))\b"
    r"|\beach (?:gets?|has|have|needs?|wants?|with|of (?:us|them) (?:gets?|needs?|has)) "
    rf"(?:an?|one|their own|his own|her own) {_KIND}(?P<gets>[a-z]+)\b"
    r"|\b(?:an?|one) (?P<for>[a-z]+) for each(?: of (?:them|us|you))?\b"
    r"|\b(?:separate|single) (?P<apart>[a-z]+)\b|\bone (?:each|apiece)\b"
)


@lru_cache(maxsize=256)
def each_gets(text: str) -> frozenset[str]:
    """Return of what a text wants one for each: `a room each`; an empty word where it leaves that unsaid."""
    return frozenset(
        match["what"] or match["gets"] or match["for"] or match["apart"] or ""
        for match in _EACH.finditer(text.casefold())
    )
