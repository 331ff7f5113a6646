"""How often an act is asked for whose words stand apart: `let Greta and Paul see it`."""

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.counting import direct
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

SHARE = ToolRow(
    "files",
    "share_document",
    "irreversible",
    ("share", "let see", "give access", "let know"),
    {"id": SinkRow("object"), "with": SinkRow("recipient")},
)


@pytest.mark.parametrize(
    ("request_", "most"),
    [
        ("Let Greta and Paul see the quote", 2),
        ("Share the quote with Greta and Paul", 2),
        ("Let Greta, Paul and Noor see the quote", 3),
        ("Give Greta and Paul access to the quote", 2),
        ("Let Greta see the quote", 1),
        ("Let Greta from Miller and Sons see the quote", 1),
        ("Let Greta and Paul know it's done", 2),
        ("Let Greta, Paul and Noor know it's done", 3),
        ("Let the tenants know it's done", None),
        ("Give Greta and Paul access to it, please", 2),
        ("Let Greta know it's done", 1),
        ("Let Greta, who asked, know it's done", 1),
        ("Let Greta know it's in rooms A, B and C", 1),
        ("Take the quote and share it with Greta and Paul", 2),
        ("Share it with Greta, Paul and Noor, please", 3),
        ("Share it with Greta and with Paul, they may edit it", 2),
        ("Share this with my colleagues Greta and Paul to edit", 2),
        ("Share it with greta@mill.example and paul@mill.example", 2),
        ("Share it with Greta on Monday and Tuesday", 1),
        ("Share it with Greta at Main Street 3, Leeds", 1),
    ],
)
def test_as_many_as_it_is_done_to(request_: str, most: int | None) -> None:
    """What only says where somebody is from counts for nothing."""
    grant = narrow([GrantRow(SHARE.id)], {SHARE.id: SHARE}, request_).grant(SHARE.id)
    assert grant is not None
    assert grant.uses == most


CART = ToolRow(
    "shop",
    "set_quantity",
    "write",
    ("put", "make", "order"),
    {"product_id": SinkRow("object"), "quantity": SinkRow("amount")},
)


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("But make it four of the mugs.", "open"),
        ("Make it 4 of them, please.", "open"),
        ("Make it two.", "open"),
        ("Make it four o'clock.", "ask"),
        ("Make it clear that four of the mugs were broken.", "ask"),
        ("Make it four and a half weeks later.", "ask"),
        ("Make it Wednesday.", "ask"),
        ("Did they make it four of the mugs?", "deny"),
        ("Don't make it four of the mugs.", "deny"),
    ],
)
def test_how_many_there_are_to_be(request_: str, answer: str) -> None:
    """`Make it` with a number and nothing else is what sets one; else it says too little."""
    refusal = narrow([GrantRow(CART.id)], {CART.id: CART}, request_).refusals.get(CART.id)
    assert (refusal.answer if refusal else "open") == answer, refusal


BOOK = ToolRow("travel", "book_flight", "irreversible", ("book", "delete"), {"flight": SinkRow("object")})


@pytest.mark.parametrize(
    ("request_", "most", "past"),
    [
        ("We go out on Friday. Book the lot.", None, None),
        ("Book the other two.", None, None),
        ("Book anything that goes before noon.", None, None),
        ("Book the two of them.", None, None),
        ("Book the flight out on Friday and back on Sunday.", 2, "ask"),
        ("Book the flight to Rome there and back.", 2, "ask"),
        ("Delete the rest.", 1, "ask"),
        ("I want to go as she did, book me that.", 1, "ask"),
        ("Book me a return flight.", 1, "ask"),
        ("Book the first flight.", 1, "deny"),
        ("Book the flight that I named to Rome.", 1, "deny"),
        ("Book a flight to Rome for Friday.", 1, "deny"),
    ],
)
def test_several_that_are_said_as_one(request_: str, most: int | None, past: str | None) -> None:
    """Where one act may be meant of more, a second one is asked about, and else denied."""
    grant = narrow([GrantRow(BOOK.id)], {BOOK.id: BOOK}, request_).grant(BOOK.id)
    assert grant is not None
    assert grant.uses == most
    assert most is None or grant.past == past


def test_a_second_thing_behind_of() -> None:
    """What is got rid of together is one object."""
    tokens = next(iter(sentences("the old file and of the mail about a cruise")))
    assert [it.low for it in direct(tokens)] == ["the", "old", "file", "and", "of", "the", "mail"]
