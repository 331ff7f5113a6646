"""A stream of Google's on its way through: events in, events out, usage read on the way.

Each event is a whole ``GenerateContentResponse`` with the usage so far; the stream ends with its connection.
Most events pass without being decoded: byte searches find a finish reason, a blocked prompt, an error, and
the last usage. From the first finish reason on, the newest event is held back, because it may be the last
one, which bears the cost. Comments are left out: Google's SDK takes every line that is no ``data`` for JSON.
"""

import re
from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Usage
from podium.kernel.errors import BrokenReply
from podium.wire import sse
from podium.wire.gemini_fields import NULL, decode_text
from podium.wire.gemini_usage import decode_usage, tag_usage, with_searches
from podium.wire.openai_fields import UNREADABLE

MAX_EVENT_BYTES: Final = 16 << 20
"""Longest event that is gathered before a stream is taken to be broken: a generated image is one event."""

_UNFINISHED: Final = frozenset({None, "", "FINISH_REASON_UNSPECIFIED", "BLOCKED_REASON_UNSPECIFIED"})
_FINISH: Final = b'"finishReason"'
_FEEDBACK: Final = b'"promptFeedback"'
_ERROR: Final = b'"error"'
_MARKS: Final = (_FINISH, _FEEDBACK, _ERROR)
"""What an event that matters bears."""
_COMMENT: Final = re.compile(rb"^:[^\n]*\n", re.MULTILINE)
_ODD: Final = re.compile(rb"\n(?::|\n\n)").search
"""Finds comments and empty lines that end no event; it begins with a literal, so it is fast."""
_EMPTY_LINES: Final = re.compile(rb"\A\n+|(?<=\n\n)\n+")
_BARE: Final = (b"{", b"[")
"""How JSON begins that is no event: an error."""
_NOTHING: Final = frozenset({b"null", b'""'})
_AROUND: Final = frozenset({"thought", "thoughtSignature"})
_USAGE: Final = b'"usageMetadata"'


class Error(msgspec.Struct, frozen=True):
    """Google's error, in a stream or behind a 200."""

    message: str = ""
    status: str = ""

    @property
    def words(self) -> str:
        """Status and message, as far as there are any."""
        return f"{self.status}: {self.message}".strip(": ")[:500] or "an error without words"


class Candidate(msgspec.Struct, frozen=True, rename="camel"):
    """One candidate, as far as a pass-through looks into it."""

    finish_reason: str | None = None
    index: int = 0
    content: msgspec.Raw = NULL
    grounding_metadata: msgspec.Raw = NULL


class _Parts(msgspec.Struct, frozen=True):
    parts: list[dict[str, msgspec.Raw]] = []


class Feedback(msgspec.Struct, frozen=True, rename="camel"):
    """Why a prompt was blocked, if it was."""

    block_reason: str | None = None


class Chunk(msgspec.Struct, frozen=True, rename="camel"):
    """One event, or a whole answer."""

    candidates: list[Candidate] | None = None
    prompt_feedback: Feedback | None = None
    usage_metadata: msgspec.Raw = NULL
    model_version: msgspec.Raw = NULL
    response_id: msgspec.Raw = NULL
    error: Error | str | None = None


chunk_decoder = msgspec.json.Decoder(Chunk)
_parts_decoder = msgspec.json.Decoder(_Parts)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def finish_of(chunk: Chunk) -> str | None:
    """Return why the first candidate, or else the prompt, came to its end; None while it has not."""
    for candidate in chunk.candidates or ():
        if candidate.finish_reason not in _UNFINISHED:
            return candidate.finish_reason
    feedback = chunk.prompt_feedback
    if feedback is not None and feedback.block_reason not in _UNFINISHED:
        return feedback.block_reason
    return None


def raise_if_broken(chunk: Chunk) -> None:
    """Raise BrokenReply for an error in the shape of an answer, and for a body that is no answer at all."""
    if chunk.error is not None:
        words = chunk.error.words if isinstance(chunk.error, Error) else chunk.error
        raise BrokenReply(f"The provider answered 200 with an error: {words[:500]}", sent=True)
    if chunk.candidates is None and chunk.prompt_feedback is None and chunk.usage_metadata == NULL:
        raise BrokenReply("The provider answered with no GenerateContentResponse.", sent=True)


