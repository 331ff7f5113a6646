"""Labels join over steps, and only ever get worse."""

from hypothesis import given
from hypothesis import strategies as st

from podium.trust.tools import FieldLabel, ReturnsRow
from podium.trust.values.label_flow import FlowCall, label_flow, result_label
from podium.trust.values.labels import BEST, CONFIDENTIALITIES, INTEGRITIES, Label


def call(number, returns=None, *, effect="read", outcome="succeeded", verdict="allow"):
    return FlowCall(
        call_id=f"tcl_{number}", task_id="task_1", agent="a", tool="s/t", at_ns=number, effect=effect,
        verdict=verdict, rule="r", outcome=outcome, returns=returns,
    )  # fmt: skip


RETURNS = st.builds(
    ReturnsRow, integrity=st.sampled_from(INTEGRITIES), confidentiality=st.sampled_from(CONFIDENTIALITIES)
)


@given(st.lists(st.tuples(RETURNS, st.sampled_from(["succeeded", "failed", None])), max_size=12))
def test_labels_only_get_worse_and_a_change_has_its_cause(given_calls):
    """Each step begins where the one before ended; who lowered or raised is the last that did; what brought
    nothing back changes nothing."""
    steps = label_flow(call(n, returns, outcome=outcome) for n, (returns, outcome) in enumerate(given_calls))
    label, lowered_by, raised_by = BEST, None, None
    for step in steps:
        assert (step.before, step.lowered_by, step.raised_by) == (label, lowered_by, raised_by)
        assert step.after == (label if step.result is None else label.join(step.result))
        assert INTEGRITIES.index(step.after.integrity) <= INTEGRITIES.index(label.integrity)
        assert CONFIDENTIALITIES.index(step.after.confidentiality) >= CONFIDENTIALITIES.index(
            label.confidentiality
        )
        assert (step.result is None) is (step.call.outcome != "succeeded")
        lowered_by = step.call.call_id if step.lowered else lowered_by
        raised_by = step.call.call_id if step.raised else raised_by
        label = step.after
    assert (lowered_by is None) is (label.integrity == BEST.integrity)


def test_the_label_of_a_result_is_the_worst_it_may_hold():
    """A field may be worse than the rest; of a tool that nobody has declared nothing is trusted."""
    fields = {"body": FieldLabel(integrity="public"), "iban": FieldLabel(confidentiality="secret")}
    assert result_label(ReturnsRow("user", "public", None, fields)) == Label("public", "secret")
    assert result_label(None) == Label("public", "private")


def test_what_acts_after_a_strangers_words():
    """An act that follows says under which labels it was decided, and whose result made them so."""
    read, act = label_flow(
        [
            call(1, ReturnsRow("public", "private")),
            call(2, effect="irreversible", outcome=None, verdict="deny"),
        ]
    )
    assert (read.lowered, read.raised, read.acts) == (True, True, False)
    assert (act.acts, act.before, act.lowered_by) == (True, Label("public", "private"), "tcl_1")
