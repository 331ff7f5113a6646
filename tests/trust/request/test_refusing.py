"""Negations: *no* as an answer, of one thing alone, and of an act at all."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

_OBJECT = {"id": SinkRow("object"), "note": SinkRow("text")}
TOOLS = {
    row.id: row
    for row in (
        ToolRow(
            "rota", "answer_invitation", "irreversible", ("accept", "decline", "respond", "answer"), _OBJECT
        ),
        ToolRow("post", "reply_letter", "irreversible", ("reply", "answer", "write back"), _OBJECT),
        ToolRow(
            "post", "send_letter", "irreversible", ("send", "write", "remind"), {"to": SinkRow("recipient")}
        ),
        ToolRow("till", "pay_bill", "irreversible", ("pay", "settle"), _OBJECT),
    )
}
GRANTS = [GrantRow(tool, None, 9) for tool in TOOLS]


def answer(request: str, tool: str) -> str:
    """Return what a request says to a tool: ``open``, ``ask`` or ``deny``."""
    found = narrow(GRANTS, TOOLS, request).refusals.get(tool)
    return "open" if found is None else found.answer


@pytest.mark.parametrize(
    "request_",
    [
        "Say no to the podcast.",
        "The fair asks again, say no but leave them a nice line.",
        "Answer no, thanks.",
        "Answer no because the boat is in the yard.",
        "Please say no to Ines.",
        "Respond no to the harvest supper and yes to the tasting.",
        "Yes to Carla's site visit.",
        "No to the school's tour, we are short of guides.",
        "The tasting on Friday: yes to that.",
        "Yes to the choir and no to the band.",
    ],
)
def test_no_as_an_answer_asks_for_it(request_: str) -> None:
    assert answer(request_, "rota/answer_invitation") == "open"


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Send no letter to the vet.", "post/send_letter"),
        ("Answer no letters today.", "post/reply_letter"),
        ("Reply to nobody.", "post/reply_letter"),
        ("Reply to no one yet.", "post/reply_letter"),
        ("Write nothing.", "post/send_letter"),
        ("Pay no bill before Friday.", "till/pay_bill"),
        ("Accept no invitation.", "rota/answer_invitation"),
    ],
)
def test_no_of_a_thing_forbids(request_: str, tool: str) -> None:
    assert answer(request_, tool) == "deny"


@pytest.mark.parametrize(
    "request_",
    [
        "Don't reply to Greta. Henrik's letter needs an answer.",
        "Henrik's letter needs an answer. Do not answer the one from the bank.",
        "Do not write back to the agency. The vet's letter wants an answer though.",
    ],
)
def test_a_negation_of_one_thing_leaves_others_to_a_person(request_: str) -> None:
    assert answer(request_, "post/reply_letter") == "ask"


@pytest.mark.parametrize(
    "request_",
    [
        "Don't reply to anybody. Henrik's letter needs an answer.",
        "Do not answer any letter, the vet's needs an answer from me.",
        "Don't reply. Henrik's letter needs an answer.",
        "Don't reply to Greta.",
        "Don't reply to Greta and show me her letter.",
        "Never reply to all of them. Henrik's letter needs an answer.",
    ],
)
def test_a_negation_of_all_forbids(request_: str) -> None:
    assert answer(request_, "post/reply_letter") == "deny"


@pytest.mark.parametrize(
    "request_",
    [
        "He said yes to the tasting.",
        "Did Carla say yes to the visit?",
        "Who said no to the tour?",
    ],
)
def test_what_others_have_answered_asks_for_nothing(request_: str) -> None:
    assert answer(request_, "rota/answer_invitation") != "open"


@pytest.mark.parametrize(
    "request_",
    [
        "Chase Blum, they are three weeks late.",
        "Nudge the vet about the certificate.",
        "Chase up the printer.",
    ],
)
def test_to_chase_somebody_asks_to_write_to_him(request_: str) -> None:
    assert answer(request_, "post/send_letter") == "open"


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Ines never answered the letter of the fair. Write to her.", "post/reply_letter"),
        ("The vet has never answered us, send him a letter again.", "post/reply_letter"),
        ("They never paid us, so settle the bill of the vet and remind them.", "till/pay_bill"),
    ],
)
def test_what_was_never_done_is_not_forbidden(request_: str, tool: str) -> None:
    refusal = narrow(GRANTS, TOOLS, request_).refusals.get(tool)
    assert refusal is None or refusal.rule != "request.forbids"
    assert answer(request_, "post/send_letter") == "open"


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("The letter of the fair is never answered. Write to Ines.", "post/reply_letter"),
        ("Bills of the vet must never get paid. Write to Ines.", "till/pay_bill"),
        ("Ines should never be reminded.", "post/send_letter"),
        ("The bills shouldn't have ever been never paid.", "till/pay_bill"),
        ("Never answered? Leave it, never answer the fair.", "post/reply_letter"),
    ],
)
def test_what_is_never_to_be_done_is_not_asked_for(request_: str, tool: str) -> None:
    assert answer(request_, tool) == "deny"
