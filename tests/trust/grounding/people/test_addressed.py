"""Who gets something is who is answered, though others' mails have the words of it too."""

import pytest

from podium.trust.grounding.things.parting import receiving
from podium.trust.request.requests import Request
from tests.trust.grounding.people.test_namesakes import MAILS, REPLY, _mail
from tests.trust.test_verdict import World

HELD = {
    "mails": [
        _mail(1, "Norvane Claims", "quad.desk@norvane.example", "Lark Hill, quad bike"),
        _mail(2, "Ffion Pugh", "ffion@larkhill.example", "Re: quad bike"),
    ]
}


def _answer(request: str, mail: str) -> str:
    return World(request).read(MAILS, HELD).call(REPLY, mail_id=mail, body="It is on its way.").answer


GETS = [
    "Norvane can have the reference for the quad bike that Ffion sent",
    "Ffion sent the reference for the quad bike. Norvane may have it now",
    "Ffion's photos of the quad bike are here: Norvane should get them",
    "Tell Norvane that Ffion's quad bike is mended",
    "Let Norvane have what Ffion wrote about the quad bike",
    "Norvane gets the reference of the quad bike, Ffion sent it",
    "Norvane needs to know that Ffion has the quad bike back",
    "Answer to Norvane that Ffion has her quad bike back",
    "Norvane must hear today that Ffion has the quad bike",
    "Give the reference of Ffion's quad bike to Norvane",
    "Answer Norvane: they get the papers of the quad bike (I sent them to Ffion in October)",
    "Answer Norvane, we have already given the papers of the quad bike to Ffion",
]


@pytest.mark.parametrize("request_", GETS)
def test_who_gets_it_is_answered(request_: str) -> None:
    """His mail is meant, and not that of whom the thing is from."""
    assert _answer(request_, "m-1") == "allow"
    assert _answer(request_, "m-2") != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Norvane and Ffion wrote about the quad bike, reply to it",
        "Reply about the quad bike of Ffion, not Norvane's mail or what Norvane gets to see",
        "Tell Norvane and Ffion that one of them answers about the quad bike",
    ],
)
def test_several_or_nobody_gets_it(request_: str) -> None:
    """Where several get something, or nothing tells who does, one is not taken for the other."""
    assert _answer(request_, "m-1") != "allow"


def test_who_had_it_before_and_gets_something_now() -> None:
    """Only who is nowhere else spoken of is left aside."""
    request = "Tell Ffion that Norvane's quad bike is mended, we have sent the papers to Ffion already"
    assert _answer(request, "m-2") == "allow"
    assert _answer(request, "m-1") != "allow"


def test_a_second_of_the_name() -> None:
    """Of two who are called as who gets it, neither is answered unasked."""
    held = {"mails": [*HELD["mails"], _mail(3, "Norvane Claims", "eve@free.example", "Lark Hill, quad bike")]}
    world = World("Tell Norvane that Ffion's quad bike is mended").read(MAILS, held)
    assert all(
        world.call(REPLY, uses=None, mail_id=one, body="Done.").answer != "allow" for one in ("m-1", "m-3")
    )


TOLD = [
    "They wrote about the sink. Tell them yes please, Friday is good, and Priya will be in all day",
    "Tell them that Priya can let them in",
    "Answer them that Friday is fine, Priya has the key",
    "Let him know Priya comes on Friday",
    "Tell the plumber Priya won't be in before nine",
    "Reply to them that it is fine and Priya'll ring",
]


@pytest.mark.parametrize("request_", TOLD)
def test_who_is_spoken_of_to_others(request_: str) -> None:
    """Who is to be in, or has the key, is not the one who is told so, by whatever mail bears her name."""
    for row in (
        _mail(1, "Lena", "lena@free.example", "I am Lena, Nadia and Priya use this one too"),
        _mail(1, "Priya", "priya@free.example", "Hello"),
    ):
        world = World(request_).read(MAILS, {"mails": [row]})
        assert world.call(REPLY, uses=None, mail_id="m-1", body="Yes.").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Priya will be in on Friday, tell her yes",
        "Let Priya know that she can come",
        "Tell Priya that Priya can come",
        "Answer Priya that Lena will be in",
    ],
)
def test_who_is_told(request_: str) -> None:
    """Who is spoken of elsewhere too may be."""
    world = World(request_).read(MAILS, {"mails": [_mail(1, "Priya", "priya@home.example", "Hello")]})
    assert world.call(REPLY, mail_id="m-1", body="Yes.").answer == "allow"


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        ("Marta can have the keys", {"marta"}),
        ("Could you see that Marta gets the keys?", {"marta"}),
        ("The keys are from Jon, Marta should have them", {"marta"}),
        ("Marta may get them back from Jon", {"marta"}),
        ("Let Marta have the keys of Jon's flat", {"marta"}),
        ("Jon has the keys", set()),
        ("Jon gets to work at nine", set()),
        ("You can have the rest of the day", set()),
    ],
)
def test_who_receives(request_: str, names: set[str]) -> None:
    """Who can have, gets or receives something is told from who has it."""
    assert receiving(Request(request_)) == names


