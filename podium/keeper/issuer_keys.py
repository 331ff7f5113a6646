"""The keys of issuers that publish them: asked for when a token needs them, and kept.

Nobody waits long for an issuer: a question of the keeper's is answered within `WAIT_S`, and what the issuer
says later serves the next one. It is asked once at a time, and at most every ten seconds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from podium.keeper.tasks import TaskBook
from podium.kernel.addresses import is_loopback
from podium.kernel.errors import BrokenReply, NotReady, PodiumError
from podium.manifest.snapshot import IssuerRow, KeySource
from podium.net.upstream import Deadlines, Origin, Pool
from podium.ports import Clock, Secrets
from podium.ports.tasks import StartTask, TaskIs
from podium.trust.credentials.identity import WorkloadIssuer
from podium.trust.credentials.issuers import (
    MAX_DOCUMENT_BYTES,
    KeptKeys,
    Plan,
    decide_keys,
    peek,
    read_discovery,
    read_key_set,
)

WAIT_S: Final = 1.5
DEADLINES: Final = Deadlines(connect_s=3, first_byte_s=5, idle_s=3, total_s=8)
MOST_KEPT: Final = 64

logger = logging.getLogger(__name__)

Do = Callable[..., Awaitable[Any]]
"""Runs something in the database thread."""


class IssuerKeys:
    """Keeps what issuers have answered. Belongs to the keeper's event loop."""

    def __init__(self, pool: Pool, secrets: Secrets, clock: Clock) -> None:
        self._pool = pool
        self._secrets = secrets
        self._clock = clock
        self._kept: dict[tuple[str, KeySource], KeptKeys] = {}
        self._asking: dict[tuple[str, KeySource], asyncio.Task[None]] = {}

    async def close(self) -> None:
        """End what is under way."""
        for task in list(self._asking.values()):
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)
        await self._pool.close()

    async def of(self, row: IssuerRow, key_id: str | None) -> WorkloadIssuer:
        """Return an issuer with the keys that are known of it. Raises NotReady where none are."""
        if row.source is None:
            return WorkloadIssuer(row.issuer, row.audience, row.keys)
        at = (row.issuer, row.source)
        plan: Plan = decide_keys(self._kept.get(at, KeptKeys()), key_id, self._now_s())
        if plan in {"wait", "refresh"}:
            asking = self._ask(row.issuer, row.source)
            if plan == "wait":
                await asyncio.wait({asking}, timeout=WAIT_S)
        kept = self._kept.get(at, KeptKeys())
        if decide_keys(kept, None, self._now_s()) not in {"use", "refresh"}:
            raise NotReady(
                f"The keys of {row.issuer} are not known: it does not answer as it should.",
                fix="Try again in ten seconds; the keeper's log says what is wrong.",
                code="issuer_away",
            )
        return WorkloadIssuer(row.issuer, row.audience, kept.keys)

    def _now_s(self) -> float:
        return self._clock.monotonic_ns() / 1e9

    def _ask(self, issuer: str, source: KeySource) -> "asyncio.Task[None]":
        """Return the one task that asks an issuer."""
        at = (issuer, source)
        asking = self._asking.get(at)
        if asking is None:
            while len(self._kept) >= MOST_KEPT and at not in self._kept:
                del self._kept[next(iter(self._kept))]
            before = self._kept.get(at, KeptKeys())
            self._kept[at] = msgspec.structs.replace(before, asked_s=self._now_s())
            asking = self._asking[at] = asyncio.create_task(self._fetch(issuer, source))
            asking.add_done_callback(lambda _: self._asking.pop(at, None))
        return asking

    async def _fetch(self, issuer: str, source: KeySource) -> None:
        try:
            async with asyncio.timeout(DEADLINES.total_s):
                url = source.url
                if source.discovers:
                    well_known = issuer.rstrip("/") + "/.well-known/openid-configuration"
                    url = read_discovery(await self._get(well_known, source), issuer)
                keys = read_key_set(await self._get(url, source))
        except (PodiumError, OSError, ValueError) as error:  # TimeoutError is an OSError
            logger.warning(
                "the keys of the issuer %s cannot be had: %s", issuer, error or "no answer in time"
            )
            return
        now_s = self._now_s()
        self._kept[issuer, source] = KeptKeys(keys, now_s, now_s)

    async def _get(self, url: str, source: KeySource) -> bytes:
        """Return a document. Redirects are not followed. Raises PodiumError, ValueError."""
        parts, named = urlsplit(url), urlsplit(source.url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        both_here = is_loopback(host) and is_loopback(named.hostname or "")
        if parts.scheme != "https" and not (parts.scheme == "http" and both_here):
            raise BrokenReply(f"The address {url[:200]!r} of its keys is not https.", sent=False)
        headers = [(b"accept", b"application/json")]
        if source.credential is not None and (parts.scheme, parts.netloc) == (named.scheme, named.netloc):
            headers.append((b"authorization", b"Bearer " + self._secrets.read(source.credential).encode()))
        reply = await self._pool.send(
            Origin(parts.scheme, host, port, source.ca_file, source.network),
            method="GET",
            target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            headers=headers,
            body=b"",
            deadlines=DEADLINES,
        )
        try:
            if reply.status != 200:
                raise BrokenReply(f"{parts.netloc} answered {reply.status}.", sent=True)
            return await reply.read(MAX_DOCUMENT_BYTES)
        finally:
            reply.abort()


class Beginning:
    """Begins tasks: first the keys of the issuer that a workload's token names, then the book."""

    def __init__(self, keys: IssuerKeys | None, book: TaskBook, do: Do) -> None:
        self._keys = keys
        self._book = book
        self._do = do

    async def close(self) -> None:
        """End what is under way."""
        if self._keys is not None:
            await self._keys.close()

    async def start(self, question: StartTask) -> TaskIs:
        """Begin a task. Raises Unauthenticated, Forbidden, InvalidRequest, NotReady."""
        told = peek(question.assertion) if question.assertion is not None else None
        row: IssuerRow | None = await self._do(self._book.issuer, told.iss) if told is not None else None
        issuer = None
        if row is not None and told is not None and self._keys is not None:
            issuer = await self._keys.of(row, told.key_id)
        begun: TaskIs = await self._do(self._book.start, question, issuer)
        return begun
