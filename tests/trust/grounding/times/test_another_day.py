"""A day that a request says for an act, where the tool takes none and another one of its server does."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.times.another_day import says_day_for
from podium.trust.request.narrowing import narrow
from podium.trust.request.requests import Request
from podium.trust.request.twins import on_a_day
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TODAY = date(2026, 11, 28)
PAID = {"iban": SinkRow("payee"), "amount": SinkRow("amount"), "reference": SinkRow("text")}
PAYEES = ReturnsRow("user", object=ObjectRow("payees", "iban", ("name",), ("iban",)))
NOW = ToolRow("bank", "transfer", "irreversible", ("transfer", "pay", "send"), PAID)
LATER = ToolRow(
    "bank", "schedule_transfer", "irreversible", ("schedule", "pay", "send"), {**PAID, "on": SinkRow("date")}
)
MONTHLY = ToolRow(
    "bank", "create_order", "irreversible", ("set up", "pay"), {**LATER.arguments, "every": SinkRow("value")}
)
CANCEL = ToolRow("diary", "cancel_entry", "irreversible", ("cancel",), {"id": SinkRow("object")})
MOVE = ToolRow(
    "diary", "move_entry", "irreversible", ("move",), {"id": SinkRow("object"), "to": SinkRow("date")}
)
MAIL = ToolRow(
    "mail",
    "send",
    "irreversible",
    ("send", "tell", "mail"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
TOOLS = {
    row.id: row
    for row in (NOW, LATER, MONTHLY, CANCEL, MOVE, ToolRow("bank", "list_payees", "read", returns=PAYEES))
}
TOM = "NL49GRVT0309034471"


def pays(request: str, **on: str) -> Verdict:
    """Return the verdict on a payment of 60 to Tom, at once or on a day."""
    tool = LATER if on else NOW
    readings, narrowed = Readings(request, TODAY), narrow([GrantRow(it) for it in TOOLS], TOOLS, request)
    readings.apply(
        Read("bank/list_payees", PAYEES, {}, {"payees": [{"iban": TOM, "name": "Tom Dijkman"}]}, 1)
    )
    task = Standing(readings, narrowed.grant(tool.id), refusal=narrowed.refusal(tool.id))
    call = ToolCall("clerk", tool.client_name, tool, {"iban": TOM, "amount": 60, "reference": "gig", **on})
    return decide_tool_call(call, task)


@pytest.mark.parametrize(
    "request_",
    [
        "Pay Tom 60 euros on 5 December.", "On 5 December please pay Tom 60 euros.",
        "Next Friday I'd like you to pay Tom 60 euros.", "Pay Tom 60 euros, but only on Friday.",
        "Could you send Tine 40 and Tom 60 on Monday?", "pls send Tom 60 euros tomorrow",
        "In a week's time pay Tom 60 euros", "Pay Tom the 60 euros at the end of the month.",
        "Pay Tom 60 euros when my salary is in, on 5 December.", "Pay Tom 60 euros next month.",
        "Pay Tom 60 euros on the 5th, I'll have my salary by then.",
        "Pay Tom 60 euros the day after tomorrow.", "Wait until 5 December and then pay Tom 60 euros.",
    ],
)  # fmt: skip
def test_not_at_once(request_: str) -> None:
    """What the request wants done on a day is not done at once unasked."""
    assert says_day_for(Request(request_, TODAY), NOW)
    assert pays(request_).answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Pay Tom 60 euros today.", "Pay Tom 60 euros on 28 November.", "Pay Tom 60 euros by Friday.",
        "Pay Tom 60 euros now, not on 5 December.", "Pay Tom 60 euros now instead of on the 5th.",
        "Pay Tom the 60 euros of his bill of 5 December.", "Pay Tom 60 euros before he leaves on Friday.",
        "Pay Tom 60 euros, he leaves on Friday.", "Pay Tom 60 euros for the bill that is due on 5 December.",
        "Tom leaves on Friday, pay him 60 euros.", "Pay Tom 60 euros and put the dentist on 5 December.",
        "Cancel the dentist on Friday and pay Tom 60 euros.", "Pay Tom 60 euros for Friday's dinner.",
        "Pay Tom the 60 euros that I have owed him since 20 November.",
        "Pay Tom 60 euros, reference 'party on 5 December'.",
    ],
)  # fmt: skip
def test_a_day_of_something_else(request_: str) -> None:
    """Today, a deadline, and the day of a thing or of what else is so are none of the act."""
    assert pays(request_).answer == "allow"


def test_the_tool_that_takes_the_day() -> None:
    assert pays("Pay Tom 60 euros on 5 December.", on="2026-12-05").answer == "allow"
    assert pays("Pay Tom 60 euros on 5 December.", on="2026-12-12").answer != "allow"
    left_out = pays("Pay Tom 60 euros now, not on 5 December.", on="2026-12-05")
    assert (left_out.answer, left_out.rule) == ("ask", "labels.date")
    asked = pays("Pay Tom 60 euros on 5 December.")
    assert (asked.rule, "bank/schedule_transfer" in asked.reason) == ("request.day", True)


def test_a_twin_does_the_same() -> None:
    """What moves a thing does not do what cancels it; of two tools the one that takes less counts."""
    assert on_a_day(NOW, [MONTHLY, LATER]) == LATER.id
    assert on_a_day(CANCEL, [MOVE]) == ""
    assert on_a_day(LATER, [LATER, MONTHLY]) == ""
    assert (
        on_a_day(NOW, [ToolRow("bank", "schedule_transfer", "write", ("plan",), LATER.arguments)]) == LATER.id
    )
    assert on_a_day(NOW, [ToolRow("till", "schedule_transfer", "write", ("pay",), LATER.arguments)]) == ""


@pytest.mark.parametrize(
    "request_",
    [
        "Tell Ann that we meet on Friday",
        "Mail Ann about the dinner on Friday",
        "Tell Ann I can't come on Friday",
    ],
)
def test_a_day_that_somebody_is_told(request_: str) -> None:
    assert not says_day_for(Request(request_, TODAY), MAIL)


def test_a_mail_on_a_day() -> None:
    assert says_day_for(Request("Mail Ann on Friday that it is done", TODAY), MAIL)
