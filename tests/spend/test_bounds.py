from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import Request, ServerTool, Usage
from podium.kernel.errors import Unbounded
from podium.kernel.money import EXACT, ceil_nano
from podium.spend import bounds
from podium.spend.bounds import (
    INSTRUCTIONS_TOKENS,
    MIN_SAMPLES,
    WINDOW_SAMPLES,
    Bound,
    Calibrator,
    ModelFacts,
    certain_input_bound,
    decide_bound,
    has_media,
)
from podium.spend.prices import PriceSheet, Rate, Tier, cost

SHEET = PriceSheet(
    input=Rate(Decimal(1000), (Tier(200_000, Decimal(2000)),)),
    output=Rate(Decimal(4000)),
    cache_write_1h=Rate(Decimal(3000)),
    output_audio=Rate(Decimal("9000.5")),
    request_nano_usd=Decimal(7),
)
MODEL = ModelFacts("small", SHEET, 100_000, 4096)


def request(**changes) -> Request:
    fields = {"operation": "chat", "route": "r", "fields": {}, "body_bytes": 1000, "max_output_tokens": 100}
    return Request(**{**fields, **changes})


def model(**changes) -> ModelFacts:
    return msgspec.structs.replace(MODEL, **changes)


def test_hold_takes_the_worst_rate_of_each_side():
    """The hold prices input and output at the worst tier and kind, adds the request, and rounds up."""
    bound = decide_bound(request(), MODEL, 301)
    assert bound == Bound(301, 100, 301 * 3000 + 900_050 + 7, None)


RATES = st.decimals(min_value=0, max_value=10**6, places=9, allow_nan=False, allow_infinity=False)


@given(RATES, RATES, RATES, st.integers(0, 10**7), st.integers(1, 10**7))
def test_whole_numbers_reckon_as_decimals_do(of_input, of_output, of_request, input_tokens, output_tokens):
    """The hold is the exact decimal sum of the worst rates, rounded up once, whatever the prices are."""
    sheet = PriceSheet(input=Rate(of_input), output=Rate(of_output), request_nano_usd=of_request)
    facts = ModelFacts("m", sheet, None, None)
    bound = decide_bound(request(max_output_tokens=output_tokens), facts, input_tokens)
    exact = EXACT.add(EXACT.multiply(of_input, input_tokens), EXACT.multiply(of_output, output_tokens))
    assert bound.hold_nano_usd == ceil_nano(EXACT.add(exact, of_request))


SIZES = st.integers(1, 10**6)


@given(
    RATES, RATES, SIZES, st.none() | SIZES, st.none() | SIZES, st.none() | SIZES, st.integers(1, 3), SIZES,
    st.none() | SIZES,
)  # fmt: skip
def test_usual_requests_are_bounded_as_all_are(
    of_input, of_output, estimate, asked, window, most, choices, extra, ceiling
):
    """What is decided in one go is what is decided step by step."""
    facts = ModelFacts("m", PriceSheet(input=Rate(of_input), output=Rate(of_output)), window, most, ceiling)
    made = request(max_output_tokens=asked, choices=choices, extra_output_tokens=extra)
    if asked is None and most is None and ceiling is None:
        with pytest.raises(Unbounded):
            decide_bound(made, facts, estimate)
    else:
        assert decide_bound(made, facts, estimate) == bounds._decide_bound(made, facts, estimate)


@given(
    st.integers(0, 3000),
    st.integers(0, 100),
    st.data(),
)
def test_no_usage_within_the_bound_costs_more_than_the_hold(input_tokens, output_tokens, data):
    """Whatever kinds of token a usage has, within the bound it does not cost more than the hold."""
    bound = decide_bound(request(), MODEL, 3000)
    written = data.draw(st.integers(0, input_tokens))
    spoken = data.draw(st.integers(0, output_tokens))
    usage = Usage(
        input_tokens,
        output_tokens,
        cache_write_tokens=written,
        cache_write_1h_tokens=data.draw(st.integers(0, written)),
        output_audio_tokens=spoken,
    )
    assert cost(SHEET, usage).nano_usd <= bound.hold_nano_usd


@pytest.mark.parametrize(
    ("asked", "facts", "expected"),
    [
        pytest.param(50, {}, (50, None), id="the client's limit holds and is passed on"),
        pytest.param(9000, {}, (4096, None), id="a model stops at its own limit, whatever was asked"),
        pytest.param(9000, {"max_output_tokens": None}, (9000, None), id="without one the client's holds"),
        pytest.param(None, {}, (4096, 4096), id="the model's limit is set"),
        pytest.param(None, {"context_window_tokens": None}, (4096, 4096), id="without a window too"),
        pytest.param(
            None, {"context_window_tokens": 1000}, (750, 750), id="only what the window leaves is set"
        ),
        pytest.param(None, {"context_window_tokens": 100}, (1, 1), id="at least one token is set"),
    ],
)
def test_output_limit(asked, facts, expected):
    """Output is bounded by the client's limit, else by the model's, which is then put into the request."""
    bound = decide_bound(request(max_output_tokens=asked), model(**facts), 1000)
    assert (bound.output_tokens, bound.set_max_output_tokens) == expected


