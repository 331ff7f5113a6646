"""The tool gateway's port on a machine without one: what MCP clients ask is carried to the keeper's machine.

Labels, uses and approvals of a task have one owner, so nothing is decided here. A request goes out once:
where its answer is lost, its client is told that nobody here knows what became of it, and the tool gateway is
told so with the next request, so that a repetition of the call is answered by what became of it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec

from podium.kernel.errors import ConnectFailed, PodiumError, UpstreamError
from podium.manifest.snapshot import decode_snapshot
from podium.net.server import Exchange, Header, ServerLimits
from podium.net.upstream import Deadlines, Origin, Pool, UpstreamReply
from podium.ports import Clock, Entropy
from podium.ports.link import (
    ASK_EVERY_S,
    TRUST_NS,
    Answer,
    GetSnapshot,
    KeeperLink,
    LookIn,
    SnapshotIs,
)
from podium.ports.machines import CARRIED, LOST, MAX_LOST, RESOURCE

LIMITS: Final = ServerLimits(
    max_body_bytes=4 << 20, max_connections=2048, max_in_flight=1024, max_held_body_bytes=128 << 20
)
"""Of a body as the tool gateway's own; of the rest so that one machine cannot take all that is carried."""
DEADLINES: Final = Deadlines(connect_s=1.0, first_byte_s=86_400, idle_s=86_400, total_s=86_400)
"""How long a tool may take is decided where it is called; a keeper that is gone is noticed by TCP."""
IDLE_S: Final = 2.0
"""Less than the tool gateway keeps an idle connection (5 s), so that none is closed under a request."""
MAX_ANSWER_BYTES: Final = 64 << 20
WATCH_S: Final = 1.0
MCP_PATH: Final = "/mcp"
"""Where the tool gateway hears which answers were lost; an answer to anything else proves nothing."""
UNKNOWN: Final = "outcome.unknown"
_HOP: Final = frozenset(
    (b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
     b"trailer", b"transfer-encoding", b"upgrade", b"content-length", b"host", b"expect",
     RESOURCE, CARRIED, LOST)
)  # fmt: skip
"""Headers of one connection alone (RFC 9110, 7.6.1), and what is said anew."""
_JSON: Final = (b"content-type", b"application/json")
_LOST: Final = "The connection to the keeper's machine broke before the answer came"

logger = logging.getLogger(__name__)


class Word:
    """Whether the keeper is there: it has answered a question that was asked less than a second ago."""

    def __init__(self, link: KeeperLink, clock: Clock, tools_url: str) -> None:
        """``tools_url``: where this machine's clients call; the keeper is told."""
        self._link, self._clock = link, clock
        self._question = LookIn(tools_url)
        self._asked_ns = -TRUST_NS
        self._says = ""

    async def keep_asking(self, on_first: Callable[[], None]) -> None:
        """Ask for ever. ``on_first`` is called when the keeper answers for the first time."""
        told = False
        while True:
            asked_ns = self._clock.monotonic_ns()
            try:
                await self._link.ask(self._question)
            except (PodiumError, OSError) as error:
                self._says = getattr(error, "message", None) or str(error)
            else:
                self._asked_ns = asked_ns
                if not told:
                    told = True
                    on_first()
            await asyncio.sleep(ASK_EVERY_S)

    def refusal(self) -> str | None:
        """Return why nothing can be carried now, or None."""
        if self._clock.monotonic_ns() - self._asked_ns < TRUST_NS:
            return None
        says = self._says.rstrip(". ") or "it was not reached yet"
        return f"the keeper has not answered for a second ({says})"


