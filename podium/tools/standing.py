"""What the tool gateway may rely on now: the snapshot and orders in force, and the keeper's word for it.

As in every worker: it asks each 200 ms, and takes a call only if the keeper has answered a question asked
less than a second ago, and what it named is applied here.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from podium.kernel.errors import NotReady, PodiumError
from podium.manifest.orders import Orders
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports import Clock, Entropy
from podium.ports.journal import Journal
from podium.ports.link import (
    ASK_EVERY_S,
    TRUST_NS,
    WAIT_FOR_WORD_S,
    Answer,
    Ask,
    GetOrders,
    GetSnapshot,
    Goodbye,
    Hello,
    KeeperLink,
    OrdersAre,
    SnapshotIs,
)
from podium.tools.identity import ToolCaller, ToolIdentities
from podium.trust.dpop import Nonces, check_proof

FIRST_EVERY_S: Final = 0.02

logger = logging.getLogger(__name__)


class ToolStanding:
    """The snapshot and orders that this process acts on, and until when."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self.clock = clock
        self.snapshot: Snapshot | None = None
        self.orders = Orders()
        self.identities = ToolIdentities(clock)
        self.on_change: Callable[[], None] = lambda: None
        """Called when another snapshot or other orders are in force."""
        self.draining = False
        self.failure: str | None = None
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


async def keep_in_step(
    standing: ToolStanding, link: KeeperLink, hello: Hello, journal: Journal, *, on_first: Callable[[], None]
) -> None:
    """Ask for ever: connect, say hello, ask every 200 ms, fetch what has changed. Ends by cancellation."""
    told = complained = False
    while True:
        try:
            await link.connect()
            await link.ask(hello)
            while True:
                if await _ask_once(standing, link, hello.incarnation, journal) and not told:
                    told = True
                    on_first()
                complained = False
                await asyncio.sleep(ASK_EVERY_S if told else FIRST_EVERY_S)
        except (PodiumError, OSError, msgspec.MsgspecError) as error:
            standing.keeper_says = getattr(error, "message", None) or str(error)
            if told and not complained:
                logger.warning("the keeper does not answer: %s", error)
                complained = True
            await link.close()
            await asyncio.sleep(0.1 if told else FIRST_EVERY_S)


async def _ask_once(standing: ToolStanding, link: KeeperLink, incarnation: str, journal: Journal) -> bool:
    for _ in range(2):  # what was fetched may be newer than the answer: ask again, be judged by that one
        snapshot, asked_ns = standing.snapshot, standing.clock.monotonic_ns()
        answer = await link.ask(
            Ask(
                incarnation=incarnation,
                segment=journal.segment,
                offset=journal.offset,
                snapshot_version=snapshot.version if snapshot is not None else 0,
                orders_version=standing.orders.version,
            )
        )
        if not isinstance(answer, Answer):
            raise NotReady(f"the keeper answered {type(answer).__name__} to Ask")
        if standing.in_step(answer, asked_ns):
            return True
        newer = None
        if snapshot is None or answer.snapshot_version != snapshot.version:
            is_now = await link.ask(GetSnapshot())
            if isinstance(is_now, SnapshotIs) and is_now.document is not None:
                newer = msgspec.structs.replace(decode_snapshot(is_now.document), version=is_now.version)
        are_now = await link.ask(GetOrders())
        orders = (
            msgspec.msgpack.decode(are_now.document, type=Orders) if isinstance(are_now, OrdersAre) else None
        )
        standing.apply(newer, orders)
        if standing.snapshot is None:
            return False
    return False


async def say_goodbye(link: KeeperLink, incarnation: str) -> None:
    """Tell the keeper that this incarnation ended in good order; its absence is not an error."""
    try:
        await link.connect()
        await link.ask(Goodbye(incarnation=incarnation))
    except (PodiumError, OSError):
        logger.warning("the keeper was not there to say goodbye to; it will read the journal when it is back")
