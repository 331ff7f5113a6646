"""How labels joined over the steps of a task: what each tool result did to them, and what acted after it.

The label of a result is the worst that its tool's declaration allows at any place of it. What was read is
known to all that a delegation does, so that labels join over the calls of all of its tasks.
"""

from collections.abc import Iterable

import msgspec

from podium.trust.tools import ReturnsRow
from podium.trust.values.labels import BEST, Label


class FlowCall(msgspec.Struct, frozen=True):
    """A call of a tool, as it was decided. ``returns``: its tool's declaration, None where there was none."""

    call_id: str
    task_id: str
    agent: str
    tool: str
    at_ns: int
    effect: str | None
    verdict: str
    rule: str
    outcome: str | None
    returns: ReturnsRow | None


class FlowStep(msgspec.Struct, frozen=True):
    """What one call did to the labels, and under which it was decided."""

    call: FlowCall
    before: Label
    after: Label
    result: Label | None
    """Of what came back; None where nothing did."""
    lowered: bool
    """Integrity fell."""
    raised: bool
    """Confidentiality rose."""
    acts: bool
    """It changes something, or whether it does is not known: a sink."""
    lowered_by: str | None
    """The call that made integrity what it was before this one; None: it was the best."""
    raised_by: str | None


def label_flow(calls: Iterable[FlowCall]) -> list[FlowStep]:
    """Return the steps of calls that are given in their order."""
    label, lowered_by, raised_by = BEST, None, None
    steps: list[FlowStep] = []
    for call in calls:
        result = result_label(call.returns) if call.outcome == "succeeded" else None
        after = label if result is None else label.join(result)
        step = FlowStep(
            call=call,
            before=label,
            after=after,
            result=result,
            lowered=after.integrity != label.integrity,
            raised=after.confidentiality != label.confidentiality,
            acts=call.effect != "read",
            lowered_by=lowered_by,
            raised_by=raised_by,
        )
        steps.append(step)
        label = after
        lowered_by = call.call_id if step.lowered else lowered_by
        raised_by = call.call_id if step.raised else raised_by
    return steps


def result_label(returns: ReturnsRow | None) -> Label:
    """Return the worst label that a result may have; of a tool that nothing is known of, a stranger's."""
    returns = returns or ReturnsRow()
    found = Label(returns.integrity, returns.confidentiality)
    rows = [by_value for found in returns.objects for by_value in found.rows.values()]
    special = [one for by_value in (*returns.where.values(), *rows) for one in by_value.values()]
    for field in (*returns.fields.values(), *special):
        found = found.join(
            Label(field.integrity or returns.integrity, field.confidentiality or returns.confidentiality)
        )
    return found
