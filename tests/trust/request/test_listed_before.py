"""Somebody is to be in several places that are said before the order, which has a pronoun alone."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

WHOM = SinkRow("recipient")
LET = ToolRow("chat", "invite_user", "irreversible", ("invite", "add"), {"channel": WHOM, "user": WHOM})


@pytest.mark.parametrize(
    ("request_", "most"),
    [
        ("Sol needs to be in #general and #workshop, please add him.", 2),
        ("Sol needs to be in #general and #workshop, so could you add him, please?", 2),
        ("Tess belongs in #leads, #accounts and #general, can you invite her?", 3),
        ("Tess should see #leads & #accounts: invite her", 2),
        # one place, none that is to be had, or it is open which
        ("Sol needs to be in #general, please add him.", 1),
        ("#leads and #accounts are full, invite her", 1),
        ("Sol told me about #general and #leads, add him", 1),
        ("Sol wants into #leads or #accounts, invite him", 1),
        ("Sol should not be in #leads and #accounts, add him to #general", 1),
        ("If Sol needs to be in #leads and #accounts, invite him", 1),
        ("Sol should write in #leads and #accounts but is out, invite him", 1),
        ("Sol needs to be in #general and #workshop, add Noa", 1),
    ],
)
def test_as_often_as_there_are_places(request_: str, most: int) -> None:
    """He is let into each of the places that he is said to need, and into no more."""
    grant = narrow([GrantRow(LET.id)], {LET.id: LET}, request_).grant(LET.id)
    assert grant is not None
    assert (grant.uses, grant.past) == (most, "deny" if most == 1 else "ask")
