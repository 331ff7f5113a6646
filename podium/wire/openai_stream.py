"""The stream of a chat completion on its way through: events in, events out, usage read on the way.

Most events pass without being decoded. Byte searches find those that matter: a usage that is not null, a
finish reason, an error, ``[DONE]``, and everything until the first token. Usage reaches the client once, at
the end and with its cost, wherever the provider put it.
"""

import re
from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Usage
from podium.wire import sse
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_usage import decode_usage, tag_usage

MAX_EVENT_BYTES: Final = 1 << 20
"""Longest event that is gathered before a stream is taken to be broken."""

_DONE: Final = sse.encode_event(b"[DONE]")
_NULL: Final = msgspec.Raw(b"null")
_EMPTY_VALUES: Final = frozenset({b"null", b'""', b"[]", b"{}"})


class _Delta(msgspec.Struct, frozen=True):
    delta: dict[str, msgspec.Raw] | None = None
    finish_reason: str | None = None


class _Chunk(msgspec.Struct, frozen=True):
    id: msgspec.Raw = _NULL
    model: msgspec.Raw = _NULL
    choices: msgspec.Raw = _NULL
    usage: msgspec.Raw = _NULL
    error: msgspec.Raw = _NULL


class _Error(msgspec.Struct, frozen=True):
    message: str


_chunk_decoder = msgspec.json.Decoder(_Chunk)
_choices_decoder = msgspec.json.Decoder(list[_Delta])
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_error_decoder = msgspec.json.Decoder(_Error | str)
_text_decoder = msgspec.json.Decoder(str)
_encoder = msgspec.json.Encoder()


_MARKS: Final = tuple(
    re.compile(pattern).search
    for pattern in (
        rb'"usage"(?!: ?null)',
        rb'"finish_reason"(?!: ?null)',
        rb'"error"(?!: ?null)',
        rb"\[DONE\]",
        rb"event:",
    )
)
"""What an event that matters bears. Each begins with a literal, so that `re` is as fast as `bytes.find`."""


