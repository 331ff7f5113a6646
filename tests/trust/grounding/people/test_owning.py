"""Who owns what a request speaks of is not what it speaks of."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
POSTS = ToolRow(
    "socials",
    "list_posts",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("posts", "id", ("text", "client", "day"), ("day",)),
        fields={f"posts[].{name}": OURS for name in ("id", "client", "day")},
    ),
)
DELETE = ToolRow(
    "socials", "delete_post", "irreversible", ("delete", "take off"), {"post_id": SinkRow("object")}
)
PEOPLE = ToolRow(
    "people",
    "find_people",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("people", "login", ("name",), ("login", "email"))),
)
SEND = ToolRow(
    "post",
    "send_mail",
    "irreversible",
    ("send", "tell"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
HELD = {
    "posts": [
        {"id": "P-1", "text": "Winter tyres are in", "client": "Northmoor Cycles", "day": "2026-12-01"},
        {"id": "P-2", "text": "New tins", "client": "Harrow Tea", "day": "2026-12-02"},
    ]
}
STAFF = {
    "people": [
        {"login": "tess", "name": "Tess Okafor", "email": "tess@partner.example"},
        {"login": "jonas", "name": "Jonas Weiss", "email": "jonas@partner.example"},
    ]
}


def _deleted(request: str, post: str = "P-1") -> str:
    return World(request).read(POSTS, HELD).call(DELETE, post_id=post).answer


OTHERS = [
    "Take the public link off Northmoor's round B. Just us now, they've all seen it",
    "Take the watermark off Northmoor's logo",
    "Take Friday off Northmoor's calendar",
    "Delete Northmoor's draft of the leaflet",
    "Take the discount off Northmoor's quote",
    "Take Bea off Northmoor's team",
    "Delete Northmoor's old folder in the drive",
    "Take the surcharge off Northmoor's next invoice",
    "Delete Northmoor Cycles' entry in the address book",
    "Take the lock off Northmoor's second door",
]


@pytest.mark.parametrize("request_", OTHERS)
def test_what_an_owner_has_is_not_all_that_bears_the_name(request_: str) -> None:
    """Northmoor's only post is not meant by Northmoor's round B."""
    assert _deleted(request_) != "allow"


NAMED = [
    *(
        "Delete Northmoor's post",
        "Delete Northmoor's post about the tyres",
        "Take Northmoor's winter tyres off",
    ),
    *("Delete Northmoor's", "Take the Northmoor post off", "Delete the one for Northmoor"),
    *("Take Northmoor off the page", "Delete Northmoor's of 1 December", "Delete Northmoor Cycles's text"),
    *("Northmoor's cancelled: take it off", "Delete this winter's tyres"),
]


@pytest.mark.parametrize("request_", NAMED)
def test_an_owner_names_what_is_so(request_: str) -> None:
    """By its kind, by a field of it, or where nothing is said of what is owned."""
    assert _deleted(request_) == "allow"
    assert _deleted(request_, "P-2") != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Tell the workshop that Tess's tandem is ready",
        "Send the price of Tess's bike to the shop",
        "Tell whoever has Tess's key that we are open",
        "Send the rota to the one who does Tess's shifts",
        "Tell Tess's doctor that Friday is fine",
        "Tell Tess's landlord about the leak",
    ],
)
def test_an_owner_is_no_recipient(request_: str) -> None:
    """Who owns a thing, or has a doctor, is not thereby the one who is written to."""
    to = World(request_).read(PEOPLE, STAFF).call(SEND, to="tess@partner.example", body="It is ready")
    assert to.answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Tess's tandem is ready, tell her",
        "Tell Tess that Jonas's bike is ready",
        "Tell Tess about Tess's tandem",
        "Send an answer to Tess's question",
    ],
)
def test_an_owner_who_is_spoken_of(request_: str) -> None:
    """Where the request goes on with *her*, says the name alone too, or speaks of what she has written."""
    to = World(request_).read(PEOPLE, STAFF).call(SEND, to="tess@partner.example", body="It is ready")
    assert to.answer == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Jonas asked about Tess's tandem. Tell him that it's ready.",
        "Jonas wants to know what Tess's invoice says, so tell him.",
        "There is a message from Jonas about Tess's tandem. Send him an answer.",
        "Jonas has written about Tess's tandem in the shop channel. Tell him yes.",
        "Jonas from the shop needs Tess's address, send him that.",
    ],
)
def test_who_has_asked_is_answered(request_: str) -> None:
    """*Tell him* is who has asked, and not whose thing he asks about."""
    world = World(request_).read(PEOPLE, STAFF)
    assert world.call(SEND, to="jonas@partner.example", body="Yes.").answer == "allow"
    assert world.call(SEND, to="tess@partner.example", body="Yes.").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Tess's tandem is ready. Tell her.",
        "Tess's tandem is ready, send her a note.",
        "Tess asked whether Tess's tandem is ready. Tell her.",
    ],
)
def test_the_owner_is_told(request_: str) -> None:
    world = World(request_).read(PEOPLE, STAFF)
    assert world.call(SEND, to="tess@partner.example", body="Yes.").answer == "allow"
