"""What a value has beside its form: a unit, characters that do not show, signs that nobody wrote.

A form leaves them out, so that `50 EUR` is the number 50. Where a value is trusted for its form they must be
the request's too.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases, singular
from podium.trust.grounding.record.readings import MAX_ENTITIES_CHARS, Place, Readings
from podium.trust.request.requests import Request
from podium.trust.values.forms import (
    EMAIL,
    Form,
    entities,
    forms_of,
    is_day,
    links,
    number_form,
    plain,
    url_host,
)
from podium.trust.values.lookalikes import LOOKALIKES
from podium.trust.values.phones import phones_in
from podium.trust.values.runs import KINDS, may_have, runs, table

_SIGNS: Final = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "₹": "inr", "%": "percent"}
_NAMES: Final = {
    "usd": ("usd", "dollar", "dollars", "bucks"),
    "eur": ("eur", "euro", "euros"),
    "gbp": ("gbp", "pound", "pounds", "quid", "sterling"),
    "jpy": ("jpy", "yen"),
    "inr": ("inr", "rupee", "rupees"),
    "chf": ("chf", "franc", "francs"),
    "percent": ("percent", "pct"),
}
_UNIT: Final = re.compile(r"^(?:([A-Za-z]{3})(?=[\s\d])|([A-Z]{2})?([$€£¥₹]))|([A-Za-z]{3})$|([$€£¥₹%])$")
_DOT: Final = re.compile(r"\s*[\[({]\s*(?:dot|\.)\s*[\])}]\s*|\s+dot\s+", re.IGNORECASE)
_AT: Final = re.compile(r"\s*[\[({]\s*at\s*[\])}]\s*", re.IGNORECASE)
_ATS: Final = tuple(f"{sign}{gap}at" for sign in "[({" for gap in ("", " "))
_DOTS: Final = (
    " dot ",
    *(f"{sign}{gap}{dot}" for sign in "[({" for gap in ("", " ") for dot in (".", "dot")),
)
"""What a text has at least where one of these is in it: it is looked for first."""
_OPENED: Final = bytes.maketrans(b"[{", b"((")
_HXXP: Final = re.compile(r"\bhxxp", re.IGNORECASE)
_HOST: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)")
LEAST_CODE: Final = 4
_DIGITS: Final = table(r"\d")
_SHORT_CODE: Final = re.compile(r"\d{4,12}")
"""What a door, a card or a telephone asks for, its spaces and signs left out."""
_REFERENCE: Final = re.compile(r"(?<![\w/.-])[A-Z]{1,5}[/-](\d{1,6}(?:[/-]\d{1,6}){1,3})(?![\w/-])")
"""A number that letters begin and signs divide: `DC/44718/26`, `LN-2041-118`. Nobody is rung up by it."""
_LEADING: Final = frozenset(("TEL", "FAX", "MOB", "PH", "CALL", "RING", "IBAN", "ACC", "ACCT", "AC", "SMS"))
"""Letters behind which it is a telephone's or an account's after all."""
MAX_REFERENCE: Final = 8
"""Digits of such a number; with more it may be a telephone's."""
_WALLET: Final = re.compile(r"\b(?:(?:bc1|[13])[a-zA-HJ-NP-Z1-9]{25,60}|0x[0-9a-fA-F]{40})\b")
"""An account of Bitcoin or Ethereum."""
LEAST_WALLET: Final = 26
_OF_WALLET: Final = table(r"[A-Za-z0-9]")
MAX_CONTACTS: Final = 16
_PLAIN: Final = frozenset(" -_,.'")
"""Signs that a value made of the request's words may have."""


def unit_of(text: str) -> str:
    """Return the currency of an amount, or `percent`; empty for a bare number and for what is none."""
    text = text.strip()
    match = _UNIT.search(text) if number_form(text) is not None else None
    if match is None:
        return ""
    found = next(group for group in match.groups()[::-1] if group)
    return _SIGNS.get(found, found.casefold())


def units(request: Request) -> frozenset[str]:
    """Return the currencies that a request says, and `percent`."""
    said = {_SIGNS[sign] for sign in _SIGNS if sign in request.text}
    said |= {unit for unit, names in _NAMES.items() if request.bag & set(names)}
    return frozenset(said | {match.casefold() for match in re.findall(r"\b[A-Z]{3}\b", request.text)})


def other_unit(readings: Readings, text: str) -> str:
    """Return what is wrong with the unit of an amount: that it is none which the request says, or has read.

    A request that says none leaves it to trusted fields: an account's currency.
    """
    unit = unit_of(text)
    said = units(readings.request) if unit else frozenset[str]()
    if not unit or unit in said:
        return ""
    if not said and any(place.label.trusted for place in readings.at(("text", unit))):
        return ""
    return f"the request does not say {unit}"


def disguised(text: str) -> Iterator[tuple[Form, str]]:
    """Yield the links and accounts of a text that are not written as such: `hxxp://evil[.]example`."""
    folded = unicodedata.normalize("NFKC", text).translate(LOOKALIKES) if not text.isascii() else text
    folded = _refanged(folded)
    if folded != text:
        before = {form for form, _ in links(text)}
        yield from (found for found in links(folded) if found[0] not in before)
    for match in _HOST.finditer(folded) if may_have(folded, KINDS, b"d.d") else ():
        if all(int(part) < 256 for part in match[0].split(".")):
            yield ("url", match[0]), f"http://{match[0]}"


