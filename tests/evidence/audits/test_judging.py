"""What a judge is asked, what answers mean, and when they agree."""

import pytest

from podium.evidence.audits.judging import MAX_SHOWN_CHARS, Judgement, digest, messages, shown, vote_of
from tests.evidence.audits.traces import chat, tool


@pytest.mark.parametrize(
    ("votes", "agreement", "verdict", "share"),
    [
        ((True, True, True), 0.6, True, 1.0),
        ((True, False, True), 0.6, True, 2 / 3),
        ((True, False, True), 0.7, None, 2 / 3),
        ((False, False, None), 0.6, False, 2 / 3),
        ((True, None, None), 0.6, None, 1 / 3),
        ((True, False), 0.5, None, 0.5),
        ((), 0.6, None, 0.0),
    ],
)
def test_votes(votes: tuple[bool | None, ...], agreement: float, verdict: bool | None, share: float) -> None:
    """Most votes of all decide, failed ones included; too little agreement, or a draw, is unknown."""
    found = Judgement(votes)
    assert (found.verdict(agreement), found.agreement) == (verdict, pytest.approx(share))


@pytest.mark.parametrize(
    ("answer", "vote"),
    [
        ('{"verdict": "yes", "why": "It is."}', True),
        ('```json\n{"verdict": "No", "why": ""}\n```', False),
        ("Yes.", True),
        ("It depends.", None),
        ("[1]", None),
        ('{"verdict": "maybe"}', None),
    ],
)
def test_answers(answer: str, vote: bool | None) -> None:
    """JSON, or the bare word; whatever else is said is no vote."""
    assert vote_of(answer)[0] is vote


def test_what_is_shown_is_what_was_recorded() -> None:
    """Without content, or with more than is read, there is nothing to judge; the fence is the data's own."""
    assert shown(chat(0), ["output"]) is None
    assert shown(chat(0, "x" * MAX_SHOWN_CHARS), ["output"]) is None
    data = shown(tool(0, "pay", {"to": "ann"}, {"ok": True}), ["arguments", "result"])
    assert data == '{"arguments": {"to": "ann"}, "result": {"ok": true}}'
    _, asked = messages("It is polite.", data)
    assert asked["content"].startswith("Rubric:\nIt is polite.\n\n<data-")
    assert len({digest("r", data, "m", 3), digest("s", data, "m", 3), digest("r", data, "n", 3)}) == 3
    assert digest("r", data, "m", 3) == digest("r", data, "m", 3)
