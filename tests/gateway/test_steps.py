"""How calls are known again."""

import json

import pytest

from podium.gateway.steps import NO_TOOLS, Stepper
from podium.kernel.call import Request
from podium.wire import anthropic_messages, openai_chat

STEPPER = Stepper(b"k" * 32)


def chat(*said: str, **more: object) -> Request:
    messages = [{"role": "user", "content": text} for text in said]
    return openai_chat.decode_request(json.dumps({"model": "m", "messages": messages, **more}).encode())


def test_the_end_counts_with_digits_alike() -> None:
    """A conversation that grows by the same words is the same step; other words are another one."""
    turn = "look at ticket 17 again, please: " + "x" * 500
    asked = STEPPER.step(chat("begin", turn))[:16]
    assert STEPPER.step(chat("begin", turn, "and", turn.replace("17", "18")))[:16] == asked
    assert STEPPER.step(chat("begin", turn + "!"))[:16] != asked


def test_instructions_and_tools_are_apart() -> None:
    """Other instructions change the second digest, other tools the third; without tools it is zero."""
    plain = STEPPER.step(chat("a" * 600, "b"))
    assert plain[24:] == NO_TOOLS
    tools = [{"type": "function", "function": {"name": "f"}}]
    other = STEPPER.step(chat("a" * 600, "b", tools=tools))
    assert other[16:24] == plain[16:24]
    assert other[24:] != NO_TOOLS
    assert STEPPER.step(chat("c" * 600, "b"))[16:24] != plain[16:24]
    claude = [
        STEPPER.step(
            anthropic_messages.decode_request(
                json.dumps(
                    {
                        "model": "m",
                        "max_tokens": 1,
                        "system": system,
                        "messages": [{"role": "user", "content": "hi"}],
                    }
                ).encode()
            )
        )
        for system in ("one", "two", "one")
    ]
    assert claude[0] == claude[2]
    assert claude[0][16:24] != claude[1][16:24]


def test_digests_are_keyed() -> None:
    """Nobody without the key can tell a prompt from its digest."""
    assert Stepper(b"x" * 32).step(chat("hello")) != STEPPER.step(chat("hello"))


def test_remembering_has_an_end() -> None:
    """What is remembered of many agents is bounded, and forgetting changes no digest."""
    before = STEPPER.step(chat("first"))
    for number in range(2000):
        STEPPER.step(chat("x" * number))
    assert len(STEPPER._known) <= 1024
    assert STEPPER.step(chat("first")) == before


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("role", ["system", "developer"])
@pytest.mark.parametrize("last", [False, True])
def test_instructions_before_what_users_say(separators: tuple[str, str], role: str, *, last: bool) -> None:
    """A short system prompt is the same whatever the user says behind it, however an SDK writes it."""

    def digest(instructions: str, said: str) -> str:
        messages = [{"role": role, "content": instructions}, {"role": "user", "content": said}]
        if last:
            messages = [{"content": one["content"], "role": one["role"]} for one in messages]
        body = json.dumps({"model": "m", "messages": messages}, separators=separators)
        return str(STEPPER.step(openai_chat.decode_request(body.encode())))[16:24]

    told = digest('You are "role":"system" A.', "hello")
    assert digest('You are "role":"system" A.', 'another "role" word' * 40) == told
    assert digest('You are "role":"system" B.', "hello") != told
    assert digest("x" * 2000 + "A", "hello") == digest("x" * 2000 + "A", "bye")
    assert digest("x" * 2000 + "A", "hello") != digest("x" * 2000 + "B", "hello")
