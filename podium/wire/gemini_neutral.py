"""A client's request in Google's format, in the neutral values of `kernel.chat`.

Left out by choice: labels, ``store: false``, the resolution of media, names of images, what functions give
back, and safety settings that block nothing. All else that has no neutral meaning is refused.
"""

import binascii
from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.call import Request
from podium.kernel.chat import Chat, Effort, Message, Part, Source, Text, Thinking
from podium.kernel.errors import Inexpressible, InvalidRequest
from podium.wire import gemini_shapes as shapes
from podium.wire.formats import inexpressible, unknown_field
from podium.wire.gemini_fields import NULL, given
from podium.wire.gemini_schema import to_json_schema
from podium.wire.gemini_signatures import NATIVE, read_signature, standard_base64
from podium.wire.openai_fields import json_text

_READ: Final = frozenset(
    {
        *("contents", "tools", "toolConfig", "safetySettings", "systemInstruction", "generationConfig"),
        *("serviceTier", "store", "labels", "model"),
    }
)
_FIELDS: Final = {
    "max_output_tokens": "generationConfig.maxOutputTokens",
    "temperature": "generationConfig.temperature",
    "top_p": "generationConfig.topP",
    "top_k": "generationConfig.topK",
    "stop": "generationConfig.stopSequences",
    "seed": "generationConfig.seed",
    "presence_penalty": "generationConfig.presencePenalty",
    "frequency_penalty": "generationConfig.frequencyPenalty",
    "logprobs": "generationConfig.responseLogprobs",
    "top_logprobs": "generationConfig.logprobs",
    "output": "generationConfig.responseJsonSchema",
    "reasoning": "generationConfig.thinkingConfig",
    "tool_choice": "toolConfig.functionCallingConfig",
    "system": "systemInstruction",
    "detail": "mediaResolution",
    "title": "displayName",
    "thinking": "thoughtSignature",
    "is_error": "functionResponse.response.error",
}
_EFFORTS: Final[dict[str, Effort | None]] = {
    "MINIMAL": "minimal",
    "LOW": "low",
    "MEDIUM": "medium",
    "HIGH": "high",
    "XHIGH": "xhigh",
    "THINKING_LEVEL_UNSPECIFIED": None,
}
_BLOCKS_NOTHING: Final = frozenset({None, "BLOCK_NONE", "OFF", "HARM_BLOCK_THRESHOLD_UNSPECIFIED"})
_GOOGLES: Final = ("gs://", "https://generativelanguage.googleapis.com/", "files/")
_WORDS: Final = ("output", "result")
_ENDINGS: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "pdf": "application/pdf",
    "txt": "text/plain",
}
_text_decoder = msgspec.json.Decoder(str)
_object_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_names_decoder = msgspec.json.Decoder(dict[str, str])


def field_of(name: str) -> str:
    """Return the client's field that an attribute of `Chat` came from."""
    return _FIELDS.get(name, name)


def decode_chat(request: Request) -> Chat:
    """Return the whole request in neutral terms. Raises Inexpressible or InvalidRequest with the field."""
    fields, dropped = request.fields, list[str]()
    for name in fields:
        if name not in _READ and given(fields, name) is not None:
            raise unknown_field(name, native=NATIVE)
    if request.choices != 1:
        raise unknown_field("generationConfig.candidateCount", native=NATIVE)
    _read_labels(request, dropped)
    raw = given(fields, "generationConfig")
    config = (
        shapes.GenerationConfig()
        if raw is None
        else shapes.read(raw, shapes.config_decoder, "generationConfig")
    )
    for modality in config.response_modalities or ():
        if modality.upper() != "TEXT":
            raise unknown_field(f"generationConfig.responseModalities.{modality}", native=NATIVE)
    if config.media_resolution is not None:
        dropped.append("generationConfig.mediaResolution")
    if config.response_logprobs or config.logprobs:
        raise unknown_field("generationConfig.responseLogprobs", native=NATIVE)
    messages = Messages(dropped).read(fields)
    tools, choice = _tools(fields, dropped)
    return Chat(
        messages=messages,
        system=_system(fields),
        tools=tools,
        tool_choice=choice,
        max_output_tokens=request.max_output_tokens,
        temperature=config.temperature,
        top_p=config.top_p,
        top_k=None if config.top_k is None else int(config.top_k),
        stop=tuple(config.stop_sequences or ()),
        seed=config.seed,
        presence_penalty=config.presence_penalty,
        frequency_penalty=config.frequency_penalty,
        output=_output(config),
        reasoning=_reasoning(config.thinking_config),
        stream=request.stream,
        dropped=tuple(dict.fromkeys(dropped)),
    )


