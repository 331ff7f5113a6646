"""The stream of a message on its way through: events in, events out, usage read on the way.

Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming. The counts of ``message_start`` and
``message_delta`` are cumulative. The last ``message_delta`` and ``message_stop`` are held back until the cost
is known, which stands in the usage of the former.
"""

import contextlib
from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply
from podium.wire import sse
from podium.wire.anthropic_usage import NOTHING, Counts, decode_counts, merge, to_usage
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_stream import cost_comment, error_message
from podium.wire.openai_usage import tag_usage
from podium.wire.passing import MAX_EVENT_BYTES, PassingStream, marks

_NULL: Final = msgspec.Raw(b"null")
_MARKS: Final = marks(rb'"message_', rb'"error"', rb"event: ?error")
"""What an event that matters bears; the words of an answer have backslashes before such quotes."""
_STOP: Final = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'


class _Message(msgspec.Struct, frozen=True):
    id: str | None = None
    model: str | None = None
    usage: msgspec.Raw = _NULL


class _Part(msgspec.Struct, frozen=True):
    """Of a block that begins or of a delta: what makes a first token."""

    type: str = ""
    text: str = ""
    thinking: str = ""
    stop_reason: str | None = None


class _Event(msgspec.Struct, frozen=True):
    type: str = ""
    message: _Message | None = None
    content_block: _Part | None = None
    delta: _Part | None = None
    usage: msgspec.Raw = _NULL
    error: msgspec.Raw = _NULL


_event_decoder = msgspec.json.Decoder(_Event)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def encode_event(kind: str, data: bytes) -> bytes:
    """Return one event: its type stands before its data."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), data)


class StreamReader(PassingStream):
    """Reads one upstream stream. Feed it bytes as they come; what it returns may go to the client."""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        super().__init__(_MARKS, max_event_bytes=max_event_bytes)
        self._id: str | None = None
        self._model: str | None = None
        self._stop_reason: str | None = None
        self._counts = NOTHING
        self._counted = False
        """A ``message_delta`` had counts that can be read: those of ``message_start`` alone are not final."""
        self._held: bytes | None = None
        """The data of the last ``message_delta``."""
        self._stop = _STOP

    def read_event(self, event: bytes) -> bytes:
        """Take in one event that may matter and return it as it may go on."""
        kind, data = sse.parse(event)
        if data is None:
            return event
        try:
            read = _event_decoder.decode(data)
        except UNREADABLE:
            if kind == b"error":
                self.error = data.decode(errors="replace")[:500]
                return b""
            return event  # not ours to judge: the client sees what the provider sent
        if kind == b"error" or read.type == "error":
            self.error = error_message(read.error, data)
            return b""
        if read.type == "message_start" and read.message is not None:
            self._id, self._model = read.message.id, read.message.model
            self._count(read.message.usage)
            return event
        if read.type == "message_delta":
            return self._take_delta(read, data)
        if read.type == "message_stop":
            self.done = True
            self._stop = event
            return b""
        if not self.first_token:
            self.first_token = _is_token(read)
        return event

    def _take_delta(self, read: _Event, data: bytes) -> bytes:
        before = self._released()
        self._held = data
        if read.delta is not None and read.delta.stop_reason is not None:
            self._stop_reason = read.delta.stop_reason
        if read.usage != _NULL:
            counts = self._count(read.usage)
            if counts is None or counts.output_tokens is not None:
                self._counted = counts is not None
        return before

    def _count(self, raw: msgspec.Raw) -> Counts | None:
        counts = decode_counts(raw) if raw != _NULL else None
        if counts is not None:
            self._counts = merge(self._counts, counts)
        return counts

    def _released(self) -> bytes:
        """Return what was held back, as it came: another one follows it, with counts that include its own."""
        held, self._held = self._held, None
        return encode_event("message_delta", held) if held is not None else b""

    def reply(self) -> Reply:
        """Return what has been read so far; final once `done`."""
        usage = to_usage(self._counts) if self._counted else None
        return Reply(usage, self._id, self._model, self._stop_reason)

    def finish(self, tag: CostTag) -> bytes:
        """Return the stream's end: ``message_delta`` with the cost in its usage, and ``message_stop``.

        Where the provider gave no usage the cost stands in a comment.
        """
        if self._held is None:
            return cost_comment(tag) + self._stop
        fields: dict[str, msgspec.Raw] = {}
        with contextlib.suppress(*UNREADABLE):  # a field's name is no UTF-8
            fields = _fields_decoder.decode(self._held)
        usage = fields.get("usage", _NULL)
        if not bytes(usage).startswith(b"{"):
            return self._released() + cost_comment(tag) + self._stop
        fields["usage"] = tag_usage(usage, tag)
        return encode_event("message_delta", _encoder.encode(fields)) + self._stop


def _is_token(event: _Event) -> bool:
    block, delta = event.content_block, event.delta
    if block is not None:
        return bool(block.text or block.thinking) or block.type not in {"text", "thinking"}
    if delta is not None:
        return bool(delta.text or delta.thinking) or delta.type not in {"text_delta", "thinking_delta"}
    return False
