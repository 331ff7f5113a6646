"""Answers of Anthropic's messages to and from the values of `kernel.chat`: whole, and as streams.

Sources: https://docs.anthropic.com/en/api/messages, .../docs/build-with-claude/streaming. Blocks and events
that are not known are passed over, as the documentation asks.
"""

from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.call import CostTag, Reply, Request, Usage
from podium.kernel.chat import Answer, Event, Finish, Text, Thinking
from podium.wire import anthropic_shapes as shapes
from podium.wire import sse
from podium.wire.anthropic_neutral import NATIVE
from podium.wire.anthropic_stream import encode_event
from podium.wire.anthropic_usage import NOTHING, decode_counts, merge, to_usage, usage_document
from podium.wire.formats import seal
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_reply import broken_reply
from podium.wire.openai_stream import cost_comment, error_message
from podium.wire.openai_usage import tag_usage
from podium.wire.passing import MAX_EVENT_BYTES, end_of_event

FINISHES: Final[dict[str, Finish]] = {
    "end_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "stop_sequence": "stop_sequence",
    "tool_use": "tool_calls",
    "pause_turn": "pause",
    "refusal": "refusal",
}
_REASONS: Final[dict[Finish, str]] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "stop_sequence": "stop_sequence",
    "content_filter": "refusal",
    "refusal": "refusal",
    "pause": "pause_turn",
}
_EMPTY_INPUTS: Final = frozenset({b"{}", b"null", b'""'})

_body_decoder = msgspec.json.Decoder(shapes.ReplyBody)
_event_decoder = msgspec.json.Decoder(shapes.ReplyEvent)
_object_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def decode_finish(reason: str | None) -> Finish | None:
    """Return why an answer ended; a reason that is not known is a stop."""
    return FINISHES.get(reason, "stop") if reason else None


def decode_answer(body: bytes) -> Answer:
    """Return a whole answer in neutral terms. Raises BrokenReply."""
    try:
        read = _body_decoder.decode(body)
    except UNREADABLE as error:
        raise broken_reply(body, "no message") from error
    if read.type != "message":
        raise broken_reply(body, "no message")
    parts = [part for block in read.content if (part := _part(block)) is not None]
    return Answer(
        parts=tuple(parts),
        finish=decode_finish(read.stop_reason),
        usage=to_usage(decode_counts(read.usage)) if read.usage != shapes.NULL else None,
        id=read.id,
        model=read.model,
        stop_sequence=read.stop_sequence,
    )


def _part(block: shapes.ReplyBlock) -> Text | Thinking | chat.ToolCall | None:
    if block.type == "text":
        return Text(block.text)
    if block.type == "thinking":
        signature = block.signature or None
        return Thinking(block.thinking, signature, NATIVE if signature else None)
    if block.type == "redacted_thinking":
        return Thinking(redacted=block.data, signed_by=NATIVE)
    if block.type == "tool_use":
        arguments = bytes(block.input).decode(errors="replace")
        return chat.ToolCall(block.id, block.name, "{}" if arguments == "null" else arguments)
    return None


def encode_answer(answer: Answer, request: Request, tag: CostTag) -> bytes:
    """Return a whole answer with its cost."""
    document: dict[str, object] = {
        "id": answer.id or f"msg_{tag.charge}",
        "type": "message",
        "role": "assistant",
        "model": answer.model or request.route,
        "content": [_block(part) for part in answer.parts],
        "stop_reason": _REASONS[answer.finish or "stop"],
        "stop_sequence": answer.stop_sequence,
        "usage": tag_usage(usage_document(answer.usage), tag),
    }
    return _encoder.encode(document)


def _block(part: Text | Thinking | chat.ToolCall | chat.Refusal) -> dict[str, object]:
    if isinstance(part, Thinking):
        if part.redacted is not None:
            data = seal(part.redacted, part.signed_by or NATIVE, native=NATIVE)
            return {"type": "redacted_thinking", "data": data}
        return {"type": "thinking", "thinking": part.text, "signature": _signature(part)}
    if isinstance(part, chat.ToolCall):
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": _input(part.arguments)}
    return {"type": "text", "text": part.text}


def _signature(part: Thinking) -> str:
    """Return a thought's signature as it travels; the format wants one, and an empty one says: none."""
    return "" if part.signature is None else seal(part.signature, part.signed_by or NATIVE, native=NATIVE)


def _input(arguments: str) -> object:
    """Return arguments as an object; what is none stands in one, under Anthropic's own name for it."""
    try:
        _object_decoder.decode(arguments or "{}")
    except UNREADABLE:
        return {"INVALID_JSON": arguments}
    return msgspec.Raw((arguments or "{}").encode())


