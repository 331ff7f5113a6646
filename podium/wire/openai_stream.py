"""The stream of a chat completion on its way through: events in, events out, usage read on the way.

Most events pass without being decoded. Byte searches find those that matter: a usage that is not null, a
finish reason, an error, ``[DONE]``, and everything until the first token. Usage reaches the client once, at
the end and with its cost, wherever the provider put it.
"""

from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Usage
from podium.wire import sse
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_usage import decode_usage, tag_usage
from podium.wire.passing import MAX_EVENT_BYTES, PassingStream, marks

_DONE: Final = sse.encode_event(b"[DONE]")
DONE_TEXTS: Final = frozenset({b"data: [DONE]", b"data:[DONE]"})
_NULL: Final = msgspec.Raw(b"null")
_EMPTY_VALUES: Final = frozenset({b"null", b'""', b"[]", b"{}"})


class _Delta(msgspec.Struct, frozen=True):
    delta: dict[str, msgspec.Raw] | None = None
    finish_reason: str | None = None
    index: int | None = 0


class _Chunk(msgspec.Struct, frozen=True):
    id: msgspec.Raw = _NULL
    model: msgspec.Raw = _NULL
    choices: msgspec.Raw = _NULL
    usage: msgspec.Raw = _NULL
    error: msgspec.Raw = _NULL


class _PlainChunk(msgspec.Struct, frozen=True):
    """An event in which texts are texts and choices choices, as nearly all are."""

    id: str | None = None
    model: str | None = None
    choices: list[_Delta] | None = None
    usage: msgspec.Raw = _NULL
    error: msgspec.Raw = _NULL


class _Error(msgspec.Struct, frozen=True):
    message: str


_plain_decoder = msgspec.json.Decoder(_PlainChunk)
_chunk_decoder = msgspec.json.Decoder(_Chunk)
_choices_decoder = msgspec.json.Decoder(list[_Delta])
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_error_decoder = msgspec.json.Decoder(_Error | str)
_text_decoder = msgspec.json.Decoder(str)
_encoder = msgspec.json.Encoder()


_MARKS: Final = marks(
    rb'"usage"(?!: ?null)', rb'"finish_reason"(?!: ?null)', rb'"error"(?!: ?null)', rb"\[DONE\]", rb"event:"
)
"""What an event that matters bears."""
_TEXT: Final = b'"content":"'


