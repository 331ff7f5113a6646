"""Passages are looked for once."""

from podium.trust.grounding.record.passages import Passages
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import ReturnsRow
from podium.trust.values.forms import squash

TEXT = "the plumber comes on Thursday at nine in the morning"


def test_a_text_is_looked_for_once() -> None:
    """Whoever asks again gets the same passages; another length is another question."""
    readings = Readings("hi")
    readings.apply(Read("mail/read", ReturnsRow(), {}, TEXT, 1))
    passages = Passages(readings)
    found = passages.of(squash(TEXT), 16)
    assert [one.text for one in found] == [squash(TEXT)]
    assert passages.of(squash(TEXT), 16) is found
    assert not passages.of(squash(TEXT), 100)
