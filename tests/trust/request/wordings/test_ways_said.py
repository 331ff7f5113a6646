"""Values of closed lists, and switches, of which a request speaks in other words."""

import json
from datetime import date

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.states.switches import switched
from podium.trust.request.requests import Request
from podium.trust.request.wordings.ways_said import says_in_other_words
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

LIST = ToolRow(
    "desk",
    "list_files",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("files", "id", ("title",))),
)
SET = ToolRow(
    "desk",
    "set_file",
    "irreversible",
    ("set", "share", "let", "put", "book"),
    {"file": SinkRow("object"), "way": SinkRow("value")},
)
FILES = {"files": [{"id": "F-1", "title": "Ledger"}, {"id": "F-2", "title": "Roof plan"}]}


def decide(request: str, way: str, listed: str, file: str = "F-1") -> Verdict:
    """Return the verdict on a value of a closed list, for the ledger."""
    schema = json.dumps({"properties": {"way": {"pattern": f"^({listed})$"}}})
    readings = Readings(request, date(2026, 11, 26))
    readings.apply(Read(LIST.id, LIST.returns, {}, FILES, 1))
    task = Standing(readings, GrantRow(SET.id, schema, None))
    return decide_tool_call(ToolCall("agent", SET.client_name, SET, {"file": file, "way": way}), task)


ROLES = "view|comment|change"
OFTEN = "daily|weekly|fortnightly|monthly|yearly"


@pytest.mark.parametrize(
    ("request_", "way", "listed"),
    [
        ("Let him see the Ledger. He's only to look, not to change anything!", "view", ROLES),
        ("Share the Ledger with him, read only.", "view", ROLES),
        ("Share the Ledger with him; she just needs to read it.", "view", ROLES),
        ("Let her have a look at the Ledger.", "view", ROLES),
        ("Share the Ledger with him, viewing is enough.", "view", ROLES),
        ("Share the Ledger with her for reading.", "view", ROLES),
        ("Share the Ledger with them, they need not change anything.", "view", ROLES),
        ("Share the Ledger with them, no editing please.", "view", ROLES),
        ("Share the Ledger, so that she can leave comments.", "comment", ROLES),
        ("Share the Ledger, she is allowed to edit it.", "change", ROLES),
        ("Set the Ledger to every other week.", "fortnightly", OFTEN),
        ("Set the Ledger to once a month.", "monthly", OFTEN),
        ("Set the Ledger to go out every Friday.", "weekly", OFTEN),
        ("Set the Ledger to monthly payments.", "month", "week|month|year"),
        ("Set the Ledger, 25 per year.", "year", "week|month|year"),
        ("Set the Ledger weekly.", "week", "week|month|year"),
        ("Set the Ledger, no rush with it.", "low", "low|normal|high"),
        ("Put the Ledger where we look for crew.", "crew-calls", "news|screenings|crew-calls"),
        ("Put the Ledger among the press reviews.", "press-review", "news|staff|press-review"),
        ("Book the Ledger so that I can still cancel.", "flexible", "flexible|saver"),
    ],
)
def test_a_value_in_other_words(request_: str, way: str, listed: str) -> None:
    """It goes by itself, and each other one is asked about."""
    assert decide(request_, way, listed).answer == "allow"
    for other in set(listed.split("|")) - {way}:
        assert decide(request_, other, listed).answer == "ask", other


@pytest.mark.parametrize(
    ("request_", "way", "listed"),
    [
        ("Share the Ledger with him, but he must not change it.", "change", ROLES),
        ("Share the Ledger with him.", "change", ROLES),
        ("Set the Ledger for the daily meeting and the weekly one.", "monthly", OFTEN),
        ("Put the Ledger up, but leave the crew alone.", "crew-calls", "news|screenings|crew-calls"),
        ("Put the Ledger with the crew and the news.", "crew-calls", "news|screenings|crew-calls"),
        ("Put the Ledger up.", "crew-calls", "news|screenings|crew-calls"),
    ],
)
def test_a_value_that_nobody_says(request_: str, way: str, listed: str) -> None:
    """What the request denies, or says of another one, is asked about."""
    assert decide(request_, way, listed).answer == "ask"


@pytest.mark.parametrize(
    ("request_", "name", "on"),
    [
        ("Release it as a pre-release, please.", "prerelease", True),
        ("Release it as a pre-release. And don't tell Bob of it.", "prerelease", True),
        ("No meeting today, please call it off.", "cancel", True),
        ("Scrap the meeting.", "cancelled", True),
        ("Order it with gift wrap. Nothing else, and not to the office.", "gift_wrap", True),
        ("Order it, no gift wrap.", "gift_wrap", False),
        ("Gift wrap? No.", "gift_wrap", False),
        ("It is not a pre-release.", "prerelease", False),
        ("Don't call it off.", "cancel", None),
        ("Move the meeting.", "cancel", None),
        ("Is it called off?", "cancel", None),
    ],
)
def test_a_switch_in_other_words(request_: str, name: str, on: bool | None) -> None:
    """What stands in another sentence denies none."""
    assert switched(Request(request_, date(2026, 11, 26)), name) is on


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("a new monthly payment of 25", "month", True),
        ("25 a month to the club", "month", True),
        ("25 per quarter", "quarterly", True),
        ("annual membership", "year", True),
        ("i need it in a month", "monthly", False),
        ("as it was a year ago", "yearly", False),
        ("keep it for a week", "weekly", False),
    ],
)
def test_how_often(text: str, value: str, *, said: bool) -> None:
    """A unit, or how often: not how long, nor when."""
    assert says_in_other_words(text, value) is said
