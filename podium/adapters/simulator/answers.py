"""What a simulated provider answers: from a request to its tokens, and from tokens to OpenAI's bytes.

Pure: no clock, no randomness, no IO. The format is that of OpenAI's chat completions and embeddings
(https://platform.openai.com/docs/api-reference/chat, .../embeddings). Cache writes are reported as
OpenRouter does, in ``prompt_tokens_details.cache_write_tokens``.
"""

import base64
import functools
import hashlib
import struct
from typing import Any, Literal

import msgspec

from podium.adapters.simulator.config import Steering, steering_in
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
_EMBEDDING_DIMENSIONS = 16

FinishReason = Literal["stop", "length", "tool_calls"]


class StreamOptions(msgspec.Struct, frozen=True):
    """``stream_options`` of a chat request."""

    include_usage: bool = False


class Message(msgspec.Struct, frozen=True):
    """A message: its text is counted, whatever else it holds counts one token a part."""

    content: str | list[dict[str, Any]] | None = None
    role: str = "user"


class Function(msgspec.Struct, frozen=True):
    """A function that a model may call."""

    name: str
    parameters: dict[str, Any] = {}


class Tool(msgspec.Struct, frozen=True):
    """One of a request's ``tools``."""

    function: Function | None = None


class JsonSchema(msgspec.Struct, frozen=True):
    """``response_format.json_schema``."""

    schema: dict[str, Any] = {}


class ResponseFormat(msgspec.Struct, frozen=True):
    """``response_format`` of a chat request."""

    type: str = "text"
    json_schema: JsonSchema | None = None


class ChatRequest(msgspec.Struct, frozen=True):
    """What the simulator reads of a chat request; other fields are ignored."""

    model: str
    messages: list[Message]
    stream: bool = False
    stream_options: StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    n: int | None = None
    tools: list[Tool] = []
    tool_choice: str | dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    podium_sim: Steering = Steering()


class EmbeddingsRequest(msgspec.Struct, frozen=True):
    """What the simulator reads of an embeddings request."""

    model: str
    input: str | list[str | int | list[int]]
    dimensions: int | None = None
    encoding_format: Literal["float", "base64"] = "float"
    podium_sim: Steering = Steering()


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
        """Return the ``usage`` object of an answer."""
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


class Plan(msgspec.Struct, frozen=True):
    """The answer to a chat request, decided: the pieces of every choice are equal, one piece a token."""

    model: str
    usage: SimUsage
    pieces: tuple[str, ...]
    finish_reason: FinishReason
    choices: int
    tool: str | None
    """The function that is called, where a call was forced: the pieces are then its arguments."""


def decode_chat(body: bytes) -> ChatRequest:
    """Return the request. Raises msgspec.MsgspecError on what is no chat request."""
    request = _CHAT.decode(body)
    if b"<podium_sim>" not in body:
        return request
    texts = [_last_text(message) for message in request.messages if message.role == "user"]
    return msgspec.structs.replace(request, podium_sim=steering_in(texts[-1] if texts else ""))


def _last_text(message: "Message") -> str:
    content = message.content
    if content is None or isinstance(content, str):
        return content or ""
    return next((str(part["text"]) for part in reversed(content) if "text" in part), "")


def decode_embeddings(body: bytes) -> EmbeddingsRequest:
    """Return the request. Raises msgspec.MsgspecError on what is no embeddings request."""
    return _EMBEDDINGS.decode(body)


_CHAT = msgspec.json.Decoder(ChatRequest)
_EMBEDDINGS = msgspec.json.Decoder(EmbeddingsRequest)


def count_tokens(text: str) -> int:
    """Return the simulator's tokens of a text: the words that single spaces separate, at least one."""
    return text.count(" ") + 1


def _message_tokens(message: Message) -> int:
    content = message.content
    if isinstance(content, str):
        return count_tokens(content)
    parts = content or []
    return max(
        1, sum(count_tokens(part["text"]) if isinstance(part.get("text"), str) else 1 for part in parts)
    )


@functools.lru_cache(maxsize=512)
def text_pieces(tokens: int) -> tuple[str, ...]:
    """Return so many tokens of text: words with a leading space, the first without."""
    words = _WORDS
    return tuple([(" " if i else "") + words[i % len(words)] for i in range(tokens)])


def _fragments(text: str) -> tuple[str, ...]:
    return tuple(text[i : i + _FRAGMENT_CHARS] for i in range(0, len(text), _FRAGMENT_CHARS))