def _read_labels(request: Request, dropped: list[str]) -> None:
    fields = request.fields
    if request.unpriced or request.server_tools:
        field = request.unpriced[0] if request.unpriced else request.server_tools[0].field
        raise unknown_field(field, native=NATIVE)
    dropped += [name for name in ("labels", "serviceTier") if given(fields, name) is not None]
    store = given(fields, "store")
    if store is not None:
        if bytes(store) != b"false":
            raise unknown_field("store", native=NATIVE)
        dropped.append("store")
    raw = given(fields, "safetySettings")
    if raw is None:
        return
    settings = shapes.read(raw, shapes.safety_decoder, "safetySettings", a_list=True)
    for index, setting in enumerate(settings):
        if setting.threshold not in _BLOCKS_NOTHING:
            raise Inexpressible(
                f"safetySettings[{index}].threshold {setting.threshold} asks for blocking that a provider of "
                "another format does not promise.",
                fix=f"Send BLOCK_NONE, or call a route whose model speaks {NATIVE}.",
                field=f"safetySettings[{index}].threshold",
            )
    if settings:
        dropped.append("safetySettings")


def _system(fields: dict[str, msgspec.Raw]) -> tuple[Text, ...]:
    raw = given(fields, "systemInstruction")
    if raw is None:
        return ()
    content = shapes.read(raw, shapes.content_decoder, "systemInstruction")
    found: list[Text] = []
    for index, part in enumerate(content.parts or ()):
        if part.text is None or part != shapes.Part(text=part.text):
            at = f"systemInstruction.parts[{index}]"
            raise inexpressible(f"{at}: a part that is not text", at)
        found.append(Text(part.text))
    return tuple(found)


