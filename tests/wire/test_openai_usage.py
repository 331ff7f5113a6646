import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import TOKEN_FIELDS, CostTag, Usage
from podium.kernel.money import usd_text
from podium.wire.openai_usage import decode_usage, tag_usage


def read(usage: object, **options) -> Usage | None:
    return decode_usage(json.dumps(usage).encode(), **options)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param(
            {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}, Usage(5, 3), id="plain"
        ),
        pytest.param({"prompt_tokens": 0, "completion_tokens": 0}, Usage(0, 0), id="zero stays zero"),
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "total_tokens": 150,
                "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 20},
                "completion_tokens_details": {
                    "reasoning_tokens": 30,
                    "audio_tokens": 5,
                    "accepted_prediction_tokens": 1,
                },
            },
            Usage(100, 50, 64, reasoning_tokens=30, input_audio_tokens=20, output_audio_tokens=5),
            id="OpenAI",
        ),
        pytest.param(
            {"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": None},
            Usage(9, 1),
            id="nulls",
        ),
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "prompt_cache_hit_tokens": 64,
                "prompt_cache_miss_tokens": 36,
            },
            Usage(100, 50, 64),
            id="DeepSeek",
        ),
        pytest.param(
            {"prompt_tokens": 100, "completion_tokens": 50, "cached_tokens": 64},
            Usage(100, 50, 64),
            id="Moonshot",
        ),
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 90},
                "cost": 0.1,
            },
            Usage(100, 50, 0, 90),
            id="OpenRouter",
        ),
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "cache_creation_input_tokens": 60,
                "cache_read_input_tokens": 30,
                "prompt_tokens_details": {
                    "cached_tokens": 30,
                    "cache_creation_token_details": {
                        "ephemeral_5m_input_tokens": 20,
                        "ephemeral_1h_input_tokens": 40,
                    },
                },
            },
            Usage(100, 50, 30, 60, 40),
            id="LiteLLM",
        ),
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 40},
            },
            Usage(100, 50, 0, 60, 40),
            id="writes only by how long they live",
        ),
        pytest.param(
            {
                "prompt_tokens": 12,
                "completion_tokens": 1,
                "total_tokens": 399,
                "completion_tokens_details": {"reasoning_tokens": 386},
            },
            Usage(12, 387, reasoning_tokens=386),
            id="xAI counts reasoning beside the completion",
        ),
        pytest.param(
            {"prompt_tokens": 20, "completion_tokens": 198, "total_tokens": 623},
            Usage(20, 603),
            id="Google counts thoughts only in the total",
        ),
        pytest.param({"prompt_tokens": 20, "total_tokens": 29}, Usage(20, 9), id="output only by the total"),
        pytest.param(
            {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 0},
            Usage(5, 3),
            id="a total of nothing",
        ),
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 1,
                "prompt_tokens_details": {"cached_tokens": 80, "audio_tokens": 50},
            },
            Usage(100, 1, 80, input_audio_tokens=50, cache_audio_read_tokens=30),
            id="parts that overlap do so by as little as they must",
        ),
    ],
)
def test_usage_of_many_servers(usage, expected):
    """Usage is read in OpenAI's shape and in the variants that compatible servers give."""
    assert read(usage) == expected


@pytest.mark.parametrize(
    "usage",
    [
        {},
        None,
        [],
        "x",
        {"prompt_tokens": 5},
        {"prompt_tokens": None, "completion_tokens": 3},
        {"prompt_tokens": -5, "completion_tokens": 3},
        {"prompt_tokens": 5, "completion_tokens": -3},
        {"prompt_tokens": 5, "completion_tokens": 1.5},
        {"prompt_tokens": True, "completion_tokens": 1},
        {"prompt_tokens": 10**15, "completion_tokens": 1},
        {"prompt_tokens": 5, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 6}},
        {"prompt_tokens": 5, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": -1}},
        {"prompt_tokens": 5, "completion_tokens": 3, "completion_tokens_details": {"reasoning_tokens": 4}},
        {
            "prompt_tokens": 5,
            "completion_tokens": 3,
            "completion_tokens_details": {"reasoning_tokens": 2, "audio_tokens": 2},
        },
        {
            "prompt_tokens": 50,
            "completion_tokens": 3,
            "prompt_tokens_details": {
                "cache_write_tokens": 3,
                "cache_creation_token_details": {"ephemeral_1h_input_tokens": 4},
            },
        },
    ],
)
def test_nonsense_is_no_usage(usage):
    """Negative counts, parts above their total and counts that are no integers are no usage."""
    assert read(usage) is None


def test_embeddings_need_no_output():
    """An embeddings usage has no completion tokens, and its total is its input."""
    assert read({"prompt_tokens": 7, "total_tokens": 7}, has_output=False) == Usage(7, 0)
    assert read({"prompt_tokens": 7}, has_output=False) == Usage(7, 0)


@given(
    st.dictionaries(
        st.sampled_from(
            ["prompt_tokens", "completion_tokens", "total_tokens", "prompt_cache_hit_tokens", "cached_tokens"]
        ),
        st.none() | st.integers(-10, 10**7) | st.floats(allow_nan=False) | st.text(max_size=3),
    )
)
def test_a_usage_is_never_negative(usage):
    """Whatever a provider sends, counts are not negative and parts are not above their totals."""
    got = read(usage)
    if got is not None:
        assert min(getattr(got, name) for name in TOKEN_FIELDS) >= 0
        assert got.cache_read_tokens <= got.input_tokens


@given(st.integers(0, 10**18))
def test_cost_is_the_exact_decimal(nano_usd):
    """``usage.cost`` is a JSON number whose text is the exact amount in USD."""
    tagged = tag_usage(b'{"prompt_tokens":1,"cost":0.5,"x":1.50}', CostTag(nano_usd, usd_text(nano_usd)))
    fields = msgspec.json.decode(tagged, type=dict[str, msgspec.Raw])
    whole, _, decimals = bytes(fields["cost"]).decode().partition(".")
    assert int(whole) * 10**9 + int(decimals.ljust(9, "0")) == nano_usd
    details = msgspec.json.decode(fields["cost_details"], type=dict[str, msgspec.Raw])
    assert details["upstream_inference_cost"] == fields["cost"]
    assert (bytes(details["nano_usd"]), bytes(details["estimated"])) == (b"%d" % nano_usd, b"false")
    assert bytes(fields["x"]) == b"1.50"


@pytest.mark.parametrize(
    ("fields", "uses"),
    [
        ({"server_tool_use": {"web_search_requests": 3}}, (("web_search", 3),)),  # OpenRouter
        ({"num_search_queries": 28}, (("web_search", 28),)),  # Perplexity, sonar-deep-research
        ({"num_search_queries": 0, "server_tool_use": {}}, ()),
        ({"server_tool_use": None}, ()),
    ],
)
def test_searches_that_a_usage_counts(fields, uses):
    """Servers that count their searches in the usage are believed; a negative count makes no sense."""
    counts = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
    assert decode_usage(json.dumps({**counts, **fields}).encode()) == Usage(10, 2, tool_uses=uses)
    assert decode_usage(json.dumps({**counts, "num_search_queries": -1}).encode()) is None
