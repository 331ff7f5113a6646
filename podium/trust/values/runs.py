"""What a text may have, told at a glance: whether it is worth while to look for a pattern in it.

A text is mapped to the kinds of its characters, among which those that a pattern needs are looked for. Only
plain texts are told: of any other one the answer is yes.
"""

import re
from typing import Final

KINDS: Final = bytes(
    ord("d" if chr(c).isdigit() else "A" if chr(c).isupper() else "a" if chr(c).islower() else chr(c))
    for c in range(128)
) + bytes(128)
"""Digits are ``d``, letters ``A`` and ``a``; all else stands for itself."""


def table(pattern: str) -> bytes:
    """Return the table in which characters of a kind are ``x``, and all others are spaces."""
    return bytes(ord("x") if re.match(pattern, chr(c)) else 32 for c in range(128)) + bytes(128)


def may_have(text: str, kinds: bytes, part: bytes, *, without: bytes = b"") -> bool:
    """Return whether the kinds of a text's characters have a part, some characters left out."""
    return not text.isascii() or part in text.encode().translate(kinds, without)


def runs(text: str, kind: bytes, least: int) -> list[str]:
    """Return the parts of a plain text that have characters of a kind alone, where they are so long."""
    shape, long = text.encode().translate(kind), b"x" * least
    found: list[str] = []
    at = shape.find(long)
    while at >= 0:
        end = shape.find(b" ", at)
        end = len(shape) if end < 0 else end
        found.append(text[at:end])
        at = shape.find(long, end)
    return found
