"""What a simulated provider answers in Google's format, written without the gateway's own codec.

Pure, as `answers` is. Source: https://ai.google.dev/api/generate-content, .../embeddings, .../tokens; streams
have CRLF line ends and a usage so far in every event, as Google's do. Google's SDK writes some names as the
proto has them (``include_thoughts``), so those are read in both spellings.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import unquote

import msgspec

from podium.adapters.simulator import answers
from podium.adapters.simulator.config import Steering
from podium.adapters.simulator.plan import (
    Function,
    Plan,
    PlannedCall,
    Question,
    SimUsage,
    count_tokens,
    steered,
)

SIGNATURE = "c2ltdWxhdGVkLXNpZ25hdHVyZQ=="
"""What the simulator signs thoughts and calls with: base64, as all bytes are in Google's JSON."""
BLOCKED = "BLOCKED"
"""The steering's word for a prompt that is blocked: there are then no candidates."""


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
    podium_sim: Steering = msgspec.field(default=Steering(), name="podium_sim")


class EmbedRequest(msgspec.Struct, frozen=True, rename="camel"):
    """One text to embed."""

    content: Content
    output_dimensionality: int | None = None
    model: str = ""


class BatchRequest(msgspec.Struct, frozen=True):
    """Several."""

    requests: list[EmbedRequest]


_generate_decoder = msgspec.json.Decoder(GenerateRequest)
_embed_decoder = msgspec.json.Decoder(EmbedRequest)
_batch_decoder = msgspec.json.Decoder(BatchRequest)


def method_of(path: str) -> tuple[str, str]:
    """Return model and method of ``/v1beta/models/{model}:{method}``."""
    model, _, method = unquote(path.partition("/models/")[2]).rpartition(":")
    return model, method


def decode_generate(body: bytes) -> GenerateRequest:
    """Return the request. Raises msgspec.MsgspecError."""
    return _generate_decoder.decode(body)


def decode_embeddings(body: bytes, *, one: bool) -> list[EmbedRequest]:
    """Return the texts of embedContent, or of batchEmbedContents. Raises msgspec.MsgspecError."""
    if one:
        return [_embed_decoder.decode(body)]
    return _batch_decoder.decode(body).requests


def count_content(content: Content) -> int:
    """Return the tokens of a turn: words of texts, and one for any other part."""
    return sum(
        count_tokens(part["text"]) if isinstance(part.get("text"), str) else 1 for part in content.parts
    )


def count_prompt(request: GenerateRequest) -> int:
    """Return the tokens of all that is asked."""
    system = request.system_instruction
    return sum(map(count_content, request.contents)) + (count_content(system) if system is not None else 0)


def shows_thoughts(request: GenerateRequest) -> bool:
    """Return whether thoughts are to be shown."""
    thinking = request.generation_config.thinking_config
    return bool(thinking.get("includeThoughts") or thinking.get("include_thoughts"))


def question_of(model: str, request: GenerateRequest) -> Question:
    """Return what an answer depends on. Raises msgspec.MsgspecError where a steering tag makes no sense."""
    config, last = request.generation_config, request.contents[-1]
    texts = [part["text"] for part in last.parts if isinstance(part.get("text"), str)]
    steer = steered(request.podium_sim, " ".join(texts))
    declared = [function for tool in request.tools for function in tool.get("functionDeclarations", [])]
    calling = request.tool_config.get("functionCallingConfig", {})
    allowed = calling.get("allowedFunctionNames") or [function["name"] for function in declared]
    answered = any("functionResponse" in part for part in last.parts)
    return Question(
        model=model,
        prompt_tokens=count_prompt(request),
        steer=steer,
        limit=config.max_output_tokens,
        choices=config.candidate_count,
        functions=tuple(
            Function(function["name"], _parameters(function))
            for function in declared
            if function["name"] in allowed
        ),
        force=not answered and (calling.get("mode") == "ANY" or steer.call),
        schema=_schema(config),
    )


def _schema(config: Config) -> dict[str, Any] | None:
    if config.response_mime_type != "application/json":
        return None
    found: dict[str, Any] | None = config.response_json_schema or _lower(config.response_schema)
    return found or {"type": "object"}


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


def _parameters(function: dict[str, Any]) -> Any:
    given = function.get("parametersJsonSchema") or function.get("parameters_json_schema")
    return given or _lower(function.get("parameters")) or {"type": "object"}


def usage_document(usage: SimUsage) -> dict[str, Any]:
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


