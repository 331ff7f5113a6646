"""A grant's defaults: what goes unsaid, and what does not go by them."""

import json
from datetime import date
from typing import Any

import pytest

from podium.trust.grants import default_values, fixed_values
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TODAY = date(2026, 11, 26)
POTS = ToolRow(
    "bank",
    "list_pots",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("pots", "id", ("name",), ("balance",))),
)
PEOPLE = ToolRow(
    "bank",
    "list_people",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("people", "id", ("name",), ("name",))),
)
SEND = ToolRow(
    "bank",
    "send_money",
    "irreversible",
    ("send", "pay", "give"),
    {"from_pot": SinkRow("object"), "person": SinkRow("object"), "amount": SinkRow("amount")},
)
SHARE = ToolRow(
    "drive",
    "share_board",
    "irreversible",
    ("share", "give"),
    {"person": SinkRow("object"), "role": SinkRow("value"), "notify_all": SinkRow("value")},
)
FOUND = {
    POTS.id: {
        "pots": [
            {"id": "POT-1", "name": "Daily", "balance": 820},
            {"id": "POT-2", "name": "Roof fund", "balance": 5000},
        ]
    },
    PEOPLE.id: {"people": [{"id": "PER-7", "name": "Ann Roth"}, {"id": "PER-8", "name": "Bo Vik"}]},
}
POT = {"properties": {"from_pot": {"default": "POT-1"}}}
ROLE = {
    "properties": {
        "role": {"default": "viewer", "pattern": "^(viewer|editor|owner)$"},
        "notify_all": {"default": False},
    }
}


def decide(
    request: str,
    tool: ToolRow,
    schema: object,
    *,
    read: tuple[ToolRow, ...] = (POTS, PEOPLE),
    **arguments: Any,
) -> Verdict:
    """Return the verdict on a call, after lists were read."""
    readings = Readings(request, TODAY)
    for row in read:
        readings.apply(Read(row.id, row.returns, {}, FOUND[row.id], 1))
    tools = {row.id: row for row in (POTS, PEOPLE, tool)}
    grants = [GrantRow(id_, json.dumps(schema) if id_ == tool.id else None, None) for id_ in tools]
    effective = narrow(grants, tools, request)
    task = Standing(readings, effective.grant(tool.id), refusal=effective.refusal(tool.id))
    return decide_tool_call(ToolCall("agent", tool.client_name, tool, arguments), task)


@pytest.mark.parametrize(
    ("request_", "pot", "verdict"),
    [
        ("Send Ann Roth 40 please", "POT-1", "allow"),
        ("Pay Bo Vik 40", "POT-1", "allow"),
        ("Send Ann Roth 40 from the roof fund", "POT-2", "allow"),
        ("Send Ann Roth 40 from the roof fund", "POT-1", "ask"),
        ("Send Ann Roth 40 please", "POT-2", "ask"),
    ],
)
def test_a_default_goes_unsaid_and_nothing_else(request_: str, pot: str, verdict: str) -> None:
    """The pot that is the default needs no word, another one does, and is then the one that is meant."""
    person = "PER-8" if "Bo" in request_ else "PER-7"
    found = decide(request_, SEND, POT, from_pot=pot, person=person, amount=40)
    assert found.answer == verdict, found


@pytest.mark.parametrize(
    ("request_", "role", "notify", "verdict"),
    [
        ("Share the board with Ann Roth", "viewer", False, "allow"),
        ("Share the board with Ann Roth as editor", "editor", False, "allow"),
        ("Share the board with Ann Roth as editor", "viewer", False, "ask"),
        ("Share the board with Ann Roth", "editor", False, "ask"),
        ("Share the board with Ann Roth", "owner", False, "ask"),
        ("Share the board with Ann Roth", "viewer", True, "ask"),
        ("Share the board with Ann Roth and notify all", "viewer", True, "allow"),
        ("Share the board with Ann Roth and notify all", "viewer", False, "ask"),
    ],
)
def test_of_listed_words_and_switches(request_: str, role: str, notify: bool, verdict: str) -> None:
    """One word of a pattern goes unsaid, a switch stays off; the others are as the request says."""
    found = decide(request_, SHARE, ROLE, person="PER-7", role=role, notify_all=notify)
    assert found.answer == verdict, found


def test_what_a_schema_gives() -> None:
    """Defaults are found at any depth, and lists within alternatives are lists."""
    schema = json.dumps(
        {
            "properties": {
                "to": {"items": {"anyOf": [{"enum": ["me@acme.example"]}, {"format": "email"}]}},
                "row": {"properties": {"kind": {"default": "note", "pattern": "^(note|order)$"}}},
                "role": {"anyOf": [{"const": "viewer"}, {"const": "guest"}, {"pattern": "^(editor|owner)$"}]},
            }
        }
    )
    defaults = default_values(schema)
    assert set(defaults) == {"row.kind"}
    assert defaults["row.kind"].value == "note"
    assert defaults["row.kind"].others == {("text", "note"), ("text", "order")}
    fixed = fixed_values(schema)
    assert fixed["to"] == fixed["to[]"]
    assert ("email", "me@acme.example") in fixed["to"]
    assert fixed["role"] == {("text", "viewer"), ("text", "guest")}


