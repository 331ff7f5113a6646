"""The forms in which content is kept."""

import json

import msgspec
import pytest

from podium.evidence.contents.forms import MAX_PIECE_BYTES, MAX_TEXT_CHARS, Keeper
from podium.evidence.contents.rules import ContentRule
from podium.evidence.contents.spans import contents_of, user_of
from podium.kernel.spans import Span

CARD = "4111 1111 1111 1111"


def message(text: str, role: str = "user") -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def kept(value: object, record: str = "full", key: bytes = b"k") -> object:
    return json.loads(Keeper(ContentRule(record), key).keep(value).text)  # type: ignore[arg-type] # a record


def test_hashed() -> None:
    """Equal parts of a department are seen to be equal, wherever they stand; nothing that is said stands."""
    first = kept([message("hello"), message("hello", "assistant"), message("x", "hello")], "hashed")
    assert [it["role"] for it in first] == ["user", "assistant", "other"]  # type: ignore[attr-defined] # messages
    assert first[0]["parts"] == first[1]["parts"] != first[2]["parts"]  # type: ignore[index] # messages
    assert kept("hello", "hashed") == {k: v for k, v in first[0]["parts"][0].items() if k != "type"}  # type: ignore[index] # messages
    assert kept("hello", "hashed", b"other") != kept("hello", "hashed")
    for value in ({"card": CARD}, ["hello"], [{"type": "hello", "x": "hello"}], 5, None):
        assert "hello" not in json.dumps(kept(value, "hashed"))
        assert "4111" not in json.dumps(kept(value, "hashed"))


def test_redacted_before_it_is_cut() -> None:
    """A secret across the place where a text is cut is gone whole."""
    text = "x" * (MAX_TEXT_CHARS - 8) + CARD + " y" * 100
    found = kept(text, "redacted")
    assert isinstance(found, str)
    assert "4111" not in found
    assert "are cut" in found
    assert Keeper(ContentRule("redacted"), b"").keep(text).cut


@pytest.mark.parametrize(
    "value",
    [
        [message("z" * 3_000, f"r{number}") for number in range(3_000)],
        [message("z" * MAX_TEXT_CHARS) for _ in range(100)],
        {"a": ["z" * 200] * 20_000},
        "z" * 10**7,
    ],
)
def test_bounds(value: object) -> None:
    """No piece is longer than the bound, and one that was says that it is cut; the newest messages stay."""
    found = Keeper(ContentRule("full"), b"").keep(value)
    assert len(found.text) <= MAX_PIECE_BYTES
    assert found.cut
    if isinstance(value, list):
        assert msgspec.json.decode(found.text)[-1]["role"] == value[-1]["role"]


def span(**attributes: object) -> Span:
    told = {name.replace("__", "."): value for name, value in attributes.items()}
    events = (
        ("gen_ai.content.prompt", {"gen_ai.prompt": "asked in an event"}),
        ("exception", {"exception.message": "no card", "exception.type": "ValueError"}),
    )
    return Span("a" * 32, "b" * 16, None, "chat", "CLIENT", 1, 2, "ERROR", "it broke", told, events=events)


def test_spans() -> None:
    """Content of a span is found under the current names, under older and others' ones, and in events."""
    new = contents_of(
        span(gen_ai__operation__name="chat", gen_ai__output__messages='[{"role":"assistant","parts":[]}]')
    )
    assert new["gen_ai.output.messages"] == [{"role": "assistant", "parts": []}]
    assert new["gen_ai.input.messages"] == "asked in an event"
    assert new["status.message"] == "it broke"
    assert new["events"][0]["attributes"]["exception.message"] == "no card"
    old = contents_of(
        span(**{
            "openinference.span.kind": "LLM", "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": "hi", "output.value": "ho", "llm.model_name": "m",
        })
    )  # fmt: skip
    assert old["gen_ai.input.messages"][0]["parts"] == [{"type": "text", "content": "hi"}]
    assert old["gen_ai.output.messages"] == "ho"
    assert "llm.model_name" not in old
    assert user_of(span(user__id="bob")) == "bob"
    assert user_of(span()) is None