def _forced_function(request: ChatRequest) -> Function | None:
    """Return the function that ``tool_choice`` forces: the named one, or with ``required`` the first."""
    functions = [tool.function for tool in request.tools if tool.function is not None]
    choice = request.tool_choice
    if isinstance(choice, dict):
        wanted = (choice.get("function") or {}).get("name")
        return next((f for f in functions if f.name == wanted), None)
    return functions[0] if choice == "required" and functions else None


def _json_answer(response_format: ResponseFormat | None) -> str | None:
    """Return a JSON text that fits the format asked for, or None where free text is."""
    if response_format is None or response_format.type == "text":
        return None
    schema = response_format.json_schema.schema if response_format.json_schema else {"type": "object"}
    return msgspec.json.encode(example_of(schema)).decode()


def decide_answer(request: ChatRequest, *, default_tokens: int) -> Plan:
    """Decide what a chat request is answered, bounded by the client's limit of output."""
    steer = request.podium_sim
    limit = request.max_completion_tokens if request.max_completion_tokens is not None else request.max_tokens
    function = _forced_function(request)
    hidden = steer.reasoning_tokens + steer.output_audio_tokens
    structured = None if function else _json_answer(request.response_format)
    if function is not None:
        wanted = _fragments(msgspec.json.encode(example_of(function.parameters)).decode())
    elif structured is not None:
        wanted = _fragments(structured)
    else:
        total = default_tokens if steer.output_tokens is None else steer.output_tokens
        if limit is not None and not steer.ignore_limit:
            total = min(total, limit + 1)  # enough to see that the limit cut it
        wanted = text_pieces(max(0, total - hidden))
    room = len(wanted) if limit is None or steer.ignore_limit else max(0, limit - hidden)
    pieces = wanted[:room]
    finish: FinishReason = "length" if len(pieces) < len(wanted) else ("tool_calls" if function else "stop")
    choices = request.n or 1
    given = steer.cached_tokens + steer.cache_write_tokens + steer.audio_tokens
    prompt = steer.input_tokens
    if prompt is None:
        prompt = max(sum(map(_message_tokens, request.messages)), given)
    usage = SimUsage(
        prompt_tokens=prompt,
        completion_tokens=choices * (len(pieces) + hidden),
        cached_tokens=steer.cached_tokens,
        cache_write_tokens=steer.cache_write_tokens,
        audio_tokens=steer.audio_tokens,
        reasoning_tokens=choices * steer.reasoning_tokens,
        output_audio_tokens=choices * steer.output_audio_tokens,
    )
    return Plan(request.model, usage, pieces, finish, choices, function.name if function else None)


def encode_plain(plan: Plan, *, answer_id: str, created_s: int, with_usage: bool) -> bytes:
    """Return the body of a plain answer."""
    text = "".join(plan.pieces)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if plan.tool is not None:
        call = {
            "id": f"call_{answer_id}",
            "type": "function",
            "function": {"name": plan.tool, "arguments": text},
        }
        message = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}
    document: dict[str, Any] = {
        "id": answer_id,
        "object": "chat.completion",
        "created": created_s,
        "model": plan.model,
        "choices": [
            {"index": i, "message": message, "logprobs": None, "finish_reason": plan.finish_reason}
            for i in range(plan.choices)
        ],
    }
    if with_usage:
        document["usage"] = plan.usage.document()
    return msgspec.json.encode(document)


