"""What a simulated provider answers, decided: from a question in any format to tokens. Pure.

A question steers its answer by the field ``podium_sim`` of its body, or by the same JSON between
``<podium_sim>`` and ``</podium_sim>`` in its last text, which also passes where a body is translated.
"""

import functools
import re
from typing import Any, Literal

import msgspec

from podium.adapters.simulator.config import Steering
from podium.adapters.simulator.schemas import example_of

_WORDS = (
    "the",
    "score",
    "opens",
    "with",
    "strings",
    "then",
    "brass",
    "answers",
    "and",
    "all",
    "players",
    "rest",
)
_FRAGMENT_CHARS = 4
_TAG = re.compile(r"<podium_sim>(.*?)</podium_sim>", re.DOTALL)
_STEERING = msgspec.json.Decoder(Steering)

FinishReason = Literal["stop", "length", "tool_calls"]


class Function(msgspec.Struct, frozen=True):
    """A function that a model may call."""

    name: str
    parameters: dict[str, Any] = {}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A chat request, as far as an answer depends on it."""

    model: str
    prompt_tokens: int
    steer: Steering
    limit: int | None = None
    """The client's limit of output tokens."""
    choices: int = 1
    functions: tuple[Function, ...] = ()
    force: str | bool = False
    """The name of the function that must be called; True: any."""
    schema: dict[str, Any] | None = None
    """Of the JSON that the answer shall be."""


class SimUsage(msgspec.Struct, frozen=True):
    """Tokens that the simulator reports, and counts. Totals include their parts, as OpenAI's do."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    audio_tokens: int = 0
    reasoning_tokens: int = 0
    output_audio_tokens: int = 0

    def document(self) -> dict[str, Any]:
        """Return the ``usage`` object of an answer of OpenAI's chat completions."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "prompt_tokens_details": {
                "cached_tokens": self.cached_tokens,
                "cache_write_tokens": self.cache_write_tokens,
                "audio_tokens": self.audio_tokens,
            },
            "completion_tokens_details": {
                "reasoning_tokens": self.reasoning_tokens,
                "audio_tokens": self.output_audio_tokens,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }


class PlannedCall(msgspec.Struct, frozen=True):
    """A call of a function: its arguments in pieces, one a token."""

    name: str
    pieces: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True):
    """The answer, decided: the pieces of every choice are equal, one piece a token."""

    model: str
    usage: SimUsage
    pieces: tuple[str, ...]
    finish_reason: FinishReason
    choices: int
    calls: tuple[PlannedCall, ...] = ()
    """The functions that are called; the pieces of the text are then none."""
    thoughts: tuple[str, ...] = ()
    """What was thought, one piece a token of reasoning, for formats that show it."""

    @property
    def all_pieces(self) -> int:
        """How many pieces one choice has, thoughts left out."""
        return len(self.pieces) + sum(len(call.pieces) for call in self.calls)


def steered(given: Steering, last_text: str) -> Steering:
    """Return how an answer is steered: by its field, else by a tag in the last text."""
    found = _TAG.search(last_text) if given == Steering() and "<podium_sim>" in last_text else None
    return given if found is None else _STEERING.decode(found[1])


def count_tokens(text: str) -> int:
    """Return the simulator's tokens of a text: the words that single spaces separate, at least one."""
    return text.count(" ") + 1


@functools.lru_cache(maxsize=512)
def text_pieces(tokens: int) -> tuple[str, ...]:
    """Return so many tokens of text: words with a leading space, the first without."""
    words = _WORDS
    return tuple([(" " if i else "") + words[i % len(words)] for i in range(tokens)])


def _fragments(document: dict[str, Any] | None) -> tuple[str, ...]:
    text = msgspec.json.encode(example_of(document or {"type": "object"})).decode()
    return tuple(text[i : i + _FRAGMENT_CHARS] for i in range(0, len(text), _FRAGMENT_CHARS))


def _called(question: Question) -> list[Function]:
    """Return the functions that are called: the named one, or the first ones where any must be."""
    functions = question.functions
    if isinstance(question.force, str):
        functions = tuple(function for function in functions if function.name == question.force)
    elif not question.force:
        return []
    many = max(1, question.steer.calls)
    return [functions[i % len(functions)] for i in range(many)] if functions else []


def decide(question: Question, *, default_tokens: int) -> Plan:
    """Decide what a question is answered, bounded by the client's limit of output."""
    steer, limit = question.steer, question.limit
    hidden = steer.reasoning_tokens + steer.output_audio_tokens
    calls = [PlannedCall(function.name, _fragments(function.parameters)) for function in _called(question)]
    wanted: tuple[str, ...] = ()
    if calls:
        pass
    elif question.schema is not None:
        wanted = _fragments(question.schema)
    else:
        total = default_tokens if steer.output_tokens is None else steer.output_tokens
        if limit is not None and not steer.ignore_limit:
            total = min(total, limit + 1)  # enough to see that the limit cut it
        wanted = text_pieces(max(0, total - hidden))
    all_wanted = len(wanted) + sum(len(call.pieces) for call in calls)
    room = all_wanted if limit is None or steer.ignore_limit else max(0, limit - hidden)
    pieces, made = wanted[:room], min(room, all_wanted)
    finish: FinishReason = "length" if made < all_wanted else ("tool_calls" if calls else "stop")
    kept: list[PlannedCall] = []
    for call in calls:
        kept.append(PlannedCall(call.name, call.pieces[:room]))
        room -= len(kept[-1].pieces)
    given = steer.cached_tokens + steer.cache_write_tokens + steer.audio_tokens
    prompt = max(question.prompt_tokens, given) if steer.input_tokens is None else steer.input_tokens
    usage = SimUsage(
        prompt_tokens=prompt,
        completion_tokens=question.choices * (made + hidden),
        cached_tokens=steer.cached_tokens,
        cache_write_tokens=steer.cache_write_tokens,
        audio_tokens=steer.audio_tokens,
        reasoning_tokens=question.choices * steer.reasoning_tokens,
        output_audio_tokens=question.choices * steer.output_audio_tokens,
    )
    thoughts = text_pieces(steer.reasoning_tokens)
    return Plan(question.model, usage, pieces, finish, question.choices, tuple(kept), thoughts)
