"""Google's stream, read into the events of `kernel.chat` and written out of them.

Each event is a whole ``GenerateContentResponse``; parts of one kind that follow one another are one part. A
call comes and goes whole: its arguments are an object, so a writer gathers them. The stream has no last word
but the end of the connection.
"""

from typing import Final, Literal

import msgspec

from podium.kernel import chat
from podium.kernel.call import CostTag, Reply, Request
from podium.kernel.chat import Event, Text, Thinking
from podium.wire import gemini_answers as answers
from podium.wire import sse
from podium.wire.gemini_fields import NULL, decode_text
from podium.wire.gemini_signatures import read_signature, signature_of
from podium.wire.gemini_stream import MAX_EVENT_BYTES, Error
from podium.wire.gemini_usage import decode_usage, tagged_usage
from podium.wire.openai_fields import UNREADABLE
from podium.wire.passing import end_of_event

_encoder = msgspec.json.Encoder()
_DATA: Final = b"data: "
Kind = Literal["", "text", "thought"]


class StreamDecoder:
    """Reads one upstream stream."""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.first_token = False
        self.done = False
        self.error: str | None = None
        self._max_event_bytes = max_event_bytes
        self._framer = sse.Framer()
        self._began = False
        self._open: Kind = ""
        self._next = 0
        self._called = False
        self._finish: chat.Finish | None = None
        self._reason: str | None = None
        self._upstream_id: str | None = None
        self._upstream_model: str | None = None
        self._usage: msgspec.Raw = NULL

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that are now whole."""
        out: list[Event] = []
        if self.error is not None:
            return out
        events = self._framer.feed(data)
        start = 0
        while start < len(events) and self.error is None:
            end = end_of_event(events, start)
            self._read(events[start:end], out)
            start = end
        if len(self._framer.rest) > self._max_event_bytes:
            self.error = f"one event is longer than {self._max_event_bytes} bytes"
        return out

    def end(self) -> list[Event]:
        """Take note that the provider has closed; the stream is whole if it has a finish reason."""
        out: list[Event] = []
        rest = bytes(self._framer.rest).strip()
        if rest and self.error is None:
            self._read(rest + b"\n\n", out)
        if self.error is None and self._finish is not None:
            self._close(out)
            out.append(chat.Ended(self._finish))
            self.done = True
        return out

    def reply(self) -> Reply:
        """Return what has been read so far; final once `done`."""
        usage = decode_usage(self._usage) if self._usage != NULL else None
        return Reply(usage, self._upstream_id, self._upstream_model, self._reason)

    def _read(self, event: bytes, out: list[Event]) -> None:
        if len(event) > self._max_event_bytes:
            self.error = f"one event is longer than {self._max_event_bytes} bytes"
            return
        _, data = sse.parse(event)
        if data is None:
            data = event.strip()
            if not data.startswith((b"{", b"[")):
                return  # an empty line, a comment
            data = data.removeprefix(b"[").removesuffix(b"]")  # an error without `data:`, as Google ends with
        try:
            body = answers.body_decoder.decode(data)
        except UNREADABLE as error:
            self.error = f"an event is no GenerateContentResponse: {error}"
            return
        if body.error is not None:
            self.error = body.error.words if isinstance(body.error, Error) else body.error[:500]
            return
        self._take(body, out)

    def _take(self, body: answers.Body, out: list[Event]) -> None:
        if body.usage_metadata != NULL:
            self._usage = body.usage_metadata
        if not self._began:
            self._began = True
            self._upstream_id = decode_text(body.response_id)
            self._upstream_model = decode_text(body.model_version)
            out.append(chat.Began(self._upstream_id, self._upstream_model))
        candidate = body.candidates[0] if body.candidates else None
        if candidate is not None and candidate.content is not None:
            for part in candidate.content.parts or ():
                self._part(part, out)
        if candidate is None or candidate.finish_reason is not None:
            finish, failure = answers.finish_in(body, called=self._called)
            if failure is not None:
                self._whole(chat.Refusal(failure), out)
            if finish is not None:
                if self._finish is None and body.usage_metadata == NULL:
                    self._usage = NULL  # what was counted on the way is not final
                self._finish = finish
                self._reason = candidate.finish_reason if candidate is not None else "SAFETY"

    def _part(self, part: answers.Part, out: list[Event]) -> None:
        field = answers.uncarried(part)
        if field is not None:
            self.error = f"the answer has {field}, which only gemini carries"
            return
        signed, call = part.thought_signature, part.function_call
        if part.thought and call is None:
            self._add("thought", part.text or "", out)
            if signed is not None:
                self._sign(signed, out)
            return
        if signed is not None:
            self._whole(read_signature(signed), out)
        if call is not None:
            call_id = call.id or answers.mint_id(self._upstream_id, self._next, call)
            self._called = True
            self._whole(chat.ToolCall(call_id, call.name, ""), out, answers.arguments_of(call))
        elif part.text:
            self._add("text", part.text, out)

    def _add(self, kind: Kind, text: str, out: list[Event]) -> None:
        if self._open != kind:
            self._close(out)
            self._open = kind
            out.append(chat.PartBegan(self._next, Text("") if kind == "text" else Thinking()))
        if text:
            self.first_token = True
            out.append(chat.Delta(self._next, text))

    def _sign(self, signature: str, out: list[Event]) -> None:
        thought = read_signature(signature)
        if thought.signature is not None and thought.signed_by is not None:
            out.append(chat.Signed(self._next, thought.signature, thought.signed_by))
        self._close(out)

    def _whole(self, part: Thinking | chat.ToolCall | chat.Refusal, out: list[Event], text: str = "") -> None:
        self._close(out)
        self.first_token = True
        out.append(chat.PartBegan(self._next, part))
        if text:
            out.append(chat.Delta(self._next, text))
        out.append(chat.PartEnded(self._next))
        self._next += 1

    def _close(self, out: list[Event]) -> None:
        if self._open:
            out.append(chat.PartEnded(self._next))
            self._next += 1
            self._open = ""


class StreamWriter:
    """Neutral events, written as Google's stream."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._tail = b""
        self._model: str | None = None
        self._id: str | None = None
        self._wraps: dict[int, tuple[bytes, bytes]] = {}
        """What stands before and behind a delta of each open text or thought."""
        self._thoughts: set[int] = set()
        self._calls: dict[int, tuple[chat.ToolCall, list[str]]] = {}
        self._signature: str | None = None
        self._malformed: chat.ToolCall | None = None
        self._finish: chat.Finish | None = None

    def write(self, events: list[Event]) -> bytes:
        """Return the events of Google's that these make."""
        out: list[bytes] = []
        for event in events:
            kind = type(event)
            if kind is chat.Delta:
                self._delta(event, out)  # type: ignore[arg-type]  # told apart by the line above
            elif isinstance(event, chat.PartBegan):
                self._begin_part(event, out)
            elif isinstance(event, chat.Began):
                self._id, self._model = event.id, event.model
            elif isinstance(event, chat.Signed):
                thought = Thinking("", event.signature, event.signed_by)
                out.append(self._event(answers.thought_part(thought)))
            elif isinstance(event, chat.PartEnded):
                self._end_part(event.index, out)
            elif isinstance(event, chat.Ended):
                self._finish = event.finish
        return b"".join(out)

    def _ends(self) -> bytes:
        if not self._tail:
            fields = {"modelVersion": self._model or self._request.route}
            if self._id is not None:
                fields["responseId"] = self._id
            self._tail = b"," + _encoder.encode(fields)[1:] + b"\n\n"
        return self._tail

    def _event(self, part: dict[str, object]) -> bytes:
        return (
            b'data: {"candidates":[{"content":{"parts":['
            + _encoder.encode(part)
            + b'],"role":"model"},"index":0}]'
            + self._ends()
        )

    def _begin_part(self, event: chat.PartBegan, out: list[bytes]) -> None:
        part, index = event.part, event.index
        if isinstance(part, chat.ToolCall):
            self._calls[index] = (part, [part.arguments] if part.arguments else [])
            return
        if isinstance(part, Thinking):
            self._thoughts.add(index)
            if part.redacted is not None or (part.text and part.signature is not None):
                out.append(self._event(answers.thought_part(part)))
                part = Thinking()
            elif part.signature is not None:
                self._signature = signature_of(part)  # it belongs to the part behind it
        before = b'data: {"candidates":[{"content":{"parts":[{"text":'
        behind = b"}" if not isinstance(part, Thinking) else b',"thought":true}'
        self._wraps[index] = (before, behind + b'],"role":"model"},"index":0}]' + self._ends())
        if part.text:
            self._delta(chat.Delta(index, part.text), out)

    def _delta(self, event: chat.Delta, out: list[bytes]) -> None:
        wrap = self._wraps.get(event.index)
        if wrap is None:
            self._calls[event.index][1].append(event.text)
        elif self._signature is None or event.index in self._thoughts:
            out.append(wrap[0] + _encoder.encode(event.text) + wrap[1])
        else:
            out.append(self._event(self._signed({"text": event.text})))

    def _signed(self, part: dict[str, object]) -> dict[str, object]:
        if self._signature is not None:
            part["thoughtSignature"], self._signature = self._signature, None
        return part

    def _end_part(self, index: int, out: list[bytes]) -> None:
        self._wraps.pop(index, None)
        call = self._calls.pop(index, None)
        if call is None:
            return
        whole = chat.ToolCall(call[0].id, call[0].name, "".join(call[1]))
        part = answers.call_part(whole)
        if part is None:
            self._malformed = whole
        else:
            out.append(self._event(self._signed(part)))

    def finish(self, reply: Reply, tag: CostTag) -> bytes:
        """Return the event that ends the stream: finish reason, usage and cost."""
        self._model = self._model or reply.upstream_model
        last = self._signed({"text": ""})
        candidate: dict[str, object] = {"content": {"parts": [last], "role": "model"}}
        candidate.update(answers.ending(self._finish, self._malformed))
        candidate["index"] = 0
        usage = tagged_usage(reply.usage, tag)
        head = _encoder.encode({"candidates": [candidate], "usageMetadata": usage})
        return _DATA + head[:-1] + self._ends()


def stream_decoder() -> StreamDecoder:
    """Return a decoder of one stream."""
    return StreamDecoder()


def stream_writer(request: Request) -> StreamWriter:
    """Return a writer of one stream."""
    return StreamWriter(request)
