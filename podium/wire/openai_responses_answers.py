"""Whole answers and errors of OpenAI's Responses, to and from the neutral values of `kernel.chat`.

A response tells its client what was asked: those fields are written as the client sent them.
"""

from hashlib import blake2b
from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.call import CostTag, Request, Usage
from podium.kernel.chat import Answer, Finish, Text, Thinking
from podium.kernel.errors import BrokenReply
from podium.wire.formats import WireError
from podium.wire.openai_errors import encode_error as encode_openai_error
from podium.wire.openai_fields import UNREADABLE, given
from podium.wire.openai_responses_neutral import encrypted_of, thought_of
from podium.wire.openai_responses_shapes import FINISHES, NULL, ReplyBody, ReplyHead, ReplyItem
from podium.wire.openai_responses_usage import decode_usage, usage_document
from podium.wire.openai_usage import tag_usage

_INCOMPLETE: Final[dict[Finish, str]] = {"length": "max_output_tokens", "content_filter": "content_filter"}
_ECHOED: Final[tuple[tuple[str, bytes], ...]] = (
    ("instructions", b"null"),
    ("max_output_tokens", b"null"),
    ("metadata", b"{}"),
    ("parallel_tool_calls", b"true"),
    ("reasoning", b'{"effort":null,"summary":null}'),
    ("temperature", b"1.0"),
    ("text", b'{"format":{"type":"text"}}'),
    ("tool_choice", b'"auto"'),
    ("tools", b"[]"),
    ("top_p", b"1.0"),
    ("user", b"null"),
)
"""What a response says of its request, and what it says where the client left it out."""

_head_decoder = msgspec.json.Decoder(ReplyHead)
_body_decoder = msgspec.json.Decoder(ReplyBody)
_encoder = msgspec.json.Encoder()


def decode_body(body: bytes) -> ReplyHead:
    """Return a response without its output. Raises BrokenReply for one that failed, and for what is none."""
    try:
        head = _head_decoder.decode(body)
    except UNREADABLE as error:
        raise BrokenReply("The provider answered with no response.", sent=True) from error
    _check(head)
    return head


def _check(head: ReplyHead) -> None:
    failure = head.failure()
    if failure is not None:
        raise BrokenReply(f"The provider answered 200 with an error: {failure[:500]}", sent=True)
    if head.object != "response" and head.status is None:
        raise BrokenReply("The provider answered with no response.", sent=True)


def decode_answer(body: bytes) -> Answer:
    """Return a whole answer in neutral terms. Raises BrokenReply."""
    try:
        reply = _body_decoder.decode(body)
    except UNREADABLE as error:
        raise BrokenReply("The provider answered with no response.", sent=True) from error
    _check(reply)
    parts: list[Text | Thinking | chat.ToolCall | chat.Refusal] = []
    for index, item in enumerate(reply.output or ()):
        _read_item(item, index, parts)
    return Answer(
        parts=tuple(parts),
        finish=finish_of(reply, called=any(isinstance(part, chat.ToolCall) for part in parts)),
        usage=decode_usage(reply.usage) if reply.usage != NULL else None,
        id=reply.id,
        model=reply.model,
    )


def _read_item(
    item: ReplyItem, index: int, parts: list[Text | Thinking | chat.ToolCall | chat.Refusal]
) -> None:
    if item.type == "message":
        for part in item.content or ():
            if part.type == "output_text":
                parts.append(Text(part.text))
            elif part.type == "refusal":
                parts.append(chat.Refusal(part.refusal))
    elif item.type == "function_call":
        parts.append(chat.ToolCall(call_id_of(item, index), item.name, item.arguments or "{}"))
    elif item.type == "reasoning":
        text = "\n\n".join([part.text for part in item.summary or item.content or ()])
        thought = thought_of(text, item.encrypted_content)
        if thought is not None:
            parts.append(thought)


def call_id_of(item: ReplyItem, index: int) -> str:
    """Return the id of a call; one that has none gets one by its place."""
    return item.call_id or f"call_{index}"


def finish_of(head: ReplyHead, *, called: bool) -> Finish:
    """Return why an answer ended. A reason that is not known is as good as the limit: there is no more."""
    if head.status == "incomplete":
        details = head.incomplete_details
        return FINISHES.get((details.reason if details is not None else None) or "", "length")
    return "tool_calls" if called else "stop"


