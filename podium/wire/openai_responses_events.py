"""The stream of a response, read into neutral events.

Source: OpenAI's streaming events of Responses. Items come in their order, parts within them; a part that was
not announced begins with its first words, and one that had no pieces is taken from its end.
"""

from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.call import Reply
from podium.kernel.chat import Event, Text, Thinking
from podium.wire import sse
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_responses_answers import call_id_of, finish_of
from podium.wire.openai_responses_neutral import NATIVE, thought_of
from podium.wire.openai_responses_shapes import NULL, ReplyHead, ReplyItem, ReplyPart
from podium.wire.openai_responses_stream import ENDS, MAX_EVENT_BYTES, NO_RESPONSE, words_of
from podium.wire.openai_responses_usage import decode_usage
from podium.wire.passing import end_of_event

_BETWEEN_SUMMARIES: Final = "\n\n"
_WORDS: Final = frozenset({"response.output_text.delta", "response.refusal.delta"})
_THOUGHTS: Final = frozenset({"response.reasoning_summary_text.delta", "response.reasoning_text.delta"})
_PART_ENDS: Final = frozenset(
    {"response.output_text.done", "response.refusal.done", "response.content_part.done"}
)
_ARGUMENTS: Final = "response.function_call_arguments.delta"

_Key = tuple[int, int]


class _Event(msgspec.Struct, frozen=True):
    type: str = ""
    output_index: int = 0
    content_index: int = 0
    summary_index: int = 0
    delta: str = ""
    text: str = ""
    refusal: str = ""
    arguments: str = ""
    part: ReplyPart | None = None
    item: msgspec.Raw = NULL
    response: msgspec.Raw = NULL
    error: msgspec.Raw = NULL


_event_decoder = msgspec.json.Decoder(_Event)
_item_decoder = msgspec.json.Decoder(ReplyItem)
_head_decoder = msgspec.json.Decoder(ReplyHead)


