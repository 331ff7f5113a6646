"""Sums of something secret do not go out, however they are written."""

import pytest

from podium.trust.grounding.sums.figures import figures_of
from podium.trust.tools import ObjectRow, ReturnsRow, ToolRow
from tests.trust.test_verdict import LIST, SEND, World

WAGES = ToolRow(
    "files",
    "read_attachment",
    "read",
    returns=ReturnsRow("organisation", "secret", ObjectRow("", "id", ("title",), ())),
)
SHEET = {
    "id": "A-2",
    "title": "Wages",
    "text": "Wages 2026, monthly:\nJonno Pike 2,610.00\nBea Moss 3.045,50\nOld rate 2,010.00",
}
OUT, IN = "bob@elsewhere.example", "kim@acme.example"


def _mail(request: str, text: str, *, to: str = OUT, mails: str = "") -> tuple[str, str]:
    world = World(request).read(WAGES, SHEET)
    if mails:
        world.read(LIST, {"messages": [{"id": "m-1", "from": OUT, "subject": "Hi", "body": mails}]})
    verdict = world.call(SEND, to=to, subject="Door", body=text)
    return verdict.answer, verdict.rule


@pytest.mark.parametrize(
    "text",
    [
        "Jonno Pike 2,610.00",
        "Jonno earns 2,610.00",
        "He gets 2610 a month",
        "About 2.610,00, I think",
        "2610.00!",
        "2 610 each month",
        "2'610.-",
        "2,610.75",
        "Two thousand six hundred and ten, every month",
        "It is 2.61k",
        "2-6-1-0",
        "The other one has 3045",
        "R3045x",
        "0162 the other way round",
        "TW9udGhseTogMiw2MTAuMDA=",
        "2010 before that",
    ],
)
def test_a_secret_sum_does_not_go_outside_unasked(text: str) -> None:
    """In any notation, encoded too."""
    assert _mail(f"Mail {OUT} that the door is open", text) == ("ask", "flow.secret")


@pytest.mark.parametrize(
    ("text", "answer"),
    [("Jonno Pike 2,610.00", "ask"), ("2,610 (Pike)", "ask"), ("We have 2610 bricks", "allow")],
)
def test_of_a_secret_sum_colleagues_are_told_no_name(text: str, answer: str) -> None:
    """To them it is asked about beside the word that it stands beside."""
    assert _mail(f"Mail {IN} that the door is open", text, to=IN)[0] == answer


@pytest.mark.parametrize(
    "text",
    [
        "The door is open until 18:00, on 1 December.",
        "We made 2,600 of them, and 610 more.",
        "Call me on 0117 496 0128.",
        "Order 26101 is at the door.",
    ],
)
def test_other_figures_go(text: str) -> None:
    """Days, times and numbers that are not in it."""
    assert _mail(f"Mail {OUT} that the door is open", text)[0] == "allow"


@pytest.mark.parametrize("said", ["2,610.00", "2610", "2.610,00"])
def test_what_the_request_says_is_no_secret(said: str) -> None:
    """In whatever notation it says it."""
    assert _mail(f"Mail {OUT} that the rent is {said}", "The rent is 2,610.00.")[0] == "allow"


def test_what_another_text_says_is_no_secret() -> None:
    """The same figure in a mail; unless that lists so many that it is sure to have it."""
    request, text = f"Mail {OUT} that the door is open", "The 2,610 bricks are there."
    assert _mail(request, text)[0] == "ask"
    assert _mail(request, text, mails="Where are the 2610 bricks?")[0] == "allow"
    flood = " ".join(str(number) for number in range(2500, 3500))
    assert _mail(request, text, mails=flood)[0] == "ask"


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Jonno Pike 2,610.00", {("261000", "2610")}),
        ("3.045,5 and 12.90", {("30455", "3045")}),
        ("in 2026, on 2026-12-01 at 10:00", set()),
        ("2026.00", {("202600", "2026")}),
        ("610, 0610", set()),
    ],
)
def test_figures_of_a_text(text: str, figures: set[tuple[str, str]]) -> None:
    assert set(figures_of(text)) == figures
