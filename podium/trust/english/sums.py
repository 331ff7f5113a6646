"""Sums that a request states: `twenty more than`, `half of it back`, `32 pounds below`, `a third off`.

What it says is read once: by what a number is multiplied, what is added to it, and whose number it is.
What these numbers are is for the reader of grounds.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.numerals import count_of, in_figures
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.values.forms import MONTH, number_form, words

_UP: Final = (
    r"more|extra|higher|additional|additionally|dearer|warmer|hotter|longer|larger|bigger|taller|above"
    r"|over (?=the|what|that|his|her|its|my|our|their)|on top|in addition|upwards?|beyond"
)
_DOWN: Final = (
    r"less|lower|fewer|cheaper|cooler|colder|shorter|smaller|below|under|beneath|off|short of|downwards?|down"
)
_RISING: Final = word_set(
    "raise raised raises raising increase increased increases increasing up higher more add added bump lift "
    "lifted extend extra grow grows dearer rise rises rose top plus surcharge"
)
_FALLING: Final = word_set(
    "lower lowered lowers lowering reduce reduced reduces reducing cut cuts decrease decreased down drop "
    "dropped drops less shorten shortened trim knock off cheaper fall falls fell deduct minus discount rebate"
)
_NUMBER: Final = r"(?<![\w.,])[$€£¥]?\s?(?P<n>\d[\d.,]*\d|\d)(?![\d%])(?!\s*(?:%|per\s?cent))"
_NO_DATE: Final = rf"(?!(?:st|nd|rd|th)\b|\s(?:of\s)?(?:{MONTH})\b|\s?[ap]\.?m\b|\s?o['\u2019]clock)"
"""Behind a number of what is due: `by 11 May`, `by 5 pm`."""
_MORE: Final = re.compile(
    rf"{_NUMBER}(?:\s?[€$£¥]|\s(?!or\b|and\b)[a-z]{{2,8}})?\s+(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b(?! to \d)"
)
_ADDED: Final = re.compile(
    rf"\b(?:(?P<up>plus|another|extra|an? additional|add(?: on)?|put on|up(?! to))"
    rf"|(?P<down>minus|deduct|subtract|take off|knock off|down)|by)\s+(?:an? )?{_NUMBER}{_NO_DATE}"
)
_TURNED: Final = (
    rf"(?:\s+(?:(?P<up>{_UP})|(?P<down>{_DOWN}|discount|reduction|rebate)))?"
    r"(?P<again>\s+as (?:much|many) again)?"
)
_PERCENT: Final = re.compile(
    r"(?:\b(?P<by>by|plus|add|another|minus|less)\s+(?:an? )?)?(?<![\d.,])(?P<n>\d{1,3}(?:[.,]\d{1,2})?)"
    rf"\s?(?:%|percent\b|per cent\b){_TURNED}"
)
_NO_SHARE: Final = (
    r"(?! ?(?:past|to\b|an? hour|an? day|hour|day|board|term|time|page|of an hour|of the hour))"
)
_SHARE: Final = re.compile(
    rf"(?<!and a )\b(?P<by>by )?(?P<word>half|(?:(?P<n>a|one|[1-9]) (?P<part>third|quarter|fifth|tenth)s?))\b"
    rf"{_NO_SHARE}{_TURNED}"
)
_PARTS: Final = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_TIMES: Final = re.compile(
    r"\b(?:(?P<two>doubled?|twice(?= (?:as|the|what|that|this|his|her|their|its|my|our|your)\b)(?! the week))"
    r"(?! ?-?(?:room|bed|check|sided|page))"
    r"|(?P<three>tripled?|trebled?)|(?P<half>halved?)"
    r"|(?P<n>\d{1,3}) times (?=as|what|the|that|his|her|their|its|more))"
)
_COUNTED: Final = re.compile(
    r"(?<![\w.,$€£¥])(?P<n>\d{1,4}) (?!more|less|extra|percent|times|euros?|pounds?|dollars?|quid|per\b)"
    r"(?P<what>[a-z]{3,})\b"
)
_PORTION: Final = re.compile(
    r"(?<![\w.,])(?P<k>\d{1,2}|one) of (?:the|her|his|their|my|our|those|these) (?P<n>\d{1,2}) [a-z]{3,}\b"
)
_SAYS: Final = (
    "allows?|says?|said|foresees?|states?|asks?|asked|asking|charges?|charged|wants?|owes?|owed|costs?|pays?|paid"
    "|recommends?|recommended|quotes?|quoted|sets?|demands?|provides?|prescribes?|specif(?:y|ies)|permits?"
    "|suggests?|comes? to|came to|is due|is owed|agreed|offers?|offered|gives?|fixes|lays? down"
)
_KEPT: Final = (
    "rates?|rules?|tariffs?|price ?lists?|lists?|contracts?|agreements?|polic(?:y|ies)|scales?|manuals?"
    "|papers?|handbooks?|terms|offers?|quotes?|invoices?|bills?|guidelines?|instructions|regulations|recipe|datasheet"
)
_AMOUNT: Final = (
    "money|prices?|costs?|fees?|sums?|amounts?|figures?|rates?|limit|maximum|minimum|value|total|fare|charge"
    "|balance|setting|temperature|quantity|dose|budget"
)
_REFERRED: Final = re.compile(
    rf"\bwhat(?:ever)? (?!do |does |did |is |are |was |were |have |has |will )"
    rf"(?:[\w'-]+ ){{1,5}}?(?:{_SAYS})\b"
    rf"|\b(?:as|according to|in line with|per|by|following|under|in accordance with) "
    rf"(?:(?:the|our|their|his|her|its|my)\b )?(?:[\w'-]+ ){{0,2}}(?:{_KEPT})\b"
    rf"|\b(?:the|their|his|her|its|same) (?:[\w'-]+ )?(?:{_AMOUNT}) "
    r"(?:for|of|on|in|that|they|he|she|it|from|which|as)\b"
    rf"|\b(?:at|for) (?:their|his|her|its|the) (?:[\w'-]+ )?(?:price|rate|fee)\b|\b(?:as|how) much as\b"
)
_RATHER: Final = re.compile(
    rf"(?:\d(?:\s?%|\s?per\s?cent|\s?[€$£¥]|\s(?:euros?|pounds?|dollars?|quid|degrees?))|[€$£¥]\s?\d+)"
    rf"\s(?:{_UP}|{_DOWN})\b(?! [a-z]+s\b)"
    rf"|\d\s(?:{_UP}|{_DOWN}) (?:than|per|an? (?:month|week|year|day|night))\b"
)
_HELD: Final = (
    "deposit|money|amount|sum|fee|price|bill|invoice|payment|total|loan|debt|rent|salary|wage|wages|advance"
    "|retainer|retention|balance|bond|float|budget|credit|prepayment|kitty|fare|cost|caution|guarantee|stake"
)
_OF_HELD: Final = rf"\s+(?:of|from|on|in)\s+(?:[\w'-]+\s+){{0,3}}?(?P<held>{_HELD})\b"
_REMAINDER: Final = re.compile(
    r"\b(?:what(?:ever)?(?:['\u2019]s| is|['\u2019]ll be| was| will be)?(?: still)?"
    r" (?:left(?: over)?|remains?|remaining)\b"
    r"|(?:the|all the) (?:rest|remainder|remaining|leftover)\b"
    r"(?! (?:can|could|may|will|is|are|stays?|waits?)\b))"
    rf"(?:(?:\s+(?:part|bit))?{_OF_HELD}|\s+(?P<bare>{_HELD})\b|(?!\s+(?:of|from|on|in|to|up)\b))"
)
_SPOKEN: Final = re.compile(rf"\b(?:{_HELD})\b")
_GIVES: Final = re.compile(
    r"\b(?:refund|return|give|pay|send|hand|transfer|release|wire|reimburse|credit)(?:s|ing)?\b[^.,;!?]{0,40}$"
)
_LEFT: Final = word_set("remaining remainder remain rest balance outstanding open due left owed unpaid")
_KEEPS: Final = (
    r"keep|keeping|kept|withhold|withholding|hold back|retain|retaining|deduct|deducting|minus|less"
    r"|take off|taking off|charge|costs?|costing|that['\u2019]s|which is|comes to|came to|owes?"
)
_MONEY: Final = (
    r"(?:(?<![\w.,])[$€£¥]\s?(?P<a>\d[\d.,]*\d|\d)(?![\w%])"
    r"|(?<![\w.,])(?P<b>\d[\d.,]*\d|\d)\s?"
    r"(?:[$€£¥]|(?:euros?|eur|pounds?|gbp|dollars?|usd|quid|bucks|francs?|chf)\b)"
    rf"|\b(?:{_KEEPS})\s+(?P<c>\d[\d.,]*\d|\d)(?![\w%]))"
)
_DEDUCTED: Final = re.compile(_MONEY)
_KEEPING: Final = re.compile(rf"\b(?:{_KEEPS})\b")
_CLAUSE: Final = re.compile(r"[.!?;\n](?=\s|$)")
_AROUND: Final = 60
"""Characters before a number in which a verb tells whether it goes up or down."""
_TAIL: Final = 90
"""Characters behind it in which stands of whom the number is."""
_JOINT: Final = re.compile(r"[,;:!?]|\.(?=\s|$)|\b(?:and|but|starting|from|please|as of|with effect)\b")
_MAX: Final = 12
_WHEN: Final = word_set(
    "now month week day year hour night today currently presently per time back much many what"
)


class Sum(msgspec.Struct, frozen=True):
    """How a number follows from another one: it, ``times`` so much, ``plus`` so much."""

    times: Decimal
    plus: Decimal = Decimal(0)
    said: str = ""
    """The request's own words for it."""
    of: frozenset[str] = frozenset()
    """Words behind it, in which stands whose number it is: `the new buyer`."""

    def result(self, number: Decimal) -> Decimal:
        """Return what follows from a number."""
        return number * self.times + self.plus

    def operand(self, result: Decimal) -> Decimal:
        """Return from which number a result follows."""
        return (result - self.plus) / self.times

    def spelled(self, number: str) -> str:
        """Return the sum with the number from which it starts, as a person reads it: ``208 - 32``."""
        by = "" if self.times == 1 else f" x {_short(self.times)}"
        more = f" {'-' if self.plus < 0 else '+'} {_short(abs(self.plus))}" if self.plus else ""
        return f"{number}{by}{more}"


