"""Sealing: AES-256-GCM with a nonce of its own for each text (NIST SP 800-38D).

A sealed text is the nonce of 12 bytes and the ciphertext with its tag of 16. What it is about is
authenticated with it, so that one sealed text cannot stand in another's place.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from podium.kernel.errors import StateError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


def seal(key: bytes, text: bytes, about: str, *, nonce: bytes) -> bytes:
    """Return a text sealed with a key of 32 bytes. ``nonce``: 12 bytes that no other text of the key has."""
    return nonce + AESGCM(key).encrypt(nonce, text, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """Return the text. Raises StateError where the key is another one, or a bit was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise StateError(
            f"What is sealed of {about} cannot be opened: its key is another one, or it is damaged.",
            code="seal_broken",
        ) from error
