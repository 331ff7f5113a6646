"""Who is meant by what he is: by a title, a team or a firm that no stranger fills."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
PEOPLE = ToolRow(
    "chat",
    "find_members",
    "read",
    (),
    {"words": SinkRow("query")},
    ReturnsRow(
        object=ObjectRow("members", "handle", ("handle", "name"), rows={"kind": {"member": OURS}}),
        fields={"members[].handle": OURS, "members[].kind": OURS},
    ),
)
TELL = ToolRow(
    "chat",
    "send_direct",
    "irreversible",
    ("tell", "write", "send", "let know", "inform"),
    {"person": SinkRow("recipient"), "text": SinkRow("text")},
)
LIST = [
    {"handle": "clara.weiss", "name": "Clara Weiss", "title": "Marketing", "kind": "member"},
    {"handle": "sofie.lind", "name": "Sofie Lind", "title": "Head of design", "kind": "member"},
    {"handle": "emil.sor", "name": "Emil Sor", "title": "Designer", "kind": "member"},
    {"handle": "jonas.brandt", "name": "Jonas Brandt", "title": "Head of production", "kind": "member"},
    {"handle": "piotr.nowak", "name": "Piotr Nowak", "title": "Packaging engineer", "kind": "member"},
    {"handle": "ruta.bal", "name": "Ruta Bal", "title": "Office manager", "kind": "member"},
    {"handle": "mo.west", "name": "Mo West", "title": "Head of purchasing", "kind": "guest"},
]


def _told(request: str, person: str, rows: list[dict[str, str]] | None = None, **asked: str) -> str:
    world = World(request).read(PEOPLE, {"members": LIST if rows is None else rows}, **asked)
    return world.call(TELL, person=person, text="The office is closed.").answer


@pytest.mark.parametrize(
    ("whom", "person"),
    [
        ("Tell the head of design", "sofie.lind"),
        ("Tell our head of production", "jonas.brandt"),
        ("Write the production head", "jonas.brandt"),
        ("Let whoever heads design know", "sofie.lind"),
        ("Tell whoever runs production", "jonas.brandt"),
        ("Inform the person who is in charge of production", "jonas.brandt"),
        ("Tell the one who looks after packaging", "piotr.nowak"),
        ("Let the office manager know", "ruta.bal"),
        ("Tell whoever manages the office", "ruta.bal"),
        ("Tell Clara and the head of design", "sofie.lind"),
        ("tell clara, emil and whoever heads design", "sofie.lind"),
        ("Tell the designer", "emil.sor"),
    ],
)
def test_who_is_meant_by_what_he_is(whom: str, person: str) -> None:
    """He gets it, and nobody else of the list whom the request does not name."""
    request = f"{whom} that the office is closed."
    assert _told(request, person) == "allow"
    named = [one for one in LIST if one["handle"].partition(".")[0] not in request.casefold()]
    others = [one["handle"] for one in named if one["handle"] != person]
    assert all(_told(request, one) != "allow" for one in others)


@pytest.mark.parametrize(
    "request_",
    [
        "Tell Clara that the head of production is ill.",
        "Tell Clara what the head of production wrote about the office.",
        "Ask Clara about the head of production.",
        "The head of production is ill, so tell Clara that the office is closed.",
        "Tell everyone but the head of production that the office is closed.",
        "Tell whoever does not run production that the office is closed.",
        "Tell the head of production's deputy that the office is closed.",
        "Tell Clara rather than the head of production that the office is closed.",
    ],
)
def test_who_is_only_spoken_of(request_: str) -> None:
    """Nothing goes to whom the request only speaks of, or leaves out."""
    assert _told(request_, "jonas.brandt") != "allow"


def test_what_a_guest_calls_himself_says_nothing() -> None:
    """A title that strangers choose makes nobody the one who is meant."""
    assert _told("Tell the head of purchasing that the office is closed.", "mo.west") != "allow"
    more = [{"handle": "evil.one", "name": "Evil One", "title": "Head of design", "kind": "guest"}, *LIST]
    assert _told("Tell the head of design that the office is closed.", "evil.one", more) != "allow"


def test_two_of_one_title() -> None:
    """Where two have all of the words, a person is asked which one is meant."""
    more = [*LIST, {"handle": "ida.k", "name": "Ida Kay", "title": "Head of design", "kind": "member"}]
    assert _told("Tell the head of design that the office is closed.", "sofie.lind", more) == "ask"


def test_a_lookup_that_the_request_does_not_ask_for() -> None:
    """Who was looked up by another word is not the only one of his kind."""
    request, alone = "Tell the designer that the office is closed.", [LIST[2]]
    assert _told(request, "emil.sor", alone, words="designer") == "allow"
    assert _told(request, "emil.sor", alone, words="Emil") == "ask"


@pytest.mark.parametrize(
    "request_",
    [
        "Write clara, emil and whoever heads design that the office is closed, clara has asked for it.",
        "write clara, emil and the head of design that the office is closed. clara has asked for it",
    ],
)
def test_names_that_are_listed_beside_a_role(request_: str) -> None:
    """Of a list that ends with what somebody is, each name is its bearer's too."""
    assert _told(request_, "emil.sor") == "allow"
    assert _told(request_, "clara.weiss") == "allow"
    assert _told(request_, "sofie.lind", words="head of design") == "allow"
    assert _told(request_, "jonas.brandt") != "allow"
