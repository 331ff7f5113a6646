"""Sealed texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import StateError
from podium.trust.credentials.sealing import KEY_BYTES, NONCE_BYTES, seal, unseal

KEY = b"k" * KEY_BYTES
NONCE = b"n" * NONCE_BYTES


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_is_opened(text, about):
    """A text comes back whole."""
    assert unseal(KEY, seal(KEY, text, about, nonce=NONCE), about) == text


@given(st.binary(max_size=50), st.integers(0, 10_000))
def test_nothing_else_is_opened(text, at):
    """Another key, another place, or another bit, and it stays shut."""
    sealed = bytearray(seal(KEY, text, "here", nonce=NONCE))
    for key, about in ((b"x" * KEY_BYTES, "here"), (KEY, "there")):
        with pytest.raises(StateError):
            unseal(key, bytes(sealed), about)
    sealed[at % len(sealed)] ^= 1
    with pytest.raises(StateError):
        unseal(KEY, bytes(sealed), "here")
