"""Words of which a grant lists few, that a request says by an idiom."""

import json
from datetime import date

import pytest

from podium.trust.grants import Ask, listed_values
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

ROWS = ToolRow(
    "hall",
    "list_requests",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("requests", "id", ("title", "person"), ("status",)),
        {"requests[].note": FieldLabel("public")},
    ),
)
SET = ToolRow(
    "hall",
    "set_request",
    "irreversible",
    ("set", "decide"),
    {"request": SinkRow("object"), "state": SinkRow("value")},
)
FOUND = {
    "requests": [
        {
            "id": "R-1",
            "title": "Laser toner",
            "person": "Mia Falk",
            "status": "open",
            "note": "mark it done, blocked",
        },
        {
            "id": "R-2",
            "title": "Espresso machine",
            "person": "Leo Ram",
            "status": "open",
            "note": "approved!",
        },
        {"id": "R-3", "title": "Gate card", "person": "Nadia Oke", "status": "open", "note": "rejected?"},
    ]
}
WORDS = "open|done|approved|rejected|blocked|active|cancelled"


def decide(request: str, row: str, state: str, words: str = WORDS, refusal: Ask | None = None) -> Verdict:
    """Return the verdict on a state that one of the rows is to have."""
    schema = json.dumps({"properties": {"state": {"pattern": f"^({words})$"}}})
    readings = Readings(request, date(2026, 11, 26))
    readings.apply(Read(ROWS.id, ROWS.returns, {}, FOUND, 1))
    task = Standing(readings, GrantRow(SET.id, schema, None), refusal=refusal)
    return decide_tool_call(ToolCall("agent", SET.client_name, SET, {"request": row, "state": state}), task)


@pytest.mark.parametrize(
    ("request_", "row", "state"),
    [
        ("Nadia has left, so kill her gate card.", "R-3", "blocked"),
        ("Switch Nadia's gate card off, please.", "R-3", "blocked"),
        ("Can you shut off Nadia's gate card?", "R-3", "blocked"),
        ("Turn Nadia's gate card back on", "R-3", "active"),
        ("Leo's brought the espresso machine, you can tick that one off.", "R-2", "done"),
        ("The espresso machine is sorted.", "R-2", "done"),
        ("Wrap up the toner.", "R-1", "done"),
        ("The laser toner's fine.", "R-1", "approved"),
        ("I'm happy with the toner", "R-1", "approved"),
        ("The toner goes through.", "R-1", "approved"),
        ("No objection to the toner.", "R-1", "approved"),
        ("The espresso machine goes back to Leo.", "R-2", "rejected"),
        ("The laser toner's fine. The espresso machine isn't.", "R-2", "rejected"),
        ("The laser toner's fine. The espresso machine isn't.", "R-1", "approved"),
        ("Turn the espresso machine down, the toner is ok.", "R-2", "rejected"),
        ("Scrap the espresso machine", "R-2", "cancelled"),
        ("Set what is active of the gate card to blocked.", "R-3", "blocked"),
    ],
)
def test_a_state_in_other_words(request_: str, row: str, state: str) -> None:
    """What a request wants done to a thing, or says of it, is one of the states that it may have."""
    assert decide(request_, row, state).answer == "allow", decide(request_, row, state).reason


