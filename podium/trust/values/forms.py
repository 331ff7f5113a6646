"""Forms of a value: strict ones, by which a value is trusted, and loose ones, by which one is recognised.

Trust is strict: a form may differ from another in case, outer space, a number's or a date's notation, and in
nothing else. Suspicion is generous: `squash` looks through case, spaces, punctuation, Unicode's
compatibility forms, marks, invisible characters and look-alike letters, and
`podium.trust.values.encodings` through encodings.

Sources: RFC 5322 (addresses, in part), ISO 13616 (IBAN), RFC 3986 (URLs).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from podium.trust.values.lookalikes import LOOKALIKES, spelled_out
from podium.trust.values.ordinals import ORDINAL, ORDINAL_ENDS, day_of
from podium.trust.values.runs import KINDS, may_have

Form = tuple[str, str]
"""What a value is, and its notation: ``("email", "ann@acme.example")``."""

MAX_FORM_CHARS: Final = 400
"""Longer values are text, and have no form."""
MAX_KEPT_CHARS: Final = 64
"""Of shorter ones the forms are remembered, of the last ones that were asked for."""
EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
URL: Final = re.compile(r"(?:https?|ftp)://[^\s<>\"'`)\]}]+|\bwww\.[^\s<>\"'`)\]}]+", re.IGNORECASE)
DOMAIN: Final = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?:/[^\s<>\"'`)\]}]*)?(?![\w@])",
    re.IGNORECASE,
)
IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b")
# Patterns that are looked for in every text begin with the character that tells, and look behind it: then
# the engine skips to such characters.
NUMBER: Final = re.compile(
    r"[-+\d](?:(?<![\w.,][-+\d])(?:(?<=\d)\d{0,2}|(?<=[-+])\d{1,3})(?:[,'\u00a0 ]\d{3})+(?:\.\d+)?(?![\w])"
    r"|(?<!\w[-+\d])(?:(?<=\d)\d*|(?<=[-+])\d+)(?:[.,]\d+)*(?![\w]))"
)
_CURRENCY: Final = re.compile(
    r"^(?:[A-Za-z]{3}\s|[A-Z]{3}(?=\d)|[$€£¥₹]|[A-Z]{2}\$)\s*|\s*(?:[A-Za-z]{3}|[$€£¥₹%])$"
)
_DIGIT: Final = re.compile(r"\d")
_DOTTED: Final = re.compile(r"\.(?<=\w\.)[A-Za-z]{2}|://")
_SPACED: Final = re.compile(r"[\s-]")
_AN_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
_NO_URL: Final = re.compile(r"[\s\\\x00-\x1f\x7f]")
_FIGURE: Final = re.compile(r"[-+]?\d[\d., '\u00a0]*")
_PLAIN_FIGURE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_THIN: Final = re.compile(r"[ '\u00a0]")
_COMMA_FIRST: Final = re.compile(r"[-+]?\d+,\d{1,2}|[-+]?\d{1,3}(\.\d{3})+(,\d+)?")
_COMMA_LAST: Final = re.compile(r"[-+]?\d{1,3}\.\d{3},\d+")
_WORD: Final = re.compile(r"[^\W_]+")
_NO_WORD: Final = re.compile(r"[\W_]+")
_SPACES: Final = re.compile(r"\s+")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
"""A pattern of the names of months, short ones too."""
_MONTH_STARTS: Final = tuple(sorted({name[:3] for name in _MONTHS}))
_DAY: Final = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_FIRST_DAY: Final = r"(?P<d>\d(?<!\d\d)\d?)(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:,?\s+(?P<y>\d{4}))?"
_YEAR2: Final = r"(?:,?\s+(?P<y2>\d{4}))?"
_DATES: Final = (
    re.compile(r"(?P<y>\d(?<!\d\d)\d{3})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<d>\d(?<!\d\d)\d?)\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?!\d)"),
    re.compile(rf"{_FIRST_DAY}(?:\s+of)?\s+(?P<n>{MONTH})\b\.?{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b(?P<n>{MONTH})\.?\s+{_DAY}(?!\d|:\d|\s*[ap]\.?m\b){_YEAR}", re.IGNORECASE),
)
_ITS_DAY: Final = re.compile(r"(?<![\d.,:/-])(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?: of)?\s+\Z")
"""A day before its month: the number behind it is none."""
_DATED: Final = re.compile(r"\d[-/.]\d")
_NAMED_MONTH: Final = re.compile(rf"\b(?:{MONTH})\b", re.IGNORECASE)
_ORDINAL: Final = re.compile(
    rf"\b(?P<o>{ORDINAL})\s+of\s+(?P<n>{MONTH})\b{_YEAR}"
    rf"|\b(?P<n2>{MONTH})\b\.?,?\s+(?:the\s+|(?<!may )(?<!march )(?<!mar ))(?P<o2>{ORDINAL})\b"
    r"(?!\s+(?:half|week|weekend|quarter|of)\b)",
    re.IGNORECASE,
)
_TO: Final = r"\s*(?:-|\u2013|to|till|until|through|and)(?:\s+the)?\s*"
_RANGE: Final = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?{_TO}\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+"
    rf"(?P<n>{MONTH})\b\.?{_YEAR}"
    rf"|\b(?P<n2>{MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?{_TO}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:){_YEAR2}",
    re.IGNORECASE,
)
"""``18 to 22 December``, ``December 18-22``: the day that stands apart from its month."""
_A_RANGE: Final = re.compile(rf"\d(?:st|nd|rd|th)?(?:\s+of)?{_TO}\d", re.IGNORECASE)
"""What each range has."""
_SLASHED: Final = re.compile(r"(?P<a>\d(?<!\d\d)\d?)/(?P<b>\d{1,2})/(?P<y>\d{4})(?!\d)")
_TIME: Final = re.compile(
    r"(?P<h>\d(?<![\d:]\d)\d?)(?:"
    r"(?::(?P<m>\d{2}))(?::\d{2})?\s*(?P<p>[ap]\.?m\.?)?(?![\d:])|\s*(?P<p2>[ap]\.?m\b\.?))",
    re.IGNORECASE,
)
_DAY_AND_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T")

_OF_DAYS: Final = re.compile(
    r"at|on|the|of|from|by|day|[tzho]|utc|gmt|[ap]m|o?clock|st|nd|rd|th|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri"
    r"|sat(?:ur)?|sun)(?:day)?|\d{1,9}z?"
)
"""What may stand beside a date without saying another one; the last are ticks, and a zone's offset."""