def sums(text: str) -> tuple[Sum, ...]:
    """Return the sums that a text states, a few; both directions where it does not tell which way it goes."""
    low = in_figures(text.casefold())
    found: dict[tuple[Decimal, Decimal], Sum] = {}
    for one in (*_left(low), *_added(low), *_shares(low), *_multiples(low)):
        found.setdefault((one.times, one.plus), one)
        if len(found) >= _MAX:
            break
    return tuple(found.values())


def counted(text: str) -> tuple[tuple[str, str], ...]:
    """Return how many a text says of something, a few: each number with the noun behind it."""
    found = (match.group("n", "what") for match in _COUNTED.finditer(in_figures(text.casefold())))
    return tuple(dict.fromkeys((n.lstrip("0") or "0", what) for n, what in found))[:_MAX]


@lru_cache(maxsize=256)
def portions(text: str) -> tuple[tuple[int, int], ...]:
    """Return which parts of several a text speaks of: one and two of `one of the two tickets`."""
    found = _PORTION.finditer(in_figures(text.casefold()))
    pairs = ((1 if it["k"] == "one" else int(it["k"]), int(it["n"])) for it in found)
    return tuple(dict.fromkeys(pair for pair in pairs if 0 < pair[0] < pair[1]))[:_MAX]


def remains(text: str, fields: Iterable[str] = ()) -> bool:
    """Return whether a text asks for what is left of an amount: `the rest of the deposit`. Not all of it.

    ``fields``: of what holds the amount; one that is called `balance` or `remaining` is what is left.
    """
    return _asks_rest(text) and not any(_LEFT.intersection(words(one)) for one in fields)


