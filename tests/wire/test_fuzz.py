"""Every decoder of every format, fed with what is bent at random: no crash, no hang, but declared errors.

Formats are those that the gateway serves, so a new one is in here by itself: what is bent is what the formats
themselves write of one rich chat.
"""

import contextlib
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from podium.gateway.endpoints import CHAT_FORMATS, EMBEDDINGS_FORMATS
from podium.kernel import chat
from podium.kernel.call import Request, Usage
from podium.kernel.chat import Answer, Chat, Message
from podium.kernel.errors import BrokenReply, Inexpressible, InvalidRequest
from podium.wire.formats import EmbeddingsFormat, Format, Outgoing, StreamReader, WireError
from tests.wire.fuzzing import bend_bytes, bend_json, bend_stream, cut
from tests.wire.neutral import TAG, stream_of

ROUNDS = 400
"""For each format and kind of input; each round has a seed of its own, which the failure's id shows."""
CHATS: dict[str, Format] = {wire.NAME: wire for wire in CHAT_FORMATS.values()}
EMBEDDINGS: dict[str, EmbeddingsFormat] = {wire.NAME: wire for wire in EMBEDDINGS_FORMATS.values()}
PATHS = {
    "gemini": ("/v1beta/models/m:generateContent", "/v1beta/models/m:streamGenerateContent?alt=sse"),
    "gemini-embeddings": ("/v1beta/models/m:batchEmbedContents",),
}
"""Where a format puts the model into the path."""
OUT = Outgoing("up-1", 77)
PIXEL = chat.Source("data", "iVBORw0KGgo=", "image/png")
SCHEMA = '{"type":"object","properties":{"q":{"type":"string"}},"required":["q"]}'


def rich_chats(native: str) -> Iterator[Chat]:
    """Yield chats of which each bears some of what a format can carry."""
    hello = Message("user", (chat.Text("Hello"), chat.Text("there", chat.Cache("1h"))))
    thought = chat.Thinking("Hm.", "c2ln", native)
    asked = Message(
        "assistant", (thought, chat.Text("I look."), chat.ToolCall("call_1", "look", '{"q":"x"}'))
    )
    given = Message("user", (chat.ToolResult("call_1", (chat.Text("Found."),)), chat.Text("So?")))
    tools = (chat.Tool("look", "Looks.", SCHEMA), chat.Tool("book", None, SCHEMA, strict=True))
    yield Chat((hello,), (chat.Text("Be brief."),), max_output_tokens=9, temperature=0.5, top_p=0.9)
    yield Chat((hello, asked, given), tools=tools, tool_choice=chat.ToolChoice("required"), stream=True)
    yield Chat((Message("user", (chat.Image(PIXEL), chat.Text("What?"))),), stop=("END",), user="u")
    paper = chat.Document(chat.Source("data", "JVBERi0xLjQK", "application/pdf"), "a.pdf")
    yield Chat((Message("user", (paper,)),), output=chat.OutputFormat("schema", "city", SCHEMA, strict=True))
    yield Chat((hello,), reasoning=chat.Reasoning("low", show=True), tools=tools, parallel_tool_calls=False)
    yield Chat(
        (hello,), tool_choice=chat.ToolChoice("tool", "look"), tools=tools, output=chat.OutputFormat("json")
    )


def rich_answers(native: str) -> Iterator[Answer]:
    """Yield answers of every kind of part."""
    usage = Usage(90, 30, cache_read_tokens=20, cache_write_tokens=4, reasoning_tokens=5)
    signed = chat.Thinking("Hm, é€𝄞.", "c2lnbmVk", native)
    calls = (chat.ToolCall("call_1", "look", '{"q":"x"}'), chat.ToolCall("call_2", "book", "{}"))
    yield Answer((chat.Text("Hello 𝄞 there"),), "stop", usage, "id_1", "up-1")
    yield Answer((signed, chat.Text("Words."), *calls), "tool_calls", usage, "id_2", "up-1")
    foreign = chat.Thinking(redacted="ZGF0YQ==", signed_by="anthropic")
    yield Answer((foreign, chat.Text("cut")), "length", usage, "id_3", "up-1")
    yield Answer((chat.Refusal("No."),), "refusal", None, "id_4", "up-1")
    yield Answer((chat.Text("a"),), "stop_sequence", Usage(), "id_5", "up-1", "END")


def bodies(name: str) -> list[bytes]:
    """Return requests as the format itself writes them."""
    found: list[bytes] = []
    for request in rich_chats(name):
        try:
            found.append(CHATS[name].encode_chat(request, OUT)[0])
        except Inexpressible:
            continue
    assert len(found) > 3
    return found


def decoded(name: str, body: bytes, rng: random.Random) -> Request | None:
    path = rng.choice(PATHS.get(name, ("",)))
    try:
        return CHATS[name].decode_request(body, path)
    except InvalidRequest:
        return None


def requests(name: str) -> list[Request]:
    """Return requests for which answers are written: a plain one first, then some that stream."""
    wire, paths = CHATS[name], PATHS.get(name, ("",))
    plain, streamed = bodies(name)[:2]
    found = [wire.decode_request(plain, paths[0]), wire.decode_request(streamed, paths[-1])]
    assert [request.stream for request in found] == [False, True]
    return found


def bent(body: bytes, rng: random.Random) -> bytes:
    return bend_bytes(body, rng) if rng.random() < 0.4 else bend_json(json.loads(body), rng)


