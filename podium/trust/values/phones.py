"""Telephone and account numbers in a text, told from the dates, times and sums that look so too."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from podium.trust.values.runs import KINDS, may_have

NUMBER_OF_SOMEBODY: Final = re.compile(r"\+?\d(?:[ ()/.-]{0,2}\d){6,}")
"""A telephone's or an account's number: seven digits at least."""
_AROUND: Final = 12
"""Characters beside a number that are looked at too: the rest of a time, a currency."""
_FIRST: Final = r"(?<![\d./-])"
_LAST: Final = r"(?![./-]?\d)"
_HOUR: Final = r"(?:[01]?\d|2[0-4])"
_MARK: Final = r"(?:[$€£¥₹]|usd|eur|gbp|jpy|inr|chf|pln|sek|nok|dkk|czk|euros?|dollars?|pounds?|francs?)"
_SUM: Final = r"[1-9]\d{0,2}(?:[ .]\d{3})+"
_DATE: Final = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<d2>\d{1,2})(?P<s2>[-/.])(?P<m2>\d{1,2})(?P=s2)(?P<y2>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)(?P<y3>(?:19|20)\d\d)(?P<m3>\d\d)(?P<d3>\d\d)(?=T\d\d)"
)
_TIME: Final = re.compile(
    rf"(?<![\d:]){_HOUR}:[0-5]\d(?::[0-5]\d)?(?![\d:])"
    rf"|(?<=T){_HOUR}[0-5]\d(?:[0-5]\d)?(?=Z|[+ ,;.)]|$)"
    rf"|{_FIRST}{_HOUR}\.[0-5]\d ?- ?{_HOUR}\.[0-5]\d{_LAST}"
)
_YEARS: Final = re.compile(
    rf"{_FIRST}(?<![\d(+] )(?P<from>(?:19|20)\d\d) ?[-/] ?(?P<to>(?:19|20)\d\d){_LAST}(?! ?[\d(])"
)
_MOST_YEARS: Final = 10
_AMOUNT: Final = re.compile(
    rf"(?:(?<![^\W\d_])|(?<=\d)){_MARK} ?{_SUM}(?: ?- ?{_SUM})?(?!\d)"
    rf"|(?<![\d+(./-])(?<![\d+)] ){_SUM}(?: ?- ?{_SUM})?(?:,(?:\d\d|-))? ?{_MARK}(?![^\W\d_])",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d")


def numbers_in(text: str) -> list[re.Match[str]]:
    """Return the telephone and account numbers of a text; dates look so too."""
    likely = may_have(text, KINDS, b"ddddddd", without=b" ()/.-")
    return list(NUMBER_OF_SOMEBODY.finditer(text)) if likely else []


def phones_in(text: str) -> Iterator[re.Match[str]]:
    """Yield the telephone and account numbers of a text, without what is a date, a time or a sum.

    `prototype 3 (2026-12-09)` is none. What begins as a telephone's number does is one as it stands, whatever
    a part of it may be: `020 2026-12-09`.
    """
    for match in numbers_in(text):
        start, end = match.span()
        before, after = max(0, start - _AROUND), min(len(text), end + _AROUND)
        padded = text[:before] + _without(text[before:after]) + text[after:]
        first = _DATE.match(text, start)
        begins = match[0][0] in "+0" and not (first and _is_day(first))
        if begins and NUMBER_OF_SOMEBODY.match(padded, start) is None:
            yield match
            continue
        found = NUMBER_OF_SOMEBODY.finditer(padded, start, end)
        yield from (it for it in found if not _has_bracket(padded, it))


def _without(text: str) -> str:
    """Return a text in which the digits of dates, times and sums are none, as long as it was."""
    text = _DATE.sub(lambda found: _none(found) if _is_day(found) else found[0], text)
    text = _YEARS.sub(lambda found: _none(found) if _are_years(found) else found[0], text)
    return _AMOUNT.sub(_none, _TIME.sub(_none, text))


def _none(match: re.Match[str]) -> str:
    return _DIGITS.sub("|", match[0])


def _is_day(match: re.Match[str]) -> bool:
    said = {key.rstrip("23"): int(it) for key, it in match.groupdict().items() if it and it.isdigit()}
    try:
        date(said["y"], said["m"], said["d"])
    except ValueError:
        return False
    return True


def _are_years(match: re.Match[str]) -> bool:
    return 0 < int(match["to"]) - int(match["from"]) <= _MOST_YEARS


def _has_bracket(text: str, match: re.Match[str]) -> bool:
    """Return whether a bracket divides a run of digits, in which words stand too: `12 (12 500 hours)`.

    Of a telephone's number a bracket has digits alone.
    """
    number, closed = match[0], text[match.end() : match.end() + 1] == ")"
    opened = number.rfind("(")
    if number[0] in "+0" or opened < 0 or ")" in number[opened:] or closed:
        return False
    parts = number[:opened], number[opened:]
    return all(NUMBER_OF_SOMEBODY.search(part) is None for part in parts)