@lru_cache(maxsize=256)
def taken_off(text: str) -> frozenset[str]:
    """Return the numbers that a text takes off where it asks for what is left: `keep 35, refund the rest`.

    None of them is what is to be given; unlike 40 of `pay Dan 40 pounds of it and refund the rest`.
    """
    low = text.casefold()
    return (
        frozenset(n for n, at in _taken(low) if not _is_given(low[:at])) if _asks_rest(text) else frozenset()
    )


def _is_given(before: str) -> bool:
    verb = _GIVES.search(before)
    return verb is not None and _REMAINDER.search(verb[0]) is None and not _KEEPING.search(verb[0])


def _taken(low: str) -> Iterator[tuple[str, int]]:
    """Yield the sums of money that a text says, and where."""
    for it in _DEDUCTED.finditer(low):
        if (number := number_form(it["a"] or it["b"] or it["c"])) is not None:
            yield number, it.start()


@lru_cache(maxsize=256)
def _asks_rest(text: str) -> bool:
    return _remainder(text.casefold()) is not None


def referred(text: str) -> bool:
    """Return whether a text leaves an amount to what is written somewhere: `what our rates foresee`."""
    return _REFERRED.search(text.casefold()) is not None


@lru_cache(maxsize=256)
def restated(text: str) -> bool:
    """Return whether a text says by how much an amount that there is becomes another: `10 percent more`.

    Not `twenty more chairs`, nor the bound `500 or more`.
    """
    return _RATHER.search(in_figures(text.casefold())) is not None


