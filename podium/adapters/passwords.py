"""Passwords by argon2id, with RFC 9106's second recommended parameters (64 MiB, three passes, four lanes)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


class Argon2Passwords:
    """The real thing."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._nobody: str | None = None

    def digest(self, password: str) -> str:
        """Return a salted digest in PHC form."""
        return self._hasher.hash(password.encode("utf-8", "surrogatepass"))

    def matches(self, digest: str | None, password: str) -> bool:
        """Return whether it is the one. None, of somebody who is not there, takes the same time and is no."""
        if digest is None and self._nobody is None:
            self._nobody = self.digest("nobody")
        try:
            self._hasher.verify(digest or self._nobody or "", password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
        return digest is not None
