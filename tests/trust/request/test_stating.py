"""What a request states, on what terms and beside what, asks for nothing; what it wants is still found."""

import pytest

from podium.trust.english.sums import restated
from podium.trust.english.words import sentences
from podium.trust.request.asking import find_acts
from podium.trust.request.narrowing import narrow
from podium.trust.request.stating import acting
from podium.trust.request.unsaid import opens_unclear, seeks
from podium.trust.request.wordings.answering import to_them
from podium.trust.request.wordings.manners import manner
from podium.trust.tools import GrantRow, SinkRow, ToolRow


def _left(text: str) -> str:
    parts = (acting(sentence) for sentence in sentences(text))
    return " ".join(token.text for part in parts for token in part if token.kind != "mark")


STATED = [
    ("I booked the hall yesterday, tell Ann.", "tell Ann"),
    ("He has paid, so close the file.", "so close the file"),
    ("The florist has confirmed the roses, thank her.", "thank her"),
    ("The bus is hired already, put it in the diary.", "put it in the diary"),
    ("The oven is repaired at last! Cancel the engineer.", "Cancel the engineer"),
    ("They have written about the roof. Answer them.", "Answer them"),
    ("If the vet agrees, move the visit to Friday.", "move the visit to Friday"),
    ("Provided that it was returned, refund the deposit.", "refund the deposit"),
    ("She's sent the deposit, note it.", "note it"),
    ("We ordered forty chairs and they came, pay the bill.", "pay the bill"),
]
"""Requests, and what is left of them without what was done and on what terms something is wanted."""


@pytest.mark.parametrize(("text", "left"), STATED)
def test_what_is_stated_is_left_out(text: str, left: str) -> None:
    """What was done is not what is wanted now."""
    assert _left(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Have the lamp repaired.",
        "The lamp that he dropped can go.",
        "I want the hall booked.",
        "Book the hall Ann visited.",
        "The invoice should be paid.",
        "Could you send what he asked for?",
        "Please put the boat they bought on the list.",
        "The day she has got the van, I need the trailer.",
    ],
)
def test_what_is_wanted_stays(text: str) -> None:
    """A participle of what is to become of a thing, or that tells which one is meant, states nothing."""
    plain = "".join(letter for letter in text if letter not in ",.?")
    assert _left(text) == plain


@pytest.mark.parametrize(
    ("text", "way", "asks"),
    [
        ("Tell me what the roof costs.", "tell", False),
        ("Inform us of the outcome.", "inform", False),
        ("Inform Ann of the outcome.", "inform", True),
        ("Let the lease end in May.", "end", True),
        ("Let my subscription expire when the year is over.", "expire", True),
        ("Let Ann end the call.", "end", False),
        ("Let the guard close the gate.", "close", False),
    ],
)
def test_who_is_told_and_what_is_let_end(text: str, way: str, asks: bool) -> None:
    """What the user is to be told is an answer; a thing is let end, somebody is let do something."""
    assert (manner(next(iter(sentences(text))), (way,))[0] > 0) is asks


@pytest.mark.parametrize(
    ("text", "word", "mood"),
    [
        ("The night shift rota is wrong.", "shift", "not"),
        ("night shift rota is online now", "shift", "not"),
        ("morning book club moves to Friday", "book", "not"),
        ("get the other one off the desk and paid", "pay", "asked"),
        ("Please have it checked and signed.", "sign", "asked"),
        ("We need the suits cleaned and delivered.", "deliver", "asked"),
        ("I want it wrapped and posted.", "post", "asked"),
        ("They got it fixed and paid.", "pay", "not"),
        ("Did you get it fixed and paid?", "pay", "not"),
        ("He needs it cleaned and delivered.", "deliver", "not"),
        ("I had it washed and sent.", "send", "not"),
        ("Text her to call us.", "call", "not"),
        ("Mail the tenant to cancel the visit.", "cancel", "not"),
        ("Ring the caterer to order more bread.", "order", "not"),
        ("I'd like to call a plumber.", "call", "asked"),
    ],
)
def test_where_an_act_stands(text: str, word: str, mood: str) -> None:
    """Behind a noun that only says which kind it is no act; nor is what somebody else is told to do."""
    moods = {act.mood for sentence in sentences(text) for act in find_acts(sentence, word)}
    assert moods == {mood}


@pytest.mark.parametrize(
    ("text", "of_another"),
    [
        ("10 percent more for the suite", True),
        ("She should get twenty more than now", True),
        ("50 euros less a month, please", True),
        ("The hall two degrees warmer", True),
        ("The fee is to be 5 % lower from May", True),
        ("€40 less for Ann", True),
        ("Order 20 more boxes", False),
        ("Take it if it brings 500 or more", False),
        ("Add 3 more seats", False),
        ("Three more please", False),
        ("Half of it back to her card", False),
    ],
)
def test_what_becomes_of_an_amount(text: str, of_another: bool) -> None:
    """So much more of an amount changes it; so many more things are ordered."""
    assert restated(text) is of_another


