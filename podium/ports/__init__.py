"""Every Protocol through which Podium reaches what is outside of it, and the contracts that paths share.

`link` is the keeper's language, `database` its tables, `spans` the store of spans.
"""

from collections.abc import Callable
from typing import Protocol

from podium.manifest.snapshot import CredentialRef
from podium.spend.prices import PriceSheet

Entropy = Callable[[int], bytes]
"""n -> n unpredictable bytes."""


class Clock(Protocol):
    """The two clocks."""

    def wall_ns(self) -> int:
        """Return Unix time in nanoseconds."""
        ...

    def monotonic_ns(self) -> int:
        """Return nanoseconds that never go back, from an arbitrary start."""
        ...


class Secrets(Protocol):
    """Where credentials of providers are read."""

    def read(self, ref: CredentialRef) -> str:
        """Return the secret, re-read when its file changes. Raises StateError naming what is missing."""
        ...


class PriceList(Protocol):
    """A published list of prices."""

    def find(self, provider_base_url: str, upstream_model: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet in force at a Unix time in nanoseconds, None where the list has no such model."""
        ...

    def find_named(self, provider_id: str, model_id: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet by the list's own provider and model ids, or None."""
        ...


class BackupStore(Protocol):
    """Where a backup is laid out before it is packed."""

    def begin(self) -> Callable[[], None]:
        """Hold fast what there is now; the result, called anywhere, copies it. Raises StateError."""
        ...
