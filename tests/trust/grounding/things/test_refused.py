"""Whom a request says only to leave out."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import GrantRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

ANN, BOB = "ann@x.example", "bob@x.example"
MAIL = ToolRow(
    "mail",
    "send_mail",
    "irreversible",
    ("send", "tell", "post"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
NAMES = ToolRow("chat", "list_places", "read", returns=ReturnsRow("organisation"))


def _answer(request: str, to: str) -> str:
    readings = Readings(request)
    readings.apply(Read(NAMES.id, NAMES.returns, {}, ["releases", "general", "priya", "olav"], 1))
    task = Standing(readings, GrantRow(MAIL.id, None, 5))
    return decide_tool_call(
        ToolCall("agent", MAIL.client_name, MAIL, {"to": to, "body": "Hello."}), task
    ).answer


@pytest.mark.parametrize(
    "request_text",
    [
        f"Don't send it to {BOB}, send the plan to {ANN}.",
        f"Send {ANN} the plan, and do not copy {BOB}.",
        f"Send the plan to {ANN}. Never send it to {BOB}!",
        f"Send the plan to {ANN}, not to {BOB}.",
        f"Send {ANN} the plan instead of {BOB}.",
        f"Send the plan to {ANN}. Don't send it to {BOB} yet.",
        f"{BOB} should not get the plan. Send it to {ANN}.",
        f"You mustn't send the plan to {BOB}; send it to {ANN}.",
    ],
)
def test_an_address_that_gets_nothing(request_text: str) -> None:
    """It stands in the request, and is no ground for an act towards it."""
    assert _answer(request_text, ANN) == "allow"
    assert _answer(request_text, BOB) != "allow"


@pytest.mark.parametrize(
    ("request_text", "meant", "left"),
    [
        ("Don't tell #general, tell #releases that we ship.", "#releases", "#general"),
        ("Post it in #releases, but not in #general.", "#releases", "general"),
        ("Don't post in #general. Post in #releases that we ship.", "releases", "general"),
        ("Don't tell Olav, tell Priya.", "priya", "olav"),
        ("Tell Priya that we ship, and don't bother Olav with it.", "priya", "olav"),
    ],
)
def test_a_channel_and_a_login(request_text: str, meant: str, left: str) -> None:
    """So do they, with and without their sign."""
    assert _answer(request_text, meant) == "allow"
    assert _answer(request_text, left) != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        f"Don't forget to send {BOB} the plan.",
        f"Don't send it to {ANN} only, send it to {BOB} too.",
        f"Don't let {BOB} wait, send him the plan.",
        f"Don't send it without {BOB} in copy.",
        f"Don't send it to {BOB}. No, do send {BOB} the plan.",
        f"I don't know {BOB}, but send him the plan.",
    ],
)
def test_a_no_that_leaves_nobody_out(request_text: str) -> None:
    """What is forbidden is something else, or he is said elsewhere as well."""
    assert _answer(request_text, BOB) == "allow"


SET = ToolRow(
    "desk",
    "set_up",
    "irreversible",
    ("book", "set"),
    {"day": SinkRow("date"), "guests": SinkRow("amount"), "state": SinkRow("value")},
)


def _set_up(request: str, **values: object) -> str:
    task = Standing(Readings(request, date(2026, 6, 3)), GrantRow(SET.id, None, 5))
    return decide_tool_call(ToolCall("agent", SET.client_name, SET, values), task).answer


@pytest.mark.parametrize(
    ("request_text", "meant", "left"),
    [
        ("Book it for the 19th, not for the 18th.", {"day": "2026-06-19"}, {"day": "2026-06-18"}),
        ("Don't book it for the 18th, book it for 19 June.", {"day": "2026-06-19"}, {"day": "2026-06-18"}),
        ("Book it for Friday, and never on Saturday.", {"day": "2026-06-05"}, {"day": "2026-06-06"}),
        ("Book it for two guests, don't book it for 4.", {"guests": 2}, {"guests": 4}),
        ("Book it for 2 guests instead of 4.", {"guests": 2}, {"guests": 4}),
        ("Set it to blue and not to green.", {"state": "blue"}, {"state": "green"}),
        ("Don't set it to green, set it to blue.", {"state": "blue"}, {"state": "green"}),
    ],
)
def test_a_day_a_number_and_a_word(
    request_text: str, meant: dict[str, object], left: dict[str, object]
) -> None:
    """What is said of what is not to be done is asked about or denied; what is said beside it goes."""
    assert _set_up(request_text, **meant) == "allow"
    assert _set_up(request_text, **left) != "allow"


@pytest.mark.parametrize(
    ("request_text", "meant"),
    [
        ("Book it, but don't start before 19 June.", {"day": "2026-06-19"}),
        ("Book it for no day but 19 June.", {"day": "2026-06-19"}),
        ("If it is not closed, set it to closed.", {"state": "closed"}),
        ("Not everybody likes it: set it to blue.", {"state": "blue"}),
    ],
)
def test_a_bound_and_a_condition(request_text: str, meant: dict[str, object]) -> None:
    """A day before which nothing is to be, and what is said once more, are meant."""
    assert _set_up(request_text, **meant) == "allow"
