"""A verb that a request says of another tool's thing opens nothing for good."""

import pytest

from podium.trust.grants import Ask
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OBJECT = SinkRow("object")
_ROWS = (
    ToolRow(
        "agency",
        "cancel_policy",
        "irreversible",
        ("cancel", "end", "stop", "terminate", "drop"),
        {"policy_id": OBJECT, "effective": SinkRow("date"), "reason": SinkRow("text")},
    ),
    ToolRow("desk", "book_appointment", "write", ("book", "arrange"), {"title": SinkRow("text")}),
    ToolRow("desk", "update_task", "write", ("update", "tick off"), {"task_id": OBJECT}),
    ToolRow("claims", "pay_claim", "irreversible", ("pay", "settle"), {"claim_id": OBJECT}),
    ToolRow("post", "reply_mail", "irreversible", ("reply", "answer"), {"mail_id": OBJECT}),
    ToolRow("trips", "book_flight", "irreversible", ("book",), {"flight_id": OBJECT}),
    ToolRow("trips", "cancel_booking", "irreversible", ("cancel", "call off"), {"booking_id": OBJECT}),
)
TOOLS = {row.id: row for row in _ROWS}


def _refusal(request: str, tool: str, *servers: str) -> object:
    known = {it: row for it, row in TOOLS.items() if not servers or row.server in servers}
    return narrow([GrantRow(it) for it in known], known, request).refusal(tool)


OTHERS = [
    "Please end the meeting with Annabel at five",
    "Drop the appointment with Harold",
    "Stop the claim of Dunmore",
    "Terminate the task about Annabel",
    "The meeting with Annabel has to end at five.",
    "Harold's appointment must stop by noon, please",
    "Can you drop the mail from Annabel?",
    "I want the claim of Annabel stopped",
    "End the calls and the meeting with Annabel",
    "Drop the old tasks of Annabel's",
]


@pytest.mark.parametrize("request_", OTHERS)
def test_what_is_done_to_another_thing(request_: str) -> None:
    """Annabel's policy is not ended with the meeting: no call goes through unasked."""
    refusal = _refusal(request_, "agency/cancel_policy", "agency", "desk", "claims", "post")
    assert refusal is not None
    assert not (isinstance(refusal, Ask) and refusal.rule in {"request.guess", "request.manner"})


@pytest.mark.parametrize(
    "request_",
    [
        "End Annabel's policy",
        "Cancel Annabel's cover from 1 December",
        "Stop the policy of Dunmore, his claim is settled",
        "Drop it, Annabel has told me in the meeting",
        "Terminate P-5010",
        "The task was to end the policy of Annabel: end it",
        "After the meeting with Annabel, cancel hers",
    ],
)
def test_what_is_done_to_its_own(request_: str) -> None:
    """Where the thing is left away, named, or the tool's own, its verb asks for it as before."""
    assert _refusal(request_, "agency/cancel_policy", "agency", "desk", "claims", "post") is None


def test_what_another_tool_makes() -> None:
    """A flight that was booked is a booking."""
    assert _refusal("Cancel the flight to Oslo", "trips/cancel_booking", "trips") is None
    assert _refusal("Cancel the claim of Dunmore", "trips/cancel_booking", "trips", "claims") is not None


def test_where_no_tool_has_the_thing() -> None:
    """A thing of no tool may be how the user calls the object: the values tell."""
    assert _refusal("Stop the van of Annabel", "agency/cancel_policy") is None
    assert World("Stop it").call(TOOLS["agency/cancel_policy"], policy_id="P-1").answer != "allow"


BOOKING = {
    row.id: row
    for row in (
        ToolRow("moves", "book_mover", "irreversible", ("book", "accept"), {"quote_id": OBJECT}),
        ToolRow("flats", "book_viewing", "irreversible", ("book", "arrange"), {"flat_id": OBJECT}),
        ToolRow(
            "post",
            "send_mail",
            "irreversible",
            ("send", "mail", "write"),
            {"to": SinkRow("recipient"), "body": SinkRow("text")},
        ),
    )
}


