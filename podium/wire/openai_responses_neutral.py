"""OpenAI's Responses, in the neutral values of `kernel.chat`.

Items become turns: what an assistant wrote in a row (thoughts, words, calls) is one turn, so are results of
tools and the words behind them. Left out by choice: the fields of `_LABELS`, annotations and phases of
earlier answers, and for how long a cache's marker holds. Ids and states of items are the provider's
bookkeeping and mean nothing elsewhere. All else that has no neutral meaning is refused.
"""

import binascii
from collections.abc import Iterator
from typing import Any, Final, Literal, NoReturn, TypeVar

import msgspec

from podium.kernel import chat
from podium.kernel.call import Request
from podium.kernel.chat import Chat, Message, Part, Source, Text, Thinking
from podium.kernel.errors import Inexpressible, InvalidRequest
from podium.wire import openai_responses_shapes as shapes
from podium.wire.formats import seal, unknown_field, unseal
from podium.wire.openai_fields import UNREADABLE, first_byte, given, json_text
from podium.wire.openai_neutral import source_of

NATIVE: Final = "openai-responses"
_LABELS: Final = frozenset(
    {
        *(
            "metadata",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
        ),
        *("service_tier", "stream_options", "max_tool_calls"),
    }
)
_READ: Final = frozenset(
    {
        *("model", "input", "instructions", "stream", "max_output_tokens", "temperature", "top_p", "tools"),
        *(
            "tool_choice",
            "parallel_tool_calls",
            "text",
            "reasoning",
            "include",
            "truncation",
            "store",
            "user",
        ),
    }
)
_NOTHING: Final = frozenset({b"null", b"false", b"[]", b"{}", b'""', b"0"})
_FIELDS: Final = {
    "output": "text.format",
    "cache": "prompt_cache_breakpoint",
    "names": "name",
    "thinking": "input.reasoning",
    "system": "instructions",
    "messages": "input",
    "verbosity": "text.verbosity",
}
_NEEDLESS: Final = frozenset(
    {
        "reasoning.encrypted_content",  # always told
        *("file_search_call.results", "web_search_call.results", "web_search_call.action.sources"),
        *("computer_call_output.output.image_url", "code_interpreter_call.outputs"),
        "message.input_image.image_url",
    }
)
"""Values of ``include`` that ask for nothing here: of tools that cannot be called, or given anyhow."""
_MODES: Final[dict[str, Literal["auto", "none", "required"]]] = {
    "auto": "auto",
    "none": "none",
    "required": "required",
}
_NOT_CARRIED: Final = ("unknown field", "Invalid value", "Invalid enum value", "Expected `null`")
"""How msgspec calls what may be good for this format, and has no neutral meaning."""
_MESSAGES: Final = (b'{"type":"message"', b'{"role":')
"""How most items begin."""
_SIGNED, _REDACTED = "s.", "r."
_Role = Literal["user", "assistant"]
_T = TypeVar("_T")


class _Kind(msgspec.Struct, frozen=True):
    type: str = "message"


_items_decoder: "msgspec.json.Decoder[list[msgspec.Raw]]" = msgspec.json.Decoder(list[msgspec.Raw])
_kind_decoder = msgspec.json.Decoder(_Kind)
_messages_decoder: "msgspec.json.Decoder[list[shapes.MessageItem]]" = msgspec.json.Decoder(
    list[shapes.MessageItem]
)
_message_decoder = msgspec.json.Decoder(shapes.MessageItem)
_call_decoder = msgspec.json.Decoder(shapes.CallItem)
_result_decoder = msgspec.json.Decoder(shapes.ResultItem)
_reasoning_item_decoder = msgspec.json.Decoder(shapes.ReasoningItem)
_tool_decoder = msgspec.json.Decoder(shapes.FunctionTool)
_choice_decoder = msgspec.json.Decoder(str)
_named_decoder = msgspec.json.Decoder(shapes.NamedChoice)
_allowed_decoder = msgspec.json.Decoder(shapes.AllowedChoice)
_text_field_decoder = msgspec.json.Decoder(shapes.TextField)
_reasoning_decoder = msgspec.json.Decoder(shapes.ReasoningField)
_number_decoder = msgspec.json.Decoder(float)
_flag_decoder = msgspec.json.Decoder(bool)
_text_decoder = msgspec.json.Decoder(str)
_texts_decoder = msgspec.json.Decoder(list[str])


