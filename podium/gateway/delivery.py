"""How an answer comes to the client: whole or as a stream, and settled before its last bytes go out."""

import asyncio
from typing import Final

import msgspec

from podium.gateway import answers
from podium.gateway.attempt import Attempt
from podium.gateway.health import Health
from podium.gateway.refusals import told_refusal
from podium.gateway.told import Teller, read_told
from podium.kernel.call import CostTag
from podium.kernel.errors import BrokenReply, InvalidRequest, UpstreamError
from podium.net.server import Exchange
from podium.net.upstream import UpstreamReply
from podium.spend.bounds import has_media
from podium.wire.error_words import find_error, last_words, page_words
from podium.wire.formats import Codec, StreamReader

MAX_PAGE_BYTES: Final = 1 << 20
HOLD_S: Final = 1.0
"""So long a stream that has no token yet is held back, so that an error in it has a status."""
MAX_HELD_BYTES: Final = 256 << 10
_EVENT_STREAM: Final = b"text/event-stream"


def take_head(attempt: Attempt, reply: UpstreamReply, health: Health) -> None:
    """Take note of what the head of an answer tells."""
    call = attempt.call
    attempt.sent = True
    attempt.sent_ns, attempt.first_byte_ns = reply.sent_ns, reply.first_byte_ns
    attempt.http_status = reply.status
    known = reply.known
    if known is None:
        told = read_told(reply.headers)
    else:
        teller = known.note
        if not isinstance(teller, Teller):
            known.note = teller = Teller(known.pairs, known.places)
        told = teller.told(reply.values)
    attempt.told = told
    if told.limited or (attempt.flight is not None and attempt.plan.key in health.allowances.limits):
        health.heard(attempt.plan, attempt.flight, attempt.ticket.bound, reply)
    elif attempt.flight is not None:
        attempt.flight.end(sent=True)
    if call.overhead_us is None:
        call.overhead_us = (reply.sent_ns - call.body_done_ns) // 1000


def observe(attempt: Attempt) -> None:
    """Learn from an answer how many tokens the model makes of a body."""
    reply, request = attempt.reply, attempt.request
    if reply is not None and reply.usage is not None and not has_media(request):
        attempt.plan.calibrator.observe(request.body_bytes, reply.usage.input_tokens)


def answer(exchange: Exchange, codec: Codec, attempt: Attempt, body: bytes) -> None:
    """Settle a whole answer and send it on. Raises BrokenReply for a body that is none."""
    if attempt.digest is not None:
        attempt.digest.update(body)
    try:
        reply = attempt.reply = codec.decode_reply(body)
    except (msgspec.MsgspecError, InvalidRequest) as error:
        words = page_words(b"", body)
        said = f"{attempt.plan.provider.name} answered no {attempt.call.operation} object"
        raise BrokenReply(f"{said}: {words}" if words else f"{said}.", sent=True) from error
    tag = answers.cost_tag(attempt.hold.charge_id, attempt.settle_well())
    head = _lines_of(attempt, answers.JSON_LINE, answers.cost_lines(tag, reply.usage))
    exchange.respond(200, head, codec.tag_reply(body, reply, attempt.request, tag))


async def stream(exchange: Exchange, codec: Codec, attempt: Attempt, reply: UpstreamReply) -> None:
    """Send a stream on as it arrives, and settle it before its end.

    Raises BrokenReply for a broken one, UpstreamRefused for an error before anything of it has gone out.
    """
    content_type = reply.header(b"content-type") or b""
    if not content_type.startswith(_EVENT_STREAM):
        raise await _no_stream(attempt, reply, content_type)
    coding = reply.header(b"content-encoding") or b"identity"
    if coding != b"identity":
        name = attempt.plan.provider.name
        raise BrokenReply(
            f"{name} sent its stream in {coding.decode('latin-1')}, which nobody asked for.", sent=True
        )
    reader = codec.stream_reader(attempt.request)
    attempt.partial = reader.reply
    passing = _Passing(exchange, attempt, reader)
    more = True
    try:
        while more and not reader.done and reader.error is None:
            await exchange.room()
            more = await reply.pump(passing.take)
    finally:
        passing.hold_no_more()
    if not reader.done and reader.error is None:
        reader.end()
    attempt.reply = reader.reply()
    words = passing.last_words() if reader.error is None and not reader.done else reader.error
    if words:
        if not exchange.started:
            _raise_refusal(attempt, reply, passing.came, words)
        raise BrokenReply(f"{attempt.plan.provider.name} ended the stream with an error: {words}", sent=True)
    if not reader.done:
        raise BrokenReply(f"{attempt.plan.provider.name} ended the stream before its end.", sent=True)
    passing.begin()
    await exchange.write_last(passing.last + reader.finish(_settle_ok(attempt)))