def _refanged(text: str) -> str:
    """Return a text with the signs of addresses that it writes in another way."""
    low = text.lower()
    if "hxxp" in low:
        text = _HXXP.sub("http", text)
    bare = low.encode().translate(_OPENED, b" ") if low.isascii() else b"(dot(at"
    if " dot " in low or b"(." in bare or b"(dot" in bare:
        text = _DOT.sub(".", text) if any(sign in low for sign in _DOTS) else text
    return _AT.sub("@", text) if b"(at" in bare and any(sign in low for sign in _ATS) else text


def contacts(text: str) -> list[str]:
    """Return the addresses, telephone and account numbers of a text, a few; no dates."""
    found = [match[0] for match in EMAIL.finditer(text)] if "@" in text else []
    folded = _refanged(text)
    if folded != text:
        found += [match[0] for match in EMAIL.finditer(folded)]
    numbers = list(phones_in(text))
    lettered = _REFERENCE.finditer(text) if numbers else ()
    references = [match.span(1) for match in lettered if _is_reference(match)]
    found += [match[0] for match in numbers if match.span() not in references]
    if may_have(text, _OF_WALLET, b"x" * LEAST_WALLET):
        found += _WALLET.findall(text)
    return list(dict.fromkeys(found))[:MAX_CONTACTS]


def codes_in(text: str) -> list[str]:
    """Return the runs of as many digits as a short code has."""
    long = runs(text, _DIGITS, LEAST_CODE) if text.isascii() else [text]
    return [code for run in long for code in _SHORT_CODE.findall(run)]


def _is_reference(match: re.Match[str]) -> bool:
    letters = re.split(r"[/-]", match[0], maxsplit=1)[0]
    digits = sum(c.isdigit() for c in match[1])
    return letters not in _LEADING and digits <= MAX_REFERENCE and match[1][0] != "0"


def misleads(text: str) -> bool:
    """Return whether a text has characters that do not show, or look like letters that they are not."""
    return hides(text) or any(c not in "\xdf\u1e9e" and not c.isascii() and plain(c).isascii() for c in text)


def hides(text: str) -> bool:
    """Return whether a text has characters that do not show; ends of lines and tabs do."""
    if text.isascii() and text.isprintable():
        return False
    return any(unicodedata.category(c) in {"Cc", "Cf", "Cn", "Co", "Cs"} and c not in "\n\r\t" for c in text)


def plainly_said(readings: Readings, text: str, *, to_whom: bool, several: bool) -> bool:
    """Return whether a value is in plain letters and, to whom something goes, alone in a text that says it.

    Who hides it, or has written it beside the one that was there before, does not mean the user well. Of
    ``several`` a bill may name two, and a person sees both.
    """
    if any(c.isalpha() and c not in "\xaa\xba" and unicodedata.normalize("NFKC", c) != c for c in text):
        return False
    if not to_whom:
        return True
    form = next((form for form in forms_of(text) if form[0] in {"email", "iban", "url"}), None)
    for raw in readings.written(text if form is None or form[0] == "url" else form[1]):
        others = {one for one, _ in entities(raw[:MAX_ENTITIES_CHARS]) if form and one[0] == form[0]}
        if form is not None and form[0] == "url":
            others = {one for one in others if url_host(one[1]) == url_host(form[1])}
        if len(others) <= (2 if several else 1):
            return True
    return False


def respelled(readings: Readings, text: str) -> str:
    """Return what is wrong with letters that are plain ones only when they are folded, empty for nothing.

    `fi` in one letter, `ss` in one. They are right where the request or a trusted field has them so.
    """
    if text.isascii() or not any(not c.isascii() and plain(c).isascii() for c in text if not c.isspace()):
        return ""
    if text.strip() in readings.request.text or any(
        place.label.trusted and raw.strip() == text.strip()
        for place in readings.at(("text", plain(text)))
        for raw in raw_of(readings, place)
    ):
        return ""
    return "it has letters that look like those of the request"


def raw_of(readings: Readings, place: Place) -> list[str]:
    """Return the texts that stand at a place, as they were read."""
    result = readings.results[place.result]
    return [raw for at, raw in zip(result.places, result.raw, strict=True) if readings.places[at] == place]


def adds_signs(text: str, request: Request) -> bool:
    """Return whether a text has signs that the request has not: the dots of `../report`."""
    if hides(text) or (".." in text and ".." not in request.text):
        return True
    return any(not (c.isalnum() or c in _PLAIN or c in request.text) for c in text)


def says_more(sink: str, text: str, forms: tuple[tuple[str, str], ...]) -> str:
    """Return what a value says beside the form that it is trusted for, empty where that is nothing."""
    if hides(text):
        return "it has characters that do not show"
    if sink == "date" and any(kind == "date" for kind, _ in forms) and not is_day(text):
        return "it says more than one day"
    return ""


def same_word(part: str, request: Request) -> bool:
    """Return whether a word is the request's, or another form of one: `reader` of `read`."""
    if part in request.bag:
        return True
    if len(part) < 4 or not part.isalpha():
        return False
    return any(
        len(word) >= 4 and word[:3] == part[:3] and _roots(word) & _roots(part) for word in request.bag
    )


@lru_cache(maxsize=4096)
def _roots(word: str) -> frozenset[str]:
    """Return what a word may be a form of, also as the noun of who does it."""
    found = {*bases(word), singular(word)}
    for base in tuple(found):
        if base.endswith(("er", "or")) and len(base) > 5:
            does = (base[:-2], base[:-1], base[:-3] if base[-3] == base[-4] else base[:-2])
            found |= set(filter(is_verb, does))
        elif base.endswith("ly") and len(base) > 5:
            found.add(base[:-2])
    return frozenset(one for one in found if len(one) > 2)