def test_choices_and_predictions_add_output():
    """Every choice has the whole limit, and a prediction adds what it may be billed."""
    bound = decide_bound(request(choices=3, extra_output_tokens=11), MODEL, 1)
    assert bound.output_tokens == 311


def test_embeddings_have_no_output_and_no_window():
    """An embeddings call has input only, and a window bounds each of its texts, not all of them."""
    it = request(operation="embeddings", max_output_tokens=None, body_bytes=500_000)
    bound = decide_bound(it, model(max_output_tokens=None), 500_000)
    assert (bound.input_tokens, bound.output_tokens, bound.set_max_output_tokens) == (500_000, 0, None)
    assert certain_input_bound(it, MODEL) == 500_000


def test_the_window_bounds_the_input():
    """Text cannot be more tokens than the model's window holds."""
    assert decide_bound(request(), MODEL, 10**9).input_tokens == 100_000
    assert certain_input_bound(request(body_bytes=10**9), MODEL) == 100_000
    assert certain_input_bound(request(), MODEL) == 1000


@pytest.mark.parametrize("need", ["tools", "structured_output"])
def test_instructions_are_allowed_for(need):
    """What providers write before tools and schemas is not in the body, and is held for."""
    it = request(needs=frozenset({need}))
    assert decide_bound(it, MODEL, 500).input_tokens == 500 + INSTRUCTIONS_TOKENS
    assert certain_input_bound(it, MODEL) == 1000 + INSTRUCTIONS_TOKENS


@pytest.mark.parametrize("kind", [{"remote_content": True}, {"needs": frozenset({"vision"})}])
def test_media_are_bounded_by_the_window_alone(kind):
    """An image's bytes say nothing about its tokens: the whole window is held, the limit is not cut."""
    it = request(max_output_tokens=None, **kind)
    assert has_media(it)
    bound = decide_bound(it, MODEL, 5)
    assert (bound.input_tokens, bound.set_max_output_tokens) == (100_000, 4096)
    assert certain_input_bound(it, model(context_window_tokens=None)) is None


@pytest.mark.parametrize(
    ("changes", "facts", "field", "says"),
    [
        pytest.param({}, {"prices": None}, "model", "spec.price of Model small", id="no price"),
        pytest.param(
            {"max_output_tokens": None},
            {"max_output_tokens": None},
            "max_completion_tokens",
            "spec.maxOutputTokens of Model small",
            id="no limit of output",
        ),
        pytest.param(
            {"remote_content": True},
            {"context_window_tokens": None},
            "messages",
            "spec.contextWindowTokens of Model small",
            id="remote content and no window",
        ),
        pytest.param(
            {"unpriced": ("web_search_options",)}, {}, "web_search_options", "Leave it out", id="server tools"
        ),
    ],
)
def test_what_tokens_cannot_bound_needs_a_ceiling(changes, facts, field, says):
    """A call that cannot be bounded is refused with what to do, or holds the declared ceiling."""
    with pytest.raises(Unbounded) as caught:
        decide_bound(request(**changes), model(**facts), 1000)
    assert caught.value.field == field
    assert says in caught.value.fix
    assert "spec.ceilingUsd of Model small" in caught.value.fix
    bound = decide_bound(request(**changes), model(ceiling_nano_usd=5_000_000, **facts), 1000)
    assert bound.hold_nano_usd == 5_000_000


def test_a_ceiling_does_not_lower_a_bound_that_tokens_give():
    """Where tokens bound a call, the ceiling has no say."""
    assert decide_bound(request(), model(ceiling_nano_usd=1), 301) == decide_bound(request(), MODEL, 301)


def test_estimate_starts_certain():
    """Before it has seen enough calls, an estimate is one token a byte."""
    calibrator = Calibrator()
    for _ in range(MIN_SAMPLES - 1):
        calibrator.observe(1000, 250)
    assert calibrator.estimate(1000) == 1000
    calibrator.observe(1000, 250)
    assert calibrator.estimate(1000) < 1000


def test_estimate_has_a_margin():
    """A model that makes a token of four bytes is estimated a quarter above that, and a constant."""
    calibrator = Calibrator()
    for _ in range(40):
        calibrator.observe(10_000, 2500)
    assert 2500 * 1.2 < calibrator.estimate(10_000) < 2500 * 1.3 + 64


def test_estimate_never_passes_the_certain_bound():
    """No estimate is above one token a byte."""
    calibrator = Calibrator()
    for _ in range(40):
        calibrator.observe(1000, 999)
    assert calibrator.estimate(1000) == 1000


def test_estimate_learns_of_hidden_prompts():
    """A provider that counts more tokens than a body has bytes moves the certain bound up by so much."""
    calibrator = Calibrator()
    calibrator.observe(100, 700)
    assert calibrator.estimate(100) == 700


def test_a_passed_estimate_is_mended_at_once():
    """The first call that an estimate did not cover raises the next estimate above it."""
    calibrator = Calibrator()
    for _ in range(30):
        calibrator.observe(10_000, 2500)
    calibrator.observe(10_000, 9000)
    assert calibrator.estimate(10_000) >= 9000


