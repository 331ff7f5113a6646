"""The shapes of OpenAI's chat completions, as far as they are translated: requests strict, answers lenient.

Sources: OpenAI's API reference, ``POST /chat/completions``; ``reasoning_content`` of DeepSeek and vLLM;
``reasoning_details`` and ``cache_control`` of OpenRouter.
"""

from typing import Final

import msgspec

from podium.kernel.chat import Effort

NULL: Final = msgspec.Raw(b"null")


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shape of a client's request: a field that is not known cannot be translated."""


class CacheControl(Strict, frozen=True):
    """OpenRouter's marker, in Anthropic's shape."""

    type: str = "ephemeral"
    ttl: str | None = None


class TextPart(Strict, frozen=True, tag_field="type", tag="text"):
    """Words."""

    text: str
    cache_control: CacheControl | None = None


class RefusalPart(Strict, frozen=True, tag_field="type", tag="refusal"):
    """An earlier answer that declined."""

    refusal: str


class ImageUrl(Strict, frozen=True):
    """An address, or the image itself in a data URL."""

    url: str
    detail: str | None = None


class ImagePart(Strict, frozen=True, tag_field="type", tag="image_url"):
    """A picture."""

    image_url: ImageUrl | str
    cache_control: CacheControl | None = None


class AudioData(Strict, frozen=True):
    """Base64, and ``wav`` or ``mp3``."""

    data: str
    format: str


class AudioPart(Strict, frozen=True, tag_field="type", tag="input_audio"):
    """Sound."""

    input_audio: AudioData


class FileData(Strict, frozen=True):
    """A file's id, or itself in a data URL."""

    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None


class FilePart(Strict, frozen=True, tag_field="type", tag="file"):
    """A document."""

    file: FileData
    cache_control: CacheControl | None = None


class CalledFunction(Strict, frozen=True):
    """A function's name, and its arguments as text."""

    name: str
    arguments: str = ""


class ToolCall(Strict, frozen=True):
    """A call in an earlier answer."""

    id: str
    function: CalledFunction
    type: str = "function"
    index: int | None = None


class ReasoningDetail(msgspec.Struct, frozen=True):
    """A thought, as OpenRouter carries it, and as Podium writes it for such clients."""

    type: str = ""
    text: str | None = None
    signature: str | None = None
    data: str | None = None


class SystemMessage(Strict, frozen=True, tag_field="role", tag="system"):
    """What the author says to the model."""

    content: str | list[TextPart]
    name: str | None = None


class DeveloperMessage(Strict, frozen=True, tag_field="role", tag="developer"):
    """As `SystemMessage`."""

    content: str | list[TextPart]
    name: str | None = None


UserPart = TextPart | ImagePart | AudioPart | FilePart


class UserMessage(Strict, frozen=True, tag_field="role", tag="user"):
    """What the user says."""

    content: str | list[UserPart]
    name: str | None = None


class AssistantMessage(Strict, frozen=True, tag_field="role", tag="assistant"):
    """An earlier answer."""

    content: str | list[TextPart | RefusalPart] | None = None
    name: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: list[ReasoningDetail] | None = None
    audio: None = None
    function_call: None = None
    annotations: msgspec.Raw = NULL


class ToolMessage(Strict, frozen=True, tag_field="role", tag="tool"):
    """What a tool gave."""

    tool_call_id: str
    content: str | list[TextPart]
    name: str | None = None


AnyMessage = SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage


class FunctionSpec(Strict, frozen=True):
    """A function that the client runs."""

    name: str
    description: str | None = None
    parameters: msgspec.Raw = NULL
    strict: bool | None = None


class FunctionTool(Strict, frozen=True):
    """A tool; other types than ``function`` have no neutral meaning."""

    function: FunctionSpec
    type: str = "function"
    cache_control: CacheControl | None = None


class NamedFunction(Strict, frozen=True):
    """The name of a function."""

    name: str


class NamedChoice(Strict, frozen=True):
    """Exactly this function."""

    function: NamedFunction
    type: str = "function"


class SchemaFormat(Strict, frozen=True):
    """``response_format.json_schema``."""

    name: str
    schema: msgspec.Raw = NULL
    strict: bool | None = None
    description: str | None = None


class ResponseFormat(Strict, frozen=True):
    """``text``, ``json_object`` or ``json_schema``."""

    type: str
    json_schema: SchemaFormat | None = None


class ReasoningField(Strict, frozen=True):
    """OpenRouter's ``reasoning``."""

    effort: Effort | None = None
    max_tokens: int | None = None
    exclude: bool | None = None
    enabled: bool | None = None


class ReplyFunction(msgspec.Struct, frozen=True):
    """Of a call in an answer, whole or a piece of it."""

    name: str | None = None
    arguments: str | None = None


class ReplyCall(msgspec.Struct, frozen=True):
    """A call in an answer, whole or a piece of it."""

    index: int | None = None
    id: str | None = None
    function: ReplyFunction = ReplyFunction()


class ReplyMessage(msgspec.Struct, frozen=True):
    """``message`` of an answer, or ``delta`` of a stream."""

    content: str | list[dict[str, msgspec.Raw]] | None = None
    refusal: str | None = None
    tool_calls: list[ReplyCall] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: list[ReasoningDetail] | None = None


class ReplyChoice(msgspec.Struct, frozen=True):
    """One choice of an answer; the empty ones of a stream's last chunks have nothing in them."""

    index: int = 0
    message: ReplyMessage | None = None
    delta: ReplyMessage | None = None
    finish_reason: str | None = None


class ReplyBody(msgspec.Struct, frozen=True):
    """An answer, or a chunk of a stream."""

    choices: list[ReplyChoice] | None = None
    id: str | None = None
    model: str | None = None
    usage: msgspec.Raw = NULL
    error: msgspec.Raw = NULL
