"""Which of the tools that share a verb a request means: by its particle, and by what they take."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, OBJECT, DATE = SinkRow("text"), SinkRow("object"), SinkRow("date")
_ROWS = (
    ToolRow("diary", "add_event", "irreversible", ("add", "set up", "book"), {"title": TEXT, "day": DATE}),
    ToolRow("loans", "update_loan", "write", ("update", "set", "book out"), {"loan_id": OBJECT}),
    ToolRow("club", "invite_to_channel", "write", ("invite", "put", "add"), {"channel": OBJECT}),
    ToolRow("club", "update_member", "write", ("change", "put"), {"who": OBJECT, "iban": SinkRow("payee")}),
)
TOOLS = {row.id: row for row in _ROWS}


def _open(request: str) -> set[str]:
    effective = narrow([GrantRow(it) for it in TOOLS], TOOLS, request)
    return {row.name for row in _ROWS if effective.refusal(row.id) is None}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Set up half an hour with Priya on Monday about the Northgate loan.", {"add_event"}),
        ("Please set up something with Tom for the loan on Friday.", {"add_event"}),
        ("Set the Northgate loan to approved.", {"update_loan"}),
    ],
)
def test_a_verb_with_its_particle(request_: str, expected: set[str]) -> None:
    """`set up` is not `set`: where one tool lists it, it is that tool's, whatever else is spoken of."""
    assert _open(request_) == expected


def test_a_particle_beside_the_tools_own_thing() -> None:
    """What is done to the other tool's thing by name stays open."""
    assert "update_loan" in _open("Set up the loan for Northgate.")


@pytest.mark.parametrize(
    "request_",
    [
        "Anneke has a new bank account, she wrote it in the freelancers channel. It's genuine, so put it in.",
        "In the channel is Bo's new IBAN. I rang him, put it into his record.",
    ],
)
def test_an_account_is_put_where_accounts_are_kept(request_: str) -> None:
    """A tool that takes an account may be meant as well as one that is named by what the request mentions."""
    assert "update_member" in _open(request_)


def test_without_an_account_the_named_thing_tells() -> None:
    """Nothing speaks of an account: the channel is what is meant."""
    assert _open("She is in the freelancers channel? If not, put her in.") <= {"invite_to_channel"}


_MONEY = {"iban": SinkRow("payee"), "amount": SinkRow("amount"), "note": TEXT}
_PAYS = ("transfer", "send", "pay")
PAYING = {
    row.id: row
    for row in (
        ToolRow("bank", "transfer", "irreversible", _PAYS, _MONEY),
        ToolRow("bank", "schedule_transfer", "irreversible", (*_PAYS, "schedule"), _MONEY | {"date": DATE}),
    )
}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("Please transfer €60 to Oisin Daly for the tickets.", {"transfer", "schedule_transfer"}),
        ("Transfer 60 euros to Oisin.", {"transfer", "schedule_transfer"}),
        ("Pay for the two in one transfer.", {"transfer", "schedule_transfer"}),
        ("Send Oisin 60 euros by transfer, please", {"transfer", "schedule_transfer"}),
        ("Schedule a transfer of 60 euros to Oisin for 5 December.", {"schedule_transfer"}),
    ],
)
def test_a_tool_that_is_called_by_one_word(request_: str, expected: set[str]) -> None:
    """Its name is no thing of another tool alone, unless the request has that one's other word too."""
    effective = narrow([GrantRow(it) for it in PAYING], PAYING, request_)
    assert {row.name for row in PAYING.values() if effective.refusal(row.id) is None} == expected


def test_such_a_name_takes_nothing_from_another() -> None:
    """Where no other tool is about such things its name says no more than its word: both may be meant."""
    rows = (
        ToolRow(
            "mail", "send", "irreversible", ("send", "email"), {"to": SinkRow("recipient"), "body": TEXT}
        ),
        ToolRow("mail", "reply", "irreversible", ("reply", "send"), {"body": TEXT}),
    )
    tools = {row.id: row for row in rows}
    effective = narrow([GrantRow(it) for it in tools], tools, "Send anna@x.example a hello.")
    assert [effective.refusal(it) for it in tools] == [None, None]
