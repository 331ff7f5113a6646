"""What only looks like an order: a value that is a verb, a noun among the intents, what is there to do."""

import pytest

from podium.trust.openings import openings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, VALUE, OBJECT, WHOM = SinkRow("text"), SinkRow("value"), SinkRow("object"), SinkRow("recipient")
PUBLIC = SinkRow("text", readers="public")
_ROWS = (
    ToolRow("code", "merge_request", "irreversible", ("merge",), {"number": OBJECT, "way": VALUE}),
    ToolRow("code", "issue_write", "irreversible", ("issue", "open", "create", "close"), {"body": PUBLIC}),
    ToolRow("code", "add_comment", "irreversible", ("comment", "tell"), {"number": OBJECT, "body": PUBLIC}),
    ToolRow("code", "review_write", "irreversible", ("review",), {"number": OBJECT, "body": TEXT}),
    ToolRow("work", "create_issue", "write", ("ticket", "create ticket", "log"), {"title": TEXT}),
    ToolRow("work", "update_issue", "write", ("give", "make", "change"), {"id": OBJECT, "state": VALUE}),
    ToolRow("chat", "chat_post", "irreversible", ("post", "tell"), {"channel": WHOM, "text": TEXT}),
    ToolRow("chat", "chat_reply_to_thread", "irreversible", ("reply",), {"thread": OBJECT, "text": TEXT}),
    ToolRow("mail", "answer_mail", "irreversible", ("answer", "reply"), {"id": OBJECT, "text": TEXT}),
)
TOOLS = {row.id: row for row in _ROWS}
_SCHEMAS = {
    "code/merge_request": '{"properties": {"way": {"enum": ["merge", "squash"]}}}',
    "work/update_issue": '{"properties": {"state": {"enum": ["open", "planned", "review", "Done"]}}}',
}
GRANTS = tuple(GrantRow(row.id, _SCHEMAS.get(row.id)) for row in _ROWS)


def _open(request: str) -> set[str]:
    effective = narrow(GRANTS, TOOLS, request)
    return {row.name for row in _ROWS if effective.refusal(row.id) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Look at 433 and tell me if it is ready to merge.",
        "Find the ones that I have to merge.",
        "Check with me what to merge.",
        "Show me everything that is about to merge.",
        "Get 433 ready to merge.",
        "Tell me if 12 can go to done.",
        "Make a list of what is planned.",
        "Make me an overview of everything planned.",
        "List what was moved to review.",
        "I am about to review 12.",
    ],
)
def test_a_value_that_is_a_verb_is_no_act(request_: str) -> None:
    """A word of an `enum` that stands as a verb, or by which things are looked for, opens nothing."""
    assert not _open(request_) & {"merge_request", "update_issue"}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Merge 433.", "merge_request"),
        ("Move 12 to review.", "update_issue"),
        ("12 can go to done.", "update_issue"),
        ("Put 12 back to open.", "update_issue"),
        ("Look at 12 and bump it to planned.", "update_issue"),
    ],
)
def test_a_value_still_opens_what_it_is_set_by(request_: str, expected: str) -> None:
    """What is brought to a value is changed, and the tool's own verb is an order."""
    assert expected in _open(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "Summarise the open issues for me.",
        "Show me open issues.",
        "Give me the open issues.",
        "Any open issues in cloud?",
        "Review my open issues.",
    ],
)
def test_an_adjective_makes_no_noun_an_act(request_: str) -> None:
    """`open` only says which issues are meant."""
    assert "issue_write" not in _open(request_)


@pytest.mark.parametrize("request_", ["Open an issue.", "Please create a new issue.", "Open two issues."])
def test_a_noun_behind_its_verb_is_an_act(request_: str) -> None:
    """Also of a tool whose name begins with the noun, beside one that lists a word near the verb."""
    assert _open(request_) == {"issue_write"}


def test_words_of_two_beside_their_noun_count() -> None:
    """`ticket` and `create ticket` on one tool are one act, of one call."""
    request = "Create a ticket for Samuel to write down the pool settings."
    effective = narrow(GRANTS, TOOLS, request)
    assert effective.refusal("work/create_issue") is None
    assert [one.uses for one in effective.grants if one.tool == "work/create_issue"] == [1]
    assert "issue_write" not in _open(request)  # another's noun: public, and nobody's wish


def test_two_sentences_are_two_acts() -> None:
    """Each sentence counts for itself."""
    grants = narrow(GRANTS, TOOLS, "Create a ticket about the pool. Create a ticket about the disk.").grants
    assert [one.uses for one in grants if one.tool == "work/create_issue"] == [2]


@pytest.mark.parametrize(
    "request_",
    [
        "Give me a list of the requests to review.",
        "Could you list the requests to review today?",
        "Create a ticket for Ann to review 12.",
    ],
)
def test_what_is_there_to_do_is_no_order(request_: str) -> None:
    """It tells which things, or what somebody else is to do."""
    assert "review_write" not in _open(request_)


@pytest.mark.parametrize("request_", ["I'd like to review 421.", "Please review 421 for me."])
def test_what_the_user_wants_done_is_one(request_: str) -> None:
    """A wish of the user's own stays an order."""
    assert "review_write" in _open(request_)


def test_telling_somebody_publishes_nothing() -> None:
    """Where one tool writes to people, another that anybody reads is only asked about."""
    assert _open("Tell Mei that I'll look at 421 today.") == {"chat_post"}
    assert "add_comment" in _open("Tell mrivas on 421 that it is fixed.")
    assert "add_comment" in _open("Comment on 421 that it is fixed.")


def test_a_server_before_its_tools_verb() -> None:
    """`chat_reply_to_thread` is about threads of the chat: *reply* alone is no noun of it."""
    assert {"chat_reply_to_thread", "answer_mail"} <= _open("Reply to Mei.")
    assert _open("Reply in the thread.") == {"chat_reply_to_thread"}


def test_a_close_word_is_told_with_the_listed_one() -> None:
    """Whoever tries a policy sees which of his words a request's is near."""
    found = {one.tool: one for one in openings(GRANTS, TOOLS, "Assign 12 to planned.").tools}
    assert "'give'" in found["work/update_issue"].reason
