"""Things that a request says are its user's own: by the fields that no stranger fills."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.english.words import sentences
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.mine import of_user, says_mine
from podium.trust.request.user import User
from podium.trust.values.forms import forms_of
from tests.trust.workshop import Shift

NOOR = User(("Noor Haddad",), ("noor@spokes.example",), ("noor",))
JONAS = User(("Jonas Weiss",), ("jonas@spokes.example",), ("jonas",))
SHIFT, REPAIR = "rota/change_shift", "repairs/update_repair"

OWN: list[tuple[str, str, dict[str, Any]]] = [
    ("Move my shift on Friday to Saturday.", SHIFT, {"id": "S1", "day": "2026-11-28"}),
    ("Give all my shifts to Milo.", SHIFT, {"id": "S3", "person": "milo"}),
    ("Give both my shifts to Tess.", SHIFT, {"id": "S1", "person": "tess"}),
    ("Give my shift at the Harbour to Milo.", SHIFT, {"id": "S1", "person": "milo"}),
    ("Put Tess on the Harbour shift of mine.", SHIFT, {"id": "S1", "person": "tess"}),
    ("Assign the shift that I have on Friday to Tess.", SHIFT, {"id": "S1", "person": "tess"}),
    ("Assign the shifts I have to Tess.", SHIFT, {"id": "S3", "person": "tess"}),
    ("Set my repairs to working.", REPAIR, {"id": "R-201", "status": "working"}),
    ("Postpone all my repairs to Friday.", REPAIR, {"id": "R-203", "due": "2026-11-27"}),
    ("Hand the repairs assigned to me over to Jonas.", REPAIR, {"id": "R-201", "mechanic": "jonas"}),
    ("Mark all repairs assigned to me as done.", REPAIR, {"id": "R-201", "status": "done"}),
]


@pytest.mark.parametrize(("request_", "tool", "arguments"), OWN)
def test_own(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """What is the user's own is meant; of somebody else's a person is asked, whoever it is."""
    assert Shift(request_, NOOR).call(tool, **arguments).answer == "allow"
    assert Shift(request_, JONAS).call(tool, **arguments).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        ("Give all my shifts to Milo.", SHIFT, {"id": "S2", "person": "milo"}),
        ("Give my shift at the Harbour to Milo.", SHIFT, {"id": "S2", "person": "milo"}),
        ("Give my shift on Saturday to Milo.", SHIFT, {"id": "S2", "person": "milo"}),
        ("Give my shift to Milo.", SHIFT, {"id": "S1", "person": "milo"}),
        ("Hand all my repairs to Jonas.", REPAIR, {"id": "R-205", "mechanic": "jonas"}),
        ("Postpone all my repairs to Friday.", REPAIR, {"id": "R-202", "due": "2026-11-27"}),
        ("Hand the repairs that are not mine to Jonas.", REPAIR, {"id": "R-201", "mechanic": "jonas"}),
        ("Move my boss's shift on Friday to Sunday.", SHIFT, {"id": "S3", "day": "2026-11-29"}),
        ("Give my colleague Jonas's shift on Saturday to Tess.", SHIFT, {"id": "S1", "person": "tess"}),
        ("Give Jonas's shift to Tess and move my own to Saturday.", SHIFT, {"id": "S3", "person": "tess"}),
    ],
)
def test_not_own(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """Another's things are not the user's, nor is one of two that fit."""
    assert Shift(request_, NOOR).call(tool, **arguments).answer != "allow"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Cancel my booking.", True),
        ("Cancel my next two bookings.", True),
        ("Cancel the booking of mine.", True),
        ("Cancel the bookings that are mine.", True),
        ("Cancel the bookings that I have.", True),
        ("Cancel the booking I made.", True),
        ("Cancel the bookings in my name.", True),
        ("Cancel every booking assigned to me.", True),
        ("Cancel the booking.", False),
        ("Cancel my wife's booking.", False),
        ("Cancel my colleague booking.", False),
        ("Cancel the bookings that are not mine.", False),
        ("Cancel the booking that Ann sent to me.", False),
        ("Cancel the booking in my calendar.", False),
        ("Tell my boss about the booking.", False),
        ("Cancel the booking, I have no time.", False),
    ],
)
def test_says_mine(text: str, own: bool) -> None:
    """Whose it is stands beside the noun."""
    (sentence,) = sentences(text)
    at = next(i for i, token in enumerate(sentence) if token.low.startswith("booking"))
    assert says_mine(sentence, at) is own


def row(trust: int = 2, **fields: str) -> Seen:
    found = [(path, forms_of(text), trust) for path, text in fields.items()]
    return Seen(0, "club", frozenset({"booking"}), fields=found)


def people(**fields: str) -> Seen:
    found = [(path, forms_of(text), 2) for path, text in fields.items()]
    return Seen(0, "club", frozenset({"member"}), fields=found)


def test_whose() -> None:
    """By a name, an address or a login, whole, of a field that no stranger fills."""
    assert of_user(NOOR, [row(guest="Noor Haddad"), row(guest="Eve Noor")], [0, 1]) == [0]
    assert of_user(NOOR, [row(email="noor@spokes.example"), row(email="eve@evil.example")], [0, 1]) == [0]
    assert of_user(NOOR, [row(who="noor"), row(who="eve")], [0, 1]) == [0]
    assert of_user(NOOR, [row(guest="Haddad"), row(guest="Eve Weiss")], [0, 1]) == [0]
    assert of_user(NOOR, [row(guest="Haddad"), row(guest="Sami Haddad")], [0, 1]) == []


def test_strangers_are_nobody() -> None:
    """That a stranger writes the user's name into what is his makes it not the user's."""
    assert of_user(NOOR, [row(0, guest="Noor Haddad")], [0]) is None
    assert of_user(NOOR, [row(1, guest="Noor Haddad"), row(guest="Noor Haddad")], [0, 1]) == [1]


def test_who_did_something_with_it() -> None:
    """Whose it is goes before who has made it; where nothing else tells, that counts."""
    made, given_ = row(created_by="noor", assignee="jonas"), row(created_by="jonas", assignee="noor")
    assert of_user(NOOR, [made, given_], [0, 1]) == [1]
    assert of_user(NOOR, [row(created_by="noor"), row(created_by="jonas")], [0, 1]) == [0]


def test_nothing_tells() -> None:
    """Where no field says whose anything is, it is as if nobody had said who the user is."""
    assert of_user(NOOR, [row(title="Yoga"), row(title="Boxing")], [0, 1]) is None
    assert of_user(NOOR, [row(owner="eve"), row(owner="jonas")], [0, 1]) == []


def test_people_are_nobodys() -> None:
    """The user's own entry in a list of people does not make `my colleague` the user."""
    assert of_user(NOOR, [people(name="Noor Haddad"), people(name="Jonas Weiss")], [0, 1]) is None


@given(st.lists(st.sampled_from(["noor", "jonas", "tess", "Noor Haddad", "Eve", ""]), min_size=1, max_size=6))
def test_never_anothers(whose: list[str]) -> None:
    """Whatever there is, nothing that is somebody else's is the user's."""
    rows = [row(owner=name) for name in whose]
    for index in of_user(NOOR, rows, range(len(rows))) or ():
        assert whose[index] in {"noor", "Noor Haddad"}
