"""The journal: what a worker writes before it acts, and its framing on disk.

A segment file is ``PODJ``, a version byte, then frames. A frame is a little-endian ``u32`` length, the
``u32`` CRC-32 of the payload, and the payload: one MessagePack record. The first record is a `Header`.
Files are only appended to. A torn last frame is what a crash leaves, and reading stops before it.
"""

import struct
from collections.abc import Iterator
from typing import Final, Literal
from zlib import crc32

import msgspec

from podium.kernel.call import Usage
from podium.kernel.errors import JournalError

MAGIC: Final = b"PODJ"
VERSION: Final = 2
"""2: holds tell what they have drawn. Journals of version 1 are read too: what came later has defaults."""
PREAMBLE_BYTES: Final = 5
_FRAME: Final = struct.Struct("<II")
MAX_RECORD_BYTES: Final = 1 << 20

Outcome = Literal["ok", "refused", "error", "broken", "timeout", "aborted", "unsent", "crashed"]
"""How an attempt or a call ended. ``refused``: a complete answer that says no. ``aborted``: the client
went away. ``unsent``: nothing went out. ``crashed``: the worker died, and the keeper found the hold."""


REPLAYED: Final = "replayed"
"""How a call ends that was answered from the step journal: no attempt was made, and nothing charged."""
WENT_WELL: Final = ("ok", REPLAYED)
"""How calls end that were answered."""


