"""What the events of one stream have in common, so that most of them need not be searched for marks."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

Mark = Callable[[bytes, int], "re.Match[bytes] | None"]

_LONGEST_BYTES: Final = 4096
_QUOTE, _BACKSLASH, _LF, _CR = b'"\\\n\r'
_COUNTED: Final = b'"\n\r'


class Shape:
    """Events that carry a piece of text, and nothing else that matters.

    ``head`` goes up to the quote that opens the text, ``tail`` from the quote that closes it. An event with
    both, and no quote or line break in between, differs in nothing but its text from one without a mark.
    """

    __slots__ = ("_counted", "_joint", "head", "tail")

    def __init__(self, head: bytes, tail: bytes) -> None:
        self.head = head
        self.tail = tail
        self._joint = tail + head
        self._counted = _count(self._joint)

    def fits(self, events: bytes) -> bool:
        """Return whether bytes that begin with ``head`` and end with ``tail`` are such events, and all of it.

        They are when first head, joints and last tail have all quotes and line breaks that there are: as
        many as there are joints take their share, what is above it is in the texts.
        """
        joint = self._joint
        if len(events) < 2 * len(joint):
            inner = events[len(self.head) : len(events) - len(self.tail)]
            return len(events) >= len(joint) and not (_QUOTE in inner or _LF in inner or _CR in inner)
        return _count(events) == (1 + events.count(joint)) * self._counted


def _count(events: bytes) -> int:
    """Return how many quotes and line breaks there are."""
    return len(events) - len(events.translate(None, _COUNTED))


def shape_of(event: bytes, text: bytes, marks: tuple[Mark, ...]) -> Shape | None:
    """Return the shape of an event, or None when it bears a mark or no text.

    ``text`` is what stands before a text, its opening quote included.
    """
    begin = event.find(text) + len(text)
    end = event.find(b'"', begin)
    if begin < len(text) or end < 0 or event[end - 1] == _BACKSLASH or len(event) > _LONGEST_BYTES:
        return None
    head, tail = event[:begin], event[end:]
    if head.startswith(b"\n") or tail.find(b"\n") != len(tail) - 2 or not tail.endswith(b"\n\n"):
        return None
    # Heads name their stream; tails are the same in all streams of a model.
    return None if _is_marked(head, marks) or _is_tail_marked(tail, marks) else Shape(head, tail)


def _is_marked(part: bytes, marks: Sequence[Mark]) -> bool:
    for search in marks:  # noqa: SIM110 - a generator would cost more than the searches
        if search(part, 0):
            return True
    return False


_is_tail_marked = lru_cache(maxsize=256)(_is_marked)
