"""What two exchange is two acts on one thing each."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

SET_SHIFT = ToolRow(
    "rota",
    "set_shift",
    "write",
    ("change", "set", "swap", "update", "move"),
    {"shift_id": SinkRow("object"), "person": SinkRow("recipient"), "site": SinkRow("value")},
)
POST = ToolRow(
    "rota",
    "post_message",
    "irreversible",
    ("post", "say", "tell"),
    {"channel": SinkRow("recipient"), "text": SinkRow("text")},
)
DELETE = ToolRow("rota", "delete_shift", "irreversible", ("delete",), {"shift_id": SinkRow("object")})
TOOLS = {tool.id: tool for tool in (SET_SHIFT, POST, DELETE)}


def _grant(request: str, tool: ToolRow = SET_SHIFT) -> GrantRow:
    found = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request).grant(tool.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "request_",
    [
        "Ben and Aoife are swapping sites this Saturday. Change the rota and say so in the channel.",
        "Ben wants to swap with Aoife on Saturday, please update the rota.",
        "Anna & Tom have traded their lessons. Change the plan, please.",
        "They exchange rooms on Monday. Update the plan.",
        "Noor and Hanne switch on Friday; set the rota accordingly",
        "There's an exchange between Lea and Ida on Tuesday: change the rota",
    ],
)
def test_both_sides_are_changed(request_: str) -> None:
    """Each of the two gets what the other has, and a third change is asked about."""
    grant = _grant(request_)
    assert (grant.uses, grant.past) == (2, "ask")


def test_no_other_act_is_done_twice() -> None:
    """What is told is told once, and what is deleted is not exchanged."""
    request = "Ben and Aoife are swapping on Saturday. Delete the old entry and say so in the channel."
    assert (_grant(request, POST).uses, _grant(request, DELETE).uses) == (1, 1)


@pytest.mark.parametrize(
    "request_",
    [
        "Change the shift: Ben is at the mill on Saturday.",
        "We have switched to paper. Change the rota for Ben.",
        "Tom and Jess switched off the pump. Change the shift of Ben.",
        "The swap is off. Change the shift of Ben back.",
    ],
)
def test_one_change_where_nobody_swaps(request_: str) -> None:
    """Without two who exchange something one change is what it was."""
    assert _grant(request_).uses == 1