@pytest.mark.parametrize("name", CHATS)
def test_requests(name):
    """Any body is a request or an InvalidRequest; what is one can be passed on, and carried or refused."""
    wire, seeds = CHATS[name], bodies(name)
    served = carried = 0
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        request = decoded(name, bent(rng.choice(seeds), rng), rng)
        if request is None:
            continue
        served += 1
        wire.encode_request(request, OUT)
        try:
            neutral = wire.decode_chat(request)
        except InvalidRequest:
            continue
        carried += 1
        for other in CHATS.values():
            try:
                body, _ = other.encode_chat(neutral, OUT)
            except Inexpressible:
                continue
            json.loads(body)
    assert served > carried > ROUNDS // 20  # what is bent is near enough to what is served


@pytest.mark.parametrize("name", CHATS)
def test_answers(name):
    """Any body is an answer or a BrokenReply; what is one bears its cost, and is written for every client."""
    wire = CHATS[name]
    clients = {other: requests(other)[0] for other in CHATS}
    seeds = [wire.encode_answer(answer, clients[name], TAG) for answer in rich_answers(name)]
    read = 0
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        body = bent(rng.choice(seeds), rng)
        try:
            wire.decode_reply(body)
        except BrokenReply:
            pass
        else:
            wire.tag_reply(body, TAG)
        try:
            answer = wire.decode_answer(body)
        except BrokenReply:
            continue
        read += 1
        for other, request in clients.items():
            json.loads(CHATS[other].encode_answer(answer, request, TAG))
    assert read > ROUNDS // 20


def streams(name: str) -> list[bytes]:
    """Return streams as the format itself writes them."""
    wire, request = CHATS[name], requests(name)[0]
    found: list[bytes] = []
    for answer in rich_answers(name):
        reply = wire.decode_reply(wire.encode_answer(answer, request, TAG))
        writer = wire.stream_writer(request)
        data = writer.write(stream_of(answer)) + writer.finish(reply, TAG)
        found += [data, data.replace(b"\n", b"\r\n")] if b"\r" not in data else [data]
    return found


def passed(wire: Format, request: Request, pieces: list[bytes]) -> tuple[Any, ...]:
    """Return all that a reader tells of a stream."""
    reader: StreamReader = wire.stream_reader(request)
    out = b"".join(reader.feed(piece) for piece in pieces)
    if not reader.done and reader.error is None:
        reader.end()
    reply = reader.reply()
    end = reader.finish(TAG) if reader.done and reader.error is None else b""
    return out, reader.done, reader.error, reader.first_token, reply, end


@pytest.mark.parametrize("name", CHATS)
def test_streams_that_pass(name):
    """Any bytes pass without an error of the reader's own, and the same in any pieces."""
    wire, seeds, asked = CHATS[name], streams(name), requests(name)
    ended = 0
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        data, request = bend_stream(rng.choice(seeds), rng), rng.choice(asked)
        whole = passed(wire, request, [data])
        assert passed(wire, request, cut(data, rng)) == whole, seed
        ended += whole[1]
    assert ended > ROUNDS // 20


@pytest.mark.parametrize("name", CHATS)
def test_streams_that_are_translated(name):
    """Any bytes become events that every format can write, the same in any pieces."""
    wire, seeds = CHATS[name], streams(name)
    clients = {other: requests(other)[0] for other in CHATS}
    ended = 0
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        data = bend_stream(rng.choice(seeds), rng)
        found: list[tuple[Any, ...]] = []
        for pieces in ([data], cut(data, rng)):
            decoder = wire.stream_decoder()
            events = [event for piece in pieces for event in decoder.feed(piece)]
            if not decoder.done and decoder.error is None:
                events += decoder.end()
            found.append((events, decoder.done, decoder.error, decoder.first_token, decoder.reply()))
        assert found[0] == found[1], seed
        events, done, error, _, reply = found[0]
        for other, request in clients.items():
            writer = CHATS[other].stream_writer(request)
            writer.write(events)
            if done and error is None:
                writer.finish(reply, TAG)
        ended += done
    assert ended > ROUNDS // 20


@pytest.mark.parametrize("name", EMBEDDINGS)
def test_embeddings(name):
    """Any body is a request of embeddings or an InvalidRequest; any answer is one or a BrokenReply."""
    wire = EMBEDDINGS[name]
    embed = chat.EmbedRequest(("one", "two"), dimensions=4)
    asked, _ = wire.encode_embed(embed, OUT)
    path = PATHS.get(name, ("",))[0]
    request = wire.decode_request(asked, path)
    vectors = chat.Embeddings(((0.5, -1.0), (1.0, 0.25)), Usage(9), "up-1")
    answer = wire.encode_embeddings(vectors, request, TAG)
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        with contextlib.suppress(InvalidRequest):
            got = wire.decode_request(bent(asked, rng), path)
            wire.encode_request(got, OUT)
            wire.encode_embed(wire.decode_embed(got), OUT)
        body = bent(answer, rng)
        with contextlib.suppress(BrokenReply):
            wire.decode_reply(body)
            wire.tag_reply(body, TAG)
        with contextlib.suppress(BrokenReply):
            wire.encode_embeddings(wire.decode_embeddings(body), request, TAG)


@pytest.mark.parametrize("name", [*CHATS, *EMBEDDINGS])
def test_errors_are_written_in_every_format(name):
    """Whatever an error says, and at whatever field, it has a body and an event that are JSON."""
    wire = CHATS.get(name) or EMBEDDINGS[name]
    for message in ("", "No.", "\x00é\n\n𝄞", "x" * 5000):
        error = WireError(599, "code", message, message or None)
        json.loads(wire.encode_error(error))
        event = wire.encode_stream_error(error)
        lines = [line for line in event.replace(b"\r\n", b"\n").split(b"\n") if line.startswith(b"data: ")]
        json.loads(b"\n".join(line.removeprefix(b"data: ") for line in lines))
        assert event.replace(b"\r\n", b"\n").endswith(b"\n\n")
