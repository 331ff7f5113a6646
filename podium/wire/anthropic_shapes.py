"""The shapes of Anthropic's messages, as far as they are translated: requests strict, answers lenient.

Source: Anthropic's API reference, ``POST /v1/messages``, and the types of its official SDK.
"""

from typing import Final, Literal

import msgspec

from podium.kernel.chat import Effort
from podium.wire.openai_shapes import Strict

NULL: Final = msgspec.Raw(b"null")


class CacheControl(Strict, frozen=True):
    """Asks to cache everything up to here."""

    type: Literal["ephemeral"]
    ttl: Literal["5m", "1h"] | None = None


class TextBlock(Strict, frozen=True, tag_field="type", tag="text"):
    """Words. ``citations``: what an earlier answer was based on."""

    text: str
    cache_control: CacheControl | None = None
    citations: msgspec.Raw = NULL


class Base64Source(Strict, frozen=True, tag_field="type", tag="base64"):
    """The thing itself."""

    data: str
    media_type: str


class UrlSource(Strict, frozen=True, tag_field="type", tag="url"):
    """Where Anthropic fetches it."""

    url: str


class FileSource(Strict, frozen=True, tag_field="type", tag="file"):
    """A file that was uploaded to Anthropic."""

    file_id: str


class TextSource(Strict, frozen=True, tag_field="type", tag="text"):
    """A document's words."""

    data: str
    media_type: Literal["text/plain"] = "text/plain"


class ContentSource(Strict, frozen=True, tag_field="type", tag="content"):
    """A document's words, as blocks; only one text is translated."""

    content: str


class ImageBlock(Strict, frozen=True, tag_field="type", tag="image"):
    """A picture."""

    source: Base64Source | UrlSource | FileSource
    cache_control: CacheControl | None = None


class Citations(Strict, frozen=True):
    """Whether an answer shall cite a document."""

    enabled: bool = False


class DocumentBlock(Strict, frozen=True, tag_field="type", tag="document"):
    """A PDF or a text."""

    source: Base64Source | UrlSource | FileSource | TextSource | ContentSource
    title: str | None = None
    context: str | None = None
    citations: Citations | None = None
    cache_control: CacheControl | None = None


class ThinkingBlock(Strict, frozen=True, tag_field="type", tag="thinking"):
    """A thought, with the signature by which its provider knows it again."""

    thinking: str
    signature: str = ""


class RedactedBlock(Strict, frozen=True, tag_field="type", tag="redacted_thinking"):
    """A thought that only its provider reads."""

    data: str


class Caller(Strict, frozen=True):
    """Who called a tool: the model itself, or code that ran at Anthropic."""

    type: Literal["direct"]


class ToolUseBlock(Strict, frozen=True, tag_field="type", tag="tool_use"):
    """A call in an earlier answer."""

    id: str
    name: str
    input: msgspec.Raw
    cache_control: CacheControl | None = None
    caller: Caller | None = None
    toolset_name: None = None


class ToolResultBlock(Strict, frozen=True, tag_field="type", tag="tool_result"):
    """What a tool gave."""

    tool_use_id: str
    content: str | list[TextBlock | ImageBlock | DocumentBlock] | None = None
    is_error: bool | None = None
    cache_control: CacheControl | None = None
    toolset_name: None = None


Block = (
    TextBlock | ImageBlock | DocumentBlock | ThinkingBlock | RedactedBlock | ToolUseBlock | ToolResultBlock
)


class Message(Strict, frozen=True):
    """One turn."""

    role: Literal["user", "assistant", "system"]
    content: str | list[Block]


class Tool(Strict, frozen=True):
    """A function that the client runs."""

    name: str
    input_schema: msgspec.Raw
    type: Literal["custom"] | None = None
    description: str | None = None
    cache_control: CacheControl | None = None
    strict: bool | None = None
    eager_input_streaming: bool | None = None
    allowed_callers: list[Literal["direct"]] | None = None
    defer_loading: Literal[False] | None = None


class ToolChoice(Strict, frozen=True):
    """Which tools may or must be called."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class ThinkingConfig(Strict, frozen=True):
    """Whether and how much the model may think."""

    type: Literal["enabled", "disabled", "adaptive"]
    budget_tokens: int | None = None
    display: Literal["summarized", "omitted"] | None = None


class JsonFormat(Strict, frozen=True):
    """The schema that the answer fits."""

    type: Literal["json_schema"]
    schema: msgspec.Raw


class OutputConfig(Strict, frozen=True):
    """How the answer shall be."""

    effort: Effort | None = None
    format: JsonFormat | None = None


class Metadata(Strict, frozen=True):
    """Of a request."""

    user_id: str | None = None


class ReplyBlock(msgspec.Struct, frozen=True):
    """A block of an answer, whole or as it begins."""

    type: str = ""
    text: str = ""
    thinking: str = ""
    signature: str = ""
    data: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = NULL


class ReplyDelta(msgspec.Struct, frozen=True):
    """More of a block, or of the message."""

    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""
    signature: str = ""
    stop_reason: str | None = None
    stop_sequence: str | None = None


class ReplyBody(msgspec.Struct, frozen=True):
    """A whole answer, or the beginning of one."""

    content: list[ReplyBlock]
    type: str = ""
    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: msgspec.Raw = NULL


class ReplyEvent(msgspec.Struct, frozen=True):
    """An event of a stream."""

    type: str = ""
    index: int = 0
    message: ReplyBody | None = None
    content_block: ReplyBlock | None = None
    delta: ReplyDelta | None = None
    usage: msgspec.Raw = NULL
    error: msgspec.Raw = NULL
