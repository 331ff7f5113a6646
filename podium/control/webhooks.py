"""Tells webhooks what happens to cases, and what has occurred: signed, retried with a growing pause.

Each event is told once a webhook.

The body is JSON; ``podium-signature`` is ``t=SECONDS,v1=HEX``, where HEX is the HMAC-SHA256 of
``SECONDS.BODY`` under the webhook's key, so that a receiver can refuse what is old or made up.
``idempotency-key`` is the case and the event: who gets one twice, because an answer was lost, takes it once.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Iterable
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from podium.control.occurred import DueEvent, due_events
from podium.evidence.occurrences import CONTENT_TYPE, cloud_event
from podium.kernel.errors import PodiumError
from podium.manifest.snapshot import WebhookRow, decode_snapshot
from podium.net.upstream import Deadlines, Origin, Pool
from podium.ports import Clock, Secrets
from podium.ports.acts import NoteDelivery, case_of
from podium.ports.database import cases, deliveries, notices, snapshots
from podium.ports.link import Question, Reply
from podium.trust.cases import Case

LOOK_S: Final = 1.0
_VERSION: Final = "SELECT max(version) FROM snapshots"
"""It is asked every second: as a text it costs a fraction of what building it would."""
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 3600.0
GIVEN_UP_NS: Final = 86_400_000_000_000
"""An event is told within a day or not at all."""
AT_ONCE: Final = 8
DEADLINES: Final = Deadlines(connect_s=5.0, first_byte_s=10.0, idle_s=5.0, total_s=15.0)
MAX_ANSWER_BYTES: Final = 64 << 10
GONE: Final = 410
"""A receiver that answers this wants no more of it."""

logger = logging.getLogger(__name__)


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises PodiumError."""
        ...


class Due(msgspec.Struct, frozen=True):
    """One event that one webhook is to be told of."""

    notice: int
    event: str
    at_ns: int
    attempts: int
    case: Case
    webhook: WebhookRow


def due(connection: Connection, webhooks: Iterable[WebhookRow], now_ns: int) -> list[Due]:
    """Return what is to be told now, oldest first."""
    hooks = list(webhooks)
    query = (
        select(notices, cases)
        .join(cases, cases.c.id == notices.c.case_id)
        .where(notices.c.at_ns > now_ns - GIVEN_UP_NS)
        .order_by(notices.c.seq)
    )
    told = {
        (row.notice, row.webhook): row
        for row in connection.execute(
            select(deliveries)
            .join(notices, notices.c.seq == deliveries.c.notice)
            .where(notices.c.at_ns > now_ns - GIVEN_UP_NS)
        )
    }
    found = []
    for row in connection.execute(query):
        case = None
        for hook in hooks:
            before = told.get((row.seq, hook.name))
            if before is not None and (before.next_ns is None or before.next_ns > now_ns):
                continue
            case = case or case_of({column.name: row[index] for index, column in enumerate(cases.c, 4)})
            if wants(hook, case):
                attempts = before.attempts if before is not None else 0
                found.append(Due(row.seq, row.event, row.at_ns, attempts, case, hook))
    return found


def wants(hook: WebhookRow, case: Case) -> bool:
    """Return whether a webhook is told of a case."""
    if hook.events and not hook.kinds:
        return False
    if hook.kinds and case.kind not in hook.kinds:
        return False
    return hook.department is None or f"{case.department}/".startswith(f"{hook.department}/")


def body_of(it: Due, public_url: str) -> bytes:
    """Return what a webhook is sent: the case without its evidence, which its permalink shows."""
    case = it.case
    event, _, to = it.event.partition(":")
    fields: dict[str, Any] = {
        "event": f"case.{event}",
        **({"to": to} if to else {}),
        "at_ns": it.at_ns,
        "case": {
            name: getattr(case, name)
            for name in Case.__struct_fields__
            if name not in {"evidence", "key", "expiry_choice"}
        },
        "url": f"{public_url.rstrip('/')}/inbox/{case.id}",
    }
    return msgspec.json.encode(fields)


def signature(secret: str, at_s: int, body: bytes) -> str:
    """Return the value of ``podium-signature``."""
    mac = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={mac.hexdigest()}"


