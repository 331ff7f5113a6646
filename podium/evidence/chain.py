"""The chain of acts: each row holds the SHA-256 of the one before, and signed checkpoints pin its end.

A row's digest is the SHA-256 of ``podium chain v1``, a line feed, and its canonical JSON: the fields of
`Entry` without ``sha256``, keys sorted, no spaces, UTF-8, integers in full. That is RFC 8785 but for integers
above 2^53, which that format cannot hold and Unix nanoseconds need. A checkpoint signs ``podium checkpoint
v1``, a line feed, and its canonical JSON without the signature, with Ed25519 (RFC 8032).

Keys rotate: a row of kind ``key.added`` names the next key, and is believed once a checkpoint over it bears
the signature of a key that was believed before. What begins the belief comes from outside of the chain.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

BEGINNING: Final = "0" * 64
"""What the first row holds in place of a digest."""
KEY_ADDED: Final = "key.added"
_ROW: Final = b"podium chain v1\n"
_CHECKPOINT: Final = b"podium checkpoint v1\n"

Check = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether the signature is good; never raises."""


class Entry(msgspec.Struct, frozen=True):
    """One act: who, what, to what, when, with which outcome. ``seq`` counts from 1 without gaps."""

    seq: int
    at_ns: int
    kind: str
    actor: str
    subject: str
    outcome: str
    """``done``, or ``refused``."""
    body: str
    """Canonical JSON of what else is to be known."""
    previous: str
    sha256: str


class Checkpoint(msgspec.Struct, frozen=True):
    """Says with a signature that row ``seq`` has a digest, and so which rows there are up to it."""

    seq: int
    at_ns: int
    sha256: str
    key_id: str
    signature: str
    """Hexadecimal, 64 bytes."""


class Fault(msgspec.Struct, frozen=True):
    """The first row that is not what was written, and in words what is wrong."""

    seq: int
    what: str


class Verdict(msgspec.Struct, frozen=True):
    """What a verification has found; without a fault, ``head`` is the digest of the last row."""

    rows: int
    checkpoints: int
    head: str
    fault: Fault | None


def canonical(value: object) -> str:
    """Return canonical JSON. Raises ValueError for what has none: floats, lone surrogates, other types."""
    _check(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text.encode("utf-8")
    return text


def _check(value: object) -> None:
    if isinstance(value, dict):
        if not all(isinstance(key, str) and key.isascii() for key in value):
            raise ValueError("keys are ASCII text")
        for inner in value.values():
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif not (value is None or isinstance(value, str | int)):
        raise ValueError(f"{type(value).__name__} has no canonical form")


def key_id(public: bytes) -> str:
    """Return the id of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def digest(entry: Entry) -> str:
    """Return what ``sha256`` of a row must be."""
    fields = {name: getattr(entry, name) for name in Entry.__struct_fields__ if name != "sha256"}
    return hashlib.sha256(_ROW + canonical(fields).encode()).hexdigest()


def following(
    last: Entry | None,
    *,
    at_ns: int,
    kind: str,
    actor: str,
    subject: str,
    outcome: str,
    body: Mapping[str, object],
) -> Entry:
    """Return the row after ``last``, None where it is the first. Raises ValueError where it has no form."""
    bare = Entry(
        seq=last.seq + 1 if last is not None else 1,
        at_ns=at_ns,
        kind=kind,
        actor=actor,
        subject=subject,
        outcome=outcome,
        body=canonical(body),
        previous=last.sha256 if last is not None else BEGINNING,
        sha256="",
    )
    return msgspec.structs.replace(bare, sha256=digest(bare))


def signed_text(checkpoint: Checkpoint) -> bytes:
    """Return what a checkpoint's signature is over."""
    fields = {n: getattr(checkpoint, n) for n in Checkpoint.__struct_fields__ if n != "signature"}
    return _CHECKPOINT + canonical(fields).encode()


def verify(
    entries: Iterable[Entry], checkpoints: Iterable[Checkpoint], *, trusted: Mapping[str, bytes], check: Check
) -> Verdict:
    """Return whether rows are what was written, and the first that is not.

    ``checkpoints`` may hold ones that were kept elsewhere; several of one row are each looked at.
    ``trusted``: public keys by id that are believed from the start.
    """
    pins: dict[int, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        pins.setdefault(checkpoint.seq, []).append(checkpoint)
    believed = dict(trusted)
    announced: dict[str, bytes] = {}
    last: Entry | None = None
    count = signed = 0
    for entry in entries:
        fault = _fault_of(entry, last)
        if fault is not None:
            return Verdict(count, signed, last.sha256 if last is not None else BEGINNING, fault)
        if entry.kind == KEY_ADDED:
            announced.update(_announced(entry))
        for checkpoint in pins.get(entry.seq, ()):
            what = _mismatch(checkpoint, entry, believed, check)
            if what is not None:
                return Verdict(count, signed, entry.previous, Fault(entry.seq, what))
            believed |= announced
            signed = entry.seq
        last, count = entry, count + 1
    head = last.sha256 if last is not None else BEGINNING
    return Verdict(count, len(pins), head, _fault_of_end(count, signed, pins))


def _fault_of(entry: Entry, last: Entry | None) -> Fault | None:
    expected = last.seq + 1 if last is not None else 1
    if entry.seq != expected:
        what = f"row {expected} is missing" if entry.seq > expected else f"row {entry.seq} is out of order"
        return Fault(expected, f"{what}: row {entry.seq} stands in its place")
    if entry.previous != (last.sha256 if last is not None else BEGINNING):
        return Fault(entry.seq, "it does not follow from the row before")
    try:
        same = digest(entry) == entry.sha256
    except ValueError as error:
        return Fault(entry.seq, f"it has no canonical form: {error}")
    return None if same else Fault(entry.seq, "its content is not what its digest says")


def _announced(entry: Entry) -> dict[str, bytes]:
    try:
        body = json.loads(entry.body)
        public = bytes.fromhex(body["public"])
    except (ValueError, KeyError, TypeError):
        return {}
    return {key_id(public): public}


def _mismatch(
    checkpoint: Checkpoint, entry: Entry, believed: Mapping[str, bytes], check: Check
) -> str | None:
    public = believed.get(checkpoint.key_id)
    if public is None:
        return f"its checkpoint is signed by the key {checkpoint.key_id}, for which no trusted key speaks"
    try:
        good = check(public, signed_text(checkpoint), bytes.fromhex(checkpoint.signature))
    except ValueError:
        good = False
    if not good:
        return f"the signature of its checkpoint is not good (key {checkpoint.key_id})"
    if checkpoint.sha256 != entry.sha256:
        return "a signed checkpoint says that its digest was another one"
    return None


def _fault_of_end(count: int, signed: int, pins: Mapping[int, list[Checkpoint]]) -> Fault | None:
    beyond = max(pins, default=0)
    if beyond > count:
        return Fault(count + 1, f"a signed checkpoint says that there were rows up to {beyond}")
    if count == 0:
        return Fault(1, "there are no rows: a chain has at least its beginning")
    if signed < count:
        return Fault(signed + 1, "no checkpoint covers it and what follows")
    return None
