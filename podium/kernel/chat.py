"""What is said in a chat, free of any wire format: what is asked, what is answered, and an answer's events.

A wire format reads its bytes into these values and writes them out of these values. What a format cannot
carry it refuses with `Inexpressible`; nothing is left out in silence. Texts of JSON stay text: tool arguments
and schemas are carried, not understood.
"""

from typing import Literal

import msgspec

from podium.kernel.call import Usage

Finish = Literal["stop", "length", "tool_calls", "stop_sequence", "content_filter", "refusal", "pause"]
"""Why an answer ended. ``pause``: the provider's own tools go on in another call."""
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


class Cache(msgspec.Struct, frozen=True):
    """Asks the provider to cache everything up to here. ``ttl`` is ``5m`` or ``1h``, None its default."""

    ttl: str | None = None


class Source(msgspec.Struct, frozen=True):
    """Where media comes from. ``data``: base64. ``text``: the text itself. ``file``: a provider's file id."""

    kind: Literal["data", "url", "file", "text"]
    value: str
    media_type: str | None = None


class Text(msgspec.Struct, frozen=True):
    """Words."""

    text: str
    cache: Cache | None = None


class Image(msgspec.Struct, frozen=True):
    """A picture. ``detail``: ``low``, ``high`` or ``auto``, as OpenAI has it."""

    source: Source
    detail: str | None = None
    cache: Cache | None = None


class Audio(msgspec.Struct, frozen=True):
    """Sound; its source's media type says which: ``audio/wav``."""

    source: Source
    cache: Cache | None = None


class Document(msgspec.Struct, frozen=True):
    """A file to read: PDF or text. ``context`` is said about it to the model, ``citations`` asks for them."""

    source: Source
    title: str | None = None
    context: str | None = None
    citations: bool = False
    cache: Cache | None = None


class Thinking(msgspec.Struct, frozen=True):
    """What a model thought. Only the provider of the format ``signed_by`` can verify ``signature``.

    ``redacted``: encrypted thoughts that only the provider reads; then there is no text. A thought without
    text but with a signature belongs to the part behind it (Gemini signs parts).
    """

    text: str = ""
    signature: str | None = None
    signed_by: str | None = None
    redacted: str | None = None


class ToolCall(msgspec.Struct, frozen=True):
    """The model asks for a tool. ``arguments``: the text of an object, or what the model wrote instead."""

    id: str
    name: str
    arguments: str
    cache: Cache | None = None


class ToolResult(msgspec.Struct, frozen=True):
    """What a tool gave. ``error``: it failed, and the content says why."""

    call_id: str
    content: "tuple[Text | Image | Document, ...]"
    error: bool = False
    cache: Cache | None = None


class Refusal(msgspec.Struct, frozen=True):
    """The model's words where it declines."""

    text: str


Part = Text | Image | Audio | Document | Thinking | ToolCall | ToolResult | Refusal


class Message(msgspec.Struct, frozen=True):
    """One turn. Results of tools stand in turns of the user's."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]
    name: str | None = None
    at: str = ""
    """Where it stands in the client's body, for errors: ``messages[3]``."""


class Tool(msgspec.Struct, frozen=True):
    """A function that the client runs. ``parameters``: the text of a JSON Schema."""

    name: str
    description: str | None = None
    parameters: str | None = None
    strict: bool | None = None
    cache: Cache | None = None


class ToolChoice(msgspec.Struct, frozen=True):
    """Which tools the model may or must call. ``tool``: exactly the one of ``name``."""

    mode: Literal["auto", "none", "required", "tool"]
    name: str | None = None


class OutputFormat(msgspec.Struct, frozen=True):
    """The shape of the answer's text. ``schema``: the text of a JSON Schema, for kind ``schema``."""

    kind: Literal["json", "schema"]
    name: str | None = None
    schema: str | None = None
    strict: bool | None = None
    description: str | None = None


class Reasoning(msgspec.Struct, frozen=True):
    """How much the model may think, by ``effort`` or ``budget_tokens``; and whether its thoughts are shown.

    ``adaptive``: the model decides how much.
    """

    effort: Effort | None = None
    budget_tokens: int | None = None
    show: bool | None = None
    adaptive: bool = False


class Chat(msgspec.Struct, frozen=True):
    """A whole request, in neutral terms."""

    messages: tuple[Message, ...]
    system: tuple[Text, ...] = ()
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    max_output_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logprobs: bool = False
    top_logprobs: int | None = None
    output: OutputFormat | None = None
    reasoning: Reasoning | None = None
    user: str | None = None
    """The client's own id of its end user."""
    stream: bool = False
    dropped: tuple[str, ...] = ()
    """Fields of the client's that were left out by choice: hints and labels, named in the answer's header."""


class Answer(msgspec.Struct, frozen=True):
    """A whole answer."""

    parts: tuple[Text | Thinking | ToolCall | Refusal, ...]
    finish: Finish | None
    usage: Usage | None = None
    id: str | None = None
    model: str | None = None
    stop_sequence: str | None = None


class Began(msgspec.Struct, frozen=True):
    """The stream's first event. ``usage``: what is counted already, where the provider says so."""

    id: str | None = None
    model: str | None = None
    usage: Usage | None = None


class PartBegan(msgspec.Struct, frozen=True):
    """Part ``index`` begins, empty. ``redacted`` thoughts and signatures of a whole come with it."""

    index: int
    part: Text | Thinking | ToolCall | Refusal


class Delta(msgspec.Struct, frozen=True):
    """More of part ``index``: words, thoughts, or the text of arguments."""

    index: int
    text: str


class Signed(msgspec.Struct, frozen=True):
    """The signature of the thoughts of part ``index``."""

    index: int
    signature: str
    signed_by: str


class PartEnded(msgspec.Struct, frozen=True):
    """Part ``index`` is whole. Parts of tool calls may be open at the same time."""

    index: int


class Ended(msgspec.Struct, frozen=True):
    """The answer is whole; usage follows in the decoder's `Reply`."""

    finish: Finish
    stop_sequence: str | None = None


Event = Began | PartBegan | Delta | Signed | PartEnded | Ended


class EmbedRequest(msgspec.Struct, frozen=True):
    """Texts to embed. ``dimensions``: how long each vector shall be."""

    texts: tuple[str, ...]
    dimensions: int | None = None
    task: str | None = None
    title: str | None = None
    user: str | None = None


class Embeddings(msgspec.Struct, frozen=True):
    """A vector for each text, in their order."""

    vectors: tuple[tuple[float, ...], ...]
    usage: Usage | None = None
    model: str | None = None
