"""Looking through encodings: what a text holds that is escaped, or in base64, base32 or hexadecimal.

Source: RFC 4648.
"""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

_DIGIT: Final = re.compile(r"\d")
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
