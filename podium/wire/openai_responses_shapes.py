"""The shapes of OpenAI's Responses, as far as they are translated: requests strictly, answers leniently.

Source: the types of OpenAI's SDK, ``openai.types.responses``. What has no neutral meaning is declared as
``None`` where clients send it unset, and not at all elsewhere, so that it is refused by its name.
"""

from typing import Any, Final, Literal

import msgspec

from podium.kernel.chat import Effort, Finish

NULL: Final = msgspec.Raw(b"null")


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shape of a client's request: a field that is not known cannot be translated."""


class Breakpoint(Strict, frozen=True):
    """A marker of the prompt cache."""

    mode: Literal["explicit"] = "explicit"
    ttl: str | None = None


class InputText(Strict, frozen=True, tag_field="type", tag="input_text"):
    """Words of the client's."""

    text: str
    prompt_cache_breakpoint: Breakpoint | None = None


class InputImage(Strict, frozen=True, tag_field="type", tag="input_image"):
    """A picture: an address, a data URL or an id."""

    image_url: str | None = None
    file_id: str | None = None
    detail: str | None = None
    prompt_cache_breakpoint: Breakpoint | None = None


class InputFile(Strict, frozen=True, tag_field="type", tag="input_file"):
    """A document: a data URL, an address or an id."""

    file_data: str | None = None
    file_url: str | None = None
    file_id: str | None = None
    filename: str | None = None
    detail: str | None = None
    prompt_cache_breakpoint: Breakpoint | None = None


class AudioData(Strict, frozen=True):
    """Base64, and ``wav`` or ``mp3``."""

    data: str
    format: str


class InputAudio(Strict, frozen=True, tag_field="type", tag="input_audio"):
    """Sound."""

    input_audio: AudioData


class OutputText(Strict, frozen=True, tag_field="type", tag="output_text"):
    """Words of an earlier answer."""

    text: str
    annotations: list[dict[str, Any]] | None = None
    logprobs: list[Any] | None = None
    parsed: Any = None
    """The SDK's own, where a client sends what its ``parse`` gave."""


class RefusalPart(Strict, frozen=True, tag_field="type", tag="refusal"):
    """An earlier answer that declined."""

    refusal: str


InputPart = InputText | InputImage | InputFile | InputAudio
AnyPart = InputText | InputImage | InputFile | InputAudio | OutputText | RefusalPart


class MessageItem(Strict, frozen=True):
    """A message of any role. ``id`` and ``status`` are the provider's bookkeeping."""

    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[AnyPart]
    type: str = "message"
    id: str | None = None
    status: str | None = None
    phase: str | None = None


class DirectCaller(Strict, frozen=True):
    """The model itself called, not a program of its."""

    type: Literal["direct"] = "direct"


class CallItem(Strict, frozen=True):
    """A call in an earlier answer."""

    call_id: str
    name: str
    arguments: str
    type: str = "function_call"
    id: str | None = None
    status: str | None = None
    caller: DirectCaller | None = None
    namespace: None = None
    parsed_arguments: Any = None
    """The SDK's own, as `OutputText.parsed`."""


class ResultItem(Strict, frozen=True):
    """What a function gave."""

    call_id: str
    output: str | list[InputText | InputImage | InputFile]
    type: str = "function_call_output"
    id: str | None = None
    status: str | None = None
    caller: DirectCaller | None = None
    name: str | None = None
    namespace: None = None


class SummaryPart(Strict, frozen=True):
    """A summary of thoughts, or the thoughts themselves."""

    text: str
    type: str = "summary_text"


class ReasoningItem(Strict, frozen=True):
    """Thoughts of an earlier answer."""

    summary: list[SummaryPart] = []
    content: list[SummaryPart] | None = None
    encrypted_content: str | None = None
    type: str = "reasoning"
    id: str | None = None
    status: str | None = None


class FunctionTool(Strict, frozen=True):
    """A function that the client runs."""

    name: str
    type: str = "function"
    description: str | None = None
    parameters: msgspec.Raw = NULL
    strict: bool | None = None
    defer_loading: bool | None = None
    allowed_callers: None = None
    output_schema: None = None


class NamedChoice(Strict, frozen=True):
    """Exactly this function."""

    type: Literal["function"]
    name: str


class AllowedTool(Strict, frozen=True):
    """One of those that may be called."""

    type: str
    name: str | None = None


class AllowedChoice(Strict, frozen=True):
    """Only these tools: any of them, or one at least."""

    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: list[AllowedTool]


class FormatField(Strict, frozen=True):
    """``text.format``."""

    type: Literal["text", "json_object", "json_schema"]
    name: str | None = None
    schema: msgspec.Raw = NULL
    strict: bool | None = None
    description: str | None = None


class TextField(Strict, frozen=True):
    """``text``."""

    format: FormatField | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class ReasoningField(Strict, frozen=True):
    """``reasoning``."""

    effort: Effort | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None
    generate_summary: Literal["auto", "concise", "detailed"] | None = None
    context: Literal["auto"] | None = None
    mode: Literal["standard"] | None = None


class ReplyPart(msgspec.Struct, frozen=True):
    """A part of a message or of reasoning in an answer."""

    type: str = ""
    text: str = ""
    refusal: str = ""


class ReplyItem(msgspec.Struct, frozen=True):
    """An item of an answer's output."""

    type: str = ""
    content: list[ReplyPart] | None = None
    summary: list[ReplyPart] | None = None
    encrypted_content: str | None = None
    call_id: str | None = None
    name: str = ""
    arguments: str | None = None


class Details(msgspec.Struct, frozen=True):
    """Why a response is incomplete."""

    reason: str | None = None


class ReplyError(msgspec.Struct, frozen=True):
    """What went wrong with a response."""

    message: str | None = None
    code: str | int | None = None


FINISHES: Final[dict[str, Finish]] = {"max_output_tokens": "length", "content_filter": "content_filter"}
"""Why a response is incomplete, in neutral terms."""


class ReplyHead(msgspec.Struct, frozen=True):
    """A response without its output."""

    id: str | None = None
    model: str | None = None
    status: str | None = None
    object: str | None = None
    incomplete_details: Details | None = None
    error: ReplyError | str | None = None
    usage: msgspec.Raw = NULL

    def finish_reason(self) -> str | None:
        """Return why it ended, in this format's words: ``completed``, or why it is incomplete."""
        details = self.incomplete_details
        return (details.reason if details is not None else None) or self.status

    def failure(self) -> str | None:
        """Return the words of what went wrong, or None."""
        if self.error is None and self.status not in {"failed", "cancelled"}:
            return None
        if isinstance(self.error, str):
            return self.error
        message = self.error.message if self.error is not None else None
        return message or f"the response is {self.status}"


class ReplyBody(ReplyHead, frozen=True):
    """A whole response."""

    output: list[ReplyItem] | None = None