class Answer:
    """A plan in Google's words."""

    def __init__(self, plan: Plan, *, answer_id: str, thoughts: bool, steer: Steering) -> None:
        self.plan = plan
        self.thoughts = plan.thoughts if thoughts else ()
        self.finish = steer.finish or ("MAX_TOKENS" if plan.finish_reason == "length" else "STOP")
        self.with_usage = not steer.no_usage
        queries = [f"query {number}" for number in range(steer.web_searches)]
        self.grounding = {"groundingMetadata": {"webSearchQueries": queries}} if queries else {}
        self.tail = {"modelVersion": plan.model, "responseId": answer_id}
        self.calls = [part for part in map(_call_part, plan.calls) if part is not None]
        if self.calls:
            self.calls[0]["thoughtSignature"] = SIGNATURE  # Gemini 3 signs the first of parallel calls

    def text_part(self, text: str) -> dict[str, Any]:
        """Return words that end an answer; those behind thoughts are signed."""
        return {"text": text, "thoughtSignature": SIGNATURE} if self.thoughts else {"text": text}


def _call_part(call: PlannedCall) -> dict[str, Any] | None:
    """Return a call, or None where the limit of output cut its arguments."""
    try:
        arguments = msgspec.json.decode("".join(call.pieces))
    except msgspec.DecodeError:
        return None
    return {"functionCall": {"name": call.name, "args": arguments}}


def encode_plain(answer: Answer) -> bytes:
    """Return the body of a plain answer."""
    parts: list[dict[str, Any]] = []
    if answer.thoughts:
        parts.append({"text": "".join(answer.thoughts), "thought": True})
    parts += answer.calls
    if not answer.calls:
        parts.append(answer.text_part("".join(answer.plan.pieces)))
    document: dict[str, Any] = {
        "candidates": [
            {
                "content": {"parts": parts, "role": "model"},
                "finishReason": answer.finish,
                "index": index,
                **answer.grounding,
            }
            for index in range(answer.plan.choices)
        ],
        **answer.tail,
    }
    if answer.finish == BLOCKED:
        del document["candidates"]
        document["promptFeedback"] = {"blockReason": "SAFETY"}
    if answer.with_usage:
        document["usageMetadata"] = usage_document(answer.plan.usage)
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


class Stream:
    """The events of one streamed answer: one a token or call, and one that finishes each candidate."""

    sentinel: ClassVar[list[bytes]] = []
    """Nothing: the stream ends with its connection."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._tail = b"," + msgspec.json.encode(answer.tail)[1:] + b"\r\n\r\n"

    def _event(self, index: int, part: dict[str, Any], sent: int, finish: str | None = None) -> bytes:
        candidate: dict[str, Any] = {"content": {"parts": [part], "role": "model"}, "index": index}
        usage = self._answer.plan.usage
        if finish is not None:
            candidate.update({"finishReason": finish, **self._answer.grounding})
        else:
            usage = msgspec.structs.replace(usage, completion_tokens=sent, reasoning_tokens=0)
        counts = b""
        if self._answer.with_usage:
            counts = b',"usageMetadata": ' + msgspec.json.encode(usage_document(usage))
        return b'data: {"candidates": [%b]%b%b' % (msgspec.json.encode(candidate), counts, self._tail)

    def opening(self) -> list[bytes]:
        """Return nothing: Google's streams begin with content."""
        return []

    def tokens(self) -> list[bytes]:
        """Return one event a thought, a call and a token."""
        answer, events = self._answer, list[bytes]()
        parts = [{"text": thought, "thought": True} for thought in answer.thoughts]
        parts += answer.calls
        parts += [{"text": piece} for piece in answer.plan.pieces]
        for index in range(answer.plan.choices):
            events += [self._event(index, part, sent) for sent, part in enumerate(parts, 1)]
        return events

    def closing(self) -> list[bytes]:
        """Return the event that ends each candidate; nothing follows."""
        answer = self._answer
        if answer.finish == BLOCKED:
            usage = msgspec.json.encode(usage_document(answer.plan.usage))
            head = b'data: {"promptFeedback": {"blockReason": "SAFETY"},"usageMetadata": '
            return [head + usage + self._tail]
        last = {"text": ""} if answer.calls else answer.text_part("")
        tokens = answer.plan.usage.completion_tokens
        return [self._event(index, last, tokens, answer.finish) for index in range(answer.plan.choices)]


def encode_error(
    status: int, message: str, *, code: str | None = None, retry_after: str | None = None
) -> bytes:
    """Return an error body in Google's shape."""
    words = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    kind = words.get(status, "RESOURCE_EXHAUSTED" if status == 429 else "INTERNAL")
    error: dict[str, Any] = {"code": status, "message": message, "status": kind}
    if code is not None:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code}]
    if retry_after is not None:
        retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{retry_after}s"}
        error.setdefault("details", []).append(retry)
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
