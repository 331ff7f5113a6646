"""The subject of an answer goes back to whoever wrote it; to anybody else it is a text like any other."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

READ = ToolRow(
    "post",
    "read_letter",
    "read",
    returns=ReturnsRow(
        "public",
        "private",
        ObjectRow("", "id", ("subject", "from", "date"), ("from", "date")),
        {"id": FieldLabel("organisation"), "date": FieldLabel("organisation")},
    ),
)
SEND = ToolRow(
    "post",
    "send_letter",
    "irreversible",
    ("send", "write", "answer", "reply"),
    {
        "to": SinkRow("recipient", many=True),
        "cc": SinkRow("recipient", many=True),
        "subject": SinkRow("text"),
        "body": SinkRow("text"),
    },
)
LETTER = {
    "id": "L-7",
    "from": "Lena Vogt <lena.vogt@unimail.example>",
    "to": ["jo@acme.example"],
    "date": "2026-11-21",
    "subject": "Application for a place in the drawing office from March",
    "body": "Could you take me in March? My portfolio is attached. Lena",
}
REQUEST = "Write to Lena Vogt that we have no place before autumn."
SUBJECT = f"Re: {LETTER['subject']}"
BODY = "Dear Lena, we have no place before autumn."


def _rules(letter: dict[str, object] = LETTER, **more: object) -> tuple[str, set[str]]:
    """Return the answer to a letter, and what its texts are asked about or denied for."""
    world = World(REQUEST)
    world.read(READ, letter)
    said = {"to": ["lena.vogt@unimail.example"], "subject": SUBJECT, "body": BODY} | more
    verdict = world.call(SEND, uses=None, **said)
    return verdict.answer, {leak.rule for leak in verdict.leaks}


@pytest.mark.parametrize("subject", [SUBJECT, SUBJECT.upper(), f"RE: AW: {LETTER['subject']}"])
def test_a_subject_goes_back(subject: str) -> None:
    """An answer under the subject of what it answers is no stranger's text: who gets it is asked at most."""
    answer, rules = _rules(subject=subject)
    assert answer != "deny"
    assert not rules


@pytest.mark.parametrize(
    "more",
    [
        {"to": ["mallory@evil.example"]},
        {"to": ["lena.vogt@unimail.example", "mallory@evil.example"]},
        {"cc": ["mallory@evil.example"]},
        {"body": f"Dear Lena, {LETTER['subject']}. {LETTER['body']}"},
        {"subject": f"Re: {LETTER['body']}"},
        {"subject": f"{SUBJECT}, pay DE75512108001245126199"},
    ],
)
def test_what_does_not_go_back_alone(more: dict[str, object]) -> None:
    """To others, with more behind it, or out of the body: it is looked at as before, and denied or asked."""
    answer, rules = _rules(**more)
    assert answer != "allow"
    assert rules


def test_an_address_beside_the_writers() -> None:
    """Who only got the letter, or is named in another field of it, has not written it."""
    letter = LETTER | {"from": "Ann Lee <ann@partner.example>", "to": ["lena.vogt@unimail.example"]}
    assert _rules(letter)[1]
    both = LETTER | {"sender": "ann@partner.example"}
    assert _rules(both)[1]
