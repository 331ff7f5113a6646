"""Requests without an order: things alone, polite questions, what others may do, what is done to several."""

import pytest

from podium.trust.alone import names_alone
from podium.trust.asking import Sentence
from podium.trust.manners import manner, said_so
from podium.trust.narrowing import narrow
from podium.trust.reckoning import says_outcome
from podium.trust.requests import Request
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.unsaid import seeks
from podium.trust.words import sentences

from .test_verdict import World

GOODS = ToolRow(
    "shop",
    "list_goods",
    "read",
    returns=ReturnsRow("organisation", "public", ObjectRow("goods", "id", ("name",), ("price",))),
)
ORDER = ToolRow(
    "shop",
    "place_order",
    "irreversible",
    ("order", "buy"),
    {"item": SinkRow("object"), "quantity": SinkRow("amount")},
)
BIN = ToolRow("shop", "remove_item", "write", ("delete", "remove"), {"item": SinkRow("object")})
ROWS = {"goods": [{"id": "s-1", "name": "Trail backpack"}, {"id": "s-2", "name": "Rain jacket"}]}


def _one(text: str) -> Sentence:
    return next(iter(sentences(text)))


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("One Trail backpack, please", True),
        ("50 for my sister Ida, for the concert", True),
        ("A room at the Grand from 18 to 22 December", True),
        ("One backpack is in the hall", False),
        ("A mail that I should answer", False),
        ("One backpack?", False),
        ("Order one backpack", False),
    ],
)
def test_things_alone(text: str, alone: bool) -> None:
    """A thing with its number, and no statement or question, is a wish for it."""
    assert names_alone(_one(text)) is alone


def test_what_is_named_alone_is_ordered() -> None:
    """The thing that such a request names may be ordered, no other, and nothing else may be done with it."""
    request = "One Trail backpack, please"
    world = World(request).read(GOODS, ROWS)
    tools = {tool.id: tool for tool in (GOODS, ORDER, BIN)}
    said = narrow([GrantRow(tool) for tool in tools], tools, request)
    assert said.refusal(ORDER.id).rule == "request.manner"
    assert said.grant(ORDER.id).uses == 1
    assert said.refusal(BIN.id) is not None
    assert world.call(ORDER, item="s-1", quantity=1).answer == "allow"
    assert world.call(ORDER, item="s-2", quantity=1).answer != "allow"
    asked = narrow([GrantRow(tool) for tool in tools], tools, "How many pockets has one Trail backpack?")
    assert asked.refusal(ORDER.id).rule == "request"


@pytest.mark.parametrize(
    ("text", "seeking"),
    [
        ("Could my card have a limit of 2000, please?", False),
        ("Would it be possible to have it on Tuesday?", False),
        ("Can Lea read it?", True),
        ("Could he swim?", True),
        ("The tyres can come off my list.", False),
        ("List my bills.", True),
    ],
)
def test_polite_questions(text: str, seeking: bool) -> None:
    """*Could it have* asks for something to be done; other questions ask for an answer."""
    assert seeks(_one(text)) is seeking


def test_what_others_are_let_do() -> None:
    """*Let Mia edit it* asks to share it, not to edit it; *she can have it* approves, *cannot* declines."""
    sentence = _one("Let Mia edit the roadmap")
    assert manner(sentence, ("share",))[0] > 0
    assert manner(sentence, ("edit",))[0] == 0
    assert says_outcome(Request("Jana can have her leave."), "approved")
    assert not says_outcome(Request("Jana can't have her leave."), "approved")
    assert says_outcome(Request("Jana can't have her leave."), "declined")
    assert said_so(_one("it can come off"), [("come", "off")])


def test_several_things_before_what_is_done_to_them() -> None:
    """Of a passive the things that stand before it are counted."""
    tools = {BIN.id: BIN}
    for request, uses in (
        ("s-1 and s-2 can be deleted.", None),
        ("The rain jacket can be deleted.", 1),
        ("All of them should be deleted.", None),
    ):
        assert narrow([GrantRow(BIN.id)], tools, request).grant(BIN.id).uses == uses, request


def test_what_is_no_longer_needed() -> None:
    """*We don't need X any more* names X; *don't touch X* does not, quoted or not."""
    gone = Request("We don't need the draft 'Press release v0' any more, bin it.")
    assert gone.mentions("Press release v0", trusted=True)
    kept = Request("Bin the drafts, but don't touch 'Press release v0'.")
    assert not kept.mentions("Press release v0", trusted=False)
    assert not kept.mentions("Press release v0 (2)", trusted=False)