class ResponsesDecoder:
    """One stream of a provider's, in neutral events."""

    def __init__(self) -> None:
        self.first_token = False
        self.done = False
        self.error: str | None = None
        self._framer = sse.Framer()
        self._begun = False
        self._closed = False
        self._parts: dict[_Key, int] = {}
        """Item and part of the provider's -> our index of the part that is open."""
        self._filled: set[int] = set()
        """Our parts that have had words."""
        self._ended_parts: set[_Key] = set()
        self._summary: dict[int, int] = {}
        """Item -> the summary that its thoughts are in."""
        self._next = 0
        self._called = False
        self._reply = Reply(None)

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that are now whole."""
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        whole = self._framer.feed(data)
        start = 0
        while start < len(whole) and not self.done and self.error is None:
            end = end_of_event(whole, start)
            self._read(whole[start:end], events)
            start = end
        if len(self._framer.rest) > MAX_EVENT_BYTES and not self.done and self.error is None:
            self._too_long()
        return events

    def end(self) -> list[Event]:
        """Take note that the provider has closed; a last event may lack its empty line."""
        if not self._framer.rest:
            return []
        self._closed = True
        return self.feed(b"\n\n")

    def reply(self) -> Reply:
        """Return what has been read so far; final once ``done``."""
        return self._reply

    def _too_long(self) -> None:
        self.error = f"one event is longer than {MAX_EVENT_BYTES} bytes"

    def _read(self, event: bytes, events: list[Event]) -> None:
        kind, data = sse.parse(event.lstrip(b"\n"))
        if data is None or data == b"[DONE]":
            return
        if len(data) > MAX_EVENT_BYTES:
            self._too_long()
            return
        try:
            told = _event_decoder.decode(data)
        except UNREADABLE:
            if not self._closed:  # else it was cut in the middle: the stream is not whole
                self.error = "an event is none of a response: " + data.decode(errors="replace")[:200]
            return
        name = told.type or kind.decode(errors="replace")
        if name in _WORDS:
            self._words((told.output_index, told.content_index), told.delta, events, refusal=name == _REFUSAL)
        elif name == _ARGUMENTS:
            self._arguments(told.output_index, told.delta, events)
        elif name in _THOUGHTS:
            self._thoughts(told, events)
        elif name == "error" or (not name and told.error != NULL):
            self.error = words_of(told.error, data)
        else:
            self._read_structure(name, told, events)

    def _read_structure(self, name: str, told: _Event, events: list[Event]) -> None:
        """Take in what announces and ends items, parts and the whole."""
        key = (told.output_index, told.content_index)
        if name in _PART_ENDS:
            self._end_words(key, told, events)
        elif name == "response.output_item.added":
            self._item_added(told, events)
        elif name == "response.output_item.done":
            self._item_done(told, events)
        elif name == "response.content_part.added":
            if told.part is not None and told.part.type in {"output_text", "refusal"}:
                self._begin_words(key, events, refusal=told.part.type == "refusal")
        elif told.response != NULL or name in ENDS:
            self._response(name, told.response, events)

    def _response(self, name: str, raw: msgspec.Raw, events: list[Event]) -> None:
        try:
            head = _head_decoder.decode(raw)
        except UNREADABLE:
            self.error = NO_RESPONSE
            return
        usage = decode_usage(head.usage) if head.usage != NULL else None
        self._reply = Reply(usage, head.id, head.model)
        if not self._begun:
            self._begun = True
            events.append(chat.Began(head.id, head.model))
        if name not in ENDS:
            return
        failure = head.failure()
        if name == "response.failed" or failure is not None:
            self.error = failure or "the response failed"
            return
        self.done = True
        for key in list(self._parts):
            self._close(key, events)
        finish = finish_of(head, called=self._called)
        self._reply = Reply(usage, head.id, head.model, head.finish_reason())
        events.append(chat.Ended(finish))

    def _begin(
        self, key: _Key, part: Text | Thinking | chat.ToolCall | chat.Refusal, events: list[Event]
    ) -> int:
        index = self._parts[key] = self._next
        self._next += 1
        events.append(chat.PartBegan(index, part))
        return index

    def _close(self, key: _Key, events: list[Event]) -> None:
        index = self._parts.pop(key, None)
        if index is not None:
            self._ended_parts.add(key)
            events.append(chat.PartEnded(index))

    def _begin_words(self, key: _Key, events: list[Event], *, refusal: bool) -> int:
        index = self._parts.get(key)
        if index is None:
            index = self._begin(key, chat.Refusal("") if refusal else Text(""), events)
        return index

    def _words(self, key: _Key, text: str, events: list[Event], *, refusal: bool) -> None:
        index = self._parts.get(key)
        if index is None:
            index = self._begin_words(key, events, refusal=refusal)
        if text:
            self.first_token = True
            self._filled.add(index)
            events.append(chat.Delta(index, text))

    def _end_words(self, key: _Key, told: _Event, events: list[Event]) -> None:
        if key in self._ended_parts:
            return
        part = told.part or ReplyPart()
        if part.type == "reasoning_text":
            return
        refusal = bool(told.refusal or part.refusal)
        index = self._begin_words(key, events, refusal=refusal)
        if index not in self._filled:
            self._words(key, told.text or told.refusal or part.text or part.refusal, events, refusal=refusal)
        self._close(key, events)

    def _thoughts(self, told: _Event, events: list[Event]) -> None:
        if not told.delta:
            return
        key = (told.output_index, 0)
        index = self._parts.get(key)
        if index is None:
            index = self._begin(key, Thinking(), events)
        place = told.summary_index
        before = self._summary.get(told.output_index, place)
        self._summary[told.output_index] = place
        self.first_token = True
        self._filled.add(index)
        events.append(chat.Delta(index, told.delta if before == place else _BETWEEN_SUMMARIES + told.delta))

    def _arguments(self, item: int, text: str, events: list[Event]) -> None:
        index = self._parts.get((item, 0))
        if index is None:
            self.error = "arguments came before their call"
            return
        if text:
            self.first_token = True
            self._filled.add(index)
            events.append(chat.Delta(index, text))

    def _item(self, told: _Event) -> ReplyItem | None:
        try:
            return _item_decoder.decode(told.item)
        except UNREADABLE:
            self.error = "an event bears no item"
            return None

    def _item_added(self, told: _Event, events: list[Event]) -> None:
        item = self._item(told)
        if item is not None and item.type == "function_call":
            self._begin_call(told.output_index, item, events)

    def _begin_call(self, at: int, item: ReplyItem, events: list[Event]) -> int:
        self._called = self.first_token = True
        return self._begin((at, 0), chat.ToolCall(call_id_of(item, at), item.name, ""), events)

    def _item_done(self, told: _Event, events: list[Event]) -> None:
        item = self._item(told)
        if item is None:
            return
        at = told.output_index
        if item.type == "function_call":
            index = self._parts.get((at, 0))
            if index is None:
                index = self._begin_call(at, item, events)
            if index not in self._filled and item.arguments:
                events.append(chat.Delta(index, item.arguments))
            self._close((at, 0), events)
        elif item.type == "reasoning":
            self._reasoning_done(at, item, events)
        elif item.type == "message":
            for place, part in enumerate(item.content or ()):
                if (at, place) not in self._ended_parts:
                    self._end_words((at, place), _Event(part=part), events)

    def _reasoning_done(self, at: int, item: ReplyItem, events: list[Event]) -> None:
        text = _BETWEEN_SUMMARIES.join([part.text for part in item.summary or item.content or ()])
        index = self._parts.get((at, 0))
        thought = thought_of("x" if index is not None else text, item.encrypted_content)
        if thought is None:
            return
        if index is None:
            index = self._begin((at, 0), msgspec.structs.replace(thought, text="", signature=None), events)
            if text:
                events.append(chat.Delta(index, text))
        if thought.signature is not None:
            events.append(chat.Signed(index, thought.signature, thought.signed_by or NATIVE))
        self._close((at, 0), events)


_REFUSAL: Final = "response.refusal.delta"
