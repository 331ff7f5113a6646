"""Whole answers of Google's to and from the values of `kernel.chat`.

Source: Google's API reference, ``GenerateContentResponse``, ``Candidate.FinishReason``, ``PromptFeedback``.
"""

from hashlib import blake2b
from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.call import CostTag, Request
from podium.kernel.chat import Answer, Finish, Text, Thinking
from podium.kernel.errors import BrokenReply
from podium.wire.gemini_fields import NULL, decode_text
from podium.wire.gemini_signatures import read_signature, signature_of
from podium.wire.gemini_stream import Chunk, raise_if_broken
from podium.wire.gemini_usage import decode_usage, tagged_usage
from podium.wire.openai_fields import UNREADABLE

FINISHES: Final[dict[str, Finish]] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "LANGUAGE": "content_filter",
    "OTHER": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "JAILBREAK": "content_filter",
}
"""Any other reason is a failure of the model's, such as MALFORMED_FUNCTION_CALL: it is told as a refusal."""
REASONS: Final[dict[Finish, str]] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "tool_calls": "STOP",
    "stop_sequence": "STOP",
    "content_filter": "SAFETY",
    "refusal": "SAFETY",
    "pause": "OTHER",
}
MALFORMED: Final = "MALFORMED_FUNCTION_CALL"
_CARRIED: Final = frozenset({"text", "thought", "thoughtSignature", "functionCall"})
_encoder = msgspec.json.Encoder()
_object_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])

AnswerPart = Text | Thinking | chat.ToolCall | chat.Refusal


class Call(msgspec.Struct, frozen=True):
    """A call in an answer."""

    name: str = ""
    args: msgspec.Raw = NULL
    id: str | None = None


class Part(msgspec.Struct, frozen=True, rename="camel"):
    """One part of an answer. The last four are what no other format carries."""

    text: str | None = None
    thought: bool = False
    thought_signature: str | None = None
    function_call: Call | None = None
    inline_data: msgspec.Raw = NULL
    file_data: msgspec.Raw = NULL
    executable_code: msgspec.Raw = NULL
    code_execution_result: msgspec.Raw = NULL


class Content(msgspec.Struct, frozen=True):
    """What a candidate says."""

    parts: list[Part] | None = None


class Candidate(msgspec.Struct, frozen=True, rename="camel"):
    """One candidate, read whole."""

    content: Content | None = None
    finish_reason: str | None = None
    finish_message: str | None = None


class Body(Chunk, frozen=True, rename="camel"):
    """A whole answer or one event, read whole."""

    candidates: list[Candidate] | None = None  # type: ignore[assignment]  # the same field, read deeper


body_decoder: Final = msgspec.json.Decoder(Body)


def uncarried(part: Part) -> str | None:
    """Return the field of a part that no other format carries, or None."""
    if part.inline_data != NULL:
        return "inlineData"
    if part.file_data != NULL:
        return "fileData"
    if part.executable_code != NULL:
        return "executableCode"
    return "codeExecutionResult" if part.code_execution_result != NULL else None


def mint_id(answer_id: str | None, index: int, call: Call) -> str:
    """Return the id of a call that came without: always the same for the same answer."""
    text = b"\0".join([(answer_id or "").encode(), b"%d" % index, call.name.encode(), bytes(call.args)])
    return "call_" + blake2b(text, digest_size=12).hexdigest()


def arguments_of(call: Call) -> str:
    """Return the text of a call's arguments."""
    return "{}" if call.args == NULL else bytes(call.args).decode(errors="replace")


def finish_in(body: Body, *, called: bool) -> tuple[Finish | None, str | None]:
    """Return why an answer ended, and the words of a failure that no other format has a word for."""
    candidate = body.candidates[0] if body.candidates else None
    reason = candidate.finish_reason if candidate is not None else None
    if candidate is None and body.prompt_feedback is not None and body.prompt_feedback.block_reason:
        return "content_filter", None
    if not reason or reason == "FINISH_REASON_UNSPECIFIED":
        return None, None
    finish = FINISHES.get(reason)
    if finish is None:
        message = candidate.finish_message if candidate is not None else None
        return "refusal", f"The model failed: {reason}" + (f": {message}" if message else ".")
    return ("tool_calls" if called and finish == "stop" else finish), None


