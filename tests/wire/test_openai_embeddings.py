import json

import pytest

from podium.kernel.call import CostTag, Reply, Usage
from podium.kernel.errors import BrokenReply, InvalidRequest
from podium.wire.formats import Outgoing
from podium.wire.openai_embeddings import decode_reply, decode_request, encode_request, tag_reply


@pytest.mark.parametrize("value", ["text", ["a", "b"], [1, 2, 3], [[1], [2]]])
def test_requests(value):
    """A text, texts, and texts as tokens can be embedded; only the model's name changes."""
    body = json.dumps({"model": "embed", "input": value, "dimensions": 256}).encode()
    request = decode_request(body)
    assert (request.operation, request.route, request.body_bytes) == ("embeddings", "embed", len(body))
    out = encode_request(request, Outgoing("up-1", 7, "max_tokens"))
    assert json.loads(out) == {"model": "up-1", "input": value, "dimensions": 256}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", None),
        (b'{"input":"x"}', "model"),
        (b'{"model":"m"}', "input"),
        (b'{"model":"m","input":null}', "input"),
        (b'{"model":"m","input":7}', "input"),
        (b'{"model":"m","input":"x","stream":true}', "stream"),
    ],
)
def test_invalid_requests_name_the_field(body, field):
    """A request that has no meaning is refused, and the error names the field."""
    with pytest.raises(InvalidRequest) as caught:
        decode_request(body)
    assert caught.value.field == field


def test_replies():
    """Input tokens are read, and the cost is put beside them."""
    body = (
        b'{"object":"list","data":[{"embedding":[0.10]}],"model":"up-1",'
        b'"usage":{"prompt_tokens":7,"total_tokens":7}}'
    )
    assert decode_reply(body) == Reply(Usage(7, 0), None, "up-1", None)
    tagged = tag_reply(body, CostTag(140, "0.00000014"))
    assert b'"data":[{"embedding":[0.10]}]' in tagged
    assert b'"cost":0.00000014,' in tagged


def test_no_reply():
    """What is no list of embeddings is said to be none."""
    for body in (b"", b"[]", b"{}"):
        with pytest.raises(BrokenReply, match="no list of embeddings"):
            decode_reply(body)
    with pytest.raises(BrokenReply, match="no credit"):
        decode_reply(b'{"error":{"message":"no credit"}}')
