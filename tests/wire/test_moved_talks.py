"""A talk that moves from a provider of another format to one of the client's own."""

import json

import pytest

from podium.kernel import chat
from podium.kernel.call import Request
from podium.wire import anthropic_messages, gemini, openai_chat, openai_responses
from podium.wire.formats import Format, Outgoing, PassThrough
from tests.wire.neutral import TAG

FORMATS: dict[str, Format] = {
    "openai": openai_chat,
    "anthropic": anthropic_messages,
    "gemini": gemini,
    "openai-responses": openai_responses,
}


def asked(wire: Format, signed_by: str) -> Request:
    """Return a client's request whose answer before bears a thought that a format has signed."""
    thought = chat.Thinking("Hm.", "c2lnbmVk", signed_by)
    talk = chat.Chat(
        (
            chat.Message("user", (chat.Text("Hi"),)),
            chat.Message("assistant", (thought, chat.Text("Yes"))),
            chat.Message("user", (chat.Text("And?"),)),
        ),
        max_output_tokens=64,
    )
    if wire is openai_chat:
        # Its requests bear no thoughts: they come back as an answer had them.
        answer = chat.Answer((thought, chat.Text("Yes")), "stop")
        plain = wire.encode_answer(answer, Request("chat", "r", {}, 0), TAG)
        said = json.loads(plain)["choices"][0]["message"]
        turns = [{"role": "user", "content": "Hi"}, said, {"role": "user", "content": "And?"}]
        return wire.decode_request(json.dumps({"model": "r", "messages": turns}).encode())
    answer = chat.Answer((thought, chat.Text("Yes")), "stop", id="i", model="m")
    first = chat.Chat(talk.messages[:1], max_output_tokens=64)
    body = json.loads(wire.encode_chat(first, Outgoing("r"))[0])
    said = json.loads(wire.encode_answer(answer, Request("chat", "r", {}, 0), TAG))
    if wire is anthropic_messages:
        body["messages"].append({"role": "assistant", "content": said["content"]})
        body["messages"].append({"role": "user", "content": "And?"})
    elif wire is gemini:
        body["contents"].append(said["candidates"][0]["content"])
        body["contents"].append({"role": "user", "parts": [{"text": "And?"}]})
    else:
        body["input"] += [*said["output"], {"role": "user", "content": "And?"}]
    path = "/v1beta/models/r:generateContent" if wire is gemini else ""
    return wire.decode_request(json.dumps(body).encode(), path)


@pytest.mark.parametrize("name", FORMATS)
def test_thoughts_of_another_format_are_left_out_and_named(name):
    """A provider would refuse a signature that it has not made: it gets none, and the client is told."""
    wire = FORMATS[name]
    other = next(it for it in FORMATS if it not in {name, "openai"})
    body, dropped = PassThrough(wire).encode_request(asked(wire, other), Outgoing("up"))
    assert b"podium." not in body
    assert b"cG9kaXVt" not in body
    assert dropped
    assert b"Yes" in body


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "openai"])
def test_thoughts_of_its_own_pass_untouched(name):
    """What the provider has signed itself goes back as it came."""
    wire = FORMATS[name]
    body, dropped = PassThrough(wire).encode_request(asked(wire, wire.NAME), Outgoing("up"))
    assert dropped == ()
    assert b"c2lnbmVk" in body


def test_words_about_it_are_no_signature():
    """A text that quotes such a signature passes as it is."""
    text = 'She wrote: {"signature":"podium.gemini.x"}'
    body = json.dumps({"model": "r", "messages": [{"role": "user", "content": text}], "mood": 1})
    request = openai_chat.decode_request(body.encode())
    out, dropped = PassThrough(openai_chat).encode_request(request, Outgoing("up"))
    assert (json.loads(out)["messages"][0]["content"], json.loads(out)["mood"], dropped) == (text, 1, ())
