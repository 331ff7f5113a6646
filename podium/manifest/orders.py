"""Orders: the overlay on a snapshot that must reach every worker at once, versioned like it.

Now: the credentials in force, and models that may not serve under a hard limit.
"""

import msgspec

from podium.trust.identity import PublicKey


class Credential(msgspec.Struct, frozen=True):
    """One agent's credential in force: only its SHA-256 is kept."""

    id: str
    agent: str
    sha256: str
    """Hexadecimal."""


class TaskOrders(msgspec.Struct, frozen=True):
    """What a worker must know to judge the tokens of tasks."""

    issuer: str = ""
    """Who signs them, and for whom they are: the gateway."""
    keys: tuple[PublicKey, ...] = ()
    dead: tuple[str, ...] = ()
    """Tasks whose tokens are refused for ever, as long as one of them has not expired."""
    paused: tuple[str, ...] = ()
    """Tasks whose tokens are refused until a person resumes them."""
    tools: str = ""
    """The tool gateway's address, for which tokens are too (RFC 8707)."""


class Orders(msgspec.Struct, frozen=True):
    """All orders in force at ``version``."""

    version: int = 0
    credentials: tuple[Credential, ...] = ()
    blocked_models: frozenset[str] = frozenset()
    """Their usage was above a bound that cannot be passed: not under a hard limit until that is mended."""
    tasks: TaskOrders = TaskOrders()