class MessageDecoder:
    """One stream of a provider's, in neutral events."""

    def __init__(self) -> None:
        self.first_token = False
        self.done = False
        self.error: str | None = None
        self._framer = sse.Framer()
        self._parts: dict[int, int] = {}
        """Anthropic's index of an open block -> ours of its part."""
        self._inputs: dict[int, str] = {}
        """Of open calls by our index: the arguments that it began with, until others come."""
        self._next = 0
        self._counts = NOTHING
        self._reply = Reply(None)
        self._finish: Finish = "stop"
        self._stop_sequence: str | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that are now whole."""
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        whole = self._framer.feed(data)
        start = 0
        while start < len(whole) and not self.done and self.error is None:
            end = end_of_event(whole, start)
            self._read(whole[start:end], events)
            start = end
        if len(self._framer.rest) > MAX_EVENT_BYTES:
            self.error = f"one event is longer than {MAX_EVENT_BYTES} bytes"
        return events

    def end(self) -> list[Event]:
        """Return nothing: without ``message_stop`` the stream is not whole."""
        return []

    def reply(self) -> Reply:
        """Return what has been read so far."""
        return self._reply

    def _read(self, event: bytes, events: list[Event]) -> None:
        if len(event) > MAX_EVENT_BYTES:
            self.error = f"one event is longer than {MAX_EVENT_BYTES} bytes"
            return
        kind, data = _parse(event)
        if data is None:
            return
        try:
            read = _event_decoder.decode(data)
        except UNREADABLE:
            self.error = "an event is none of a message: " + data.decode(errors="replace")[:200]
            return
        if read.type == "content_block_delta":
            self._delta(read, events)
        elif kind == b"error" or read.type == "error":
            self.error = error_message(read.error, data)
        elif read.type == "content_block_start":
            self._began(read, events)
        elif read.type == "content_block_stop":
            self._ended(read.index, events)
        elif read.type == "message_start":
            self._start(read, events)
        elif read.type == "message_delta":
            self._end_of_message(read)
        elif read.type == "message_stop":
            for index in list(self._parts):
                self._ended(index, events)
            self.done = True
            events.append(chat.Ended(self._finish, self._stop_sequence))

    def _start(self, read: shapes.ReplyEvent, events: list[Event]) -> None:
        message = read.message
        if message is None:
            return
        counts = decode_counts(message.usage) if message.usage != shapes.NULL else None
        self._counts = counts or NOTHING
        self._reply = Reply(None, message.id, message.model)
        events.append(chat.Began(message.id, message.model, to_usage(counts)))

    def _began(self, read: shapes.ReplyEvent, events: list[Event]) -> None:
        part = _part(read.content_block) if read.content_block is not None else None
        if part is None:
            return  # a block that has no neutral meaning; its deltas are passed over
        index = self._parts[read.index] = self._next
        self._next += 1
        if isinstance(part, chat.ToolCall):
            self.first_token = True
            self._inputs[index] = part.arguments
            part = chat.ToolCall(part.id, part.name, "")
        elif part.redacted is not None if isinstance(part, Thinking) else part.text:
            self.first_token = True
        events.append(chat.PartBegan(index, part))

    def _delta(self, read: shapes.ReplyEvent, events: list[Event]) -> None:
        index, delta = self._parts.get(read.index), read.delta
        if index is None or delta is None:
            return
        text = delta.text or delta.partial_json or delta.thinking
        if text:
            self.first_token = True
            if delta.partial_json:
                self._inputs.pop(index, None)
            events.append(chat.Delta(index, text))
        elif delta.signature:
            events.append(chat.Signed(index, delta.signature, NATIVE))

    def _ended(self, at: int, events: list[Event]) -> None:
        index = self._parts.pop(at, None)
        if index is None:
            return
        whole = self._inputs.pop(index, None)
        if whole is not None:
            events.append(chat.Delta(index, whole))
        events.append(chat.PartEnded(index))

    def _end_of_message(self, read: shapes.ReplyEvent) -> None:
        reply = self._reply
        if read.delta is not None and read.delta.stop_reason is not None:
            self._finish = decode_finish(read.delta.stop_reason) or "stop"
            self._stop_sequence = read.delta.stop_sequence
            reply = msgspec.structs.replace(reply, finish_reason=read.delta.stop_reason)
        if read.usage != shapes.NULL:
            counts = decode_counts(read.usage)
            self._counts = merge(self._counts, counts or NOTHING)
            if counts is None or counts.output_tokens is not None:  # what message_start counted is not final
                usage = to_usage(self._counts) if counts is not None else None
                reply = msgspec.structs.replace(reply, usage=usage)
        self._reply = reply


def _parse(event: bytes) -> tuple[bytes, bytes | None]:
    """Return an event's type and data, as `sse.parse` does; of the usual two lines in one look."""
    if event.startswith(b"event: "):
        at = event.find(b"\ndata: ")
        if at > 0 and event.find(b"\n", at + 1) == len(event) - 2:
            return event[7:at], event[at + 7 : -2]
    return sse.parse(event.lstrip(b"\n"))


