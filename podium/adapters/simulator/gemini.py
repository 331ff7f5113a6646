"""What a simulated provider answers in Google's format, written without the gateway's own codec.

Pure, as `answers` is. Source: https://ai.google.dev/api/generate-content, .../embeddings, .../tokens; streams
have CRLF line ends and a usage so far in every event, as Google's do.
"""

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

from podium.adapters.simulator import answers
from podium.adapters.simulator.config import Steering, steering_in
from podium.adapters.simulator.schemas import example_of

SIGNATURE = "c2ltdWxhdGVkLXNpZ25hdHVyZQ=="
"""What the simulator signs thoughts and calls with: base64, as all bytes are in Google's JSON."""


class Content(msgspec.Struct, frozen=True):
    """One turn."""

    parts: list[dict[str, Any]] = []
    role: str = "user"


class Config(msgspec.Struct, frozen=True, rename="camel"):
    """``generationConfig``."""

    max_output_tokens: int | None = None
    candidate_count: int = 1
    response_mime_type: str = "text/plain"
    response_schema: dict[str, Any] | None = None
    response_json_schema: dict[str, Any] | None = None
    thinking_config: dict[str, Any] = {}


class GenerateRequest(msgspec.Struct, frozen=True, rename="camel"):
    """What the simulator reads of a request."""

    contents: list[Content]
    system_instruction: Content | None = None
    generation_config: Config = Config()
    tools: list[dict[str, Any]] = []
    tool_config: dict[str, Any] = {}
    podium_sim: Steering | None = msgspec.field(default=None, name="podium_sim")


class EmbedRequest(msgspec.Struct, frozen=True, rename="camel"):
    """One text to embed."""

    content: Content
    output_dimensionality: int | None = None
    model: str = ""


class BatchRequest(msgspec.Struct, frozen=True):
    """Several."""

    requests: list[EmbedRequest]


class Plan(msgspec.Struct, frozen=True):
    """The answer, decided: every candidate is the same."""

    model: str
    usage: answers.SimUsage
    pieces: tuple[str, ...]
    """Words, one a token; with ``calls`` there are none."""
    calls: tuple[dict[str, Any], ...]
    thought: str | None
    finish_reason: str
    choices: int


def method_of(path: str) -> tuple[str, str]:
    """Return model and method of ``/v1beta/models/{model}:{method}``."""
    model, _, method = unquote(path.partition("/models/")[2]).rpartition(":")
    return model, method


def decode_generate(body: bytes) -> tuple[GenerateRequest, Steering]:
    """Return a request and what it steers. Raises msgspec.MsgspecError."""
    request = msgspec.json.decode(body, type=GenerateRequest)
    if request.podium_sim is not None:
        return request, request.podium_sim
    texts = [
        part["text"] for content in request.contents if content.role != "model"
        for part in content.parts if isinstance(part.get("text"), str)
    ]  # fmt: skip
    return request, steering_in(texts[-1] if texts else "")


def count_content(content: Content) -> int:
    """Return the tokens of a turn: words of texts, and one for any other part."""
    return sum(
        answers.count_tokens(part["text"]) if isinstance(part.get("text"), str) else 1
        for part in content.parts
    )


def count_prompt(request: GenerateRequest) -> int:
    """Return the tokens of all that is asked."""
    system = request.system_instruction
    return sum(map(count_content, request.contents)) + (count_content(system) if system is not None else 0)


def _forced(request: GenerateRequest, steer: Steering) -> list[dict[str, Any]]:
    """Return the functions to call: none behind their results, so that the second round answers in words."""
    declared = [function for tool in request.tools for function in tool.get("functionDeclarations", [])]
    if any("functionResponse" in part for part in request.contents[-1].parts) or not declared:
        return []
    config = request.tool_config.get("functionCallingConfig", {})
    allowed = config.get("allowedFunctionNames") or [function["name"] for function in declared]
    usable = [function for function in declared if function["name"] in allowed]
    count = steer.tool_calls if steer.tool_calls is not None else int(config.get("mode") == "ANY")
    return [usable[index % len(usable)] for index in range(count)] if usable else []


def _structured(config: Config) -> str | None:
    if config.response_mime_type != "application/json":
        return None
    schema = config.response_json_schema or _lower(config.response_schema) or {"type": "object"}
    return msgspec.json.encode(example_of(schema)).decode()


