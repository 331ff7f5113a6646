"""The chain's keys: Ed25519 (RFC 8032), one PKCS #8 file each in the state's folder ``keys``, mode 0600.

The public ones stand beside them in ``evidence.pub``, a line each: id, a space, 64 hexadecimal digits. That
is the file to keep elsewhere: with it an export is verified without this machine.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from podium.evidence.chain import key_id
from podium.kernel.errors import StateError

PUBLIC: Final = "evidence.pub"


class Ed25519Signer:
    """One key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature."""
        return self._private.sign(message)


class FileKeys:
    """The keys in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key_id: str) -> Ed25519Signer | None:
        """Return a key, None where there is no such file. Raises StateError for a file that holds none."""
        path = self._path(key_id)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"{path} cannot be read: {error.strerror}.") from error
        try:
            private = load_pem_private_key(data, None)
        except ValueError as error:
            raise StateError(f"{path} holds no key.", fix="Put it back from a backup.") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise StateError(f"{path} holds another key than Ed25519.", fix="Put it back from a backup.")
        return Ed25519Signer(private)

    def make(self) -> Ed25519Signer:
        """Make a key. It is in its file, whole and synced, when this returns."""
        private = Ed25519PrivateKey.generate()
        signer = Ed25519Signer(private)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(self._path(signer.key_id), pem, 0o600)
        known = self.public_keys()
        lines = [f"{name} {key.hex()}\n" for name, key in (known | {signer.key_id: signer.public}).items()]
        _write(self._folder / PUBLIC, "".join(lines).encode(), 0o644)
        return signer

    def public_keys(self) -> dict[str, bytes]:
        """Return the public keys by id, in the order in which they were made; none where there is no file."""
        path = self._folder / PUBLIC
        return read_public_keys(path) if path.exists() else {}

    def _path(self, name: str) -> Path:
        if not (name.isascii() and name.isalnum()):
            raise StateError(f"{name!r} is no id of a key.")
        return self._folder / f"evidence-{name}.pem"


def read_public_keys(path: Path) -> dict[str, bytes]:
    """Return the public keys of a file like ``evidence.pub``. Raises StateError."""
    found: dict[str, bytes] = {}
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        for number, line in enumerate(lines, 1):
            public = bytes.fromhex(line.split()[-1]) if line.strip() else b""
            if line.strip() and len(public) != 32:
                raise StateError(f"{path}:{number}: this is no public key.")
            if public:
                found[key_id(public)] = public
    except (OSError, ValueError) as error:
        raise StateError(f"{path} is no file of public keys: {error}.") from error
    return found


def good_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature is good."""
    with contextlib.suppress(InvalidSignature, ValueError):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    return False


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
