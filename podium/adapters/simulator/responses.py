"""OpenAI's Responses, as the simulated provider speaks them.

Source: https://platform.openai.com/docs/api-reference/responses, and .../responses-streaming. It keeps
nothing: a ``previous_response_id`` is refused. A reasoning item must bear what this provider encrypted, else
it is refused as OpenAI refuses one; so a test sees whether thoughts travel whole.
"""

import functools
from typing import Any, ClassVar

import msgspec

from podium.adapters.simulator.config import Steering
from podium.adapters.simulator.plan import Function, Plan, Question, count_tokens, decide, steered

_ENCRYPTED = "gAAAAsimulated"
"""How the simulator's own encrypted thoughts begin."""
_SLOT = "\x00"


class Tool(msgspec.Struct, frozen=True):
    """One of a request's ``tools``: in this format the function's fields stand at its top."""

    type: str
    name: str = ""
    parameters: dict[str, Any] | None = None


class Format(msgspec.Struct, frozen=True):
    """``text.format``."""

    type: str = "text"
    schema: dict[str, Any] = {}


class TextOptions(msgspec.Struct, frozen=True):
    """``text``."""

    format: Format | None = None


class Reasoning(msgspec.Struct, frozen=True):
    """``reasoning``."""

    effort: str | None = None
    summary: str | None = None


class Request(msgspec.Struct, frozen=True):
    """What the simulator reads of a request; other fields are ignored."""

    model: str
    input: str | list[dict[str, Any]]
    instructions: str | None = None
    stream: bool | None = False
    max_output_tokens: int | None = None
    tools: list[Tool] = []
    tool_choice: str | dict[str, Any] | None = None
    text: TextOptions | None = None
    reasoning: Reasoning | None = None
    include: list[str] | None = None
    previous_response_id: str | None = None
    podium_sim: Steering = Steering()


_decoder = msgspec.json.Decoder(Request)


def decode_request(body: bytes) -> Request:
    """Return a request. Raises msgspec.MsgspecError on what is none."""
    return _decoder.decode(body)


def encode_error(status: int, message: str, *, code: str | None = None) -> bytes:
    """Return the body of an error."""
    types = {400: "invalid_request_error", 401: "invalid_request_error", 404: "invalid_request_error"}
    kind = types.get(status, "rate_limit_error" if status == 429 else "server_error")
    return msgspec.json.encode({"error": {"message": message, "type": kind, "param": None, "code": code}})


def encode_break(message: str) -> bytes:
    """Return the event of an error in the middle of a stream, as the documentation has it."""
    event = {"type": "error", "code": "server_error", "message": message, "param": None}
    return b"event: error\ndata: %b\n\n" % msgspec.json.encode({**event, "sequence_number": 99})


def _contents(request: Request) -> list[str | None]:
    """Return the texts of a request, None for every part that is none. Raises msgspec.ValidationError."""
    found: list[str | None] = [] if request.instructions is None else [request.instructions]
    items = [{"content": request.input}] if isinstance(request.input, str) else request.input
    for number, item in enumerate(items):
        if item.get("type") == "reasoning":
            encrypted = item.get("encrypted_content")
            if encrypted is not None and not str(encrypted).startswith(_ENCRYPTED):
                raise msgspec.ValidationError(f"input[{number}].encrypted_content could not be verified")
            continue
        content = item.get("content", item.get("output", item.get("arguments", item.get("input"))))
        parts = [{"text": content}] if isinstance(content, str) else content or []
        found += [part.get("text", part.get("refusal")) for part in parts]
    return found


def _functions(request: Request) -> tuple[Function, ...]:
    return tuple(
        Function(tool.name, tool.parameters or {}) for tool in request.tools if tool.type == "function"
    )


def _forced(request: Request, steer: Steering) -> str | bool:
    """Return what must be called: nothing behind its results, so that the second round answers in words."""
    last = request.input[-1] if isinstance(request.input, list) and request.input else {}
    if last.get("type") == "function_call_output":
        return False
    choice = request.tool_choice
    if not isinstance(choice, dict):
        return choice == "required" or (steer.call and choice != "none")
    if choice.get("type") != "allowed_tools":
        return str(choice.get("name"))
    return str(choice["tools"][0].get("name")) if choice.get("mode") == "required" else False


def question_of(request: Request) -> Question:
    """Return what an answer depends on. Raises msgspec.MsgspecError on what this provider cannot know."""
    if request.previous_response_id is not None:
        raise msgspec.ValidationError(f"Previous response {request.previous_response_id!r} not found")
    contents = _contents(request)
    steer = request.podium_sim
    for content in contents:
        if content is not None:
            steer = steered(steer, content)
    wanted = request.text.format if request.text is not None else None
    return Question(
        model=request.model,
        prompt_tokens=sum(1 if content is None else count_tokens(content) for content in contents),
        steer=steer,
        limit=request.max_output_tokens,
        functions=_functions(request),
        force=_forced(request, steer),
        schema=None if wanted is None or wanted.type == "text" else wanted.schema or {"type": "object"},
    )


