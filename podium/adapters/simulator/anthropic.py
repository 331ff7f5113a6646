"""Anthropic's messages, as the simulated provider speaks them.

Source: https://docs.anthropic.com/en/api/messages, and .../docs/build-with-claude/streaming. Thoughts bear a
signature of this provider's; one that it did not make is refused, as Anthropic refuses it, so a test sees
whether thoughts travel whole. ``max_tokens`` must be there, messages must alternate with results in place.
"""

import functools
from typing import Any, ClassVar, Literal

import msgspec

from podium.adapters.simulator.config import Steering
from podium.adapters.simulator.plan import Function, Plan, Question, count_tokens, decide, steered

_SIGNED = "EqQBsimulated"
"""How the simulator's own signatures begin."""
_SLOT = "\x00"
_STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
_ERRORS = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error"}
_LATER_ERRORS = {429: "rate_limit_error", 529: "overloaded_error"}


class Tool(msgspec.Struct, frozen=True):
    """One of a request's ``tools``."""

    name: str
    type: str | None = None
    input_schema: dict[str, Any] = {}


class ToolChoice(msgspec.Struct, frozen=True):
    """``tool_choice``."""

    type: str
    name: str | None = None


class Thinking(msgspec.Struct, frozen=True):
    """``thinking``."""

    type: str
    display: str | None = None


class JsonFormat(msgspec.Struct, frozen=True):
    """``output_config.format``."""

    type: Literal["json_schema"]
    schema: dict[str, Any]


class OutputConfig(msgspec.Struct, frozen=True):
    """``output_config``."""

    format: JsonFormat | None = None


class Message(msgspec.Struct, frozen=True):
    """One turn."""

    role: Literal["user", "assistant"]
    content: str | list[dict[str, Any]]


class Request(msgspec.Struct, frozen=True):
    """What the simulator reads of a request; other fields are ignored."""

    model: str
    messages: list[Message]
    max_tokens: int | None = None
    system: str | list[dict[str, Any]] = ""
    stream: bool = False
    tools: list[Tool] = []
    tool_choice: ToolChoice | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None
    output_format: JsonFormat | None = None
    stop_sequences: list[str] = []
    podium_sim: Steering = Steering()


_decoder = msgspec.json.Decoder(Request)


def decode_request(body: bytes) -> Request:
    """Return a request. Raises msgspec.MsgspecError on what is none."""
    return _decoder.decode(body)


def encode_error(status: int, message: str, *, code: str | None = None) -> bytes:  # noqa: ARG001 - as others
    """Return the body of an error."""
    kind = _ERRORS.get(status) or _LATER_ERRORS.get(status, "api_error")
    return msgspec.json.encode({"type": "error", "error": {"type": kind, "message": message}})


