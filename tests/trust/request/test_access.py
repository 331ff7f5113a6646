"""Ways to say who may get at something: a guess, which the values of a call have to bear out."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

SHARE = ToolRow(
    "drive",
    "share_file",
    "irreversible",
    ("share", "give access"),
    {"file_id": SinkRow("object"), "email": SinkRow("recipient"), "role": SinkRow("value")},
)


@pytest.mark.parametrize(
    "request_",
    [
        "Mia needs to be able to read the roadmap, please.",
        "Mia needs to see the roadmap.",
        "Noa needs access to the budget",
        "Our accountant needs to read the ledger, can you see to it?",
    ],
)
def test_who_needs_to_see_it(request_: str) -> None:
    """It seems to ask for that, and opens nothing by itself."""
    refusal = narrow([GrantRow(SHARE.id)], {SHARE.id: SHARE}, request_).refusals[SHARE.id]
    assert (refusal.answer, refusal.rule) == ("ask", "request.manner")