def test_rare_extremes_do_not_rule_for_ever():
    """One call in a hundred with a token a byte does not make every estimate certain again."""
    calibrator = Calibrator()
    for number in range(WINDOW_SAMPLES + MIN_SAMPLES):
        calibrator.observe(10_000, 10_000 if number % 128 == 1 else 2500)
    assert calibrator.estimate(10_000) < 5000


@given(
    st.lists(st.tuples(st.integers(-5, 10**6), st.integers(-5, 10**6)), max_size=100), st.integers(0, 10**7)
)
def test_estimates_are_sane_whatever_was_seen(seen, body_bytes):
    """An estimate is never negative, and nonsense that was observed does not break it."""
    calibrator = Calibrator()
    for body, tokens in seen:
        calibrator.observe(body, tokens)
    assert 0 <= calibrator.estimate(body_bytes) <= body_bytes + 10**6


SEARCH = ServerTool("web_search", "tools.web_search", 3)
PRICED = msgspec.structs.replace(SHEET, tool_uses={"web_search": Decimal(10_000_000)})


def test_uses_of_tools_are_bounded_by_their_number():
    """A tool that may run three times costs three uses, and a window of input for each of four rounds."""
    bound = decide_bound(request(server_tools=(SEARCH,)), model(prices=PRICED), 301)
    assert bound.input_tokens == 4 * 100_000
    assert bound.hold_nano_usd == 400_000 * 3000 + 900_050 + 7 + 3 * 10_000_000


def test_a_ceiling_lowers_the_bound_of_tools():
    """Where both a number of uses and a ceiling bound a call, the lower one is held."""
    ceiled = model(prices=PRICED, ceiling_nano_usd=1_000_000_000)
    assert decide_bound(request(server_tools=(SEARCH,)), ceiled, 301).hold_nano_usd == 1_000_000_000
    higher = model(prices=PRICED, ceiling_nano_usd=10**12)
    assert decide_bound(request(server_tools=(SEARCH,)), higher, 301).hold_nano_usd < 10**12


@pytest.mark.parametrize(
    ("tool", "prices", "words"),
    [
        (msgspec.structs.replace(SEARCH, most_uses=None), PRICED, "Nothing bounds how often web_search runs"),
        (SEARCH, SHEET, "web_search costs is not in any count of tokens.* spec.price.perToolUseUsd"),
    ],
)
def test_tools_that_nothing_bounds_need_a_ceiling(tool, prices, words):
    """A tool without a price or without a bound is refused by its field, unless a ceiling is declared."""
    asked = request(server_tools=(tool,))
    with pytest.raises(Unbounded, match=words) as caught:
        decide_bound(asked, model(prices=prices), 301)
    assert caught.value.field == "tools.web_search"
    ceiled = model(prices=prices, ceiling_nano_usd=5)
    assert decide_bound(asked, ceiled, 301).hold_nano_usd == 5


def test_a_number_of_all_uses_together_is_of_the_dearest():
    """Three calls of any tool are held as three of the dearest, beside what runs with every request."""
    sheet = msgspec.structs.replace(
        SHEET,
        tool_uses={"web_search": Decimal(10_000_000), "file_search": Decimal(2_500_000), "code": Decimal(3)},
    )
    tools = (SEARCH, ServerTool("file_search", "tools[1].type", 3), ServerTool("code", "tools[2].type", 3, 1))
    bound = decide_bound(request(server_tools=tools, most_tool_uses=3), model(prices=sheet), 301)
    assert bound.input_tokens == 4 * 100_000
    assert bound.hold_nano_usd == 400_000 * 3000 + 900_050 + 7 + 3 * 10_000_000 + 3


def test_a_refusal_names_the_clients_own_fields():
    """What is missing is called as the client's format calls it."""
    asked = request(max_output_tokens=None, limit_field="generationConfig.maxOutputTokens")
    with pytest.raises(Unbounded, match="limits the output") as caught:
        decide_bound(asked, model(max_output_tokens=None), 301)
    assert caught.value.field == "generationConfig.maxOutputTokens"
    assert "Send generationConfig.maxOutputTokens," in caught.value.fix
    remote = request(remote_content=True, content_field="contents")
    with pytest.raises(Unbounded) as caught:
        decide_bound(remote, model(context_window_tokens=None), 301)
    assert caught.value.field == "contents"


def test_a_tool_that_nothing_can_bound_says_so():
    """The field that bounds the uses is named where the format has one."""
    for tool, field, fix in (
        (ServerTool("web_search", "tools[0].type", bound_field="max_tool_calls"), "max_tool_calls", "Bound"),
        (ServerTool("web_search", "tools.googleSearch"), "tools.googleSearch", "Leave it out"),
    ):
        with pytest.raises(Unbounded) as caught:
            decide_bound(request(server_tools=(tool,)), model(prices=PRICED), 301)
        assert caught.value.field == field
        assert caught.value.fix.startswith(fix)
