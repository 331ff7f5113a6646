"""Heads that are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.net.heads import BadHead, has_token, status_line, write_head


@given(st.lists(st.tuples(st.binary(min_size=1), st.binary())), st.binary(min_size=1))
def test_a_head_has_exactly_the_lines_it_was_given(headers: list[tuple[bytes, bytes]], first: bytes) -> None:
    """Whatever the values are, they cannot add a line: either the head is as given, or it is refused."""
    whole = first + b"".join(name + value for name, value in headers)
    if any(byte in whole for byte in b"\r\n\0"):
        with pytest.raises(BadHead):
            write_head(first, headers)
    else:
        lines = write_head(first, headers).split(b"\r\n")
        assert lines == [first, *(name + b": " + value for name, value in headers)]


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nb", b"a\rb", b"a\0b", b"a\r", b"\n"])
def test_a_line_break_in_a_value_is_refused_by_name(value: bytes) -> None:
    """The error names the header and not its value, which may be secret."""
    with pytest.raises(BadHead, match="authorization") as caught:
        write_head(b"GET / HTTP/1.1", [(b"a", b"b"), (b"authorization", value)])
    assert "set-cookie" not in str(caught.value)


def test_line_breaks_that_make_up_for_each_other_are_refused() -> None:
    """A CR in one value and an LF in another are found, although the counts could be made to fit."""
    with pytest.raises(BadHead):
        write_head(b"GET / HTTP/1.1", [(b"a", b"b\r"), (b"c", b"\nd")])


def test_an_unknown_status_has_no_reason() -> None:
    """The space before the missing reason stays, as RFC 9112, 4 demands."""
    assert status_line(200) == b"HTTP/1.1 200 OK"
    assert status_line(299) == b"HTTP/1.1 299 "


def test_tokens_are_found_in_lists_whatever_their_case() -> None:
    """A token counts as a whole one, between commas."""
    assert has_token(b"keep-alive, Close", b"close")
    assert not has_token(b"closed, keep-alive", b"close")
