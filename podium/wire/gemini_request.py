"""What admission must know of a request in Google's format, read without decoding more than that takes.

Source: Google's API reference, ``GenerateContentRequest``, ``Part``, ``Tool`` and ``GenerationConfig``. What
is not on a list here may cost anything: a part of an unknown kind is remote, an unknown tool unpriced.
"""

from typing import Final

import msgspec

from podium.kernel.call import Request, ServerTool
from podium.kernel.errors import InvalidRequest
from podium.wire.gemini_fields import (
    canonical,
    decode_count,
    decode_object,
    decode_objects,
    decode_text,
    decode_top,
    given,
    raise_invalid,
    read_target,
)
from podium.wire.gemini_usage import WEB_SEARCH
from podium.wire.openai_fields import UNREADABLE

TOP: Final = frozenset(
    {
        *("contents", "tools", "toolConfig", "safetySettings", "systemInstruction", "generationConfig"),
        *("cachedContent", "serviceTier", "store", "labels", "model"),
    }
)
CONFIG: Final = frozenset(
    {
        *("maxOutputTokens", "candidateCount", "temperature", "topP", "topK", "stopSequences", "seed"),
        *("presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs", "responseMimeType"),
        *("responseSchema", "responseJsonSchema", "responseModalities", "mediaResolution", "speechConfig"),
        *("thinkingConfig", "enableEnhancedCivicAnswers"),
    }
)
"""Fields whose cost shows in token counts; any other is unpriced."""
MAX_CANDIDATES: Final = 128
_PART: Final = frozenset(
    {
        *(
            "text",
            "thought",
            "thoughtSignature",
            "inlineData",
            "fileData",
            "functionCall",
            "functionResponse",
        ),
        *("executableCode", "codeExecutionResult", "toolCall", "toolResponse", "partMetadata"),
        *("videoMetadata", "mediaResolution", "mediaProcessing"),
    }
)
_TEXT: Final = frozenset(
    {
        *("text", "thought", "thoughtSignature", "thought_signature", "functionCall", "function_call"),
        *("executableCode", "codeExecutionResult", "partMetadata"),
    }
)
"""What is text in the body, in the spellings that occur; everything else is looked at."""
_MODIFIERS: Final = frozenset(
    {"videoMetadata", "mediaResolution", "mediaProcessing", "toolCall", "toolResponse"}
)
_BLOB: Final = frozenset({"mimeType", "data", "fileUri", "displayName"})
_TOOL: Final = frozenset(
    {
        *("functionDeclarations", "googleSearch", "googleSearchRetrieval", "codeExecution", "urlContext"),
        *("googleMaps", "fileSearch", "computerUse", "mcpServers", "retrieval", "enterpriseWebSearch"),
    }
)
_CLIENT_TOOLS: Final = frozenset({"functionDeclarations", "computerUse"})
_STANDARD_TIERS: Final = frozenset({"unspecified", "standard", "SERVICE_TIER_UNSPECIFIED", "STANDARD"})
_NEEDS: Final = {"image": "vision", "video": "vision", "audio": "audio"}
_EMPTY: Final = frozenset({b"null", b"[]", b'""'})


class Content(msgspec.Struct, frozen=True):
    """One turn, as far as admission looks into it."""

    parts: list[dict[str, msgspec.Raw]] | dict[str, msgspec.Raw] | None = None


_contents_decoder = msgspec.json.Decoder(list[Content] | Content)
_content_decoder = msgspec.json.Decoder(Content)
_modalities_decoder = msgspec.json.Decoder(list[str])


class Looked(msgspec.Struct):
    """What was seen of a request so far."""

    needs: set[str]
    unpriced: list[str]
    remote: bool = False
    server_tools: list[ServerTool] = []

    def part(self, part: dict[str, msgspec.Raw], at: str) -> None:
        """Look at a part that is more than text."""
        for name, raw in canonical(part, _PART, f"{at}.").items():
            if name in _TEXT or bytes(raw) in _EMPTY:
                continue
            if name in {"inlineData", "fileData"}:
                self._media(decode_object(raw, f"{at}.{name}", _BLOB), remote=name == "fileData")
            elif name == "functionResponse":
                self._function_response(raw, f"{at}.{name}")
            elif name not in _MODIFIERS:
                self.remote = True  # a part that is not known may name anything

    def _media(self, blob: dict[str, msgspec.Raw], *, remote: bool) -> None:
        kind = (decode_text(given(blob, "mimeType")) or "").partition("/")[0].strip().lower()
        self.needs.add(_NEEDS.get(kind, "documents"))
        self.remote |= remote or given(blob, "data") is None

    def _function_response(self, raw: msgspec.Raw, at: str) -> None:
        parts = given(decode_object(raw, at, frozenset()), "parts")
        if parts is not None:
            for index, part in enumerate(decode_objects(parts, f"{at}.parts")):
                self.part(part, f"{at}.parts[{index}]")