def _blocks(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return content


def _contents(request: Request) -> list[str | None]:
    """Return the texts of a request, None for every block that is none. Raises msgspec.ValidationError."""
    found: list[str | None] = [block["text"] for block in _blocks(request.system)]
    asked: set[str] = set()
    for number, message in enumerate(request.messages):
        blocks = _blocks(message.content)
        if not blocks:
            raise msgspec.ValidationError(f"messages.{number}: content must be non-empty")
        for index, block in enumerate(blocks):
            at = f"messages.{number}.content.{index}"
            kind = block["type"]
            if kind == "thinking" and not str(block["signature"]).startswith(_SIGNED):
                raise msgspec.ValidationError(f"{at}: Invalid `signature` in `thinking` block")
            if kind == "tool_use":
                asked.add(block["id"])
                if not isinstance(block["input"], dict):
                    raise msgspec.ValidationError(f"{at}.input: Input should be an object")
            if kind == "tool_result":
                if block["tool_use_id"] not in asked:
                    raise msgspec.ValidationError(f"{at}: unexpected `tool_use_id` found in `tool_result`")
                found += [within.get("text") for within in _blocks(block.get("content") or "")]
            elif kind not in {"thinking", "redacted_thinking"}:
                found.append(block["text"] if kind == "text" else None)
    return found


def input_tokens(request: Request) -> int:
    """Return the simulator's count of a request. Raises msgspec.ValidationError."""
    contents = _contents(request)
    return sum(1 if content is None else count_tokens(content) for content in contents)


def _forced(request: Request, steer: Steering) -> str | bool:
    """Return what must be called: nothing behind its results, so that the second round answers in words."""
    last = _blocks(request.messages[-1].content) if request.messages else []
    if any(block["type"] == "tool_result" for block in last):
        return False
    if request.tool_choice is None:
        return steer.call
    if request.tool_choice.type == "tool":
        return request.tool_choice.name or False
    return request.tool_choice.type == "any" or (steer.call and request.tool_choice.type == "auto")


def question_of(request: Request) -> Question:
    """Return what an answer depends on. Raises msgspec.MsgspecError on what this provider does not take."""
    if request.max_tokens is None:
        raise msgspec.ValidationError("max_tokens: Field required")
    steer = request.podium_sim
    for content in _contents(request):
        if content is not None:
            steer = steered(steer, content)
    wanted = request.output_format
    if request.output_config is not None and request.output_config.format is not None:
        wanted = request.output_config.format
    return Question(
        model=request.model,
        prompt_tokens=input_tokens(request),
        steer=steer,
        limit=request.max_tokens,
        functions=tuple(
            Function(tool.name, tool.input_schema) for tool in request.tools if tool.type in {None, "custom"}
        ),
        force=_forced(request, steer),
        schema=wanted.schema if wanted is not None else None,
    )


def answer(request: Request, *, number: int, default_tokens: int) -> "Answer":
    """Return the answer to a request."""
    question = question_of(request)
    return Answer(request, question.steer, decide(question, default_tokens=default_tokens), number)


class Answer:
    """One answer: whole, or as events."""

    sentinel: ClassVar[list[bytes]] = []
    """What ends the stream behind its last event: nothing."""

    def __init__(self, request: Request, steer: Steering, plan: Plan, number: int) -> None:
        self._request = request
        self._steer = steer
        self.plan = plan
        self._number = number
        self._content = self._all_blocks()

    def _all_blocks(self) -> list[dict[str, Any]]:
        plan, number, thinking = self.plan, self._number, self._request.thinking
        blocks: list[dict[str, Any]] = []
        if plan.thoughts and thinking is not None and thinking.type != "disabled":
            shown = "" if thinking.display == "omitted" else "".join(plan.thoughts)
            blocks.append({"type": "thinking", "thinking": shown, "signature": f"{_SIGNED}{number}=="})
        for index, call in enumerate(plan.calls):
            arguments = "".join(call.pieces)
            try:
                given = msgspec.json.decode(arguments)
            except msgspec.DecodeError:
                given = {}  # cut by the limit of output
            blocks.append(
                {"type": "tool_use", "id": f"toolu_sim{number}_{index}", "name": call.name, "input": given}
            )
        if not plan.calls:
            blocks.append({"type": "text", "text": "".join(plan.pieces)})
        return blocks

    def _stop(self) -> dict[str, Any]:
        reason = self._steer.finish or _STOPS[self.plan.finish_reason]
        stops = self._request.stop_sequences
        found = stops[0] if reason == "stop_sequence" and stops else None
        return {"stop_reason": reason, "stop_sequence": found}

    def _usage(self) -> dict[str, Any]:
        usage, steer = self.plan.usage, self._steer
        hour = min(steer.cache_write_1h_tokens, usage.cache_write_tokens)
        document: dict[str, Any] = {
            "input_tokens": usage.prompt_tokens - usage.cached_tokens - usage.cache_write_tokens,
            "cache_creation_input_tokens": usage.cache_write_tokens,
            "cache_read_input_tokens": usage.cached_tokens,
            "cache_creation": {
                "ephemeral_5m_input_tokens": usage.cache_write_tokens - hour,
                "ephemeral_1h_input_tokens": hour,
            },
            "output_tokens": usage.completion_tokens,
            "service_tier": "standard",
        }
        if steer.web_searches:
            document["server_tool_use"] = {"web_search_requests": steer.web_searches, "web_fetch_requests": 0}
        return document

    def _message(self) -> dict[str, Any]:
        return {
            "id": f"msg_sim{self._number}",
            "type": "message",
            "role": "assistant",
            "model": self.plan.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
        }

    def encode_plain(self) -> bytes:
        """Return the body of a plain answer."""
        document = {**self._message(), "content": self._content, **self._stop()}
        if not self._steer.no_usage:
            document["usage"] = self._usage()
        return msgspec.json.encode(document)

    def _event(self, name: str, fields: dict[str, Any]) -> bytes:
        return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode({"type": name, **fields}))

    def _began(self, index: int) -> bytes:
        block = self._content[index]
        empty: dict[str, Any] = {**block, "text": ""} if block["type"] == "text" else {**block, "input": {}}
        if block["type"] == "thinking":
            empty = {"type": "thinking", "thinking": "", "signature": ""}
        return self._event("content_block_start", {"index": index, "content_block": empty})

    def _deltas(self, index: int, kind: str, name: str, pieces: tuple[str, ...]) -> list[bytes]:
        """Return one event a piece, so that a piece costs one concatenation."""
        slot = self._event("content_block_delta", {"index": index, "delta": {"type": kind, name: _SLOT}})
        before, _, behind = slot.partition(msgspec.json.encode(_SLOT))
        return [b"%b%b%b" % (before, piece, behind) for piece in _json_pieces(pieces)]

    def opening(self) -> list[bytes]:
        """Return the message's beginning, its thoughts whole, and the beginning of its first other block."""
        usage = {**self._usage(), "output_tokens": 1}
        message = self._message() if self._steer.no_usage else {**self._message(), "usage": usage}
        events = [self._event("message_start", {"message": message}), self._event("ping", {})]
        thoughts = self._content[0]
        if thoughts["type"] != "thinking":
            return [*events, self._began(0)]
        shown = self.plan.thoughts if thoughts["thinking"] else ()
        signed = {"type": "signature_delta", "signature": thoughts["signature"]}
        return [
            *events,
            self._began(0),
            *self._deltas(0, "thinking_delta", "thinking", shown),
            self._event("content_block_delta", {"index": 0, "delta": signed}),
            self._event("content_block_stop", {"index": 0}),
            self._began(1),
        ]

    def tokens(self) -> list[bytes]:
        """Return one event a token; further calls begin with their first."""
        first = int(self._content[0]["type"] == "thinking")
        if not self.plan.calls:
            return self._deltas(first, "text_delta", "text", self.plan.pieces)
        events: list[bytes] = []
        for index, call in enumerate(self.plan.calls, first):
            own = self._deltas(index, "input_json_delta", "partial_json", call.pieces)
            if index > first and own:
                ended = self._event("content_block_stop", {"index": index - 1})
                own[0] = ended + self._began(index) + own[0]
            events += own
        return events

    def closing(self) -> list[bytes]:
        """Return the end of the last block and of the message, with the final counts."""
        delta: dict[str, Any] = {"delta": self._stop()}
        if not self._steer.no_usage:
            delta["usage"] = {name: count for name, count in self._usage().items() if name != "service_tier"}
        return [
            self._event("content_block_stop", {"index": len(self._content) - 1}),
            self._event("message_delta", delta),
            self._event("message_stop", {}),
        ]


@functools.lru_cache(maxsize=512)
def _json_pieces(pieces: tuple[str, ...]) -> list[bytes]:
    return [msgspec.json.encode(piece) for piece in pieces]
