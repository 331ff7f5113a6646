"""Two traces are aligned by the order of their steps."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.evidence import semconv
from podium.evidence.comparing import MAX_STEPS, Step, common, compare, step_of
from podium.kernel.errors import InvalidRequest


def step(number, name="chat m", what="m", digest=None, **more):
    values = {
        "span_id": f"{number:016x}", "depth": 0, "name": name, "kind": name.split()[0], "what": what,
        "digest": digest, "start_ns": number, "duration_ns": 10, "input_tokens": 1, "output_tokens": 1,
        "cost_nano_usd": 1, "verdict": None, "rule": None, "failed": False,
    }  # fmt: skip
    return Step(**values | more)


def told(pairs):
    return [
        (pair.change, pair.a and int(pair.a.span_id, 16), pair.b and int(pair.b.span_id, 16))
        for pair in pairs
    ]


WORDS = st.lists(st.sampled_from("abcd"), max_size=12)
STEPS = st.lists(
    st.tuples(st.sampled_from(["chat x", "chat y", "tool z"]), st.sampled_from([None, "1", "2"])), max_size=12
)


def made(given_steps, first):
    return [
        step(first + number, name, name.split()[1], digest)
        for number, (name, digest) in enumerate(given_steps)
    ]


@given(WORDS, WORDS)
def test_a_common_subsequence_is_a_longest_one(a, b):
    """What is found rises in both, is equal in both, and is as long as the naive answer."""

    @cache
    def longest(i, j):
        if not i or not j:
            return 0
        if a[i - 1] == b[j - 1]:
            return longest(i - 1, j - 1) + 1
        return max(longest(i - 1, j), longest(i, j - 1))

    found = common(a, b)
    assert [a[i] for i, _ in found] == [b[j] for _, j in found]
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(found))
    assert len(found) == longest(len(a), len(b))


@given(STEPS, STEPS)
def test_every_step_is_told_once_and_in_order(a, b):
    """The steps of either trace come back in their order; those in both are of one kind; no pair is lost
    that steps of one name between two others would make."""
    first, second = made(a, 1), made(b, 100)
    pairs = compare(first, second)
    assert [pair.a for pair in pairs if pair.a] == first
    assert [pair.b for pair in pairs if pair.b] == second
    for pair in pairs:
        assert (pair.change == "missing") is (pair.b is None)
        assert (pair.change == "added") is (pair.a is None)
        if pair.a and pair.b:
            assert pair.a.kind == pair.b.kind
            assert (pair.change == "same") is (not pair.fields)
    gap = []
    for pair in [*pairs, None]:
        if pair is None or (pair.a and pair.b):
            kinds = [{one.kind for one in gap if one in side} for side in (first, second)]
            assert kinds[0].isdisjoint(kinds[1])
            gap = []
        else:
            gap.append(pair.a or pair.b)


@given(STEPS)
def test_a_trace_is_the_same_as_itself(a):
    """Nothing is added, missing or changed."""
    assert {pair.change for pair in compare(made(a, 1), made(a, 1))} <= {"same"}


def test_what_asked_the_same_holds_the_others_in_place():
    """Equal digests are found first: what came before is missing, not changed into what comes after."""
    a = [step(1, digest="x"), step(2, digest="y")]
    b = [step(11, digest="y"), step(12, digest="z")]
    assert told(compare(a, b)) == [("missing", 1, None), ("same", 2, 11), ("added", None, 12)]


def test_what_is_different_about_a_step():
    """Another model of one call is a change, another tool another step; a moment more is no change."""
    a = [step(1), step(2, "execute_tool t/read", "t/read", verdict="allow", kind="execute_tool t/read")]
    b = [
        step(11, "chat n", "n", cost_nano_usd=9, input_tokens=7, duration_ns=20),
        step(12, "execute_tool t/read", "t/read", verdict="deny", failed=True, kind="execute_tool t/read"),
        step(13, "execute_tool t/send", "t/send", kind="execute_tool t/send"),
    ]
    first, second, third = compare(a, b)
    assert (first.change, first.fields) == ("changed", ("name", "what", "tokens", "cost"))
    assert (second.change, second.fields) == ("changed", ("verdict", "status"))
    assert third.change == "added"
    (slow,) = compare([step(1)], [step(1, duration_ns=10**9)])
    assert slow.fields == ("duration",)


def test_long_traces():
    """Traces of many equal steps are compared; longer ones than the limit are refused with it."""
    a = [step(number, digest=str(number)) for number in range(3000)]
    b = [step(number, digest=str(number)) for number in range(0, 3000, 2)]
    pairs = compare(a, b)
    assert sum(pair.change == "same" for pair in pairs) == 1500
    assert sum(pair.change == "missing" for pair in pairs) == 1500
    with pytest.raises(InvalidRequest, match=str(MAX_STEPS)):
        compare([step(0)] * (MAX_STEPS + 1), [])


def test_a_span_as_a_step():
    """A step has the tool or the model of its span, and the digest of what was asked."""
    attributes = {semconv.OPERATION: "execute_tool", semconv.TOOL: "a/b", semconv.ARGUMENTS_DIGEST: "d"}
    span = {
        "span_id": "1",
        "name": "n",
        "start_ns": 1,
        "end_ns": 5,
        "status": "ERROR",
        "attributes": attributes,
    }
    found = step_of(span, 2)
    assert (found.kind, found.what, found.digest) == ("execute_tool a/b", "a/b", "d")
    assert (found.depth, found.duration_ns, found.failed) == (2, 4, True)