_LOWER: Final = bytes(range(256)).lower()
_NOT_ALNUM: Final = bytes(c for c in range(256) if not chr(c).isalnum() or c > 127)


def squash(text: str) -> str:
    """Return the letters and digits of a text as they look: what re-spelling cannot change."""
    if text.isascii():
        return text.encode().translate(_LOWER, _NOT_ALNUM).decode()
    plain = _NO_WORD.sub("", spelled_out(unicodedata.normalize("NFKD", text)).casefold())
    return unicodedata.normalize("NFKD", plain.translate(LOOKALIKES))


def plain(text: str) -> str:
    """Return a text without differences of case and space: the strict form of names and paths."""
    if text.isascii():
        return " ".join(text.split()).lower()
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order, lower case: punctuation, ``-`` and ``_`` divide."""
    if text.isascii():
        return tuple(_WORD.findall(text.lower()))
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def email_form(text: str) -> str | None:
    """Return the address of ``ann@acme.example`` or ``Ann <ann@acme.example>``, None for anything else."""
    text = text.strip()
    if text.endswith(">") and text.count("<") == 1:
        text = text[text.index("<") + 1 : -1].strip()
    text = text.removeprefix("mailto:")
    return text.casefold() if EMAIL.fullmatch(text) else None


def iban_form(text: str) -> str | None:
    """Return an IBAN without spaces, None for what does not look like one."""
    if len(text) > 60 or "@" in text or "." in text:
        return None
    bare = _SPACED.sub("", text).upper()
    return bare if bare.isascii() and _AN_IBAN.fullmatch(bare) else None


def url_form(text: str) -> str | None:
    """Return a URL with the parts that decide where it leads, None for what is not plainly one.

    Scheme and default port do not count; whoever owns the host owns them. A URL with user information,
    control characters, spaces or backslashes has no form: readers of it disagree on where it leads.
    """
    text = text.strip()
    if not text.isascii() or _NO_URL.search(text):
        return None
    if "://" not in text:
        if "." not in text or "@" in text or not DOMAIN.fullmatch(text):
            return None
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https", "ftp"} or not parts.hostname or "@" in parts.netloc:
        return None
    host = parts.hostname.lower().rstrip(".") + (f":{port}" if port not in {None, 80, 443} else "")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def url_host(form: str) -> str:
    """Return the host of a URL's form, without its port."""
    return re.split(r"[/?:]", form, maxsplit=1)[0]


