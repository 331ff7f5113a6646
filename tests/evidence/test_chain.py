"""The chain: whatever is done to it shows, and at the first row to which it was done."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.evidence.chain import (
    BEGINNING,
    KEY_ADDED,
    Checkpoint,
    Entry,
    canonical,
    digest,
    following,
    key_id,
    signed_text,
    verify,
)


def public_of(secret: bytes) -> bytes:
    return hashlib.sha256(b"public" + secret).digest()


def sign(public: bytes, message: bytes) -> bytes:
    """A signature of the tests' own; the real one is Ed25519, in the adapter's tests."""
    return hashlib.sha512(public + message).digest()


def good(public: bytes, message: bytes, signature: bytes) -> bool:
    return sign(public, message) == signature


def pin(entry: Entry, public: bytes) -> Checkpoint:
    bare = Checkpoint(entry.seq, entry.at_ns, entry.sha256, key_id(public), "")
    return msgspec.structs.replace(bare, signature=sign(public, signed_text(bare)).hex())


KEY = public_of(b"first")
TRUSTED = {key_id(KEY): KEY}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
BODIES = st.dictionaries(st.sampled_from(["a", "b", "reason"]), TEXT | st.integers() | st.none(), max_size=3)


def chain_of(bodies: list[dict[str, object]]) -> list[Entry]:
    entries: list[Entry] = []
    for number, body in enumerate(bodies):
        entries.append(
            following(
                entries[-1] if entries else None,
                at_ns=1_800_000_000_000_000_000 + number,
                kind="case.answered",
                actor="ann",
                subject=f"case_{number}",
                outcome="done",
                body=body,
            )
        )
    return entries


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[Entry], list[Checkpoint]]:
    """Rows, with a checkpoint at the last and at some others."""
    entries = chain_of(draw(st.lists(BODIES, min_size=1, max_size=12)))
    pinned = {len(entries)} | draw(st.sets(st.integers(1, len(entries))))
    return entries, [pin(entries[seq - 1], KEY) for seq in sorted(pinned)]


def fault(entries: list[Entry], checkpoints: list[Checkpoint]) -> int | None:
    verdict = verify(entries, checkpoints, trusted=TRUSTED, check=good)
    return verdict.fault.seq if verdict.fault is not None else None


@given(chains())
def test_what_was_written_verifies(chain: tuple[list[Entry], list[Checkpoint]]) -> None:
    """Rows as they were written have no fault, and the verdict names their number and head."""
    verdict = verify(*chain, trusted=TRUSTED, check=good)
    assert (verdict.fault, verdict.rows, verdict.head) == (None, len(chain[0]), chain[0][-1].sha256)


@given(chains(), st.data())
def test_an_edit_shows(chain: tuple[list[Entry], list[Checkpoint]], data: st.DataObject) -> None:
    """Whatever field of whatever row is changed, that row is the first fault."""
    entries, checkpoints = chain
    at = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from([n for n in Entry.__struct_fields__ if n != "seq"]))
    old = getattr(entries[at], field)
    new = data.draw((st.integers() if isinstance(old, int) else TEXT).filter(lambda value: value != old))
    edited = [*entries[:at], msgspec.structs.replace(entries[at], **{field: new}), *entries[at + 1 :]]
    assert fault(edited, checkpoints) == at + 1


@given(chains(), st.data())
def test_an_edit_with_new_digests_shows(
    chain: tuple[list[Entry], list[Checkpoint]], data: st.DataObject
) -> None:
    """Who edits a row and makes all digests anew has no key: the next checkpoint says so."""
    entries, checkpoints = chain
    at = data.draw(st.integers(0, len(entries) - 1))
    forged = entries[:at]
    for entry in entries[at:]:
        previous = forged[-1].sha256 if forged else BEGINNING
        actor = "mallory" if entry.seq == at + 1 else entry.actor
        bare = msgspec.structs.replace(entry, actor=actor, previous=previous)
        forged.append(msgspec.structs.replace(bare, sha256=digest(bare)))
    assert fault(forged, checkpoints) == min(c.seq for c in checkpoints if c.seq > at)


@given(chains(), st.data())
def test_a_deletion_shows(chain: tuple[list[Entry], list[Checkpoint]], data: st.DataObject) -> None:
    """A row that is taken out is missing by its number, also where the later ones are numbered anew."""
    entries, checkpoints = chain
    at = data.draw(st.integers(0, len(entries) - 1))
    left = entries[:at] + entries[at + 1 :]
    assert fault(left, checkpoints) == at + 1
    closed = [msgspec.structs.replace(entry, seq=number) for number, entry in enumerate(left, 1)]
    assert fault(closed, checkpoints) == at + 1


@given(chains(), st.data())
def test_a_reordering_shows(chain: tuple[list[Entry], list[Checkpoint]], data: st.DataObject) -> None:
    """Rows in another order show at the first that is out of its place."""
    entries, checkpoints = chain
    order = data.draw(st.permutations(entries))
    first = next((n for n, (a, b) in enumerate(zip(entries, order, strict=True), 1) if a != b), None)
    assert fault(order, checkpoints) == first


@given(chains(), st.data())
def test_a_truncation_behind_a_checkpoint_shows(
    chain: tuple[list[Entry], list[Checkpoint]], data: st.DataObject
) -> None:
    """Rows that were cut off the end are missed by the checkpoint, wherever that was kept."""
    entries, checkpoints = chain
    kept = data.draw(st.integers(0, len(entries) - 1))
    assert fault(entries[:kept], checkpoints) == kept + 1


@given(chains())
def test_rows_that_nobody_signed_show(chain: tuple[list[Entry], list[Checkpoint]]) -> None:
    """Rows added behind the last checkpoint are a fault: each act is signed as it is written."""
    entries, checkpoints = chain
    added = following(
        entries[-1], at_ns=1, kind="case.answered", actor="mallory", subject="", outcome="done", body={}
    )
    assert fault([*entries, added], checkpoints) == len(entries) + 1


@given(chains(), st.data())
def test_a_checkpoint_cannot_be_made_up(
    chain: tuple[list[Entry], list[Checkpoint]], data: st.DataObject
) -> None:
    """A changed checkpoint, or one of a key that nobody trusts, is a fault."""
    entries, checkpoints = chain
    field = data.draw(st.sampled_from(["at_ns", "sha256", "key_id", "signature"]))
    new = {"at_ns": 1, "sha256": "0" * 64, "key_id": "0" * 16, "signature": "zz"}[field]
    assert fault(entries, [*checkpoints[:-1], msgspec.structs.replace(checkpoints[-1], **{field: new})])
    stranger = pin(entries[-1], public_of(b"stranger"))
    assert fault(entries, [*checkpoints, stranger]) == len(entries)


def rotated(signer: bytes) -> tuple[list[Entry], list[Checkpoint]]:
    """A chain whose second row names a second key; ``signer`` signs that row, the second key the third."""
    second = public_of(b"second")
    entries = chain_of([{}])
    for kind, body in ((KEY_ADDED, {"public": second.hex()}), ("case.answered", {})):
        entries.append(
            following(entries[-1], at_ns=1, kind=kind, actor="ann", subject="", outcome="done", body=body)
        )
    return entries, [pin(entries[0], KEY), pin(entries[1], signer), pin(entries[2], second)]


def test_a_key_speaks_for_the_next() -> None:
    """A key that a row under a trusted signature names is trusted; one that names itself is not."""
    assert fault(*rotated(KEY)) is None
    assert fault(*rotated(public_of(b"second"))) == 2


def test_nothing_is_no_chain() -> None:
    """A chain that was emptied with all its checkpoints is a fault, not a clean bill."""
    assert fault([], []) == 1


@pytest.mark.parametrize("value", [1.5, {"a": {1: 2}}, {"ä": 1}, b"x", [object()], "\ud800"])
def test_what_has_no_canonical_form(value: object) -> None:
    """Floats, other keys than ASCII text, and other types are refused: two readers would differ."""
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)


def test_the_form() -> None:
    """The canonical form and the digest are what the documentation says; this vector was made by hand."""
    assert canonical({"b": [1, None, True], "a": 'é"\n'}) == '{"a":"é\\"\\n","b":[1,null,true]}'
    entry = chain_of([{"reason": "x"}])[0]
    text = (
        '{"actor":"ann","at_ns":1800000000000000000,"body":"{\\"reason\\":\\"x\\"}","kind":"case.answered",'
        f'"outcome":"done","previous":"{BEGINNING}","seq":1,"subject":"case_0"}}'
    )
    assert entry.sha256 == hashlib.sha256(b"podium chain v1\n" + text.encode()).hexdigest()
