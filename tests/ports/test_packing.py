"""How ids, digests and names are kept."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from podium.kernel.ids import ulid
from podium.ports.packing import (
    pack_draws,
    pack_hex,
    pack_name,
    pack_numbers,
    pack_ulid,
    ulids_from,
    unpack_draws,
    unpack_hex,
    unpack_name,
    unpack_numbers,
    unpack_ulid,
)

ULIDS = st.builds(ulid, st.integers(0, 2**45), st.binary(min_size=16, max_size=16))
DIGITS = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
TEXTS = st.text(max_size=60) | st.text("0123456789abcdefABCDEF-_", max_size=60)


@given(ULIDS | TEXTS, st.booleans())
@example("7" + "Z" * 25, True)
@example("8" + "0" * 25, True)
@example("x" * 15, False)
@example("0" * 25 + "l", True)
def test_any_id_comes_back(digits, prefixed):
    """Every text comes back as it was; a ULID takes 16 bytes, and nothing else does."""
    text = f"chg_{digits}" if prefixed else digits
    packed = pack_ulid(text, "chg_")
    assert unpack_ulid(packed, "chg_") == text
    is_ulid = prefixed and len(digits) == 26 and digits[0] in "01234567" and not set(digits) - DIGITS
    assert (len(packed) == 16) == is_ulid


@given(ULIDS, ULIDS)
def test_ids_sort_as_their_texts(one, other):
    """ULIDs sort as their texts do, so that pages by id are what they were."""
    assert (pack_ulid(one, "") < pack_ulid(other, "")) == (one < other)


@given(ULIDS, st.integers(1, 26), ULIDS)
def test_how_an_id_begins(id_, length, other):
    """The ends of what begins so hold every ULID that does, and none that does not."""
    least, greatest = ulids_from(f"call_{id_[:length]}", "call_")
    for text in (id_, other):
        within = least <= pack_ulid(f"call_{text}", "call_") <= greatest
        assert within == text.startswith(id_[:length])


@pytest.mark.parametrize("text", ["", "call_", "tokyo", "8", "0" * 27])
def test_what_begins_no_id(text):
    """What no ULID begins with has no ends."""
    assert ulids_from(text, "call_") is None


@given(st.binary(min_size=16, max_size=16).map(bytes.hex) | TEXTS)
@example("ff" * 16)
@example("x" * 15)
def test_any_digest_comes_back(text):
    """Sixteen bytes of hexadecimal take 16; everything else comes back too."""
    assert unpack_hex(pack_hex(text, 16), 16) == text


@given(
    TEXTS
    | st.uuids().map(str)
    | st.builds("{}{}".format, st.text(max_size=50), st.binary(min_size=8, max_size=70).map(bytes.hex))
    | st.builds("{}{}".format, st.text(max_size=50), st.uuids())
)
@example("req_" + "0" * 32)
@example("é" * 40 + "0" * 16)
def test_any_name_comes_back(text):
    """Whatever a provider calls a request comes back as it was."""
    assert unpack_name(pack_name(text)) == text


def test_names_shrink():
    """A prefix and 32 digits, and a UUID, take little more than their 16 bytes."""
    assert len(pack_name("req_" + "0f" * 16)) == 22
    assert len(pack_name("01234567-89ab-cdef-0123-456789abcdef")) == 18


@given(st.lists(st.tuples(st.integers(0, 2**62), st.integers(0, 2**62)), min_size=1, max_size=8))
def test_draws_come_back(draws):
    """What a charge drew comes back, in its order."""
    text = " ".join(f"{number}:{amount}" for number, amount in draws)
    assert unpack_draws(pack_draws(text)) == text


@given(st.lists(st.integers(0, 2**70), min_size=1))
def test_numbers_come_back(numbers):
    """Any count of numbers of any size is read as it was written."""
    text = " ".join(map(str, numbers))
    assert unpack_numbers(pack_numbers(text)) == text
