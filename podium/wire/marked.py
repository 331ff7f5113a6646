"""A stream on its way through, most of whose events pass without being decoded.

Byte searches find the events that bear a mark of something that matters; those are read, and so is everything
until the first token. Every other event goes on as it came.
"""

import re
from collections.abc import Callable
from typing import ClassVar, Final

from podium.wire import sse

Search = Callable[[bytes, int], "re.Match[bytes] | None"]

_DONE_TEXTS: Final = frozenset({b"data: [DONE]", b"data:[DONE]"})


def marks(*patterns: bytes) -> tuple[Search, ...]:
    """Return what `MarkedStream.MARKS` takes. Each begins with a literal: then `re` is as fast as `find`."""
    return tuple(re.compile(pattern).search for pattern in patterns)


class MarkedStream:
    """Reads one upstream stream. Feed it bytes as they come; what it returns may go to the client."""

    MARKS: ClassVar[tuple[Search, ...]] = ()
    """What an event that matters bears."""

    def __init__(self, max_event_bytes: int) -> None:
        self.first_token = False
        """The first piece of content, reasoning or tool call has passed."""
        self.done = False
        """The stream's end was seen; whatever follows is ignored."""
        self.error: str | None = None
        """The provider's error event inside the stream, or what is wrong with the stream itself."""
        self._max_event_bytes = max_event_bytes
        self._framer = sse.Framer()

    def read(self, event: bytes, kind: bytes, data: bytes) -> bytes:
        """Take in one event that may matter, its type and data beside it, and return it as it may go on."""
        raise NotImplementedError

    def feed(self, data: bytes) -> bytes:
        """Return what may go to the client now; the end is held back."""
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
            end = end_of_event(events, start)
            out.append(self._read(events[start:end]))
            start = end
        if start < len(events) and not self._ended():
            out.append(self._take_marked(events[start:]))
        return b"".join(out)

    def _take_marked(self, events: bytes) -> bytes:
        """Read only the events that bear a mark. Every mark is searched for once in all of ``events``."""
        size = len(events)
        found = [match.start() if (match := search(events, 0)) else size for search in self.MARKS]
        mark = min(found)
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
            for index, at in enumerate(found):
                if at < start:
                    match = self.MARKS[index](events, start)
                    found[index] = size if match is None else match.start()
            mark = min(found)
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

    def _look_at_rest(self, rest: bytearray) -> None:
        if len(rest) > self._max_event_bytes:
            self._too_long()
        elif len(rest) < 16 and bytes(rest).strip() in _DONE_TEXTS:
            self.forgotten()

    def forgotten(self) -> None:
        """Take note of ``[DONE]`` without the empty line behind it: some servers end so."""

    def _too_long(self) -> None:
        self.error = f"one event is longer than {self._max_event_bytes} bytes"

    def _read(self, event: bytes) -> bytes:
        if event.startswith(b"\n"):
            # Empty lines before an event are not part of it, however they came.
            own = event.lstrip(b"\n")
            return event[: len(event) - len(own)] + (self._read(own) if own else b"")
        if len(event) > self._max_event_bytes:
            self._too_long()
            return b""
        kind, data = sse.parse(event)
        return event if data is None else self.read(event, kind, data)


def end_of_event(events: bytes, start: int) -> int:
    """Return the offset behind the event that is at ``start``."""
    end = events.find(b"\n\n", start) + 2
    return end if end > 1 else len(events)
