"""What the collector may rely on: who may send spans, and the keeper's word that this is so now."""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from typing import Final

from podium.evidence.contents.rules import ContentRule
from podium.evidence.taking import Sender
from podium.kernel.errors import Forbidden, NotReady, Unauthenticated
from podium.manifest.orders import Orders
from podium.manifest.snapshot import Snapshot
from podium.ports import Clock
from podium.ports.link import (
    ASK_EVERY_S,
    ASK_SELDOM_S,
    QUIET_ASKS,
    TRUST_NS,
    WAIT_FOR_WORD_S,
    Answer,
    Ask,
    LookIn,
)
from podium.trust.credentials.identity import parse_spiffe_id
from podium.trust.credentials.tokens import Keys

GRACE_S: Final = 86_400
"""So long after its end a token is taken for the spans of its own task.

Exporters read their headers once, when a program begins, and send when it is done.
"""
FIRST_EVERY_S: Final = 0.02
_CACHED: Final = 4096


class CollectorStanding:
    """The orders that the collector acts on, and until when."""

    def __init__(self, clock: Clock, life: str = "") -> None:
        """``life``: under which the keeper hears what was lost here."""
        self.clock: Clock = clock
        self._life = life
        self.content_lost: Callable[[], int] = lambda: 0
        self.export_lost: Callable[[], int] = lambda: 0
        self.snapshot: Snapshot | None = None
        self.orders = Orders()
        self.keeper_says = ""
        self._orders_known = False
        self._asked_ns = -TRUST_NS
        self._change = asyncio.Event()
        self._quiet = 0
        """Questions in a row since somebody has sent something."""
        self._sent = asyncio.Event()
        self._keys = Keys(())
        self._senders: dict[bytes, Sender] = {}

    def question(self, *, again: bool) -> LookIn:  # noqa: ARG002 - the same each time
        """Return what is asked."""
        return LookIn(life=self._life, content_lost=self.content_lost(), export_lost=self.export_lost())

    def heard(self, question: Ask | LookIn, answer: Answer) -> None:
        """There are no limits of rate here."""

    async def pause(self, *, told: bool) -> None:
        """Wait until it is time to ask; where nothing is sent, until something is."""
        self._quiet += 1
        if not told or self._quiet <= QUIET_ASKS:
            await asyncio.sleep(ASK_EVERY_S if told else FIRST_EVERY_S)
            return
        self._sent.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ASK_SELDOM_S):
                await self._sent.wait()

    def apply(self, snapshot: Snapshot | None, orders: Orders | None) -> None:
        """Swap what is given."""
        self.snapshot = snapshot if snapshot is not None else self.snapshot
        if orders is not None:
            self.orders, self._orders_known = orders, True
            self._keys = Keys(orders.tasks.keys)
            self._senders = {}

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

    def _trusted(self) -> bool:
        return self.clock.monotonic_ns() - self._asked_ns < TRUST_NS

    async def admit(self) -> None:
        """Raise NotReady where the keeper has not spoken for a second, after a short wait for its word."""
        self._quiet = 0
        self._sent.set()
        if self._trusted():
            return
        change = self._change
        try:
            async with asyncio.timeout(WAIT_FOR_WORD_S):
                await change.wait()
        except TimeoutError as error:
            raise NotReady(
                f"The keeper has not answered for a second ({self.keeper_says or 'nothing is in force'}).",
                fix="Try again soon.",
            ) from error

    def rule_of(self, sender: Sender) -> ContentRule | None:
        """Return what is kept of a sender's content: of a task's, as its agent says; of others', nothing."""
        agents = self.snapshot.agents if self.snapshot is not None else {}
        agent = agents.get(sender.agent) if sender.agent is not None else None
        return agent.content if agent is not None else None

    def sender(self, authorization: bytes | None) -> Sender:
        """Return who sends. Raises Unauthenticated or Forbidden."""
        if authorization is None:
            raise Unauthenticated(
                "These spans bear no credential.",
                fix="OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20KEY, a task's token or collector key.",
            )
        found = self._senders.get(authorization)
        if found is None:
            found = self._look(authorization)
            if len(self._senders) < _CACHED:
                self._senders[authorization] = found
        elif found.until_s is not None and self.clock.wall_ns() / 1e9 >= found.until_s:
            raise Unauthenticated(
                "The task's token ended more than a day ago.",
                fix="Send spans sooner.",
                code="invalid_token",
            )
        return found

    def _look(self, authorization: bytes) -> Sender:
        scheme, _, secret = authorization.partition(b" ")
        secret = secret.strip()
        if scheme.lower() != b"bearer":
            secret = b""
        if secret.count(b".") == 2:
            return self._of_task(secret.decode("latin-1"))
        digest = hashlib.sha256(secret).hexdigest()
        for key in self.orders.collector_keys:
            if key.sha256 == digest:
                return Sender(department=key.department)
        raise Unauthenticated(
            "The credential is not known, or was revoked.",
            fix="Use a task's token, or make a key with `podium collector key NAME --department PATH`.",
        )

    def _of_task(self, token: str) -> Sender:
        issuer = self.orders.tasks.issuer
        now_s = self.clock.wall_ns() / 1e9
        claims = self._keys.verify(
            token, issuer=issuer, audience=issuer, now_s=now_s, grace_s=GRACE_S, key_grace_s=GRACE_S
        )
        if claims.cnf is not None:
            raise Forbidden(
                "The token is bound to a key whose possession exporters cannot prove.",
                fix="Use a collector key, or a token that is not bound.",
                code="proof_required",
            )
        who = parse_spiffe_id(claims.sub)
        if who.task_id in self.orders.tasks.revoked:
            raise Unauthenticated("The task's tokens were revoked.", code="task_ended")
        return Sender(who.department, who.task_id, who.agent, claims.exp + GRACE_S)
