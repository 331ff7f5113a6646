"""Idioms by which a request gives a state, and the tools that it opens by them."""

import json

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.request.requests import Request
from podium.trust.request.wordings.idioms import asks, clauses_of, gives, opened
from podium.trust.tools import GrantRow, SinkRow, ToolRow

STATES = {"approved": frozenset({"desk/decide"}), "blocked": frozenset({"desk/set_card"})}
DECIDE = ToolRow(
    "desk",
    "decide",
    "irreversible",
    ("approve", "reject"),
    {"request": SinkRow("object"), "decision": SinkRow("value")},
)
GRANT = GrantRow(DECIDE.id, json.dumps({"properties": {"decision": {"pattern": "^(approved|rejected)$"}}}), 9)


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("Kill Nadia's card.", "desk/set_card"),
        ("Can you shut off Leo's card?", "desk/set_card"),
        ("Lock Leo out, please", "desk/set_card"),
        ("She has left, so switch her card off", "desk/set_card"),
        ("The toner's fine.", "desk/decide"),
        ("The toner is ok by me", "desk/decide"),
        ("I'm happy with the toner", "desk/decide"),
        ("The toner goes through, the lamp can wait.", "desk/decide"),
        ("No objection to the toner.", "desk/decide"),
        ("Mia can come on Friday", "desk/decide"),
        ("Don't kill Nadia's card.", ""),
        ("Is Nadia's card switched off?", ""),
        ("Is the toner fine?", ""),
        ("Why was her card switched off?", ""),
        ("Tell Mia that the toner is fine.", ""),
        ("If the toner is fine, write to Mia.", ""),
        ("Once the toner is ok, write to Mia.", ""),
        ("She said the toner is fine.", ""),
        ("The toner isn't fine.", ""),
        ("Read the fine print of the toner.", ""),
    ],
)
def test_what_an_idiom_opens(text: str, tool: str) -> None:
    """An order or a verdict gives a state; what is asked, told, denied or a condition gives none."""
    assert set(opened(Request(text).sentences, STATES)) == ({tool} if tool else set())


def test_a_state_of_several_tools_opens_none() -> None:
    """Nothing tells which of them is meant."""
    both = {"approved": frozenset({"desk/decide", "desk/answer"})}
    assert opened(Request("The toner's fine.").sentences, both) == {}


def test_what_is_not_said() -> None:
    """An ellipsis denies what was said of another thing."""
    (first, second) = Request("The toner's fine. The lamp isn't.").sentences
    assert [gives(part, "approved") for part in clauses_of(first) if part] == [True]
    assert [gives(part, "rejected") for part in clauses_of(second) if part] == [True]
    assert not asks(first)


def test_that_a_person_may_be_asked() -> None:
    """What an idiom opens is a question, as far as the values do not settle it, and nothing else is."""
    found = narrow([GRANT], {DECIDE.id: DECIDE}, "The toner's fine.").refusals[DECIDE.id]
    assert (found.answer, found.rule) == ("ask", "request.manner")
    assert narrow([GRANT], {DECIDE.id: DECIDE}, "What is the toner for?").refusals[DECIDE.id].answer == "deny"
    told = narrow([GRANT], {DECIDE.id: DECIDE}, "Do not approve the toner, though it's fine.")
    assert told.refusals[DECIDE.id].answer == "deny"


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("The lamp is done.", True),
        ("She's having her lamp done.", False),
        ("Mia is getting the lamp sorted.", False),
    ],
)
def test_what_somebody_has_done_is_not_done(text: str, given: bool) -> None:
    assert bool(opened(Request(text).sentences, {"done": frozenset({"desk/tick"})})) is given