def pause_s(attempts: int) -> float:
    """Return the pause after so many attempts that failed."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(attempts - 1, 20))


class Webhooks:
    """Tells webhooks, for as long as it runs. What was told is the keeper's to write down."""

    def __init__(
        self, *, engine: Engine, keeper: Keeper, pool: Pool, secrets: Secrets, clock: Clock, public_url: str
    ) -> None:
        self._engine = engine
        self._keeper = keeper
        self._pool = pool
        self._secrets = secrets
        self._clock = clock
        self._public_url = public_url
        self._version = 0
        self._hooks: tuple[WebhookRow, ...] = ()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Look every second, for ever. Ends by cancellation."""
        failing = False
        while True:
            try:
                await self.once()
                failing = False
            except (SQLAlchemyError, PodiumError, OSError) as error:
                if not failing:
                    logger.warning("webhooks wait: %s", error)
                failing = True
            await asyncio.sleep(LOOK_S)

    async def once(self) -> int:
        """Tell what is due; return how much that was. Raises what stands in the way of knowing."""
        waiting = await asyncio.to_thread(self._due)
        await asyncio.gather(*(self._tell(it) for it in waiting))
        return len(waiting)

    def _due(self) -> list[Due | DueEvent]:
        with self._engine.connect() as connection:
            version = connection.exec_driver_sql(_VERSION).scalar()
            if version is not None and version != self._version:
                query = select(snapshots.c.document).where(snapshots.c.version == version)
                document = connection.execute(query).scalar_one()
                self._hooks = tuple(decode_snapshot(document).webhooks.values())
                self._version = version
            if not self._hooks:
                return []
            now_ns = self._clock.wall_ns()
            events = due_events(connection, self._hooks, now_ns, GIVEN_UP_NS)
            return [*due(connection, self._hooks, now_ns), *events]

    async def _tell(self, it: Due | DueEvent) -> None:
        async with self._slots:
            error, final = await self._send(it)
        at_ns = it.at_ns if isinstance(it, Due) else it.occurrence.at_ns
        next_ns = None
        if error is not None and not final:
            next_ns = self._clock.wall_ns() + int(pause_s(it.attempts + 1) * 1e9)
            if next_ns > at_ns + GIVEN_UP_NS:
                next_ns = None
        if error is not None:
            again = "it is tried again" if next_ns is not None else "it is given up"
            what = it.case.id if isinstance(it, Due) else it.occurrence.id
            logger.warning("webhook %s was not told of %s: %s; %s", it.webhook.name, what, error, again)
        place = it.notice if isinstance(it, Due) else it.place
        occurrence = isinstance(it, DueEvent)
        await self._keeper.ask(NoteDelivery(place, it.webhook.name, error, next_ns, occurrence))

    def _message(self, it: Due | DueEvent) -> tuple[bytes, bytes, str]:
        """Return the body, its type, and the name by which a receiver knows it again."""
        if isinstance(it, DueEvent):
            event = msgspec.json.encode(cloud_event(it.occurrence, self._public_url))
            return event, CONTENT_TYPE.encode(), it.occurrence.id
        name = f"{it.case.id}.{it.event.replace(':', '.')}"
        return body_of(it, self._public_url), b"application/json", name

    async def _send(self, it: Due | DueEvent) -> tuple[str | None, bool]:
        """Return in words why it was not told, None where it was; and whether trying again is of no use."""
        hook, at_s = it.webhook, self._clock.wall_ns() // 1_000_000_000
        body, kind, name = self._message(it)
        try:
            signed = signature(self._secrets.read(hook.credential), at_s, body)
            reply = await self._pool.send(
                Origin(hook.scheme, hook.host, hook.port, hook.ca_file, hook.network),
                method="POST",
                target=hook.target,
                headers=[
                    (b"content-type", kind),
                    (b"podium-signature", signed.encode()),
                    (b"idempotency-key", name.encode()),
                ],
                body=body,
                deadlines=DEADLINES,
            )
            try:
                if reply.status < 300:
                    await reply.read(MAX_ANSWER_BYTES)
            finally:
                reply.abort()
        except PodiumError as error:
            return error.message, False
        return (None if reply.status < 300 else f"it answered {reply.status}"), reply.status == GONE
