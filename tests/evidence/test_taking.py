"""What of a span from outside is kept."""

from typing import Any

import pytest

from podium.evidence import semconv
from podium.evidence.taking import DROPPED, NAMELESS, Sender, take
from podium.kernel.spans import Span


@pytest.mark.parametrize("name", ["gen_ai.usage.input_tokens", "llm.token_count.prompt"])
@pytest.mark.parametrize("value", [1 << 62, 1 << 31, -5, float("nan"), float("inf"), "many"])
def test_a_count_that_is_none_is_not_kept(name: str, value: Any) -> None:
    """Figures add tokens up: one sender's nonsense would make a sum that no column holds, for everybody."""
    span = Span("a" * 32, "b" * 16, None, "chat", "CLIENT", 1, 2, "UNSET", None, {name: value})
    (kept,) = take([span], Sender("acme/lab")).spans
    assert semconv.INPUT_TOKENS not in kept.attributes
    assert kept.attributes[DROPPED] == 1
    most = Span("a" * 32, "b" * 16, None, "chat", "CLIENT", 1, 2, "UNSET", None, {name: (1 << 31) - 1})
    (kept,) = take([most], Sender("acme/lab")).spans
    assert kept.attributes[semconv.INPUT_TOKENS] == (1 << 31) - 1


def test_a_span_without_a_name_has_one() -> None:
    """OTLP allows it, and nobody could see or open its trace."""
    (kept,) = take([Span("a" * 32, "b" * 16, None, "", "CLIENT", 1, 2, "UNSET", None, {})], Sender("x")).spans
    assert kept.name == NAMELESS


@pytest.mark.parametrize("ids", [("0" * 32, "b" * 16), ("a" * 32, "0" * 16)])
def test_ids_of_zeros_are_none(ids: tuple[str, str]) -> None:
    """What a program without a context sends would make one trace of everybody's."""
    taken = take([Span(*ids, None, "x", "CLIENT", 1, 2, "UNSET", None, {})], Sender("x"))
    assert (taken.spans, taken.rejected) == ([], 1)
    assert "an id of zeros" in taken.why
