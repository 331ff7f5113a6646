"""The keeper's language: every message is read as it was said, and nothing else is."""

import contextlib
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import InvalidRequest
from podium.ports import link
from podium.ports.link import (
    FRAME,
    MAX_FRAME_BYTES,
    Grant,
    Question,
    Reply,
    Returned,
    Want,
    decode_question,
    decode_reply,
    encode,
    payload_bytes,
)
from podium.spend.rates import Claim

_CLAIMS = st.builds(Claim, st.text(max_size=20), *[st.integers(0, 2**62)] * 4)
_BY_TYPE = {
    str: st.text(max_size=20),
    int: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    bytes: st.binary(max_size=50),
    bytes | None: st.none() | st.binary(max_size=50),
    bool: st.booleans(),
    tuple[int, ...]: st.lists(st.integers(0, 2**40), max_size=3).map(tuple),
    tuple[Claim, ...]: st.lists(
        st.builds(Claim, st.text(max_size=20), *[st.integers(0, 2**62)] * 4), max_size=3
    ).map(tuple),
    int | None: st.none() | st.integers(0, 2**62),
    tuple[Want, ...]: st.lists(
        st.builds(
            Want, st.text(max_size=20), st.integers(0, 2**62), st.integers(0, 2**62), st.integers(0, 9)
        ),
        max_size=3,
    ).map(tuple),
    tuple[Returned, ...]: st.lists(st.builds(Returned, *[st.integers(0, 2**62)] * 3), max_size=3).map(tuple),
    tuple[Grant, ...]: st.lists(
        st.builds(Grant, st.text(max_size=20), st.none() | st.integers(0, 2**62), *[st.integers(0, 9)] * 3),
        max_size=3,
    ).map(tuple),
    tuple[str, ...]: st.lists(st.text(max_size=20), max_size=3).map(tuple),
    dict[str, object]: st.dictionaries(st.text(max_size=5), st.integers(0, 9)),
    list[dict[str, object]]: st.lists(st.dictionaries(st.text(max_size=5), st.integers(0, 9)), max_size=3),
}


def of(kind):
    """Values of a field's type."""
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if kind is type(None):
        return st.none()
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in {Union, UnionType}:
        return st.one_of(*(of(one) for one in inner))
    if origin is tuple and inner[-1] is not Ellipsis:
        return st.tuples(*(of(one) for one in inner))
    if origin is tuple:
        return st.lists(of(inner[0]), max_size=2).map(tuple)
    if origin is list:
        return st.lists(of(inner[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(of(inner[0]), of(inner[1]), max_size=2)
    if kind in {Any, object}:
        return st.integers(0, 9)
    if kind is float:
        return st.floats(0, 1e9)
    return st.builds(kind, **{field.name: of(field.type) for field in msgspec.structs.fields(kind)})


def messages(kinds):
    return st.one_of(*(of(kind) for kind in kinds))


def parts(frame):
    head, payload = frame[: FRAME.size], frame[FRAME.size :]
    assert payload_bytes(head) == len(payload)
    return payload


@given(messages(Question.__args__))
def test_questions(question):
    """Every question is read as it was asked."""
    assert decode_question(parts(encode(question))) == question


@given(messages(Reply.__args__))
def test_replies(reply):
    """Every reply is read as it was given."""
    assert decode_reply(parts(encode(reply))) == reply


@given(st.binary(max_size=60))
def test_anything_else(payload):
    """Other bytes are a question, or an error of ours, and never another one."""
    with contextlib.suppress(InvalidRequest):
        assert isinstance(decode_question(payload), Question)


def test_a_question_is_no_reply():
    """Questions and replies are not mistaken for each other."""
    with pytest.raises(InvalidRequest):
        decode_reply(parts(encode(link.GetStatus())))


def test_a_frame_beyond_the_limit():
    """A length beyond the limit is refused before anything of it is read."""
    assert payload_bytes(FRAME.pack(MAX_FRAME_BYTES)) == MAX_FRAME_BYTES
    with pytest.raises(InvalidRequest, match="limit"):
        payload_bytes(FRAME.pack(MAX_FRAME_BYTES + 1))
