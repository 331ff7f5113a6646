"""Orders: the overlay on a snapshot that must reach every worker at once, versioned like it.

Now: the credentials in force, tasks that are dead or paused, models that may not serve under a hard limit,
and what breakers keep from spending.
"""

from typing import Literal

import msgspec

from podium.spend.limits import Limit
from podium.trust.credentials.identity import Detail, PublicKey


class Credential(msgspec.Struct, frozen=True):
    """One agent's credential in force: only its SHA-256 is kept."""

    id: str
    agent: str
    sha256: str
    """Hexadecimal."""


class CollectorKey(msgspec.Struct, frozen=True):
    """A key in force with which a program sends spans: only its SHA-256 is kept."""

    id: str
    name: str
    department: str
    """The path of the department that its spans belong to."""
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
    narrowed: tuple[tuple[str, tuple[Detail, ...]], ...] = ()
    """Tasks whose tokens grant no more than this, whatever they say."""
    budgets: tuple[tuple[str, int], ...] = ()
    """Runs that were given a budget, or another one, while they ran: nano-USD."""
    revoked: tuple[str, ...] = ()
    """Those of the dead whose tokens somebody else may have, for as long as spans are taken of a task."""


class Restraint(msgspec.Struct, frozen=True):
    """What a breaker says of one key: ``agent/NAME``, ``department/NAME``, ``task/ID``, or ``all``."""

    key: str
    state: Literal["warned", "paused", "recovering", "stopped", "killed"]
    reason: str = ""
    end_streams: bool = False
    """Streams that are under way end after their current event."""
    limit: Limit | None = None
    """While it recovers: what it may spend, in slices like any other limit."""

    @property
    def refuses(self) -> bool:
        """Whether no call is let through."""
        return self.state in {"paused", "stopped", "killed"}


class Orders(msgspec.Struct, frozen=True):
    """All orders in force at ``version``."""

    version: int = 0
    credentials: tuple[Credential, ...] = ()
    blocked_models: frozenset[str] = frozenset()
    """Their usage was above a bound that cannot be passed: not under a hard limit until that is mended."""
    tasks: TaskOrders = TaskOrders()
    restraints: tuple[Restraint, ...] = ()
    collector_keys: tuple[CollectorKey, ...] = ()