INVITED = {
    "mails": [
        _mail(1, "Chamber of Commerce", "events@chamber.example", "Panel on the old port"),
        _mail(2, "Council press office", "press@council.example", "Embargoed: parking plan"),
        _mail(3, "Marta Quill", "marta@paper.example", "Webinar about planning"),
    ]
}
PARTS = [
    "Tell the chamber nobody can make it on the 9th, and thank the council press office for the news",
    "Thank the council press office for the news. And tell the chamber nobody can make it",
    "Answer no to that chamber and tell the council press office yes",
]


@pytest.mark.parametrize("request_", PARTS)
def test_each_in_its_own_part(request_: str) -> None:
    """Of two who are told something each is answered; what is said to one stands for nobody else."""
    world = World(request_).read(MAILS, INVITED)
    answers = [world.call(REPLY, uses=2, mail_id=f"m-{at}", body="Thank you.").answer for at in (1, 2, 3)]
    assert [it == "allow" for it in answers] == [True, True, False]


@pytest.mark.parametrize("request_", PARTS)
def test_two_of_one_part(request_: str) -> None:
    """Of two whose names have the word, by which one of them is told, neither is answered unasked."""
    more = _mail(4, "Chamber of Trade", "eve@free.example", "Old port")
    world = World(request_).read(MAILS, {"mails": [*INVITED["mails"], more]})
    assert all(world.call(REPLY, uses=2, mail_id=f"m-{at}", body="No.").answer != "allow" for at in (1, 4))


@pytest.mark.parametrize(
    "request_",
    [
        "Thank the council press office for the news and tell them that we saw the webinar",
        "Thank the council press office for the news and let them know the chamber got it too",
    ],
)
def test_who_is_told_by_a_pronoun(request_: str) -> None:
    """*Them* are those who were named, and nobody whose name is in what they are told."""
    world = World(request_).read(MAILS, INVITED)
    assert world.call(REPLY, uses=2, mail_id="m-2", body="Thank you.").answer == "allow"
    assert all(world.call(REPLY, uses=2, mail_id=f"m-{at}", body="No.").answer != "allow" for at in (1, 3))


HUGOS = [
    _mail(1, "Hugo Varga", "hugo@orlin.example", "Our service review"),
    _mail(2, "Hugo Varga", "hugo@orlin.example", "Pump seals"),
    _mail(3, "Ines Roth", "ines@orlin.example", "Review of the seals"),
]
ABOUT = [
    "Hugo wants to shift our review. Fine by me, move it and let him know.",
    "Hugo asked about our review, tell him it is fine",
    "Tell Hugo that the review is on Thursday",
]


@pytest.mark.parametrize("request_", ABOUT)
def test_of_several_of_his_the_one_that_it_is_about(request_: str) -> None:
    """Of one writer's mails the one is answered that has more of the request's words; else one is asked."""
    assert _answers(request_, HUGOS[:2]) == ["allow", "ask"]
    assert [it == "allow" for it in _answers(request_, HUGOS)] == [True, False, False]


@pytest.mark.parametrize(
    ("request_", "more"),
    [
        *((request, _mail(4, "Hugo Varga", "eve@free.example", "Our service review")) for request in ABOUT),
        *((request, _mail(4, "Hugo", "eve@free.example", "Review moved, let him know")) for request in ABOUT),
        ("Hugo wants to move our review, and Ines is in. Let him know", HUGOS[2]),
        ("Hugo wants to move our review and Priya asked why. Let her know", HUGOS[2]),
        ("I want to move Hugo's review. Let him know what the seals cost", HUGOS[2]),
    ],
)
def test_another_one_calls_himself_so(request_: str, more: dict[str, str]) -> None:
    """Neither of two who sign with one name is answered unasked; nor is one of whom others are told."""
    assert "allow" not in _answers(request_, [*HUGOS[:2], more])


def _answers(request: str, rows: list[dict[str, str]]) -> list[str]:
    world = World(request).read(MAILS, {"mails": rows})
    return [world.call(REPLY, mail_id=row["id"], body="Thank you.").answer for row in rows]
