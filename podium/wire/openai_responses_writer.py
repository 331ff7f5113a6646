"""Neutral events, written as the stream of a response.

Source: OpenAI's streaming events of Responses. Each part of an answer is an item of its own; the events that
end an item bear it whole, and the last event bears the whole response.
"""

from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.call import CostTag, Reply, Request
from podium.kernel.chat import Event, Finish, Text, Thinking
from podium.wire.openai_responses_answers import (
    Ids,
    call_item,
    content_part,
    end_fields,
    finish_for,
    message_item,
    reasoning_item,
    response_fields,
)
from podium.wire.openai_responses_stream import encode_named
from podium.wire.openai_stream import cost_comment

_encoder = msgspec.json.Encoder()
_NO_LOGPROBS: Final = b',"logprobs":[]'


class _Open:
    """A part that is being written."""

    __slots__ = ("before", "behind", "item_id", "part", "place", "signature", "texts")

    def __init__(
        self, item_id: str, place: int, part: Text | Thinking | chat.ToolCall | chat.Refusal
    ) -> None:
        self.item_id = item_id
        self.place = place
        self.part = part
        self.texts: list[str] = []
        self.signature: tuple[str, str] | None = None
        self.before = b""
        """What stands before a piece of it, and what behind; empty where none may come."""
        self.behind = b""