class Stream:
    """The events of one streamed answer, in OpenAI's order, made on demand.

    A role event, one event a token, one that finishes, for every choice in turn; then usage, if asked.
    """

    sentinel: bytes = b"data: [DONE]\n\n"
    """What ends the stream behind its last event."""

    def __init__(self, plan: Plan, *, answer_id: str, created_s: int, with_usage: bool) -> None:
        self._plan = plan
        self._answer_id = answer_id
        usage_field = ',"usage":null' if with_usage else ""
        head = {"id": answer_id, "object": "chat.completion.chunk", "created": created_s, "model": plan.model}
        self._head = b"data: " + msgspec.json.encode(head)[:-1]
        self._tail = (usage_field + "}\n\n").encode()
        self._with_usage = with_usage

    def _event(self, choice: int, delta: dict[str, Any], finish_reason: str | None) -> bytes:
        choices = [{"index": choice, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]
        return b'%b,"choices":%b%b' % (self._head, msgspec.json.encode(choices), self._tail)

    def opening(self) -> list[bytes]:
        """Return the role event of each choice."""
        delta: dict[str, Any] = {"role": "assistant", "content": "", "refusal": None}
        if self._plan.tool is not None:
            call = {
                "index": 0,
                "id": f"call_{self._answer_id}",
                "type": "function",
                "function": {"name": self._plan.tool, "arguments": ""},
            }
            delta = {"role": "assistant", "content": None, "tool_calls": [call]}
        return [self._event(i, delta, None) for i in range(self._plan.choices)]

    def tokens(self) -> list[bytes]:
        """Return one event a token."""
        events: list[bytes] = []
        for choice in range(self._plan.choices):
            prefix, suffix = self._around(choice)
            events += [b"%b%b%b" % (prefix, piece, suffix) for piece in _json_pieces(self._plan.pieces)]
        return events

    def _around(self, choice: int) -> tuple[bytes, bytes]:
        """Return the bytes before and after a token, so that a token costs one concatenation."""
        slot = "\x00"
        delta: dict[str, Any] = {"content": slot}
        if self._plan.tool is not None:
            delta = {"tool_calls": [{"index": 0, "function": {"arguments": slot}}]}
        prefix, _, suffix = self._event(choice, delta, None).partition(msgspec.json.encode(slot))
        return prefix, suffix

    def closing(self) -> list[bytes]:
        """Return the finishing event of each choice, and the usage event if it was asked for."""
        events = [self._event(i, {}, self._plan.finish_reason) for i in range(self._plan.choices)]
        if self._with_usage:
            usage = msgspec.json.encode(self._plan.usage.document())
            events.append(b'%b,"choices":[],"usage":%b}\n\n' % (self._head, usage))
        return events


@functools.lru_cache(maxsize=512)
def _json_pieces(pieces: tuple[str, ...]) -> list[bytes]:
    """Return the pieces as JSON strings; what was encoded lately is remembered."""
    return [msgspec.json.encode(piece) for piece in pieces]


def encode_error(status: int, message: str, *, code: str | None = None) -> bytes:
    """Return an error body in OpenAI's shape, with the ``type`` that OpenAI gives such a status."""
    types = {400: "invalid_request_error", 401: "invalid_request_error", 404: "invalid_request_error"}
    kind = types.get(status, "rate_limit_error" if status == 429 else "server_error")
    return msgspec.json.encode({"error": {"message": message, "type": kind, "param": None, "code": code}})


def embedding_inputs(request: EmbeddingsRequest) -> list[bytes]:
    """Return what is to be embedded, one byte string an input."""
    value = request.input
    if isinstance(value, str) or all(isinstance(item, int) for item in value):
        return [value.encode() if isinstance(value, str) else msgspec.json.encode(value)]
    return [item.encode() if isinstance(item, str) else msgspec.json.encode(item) for item in value]


def embedding_tokens(request: EmbeddingsRequest) -> int:
    """Return the tokens of an embeddings request: token ids are counted, texts as `count_tokens` does."""
    if request.podium_sim.input_tokens is not None:
        return request.podium_sim.input_tokens
    value = request.input
    if isinstance(value, str):
        return count_tokens(value)
    return sum(count_tokens(i) if isinstance(i, str) else 1 if isinstance(i, int) else len(i) for i in value)


def vector(data: bytes, dimensions: int | None = None) -> list[float]:
    """Return a unit vector that is a function of the input alone."""
    dimensions = dimensions or _EMBEDDING_DIMENSIONS
    raw = hashlib.shake_128(data).digest(2 * dimensions)
    values = [value / 32768 for (value,) in struct.iter_unpack("<h", raw)]
    norm = sum(v * v for v in values) ** 0.5 or 1.0
    return [v / norm for v in values]


def encode_embeddings(request: EmbeddingsRequest, *, with_usage: bool) -> bytes:
    """Return the body of an embeddings answer; vectors are deterministic, and mean nothing."""
    dimensions = request.dimensions or _EMBEDDING_DIMENSIONS
    data: list[dict[str, Any]] = []
    for index, item in enumerate(embedding_inputs(request)):
        embedding: list[float] | str = vector(item, dimensions)
        if request.encoding_format == "base64":
            embedding = base64.b64encode(struct.pack(f"<{dimensions}f", *embedding)).decode()
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    document: dict[str, Any] = {"object": "list", "data": data, "model": request.model}
    if with_usage:
        tokens = embedding_tokens(request)
        document["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
    return msgspec.json.encode(document)


def encode_models(names: tuple[str, ...]) -> bytes:
    """Return the body of ``GET /v1/models``."""
    data = [{"id": name, "object": "model", "created": 0, "owned_by": "podium-simulator"} for name in names]
    return msgspec.json.encode({"object": "list", "data": data})
