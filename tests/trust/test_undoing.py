"""The call that takes an act back."""

import pytest

from podium.trust.tools import UndoRow
from podium.trust.undoing import decide_compensation

CALL = {"room": {"id": 7}, "day": "Monday"}
RESULT = {"booking": {"id": "b1"}, "guests": [{"id": 1}, {"id": 2}]}


def test_values_come_from_arguments_and_result():
    """Each argument has the value to which its path leads; one that is nested is put where it belongs."""
    undo = UndoRow("cancel", {"id": "result.booking.id", "of.room": "arguments.room.id", "all": "result"})
    found, why_not = decide_compensation(undo, CALL, RESULT)
    assert (found, why_not) == ({"id": "b1", "of": {"room": 7}, "all": RESULT}, None)


def test_a_wrapped_result_is_read():
    """What an SDK wraps as ``result`` is found there."""
    assert decide_compensation(UndoRow("cancel", {"id": "result.id"}), {}, {"result": {"id": 1}})[0] == {
        "id": 1
    }


@pytest.mark.parametrize(
    ("source", "why"), [("result.none", "leads nowhere"), ("result.guests[].id", "leads to several values")]
)
def test_a_path_that_leads_to_no_one_value(source, why):
    """Then there is no call, and it is said why."""
    found, why_not = decide_compensation(UndoRow("cancel", {"id": source}), CALL, RESULT)
    assert found == {}
    assert why_not is not None
    assert why in why_not