def _lower(schema: Any) -> Any:
    """Return an OpenAPI schema with JSON Schema's names of types."""
    if isinstance(schema, list):
        return [_lower(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.lower() if key == "type" and isinstance(value, str) else _lower(value)
        for key, value in schema.items()
    }


def decide_answer(model: str, request: GenerateRequest, steer: Steering, *, default_tokens: int) -> Plan:
    """Decide what a request is answered, bounded by its limit of output."""
    config = request.generation_config
    limit = config.max_output_tokens
    forced = _forced(request, steer)
    calls = tuple(
        {"name": function["name"], "args": example_of(_parameters(function))} for function in forced
    )
    structured = None if calls else _structured(config)
    shown = bool(config.thinking_config.get("includeThoughts"))
    hidden = steer.reasoning_tokens or (3 if shown else 0)
    if calls:
        wanted: tuple[str, ...] = ()
    elif structured is not None:
        wanted = tuple(structured[i : i + 4] for i in range(0, len(structured), 4))
    else:
        total = default_tokens if steer.output_tokens is None else steer.output_tokens
        wanted = answers.text_pieces(max(0, total - (0 if steer.output_tokens is None else hidden)))
    pieces = wanted if limit is None or steer.ignore_limit else wanted[: max(0, limit - hidden)]
    finish = steer.finish or ("MAX_TOKENS" if len(pieces) < len(wanted) else "STOP")
    choices = config.candidate_count
    prompt = steer.input_tokens if steer.input_tokens is not None else count_prompt(request)
    usage = answers.SimUsage(
        prompt_tokens=max(prompt, steer.cached_tokens + steer.audio_tokens),
        completion_tokens=choices * (len(pieces) + len(calls) + hidden),
        cached_tokens=steer.cached_tokens,
        audio_tokens=steer.audio_tokens,
        reasoning_tokens=choices * hidden,
        output_audio_tokens=choices * steer.output_audio_tokens,
    )
    thought = "thinking it over" if shown else None
    return Plan(model, usage, pieces, calls, thought, finish, choices)


def _parameters(function: dict[str, Any]) -> Any:
    return function.get("parametersJsonSchema") or _lower(function.get("parameters")) or {"type": "object"}


def usage_document(usage: answers.SimUsage) -> dict[str, Any]:
    """Return ``usageMetadata``; zeros are left out, as ProtoJSON does."""
    counts = {
        "promptTokenCount": usage.prompt_tokens,
        "candidatesTokenCount": usage.completion_tokens - usage.reasoning_tokens,
        "totalTokenCount": usage.prompt_tokens + usage.completion_tokens,
        "cachedContentTokenCount": usage.cached_tokens,
        "thoughtsTokenCount": usage.reasoning_tokens,
    }
    document: dict[str, Any] = {name: count for name, count in counts.items() if count}
    text = {"modality": "TEXT", "tokenCount": usage.prompt_tokens - usage.audio_tokens}
    document["promptTokensDetails"] = [text]
    if usage.audio_tokens:
        document["promptTokensDetails"].append({"modality": "AUDIO", "tokenCount": usage.audio_tokens})
    if usage.output_audio_tokens:
        document["candidatesTokensDetails"] = [{"modality": "AUDIO", "tokenCount": usage.output_audio_tokens}]
    return document


def _parts(plan: Plan) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if plan.thought is not None:
        parts.append({"text": plan.thought, "thought": True})
    for index, call in enumerate(plan.calls):
        part: dict[str, Any] = {"functionCall": call}
        if not index:
            part["thoughtSignature"] = SIGNATURE  # Gemini 3 signs the first of parallel calls
        parts.append(part)
    text = "".join(plan.pieces)
    if text or not plan.calls:
        signed = {"thoughtSignature": SIGNATURE} if plan.thought is not None else {}
        parts.append({"text": text, **signed})
    return parts


def encode_plain(plan: Plan, *, answer_id: str, with_usage: bool) -> bytes:
    """Return the body of a plain answer."""
    document: dict[str, Any] = {
        "candidates": [
            {
                "content": {"parts": _parts(plan), "role": "model"},
                "finishReason": plan.finish_reason,
                "index": index,
            }
            for index in range(plan.choices)
        ],
        "modelVersion": plan.model,
        "responseId": answer_id,
    }
    if plan.finish_reason == "BLOCKED":
        document["candidates"] = []
        document["promptFeedback"] = {"blockReason": "SAFETY"}
    if with_usage:
        document["usageMetadata"] = usage_document(plan.usage)
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


class Stream:
    """The events of one streamed answer: one a token, and one that finishes each candidate."""

    sentinel: bytes = b""

    def __init__(self, plan: Plan, *, answer_id: str, with_usage: bool) -> None:
        self._plan = plan
        self._with_usage = with_usage
        tail = {"modelVersion": plan.model, "responseId": answer_id}
        self._tail = b"," + msgspec.json.encode(tail)[1:] + b"\r\n\r\n"

    def _event(self, index: int, parts: list[dict[str, Any]], sent: int, finish: str | None = None) -> bytes:
        candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": index}
        if finish is not None:
            candidate["finishReason"] = finish
        usage = b""
        if self._with_usage:
            whole = self._plan.usage
            so_far = (
                whole
                if finish is not None
                else msgspec.structs.replace(whole, completion_tokens=sent, reasoning_tokens=0)
            )
            usage = b',"usageMetadata": ' + msgspec.json.encode(usage_document(so_far))
        return b'data: {"candidates": [%b]%b%b' % (msgspec.json.encode(candidate), usage, self._tail)

    def opening(self) -> list[bytes]:
        """Return nothing: Google's streams begin with content."""
        return []

    def tokens(self) -> list[bytes]:
        """Return one event a thought, a call and a token."""
        plan = self._plan
        events: list[bytes] = []
        for index in range(plan.choices):
            if plan.thought is not None:
                words = plan.thought.split(" ")
                for at, word in enumerate(words):
                    text = word if not at else " " + word
                    events.append(self._event(index, [{"text": text, "thought": True}], at))
            if plan.calls:
                events += [self._event(index, [part], 1) for part in _parts(plan) if "functionCall" in part]
            events += [
                self._event(index, [{"text": piece}], sent) for sent, piece in enumerate(plan.pieces, 1)
            ]
        return events

    def closing(self) -> list[bytes]:
        """Return the event that ends each candidate; nothing follows."""
        plan = self._plan
        if plan.finish_reason == "BLOCKED":
            usage = msgspec.json.encode(usage_document(plan.usage))
            return [
                b'data: {"promptFeedback": {"blockReason": "SAFETY"},"usageMetadata": %b%b'
                % (usage, self._tail)
            ]
        last: dict[str, Any] = {"text": ""}
        if plan.thought is not None and not plan.calls:
            last["thoughtSignature"] = SIGNATURE
        return [
            self._event(index, [last], plan.usage.completion_tokens, plan.finish_reason)
            for index in range(plan.choices)
        ]


def encode_error(status: int, message: str, *, code: str | None = None) -> bytes:
    """Return an error body in Google's shape."""
    words = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    kind = words.get(status, "RESOURCE_EXHAUSTED" if status == 429 else "INTERNAL")
    error: dict[str, Any] = {"code": status, "message": message, "status": kind}
    if code is not None:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code}]
    return msgspec.json.encode({"error": error})


def encode_embeddings(requests: Sequence[EmbedRequest], *, one: bool) -> tuple[bytes, int]:
    """Return the body of an answer and its tokens; vectors are deterministic, and mean nothing."""
    tokens = sum(count_content(request.content) for request in requests)
    vectors = []
    for request in requests:
        text = "".join(str(part.get("text", "")) for part in request.content.parts)
        vectors.append({"values": answers.vector(text.encode(), request.output_dimensionality)})
    usage = {"promptTokenCount": tokens}
    document = {"embedding": vectors[0]} if one else {"embeddings": vectors}
    return msgspec.json.encode({**document, "usageMetadata": usage}), tokens


def encode_models(names: Sequence[str]) -> bytes:
    """Return the body of ``GET /v1beta/models``."""
    return msgspec.json.encode({"models": [{"name": f"models/{name}"} for name in names]})


def answer_id_of(number: int) -> str:
    """Return a responseId in the look of Google's."""
    return hashlib.blake2b(b"%d" % number, digest_size=11).hexdigest()