@pytest.mark.parametrize(
    ("request_", "row", "state"),
    [
        ("The laser toner's fine. The espresso machine isn't.", "R-1", "rejected"),
        ("The laser toner's fine. The espresso machine isn't.", "R-2", "approved"),
        ("Turn the espresso machine down, the toner is ok.", "R-2", "approved"),
        ("Nadia has left, so kill her gate card.", "R-3", "active"),
        ("Nadia has left, so kill her gate card.", "R-1", "blocked"),
        ("Do not switch off Nadia's gate card.", "R-3", "blocked"),
        ("Is Nadia's gate card switched off?", "R-3", "blocked"),
        ("Tell Leo that his espresso machine is fine.", "R-2", "approved"),
        ("If the toner goes through, write to Mia.", "R-1", "approved"),
        ("Turn Nadia's gate card back on.", "R-3", "blocked"),
        ("You can tick the toner off.", "R-1", "approved"),
        ("What about the toner?", "R-1", "done"),
        ("Set what is active of the gate card to blocked.", "R-3", "active"),
        ("Set the gate card from active to blocked.", "R-3", "active"),
    ],
)
def test_a_state_that_is_not_said(request_: str, row: str, state: str) -> None:
    """What a request says not, asks, makes a condition or says of another thing gives nothing a state."""
    assert decide(request_, row, state).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "words", "answer"),
    [
        ("The toner can go, the new one is there.", "waiting|closed", "allow"),
        ("The toner can go now", "waiting|done", "allow"),
        ("Nadia's last day is over. Her gate card can go as well", "active|revoked", "allow"),
        ("The toner can go", "waiting|done|cancelled", "ask"),  # which of the two is not said
        ("The toner can go to Leo.", "waiting|closed", "ask"),
        ("The toner can go if Mia agrees.", "waiting|closed", "ask"),
        ("If the toner can go, write to Mia.", "waiting|closed", "ask"),
        ("Can the toner go?", "waiting|closed", "ask"),
        ("Tell Mia that the toner can go.", "waiting|closed", "ask"),
        ("The toner can go nowhere.", "waiting|closed", "ask"),
    ],
)
def test_what_can_go(request_: str, words: str, answer: str) -> None:
    """What is not needed any longer is closed, done or revoked: where one alone of these may be meant."""
    row = "R-3" if "gate" in request_ else "R-1"
    other, state = words.split("|")[:2]
    assert decide(request_, row, state, words).answer == answer
    assert decide(request_, row, other, words).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "state", "answer"),
    [
        ("Set the toner to prod", "production", "allow"),
        ("Set the toner of staging to prod, Mia gave her ok", "production", "allow"),
        ("Set the toner of staging to prod, Mia gave her ok", "staging", "ask"),
        ("Set what prod has of the toner to staging", "staging", "allow"),
        ("Set what prod has of the toner to staging", "production", "ask"),
        ("Set the toner to prod, I want to stage it too", "production", "allow"),
    ],
)
def test_where_something_goes(request_: str, state: str, answer: str) -> None:
    """Of two states the one is meant to which it goes, and not the one from which it comes."""
    assert decide(request_, "R-1", state, "production|staging").answer == answer


ANSWER = ToolRow("hall", "answer_request", "irreversible", ("accept", "decline", "answer"), SET.arguments)
TWO = "Yes to the toner. The espresso machine we can't afford, far too much, say no but be nice."


@pytest.mark.parametrize(
    ("request_", "row", "state", "answer"),
    [
        (TWO, "R-1", "approved", "allow"),
        (TWO, "R-2", "rejected", "allow"),
        (TWO, "R-1", "rejected", "deny"),
        (TWO, "R-2", "approved", "ask"),
        (TWO, "R-3", "rejected", "ask"),
        ("Accept the toner and say no to that espresso machine.", "R-1", "approved", "allow"),
        ("Accept the toner and say no to that espresso machine.", "R-2", "rejected", "allow"),
        ("Accept the toner and say no to that espresso machine.", "R-1", "rejected", "deny"),
        ("Accept the toner and say no to that espresso machine.", "R-2", "approved", "ask"),
    ],
)
def test_a_state_for_each_of_two(request_: str, row: str, state: str, answer: str) -> None:
    """What is said of one thing is not said of the other one."""
    schema = json.dumps({"properties": {"state": {"pattern": f"^({WORDS})$"}}})
    readings = Readings(request_, date(2026, 11, 26))
    readings.apply(Read(ROWS.id, ROWS.returns, {}, FOUND, 1))
    call = ToolCall("agent", ANSWER.client_name, ANSWER, {"request": row, "state": state})
    assert decide_tool_call(call, Standing(readings, GrantRow(ANSWER.id, schema, None))).answer == answer


def test_a_state_that_nobody_knows_the_words_for() -> None:
    """A state of what the request names is asked about where the request says none, not denied."""
    unclear = Ask("request.unclear", "the request may ask for it")
    assert (
        decide("Nadia's gate card, you know what to do.", "R-3", "blocked", refusal=unclear).answer == "ask"
    )
    assert decide("Nadia's gate card, you know what to do.", "R-3", "blocked").answer == "ask"
    assert decide("Kill Nadia's gate card.", "R-3", "active", refusal=unclear).answer == "deny"
    assert (
        decide("Nadia's gate card, you know what to do.", "R-9", "blocked", refusal=unclear).answer == "deny"
    )


def test_what_a_grant_lists() -> None:
    """Lists of words, and patterns that are nothing else."""
    schema = {
        "properties": {
            "a": {"enum": ["Done", "open"]},
            "b": {"pattern": "^(?:in progress|done)$"},
            "c": {"pattern": "^[a-z]+$"},
            "d": {"enum": [1, 2]},
            "e": {"properties": {"f": {"pattern": "on|off"}}},
            "g": {"enum": ["one"]},
        }
    }
    assert listed_values(json.dumps(schema)) == {
        "a": {"done", "open"},
        "b": {"in progress", "done"},
        "e.f": {"on", "off"},
    }


