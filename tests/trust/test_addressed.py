"""Who gets something is who is answered, though others' mails have the words of it too."""

import pytest

from podium.trust.parting import receiving
from podium.trust.requests import Request

from .test_namesakes import MAILS, REPLY, _mail
from .test_verdict import World

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


def test_a_second_of_the_name() -> None:
    """Of two who are called as who gets it, neither is answered unasked."""
    held = {"mails": [*HELD["mails"], _mail(3, "Norvane Claims", "eve@free.example", "Lark Hill, quad bike")]}
    world = World("Tell Norvane that Ffion's quad bike is mended").read(MAILS, held)
    assert all(
        world.call(REPLY, uses=None, mail_id=one, body="Done.").answer != "allow" for one in ("m-1", "m-3")
    )


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
