"""The neutral values of `kernel.chat` as a request of Google's.

Left out by choice: markers of caches, names of messages, the client's id of its user, details of images,
titles of documents, ``strict`` of tools, and thoughts that another format's provider signed. All else that
has no place is refused.
"""

import binascii
from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.chat import Chat, Message, Part, Source, Text, Thinking
from podium.kernel.errors import Inexpressible
from podium.wire.formats import Outgoing, inexpressible
from podium.wire.gemini_neutral import type_of
from podium.wire.gemini_schema import unheeded, with_names
from podium.wire.gemini_signatures import NATIVE
from podium.wire.gemini_usage import BEFORE_3

UNSIGNED: Final = "skip_thought_signature_validator"
"""Google's own word for a call that another model made, without which Gemini 3 refuses it.

Source: https://ai.google.dev/gemini-api/docs/thought-signatures, FAQ.
"""
MAX_STOPS: Final = 5
"""Google's limit of ``stopSequences``."""
_MAX_SEED: Final = 2**31
_BUDGETS: Final[dict[str, int]] = {
    "minimal": 1024,
    "low": 1024,
    "medium": 8192,
    "high": 24_576,
    "xhigh": 24_576,
    "max": 24_576,
}
"""Source: https://ai.google.dev/gemini-api/docs/openai, ``reasoning_effort`` of Gemini 2.5."""
_MODES: Final = {"auto": "AUTO", "none": "NONE", "required": "ANY", "tool": "ANY"}
_encoder = msgspec.json.Encoder()
_object_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])


