"""Looking through encodings: what a text holds that is escaped, or in base64, base32 or hexadecimal.

Source: RFC 4648.
"""

import binascii
import codecs
import html
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final
from urllib.parse import unquote

from podium.trust.values.forms import squash
from podium.trust.values.runs import KINDS, runs, table

LEAST_RUN: Final = 12
"""Characters of an encoded run; only escapes are shorter."""
_DIGIT: Final = re.compile(r"\d")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_NO_BASE32: Final = re.compile(r"[^A-Za-z2-7]")
_BASE32: Final = re.compile(r"[A-Z2-7]{16,}|[a-z2-7]{16,}")
_HEX: Final = re.compile(
    r"[0-9a-fA-F]{12,}|(?<![0-9a-zA-Z])(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,;.|/_-]{1,2}){5,}[0-9a-fA-F]{2}"
)
_NO_HEX: Final = re.compile(r"0x|\\x|[^0-9a-fA-F]")
_HEX_SHAPE: Final = bytes(
    ord("h") if chr(c) in "0123456789abcdefABCDEF" else 32 if chr(c).isspace() or chr(c) in ":,;.|/_-" else 0
    for c in range(128)
) + bytes(128)
_OF_BASE64: Final = table(r"[A-Za-z0-9+/_-]")
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_BASE32_DIGITS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_ROT13: Final = bytes(ord(codecs.encode(chr(c), "rot13")) for c in range(128)) + bytes(range(128, 256))
_BASE32_SHAPE: Final = bytes(
    ord("A") if 65 <= c <= 90 else ord("2") if 50 <= c <= 55 else ord(" ") for c in range(256)
)
_DIVIDING: Final = bytes(c for c in range(128) if re.match(r"[\s,;|]", chr(c)))
_PADDING: Final = (b"", b"", b"==", b"=")
_PROSE: Final = re.compile(r"[.,;:!?'\"()]")
_ODD: Final = bytes(ord(" ") if c in b"\t\n\r" or 32 <= c < 127 or c >= 128 else ord("x") for c in range(256))
_ESCAPED: Final = re.compile(
    r"(?:\\u|[uU]\+)([0-9a-fA-F]{4,6})|\\u\{([0-9a-fA-F]{1,6})\}|(?:\\x|0x|=)([0-9a-fA-F]{2})(?![0-9a-fA-F])"
    r"|\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2})"
)
"""One character, in the ways of programs and mails: `\\u0041`, `U+0041`, `\\x41`, `0x41`, `=41`, `\\101`."""
_ESCAPES: Final = ("\\", "U+", "u+", "0x", "=")
LEAST_ESCAPES: Final = 3
"""Of those that stand in other texts too."""
LEAST_DIGITS: Final = 8
"""Digits of a text that may spell out characters."""
_DECIMAL: Final = re.compile(r"(?<![\w.])\d{2,3}(?:[^\w.]{1,3}\d{2,3}){3,}(?!\w)")
_BINARY: Final = re.compile(r"(?<!\d)[01]{8}(?:\W{0,2}[01]{8}){3,}(?!\d)")
_BITS: Final = re.compile(r"[01]{8}")
_NUMBERS: Final = re.compile(r"\d+")
_SHORT: Final = re.compile(r"(?<![\w+-])[A-Za-z0-9+_-]{6,15}={0,2}")
_PAIRS: Final = re.compile(r"(?<!\w)(?:[0-9a-fA-F]{2}\W{1,2}){3,}[0-9a-fA-F]{2}(?!\w)")
_OF_CODES: Final = (b"aA", b"ad", b"da", b"Ad", b"dA", b"AAAAAA", b"dd dd", b"dddddd")
"""What a text has in which such a run stands."""
_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_DIGIT_WORDS: Final = {word: str(number) for number, word in enumerate(_ONES.split())}
_DIGIT_WORDS.update(oh="0", niner="9")
_TEN_WORDS: Final = {word: str(number) for number, word in enumerate(_TENS.split(), start=2)}
_IN_WORDS: Final = "|".join(sorted({*_DIGIT_WORDS, *_TEN_WORDS}, key=len, reverse=True))
_SAID: Final = re.compile(
    rf"\b(?=[zotfsen\d])(?:{_IN_WORDS}|\d+)(?:[\s,.-]+(?:{_IN_WORDS}|\d+)){{1,}}\b", re.IGNORECASE
)
_LETTERS: Final = bytes(c if chr(c).isalpha() else 32 for c in range(128)) + bytes(128)
_WORD_SAID: Final = re.compile(rf"\b(?=[zotfsen\d])(?:{_IN_WORDS})\b", re.IGNORECASE)
LEAST_SAID: Final = 3
MANY: Final = 4
"""Words for numbers in one text that may spell something out."""
_ONE_SAID: Final = re.compile(r"[a-z]+|\d+")
MAX_DECODED: Final = 200
"""Decoded pieces of one text that are looked at."""


