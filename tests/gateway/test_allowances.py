"""A provider's own limits are kept before it refuses."""

import asyncio
from pathlib import Path

import openai
import pytest

from podium.gateway.allowances import Allowances, Flight
from podium.spend.bounds import Bound
from podium.wire.limit_headers import Remaining
from tests.gateway.house import House, house
from tests.gateway.quota import Quota, Style

HI = [{"role": "user", "content": "hi"}]
KEY = ("sim", "gpt-sim-large")
CALL = Bound(100, 400, 1, None)


class Clock:
    """Stands still, but for whoever sets it."""

    now_ns = 10_000_000_000

    def monotonic_ns(self) -> int:
        """Return what it was set to."""
        return self.now_ns

    def wall_ns(self) -> int:
        """Return the same."""
        return self.now_ns

    def after(self, seconds: float) -> None:
        """Let so much go by."""
        self.now_ns += int(seconds * 1e9)


class Book(Allowances):
    """What a worker knows, with a clock that the test sets."""

    def __init__(self, workers: int = 1) -> None:
        self.clock = Clock()
        super().__init__(self.clock)
        self.workers = lambda: workers

    def goes(self) -> Flight | None:
        """Send a call, if there is room."""
        return None if self.wait_ns(KEY, CALL) else self.begin(KEY, CALL)

    def told(
        self, left: int, *, limit: int | None = 60, reset_s: float = 30.25, kind: str = "requests"
    ) -> None:
        """Have a call's answer tell what is left."""
        self.answer(self.begin(KEY, CALL), left, limit=limit, reset_s=reset_s, kind=kind)

    def answer(
        self,
        flight: Flight | None,
        left: int,
        *,
        limit: int | None = 60,
        reset_s: float = 30.25,
        kind: str = "requests",
        refills: bool = False,
    ) -> None:
        """Have the answer of a call under way tell what is left."""
        assert flight is not None
        self.landed(flight, [Remaining(kind, left, reset_s, limit, refills)], flight.began_ns)


async def call(it: House, **more: object) -> str:
    """Return what became of a call."""
    try:
        await it.client.chat.completions.create(model="big", messages=HI, max_tokens=4, **more)  # type: ignore[call-overload]
    except openai.RateLimitError as error:
        return str(error.code)
    return "ok"


def keep(it: House, quota: Quota) -> Quota:
    """Put a limit before the simulated provider."""
    it.sim.server.handler = quota
    return quota


@pytest.mark.parametrize("style", ["openai", "anthropic", "standard", "old", "plain"])
async def test_no_call_is_refused_by_a_provider_that_has_told(tmp_path: Path, style: Style) -> None:
    """64 clients at a limit of 40: all that is left is used, and nothing is sent that it would refuse."""
    async with house(tmp_path) as it:
        quota = keep(it, Quota(style, 40, 60))
        assert await call(it) == "ok"
        got = await asyncio.gather(*[call(it) for _ in range(64)])
        assert quota.refused == 0
        assert (got.count("ok"), got.count("rate_limited")) == (39, 25)
        assert len(it.holds()) == 40


async def test_those_under_way_when_it_is_told_count(tmp_path: Path) -> None:
    """Calls that went by the lane while there was plenty are counted when little is left."""
    async with house(tmp_path) as it:
        quota = keep(it, Quota("standard", 2000, 60))
        await asyncio.gather(*[call(it) for _ in range(20)])
        quota.left, quota.way_s = 30, 0.3
        slow = [asyncio.create_task(call(it)) for _ in range(19)]
        while quota.came < 39:
            await asyncio.sleep(0.002)
        quota.way_s = 0
        await call(it)
        got = await asyncio.gather(*slow, *[call(it) for _ in range(30)])
        assert quota.refused == 0
        assert got.count("ok") == 29


@pytest.mark.parametrize(("style", "refused"), [("standard", 0), ("openai", 1)])
async def test_a_window_that_is_there_again_is_used_again(tmp_path: Path, style: Style, refused: int) -> None:
    """Calls that wait for the reset do not all go at once into the next window: it takes 10 of them.

    By OpenAI's words its limits fill all the time; one refusal shows that this one does not.
    """
    async with house(tmp_path) as it:
        quota = keep(it, Quota(style, 10, 0.4))
        await call(it)
        got = await asyncio.gather(*[call(it) for _ in range(40)])
        await asyncio.gather(*[call(it) for _ in range(40)])
        assert quota.refused <= refused
        assert got.count("ok") > 10


