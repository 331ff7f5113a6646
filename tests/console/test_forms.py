"""Forms are there for who may send them; who may not is told who does."""

import pytest

from podium.console.address import Address
from podium.console.breakers import decide_form
from podium.console.override import override_form
from podium.trust.people import Person
from podium.views.breakers import BreakerDetail, BreakerView

BREAKER = BreakerDetail(
    BreakerView("agent/payer", "paused", "acme/finance", 60, 600, 0, 0, None, None, 0, 0, True), []
)
LIMIT = Address.parse("/money/override?limit=department/finance/usd/month")


@pytest.mark.parametrize(
    ("roles", "decides", "asks"),
    [
        (("viewer",), False, False),
        (("viewer:finance",), False, False),
        (("reader:finance", "viewer"), False, False),
        (("approver:support", "viewer"), False, True),
        (("approver:finance",), True, True),
        (("approver:acme",), True, True),
        (("operator",), True, True),
        (("admin",), True, True),
    ],
)
def test_who_sees_which_form(roles: tuple[str, ...], decides: bool, asks: bool) -> None:
    """Of a breaker operators and those who decide for its department, of a limit who may ask at all."""
    who = Person("somebody", roles)
    decide, override = decide_form(BREAKER, who), override_form(LIMIT, who)
    assert ("<form" in decide, "<form" in override) == (decides, asks)
    assert decides or "an approver of acme/finance, decides about it" in decide
    assert asks or "asks for more of a limit" in override
