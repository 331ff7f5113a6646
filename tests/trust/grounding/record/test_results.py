"""Looking for texts in results without a look at each."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grounding.flows import _passages
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record import readings as module
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.record.results import GRAM, left_of, near, pieced, pieces_of
from podium.trust.tools import ReturnsRow
from podium.trust.values.encodings import turned
from podium.trust.values.forms import squash

SHORT = st.text("ab1é ", max_size=40)


@given(st.text("ab", max_size=24), st.lists(st.text("ab\n", max_size=24), max_size=4))
def test_pieces_are_the_longest_that_stand_somewhere(needle, blobs) -> None:
    """A text is taken apart from its beginning, each time as far as some text goes."""
    wanted, rest = [], needle
    while rest is not None and rest:
        lengths = [one for one in range(len(rest), 3, -1) if any(rest[:one] in blob for blob in blobs)]
        if not lengths:
            wanted, rest = [], None
            continue
        index = next(i for i, blob in enumerate(blobs) if rest[: lengths[0]] in blob)
        wanted.append((index, blobs[index].find(rest[: lengths[0]])))
        rest = rest[lengths[0] :]
    assert pieced(needle, blobs) == wanted


def plainly(readings: Readings, value: str) -> list[tuple[int, str]]:
    """Return where a value stands by a look at every result, of six letters or digits at least."""
    needle = squash(value)
    found = []
    for result in reversed(readings.results):
        at = next((at for one in (needle, *turned(needle)) if (at := result.blob.find(one)) >= 0), -1)
        if at >= 0:
            leaf = max(i for i, start in enumerate(result.starts) if start <= at)
            found.append((readings.places[result.places[leaf]].result, result.raw[leaf]))
    return found


@pytest.mark.parametrize(("most", "chars"), list(product((1, 2, 16), (60, 2_000_000))))
@given(st.lists(st.lists(SHORT, max_size=4), max_size=8), SHORT)
def test_a_value_is_found_in_whatever_results_have_it(most, chars, contents, value) -> None:
    """How many places of a piece are remembered, and what was forgotten, changes nothing about it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_PLACES", most)
        patch.setattr(module, "MAX_CHARS", chars)
        readings = Readings("hi")
        for number, content in enumerate(contents):
            readings.apply(Read("mail/read", ReturnsRow(), {}, [*content, value[:number] * 2], number))
        if len(squash(value)) >= 6:
            assert [place.result for place, _ in readings.holds(value)] == [
                result for result, _ in plainly(readings, value)
            ]
        texts = [raw for result in readings.results for raw in result.raw if value in raw]
        often = sum(result.blob.count(squash(value)[:1]) for result in readings.results)  # each place counts
        if value.strip() and squash(value) and often < most:
            assert {*texts} <= {*readings.written(value)}


def test_results_are_looked_through_where_nobody_knows() -> None:
    """A text that is too short for a whole piece, or stands in too many places, may stand anywhere."""
    (piece,) = pieces_of("abcdefgh")
    results = range(3)
    assert near(["short"], {}, 2, results) == range(2, -1, -1)
    assert near(["abcdefghijklmno"], {}, 2, results) == []
    assert near(["abcdefghijklmno"], {piece: 1 << 40}, 2, results) == [1]
    assert near(["abcdefghijklmno"], {piece: [2 << 40, 0]}, 2, results) == range(2, -1, -1)
    assert near(["abcdefghijklmno"], {piece: [2 << 40, 0]}, 3, results) == [2, 0]
    assert left_of({piece: [2 << 40, 5], "x": 1 << 40}, {2}) == {piece: [2 << 40]}
    assert len("abcdefghijklmno") == 2 * GRAM - 1


@given(st.lists(st.text("abc1é -", max_size=30), max_size=3), st.text("abc1é -", max_size=60))
def test_words_with_digits_are_found_where_anybody_may_read(contents, text) -> None:
    """A word with a digit that is guarded is found where its letters and digits stand alone."""
    readings = Readings("hi")
    readings.apply(Read("mail/read", ReturnsRow("public", "private"), {}, contents, 1))
    found = _passages(Grounds(readings, plural=True), squash(text), tokens=True)
    words = re.findall(r"[a-z]*\d[a-z\d]*", squash(text))
    assert [one.text for one in found if one.of == 0] == [word for word in words if readings.token(word)]