class StreamReader:
    """Reads one upstream stream. Feed it bytes as they come; what it returns may go to the client."""

    def __init__(
        self, *, choices: int = 1, searches: bool = False, max_event_bytes: int = MAX_EVENT_BYTES
    ) -> None:
        self.first_token = False
        """The first content has passed."""
        self.done = False
        """The provider has closed behind a finish reason of every candidate."""
        self.error: str | None = None
        """The provider's error inside the stream, or what is wrong with the stream itself."""
        self._reads_all = choices > 1 or searches
        self._choices = choices
        self._is_final = False
        """The usage was told behind the end of every candidate."""
        self._is_last = False
        """The usage was told with the last finish reason, or behind it."""
        self._grounding: list[msgspec.Raw] = []
        self._max_event_bytes = max_event_bytes
        self._framer = sse.Framer()
        self._seen: set[int] = set()
        self._finished: set[int] = set()
        self._finish_reason: str | None = None
        self._upstream_id: str | None = None
        self._upstream_model: str | None = None
        self._named = False
        self._usage: bytes | None = None
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return what may go to the client now."""
        if self.error is not None:
            return b""
        events = self._framer.feed(data)
        out = self._take(events) if events else b""
        if len(self._framer.rest) > self._max_event_bytes:
            self._too_long()
        return out

    def end(self) -> None:
        """Take note that the provider has closed: the stream is whole if every candidate has finished."""
        rest = bytes(self._framer.rest).strip()
        if rest and self.error is None and not rest.startswith(b":"):
            # Google ends an error that comes in mid-stream without an empty line, and without `data:`.
            if rest.startswith(_BARE) or _is_whole(rest):
                before = self._read(rest + b"\n\n")
                self._held = before + self._held
            else:
                self.error = "the stream was cut inside an event"
        self.done = self.error is None and self._finish_reason is not None and self._seen <= self._finished

    def reply(self) -> Reply:
        """Return what has been read so far; final once `done`."""
        return Reply(
            usage=self._counted() if self._is_final or (self.done and self._is_last) else None,
            upstream_id=self._upstream_id,
            upstream_model=self._upstream_model,
            finish_reason=self._finish_reason,
        )

    def _counted(self) -> Usage | None:
        usage = None if self._usage is None else decode_usage(_raw_usage(self._usage))
        return with_searches(usage, self._grounding, self._upstream_model) if self._grounding else usage

    def finish(self, tag: CostTag) -> bytes:
        """Return the stream's end: the last event, whose usage has the cost."""
        held = self._held
        begin = held.rfind(b"\n\n", 0, max(len(held) - 2, 0))
        begin = 0 if begin < 0 else begin + 2
        _, data = sse.parse(held[begin:])
        try:
            fields = _fields_decoder.decode(data or b"{}")
        except UNREADABLE:
            fields, begin = {}, len(held)
        usage = fields.get("usageMetadata")
        if usage is None and self._usage is not None:
            usage = _raw_usage(self._usage)
        known = usage is not None and bytes(usage).startswith(b"{")
        fields["usageMetadata"] = tag_usage(usage if usage is not None and known else b"{}", tag)
        return held[:begin] + sse.encode_event(_encoder.encode(fields))

    def _take(self, events: bytes) -> bytes:
        """Return what may go on of whole events: those that cannot matter as they are, the others as read."""
        if events.startswith((b":", b"\n")) or _ODD(events) is not None:
            events = _EMPTY_LINES.sub(b"", _COMMENT.sub(b"", events))
        if self._passing() and not (_FINISH in events or _FEEDBACK in events or _ERROR in events):
            return self._pass(events)
        out: list[bytes] = []
        start = 0
        marks: list[int] | None = None
        while start < len(events) and not self._broken():
            if self._passing():
                marks = _find_marks(events, start, marks)
                begin = _begin_of_event(events, start, min(marks))
                if begin > start:
                    out.append(self._pass(events[start:begin]))
                    start = begin
                    continue
            end = _end_of_event(events, start)
            out.append(self._read(events[start:end]))
            start = end
        return out[0] if len(out) == 1 else b"".join(out)

    def _passing(self) -> bool:
        """Return whether only an event that bears a mark matters now."""
        return self.first_token and self._finish_reason is None and not self._reads_all

    def _broken(self) -> bool:
        return self.error is not None

    def _pass(self, events: bytes) -> bytes:
        """Return events that bear nothing but content; remember the one with the last usage."""
        if len(events) > self._max_event_bytes and _longest(events) > self._max_event_bytes:
            self._too_long()
            return b""
        mark = events.rfind(_USAGE)
        if mark >= 0:
            begin = events.rfind(b"\n\n", 0, mark)
            self._usage = events[0 if begin < 0 else begin + 2 : _end_of_event(events, mark)]
        return events

    def _too_long(self) -> None:
        self.error = f"one event is longer than {self._max_event_bytes} bytes"

    def _read(self, event: bytes) -> bytes:
        """Take in one event that may matter and return what may go on: itself, or the one held before it."""
        if len(event) > self._max_event_bytes:
            self._too_long()
            return b""
        bare = event.startswith(_BARE)
        if bare:
            event = _as_data(event)
        kind, data = sse.parse(event)
        if data is None:
            return b""
        try:
            chunk = chunk_decoder.decode(data)
        except UNREADABLE:
            if kind == b"error" or bare:
                self.error = data.decode(errors="replace")[:500]
                return b""
            return self._hand_on(event)  # not ours to judge: the client sees what the provider sent
        if chunk.error is not None or kind == b"error":
            error = chunk.error
            self.error = error.words if isinstance(error, Error) else (error or "an error without words")
            return b""
        if not self._named:
            self._upstream_id, self._upstream_model = (
                decode_text(chunk.response_id),
                decode_text(chunk.model_version),
            )
            self._named = self._upstream_id is not None
        if self._look_at(chunk):
            self._is_last = False
        if chunk.usage_metadata != NULL:
            self._usage = event
            ended = not self._seen or len(self._finished) >= self._choices
            self._is_last = self._finish_reason is not None
            self._is_final = ended and self._is_last
        return self._hand_on(event)

    def _look_at(self, chunk: Chunk) -> bool:
        """Take in an event; return whether something came to its end with it."""
        before = len(self._finished), self._finish_reason
        for candidate in chunk.candidates or ():
            self._seen.add(candidate.index)
            if candidate.grounding_metadata != NULL:
                self._grounding.append(candidate.grounding_metadata)
            if candidate.finish_reason not in _UNFINISHED:
                self._finished.add(candidate.index)
            if not self.first_token and _has_content(candidate.content):
                self.first_token = True
        finish = finish_of(chunk)
        if finish is not None and self._finish_reason is None:
            self._finish_reason = finish
        return before != (len(self._finished), self._finish_reason)

    def _hand_on(self, event: bytes) -> bytes:
        if self._finish_reason is None:
            return event
        held, self._held = self._held, event
        return held