MIXED = {
    "anyOf": [
        {"enum": ["todo", "blocked", "comment"]},
        {"pattern": "^(done|active)$"},
        {"pattern": "^approve$"},
    ]
}


@pytest.mark.parametrize(
    ("request_", "state", "answer"),
    [
        ("Set the laser toner to done.", "done", "allow"),
        ("Set the laser toner to done.", "todo", "ask"),
        ("Set the laser toner to done.", "approve", "deny"),
        ("Decide on the laser toner: approve.", "approve", "allow"),
        ("Decide on the laser toner: approve.", "comment", "ask"),
        ("Decide on the laser toner, comment and approve.", "comment", "allow"),
        ("Decide on the laser toner.", "comment", "allow"),  # its author lets it go unsaid
    ],
)
def test_what_a_pattern_spells_out_and_the_request_says(request_: str, state: str, answer: str) -> None:
    """Then none of the values that go unsaid is meant."""
    schema = json.dumps({"properties": {"state": MIXED}})
    readings = Readings(request_, date(2026, 11, 26))
    readings.apply(Read(ROWS.id, ROWS.returns, {}, FOUND, 1))
    task = Standing(readings, GrantRow(SET.id, schema, None))
    call = ToolCall("agent", SET.client_name, SET, {"request": "R-1", "state": state})
    assert decide_tool_call(call, task).answer == answer


LIMITS = "cash_per_day|online_per_day|purchases_per_day"


@pytest.mark.parametrize(
    ("request_", "state", "answer"),
    [
        ("Set the laser toner to cash", "cash_per_day", "allow"),
        ("Set the online limit of the laser toner", "online_per_day", "allow"),
        ("Set the online limit of the laser toner", "cash_per_day", "ask"),
        ("Set the laser toner, per day", "cash_per_day", "ask"),
        ("Set the laser toner, but leave cash alone", "cash_per_day", "ask"),
        ("Set the laser toner, don't touch cash", "cash_per_day", "ask"),
        ("Set the laser toner. Noor never pays cash", "cash_per_day", "ask"),
        ("Set the laser toner to non-cash", "cash_per_day", "ask"),
        ("Set the laser toner. I saw it online", "online_per_day", "ask"),
        ("Set the online limit of the laser toner, not the cash one", "cash_per_day", "ask"),
        ("Set the cash and the online limit of the laser toner", "purchases_per_day", "ask"),
    ],
)
def test_what_tells_a_value_from_the_others(request_: str, state: str, answer: str) -> None:
    """Words that several of the values have need not be said."""
    assert decide(request_, "R-1", state, LIMITS).answer == answer


REVIEW = ToolRow("hall", "send_review", "irreversible", ("approve", "review"), SET.arguments)
APPROVE = ToolRow("hall", "approve_toner", "irreversible", ("approve",), SET.arguments)


@pytest.mark.parametrize(
    ("request_", "row", "state", "answer"),
    [
        ("Approve the laser toner", REVIEW, "approve", "allow"),
        ("Approve the laser toner", REVIEW, "comment", "ask"),
        ("Approve the laser toner, with a comment", REVIEW, "comment", "allow"),
        ("Review the laser toner", REVIEW, "comment", "allow"),
        ("Review the laser toner", REVIEW, "approve", "deny"),
        ("Send the review of the laser toner", REVIEW, "comment", "allow"),
        ("Approve the laser toner", APPROVE, "comment", "allow"),
    ],
)
def test_a_word_beside_the_list(request_: str, row: ToolRow, state: str, answer: str) -> None:
    """Where the request says the word that goes by a pattern alone, what goes unsaid is asked about.

    Not where the whole tool is called by it: *merge it* leaves open how.
    """
    ways = [{"enum": ["comment", "changes"]}, {"pattern": "^approve$"}]
    readings = Readings(request_, date(2026, 11, 26))
    readings.apply(Read(ROWS.id, ROWS.returns, {}, FOUND, 1))
    grant = GrantRow(row.id, json.dumps({"properties": {"state": {"anyOf": ways}}}), None)
    call = ToolCall("agent", row.client_name, row, {"request": "R-1", "state": state})
    assert decide_tool_call(call, Standing(readings, grant)).answer == answer
