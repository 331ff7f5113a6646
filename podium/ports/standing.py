"""What a process that takes calls relies on, as far as the loop that keeps it in step must know it."""

from typing import Protocol

from podium.manifest.orders import Orders
from podium.manifest.snapshot import Snapshot
from podium.ports import Clock
from podium.ports.link import Answer, Ask, LookIn


class InStep(Protocol):
    """The snapshot and orders that a process acts on, and until when (see adapters.link.step)."""

    clock: Clock
    snapshot: Snapshot | None
    orders: Orders
    keeper_says: str
    """The keeper's last word that was no answer; empty since the last answer."""

    def question(self, *, again: bool) -> Ask | LookIn:
        """Return what is asked each time; ``again``: right after something newer was fetched."""
        ...

    def heard(self, question: Ask | LookIn, answer: Answer) -> None:
        """Take what an answer says besides versions."""
        ...

    def in_step(self, answer: Answer, asked_ns: int) -> bool:
        """Take the keeper's word; return whether what it names is applied here."""
        ...

    def apply(self, snapshot: Snapshot | None, orders: Orders | None) -> None:
        """Swap what is given."""
        ...

    async def pause(self, *, told: bool) -> None:
        """Wait until it is time to ask again; ``told``: it has been in step before."""
        ...