def field_of(name: str) -> str:
    """Return the client's field that an attribute of `Chat` came from."""
    return _FIELDS.get(name, name)


def decode_chat(request: Request) -> Chat:
    """Return the whole request in neutral terms. Raises Inexpressible or InvalidRequest with the field."""
    fields = request.fields
    dropped = [name for name in fields if name in _LABELS and given(fields, name) is not None]
    for name in fields:
        if name not in _READ and name not in _LABELS and bytes(fields[name]) not in _NOTHING:
            raise unknown_field(name, native=NATIVE)
    _refuse_what_is_kept(fields, dropped)
    system: list[Text] = []
    instructions = _read(fields, "instructions", _text_decoder)
    if instructions is not None:
        system.append(Text(instructions))
    messages = _Turns(system, dropped).read(fields)
    choice, only = _tool_choice(fields)
    return Chat(
        messages=messages,
        system=tuple(system),
        tools=_tools(fields, only),
        tool_choice=choice,
        parallel_tool_calls=_read(fields, "parallel_tool_calls", _flag_decoder),
        max_output_tokens=request.max_output_tokens,
        temperature=_read(fields, "temperature", _number_decoder),
        top_p=_read(fields, "top_p", _number_decoder),
        output=_output(fields, dropped),
        reasoning=_reasoning(fields),
        user=_read(fields, "user", _text_decoder),
        stream=request.stream,
        dropped=tuple(dict.fromkeys(dropped)),
    )


def _refuse_what_is_kept(fields: dict[str, msgspec.Raw], dropped: list[str]) -> None:
    """Look at what only the provider of this format could do: keep, cut, and tell probabilities."""
    store = _read(fields, "store", _flag_decoder)
    if store:
        raise Inexpressible(
            "store is true, and a provider of another format keeps no responses.",
            fix=f"Send store: false, or call a route whose model speaks {NATIVE}.",
            field="store",
        )
    if store is False:
        dropped.append("store")
    if _read(fields, "truncation", _text_decoder) not in (None, "disabled"):
        raise unknown_field("truncation", native=NATIVE)
    for name in _read(fields, "include", _texts_decoder) or ():
        if name not in _NEEDLESS:
            raise unknown_field(f"include {name}", native=NATIVE)


def _read(fields: dict[str, msgspec.Raw], name: str, decoder: "msgspec.json.Decoder[_T]") -> _T | None:
    raw = given(fields, name)
    return None if raw is None else _decode(raw, name, decoder)


def _decode(raw: msgspec.Raw, at: str, decoder: "msgspec.json.Decoder[_T]") -> _T:
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        _raise_at(at, error)


def _raise_at(field: str, error: Exception) -> NoReturn:
    """Raise what msgspec found, at the place that it names: ``$.content[2]`` of an item."""
    words, _, place = str(error).partition(" - at `$")
    at = field + place.rstrip("`")
    if any(mark in words for mark in _NOT_CARRIED):
        raise Inexpressible(
            f"{at}: {words}. It cannot be carried to a provider of another format.",
            fix=f"Leave it out, or call a route whose model speaks {NATIVE}.",
            field=at,
        ) from error
    raise InvalidRequest(f"{at} is not usable: {words}.", field=at) from error


def _only_messages(raw: msgspec.Raw) -> list[shapes.MessageItem] | None:
    """Return the items where all are messages and nothing is wrong; else each is looked at by itself.

    Decoding stops at the first other item, and costs less than to search for one.
    """
    try:
        messages = _messages_decoder.decode(raw)
    except UNREADABLE:
        return None
    return messages if all(message.type == "message" for message in messages) else None


