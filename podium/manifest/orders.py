"""Orders: the overlay on a snapshot that must reach every worker at once, versioned like it.

Now: the credentials in force. Pauses, revocations, overrides, health and weights come with their features.
"""

import msgspec


class Credential(msgspec.Struct, frozen=True):
    """One agent's credential in force: only its SHA-256 is kept."""

    id: str
    agent: str
    sha256: str
    """Hexadecimal."""


class Orders(msgspec.Struct, frozen=True):
    """All orders in force at ``version``."""

    version: int = 0
    credentials: tuple[Credential, ...] = ()
