"""A trace across departments, as who sees one of them may see it."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from podium.evidence.veiled import SOURCE, veiled


def span(number, parent, department, **attributes):
    name = f"{department}-{number}-step"
    return {
        "trace_id": "t" * 32, "span_id": name + "-id", "parent_span_id": parent, "name": name,
        "kind": "CLIENT", "start_ns": 10**9 + number * 1_001, "end_ns": 2 * 10**9 + number * 1_001,
        "status": "OK", "status_message": None, "source": "ledger",
        "attributes": {"podium.department": f"acme/{department}", "podium.cost.nano_usd": 10**6 + number,
                       **attributes},
    }  # fmt: skip


@st.composite
def forests(draw):
    """Spans of two departments; each hangs below any other, below itself, or below none."""
    departments = draw(st.lists(st.sampled_from(["mine", "theirs"]), min_size=1, max_size=12))
    ids = [f"{department}-{number}-step-id" for number, department in enumerate(departments)]
    return [
        span(number, draw(st.sampled_from([None, "lost", *ids])), department)
        for number, department in enumerate(departments)
    ]


@given(forests())
def test_nothing_of_another_department_shows(spans):
    """Their own spans are all there as they were; of the others there is how many, and no more."""
    mine = {it["span_id"]: it for it in spans if "mine" in it["name"]}
    found = veiled(spans, ("mine",))
    if not mine:
        assert found == []
        return
    nodes = [it for it in found if it["source"] == SOURCE]
    shown = {it["span_id"]: it for it in found if it["source"] != SOURCE}
    assert {id_: {**it, "parent_span_id": 0} for id_, it in shown.items()} == {
        id_: {**it, "parent_span_id": 0} for id_, it in mine.items()
    }
    counted = sum(int(re.fullmatch(r"(\d+) spans? of another department", it["name"])[1]) for it in nodes)
    assert counted == len(spans) - len(mine)
    assert "theirs" not in json.dumps(found)
    told = {time for it in mine.values() for time in (it["start_ns"], it["end_ns"])}
    assert all({it["start_ns"], it["end_ns"]} <= told and not it["attributes"] for it in nodes)
    for id_, it in shown.items():
        before = mine[id_]["parent_span_id"]
        hidden = before not in mine and before not in {None, "lost"}
        assert (it["parent_span_id"] in {node["span_id"] for node in nodes}) is hidden
        assert hidden or it["parent_span_id"] == before


def test_what_hangs_together_is_one_node():
    """Three spans of another department between two of theirs are one node between these; what has nothing of
    theirs below it joins where it hangs; who sees all sees them as they are."""
    mine, low = span(1, None, "mine"), span(5, "theirs-4-step-id", "mine")
    between = [span(2, "mine-1-step-id", "theirs"), span(3, "theirs-2-step-id", "theirs")]
    between.append(span(4, "theirs-3-step-id", "theirs"))
    leaves = [span(number, "mine-1-step-id", "theirs") for number in (6, 7)]
    low["attributes"]["podium.window.against"] = "theirs-2-step-id"
    spans = [mine, *between, low, *leaves]
    found = veiled(spans, ("mine",))
    assert [(it["name"], it["parent_span_id"]) for it in found if it["source"] == SOURCE] == [
        ("2 spans of another department", "mine-1-step-id"),
        ("3 spans of another department", "mine-1-step-id"),
    ]
    (lowest,) = (it for it in found if it["name"] == "mine-5-step")
    assert next(it["name"] for it in found if it["span_id"] == lowest["parent_span_id"]).startswith("3 spans")
    assert "podium.window.against" not in lowest["attributes"]
    assert {it["span_id"] for it in veiled(spans, ("acme",))} == {it["span_id"] for it in spans}
