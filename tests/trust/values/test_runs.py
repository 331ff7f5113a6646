"""What is told of a text at a glance is what its patterns find."""

import re

from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grounding.record import notations
from podium.trust.grounding.record.results import extend
from podium.trust.grounding.texts import unexplained
from podium.trust.values import encodings, phones
from podium.trust.values.runs import may_have, runs, table

TEXTS = st.text(st.sampled_from("0123456789 ()/.-+abcXYZ{[@\n\t\x1cé"), max_size=60)


@given(
    TEXTS, st.sampled_from(["", "+44 20 7946 0958", "1.2", "GB29", "4711", "(dot) [at]", "{ . }", "x dot y"])
)
def test_nothing_is_passed_over(text: str, part: str) -> None:
    """Numbers, codes and disguised signs are found wherever their patterns find them."""
    text = text + part
    spans = [match.span() for match in phones.numbers_in(text)]
    assert spans == [match.span() for match in phones.NUMBER_OF_SOMEBODY.finditer(text)]
    assert notations.codes_in(text) == re.findall(r"\d{4,12}", text)
    assert unexplained.opaque_runs(text * 3) == re.findall(r"[^\s]{20,}", text * 3)
    folded = notations._DOT.sub(".", text) if any(sign in text for sign in notations._DOTS) else text
    assert notations._refanged(text) == (
        notations._AT.sub("@", folded) if any(sign in text for sign in notations._ATS) else folded
    )


@given(st.text(st.sampled_from("aZ09+/_-= é."), max_size=80))
def test_runs_are_those_of_a_pattern(text: str) -> None:
    """Runs are as long as they go, and none that is long enough is left out."""
    plain = text.encode("ascii", "ignore").decode()
    assert runs(plain, table(r"[a-z]"), 3) == re.findall(r"[a-z]{3,}", plain)
    assert [one.rstrip("=") for one in encodings._runs(text)] == re.findall(r"[A-Za-z0-9+/_-]{12,}", text)


def test_other_texts_are_looked_through() -> None:
    """Of a text with letters of other alphabets nothing is told at a glance."""
    assert may_have("é", table("x"), b"xxxx")
    assert not may_have("e", table("x"), b"xxxx")


@given(
    st.text(st.sampled_from("ab1"), max_size=90),
    st.text(st.sampled_from("ab1\n"), max_size=90),
    st.text(st.sampled_from("ab1"), min_size=8, max_size=100),
)
def test_a_passage_reaches_as_far_as_both_texts_agree(before: str, other: str, same: str) -> None:
    """A passage ends where the texts differ, or one of them does."""
    left, right = f"{before}{same}{before[::-1]}", f"{other}{same}{before[::-1][:7]}{other}"
    at, spot = len(before), len(other)
    start, end = extend(left, at, right, spot)
    assert left[start:end] == right[spot + start - at : spot + end - at]
    assert end == len(left) or spot + end - at == len(right) or left[end] != right[spot + end - at]
    assert start == 0 or spot + start - at == 0 or left[start - 1] != right[spot + start - at - 1]
