"""The journal's frames: what is written is read, what is torn ends the reading, what is damaged is found."""

from zlib import crc32

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.kernel.errors import JournalError
from podium.spend.journal import (
    MAX_RECORD_BYTES,
    PREAMBLE_BYTES,
    VERSION,
    Done,
    Header,
    Hold,
    Roll,
    Settle,
    check_preamble,
    check_tail,
    decode,
    encode,
    preamble,
)

texts = st.text(max_size=20)
maybe_texts = st.none() | texts
counts = st.integers(min_value=-(2**63), max_value=2**63 - 1)
tool_uses = st.lists(st.tuples(texts, counts), max_size=3).map(tuple)
usages = st.builds(Usage, *[counts] * len(TOKEN_FIELDS), tool_uses=tool_uses)
_BY_TYPE = {
    str: texts,
    str | None: maybe_texts,
    int: counts,
    tuple[int, ...]: st.lists(counts, max_size=4).map(tuple),
    int | None: st.none() | counts,
    bool: st.booleans(),
    Usage | None: st.none() | usages,
}


def records_of(kind, **given_strategies):
    """Every field of a record, within what MessagePack can say."""
    fields = {
        field.name: given_strategies[field.name] if field.name in given_strategies else _BY_TYPE[field.type]
        for field in msgspec.structs.fields(kind)
    }
    return st.builds(kind, **fields)


headers = records_of(Header)
holds = records_of(Hold)
dones = records_of(Done)
settles = records_of(Settle, done=st.none() | dones)
rolls = records_of(Roll)
records = st.one_of(headers, holds, settles, dones, rolls)
journals = st.lists(records, min_size=1, max_size=5)


def frames(found: list[object]) -> bytes:
    return b"".join(encode(record) for record in found)


@given(journals)
def test_round_trip(written):
    """Every record is read as it was written, with the offset behind it."""
    data = preamble() + frames(written)
    read = list(decode(data, check_preamble(data)))
    assert [record for record, _ in read] == written
    assert read[-1][1] == len(data)


@given(journals, st.data())
def test_torn_tail(written, data):
    """A file cut anywhere yields exactly the records that are whole, and no error."""
    whole = frames(written)
    cut = data.draw(st.integers(min_value=0, max_value=len(whole)))
    read = list(decode(whole[:cut]))
    ends = [len(frames(written[: n + 1])) for n in range(len(written))]
    assert [record for record, _ in read] == [r for r, end in zip(written, ends, strict=True) if end <= cut]
    check_tail(whole[:cut], read[-1][1] if read else 0)


@given(journals, st.data())
def test_any_split(written, data):
    """Read in any two pieces, each from where the last ended, a file yields the same records."""
    whole = frames(written)
    split = data.draw(st.integers(min_value=0, max_value=len(whole)))
    first = list(decode(whole[:split]))
    offset = first[-1][1] if first else 0
    second = list(decode(whole[offset:]))
    assert [record for record, _ in first + second] == written


@given(journals, records, st.data())
def test_damage_is_found(written, follower, data):
    """A changed byte of a frame that others follow is never taken for a record, nor for a torn tail."""
    whole = frames(written)
    at = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    flipped = bytearray(whole + frames([follower]))
    flipped[at] ^= data.draw(st.integers(min_value=1, max_value=255))
    read: list[object] = []

    def read_to_the_end():
        offset = 0
        for record, stop in decode(bytes(flipped)):
            read.append(record)
            offset = stop
        check_tail(bytes(flipped), offset)

    with pytest.raises(JournalError):
        read_to_the_end()
    assert read == written[: len(read)]


@given(journals, st.integers(min_value=1, max_value=100))
def test_zeros_at_the_end(written, zeros):
    """Zeros that a crash of the host left behind the last record are a torn tail."""
    whole = frames(written)
    assert [record for record, _ in decode(whole + bytes(zeros))] == written


def test_zeros_within():
    """Zeros that records follow are damage."""
    with pytest.raises(JournalError, match="length 0"):
        list(decode(bytes(16) + encode(Roll(None))))


def test_length_beyond_the_limit():
    """A length that no record has is damage even at the end."""
    with pytest.raises(JournalError, match="length"):
        list(decode((MAX_RECORD_BYTES + 1).to_bytes(4, "little") + bytes(8)))


def test_unknown_record():
    """A whole frame with a record that this Podium does not know says what to do."""
    payload = b"\x91\x63"
    frame = len(payload).to_bytes(4, "little") + crc32(payload).to_bytes(4, "little") + payload
    with pytest.raises(JournalError, match="newer Podium"):
        list(decode(frame))


def test_preamble():
    """Another file's beginning and a newer version's are refused."""
    assert check_preamble(preamble()) == PREAMBLE_BYTES
    with pytest.raises(JournalError, match="not a Podium journal"):
        check_preamble(b"SQLit")
    with pytest.raises(JournalError, match="newer Podium"):
        check_preamble(b"PODJ" + bytes([VERSION + 1]))


def test_records_without_known_fields_keep_their_defaults():
    """A settlement written without its later fields reads with their defaults."""
    settle = Settle("chg_1", "ok", 5, None)
    assert next(decode(encode(settle)))[0] == settle