class _Turns:
    """Items, gathered into turns."""

    def __init__(self, system: list[Text], dropped: list[str]) -> None:
        self._system = system
        self._dropped = dropped
        self._done: list[Message] = []
        self._role: _Role | None = None
        self._parts: list[Part] = []
        self._at = ""

    def read(self, fields: dict[str, msgspec.Raw]) -> tuple[Message, ...]:
        """Return the turns of ``input``; what is said by the system goes into the list of `__init__`."""
        raw = given(fields, "input")
        if raw is None:
            raise InvalidRequest("input is missing.", fix="Send a string or a list of items.", field="input")
        if first_byte(raw) == ord('"'):
            return (Message("user", (Text(_decode(raw, "input", _text_decoder)),), at="input"),)
        messages = _only_messages(raw)
        if messages is not None:
            for index, message in enumerate(messages):
                self._message(message, f"input[{index}]")
        else:
            items: list[msgspec.Raw] = _decode(raw, "input", _items_decoder)
            for index, item in enumerate(items):
                self._item(item, f"input[{index}]")
        self._flush()
        return tuple(self._done)

    def _item(self, raw: msgspec.Raw, at: str) -> None:
        if bytes(memoryview(raw)[: len(_MESSAGES[0])]).startswith(_MESSAGES):
            # What most items are; whatever is wrong with one is told below.
            try:
                message = _message_decoder.decode(raw)
            except UNREADABLE:
                message = None
            if message is not None and message.type == "message":
                self._message(message, at)
                return
        kind = _decode(raw, at, _kind_decoder).type
        if kind == "message":
            self._message(_decode(raw, at, _message_decoder), at)
        elif kind == "function_call":
            call = _decode(raw, at, _call_decoder)
            self._add("assistant", [chat.ToolCall(call.call_id, call.name, call.arguments)], at)
        elif kind == "function_call_output":
            result = _decode(raw, at, _result_decoder)
            self._add("user", [chat.ToolResult(result.call_id, self._output_of(result, at))], at)
        elif kind == "reasoning":
            self._add("assistant", list(_thoughts(_decode(raw, at, _reasoning_item_decoder))), at)
        else:
            raise Inexpressible(
                f"{at}: an item of type {kind} cannot be carried to a provider of another format.",
                fix=f"Leave it out, or call a route whose model speaks {NATIVE}.",
                field=at,
            )

    def _output_of(
        self, result: shapes.ResultItem, at: str
    ) -> "tuple[Text | chat.Image | chat.Document, ...]":
        if isinstance(result.output, str):
            return (Text(result.output),)
        parts = self._parts_of(result.output, at, "output")
        return tuple(part for part in parts if isinstance(part, (Text, chat.Image, chat.Document)))

    def _message(self, message: shapes.MessageItem, at: str) -> None:
        content = message.content
        if message.phase is not None:
            self._dropped.append("phase")
        parts: list[Part] = (
            [Text(content)] if isinstance(content, str) else self._parts_of(content, at, "content")
        )
        if message.role in ("user", "assistant"):
            self._add(message.role, parts, at)
            return
        if self._done or self._role is not None:
            raise Inexpressible(
                f"{at}: a {message.role} message behind others has no place in the provider's format.",
                fix="Put it first.",
                field=at,
            )
        for part in parts:
            if not isinstance(part, Text):
                raise Inexpressible(f"{at}: a {message.role} message bears more than text.", field=at)
            self._system.append(part)

    def _add(self, role: _Role, parts: list[Part], at: str) -> None:
        """Add what an item holds: to the turn that is open, or as the beginning of another."""
        # Words of the user's join nothing but results of tools, which stand at the turn's beginning.
        words = bool(self._parts) and not isinstance(self._parts[-1], chat.ToolResult)
        if role != self._role or (role == "user" and words):
            self._flush()
            self._role, self._at = role, at
        self._parts += parts

    def _flush(self) -> None:
        if self._role is not None and self._parts:
            self._done.append(Message(self._role, tuple(self._parts), at=self._at))
        self._role, self._parts = None, []

    def _parts_of(self, content: "list[Any]", at: str, name: str) -> list[Part]:
        return [
            Text(part.text) if _is_plain(part) else self._part(part, f"{at}.{name}[{index}]")
            for index, part in enumerate(content)
        ]

    def _part(self, part: shapes.AnyPart, at: str) -> Part:
        if isinstance(part, shapes.OutputText):
            if part.annotations:
                self._dropped.append("annotations")
            return Text(part.text)
        if isinstance(part, shapes.RefusalPart):
            return chat.Refusal(part.refusal)
        if isinstance(part, shapes.InputAudio):
            return chat.Audio(Source("data", part.input_audio.data, f"audio/{part.input_audio.format}"))
        cache = None
        if part.prompt_cache_breakpoint is not None:
            cache = chat.Cache()
            if part.prompt_cache_breakpoint.ttl is not None:
                self._dropped.append("prompt_cache_breakpoint.ttl")
        if isinstance(part, shapes.InputText):
            return Text(part.text, cache)
        if isinstance(part, shapes.InputImage):
            return chat.Image(_image_source(part, at), part.detail, cache)
        if part.detail is not None and part.detail != "auto":
            self._dropped.append("detail")
        return chat.Document(_file_source(part, at), part.filename, cache=cache)


