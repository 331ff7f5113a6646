"""What of a span from outside is kept."""

from typing import Any

import pytest

from podium.evidence import semconv
from podium.evidence.taking import DROPPED, Sender, take
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