def _added(low: str) -> Iterator[Sum]:
    for pattern in (_MORE, _ADDED):
        for match in pattern.finditer(low):
            number = number_form(match["n"])
            if number is not None:
                for way in _ways(low, match):
                    yield Sum(Decimal(1), way * Decimal(number), *_told(low, match))


def _shares(low: str) -> Iterator[Sum]:
    for match in _PERCENT.finditer(low):
        number = number_form(match["n"])
        if number is not None:
            yield from _of_share(low, match, Decimal(number) / 100)
    for match in _SHARE.finditer(low):
        if match["part"]:
            yield from _of_share(low, match, Decimal(count_of(match["n"]) or 1) / _PARTS[match["part"]])
        else:
            yield from _of_share(low, match, Decimal("0.5"))


def _of_share(low: str, match: re.Match[str], share: Decimal) -> Iterator[Sum]:
    if match["again"]:
        factors = [1 + share]
    elif match["by"] or match["up"] or match["down"]:
        factors = [1 + way * share for way in _ways(low, match)]
    else:
        factors = [share]
    yield from (Sum(factor, Decimal(0), *_told(low, match)) for factor in factors if factor > 0)


def _multiples(low: str) -> Iterator[Sum]:
    for match in _TIMES.finditer(low):
        times = 2 if match["two"] else 3 if match["three"] else int(match["n"] or 0)
        factor = Decimal("0.5") if match["half"] else Decimal(times)
        if factor > 0:
            yield Sum(factor, Decimal(0), *_told(low, match))


def _remainder(low: str) -> re.Match[str] | None:
    """Return where a text says what is left of an amount, or that the rest is to be given to somebody."""
    for match in _REMAINDER.finditer(low):
        if match["held"] or match["bare"] or _GIVES.search(low[: match.start()]):
            return match
    return None


def _left(low: str) -> Iterator[Sum]:
    """Yield what is left when all sums of money that a text says are taken off."""
    match = _remainder(low)
    off = sum((Decimal(number) for number, _ in _taken(low)), Decimal(0))
    if match is not None and off > 0:
        spoken = _SPOKEN.search(low)  # `keep 35 of the deposit and give back the rest`
        of = match["held"] or match["bare"] or (spoken and spoken[0])
        yield Sum(Decimal(1), -off, " ".join(match[0].split()), frozenset((of,)) if of else frozenset())


def _ways(low: str, match: re.Match[str]) -> tuple[int, ...]:
    """Return which way a number goes by the words in and around a match: up, down, or either."""
    by = match.groupdict().get("by") or ""
    if match["up"] or by.strip() in {"plus", "add", "another"}:
        return (1,)
    if match["down"] or by.strip() in {"minus", "less"}:
        return (-1,)
    before = _CLAUSE.split(low[max(0, match.start() - _AROUND) : match.start()])[-1]
    there = set(words(before))
    up, down = bool(there & _RISING), bool(there & _FALLING)
    return (1, -1) if up == down else (1,) if up else (-1,)


def _told(low: str, match: re.Match[str]) -> tuple[str, frozenset[str]]:
    behind = _JOINT.split(low[match.end() : match.end() + _TAIL], maxsplit=1)[0]
    return " ".join(match[0].split()), frozenset(words(behind)) - COMMON - CALENDAR - _WHEN


def _short(number: Decimal) -> str:
    return format(round(number, 4).normalize(), "f")
