"""Google's stream on its way through.

Shapes: https://ai.google.dev/api/generate-content#v1beta.models.streamGenerateContent, read in November 2026.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import CostTag, Reply, Usage
from podium.wire.gemini_stream import StreamReader
from tests.wire.neutral import chunked

TAG = CostTag(6450, "0.00000645", charge="chg_01M85ME4HS093C32W62N0SCHRC")


def event(parts=None, *, finish=None, usage=None, end=b"\n", index=0, **more):
    candidate = {"content": {"parts": parts, "role": "model"}} if parts is not None else {}
    if finish is not None:
        candidate["finishReason"] = finish
    body = {"candidates": [{**candidate, "index": index}], "modelVersion": "up-1", "responseId": "r1", **more}
    if usage is not None:
        prompt, words = usage
        counts = {
            "promptTokenCount": prompt,
            "candidatesTokenCount": words,
            "totalTokenCount": prompt + words,
        }
        body["usageMetadata"] = counts
    return b"data: " + json.dumps(body).encode() + end + end


HELLO = event([{"text": "Hello"}], usage=(9, 1))
TRICKY = event([{"text": '"finishReason": "STOP" \n\n data: {"error": 1}'}], usage=(9, 2))
STOP = event([{"text": "!"}], finish="STOP", usage=(9, 3))


def run(*pieces, end=True, **options):
    reader = StreamReader(**options)
    out = b"".join(reader.feed(piece) for piece in pieces)
    if end:
        reader.end()
    return reader, out


def payloads(data):
    return [json.loads(block[6:]) for block in data.split(b"\n\n") if block]


def test_events_pass_as_they_are_and_the_last_one_has_the_cost():
    """What the client may have reaches it byte by byte; the last event waits for its cost."""
    reader, out = run(HELLO, TRICKY, STOP)
    assert out == HELLO + TRICKY
    assert reader.done
    assert reader.reply() == Reply(Usage(9, 3), "r1", "up-1", "STOP")
    last = payloads(reader.finish(TAG))
    assert len(last) == 1
    assert last[0]["usageMetadata"]["cost_details"]["nano_usd"] == 6450
    assert last[0]["usageMetadata"]["promptTokenCount"] == 9
    assert last[0]["candidates"][0]["finishReason"] == "STOP"


def test_usage_is_that_of_the_last_event():
    """Each event has the usage so far; only the last one counts, also where it comes behind the finish."""
    late = event([], usage=(9, 7))
    reader, out = run(HELLO, event([{"text": "a"}], finish="STOP", usage=(9, 3)), late)
    assert reader.reply().usage == Usage(9, 7)
    assert len(payloads(out)) == 2
    assert payloads(reader.finish(TAG))[0]["usageMetadata"]["candidatesTokenCount"] == 7


def test_a_stream_without_usage_still_tells_its_cost():
    """The cost goes into the last event, since Google's SDK reads no comments."""
    reader, _ = run(event([{"text": "a"}]), event([{"text": ""}], finish="MAX_TOKENS"))
    assert reader.reply().usage is None
    end = reader.finish(CostTag(5, "0.000000005", estimated=True))
    assert b"\n:" not in end
    assert not end.startswith(b":")
    assert payloads(end)[0]["usageMetadata"]["cost_details"] == {
        "upstream_inference_cost": 5e-9,
        "nano_usd": 5,
        "estimated": True,
    }


def test_the_end_without_a_finish_reason_is_no_end():
    """A stream that just stops was cut; its usage so far is not final."""
    reader, _ = run(HELLO, TRICKY)
    assert not reader.done
    assert reader.error is None
    assert reader.reply().finish_reason is None


def test_every_candidate_must_finish():
    """With two candidates one finish reason is not the end."""
    first = event([{"text": "a"}], finish="STOP", usage=(9, 3))
    second = event([{"text": "b"}], index=1, usage=(9, 4))
    reader, _ = run(HELLO, second, first, choices=2)
    assert not reader.done
    reader, _ = run(HELLO, second, first, event([], index=1, finish="STOP", usage=(9, 5)), choices=2)
    assert reader.done
    assert reader.reply().usage == Usage(9, 5)


def test_a_blocked_prompt_ends_a_stream():
    """promptFeedback without candidates is an end too, with its reason."""
    body = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 9}}
    reader, _ = run(b"data: " + json.dumps(body).encode() + b"\n\n")
    assert reader.done
    assert reader.reply().finish_reason == "PROHIBITED_CONTENT"
    assert reader.reply().usage == Usage(9, 0)


