"""Neutral chats, answers and streams for tests of any wire format: strategies, and how two compare."""

import json
from collections.abc import Callable, Iterable, Sequence

import msgspec
from hypothesis import strategies as st

from podium.kernel import chat
from podium.kernel.call import CostTag, Usage
from podium.kernel.chat import Answer, Chat, Event, Message

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
names = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,20}", fullmatch=True)
ids = st.from_regex(r"call_[a-z0-9]{4,12}", fullmatch=True)
objects = st.dictionaries(names, st.one_of(words, st.integers(-9, 9), st.booleans(), st.none()), max_size=3)
arguments = objects.map(lambda value: msgspec.json.encode(value).decode())
schemas = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(names, st.just({"type": "string"}), max_size=2)}
).map(lambda value: msgspec.json.encode(value).decode())
base64 = st.sampled_from(["aGVsbG8=", "iVBORw0KGgo=", "JVBERi0xLjQK"])
counts = st.integers(0, 1_000_000)

texts = st.builds(chat.Text, words)
images = st.builds(
    chat.Image,
    st.one_of(
        st.builds(chat.Source, st.just("data"), base64, st.sampled_from(["image/png", "image/jpeg"])),
        st.just(chat.Source("url", "https://example.com/a.png")),
    ),
)
documents = st.builds(
    chat.Document, st.builds(chat.Source, st.just("data"), base64, st.just("application/pdf"))
)
calls = st.builds(chat.ToolCall, ids, names, arguments)


@st.composite
def turns(
    draw: st.DrawFn, *, media: bool = True, tools: bool = True, thinking: str | None = None
) -> tuple[Message, ...]:
    """Return turns by turns, the user's first; results of tools answer the calls before them.

    ``thinking``: answers begin with thoughts that are signed by this format.
    """
    messages: list[Message] = []
    open_calls: list[str] = []
    kinds = st.one_of(texts, images, documents) if media else texts
    for _ in range(draw(st.integers(1, 3))):
        if open_calls:
            results = [
                chat.ToolResult(call_id, tuple(draw(st.lists(texts, min_size=1, max_size=2))))
                for call_id in open_calls
            ]
            messages.append(Message("user", tuple(results)))
        else:
            messages.append(Message("user", tuple(draw(st.lists(kinds, min_size=1, max_size=3)))))
        parts: list[chat.Part] = []
        if thinking is not None and draw(st.booleans()):
            parts.append(chat.Thinking(draw(words), draw(words), thinking))
        parts.append(draw(texts))
        drawn = draw(st.lists(calls, max_size=2, unique_by=lambda call: call.id)) if tools else []
        open_calls = [call.id for call in drawn]
        messages.append(Message("assistant", (*parts, *drawn)))
    messages.append(
        Message("user", tuple(chat.ToolResult(call_id, (chat.Text("ok"),)) for call_id in open_calls))
        if open_calls
        else Message("user", (draw(texts),))
    )
    return tuple(messages)


tool_lists = st.lists(
    st.builds(chat.Tool, names, st.one_of(st.none(), words), schemas), max_size=3, unique_by=lambda t: t.name
).map(tuple)


@st.composite
def answers(draw: st.DrawFn, *, thinking: str | None = None) -> Answer:
    """Return an answer: thoughts, words and calls, each or not, with a usage that makes sense."""
    parts: list[object] = []
    if thinking is not None and draw(st.booleans()):
        parts.append(chat.Thinking(draw(words), draw(words), thinking))
    if draw(st.booleans()):
        parts.append(draw(texts))
    drawn = draw(st.lists(calls, max_size=3, unique_by=lambda call: call.id))
    parts += drawn
    if not parts:
        parts.append(draw(texts))
    finish = "tool_calls" if drawn else draw(st.sampled_from(["stop", "length"]))
    return Answer(tuple(parts), finish, draw(usages()), draw(ids), draw(names))  # type: ignore[arg-type]


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Return a usage whose parts fit their totals."""
    plain, cached, output, reasoning = (draw(counts) for _ in range(4))
    return Usage(plain + cached, output + reasoning, cache_read_tokens=cached, reasoning_tokens=reasoning)


def bare(request: Chat) -> Chat:
    """Return a chat without what only its bytes decide: where messages stood, and what was dropped."""
    messages = tuple(msgspec.structs.replace(message, at="") for message in request.messages)
    return msgspec.structs.replace(request, messages=messages, dropped=())


def chunked(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    """Return bytes cut at places (taken modulo their length)."""
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True) if a < b]


def stream_of(answer: Answer, split: Callable[[str], Sequence[str]] = list) -> list[Event]:
    """Return the events of an answer's stream; ``split`` cuts words and arguments into deltas."""
    events: list[Event] = [chat.Began(answer.id, answer.model)]
    for index, part in enumerate(answer.parts):
        if isinstance(part, chat.ToolCall):
            events.append(chat.PartBegan(index, chat.ToolCall(part.id, part.name, "")))
            text = part.arguments
        elif isinstance(part, chat.Thinking):
            events.append(chat.PartBegan(index, chat.Thinking()))
            text = part.text
        else:
            events.append(chat.PartBegan(index, type(part)("")))
            text = part.text
        events += [chat.Delta(index, piece) for piece in split(text)]
        if isinstance(part, chat.Thinking) and part.signature is not None:
            events.append(chat.Signed(index, part.signature, part.signed_by or ""))
        events.append(chat.PartEnded(index))
    return [*events, chat.Ended(answer.finish or "stop", answer.stop_sequence)]


def gather(events: Sequence[Event]) -> Answer:
    """Return the answer that a stream's events make; arguments as canonical JSON."""
    began = next((event for event in events if isinstance(event, chat.Began)), chat.Began())
    parts: dict[int, chat.Part] = {}
    deltas: dict[int, list[str]] = {}
    finish = None
    stop = None
    for event in events:
        if isinstance(event, chat.PartBegan):
            parts[event.index] = event.part
            deltas[event.index] = []
        elif isinstance(event, chat.Delta):
            deltas[event.index].append(event.text)
        elif isinstance(event, chat.Signed):
            parts[event.index] = msgspec.structs.replace(
                parts[event.index], signature=event.signature, signed_by=event.signed_by
            )
        elif isinstance(event, chat.Ended):
            finish, stop = event.finish, event.stop_sequence
    whole: list[object] = []
    for index in sorted(parts):
        part, text = parts[index], "".join(deltas[index])
        if isinstance(part, chat.ToolCall):
            whole.append(msgspec.structs.replace(part, arguments=part.arguments + text))
        else:
            whole.append(msgspec.structs.replace(part, text=part.text + text))  # type: ignore[union-attr]
    return Answer(tuple(whole), finish, None, began.id, began.model, stop)  # type: ignore[arg-type]


def same_json(one: str, other: str) -> bool:
    """Return whether two texts are the same JSON."""
    return bool(json.loads(one or "{}") == json.loads(other or "{}"))


TAG = CostTag(6450, "0.00000645", charge="chg_01M85ME4HS093C32W62N0SCHRC")