def encode_chat(request: Chat, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
    """Return the provider's body and what was left out. Raises Inexpressible."""
    writer = _Writer(request, outgoing.model)
    fields: dict[str, object] = {"contents": [writer.content(message) for message in request.messages]}
    if request.system:
        parts = [{"text": text.text} for text in request.system]
        writer.note_caches(request.system)
        fields["systemInstruction"] = {"parts": parts}
    if request.tools:
        fields["tools"] = [{"functionDeclarations": [writer.tool(tool) for tool in request.tools]}]
    if request.tool_choice is not None:
        calling: dict[str, object] = {"mode": _MODES[request.tool_choice.mode]}
        if request.tool_choice.mode == "tool":
            calling["allowedFunctionNames"] = [request.tool_choice.name]
        fields["toolConfig"] = {"functionCallingConfig": calling}
    if request.parallel_tool_calls is False and request.tools:
        raise inexpressible("One call of a tool at a time", "parallel_tool_calls")
    config = _config(request, outgoing)
    if config:
        fields["generationConfig"] = config
    if request.user is not None:
        writer.dropped.append("user")
    return _encoder.encode(fields), tuple(dict.fromkeys(writer.dropped))


def _config(request: Chat, outgoing: Outgoing) -> dict[str, object]:
    if len(request.stop) > MAX_STOPS:
        raise inexpressible(f"More than {MAX_STOPS} stop sequences", "stop")
    if request.logprobs or request.top_logprobs:
        raise inexpressible("Log probabilities of tokens", "logprobs")
    if request.seed is not None and not -_MAX_SEED <= request.seed < _MAX_SEED:
        raise inexpressible("A seed of more than 32 bits", "seed")
    limit = request.max_output_tokens or outgoing.max_output_tokens
    plain = {
        "maxOutputTokens": limit,
        "temperature": request.temperature,
        "topP": request.top_p,
        "topK": request.top_k,
        "stopSequences": list(request.stop) or None,
        "seed": request.seed,
        "presencePenalty": request.presence_penalty,
        "frequencyPenalty": request.frequency_penalty,
        "thinkingConfig": _thinking(request.reasoning, _is_before_3(outgoing.model)),
    }
    config: dict[str, object] = {name: value for name, value in plain.items() if value is not None}
    output = request.output
    if output is not None:
        config["responseMimeType"] = "application/json"
        if output.schema is not None:
            keyword = unheeded(with_text(output)) if output.strict else None
            if keyword is not None:
                raise inexpressible(f"The keyword {keyword} of a strict schema", "output")
            config["responseJsonSchema"] = with_names(output.schema, output.name, output.description)
    return config


def with_text(output: chat.OutputFormat) -> str:
    """Return the schema of an output as it is sent."""
    return bytes(with_names(output.schema or "{}", output.name, output.description)).decode()


def _is_before_3(model: str) -> bool:
    return model.rpartition("/")[2].startswith(
        BEFORE_3
    )  # they take a budget of thinking, no level, and check no signatures


def _thinking(reasoning: chat.Reasoning | None, before_3: bool) -> dict[str, object] | None:
    if reasoning is None:
        return None
    found: dict[str, object] = {}
    if reasoning.show is not None:
        found["includeThoughts"] = reasoning.show
    effort = reasoning.effort
    if reasoning.budget_tokens is not None:
        found["thinkingBudget"] = reasoning.budget_tokens
    elif effort == "none":
        found["thinkingBudget"] = 0
    elif effort is not None and before_3:
        found["thinkingBudget"] = _BUDGETS[effort]
    elif effort is not None:
        if effort == "max":
            raise inexpressible("An effort of max", "reasoning")
        found["thinkingLevel"] = effort.upper()
    elif reasoning.adaptive:
        found["thinkingBudget"] = -1
    return found or None


class _Writer:
    """Writes the turns, and notes what it leaves out."""

    def __init__(self, request: Chat, model: str) -> None:
        self.dropped: list[str] = []
        self._signs = not _is_before_3(model)
        self._names = {
            part.id: part.name
            for message in request.messages
            for part in message.parts
            if isinstance(part, chat.ToolCall)
        }

    def note_caches(self, parts: tuple[Text, ...]) -> None:
        """Note markers of caches."""
        if any(part.cache is not None for part in parts):
            self.dropped.append("cache")

    def content(self, message: Message) -> dict[str, object]:
        """Return one turn."""
        if message.name is not None:
            self.dropped.append("names")
        if message.role == "assistant":
            return {"role": "model", "parts": self._answer(message)}
        return {"role": "user", "parts": [self._part(part, message.at) for part in message.parts]}

    def _answer(self, message: Message) -> list[dict[str, object]]:
        parts: list[dict[str, object]] = []
        signature: str | None = None
        calls = 0
        for part in message.parts:
            if isinstance(part, Thinking):
                own = self._thought(part, parts)
                signature = own if own is not None else signature
                continue
            if isinstance(part, (Text, chat.Refusal)):
                written: dict[str, object] = {"text": part.text}
            elif isinstance(part, chat.ToolCall):
                written = self._call(part, message.at)
                if signature is None and not calls and self._signs:
                    signature = UNSIGNED
                calls += 1
            else:
                raise inexpressible(f"A part of kind {type(part).__name__} in an answer", message.at)
            if getattr(part, "cache", None) is not None:
                self.dropped.append("cache")
            if signature is not None:
                written["thoughtSignature"] = signature
                signature = None
            parts.append(written)
        if signature is not None:
            parts.append({"text": "", "thoughtSignature": signature})
        return parts

    def _thought(self, thought: Thinking, parts: list[dict[str, object]]) -> str | None:
        """Write a thought that has words; return the signature of one that has none."""
        foreign = thought.signed_by not in {None, NATIVE}
        if foreign or thought.redacted is not None:
            self.dropped.append("thinking")
            return None
        if not thought.text:
            return thought.signature
        written: dict[str, object] = {"text": thought.text, "thought": True}
        if thought.signature is not None:
            written["thoughtSignature"] = thought.signature
        parts.append(written)
        return None

    def _call(self, call: chat.ToolCall, at: str) -> dict[str, object]:
        try:
            _object_decoder.decode(call.arguments or "{}")
        except (msgspec.MsgspecError, RecursionError) as error:
            raise inexpressible("Arguments that are no JSON object", at) from error
        arguments = msgspec.Raw((call.arguments or "{}").encode())
        return {"functionCall": {"id": call.id, "name": call.name, "args": arguments}}

    def _part(self, part: Part, at: str) -> dict[str, object]:
        if getattr(part, "cache", None) is not None:
            self.dropped.append("cache")
        if isinstance(part, Text):
            return {"text": part.text}
        if isinstance(part, chat.ToolResult):
            return {"functionResponse": self._result(part, at)}
        if isinstance(part, (chat.Image, chat.Audio, chat.Document)):
            return self._media(part, at)
        raise inexpressible(f"A part of kind {type(part).__name__}", at)

    def _result(self, result: chat.ToolResult, at: str) -> dict[str, object]:
        name = self._names.get(result.call_id)
        if name is None:
            raise Inexpressible(
                f"The result of the tool call {result.call_id} stands without that call.",
                fix="Send the answer that called the tool before the tool's result.",
                field=at,
            )
        texts = [part.text for part in result.content if isinstance(part, Text)]
        key = "error" if result.error else "output"
        response: dict[str, object] = {}
        if texts:
            response[key] = texts[0] if len(texts) == 1 else texts
        elif result.error:
            response[key] = ""
        found: dict[str, object] = {"id": result.call_id, "name": name, "response": response}
        media = [part for part in result.content if not isinstance(part, Text)]
        for piece in media:
            if piece.source.kind not in {"data", "text"}:
                raise inexpressible("A tool's result that is kept elsewhere", at)
        if media:
            found["parts"] = [self._media(piece, at) for piece in media]
        return found

    def _media(self, part: chat.Image | chat.Audio | chat.Document, at: str) -> dict[str, object]:
        if isinstance(part, chat.Image) and part.detail not in {None, "auto"}:
            self.dropped.append("detail")
        if isinstance(part, chat.Document):
            if part.citations:
                raise inexpressible("Citations of a document", at)
            if part.context is not None:
                raise inexpressible("The context of a document", at)
            if part.title is not None:
                self.dropped.append("title")
        return _source(part.source, at)

    def tool(self, tool: chat.Tool) -> dict[str, object]:
        """Return one function."""
        if tool.cache is not None:
            self.dropped.append("cache")
        if tool.strict:
            self.dropped.append("strict")
        found: dict[str, object] = {"name": tool.name}
        if tool.description is not None:
            found["description"] = tool.description
        if tool.parameters is not None:
            found["parametersJsonSchema"] = with_names(tool.parameters, None, None)
        return found


def _source(source: Source, at: str) -> dict[str, object]:
    if source.kind == "text":
        data = binascii.b2a_base64(source.value.encode(), newline=False).decode("ascii")
        return {"inlineData": {"mimeType": source.media_type or "text/plain", "data": data}}
    if source.kind == "data":
        return {"inlineData": {"mimeType": source.media_type, "data": source.value}}
    if source.kind == "url":
        file: dict[str, object] = {"fileUri": source.value}
        media_type = source.media_type or type_of(source.value)
        if media_type is not None:
            file["mimeType"] = media_type
        return {"fileData": file}
    raise inexpressible("A file that only its own provider can read", at)
