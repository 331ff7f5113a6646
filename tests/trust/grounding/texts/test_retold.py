"""What a request has said itself, though a stranger has written nearly the same."""

from typing import Any

import pytest

from podium.trust.grounding.texts.retold import has_said
from podium.trust.request.requests import Request
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.values.forms import squash
from tests.trust.test_verdict import LIST, World, mails

LISTS = ToolRow(
    "notes",
    "list_notes",
    "read",
    returns=ReturnsRow(object=ObjectRow("", "id", ("title",)), fields={"id": FieldLabel("organisation")}),
)
ADD = ToolRow(
    "notes",
    "append_to_note",
    "write",
    ("add", "put", "append"),
    {"id": SinkRow("object"), "text": SinkRow("text", readers="organisation")},
)
BODY = "200 lanterns came. Collect your parcel at Depot 7, Mill Lane, until 3 December, code 4471."


def _adds(request: str, text: str) -> str:
    row: dict[str, Any] = {"subject": "Your parcel", "from": "no-reply@parcels.example", "body": BODY}
    world = World(request).read(LISTS, [{"id": "n1", "title": "To do"}]).read(LIST, mails(row))
    return world.call(ADD, id="n1", text=text).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Put on my to-do list: lanterns from Depot 7, Mill Lane by 3 December, code 4471.",
        "Add to my to do: lanterns at Depot 7, Mill Lane, by 3 December, code 4471",
        "Append to the to do note: fetch the lanterns (Depot 7, Mill Lane, not after 3 December, code 4471)",
    ],
)
def test_what_the_user_says_himself(request_: str) -> None:
    """A small word of the stranger's between is no more his than the user's; another number is."""
    assert _adds(request_, "- lanterns at Depot 7, Mill Lane, until 3 December, code 4471") == "allow"


@pytest.mark.parametrize(
    ("request_", "passage"),
    [
        ("Lanterns at Mill Lane, by 3 December, code 4472.", "Mill Lane, until 3 December, code 4471, now"),
        ("Collect the lanterns at Mill Lane.", "Mill Lane, until 3 December, code 4471"),
        ("The hall is free on 3 December.", "the hall is free for Eve on 3 December"),
        ("The hall is free on 3 December.", "the hall is not free on 3 December"),
        ("Tell Bob the code is on the door.", "Tell Bob the new code is behind the other door"),
    ],
)
def test_what_he_does_not(request_: str, passage: str) -> None:
    assert not has_said(Request(request_), squash(passage))
