"""Audits over whole traces: verdicts, where they point, and what is said while the trace goes on."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from podium.evidence import semconv
from podium.evidence.audits.rules import Audit, Finding, Rule, judge, vocabulary_of
from podium.evidence.audits.sentences import Vocabulary
from podium.kernel.spans import Span
from tests.evidence.audits.traces import chat, span, tool, tools

SENTENCES = [
    "a before b",
    "a followed by b within 2 steps",
    "at most 2 a",
    "never same call repeated 2 times",
    "never same call repeated 2 times in a row",
    "never no progress for 2 steps",
    "cost at most 0.000000005 USD",
    "the argument to of b came from the result of a or the request",
    "every claim of kind number has a source",
    "never (error and irreversible)",
]


def audit(*sentences: str, judges: dict[str, dict[str, bool | None]] | None = None, **let: Any) -> Audit:
    words = vocabulary_of({"a": {"tool": "a"}, "b": {"tool": "b"}, **let}, judges)
    return Audit("it", [Rule(str(number), says) for number, says in enumerate(sentences)], words)


def of(finding: Finding) -> tuple[str, bool, list[int]]:
    return finding.verdict, finding.final, [int(span_id, 16) for span_id in finding.spans]


STEPS = st.one_of(
    st.builds(
        lambda name, arguments, result, more: tool(0, name, arguments, result, **more),
        st.sampled_from("abc"),
        st.none() | st.fixed_dictionaries({"to": st.sampled_from(("ann", "bob"))}),
        st.none() | st.fixed_dictionaries({"found": st.sampled_from(("ann", "41"))}),
        st.sampled_from(({}, {semconv.COST_NANO_USD: 3}, {semconv.TOOL_EFFECT: "irreversible"})),
    ),
    st.builds(
        chat, st.just(0), st.none() | st.sampled_from(("41 pieces", "none")), st.none() | st.just("ask ann")
    ),
)


@given(st.lists(STEPS, max_size=8))
def test_live_is_offline_on_every_prefix(steps: list[Span]) -> None:
    """What a live run says after each step is what a judge says of the trace up to it; final stays final."""
    rules = audit(*SENTENCES)
    live = rules.run()
    numbered = [span(number, one.name, one.status, **one.attributes) for number, one in enumerate(steps)]
    final: dict[str, str] = {}
    for length in range(len(numbered) + 1):
        standing = live.standing()
        assert [of(finding) for finding in standing] == [of(one) for one in judge(rules, numbered[:length])]
        for finding in standing:
            assert final.get(finding.rule.name, finding.verdict) == finding.verdict
            if finding.final:
                final[finding.rule.name] = finding.verdict
        if length < len(numbered):
            live.step(numbered[length])


def test_a_violation_is_told_once_when_it_happens() -> None:
    """A step returns the rules that it breaks for good, and no later one does again."""
    run = audit("never b", "a before b", "eventually c", c={"tool": "c"}).run()
    told = [[rule.name for rule in run.step(step)] for step in tools("xbab")]
    assert told == [[], ["0", "1"], [], []]


def test_a_failure_points_at_its_steps() -> None:
    """The step that broke a rule; of a count, all; of what never came, what asked for it."""
    cases = [
        ("never b", "aabab", ("fail", True, [2])),
        ("a before b", "xbab", ("fail", True, [1])),
        ("a followed by b", "abxa", ("fail", False, [3])),
        ("a followed by b within 2 steps", "xaxxb", ("fail", True, [1])),
        ("at most 2 a", "axaxaa", ("fail", True, [0, 2, 4])),
        ("eventually b", "aab", ("pass", True, [2])),
        ("eventually b", "aaa", ("fail", False, [])),
        ("never b", "aaa", ("pass", False, [])),
        ("never same call repeated 1 times", "a", ("fail", True, [0])),
    ]
    for sentence, names, expected in cases:
        assert of(judge(audit(sentence), tools(names))[0]) == expected, sentence


def test_what_was_not_recorded_is_unknown() -> None:
    """Without content a rule on arguments is unknown, where it matters, and says at which step."""
    steps = [tool(0, "pay", {"amount": 3}, {}), tool(1, "pay"), tool(2, "look", {}, {})]
    rule = audit("never big", big={"tool": "pay", "arguments.amount": "> 100"})
    assert of(judge(rule, steps)[0]) == ("unknown", False, [1])
    assert of(judge(rule, [*steps, tool(3, "pay", {"amount": 101}, {})])[0]) == ("fail", True, [3])
    assert of(judge(rule, [steps[0], steps[2]])[0])[0] == "pass"


def test_repeated_calls() -> None:
    """Same tool, same arguments, in whatever order their names; in a row means without another in between."""
    calls = [
        tool(0, "find", {"q": 1, "r": 2}),
        tool(1, "find", {"r": 2, "q": 1}),
        tool(2, "find", {"q": 2}),
        tool(3, "find", {"q": 1, "r": 2}),
    ]
    rules = audit(
        "never same call repeated 2 times",
        "never same call repeated 3 times",
        "never same call repeated 3 times in a row",
        "never same call repeated 2 times in a row",
    )
    assert [of(finding)[::2] for finding in judge(rules, calls)] == [
        ("fail", [1]), ("fail", [3]), ("pass", []), ("fail", [1]),
    ]  # fmt: skip


def test_progress_is_a_new_call_or_a_new_result() -> None:
    """Calls made before that give what was given before are no progress; models' turns do not count."""
    steps = [
        tool(0, "find", {"q": 1}, "none"),
        tool(1, "find", {"q": 1}, "none"),
        chat(2, "again"),
        tool(3, "find", {"q": 1}, "none"),
        tool(4, "find", {"q": 2}, "none"),
        tool(5, "find", {"q": 2}, "some"),
        tool(6, "find", {"q": 2}, "some"),
    ]
    rules = audit("never no progress for 2 steps", "never no progress for 3 steps")
    assert [of(finding)[::2] for finding in judge(rules, steps)] == [("fail", [3]), ("pass", [])]