@pytest.mark.parametrize(
    "broken",
    [
        b'data: {"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}\n\n',
        b'{\n  "error": {\n    "message": "overloaded",\n    "status": "UNAVAILABLE"\n  }\n}\n',
        b'[{\n  "error": {\n    "message": "overloaded",\n    "status": "UNAVAILABLE"\n  }\n}]',
        b'{"error": {"message": "overloaded", "status": "UNAVAILABLE"}}\n\n',
    ],
)
def test_an_error_in_mid_stream(broken):
    """Google sends it as an event, or as bare lines of JSON; both end the stream with its words."""
    reader, out = run(HELLO, broken)
    assert out == HELLO
    assert reader.error == "UNAVAILABLE: overloaded"
    assert not reader.done


def test_a_stream_cut_inside_an_event():
    """Half an event behind the finish reason is an error; a whole one without its empty line is taken."""
    reader, _ = run(HELLO, STOP, HELLO[:40])
    assert reader.error == "the stream was cut inside an event"
    reader, _ = run(HELLO, STOP.rstrip())
    assert reader.done
    assert reader.reply().usage == Usage(9, 3)


def test_comments_do_not_reach_google_s_sdk():
    """The SDK takes every line that is no data for JSON, so comments are left out."""
    reader, out = run(b": ping\n\n" + HELLO + b": a\n: b\n\n", TRICKY[:-1] + b": c\n\n", STOP)
    assert payloads(out) == payloads(HELLO + TRICKY)
    assert b": " not in b"".join(line[:2] for line in out.split(b"\n"))
    assert reader.done


def test_data_in_several_lines():
    """An event's data may be in several lines."""
    text = json.dumps(json.loads(STOP[6:]), indent=1).encode()
    reader, _ = run(HELLO, b"".join(b"data: %b\n" % line for line in text.split(b"\n")) + b"\n")
    assert reader.done
    assert payloads(reader.finish(TAG))[0]["usageMetadata"]["candidatesTokenCount"] == 3


def test_an_event_that_is_too_long_ends_the_stream():
    """Nothing is gathered without end, whole or not."""
    long = event([{"text": "x" * 500}])
    for pieces in ((HELLO, long), (HELLO, long[:400]), (long,)):
        reader, _ = run(*pieces, max_event_bytes=300)
        assert reader.error == "one event is longer than 300 bytes"


def test_searches_are_counted_once():
    """What was searched for may come in any event, and again in the next one."""
    grounded = {"candidates": [{"index": 0, "groundingMetadata": {"webSearchQueries": ["a", "b"]}}]}
    last = event([], finish="STOP", usage=(9, 2))
    pieces = (
        HELLO,
        b"data: " + json.dumps(grounded).encode() + b"\n\n",
        b"data: %b\n\n" % json.dumps(grounded).encode(),
    )
    reader, _ = run(*pieces, last, searches=True)
    assert reader.reply().usage == Usage(9, 2, tool_uses=(("web_search", 2),))


@given(
    st.lists(st.sampled_from(["Grüße", '"error"', "a", '{"finishReason"}', "\n\n"]), max_size=6),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.booleans(),
    st.lists(st.integers(0, 10_000), max_size=12),
)
def test_any_chunks_give_the_same_bytes_and_cost(texts, end, comments, cuts):
    """Wherever the bytes are cut, inside a letter too, the client gets the same and is charged the same."""
    events = [event([{"text": text}], usage=(9, n), end=end) for n, text in enumerate(texts, 1)]
    events.append(event([{"text": ""}], finish="STOP", usage=(9, 30), end=end))
    events.append(event([], usage=(9, 31), end=end))
    data = (b": c" + end + end if comments else b"").join([b"", *events])
    whole, out = run(data)
    pieces, again = run(*chunked(data, cuts))
    assert pieces.done
    assert again == out
    assert pieces.reply() == whole.reply()
    assert pieces.finish(TAG) == whole.finish(TAG)


@given(
    st.lists(st.binary(max_size=40) | st.sampled_from([HELLO, STOP, b"data: ", b"\n\n", b"{", b"[", b":"]))
)
def test_no_bytes_are_too_strange(pieces):
    """Whatever comes, the reader gives bytes or an error, never an exception."""
    reader, _ = run(*pieces)
    reader.reply()
    if reader.done:
        reader.finish(TAG)


def test_a_cut_stream_has_a_usage_only_behind_the_end_of_every_candidate():
    """A count from before the second candidate's end is no final one; the hold is charged."""
    first = event([{"text": "a"}], usage=(9, 1))
    ended = event([{"text": "b"}], finish="STOP", usage=(9, 3))
    second = ended.replace(b'"index": 0', b'"index": 1')
    assert second != ended
    assert run(first, ended, end=False, choices=2)[0].reply().usage is None
    reader, _ = run(first, ended, second, end=False, choices=2)
    assert not reader.done
    assert reader.reply().usage == Usage(9, 3)
    assert run(first, end=False)[0].reply().usage is None
    told = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9}}
    blocked = b"data: " + json.dumps(told).encode() + b"\n\n"
    assert run(blocked, end=False)[0].reply().usage == Usage(9, 0)
