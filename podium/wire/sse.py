"""Server-sent events: bytes to whole events and back, without IO.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream (lines end in
LF, CRLF or CR, an empty line ends an event, a line that starts with a colon is a comment).
"""

from typing import Final

_BOM: Final = b"\xef\xbb\xbf"
_CR: Final = 13
"""As a number: `in` raises and catches an error inside before it looks for bytes in bytes."""


class Framer:
    """Gathers bytes into whole events. What comes out has LF line ends, whatever came in."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._held_cr = False
        self._begun = False

    def feed(self, data: bytes) -> bytes:
        """Return every event that is now whole as one piece of bytes, or ``b""``."""
        if self._held_cr or _CR in data:
            data = self._with_lf(data)
        if not self._begun:
            data = self._without_bom(data)
        rest = self._rest
        if not rest and data.endswith(b"\n\n"):
            return data
        seen = len(rest)
        rest += data
        end = rest.rfind(b"\n\n", max(seen - 1, 0)) + 2
        if end < 2:
            # An empty line where no event has begun belongs to nothing, and waits for nothing.
            end = 1 if rest.startswith(b"\n") else 0
        events = bytes(rest[:end])
        del rest[:end]
        return events

    @property
    def rest(self) -> bytearray:
        """The beginning of an event that is not whole yet. Only to be read."""
        return self._rest

    @property
    def idle(self) -> bool:
        """Nothing is held back: what is fed next begins an event."""
        return not self._rest and not self._held_cr

    def _with_lf(self, data: bytes) -> bytes:
        # A CR at the very end waits for its LF: whether it has one is only known with the next byte.
        if self._held_cr:
            data = b"\r" + data
        self._held_cr = data.endswith(b"\r")
        if self._held_cr:
            data = data[:-1]
        data = data.replace(b"\r\n", b"\n")
        return data.replace(b"\r", b"\n") if b"\r" in data else data

    def _without_bom(self, data: bytes) -> bytes:
        # One byte order mark may lead the stream, and may come in pieces.
        data = bytes(self._rest) + data
        self._rest.clear()
        if len(data) < len(_BOM) and _BOM.startswith(data):
            self._rest += data
            return b""
        self._begun = True
        return data.removeprefix(_BOM)


def parse(event: bytes) -> tuple[bytes, bytes | None]:
    """Return an event's type (empty if none) and its data: lines joined by LF, None if it has none."""
    if event.startswith(b"data:") and event.find(b"\n") == len(event) - 2:
        return b"", event[5:-2].removeprefix(b" ")
    kind = b""
    data: list[bytes] = []
    for line in event.split(b"\n"):
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif name == b"event":
            kind = value.removeprefix(b" ")
    return kind, b"\n".join(data) if data else None


def encode_event(data: bytes) -> bytes:
    """Return one event whose data is a single line."""
    return b"data: " + data + b"\n\n"


def encode_comment(text: str) -> bytes:
    """Return a comment of one line: clients ignore it, people and logs see it."""
    return b": " + text.encode() + b"\n\n"