def decodings(text: str, depth: int = 3, known: dict[str, list[str]] | None = None) -> list[str]:
    r"""Return what a text holds in encoded form, encodings of encodings too; without the text itself.

    Percent- and HTML-escapes, ``\u0041``, base64 and base64url, base32 and hexadecimal runs.
    ``known``: what runs hold, of a text that has some in common with another one.
    """
    known = {} if known is None else known
    found: list[str] = []
    level = [text]
    for _ in range(depth):
        level = [
            inner
            for outer in level
            for inner in _decode_once(outer, known)
            if inner != outer and inner not in found
        ][: MAX_DECODED - len(found)]
        found.extend(level)
        if not level or len(found) >= MAX_DECODED:
            break
    return found


def _decode_once(text: str, known: dict[str, list[str]]) -> list[str]:
    found: list[str] = []
    if "%" in text:
        found.append(unquote(text.replace("+", " "), errors="replace"))
    if "&" in text and (";" in text or "&#" in text):
        found.append(html.unescape(text))
    if "\\u" in text or "\\x" in text or max(map(text.count, _ESCAPES)) >= LEAST_ESCAPES:
        found.append(_ESCAPED.sub(_character, text))
    if len(text) < LEAST_RUN:
        return found
    found += _figures(text)
    for match in _HEX.finditer(text) if _may_hex(text) else ():
        digits = _NO_HEX.sub("", match[0])
        for start in (0, 1):  # a digit before it must not hide what follows
            pairs = digits[start : start + (len(digits) - start) // 2 * 2]
            found += _readable(bytes.fromhex(pairs))
    long = _runs(text)
    for run in long:
        if run not in known:
            known[run] = _base64(run)
        found += known[run]
    if " " in text and len(text) < 20_000 and not _PROSE.search(text):
        joined = "".join(text.split())
        if _BASE64.fullmatch(joined):
            found += _base64(joined)
    for run in long:
        if _may_base32(run):
            found += _base32(run)
    return found


def _character(match: re.Match[str]) -> str:
    """Return the character of an escape."""
    at = int(match[5], 8) if match[5] else int(next(filter(None, match.groups())), 16)
    return chr(at) if at <= sys.maxunicode else ""


def _figures(text: str) -> Iterator[str]:
    """Yield what numbers one after the other say as characters, in decimals or bits."""
    if text.isascii() and text.encode().translate(KINDS).count(b"d") < LEAST_DIGITS:
        return
    for match in _DECIMAL.finditer(text):
        numbers = [int(one) for one in _NUMBERS.findall(match[0])]
        if all(32 <= one < 127 for one in numbers):
            yield "".join(map(chr, numbers))
    for match in _BINARY.finditer(text) if _BITS.search(text) else ():
        yield from _readable(bytes(int(one, 2) for one in _BITS.findall(match[0])))


def short_decodings(text: str) -> list[str]:
    """Return what short runs of a text may hold: a code of four digits in base64, base32 or hexadecimal."""
    found: list[str] = []
    shape = text.encode().translate(KINDS) if text.isascii() else b"aA"
    if not any(part in shape for part in _OF_CODES):
        return found
    for match in _SHORT.finditer(text):
        run = match[0].rstrip("=")
        if run.isalpha() and (run.islower() or run.istitle()):
            continue
        if run.isupper():
            found += _base32_of(run)
        found += _base64(run)
        if _NO_HEX.search(run) is None and len(run) % 2 == 0:
            found += _readable(bytes.fromhex(run))
        if run.islower():
            found += _base32_of(run)
    for match in _PAIRS.finditer(text):
        found += _readable(bytes.fromhex(_NO_HEX.sub("", match[0])))
    return found


def in_digits(text: str, least: int = LEAST_SAID) -> str:
    """Return a text in which numbers that are said one after the other are digits: `four eight two seven`.

    Of a text that has many such words all of them; of one that has fewer than ``least`` none.
    """
    said = _words_said(text)
    if said >= least:
        text = _SAID.sub(_digits_of, text)
    return _WORD_SAID.sub(_digits_of, text) if said >= max(MANY, least) else text


def _words_said(text: str) -> int:
    """Return how many words of a text are numbers."""
    low = text.lower()
    parts = low.encode().translate(_LETTERS).decode().split() if low.isascii() else _ONE_SAID.findall(low)
    return sum(1 for part in parts if part in _DIGIT_WORDS or part in _TEN_WORDS)


def _digits_of(match: re.Match[str]) -> str:
    said, tens = "", False
    if not any(map(str.isalpha, match[0])):
        return match[0]
    for word in _ONE_SAID.findall(match[0].lower()):
        digit = _DIGIT_WORDS.get(word, word)
        if tens and len(digit) == 1 and digit != "0":
            said = said[:-1]
        tens = word in _TEN_WORDS
        said += f"{_TEN_WORDS[word]}0" if tens else digit
    return said


def _runs(text: str) -> list[str]:
    """Return the runs of characters that base64 is made of, and so base32, where they are long enough."""
    return runs(text, _OF_BASE64, LEAST_RUN) if text.isascii() else _BASE64.findall(text)


def _may_hex(text: str) -> bool:
    """Return whether a run of hexadecimal digits may stand in a text, and never False where one does."""
    if not text.isascii():
        return _DIGIT.search(text) is not None
    shape = text.encode().translate(_HEX_SHAPE)
    if b"hhhhhhhhhhhh" not in shape:
        if "0x" in text or "\\x" in text:
            shape = text.replace("0x", "").replace("\\x", "").encode().translate(_HEX_SHAPE)
        if b"hh hh hh hh hh hh" not in shape.replace(b"  ", b" "):
            return False
    return _DIGIT.search(text) is not None


def _base64(run: str) -> list[str]:
    found: list[str] = []
    bare = run.rstrip("=").encode().translate(_STANDARD)
    if bare[1:].islower():  # a word: base64 of a text has capitals
        return found
    size = len(bare)
    for start in (0, 1, 2, 3):  # letters before it must not hide what follows
        over = (size - start) & 3
        part = bare[start:-1] if over == 1 else bare[start:] + _PADDING[over]
        found += _readable(binascii.a2b_base64(part))
    return found


def _may_base32(run: str) -> bool:
    """Return whether a run may hold base32, and never False where it does: words have too few capitals."""
    shape = run.encode().translate(_BASE32_SHAPE)
    return 50 in shape or shape.count(b"A") >= 16


def _base32(run: str) -> list[str]:
    found: list[str] = []
    for match in _BASE32.finditer(run):
        if match[0].isalpha() and match[0].islower():
            continue
        found += _base32_of(match[0])
    return found


def _base32_of(run: str) -> tuple[str, ...]:
    size = len(run)
    if size % 8 not in {0, 2, 4, 5, 7} or _NO_BASE32.search(run):  # no text has another length
        return ()
    bits = int(run.upper().translate(_BASE32_DIGITS), 32)
    return _readable((bits >> size * 5 % 8).to_bytes(size * 5 // 8, "big"))


def _readable(raw: bytes) -> tuple[str, ...]:
    """Return bytes as text where they are one: nearly all of it printable, but for bytes at its ends."""
    size = len(raw)
    odd = raw.translate(_ODD).count(b"x")
    if (odd > 3 and odd > size // 20) or size < 4:
        return ()
    text = raw.decode(errors="replace")
    if text.count("\ufffd") * 10 <= len(text) + 20:
        return (text.replace("\ufffd", ""),)
    return ()


def turned(squashed: str) -> tuple[str, str]:
    """Return a squashed text backwards, and by ROT13."""
    if squashed.isascii():
        return squashed[::-1], squashed.encode().translate(_ROT13).decode()
    return squashed[::-1], codecs.encode(squashed, "rot13")


def variants(text: str, least: int) -> Iterator[str]:
    """Yield a text squashed, and what it holds in encoded form; each backwards and by ROT13 too.

    Those of fewer than ``least`` characters are left out. Where short ones count, short runs are looked
    through too, and numbers that are said.
    """
    yield from squashes(spellings(text, short=least < LEAST_RUN), least)


def squashes(texts: Iterable[str], least: int) -> Iterator[str]:
    """Yield texts squashed that have so many characters then, each backwards and by ROT13 too."""
    for raw in texts:
        bare = squash(raw)
        if len(bare) >= least:
            yield bare
            yield from turned(bare)


def spellings(text: str, *, short: bool) -> tuple[str, ...]:
    """Return a text, and what it holds in encoded form. ``short``: in short runs and in words too."""
    joined, known = _joined_up(text), dict[str, list[str]]()
    apart = decodings(joined, known=known) if joined != text else ()
    found = dict.fromkeys((text, *decodings(text, known=known), *apart))
    for raw in tuple(found) if short else ():
        within = short_decodings(raw)
        found |= dict.fromkeys((*within, *chain.from_iterable(map(short_decodings, within)), in_digits(raw)))
    if not short and _words_said(text) >= MANY:
        found[in_digits(text)] = None
    return tuple(found)


def _joined_up(text: str) -> str:
    """Return a text without what may divide the parts of one that is encoded."""
    if text.isascii():
        return text.encode().translate(None, _DIVIDING).decode()
    return re.sub(r"[\s,;|]+", "", text)
