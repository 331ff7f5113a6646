"""What a request calls by a word and its kind, beside another thing: *the budget document*."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

SEARCH = ToolRow(
    "docs",
    "search_documents",
    "read",
    returns=ReturnsRow(
        "public",
        object=ObjectRow("documents", "id", ("title",)),
        fields={"documents[].id": FieldLabel("organisation")},
    ),
)
APPEND = ToolRow(
    "docs",
    "append_text",
    "write",
    ("put", "append", "add"),
    {"document_id": SinkRow("object"), "text": SinkRow("text", readers="organisation")},
    ReturnsRow("organisation"),
)
QUOTE = {"documents": [{"id": "D-114", "title": "Gatewright: quote for spare parts"}]}
BUDGET = {"documents": [{"id": "D-103", "title": "Budget 2026-27"}]}
ROTA = {"documents": [{"id": "D-120", "title": "Rota of the crew"}]}


def _answer(request: str, value: str, *read: dict[str, Any]) -> str:
    world = World(request)
    for one in read:
        world.read(SEARCH, one, words="spare parts")
    return world.call(APPEND, document_id=value, text="8,640.00 net").answer


@pytest.mark.parametrize(
    "request_",
    [
        "Look up what the spare parts cost in the quote, and put it at the end of the budget document.",
        "Read the quote for spare parts and put what it says below our budget document",
    ],
)
def test_it_is_asked_about(request_: str) -> None:
    """It may be meant beside what is named: a person says so, and nothing else is asked about."""
    assert _answer(request_, "D-103", QUOTE, BUDGET) == "ask"
    assert _answer(request_, "D-120", QUOTE, BUDGET, ROTA) == "deny"


@pytest.mark.parametrize(
    "request_",
    [
        "Look up what the spare parts cost in the quote, and put it below the document on the budget.",
        "Put the budget's sum at the end of the quote for spare parts",
    ],
)
def test_a_word_alone_does_not_do(request_: str) -> None:
    """Of what is not called so by its kind the other one is meant."""
    assert _answer(request_, "D-103", QUOTE, BUDGET) == "deny"


def test_a_word_that_the_named_one_has() -> None:
    """It tells nothing: the named one is called so."""
    quotes = {"documents": [{"id": "D-9", "title": "Quote"}]}
    request = "Put it at the end of the quote document, the quote for spare parts of Gatewright"
    assert _answer(request, "D-9", QUOTE, quotes) != "allow"
