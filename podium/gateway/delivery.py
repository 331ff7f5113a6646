"""How an answer comes to the client: whole or as a stream, and settled before its last bytes go out."""

from typing import Final

import msgspec

from podium.gateway import answers
from podium.gateway.attempt import Attempt
from podium.gateway.health import Health
from podium.gateway.told import Teller, read_told
from podium.kernel.call import CostTag
from podium.kernel.errors import BrokenReply, InvalidRequest, UpstreamError
from podium.net.server import Exchange
from podium.net.upstream import UpstreamReply
from podium.spend.bounds import has_media
from podium.wire.error_words import last_words, page_words
from podium.wire.formats import Codec

MAX_PAGE_BYTES: Final = 1 << 20
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
    """Send a stream on as it arrives, and settle it before its end. Raises BrokenReply for a broken one."""
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
    digest, monotonic_ns = attempt.digest, attempt.clock.monotonic_ns
    last = before = tail = b""

    def take(chunk: bytes) -> bool:
        """Pass on what has arrived; False when the task is wanted: at the end, or by a slow client.

        What came with the stream's end waits for the settlement, to go out with it.
        """
        nonlocal last, before, tail
        before, tail = tail, chunk
        if digest is not None:
            digest.update(chunk)
        out = reader.feed(chunk)
        if not attempt.first_token_ns and reader.first_token:
            attempt.first_token_ns = monotonic_ns()
        if reader.done and reader.error is None:
            last = out
            return False
        return exchange.push(out) and reader.error is None

    first = await reply.next_chunk()
    exchange.start_stream(200, _lines_of(attempt, answers.EVENT_STREAM_LINE))
    more = bool(first)
    if more:
        take(first)
    while more and not reader.done and reader.error is None:
        await exchange.room()
        more = await reply.pump(take)
    if not reader.done and reader.error is None:
        reader.end()
    attempt.reply = reader.reply()
    words = last_words(before + tail) if reader.error is None and not reader.done else reader.error
    if words:
        raise BrokenReply(f"{attempt.plan.provider.name} ended the stream with an error: {words}", sent=True)
    if not reader.done:
        raise BrokenReply(f"{attempt.plan.provider.name} ended the stream before its end.", sent=True)
    await exchange.write_last(last + reader.finish(_settle_ok(attempt)))


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
