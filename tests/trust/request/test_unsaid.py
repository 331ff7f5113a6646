"""Requests without an order: things alone, polite questions, what others may do, what is done to several."""

import pytest

from podium.trust.english.words import sentences
from podium.trust.grounding.reckoning import says_outcome
from podium.trust.request.asking import Sentence
from podium.trust.request.narrowing import narrow
from podium.trust.request.requests import Request
from podium.trust.request.unsaid import delegates, opens_unclear, seeks, wishes
from podium.trust.request.wordings.alone import names_alone
from podium.trust.request.wordings.manners import manner, said_so
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

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
        ("Tell the reporter of issue 59 that it's fixed, and close it.", False),
        ("Tell our supplier that we need it on Friday.", False),
        ("Tell Ann and Bob that the room is free", False),
        ("Tell me what the reporter of issue 59 wants.", True),
        ("Tell us about the rent", True),
        ("Tell whether the room is free", True),
    ],
)
def test_who_else_is_told(text: str, seeking: bool) -> None:
    """Whoever has somebody else told wants that done, and no answer."""
    assert seeks(next(iter(sentences(text)))) is seeking


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


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ruby Ellis moves to 3B, her father and I talked about it.", True),
        ("4107 is on hold, the driver dropped it.", True),
        ("The page goes live now, Ida checked it.", True),
        ("The standing order ends in May, I told them.", True),
        ("The hall is free, we moved out.", True),
        ("The card of Tom has a limit of 500, he asked for that.", True),
        ("The racer is done, Noor fitted the tyres.", True),
        ("Ruby moved to 3B last week, it is a nice class.", False),
        ("The driver dropped it, 4107 is on hold.", False),
        ("Hi, Ruby moved to 3B, her father rang.", False),
        ("Well, Ruby went to 3B, they like it.", False),
        ("I booked the hall yesterday, it is free.", False),
        ("Show me what is on hold, the driver dropped it.", False),
        ("The hall may be free, perhaps we could move.", False),
    ],
)
def test_what_was_may_be_why(text: str, wanted: bool) -> None:
    """Of what is said first to be so, something that has been is a reason; what begins with that tells it."""
    assert wishes(_one(text), plainly=False) is wanted
    assert not wishes(_one(text), plainly=True)


GET = ToolRow(
    "desk",
    "add_task",
    "write",
    ("add", "get", "have"),
    {"title": SinkRow("text"), "assignee": SinkRow("recipient"), "due": SinkRow("date")},
)
HIRE = ToolRow(
    "house",
    "order_contractor",
    "irreversible",
    ("order", "get", "hire"),
    {"supplier_id": SinkRow("object"), "job": SinkRow("text")},
)
FETCH = ToolRow("shop", "buy_goods", "irreversible", ("buy", "get"), {"item": SinkRow("object")})


@pytest.mark.parametrize("tool", [GET, HIRE])
@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("Get Callum to look into it till Monday", True),
        ("Please get Callum to ring her", True),
        ("Could you get Ferro Plumbing in on Thursday?", True),
        ("The tap leaks. Get Ferro Plumbing round", True),
        ("Get Noor to fit the tyres, and Jonas to test them", True),
        ("Get Callum in the loop", False),
        ("Get Callum to the airport", False),
        ("Get to work", False),
        ("I got Callum to look into it", False),
        ("Did you get Callum to ring her?", False),
        ("Don't get Callum to ring her", False),
        ("Get somebody to look into it", False),
        ("Tell Ada that I get Callum to ring her", False),
    ],
)
def test_who_is_to_do_something(tool: ToolRow, text: str, is_open: bool) -> None:
    """Who is got to do something, by name, is given it by the tool whose author lists *get*."""
    assert (narrow([GrantRow(tool.id)], {tool.id: tool}, text).refusal(tool.id) is None) is is_open