def _is_plain(part: shapes.AnyPart) -> bool:
    """Return whether a part is words and nothing else, as most are."""
    if type(part) is shapes.InputText:
        return part.prompt_cache_breakpoint is None
    return type(part) is shapes.OutputText and not part.annotations


def _image_source(part: shapes.InputImage, at: str) -> Source:
    if (part.image_url is None) == (part.file_id is None):
        raise InvalidRequest(f"{at} needs either image_url or file_id.", field=at)
    return Source("file", part.file_id) if part.file_id is not None else source_of(part.image_url or "")


def _file_source(part: shapes.InputFile, at: str) -> Source:
    given_ones = [value for value in (part.file_data, part.file_url, part.file_id) if value is not None]
    if len(given_ones) != 1:
        raise InvalidRequest(f"{at} needs one of file_data, file_url and file_id.", field=at)
    if part.file_id is not None:
        return Source("file", part.file_id)
    if part.file_url is not None:
        return Source("url", part.file_url)
    data = part.file_data or ""
    if data[:5].lower() != "data:":
        return Source("data", data)
    source = source_of(data)
    if source.media_type != "text/plain":
        return source
    try:
        return Source("text", binascii.a2b_base64(source.value).decode(), "text/plain")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidRequest(
            f"{at}.file_data is no base64 of UTF-8 text: {error}.", field=f"{at}.file_data"
        ) from error


def _thoughts(item: shapes.ReasoningItem) -> Iterator[Part]:
    text = "\n\n".join([part.text for part in item.summary or item.content or ()])
    thought = thought_of(text, item.encrypted_content)
    if thought is not None:
        yield thought


def thought_of(text: str, encrypted: str | None) -> Thinking | None:
    """Return the thought that a reasoning item holds: its text, and what is encrypted as its signature.

    Without text, what is encrypted is all there is. What another format signed says itself which it was.
    """
    if encrypted is None:
        return Thinking(text) if text else None
    value, signed_by = unseal(encrypted, native=NATIVE)
    if signed_by == NATIVE:
        return Thinking(text, value, signed_by) if text else Thinking(redacted=value, signed_by=signed_by)
    if value.startswith(_REDACTED):
        return Thinking(text, redacted=value[len(_REDACTED) :], signed_by=signed_by)
    return Thinking(text, value.removeprefix(_SIGNED), signed_by)


