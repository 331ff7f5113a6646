"""Google's count of tokens. Shapes: https://ai.google.dev/api/tokens, read in November 2026."""

import json

import pytest

from podium.kernel.call import CostTag, Reply, Usage
from podium.kernel.errors import BrokenReply, InvalidRequest
from podium.wire import gemini_count
from podium.wire.formats import Outgoing

PATH = "/v1beta/models/fast:countTokens"
HELLO = [{"parts": [{"text": "Hello"}]}]


def ask(**fields):
    return gemini_count.decode_request(json.dumps(fields).encode(), PATH)


def test_contents_and_whole_requests_are_counted():
    """Contents alone, or the request that would be sent, with the name of the provider's model."""
    request = ask(contents=HELLO)
    assert (request.route, request.operation, request.needs) == ("fast", "count_tokens", frozenset())
    assert json.loads(gemini_count.encode_request(request, Outgoing("up"))) == {"contents": HELLO}
    whole = {"contents": HELLO, "tools": [{"functionDeclarations": [{"name": "f"}]}], "model": "models/fast"}
    request = ask(generate_content_request=whole)
    assert request.needs == {"tools"}
    assert json.loads(gemini_count.encode_request(request, Outgoing("up"))) == {
        "generateContentRequest": {**whole, "model": "models/up"}
    }
    assert gemini_count.target("count_tokens", "up", stream=False) == "/models/up:countTokens"


def test_a_body_without_contents_is_refused():
    """There is nothing to count."""
    with pytest.raises(InvalidRequest) as raised:
        ask(tools=[])
    assert raised.value.field == "contents"


def test_a_count_is_free_and_passes_as_it_came():
    """The answer is the provider's; nothing was used."""
    body = b'{\n "totalTokens": 7\n}'
    assert gemini_count.decode_reply(body) == Reply(Usage())
    assert gemini_count.tag_reply(body, CostTag(0, "0")) == body


@pytest.mark.parametrize("body", [b"", b"[]", b'{"totalTokens":"x"}', b'{"error":{"message":"no"}}'])
def test_what_is_no_count_is_broken(body):
    """A body that is no count is a broken reply."""
    with pytest.raises(BrokenReply):
        gemini_count.decode_reply(body)


def test_an_estimate_counts_media_by_what_they_usually_take():
    """Text by a ratio, a picture by Google's default, sound by its length; base64 is no text."""
    picture = {"inlineData": {"mimeType": "image/png", "data": "A" * 100_000}}
    sound = {"inline_data": {"mime_type": "audio/mp3", "data": "A" * 100_000}}
    assert 5 < gemini_count.estimate(ask(contents=HELLO), 0.25) < 20
    assert 1120 < gemini_count.estimate(ask(contents=[{"parts": [picture]}]), 0.25) < 1140
    assert 100 < gemini_count.estimate(ask(contents={"parts": sound}), 0.25) < 130
    assert json.loads(gemini_count.encode_count(7)) == {"totalTokens": 7}
