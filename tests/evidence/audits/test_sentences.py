"""The language of rules: what sentences mean, and what is told of those that mean nothing."""

import pytest

from podium.evidence.audits.rules import Audit, Rule, judge, vocabulary_of
from podium.evidence.audits.sentences import Vocabulary
from podium.kernel.errors import InvalidRequest
from tests.evidence.audits.traces import span, tool, tools


def verdict(sentence: str, names: str) -> str:
    letters = {letter: {"tool": letter} for letter in "abcx"}
    audit = Audit("it", [Rule("r", sentence)], vocabulary_of(letters))
    return judge(audit, tools(names))[0].verdict


@pytest.mark.parametrize(
    ("sentence", "holds", "fails"),
    [
        ("never b", "acx", "acb"),
        ("always (a or b)", "abab", "abc"),
        ("eventually b", "acb", "acc"),
        ("a", "ab", "ba"),
        ("next b", "ab", "bac"),
        ("not a", "ba", "ab"),
        ("a before b", "cab", "cba"),
        ("a before b", "cc", "b"),
        ("a followed by b", "cacb", "cabca"),
        ("a followed by b within 2 steps", "acbx", "accb"),
        ("a followed by b within 1 step", "ab", "acb"),
        ("a immediately followed by b", "cabab", "acb"),
        ("a until b", "aab", "aaa"),
        ("a until b", "b", "acb"),
        ("a unless b", "aaa", "aac"),
        ("at most 2 a", "abab", "aaba"),
        ("at least 2 a", "aba", "abb"),
        ("exactly 1 a", "bab", "aba"),
        ("exactly 1 a", "bab", "bbb"),
        ("at most 1 (a or b)", "ac", "ab"),
        ("eventually a implies eventually b", "ab", "ac"),
        ("eventually a implies eventually b", "cc", "a"),
        ("eventually a and never c", "bab", "bac"),
        ("eventually a and never c or eventually x", "cx", "c"),
        ("tool a before tool b", "ab", "ba"),
        ('never tool "[bc]"', "ax", "ac"),
        ("steps at most 3", "abc", "abca"),
        ("never steps above 3", "abc", "abca"),
        ("Never (b or x).", "ac", "ab"),
    ],
)
def test_meanings(sentence: str, holds: str, fails: str) -> None:
    """A sentence holds of one trace and not of the other."""
    assert verdict(sentence, holds) == "pass"
    assert verdict(sentence, fails) == "fail"


def test_before_wants_a_step_of_its_own() -> None:
    """A step that is both does not come before itself."""
    both = vocabulary_of({"a": {"tool": "*"}, "b": {"tool": "b"}})
    assert judge(Audit("it", [Rule("r", "a before b")], both), tools("b"))[0].verdict == "fail"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("", "ends where something that a step can be was expected"),
        ("never", "ends where something that a step can be was expected"),
        ("never pai", "'pai' at character 7 is not known. Define it in `let`, or use one of: a, "),
        ("a followed b", "'followed' at character 3 where the sentence's end was expected"),
        (
            "a followed by b within two steps",
            "'two' at character 24 where a whole number from 1 to 10000",
        ),
        ("a followed by b within 0 steps", "'0' at character 24 where a whole number from 1 to 10000"),
        ("never same call repeated 0 times", "'0' at character 26 where a whole number from 1 to"),
        ("never no progress for 0 steps", "'0' at character 23 where a whole number from 1 to 10000"),
        ("at least 0 a", "'0' at character 10 where a whole number from 1 to 10000"),
        ("at most 10001 a", "'10001' at character 9 where a whole number from 0 to 10000"),
        ("time at most 5", "ends where a unit of time, h or m or ms or s, was expected"),
        ("time above 5 and a", "'and' at character 14 where a unit of time, h or m or ms or s, was expected"),
        ("a followed by b within 2", "ends where 'steps' was expected"),
        ("at most 2 (a followed by b)", "where something that one step is was expected"),
        ("(a or b", "ends where ')' was expected"),
        ('never tool "a', "a quotation mark"),
        ("cost above 3 EUR", "'EUR' at character 14 where the sentence's end was expected"),
        ("time above 3usd", "'usd' is no unit of time. Use h or m or ms or s."),
        ("every claim of kind truth has a source", "'truth' is no kind of claim. Kinds are date, email"),
        ("judged polite", "'polite' is no judge of this audit. Its `judges` are: none."),
        ("(" * 5000 + "a" + ")" * 5000, "nests too deeply"),
    ],
)
def test_what_means_nothing_is_told_by_word(sentence: str, told: str) -> None:
    """The error names the rule, the word and its place, and what to write."""
    with pytest.raises(InvalidRequest) as refused:
        verdict(sentence, "a")
    assert told in str(refused.value)
    assert str(refused.value).startswith("rule r: ")


def test_units_of_ceilings() -> None:
    """Time has units; without one it is seconds."""
    steps = [span(0, "x"), span(90, "x")]
    for sentence, expected in (
        ("time at most 90 s", "fail"),
        ("time at most 91 s", "pass"),
        ("time at most 2m", "pass"),
        ("time at most 1 m", "fail"),
        ("time at most 90500ms", "pass"),
    ):
        assert judge(Audit("it", [Rule("r", sentence)], Vocabulary()), steps)[0].verdict == expected, sentence


def test_definitions_build_on_each_other() -> None:
    """`any`, `all` and `none` take what was defined above, or fields."""
    words = vocabulary_of(
        {
            "pay": {"tool": "pay*"},
            "big": {"all": ["pay", {"arguments.amount": "> 100"}]},
            "rest": {"none": ["pay"]},
        }
    )
    audit = Audit("it", [Rule("r", "never big"), Rule("s", "eventually rest")], words)

    def verdicts(*amounts: float) -> list[str]:
        steps = [tool(n, "pay_bill", {"amount": amount}, {}) for n, amount in enumerate(amounts)]
        return [finding.verdict for finding in judge(audit, steps)]

    assert verdicts(5, 100) == ["pass", "fail"]
    assert verdicts(5, 101) == ["fail", "fail"]


@pytest.mark.parametrize(
    ("let", "told"),
    [
        ({"before": {"tool": "a"}}, "'before' cannot be defined"),
        ({"a b": {"tool": "a"}}, "'a b' cannot be defined"),
        ({"a": {"toll": "a"}}, "a: 'toll' is no field of a step. Fields are agent, arguments, "),
        ({"a": {}}, "a: it says nothing of a step"),
        ({"a": 3}, "a: 3 defines nothing"),
        ({"a": {"tool": "/(/"}}, "a.tool: /(/ is no regular expression"),
        ({"a": {"tool": None}}, "a.tool: None is nothing that a field can be"),
    ],
)
def test_definitions_that_mean_nothing(let: dict[str, object], told: str) -> None:
    """The error names the word that was to be defined."""
    with pytest.raises(InvalidRequest) as refused:
        vocabulary_of(let)
    assert str(refused.value).startswith(told)
