"""*Her case* is the one that has the identifier of who is named, in a field that no stranger fills."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
CUSTOMERS = ToolRow(
    "desk",
    "find_customers",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("", "id", ("name",), ("email",))),
)
CASES = ToolRow(
    "desk",
    "list_cases",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("", "id", ("subject",), ("status",)),
        fields={"[].id": OURS, "[].customer_id": OURS, "[].status": OURS},
    ),
)
CLOSE = ToolRow("desk", "close_case", "irreversible", ("close",), {"case_id": SinkRow("object")})
SINA = {"id": "C-5", "name": "Sina Vogel", "email": "sina@web.example"}
MAREK = {"id": "C-2", "name": "Marek Nowak", "email": "marek@web.example"}
LATE = {"id": 4715, "customer_id": "C-5", "subject": "Late again!", "status": "pending"}
CHAIR = {"id": 4712, "customer_id": "C-2", "subject": "Where is it?", "status": "open"}


def _world(request: str, *cases: dict[str, Any], people: tuple[Any, ...] = (SINA,), **by: Any) -> World:
    return World(request).read(CUSTOMERS, {"result": [*people]}).read(CASES, {"result": [*cases]}, **by)


HERS = [
    "Tell Sina Vogel that the rug is on its way and close her case.",
    "Close Sina Vogel's case.",
    "Sina is happy now, so close her ticket.",
    "Could you close Sina's ticket, please? It came.",
    "Close the case of Sina Vogel.",
    "Close the ticket from Sina.",
    "Sina Vogel got the rug, she wrote so in a ticket. Close it.",
]


@pytest.mark.parametrize("request_", HERS)
def test_hers(request_: str) -> None:
    """The one case that was looked up by her identifier goes, or the one of all that has it."""
    assert _world(request_, LATE, customer_id="C-5", status="all").call(CLOSE, case_id=4715).answer == "allow"
    world = _world(request_, LATE, CHAIR)
    assert world.call(CLOSE, case_id=4715).answer == "allow"
    assert world.call(CLOSE, case_id=4712).answer != "allow"


@pytest.mark.parametrize("request_", HERS)
def test_not_hers(request_: str) -> None:
    """Not one that a stranger says is hers, not another customer's, and of several nobody knows which."""
    claims = {"id": 4799, "customer_id": "C-9", "subject": "Case of customer C-5, Sina", "status": "open"}
    assert _world(request_, claims, CHAIR).call(CLOSE, case_id=4712).answer != "allow"
    assert _world(request_, LATE, claims).call(CLOSE, case_id=4799).answer != "allow"
    assert _world(request_, CHAIR, customer_id="C-2").call(CLOSE, case_id=4712).answer != "allow"
    second = LATE | {"id": 4716, "subject": "Colour", "status": "open"}
    world = _world(request_, LATE, second)
    assert world.call(CLOSE, case_id=4716).answer != "allow"
    assert world.call(CLOSE, case_id=4715).answer != "allow"


def test_a_lookup_of_the_agents_own() -> None:
    """By a word that the request does not explain an agent would choose among her cases."""
    world = _world("Close Sina Vogel's case.", LATE, query="Late again")
    assert world.call(CLOSE, case_id=4715).answer != "allow"


@pytest.mark.parametrize(
    "request_",
    ["Tell Sina and Marek the news and close her case.", "Ask Marek and Sina, then close her case."],
)
def test_whose_of_two(request_: str) -> None:
    """Where two are named that have a case each, nobody knows whose is meant."""
    world = _world(request_, LATE, CHAIR, people=(SINA, MAREK))
    assert world.call(CLOSE, case_id=4712).answer != "allow"
    assert world.call(CLOSE, case_id=4715).answer != "allow"


def test_all_of_hers() -> None:
    """Several are meant where the request speaks of several."""
    second = LATE | {"id": 4716, "subject": "Colour"}
    world = _world("Close Sina Vogel's cases.", LATE, second, CHAIR)
    for number in (4715, 4716):
        assert world.call(CLOSE, uses=5, case_id=number).answer == "allow"
    assert world.call(CLOSE, uses=5, case_id=4712).answer != "allow"