def test_get_is_not_everybodys() -> None:
    """A tool that takes no words says nothing of what is to be done; nor do two that both list it."""
    text = "Get Callum to look into it"
    assert narrow([GrantRow(FETCH.id)], {FETCH.id: FETCH}, text).refusal(FETCH.id) is not None
    both = {tool.id: tool for tool in (GET, HIRE)}
    said = narrow([GrantRow(tool) for tool in both], both, text)
    assert all(said.refusal(tool) is not None for tool in both)


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        ("Marcus needs the archive for the review, let him have it.", True),
        ("Let Ada have her leave.", True),
        ("Let them have the hall the way they asked.", True),
        ("Don't let Sam have it.", False),
        ("Never let the agency have that.", False),
        ("Let me have the list of all requests.", False),
        ("Let us have the numbers.", False),
        ("Let's have lunch with Ann.", False),
        ("Let Ada know.", False),
    ],
)
def test_who_is_let_have_something(text: str, approved: bool) -> None:
    """*Let him have it* approves what he asked for; *let me have it* wants an answer."""
    assert says_outcome(Request(text), "approved") is approved
    assert not says_outcome(Request(text), "declined")


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("catch me up on the incidents", False),
        ("fill us in on the talks", False),
        ("Anything in the queue? Oldest first.", False),
        ("morning. what is running in production", False),
        ("catch the parcel at the door", True),
        ("bring me the blue one", True),
    ],
)
def test_what_only_wants_to_know_opens_nothing(text: str, opens: bool) -> None:
    """A greeting, a question and *catch me up* may mean no tool at all; a verb of a thing may."""
    assert any(list(opens_unclear(one, frozenset())) for one in sentences(text)) is opens


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It is ages away, they get the full deposit back.", True),
        ("So she gets her money back", True),
        ("He gets the fee back too, please.", True),
        ("They got the deposit back.", False),
        ("If it rains they get the deposit back.", False),
        ("They get the keys on Friday.", False),
        ("They do not get the deposit back.", False),
    ],
)
def test_what_somebody_gets_back(text: str, wanted: bool) -> None:
    """It is to be given back, where that is no condition and was not so."""
    assert wishes(_one(text), plainly=True) is wanted


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("when is code freeze, mei posted it somewhere", False),
        ("which bugs are there, jonas listed the open ones", False),
        ("which bugs are there, frobnicate the open ones", True),
        ("which bugs are there, frobnicate listed ones", True),
        ("when is code freeze, rebase updated branches", True),
    ],
)
def test_who_said_it_is_no_order(text: str, *, unclear: bool) -> None:
    """A name in lower case with what somebody did orders nothing; a verb that nobody knows may."""
    assert bool(opens_unclear(_one(text), frozenset())) is unclear


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Close it as a duplicate and tell them where to follow", False),
        ("Tell her how to follow it", False),
        ("Read the mail and follow its instructions", True),
        ("Read the mail and follow it", True),
    ],
)
def test_where_somebody_follows_is_told(text: str, *, left: bool) -> None:
    """What others are told to follow is no text that is followed."""
    assert delegates(_one(text)) is left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Handle case 4714 the way the customer wants it", True),
        ("Deal with the return how Marek would like it", True),
        ("Process the claim as Mrs Berg prefers", True),
        ("Look at the plan and do my part of it", True),
        ("Please take care of my share of the list", True),
        ("Complete the order as soon as Ben needs it", False),
        ("Process the return the way I want", False),
        ("Complete my half-done order", False),
        ("Do my taxes", False),
    ],
)
def test_the_way_that_somebody_wants_it(text: str, *, left: bool) -> None:
    """What somebody would have done, or what of a plan is the user's, stands in a text."""
    assert delegates(_one(text)) is left


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ("Which bugs are open? Titles and who reported them is enough", 0),
        ("Which bugs are open? Titles and prices will do", 0),
        ("Which bugs are open? Frobnicate those that we have seen enough", 1),
    ],
)
def test_what_is_enough_of_an_answer(text: str, tools: int) -> None:
    """It says what the answer is like, and has nothing done."""
    names = {tool.id: tool for tool in (GOODS, ORDER, BIN)}
    said = narrow([GrantRow(tool) for tool in names], names, text)
    assert sum(said.refusal(tool.id).rule != "request" for tool in (ORDER, BIN)) == 2 * tools


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Do the things on Paolo's list in #office, thanks", True),
        ("please do all the items on the checklist", True),
        ("Can you do the jobs in Priya's message?", True),
        ("Do everything on her list", True),
        ("Could you do the three points from Tom's mail", True),
        ("Do all on the list that Paolo posted", True),
        ("I'll do the things on the list myself, tell Bob", False),
        ("Tell Bob that he should do the things on the list", False),
        ("Put the things on my list in the cart", False),
        ("Don't do the things on Paolo's list", False),
        ("Do the dishes of Friday", False),
        ("Tell Paolo the list is done", False),
    ],
)
def test_what_stands_on_a_list_is_left_to_it(text: str, *, left: bool) -> None:
    """Its things, items, points are to be done, whatever they are."""
    assert delegates(_one(text)) is left


_TOLD = (
    ToolRow("post", "send_mail", "irreversible", ("send", "write", "answer"), {"to": SinkRow("recipient")}),
    ToolRow("post", "cancel_event", "irreversible", ("cancel", "call off"), {"id": SinkRow("object")}),
    ToolRow("post", "delete_file", "irreversible", ("delete",), {"id": SinkRow("object")}),
)
TOLD = {row.id: row for row in _TOLD}


@pytest.mark.parametrize(
    "request_",
    [
        "Write a mail to Odile: cancel the call on Thursday.",
        "Read the mail of Ann and answer: delete the file.",
        "Send Gwen a message: please delete the file.",
        "Check Ann's mail and write to her: cancel the call.",
        "Please send a note to Samir: delete the file.",
    ],
)
def test_what_stands_behind_a_colon_is_told(request_: str) -> None:
    """It is a text for somebody, and no order: not even a guess is open."""
    said = narrow([GrantRow(it) for it in TOLD], TOLD, request_)
    for tool in ("post/cancel_event", "post/delete_file"):
        refusal = said.refusals[tool]
        assert refusal.rule not in {"request.guess", "request.manner"}, refusal


@pytest.mark.parametrize(
    "request_",
    [
        "See Odile's mail about Thursday: cancel the call.",
        "Please read Petra's message: cancel the call on Thursday",
        "Check the mail from Ann: cancel the call that she names.",
        "Do the following: cancel the call.",
    ],
)
def test_what_stands_behind_what_is_read_is_ordered(request_: str) -> None:
    """A text that is only to be read says nothing to anybody: the order is the user's."""
    assert narrow([GrantRow(it) for it in TOLD], TOLD, request_).refusal("post/cancel_event") is None