@pytest.mark.parametrize(
    "request_",
    [
        "Mateus is fine with both firms, so book the cheaper one for the day he names in his mail.",
        "Book the smaller one for the day in Priya's mail",
        "Please book the first one at the time given in their message",
        "Book the second one, for the day from her mail",
    ],
)
def test_a_text_in_which_something_stands(request_: str) -> None:
    """What a mail says is booked is no mail: the verb's own tools are open, and no mail goes out."""
    effective = narrow([GrantRow(it) for it in BOOKING], BOOKING, request_)
    assert effective.refusal("moves/book_mover") is None
    assert effective.refusal("post/send_mail") is not None


def test_a_text_that_is_made() -> None:
    """A mail that somebody gets is still what is sent."""
    effective = narrow(
        [GrantRow(it) for it in BOOKING], BOOKING, "Put the price in a mail to Karl and send it"
    )
    assert effective.refusal("post/send_mail") is None


NOTE = ToolRow(
    "clinic",
    "add_note",
    "write",
    ("note", "write", "write down"),
    {"patient_id": OBJECT, "text": SinkRow("text", readers="organisation")},
)
MAIL = ToolRow(
    "post", "send_mail", "irreversible", ("send", "write"), {"to": SinkRow("recipient", many=True)}
)


@pytest.mark.parametrize(
    ("request_", "noted"),
    [
        ("Please write Ronan Quilty a friendly reminder of what he owes us.", False),
        ("Write him a line or two.", False),
        ("Can you write Joan what we agreed?", False),
        ("Write down that Duke limps.", True),
        ("Write into the file that Duke limps.", True),
        ("Write a note on Duke: he limps.", True),
    ],
)
def test_who_is_written_to(request_: str, noted: bool) -> None:
    """To write somebody something is to mail it, where a tool takes to whom: nothing is noted of him."""
    known = {it.id: it for it in (NOTE, MAIL)}
    found = narrow([GrantRow(it) for it in known], known, request_).refusal(NOTE.id)
    assert (found is None) == noted
    alone = narrow([GrantRow(NOTE.id)], {NOTE.id: NOTE}, request_).refusal(NOTE.id)
    assert alone is None


_MADE = (
    ToolRow(
        "trips", "reserve_restaurant", "irreversible", ("reserve", "book", "table"), {"restaurant": OBJECT}
    ),
    ToolRow(
        "trips", "cancel_reservation", "irreversible", ("cancel", "call off"), {"reservation_id": OBJECT}
    ),
    ToolRow("news", "cancel_subscription", "irreversible", ("cancel",), {"subscription_id": OBJECT}),
)
MADE = {row.id: row for row in _MADE}


@pytest.mark.parametrize(
    "request_", ["Cancel our table at De Lepel please", "Call off the table at De Lepel"]
)
def test_what_is_made_by_a_noun_is_cancelled_by_its_kind(request_: str) -> None:
    """A table that was reserved is a reservation. The tool that makes it is not asked for."""
    known = {it: MADE[it] for it in ("trips/reserve_restaurant", "trips/cancel_reservation")}
    said = narrow([GrantRow(it) for it in known], known, request_)
    assert said.refusal("trips/cancel_reservation") is None
    assert said.refusal("trips/reserve_restaurant") is not None


def test_what_is_made_by_a_noun_is_no_other_thing() -> None:
    """A subscription is nothing that was reserved: whether it is meant, somebody is asked."""
    known = {it: MADE[it] for it in ("trips/reserve_restaurant", "news/cancel_subscription")}
    said = narrow([GrantRow(it) for it in known], known, "Cancel our table at De Lepel please")
    assert isinstance(said.refusal("news/cancel_subscription"), Ask)
    assert said.refusal("trips/reserve_restaurant") is not None
    made = narrow([GrantRow(it) for it in known], known, "Reserve a table at De Lepel")
    assert made.refusal("trips/reserve_restaurant") is None
    assert made.refusal("news/cancel_subscription") is not None