def inside(host: str, domains: frozenset[str]) -> bool:
    """Return whether a host is one of the organisation's domains, or below one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def number_form(value: object) -> str | None:
    """Return a number's plain notation, whatever its separators and currency; None for other values."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        text = repr(value)
    elif isinstance(value, str) and len(value) <= 40:
        if value.isascii() and value.isdigit() and len(value) <= 28:  # decimals round beyond
            return value.lstrip("0") or "0"
        text = value if _PLAIN_FIGURE.fullmatch(value) else _figure(value)
        if not text:
            return None
    else:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return format(number.normalize(), "f") if number.is_finite() and abs(number.adjusted()) < 40 else None


def _figure(value: str) -> str:
    """Return a text that is a number in the notation that decimals have, empty for anything else."""
    text = value.strip()
    if not text[:1].isdigit() or not text[-1:].isdigit():
        text = _CURRENCY.sub("", text).strip()
    if not _FIGURE.fullmatch(text):
        return ""
    text = _THIN.sub("", text)
    if _COMMA_FIRST.fullmatch(text) and text.count(".") != 1:
        text = text.replace(".", "").replace(",", ".")  # 1.234,56
    elif _COMMA_LAST.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def _date_of(match: re.Match[str]) -> str | None:
    found = {key.rstrip("2"): value for key, value in match.groupdict().items() if value is not None}
    month = _MONTHS[found["n"].casefold()] if "n" in found else int(found["m"])
    day = int(found["d"]) if "d" in found else day_of(found["o"])
    year = int(found["y"]) if "y" in found else None
    try:
        date(year or 2024, month, day)
    except ValueError:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"


def _names_month(text: str) -> bool:
    """Return whether a month's name stands in a text: where its first letters do, it is looked at."""
    low = text.casefold()
    for start in _MONTH_STARTS:
        at = low.find(start)
        if at >= 0 and not text.isascii():  # places in it are others
            return _NAMED_MONTH.search(text) is not None
        while at >= 0:
            if _NAMED_MONTH.match(text, at):
                return True
            at = low.find(start, at + 1)
    return False


def dates_in(text: str) -> Iterator[str]:
    """Yield the dates of a text: ``2024-05-19``, and ``--05-19`` where no year is said."""
    digits = _DATED.search(text) is not None
    return _dates(text, digits, _names_month(text))


def _dates(text: str, digits: bool, named: bool) -> Iterator[str]:
    """Yield the dates of a text of which it is known whether it has some in digits, or names a month."""
    for matches in (
        *((pattern.finditer(text) for pattern in _DATES[:2]) if digits else ()),
        *((_DATES[2].finditer(text), _month_first(text), _ordinals(text), _ranges(text)) if named else ()),
    ):
        for match in matches:
            found = _date_of(match)
            if found is not None:
                yield found
    for match in _SLASHED.finditer(text) if digits and "/" in text else ():
        a, b, year = int(match["a"]), int(match["b"]), match["y"]
        for month, day in {(a, b), (b, a)}:
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield f"{year}-{month:02d}-{day:02d}"