def test_ceilings_sum_over_the_run() -> None:
    """Cost in USD and tokens add up exactly; time runs from the first step's start to the last one's end."""
    used = {semconv.COST_NANO_USD: 500_000_001, semconv.INPUT_TOKENS: 7, semconv.OUTPUT_TOKENS: 3}
    steps = [chat(1, **used), chat(2, **used)]
    fail = ("cost at most 1 USD", "tokens at most 19", "time at most 1 s")
    hold = ("cost at most 1.000000002 USD", "tokens at most 20", "time at most 1.5 s")
    assert [finding.verdict for finding in judge(audit(*fail, *hold), steps)] == ["fail"] * 3 + ["pass"] * 3


def test_where_an_argument_came_from() -> None:
    """A payee is from the lookup or the request, not a part of a longer word; else it fails there."""
    rule = audit(
        "the argument to of pay came from the result of look or the request",
        pay={"tool": "pay"},
        look={"tool": "look*"},
    )
    asked = chat(0, "yes", "Pay Jane Doe what we owe")
    look = tool(1, "lookup", {}, {"iban": "DE89 3704 0044", "names": ["Ann Lee"]})
    web = tool(2, "browse", {}, {"text": "pay to XX99 1111"})
    for to, expected in (
        ("DE89 3704 0044", "pass"),
        ("de89-3704-0044", "pass"),
        ("Jane Doe", "pass"),
        ("Ann Lee", "pass"),
        ("XX99 1111", "fail"),
        ("DE89", "pass"),
        ("E89", "fail"),
        ("Lee Jane", "fail"),
    ):
        found = judge(rule, [asked, look, web, tool(3, "pay", {"to": to}, {})])[0]
        assert of(found)[::2] == (expected, [] if expected == "pass" else [3]), to
    early = [asked, tool(1, "pay", {"to": "Ann Lee"}, {}), tool(2, "lookup", {}, {"name": "Ann Lee"})]
    assert judge(rule, early)[0].verdict == "fail"
    unseen = [asked, tool(1, "lookup"), tool(2, "pay", {"to": "Ann Lee"}, {})]
    assert judge(rule, unseen)[0].verdict == "unknown"


def test_claims_have_sources() -> None:
    """Numbers of an answer stand in results or in the request, whatever separates their thousands."""
    rule = audit("every claim of kind number has a source")
    asked, found = chat(0, "", "How many of 12?"), tool(1, "count", {}, {"total": 1234567.5})
    for said, expected in (
        ("All 12 of 1,234,567.5", "pass"),
        ("1234567.5", "pass"),
        ("13 of them", "fail"),
        ("no number", "pass"),
    ):
        assert judge(rule, [asked, found, chat(2, said)])[0].verdict == expected, said
    assert judge(rule, [asked, tool(1, "count"), chat(2, "13")])[0].verdict == "unknown"
    assert judge(rule, [chat(0)])[0].verdict == "unknown"


def test_judges() -> None:
    """A judged sentence is unknown at steps that judges did not agree on."""
    verdicts = {f"{0:016x}": True, f"{1:016x}": None, f"{2:016x}": False}
    for count, expected in ((1, "pass"), (2, "unknown"), (3, "fail")):
        rule = audit("always judged kind", judges={"kind": verdicts})
        assert judge(rule, tools("aaa")[:count])[0].verdict == expected


def test_fields_of_steps() -> None:
    """Texts with * and expressions, comparisons, lists, and attributes by their full names."""
    step = tool(
        0,
        "send_mail",
        {"to": ["ann@x.example"], "n": 3},
        "sent",
        **{semconv.FINISH_REASONS: ["stop"], "my.own": True, semconv.COST_NANO_USD: 300_000_000},
    )
    words: dict[str, object]
    for words, expected in (
        ({"tool": "send_*"}, "pass"),
        ({"tool": "/^mail/"}, "fail"),
        ({"tool": ["x", "send_mail"]}, "pass"),
        ({"arguments.to": "*@x.example"}, "pass"),
        ({"arguments.to.0": "ann@x.example"}, "pass"),
        ({"arguments.n": 3}, "pass"),
        ({"arguments.n": ">= 3.5"}, "fail"),
        ({"arguments.none": "x"}, "fail"),
        ({"result": "sent"}, "pass"),
        ({"finish": "stop"}, "pass"),
        ({"my.own": True}, "pass"),
        ({"my.own": 1}, "fail"),
        ({"duration_s": "= 0.5"}, "pass"),
        ({"cost_usd": "= 0.3"}, "pass"),
        ({"cost_usd": 0.3}, "pass"),
        ({"cost_usd": "> 0.3"}, "fail"),
        ({"status": "unset"}, "pass"),
        ({"name": "execute_tool*"}, "pass"),
        ({"output": "x"}, "fail"),
    ):
        audit_of = Audit("it", [Rule("r", "it_is")], vocabulary_of({"it_is": words}))
        assert judge(audit_of, [step])[0].verdict == expected, words


def test_an_empty_audit_and_an_empty_trace() -> None:
    """Nothing is asked, nothing is found; of no step, what must come fails and what must not passes."""
    assert judge(Audit("it", [], Vocabulary()), tools("a")) == []
    assert [of(one) for one in judge(audit("never a", "eventually a"), [])] == [
        ("pass", False, []), ("fail", False, []),
    ]  # fmt: skip
