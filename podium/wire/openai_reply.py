"""An answer in the shape of OpenAI's chat completions: what Podium reads of it, and its cost put into it."""

from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply
from podium.kernel.chat import Answer
from podium.kernel.errors import BrokenReply
from podium.wire import openai_answers
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_shapes import ReplyBody
from podium.wire.openai_usage import decode_usage, tag_usage, tagged

_NULL: Final = msgspec.Raw(b"null")
_OBJECT: Final = ord("{")
_USAGE: Final = b'"usage":'
_LAST: Final = (b',"usage":', b', "usage": ')
"""What stands before the usage where it is an answer's last field: behind a comma a quote begins a name."""


class _Choice(msgspec.Struct, frozen=True):
    finish_reason: msgspec.Raw = _NULL


class _Completion(msgspec.Struct, frozen=True):
    choices: list[_Choice]
    id: msgspec.Raw = _NULL
    model: msgspec.Raw = _NULL
    usage: msgspec.Raw = _NULL


class _PlainChoice(msgspec.Struct, frozen=True):
    finish_reason: str | None = None


class _PlainCompletion(msgspec.Struct, frozen=True):
    """A completion in which texts are texts, as nearly all are."""

    choices: list[_PlainChoice]
    id: str | None = None
    model: str | None = None
    usage: msgspec.Raw = _NULL


class _Tagged(msgspec.Struct, frozen=True):
    usage: msgspec.Raw = _NULL


class _ErrorMessage(msgspec.Struct, frozen=True):
    message: str


class _ErrorBody(msgspec.Struct, frozen=True):
    error: _ErrorMessage | str | None = None


_text_decoder = msgspec.json.Decoder(str)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_tagged_decoder = msgspec.json.Decoder(_Tagged)
_plain_decoder = msgspec.json.Decoder(_PlainCompletion)
_completion_decoder = msgspec.json.Decoder(_Completion)
_answer_decoder = msgspec.json.Decoder(ReplyBody)
_error_decoder = msgspec.json.Decoder(_ErrorBody)
_encoder = msgspec.json.Encoder()


def decode_reply(body: bytes) -> Reply:
    """Return what Podium reads from a whole answer.

    Raises BrokenReply for an error in the shape of an answer and for anything that is no chat completion.
    """
    try:
        plain = _plain_decoder.decode(body)
    except UNREADABLE:
        return _read_reply(body)
    usage, choices = plain.usage, plain.choices
    return Reply(
        None if usage is _NULL or usage == _NULL else decode_usage(usage),
        plain.id,
        plain.model,
        (choices[0].finish_reason or None) if choices else None,
        None,
        bytes(usage),
    )


def _read_reply(body: bytes) -> Reply:
    """Read an answer in which something is of another kind than it should be, as far as it can be read."""
    try:
        answer = _completion_decoder.decode(body)
    except UNREADABLE as error:
        raise broken_reply(body, "no chat completion") from error
    choices = answer.choices
    return Reply(
        usage=decode_usage(answer.usage) if answer.usage != _NULL else None,
        upstream_id=decode_text(answer.id),
        upstream_model=decode_text(answer.model),
        finish_reason=(decode_text(choices[0].finish_reason) or None) if choices else None,
    )


def decode_answer(body: bytes) -> Answer:
    """Return a whole answer in neutral terms. Raises BrokenReply."""
    try:
        reply = _answer_decoder.decode(body)
    except UNREADABLE as error:
        raise broken_reply(body, "no chat completion") from error
    if not reply.choices or reply.error != _NULL:
        raise broken_reply(body, "no chat completion")
    return openai_answers.to_answer(reply)


def broken_reply(body: bytes, what: str) -> BrokenReply:
    """Return what to raise for a body that is not an answer; some aggregators put an error behind a 200."""
    try:
        error = _error_decoder.decode(body).error
    except UNREADABLE:
        error = None
    if error is None:
        return BrokenReply(f"The provider answered with {what}.", sent=True)
    message = error if isinstance(error, str) else error.message
    return BrokenReply(f"The provider answered 200 with an error: {message[:500]}", sent=True)


def decode_text(raw: msgspec.Raw) -> str | None:
    """Return a JSON string's text, or None for any other value."""
    try:
        return _text_decoder.decode(raw)
    except UNREADABLE:
        return None


def tag_reply(body: bytes, tag: CostTag, usage_text: bytes | None = None) -> bytes:
    """Return an answer with ``usage.cost`` (USD) and ``usage.cost_details``; without usage, as it is.

    An answer without usage stays without: a usage that has a cost and no token counts would break clients.
    """
    text = bytes(_tagged_decoder.decode(body).usage) if usage_text is None else usage_text
    if text[0] != _OBJECT:
        return body
    at = len(body) - len(text) - 1
    if body.endswith(_LAST, 0, at) and body.startswith(text, at) and body.endswith(b"}"):
        return body[:at] + tagged(text, tag) + b"}"
    at = _find_usage(body, text)
    if at >= 0:  # everything else stays as the provider wrote it
        return body[:at] + tagged(text, tag) + body[at + len(text) :]
    try:
        fields: dict[str, msgspec.Raw] = _fields_decoder.decode(body)
    except UNREADABLE:
        return body  # a field's name is no UTF-8: the client sees what the provider sent
    fields["usage"] = tag_usage(text, tag)
    return _encoder.encode(fields)


def _find_usage(body: bytes, text: bytes) -> int:
    """Return where the usage stands, or -1 where that is not certain: its words are there twice, or none."""
    at = body.rfind(_USAGE)
    behind = at + len(_USAGE)
    if body.startswith(b" ", behind):
        behind += 1
    if at >= 0 and body.startswith(text, behind) and body.find(_USAGE, 0, at) < 0:
        return behind
    at = body.rfind(text)
    return at if body.find(text) == at else -1
