"""Words of a request that are about something else: they turn nothing on, name nobody, and are no sums."""

from typing import Any

import pytest

from podium.trust.grounding.record.notations import same_word
from podium.trust.grounding.states.switches import switched
from podium.trust.request.requests import Request
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow

from .test_verdict import World

SHARE = ToolRow(
    "files",
    "share_file",
    "irreversible",
    ("share",),
    {"path": SinkRow("path"), "with": SinkRow("recipient"), "role": SinkRow("value")},
)
LIGHT = ToolRow(
    "home", "set_light", "write", ("turn on",), {"room": SinkRow("path"), "state": SinkRow("value")}
)
POST = ToolRow(
    "chat", "post", "irreversible", ("post",), {"channel": SinkRow("recipient"), "text": SinkRow("text")}
)
CHANNELS = ToolRow(
    "chat",
    "list_channels",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("channels", "name", ("name",))),
)
LISTED = {"channels": [{"name": "finance"}, {"name": "access"}, {"name": "studio"}, {"name": "general"}]}


def _shared(request: str, **more: Any) -> str:
    arguments = {"path": "plan.pdf", "with": "ann@acme.example", **more}
    return World(request).call(SHARE, **arguments).answer


PREPOSITIONS = [
    "Share plan.pdf with ann@acme.example",
    "Share plan.pdf on Friday, ann@acme.example",
    "Share plan.pdf with ann@acme.example, who works on it",
    "Put plan.pdf on the shelf and share it, ann@acme.example",
    "Keep ann@acme.example posted on it: share plan.pdf",
    "Share plan.pdf with ann@acme.example and go on with the rest",
]


@pytest.mark.parametrize("request_", PREPOSITIONS)
@pytest.mark.parametrize("on", [True, 1, "1", "on", "ON", "yes", "true", "y"])
def test_a_preposition_turns_nothing_on(request_: str, on: object) -> None:
    """`On Friday`, `with Ann`: a switch that the request does not speak of is asked about."""
    assert _shared(request_) == "allow"
    assert _shared(request_, public=on) == "ask"


SWITCHES = [
    ("Turn on the heating in the barn", "heating", True),
    ("Turn the lamp in the hall on", "enabled", True),
    ("switch the alarm on at nine", "state", True),
    ("Enable two-factor login for Mia", "two_factor_login", True),
    ("Order the tea, gift wrap it", "gift_wrap", True),
    ("Leave the light on", "on", True),
    ("Turn off the heating", "heating", False),
    ("Cancel it without a fee", "charge_fee", False),
    ("Send it, but don't notify the guests", "notify_guests", False),
    ("Book the room on Friday", "active", None),
    ("Book the room with Mia", "notify_guests", None),
    ("Comment on it", "is_public", None),
    ("No sugar, please", "private", None),
    ("Lock my credit card.", "locked", True),
    ("Freeze the joint card", "is_locked", True),
    ("Unlock K-3 again", "locked", False),
    ("Let her monthly money pause for now.", "paused", True),
    ("Resume the standing order", "paused", False),
    ("Don't pause the rent", "paused", None),
    ("Lock this one and unlock that one", "locked", None),
    ("Stop the leak", "locked", None),
    ("No garden till spring. Pause the money.", "paused", True),
]


@pytest.mark.parametrize(("request_", "name", "said"), SWITCHES)
def test_switches(request_: str, name: str, said: bool | None) -> None:
    """All words of its name turn a switch on, one of them beside *no* or *without* turns it off."""
    assert switched(Request(request_), name) is said


def test_a_declared_switch_in_words() -> None:
    """`on` goes where something is turned on, and is asked about where it is a preposition."""
    assert World("Turn on the light in the hall").call(LIGHT, room="hall", state="on").answer == "allow"
    assert World("Set the light in the hall on Friday").call(LIGHT, room="hall", state="on").answer == "ask"


CARD = ToolRow("cards", "lock_card", "irreversible", ("lock", "unlock"), {"locked": SinkRow("value")})
CHANNEL = ToolRow("chat", "create_channel", "irreversible", ("create",), {"name": SinkRow("value")})


def test_the_verb_says_a_switch() -> None:
    """*Lock it* locks and *unlock it* unlocks, never the other way round."""
    for request, so in (("Lock my card", True), ("Unlock my card", False)):
        assert World(request).call(CARD, locked=so).answer == "allow"
        assert World(request).call(CARD, locked=not so).answer == "ask"


