"""Tasks under audits while their spans arrive: in any order, in any parts."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.evidence import semconv
from podium.evidence.audits import live as lives
from podium.evidence.audits.formulas import FALSE, TRUE
from podium.evidence.audits.live import LiveTask
from podium.evidence.audits.ordering import steps_of
from podium.evidence.audits.rules import Audit, Rule, judge, vocabulary_of
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


JUDGED = ("always judged good", "eventually judged good", "never judged good", "a before judged good")


@settings(max_examples=40)
@given(
    st.lists(STEPS, max_size=7),
    st.lists(st.sampled_from((True, False, None)), min_size=7, max_size=7),
    st.randoms(use_true_random=False),
)
def test_votes_that_come_in_any_order(steps: list[Span], votes: list[bool | None], shuffled) -> None:
    """After every span and every vote the verdicts are those of an offline run over the same spans and votes;
    of a step that is not meant nobody is asked."""
    numbered = [span(number, one.name, one.status, **one.attributes) for number, one in enumerate(steps)]
    meant = {it.span_id: it.attributes.get(semconv.TOOL) != "b" for it in numbered}
    events = [(it, None) for it in numbered] + [(None, it.span_id) for it in numbered if meant[it.span_id]]
    shuffled.shuffle(events)
    rows = [Rule(str(place), says, "safety") for place, says in enumerate((*JUDGED, *SENTENCES[:1]))]
    words = {"a": {"tool": "a"}, "b": {"tool": "b"}}
    live = Audit("it", rows, vocabulary_of(words, {"good": {}}))
    task = LiveTask([("it", live)], {"it": {"good": lambda it: TRUE if meant[it.span_id] else FALSE}})
    arrived: list[Span] = []
    known: dict[str, bool | None] = {}
    for one, voted in events:
        if one is not None:
            arrived.append(one)
            task.take([one])
            known |= {} if meant[one.span_id] else {one.span_id: False}
        else:
            known[voted] = votes[int(voted, 16)]
            task.judge([("it", "good", voted, known[voted])])
        offline = Audit("it", rows, vocabulary_of(words, {"good": known}))
        assert [of(it) for _, it in task.standing()] == [of(it) for it in judge(offline, steps_of(arrived))]
    assert {it.span_id for _, _, it, _ in task.fresh} == {
        name for name, is_meant in meant.items() if is_meant
    }
    named = {finding.rule.name for _, judges, finding in task.judged_rules() if judges == {"good"}}
    assert named == {str(place) for place in range(len(JUDGED))}


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


def ask(number: int, name: str = "pay", approval: str = "case_1", **more: Any) -> Span:
    said = {semconv.VERDICT: "ask", semconv.OUTCOME: "refused", semconv.APPROVAL: approval}
    said[semconv.REQUEST_DIGEST] = name
    return msgspec.structs.replace(tool(number, name, **said, **more), source="tools")


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(("1", "2", None))), max_size=8),
    st.randoms(use_true_random=False),
)
def test_what_waits_for_a_person_is_one_step(calls: list[tuple[str, str | None]], shuffled) -> None:
    """However often a call is repeated until somebody answers, in any order of arrival."""
    spans = [
        tool(number, name) if approval is None else ask(number, name, approval)
        for number, (name, approval) in enumerate(calls)
    ]
    own = [calls[number][1] is not None and calls[number] in calls[:number] for number in range(len(calls))]
    first = [it.span_id for it, again in zip(spans, own, strict=True) if not again]
    rules = audit(*SENTENCES, "never same call repeated 3 times in a row", "at most 2 asked", "at most 1 a")
    shuffled.shuffle(spans)
    task = LiveTask([("it", rules)])
    arrived: list[Span] = []
    for one in spans:
        arrived.append(one)
        task.take([one])
        assert [of(it) for _, it in task.standing()] == [of(it) for it in judge(rules, steps_of(arrived))]
    assert [step.span_id for step in steps_of(spans)] == first


def test_polls_are_no_loop(monkeypatch) -> None:
    """A call that is asked again until a person answers is no loop; a program cannot claim to wait."""
    loops = "never same call repeated 3 times in a row"
    task = LiveTask([("it", audit(loops))])
    assert told(task, *(ask(number) for number in range(1, 9)), tool(9, "pay")) == []
    assert task.taken == 2
    reported = [msgspec.structs.replace(ask(number), source="otlp") for number in range(1, 9)]
    assert len(steps_of(reported)) == 8
    monkeypatch.setattr(lives, "MOST_STEPS", 1)
    task = LiveTask([("it", audit(loops))])
    task.take([ask(2)])
    task.take([ask(3), ask(1), tool(4, "pay")])
    assert task.taken == 2


def test_a_very_long_task(monkeypatch) -> None:
    """Beyond a number of steps, spans are taken in the order in which they arrive; each still counts once."""
    monkeypatch.setattr(lives, "MOST_STEPS", 2)
    task = LiveTask([("it", audit("a before b"))])
    one, two, three = tool(3, "x"), tool(4, "b"), tool(1, "a")
    assert told(task, one, two, span(9, "no step")) == ["0"]
    assert told(task, three, three, span(8, "no step")) == []
    assert task.taken == 3


def test_a_very_long_task_that_arrives_at_once(monkeypatch) -> None:
    """As after a restart: what is beyond the number of steps still follows those that came first."""
    monkeypatch.setattr(lives, "MOST_STEPS", 2)
    task = LiveTask([("it", audit("a before b", "at most 3 tool_call"))])
    assert told(task, *tools("axb")) == []
    late = msgspec.structs.replace(tool(0, "y"), span_id="e" * 16)
    task = LiveTask([("it", audit("a before b", "at most 3 tool_call"))])
    assert told(task, tool(1, "a")) == []
    assert told(task, late, tool(3, "b"), tool(4, "z")) == ["1"]
    assert task.taken == 4