class ResponsesWriter:
    """Neutral events, written as one stream."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._ids = Ids(None)
        self._fields: dict[str, object] = {}
        self._number = 0
        self._open: dict[int, _Open] = {}
        self._output: dict[int, dict[str, object]] = {}
        self._items = 0
        self._finish: Finish = "stop"
        self._refused = False

    def write(self, events: list[Event]) -> bytes:
        """Return the bytes of events. `Ended` is held back for `finish`."""
        out: list[bytes] = []
        for event in events:
            kind = type(event)
            if kind is chat.Delta:
                self._delta(event.index, event.text, out)  # type: ignore[union-attr]  # told apart by the line above
            elif isinstance(event, chat.PartBegan):
                self._part_began(event, out)
            elif isinstance(event, chat.PartEnded):
                self._part_ended(event.index, out)
            elif isinstance(event, chat.Signed):
                self._open[event.index].signature = (event.signature, event.signed_by)
            elif isinstance(event, chat.Began):
                self._begin(event.id, event.model, out)
            elif isinstance(event, chat.Ended):
                self._finish = event.finish
        return b"".join(out)

    def _event(self, name: str, fields: dict[str, object], out: list[bytes]) -> None:
        document = {"type": name, **fields, "sequence_number": self._number}
        self._number += 1
        out.append(encode_named(name.encode(), _encoder.encode(document)))

    def _begin(self, answer_id: str | None, model: str | None, out: list[bytes]) -> None:
        self._ids = Ids(answer_id)
        self._fields = response_fields(self._request, self._ids, model, "in_progress")
        self._event("response.created", {"response": self._fields}, out)
        self._event("response.in_progress", {"response": self._fields}, out)

    def _part_began(self, event: chat.PartBegan, out: list[bytes]) -> None:
        part, place = event.part, self._items
        self._items += 1
        if isinstance(part, (Text, chat.Refusal)):
            opened = self._message_began(part, place, out)
            text = part.text
        elif isinstance(part, chat.ToolCall):
            opened = self._call_began(part, place, out)
            text = part.arguments
        else:
            opened = _Open(self._ids.item("rs", place), place, part)
            self._item_event("added", opened, reasoning_item(opened.item_id, Thinking()), out)
            text = part.text
        self._open[event.index] = opened
        if text:
            self._delta(event.index, text, out)

    def _message_began(self, part: Text | chat.Refusal, place: int, out: list[bytes]) -> _Open:
        opened = _Open(self._ids.item("msg", place), place, part)
        empty: Text | chat.Refusal = Text("") if isinstance(part, Text) else chat.Refusal("")
        item = {**message_item(opened.item_id, empty, "in_progress"), "content": []}
        self._item_event("added", opened, item, out)
        self._content_event("response.content_part.added", opened, {"part": content_part(empty)}, out)
        if isinstance(part, Text):
            self._pieces(opened, "response.output_text.delta", b',"content_index":0', _NO_LOGPROBS)
        else:
            self._pieces(opened, "response.refusal.delta", b',"content_index":0', b"")
            self._refused = True
        return opened

    def _call_began(self, part: chat.ToolCall, place: int, out: list[bytes]) -> _Open:
        opened = _Open(self._ids.item("fc", place), place, part)
        empty = chat.ToolCall(part.id, part.name, "")
        self._item_event("added", opened, call_item(opened.item_id, empty, "in_progress"), out)
        self._pieces(opened, "response.function_call_arguments.delta", b"", b"")
        return opened

    def _pieces(self, opened: _Open, name: str, index: bytes, behind: bytes) -> None:
        """Work out once what stands around each piece of a part."""
        kind = name.encode()
        opened.before = b'event: %b\ndata: {"type":"%b","item_id":"%b","output_index":%d%b,"delta":' % (
            kind, kind, opened.item_id.encode(), opened.place, index,
        )  # fmt: skip
        opened.behind = behind + b',"sequence_number":'

    def _item_event(self, what: str, opened: _Open, item: dict[str, object], out: list[bytes]) -> None:
        self._event(f"response.output_item.{what}", {"output_index": opened.place, "item": item}, out)

    def _content_event(self, name: str, opened: _Open, more: dict[str, object], out: list[bytes]) -> None:
        place = {"item_id": opened.item_id, "output_index": opened.place, "content_index": 0}
        self._event(name, {**place, **more}, out)

    def _summary_event(self, name: str, opened: _Open, more: dict[str, object], out: list[bytes]) -> None:
        place = {"item_id": opened.item_id, "output_index": opened.place, "summary_index": 0}
        self._event(f"response.reasoning_summary_{name}", {**place, **more}, out)

    def _delta(self, index: int, text: str, out: list[bytes]) -> None:
        opened = self._open[index]
        if not opened.before:
            # The first words of a thought: only now there is a summary.
            self._summary_event("part.added", opened, {"part": {"type": "summary_text", "text": ""}}, out)
            self._pieces(opened, "response.reasoning_summary_text.delta", b',"summary_index":0', b"")
        opened.texts.append(text)
        out.append(b"%b%b%b%d}\n\n" % (opened.before, _encoder.encode(text), opened.behind, self._number))
        self._number += 1

    def _part_ended(self, index: int, out: list[bytes]) -> None:
        opened = self._open.pop(index, None)
        if opened is None:
            return
        text, part = "".join(opened.texts), opened.part
        if isinstance(part, Text):
            done: dict[str, object] = {"text": text, "logprobs": []}
            self._content_event("response.output_text.done", opened, done, out)
            item = self._message_ended(Text(text), opened, out)
        elif isinstance(part, chat.Refusal):
            self._content_event("response.refusal.done", opened, {"refusal": text}, out)
            item = self._message_ended(chat.Refusal(text), opened, out)
        elif isinstance(part, chat.ToolCall):
            place = {"item_id": opened.item_id, "output_index": opened.place}
            self._event(
                "response.function_call_arguments.done", {**place, "name": part.name, "arguments": text}, out
            )
            item = call_item(opened.item_id, chat.ToolCall(part.id, part.name, text))
        else:
            item = self._thought_ended(part, text, opened, out)
        self._output[opened.place] = item
        self._item_event("done", opened, item, out)

    def _message_ended(self, part: Text | chat.Refusal, opened: _Open, out: list[bytes]) -> dict[str, object]:
        self._content_event("response.content_part.done", opened, {"part": content_part(part)}, out)
        return message_item(opened.item_id, part)

    def _thought_ended(self, part: Thinking, text: str, opened: _Open, out: list[bytes]) -> dict[str, object]:
        if text:
            self._summary_event("text.done", opened, {"text": text}, out)
            self._summary_event("part.done", opened, {"part": {"type": "summary_text", "text": text}}, out)
        signature, signed_by = opened.signature or (part.signature, part.signed_by)
        return reasoning_item(opened.item_id, Thinking(text, signature, signed_by, part.redacted))

    def finish(self, reply: Reply, tag: CostTag) -> bytes:
        """Return the stream's end: the whole response with usage and cost."""
        out: list[bytes] = []
        if not self._fields:
            self._begin(reply.upstream_id or tag.charge, reply.upstream_model, out)
        for index in list(self._open):
            self._part_ended(index, out)
        finish = finish_for(self._finish, refused=self._refused)
        output = [self._output[place] for place in sorted(self._output)]
        ended = end_fields(self._fields, finish, output, reply.usage, tag)
        if reply.usage is None:
            out.append(cost_comment(tag))
        self._event(f"response.{ended['status']}", {"response": ended}, out)
        return b"".join(out)