def decode_answer(body: bytes) -> Answer:
    """Return a whole answer in neutral terms: its first candidate. Raises BrokenReply."""
    try:
        decoded = body_decoder.decode(body)
    except UNREADABLE as error:
        raise BrokenReply("The provider answered with no GenerateContentResponse.", sent=True) from error
    raise_if_broken(decoded)
    return _to_answer(decoded)


def _to_answer(body: Body) -> Answer:
    answer_id = decode_text(body.response_id)
    candidate = body.candidates[0] if body.candidates else Candidate()
    content = candidate.content or Content()
    parts: list[AnswerPart] = []
    for index, part in enumerate(content.parts or ()):
        field = uncarried(part)
        if field is not None:
            raise BrokenReply(f"The provider answered with {field}, which only gemini carries.", sent=True)
        _add(part, answer_id, index, parts)
    called = any(isinstance(part, chat.ToolCall) for part in parts)
    finish, failure = finish_in(body, called=called)
    if failure is not None:
        parts.append(chat.Refusal(failure))
    return Answer(
        parts=tuple(parts),
        finish=finish,
        usage=decode_usage(body.usage_metadata) if body.usage_metadata != NULL else None,
        id=answer_id,
        model=decode_text(body.model_version),
    )


def _add(part: Part, answer_id: str | None, index: int, out: list[AnswerPart]) -> None:
    signed = part.thought_signature
    if part.thought and part.function_call is None:
        out.append(read_signature(signed, part.text or ""))
        return
    if signed is not None:
        out.append(read_signature(signed))
    call = part.function_call
    if call is not None:
        call_id = call.id or mint_id(answer_id, index, call)
        out.append(chat.ToolCall(call_id, call.name, arguments_of(call)))
    elif part.text and out and isinstance(out[-1], Text):
        out[-1] = Text(out[-1].text + part.text)
    elif part.text:
        out.append(Text(part.text))


def call_part(call: chat.ToolCall) -> dict[str, object] | None:
    """Return a call as a part, or None where its arguments are no object."""
    try:
        _object_decoder.decode(call.arguments or "{}")
    except UNREADABLE:
        return None
    arguments = msgspec.Raw((call.arguments or "{}").encode())
    return {"functionCall": {"id": call.id, "name": call.name, "args": arguments}}


def thought_part(thought: Thinking) -> dict[str, object]:
    """Return a thought as a part of its own."""
    part: dict[str, object] = {"text": thought.text, "thought": True}
    signature = signature_of(thought)
    if signature is not None:
        part["thoughtSignature"] = signature
    return part


def encode_answer(answer: Answer, request: Request, tag: CostTag) -> bytes:
    """Return a whole answer with its cost."""
    parts: list[dict[str, object]] = []
    signature: str | None = None
    malformed: chat.ToolCall | None = None
    for part in answer.parts:
        if isinstance(part, Thinking):
            if part.text or part.redacted is not None:
                parts.append(thought_part(part))
            else:
                signature = signature_of(part)
            continue
        if isinstance(part, chat.ToolCall):
            written = call_part(part)
            if written is None:
                malformed = part
                continue
        else:
            written = {"text": part.text}
        if signature is not None:
            written["thoughtSignature"], signature = signature, None
        parts.append(written)
    if signature is not None:
        parts.append({"text": "", "thoughtSignature": signature})
    candidate: dict[str, object] = {"content": {"parts": parts, "role": "model"}}
    candidate.update(ending(answer.finish, malformed))
    candidate["index"] = 0
    document: dict[str, object] = {"candidates": [candidate]}
    if answer.usage is not None:
        document["usageMetadata"] = tagged_usage(answer.usage, tag)
    document["modelVersion"] = answer.model or request.route
    if answer.id is not None:
        document["responseId"] = answer.id
    return _encoder.encode(document)


def ending(finish: Finish | None, malformed: chat.ToolCall | None) -> dict[str, object]:
    """Return how a candidate ended; arguments that are no object end it as Gemini's own would."""
    if malformed is not None and finish != "length":
        message = f"Malformed function call: {malformed.name}({malformed.arguments})"
        return {"finishReason": MALFORMED, "finishMessage": message}
    return {"finishReason": REASONS[finish or "stop"]}