def decode_generate(body: bytes, target: str) -> Request:
    """Return the neutral model of a generateContent or streamGenerateContent. Raises InvalidRequest."""
    where = read_target(target)
    stream = where.method == "streamGenerateContent"
    if stream and not where.events:
        raise InvalidRequest(
            "streamGenerateContent without alt=sse answers one array of JSON, which Podium does not serve.",
            fix="Add ?alt=sse to the address, as Google's SDKs do.",
            field="alt",
        )
    fields = decode_top(body, TOP)
    looked = Looked(set(), [])
    look_at_contents(fields, looked)
    limit, choices = None, 1
    raw = given(fields, "generationConfig")
    if raw is not None:
        config = decode_object(raw, "generationConfig", CONFIG)
        limit = decode_count(config, "maxOutputTokens", "generationConfig.")
        choices = decode_count(config, "candidateCount", "generationConfig.", at_most=MAX_CANDIDATES) or 1
        _look_at_config(config, looked)
    if given(fields, "cachedContent") is not None:
        looked.remote = True
    if not TOP.issuperset(fields):
        looked.unpriced += [
            name for name, raw in fields.items() if name not in TOP and bytes(raw) not in _EMPTY
        ]
    tier = given(fields, "serviceTier")
    if tier is not None and decode_text(tier) not in _STANDARD_TIERS:
        looked.unpriced.append("serviceTier")
    return Request(
        operation="chat",
        route=where.route,
        fields=fields,
        body_bytes=len(body),
        stream=stream,
        max_output_tokens=limit,
        choices=choices,
        needs=frozenset(looked.needs),
        remote_content=looked.remote,
        unpriced=tuple(looked.unpriced),
        server_tools=tuple(looked.server_tools),
        limit_field="generationConfig.maxOutputTokens",
        content_field="contents",
    )


def look_at_contents(fields: dict[str, msgspec.Raw], looked: Looked) -> None:
    """Look at what is said, and at the tools. Raises InvalidRequest."""
    raw = given(fields, "contents")
    if raw is None:
        raise InvalidRequest("contents is missing.", fix="Send a list of contents.", field="contents")
    try:
        contents = _contents_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("contents", error, "a list of objects with parts")
    listed = contents if isinstance(contents, list) else [contents]
    if not listed:
        raise InvalidRequest("contents is empty.", fix="Send a list of contents.", field="contents")
    for index, content in enumerate(listed):
        look_at_content(content, f"contents[{index}]", looked)
    raw = given(fields, "systemInstruction")
    if raw is not None:
        try:
            system = _content_decoder.decode(raw)
        except UNREADABLE as error:
            raise_invalid("systemInstruction", error, "an object with parts")
        look_at_content(system, "systemInstruction", looked)
    raw = given(fields, "tools")
    if raw is not None:
        _look_at_tools(raw, looked)


def look_at_content(content: Content, at: str, looked: Looked) -> None:
    """Look at the parts of one turn that are more than text."""
    parts = content.parts
    if parts is None:
        return
    for index, part in enumerate(parts if isinstance(parts, list) else [parts]):
        if not _TEXT.issuperset(part):
            looked.part(part, f"{at}.parts[{index}]")


def _look_at_tools(raw: msgspec.Raw, looked: Looked) -> None:
    for index, tool in enumerate(decode_objects(raw, "tools")):
        for name, value in canonical(tool, _TOOL, f"tools[{index}].").items():
            if bytes(value) == b"null":
                continue
            if name in _CLIENT_TOOLS:
                if bytes(value) != b"[]":
                    looked.needs.add("tools")
            elif name == "googleSearch":
                # Google takes no bound of searches, and counts them in groundingMetadata.
                looked.server_tools.append(ServerTool(WEB_SEARCH, f"tools.{name}"))
            else:
                looked.unpriced.append(f"tools.{name}")


def _look_at_config(config: dict[str, msgspec.Raw], looked: Looked) -> None:
    if not CONFIG.issuperset(config):
        looked.unpriced += [
            f"generationConfig.{name}"
            for name, raw in config.items()
            if name not in CONFIG and bytes(raw) not in _EMPTY
        ]
    structured = given(config, "responseSchema") or given(config, "responseJsonSchema")
    mime_type = given(config, "responseMimeType")
    if structured is not None or (mime_type is not None and decode_text(mime_type) not in {"text/plain", ""}):
        looked.needs.add("structured_output")
    raw = given(config, "responseModalities")
    if raw is None:
        return
    try:
        modalities = _modalities_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("generationConfig.responseModalities", error, "a list of strings")
    for modality in modalities:
        if modality.upper() == "AUDIO":
            looked.needs.add("audio")
        elif modality.upper() not in {"TEXT", "MODALITY_UNSPECIFIED"}:
            looked.unpriced.append(f"generationConfig.responseModalities.{modality}")
