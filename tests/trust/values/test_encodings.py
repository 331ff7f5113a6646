"""Looking through encodings."""

import base64
import binascii
import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.values.encodings import (
    _base32,
    _base64,
    _joined_up,
    _may_base32,
    _readable,
    decodings,
    turned,
    variants,
)
from podium.trust.values.forms import squash

TEXTS = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.from_regex(r"[A-Za-z0-9+/_-]{0,40}", fullmatch=True),
        st.text(min_size=5, max_size=30).map(lambda text: base64.b64encode(text.encode()).decode()),
        st.text(min_size=5, max_size=30).map(lambda text: base64.b32encode(text.encode()).decode()),
        st.text(min_size=5, max_size=30).map(lambda text: base64.b32encode(text.encode()).decode().lower()),
        st.text(min_size=5, max_size=30).map(lambda text: text.encode().hex()),
        st.sampled_from(("the plan is here", "%41%42", "&lt;b&gt;", "\\u0041\\u0042", " ", "\n")),
    ),
    max_size=5,
).map("".join)


@given(st.from_regex(r"[A-Za-z0-9+/_-]{12,60}={0,2}", fullmatch=True))
def test_a_run_in_base64_begins_anywhere(run) -> None:
    """What a run holds is found from each of four places on, whichever alphabet it is in."""
    bare = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    found = []
    for start in range(4):
        part = bare[start:]
        part = part[:-1] if len(part) % 4 == 1 else part
        found += _readable(base64.b64decode(part + "=" * (-len(part) % 4)))
    assert _base64(run) == ([] if run[1:].islower() else found)


@given(
    st.from_regex(r"[A-Za-z0-9+/_-]{0,50}", fullmatch=True)
    | st.from_regex(r"[a-z+-]{0,9}([a-z2-7]{16,40}|[A-Z2-7]{16,40})[a-z+-]{0,9}", fullmatch=True)
)
def test_base32_is_found_where_it_is(run) -> None:
    """Runs in base32 are those of one case, words apart."""
    found: list[str] = []
    for match in re.finditer(r"[A-Z2-7]{16,}|[a-z2-7]{16,}", run):
        if not (match[0].isalpha() and match[0].islower()):
            try:
                found += _readable(base64.b32decode(match[0].upper() + "=" * (-len(match[0]) % 8)))
            except binascii.Error:
                continue
    assert _base32(run) == found
    assert _may_base32(run) or not found


@given(st.binary(max_size=80))
def test_readable_bytes(raw) -> None:
    """Bytes are a text where few are control characters, and few are no UTF-8."""
    odd = sum((byte < 32 and byte not in b"\t\n\r") or byte == 127 for byte in raw)
    text = raw.decode(errors="replace")
    fine = len(raw) >= 4 and odd <= max(3, len(raw) // 20) and text.count("\ufffd") * 10 <= len(text) + 20
    assert _readable(raw) == ((text.replace("\ufffd", ""),) if fine else ())


@pytest.mark.parametrize("least", [12, 16, 24])
@given(TEXTS)
def test_variants_are_the_text_and_what_it_holds(least, text) -> None:
    """A text is looked through as it stands, and with its parts joined up."""
    joined = _joined_up(text)
    apart = decodings(joined) if joined != text else []
    squashed = [
        one for raw in dict.fromkeys([text, *decodings(text), *apart]) if len(one := squash(raw)) >= least
    ]
    assert list(variants(text, least)) == list(chain.from_iterable((one, *turned(one)) for one in squashed))