class StreamReader:
    """Reads one upstream stream. Feed it bytes as they come; what it returns may go to the client."""

    def __init__(self, *, client_wants_usage: bool, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.first_token = False
        """The first piece of content, reasoning or tool call has passed."""
        self.done = False
        """``[DONE]`` was seen; whatever follows is ignored."""
        self.error: str | None = None
        """The provider's error event inside the stream, or what is wrong with the stream itself."""
        self._wants_usage = client_wants_usage
        self._max_event_bytes = max_event_bytes
        self._framer = sse.Framer()
        self._named = False
        self._upstream_id: str | None = None
        self._upstream_model: str | None = None
        self._finish_reason: str | None = None
        self._usage: Usage | None = None
        self._usage_fields: dict[str, msgspec.Raw] | None = None

    def feed(self, data: bytes) -> bytes:
        """Return what may go to the client now; usage and ``[DONE]`` are held back for `finish`."""
        if self._ended():
            return b""
        events = self._framer.feed(data)
        out = self._take(events) if events else b""
        if self._framer.rest and not self._ended():
            self._look_at_rest(self._framer.rest)
        return out

    def _ended(self) -> bool:
        return self.done or self.error is not None

    def _take(self, events: bytes) -> bytes:
        """Return what may go on of whole events: those that cannot matter as they are, the others as read."""
        out: list[bytes] = []
        start = 0
        while start < len(events) and not self.first_token and not self._ended():
            end = _end_of_event(events, start)
            out.append(self._read(events[start:end]))
            start = end
        if start < len(events) and not self._ended():
            out.append(self._take_marked(events[start:]))
        return b"".join(out)

    def _take_marked(self, events: bytes) -> bytes:
        """Read only the events that bear a mark. Every mark is searched for once in all of ``events``."""
        size = len(events)
        marks = [match.start() if (match := search(events, 0)) else size for search in _MARKS]
        mark = min(marks)
        if mark == size:
            return self._pass(events)
        out: list[bytes] = []
        start = 0
        while mark < size:
            before = events.rfind(b"\n\n", start, mark)
            begin = start if before < 0 else before + 2
            out.append(self._pass(events[start:begin]))
            if self._ended():
                break
            start = _end_of_event(events, mark)
            out.append(self._read(events[begin:start]))
            if self._ended():
                break
            for index, at in enumerate(marks):
                if at < start:
                    match = _MARKS[index](events, start)
                    marks[index] = size if match is None else match.start()
            mark = min(marks)
        else:
            out.append(self._pass(events[start:]))
        return b"".join(out)

    def _pass(self, events: bytes) -> bytes:
        """Return events that cannot matter, up to one that is too long."""
        if len(events) <= self._max_event_bytes:
            return events
        start = 0
        while start < len(events):
            end = _end_of_event(events, start)
            own_bytes = len(events[start:end].lstrip(b"\n"))
            if own_bytes > self._max_event_bytes:
                self._too_long()
                return events[: end - own_bytes]
            start = end
        return events

    def _look_at_rest(self, rest: bytearray) -> None:
        if len(rest) > self._max_event_bytes:
            self._too_long()
        elif len(rest) < 16 and bytes(rest).strip() in {b"data: [DONE]", b"data:[DONE]"}:
            self.done = True  # some servers end without the empty line

    def _too_long(self) -> None:
        self.error = f"one event is longer than {self._max_event_bytes} bytes"

    def _read(self, event: bytes) -> bytes:
        """Take in one event that may matter and return it as it may go on."""
        if event.startswith(b"\n"):
            # Empty lines before an event are not part of it, however they came.
            own = event.lstrip(b"\n")
            return event[: len(event) - len(own)] + (self._read(own) if own else b"")
        if len(event) > self._max_event_bytes:
            self._too_long()
            return b""
        kind, data = sse.parse(event)
        if data is None:
            return event
        if data.strip() == b"[DONE]":
            self.done = True
            return b""
        try:
            chunk = _chunk_decoder.decode(data)
        except UNREADABLE:
            if kind == b"error":
                self.error = data.decode(errors="replace")[:500]
                return b""
            return event  # not ours to judge: the client sees what the provider sent
        if kind == b"error" or chunk.error != _NULL:
            self.error = error_message(chunk.error, data)
            return b""
        if not self._named:
            self._upstream_id, self._upstream_model = _text(chunk.id), _text(chunk.model)
            self._named = self._upstream_id is not None
        choices = self._look_at_choices(chunk.choices)
        if chunk.usage == _NULL:
            return event
        return self._take_usage(chunk.usage, data, has_choices=bool(choices))

    def _look_at_choices(self, raw: msgspec.Raw) -> list[_Delta]:
        if raw == _NULL:
            return []
        try:
            choices = _choices_decoder.decode(raw)
        except UNREADABLE:
            return [_Delta()]
        for choice in choices:
            if choice.finish_reason:  # some servers send an empty one with every chunk
                self._finish_reason = choice.finish_reason
            if choice.delta is not None and not self.first_token:
                self.first_token = any(
                    name != "role" and bytes(value) not in _EMPTY_VALUES
                    for name, value in choice.delta.items()
                )
        return choices

    def _take_usage(self, usage: msgspec.Raw, data: bytes, *, has_choices: bool) -> bytes:
        self._usage = decode_usage(usage)
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
        """Take note that the provider has closed: without ``[DONE]`` the stream is not whole."""

    def reply(self) -> Reply:
        """Return what has been read so far; final once `done`."""
        return Reply(
            usage=self._usage,
            upstream_id=self._upstream_id,
            upstream_model=self._upstream_model,
            finish_reason=self._finish_reason,
        )

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


def _end_of_event(events: bytes, start: int) -> int:
    """Return the offset behind the event that is at ``start``."""
    end = events.find(b"\n\n", start) + 2
    return end if end > 1 else len(events)


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
