"""What a client's body puts into a model's window, in every format of chats.

Texts are measured in bytes of UTF-8. Pictures, sounds and files weigh what is nominal for one, because their
bytes say nothing about tokens. Nothing is refused here: what has no known form counts where it stands, with
all its texts.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from podium.kernel.window import (
    ASSISTANT,
    DOCUMENTS,
    KINDS,
    NOTHING,
    REASONING,
    SYSTEM,
    TOOL_RESULTS,
    TOOLS,
    USER,
    Weighed,
)

PICTURE_BYTES: Final = 4_000
"""About 1,000 tokens."""
SOUND_BYTES: Final = 4_000
FILE_BYTES: Final = 12_000
_PICTURES: Final = frozenset({"image", "image_url", "input_image"})
_SOUNDS: Final = frozenset({"input_audio", "audio"})
_FILES: Final = frozenset({"file", "input_file"})
_FOUND: Final = frozenset(
    {
        "search_result",
        "web_search_tool_result",
        "web_fetch_tool_result",
        "web_search_result",
        "file_search_call",
    }
)
"""Blocks of what a search or a retrieval has found."""
_TURNS: Final = {
    "openai": "messages",
    "anthropic": "messages",
    "openai-responses": "input",
    "gemini": "contents",
}
_SYSTEM: Final = ("system", "instructions", "systemInstruction", "system_instruction")
_TOOLS: Final = ("tools", "functions", "response_format")
_ELSEWHERE: Final = ("previous_response_id", "conversation", "prompt", "cachedContent")
"""A part of the window is kept by the provider: what fills it cannot be told from the body."""
_MARK: Final = b'"cache_control"'
_list = msgspec.json.Decoder(list[msgspec.Raw])
_any = msgspec.json.Decoder()


def turns_of(wire: str, fields: Mapping[str, msgspec.Raw]) -> list[bytes] | None:
    """Return the messages of a body as they are, in their order. None: what fills the window is not in it."""
    name = _TURNS.get(wire)
    raw = fields.get(name) if name is not None else None
    if raw is None or any(other in fields for other in _ELSEWHERE):
        return None
    try:
        return [bytes(turn) for turn in _list.decode(raw)]
    except msgspec.MsgspecError:
        return [bytes(raw)]


def weigh_frame(fields: Mapping[str, msgspec.Raw]) -> tuple[int, ...]:
    """Return the bytes of what stands beside the messages: instructions, and definitions of tools."""
    weights = list(NOTHING)
    for name in _SYSTEM:
        if name in fields:
            weights[SYSTEM] += _size(_any.decode(fields[name]))
    for name in _TOOLS:
        if name in fields:
            weights[TOOLS] += len(memoryview(fields[name]))
    return tuple(weights)


def marks_of(turns: list[bytes]) -> tuple[int, ...]:
    """Return by what messages are known again in this process, wherever a cache ends; not their words."""
    return tuple([hash(turn) if _MARK not in turn else _mark_without(turn) for turn in turns])


def _mark_without(turn: bytes) -> int:
    return hash(msgspec.json.encode(_without_marks(_any.decode(turn))))


def _without_marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_marks(it) for key, it in value.items() if key != "cache_control"}
    return [_without_marks(it) for it in value] if isinstance(value, list) else value


def weigh(wire: str, turn: bytes) -> Weighed:
    """Return what one message of a format weighs."""
    scales = _Scales()
    message = _any.decode(turn)
    if isinstance(message, dict):
        _FORMATS[wire](message, scales)
    else:
        scales.add(USER, _size(message))
    return Weighed(
        tuple(scales.weights), scales.media, scales.by_model, tuple(scales.calls), tuple(scales.results)
    )


class _Scales:
    __slots__ = ("by_model", "calls", "media", "results", "weights")

    def __init__(self) -> None:
        self.weights = [0] * len(KINDS)
        self.media = 0
        self.by_model = False
        self.calls: list[tuple[str, str]] = []
        self.results: list[tuple[str, int]] = []

    def add(self, kind: int, weight: int) -> None:
        self.weights[kind] += weight

    def medium(self, kind: int, weight: int) -> None:
        self.weights[kind] += weight
        self.media += 1

    def parts(self, content: Any, kind: int) -> None:
        """Weigh a text or a list of blocks; ``kind`` is that of its words."""
        if not isinstance(content, list):
            self.add(kind, _size(content))
            return
        for part in content:
            if isinstance(part, dict):
                self.part(part, kind)
            else:
                self.add(kind, _size(part))

    def part(self, part: dict[str, Any], kind: int) -> None:
        what = _word(part, "type")
        if what in _PICTURES:
            self.medium(kind, PICTURE_BYTES)
        elif what in _SOUNDS:
            self.medium(kind, SOUND_BYTES)
        elif what in _FILES:
            self.medium(DOCUMENTS, FILE_BYTES)
        elif what == "document":
            self.document(part)
        elif what in _FOUND:
            self.add(DOCUMENTS, _size(part, but=_FORM))
        elif what in {"thinking", "redacted_thinking", "reasoning"}:
            self.add(REASONING, _size(part, but=_FORM))
        elif what == "tool_result" or what.endswith("_tool_result"):
            self.result(str(part.get("tool_use_id") or ""), part.get("content"))
        else:
            if part.get("id") and part.get("name"):
                self.calls.append((str(part["id"]), str(part["name"])))
            self.add(kind, _size(part, but=_FORM))

    def document(self, part: dict[str, Any]) -> None:
        """Weigh a block of Anthropic's: its words, or what is nominal for a file."""
        source = part.get("source")
        if isinstance(source, dict) and _word(source, "type") in {"base64", "url", "file"}:
            self.medium(DOCUMENTS, FILE_BYTES)
            self.add(DOCUMENTS, _size([part.get("title"), part.get("context")]))
        else:
            self.add(DOCUMENTS, _size(part, but=_FORM))

    def result(self, call_id: str, content: Any) -> None:
        """Weigh what a tool gave; documents in it are documents."""
        before = self.weights[TOOL_RESULTS]
        self.parts(content, TOOL_RESULTS)
        self.results.append((call_id, self.weights[TOOL_RESULTS] - before))


