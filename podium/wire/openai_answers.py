"""Answers of OpenAI's chat completions to and from the values of `kernel.chat`: whole, and as streams.

Thoughts travel as ``reasoning_content`` (DeepSeek's and vLLM's name) and, with their signatures, as
``reasoning_details`` (OpenRouter's); a client that sends its messages back unchanged brings them back.
"""

from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.call import CostTag, Reply, Request, Usage
from podium.kernel.chat import Answer, Event, Finish, Text, Thinking
from podium.wire import openai_shapes as shapes
from podium.wire import sse
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_neutral import detail_of, thoughts
from podium.wire.openai_stream import DONE_TEXTS, cost_comment, error_message
from podium.wire.openai_usage import decode_usage, tag_usage
from podium.wire.passing import MAX_EVENT_BYTES

FINISHES: Final[dict[str, Finish]] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
_REASONS: Final[dict[Finish, str]] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "stop_sequence": "stop",
    "content_filter": "content_filter",
    "refusal": "content_filter",
    "pause": "stop",
}
_DONE: Final = sse.encode_event(b"[DONE]")
_DATA: Final = b"data: "
_REST: Final = b',"logprobs":null,"finish_reason":null}]}\n\n'

_body_decoder = msgspec.json.Decoder(shapes.ReplyBody)
_encoder = msgspec.json.Encoder()


def decode_finish(reason: str | None) -> Finish | None:
    """Return why an answer ended; a reason that is not known is a stop."""
    return FINISHES.get(reason, "stop") if reason else None


def to_answer(body: shapes.ReplyBody) -> Answer:
    """Return a whole answer in neutral terms: its first choice."""
    choice = body.choices[0] if body.choices else shapes.ReplyChoice()
    message = choice.message or shapes.ReplyMessage()
    parts: list[Text | Thinking | chat.ToolCall | chat.Refusal] = []
    parts.extend(thoughts(message.reasoning_content or message.reasoning, message.reasoning_details))
    text = text_of(message.content)
    if text:
        parts.append(Text(text))
    if message.refusal:
        parts.append(chat.Refusal(message.refusal))
    for index, call in enumerate(message.tool_calls or ()):
        function = call.function
        parts.append(
            chat.ToolCall(call.id or f"call_{index}", function.name or "", function.arguments or "{}")
        )
    return Answer(
        parts=tuple(parts),
        finish=decode_finish(choice.finish_reason),
        usage=decode_usage(body.usage) if body.usage != shapes.NULL else None,
        id=body.id,
        model=body.model,
    )


def text_of(content: str | list[dict[str, msgspec.Raw]] | None) -> str:
    """Return the words of an answer; some servers (Mistral) answer in parts."""
    if content is None or isinstance(content, str):
        return content or ""
    texts = [part["text"] for part in content if "text" in part]
    return "".join([msgspec.json.decode(text, type=str) for text in texts])


def usage_document(usage: Usage) -> bytes:
    """Return a usage in OpenAI's shape, with OpenRouter's count of what was written to a cache."""
    return _encoder.encode(
        {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "total_tokens": usage.input_tokens + usage.output_tokens,
            "prompt_tokens_details": {
                "cached_tokens": usage.cache_read_tokens,
                "cache_write_tokens": usage.cache_write_tokens,
                "audio_tokens": usage.input_audio_tokens,
            },
            "completion_tokens_details": {
                "reasoning_tokens": usage.reasoning_tokens,
                "audio_tokens": usage.output_audio_tokens,
            },
        }
    )


def encode_answer(answer: Answer, request: Request, tag: CostTag) -> bytes:
    """Return a whole answer with its cost."""
    message: dict[str, object] = {"role": "assistant", "content": None, "refusal": None}
    texts = [part.text for part in answer.parts if isinstance(part, Text)]
    if texts:
        message["content"] = "".join(texts)
    refusals = [part.text for part in answer.parts if isinstance(part, chat.Refusal)]
    if refusals:
        message["refusal"] = "".join(refusals)
    thinking = [part for part in answer.parts if isinstance(part, Thinking)]
    shown = "".join([part.text for part in thinking])
    if shown:
        message["reasoning_content"] = shown
    if thinking:
        message["reasoning_details"] = [detail_of(part, index) for index, part in enumerate(thinking)]
    calls = [part for part in answer.parts if isinstance(part, chat.ToolCall)]
    if calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
    reason = _REASONS[answer.finish or "stop"]
    document: dict[str, object] = {
        "id": answer.id or f"chatcmpl-{tag.charge}",
        "object": "chat.completion",
        "created": request.admitted_s,
        "model": answer.model or request.route,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
    }
    if answer.usage is not None:
        document["usage"] = tag_usage(usage_document(answer.usage), tag)
    return _encoder.encode(document)


