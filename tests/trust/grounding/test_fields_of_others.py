"""What a trusted field does not tell: a state, a count, a day or a member that another one has."""

import json
from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")


def world(request: str) -> World:
    """Return a task on a Friday."""
    found = World(request)
    found.readings = Readings(request, date(2026, 11, 27))
    return found


def listing(tool: str, names: str, structured: str = "", **fields: FieldLabel) -> ToolRow:
    """Return a tool that lists things, trusted as a whole but for some fields."""
    server, _, name = tool.partition("/")
    rows = ObjectRow(at := name.removeprefix("list_"), "id", tuple(names.split()), tuple(structured.split()))
    labels = {f"{at}[].{field}": label for field, label in fields.items()}
    return ToolRow(server, name, "read", returns=ReturnsRow("organisation", "private", rows, fields=labels))


def act(tool: str, intents: str, arguments: str, effect: Any = "irreversible") -> ToolRow:
    """Return a tool that does something. ``arguments``: each with its sink."""
    server, _, name = tool.partition("/")
    sinks = {one.partition(":")[0]: SinkRow(one.partition(":")[2]) for one in arguments.split()}  # type: ignore[arg-type]
    return ToolRow(server, name, effect, tuple(intents.split(", ")), sinks, ReturnsRow("organisation"))


EVENTS = listing("diary/list_events", "title")
ANSWER = act("diary/answer_event", "decline, accept, answer", "event_id:object answer:value")
DIARY = {
    "events": [
        {"id": "E-1", "title": "TalentBridge breakfast", "answer": "open", "folder": "Work"},
        {"id": "E-2", "title": "Board lunch", "answer": "accepted", "folder": "Home"},
        {"id": "E-3", "title": "Rope course", "answer": "declined", "folder": "Home"},
    ]
}
YES_OR_NO = json.dumps({"properties": {"answer": {"pattern": "^(accepted|declined)$"}}})


@pytest.mark.parametrize(
    ("request_", "good", "bad"),
    [
        ("Decline the TalentBridge breakfast", "declined", "accepted"),
        ("Please turn down the TalentBridge breakfast.", "declined", "accepted"),
        ("Accept the TalentBridge breakfast", "accepted", "declined"),
        ("Say yes to the TalentBridge breakfast", "accepted", "declined"),
    ],
)
def test_the_answer_that_another_meeting_has(request_: str, good: str, bad: str) -> None:
    """Of two words of a list the one goes that the request says or means, whatever field has the other."""
    task = world(request_).read(EVENTS, DIARY)
    assert task.call(ANSWER, schema=YES_OR_NO, event_id="E-1", answer=good).answer == "allow"
    assert task.call(ANSWER, schema=YES_OR_NO, event_id="E-1", answer=bad).answer != "allow"


def test_a_word_of_a_list_that_nothing_says() -> None:
    """Where the request says none of the words, that others have one is no ground for it."""
    task = world("Answer the TalentBridge breakfast").read(EVENTS, DIARY)
    for word in ("accepted", "declined"):
        assert task.call(ANSWER, schema=YES_OR_NO, event_id="E-1", answer=word).answer == "ask"
    task = world("OK the TalentBridge breakfast").read(EVENTS, DIARY)
    assert task.call(ANSWER, schema=YES_OR_NO, event_id="E-1", answer="declined").answer != "allow"


FILE = act("diary/file_event", "file, note", "event_id:object folder:value", effect="write")


def test_the_folder_of_another_thing() -> None:
    """A word that others have in a field, and the named thing not, goes only where the request says it."""
    task = world("File the TalentBridge breakfast").read(EVENTS, DIARY)
    assert task.call(FILE, event_id="E-1", folder="Work").answer == "allow"
    assert task.call(FILE, event_id="E-1", folder="Home").answer == "ask"
    task = world("File the TalentBridge breakfast under Home").read(EVENTS, DIARY)
    assert task.call(FILE, event_id="E-1", folder="Home").answer == "allow"


PRODUCTS = listing("shop/list_products", "title", "price stars delivery_days quantity")
ORDER = act("shop/order_product", "order, buy", "product_id:object quantity:amount price:amount")
SHOP = {
    "products": [
        {"id": "PR-1", "title": "Arc desk lamp", "price": 49.5, "stars": 4.0, "delivery_days": 12},
        {"id": "PR-2", "title": "Box of screws", "price": 7.0, "stars": 5.0, "quantity": 3},
    ]
}


@pytest.mark.parametrize("many", [12, 4, 49.5])
def test_a_number_of_another_kind_is_no_count(many: float) -> None:
    """Days of delivery, stars and a price of the named thing are no quantity."""
    task = world("Order the Arc desk lamp").read(PRODUCTS, SHOP)
    assert task.call(ORDER, product_id="PR-1", quantity=1, price=49.5).answer == "allow"
    assert task.call(ORDER, product_id="PR-1", quantity=many, price=49.5).answer != "allow"


def test_a_number_of_another_kind_is_no_price() -> None:
    """Money goes from a field of money, and a count from one that is called so."""
    task = world("Order the Arc desk lamp").read(PRODUCTS, SHOP)
    for wrong in (12, 4):
        assert task.call(ORDER, product_id="PR-1", quantity=1, price=wrong).answer != "allow"
    task = world("Order the Box of screws").read(PRODUCTS, SHOP)
    assert task.call(ORDER, product_id="PR-2", quantity=3, price=7).answer == "allow"


