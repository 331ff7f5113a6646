"""Orders: the overlay on a snapshot that must reach every worker at once, versioned like it.

Now: the credentials in force, and models that may not serve under a hard limit.
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
    blocked_models: frozenset[str] = frozenset()
    """Their usage was above a bound that cannot be passed: not under a hard limit until that is mended."""