async def test_tokens_are_counted(tmp_path: Path) -> None:
    """Of a limit of tokens a call takes what it may use at most, while nobody knows better."""
    async with house(tmp_path) as it:
        quota = keep(it, Quota("openai", 100, 60, tokens=True))
        assert await call(it) == "ok"
        got = [await call(it) for _ in range(30)]
        assert quota.refused == 0
        assert got.count("ok") >= 15


async def test_what_fills_again_is_used_as_it_does(tmp_path: Path) -> None:
    """A bucket's calls go on one by one, long before its reset."""
    async with house(tmp_path) as it:
        quota = keep(it, Quota("openai", 20, 2, bucket=True))
        await call(it)
        got = await asyncio.gather(*[call(it) for _ in range(29)])
        assert quota.refused == 0
        assert got.count("ok") > 20


def test_answers_that_overtake_each_other() -> None:
    """The least that is told by those under way holds, until one tells that was sent behind them."""
    book = Book()
    book.told(10)
    early, late = book.goes(), book.goes()
    book.clock.after(0.1)
    book.answer(late, 3)
    book.clock.after(0.1)
    book.answer(early, 9)
    flights = [book.goes() for _ in range(4)]
    assert flights[2] is not None
    assert flights[3] is None
    book.clock.after(0.1)
    for flight in flights[:3]:
        book.answer(flight, 5)
    assert len([one for _ in range(9) if (one := book.goes())]) == 3
    book.clock.after(0.1)


def test_a_call_that_takes_long_is_counted_where_it_was_told() -> None:
    """What was under way long before an answer's own call was sent is in what it tells."""
    book = Book()
    slow = [book.begin(KEY, CALL) for _ in range(20)]
    book.clock.after(3)
    book.told(5)
    assert len([one for _ in range(9) if (one := book.goes())]) == 5
    assert slow


def test_a_call_that_nothing_was_heard_of_counts() -> None:
    """Its connection broke: it may have been counted. One that was never sent was not."""
    book = Book()
    book.told(2)
    for sent in (False, True):
        flight = book.goes()
        assert flight is not None
        flight.end(sent=sent)
    assert book.goes() is not None
    assert book.goes() is None


def test_after_the_reset_one_call_goes_ahead() -> None:
    """What is there again is known by its answer: the reset may have been rounded, or the limit another."""
    book = Book()
    book.told(0, reset_s=30.0)
    book.clock.after(30.5)
    assert book.goes() is None  # whole seconds may have been rounded down
    book.clock.after(0.6)
    first = book.goes()
    assert first is not None
    assert book.goes() is None
    book.answer(first, 59)
    assert len([one for _ in range(80) if (one := book.goes())]) == 59


def test_each_worker_takes_its_part() -> None:
    """Three workers that are told of 10 send 9 together; one that heard nothing of late sends one first."""
    books = [Book(workers=3) for _ in range(3)]
    for book in books:
        book.told(10)
    assert [len([one for _ in range(9) if (one := book.goes())]) for book in books] == [3, 3, 3]
    book = Book(workers=2)
    book.told(10)
    book.clock.after(1.5)
    assert book.goes() is not None
    assert book.goes() is None


def test_what_is_plenty_is_not_counted() -> None:
    """Nothing is kept of a limit of which much is left, or which is told no more."""
    book = Book()
    book.told(1000, limit=2000)
    assert not book.limits
    book.told(999, limit=2000)
    assert book.limits
    book.told(1999, limit=2000)
    assert not book.limits
    book.told(5)
    book.clock.after(32)
    book.landed(book.begin(KEY, CALL), (), book.clock.now_ns)
    assert not book.limits


def test_tokens_count_as_the_provider_counts_them() -> None:
    """A provider that has counted 50 tokens of a call that may use 500 does not count its bound."""
    book = Book()
    book.told(950, limit=1000, kind="tokens")
    assert len([one for _ in range(30) if (one := book.goes())]) > 5


def test_a_call_that_is_larger_than_the_limit_is_the_providers() -> None:
    """It goes by itself when all is there: waiting makes no room for it."""
    book = Book()
    book.told(0, limit=300, kind="tokens", reset_s=1.25)
    assert book.goes() is None
    book.clock.after(2)
    assert book.goes() is not None
    assert book.goes() is None


def test_what_a_refusal_disproves_is_not_believed_again() -> None:
    """A limit that is said to fill again all the time, and then refuses, is used up until its reset."""
    book = Book()
    book.answer(book.begin(KEY, CALL), 0, reset_s=60.25, refills=True)
    book.clock.after(1.2)
    flight = book.goes()
    assert flight is not None
    book.landed(flight, (), flight.began_ns)
    book.refused(KEY)
    book.clock.after(10)
    assert book.goes() is None
