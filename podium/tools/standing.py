"""What the tool gateway may rely on now: the snapshot and orders in force, and the keeper's word for it.

As in every worker: it asks each 200 ms, and takes a call only if the keeper has answered a question asked
less than a second ago, and what it named is applied here.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from podium.kernel.errors import NotReady
from podium.manifest.orders import Orders
from podium.manifest.snapshot import Snapshot
from podium.ports import Clock, Entropy
from podium.ports.link import (
    ASK_EVERY_S,
    TRUST_NS,
    WAIT_FOR_WORD_S,
    Answer,
    Ask,
    LookIn,
)
from podium.tools.identity import ToolCaller, ToolIdentities
from podium.trust.credentials.dpop import Nonces, check_proof

FIRST_EVERY_S: Final = 0.02

logger = logging.getLogger(__name__)


class ToolStanding:
    """The snapshot and orders that this process acts on, and until when."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self.clock: Clock = clock
        self.place: Callable[[], tuple[str, int, int]] = lambda: ("", 0, 0)
        """The incarnation, and how far its journal reaches."""
        self.snapshot: Snapshot | None = None
        self.orders = Orders()
        self.identities = ToolIdentities(clock)
        self.on_change: Callable[[], None] = lambda: None
        """Called when another snapshot or other orders are in force."""
        self.draining = False
        self.failure: str | None = None
        self.content_lost: Callable[[], int] = lambda: 0
        """Counts the calls whose content could not be kept."""
        self.refused: Callable[[], tuple[int, ...]] = lambda: ()
        """Counts requests by `ports.link.TOOL_REFUSALS`."""
        self.keeper_says = ""
        self._nonces = Nonces(entropy(32))
        self._orders_known = False
        self._asked_ns = -TRUST_NS
        self._change = asyncio.Event()

    def apply(self, snapshot: Snapshot | None, orders: Orders | None) -> None:
        """Swap what is given."""
        self.snapshot = snapshot if snapshot is not None else self.snapshot
        if orders is not None:
            self.orders, self._orders_known = orders, True
        self.identities.apply(self.snapshot, self.orders)
        self.on_change()

    def question(self, *, again: bool) -> Ask:  # noqa: ARG002 - the same each time
        """Return what is asked."""
        incarnation, segment, offset = self.place()
        return Ask(
            incarnation=incarnation,
            segment=segment,
            offset=offset,
            snapshot_version=self.snapshot.version if self.snapshot is not None else 0,
            orders_version=self.orders.version,
            content_lost=self.content_lost(),
            refused=self.refused(),
        )

    def heard(self, question: Ask | LookIn, answer: Answer) -> None:
        """There are no limits of rate here."""

    async def pause(self, *, told: bool) -> None:
        """Wait until it is time to ask."""
        await asyncio.sleep(ASK_EVERY_S if told else FIRST_EVERY_S)

    def in_step(self, answer: Answer, asked_ns: int) -> bool:
        """Take the keeper's word; return whether what it names is applied here."""
        current = (
            self.snapshot is not None
            and self._orders_known
            and (answer.snapshot_version, answer.orders_version)
            == (self.snapshot.version, self.orders.version)
        )
        if current:
            self._asked_ns, self.keeper_says = asked_ns, ""
            self._change.set()
            self._change = asyncio.Event()
        return current

    def refusal(self) -> str | None:
        """Return why no call can be taken now, or None."""
        if self.failure is not None:
            return self.failure
        if self.draining:
            return "this process is ending"
        if self.clock.monotonic_ns() - self._asked_ns >= TRUST_NS:
            return "the keeper has not answered for a second" + (
                f" ({self.keeper_says.rstrip('. ')})" if self.keeper_says else ""
            )
        return None

    async def admit(self) -> Snapshot:
        """Return the snapshot in force. Raises NotReady after a short wait for the keeper's word."""
        if self.refusal() is not None and not self.draining and self.failure is None:
            change = self._change
            try:
                async with asyncio.timeout(WAIT_FOR_WORD_S):
                    await change.wait()
            except TimeoutError:
                pass
        reason = self.refusal()
        if reason is not None or self.snapshot is None:
            raise NotReady(
                f"Podium takes no calls now: {reason or 'no manifests are in force'}.", fix="Try again soon."
            )
        return self.snapshot

    def prove(self, caller: ToolCaller, *, proof: str | None, method: str, url: str) -> None:
        """Raise Unauthenticated where a token is bound to a key that a request does not prove to hold."""
        if caller.jkt is None:
            return
        check_proof(
            proof,
            token=caller.token,
            jkt=caller.jkt,
            method=method,
            url=url,
            nonces=self._nonces,
            now_s=self.clock.wall_ns() / 1e9,
        )
