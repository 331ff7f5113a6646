"""Signatures of thoughts in Google's JSON, where they are bytes, and so base64 of either alphabet.

One that another format's provider made travels as base64 of its sealed text; encrypted thoughts, for which
Google has no field, travel as a signature of their own kind.
"""

import binascii
from typing import Final

from podium.kernel.chat import Thinking
from podium.wire.formats import SEALED, seal, unseal

NATIVE: Final = "gemini"
_PREFIX: Final = binascii.b2a_base64(b"podium", newline=False).decode("ascii")
_REDACTED: Final = "redacted."


def signature_of(thought: Thinking) -> str | None:
    """Return what a thought's ``thoughtSignature`` is in Google's format."""
    signed_by = thought.signed_by or NATIVE
    if thought.redacted is not None:
        return _packed(f"{SEALED}{_REDACTED}{signed_by}.{thought.redacted}")
    if thought.signature is None or signed_by == NATIVE:
        return thought.signature
    return _packed(seal(thought.signature, signed_by, native=NATIVE))


def _packed(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode("ascii")


def read_signature(text: str | None, words: str = "") -> Thinking:
    """Return the thought that a part's signature, and a thought part's words, stand for."""
    if text is None:
        return Thinking(words)
    if not text.startswith(_PREFIX):
        return Thinking(words, text, NATIVE)
    try:
        plain = binascii.a2b_base64(standard_base64(text)).decode()
    except ValueError:  # no base64, no ASCII, no UTF-8
        return Thinking(words, text, NATIVE)
    if not plain.startswith(SEALED):
        return Thinking(words, text, NATIVE)
    rest = plain[len(SEALED) :]
    if rest.startswith(_REDACTED):
        signed_by, _, redacted = rest[len(_REDACTED) :].partition(".")
        return Thinking(words, signed_by=signed_by, redacted=redacted)
    return Thinking(words, *unseal(plain, native=NATIVE))


def standard_base64(text: str) -> str:
    """Return base64 in the standard alphabet: Google's SDK writes the URL-safe one."""
    if "-" in text or "_" in text:
        text = text.replace("-", "+").replace("_", "/")
    return text + "=" * (-len(text) % 4)