class Messages:
    """Reads the turns. Calls without an id get one by their order, and results find it by their name."""

    def __init__(self, dropped: list[str]) -> None:
        self._dropped = dropped
        self._pending: list[tuple[str, str]] = []
        self._minted = 0

    def read(self, fields: dict[str, msgspec.Raw]) -> tuple[Message, ...]:
        """Return all turns; those of the model's that follow one another are one, as streams leave them."""
        contents = shapes.read(fields["contents"], shapes.contents_decoder, "contents", a_list=True)
        messages: list[Message] = []
        answer: list[Part] = []
        answer_at = ""
        for index, content in enumerate(contents):
            at = f"contents[{index}]"
            if content.role == "model":
                answer_at = answer_at or at
                for place, part in enumerate(content.parts or ()):
                    self._answer_part(part, f"{at}.parts[{place}]", answer)
                continue
            if answer:
                messages.append(Message("assistant", tuple(answer), at=answer_at))
                answer, answer_at = [], ""
            if content.role not in {None, "", "user", "function", "tool"}:
                raise InvalidRequest(
                    f"{at}.role is {content.role}.", fix="Send user or model.", field=f"{at}.role"
                )
            parts = [
                self._user_part(part, f"{at}.parts[{place}]")
                for place, part in enumerate(content.parts or ())
            ]
            messages.append(Message("user", tuple(parts), at=at))
        if answer:
            messages.append(Message("assistant", tuple(answer), at=answer_at))
        return tuple(messages)

    def _answer_part(self, part: shapes.Part, at: str, out: list[Part]) -> None:
        if part.function_call is not None:
            if part.thought_signature is not None:
                out.append(read_signature(part.thought_signature))
            out.append(self._call(part.function_call, at))
        elif part.text is None:
            raise inexpressible(f"{at}: a part of an answer that is neither text nor functionCall", at)
        elif part.thought:
            _add_thought(read_signature(part.thought_signature, part.text), out)
        else:
            if part.thought_signature is not None:
                out.append(read_signature(part.thought_signature))
            if part.text and out and isinstance(out[-1], Text):
                out[-1] = Text(out[-1].text + part.text)
            elif part.text:
                out.append(Text(part.text))

    def _call(self, call: shapes.FunctionCall, at: str) -> chat.ToolCall:
        call_id = call.id
        if call_id is None:
            self._minted += 1
            call_id = f"call_podium_{self._minted}"
        self._pending.append((call_id, call.name))
        arguments = "{}" if call.args == NULL else json_text(call.args, f"{at}.functionCall.args")
        if not call.name:
            raise InvalidRequest(f"{at}.functionCall.name is missing.", field=f"{at}.functionCall.name")
        return chat.ToolCall(call_id, call.name, arguments)

    def _user_part(self, part: shapes.Part, at: str) -> Part:
        if part.media_resolution != NULL:
            self._dropped.append("mediaResolution")
        if part.text is not None and not part.thought:
            return Text(part.text)
        if part.inline_data is not None:
            return self._media(part.inline_data, f"{at}.inlineData")
        if part.file_data is not None:
            return _file(part.file_data, f"{at}.fileData")
        if part.function_response is not None:
            return self._result(part.function_response, f"{at}.functionResponse")
        raise inexpressible(f"{at}: a part that is neither text, media nor functionResponse", at)

    def _media(self, blob: shapes.Blob, at: str) -> chat.Image | chat.Audio | chat.Document:
        media_type = (blob.mime_type or "").lower()
        kind = media_type.partition("/")[0]
        data = standard_base64(blob.data)
        if kind in {"image", "audio"}:
            if blob.display_name is not None:
                self._dropped.append("displayName")
            source = Source("data", data, media_type)
            return chat.Image(source) if kind == "image" else chat.Audio(source)
        if media_type == "text/plain":
            return chat.Document(Source("text", _decoded(data, at), media_type), blob.display_name)
        if kind == "text" or media_type == "application/pdf":
            return chat.Document(Source("data", data, media_type), blob.display_name)
        raise inexpressible(f"{at}: media of type {blob.mime_type or 'unknown'}", f"{at}.mimeType")

    def _result(self, response: shapes.FunctionResponse, at: str) -> chat.ToolResult:
        call_id = self._answered(response, at)
        words, error = _words_of(response.response, at)
        content: list[Text | chat.Image | chat.Document] = [] if words is None else [Text(words)]
        for index, part in enumerate(response.parts or ()):
            media = self._media(part.inline_data, f"{at}.parts[{index}].inlineData")
            if isinstance(media, chat.Audio):
                raise inexpressible(f"{at}.parts[{index}]: sound in a tool's result", f"{at}.parts[{index}]")
            content.append(media)
        return chat.ToolResult(call_id, tuple(content), error)

    def _answered(self, response: shapes.FunctionResponse, at: str) -> str:
        for index, (call_id, name) in enumerate(self._pending):
            if response.id == call_id or (response.id is None and response.name == name):
                del self._pending[index]
                return call_id
        raise InvalidRequest(
            f"{at} answers no functionCall that is in contents.",
            fix="Send the model's functionCall before its functionResponse, with the same id or name.",
            field=at,
        )


def _add_thought(thought: Thinking, out: list[Part]) -> None:
    """Add a thought; one without a signature goes on in the next, which is how streams leave them."""
    last = out[-1] if out else None
    if isinstance(last, Thinking) and last.text and last.signature is None and thought.redacted is None:
        out[-1] = Thinking(last.text + thought.text, thought.signature, thought.signed_by)
    elif thought != Thinking():
        out.append(thought)


def _words_of(raw: msgspec.Raw, at: str) -> tuple[str | None, bool]:
    """Return a function's result as text, and whether it is an error.

    The keys ``output`` and ``error`` are Google's own; ``result`` is what its SDK writes.
    """
    if raw == NULL:
        return None, False
    try:
        found = _object_decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"{at}.response is no object.", field=f"{at}.response") from error
    if not found:
        return None, False
    if len(found) == 1:
        name, value = next(iter(found.items()))
        if name in _WORDS or name == "error":
            text = json_text(value, f"{at}.response")
            try:
                words = _text_decoder.decode(text) if text.startswith('"') else text
            except msgspec.MsgspecError as error:
                raise InvalidRequest(f"{at}.response is no text: {error}.", field=f"{at}.response") from error
            return words, name == "error"
    return json_text(raw, f"{at}.response"), False


def _decoded(data: str, at: str) -> str:
    try:
        return binascii.a2b_base64(data).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{at}.data is no base64 of UTF-8 text.", field=f"{at}.data") from error


def type_of(address: str) -> str | None:
    """Return the media type that the end of an address tells, or None."""
    return _ENDINGS.get(address.partition("?")[0].rpartition(".")[2].lower())