class Header(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """First record of every segment."""

    incarnation: str
    worker: str
    pid: int
    boot_id: str
    segment: int
    started_ns: int


class Hold(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Written before an attempt is sent: who, to whom, the most that it can cost.

    It pins the price by ``snapshot_version`` and ``model``, and the window by ``admitted_ns``
    (Unix nanoseconds of admission).
    """

    charge_id: str
    call_id: str
    trace_id: str
    span_id: str
    parent_span_id: str | None
    attempt: int
    task_id: str
    session: str | None
    agent: str
    department: str
    """Path from the root: ``acme/engineering/platform``."""
    route: str
    model: str
    upstream_model: str
    provider: str
    region: str | None
    dialect: str
    operation: str
    streamed: bool
    snapshot_version: int
    admitted_ns: int
    hold_nano_usd: int
    input_bound_tokens: int
    output_bound_tokens: int
    request_digest: str
    """Keyed BLAKE2b of the client's body, hexadecimal."""
    draws: tuple[int, ...] = ()
    """What the attempt has drawn: slice and amount, in turn. They pin the windows that it counts in."""
    degraded_from: str | None = None
    """The model that a limit kept from serving."""
    degraded_reason: str | None = None
    step: str | None = None
    """Digests of what is said last, said first, and of the tools: 16, 8 and 8 digits (gateway/steps.py)."""


class Done(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """The end of a call, with or without attempts."""

    call_id: str
    trace_id: str
    task_id: str
    session: str | None
    agent: str
    department: str
    route: str
    operation: str
    streamed: bool
    snapshot_version: int
    admitted_ns: int
    outcome: str
    http_status: int
    error_code: str | None
    attempts: int
    cost_nano_usd: int
    duration_us: int
    overhead_us: int | None
    """Time that Podium itself held the call before its first byte went upstream; None if nothing was sent."""
    message: str | None = None


class Settle(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Ends a hold. Times are microseconds since the hold's ``admitted_ns``."""

    charge_id: str
    outcome: str
    cost_nano_usd: int
    usage: Usage | None
    estimated: bool = False
    overrun: bool = False
    reason: str | None = None
    http_status: int | None = None
    error_code: str | None = None
    upstream_id: str | None = None
    upstream_model: str | None = None
    upstream_request_id: str | None = None
    reply_digest: str | None = None
    finish_reason: str | None = None
    sent_us: int | None = None
    first_byte_us: int | None = None
    first_token_us: int | None = None
    end_us: int = 0
    done: Done | None = None
    """Set on a call's last attempt."""
    beyond: bool = False
    """The usage was above a bound that cannot be passed: what is known of the model is wrong."""
    window: tuple[int, ...] = ()
    """What filled the model's window, as `evidence.windows` numbers it; empty: not counted."""


class Roll(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """The last record of a segment: the incarnation goes on in ``next_segment``, or has ended (None)."""

    next_segment: int | None


class ToolCall(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """A call of a tool, when it has ended or was refused. No argument and no result is in it."""

    call_id: str
    trace_id: str
    span_id: str
    parent_span_id: str | None
    task_id: str
    root_id: str
    agent: str
    department: str
    tool: str
    """``SERVER/TOOL``; as the client named it where there is none."""
    effect: str | None
    snapshot_version: int
    at_ns: int
    arguments_digest: str
    """Keyed BLAKE2b of the canonical arguments, hexadecimal."""
    verdict: str
    """allow, ask or deny."""
    rule: str
    reason: str | None = None
    approval_id: str | None = None
    outcome: str | None = None
    """succeeded, failed or unknown; None: it was not made."""
    error_code: str | None = None
    duration_us: int = 0
    overhead_us: int | None = None
    """Time that Podium itself held the call; None if nothing was sent."""
    result_digest: str | None = None
    """Keyed BLAKE2b of what the tool answered, hexadecimal; None: it did not, or this is an older record."""


Record = Header | Hold | Settle | Done | Roll | ToolCall

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)


def preamble() -> bytes:
    """Return the first bytes of a segment file."""
    return MAGIC + bytes([VERSION])


def frame(payload: bytes) -> bytes:
    """Return the frame of a payload."""
    return _FRAME.pack(len(payload), crc32(payload)) + payload


def encode(record: Record) -> bytes:
    """Return one frame."""
    payload = _encoder.encode(record)
    return _FRAME.pack(len(payload), crc32(payload)) + payload  # as `frame` does: this is on every call's way


def check_preamble(data: bytes) -> int:
    """Return the offset of the first frame. Raises JournalError when this is no journal of ours."""
    if data[:4] != MAGIC:
        raise JournalError("not a Podium journal", fix="Move the file out of the journals folder.")
    if data[4] > VERSION:
        raise JournalError(
            f"the journal has version {data[4]}, this Podium reads up to {VERSION}",
            fix="Start the newer Podium that wrote it.",
        )
    return PREAMBLE_BYTES


def frames(data: bytes, offset: int = 0, *, longest: int = MAX_RECORD_BYTES) -> Iterator[tuple[bytes, int]]:
    """Yield the payload of each whole frame and the offset behind it; stop before a torn one.

    Zeros up to the end count as torn too: a file system leaves them where it made a file longer and lost
    the bytes. Raises JournalError on a frame that cannot have been written so, which is damage.
    """
    end = len(data)
    while offset + _FRAME.size <= end:
        length, checksum = _FRAME.unpack_from(data, offset)
        start = offset + _FRAME.size
        stop = start + length
        if length == 0 or length > longest:
            if length == 0 and not data[offset:].strip(b"\0"):
                return
            raise JournalError(f"damaged frame at byte {offset}: length {length}")
        if stop > end:
            return
        payload = data[start:stop]
        if crc32(payload) != checksum:
            if stop == end:
                return
            raise JournalError(f"damaged frame at byte {offset}: checksum differs")
        yield payload, stop
        offset = stop


def decode(data: bytes, offset: int = 0) -> Iterator[tuple[Record, int]]:
    """Yield each whole record and the offset behind it, as `frames` does. Raises JournalError as it does."""
    for payload, stop in frames(data, offset):
        try:
            record = _decoder.decode(payload)
        except msgspec.MsgspecError as error:
            at = stop - len(payload) - _FRAME.size
            raise JournalError(
                f"unknown record in the frame at byte {at}: {error}",
                fix="Start the newer Podium that wrote it.",
            ) from error
        yield record, stop


def check_tail(data: bytes, offset: int = 0) -> None:
    """Make sure that what `decode` left at the end of a finished file is one torn frame.

    Raises JournalError when whole frames follow it: then its length was damaged, and records are behind it.
    """
    for at in range(offset + 1, len(data) - _FRAME.size):
        length, checksum = _FRAME.unpack_from(data, at)
        start = at + _FRAME.size
        # A payload of ours begins as a MessagePack array, which spares most checksums.
        if not 0 < length <= len(data) - start or not (data[start] & 0xF0 == 0x90 or data[start] == 0xDC):
            continue
        if crc32(data[start : start + length]) == checksum:
            raise JournalError(f"damaged frame at byte {offset}: whole records follow it at byte {at}")