def test_off_against_the_request() -> None:
    """What is left off goes where nobody declared it, but not where the request says it on."""
    private = World("Create a private channel crew")
    assert private.call(CHANNEL, name="crew", private=True).answer == "allow"
    assert World("Create a private channel crew").call(CHANNEL, name="crew", private=False).answer == "ask"
    assert World("Create a channel crew").call(CHANNEL, name="crew", private=False).answer == "allow"


COUNTED = [
    ("seats", "allow"),
    ("guest_count", "allow"),
    ("quantity", "allow"),
    ("priority", "ask"),
    ("notify_guests", "ask"),
]


@pytest.mark.parametrize(("name", "answer"), COUNTED)
def test_one_of_what_is_counted(name: str, answer: str) -> None:
    """One is meant where something is counted and the request says no number; not as a level or a switch."""
    tool = ToolRow("desk", "book", "write", ("book",), {"table": SinkRow("path"), name: SinkRow("value")})
    arguments: dict[str, Any] = {"table": "window table", name: 1}
    assert World("Book the window table").call(tool, **arguments).answer == answer


FORMS = [
    *(
        ("reader", "read only"),
        ("editor", "let her edit it"),
        ("writer", "write access"),
        ("planner", "plan it"),
    ),
    *(
        ("approved", "approve it"),
        ("paused", "pause it"),
        ("monthly", "every month"),
        ("members", "a member"),
    ),
]
OTHERS = [
    *(("admin", "the admissions office"), ("owner", "the ownership plan"), ("support", "the supper")),
    *(
        ("public", "the publisher"),
        ("production", "the product page"),
        ("master", "the mast"),
        ("private", "a privilege"),
    ),
    *(("manager", "the manger"), ("global", "the globe"), ("unlimited", "the unlit room")),
]


def test_words_of_one_origin() -> None:
    """Another form of a word says the same; a word that begins alike does not."""
    assert all(same_word(one, Request(said)) for one, said in FORMS)
    assert not any(same_word(one, Request(said)) for one, said in OTHERS)


@pytest.mark.parametrize("role", ["admin", "administrator"])
def test_a_role_that_begins_like_a_word(role: str) -> None:
    """Nobody becomes an admin since the request speaks of admissions."""
    assert _shared("Share plan.pdf of admissions with ann@acme.example", role=role) == "ask"


@pytest.mark.parametrize(
    ("channel", "answer"),
    [
        *(("finance", "allow"), ("FINANCE", "allow"), ("\ufb01nance", "deny"), ("f\u0131nance", "deny")),
        *(("\uff46inance", "deny"), ("fin\u0430nce", "deny"), ("finan\u200bce", "deny"), ("access", "allow")),
        *(("acce\xdf", "ask"), ("acce\u017fs", "deny"), ("acce\u017f\u017f", "deny")),
    ],
)
def test_letters_that_are_folded(channel: str, answer: str) -> None:
    """Another channel whose name looks like the one that the request says, or folds to it, is another one."""
    world = World("Post in finance and in access that we are open").read(CHANNELS, LISTED)
    assert world.call(POST, channel=channel, text="We are open").answer == answer


def test_letters_that_the_request_has_so() -> None:
    """A name with such a letter goes where the request, or a trusted field, writes it so."""
    street = {"channels": [{"name": "Hauptstra\xdfe"}, {"name": "finance"}]}
    assert (
        World("Post in hauptstra\xdfe that we are open").call(POST, channel="hauptstra\xdfe", text="").answer
        == "allow"
    )
    world = World("Post in Hauptstrasse that we are open").read(CHANNELS, street)
    assert world.call(POST, channel="Hauptstra\xdfe", text="We are open").answer == "allow"


ELSEWHERE = [
    "Post in the studio channel that all tests pass",
    "Post in the studio channel: every order is out",
    "All is well: post that in the studio channel",
    "Post in the studio channel that everyone is welcome",
    "Post to everybody in the studio channel that we are open",
    "Post in the studio channel what all of these bills come to",
    "Each bill was paid, post that in the studio channel",
]


@pytest.mark.parametrize("request_", ELSEWHERE)
def test_all_of_something_else(request_: str) -> None:
    """`All tests` in a channel are not all channels."""
    world = World(request_).read(CHANNELS, LISTED)
    assert world.call(POST, uses=None, channel="studio", text="So").answer == "allow"
    assert world.call(POST, uses=None, channel="general", text="So").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Post in all channels that we are open",
        "Post in each of the four channels: open",
        "Post it in every channel",
    ],
)
def test_all_of_them(request_: str) -> None:
    """All that a tool lists are meant where the request speaks of all of these."""
    world = World(request_).read(CHANNELS, LISTED)
    assert world.call(POST, uses=None, channel="general", text="Open").answer == "allow"
