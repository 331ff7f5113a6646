"""Two traces beside each other: which steps both have, which one alone, and what is different about them.

Steps are aligned by their order, in three passes that each fill the gaps of the one before: steps that ask
the same (name, model or tool, and digest of what was asked), then those of one name, then those of one kind
(any call of a model; a call of one tool). Within a pass the alignment is a longest common subsequence, by the
bit-parallel method of Hyyrö, Bit-parallel LCS-length computation revisited, 2004, whose rows are kept to walk
back through.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from podium.evidence import semconv
from podium.kernel.errors import InvalidRequest

MAX_STEPS: Final = 20_000
"""Of each trace: the rows take an eighth of a byte for each pair of steps."""
SLOWER: Final = 1.5
"""A duration counts as changed where it is so many times the other one, and"""
SLOWER_NS: Final = 100_000_000
"""so much longer."""

Change = Literal["same", "changed", "missing", "added"]
Field = Literal["name", "what", "digest", "tokens", "cost", "duration", "verdict", "status"]


class Step(msgspec.Struct, frozen=True):
    """A span as it is compared. Times are nanoseconds, money nano-USD."""

    span_id: str
    depth: int
    name: str
    kind: str
    """The operation; with the tool, where it is a call of one."""
    what: str | None
    """The tool, else the model."""
    digest: str | None
    """Of the request or the arguments; None where it is not known."""
    start_ns: int
    duration_ns: int
    input_tokens: int | None
    output_tokens: int | None
    cost_nano_usd: int | None
    verdict: str | None
    rule: str | None
    failed: bool


class Pair(msgspec.Struct, frozen=True):
    """A step of either trace, or of both. ``fields``: what is different about it."""

    change: Change
    a: Step | None
    b: Step | None
    fields: tuple[Field, ...] = ()


def step_of(span: Mapping[str, Any], depth: int) -> Step:
    """Return a span of the store as a step."""
    attributes = span["attributes"]
    tool = attributes.get(semconv.TOOL)
    operation = str(attributes.get(semconv.OPERATION) or span["name"])
    return Step(
        span_id=span["span_id"],
        depth=depth,
        name=span["name"],
        kind=f"{operation} {tool}" if tool is not None else operation,
        what=tool or attributes.get(semconv.MODEL) or attributes.get(semconv.REQUEST_MODEL),
        digest=attributes.get(semconv.REQUEST_DIGEST) or attributes.get(semconv.ARGUMENTS_DIGEST),
        start_ns=span["start_ns"],
        duration_ns=span["end_ns"] - span["start_ns"],
        input_tokens=attributes.get(semconv.INPUT_TOKENS),
        output_tokens=attributes.get(semconv.OUTPUT_TOKENS),
        cost_nano_usd=attributes.get(semconv.COST_NANO_USD),
        verdict=attributes.get(semconv.VERDICT),
        rule=attributes.get(semconv.VERDICT_RULE),
        failed=span["status"] == "ERROR",
    )


def compare(a: Sequence[Step], b: Sequence[Step]) -> list[Pair]:
    """Return the steps of both in order, those of ``a`` alone before those of ``b`` alone.

    Raises InvalidRequest for traces of more than MAX_STEPS steps.
    """
    longest = max(len(a), len(b))
    if longest > MAX_STEPS:
        raise InvalidRequest(
            f"A trace of {longest} spans is too long to be compared: {MAX_STEPS} at most.",
            fix="Compare the traces of sub-agents.",
        )
    pairs: list[Pair] = []
    at_a = at_b = 0
    for in_a, in_b in [*_aligned(a, b, 0), (len(a), len(b))]:
        pairs += [Pair("missing", step, None) for step in a[at_a:in_a]]
        pairs += [Pair("added", None, step) for step in b[at_b:in_b]]
        if in_a < len(a):
            fields = _differences(a[in_a], b[in_b])
            pairs.append(Pair("changed" if fields else "same", a[in_a], b[in_b], fields))
        at_a, at_b = in_a + 1, in_b + 1
    return pairs


_PASSES: Final[tuple[Callable[[Step], Hashable], ...]] = (
    lambda step: (step.name, step.what, step.digest) if step.digest is not None else None,
    lambda step: (step.name, step.what),
    lambda step: step.kind,
)
"""What two steps must share to be one; None: nothing in this pass."""


def _aligned(a: Sequence[Step], b: Sequence[Step], which: int) -> list[tuple[int, int]]:
    """Return the places of steps that are one, in their order."""
    if which == len(_PASSES) or not a or not b:
        return []
    key = _PASSES[which]
    found: list[tuple[int, int]] = []
    at_a = at_b = 0
    for in_a, in_b in [*common([key(step) for step in a], [key(step) for step in b]), (len(a), len(b))]:
        between = _aligned(a[at_a:in_a], b[at_b:in_b], which + 1)
        found += [(at_a + one, at_b + other) for one, other in between]
        if in_a < len(a):
            found.append((in_a, in_b))
        at_a, at_b = in_a + 1, in_b + 1
    return found


def common(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the places of a longest common subsequence, in order. None is like nothing, not even itself."""
    first = 0
    while first < min(len(a), len(b)) and a[first] is not None and a[first] == b[first]:
        first += 1
    last = 0
    while last < min(len(a), len(b)) - first and a[-1 - last] is not None and a[-1 - last] == b[-1 - last]:
        last += 1
    middle = _longest(a[first : len(a) - last], b[first : len(b) - last])
    return [
        *((place, place) for place in range(first)),
        *((first + one, first + other) for one, other in middle),
        *((len(a) - place, len(b) - place) for place in range(last, 0, -1)),
    ]


def _longest(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    places: dict[Hashable, int] = {}
    for place, value in enumerate(a):
        if value is not None:
            places[value] = places.get(value, 0) | 1 << place
    if places.keys().isdisjoint(b):
        return []
    whole = (1 << len(a)) - 1
    row, rows = whole, []
    for value in b:
        hits = row & places.get(value, 0)
        row = (row + hits | row - hits) & whole
        rows.append(row)
    # A zero at a place of a row: the subsequence of what is before it in both grew there.
    found: list[tuple[int, int]] = []
    in_a, in_b = len(a), len(b)
    while in_a and in_b:
        if rows[in_b - 1] >> (in_a - 1) & 1:
            in_a -= 1
        elif in_b > 1 and not rows[in_b - 2] >> (in_a - 1) & 1:
            in_b -= 1
        else:
            in_a, in_b = in_a - 1, in_b - 1
            found.append((in_a, in_b))
    return found[::-1]


def _differences(a: Step, b: Step) -> tuple[Field, ...]:
    looked: tuple[tuple[Field, bool], ...] = (
        ("name", a.name != b.name),
        ("what", a.what != b.what),
        ("digest", None not in {a.digest, b.digest} and a.digest != b.digest),
        ("tokens", (a.input_tokens, a.output_tokens) != (b.input_tokens, b.output_tokens)),
        ("cost", a.cost_nano_usd != b.cost_nano_usd),
        ("duration", _took_longer(*sorted((a.duration_ns, b.duration_ns)))),
        ("verdict", (a.verdict, a.rule) != (b.verdict, b.rule)),
        ("status", a.failed != b.failed),
    )
    return tuple(field for field, differs in looked if differs)


def _took_longer(short_ns: int, long_ns: int) -> bool:
    return long_ns - short_ns >= SLOWER_NS and long_ns >= SLOWER * short_ns
