"""Cost sheets: lines that add up to the ledger, whatever was charged; machines beside it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import Usage
from podium.spend.machines import GpuSample, Interval, MachinePrices, busy_share_us, gpu_busy_us
from podium.spend.prices import PriceSheet, Rate, Tier, cost
from podium.spend.sheets import LEDGER, Called, Charged, Ran, cost_sheet, whole_parts

RATES = st.decimals(0, 20_000, places=6, allow_nan=False)
COUNTS = st.integers(0, 300_000)


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    tiers = draw(st.lists(st.builds(Tier, st.just(200_000), RATES), max_size=1))
    return Rate(draw(RATES), tuple(tiers))


SHEETS = st.builds(
    PriceSheet,
    rates(),
    rates(),
    cache_read=st.none() | rates(),
    cache_write=st.none() | rates(),
    reasoning=st.none() | rates(),
    request_nano_usd=st.sampled_from([Decimal(0), Decimal("0.25"), Decimal(10**7)]),
    tool_uses=st.just({"web_search": Decimal("10000000.5")}),
)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    parts = [draw(COUNTS) for _ in range(8)]
    cached, written, hour, rest, audio, answer, thought, spoken = parts
    searches = draw(st.integers(0, 3))
    return Usage(
        input_tokens=cached + written + hour + rest + audio,
        output_tokens=answer + thought + spoken,
        cache_read_tokens=cached,
        cache_write_tokens=written + hour,
        cache_write_1h_tokens=hour,
        reasoning_tokens=thought,
        input_audio_tokens=audio,
        output_audio_tokens=spoken,
        tool_uses=(("web_search", searches),) if searches else (),
    )


@st.composite
def charges(draw: st.DrawFn) -> Charged:
    """An attempt as settlement charges it: exactly, or with an estimate."""
    sheet, usage = draw(st.none() | SHEETS), draw(st.none() | usages())
    estimated = sheet is None or usage is None or draw(st.booleans())
    if sheet is not None and usage is not None and not estimated:
        amount = int(cost(sheet, usage).nano_usd)
    else:
        amount = draw(st.integers(0, 10**10))
    return Charged(
        task_id="task_1",
        model=draw(st.sampled_from(["large", "small"])),
        operation=draw(st.sampled_from(["chat", "embeddings"])),
        outcome=draw(st.sampled_from(["ok", "broken", "refused"])),
        attempt=draw(st.integers(1, 3)),
        cost_nano_usd=amount,
        estimated=estimated,
        prices=sheet,
        usage=usage,
        corrected_nano_usd=draw(st.sampled_from([0, 0, -5, 7])),
    )


@given(st.lists(charges(), max_size=8))
def test_the_lines_add_up_to_the_ledger(found):
    """Whatever was charged, estimated, retried and corrected: the sections add up to it to the nano-USD."""
    ledger = sum(one.cost_nano_usd + one.corrected_nano_usd for one in found)
    sheet = cost_sheet(found, [], [], ledger_nano_usd=ledger)
    assert sheet.agrees
    assert sheet.lines_nano_usd == ledger
    assert (sheet.total_nano_usd, sheet.unknown) == (ledger, 0)
    assert sheet.attempts == len(found)
    assert sheet.failed_attempts == sum(one.outcome != "ok" for one in found)
    assert sheet.retries == sum(one.attempt > 1 for one in found)
    failed = sum(line.amount_nano_usd for line in sheet.lines if line.section == "failed")
    assert failed == sum(one.cost_nano_usd for one in found if one.outcome != "ok")
    used = [one.usage for one in found if one.usage is not None]
    assert sum(sheet.tokens.values()) == sum(it.input_tokens + it.output_tokens for it in used)


@given(st.lists(st.decimals(0, 10**6, places=8, allow_nan=False), max_size=9))
def test_whole_parts_are_less_than_one_off(exact):
    """Each part is its exact one, rounded down or up, and all add up to the sum rounded up once."""
    total = -int(-sum(exact) // 1)
    found = whole_parts(exact, total)
    assert sum(found) == total
    assert all(abs(part - it) < 1 for part, it in zip(found, exact, strict=True))


def test_unknown_is_never_zero():
    """Without a price or a measurement there is no amount: the line says why, the total leaves it out."""
    priced = MachinePrices(Decimal(10_000), Decimal(100), None)
    ran = [
        Ran("task_1", "coder", priced, Decimal(1_500), 2 * 10**9, 3_000, Decimal(200)),
        Ran("task_1", "tester", priced),
    ]
    called = [
        Called("task_1", "kb/search", Decimal(7)),
        Called("task_1", "mail/send"),
        Called("task_1", "kb/search", Decimal(7)),
    ]
    sheet = cost_sheet([], called, ran, ledger_nano_usd=0)
    found = {
        (line.what, line.kind): (line.quantity, line.amount_nano_usd, line.unknown) for line in sheet.lines
    }
    assert found == {
        ("kb/search", "call"): (2, 14, None),
        ("mail/send", "call"): (1, None, "no price"),
        ("coder", "cpu"): (Decimal("1.5"), 15_000, None),
        ("coder", "memory"): (6, 600, None),
        ("coder", "gpu"): (Decimal("0.2"), None, "no price"),
        **{("tester", kind): (None, None, "not measured") for kind in ("cpu", "memory", "gpu")},
    }
    assert (sheet.ledger_nano_usd, sheet.beside_nano_usd, sheet.total_nano_usd, sheet.unknown) == (
        0,
        15_614,
        15_614,
        5,
    )
    assert all(line.section not in LEDGER for line in sheet.lines)


def test_what_is_said_of_gpu_time():
    """Zero has its reason and costs nothing; what was sampled is an estimate; unknown is not zero."""
    prices = MachinePrices(gpu_second=Decimal(1000))
    ran = [
        Ran("task_1", "safe", prices, gpu_ms=Decimal(0), gpu_how="kept_off"),
        Ran("task_1", "trainer", prices, gpu_ms=Decimal(1500), gpu_how="sampled"),
        Ran("task_1", "open", prices, gpu_how="no_driver"),
        Ran("task_1", "old", prices),
    ]
    sheet = cost_sheet([], [], ran, ledger_nano_usd=0)
    found = {line.what: line for line in sheet.lines if line.kind == "gpu"}
    assert [(found[it].amount_nano_usd, found[it].estimated) for it in ("safe", "trainer")] == [
        (0, False),
        (1500, True),
    ]
    assert found["safe"].remarks == "it had no GPU in its reach"
    assert found["open"].remarks.startswith("not measured: a GPU was in its reach")
    assert found["old"].remarks == "not measured"


SAMPLES = st.lists(
    st.builds(GpuSample, st.integers(0, 1), st.integers(1, 3), st.integers(0, 5000), st.integers(0, 100)),
    max_size=12,
)


@given(SAMPLES, st.integers(1, 2000))
def test_nobody_keeps_a_gpu_busy_for_longer_than_there_was(samples, most_us):
    """Of each GPU a process has at most the time up to its newest sample; none is counted twice."""
    seen = {0: 1000, 1: 1000}
    found = gpu_busy_us(samples, seen, most_us)
    for pid, busy_us in found.items():
        gpus = {it.gpu for it in samples if it.pid == pid}
        assert busy_us <= sum(max(0, seen[gpu] - 1000) for gpu in gpus)
        assert busy_us <= most_us * sum(it.pid == pid for it in samples)
    assert sum(gpu_busy_us(samples, seen, most_us).values()) == 0


def test_busy_time_is_the_samples_share_of_the_time_between():
    """Half busy for 200 µs and fully for 100 µs are 200 µs, on another GPU 40 µs more."""
    samples = [
        GpuSample(0, 7, 300, 50),
        GpuSample(0, 7, 400, 100),
        GpuSample(1, 7, 200, 40),
        GpuSample(0, 8, 400, 1),
    ]
    assert gpu_busy_us(samples, {0: 100, 1: 100}, 1000) == {7: Decimal(240), 8: Decimal(3)}


INTERVALS = st.lists(st.builds(Interval, st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(INTERVALS, INTERVALS)
def test_shares_of_a_server_add_up_to_its_busy_time(mine, others):
    """Nobody has more of a shared server than its own time; all together have the time it was busy."""
    busy = len({at for it in mine + others for at in range(it.start_us, it.end_us)})
    share, rest = busy_share_us(mine, others), busy_share_us(others, mine)
    assert abs(share + rest - busy) < Decimal("1e-20")
    assert share <= sum(max(0, it.end_us - it.start_us) for it in mine)
    alone = len({at for it in mine for at in range(it.start_us, it.end_us)})
    assert busy_share_us(mine, []) == alone