_FORM: Final = frozenset(
    {
        "type",
        "id",
        "call_id",
        "tool_use_id",
        "cache_control",
        "signature",
        "thoughtSignature",
        "status",
        "index",
    }
)
"""What says how a block is, and is not read by a model as text."""


def _word(value: dict[str, Any], name: str) -> str:
    """Return a field that says what something is; empty where it says nothing."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _size(value: Any, *, but: frozenset[str] = frozenset()) -> int:
    """Return the bytes of all texts in a value, names of fields too.

    ``but``: fields of a block that do not count; a block's own names do not count then.
    """
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, dict):
        # A block's own names are form; those of an argument are read.
        named = not but
        return sum([_size(it) + named * len(key) for key, it in value.items() if key not in but])
    if isinstance(value, list):
        return sum(map(_text_size, value))
    return 0 if value is None else len(str(value))


def _text_size(value: Any) -> int:
    """Return the bytes of an element of a list: of a block of text the text alone."""
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return _size(value, but=_FORM)
    return _size(value)


def _openai(message: dict[str, Any], scales: _Scales) -> None:
    role, content = _word(message, "role"), message.get("content")
    if role in {"system", "developer"}:
        scales.parts(content, SYSTEM)
    elif role in {"tool", "function"}:
        called = message.get("tool_call_id")
        scales.result(str(called) if called else f"={message.get('name')}", content)
    elif role == "assistant":
        scales.by_model = True
        scales.parts(content, ASSISTANT)
        for name in ("reasoning_content", "reasoning", "reasoning_details"):
            if message.get(name):
                scales.add(REASONING, _size(message[name]))
                break
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            function = call.get("function") or call.get("custom") if isinstance(call, dict) else None
            if isinstance(function, dict):
                scales.calls.append((str(call.get("id")), str(function.get("name"))))
                scales.add(ASSISTANT, sum(_size(it) for it in function.values()))
        scales.add(ASSISTANT, _size([message.get("refusal"), message.get("function_call")]))
    else:
        scales.parts(content, USER)


def _anthropic(message: dict[str, Any], scales: _Scales) -> None:
    scales.by_model = message.get("role") == "assistant"
    scales.parts(message.get("content"), ASSISTANT if scales.by_model else USER)


def _responses(item: dict[str, Any], scales: _Scales) -> None:
    what = _word(item, "type")
    if not what or what == "message":
        role = _word(item, "role")
        kind = {"assistant": ASSISTANT, "system": SYSTEM, "developer": SYSTEM}.get(role, USER)
        scales.by_model = kind == ASSISTANT
        scales.parts(item.get("content"), kind)
    elif what == "reasoning":
        scales.by_model = True
        scales.add(REASONING, _size(item, but=_FORM))
    elif what == "file_search_call":
        scales.by_model = True
        scales.add(DOCUMENTS, _size(item.get("results")))
        scales.add(ASSISTANT, _size(item.get("queries")))
    elif what.endswith("_output"):
        scales.result(str(item.get("call_id")), item.get("output"))
    elif what == "mcp_list_tools":
        scales.add(TOOLS, _size(item.get("tools")))
    else:
        scales.by_model = True
        if item.get("call_id") and item.get("name"):
            scales.calls.append((str(item["call_id"]), str(item["name"])))
        if item.get("output") is not None:
            scales.result(f"={item.get('name')}", item["output"])
        scales.add(ASSISTANT, _size({key: it for key, it in item.items() if key != "output"}, but=_FORM))


def _gemini(content: dict[str, Any], scales: _Scales) -> None:
    scales.by_model = content.get("role") == "model"
    words = ASSISTANT if scales.by_model else USER
    parts = content.get("parts")
    for part in parts if isinstance(parts, list) else [parts]:
        if not isinstance(part, dict):
            scales.add(words, _size(part))
        elif part.get("thought"):
            scales.add(REASONING, _size(part.get("text")))
        elif "functionResponse" in part:
            given = part["functionResponse"]
            if isinstance(given, dict):
                scales.result(f"={given.get('name')}", given.get("response"))
        elif "inlineData" in part or "fileData" in part:
            _gemini_file(part.get("inlineData") or part.get("fileData"), words, scales)
        elif "codeExecutionResult" in part:
            scales.result("", part["codeExecutionResult"])
        else:
            scales.add(words, sum(_size(it) for key, it in part.items() if key not in _FORM))


def _gemini_file(given: Any, kind: int, scales: _Scales) -> None:
    mime = str(given.get("mimeType", "")) if isinstance(given, dict) else ""
    if mime.startswith(("image/", "video/")):
        scales.medium(kind, PICTURE_BYTES)
    elif mime.startswith("audio/"):
        scales.medium(kind, SOUND_BYTES)
    else:
        scales.medium(DOCUMENTS, FILE_BYTES)


_FORMATS: Final[dict[str, Callable[[dict[str, Any], _Scales], None]]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "openai-responses": _responses,
    "gemini": _gemini,
}
