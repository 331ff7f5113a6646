"""Google's request, whole, as far as the neutral model can carry it; any other field is refused by its name.

Source: Google's API reference, ``Content``, ``Part``, ``Tool``, ``ToolConfig``, ``GenerationConfig``,
``ThinkingConfig``, ``SafetySetting``.
"""

from typing import Any, Final, Literal, NoReturn, TypeVar

import msgspec

from podium.kernel.errors import Inexpressible, InvalidRequest
from podium.wire.gemini_fields import NULL, camel
from podium.wire.openai_fields import UNREADABLE


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Names in camelCase, nothing unknown."""


class Blob(Shape, frozen=True):
    """Media in the body, in base64 of either alphabet."""

    data: str = ""
    mime_type: str | None = None
    display_name: str | None = None


class File(Shape, frozen=True):
    """Media elsewhere."""

    file_uri: str = ""
    mime_type: str | None = None
    display_name: str | None = None


class FunctionCall(Shape, frozen=True):
    """A call that the model made."""

    name: str = ""
    args: msgspec.Raw = NULL
    id: str | None = None


class ResponsePart(Shape, frozen=True):
    """Media of a function's result."""

    inline_data: Blob


class FunctionResponse(Shape, frozen=True):
    """What a function gave."""

    name: str = ""
    response: msgspec.Raw = NULL
    id: str | None = None
    parts: list[ResponsePart] | None = None


class Part(Shape, frozen=True):
    """One part of a turn."""

    text: str | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    inline_data: Blob | None = None
    file_data: File | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    media_resolution: msgspec.Raw = NULL


class Content(Shape, frozen=True):
    """One turn."""

    parts: list[Part] | None = None
    role: str | None = None


class Declaration(Shape, frozen=True):
    """A function, with its parameters in either dialect."""

    name: str
    description: str | None = None
    parameters: msgspec.Raw = NULL
    parameters_json_schema: msgspec.Raw = NULL
    response: msgspec.Raw = NULL
    response_json_schema: msgspec.Raw = NULL
    behavior: Literal["BLOCKING", "UNSPECIFIED"] | None = None


class Tool(Shape, frozen=True):
    """Functions; tools that run at Google's are refused by their name."""

    function_declarations: list[Declaration] | None = None


class CallingConfig(Shape, frozen=True):
    """Which functions may or must be called."""

    mode: str | None = None
    allowed_function_names: list[str] | None = None


class ToolConfig(Shape, frozen=True):
    """``toolConfig``."""

    function_calling_config: CallingConfig | None = None


class ThinkingConfig(Shape, frozen=True):
    """How much to think, and whether thoughts are shown."""

    include_thoughts: bool | None = None
    thinking_budget: int | None = None
    thinking_level: str | None = None


class GenerationConfig(Shape, frozen=True):
    """``generationConfig``. ``topK`` is a float in some clients."""

    max_output_tokens: int | str | None = None
    candidate_count: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    stop_sequences: list[str] | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    response_logprobs: bool | None = None
    logprobs: int | None = None
    response_mime_type: str | None = None
    response_schema: msgspec.Raw = NULL
    response_json_schema: msgspec.Raw = NULL
    response_modalities: list[str] | None = None
    media_resolution: str | None = None
    thinking_config: ThinkingConfig | None = None


class SafetySetting(Shape, frozen=True):
    """From which probability of a harm on an answer is blocked."""

    category: str = ""
    threshold: str | None = None
    method: str | None = None


contents_decoder: Final = msgspec.json.Decoder(list[Content])
content_decoder: Final = msgspec.json.Decoder(Content)
tools_decoder: Final = msgspec.json.Decoder(list[Tool])
tool_config_decoder: Final = msgspec.json.Decoder(ToolConfig)
config_decoder: Final = msgspec.json.Decoder(GenerationConfig)
safety_decoder: Final = msgspec.json.Decoder(list[SafetySetting])

_OWN: Final = frozenset(
    {
        *("args", "response", "parameters", "parametersJsonSchema", "responseSchema"),
        *("responseJsonSchema", "partMetadata"),
    }
)
"""What holds the client's own names."""
_LISTS: Final = frozenset({"parts", "functionDeclarations", "stopSequences", "allowedFunctionNames"})
_T = TypeVar("_T")


def read(raw: msgspec.Raw, decoder: "msgspec.json.Decoder[_T]", field: str, *, a_list: bool = False) -> _T:
    """Return a value of a client's. Raises Inexpressible or InvalidRequest that names the place."""
    try:
        return decoder.decode(raw)
    except UNREADABLE:
        pass
    # Once more, with the spellings and the single values that Google takes too.
    try:
        value = _spelt(msgspec.json.decode(raw))
        if a_list and not isinstance(value, list):
            value = [value]
        return decoder.decode(msgspec.json.encode(value))
    except UNREADABLE as error:
        raise_at(field, error)


def _spelt(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelt(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, item in value.items():
        name = camel(key) if "_" in key else key
        inner = item if name in _OWN else _spelt(item)
        found[name] = [inner] if name in _LISTS and isinstance(inner, (dict, str)) else inner
    return found


def raise_at(field: str, error: Exception) -> NoReturn:
    """Raise what msgspec found at the place that it names: ``$[3].parts[0]`` of contents."""
    words, _, place = str(error).partition(" - at `$")
    at = field + place.rstrip("`")
    if "unknown field" in words:
        name = words.rpartition("unknown field ")[2].strip("`")
        at = f"{at}.{name}"
        raise Inexpressible(
            f"{at} cannot be carried to a provider of another format.",
            fix="Leave it out, or call a route whose model speaks gemini.",
            field=at,
        ) from error
    if "Invalid enum value" in words:
        raise Inexpressible(
            f"{at}: {words}. It cannot be carried to a provider of another format.",
            fix="Leave it out, or call a route whose model speaks gemini.",
            field=at,
        ) from error
    raise InvalidRequest(
        f"{at} is not usable: {words}.", fix="Send it as Google's API takes it.", field=at
    ) from error