def _file(file: shapes.File, at: str) -> chat.Image | chat.Document | chat.Audio:
    if file.file_uri.startswith(_GOOGLES):
        raise inexpressible(f"{at}: a file that is kept at Google's", f"{at}.fileUri")
    told = type_of(file.file_uri)
    media_type = (file.mime_type or told or "").lower()
    kind = media_type.partition("/")[0]
    source = Source("url", file.file_uri, media_type if media_type != told else None)
    if kind == "image":
        return chat.Image(source)
    if kind == "text" or media_type == "application/pdf":
        return chat.Document(source, file.display_name)
    raise inexpressible(f"{at}: a file of type {file.mime_type or 'unknown'}", f"{at}.mimeType")


def _tools(
    fields: dict[str, msgspec.Raw], dropped: list[str]
) -> tuple[tuple[chat.Tool, ...], chat.ToolChoice | None]:
    raw = given(fields, "tools")
    found: list[chat.Tool] = []
    listed = [] if raw is None else shapes.read(raw, shapes.tools_decoder, "tools", a_list=True)
    for index, tool in enumerate(listed):
        for place, function in enumerate(tool.function_declarations or ()):
            at = f"tools[{index}].functionDeclarations[{place}]"
            if function.response != NULL or function.response_json_schema != NULL:
                dropped.append("functionDeclarations.response")
            found.append(chat.Tool(function.name, function.description, _parameters(function, at)))
    raw = given(fields, "toolConfig")
    config = None if raw is None else shapes.read(raw, shapes.tool_config_decoder, "toolConfig")
    calling = None if config is None else config.function_calling_config
    return tuple(found), None if calling is None else _choice(calling, {tool.name for tool in found})


def _parameters(function: shapes.Declaration, at: str) -> str | None:
    if function.parameters_json_schema != NULL:
        return json_text(function.parameters_json_schema, f"{at}.parametersJsonSchema")
    if function.parameters == NULL:
        return None
    return to_json_schema(function.parameters, f"{at}.parameters")


def _choice(calling: shapes.CallingConfig, declared: set[str]) -> chat.ToolChoice | None:
    mode, names = calling.mode or "MODE_UNSPECIFIED", calling.allowed_function_names or []
    at = "toolConfig.functionCallingConfig"
    if mode == "ANY" and len(names) == 1:
        return chat.ToolChoice("tool", names[0])
    if names and set(names) != declared:
        raise inexpressible(f"{at}: some of the functions as the allowed ones", f"{at}.allowedFunctionNames")
    if mode == "MODE_UNSPECIFIED":
        return None
    if mode == "AUTO":
        return chat.ToolChoice("auto")
    if mode == "NONE":
        return chat.ToolChoice("none")
    if mode == "ANY":
        return chat.ToolChoice("required")
    raise inexpressible(f"{at}: mode {mode}", f"{at}.mode")


def _output(config: shapes.GenerationConfig) -> chat.OutputFormat | None:
    mime_type = config.response_mime_type or "text/plain"
    if mime_type not in {"text/plain", "application/json"}:
        field = "generationConfig.responseMimeType"
        raise inexpressible(f"{field}: answers of type {mime_type}", field)
    if config.response_json_schema != NULL:
        field = "generationConfig.responseJsonSchema"
        return chat.OutputFormat("schema", schema=json_text(config.response_json_schema, field))
    if config.response_schema != NULL:
        field = "generationConfig.responseSchema"
        return chat.OutputFormat("schema", schema=to_json_schema(config.response_schema, field))
    return chat.OutputFormat("json") if mime_type == "application/json" else None


def _reasoning(config: shapes.ThinkingConfig | None) -> chat.Reasoning | None:
    if config is None or config == shapes.ThinkingConfig():
        return None
    show, budget = config.include_thoughts, config.thinking_budget
    if config.thinking_level is not None:
        if config.thinking_level.upper() not in _EFFORTS:
            field = "generationConfig.thinkingConfig.thinkingLevel"
            raise inexpressible(f"{field}: {config.thinking_level}", field)
        return chat.Reasoning(_EFFORTS[config.thinking_level.upper()], show=show)
    if budget is None:
        return chat.Reasoning(show=show)
    if budget < 0:
        return chat.Reasoning(show=show, adaptive=True)
    return (
        chat.Reasoning("none", show=show) if not budget else chat.Reasoning(budget_tokens=budget, show=show)
    )