class Ids:
    """The ids of an answer and of its items, made of the provider's own id of the answer."""

    def __init__(self, answer_id: str | None) -> None:
        digest = blake2b((answer_id or "").encode(), digest_size=16).hexdigest()
        self._digest = digest
        self.answer = answer_id or f"resp_{digest}"

    def item(self, kind: str, index: int) -> str:
        """Return the id of item ``index``: ``msg``, ``fc`` or ``rs`` by its kind."""
        return f"{kind}_{self._digest}{index:04x}"


def message_item(item_id: str, part: Text | chat.Refusal, status: str = "completed") -> dict[str, object]:
    """Return words as an item of output."""
    return {
        "id": item_id,
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": [content_part(part)],
    }


def content_part(part: Text | chat.Refusal) -> dict[str, object]:
    """Return words as a part of a message."""
    if isinstance(part, Text):
        return {"type": "output_text", "text": part.text, "annotations": [], "logprobs": []}
    return {"type": "refusal", "refusal": part.text}


def call_item(item_id: str, call: chat.ToolCall, status: str = "completed") -> dict[str, object]:
    """Return a call as an item of output."""
    return {
        "id": item_id,
        "type": "function_call",
        "status": status,
        "call_id": call.id,
        "name": call.name,
        "arguments": call.arguments,
    }


def reasoning_item(item_id: str, thought: Thinking) -> dict[str, object]:
    """Return a thought as an item of output; a signature of any format travels in what is encrypted."""
    summary = [{"type": "summary_text", "text": thought.text}] if thought.text else []
    item: dict[str, object] = {"id": item_id, "type": "reasoning", "summary": summary}
    encrypted = encrypted_of(thought)
    if encrypted is not None:
        item["encrypted_content"] = encrypted
    return item


def response_fields(request: Request, ids: Ids, model: str | None, status: str) -> dict[str, object]:
    """Return a response without output and usage."""
    fields: dict[str, object] = {
        "id": ids.answer,
        "object": "response",
        "created_at": request.admitted_s,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "model": model or request.route,
        "output": [],
        "previous_response_id": None,
        "store": False,
        "truncation": "disabled",
        "usage": None,
    }
    for name, default in _ECHOED:
        value = given(request.fields, name)
        fields[name] = msgspec.Raw(default) if value is None else value
    return fields


def end_fields(
    fields: dict[str, object],
    finish: Finish,
    output: list[dict[str, object]],
    usage: Usage | None,
    tag: CostTag,
) -> dict[str, object]:
    """Return a response that has ended, with its cost."""
    reason = _INCOMPLETE.get(finish)
    ended = {**fields, "status": "completed" if reason is None else "incomplete", "output": output}
    if reason is not None:
        ended["incomplete_details"] = {"reason": reason}
    if usage is not None:
        ended["usage"] = tag_usage(usage_document(usage), tag)
    return ended


def finish_for(finish: Finish, *, refused: bool) -> Finish:
    """Return what a client of this format can tell: who declined without a word of it was filtered."""
    return "content_filter" if finish == "refusal" and not refused else finish


def encode_answer(answer: Answer, request: Request, tag: CostTag) -> bytes:
    """Return a whole answer with its cost."""
    ids = Ids(answer.id or tag.charge)
    output: list[dict[str, object]] = []
    for index, part in enumerate(answer.parts):
        if isinstance(part, (Text, chat.Refusal)):
            output.append(message_item(ids.item("msg", index), part))
        elif isinstance(part, chat.ToolCall):
            output.append(call_item(ids.item("fc", index), part))
        else:
            output.append(reasoning_item(ids.item("rs", index), part))
    refused = any(isinstance(part, chat.Refusal) for part in answer.parts)
    finish = finish_for(answer.finish or "stop", refused=refused)
    fields = response_fields(request, ids, answer.model, "completed")
    return _encoder.encode(end_fields(fields, finish, output, answer.usage, tag))


def encode_error(error: WireError) -> bytes:
    """Return the JSON body of an error: that of all of OpenAI's APIs."""
    return encode_openai_error(error)


def encode_stream_error(error: WireError) -> bytes:
    """Return the event of an error behind the first byte of a stream.

    The documented event has its fields at the top; OpenAI's service sends, and its SDK raises, the same
    fields under ``error``. Both are here. The number in sequence is not known any more.
    """
    told = {"type": "api_error", "code": error.code, "message": error.message, "param": error.field}
    document = {**told, "type": "error", "sequence_number": 0, "error": told}
    return b"event: error\ndata: " + _encoder.encode(document) + b"\n\n"