def _as_data(text: bytes) -> bytes:
    """Return bare JSON as an event; an error may come in a list."""
    return b"data: " + text.strip().removeprefix(b"[").removesuffix(b"]").replace(b"\n", b" ") + b"\n\n"


def _longest(events: bytes) -> int:
    return max(map(len, events.split(b"\n\n")))


def _find_marks(events: bytes, start: int, marks: list[int] | None) -> list[int]:
    """Return where each mark is next, from ``start`` on; each is searched for once in all of ``events``."""
    size = len(events)
    found: list[int] = []
    for index, mark in enumerate(_MARKS):
        at = -1 if marks is None else marks[index]
        if at < start:
            at = events.find(mark, start)
        found.append(size if at < 0 else at)
    return found


def _begin_of_event(events: bytes, start: int, mark: int) -> int:
    """Return where the event with the mark begins; where there is no mark, the end."""
    if mark == len(events):
        return mark
    before = events.rfind(b"\n\n", start, mark)
    return start if before < 0 else before + 2


def _end_of_event(events: bytes, start: int) -> int:
    """Return the offset behind the event that is at ``start``."""
    end = events.find(b"\n\n", start) + 2
    return end if end > 1 else len(events)


def _is_whole(event: bytes) -> bool:
    _, data = sse.parse(event + b"\n\n")
    try:
        _fields_decoder.decode(data or b"")
    except UNREADABLE:
        return False
    return True


def _has_content(content: msgspec.Raw) -> bool:
    try:
        parts = _parts_decoder.decode(content).parts
    except UNREADABLE:
        return False
    return any(
        name not in _AROUND and bytes(value) not in _NOTHING for part in parts for name, value in part.items()
    )


def _raw_usage(event: bytes) -> msgspec.Raw:
    _, data = sse.parse(event)
    try:
        return chunk_decoder.decode(data or b"").usage_metadata
    except UNREADABLE:
        return NULL
