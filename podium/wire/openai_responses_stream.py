"""The stream of a response on its way through: events in, events out, the last one held back for its cost.

Most events pass without being decoded. Byte searches find those that matter: the end of the response, an
error, and everything until the first token.
"""

from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Usage
from podium.wire import sse
from podium.wire.openai_fields import UNREADABLE, first_byte
from podium.wire.openai_responses_shapes import NULL, ReplyHead
from podium.wire.openai_responses_tools import SPOOR, RanItem, read_item, with_uses
from podium.wire.openai_responses_usage import decode_usage
from podium.wire.openai_stream import cost_comment, error_message
from podium.wire.openai_usage import tag_usage
from podium.wire.passing import PassingStream, marks

MAX_EVENT_BYTES: Final = 40 << 20
"""Longest event that is gathered: some repeat the instructions, which may be as long as a body."""
ENDS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})

NO_RESPONSE: Final = "an event bears no response"

_MARKS: Final = marks(
    rb'"response\.(?:completed|incomplete|failed)"', rb'"error"(?!: ?null)', rb"event: ?error", SPOOR.pattern
)
_OBJECT: Final = ord("{")
_ITEM_DONE: Final = "response.output_item.done"
"""Tells an item whole; the end's own list of them may be empty (as that of OpenAI's Codex)."""
_EMPTY_TEXT: Final = msgspec.Raw(b'""')


class _Event(msgspec.Struct, frozen=True):
    type: str = ""
    delta: msgspec.Raw = _EMPTY_TEXT
    response: msgspec.Raw = NULL
    item: msgspec.Raw = NULL
    error: msgspec.Raw = NULL


class _ErrorEvent(msgspec.Struct, frozen=True):
    message: str


_event_decoder = msgspec.json.Decoder(_Event)
_error_decoder = msgspec.json.Decoder(_ErrorEvent)
_head_decoder = msgspec.json.Decoder(ReplyHead)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


class StreamReader(PassingStream):
    """Reads one upstream stream. Feed it bytes as they come; what it returns may go to the client."""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        super().__init__(_MARKS, max_event_bytes=max_event_bytes)
        self._head = ReplyHead()
        self._usage: Usage | None = None
        self._end: tuple[bytes, bytes] | None = None
        """Type and data of the last event."""
        self._ran: list[RanItem] = []

    def read_event(self, event: bytes) -> bytes:
        """Take in one event that may matter and return it as it may go on; the last one is held back."""
        kind, data = sse.parse(event)
        if data is None:
            return event
        try:
            told = _event_decoder.decode(data)
        except UNREADABLE:
            if kind == b"error":
                self.error = data.decode(errors="replace")[:500]
                return b""
            return event  # not ours to judge: the client sees what the provider sent
        name = told.type or kind.decode(errors="replace")
        if name == "error" or (not name and told.error != NULL):
            self.error = words_of(told.error, data)
            return b""
        if name in ENDS:
            self._take_end(name, told.response, data)
            return b""
        if name == _ITEM_DONE:
            self._ran.append(read_item(told.item))
        if told.response != NULL and self._head.id is None:
            self._look_at(told.response)
        if not self.first_token:
            self.first_token = name.endswith(".delta") and told.delta != _EMPTY_TEXT
        return event

    def _look_at(self, response: msgspec.Raw) -> bool:
        try:
            self._head = _head_decoder.decode(response)
        except UNREADABLE:
            return False
        usage = decode_usage(self._head.usage) if self._head.usage != NULL else None
        self._usage = with_uses(usage, response, self._ran)  # of what the response began with nothing holds
        return True

    def _take_end(self, name: str, response: msgspec.Raw, data: bytes) -> None:
        if not self._look_at(response):
            self.error = NO_RESPONSE
            return
        failure = self._head.failure()
        if name == "response.failed" or failure is not None:
            self.error = failure or "the response failed"
        else:
            self.done = True
            self._end = (name.encode(), data)

    def end(self) -> None:
        """Take note that the provider has closed; a last event may lack its empty line."""
        if self._framer.rest and not self._ended():
            self.feed(b"\n\n")

    def reply(self) -> Reply:
        """Return what has been read so far; final once `done`."""
        head = self._head
        reason = head.finish_reason() if self.done else None
        return Reply(usage=self._usage, upstream_id=head.id, upstream_model=head.model, finish_reason=reason)

    def finish(self, tag: CostTag) -> bytes:
        """Return the last event with its cost in the usage; without usage, behind a comment that tells it."""
        if self._end is None:
            return cost_comment(tag)
        name, data = self._end
        as_it_came = cost_comment(tag) + encode_named(name, data)
        if first_byte(self._head.usage) != _OBJECT:
            return as_it_came
        try:
            fields = _fields_decoder.decode(data)
            response = _fields_decoder.decode(fields["response"])
        except UNREADABLE:
            return as_it_came  # a field's name is no UTF-8
        response["usage"] = tag_usage(response["usage"], tag)
        return encode_named(name, _encoder.encode({**fields, "response": response}))


def encode_named(name: bytes, data: bytes) -> bytes:
    """Return one event with its type; data of several lines keeps them."""
    return b"event: %b\ndata: %b\n\n" % (name, data.replace(b"\n", b"\ndata: "))


def words_of(error: msgspec.Raw, data: bytes) -> str:
    """Return the words of an error event: at its top, or under ``error``."""
    try:
        return _error_decoder.decode(data).message
    except UNREADABLE:
        return error_message(error, data)
