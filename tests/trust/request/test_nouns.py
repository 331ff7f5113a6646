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