@pytest.mark.parametrize(
    ("text", "seeking"),
    [
        ("tell me who has the van", True),
        ("Show us the bill", True),
        ("Remind me what he said", True),
        ("let me know whether he paid", True),
        ("I wonder if it was sent", True),
        ("any news from the plumber", True),
        ("I wonder if you could pay it", False),
        ("Remind me to ring Ann", False),
        ("It is the one we use, so could you put it in his file?", False),
        ("say thanks but no", False),
    ],
)
def test_what_wants_an_answer(text: str, seeking: bool) -> None:
    """Who is to tell the user something is asked for no act."""
    assert seeks(next(iter(sentences(text)))) is seeking


@pytest.mark.parametrize("text", ["was that signed off", "Mrs Dorn is here", "both of them", "honestly, no"])
def test_what_begins_no_order(text: str) -> None:
    """Words that are never verbs are no orders that nobody knows."""
    assert opens_unclear(next(iter(sentences(text))), frozenset()) == []


CLUB = {
    tool.id: tool
    for tool in (
        ToolRow("courts", "book_court", "irreversible", ("book", "put in"), {"court": SinkRow("object")}),
        ToolRow("club", "update_member", "write", ("update",), {"id": SinkRow("object")}),
        ToolRow(
            "club", "change_fee", "write", ("change",), {"id": SinkRow("object"), "fee": SinkRow("amount")}
        ),
        ToolRow(
            "club",
            "create_fee",
            "irreversible",
            ("create", "set up"),
            {"to": SinkRow("payee"), "sum": SinkRow("amount"), "every": SinkRow("value")},
        ),
    )
}


def _rule(request: str, tool: str) -> str:
    refusal = narrow([GrantRow(one) for one in CLUB], CLUB, request).refusals.get(tool)
    return "open" if refusal is None else refusal.rule


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("Put me in for Friday", True),
        ("Could you put it in his file?", False),
        ("Put her number in Tess's record.", False),
        ("put the date in the newsletter", False),
        ("Put Ann in the court at nine", True),
        ("put us in on Monday morning", True),
        ("put in what the coach wrote for Friday", True),
        ("Put in whatever she booked last week", True),
    ],
)
def test_what_a_particle_leads_to(text: str, opens: bool) -> None:
    """*Put it in the file* puts nobody in."""
    assert (_rule(text, "courts/book_court") == "open") is opens


def test_so_much_more_changes_what_there_is() -> None:
    """Ten percent more of a fee is no new fee."""
    assert _rule("Ann's fee, 10 percent more from May", "club/change_fee") in {
        "request.guess",
        "request.manner",
    }
    assert _rule("10 percent more for Ann please", "club/create_fee") != "open"
    assert _rule("10 percent more for Ann please", "club/create_fee") not in {
        "request.guess",
        "request.manner",
    }


@pytest.mark.parametrize(
    ("text", "them"),
    [
        ("Confirm to them that ten is fine.", True),
        ("kindly thank her for the cake", True),
        ("Tell them yes please", True),
        ("Let him know that we come.", True),
        ("Inform them of the new hour.", True),
        ("Tell Ann that he is late.", False),
        ("Don't tell them anything.", False),
        ("Take them to the station.", False),
        ("Tell me what they want.", False),
        ("Confirm it to Mr Dorn for them.", False),
    ],
)
def test_who_was_spoken_of_is_told(text: str, them: bool) -> None:
    """*Confirm to them* answers whoever was spoken of before; somebody with a name is told himself."""
    assert to_them(next(iter(sentences(text)))) is them


LETTERS = {
    tool.id: tool
    for tool in (
        ToolRow(
            "post",
            "answer_letter",
            "irreversible",
            ("answer", "reply"),
            {"letter": SinkRow("object"), "text": SinkRow("text")},
        ),
        ToolRow(
            "post",
            "send_letter",
            "irreversible",
            ("send", "write"),
            {"to": SinkRow("recipient"), "text": SinkRow("text")},
        ),
        ToolRow("post", "burn_letter", "irreversible", ("burn",), {"letter": SinkRow("object")}),
    )
}


@pytest.mark.parametrize(
    "text",
    [
        "The bakery has proposed another day. Kindly confirm to them that it suits us.",
        "The choir have asked for the hall. Tell them yes.",
        "Our tiler wrote about the grout. Let him know that white is fine.",
        "The printer's offer came. Thank her for it.",
    ],
)
def test_an_answer_goes_to_who_wrote(text: str) -> None:
    """It is a guess, one letter long, and nothing else is meant."""
    effective = narrow([GrantRow(one) for one in LETTERS], LETTERS, text)
    assert effective.refusals["post/answer_letter"].rule == "request.guess"
    grant = effective.grant("post/answer_letter")
    assert grant is not None
    assert grant.uses == 1
    assert effective.refusals["post/burn_letter"].rule not in {"request.guess", "request.manner"}
