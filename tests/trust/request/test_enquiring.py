"""What a request only wants to know opens nothing, and leaves nothing to ask about."""

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.asking import find_acts
from podium.trust.request.enquiring import asked_for, enquires, is_asked, is_left_to_user, looks, wants_fact
from podium.trust.request.narrowing import narrow
from podium.trust.request.unsaid import delegates, opens_unclear, seeks
from podium.trust.request.wordings.manners import ends_itself
from podium.trust.tools import GrantRow, SinkRow, ToolRow

_INTENTS = {
    "answer_review": ("answer", "reply", "respond", "thank"),
    "open_ticket": ("open", "create", "raise", "add"),
    "archive_mail": ("archive", "file", "deal with"),
    "write_letter": ("write", "remind", "send", "tell"),
    "pay_bill": ("pay", "settle", "refund"),
    "end_lease": ("end", "cancel", "stop"),
}
TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow("desk", name, "irreversible", intents, {"id": SinkRow("object"), "text": SinkRow("text")})
        for name, intents in _INTENTS.items()
    )
}


def _open(request: str) -> dict[str, str]:
    """Return what a request says of each tool that it does not deny."""
    said = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    answers = {tool: said.refusals[tool].answer if tool in said.refusals else "open" for tool in TOOLS}
    return {tool: answer for tool, answer in answers.items() if answer != "deny"}


ENQUIRIES = [
    "Have a look at her file and tell me who signed it.",
    "Take a quick look at the lease, is there a date in it?",
    "Could you go through the leases and tell me which of them run in May?",
    "I need the plumber's phone number.",
    "We need the number of whoever lives upstairs",
    "Bernie's mobile pls",
    "whats Bethan's mobile",
    "Have we got anybody on the late shift? When's she due?",
    "Have all our tenants paid?",
    "What do we charge per word? Must be somewhere in the contract.",
    "Has the deposit come in yet? Should be five hundred.",
    "How much do we owe them? Split it by house if you can.",
    "Summarise the defence for me, half a page at most.",
    "at which hour must I be there and in what street is it",
    "Linnet - who's on it, how far is it?",
    "this tenant with the dog, is she coming on Monday",
    "I should be grateful to learn which of them charges the most.",
    "Olga Brandt says the number is wrong. Check her mail, is it?",
    "Would we have room for thirty on Friday morning?",
    "How were the reviews this month? Any bad ones I haven't answered?",
    "What are people saying about us? Anything we ought to answer?",
    "Anything new in the inbox that I have to deal with today?",
    "List everything open that is assigned to me (dana), oldest first.",
    "Remind me, when did Harriet first see those stains?",
    "Add up what the vendors want and tell me if one of them is late",
    "What is the address, in case I'd rather write myself?",
    "What did the customer say about it, word for word?",
    "Remind me what Nuala said we are short of",
    "didnt she pay, and till when has she the flat?",
]
"""Requests that an answer does."""


@pytest.mark.parametrize("request_text", ENQUIRIES)
def test_an_answer_is_all_that_is_wanted(request_text: str) -> None:
    """Nothing is open, and no person is asked whether it is."""
    assert _open(request_text) == {}


@pytest.mark.parametrize(
    ("request_text", "tool"),
    [
        ("Have a look at her review and answer it.", "answer_review"),
        ("Could you go through the bills and pay the one from Acme?", "pay_bill"),
        ("Skim her letter and reply to the review.", "answer_review"),
        ("Have we paid Acme? If not, pay the bill.", "pay_bill"),
        ("Anything I should know? And pay the bill from Acme.", "pay_bill"),
        ("Any chance you could pay the bill from Acme?", "pay_bill"),
        ("Everything we ought to pay, pay it.", "pay_bill"),
        ("Pay everything open for Mia.", "pay_bill"),
        ("I'd rather tell Mia myself, but pay her bill.", "pay_bill"),
        ("When is it due? Should be on Friday. Pay the bill then.", "pay_bill"),
        ("I need her phone number. And cancel the lease.", "end_lease"),
        ("Remind me and Tom, by letter, when it is due.", "write_letter"),
        ("I want the lease cancelled, see the letter.", "end_lease"),
        ("whats the sum? pay the bill, cant be late", "pay_bill"),
    ],
)
def test_an_order_beside_it_is_still_one(request_text: str, tool: str) -> None:
    """What is asked for in the same request stays open."""
    assert _open(request_text).get(f"desk/{tool}") == "open"