def answer(request: Request, *, number: int, created_s: int, default_tokens: int) -> "Answer":
    """Return the answer to a request."""
    question = question_of(request)
    plan = decide(question, default_tokens=default_tokens)
    return Answer(request, question.steer, plan, number, created_s)


class Answer:
    """One answer: whole, or as events."""

    sentinel: ClassVar[list[bytes]] = []
    """What ends the stream behind its last event: nothing."""

    def __init__(self, request: Request, steer: Steering, plan: Plan, number: int, created_s: int) -> None:
        self._request = request
        self._steer = steer
        self._shows_thoughts = request.reasoning is not None and request.reasoning.summary is not None
        self.plan = plan
        self._number = number
        self._created_s = created_s
        self._sequence = 0
        self._output = self._items()

    def _items(self) -> list[dict[str, Any]]:
        plan, number = self.plan, self._number
        items: list[dict[str, Any]] = []
        if plan.usage.reasoning_tokens:
            summary: list[dict[str, Any]] = []
            if self._shows_thoughts:
                summary.append({"type": "summary_text", "text": "".join(plan.thoughts)})
            item: dict[str, Any] = {"id": f"rs_sim{number}", "type": "reasoning", "summary": summary}
            if "reasoning.encrypted_content" in (self._request.include or ()):
                item["encrypted_content"] = f"{_ENCRYPTED}{number}="
            items.append(item)
        for search in range(self._steer.web_searches):
            action = {"type": "search", "query": f"query {search}"}
            searched = {"type": "web_search_call", "status": "completed", "action": action}
            items.append({"id": f"ws_sim{number}_{search}", **searched})
        for index, call in enumerate(plan.calls):
            items.append(
                {
                    "id": f"fc_sim{number}_{index}",
                    "type": "function_call",
                    "status": "completed",
                    "call_id": f"call_sim{number}_{index}",
                    "name": call.name,
                    "arguments": "".join(call.pieces),
                }
            )
        if not plan.calls:
            text = "".join(plan.pieces)
            part = {"type": "refusal", "refusal": text} if self._steer.refuse else _output_text(text)
            status = "completed" if self._reason() is None else "incomplete"
            message = {"type": "message", "status": status, "role": "assistant", "content": [part]}
            items.append({"id": f"msg_sim{number}", **message})
        return items

    def _response(self, status: str) -> dict[str, Any]:
        request = self._request
        return {
            "id": f"resp_sim{self._number}",
            "object": "response",
            "created_at": self._created_s,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": request.instructions,
            "max_output_tokens": request.max_output_tokens,
            "model": self.plan.model,
            "output": [],
            "parallel_tool_calls": True,
            "temperature": 1.0,
            "tool_choice": request.tool_choice or "auto",
            "tools": msgspec.to_builtins(request.tools),
            "usage": None,
        }

    def _reason(self) -> str | None:
        """Return why the answer is incomplete."""
        return self._steer.finish or ("max_output_tokens" if self.plan.finish_reason == "length" else None)

    def encode_plain(self) -> bytes:
        """Return the body of a plain answer."""
        return msgspec.json.encode(self.whole())

    def whole(self) -> dict[str, Any]:
        """Return the response."""
        plan, reason = self.plan, self._reason()
        response = self._response("completed" if reason is None else "incomplete")
        if reason is not None:
            response["incomplete_details"] = {"reason": reason}
        response["output"] = self._output
        if not self._steer.no_usage:
            usage = plan.usage
            response["usage"] = {
                "input_tokens": usage.prompt_tokens,
                "input_tokens_details": {
                    "cached_tokens": usage.cached_tokens,
                    "cache_write_tokens": usage.cache_write_tokens,
                },
                "output_tokens": usage.completion_tokens,
                "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
                "total_tokens": usage.prompt_tokens + usage.completion_tokens,
            }
        return response

    def _event(self, name: str, fields: dict[str, Any]) -> bytes:
        document = {"type": name, "sequence_number": self._sequence, **fields}
        self._sequence += 1
        return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(document))

    def opening(self) -> list[bytes]:
        """Return what announces the response, its reasoning whole, and the item of its first token."""
        began = {"response": self._response("in_progress")}
        events = [self._event("response.created", began), self._event("response.in_progress", began)]
        index = 0
        if self._output[0]["type"] == "reasoning":
            events += self._reasoning(self._output[0])
            index = 1
        while self._output[index]["type"] == "web_search_call":
            item = self._output[index]
            started = {"output_index": index, "item": {**item, "status": "in_progress"}}
            events.append(self._event("response.output_item.added", started))
            events.append(self._event("response.output_item.done", {"output_index": index, "item": item}))
            index += 1
        return events + self._announce(index)

    def _reasoning(self, item: dict[str, Any]) -> list[bytes]:
        empty = {"id": item["id"], "type": "reasoning", "summary": []}
        place = {"item_id": item["id"], "output_index": 0, "summary_index": 0}
        events = [self._event("response.output_item.added", {"output_index": 0, "item": empty})]
        for summary in item["summary"]:
            began = {**place, "part": {"type": "summary_text", "text": ""}}
            events.append(self._event("response.reasoning_summary_part.added", began))
            events += [
                self._event("response.reasoning_summary_text.delta", {**place, "delta": piece})
                for piece in self.plan.thoughts
            ]
            done = {**place, "text": summary["text"]}
            events.append(self._event("response.reasoning_summary_text.done", done))
            events.append(self._event("response.reasoning_summary_part.done", {**place, "part": summary}))
        events.append(self._event("response.output_item.done", {"output_index": 0, "item": item}))
        return events

    def _announce(self, index: int) -> list[bytes]:
        item = self._output[index]
        if item["type"] == "function_call":
            empty = {**item, "status": "in_progress", "arguments": ""}
            return [self._event("response.output_item.added", {"output_index": index, "item": empty})]
        empty = {**item, "status": "in_progress", "content": []}
        part = {"type": "refusal", "refusal": ""} if self._steer.refuse else _output_text("")
        place = {"item_id": item["id"], "output_index": index, "content_index": 0}
        return [
            self._event("response.output_item.added", {"output_index": index, "item": empty}),
            self._event("response.content_part.added", {**place, "part": part}),
        ]

    def _conclude(self, index: int) -> list[bytes]:
        item = self._output[index]
        place = {"item_id": item["id"], "output_index": index}
        if item["type"] == "function_call":
            done = {**place, "name": item["name"], "arguments": item["arguments"]}
            events = [self._event("response.function_call_arguments.done", done)]
        else:
            part = item["content"][0]
            place["content_index"] = 0
            if self._steer.refuse:
                events = [self._event("response.refusal.done", {**place, "refusal": part["refusal"]})]
            else:
                done = {**place, "text": part["text"], "logprobs": []}
                events = [self._event("response.output_text.done", done)]
            events.append(self._event("response.content_part.done", {**place, "part": part}))
        return [*events, self._event("response.output_item.done", {"output_index": index, "item": item})]

    def tokens(self) -> list[bytes]:
        """Return one event a token; further calls are announced with their first."""
        plan = self.plan
        first = len(self._output) - max(1, len(plan.calls))
        if not plan.calls:
            kind = "refusal" if self._steer.refuse else "output_text"
            fields: dict[str, Any] = {"content_index": 0}
            if not self._steer.refuse:
                fields["logprobs"] = []
            return self._pieces(f"response.{kind}.delta", first, fields, plan.pieces)
        events: list[bytes] = []
        for index, call in enumerate(plan.calls, first):
            before = b"".join(self._conclude(index - 1) + self._announce(index)) if index > first else b""
            own = self._pieces("response.function_call_arguments.delta", index, {}, call.pieces)
            if own:
                own[0] = before + own[0]
            events += own
        return events

    def _pieces(self, name: str, index: int, fields: dict[str, Any], pieces: tuple[str, ...]) -> list[bytes]:
        place = {"item_id": self._output[index]["id"], "output_index": index, **fields, "delta": _SLOT}
        events: list[bytes] = []
        document = msgspec.json.encode({"type": name, **place})[:-1]
        prefix, _, suffix = document.partition(msgspec.json.encode(_SLOT))
        head = b"event: %b\ndata: " % name.encode()
        for piece in _json_pieces(pieces):
            event = b'%b%b%b%b,"sequence_number":%d}\n\n' % (head, prefix, piece, suffix, self._sequence)
            events.append(event)
            self._sequence += 1
        return events

    def closing(self) -> list[bytes]:
        """Return the end of the last item, and the whole response."""
        events = self._conclude(len(self._output) - 1)
        whole = self.whole()
        return [*events, self._event(f"response.{whole['status']}", {"response": whole})]


@functools.lru_cache(maxsize=512)
def _json_pieces(pieces: tuple[str, ...]) -> list[bytes]:
    return [msgspec.json.encode(piece) for piece in pieces]


def _output_text(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