AMOUNT, PAYEE, DATE = SinkRow("amount"), SinkRow("payee"), SinkRow("date")
_PAYING = (
    ToolRow("bank", "send_money", "irreversible", ("pay", "send", "transfer"), {"to": PAYEE, "sum": AMOUNT}),
    ToolRow(
        *("bank", "schedule_payment", "irreversible", ("set up", "schedule", "pay")),
        {"to": PAYEE, "sum": AMOUNT, "first": DATE},
    ),
    ToolRow(
        "bank", "cancel_scheduled", "irreversible", ("cancel", "stop", "end", "call off"), {"id": OBJECT}
    ),
    ToolRow("bank", "change_scheduled", "irreversible", ("change",), {"id": OBJECT, "sum": AMOUNT}),
    ToolRow("news", "cancel_subscription", "irreversible", ("cancel", "stop"), {"id": OBJECT}),
)
PAYING = {row.id: row for row in _PAYING}


@pytest.mark.parametrize(
    "request_",
    [
        "Please cancel the payment to Vera.",
        "I don't read that magazine any more, so stop the payment for it.",
        "I left the gym, so please stop the payment.",
        "Call off the payment to Vera.",
        "Stop the transfer to Vera",
        "End the monthly payment to the gym.",
        "Could you stop that payment to Vera for me?",
    ],
)
def test_a_payment_that_is_stopped_pays_nobody(request_: str) -> None:
    """No tool that pays is open; what is scheduled is what the tool that schedules such things has made."""
    known = {it: row for it, row in PAYING.items() if row.server == "bank"}
    said = narrow([GrantRow(it) for it in known], known, request_)
    assert said.refusal("bank/send_money") is not None
    assert said.refusal("bank/schedule_payment") is not None
    assert said.refusal("bank/cancel_scheduled") is None


@pytest.mark.parametrize("request_", ["Change the payment to Vera to 70", "Please move the payment to Vera"])
def test_a_payment_that_is_changed_pays_nobody(request_: str) -> None:
    """Another sum for a payment is no payment."""
    said = narrow([GrantRow(it) for it in PAYING], PAYING, request_)
    assert said.refusal("bank/send_money") is not None


def test_a_payment_is_no_other_thing() -> None:
    """Of what no tool has scheduled, another tool's thing stays another thing."""
    known = {it: PAYING[it] for it in ("bank/send_money", "news/cancel_subscription")}
    said = narrow([GrantRow(it) for it in known], known, "Please cancel the payment to Vera.")
    assert said.refusal("news/cancel_subscription") is not None
    assert said.refusal("bank/send_money") is not None
    for request in ("Make a payment of 20 to Vera", "Send the money to Vera", "Make the payment to Vera"):
        assert narrow([GrantRow(it) for it in known], known, request).refusal("bank/send_money") is None


TEXT = SinkRow("text")
_KEEPING = (
    ToolRow("office", "save_draft", "write", ("draft", "save"), {"to": SinkRow("recipient"), "body": TEXT}),
    ToolRow("office", "delete_file", "irreversible", ("delete", "remove"), {"file_id": OBJECT}),
    ToolRow("office", "create_file", "write", ("create", "make"), {"name": TEXT, "content": TEXT}),
    ToolRow("office", "create_event", "irreversible", ("create", "book"), {"title": TEXT, "start": DATE}),
    ToolRow("office", "append_to_file", "write", ("append", "add"), {"file_id": OBJECT, "text": TEXT}),
)
KEEPING = {row.id: row for row in _KEEPING}


@pytest.mark.parametrize(
    "request_", ["Delete the draft of the logo.", "Remove the draft to Ann", "Please bin the draft for Ann"]
)
def test_a_draft_that_is_deleted_makes_none(request_: str) -> None:
    """What takes nothing that is there is no tool that deletes."""
    said = narrow([GrantRow(it) for it in KEEPING], KEEPING, request_)
    assert said.refusal("office/save_draft") is not None


@pytest.mark.parametrize(
    "request_",
    [
        "Make a calendar entry for 7 December at 9.",
        "Please mail Ann and make a calendar entry on 7 December from 9 to 9:15",
        "Add a calendar entry on Monday at 10: call the bank.",
        "Could you make an appointment with Ann on Friday at noon?",
        "Make a meeting of it on Tuesday at 11",
    ],
)
def test_a_kind_of_its_things_is_its_own_thing(request_: str) -> None:
    """An entry in the calendar is an event, though another tool lists the verb; no file is made."""
    said = narrow([GrantRow(it) for it in KEEPING], KEEPING, request_)
    assert said.refusal("office/create_event") is None
    assert said.refusal("office/create_file") is not None