def encrypted_of(thought: Thinking) -> str | None:
    """Return what `thought_of` reads back: a signature or redacted thoughts, of any format."""
    signed_by = thought.signed_by or NATIVE
    if thought.redacted is not None:
        value, mark = thought.redacted, _REDACTED
    elif thought.signature is not None:
        value, mark = thought.signature, _SIGNED
    else:
        return None
    return seal(value if signed_by == NATIVE else mark + value, signed_by, native=NATIVE)


def _tools(fields: dict[str, msgspec.Raw], only: frozenset[str] | None) -> tuple[chat.Tool, ...]:
    tools: list[chat.Tool] = []
    told: list[msgspec.Raw] | None = _read(fields, "tools", _items_decoder)
    for index, raw in enumerate(told or ()):
        at = f"tools[{index}]"
        kind = _decode(raw, at, _kind_decoder).type
        if kind != "function":
            raise unknown_field(f"{at}.type {kind}", native=NATIVE)
        tool = _decode(raw, at, _tool_decoder)
        if tool.defer_loading:
            raise unknown_field(f"{at}.defer_loading", native=NATIVE)
        parameters = None if tool.parameters == shapes.NULL else json_text(tool.parameters, at)
        if only is None or tool.name in only:
            tools.append(chat.Tool(tool.name, tool.description, parameters, tool.strict))
    if only is not None and len(tools) < len(only):
        unknown = ", ".join(sorted(only.difference(tool.name for tool in tools)))
        raise InvalidRequest(f"tool_choice allows {unknown}, which is not in tools.", field="tool_choice")
    return tuple(tools)


def _tool_choice(fields: dict[str, msgspec.Raw]) -> tuple[chat.ToolChoice | None, frozenset[str] | None]:
    """Return the choice, and the names of the tools that alone may be called, where only some may."""
    raw = given(fields, "tool_choice")
    if raw is None:
        return None, None
    at = "tool_choice"
    if first_byte(raw) == ord('"'):
        mode = _decode(raw, at, _choice_decoder)
        if mode in _MODES:
            return chat.ToolChoice(_MODES[mode]), None
        raise InvalidRequest(
            f"tool_choice is {mode}.", fix="Send auto, none, required or a function.", field=at
        )
    kind = _decode(raw, at, _kind_decoder).type
    if kind == "function":
        return chat.ToolChoice("tool", _decode(raw, at, _named_decoder).name), None
    if kind != "allowed_tools":
        raise unknown_field(f"{at}.type {kind}", native=NATIVE)
    allowed = _decode(raw, at, _allowed_decoder)
    names = [tool.name for tool in allowed.tools if tool.type == "function" and tool.name is not None]
    if len(names) != len(allowed.tools) or not names:
        raise unknown_field(f"{at}.tools that are no functions", native=NATIVE)
    return chat.ToolChoice(allowed.mode), frozenset(names)


def _output(fields: dict[str, msgspec.Raw], dropped: list[str]) -> chat.OutputFormat | None:
    text = _read(fields, "text", _text_field_decoder)
    if text is None:
        return None
    if text.verbosity not in (None, "medium"):
        raise unknown_field("text.verbosity", native=NATIVE)
    if text.verbosity is not None:
        dropped.append("text.verbosity")
    wanted = text.format
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return chat.OutputFormat("json")
    if wanted.schema == shapes.NULL:
        raise InvalidRequest("text.format has no schema.", field="text.format.schema")
    schema = json_text(wanted.schema, "text.format.schema")
    return chat.OutputFormat("schema", wanted.name, schema, wanted.strict, wanted.description)


def _reasoning(fields: dict[str, msgspec.Raw]) -> chat.Reasoning | None:
    wanted = _read(fields, "reasoning", _reasoning_decoder)
    if wanted is None:
        return None
    shown = wanted.summary or wanted.generate_summary
    if wanted.effort is None and shown is None:
        return None
    return chat.Reasoning(wanted.effort, show=True if shown is not None else None)