class StreamReader(PassingStream):
    """Reads one upstream stream. Feed it bytes as they come; what it returns may go to the client."""

    def __init__(
        self, *, client_wants_usage: bool, choices: int = 1, max_event_bytes: int = MAX_EVENT_BYTES
    ) -> None:
        super().__init__(_MARKS, text=_TEXT, max_event_bytes=max_event_bytes)
        self._wants_usage = client_wants_usage
        self._choices = choices
        self._finished: set[int | None] = set()
        self._is_final = False
        self._is_last = False
        """The usage was told with the last finish reason, or behind it."""
        self._named = False
        self._upstream_id: str | None = None
        self._upstream_model: str | None = None
        self._finish_reason: str | None = None
        self._usage: Usage | None = None
        self._usage_fields: dict[str, msgspec.Raw] | None = None

    def read_event(self, event: bytes) -> bytes:
        """Take in one event that may matter and return it as it may go on."""
        kind, data = sse.parse(event)
        if data is None:
            return event
        if data.strip() == b"[DONE]":
            self.done = True
            return b""
        chunk = _read_chunk(data)
        if chunk is None:
            if kind == b"error":
                self.error = data.decode(errors="replace")[:500]
                return b""
            return event  # not ours to judge: the client sees what the provider sent
        if kind == b"error" or chunk.error != _NULL:
            self.error = error_message(chunk.error, data)
            return b""
        if not self._named:
            self._upstream_id, self._upstream_model = chunk.id, chunk.model
            self._named = self._upstream_id is not None
        if chunk.choices:
            self._look_at_choices(chunk.choices)
        if chunk.usage == _NULL:
            return event
        return self._take_usage(chunk.usage, data, has_choices=bool(chunk.choices))

    def _look_at_choices(self, choices: list[_Delta]) -> None:
        for choice in choices:
            if choice.finish_reason:  # some servers send an empty one with every chunk
                self._is_last = self._is_last and choice.index in self._finished
                self._finish_reason = choice.finish_reason
                self._finished.add(choice.index)
            if choice.delta is not None and not self.first_token:
                self.first_token = _bears_content(choice.delta)

    def _take_usage(self, usage: msgspec.Raw, data: bytes, *, has_choices: bool) -> bytes:
        self._usage = decode_usage(usage)
        self._is_last, self._is_final = True, len(self._finished) >= self._choices
        fields = _fields_decoder.decode(data)
        self._usage_fields = {**fields, "choices": msgspec.Raw(b"[]")}
        if not has_choices:
            return b""
        if self._wants_usage:
            fields["usage"] = _NULL
        else:
            del fields["usage"]
        return sse.encode_event(_encoder.encode(fields))

    def end(self) -> None:
        """Take note that the provider has closed: some servers leave out the empty line behind ``[DONE]``."""
        if not self._ended() and bytes(self._framer.rest).strip() in DONE_TEXTS:
            self.done = True

    def reply(self) -> Reply:
        """Return what has been read so far; final once `done`.

        Some servers count as they go: where a stream is cut, only a usage behind every choice's end counts.
        """
        return Reply(
            usage=self._usage if self._is_final or (self.done and not self._is_first()) else None,
            upstream_id=self._upstream_id,
            upstream_model=self._upstream_model,
            finish_reason=self._finish_reason,
        )

    def _is_first(self) -> bool:
        """Return whether the usage is of a stream's beginning: it has no output, and some has come since."""
        usage = self._usage
        return usage is not None and not usage.output_tokens and self.first_token and not self._is_last

    def finish(self, tag: CostTag) -> bytes:
        """Return the stream's end: the usage chunk with its cost if the client asked for it, and ``[DONE]``.

        A client that did not ask, or whose provider gave no usage, gets the cost in a comment.
        """
        fields = self._usage_fields
        if self._wants_usage and fields is not None:
            fields["usage"] = tag_usage(fields["usage"], tag)
            return sse.encode_event(_encoder.encode(fields)) + _DONE
        return cost_comment(tag) + _DONE


def cost_comment(tag: CostTag) -> bytes:
    """Return what an answer cost as a comment, for clients that did not ask for usage."""
    estimated = " estimated=true" if tag.estimated else ""
    return sse.encode_comment(f"podium cost_nano_usd={tag.nano_usd} cost_usd={tag.usd}{estimated}")


def _read_chunk(data: bytes) -> _PlainChunk | None:
    """Return what an event says, as far as it can be read; None where it is no object of JSON."""
    try:
        return _plain_decoder.decode(data)
    except UNREADABLE:
        pass
    try:
        chunk = _chunk_decoder.decode(data)
    except UNREADABLE:
        return None
    choices: list[_Delta] | None = None
    if chunk.choices != _NULL:
        try:
            choices = _choices_decoder.decode(chunk.choices)
        except UNREADABLE:
            choices = [_Delta()]
    return _PlainChunk(_text(chunk.id), _text(chunk.model), choices, chunk.usage, chunk.error)


def _bears_content(delta: dict[str, msgspec.Raw]) -> bool:
    for name, value in delta.items():  # noqa: SIM110 - a generator would cost more than all that it looks at
        if name != "role" and bytes(value) not in _EMPTY_VALUES:
            return True
    return False


def _text(raw: msgspec.Raw) -> str | None:
    try:
        return _text_decoder.decode(raw)
    except UNREADABLE:
        return None


def error_message(raw: msgspec.Raw, data: bytes) -> str:
    """Return the words of an error event, whatever its shape."""
    try:
        error = _error_decoder.decode(raw)
    except UNREADABLE:
        return data.decode(errors="replace")[:500]
    return error if isinstance(error, str) else error.message
