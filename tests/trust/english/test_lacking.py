"""What is said to be missing: it forbids nothing, and is asked for by `they need one`."""

import pytest

from podium.trust.grants import Deny
from podium.trust.request.effective import EffectiveGrant
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow


def _act(tool: str, intents: str, **sinks: str) -> ToolRow:
    server, _, name = tool.partition("/")
    arguments = {path: SinkRow(sink) for path, sink in sinks.items()}  # type: ignore[arg-type]
    return ToolRow(server, name, "irreversible", tuple(intents.split(", ")), arguments)


TOOLS = {
    row.id: row
    for row in (
        _act("page/answer_review", "answer, reply, respond, thank", review_id="object", answer="text"),
        _act("books/send_invoice", "invoice, bill", client_id="object"),
        _act("books/refund_booking", "refund, pay back", booking_id="object", amount="amount"),
        _act("books/cancel_booking", "cancel", booking_id="object"),
        _act("lab/add_label", "label, tag", sample_id="object", label="value"),
        _act("diary/answer_invitation", "accept, decline, answer, respond", id="object", response="value"),
        _act("diary/invite", "invite", event_id="object", guest="recipient"),
    )
}


def _narrowed(request: str) -> EffectiveGrant:
    return narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)


@pytest.mark.parametrize(
    ("request_", "tool", "uses"),
    [
        ("The two reviews without an answer need one. Priya a thank-you.", "page/answer_review", 2),
        ("Three orders without an invoice should get one, please.", "books/send_invoice", 3),
        ("The samples without a label need one", "lab/add_label", None),
        ("Two reviews have no answer, give them one.", "page/answer_review", 2),
        ("The clients who have no invoice need one.", "books/send_invoice", None),
        ("All clients without an invoice: send them one", "books/send_invoice", None),
        ("Everybody without an invoice should get one.", "books/send_invoice", None),
        ("The booking that has no refund yet, give it one", "books/refund_booking", 1),
        ("The two people without an invitation want one.", "diary/invite", 2),
        ("The order without an invoice needs one too.", "books/send_invoice", 1),
    ],
)
def test_what_things_lack_is_asked_for_by_one(request_: str, tool: str, uses: int | None) -> None:
    narrowed = _narrowed(request_)
    assert narrowed.refusal(tool) is None
    grant = narrowed.grant(tool)
    assert grant is not None
    assert grant.uses == uses


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Cancel the booking without a refund.", "books/refund_booking"),
        ("Cancel Ben's booking without a refund, he knows.", "books/refund_booking"),
        ("Cancel it without telling Bob, and without a refund.", "books/refund_booking"),
        ("The bookings without a refund stay as they are.", "books/refund_booking"),
        ("The reviews without an answer do not need one.", "page/answer_review"),
        ("The review without an answer can wait, don't write one.", "page/answer_review"),
        ("Put it on the page without a reply to Bob", "page/answer_review"),
        ("How many reviews without an answer are there?", "page/answer_review"),
        ("Please don't reply to Bob.", "page/answer_review"),
    ],
)
def test_what_is_not_to_be_done_stays_forbidden(request_: str, tool: str) -> None:
    refusal = _narrowed(request_).refusal(tool)
    assert isinstance(refusal, Deny)
    assert refusal.rule == "request.forbids"


@pytest.mark.parametrize(
    "request_",
    [
        "Which of the reviews without an answer need one?",
        "Tess wrote that the reviews without an answer need one.",
        "Do the clients without an invoice need one?",
        "The one without a label is not the one that I mean.",
    ],
)
def test_a_question_or_anothers_words_ask_for_nothing(request_: str) -> None:
    narrowed = _narrowed(request_)
    assert all(narrowed.refusal(tool) is not None for tool in TOOLS)


@pytest.mark.parametrize(
    "request_",
    [
        "Say no to the podcast, thanks.",
        "The fair: answer no.",
        "Respond no because I'm away.",
        "Accept Carla's visit, and don't accept the podcast.",
        "The fair I can't do, answer no but leave him a nice line.",
    ],
)
def test_no_is_an_answer(request_: str) -> None:
    assert _narrowed(request_).refusal("diary/answer_invitation") is None


@pytest.mark.parametrize(
    "request_",
    ["Accept no invitation for Friday.", "Decline nothing without asking me.", "Don't accept the podcast."],
)
def test_no_before_a_thing_forbids(request_: str) -> None:
    assert isinstance(_narrowed(request_).refusal("diary/answer_invitation"), Deny)