ORDER = ToolRow(
    "shop",
    "order_part",
    "irreversible",
    ("order", "buy"),
    {
        "part": SinkRow("value"),
        "quantity": SinkRow("amount"),
        "to": SinkRow("recipient"),
        "on": SinkRow("date"),
        "folder": SinkRow("path"),
        "page": SinkRow("url"),
    },
)
USUAL: dict[str, Any] = {
    "quantity": 1,
    "to": "boss@acme.example",
    "on": "2026-11-27",
    "folder": "/in",
    "page": "https://a.example/x",
}


@pytest.mark.parametrize(
    ("request_", "argument", "verdict"),
    [
        ("Order filters", "quantity", "allow"),
        ("Order 1 filter", "quantity", "allow"),
        ("Order 5 filters", "quantity", "ask"),
        ("Order five filters", "quantity", "ask"),
        ("Order a dozen filters", "quantity", "ask"),
        ("Order filters", "to", "allow"),
        ("Order filters for joe@acme.example", "to", "ask"),
        ("Order filters", "on", "allow"),
        ("Order filters for Monday", "on", "ask"),
        ("Order filters for Friday", "on", "allow"),
        ("Order filters for 2026-12-03", "on", "ask"),
        ("Order filters", "folder", "allow"),
        ("Order filters into /out", "folder", "ask"),
        ("Order filters from https://b.example/y", "page", "ask"),
    ],
)
def test_of_what_a_request_says_itself(request_: str, argument: str, verdict: str) -> None:
    """A number, day, address or place that the request says is the one that is meant."""
    schema = {"properties": {name: {"default": value} for name, value in USUAL.items()}}
    found = decide(request_, ORDER, schema, part="filters", **{argument: USUAL[argument]})
    assert found.answer == verdict, found


@pytest.mark.parametrize("amount", ["50", "half of it", "fifty"])
def test_of_a_sum(amount: str) -> None:
    """A sum that is the default is none where the request says another one."""
    schema = {"properties": {"amount": {"default": 40}}}
    request = f"Send Ann Roth {amount} from the daily pot"
    assert decide(request, SEND, schema, from_pot="POT-1", person="PER-7", amount=40).answer == "ask"


@pytest.mark.parametrize(
    ("pot", "verdict"),
    [
        ("POT-9", "ask"),
        ("the holiday pot", "ask"),
        ("my other pot", "ask"),
        ("my usual pot", "allow"),
        ("the daily pot", "allow"),
        ("my pot", "allow"),
    ],
)
def test_of_things_that_were_not_read(pot: str, verdict: str) -> None:
    """What the request calls so is another pot, even if the list has no such one."""
    found = decide(f"Send Ann Roth 40 from {pot}", SEND, POT, from_pot="POT-1", person="PER-7", amount=40)
    assert found.answer == verdict, found
    unread = decide(
        f"Send Ann Roth 40 from {pot}", SEND, POT, read=(PEOPLE,), from_pot="POT-1", person="PER-7", amount=40
    )
    assert unread.answer == ("ask" if pot == "the daily pot" else verdict), unread


@pytest.mark.parametrize("argument", ["reference", "other"])
def test_of_a_thing_in_words_of_the_call(argument: str) -> None:
    """The pot that is meant does not become the one that pays by standing in a reference."""
    arguments = {**SEND.arguments, "reference": SinkRow("value")}
    tool = ToolRow(SEND.server, SEND.name, SEND.effect, SEND.intents, arguments)
    request = "Send Ann Roth 40 from the roof fund"
    call: dict[str, Any] = {"from_pot": "POT-1", "person": "PER-7", "amount": 40, argument: "POT-2"}
    assert decide(request, tool, POT, **call).answer == "ask"
    assert decide(request, SEND, POT, read=(PEOPLE,), **call).answer == "deny"  # nothing has shown it either


def test_several_defaults() -> None:
    """Of a default in each of several alternatives none goes: nothing tells which is the one."""
    ways: list[dict[str, Any]] = [
        {"properties": {"kind": {"const": "a"}, "pot": {"default": "POT-1"}}},
        {"properties": {"kind": {"const": "b"}, "pot": {"default": "POT-2"}}},
    ]
    for key in ("anyOf", "oneOf", "allOf"):
        assert default_values(json.dumps({key: ways})) == {}
        assert set(default_values(json.dumps({key: [ways[0], ways[0]]}))) == {"pot"}


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    ("request_", "listed", "notify", "verdict"),
    [
        ("Share the board with Ann Roth", [True, False], True, "allow"),
        ("Share the board with Ann Roth", [True, False], False, "allow"),
        ("Share the board with Ann Roth, and notify all", [True, False], True, "allow"),
        ("Share the board with Ann Roth, and do not notify all", [True, False], True, "ask"),
        ("Share the board with Ann Roth", [True], True, "allow"),
        ("Share the board with Ann Roth", None, True, "ask"),
    ],
)
def test_a_switch_whose_values_are_listed(
    request_: str, listed: list[bool] | None, notify: bool, verdict: str, declared: bool
) -> None:
    """Each that the grant lists goes unsaid, and none against what the request says."""
    arguments = SHARE.arguments if declared else {"person": SHARE.arguments["person"]}
    tool = ToolRow("drive", "share_board", "irreversible", ("share", "give"), arguments)
    schema = {"properties": {"notify_all": {"enum": listed} if listed else {}}}
    assert decide(request_, tool, schema, person="PER-7", notify_all=notify).answer == verdict
