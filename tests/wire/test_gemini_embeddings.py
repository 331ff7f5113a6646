"""Google's embeddings. Shapes: https://ai.google.dev/api/embeddings, read in November 2026."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import CostTag, Usage
from podium.kernel.chat import Embeddings, EmbedRequest
from podium.kernel.errors import BrokenReply, Inexpressible, InvalidRequest
from podium.wire import gemini_embedding, gemini_embeddings, openai_embeddings
from podium.wire.formats import Outgoing

ONE = "/v1beta/models/vectors:embedContent"
MANY = "/v1beta/models/team%2Fvectors:batchEmbedContents"
TAG = CostTag(6450, "0.00000645")


def text(words, **more):
    return {"content": {"parts": [{"text": words}]}, **more}


def one(**fields):
    return gemini_embedding.decode_request(json.dumps({**text("a"), **fields}).encode(), ONE)


def many(*items):
    return gemini_embeddings.decode_request(json.dumps({"requests": items}).encode(), MANY)


def test_the_path_names_the_route():
    """Route and operation are those of the path; the texts need nothing."""
    request = many(text("a"), text("b"))
    assert (request.route, request.operation, request.needs) == ("team/vectors", "embeddings", frozenset())
    assert one().route == "vectors"


def test_bodies_pass_with_the_provider_s_model():
    """Every item gets the provider's name of the model; unknown fields stay."""
    body = gemini_embeddings.encode_request(
        many(text("a", new=1), text("b", model="models/vectors")), Outgoing("up")
    )
    assert json.loads(body) == {
        "requests": [text("a", new=1, model="models/up"), text("b", model="models/up")]
    }
    body = gemini_embedding.encode_request(one(new=1), Outgoing("up"))
    assert json.loads(body) == text("a", new=1, model="models/up")
    assert gemini_embedding.target("embeddings", "up", stream=False) == "/models/up:embedContent"
    assert gemini_embeddings.target("embeddings", "up", stream=False) == "/models/up:batchEmbedContents"


def test_media_are_found():
    """A picture to embed needs vision, and is bounded by the context window."""
    item = {"content": {"parts": [{"inline_data": {"mime_type": "image/png", "data": "AA=="}}]}}
    assert many(text("a"), item).needs == {"vision"}


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (many, "requests"),
        (lambda: many({"content": {"parts": [{"text": "a"}, {"text": "b"}]}}), "requests[0].content.parts"),
        (lambda: many(text("a", title="x"), text("b")), "requests[1]"),
        (lambda: many(text("a", mood=1)), "requests[0].mood"),
        (lambda: one(content={"parts": []}), "content.parts"),
    ],
)
def test_what_has_no_neutral_meaning_is_refused(request_, field):
    """Several parts, differing parameters and unknown fields are refused by their place."""
    module = gemini_embedding if field == "content.parts" else gemini_embeddings
    with pytest.raises(InvalidRequest) as raised:
        module.decode_embed(request_())
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("target", "body", "field"),
    [
        (MANY, {}, "requests"),
        (MANY, {"requests": [{}]}, "requests[0].content"),
        (MANY, {"requests": [{"content": "a"}]}, "requests[0].content"),
        (ONE, {}, "content"),
    ],
)
def test_a_senseless_field_is_named(target, body, field):
    """What admission cannot read is refused, and the field is named."""
    module = gemini_embedding if target == ONE else gemini_embeddings
    with pytest.raises(InvalidRequest) as raised:
        module.decode_request(json.dumps(body).encode(), target)
    assert raised.value.field == field


embeds = st.builds(
    EmbedRequest,
    st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=4).map(tuple),
    st.one_of(st.none(), st.integers(1, 3072)),
    st.one_of(st.none(), st.sampled_from(["RETRIEVAL_QUERY", "CLUSTERING"])),
    st.one_of(st.none(), st.text(min_size=1, max_size=9)),
)


@given(embeds)
def test_requests_go_there_and_back(embed):
    """Texts, dimensions, task and title come back as they were."""
    body, dropped = gemini_embeddings.encode_embed(embed, Outgoing("up"))
    assert dropped == ()
    assert gemini_embeddings.decode_embed(gemini_embeddings.decode_request(body, MANY)) == embed


@given(
    st.lists(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=4).map(tuple), min_size=1, max_size=3),
    st.one_of(st.none(), st.integers(0, 9999).map(Usage)),
)
def test_vectors_go_there_and_back(vectors, usage):
    """Vectors and their usage come back as they were, with the cost where there is a usage."""
    made = Embeddings(tuple(vectors), usage)
    body = gemini_embeddings.encode_embeddings(made, many(text("a")), TAG)
    assert gemini_embeddings.decode_embeddings(body) == made
    assert gemini_embeddings.decode_reply(body).usage == usage
    assert ("cost" in json.loads(body).get("usageMetadata", {})) is (usage is not None)
    body = gemini_embedding.encode_embeddings(Embeddings(made.vectors[:1], usage), one(), TAG)
    assert gemini_embedding.decode_embeddings(body) == Embeddings(made.vectors[:1], usage)


def test_what_the_other_side_cannot_embed():
    """OpenAI has no task of an embedding; Google has no user, which is left out by name."""
    with pytest.raises(Inexpressible):
        openai_embeddings.encode_embed(EmbedRequest(("a",), task="CLUSTERING"), Outgoing("up"))
    _, dropped = gemini_embeddings.encode_embed(EmbedRequest(("a",), user="u7"), Outgoing("up"))
    assert dropped == ("user",)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"error":{"message":"no"}}', b'{"embeddings":5}'])
def test_what_is_no_answer_is_broken(body):
    """A body that has no vectors is a broken reply, never an empty answer."""
    with pytest.raises(BrokenReply):
        gemini_embeddings.decode_reply(body)
