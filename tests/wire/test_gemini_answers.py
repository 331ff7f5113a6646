"""Answers of Gemini's, and other models' as Gemini's clients read them: reasons, signatures, what breaks."""

import json

import msgspec
import pytest

from podium.kernel import chat
from podium.kernel.call import Reply, Usage
from podium.kernel.chat import Chat, Message, Thinking
from podium.kernel.errors import BrokenReply
from podium.wire import gemini
from tests.wire.neutral import (
    TAG,
    gather,
    stream_of,
)
from tests.wire.test_gemini_neutral import STREAM, ask, sent


def whole(*parts, finish="STOP", **more):
    candidate = {"content": {"parts": list(parts), "role": "model"}, "finishReason": finish, **more}
    return json.dumps({"candidates": [candidate], "responseId": "r1"}).encode()


def streamed(*bodies):
    decoder = gemini.stream_decoder()
    events = decoder.feed(b"".join(b"data: %b\r\n\r\n" % body for body in bodies))
    return decoder, gather(events + decoder.end())


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("STOP", "stop"),
        ("MAX_TOKENS", "length"),
        ("SAFETY", "content_filter"),
        ("RECITATION", "content_filter"),
        ("PROHIBITED_CONTENT", "content_filter"),
        ("MALFORMED_FUNCTION_CALL", "refusal"),
        ("SOMETHING_NEW", "refusal"),
    ],
)
def test_why_an_answer_ended(reason, finish):
    """Google's reasons in neutral words; a failure of the model's is told as a refusal that names it."""
    answer = gemini.decode_answer(whole({"text": "a"}, finish=reason, finishMessage="because"))
    _, made = streamed(whole({"text": "a"}, finish=reason, finishMessage="because"))
    assert answer.finish == made.finish == finish
    if finish == "refusal":
        assert answer.parts[-1] == made.parts[-1] == chat.Refusal(f"The model failed: {reason}: because")


def test_calls_end_with_stop_in_google_s_format():
    """An answer with calls ends with tool_calls; calls without an id get one, always the same."""
    body = whole({"functionCall": {"name": "f", "args": {"a": 1}}}, {"functionCall": {"name": "f"}})
    answer = gemini.decode_answer(body)
    assert answer.finish == "tool_calls"
    assert answer == gemini.decode_answer(body)
    assert len({part.id for part in answer.parts}) == 2
    assert [part.arguments for part in answer.parts] == ['{"a": 1}', "{}"]
    _, made = streamed(body)
    assert (made.finish, made.parts) == ("tool_calls", answer.parts)


def test_signatures_stand_before_the_part_that_they_sign():
    """A signature of a part is a thought without words right before it; one at the end stays last."""
    parts = (
        {"functionCall": {"id": "c", "name": "f", "args": {}}, "thoughtSignature": "YQ=="},
        {"text": "", "thoughtSignature": "Yg=="},
    )
    wanted = (Thinking("", "YQ==", "gemini"), chat.ToolCall("c", "f", "{}"), Thinking("", "Yg==", "gemini"))
    answer = gemini.decode_answer(whole(*parts))
    assert answer.parts == wanted
    assert streamed(whole(*parts))[1].parts == wanted
    written, _ = sent(Chat((Message("assistant", wanted),)))
    written["contents"][0]["parts"][0]["functionCall"].pop("id")
    assert [part.get("thoughtSignature") for part in written["contents"][0]["parts"]] == ["YQ==", "Yg=="]
    for data in (
        gemini.encode_answer(answer, ask(), TAG),
        b"[" + b",".join(line[6:] for line in _write(answer).split(b"\n\n") if line) + b"]",
    ):
        decoded = json.loads(data)
        documents = decoded if isinstance(decoded, list) else [decoded]
        signed = [
            (next(iter(part)), part.get("thoughtSignature"))
            for document in documents
            for part in document["candidates"][0]["content"]["parts"]
        ]
        assert signed == [("functionCall", "YQ=="), ("text", "Yg==")]


def _write(answer):
    writer = gemini.stream_writer(ask(STREAM))
    events = []
    for index, part in enumerate(answer.parts):
        events += [chat.PartBegan(index, part), chat.PartEnded(index)]
    return writer.write([*events, chat.Ended("tool_calls")]) + writer.finish(Reply(Usage(1, 1)), TAG)


def test_a_blocked_prompt_is_an_answer_without_words():
    """promptFeedback without candidates is content_filter, whole and streamed."""
    body = json.dumps({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 3}})
    answer = gemini.decode_answer(body.encode())
    assert (answer.parts, answer.finish, answer.usage) == ((), "content_filter", Usage(3, 0))
    decoder, made = streamed(body.encode())
    assert made.finish == "content_filter"
    assert decoder.reply() == Reply(Usage(3, 0), None, None, "SAFETY")


def test_arguments_that_are_no_object_end_an_answer_as_gemini_s_own_would():
    """A Google client's call has an object; what a model wrote instead is MALFORMED_FUNCTION_CALL."""
    answer = chat.Answer((chat.ToolCall("c", "f", '{"a'),), "tool_calls", Usage(1, 1))
    whole_ = json.loads(gemini.encode_answer(answer, ask(), TAG))
    writer = gemini.stream_writer(ask(STREAM))
    last = (writer.write(stream_of(answer)) + writer.finish(Reply(Usage(1, 1)), TAG)).split(b"\n\n")[-2]
    for document in (whole_, json.loads(last[6:])):
        candidate = document["candidates"][0]
        assert candidate["finishReason"] == "MALFORMED_FUNCTION_CALL"
        assert candidate["finishMessage"] == 'Malformed function call: f({"a)'
    cut = msgspec.structs.replace(answer, finish="length")
    assert json.loads(gemini.encode_answer(cut, ask(), TAG))["candidates"][0]["finishReason"] == "MAX_TOKENS"


@pytest.mark.parametrize("name", ["inlineData", "executableCode", "codeExecutionResult", "fileData"])
def test_what_only_gemini_carries_is_no_answer_elsewhere(name):
    """An answer with generated media or code that ran is never cut down in silence."""
    with pytest.raises(BrokenReply, match=name):
        gemini.decode_answer(whole({name: {"data": "AA=="}}))
    decoder, _ = streamed(whole({name: {"data": "AA=="}}))
    assert decoder.error is not None
    assert name in decoder.error


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'data: {"error":{"message":"out of memory"}}\n\n', "out of memory"),
        (b'{"error":{"message":"gone","status":"INTERNAL"}}\n', "INTERNAL: gone"),
        (b"data: {nonsense\n\n", "an event is no GenerateContentResponse"),
        (b"data: " + b"x" * (16 << 20) + b"x", "one event is longer than"),
    ],
)
def test_a_broken_stream_says_why(data, error):
    """An error in mid-stream, and bytes that are no stream, end the decoder with their reason."""
    decoder = gemini.stream_decoder()
    decoder.feed(data)
    assert decoder.end() == []
    assert error in (decoder.error or "")
    assert not decoder.done


def test_a_stream_that_is_cut_is_not_whole():
    """Without a finish reason a stream has not ended."""
    decoder, _ = streamed(b'{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}')
    assert not decoder.done
