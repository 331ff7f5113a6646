"""A stream on its way through: most events pass without being decoded.

Byte searches find those that matter: each format says by which marks it knows them, and reads every event
until the first token has passed.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final

from podium.wire import sse
from podium.wire.shape import Mark, Shape, shape_of

MAX_EVENT_BYTES: Final = 1 << 20
"""Longest event that is gathered before a stream is taken to be broken."""
_LEARNT_AT_MOST: Final = 4
"""Shapes that are looked for in one stream."""
_READ_BYTES: Final = 2048
"""To search so few bytes for every mark takes longer than to read their events."""


_LITERAL: Final = re.compile(rb"(?:[\w\": ]|\\[.\[])+(?![?*{])")
"""What a pattern begins with that stands for itself."""
_PART: Final = re.compile(rb"(?s:\\.)|\[\^?\]?(?s:[^\\\]]|\\.)*\]|[()|]")
"""What tells where a pattern's groups are: an escape and a class of characters say nothing of it."""


def marks(*patterns: bytes) -> tuple[Mark, ...]:
    """Return the searches of marks. Each begins with a literal: where that is not, neither is the mark.

    Raises `ValueError` where a pattern has alternatives outside of a group: the first one's literal says
    nothing of the others. Pass them as marks of their own.
    """
    return tuple(_mark(pattern) for pattern in patterns)


def _mark(pattern: bytes) -> Mark:
    if _has_alternatives(pattern):
        raise ValueError(f"a mark has alternatives outside of a group: {pattern!r}")
    begins = _LITERAL.match(pattern)
    literal = b"" if begins is None else begins[0].replace(b"\\", b"")
    search = re.compile(pattern).search

    def find(events: bytes, start: int) -> "re.Match[bytes] | None":
        at = events.find(literal, start)  # a fifth of the time that `re` takes
        return None if at < 0 else search(events, at)

    return find


def _has_alternatives(pattern: bytes) -> bool:
    """Return whether a pattern is of several that stand beside each other, outside of any group."""
    depth = 0
    for part in _PART.finditer(pattern):
        depth += (part[0] == b"(") - (part[0] == b")")
        if part[0] == b"|" and depth == 0:
            return True
    return False


class PassingStream(ABC):
    """Reads one upstream stream. Feed it bytes as they come; what it returns may go to the client.

    ``text``: what stands before an event's text, its opening quote included. Events that differ in that text
    alone from one without a mark pass without a search.
    """

    def __init__(
        self,
        found_by: Iterable[Mark],
        *,
        text: bytes | None = None,
        max_event_bytes: int = MAX_EVENT_BYTES,
    ) -> None:
        self.first_token = False
        """The first piece of content, thought or tool call has passed."""
        self.done = False
        """The stream is whole; whatever follows is ignored."""
        self.error: str | None = None
        """The provider's error event inside the stream, or what is wrong with the stream itself."""
        self._marks = tuple(found_by)
        self._max_event_bytes = max_event_bytes
        self._framer = sse.Framer()
        self._text = text
        self._shape: Shape | None = None
        self._learnt = 0
        self._between = True

    @abstractmethod
    def read_event(self, event: bytes) -> bytes:
        """Take in one event that may matter, and return it as it may go on."""

    def end(self) -> None:  # noqa: B027 - most formats need not look
        """Take note that the provider has closed: a stream without its last event is not whole."""

    def feed(self, data: bytes) -> bytes:
        """Return what may go to the client now; the end is held back for `finish`."""
        if self._ended():
            return b""
        shape = self._shape
        if (
            shape is not None
            and self._between
            and data.endswith(shape.tail)
            and data.startswith(shape.head)
            and len(data) <= self._max_event_bytes
            and shape.fits(data)
        ):
            return data
        events = self._framer.feed(data)
        self._between = self._framer.idle
        out = self._take(events) if events else b""
        if len(self._framer.rest) > self._max_event_bytes and not self._ended():
            self._too_long()
        return out

    def _ended(self) -> bool:
        return self.done or self.error is not None

    def _take(self, events: bytes) -> bytes:
        """Return what may go on of whole events: those that cannot matter as they are, the others as read."""
        out: list[bytes] = []
        start = 0
        while start < len(events) and not self.first_token and not self._ended():
            end = end_of_event(events, start)
            out.append(self._read(events[start:end]))
            start = end
        if start < len(events) and not self._ended():
            out.append(self._take_marked(events[start:]))
        return b"".join(out)

    def _take_marked(self, events: bytes) -> bytes:
        """Read only the events that bear a mark."""
        alike = 0 if self._text is None else self._alike(events, self._text)
        if not alike:
            return self._search(events)
        if alike == len(events):
            return events
        rest = events[alike:]
        # What follows events without a mark is most often a stream's end, of which each event bears one.
        return events[:alike] + (self._search(rest) if len(rest) > _READ_BYTES else self._each(rest))

    def _each(self, events: bytes) -> bytes:
        """Read every event."""
        out: list[bytes] = []
        start = 0
        while start < len(events) and not self._ended():
            end = end_of_event(events, start)
            out.append(self._read(events[start:end]))
            start = end
        return b"".join(out)

    def _alike(self, events: bytes, text: bytes) -> int:
        """Return how many bytes at the beginning are events of the stream's shape, which is learnt here."""
        shape = self._shape
        if shape is None or not events.startswith(shape.head):
            if self._learnt >= _LEARNT_AT_MOST:
                return 0
            self._learnt += 1
            shape = shape_of(events[: end_of_event(events, 0)], text, self._marks)
            if shape is None:
                return 0
            self._shape = shape
        end = events.rfind(shape.tail) + len(shape.tail)
        if len(shape.head) + len(shape.tail) <= end <= self._max_event_bytes and shape.fits(events[:end]):
            return end
        return 0

    def _search(self, events: bytes) -> bytes:
        """Read only the events that bear a mark. Every mark is searched for once in all of ``events``."""
        size = len(events)
        marks = [match.start() if (match := search(events, 0)) else size for search in self._marks]
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
            start = end_of_event(events, mark)
            out.append(self._read(events[begin:start]))
            if self._ended():
                break
            for index, at in enumerate(marks):
                if at < start:
                    match = self._marks[index](events, start)
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
            end = end_of_event(events, start)
            own_bytes = len(events[start:end].lstrip(b"\n"))
            if own_bytes > self._max_event_bytes:
                self._too_long()
                return events[: end - own_bytes]
            start = end
        return events

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
        return self.read_event(event)


def end_of_event(events: bytes, start: int) -> int:
    """Return the offset behind the event that is at ``start``."""
    end = events.find(b"\n\n", start) + 2
    return end if end > 1 else len(events)
