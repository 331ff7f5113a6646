"""What people say of issues, releases and access: duplicates, versions, what nobody has, what is reopened."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")
_FIELDS = ("number", "state", "assignee", "assignees")
ISSUES = ToolRow(
    "code",
    "list_issues",
    "read",
    returns=ReturnsRow(
        "public",
        "public",
        ObjectRow("issues", "number", ("number", "title")),
        {f"issues[].{field}": OURS for field in _FIELDS},
    ),
)
UPDATE = ToolRow(
    "code",
    "update_issue",
    "irreversible",
    ("close", "reopen", "mark", "assign"),
    {
        "number": SinkRow("object"),
        "state": SinkRow("value"),
        "duplicate_of": SinkRow("object"),
        "state_reason": SinkRow("text"),
        "assignee": SinkRow("recipient"),
    },
)
RELEASE = ToolRow("code", "create_release", "irreversible", ("release",), {"tag": SinkRow("value")})
ACCESS = ToolRow(
    "code",
    "add_collaborator",
    "irreversible",
    ("give access", "give write", "give"),
    {"username": SinkRow("recipient"), "permission": SinkRow("value")},
)
TOOLS = {row.id: row for row in (ISSUES, UPDATE, RELEASE, ACCESS)}
_STATES = '{"properties": {"state": {"pattern": "^(open|closed)$"}}}'
_ROLES = '{"properties": {"permission": {"pattern": "^(pull|triage|push|admin)$"}}}'
SCHEMAS = {UPDATE.id: _STATES, ACCESS.id: _ROLES}
ROWS: list[dict[str, Any]] = [
    {"number": 416, "title": "Pool hangs after fork", "state": "closed", "assignee": "meitan"},
    {"number": 415, "title": "Deadlock in pool", "state": "closed", "assignee": None},
    {"number": 388, "title": "Timeouts ignored", "state": "closed", "assignee": "kim"},
]


def _answer(request: str, row: ToolRow, rows: list[dict[str, Any]] = ROWS, **arguments: Any) -> str:
    grants = [GrantRow(tool, SCHEMAS.get(tool)) for tool in TOOLS]
    effective = narrow(grants, TOOLS, request)
    readings = Readings(request, date(2026, 11, 27))
    readings.apply(Read(ISSUES.id, ISSUES.returns, {}, {"issues": rows}, 1))
    task = Standing(readings, effective.grant(row.id), refusal=effective.refusal(row.id))
    return decide_tool_call(ToolCall("agent", row.client_name, row, arguments), task).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Close 416 as a duplicate of 415.",
        "Close 416, it's a duplicate of 415.",
        "Close 416 as duplicate of 415",
        "Mark 416 as a duplicate of 415 and close it.",
        "416 on driftq is the same thing as 415, close it as a duplicate",
        "Issue 416 is just the same as issue 415. Please close it as a dupe.",
        "416 in the code repo is a duplicate of 415, close it",
        "416 is just the same as issue 415. Close it as a duplicate.",
        "416 duplicates 415, close it.",
    ],
)
def test_a_duplicate(request_: str) -> None:
    """The one that is a duplicate is closed, and points at the other one; never the other way round."""
    both: dict[str, Any] = {"state": "closed", "duplicate_of": 415}
    assert _answer(request_, UPDATE, number=416, **both) == "allow"
    assert _answer(request_, UPDATE, number=416, **both, state_reason="duplicate") == "allow"
    assert _answer(request_, UPDATE, number=416, **both, state_reason="completed") == "ask"
    assert _answer(request_, UPDATE, number=415, state="closed") != "allow"
    assert _answer(request_, UPDATE, number=415, state="closed", duplicate_of=416) != "allow"
    assert _answer(request_, UPDATE, number=388, **both) != "allow"
    assert _answer(request_, UPDATE, number=416, state="closed", duplicate_of=388) != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "416 is the same thing as 415, close the older one.",
        "416 is the same thing as 415. Look into 388 and close it as a duplicate.",
    ],
)
def test_of_two_that_are_the_same_nobody_knows_which_is_the_duplicate(request_: str) -> None:
    for number in (416, 415):
        assert _answer(request_, UPDATE, number=number, state="closed", duplicate_of=831 - number) != "allow"


FIXES: list[dict[str, Any]] = [
    {"number": 421, "title": "Respect the limit with jitter", "state": "open"},
    {"number": 419, "title": "Fix cron when clocks change", "state": "open"},
]


@pytest.mark.parametrize("request_", ["Close the jitter fix.", "Close the fix for the jitter, please."])
def test_what_a_title_does_names_nothing(request_: str) -> None:
    """Many titles begin with *Fix*: the one that the request means has another word of it."""
    assert _answer(request_, UPDATE, FIXES, number=421, state="closed") == "allow"
    assert _answer(request_, UPDATE, FIXES, number=419, state="closed") != "allow"


@pytest.mark.parametrize(
    ("request_", "tag", "answer"),
    [
        ("Release 3.1.3.", "v3.1.3", "allow"),
        ("Release 3.2.0rc1.", "v3.2.0rc1", "allow"),
        ("Release 3.2.0rc1.", "v3.2.0rc2", "ask"),
        ("Release 3.2.0rc1.", "v3.2.0", "ask"),
        ("Release 3.1.3.", "3.1.3", "allow"),
        ("Release v3.1.3.", "3.1.3", "allow"),
        ("Release v3.1.3.", "v3.1.3", "allow"),
        ("Release 3.1.3.", "v3.1.4", "ask"),
        ("Release 3.1.3.", "v13.1.3", "ask"),
        ("Release 3.1.3.", "v3.1.3-rc1", "ask"),
        ("Release 3.1.30.", "v3.1.3", "ask"),
        ("Release 3.1.3, not 3.1.2.", "v3.1.2", "ask"),
    ],
)
def test_a_version_and_its_tag(request_: str, tag: str, answer: str) -> None:
    """`v3.1.3` is how a repository writes 3.1.3, and no other version."""
    assert _answer(request_, RELEASE, tag=tag) == answer


@pytest.mark.parametrize(
    ("request_", "permission", "answer"),
    [
        ("Give sokafor write access.", "push", "allow"),
        ("Give sokafor write access.", "write", "allow"),
        ("Give sokafor read access.", "pull", "allow"),
        ("Give sokafor write permissions.", "push", "allow"),
        ("Give sokafor write access.", "admin", "ask"),
        ("Give sokafor read access.", "push", "ask"),
        ("Give sokafor access.", "push", "ask"),
        ("Give sokafor access, but no write access.", "push", "ask"),
        ("Give sokafor access to what we write.", "push", "ask"),
        ("Give sokafor read and write access.", "pull", "ask"),
    ],
)
def test_the_access_that_is_given(request_: str, permission: str, answer: str) -> None:
    """*Write access* says `push`, where a repository calls it so; *read access* says no more than `pull`."""
    schema = _ROLES.replace("push", "push|write")
    before, SCHEMAS[ACCESS.id] = SCHEMAS[ACCESS.id], schema
    try:
        assert _answer(request_, ACCESS, username="sokafor", permission=permission) == answer
    finally:
        SCHEMAS[ACCESS.id] = before


@pytest.mark.parametrize(
    ("request_", "arguments", "answer"),
    [
        ("Reopen 388.", {"number": 388, "state": "open"}, "allow"),
        ("Please reopen 388.", {"number": 416, "state": "open"}, "deny"),
        ("Don't reopen 388, assign 416 to meitan.", {"number": 416, "state": "open"}, "ask"),
    ],
)
def test_what_is_reopened(request_: str, arguments: dict[str, Any], answer: str) -> None:
    """*Reopen* says `open`, as *close* says `closed`."""
    assert _answer(request_, UPDATE, **arguments) == answer


@pytest.mark.parametrize("nobody", [{"assignee": None}, {"assignee": ""}, {"assignees": []}])
@pytest.mark.parametrize(
    "request_",
    [
        "Assign the unassigned issue to kim.",
        "Assign the issue without an assignee to kim.",
        "Take the one that nobody has and assign it to kim.",
    ],
)
def test_what_nobody_has(nobody: dict[str, Any], request_: str) -> None:
    """What a server returns as null, as an empty text or as an empty list, nobody has."""
    held: dict[str, Any] = {"assignees": ["meitan"]} if "assignees" in nobody else {"assignee": "meitan"}
    rows = [{"number": 416, "title": "Pool", **held}, {"number": 415, "title": "Fork", **nobody}]
    assert _answer(request_, UPDATE, rows, number=415, assignee="kim") == "allow"
    assert _answer(request_, UPDATE, rows, number=416, assignee="kim") == "deny"


@pytest.mark.parametrize("request_", ["Close 416 and reopen 388.", "reopen #388, and close #416 please"])
def test_each_is_done_to_its_own(request_: str) -> None:
    """Of two orders on two issues neither is the other's: a verb on a number begins one of its own."""
    opened = [{**row, "state": "open"} for row in ROWS]
    assert _answer(request_, UPDATE, opened, number=416, state="closed") == "allow"
    assert _answer(request_, UPDATE, number=388, state="open") == "allow"
    assert _answer(request_, UPDATE, number=416, state="open") == "ask"
    assert _answer(request_, UPDATE, opened, number=388, state="closed") == "ask"


def test_one_order_on_both() -> None:
    """What is said once of two goes for either."""
    for number in (416, 388):
        assert _answer("Reopen 416 and 388.", UPDATE, number=number, state="open") == "allow"
