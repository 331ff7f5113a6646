"""What a worker may rely on now: the snapshot and orders in force, and the keeper's word that they are.

Every 200 ms the worker asks the keeper. A call is admitted only if the keeper has answered a question
asked less than a second ago, and what it named is applied here.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from podium.gateway.attempt import Call
from podium.gateway.endpoints import find_credential
from podium.gateway.identity import Caller, Identities
from podium.gateway.rates import Rates
from podium.gateway.slices import Slices
from podium.kernel.errors import NotReady
from podium.manifest.orders import Orders
from podium.manifest.restraints import Held, Restraints, refusal
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.net.server import Exchange
from podium.ports import Clock, Entropy
from podium.ports.link import (
    ASK_EVERY_S,
    ASK_SELDOM_S,
    PROTOCOL,
    QUIET_ASKS,
    TRUST_NS,
    WAIT_FOR_WORD_S,
    Answer,
    Ask,
    Hello,
    LookIn,
)
from podium.trust.credentials.dpop import Nonces, check_proof, prove_key

MOST_KEYS: Final = 1 << 16
"""Nonces that are remembered of requests for tokens: who proves a key there is nobody yet."""
MAX_WAIT_S: Final = 86_400
"""So long ago may a token have expired of a call that was admitted before."""
ASK_SOONER_S: Final = 0.02
"""While some worker lacks a part of a limit of rate."""

logger = logging.getLogger(__name__)


class Standing:
    """The snapshot and orders that this worker acts on, and until when."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self.clock: Clock = clock
        self.place: Callable[[], tuple[str, int, int]] = lambda: ("", 0, 0)
        """The incarnation, and how far its journal reaches."""
        self.late_us = 0
        """How late the loop woke last."""
        self.snapshot: Snapshot | None = None
        self.orders = Orders()
        self._orders_known = False
        self._asked_ns = -TRUST_NS
        self._current = False
        self._identities = Identities(clock)
        self._nonces = Nonces(entropy(32))
        self._key_nonces = Nonces(entropy(32), MOST_KEYS)
        self._change = asyncio.Event()
        self.hungry = asyncio.Event()
        """A call waits for a limit of rate: ask the keeper now."""
        self.contended, self.workers = False, 1
        self._reached = ("", 0, 0)
        self._quiet = 0
        """Questions in a row in which this worker had nothing to tell, and nothing to give back."""
        self._asks_seldom = False
        self.rates = Rates(clock, on_hungry=self.hungry.set)
        self.slices = Slices(clock)
        self.on_orders: Callable[[], None] = lambda: None
        """Called when other orders are in force."""
        self.draining = False
        self.failure: str | None = None
        self.content_lost: Callable[[], int] = lambda: 0
        """Counts the calls whose content could not be kept."""
        self.ways: Callable[[], tuple[int, ...]] = tuple
        """Counts calls by `ports.link.LANE_WAYS`."""
        self.keeper_says = ""
        """The keeper's last word that was no answer; empty since the last answer."""

    def apply_snapshot(self, snapshot: Snapshot) -> None:
        """Swap the snapshot, between two requests."""
        self.snapshot = snapshot
        self._identities.apply(snapshot, self.orders)
        self.slices.know(snapshot, self.restraints.limits)

    def apply_orders(self, orders: Orders) -> None:
        """Swap the orders."""
        self.orders = orders
        self._orders_known = True
        before = self.restraints.limits
        self._identities.apply(self.snapshot, orders)
        if self.snapshot is not None and self.restraints.limits != before:
            self.slices.know(self.snapshot, self.restraints.limits)
        self.on_orders()

    def apply(self, snapshot: Snapshot | None, orders: Orders | None) -> None:
        """Swap what is given."""
        if snapshot is not None:
            self.apply_snapshot(snapshot)
        if orders is not None:
            self.apply_orders(orders)

    def question(self, *, again: bool) -> Ask:
        """Return what is asked: with the limits of rate that are in use, but not twice in a row."""
        if not again:
            self.hungry.clear()
        incarnation, segment, offset = place = self.place()
        claims = () if again else self.rates.claims()
        if not again:
            quiet = place == self._reached and not claims and not self.slices.limited
            self._reached, self._quiet = place, self._quiet + 1 if quiet else 0
        return Ask(
            incarnation=incarnation,
            segment=segment,
            offset=offset,
            snapshot_version=self.snapshot.version if self.snapshot is not None else 0,
            orders_version=self.orders.version,
            loop_lag_us=0 if again else self.late_us,
            claims=claims,
            content_lost=self.content_lost(),
            ways=self.ways(),
        )

    def heard(self, question: Ask | LookIn, answer: Answer) -> None:
        """Take shares of limits, and what others need of slices."""
        self.contended = answer.contended
        if isinstance(question, Ask):
            self.rates.hear(question.claims, answer.shares)
            self.workers = answer.workers
        self.slices.tick(answer.recalled)

    async def pause(self, *, told: bool) -> None:
        """Wait until it is time to ask, or a call is hungry; where nothing goes on, until a call comes."""
        pause_s = ASK_EVERY_S if told and not self.contended else ASK_SOONER_S
        if told and not self.contended and self._quiet >= QUIET_ASKS:
            self._asks_seldom, pause_s = True, ASK_SELDOM_S
        slept_ns, self.late_us = self.clock.monotonic_ns(), 0
        try:
            async with asyncio.timeout(pause_s):
                await self.hungry.wait()
        except TimeoutError:
            self.late_us = max(0, (self.clock.monotonic_ns() - slept_ns) // 1000 - int(pause_s * 1e6))
        finally:
            self._asks_seldom = False

    @property
    def restraints(self) -> Restraints:
        """What breakers say now."""
        return self._identities.restraints

    def held(self, caller: Caller, call: Call) -> Held:
        """Return what breakers say of a call; one in a session that recovers draws on that limit too."""
        if caller.task is not None or call.task_id not in self.restraints.of_tasks:
            return caller.held
        held = self.restraints.of(caller.agent, call.task_id)
        call.agent = msgspec.structs.replace(caller.agent, restrained=held.limits)
        return held

    def check_still(self, exchange: Exchange, call: Call) -> None:
        """Raise what a call is refused with that has waited while other orders came, which forbid it.

        A token may have expired since: it had not when the call was admitted.
        """
        if call.orders is self.orders:
            return
        caller = self.own(find_credential(exchange), MAX_WAIT_S)
        held = self.restraints.of(caller.agent, call.task_id, call.root_id)
        if held.refused is not None:
            raise refusal(held.refused)
        call.orders = self.orders

    def in_step(self, answer: Answer, asked_ns: int) -> bool:
        """Take the keeper's word; return whether what it names is applied here."""
        self._current = (
            self.snapshot is not None
            and self._orders_known
            and answer.snapshot_version == self.snapshot.version
            and answer.orders_version == self.orders.version
        )
        if self._current:
            self._asked_ns = asked_ns
            self.keeper_says = ""
            self._change.set()
            self._change = asyncio.Event()
        return self._current

    def refusal(self) -> str | None:
        """Return why no call can be admitted now, or None."""
        if self._asks_seldom:  # here comes one
            self._asks_seldom, self._quiet = False, 0
            self.hungry.set()
        if self.failure is not None:
            return self.failure
        if self.draining:
            return "this worker is ending"
        if self.clock.monotonic_ns() - self._asked_ns >= TRUST_NS:
            return "the keeper has not answered for a second" + (
                f" ({self.keeper_says.rstrip('. ')})" if self.keeper_says else ""
            )
        return None

    def now(self) -> Snapshot | None:
        """Return the snapshot in force, or None where `admit` has to be waited for."""
        return self.snapshot if self.refusal() is None else None

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

    def caller(self, authorization: bytes | None) -> Caller:
        """Return who bears the credential. Raises Unauthenticated or Forbidden."""
        return self._identities.find(authorization)

    def own(self, authorization: bytes | None, grace_s: float = 0) -> Caller:
        """Return who bears the credential, for what is a task's own. Raises as `caller`.

        ``grace_s``: how long ago its token may have expired, where the keeper looks again.
        """
        return self._identities.own(authorization, grace_s)

    def identify(self, authorization: bytes | None) -> AgentRow:
        """Return the agent that bears the credential, as far as it is granted. Raises as `caller`."""
        return self._identities.find(authorization).agent

    def prove(self, exchange: Exchange, caller: Caller) -> None:
        """Raise Unauthenticated where a token is bound to a key that the request does not prove to hold."""
        task = caller.task
        if task is None or task.jkt is None:
            return
        proof = exchange.headers.get(b"dpop")
        check_proof(
            proof.decode("latin-1") if proof is not None else None,
            token=task.token,
            jkt=task.jkt,
            method=exchange.method,
            url=self.orders.tasks.issuer + exchange.path,
            nonces=self._nonces,
            now_s=self.clock.wall_ns() / 1e9,
        )

    def prove_key(self, exchange: Exchange) -> str:
        """Return the thumbprint of the key that a request for a token proves.

        Raises Unauthenticated, and NotReady where more are proved than are remembered.
        """
        return prove_key(
            exchange.headers.get(b"dpop", b"").decode("latin-1"),
            method=exchange.method,
            url=self.orders.tasks.issuer + exchange.path,
            nonces=self._key_nonces,
            now_s=self.clock.wall_ns() / 1e9,
        )


def hello_of(worker: str, incarnation: str, pid: int, boot_id: str, *, strict: bool = False) -> Hello:
    """Return the first message of a worker."""
    return Hello(PROTOCOL, worker, incarnation, pid, boot_id, strict)
