"""The right thing that is put into a text takes the place of the wrong one there: the text is edited."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, THING = SinkRow("text"), SinkRow("object")
EDIT = ToolRow(
    "drive", "edit_file", "write", ("edit", "change", "correct"), {"id": THING, "old": TEXT, "new": TEXT}
)
APPEND = ToolRow("drive", "append_to_file", "write", ("append", "add", "put"), {"id": THING, "text": TEXT})
DELETE = ToolRow("drive", "delete_file", "irreversible", ("delete",), {"id": THING})


def _opened(request: str, *tools: ToolRow) -> set[str]:
    known = {tool.id: tool for tool in tools}
    grant = narrow([GrantRow(tool) for tool in known], known, request)
    return {tool for tool in known if grant.refusal(tool) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Put the right day of arrival into the order sheet.",
        "The rims come late. Put the right day into the order sheet and tell me when it is.",
        "Please enter the correct price in our price list",
        "Could you put the right amounts into the file?",
    ],
)
def test_the_right_thing_is_edited(request_: str) -> None:
    """It is the tool that changes a text, once; what deletes it stays closed."""
    opened = _opened(request_, EDIT, APPEND, DELETE)
    assert EDIT.id in opened
    assert DELETE.id not in opened


@pytest.mark.parametrize(
    "request_",
    [
        "Put the new quote into the order sheet.",
        "Put the right day into a new sheet.",
        "Marek put the right day into the order sheet.",
        "Don't put the right day into the order sheet.",
        "Put the day on the right into the order sheet.",
        "Did Marek put the right day into the sheet?",
        "Tell Marek: put the right day into the order sheet.",
        "Put the right file into the order folder.",
    ],
)
def test_nothing_else_is_edited(request_: str) -> None:
    """Something new, a new text, what others did or is refused or only told changes no text unasked."""
    assert EDIT.id not in _opened(request_, EDIT, APPEND, DELETE)


def test_only_one_that_can_be_undone() -> None:
    """Of two that change texts, or one whose act lasts, nothing tells."""
    said = "Put the right day into the order sheet."
    lasting = ToolRow("drive", "rewrite_file", "irreversible", ("change",), {"id": THING, "text": TEXT})
    other = ToolRow("wiki", "edit_text", "write", ("edit", "change"), {"id": THING, "new": TEXT})
    assert _opened(said, lasting) == set()
    assert _opened(said, EDIT, other) == set()
