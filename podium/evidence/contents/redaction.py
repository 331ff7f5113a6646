"""Redaction: what is found by a pattern stands as ``[email]`` and the like in what is kept.

Every search is linear in the text: ready patterns are bounded or run by RE2, own ones by RE2 alone. Texts are
looked at as they would be read: digits and letters of other widths as the plain ones, signs without width not
at all, JSON's escapes as what they stand for, JSON inside a text as its values, texts that follow each other
in one message as one.
"""

import ipaddress
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from podium.evidence.contents.linear import check_regex, finder
from podium.evidence.contents.numbers import Span, accounts, cards
from podium.kernel.errors import InvalidRequest

MAX_DEPTH: Final = 64
_EMAIL: Final = finder(
    r"[\pL\pN!#$&'*+/=?^_`{|}~.%-]+(?:@|%40)(?:[\pL\pN](?:[\pL\pN-]{0,62})\.)+[\pL\pN-]{2,63}"
)
_PHONE: Final = re.compile(
    r"\+[1-9](?:[ ().\-/]{0,3}[0-9]){6,14}"
    r"|(?<![0-9])00[1-9](?:[ ().\-/]{0,3}[0-9]){6,14}"
    r"|(?<![0-9])\(?0[1-9][0-9]{1,4}\)?[ /.\-]{1,3}[0-9]{2,}(?:[ .\-][0-9]{2,}){0,5}"
    r"|\(?[2-9][0-9]{2}\)?[ .\-]{1,2}[0-9]{3}[ .\-][0-9]{4}"
)
_SECRET: Final = finder(
    r"(?:podium_[a-z]{2}|ck)[-_][A-Za-z0-9_-]{16,}|[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}"
    r"|AIza[A-Za-z0-9_-]{30,}|A[KS]IA[A-Z0-9]{16}|ya29\.[A-Za-z0-9_-]{20,}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|hf_[A-Za-z0-9]{24,}|gsk_[A-Za-z0-9]{24,}|xai-[A-Za-z0-9]{24,}|r8_[A-Za-z0-9]{30,}"
    r"|pplx-[A-Za-z0-9]{24,}|nvapi-[A-Za-z0-9_-]{24,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}"
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?(?:\.[A-Za-z0-9_-]*){0,2}"
    r"|(?i:bearer|basic|dpop)\s+[A-Za-z0-9._~+/=-]{8,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\\:,-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
    r"|://[^/\s@:]{0,256}:[^/\s@]{1,256}@"
    r"""|(?i:api[_-]?key|secret|token|passw(?:or)?d|pwd)["']?\s{0,8}[:=]\s{0,8}["']?[^\s"',;&]{6,512}"""
)
"""Prefixes as their issuers publish them; JSON Web Tokens; HTTP's credentials; PEM; URLs; assignments."""
_HINT: Final = re.compile(
    r"podium_|ck[-_]|k_(?:live|test)_|AIza|A[KS]IA|ya29|gh[pousr]_|github|glpat|hf_|gsk_|xai-|r8_|pplx|nvapi|npm_|"
    r"pypi|SG\.|xox|eyJ|PRIVATE|://|bearer|basic|dpop|key|secret|token|pass|pwd",
    re.IGNORECASE,
)
"""Without one of these there is none of them."""
_SHORT: Final = finder(r"sk[-_][A-Za-z0-9_-]{16,}")
"""Keys of OpenAI, Anthropic and many others."""
_WORDS: Final = re.compile(r"(?:^|[^A-Za-z])(?:ta|di|de|ri|ma|a|fla|whi|du|tu|hu)$", re.IGNORECASE)
"""Before ``sk-``: then it is the end of a word, as in ``task_…``."""
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4: Final = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}")
_GROUP: Final = "[0-9A-Fa-f]{1,4}"
_IPV6: Final = re.compile(
    rf"(?:{_GROUP}:){{7}}{_GROUP}|(?:{_GROUP}(?::{_GROUP}){{0,6}})?::(?:{_GROUP}(?::{_GROUP}){{0,6}})?"
)
_NAMES: Final = re.compile(
    r"(?:api[_-]?key|token|passw(?:or)?d|passphrase|secret|private[_-]?key|access[_-]?key|authorization|"
    r"credential|cookie)s?$",
    re.IGNORECASE,
)
"""Names of fields whose texts are secrets, whatever these look like."""
_LONG_NUMBER: Final = 10**11
_SIGN: Final = re.compile(r"""\\(?:u([0-9A-Fa-f]{4})|["\\/bfnrt])|.""", re.DOTALL)
"""One sign, or JSON's escape of one."""
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": " ", "f": " ", "n": "\n", "r": "\n", "t": " "}


def _emails(text: str) -> Iterator[Span]:
    if "@" in text or "%40" in text:
        yield from _EMAIL(text)


def _phones(text: str) -> Iterator[Span]:
    yield from (found.span() for found in _PHONE.finditer(text))


def _secrets(text: str) -> Iterator[Span]:
    if _HINT.search(text) is not None:
        yield from _SECRET(text)
    for start, end in _SHORT(text) if "sk-" in text or "sk_" in text else ():
        if _WORDS.search(text[max(0, start - 8) : start]) is None:
            yield start, end


def _addresses(text: str) -> Iterator[Span]:
    yield from (found.span() for found in _IPV4.finditer(text))
    for found in _IPV6.finditer(text):
        groups = [group for group in found[0].split(":") if group]
        if len(groups) < 3 and not any(sign.isdigit() for sign in found[0]):
            continue  # `std::vector` has ``d::``
        try:
            ipaddress.IPv6Address(found[0])
        except ValueError:
            continue
        yield found.span()


