"""What becomes again what it was, what is begun and what is passed on."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

OBJECT, TEXT, VALUE = SinkRow("object"), SinkRow("text"), SinkRow("value")


def _tool(name: str, intents: str, effect: str = "write", **arguments: SinkRow) -> ToolRow:
    return ToolRow("files", name, effect, tuple(intents.split(", ")), arguments)  # type: ignore[arg-type]


RESTORE = _tool("restore_version", "restore, revert, roll back", file_id=OBJECT, number=VALUE)
EDIT = _tool("edit_file", "edit, change, update, write", file_id=OBJECT, text=TEXT)
CREATE = _tool("create_file", "create, make, write", title=TEXT, text=TEXT)
DELETE = _tool("delete_file", "delete, remove", "irreversible", file_id=OBJECT)
MOVE = _tool("move_file", "move, put, set", file_id=OBJECT, folder=VALUE)
FORWARD = _tool("forward_mail", "forward", "irreversible", mail_id=OBJECT, to=SinkRow("recipient"))
ROWS = (RESTORE, EDIT, CREATE, DELETE, MOVE, FORWARD)
TOOLS = {row.id: row for row in ROWS}


def opened(request: str) -> set[str]:
    effective = narrow([GrantRow(row.id) for row in ROWS], TOOLS, request)
    return {row.name for row in ROWS if effective.refusal(row.id) is None}


@pytest.mark.parametrize(
    "request_text",
    [
        "Could you set the K3 launch brief to the version of 2 November again?",
        "Put the price list back to the version of May.",
        "Go back to the version of Monday in the rota file.",
        "Roll the menu back to draft 3.",
        "Please return the handbook to its previous version.",
        "Change the contract's file back to Friday's version, please",
        "Bring the dosage sheet back to the last version",
        "Switch the file back to the version Ana approved.",
        "Reset the file to the version of 3 May.",
        "Can you turn the lesson plan back to the old version?",
    ],
)
def test_it_is_again_what_it_was(request_text: str) -> None:
    """What is set back to a version is restored; nothing is deleted for it."""
    assert "restore_version" in opened(request_text)
    assert "delete_file" not in opened(request_text)


@pytest.mark.parametrize(
    "request_text",
    [
        "Don't set the brief back to the old version.",
        "I'm going back to the version of May in my talk. Summarise it.",
        "Move the version of May to Archive.",
        "Send the version of 2 November to Tom.",
        "Change the title to Version and add the draft.",
        "What did they set the version to?",
        "Tom wants to set it back to the version of May. Is he right?",
        "Go back to the hotel and read the version list.",
        "Change the title to the draft title",
        "Move the file to the version folder",
        "Switch the file to the state of Ohio",
        "Put the contract back to the state archive",
        "Change the file to a draft",
        "Return the file to the state office",
        "Return to what it says in the menu file",
        "Change the address in the file to the state address again.",
        "Get me back to the draft list",
    ],
)
def test_nothing_is_set_back(request_text: str) -> None:
    """A version that is moved, sent, refused or spoken of is not restored."""
    assert "restore_version" not in opened(request_text)


@pytest.mark.parametrize(
    ("request_text", "name"),
    [
        ("Begin a file called Minutes.", "create_file"),
        ("Start the meeting file with the agenda.", "create_file"),
        ("Open a new file for the offer", "create_file"),
        ("Could you begin the file for the May audit?", "create_file"),
    ],
)
def test_what_is_begun(request_text: str, name: str) -> None:
    """What is begun or started is made, where no tool lists that word."""
    assert opened(request_text) == {name}


@pytest.mark.parametrize(
    "request_text",
    [
        "Begin by reading the file of Tom",
        "Start with the report and tell me what it says",
        "Begin the mail with a joke.",
        "Don't begin the file for the May audit.",
        "When does the file begin?",
        "Begin the work on the file of Tom",
        "Start the review of the May file",
        "Begin the call with the file",
        "Start the deletion of the file",
        "Start the talk about the file Tom made",
    ],
)
def test_nothing_is_begun(request_text: str) -> None:
    """To begin with reading makes nothing."""
    assert not opened(request_text)