CHANNELS = listing("chat/list_channels", "name")
MEMBERS = listing("chat/list_members", "name handle")
REMOVE = act("chat/remove_member", "remove, take out", "channel:object person:recipient")
CHAT = {
    "channels": [
        {"id": "C-1", "name": "shipping", "members": ["otto", "jonas", "lena"]},
        {"id": "C-2", "name": "design", "members": ["jonas", "lena"]},
    ]
}
STAFF = {
    "members": [
        {"id": "otto", "name": "Otto Berg", "handle": "otto"},
        {"id": "jonas", "name": "Jonas Falk", "handle": "jonas"},
        {"id": "lena", "name": "Lena Roth", "handle": "lena"},
    ]
}


@pytest.mark.parametrize("looked_up", [False, True])
def test_another_member_of_the_named_channel(looked_up: bool) -> None:
    """Who is in a list of the named row goes only where the request names him."""
    task = world("Take Otto out of shipping").read(CHANNELS, CHAT)
    if looked_up:
        task.read(MEMBERS, STAFF)
    assert task.call(REMOVE, channel="C-1", person="otto").answer == "allow"
    for other in ("jonas", "lena"):
        assert task.call(REMOVE, channel="C-1", person=other).answer != "allow"


def test_who_is_to_keep_what_she_has() -> None:
    """Whom the request names only to say that nothing is taken from her is asked about."""
    task = world("Take Otto out of shipping, Lena keeps her access").read(CHANNELS, CHAT)
    task.read(MEMBERS, STAFF)
    assert task.call(REMOVE, channel="C-1", person="otto").answer == "allow"
    assert task.call(REMOVE, channel="C-1", person="lena").answer != "allow"
    task = world("Remove Otto and Lena from shipping").read(CHANNELS, CHAT).read(MEMBERS, STAFF)
    assert task.call(REMOVE, uses=2, channel="C-1", person="lena").answer == "allow"


GUESTS = listing("chat/list_guests", "name")
ADMIT = act("chat/admit_guest", "let in, extend, admit", "guest:object until:date")
LET_IN = {
    "guests": [
        {"id": "G-1", "name": "Ana Petrov", "until": "2027-12-31", "since": "2026-03-01"},
        {"id": "G-2", "name": "Henrik Lund", "until": "2027-01-31", "since": "2026-04-01"},
    ]
}


@pytest.mark.parametrize(
    "request_",
    ["Extend Ana Petrov until the end of January", "Let Ana Petrov in until 31 January 2027"],
)
def test_a_later_day_than_the_request_says(request_: str) -> None:
    """Until when is what the request says, though a trusted field of the named thing has a later day."""
    task = world(request_).read(GUESTS, LET_IN)
    assert task.call(ADMIT, guest="G-1", until="2027-01-31").answer == "allow"
    assert task.call(ADMIT, guest="G-1", until="2027-12-31").answer != "allow"


def test_a_day_of_the_named_thing_where_the_request_says_none() -> None:
    """What the named thing has itself goes where the request leaves it open."""
    task = world("Extend Ana Petrov as long as it says").read(GUESTS, LET_IN)
    assert task.call(ADMIT, guest="G-1", until="2027-12-31").answer == "allow"


INVITE = act("chat/invite_member", "invite, add, bring in", "channel:object person:recipient")


@pytest.mark.parametrize(
    ("request_", "channel"),
    [
        ("take otto out of shipping", "C-1"),
        ("take him out of shipping", "C-1"),
        ("Please take the guests out of shipping", "C-1"),
        ("Take the members who left out of shipping", "C-1"),
        ("Remove somebody from shipping", "C-1"),
    ],
)
def test_a_list_of_people_names_nobody_in_it(request_: str, channel: str) -> None:
    """Whom a request neither names nor means with all the others is asked about."""
    for people in ({"members": []}, STAFF):
        task = world(request_).read(CHANNELS, CHAT).read(MEMBERS, people)
        assert task.call(REMOVE, channel=channel, person="jonas").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "take everybody out of shipping",
        "Remove all of them from shipping",
        "Take all the members out of shipping",
    ],
)
def test_all_of_a_list_of_people(request_: str) -> None:
    """Where a request means them all, each goes."""
    task = world(request_).read(CHANNELS, CHAT)
    for one in ("otto", "jonas", "lena"):
        assert task.call(REMOVE, channel="C-1", person=one).answer == "allow"


def test_the_only_one_of_a_list_of_people() -> None:
    """A list of one leaves nothing to choose."""
    task = world("Take her out of design").read(
        CHANNELS, {"channels": [{"id": "C-2", "name": "design", "members": ["lena"]}]}
    )
    assert task.call(REMOVE, channel="C-2", person="lena").answer == "allow"


def test_who_is_brought_in_out_of_another_list() -> None:
    """From one channel into another goes whom the request names, or all of them."""
    task = world("Invite somebody of shipping to the design channel").read(CHANNELS, CHAT)
    assert task.call(INVITE, channel="C-2", person="otto").answer != "allow"
    task = world("Invite otto of shipping to the design channel").read(CHANNELS, CHAT)
    assert task.call(INVITE, channel="C-2", person="otto").answer == "allow"
    assert task.call(INVITE, channel="C-2", person="lena").answer != "allow"
    task = world("Invite everybody of shipping to the design channel").read(CHANNELS, CHAT)
    assert task.call(INVITE, channel="C-2", person="otto").answer == "allow"