class _Passing:
    """A stream on its way. What comes before its first token is held for a moment.

    Providers say 200 before they know whether they can, and tell what is wrong as the first event, or behind
    a few that announce an answer. As long as nothing has gone out that is a refusal like any other.
    """

    def __init__(self, exchange: Exchange, attempt: Attempt, reader: StreamReader) -> None:
        self._exchange, self._attempt, self._reader = exchange, attempt, reader
        self._digest = attempt.digest
        self._before = self._tail = b""
        self._held: bytes | None = b""
        """None: nothing is held any more."""
        self._timer: asyncio.TimerHandle | None = None
        self.came = b""
        """What the provider sent while it was held."""
        self.last = b""
        """What came with the stream's end: it waits for the settlement, to go out with it."""

    def take(self, chunk: bytes) -> bool:
        """Pass on what has arrived; False when the task is wanted: at the end, or by a slow client."""
        self._before, self._tail = self._tail, chunk
        if self._digest is not None:
            self._digest.update(chunk)
        reader, attempt = self._reader, self._attempt
        out = reader.feed(chunk)
        if not attempt.first_token_ns and reader.first_token:
            attempt.first_token_ns = attempt.clock.monotonic_ns()
        if reader.done and reader.error is None:
            self.last = out
            return False
        if self._held is None:
            return self._exchange.push(out) and reader.error is None
        return self._hold(chunk, out)

    def _hold(self, chunk: bytes, out: bytes) -> bool:
        reader = self._reader
        self._held = out if not self._held else self._held + out
        if reader.first_token or len(self._held) > MAX_HELD_BYTES:
            return self.begin() and reader.error is None
        self.came += chunk
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HOLD_S, self.begin)
        return reader.error is None

    def begin(self) -> bool:
        """Send the head, with what was held; False when the client reads too slowly."""
        held, self._held = self._held, None
        if held is None:
            return True
        self.hold_no_more()
        self._exchange.start_stream(200, _lines_of(self._attempt, answers.EVENT_STREAM_LINE))
        return self._exchange.push(held)

    def hold_no_more(self) -> None:
        """Have nothing begin by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def last_words(self) -> str:
        """Return the words of an error that is no event, at the end of what came."""
        return last_words(self._before + self._tail)


def _raise_refusal(attempt: Attempt, reply: UpstreamReply, came: bytes, words: str) -> None:
    """Raise what a provider said in its stream instead of an answer, if that is an error of its own."""
    found = find_error(came)
    if found is None:
        return
    if found.status is not None and (attempt.reply is None or attempt.reply.usage is None):
        attempt.http_status = found.status
    raise told_refusal(attempt.plan.provider, reply, found, words)


async def _no_stream(attempt: Attempt, reply: UpstreamReply, content_type: bytes) -> BrokenReply:
    """Return what to raise where something else came than the stream that was asked for: with its words."""
    shown = content_type.decode("latin-1") or "no type"
    said = f"{attempt.plan.provider.name} answered a streamed request with {shown}"
    try:
        body = reply.whole()
        words = page_words(content_type, await reply.read(MAX_PAGE_BYTES) if body is None else body)
    except UpstreamError:
        words = ""  # too long, or cut off
    return BrokenReply(f"{said}: {words}" if words else f"{said}.", sent=True)


def stream_whole(
    exchange: Exchange, codec: Codec, attempt: Attempt, reply: UpstreamReply, body: bytes
) -> bool:
    """Settle a stream that has arrived as a whole and send it on; False where it has not come to its end."""
    if not (reply.header(b"content-type") or b"").startswith(_EVENT_STREAM):
        return False
    reader = codec.stream_reader(attempt.request)
    out = reader.feed(body)
    if not reader.done or reader.error is not None:
        return False
    if attempt.digest is not None:
        attempt.digest.update(body)
    if reader.first_token:
        attempt.first_token_ns = attempt.clock.monotonic_ns()
    attempt.reply = reader.reply()
    head = _lines_of(attempt, answers.EVENT_STREAM_LINE)
    exchange.respond_stream(200, head, out + reader.finish(_settle_ok(attempt)))
    return True


def _lines_of(attempt: Attempt, first: bytes, cost: str = "") -> bytes:
    """Return the lines of an answer's head, behind the ``first`` ones; ``cost`` where it is known."""
    dropped = answers.dropped_line(attempt.dropped) if attempt.dropped else b""
    own = answers.call_lines(attempt.hold, attempt.call.overhead_us, cost)
    return b"".join(
        (first, attempt.plan.answer_lines, own, attempt.ticket.lines, dropped, attempt.told.lines)
    )


def _settle_ok(attempt: Attempt) -> CostTag:
    return answers.cost_tag(attempt.hold.charge_id, attempt.settle_well())
