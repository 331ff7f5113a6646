"""The private keys of task tokens in a file that is encrypted with AES-256-GCM.

The key that wraps them is 32 bytes in a file of its own (``--key-file``, or ``keys/wrap.key`` of the state):
whoever has the state without that file has no key. The file is ``PTK1``, a nonce of 12 bytes, and the
ciphertext of JSON (NIST SP 800-38D; the first four bytes are authenticated too).
"""

import os
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from podium.kernel.errors import StateError
from podium.ports.tasks import StoredKey
from podium.trust.credentials.sealing import NONCE_BYTES, seal, unseal

MAGIC: Final = b"PTK1"
WRAP_BYTES: Final = 32
_decoder = msgspec.json.Decoder(tuple[StoredKey, ...])


class EncryptedTaskKeys:
    """`podium.ports.tasks.TaskKeys` in a file."""

    def __init__(self, path: Path, wrap: bytes) -> None:
        if len(wrap) != WRAP_BYTES:
            raise StateError(
                f"The key that encrypts {path.name} has {len(wrap)} bytes, not {WRAP_BYTES}.",
                fix="Write 32 random bytes: head -c 32 /dev/urandom > FILE.",
                code="key_file_unusable",
            )
        self._path = path
        self._wrap = wrap
        self._cipher = AESGCM(wrap)

    def load(self) -> tuple[StoredKey, ...]:
        """Return the keys, none where there is no file. Raises StateError."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StateError(f"{self._path} cannot be read: {error.strerror}.") from error
        try:
            nonce, sealed = data[len(MAGIC) : len(MAGIC) + NONCE_BYTES], data[len(MAGIC) + NONCE_BYTES :]
            return _decoder.decode(self._cipher.decrypt(nonce, sealed, MAGIC))
        except (InvalidTag, ValueError, msgspec.MsgspecError) as error:
            raise StateError(
                f"{self._path} cannot be decrypted: it was written with another key, or is damaged.",
                fix="Start with the right key file, or move this file away: old tokens are refused then.",
                code="key_file_unusable",
            ) from error

    def save(self, keys: tuple[StoredKey, ...]) -> None:
        """Keep the keys. Raises StateError."""
        nonce = os.urandom(NONCE_BYTES)
        data = MAGIC + nonce + self._cipher.encrypt(nonce, msgspec.json.encode(keys), MAGIC)
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._path)
        except OSError as error:
            raise StateError(f"{self._path} cannot be written: {error.strerror}.") from error

    def wrap(self, key: bytes, about: str) -> bytes:
        """Return a task's key, encrypted."""
        return seal(self._wrap, key, about, nonce=os.urandom(NONCE_BYTES))

    def unwrap(self, wrapped: bytes, about: str) -> bytes:
        """Return a task's key. Raises StateError."""
        return unseal(self._wrap, wrapped, about)


class MemoryTaskKeys:
    """The same in memory, for tests."""

    def __init__(self) -> None:
        self._keys: tuple[StoredKey, ...] = ()
        self._wrap = os.urandom(WRAP_BYTES)

    def load(self) -> tuple[StoredKey, ...]:
        """Return the keys."""
        return self._keys

    def save(self, keys: tuple[StoredKey, ...]) -> None:
        """Keep the keys."""
        self._keys = keys

    def wrap(self, key: bytes, about: str) -> bytes:
        """Return a task's key, encrypted."""
        return seal(self._wrap, key, about, nonce=os.urandom(NONCE_BYTES))

    def unwrap(self, wrapped: bytes, about: str) -> bytes:
        """Return a task's key. Raises StateError."""
        return unseal(self._wrap, wrapped, about)
