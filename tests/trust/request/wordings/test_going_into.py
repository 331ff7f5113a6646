"""Where something goes into a thing that there is, no new one is made."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call
from tests.trust.test_verdict import World

OBJECT, TEXT = SinkRow("object"), SinkRow("text")
CARDS = ToolRow(
    "board",
    "list_cards",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("cards", "id", ("title", "assignee")),
        fields={f"cards[].{name}": FieldLabel("organisation") for name in ("id", "assignee")},
    ),
)
CREATE = ToolRow(
    "board", "create_card", "write", ("create", "add", "put", "note"), {"title": TEXT, "description": TEXT}
)
UPDATE = ToolRow(
    "board", "update_card", "write", ("update", "change", "move"), {"card_id": OBJECT, "description": TEXT}
)
TOOLS = {tool.id: tool for tool in (CREATE, UPDATE)}
HELD = {
    "cards": [
        {"id": "K-1", "title": "Ribbon", "assignee": "Tom Reed"},
        {"id": "K-2", "title": "Leaflet", "assignee": "Bea Lind"},
    ]
}


def _narrowed(request: str) -> tuple[bool, bool]:
    effective = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    return effective.refusal(CREATE.id) is None, effective.refusal(UPDATE.id) is None


def _updated(request: str, card: str) -> str:
    effective, world = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request), World(request)
    world.read(CARDS, HELD)
    task = Standing(world.readings, effective.grant(UPDATE.id), refusal=effective.refusal(UPDATE.id))
    call = {"card_id": card, "description": "A deeper red."}
    return decide_tool_call(ToolCall("agent", UPDATE.client_name, UPDATE, call), task).answer


INTO = [
    "Put the red into the description of Tom's card",
    "Put the deeper red in Tom's card",
    "Note the red in Tom's card so it isn't lost",
    "Please add the red to the text in Tom's card",
    "Could you put the red into Tom's card?",
    "Put the red under the notes in Tom's card",
]


@pytest.mark.parametrize("request_", INTO)
def test_what_goes_into_a_card(request_: str) -> None:
    """The one that the request names may be changed, no other; and none is made unasked."""
    assert not _narrowed(request_)[0]
    assert _updated(request_, "K-1") == "allow"
    assert _updated(request_, "K-2") != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Put a card on the board for Tom",
        "Add a card for the ribbon",
        "Put the ribbon on the board",
        "Create the card for Tom's ribbon",
        "Put a new card into Tom's column",
        "Add a card with the red in the description",
    ],
)
def test_what_is_made(request_: str) -> None:
    """A card that is put somewhere, and what is put where cards are, is made as before."""
    assert _narrowed(request_)[0]


@pytest.mark.parametrize(
    "request_", ["Don't put the red into Tom's card", "Who put the red into Tom's card?"]
)
def test_what_asks_for_nothing(request_: str) -> None:
    """What is not to be done, or was, changes nothing."""
    assert _narrowed(request_) == (False, False)
    assert _updated(request_, "K-1") != "allow"