def _month_first(text: str) -> Iterator[re.Match[str]]:
    """Yield the dates that begin with a month's name: only where its first letters stand is it looked for.

    Of `4 December 13:00` and `4 December, 13 people` the day is the one before the month.
    """
    if not text.isascii():
        yield from (it for it in _DATES[3].finditer(text) if not _has_day(text, it.start()))
        return
    low, done = text.lower(), 0
    for at in sorted(at for start in _MONTH_STARTS for at in _places(low, start)):
        match = _DATES[3].match(text, at) if at >= done else None
        if match is not None:
            done = match.end()
            if not _has_day(text, at):
                yield match


def _has_day(text: str, at: int) -> bool:
    """Return whether a day stands before a month, which begins there."""
    return _ITS_DAY.search(text[max(0, at - 12) : at]) is not None


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _ordinals(text: str) -> Iterator[re.Match[str]]:
    low = text.lower()
    return _ORDINAL.finditer(text if not text.isascii() or any(name in low for name in ORDINAL_ENDS) else "")


def _ranges(text: str) -> Iterator[re.Match[str]]:
    return _RANGE.finditer(text if _A_RANGE.search(text) else "")


def times_in(text: str) -> Iterator[str]:
    """Yield the times of day of a text, as ``HH:MM``."""
    for match in _TIME.finditer(_DAY_AND_TIME.sub(r"\1 ", text) if "T" in text else text):
        hour, minute = int(match["h"]), int(match["m"] or 0)
        half = (match["p"] or match["p2"] or "").lower()
        if half and hour <= 12:
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        if hour < 25 and minute < 60:
            yield f"{hour % 24:02d}:{minute:02d}"


def date_form(text: str) -> str | None:
    """Return the date that a value is (with or without a time of day), None for anything else."""
    if len(text) > 40 or not _DIGIT.search(text):
        return None
    first = _DATES[0].match(text)
    return (_date_of(first) if first else None) or next(dates_in(text), None)


def is_day(text: str) -> bool:
    """Return whether a text that has a date says no more than one: a day, its name, and times of it."""
    if next(_ranges(text), None) is not None:
        return False
    rest = _without_dates(text, digits=True, named=_names_month(text))
    if rest.count("|") != 1 or "/" in rest or ".." in rest or not text.isprintable():
        return False
    left = words(_TIME.sub(" ", rest))
    return all(_OF_DAYS.fullmatch(word) for word in left)


def forms_of(value: object) -> tuple[Form, ...]:
    """Return the strict forms of one value: the more particular ones first, ``text`` last."""
    if isinstance(value, str):
        if len(value) > MAX_KEPT_CHARS:
            return _forms_of(value) if len(value) <= MAX_FORM_CHARS else ()
        return _kept_forms(value)
    number = number_form(value) if value is not None else None
    return (("number", number), ("text", plain(str(value)))) if number is not None else ()


def _forms_of(value: str) -> tuple[Form, ...]:
    if not value.strip():
        return ()
    number = number_form(value) if _DIGIT.search(value) else None
    found: list[Form] = []
    if "@" in value and (form := email_form(value)) is not None:
        found.append(("email", form))
    if len(value) >= 12 and _DIGIT.search(value) and (form := iban_form(value)) is not None:
        found.append(("iban", form))
    if (
        ("://" in value or ("." in value and "@" not in value))
        and " " not in value.strip()
        and (form := url_form(value)) is not None
    ):
        found.append(("url", form))
    when = date_form(value)
    if when is not None:
        found.append(("date", when))
    if number is not None:
        found.append(("number", number))
    found.append(("text", plain(value)))
    return tuple(found)


