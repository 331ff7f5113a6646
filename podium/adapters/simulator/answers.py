"""A simulated provider in OpenAI's format: from a request to a question, and from a plan to bytes.

Pure: no clock, no randomness, no IO. The format is that of OpenAI's chat completions and embeddings
(https://platform.openai.com/docs/api-reference/chat, .../embeddings). Cache writes are reported as
OpenRouter does, in ``prompt_tokens_details.cache_write_tokens``.
"""

import base64
import functools
import hashlib
import struct
from typing import Any, ClassVar, Literal

import msgspec

from podium.adapters.simulator.config import Steering
from podium.adapters.simulator.plan import Function, Plan, Question, count_tokens, decide, steered

_EMBEDDING_DIMENSIONS = 16


class StreamOptions(msgspec.Struct, frozen=True):
    """``stream_options`` of a chat request."""

    include_usage: bool = False


class Message(msgspec.Struct, frozen=True):
    """A message: its text is counted, whatever else it holds counts one token a part."""

    content: str | list[dict[str, Any]] | None = None
    role: str = ""


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


def decode_chat(body: bytes) -> ChatRequest:
    """Return the request. Raises msgspec.MsgspecError on what is no chat request."""
    return _CHAT.decode(body)


def decode_embeddings(body: bytes) -> EmbeddingsRequest:
    """Return the request. Raises msgspec.MsgspecError on what is no embeddings request."""
    return _EMBEDDINGS.decode(body)


_CHAT = msgspec.json.Decoder(ChatRequest)
_EMBEDDINGS = msgspec.json.Decoder(EmbeddingsRequest)


def _message_tokens(message: Message) -> int:
    content = message.content
    if isinstance(content, str):
        return count_tokens(content)
    parts = content or []
    return max(
        1, sum(count_tokens(part["text"]) if isinstance(part.get("text"), str) else 1 for part in parts)
    )


def _forced(request: ChatRequest, steer: Steering) -> str | bool:
    """Return the function that must be called: the named one, any with ``required``, or as it is steered."""
    choice = request.tool_choice
    if isinstance(choice, dict):
        return str((choice.get("function") or {}).get("name"))
    answered = bool(request.messages) and request.messages[-1].role == "tool"
    return choice == "required" or (steer.call and choice != "none" and not answered)


def _schema(response_format: ResponseFormat | None) -> dict[str, Any] | None:
    """Return the schema of the JSON that is asked for, or None where free text is."""
    if response_format is None or response_format.type == "text":
        return None
    return response_format.json_schema.schema if response_format.json_schema else {"type": "object"}


def _last_text(messages: list[Message]) -> str:
    content = messages[-1].content if messages else None
    if isinstance(content, str):
        return content
    return " ".join([part["text"] for part in content or () if isinstance(part.get("text"), str)])


def question_of(request: ChatRequest) -> Question:
    """Return what an answer depends on. Raises msgspec.MsgspecError where a steering tag makes no sense."""
    limit = request.max_completion_tokens if request.max_completion_tokens is not None else request.max_tokens
    steer = steered(request.podium_sim, _last_text(request.messages))
    return Question(
        model=request.model,
        prompt_tokens=sum(map(_message_tokens, request.messages)),
        steer=steer,
        limit=limit,
        choices=request.n or 1,
        functions=tuple(tool.function for tool in request.tools if tool.function is not None),
        force=_forced(request, steer),
        schema=_schema(request.response_format),
    )


def decide_answer(request: ChatRequest, *, default_tokens: int) -> Plan:
    """Decide what a chat request is answered."""
    return decide(question_of(request), default_tokens=default_tokens)


def _call_id(answer_id: str, number: int) -> str:
    return f"call_{answer_id}" + (f"_{number}" if number else "")


def encode_plain(plan: Plan, *, answer_id: str, created_s: int, with_usage: bool) -> bytes:
    """Return the body of a plain answer."""
    text = "".join(plan.pieces)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if plan.calls:
        calls = [
            {
                "id": _call_id(answer_id, number),
                "type": "function",
                "function": {"name": call.name, "arguments": "".join(call.pieces)},
            }
            for number, call in enumerate(plan.calls)
        ]
        message = {"role": "assistant", "content": None, "refusal": None, "tool_calls": calls}
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

    sentinel: ClassVar = [b"data: [DONE]\n\n"]
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
        if self._plan.calls:
            calls = [
                {
                    "index": number,
                    "id": _call_id(self._answer_id, number),
                    "type": "function",
                    "function": {"name": call.name, "arguments": ""},
                }
                for number, call in enumerate(self._plan.calls)
            ]
            delta = {"role": "assistant", "content": None, "tool_calls": calls}
        return [self._event(i, delta, None) for i in range(self._plan.choices)]

    def tokens(self) -> list[bytes]:
        """Return one event a token."""
        events: list[bytes] = []
        for choice in range(self._plan.choices):
            if self._plan.pieces:
                events += self._pieces(choice, {"content": _SLOT}, self._plan.pieces)
            for number, call in enumerate(self._plan.calls):
                delta = {"tool_calls": [{"index": number, "function": {"arguments": _SLOT}}]}
                events += self._pieces(choice, delta, call.pieces)
        return events

    def _pieces(self, choice: int, delta: dict[str, Any], pieces: tuple[str, ...]) -> list[bytes]:
        """Return the events of pieces; a token costs one concatenation."""
        prefix, _, suffix = self._event(choice, delta, None).partition(msgspec.json.encode(_SLOT))
        return [b"%b%b%b" % (prefix, piece, suffix) for piece in _json_pieces(pieces)]

    def closing(self) -> list[bytes]:
        """Return the finishing event of each choice, and the usage event if it was asked for."""
        events = [self._event(i, {}, self._plan.finish_reason) for i in range(self._plan.choices)]
        if self._with_usage:
            usage = msgspec.json.encode(self._plan.usage.document())
            events.append(b'%b,"choices":[],"usage":%b}\n\n' % (self._head, usage))
        return events


_SLOT = "\x00"


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