class MessageWriter:
    """Neutral events, written as one stream of a message.

    Blocks follow each other, as in Anthropic's own streams: what comes for another part while one is open
    waits for its end.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._begun = False
        self._open: int | None = None
        self._waiting: list[Event] = []
        self._blocks = 0
        self._around = (b"", b"")
        """What stands before and behind a delta of the open block."""
        self._ended = chat.Ended("stop")

    def write(self, events: list[Event]) -> bytes:
        """Return the bytes of events. `Ended` is held back for `finish`."""
        out: list[bytes] = []
        for event in events:
            if type(event) is chat.Delta and event.index == self._open:
                before, behind = self._around
                out.append(before + _encoder.encode(event.text) + behind)
            else:
                self._take(event, out)
        return b"".join(out)

    def _take(self, event: Event, out: list[bytes]) -> None:
        if isinstance(event, chat.Began):
            self._begin(event.id, event.model, event.usage, out)
        elif isinstance(event, chat.Ended):
            self._ended = event
        elif self._open is not None and event.index != self._open:
            self._waiting.append(event)
        elif isinstance(event, chat.PartBegan):
            self._begin_block(event, out)
        elif isinstance(event, chat.Delta):
            before, behind = self._around
            out.append(before + _encoder.encode(event.text) + behind)
        elif isinstance(event, chat.Signed):
            signature = seal(event.signature, event.signed_by, native=NATIVE)
            out.append(self._delta({"type": "signature_delta", "signature": signature}))
        else:
            self._end_block(out)

    def _begin(self, answer_id: str | None, model: str | None, usage: Usage | None, out: list[bytes]) -> None:
        self._begun = True
        message: dict[str, object] = {
            "id": answer_id or "msg_podium",
            "type": "message",
            "role": "assistant",
            "model": model or self._request.route,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": msgspec.Raw(usage_document(usage)),
        }
        out.append(
            encode_event("message_start", _encoder.encode({"type": "message_start", "message": message}))
        )

    def _begin_block(self, event: chat.PartBegan, out: list[bytes]) -> None:
        if not self._begun:
            self._begin(None, None, None, out)
        part = event.part
        self._open = event.index
        signature = ""
        if isinstance(part, chat.ToolCall):
            kind, name, text = "input_json_delta", "partial_json", part.arguments
            block: dict[str, object] = {"type": "tool_use", "id": part.id, "name": part.name, "input": {}}
        elif isinstance(part, Thinking):
            kind, name, text = "thinking_delta", "thinking", part.text
            block = _block(msgspec.structs.replace(part, text="", signature=None))
            signature = _signature(part)
        else:
            kind, name, text = "text_delta", "text", part.text
            block = {"type": "text", "text": ""}
        start = {"type": "content_block_start", "index": self._blocks, "content_block": block}
        out.append(encode_event("content_block_start", _encoder.encode(start)))
        before = f'{{"type":"content_block_delta","index":{self._blocks},"delta":{{"type":"{kind}","{name}":'
        self._around = (b"event: content_block_delta\ndata: " + before.encode(), b"}}\n\n")
        if text:
            out.append(self._around[0] + _encoder.encode(text) + self._around[1])
        if signature:
            out.append(self._delta({"type": "signature_delta", "signature": signature}))

    def _delta(self, delta: dict[str, object]) -> bytes:
        document = {"type": "content_block_delta", "index": self._blocks, "delta": delta}
        return encode_event("content_block_delta", _encoder.encode(document))

    def _end_block(self, out: list[bytes]) -> None:
        if self._open is None:
            return
        stop = {"type": "content_block_stop", "index": self._blocks}
        out.append(encode_event("content_block_stop", _encoder.encode(stop)))
        self._blocks += 1
        self._open = None
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            self._take(event, out)

    def finish(self, reply: Reply, tag: CostTag) -> bytes:
        """Return the stream's end: stop reason, usage and cost."""
        out: list[bytes] = []
        if not self._begun:
            self._begin(reply.upstream_id, reply.upstream_model, None, out)
        while self._open is not None:
            self._end_block(out)
        ended = self._ended
        delta = {
            "type": "message_delta",
            "delta": {"stop_reason": _REASONS[ended.finish], "stop_sequence": ended.stop_sequence},
            "usage": tag_usage(usage_document(reply.usage), tag),
        }
        if reply.usage is None:
            out.append(cost_comment(tag))
        out.append(encode_event("message_delta", _encoder.encode(delta)))
        out.append(encode_event("message_stop", b'{"type":"message_stop"}'))
        return b"".join(out)


def stream_decoder() -> MessageDecoder:
    """Return a decoder of one stream."""
    return MessageDecoder()


def stream_writer(request: Request) -> MessageWriter:
    """Return a writer of one stream."""
    return MessageWriter(request)
