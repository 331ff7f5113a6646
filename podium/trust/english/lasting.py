"""How long things take, and by how much a time is moved: `an hour and ten minutes`, `30 minutes earlier`."""

import re
from functools import lru_cache
from typing import Final

from podium.trust.english.numerals import COUNTS, count_of, in_figures

_MORE: Final = r"(?:(?:extra|full|whole|good|solid|further|additional|more|single) )?"
_LASTS: Final = re.compile(
    rf"\b(?<!quarter of )(?<!quarters of )(?P<n>\d{{1,3}}(?:\.5)?|an?|another"
    rf"|(?<!and )(?<!and a )half(?: an)?(?=[ -]h)|{'|'.join(COUNTS)})"
    rf"(?P<half> and a half| and a quarter| and (?:three|3) quarters?)?[ -]?(?:of )?{_MORE}"
    r"(?P<unit>hour|hr|h|minute|min)s?\b(?P<and> and (?:a half|a quarter|(?:three|3) quarters)\b)?"
)
_QUARTERS: Final = re.compile(
    r"\b(?P<n>an?|another|one|two|three|[1-3])(?: more| extra| further)? quarters?(?: of)?(?: an)? hours?\b"
)
_PLUS: Final = re.compile(r"\b(?P<h>\d{1,2}) ?h(?:ours?)? ?(?P<m>\d{2})\b(?![.:]\d)")
_BOTH: Final = re.compile(
    r"(?<!half )\b(?P<h>an?|one|\d{1,2}) ?(?:hours?|hrs?|h)(?: and)? (?P<m>[1-5]?\d) ?(?:minutes?|mins?)\b"
)
_HALVES: Final = {"\u00bd": 0.5, "1/2": 0.5, "\u00bc": 0.25, "1/4": 0.25, "\u00be": 0.75, "3/4": 0.75}
_PARTED: Final = re.compile(r"\b(?P<n>\d{1,2}) ?(?P<part>[\u00bc-\u00be]|[13]/[24]) ?(?:hours?|hrs?|h)\b")
_AND_A_HALF: Final = re.compile(r"(?<![a-z\d] )\bhour and a half\b|(?<=\bthe )hour and a half\b")
_LENGTH: Final = (
    r"(?:half(?: an)? hour|(?:quarter|three quarters|3 quarters) of an hour"
    r"|(?:\d+|an?|one) ?(?:hours?|minutes?|mins?|hrs?|h))"
)
_LATER: Final = re.compile(
    r"\b(?:later|back|after|delay|postpone|put off|longer|extend|lengthen|prolong|behind)\b"
    r"|\bpush(?:ed)?\b(?!.{0,40}\bforward\b)"
    r"|\b(?:another|an? (?:extra|additional|further)) (?:\d+ |half(?: an)? |quarter of an )?"
    r"(?:hours?|min(?:ute)?s?)\b"
    rf"|\badd {_LENGTH}|{_LENGTH} (?:more|extra|on top)\b"
)
_EARLIER: Final = re.compile(
    r"\b(?:earlier|forward|before|sooner|shorter|shorten|ahead|prepone)\b"
    rf"|\b(?:cut|trim|reduce)\b.{{0,30}} by {_LENGTH}|{_LENGTH} (?:less|off)\b|\bby {_LENGTH} less\b"
    rf"|\b(?:move|bring|pull)[a-z]* (?:\w+ ){{1,4}}up (?:by )?{_LENGTH}"
)


@lru_cache(maxsize=256)
def lengths(text: str) -> frozenset[int]:
    """Return how long things take that a text says in hours or minutes, in minutes."""
    found: set[int] = set()
    low = in_figures(text.casefold())

    def both(match: re.Match[str]) -> str:
        found.add(60 * (count_of(match["h"]) or 1) + int(match["m"]))
        return " , "

    def parted(match: re.Match[str]) -> str:
        found.add(round(60 * (int(match["n"]) + _HALVES[match["part"]])))
        return " , "

    low = _AND_A_HALF.sub("an hour and a half", _PARTED.sub(parted, _BOTH.sub(both, low)))
    for match in _LASTS.finditer(low):
        said = match["n"]
        minutes = 60 if match["unit"].startswith("h") else 1
        if said in {"half an", "half"} and minutes == 60:
            found.add(30)
        elif said.endswith(".5"):
            found.add(int((float(said)) * minutes))
        elif (count := count_of(said)) is not None:
            found.add(count * minutes + _part(match, minutes))
    for match in _QUARTERS.finditer(low):
        found.add(15 * (count_of(match["n"]) or 1))
    for match in _PLUS.finditer(low):
        found.add(60 * int(match["h"]) + int(match["m"]))
    return frozenset(found)


def _part(match: re.Match[str], minutes: int) -> int:
    """Return the part of an hour that is added: `and a half`, `and three quarters`."""
    said = match["and"] or match["half"] or ""
    if not said:
        return 0
    return minutes // 2 if "half" in said else 3 * minutes // 4 if "quarters" in said else minutes // 4


def shifts(text: str) -> frozenset[int]:
    """Return by how many minutes a text says that a time is moved: negative for earlier, none if no way."""
    low = in_figures(text.casefold())
    up, down = _LATER.search(low) is not None, _EARLIER.search(low) is not None
    if up == down:
        return frozenset()
    return frozenset(length if up else -length for length in lengths(text))
