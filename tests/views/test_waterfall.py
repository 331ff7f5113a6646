"""A trace as columns for a browser."""

from hypothesis import given
from hypothesis import strategies as st

from podium.ports.spans import OutlineSpan
from podium.views.waterfall import waterfall


def span(number, parent=None, **more):
    values = {
        "span_id": f"{number:016x}", "parent_span_id": f"{parent:016x}" if parent else None,
        "name": f"step {number % 3}", "start_ns": 1_000_000 * number, "duration_ns": 5_000, "failed": False,
        "source": "otlp", "agent": None, "what": None, "verdict": None, "input_tokens": None,
        "output_tokens": None, "cost_nano_usd": None,
    }  # fmt: skip
    return OutlineSpan(**values | more)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_every_span_is_a_row_and_what_is_below_it_follows(parents):
    """Whatever the tree: each span stands once, and the rows below a row are those up to its `after`."""
    spans = [span(number, parent) for number, parent in enumerate(parents, 1)]
    found = waterfall("t", spans)
    assert sorted(found.ids) == sorted(one.span_id for one in spans)
    for place, (depth, after) in enumerate(zip(found.depth, found.after, strict=True)):
        assert all(below > depth for below in found.depth[place + 1 : after])
        assert after == len(spans) or found.depth[after] <= depth


def test_texts_stand_once_and_figures_are_small():
    """Texts are said once, times count from the first start in microseconds, what is not known is -1."""
    found = waterfall(
        "t",
        [
            span(1),
            span(4, 1, source="ledger", agent="a", what="m", input_tokens=7, cost_nano_usd=9),
            span(7, 1, source="tools", agent="a", what="s/t", verdict="deny", failed=True, duration_ns=5_600),
        ],
    )
    assert [found.texts[place] for place in found.name] == ["step 1"] * 3
    assert [found.texts[place] if place >= 0 else None for place in found.what] == [None, "m", "s/t"]
    assert (found.agent[0], found.agent[1] == found.agent[2]) == (-1, True)
    assert (found.at, found.took, found.length_us) == ([0, 3000, 6000], [5, 5, 6], 6006)
    assert (found.source, found.failed, found.depth) == ([2, 0, 1], [0, 0, 1], [0, 1, 1])
    assert (found.input, found.output, found.cost) == ([-1, 7, -1], [-1, -1, -1], [-1, 9, -1])
    assert found.start_ms == 1.0
