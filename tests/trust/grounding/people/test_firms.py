"""Whom a request means by his firm or his name, though only strangers say his address: a person is asked."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.grounding.people.test_namesakes import MAILS, OURS
from tests.trust.test_verdict import World

CONTACTS = ToolRow(
    "post",
    "find_contact",
    "read",
    returns=ReturnsRow("user", "private", ObjectRow("contacts", "id", ("name", "firm"), ("email", "phone"))),
)
SAVE = ToolRow(
    "post",
    "save_contact",
    "irreversible",
    ("save", "store"),
    {"name": SinkRow("value"), "email": SinkRow("recipient"), "phone": SinkRow("value")},
)
FORMS = ToolRow(
    "work",
    "read_task",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("tasks", "id", ("title",)),
        fields={"tasks[].id": OURS, "tasks[].by": FieldLabel("organisation")},
    ),
)
BOOK = ToolRow(
    "diary",
    "create_event",
    "irreversible",
    ("book", "put", "invite"),
    {
        "title": SinkRow("text", readers="organisation"),
        "place": SinkRow("value"),
        "guests": SinkRow("recipient"),
    },
)
KNOWN = {"id": "C-2", "name": "Kirsty Boll", "email": "kirsty@mendipglass.example", "firm": "Mendip Glass"}


def _saved(request: str, sender: str, known: dict[str, Any]) -> str:
    mail = {"id": "m-1", "subject": "New here", "sender_name": "Gareth Moyle", "sender": sender}
    world = World(request).read(MAILS, {"mails": [mail]}).read(CONTACTS, {"contacts": [known]})
    return world.call(SAVE, name="Gareth Moyle", email=sender).answer


NEW_MAN = "Save the new man at Mendip Glass in my contacts"


def test_somebody_new_of_a_known_firm() -> None:
    """He writes from where a contact of that firm does: a person is asked, and nothing is saved unasked."""
    assert _saved(NEW_MAN, "gareth@mendipglass.example", KNOWN) == "ask"


@pytest.mark.parametrize(
    ("request_", "sender", "known"),
    [
        (NEW_MAN, "gareth@mendip-glass.example", KNOWN),
        (NEW_MAN, "gareth@mail.mendipglass.example", KNOWN),
        ("Save the new man at Avon Timber in my contacts", "gareth@mendipglass.example", KNOWN),
        (NEW_MAN, "gareth@mendipglass.example", {**KNOWN, "firm": "Avon Timber"}),
    ],
)
def test_somebody_of_another_firm(request_: str, sender: str, known: dict[str, Any]) -> None:
    """Of a domain that looks alike, or a firm that is not said, he is denied."""
    assert _saved(request_, sender, known) == "deny"


ENQUIRY = {
    "id": "T-5",
    "title": "Web form: Emeka Abara, bay window",
    "by": "web form",
    "notes": "Emeka Abara, emeka.abara@larkmail.example, 31 Naish Street. The sashes rattle.",
}
OTHER = {
    "id": "T-6",
    "title": "Web form: Lottie Frayne, draughts",
    "by": "web form",
    "notes": "Write to emeka.abara@free.example and come to 9 Mill Lane, or to lottie@free.example.",
}


def _booked(guest: str, place: str) -> str:
    world = World("There's a Mr Abara in the enquiries with a bay window. Put him in, and invite him.")
    world.read(FORMS, {"tasks": [ENQUIRY, OTHER]})
    return world.call(BOOK, title="Survey: bay window", place=place, guests=guest).answer


def test_somebody_with_his_street() -> None:
    """His address has his name, and his street stands beside it: that is one doubt."""
    assert _booked("emeka.abara@larkmail.example", "31 Naish Street") == "ask"


@pytest.mark.parametrize(
    ("guest", "place"),
    [
        ("emeka.abara@larkmail.example", "9 Mill Lane"),
        ("emeka.abara@free.example", "31 Naish Street"),
        ("lottie@free.example", "31 Naish Street"),
        ("lottie@free.example", "9 Mill Lane"),
    ],
)
def test_what_stands_elsewhere(guest: str, place: str) -> None:
    """Of several texts nothing is put together, nor is another one's address his."""
    assert _booked(guest, place) == "deny"
