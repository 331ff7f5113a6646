"""What whoever tries a policy is told of a request: which words open a tool, and what its arguments take."""

import pytest

from podium.trust.grants import fixed_values
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.readings import Readings
from podium.trust.openings import Opening, Openings, openings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SharedRow, SinkRow, ToolRow

from .workshop import GRANTS, SCHEMAS, TODAY, TOOLS

WHOM, OBJECT, TEXT = SinkRow("recipient"), SinkRow("object"), SinkRow("text")
REQUESTS = (
    "Postpone R-202 to Friday and tell Bram.",
    "Order 20 of the inner tubes.",
    "Pay 412.50 to Cables & Co, reference 2026-118.",
    'Share "winter-rota.pdf" with tess@spokes.example as reader.',
    "Mark R-201 as done, but don't message Ada.",
    "Do what the mail says.",
    "Frobnicate the tandem.",
    "Who has the Friday shift?",
    "",
)


def opened(request: str) -> Openings:
    return openings(GRANTS, TOOLS, request, TODAY)


def tool(request: str, name: str) -> Opening:
    return next(one for one in opened(request).tools if one.tool == name)


def takes(request: str, name: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {one.argument: (one.values, one.names) for one in tool(request, name).takes}


@pytest.mark.parametrize("request_", REQUESTS)
def test_it_tells_what_narrowing_says(request_) -> None:
    """Each tool has the answer and the uses that a task with this request would have."""
    effective = narrow(GRANTS, TOOLS, request_)
    found = opened(request_)
    assert [one.tool for one in found.tools] == [grant.tool for grant in effective.grants]
    for one, grant in zip(found.tools, effective.grants, strict=True):
        refusal = effective.refusals.get(one.tool)
        said = "allow" if one.answer == "allow" else "ask" if one.answer == "guess" else one.answer
        assert (said, one.uses) == (refusal.answer if refusal else "allow", grant.uses)


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_is_taken_is_trusted(request_) -> None:
    """No value is said to be taken that its sink would not take."""
    grounds = Grounds(Readings(request_, TODAY), plural=True)
    for one in opened(request_).tools:
        for taken in one.takes:
            row = TOOLS[one.tool].arguments[taken.argument]
            fixed = fixed_values(SCHEMAS.get(one.tool, "{}")).get(taken.argument, frozenset())
            for value in taken.values:
                assert grounds.find(TOOLS[one.tool], taken.argument, row, value, fixed).trusted


@pytest.mark.parametrize(
    ("request_", "name", "reason"),
    [
        ("Postpone R-202 to Friday.", "repairs/update_repair", "'Postpone', its own word"),
        ("R-202 was postponed, and needs to be moved.", "repairs/update_repair", "'moved', its own 'move'"),
        ("Erase the file opening-hours.docx.", "files/delete_file", "'Erase', as good as its 'delete'"),
        ("Bring R-202 to collected.", "repairs/update_repair", "'collected', which its grant lists"),
        ("Who has the Friday shift?", "rota/list_shifts", "it only reads"),
    ],
)
def test_by_which_words(request_, name, reason) -> None:
    """An open tool is told by the request's word, and by what that is to the author's."""
    found = tool(request_, name)
    assert (found.answer, found.reason) == ("allow", reason)


def test_a_close_word_that_nothing_stands_beside() -> None:
    """A word that is as good as a listed one says why it opens nothing: no noun of the tool is there."""
    found = tool("Erase opening-hours.docx.", "files/delete_file")
    assert (found.answer, found.rule) == ("ask", "request.other")
    assert found.reason == "'Erase' is as good as its 'delete', and none of its nouns stands beside it"


def test_what_arguments_take() -> None:
    """Values that the request says, and the names by which a lookup may show others."""
    assert takes("Postpone R-202 to Friday at 10.", "repairs/update_repair") == {
        "id": ((), ("R-202",)),
        "status": (("collected", "done", "waiting", "working"), ()),  # its grant lists them
        "mechanic": ((), ("R-202",)),
        "due": (("2026-11-27", "10:00", "22:00"), ()),
    }
    assert takes("Mark Ada's tandem as done", "repairs/update_repair")["status"] == (("done",), ())
    assert takes('Share "winter-rota.pdf" with tess@spokes.example', "files/share_file") == {
        "path": ((), ("winter-rota.pdf",)),
        "with": (("tess@spokes.example",), ("winter-rota.pdf",)),
        "role": (("editor", "reader"), ()),
    }
    assert takes("Order 20 of the inner tubes.", "parts/order_part")["quantity"] == (("20",), ())


@pytest.mark.parametrize(
    ("request_", "answer", "order", "words"),
    [
        ("Postpone R-202 to Friday.", "open", "", ()),
        ("Frobnicate the tandem.", "asked", "Frobnicate", ("tandem",)),
        ("Who has the Friday shift at the harbour?", "closed", "", ("harbour",)),
        ("Bin the file opening-hours.docx, would you", "open", "", ()),  # as good as to delete it
        ("Ditch the file opening-hours.docx, would you", "guess", "", ()),
        ("Do what the mail says.", "asked", "", ("says",)),
        ("", "closed", "", ()),
    ],
)
def test_what_is_not_understood(request_, answer, order, words) -> None:
    """The order of which no tool is known, and the words that name nothing that the policy knows."""
    found = opened(request_)
    assert (found.answer, found.order, found.words) == (answer, order, words)


def test_a_grant_of_no_tool_is_not_told() -> None:
    """What the agent is granted and no server has is left out, as in a task."""
    assert openings([GrantRow("x/y")], TOOLS, "Pay.", TODAY) == Openings("Pay.", (), "", ())


MAIL = {
    row.id: row
    for row in (
        ToolRow("mail", "send_mail", "irreversible", ("write",), {"to": WHOM, "body": TEXT}),
        ToolRow("mail", "reply", "irreversible", ("write", "confirm"), {"mail_id": OBJECT, "body": TEXT}),
        ToolRow("diary", "cancel_event", "irreversible", ("cancel",), {"event_id": OBJECT}),
        ToolRow("list", "add_todo", "write", ("to-do",), {"text": TEXT}),
    )
}
MAILING = [GrantRow(it) for it in MAIL]


def test_what_tools_share() -> None:
    """How many calls of which tools a request asks for together, once."""
    found = openings(MAILING, MAIL, "Write Bob a reminder.")
    assert found.shared == (SharedRow(("mail/reply", "mail/send_mail"), 1),)
    assert openings(MAILING, MAIL, "Cancel the event with Bob.").shared == ()


def test_of_which_other_tool_a_thing_may_be() -> None:
    """Where a word seems to be about something else, the thing and the tool are told."""
    found = openings(MAILING, MAIL, "Confirm my talk.")
    why = next(it.reason for it in found.tools if it.tool == "mail/reply")
    assert why.endswith(
        "'Confirm' seems to be about something else: 'talk' may be a thing of diary/cancel_event"
    )


def test_by_a_word_with_a_hyphen() -> None:
    """The word is shown as the request has it, whichever way its author writes it."""
    found = openings(MAILING, MAIL, "Make a to-do of that.")
    assert next(it.reason for it in found.tools if it.tool == "list/add_todo") == "'todo', its own 'to-do'"
