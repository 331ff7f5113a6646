"""Forms of a value: strict ones, by which a value is trusted, and loose ones, by which one is recognised.

Trust is strict: a form may differ from another in case, outer space, a number's or a date's notation, and in
nothing else. Suspicion is generous: `squash` looks through case, spaces, punctuation, Unicode's
compatibility forms, marks, invisible characters and look-alike letters, `decodings` through encodings.

Sources: RFC 5322 (addresses, in part), ISO 13616 (IBAN), RFC 3986 (URLs), RFC 4648 (base64, base32, base16).
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import unquote, urlsplit

Form = tuple[str, str]
"""What a value is, and its notation: ``("email", "ann@acme.example")``."""

MAX_FORM_CHARS: Final = 400
"""Longer values are text, and have no form."""
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
_TWO_DIGITS: Final = re.compile(r"[A-Z][A-Z]\d\d")
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
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH_STARTS: Final = tuple(sorted({name[:3] for name in _MONTHS}))
_DAY: Final = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_FIRST_DAY: Final = r"(?P<d>\d(?<!\d\d)\d?)(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:,?\s+(?P<y>\d{4}))?"
_YEAR2: Final = r"(?:,?\s+(?P<y2>\d{4}))?"
_DATES: Final = (
    re.compile(r"(?P<y>\d(?<!\d\d)\d{3})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<d>\d(?<!\d\d)\d?)\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?!\d)"),
    re.compile(rf"{_FIRST_DAY}(?:\s+of)?\s+(?P<n>{_MONTH})\b\.?{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b(?P<n>{_MONTH})\.?\s+{_DAY}(?!\d){_YEAR}", re.IGNORECASE),
)
_DATED: Final = re.compile(r"\d[-/.]\d")
_NAMED_MONTH: Final = re.compile(rf"\b(?:{_MONTH})\b", re.IGNORECASE)
_ORDINALS: Final = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]
_ORDINAL: Final = re.compile(rf"\b(?P<o>{'|'.join(_ORDINALS)})\s+of\s+(?P<n>{_MONTH})\b", re.IGNORECASE)
_TO: Final = r"\s*(?:-|\u2013|to|till|until|through|and)(?:\s+the)?\s*"
_RANGE: Final = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?{_TO}\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+"
    rf"(?P<n>{_MONTH})\b\.?{_YEAR}"
    rf"|\b(?P<n2>{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?{_TO}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:){_YEAR2}",
    re.IGNORECASE,
)
"""``18 to 22 December``, ``December 18-22``: the day that stands apart from its month."""
_SLASHED: Final = re.compile(r"(?P<a>\d(?<!\d\d)\d?)/(?P<b>\d{1,2})/(?P<y>\d{4})(?!\d)")
_TIME: Final = re.compile(
    r"(?P<h>\d(?<![\d:]\d)\d?)(?:"
    r"(?::(?P<m>\d{2}))(?::\d{2})?\s*(?P<p>[ap]\.?m\.?)?(?![\d:])|\s*(?P<p2>[ap]\.?m\b\.?))",
    re.IGNORECASE,
)
_DAY_AND_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T")

_LOOKALIKES: Final = str.maketrans("авекмнорстухіјԛѕɡοανρτυκιıℓǃ", "abekmhopctyxijqsgoavptukiill")
"""Cyrillic, Greek and other letters that look like Latin ones (Unicode's confusables, those that matter)."""
_LOWER: Final = bytes(range(256)).lower()
_NOT_ALNUM: Final = bytes(c for c in range(256) if not chr(c).isalnum() or c > 127)


def squash(text: str) -> str:
    """Return the letters and digits of a text as they look: what re-spelling cannot change."""
    if text.isascii():
        return text.encode().translate(_LOWER, _NOT_ALNUM).decode()
    plain = _NO_WORD.sub("", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFKD", plain.translate(_LOOKALIKES))


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
    if len(text) > 60:
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
    text = _CURRENCY.sub("", value.strip()).strip()
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
    day = int(found["d"]) if "d" in found else _ORDINALS.index(found["o"].casefold()) + 1
    year = int(found["y"]) if "y" in found else None
    try:
        date(year or 2024, month, day)
    except ValueError:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"


def _months(text: str) -> bool:
    """Return whether a month's name may stand in a text: cheaply, and never False where one does."""
    low = text.casefold()
    for start in _MONTH_STARTS:  # noqa: SIM110 - twice as fast as any()
        if start in low:
            return True
    return False


def dates_in(text: str) -> Iterator[str]:
    """Yield the dates of a text: ``2024-05-19``, and ``--05-19`` where no year is said."""
    digits = _DATED.search(text) is not None
    return _dates(text, digits, _months(text) and _NAMED_MONTH.search(text) is not None)


def _dates(text: str, digits: bool, named: bool) -> Iterator[str]:
    """Yield the dates of a text of which it is known whether it has some in digits, or names a month."""
    patterns = (*(_DATES[:2] if digits else ()), *((*_DATES[2:], _ORDINAL, _RANGE) if named else ()))
    for pattern in patterns:
        for match in pattern.finditer(text):
            found = _date_of(match)
            if found is not None:
                yield found
    for match in _SLASHED.finditer(text) if digits and "/" in text else ():
        a, b, year = int(match["a"]), int(match["b"]), match["y"]
        for month, day in {(a, b), (b, a)}:
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield f"{year}-{month:02d}-{day:02d}"


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
    found = list(dates_in(text))
    return found[0] if found else None


def forms_of(value: object) -> tuple[Form, ...]:
    """Return the strict forms of one value: the more particular ones first, ``text`` last."""
    if isinstance(value, bool) or value is None:
        return ()
    number = number_form(value) if not isinstance(value, str) or _DIGIT.search(value) else None
    if not isinstance(value, str):
        return (("number", number), ("text", plain(str(value)))) if number is not None else ()
    if len(value) > MAX_FORM_CHARS or not value.strip():
        return ()
    found: list[Form] = []
    if "@" in value and (form := email_form(value)) is not None:
        found.append(("email", form))
    if len(value) >= 12 and _DIGIT.search(value) and (form := iban_form(value)) is not None:
        found.append(("iban", form))
    if (
        ("." in value or "://" in value)
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


def links(text: str) -> Iterator[tuple[Form, str]]:
    """Yield the URLs and accounts of a text, each in the text's own words."""
    if "@" in text:
        text = EMAIL.sub(" | ", text)
    found, text = _urls(text)
    yield from found
    if _TWO_DIGITS.search(text):
        yield from _take(text, "iban", IBAN, iban_form)[0]


def entities(text: str) -> Iterator[tuple[Form, str]]:
    """Yield what a text names: addresses, URLs, IBANs, dates and numbers, each in the text's own words.

    What is part of one is not also another: the digits of a date are no numbers. What cannot stand in a text
    is not looked for.
    """
    if "@" in text:
        found, text = _take(text, "email", EMAIL, email_form)
        yield from found
    found, text = _urls(text)
    yield from found
    if _TWO_DIGITS.search(text):
        found, text = _take(text, "iban", IBAN, iban_form)
        yield from found
    numbers = _DIGIT.search(text) is not None
    months = _months(text)
    if not numbers and not (months and _ORDINAL.search(text)):
        return
    digits = _DATED.search(text) is not None
    named = months and _NAMED_MONTH.search(text) is not None
    if digits or named:
        for when in _dates(text, digits, named):
            yield ("date", when), when
        # Where no month stands, none of the patterns with one takes anything away.
        patterns = (_RANGE, *_DATES, _SLASHED) if months else (*_DATES[:2], _SLASHED)
        for pattern in patterns:
            text = pattern.sub(" | ", text)
    text = _TIME.sub(" | ", text)
    for match in NUMBER.finditer(text):
        form = number_form(match[0])
        if form is not None:
            yield ("number", form), match[0]


def _urls(text: str) -> tuple[Sequence[tuple[Form, str]], str]:
    if not _DOTTED.search(text):
        return (), text
    found: list[tuple[Form, str]] = []
    for pattern in (URL, DOMAIN) if "://" in text or "www." in text.lower() else (DOMAIN,):
        more, text = _take(text, "url", pattern, url_form)
        found += more
    return found, text


def _take(
    text: str, kind: str, pattern: re.Pattern[str], form_of: Callable[[str], str | None]
) -> tuple[Sequence[tuple[Form, str]], str]:
    """Return what a pattern finds, and the text without it."""
    found: list[tuple[Form, str]] = []
    matched = False
    for match in pattern.finditer(text):
        matched = True
        words_there = match[0].rstrip(".,;:!?")
        form = form_of(words_there)
        if form is not None:
            found.append(((kind, form), words_there))
    return found, pattern.sub(" | ", text) if matched else text


# -- looking through encodings

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_BASE32: Final = re.compile(r"[A-Z2-7]{16,}={0,6}|[a-z2-7]{16,}={0,6}")
_HEX: Final = re.compile(
    r"[0-9a-fA-F]{12,}|(?<![0-9a-zA-Z])(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,-]){5,}[0-9a-fA-F]{2}"
)
_NO_HEX: Final = re.compile(r"0x|\\x|[^0-9a-fA-F]")
_HEX_SHAPE: Final = bytes(
    ord("h") if chr(c) in "0123456789abcdefABCDEF" else 32 if chr(c).isspace() or chr(c) in ":,-" else 0
    for c in range(128)
) + bytes(128)
_PROSE: Final = re.compile(r"[.,;:!?'\"()]")
_PRINTABLE: Final = bytes(c for c in range(256) if c in b"\t\n\r" or 32 <= c < 127 or c >= 128)
_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
MAX_DECODED: Final = 200
"""Decoded pieces of one text that are looked at."""


def decodings(text: str, depth: int = 3) -> list[str]:
    r"""Return what a text holds in encoded form, encodings of encodings too; without the text itself.

    Percent- and HTML-escapes, ``\u0041``, base64 and base64url, base32 and hexadecimal runs.
    """
    found: list[str] = []
    level = [text]
    for _ in range(depth):
        level = [
            inner for outer in level for inner in _decode_once(outer) if inner != outer and inner not in found
        ][: MAX_DECODED - len(found)]
        found.extend(level)
        if not level or len(found) >= MAX_DECODED:
            break
    return found


def _decode_once(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text.replace("+", " "), errors="replace")
    if "&" in text and ";" in text:
        yield html.unescape(text)
    if "\\u" in text or "\\x" in text:
        yield _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)), text)
    for match in _HEX.finditer(text) if _may_hex(text) else ():
        digits = _NO_HEX.sub("", match[0])
        for start in (0, 1):  # a digit before it must not hide what follows
            pairs = digits[start : start + (len(digits) - start) // 2 * 2]
            yield from _readable(bytes.fromhex(pairs))
    long = [run for run in text.split() if len(run) >= 12]  # what follows has no space within
    for run in long:
        for match in _BASE64.finditer(run):
            if not match[0][1:].islower():  # a word: base64 of a text has capitals
                yield from _base64(match[0])
    if " " in text and len(text) < 20_000 and not _PROSE.search(text):
        joined = "".join(text.split())
        if _BASE64.fullmatch(joined) and not joined[1:].islower():
            yield from _base64(joined)
    for run in long:
        for match in _BASE32.finditer(run) if len(run) >= 16 else ():
            if match[0].isalpha() and match[0].islower():
                continue  # words without their spaces
            bare = match[0].rstrip("=").upper()
            try:
                yield from _readable(base64.b32decode(bare + "=" * (-len(bare) % 8)))
            except binascii.Error:
                continue


def _may_hex(text: str) -> bool:
    """Return whether a run of hexadecimal digits may stand in a text, and never False where one does."""
    if not text.isascii():
        return _DIGIT.search(text) is not None
    shape = text.encode().translate(_HEX_SHAPE)
    if b"hhhhhhhhhhhh" not in shape:
        if "x" in text:
            shape = text.replace("0x", "").replace("\\x", "").encode().translate(_HEX_SHAPE)
        if b"hh hh hh hh hh hh" not in shape:
            return False
    return _DIGIT.search(text) is not None


def _base64(run: str) -> Iterator[str]:
    bare = run.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):  # letters before it must not hide what follows
        part = bare[start:]
        part = part[: len(part) - 1] if len(part) % 4 == 1 else part
        try:
            raw = base64.b64decode(part + "=" * (-len(part) % 4))
        except binascii.Error:
            continue
        yield from _readable(raw)


def _readable(raw: bytes) -> Iterator[str]:
    """Yield bytes as text where they are one: nearly all of it printable, but for bytes at its ends."""
    if len(raw) < 4 or len(raw.translate(None, _PRINTABLE)) > max(3, len(raw) // 20):
        return
    text = raw.decode(errors="replace")
    if text.count("\ufffd") * 10 <= len(text) + 20:
        yield text.replace("\ufffd", "")


def turned(squashed: str) -> tuple[str, str]:
    """Return a squashed text backwards, and by ROT13."""
    return squashed[::-1], codecs.encode(squashed, "rot13")
