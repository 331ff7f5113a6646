"""What a call takes away by an empty value."""

from typing import Any

import pytest

from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

LOANS = ToolRow(
    "store",
    "list_loans",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("loans", "id", ("title",), ())),
)
UPDATE = ToolRow(
    "store",
    "update_loan",
    "write",
    ("update", "change", "put", "take off", "extend"),
    {
        "loan_id": SinkRow("object"),
        "insurer_id": SinkRow("object"),
        "end": SinkRow("date"),
        "keeper": SinkRow("recipient"),
        "viewers": SinkRow("recipient", many=True),
        "limit": SinkRow("amount"),
        "status": SinkRow("value"),
        "guests[].email": SinkRow("recipient"),
        "guests[].role": SinkRow("value"),
        "place.room": SinkRow("value"),
        "lines[].text": SinkRow("text"),
        "note": SinkRow("text"),
    },
)
ADD = ToolRow(
    "store",
    "add_loan",
    "write",
    ("add", "make"),
    {"title": SinkRow("text"), "insurer_id": SinkRow("object"), "status": SinkRow("value")},
)
REPLY = ToolRow(
    "mail",
    "reply_mail",
    "irreversible",
    ("reply", "answer"),
    {"loan_id": SinkRow("object"), "cc": SinkRow("recipient", many=True), "body": SinkRow("text")},
)
CHANGE = ToolRow(
    "bank",
    "change_supplier",
    "irreversible",
    ("change", "update"),
    {"loan_id": SinkRow("object"), "iban": SinkRow("payee")},
)
ROWS = {"loans": [{"id": "L-204", "title": "Amelia", "insurer_id": "I-3", "status": "open"}]}


def _answer(request: str, tool: ToolRow, **arguments: Any) -> str:
    return World(request).read(LOANS, ROWS).call(tool, **arguments).answer


@pytest.mark.parametrize(
    "more",
    [
        {"insurer_id": ""},
        {"insurer_id": "  "},
        {"end": ""},
        {"keeper": ""},
        {"viewers": []},
        {"limit": ""},
        {"status": ""},
        {"guests": []},
        {"guests": [{}]},
        {"guests": [{"email": ""}]},
        {"place": {}},
        {"note": "Extended", "insurer_id": ""},
    ],
)
def test_what_is_there_is_not_taken_away_unasked(more: dict[str, Any]) -> None:
    """Beside what the request asks for, or alone: of the thing that it names too."""
    assert _answer("Update the Amelia loan", UPDATE, loan_id="L-204", **more) != "allow"
    assert _answer("Update the Amelia supplier", CHANGE, loan_id="L-204", iban="") != "allow"


@pytest.mark.parametrize(
    ("request_text", "more"),
    [
        ("Take the insurer off the Amelia loan", {"insurer_id": ""}),
        ("Remove the insurer of the Amelia loan", {"insurer_id": ""}),
        ("The Amelia loan has no keeper any more, update it", {"keeper": ""}),
        ("Clear the end of the Amelia loan", {"end": ""}),
        ("Remove the guests of the Amelia loan", {"guests": []}),
        ("Clear the place of the Amelia loan", {"place": {}}),
        ("Update the Amelia loan", {"note": ""}),
        ("Update the Amelia loan", {"lines": []}),
        ("Update the Amelia loan", {"guests": None}),
        ("Update the Amelia loan", {"end": None}),
    ],
)
def test_what_the_request_takes_away_goes(request_text: str, more: dict[str, Any]) -> None:
    """Words decide nothing, and null is what a client leaves out."""
    assert _answer(request_text, UPDATE, loan_id="L-204", **more) == "allow"


def test_what_is_new_may_lack_anything() -> None:
    """Nothing is taken away from a new thing, nor by an answer that goes to nobody else."""
    assert _answer("Add a loan of the bell", ADD, title="bell", insurer_id="", status="") == "allow"
    assert _answer("Answer Amelia that it is fine", REPLY, loan_id="L-204", cc=[], body="Fine") == "allow"


FILE = ToolRow(
    "code",
    "write_file",
    "write",
    ("fix", "update", "write", "create", "empty"),
    {"path": SinkRow("path"), "content": SinkRow("text"), "message": SinkRow("text")},
)


@pytest.mark.parametrize("content", ["", "\n", " \t "])
def test_a_file_is_not_wiped_unasked(content: str) -> None:
    """Blanks in the place of all that a file holds are asked about, also where *no* stands somewhere."""
    said = "No wonder they ask, notes.md still says 2026. It is 2027, fix that"
    assert _answer(said, FILE, path="notes.md", content=content, message="Moved") == "ask"
    assert _answer(said, FILE, path="notes.md", content="It is 2027.", message="") == "allow"
    assert _answer("Empty notes.md", FILE, path="notes.md", content=content, message="Empty") == "allow"


def test_an_empty_list_is_one_doubt() -> None:
    """However much would stand in it: a person is asked once, by its own name."""
    found = (
        World("Update the Amelia loan").read(LOANS, ROWS).call(UPDATE, loan_id="L-204", guests=[]).findings
    )
    assert [one.path for one in found if one.ground == "nowhere"] == ["guests"]


PASSAGE = ToolRow(
    "drive",
    "edit_file",
    "write",
    ("edit", "change", "correct", "put down", "take out", "leave out"),
    {"loan_id": SinkRow("object"), "old": SinkRow("text"), "new": SinkRow("text")},
)


@pytest.mark.parametrize(
    ("request_text", "new", "answer"),
    [
        ("Correct the Amelia loan: it is insured", "", "ask"),
        ("Change the Amelia loan, no hurry", " ", "ask"),
        ("Put down in the Amelia loan that it is insured", "", "ask"),
        ("Correct the Amelia loan: it is insured", "It is insured.", "allow"),
        ("Take the passage on its frame out of the Amelia loan", "", "allow"),
        ("Edit the Amelia loan: cut what it says of the frame", "", "allow"),
    ],
)
def test_a_passage_is_not_taken_out_unasked(request_text: str, new: str, answer: str) -> None:
    """Nothing in the place of a passage takes it away; where that is asked for it goes."""
    call = {"loan_id": "L-204", "old": "The frame is cracked.", "new": new}
    assert _answer(request_text, PASSAGE, **call) == answer
    assert _answer(request_text, PASSAGE, **call | {"old": ""}) == "allow"
