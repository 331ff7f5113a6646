"""Looking through encodings: what a text holds that is escaped, or in base64, base32 or hexadecimal.

Source: RFC 4648.
"""

import binascii
import codecs
import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from podium.trust.values.forms import squash
from podium.trust.values.runs import runs, table

LEAST_RUN: Final = 12
"""Characters of an encoded run; only escapes are shorter."""
_DIGIT: Final = re.compile(r"\d")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_BASE32: Final = re.compile(r"[A-Z2-7]{16,}|[a-z2-7]{16,}")
_HEX: Final = re.compile(
    r"[0-9a-fA-F]{12,}|(?<![0-9a-zA-Z])(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,-]){5,}[0-9a-fA-F]{2}"
)
_NO_HEX: Final = re.compile(r"0x|\\x|[^0-9a-fA-F]")
_HEX_SHAPE: Final = bytes(
    ord("h") if chr(c) in "0123456789abcdefABCDEF" else 32 if chr(c).isspace() or chr(c) in ":,-" else 0
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
_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
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
    if "&" in text and ";" in text:
        found.append(html.unescape(text))
    if "\\u" in text or "\\x" in text:
        found.append(_ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)), text))
    if len(text) < LEAST_RUN:
        return found
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
        if b"hh hh hh hh hh hh" not in shape:
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
        size = len(match[0])
        if size % 8 in {0, 2, 4, 5, 7}:  # no text has another length
            bits = int(match[0].upper().translate(_BASE32_DIGITS), 32)
            found += _readable((bits >> size * 5 % 8).to_bytes(size * 5 // 8, "big"))
    return found


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

    Those of fewer than ``least`` characters are left out.
    """
    joined, known = _joined_up(text), dict[str, list[str]]()
    apart = decodings(joined, known=known) if joined != text else ()
    for raw in dict.fromkeys((text, *decodings(text, known=known), *apart)):
        squashed = squash(raw)
        if len(squashed) >= least:
            yield squashed
            yield from turned(squashed)


def _joined_up(text: str) -> str:
    """Return a text without what may divide the parts of one that is encoded."""
    if text.isascii():
        return text.encode().translate(None, _DIVIDING).decode()
    return re.sub(r"[\s,;|]+", "", text)
