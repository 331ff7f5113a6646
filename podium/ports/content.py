"""What is stored of content, and the language in which it is handed to the collector, read and erased.

A piece is one thing that was said: the messages of a call, its answer, a tool's arguments. It is bound to its
span, or to its call, whose span has the call's id. Times are Unix nanoseconds.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, Protocol

import msgspec

from podium.evidence.contents.rules import ContentRule
from podium.ports.acts import By

MAX_RAW_BYTES: Final = 4 << 20
"""Of one request or answer as it is handed over. A longer one is not kept, and its piece says so."""
MAX_BATCH_BYTES: Final = 16 << 20


class Where(msgspec.Struct, frozen=True, array_like=True):
    """What content belongs to. ``bound``: id of its span, or of its call."""

    trace_id: str
    bound: str
    task: str
    agent: str
    department: str
    at_ns: int
    user: str | None = None
    """Who it is about, as the client names them. Only a keyed digest of it is stored."""


class Spoken(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """One call of a model: bodies in the client's format, None where one was too long to be taken."""

    where: Where
    rule: ContentRule
    wire: str
    asked: bytes | None
    answered: bytes | None
    streamed: bool = False


class Said(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """What is named already: arguments and result of a tool, attributes of a span. JSON by its name."""

    where: Where
    rule: ContentRule
    values: dict[str, bytes]


Handed = Spoken | Said


class KeepContent(msgspec.Struct, frozen=True, tag="keep_content"):
    """Keep content, in one transaction. Asked of the collector by the gateways of its machine.

    Gateways elsewhere ask the keeper, who passes it on and says whose it is.
    """

    handed: tuple[Handed, ...]
    gateway: str | None = None
    """The keeper's word for the machine that it came from; None: from this one."""


class ContentKept(msgspec.Struct, frozen=True, tag="content_kept"):
    """To KeepContent: it is durable."""

    pieces: int


class ReadContent(msgspec.Struct, frozen=True, tag="read_content"):
    """Read what is stored of a trace. Whoever reads is a row of the chain before they see it."""

    by: By
    trace_id: str


class Piece(msgspec.Struct, frozen=True):
    """One piece that was read. ``value``: JSON, as far as it was kept."""

    bound: str
    """Id of its span, or of its call."""
    name: str
    record: str
    value: Any
    cut: bool
    task: str
    agent: str
    department: str
    at_ns: int
    key: str
    """Id of the key that it is sealed with."""


class ContentIs(msgspec.Struct, frozen=True, tag="content_is"):
    """To ReadContent."""

    pieces: tuple[Piece, ...]


class Erase(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose content: exactly one of task, trace, user and agent; with an agent, what is older than a time."""

    task: str | None = None
    trace: str | None = None
    user: str | None = None
    agent: str | None = None
    before_ns: int | None = None


class EraseContent(msgspec.Struct, frozen=True, tag="erase_content"):
    """Erase content for ever. Figures and spans stay."""

    by: By
    what: Erase


class ContentErased(msgspec.Struct, frozen=True, tag="content_erased"):
    """To EraseContent: pieces that are gone, keys that were destroyed, and pieces that got another key."""

    pieces: int
    keys: int
    sealed_anew: int


class RotateContentKey(msgspec.Struct, frozen=True, tag="rotate_content_key"):
    """Give a department (its path) another key: what it wraps is wrapped anew, and the old one is gone."""

    by: By
    department: str


class ContentKeyIs(msgspec.Struct, frozen=True, tag="content_key_is"):
    """To RotateContentKey."""

    key: str
    rewrapped: int


class MayTouchContent(msgspec.Struct, frozen=True, tag="may_touch_content"):
    """The collector asks the keeper whether somebody may; that they do is a row of the chain then."""

    by: By
    act: Literal["read", "erase", "rotate"]
    subject: str
    departments: tuple[str, ...]
    body: dict[str, str | int] = {}


class ContentTouched(msgspec.Struct, frozen=True, tag="content_touched"):
    """The collector tells the keeper what came of an erasure, or a rotation: another row of the chain."""

    by: By
    act: Literal["erase", "rotate"]
    subject: str
    body: dict[str, str | int] = {}


CONTENT_ACTS: Final = (MayTouchContent, ContentTouched)
ContentAct = MayTouchContent | ContentTouched
ContentQuestion = KeepContent | ReadContent | EraseContent | RotateContentKey
ContentReply = ContentKept | ContentIs | ContentErased | ContentKeyIs


class NewPiece(msgspec.Struct, frozen=True):
    """A piece to be stored, in its form already."""

    where: Where
    name: str
    record: str
    text: bytes
    cut: bool
    until_ns: int | None
    """Until when it is kept; None: as long as nobody erases it."""


class ContentSink(Protocol):
    """Takes content from a gateway."""

    def put(self, handed: Handed) -> None:
        """Hand content over. Never waits, and never raises."""
        ...


class ContentStore(Protocol):
    """Where content is kept, sealed. One owner process; its methods belong to one thread.

    All raise StateError where the store cannot be used, and where its keys are of another wrapping key.
    """

    def hash_key(self, department: str) -> bytes:
        """Return the key of the digests of a department's hashed content; made where there is none."""
        ...

    def add(self, pieces: Sequence[NewPiece]) -> None:
        """Add pieces in one durable transaction. One of the same task, trace, place and name is replaced."""
        ...

    def departments(self, what: Erase) -> dict[str, int]:
        """Return how many pieces of which departments (paths) a selection holds."""
        ...

    def subject(self, what: Erase) -> str:
        """Return how a selection is called where others read it: a user by a keyed digest."""
        ...

    def read(self, trace_id: str, bounds: Sequence[str] = ()) -> tuple[Piece, ...]:
        """Return the pieces of a trace, in their order; with ``bounds``, of these spans or calls alone."""
        ...

    def erase(self, what: Erase) -> ContentErased:
        """Destroy keys and pieces, for ever. What names nobody in a person's tasks goes with theirs."""
        ...

    def rotate(self, department: str) -> ContentKeyIs:
        """Give a department another key. Raises NotFound where it has none."""
        ...

    def tidy(self, now_ns: int, max_bytes: int | None) -> int:
        """Remove what is too old, then the oldest while the store is too large; return how many pieces."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...
