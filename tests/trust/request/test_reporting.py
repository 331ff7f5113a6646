"""What follows from what somebody has said is an order; what he is to be told is none."""

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.asking import find_acts
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

CANCEL = ToolRow("till", "cancel_visit", "irreversible", ("cancel",), {"id": SinkRow("object")})
WRITE = ToolRow(
    "mail",
    "send_mail",
    "irreversible",
    ("write", "tell", "answer"),
    {"to": SinkRow("recipient"), "text": SinkRow("text")},
)
TOOLS = {CANCEL.id: CANCEL, WRITE.id: WRITE}


def _opens(text: str) -> set[str]:
    found = narrow([GrantRow(it, None, 9) for it in TOOLS], TOOLS, text)
    return {it for it in TOOLS if found.refusal(it) is None}


@pytest.mark.parametrize(
    "text",
    [
        "Peter wrote that the coach has fallen through, so cancel their visit.",
        "Dee told me that they are ill, so please cancel the visit.",
        "The school writes that nobody can come, so cancel the visit.",
        "She says that it is off - so cancel the visit.",
        "Mia confirmed that they stay at home, so now cancel the visit.",
    ],
)
def test_what_follows_from_a_report_is_ordered(text: str) -> None:
    """`so` leads on from what somebody else has said to what the user wants."""
    assert CANCEL.id in _opens(text)


@pytest.mark.parametrize(
    "text",
    [
        "Write to Peter that the coach has fallen through, so cancel their visit.",
        "Tell Dee that they are ill, so cancel the visit.",
        "Peter wrote that we should cancel the visit.",
        "Peter wrote that they want to cancel the visit, so tell him yes.",
        "Answer Peter that Dee wrote that it is off, so cancel the visit.",
    ],
)
def test_what_is_to_be_said_is_not(text: str) -> None:
    """Of what somebody is told nothing is ordered, nor of what he himself has asked for."""
    assert CANCEL.id not in _opens(text)


@pytest.mark.parametrize(
    ("text", "verb", "asked"),
    [
        ("After that email the full list to Tobias.", "email", True),
        ("After that send Tobias the list.", "send", True),
        ("After that move my meeting to 5.", "move", True),
        ("After that email from Ann I want a break.", "email", False),
        ("Please read it after that mail Ann sent me.", "mail", False),
        ("After that order from Ann nothing came.", "order", False),
        ("After that Ann sent the file.", "send", False),
        ("After that we send the file.", "send", False),
    ],
)
def test_after_that(text: str, verb: str, *, asked: bool) -> None:
    """What leads only to when is no determiner of the verb; before a noun it is one."""
    found = [act.mood for sentence in sentences(text) for act in find_acts(tuple(sentence), verb)]
    assert ("asked" in found) is asked