_READY: Final[dict[str, Callable[[str], Iterable[Span]]]] = {
    "email": _emails,
    "iban": accounts,
    "card": cards,
    "phone": _phones,
    "secret": _secrets,
    "ip": _addresses,
}


class Redactor:
    """Replaces what its patterns find. ``own``: pairs of a name and RE2's regular expression."""

    def __init__(self, patterns: Iterable[str], own: Iterable[tuple[str, str]] = ()) -> None:
        """Raise InvalidRequest for a pattern that cannot be used."""
        self._finders: list[tuple[str, Callable[[str], Iterable[Span]]]] = []
        for name in patterns:
            if name not in _READY:
                raise InvalidRequest(f"There is no pattern {name}.", field="patterns")
            self._finders.append((name, _READY[name]))
        self._secret_names = "secret" in patterns
        for name, regex in own:
            why_not = check_regex(regex)
            if why_not is not None:
                raise InvalidRequest(f"The pattern {name} cannot be used: {why_not}.", field="own")
            self._finders.append((name, finder(regex)))

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return where something is found, and by which pattern; what overlaps is one, by the first."""
        text = text.encode("utf-8", "replace").decode() if _has_surrogates(text) else text
        read, places = _as_read(text)
        found = sorted(
            (start, end, number)
            for number, (_, finder) in enumerate(self._finders)
            for start, end in finder(read)
            if start < end
        )
        joined: list[tuple[int, int, str]] = []
        for start, end, number in found:
            if places is not None:
                start, end = places[start][0], places[end - 1][1]  # noqa: PLW2901 - the places in the text
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2])
            else:
                joined.append((start, end, self._finders[number][0]))
        return joined

    def text(self, text: str) -> str:
        """Return a text without what is found in it, or in the JSON that it is."""
        return self.texts([text])[0]

    def texts(self, parts: Sequence[str]) -> list[str]:
        """Return texts that follow each other: what is found across a border is taken out of both."""
        if len(parts) == 1:
            inner = _json(parts[0])
            if inner is not None:
                return [json.dumps(self.value(inner), ensure_ascii=False, separators=(",", ":"))]
        whole, out, begin = "".join(parts), [], 0
        spans = self.spans(whole)
        for part in parts:
            out.append(_without(part, begin, spans))
            begin += len(part)
        return out

    def value(self, value: Any, depth: int = 0) -> Any:
        """Return JSON without what is found in its texts, its names and its long numbers."""
        if depth > MAX_DEPTH:
            return "[too deep]"
        match value:
            case str():
                return self.text(value)
            case bool() | None:
                return value
            case int() | float():
                found = self.spans(str(value)) if abs(value) >= _LONG_NUMBER else []
                return _without(str(value), 0, found) if found else value
            case dict():
                return {self.text(str(key)): self._of(str(key), one, depth) for key, one in value.items()}
            case list() | tuple():
                return self._list(list(value), depth)
        return self.text(str(value))

    def _of(self, name: str, value: Any, depth: int) -> Any:
        if self._secret_names and isinstance(value, str) and value and _NAMES.search(name):
            return "[secret]"
        return self.value(value, depth + 1)

    def _list(self, values: list[Any], depth: int) -> list[Any]:
        """Take the texts of parts that follow each other as one."""
        found = [self.value(one, depth + 1) for one in values]
        place = 0
        while place < len(values):
            field = _text_field(values[place])
            end = place + 1
            while field is not None and end < len(values) and _text_field(values[end]) == field:
                end += 1
            if field is not None and end - place > 1:
                # Each alone first, then what only the border shows.
                texts = self.texts([found[at][field] for at in range(place, end)])
                for at, text in zip(range(place, end), texts, strict=True):
                    found[at] = {**found[at], field: text}
            place = end
        return found


def _text_field(value: Any) -> str | None:
    """Return the field in which a part of a message has its text."""
    if isinstance(value, Mapping):
        for field in ("content", "text"):
            if isinstance(value.get(field), str) and value.get("role") is None:
                return field
    return None


def _without(part: str, begin: int, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return a part that begins at a place of the whole, without what was found there."""
    out, at, end = [], 0, begin + len(part)
    for start, stop, name in spans:
        if stop <= begin or start >= end:
            continue
        out += [part[at : max(start - begin, 0)], f"[{name}]"]
        at = min(stop - begin, len(part))
    return "".join((*out, part[at:]))


def _json(text: str) -> Any:
    """Return the object or list that a text is; None where it is neither."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)


def _as_read(text: str) -> tuple[str, list[Span] | None]:
    """Return a text as it is read, and where each of its signs stands in the text where these differ."""
    if text.isascii() and "\\" not in text:
        return text, None
    signs: list[str] = []
    places: list[Span] = []
    for found in _SIGN.finditer(text):
        sign = found[0]
        if len(sign) > 1:
            sign = _ESCAPES[sign[1]] if found[1] is None else chr(int(found[1], 16))
        for plain in sign if sign.isascii() else _plain(sign):
            signs.append(plain)
            places.append(found.span())
    return "".join(signs), places


@lru_cache(maxsize=8192)
def _plain(sign: str) -> str:
    """Return a sign as it is read: nothing where it has no width."""
    category = unicodedata.category(sign)
    if category in {"Cf", "Mn", "Me"}:
        return ""
    if category == "Pd" or sign == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    return unicodedata.normalize("NFKC", sign)
