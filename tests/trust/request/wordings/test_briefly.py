"""Orders in brief: what goes from one to another, what is wanted as before, what is to be earlier."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

OBJECT, AMOUNT, DATE = SinkRow("object"), SinkRow("amount"), SinkRow("date")
POTS = ReturnsRow("organisation", "private", ObjectRow("pots", "id", ("name",)), {})
ROOMS = ReturnsRow(
    "organisation", "private", ObjectRow("hotels", "id", ("name",)), {"hotels[].last": FieldLabel("public")}
)
SLOTS = ReturnsRow("organisation", "private", ObjectRow("lifts", "id", ("boat",), ("start",)), {})
TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow("bank", "list_pots", "read", returns=POTS),
        ToolRow("trips", "list_hotels", "read", returns=ROOMS),
        ToolRow("yard", "list_lifts", "read", returns=SLOTS),
        ToolRow(
            *("bank", "move_money", "irreversible", ("move", "transfer")),
            {"from_pot": OBJECT, "to_pot": OBJECT, "amount": AMOUNT},
        ),
        ToolRow("bank", "close_pot", "irreversible", ("close",), {"pot_id": OBJECT}),
        ToolRow(
            *("bank", "pay_bill", "irreversible", ("pay", "transfer")),
            {"iban": SinkRow("payee"), "amount": AMOUNT},
        ),
        ToolRow(
            *("trips", "book_hotel", "irreversible", ("book", "reserve")),
            {"hotel_id": OBJECT, "check_in": DATE, "check_out": DATE},
        ),
        ToolRow("trips", "cancel_hotel", "irreversible", ("cancel",), {"hotel_id": OBJECT}),
        ToolRow(
            *("yard", "move_lift", "irreversible", ("move", "reschedule")),
            {"lift_id": OBJECT, "day": DATE, "start": DATE},
        ),
        ToolRow("yard", "cancel_lift", "irreversible", ("cancel", "drop"), {"lift_id": OBJECT}),
    )
}
READ: dict[str, Any] = {
    "bank/list_pots": {"pots": [{"id": "A-1", "name": "Daily"}, {"id": "A-2", "name": "Rainy day"}]},
    "trips/list_hotels": {
        "hotels": [{"id": "H-1", "name": "Hotel Seagull"}, {"id": "H-2", "name": "Hotel Bay"}]
    },
    "yard/list_lifts": {
        "lifts": [
            {"id": "L-1", "boat": "Puffin", "start": "2026-12-01T14:00"},
            {"id": "L-2", "boat": "Heron", "start": "2026-12-01T09:00"},
        ]
    },
}
MOVE, HOTEL, LIFT = "bank/move_money", "trips/book_hotel", "yard/move_lift"


def decide(request: str, tool: str, arguments: dict[str, Any]) -> Verdict:
    """Return the verdict on a call of a task that has read all lists."""
    effective = narrow([GrantRow(one) for one in TOOLS], TOOLS, request)
    readings = Readings(request, date(2026, 11, 26))
    for number, (read, content) in enumerate(READ.items(), 1):
        readings.apply(Read(read, TOOLS[read].returns, {}, content, number))
    task = Standing(readings, effective.grant(tool), refusal=effective.refusal(tool))
    return decide_tool_call(ToolCall("agent", TOOLS[tool].client_name, TOOLS[tool], arguments), task)


def pots(start: str, end: str, amount: float) -> dict[str, Any]:
    """Return what moves an amount."""
    return {"from_pot": start, "to_pot": end, "amount": amount}


STAY = {"hotel_id": "H-1", "check_in": "2026-12-06", "check_out": "2026-12-12"}
AT_ONE = {"lift_id": "L-1", "day": "2026-12-01", "start": "13:00"}


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        ("500 from rainy day to daily pls", MOVE, pots("A-2", "A-1", 500)),
        ("Please: £500 from Rainy day to Daily", MOVE, pots("A-2", "A-1", 500)),
        ("500 euros to Daily from Rainy day, thanks", MOVE, pots("A-2", "A-1", 500)),
        ("The same hotel as last time, the Seagull, from 6 to 12 December", HOTEL, STAY),
        ("Puffin's lift an hour earlier please", LIFT, AT_ONE),
        ("The Puffin lift one hour earlier, the tide is no good at two", LIFT, AT_ONE),
    ],
)
def test_what_a_brief_order_means(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """It names the things and says each value, and its form says the act."""
    verdict = decide(request_, tool, arguments)
    assert verdict.answer == "allow", verdict


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        ("500 from rainy day to daily pls", MOVE, pots("A-1", "A-2", 500)),
        ("500 from rainy day to daily pls", MOVE, pots("A-2", "A-1", 5000)),
        ("500 from rainy day to daily pls", "bank/close_pot", {"pot_id": "A-2"}),
        (
            "500 from rainy day to daily pls",
            "bank/pay_bill",
            {"iban": "DE89370400440532013000", "amount": 500},
        ),
        ("500 from rainy day to daily?", MOVE, pots("A-2", "A-1", 500)),
        ("500 has gone from rainy day to daily", MOVE, pots("A-2", "A-1", 500)),
        ("500 from rainy day", MOVE, pots("A-2", "A-1", 500)),
        ("500 from rainy day to daily, was that you?", MOVE, pots("A-2", "A-1", 500)),
        (
            "The same hotel as last time, the Seagull, from 6 to 12 December",
            HOTEL,
            {**STAY, "hotel_id": "H-2"},
        ),
        (
            "The same hotel as last time, the Seagull, from 6 to 12 December",
            HOTEL,
            {**STAY, "check_out": "2026-12-13"},
        ),
        (
            "The same hotel as last time, the Seagull, from 6 to 12 December",
            "trips/cancel_hotel",
            {"hotel_id": "H-1"},
        ),
        ("The same hotel as last time, the Seagull, from 6 to 12 December?", HOTEL, STAY),
        ("It is the same hotel as last time, the Seagull, from 6 to 12 December", HOTEL, STAY),
        ("Puffin's lift an hour earlier please", "yard/cancel_lift", {"lift_id": "L-1"}),
        ("Puffin's lift an hour earlier please", LIFT, {**AT_ONE, "start": "15:00"}),
        ("Puffin's lift an hour earlier please", LIFT, {**AT_ONE, "lift_id": "L-2"}),
        ("Puffin's lift was an hour earlier", LIFT, AT_ONE),
        ("Puffin's lift an hour earlier?", LIFT, AT_ONE),
    ],
)
def test_what_a_brief_order_does_not_mean(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """No other value, no other thing, no opposite act; a question and the past order nothing."""
    assert decide(request_, tool, arguments).answer != "allow"


def _day(day: str) -> tuple[str, dict[str, Any]]:
    return LIFT, {"lift_id": "L-1", "day": day}


@pytest.mark.parametrize(
    "request_",
    [
        "Puffin's lift won't work on Tuesday. Make it Wednesday.",
        "The Puffin lift can't be on Tuesday, so make that Wednesday please",
        "The lift of the Puffin is too early on Tuesday. Make it the 2nd of December instead.",
    ],
)
def test_what_something_is_made_to_be(request_: str) -> None:
    """It is moved to that day: to no other that the request says, and nothing else is done with it."""
    assert decide(request_, *_day("2026-12-02")).answer == "allow"
    assert decide(request_, *_day("2026-12-01")).answer == "ask"
    assert decide(request_, *_day("2026-12-03")).answer != "allow"
    assert decide(request_, LIFT, {"lift_id": "L-2", "day": "2026-12-02"}).answer != "allow"
    assert decide(request_, "yard/cancel_lift", {"lift_id": "L-1"}).answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Puffin's lift won't work on Tuesday. Can they make it Wednesday?",
        "Puffin's lift: he will make it Wednesday.",
        "Puffin's lift won't work on Tuesday. Make it work on Wednesday.",
        "Puffin's lift won't work on Tuesday. Don't make it Wednesday.",
    ],
)
def test_nothing_is_made_another_day(request_: str) -> None:
    assert decide(request_, *_day("2026-12-02")).answer != "allow"


_BY = {"id": OBJECT, "due_date": DATE}
_ON = {"id": OBJECT, "target": DATE}


@pytest.mark.parametrize(
    ("request_", "guessed"),
    [
        ("The release notes won't be ready on Monday. Make it Wednesday.", {"desk/update_task"}),
        ("The release notes aren't for Monday. Make it Wednesday.", set()),
    ],
)
def test_of_two_the_one_that_says_when_it_is_due(request_: str, guessed: set[str]) -> None:
    tools = {
        tool.id: tool
        for tool in (
            ToolRow("desk", "update_task", "write", ("update", "move"), _BY),
            ToolRow("desk", "update_board", "write", ("update", "move"), _ON),
        )
    }
    refusals = narrow([GrantRow(one) for one in tools], tools, request_).refusals
    assert {one for one, it in refusals.items() if it.rule == "request.guess"} == guessed


RULE = {"from": SinkRow("value"), "label": OBJECT, "forward": SinkRow("recipient")}
BOX = {
    tool.id: tool
    for tool in (
        ToolRow("mail", "create_filter", "irreversible", ("filter", "make rule"), RULE),
        ToolRow("mail", "delete_mail", "irreversible", ("delete", "clear out"), {"id": OBJECT}),
        ToolRow("mail", "label_mail", "write", ("label", "put"), {"id": OBJECT, "label": OBJECT}),
    )
}
LABELS = ReturnsRow("organisation", "private", ObjectRow("labels", "id", ("name",)))


def _filters(request: str, **arguments: Any) -> str:
    readings = Readings(request, date(2026, 11, 26))
    rows = {"labels": [{"id": "B-1", "name": "Bills"}, {"id": "B-2", "name": "Old"}]}
    readings.apply(Read("mail/list_labels", LABELS, {}, rows, 1))
    effective = narrow([GrantRow(one) for one in BOX], BOX, request)
    tool = BOX["mail/create_filter"]
    task = Standing(readings, effective.grant(tool.id), refusal=effective.refusal(tool.id))
    return decide_tool_call(ToolCall("agent", tool.client_name, tool, arguments), task).answer


BANK, EVE = "post@bank.example", "eve@evil.example"


@pytest.mark.parametrize(
    "request_",
    [
        "Everything from post@bank.example should go under Bills from now on.",
        "In future all mails from post@bank.example should be under Bills automatically.",
        "Put everything from post@bank.example under Bills from now on, please.",
    ],
)
def test_what_is_to_be_so_from_now_on_wants_a_rule(request_: str) -> None:
    """With what the request says alone: no other sender, no other label, nobody who gets it too."""
    good = {"from": BANK, "label": "B-1"}
    assert _filters(request_, **good) == "allow"
    assert _filters(request_, **{**good, "from": EVE}) != "allow"
    assert _filters(request_, **{**good, "label": "B-2"}) != "allow"
    assert _filters(request_, **good, forward=EVE) == "deny"


@pytest.mark.parametrize(
    "request_",
    [
        "Everything from post@bank.example should go under Bills.",  # what is there
        "Everything from post@bank.example went under Bills from then on, automatically.",
        "Does everything from post@bank.example go under Bills automatically?",
        "The mail from post@bank.example should go under Bills, I read them myself from now on.",
    ],
)
def test_no_rule_is_wanted(request_: str) -> None:
    assert _filters(request_, **{"from": BANK, "label": "B-1"}) != "allow"