class ChatDecoder:
    """One stream of a provider's, in neutral events. The first choice only."""

    def __init__(self) -> None:
        self.first_token = False
        self.done = False
        self.error: str | None = None
        self._framer = sse.Framer()
        self._begun = False
        self._open: tuple[int, str] | None = None
        """Index and kind of the part of words that is open."""
        self._calls: dict[int, int] = {}
        """OpenAI's index of a call -> ours of its part."""
        self._next = 0
        self._reply = Reply(None)
        self._is_final = False
        """The usage was told at the end or behind it."""
        self._ended = False

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that are now whole."""
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        whole = self._framer.feed(data)
        start = 0
        while start < len(whole) and not self.done and self.error is None:
            end = whole.find(b"\n\n", start) + 2
            if end < 2:
                end = len(whole)
            self._read(whole[start:end], events)
            start = end
        if len(self._framer.rest) > MAX_EVENT_BYTES and not self._stopped():
            self.error = f"one event is longer than {MAX_EVENT_BYTES} bytes"
        return events

    def _stopped(self) -> bool:
        return self.done or self.error is not None

    def end(self) -> list[Event]:
        """Take note that the provider has closed: ``[DONE]`` may lack the empty line behind it."""
        events: list[Event] = []
        if bytes(self._framer.rest).strip() in DONE_TEXTS and not self._stopped():
            self._finish(events)
        return events

    def reply(self) -> Reply:
        """Return what has been read so far; of a stream that is cut no count from before its end."""
        final = self.done or self._is_final
        return self._reply if final else msgspec.structs.replace(self._reply, usage=None)

    def _read(self, event: bytes, events: list[Event]) -> None:
        kind, data = sse.parse(event.lstrip(b"\n"))
        if data is None:
            return
        if len(data) > MAX_EVENT_BYTES:
            self.error = f"one event is longer than {MAX_EVENT_BYTES} bytes"
            return
        if data.strip() == b"[DONE]":
            self._finish(events)
            return
        try:
            chunk = _body_decoder.decode(data)
        except UNREADABLE:
            self.error = "an event is no chunk of a chat completion: " + data.decode(errors="replace")[:200]
            return
        if kind == b"error" or chunk.error != shapes.NULL:
            self.error = error_message(chunk.error, data)
            return
        if not self._begun:
            self._begun = True
            self._reply = Reply(None, chunk.id, chunk.model)
            events.append(chat.Began(chunk.id, chunk.model))
        for choice in chunk.choices or ():
            if choice.index == 0:
                self._choice(choice, events)
        if chunk.usage != shapes.NULL:
            usage = decode_usage(chunk.usage)
            self._reply = msgspec.structs.replace(self._reply, usage=usage)
            self._is_final = self._reply.finish_reason is not None

    def _choice(self, choice: shapes.ReplyChoice, events: list[Event]) -> None:
        delta = choice.delta
        if delta is not None:
            thought = delta.reasoning_content or delta.reasoning
            if thought:
                self._words("thinking", thought, events)
            if delta.reasoning_details:
                self._details(delta.reasoning_details, events, shown=bool(thought))
            if delta.content:
                self._words("text", text_of(delta.content), events)
            if delta.refusal:
                self._words("refusal", delta.refusal, events)
            for call in delta.tool_calls or ():
                self._call(call, events)
        if choice.finish_reason:
            usage = self._reply.usage
            if self._reply.finish_reason is None and usage is not None and not usage.output_tokens:
                usage = None  # it is of the stream's beginning
            self._reply = msgspec.structs.replace(
                self._reply, finish_reason=choice.finish_reason, usage=usage
            )

    def _details(self, details: list[shapes.ReasoningDetail], events: list[Event], *, shown: bool) -> None:
        for thought in thoughts(None, details):
            if thought.redacted is not None:
                self._close(events)
                events += [chat.PartBegan(self._next, thought), chat.PartEnded(self._next)]
                self._next += 1
                continue
            if thought.text and not shown:
                self._words("thinking", thought.text, events)
            if thought.signature is not None and thought.signed_by is not None:
                if self._open is None or self._open[1] != "thinking":
                    self._words("thinking", "", events)
                index = self._open[0] if self._open is not None else 0
                events.append(chat.Signed(index, thought.signature, thought.signed_by))

    def _words(self, kind: str, text: str, events: list[Event]) -> None:
        if self._open is None or self._open[1] != kind:
            self._close(events)
            part: Text | Thinking | chat.Refusal
            part = Text("") if kind == "text" else Thinking() if kind == "thinking" else chat.Refusal("")
            self._open = (self._next, kind)
            events.append(chat.PartBegan(self._next, part))
            self._next += 1
        if text:
            self.first_token = True
            events.append(chat.Delta(self._open[0], text))

    def _call(self, call: shapes.ReplyCall, events: list[Event]) -> None:
        # A server that leaves the index out sends each call whole, with an id of its own.
        at = call.index if call.index is not None else len(self._calls) - (0 if call.id else 1)
        index = self._calls.get(at)
        self.first_token = True
        if index is None:
            self._close(events)
            index = self._calls[at] = self._next
            self._next += 1
            name = call.function.name or ""
            events.append(chat.PartBegan(index, chat.ToolCall(call.id or f"call_{index}", name, "")))
        if call.function.arguments:
            events.append(chat.Delta(index, call.function.arguments))

    def _close(self, events: list[Event]) -> None:
        if self._open is not None:
            events.append(chat.PartEnded(self._open[0]))
            self._open = None

    def _finish(self, events: list[Event]) -> None:
        self.done = True
        self._close(events)
        events += [chat.PartEnded(index) for index in self._calls.values()]
        events.append(chat.Ended(decode_finish(self._reply.finish_reason) or "stop"))


class ChatWriter:
    """Neutral events, written as one stream of chat completion chunks."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._head: dict[str, object] = {}
        self._prefix = b""
        self._kinds: dict[int, tuple[bytes, bytes]] = {}
        """What stands before and behind a delta of each open part."""
        self._thoughts: set[int] = set()
        self._signatures: dict[int, tuple[str, str]] = {}
        self._calls = 0
        self._finish = "stop"

    def write(self, events: list[Event]) -> bytes:
        """Return the chunks of events."""
        out: list[bytes] = []
        for event in events:
            kind = type(event)
            if kind is chat.Delta:
                self._delta(event, out)  # type: ignore[arg-type]  # told apart by the line above
            elif isinstance(event, chat.PartBegan):
                self._part(event, out)
            elif isinstance(event, chat.Began):
                self._begin(event.id, event.model, out)
            elif isinstance(event, chat.Signed):
                self._signatures[event.index] = (event.signature, event.signed_by)
            elif isinstance(event, chat.PartEnded):
                self._part_ended(event.index, out)
            elif isinstance(event, chat.Ended):
                self._finish = _REASONS[event.finish]
        return b"".join(out)

    def _begin(self, answer_id: str | None, model: str | None, out: list[bytes]) -> None:
        self._head = {
            "id": answer_id or "chatcmpl-podium",
            "object": "chat.completion.chunk",
            "created": self._request.admitted_s,
            "model": model or self._request.route,
        }
        self._prefix = _DATA + _encoder.encode(self._head)[:-1] + b',"choices":[{"index":0,"delta":'
        out.append(self._chunk(b'{"role":"assistant","content":"","refusal":null}'))

    def _chunk(self, delta: bytes) -> bytes:
        return self._prefix + delta + _REST

    def _part(self, event: chat.PartBegan, out: list[bytes]) -> None:
        part, index = event.part, event.index
        if isinstance(part, Text):
            self._kinds[index] = (self._prefix + b'{"content":', b"}" + _REST)
            text = part.text
        elif isinstance(part, chat.Refusal):
            self._kinds[index] = (self._prefix + b'{"refusal":', b"}" + _REST)
            text = part.text
        elif isinstance(part, Thinking):
            self._thoughts.add(index)
            if part.signature is not None:
                self._signatures[index] = (part.signature, part.signed_by or "openai")
            if part.redacted is not None:
                out.append(self._chunk(_encoder.encode({"reasoning_details": [detail_of(part, index)]})))
                self._thoughts.discard(index)
            text = part.text
        else:
            function = {"name": part.name, "arguments": ""}
            call = {"index": self._calls, "id": part.id, "type": "function", "function": function}
            out.append(self._chunk(_encoder.encode({"tool_calls": [call]})))
            before = b'{"tool_calls":[{"index":%d,"function":{"arguments":' % self._calls
            self._kinds[index] = (self._prefix + before, b"}}]}" + _REST)
            self._calls += 1
            text = part.arguments
        if text:
            self._delta(chat.Delta(index, text), out)

    def _delta(self, event: chat.Delta, out: list[bytes]) -> None:
        if event.index in self._thoughts:
            entry = {"type": "reasoning.text", "text": event.text, "index": event.index}
            delta = {"reasoning_content": event.text, "reasoning_details": [entry]}
            out.append(self._chunk(_encoder.encode(delta)))
            return
        before, behind = self._kinds[event.index]
        out.append(before + _encoder.encode(event.text) + behind)

    def _part_ended(self, index: int, out: list[bytes]) -> None:
        signed = self._signatures.pop(index, None)
        if index in self._thoughts and signed is not None:
            # The words have gone out as they came: clients join entries of one index.
            thought = Thinking("", *signed)
            out.append(self._chunk(_encoder.encode({"reasoning_details": [detail_of(thought, index)]})))
        self._thoughts.discard(index)
        self._kinds.pop(index, None)

    def finish(self, reply: Reply, tag: CostTag) -> bytes:
        """Return the finish reason, the usage with its cost where it was asked for, and ``[DONE]``."""
        out: list[bytes] = []
        if not self._prefix:
            self._begin(reply.upstream_id, reply.upstream_model, out)
        end = b'{},"logprobs":null,"finish_reason":%b}]}\n\n' % _encoder.encode(self._finish)
        out.append(self._prefix + end)
        if self._request.wants_usage and reply.usage is not None:
            usage = tag_usage(usage_document(reply.usage), tag)
            out.append(sse.encode_event(_encoder.encode({**self._head, "choices": [], "usage": usage})))
        else:
            out.append(cost_comment(tag))
        return b"".join([*out, _DONE])


def stream_decoder() -> ChatDecoder:
    """Return a decoder of one stream."""
    return ChatDecoder()


def stream_writer(request: Request) -> ChatWriter:
    """Return a writer of one stream."""
    return ChatWriter(request)
