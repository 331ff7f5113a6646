"""Which model serves a call."""

from collections import Counter

import pytest

from podium.gateway.choose import decide_order
from podium.kernel.call import Request
from podium.kernel.errors import InvalidRequest
from podium.manifest.snapshot import Candidate, ModelRow, RouteRow, Snapshot


def model(name: str, *capabilities: str) -> ModelRow:
    return ModelRow(name, "p", name, None, 1000, 100, capabilities=frozenset(capabilities))


MODELS = {row.name: row for row in (model("a"), model("b", "vision"), model("c", "vision"))}
SNAPSHOT = Snapshot(1, "d", "acme", {}, MODELS, {}, {}, {})
ROUTE = RouteRow("r", "chat", (Candidate("a", 3), Candidate("b", 1)), ("c", "a"))


def request(*needs: str) -> Request:
    return Request("chat", "r", {}, 10, needs=frozenset(needs))


def number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def test_candidates_share_by_weight_and_fallbacks_follow_in_order() -> None:
    """Weights 3 and 1 give exactly three quarters over all residues; the rest keeps the route's order."""
    orders = Counter(
        tuple(m.name for m in decide_order(SNAPSHOT, ROUTE, request(), lambda _n, v=value: number(v)))
        for value in range(400)
    )
    assert orders == {("a", "b", "c"): 300, ("b", "a", "c"): 100}


def test_models_without_the_capability_are_passed_over() -> None:
    """A request with an image goes only to models that declare vision."""
    order = decide_order(SNAPSHOT, ROUTE, request("vision"), lambda _n: number(0))
    assert [m.name for m in order] == ["b", "c"]


def test_a_need_that_no_model_meets_is_refused_by_name() -> None:
    """The refusal names the missing capability and costs nothing."""
    with pytest.raises(InvalidRequest, match="audio") as caught:
        decide_order(SNAPSHOT, ROUTE, request("audio"), lambda _n: number(0))
    assert caught.value.error_code == "capability_missing"
