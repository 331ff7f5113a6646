"""Tasks under audits while their spans arrive: in any order, in any parts."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from podium.evidence.audits import live as lives
from podium.evidence.audits.live import LiveTask
from podium.evidence.audits.ordering import steps_of
from podium.evidence.audits.rules import judge
from podium.kernel.spans import Span
from tests.evidence.audits.test_rules import SENTENCES, STEPS, audit, of
from tests.evidence.audits.traces import chat, span, tool, tools


def told(task: LiveTask, *spans: Span) -> list[str]:
    return [finding.rule.name for _, finding in task.take(spans)]


@given(st.lists(STEPS, max_size=7), st.randoms(use_true_random=False), st.integers(1, 3))
def test_whatever_the_order_of_arrival(steps: list[Span], shuffled, parts: int) -> None:
    """After every arrival the verdicts are those of an offline run over what has arrived."""
    numbered = [span(number, one.name, one.status, **one.attributes) for number, one in enumerate(steps)]
    shuffled.shuffle(numbered)
    rules = audit(*SENTENCES)
    task = LiveTask([("it", rules)])
    arrived: list[Span] = []
    while numbered:
        part, numbered = numbered[:parts], numbered[parts:]
        arrived += part
        task.take([*part, part[0]])
        standing = [of(finding) for _, finding in task.standing()]
        assert standing == [of(one) for one in judge(rules, steps_of(arrived))]
        assert task.taken == len(arrived)


def test_a_violation_is_told_once() -> None:
    """It is told with the span that breaks the rule, and neither again nor when a late span judges anew."""
    task = LiveTask([("it", audit("never b", "at most 1 a"))])
    assert told(task, *tools("xa")) == []
    first, second, third = tool(5, "b"), tool(3, "a"), tool(4, "b")
    assert told(task, first) == ["0"]
    assert told(task, second) == ["1"]
    assert told(task, third, first) == []
    assert task.span(third.span_id).name == "execute_tool b"


def test_a_call_that_is_told_twice_is_one_step() -> None:
    """A program's span and Podium's own below it count once, whichever comes first; Podium's own counts."""
    reported = tool(1, "pay")
    own = msgspec.structs.replace(tool(2, "bank/pay"), source="tools", parent_span_id=reported.span_id)
    around = msgspec.structs.replace(chat(0), name="chat around")
    inner = msgspec.structs.replace(tool(3, "bank/pay"), source="tools", parent_span_id=around.span_id)
    for order in ([reported, own], [own, reported]):
        task = LiveTask([("it", audit("at most 1 tool_call"))])
        for one in order:
            assert told(task, one) == []
        assert [step.name for step in steps_of(order)] == ["execute_tool bank/pay"]
        assert told(task, around, inner) == ["0"]  # a call of a tool below one of a model is another one


def test_a_very_long_task(monkeypatch) -> None:
    """Beyond a number of steps, spans are taken in the order in which they arrive; each still counts once."""
    monkeypatch.setattr(lives, "MOST_STEPS", 2)
    task = LiveTask([("it", audit("a before b"))])
    one, two, three = tool(3, "x"), tool(4, "b"), tool(1, "a")
    assert told(task, one, two, span(9, "no step")) == ["0"]
    assert told(task, three, three, span(8, "no step")) == []
    assert task.taken == 3