class Carrier:
    """Serves the port. ``resource``: the address at which clients call it (RFC 8707)."""

    def __init__(self, pool: Pool, origin: Origin, word: Word, resource: str, entropy: Entropy) -> None:
        self._pool, self._origin, self._word = pool, origin, word
        self._resource, self._entropy = resource.encode("ascii"), entropy
        self.calls = 0
        """Calls of tools that are under way."""
        self._lost: dict[bytes, None] = {}
        """Calls whose answers were lost, the oldest first, until the tool gateway has been told."""

    async def handle(self, exchange: Exchange) -> None:
        """Carry one request, and its answer back. Only cancellation and net's own errors come out of it."""
        if exchange.path in {"/livez", "/healthz"}:
            exchange.respond(200, [_JSON], b'{"status":"ok"}')
            return
        refusal = self._word.refusal()
        if refusal is not None:
            self._refuse(exchange, refusal)
            return
        body = await exchange.read_body()
        is_call = _call_in(body) is not None
        self.calls += is_call
        try:
            await self._carry(exchange, body)
        finally:
            self.calls -= is_call

    async def _carry(self, exchange: Exchange, body: bytes) -> None:
        headers = [it for it in exchange.headers.items() if it[0] not in _HOP]
        name = self._entropy(16).hex().encode()
        lost = list(self._lost) if exchange.path == MCP_PATH else []
        headers += [(RESOURCE, self._resource), (CARRIED, name)]
        headers += [(LOST, b",".join(lost))] if lost else []
        try:
            reply = await self._pool.send(
                self._origin,
                method=exchange.method,
                target=exchange.target,
                headers=headers,
                body=body,
                deadlines=DEADLINES,
            )
        except ConnectFailed as error:
            self._refuse(exchange, error.message.rstrip(". "))
        except UpstreamError as error:
            self._tell_that_nobody_knows(exchange, body, error, name)
        else:
            for told in lost if 200 <= reply.status < 300 else ():  # it was taken in before it was answered
                self._lost.pop(told, None)
            await self._hand_back(exchange, body, reply, name)

    def _refuse(self, exchange: Exchange, why: str) -> None:
        """Answer that nothing went out."""
        if exchange.path == "/readyz":
            told: dict[str, Any] = {"status": "unavailable", "reason": why}
        else:
            message = f"No tool can be called from this machine now: {why}. Nothing was sent. Try again soon."
            told = {"error": {"code": "not_ready", "message": message}}
        exchange.respond(503, [_JSON, (b"retry-after", b"1")], msgspec.json.encode(told))

    async def _hand_back(self, exchange: Exchange, body: bytes, reply: UpstreamReply, name: bytes) -> None:
        headers: list[Header] = [it for it in reply.headers if it[0] not in _HOP]
        try:
            if reply.header(b"content-length") is not None or reply.status in {202, 204, 304}:
                try:
                    answer = await reply.read(MAX_ANSWER_BYTES)
                except UpstreamError as error:
                    self._tell_that_nobody_knows(exchange, body, error, name)
                else:
                    exchange.respond(reply.status, headers, answer)
                return
            exchange.start_stream(reply.status, headers)
            try:
                while chunk := await reply.next_chunk():
                    await exchange.write(chunk)
                exchange.finish()
            except UpstreamError:  # it ends without its end, which the client sees
                if _call_in(body) is not None:
                    self._note_lost(name)
        finally:
            reply.abort()

    def _note_lost(self, name: bytes) -> None:
        """Remember it before its client hears of it, whose next request may repeat it."""
        self._lost[name] = None
        if len(self._lost) > MAX_LOST:
            del self._lost[next(iter(self._lost))]

    def _tell_that_nobody_knows(
        self, exchange: Exchange, body: bytes, error: UpstreamError, name: bytes
    ) -> None:
        """Answer a request whose answer is lost; a call of a tool as the tool gateway would."""
        logger.warning("the answer of a request was lost: %s", error)
        asked = _call_in(body)
        if exchange.method != "POST" or asked is None:
            told: dict[str, Any] = {"error": {"code": "answer_lost", "message": f"{_LOST}. Try again soon."}}
            exchange.respond(503, [_JSON, (b"retry-after", b"1")], msgspec.json.encode(told))
            return
        self._note_lost(name)
        text = (
            f"{_LOST}. Nobody here knows whether this call was made; it is not repeated. "
            "Repeated as it was, it is answered by what is known then."
        )
        decision = {
            "verdict": "unknown",
            "rule": UNKNOWN,
            "reason": text,
            "approval_id": None,
            "outcome": "unknown",
        }
        result = {
            "content": [{"type": "text", "text": text}],
            "isError": True,
            "_meta": {"podium/decision": decision},
            "resultType": "complete",
        }
        answer = {"jsonrpc": "2.0", "id": asked, "result": result}
        exchange.respond(200, [_JSON], msgspec.json.encode(answer))


def _call_in(body: bytes) -> str | int | None:
    """Return the id of the call of a tool that a body is, None where it is something else."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("method") != "tools/call":
        return None
    asked = found.get("id")
    return asked if isinstance(asked, str | int) else None


async def watch_tools(link: KeeperLink, tell: Callable[[bool], None]) -> None:
    """Tell, for ever, whether the manifests in force name tool servers. Ends by cancellation."""
    version = None
    while True:
        with contextlib.suppress(PodiumError, OSError):
            answer = await link.ask(LookIn())
            if isinstance(answer, Answer) and answer.snapshot_version != version:
                is_now = await link.ask(GetSnapshot())
                if isinstance(is_now, SnapshotIs) and is_now.document is not None:
                    tell(bool(decode_snapshot(is_now.document).tool_servers))
                    version = is_now.version
        await asyncio.sleep(WATCH_S)
