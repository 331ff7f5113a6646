"""What the events of one stream have in common, so that most of them need not be searched for marks."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

Mark = Callable[[bytes, int], "re.Match[bytes] | None"]

_LONGEST_BYTES: Final = 4096
_QUOTE, _BACKSLASH, _LF, _CR = b'"\\\n\r'
_END: Final = b"\n\n"


class Shape:
    """Events that carry a piece of text, and nothing else that matters.

    ``head`` goes up to the quote that opens the text, ``tail`` from the quote that closes it. An event with
    both, and no quote or line break in between, differs in nothing but its text from one without a mark.
    """

    __slots__ = ("_joint", "_start", "_stop", "head", "tail")

    def __init__(self, head: bytes, tail: bytes) -> None:
        self.head = head
        self.tail = tail
        self._joint = tail + head
        self._start, self._stop = len(head), len(_END) - len(tail)

    def fits(self, events: bytes) -> bool:
        """Return whether bytes that begin with ``head`` and end with ``tail`` are such events, and all of it.

        They are when the texts give the same bytes again with head, joints and tail around them, and have no
        quote or line break.
        """
        before, after = len(self.head), len(self.tail)
        if len(events) < 2 * (before + after):
            said = events[before : len(events) - after]
            return len(events) >= before + after and not _ends_text(said)
        start, stop = self._start, self._stop
        texts = [event[start:stop] for event in events.split(_END)]
        texts.pop()  # nothing stands behind the last
        if _ends_text(b"".join(texts)):
            return False
        return self.head + self._joint.join(texts) + self.tail == events


def _ends_text(said: bytes) -> bool:
    return _QUOTE in said or _LF in said or _CR in said


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