@pytest.mark.parametrize(
    "request_text",
    [
        "I need the plumber's number changed",
        "I need a new number for the plumber",
        "Half of what she paid is to go back",
        "Puffin's lease an hour earlier, please",
        "Split the rent by tenant",
        "It must be in the book by noon",
        "Block Friday?",
    ],
)
def test_what_may_be_a_wish_is_asked_about(request_text: str) -> None:
    """A thing that is to become otherwise is no fact, and no question."""
    assert _open(request_text)


def _one(text: str) -> tuple:
    return next(iter(sentences(text)))


def test_where_no_order_begins() -> None:
    """A look, a part of a page, a possessive in a question, a word in brackets, a plural in a list."""
    for text, at in (
        ("have a look", 0),
        ("half a page", 0),
        ("Tom's number?", 0),
        ("the list ( dana )", 3),
        ("what do we owe to painters and suppliers", 7),
    ):
        assert enquires(_one(text), at)
    for text in ("have it moved", "half of it", "Tom's lease to May", "block it?", "take the boat out"):
        assert not enquires(_one(text), 0)
    assert is_asked(_one("are they open and have not paid"), 4)
    assert looks(["take", "another", "look"])
    assert not looks(["take", "a", "boat"])
    assert not opens_unclear(_one("Olga Brandt says that it is wrong"), frozenset())


def test_facts_and_what_is_left_to_the_user() -> None:
    """A number that there is, by whose it is; what the user does himself is nobody's order."""
    assert wants_fact(_one("I need names."))
    assert not wants_fact(_one("I need a name for the boat"))
    assert not wants_fact(_one("Change Tom's number"))
    assert seeks(_one("by when is it due"))
    assert not delegates(_one("what do I tell her it costs?"))
    assert is_left_to_user(_one("I will write it myself"), 2)
    assert not is_left_to_user(_one("write it to Tom himself"), 0)
    assert [act.mood for act in find_acts(_one("I would write to her myself"), "write")] == ["not"]


def test_what_is_supposed_of_an_answer() -> None:
    """Only behind a question, and without an order of its own."""
    text = "Is it paid? Should be in the book. Should be in the book."
    assert len(list(asked_for(tuple(sentences(text))))) == 2


@pytest.mark.parametrize(
    ("request_text", "answer"),
    [
        ("The dinner with the Kellers must end at ten", "ask"),
        ("The call with Annabel needs to stop by noon", "ask"),
        ("The lease of Tom Keller has to end in May", "guess"),
    ],
)
def test_what_ends_by_itself(request_text: str, answer: str) -> None:
    """It is the thing itself that is to end, and nothing of another kind that goes by the same verb."""
    said = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request_text).refusals["desk/end_lease"]
    assert said.answer == "ask"
    assert (said.rule in {"request.guess", "request.manner"}) is (answer == "guess")
    assert ends_itself(_one(request_text), frozenset(("end", "stop"))) is (answer == "ask")
    assert not ends_itself(_one("it must end at ten"), frozenset(("end",)))


def test_what_is_only_referred_to_opens_nothing() -> None:
    """`See her letter` is no letter that is to be written."""
    assert _open("I want the lease cancelled, see her letter.") == {"desk/end_lease": "open"}


@pytest.mark.parametrize(
    "request_",
    [
        "Do the serial numbers on the proof run from 1 to 40?",
        "Do the boxes on the shelf match?",
        "Leave the rest of the cart as it is.",
        "Leave the others alone",
        "Keep the time as it is.",
    ],
)
def test_what_is_no_order(request_: str) -> None:
    """What things do is a question; what is to stay is not done."""
    assert _unclear(request_) == []


@pytest.mark.parametrize(
    "request_",
    [
        "Do the rota over for Ann",
        "Do the rota over for Ann?",
        "Leave a message for Ann",
        "Leave it to Ann",
        "Leave the keys as she wants",
    ],
)
def test_what_may_be_an_order(request_: str) -> None:
    """There nobody knows what is to be done."""
    assert _unclear(request_) != []


def _unclear(request: str) -> list[tuple[int, int]]:
    return [one for sentence in sentences(request) for one in opens_unclear(sentence, frozenset())]


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("Is it signed? If so file the letter.", "open"),
        ("Is it signed? if yes archive it", "open"),
        ("If so many file it, tell me", ""),
        ("Is it signed? If so Ann files it.", "ask"),
    ],
)
def test_what_follows_a_yes(request_: str, answer: str) -> None:
    """An order behind `if so` needs no comma; what somebody else does is none."""
    assert _open(request_).get("desk/archive_mail", "") == answer