_kept_forms: Final = lru_cache(maxsize=2048)(_forms_of)
"""Each decision asks for those of its values several times."""


def links(text: str) -> Iterator[tuple[Form, str]]:
    """Yield the URLs and accounts of a text, each in the text's own words."""
    if "@" in text:
        text = EMAIL.sub(" | ", text)
    found, text = _urls(text)
    yield from found
    if may_have(text, KINDS, b"AAdd"):
        yield from _take(text, "iban", IBAN, iban_form)[0]


def entities(text: str) -> Iterator[tuple[Form, str]]:
    """Yield what a text names: addresses, URLs, IBANs, dates and numbers, each in the text's own words.

    What is part of one is not also another: the digits of a date are no numbers. What cannot stand in a text
    is not looked for.
    """
    if "@" in text:
        found, text = _take(text, "email", EMAIL, email_form, "@")
        yield from found
    found, text = _urls(text)
    yield from found
    if may_have(text, KINDS, b"AAdd"):
        found, text = _take(text, "iban", IBAN, iban_form)
        yield from found
    named = _names_month(text)
    if not _DIGIT.search(text) and not (named and _ORDINAL.search(text)):
        return
    digits = _DATED.search(text) is not None
    if digits or named:
        for when in _dates(text, digits, named):
            yield ("date", when), when
        text = _without_dates(text, digits, named)
    text = _TIME.sub(" | ", text)
    for match in NUMBER.finditer(text):
        form = number_form(match[0])
        if form is not None:
            yield ("number", form), match[0]


def _without_dates(text: str, digits: bool, named: bool) -> str:
    before = text = _cut(text, _ranges(text)) if named else text
    if digits:
        text = _DATES[1].sub(" | ", _DATES[0].sub(" | ", text))
    if named or (text != before and _names_month(text)):  # a date beside it hid it: "2024-05-19june"
        text = _DATES[2].sub(" | ", text)
        text = _cut(text, _month_first(text))
    return _SLASHED.sub(" | ", text) if digits else text


def _cut(text: str, matches: Iterator[re.Match[str]]) -> str:
    rest, done = [], 0
    for match in matches:
        rest.append(text[done : match.start()])
        done = match.end()
    return " | ".join([*rest, text[done:]])


def _urls(text: str) -> tuple[Sequence[tuple[Form, str]], str]:
    if not _DOTTED.search(text):
        return (), text
    found: list[tuple[Form, str]] = []
    for pattern in (URL, DOMAIN) if "://" in text or "www." in text.lower() else (DOMAIN,):
        more, text = _take(text, "url", pattern, url_form, "." if pattern is DOMAIN else "")
        found += more
    return found, text


def _take(
    text: str, kind: str, pattern: re.Pattern[str], form_of: Callable[[str], str | None], mark: str = ""
) -> tuple[Sequence[tuple[Form, str]], str]:
    """Return what a pattern finds, and the text without it.

    ``mark``: what every match has, of a pattern whose matches have no spaces: it is looked for around those.
    """
    found: list[tuple[Form, str]] = []
    rest, done = [], 0
    for start, end in _around(text, mark):
        for match in pattern.finditer(text, start, end):
            rest.append(text[done : match.start()])
            done = match.end()
            words_there = match[0].rstrip(".,;:!?")
            form = form_of(words_there)
            if form is not None:
                found.append(((kind, form), words_there))
    if not done:
        return found, text
    return found, " | ".join([*rest, text[done:]])


def _around(text: str, mark: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the parts between spaces that have a mark; the whole text for no mark."""
    at = text.find(mark) if mark else -1
    if not mark:
        yield 0, len(text)
    while at >= 0:
        if mark == "." and not text[at + 1 : at + 2].isalnum():  # the end of a sentence
            at = text.find(mark, at + 1)
            continue
        start, end = text.rfind(" ", 0, at) + 1, text.find(" ", at)
        yield start, end if end >= 0 else len(text)
        at = text.find(mark, end) if end >= 0 else -1
