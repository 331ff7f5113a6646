"""The book of shares: what workers are given of limits of rate."""

from podium.keeper.shares import UNHEARD_NS, ShareBook
from podium.spend.rates import Claim

SECOND = 1_000_000_000


def claim(*, used: int = 0, want: int = 0, held: int = 0, kind: str = "requests") -> Claim:
    return Claim(f"agent/a/{kind}", 10, used, want, held)


def test_a_worker_alone_gets_all() -> None:
    """What nobody else uses goes to who asks, and is forgotten when it is given back."""
    book = ShareBook((), 0)
    assert book.answer("w1", [claim(want=1)], 0) == ((10,), False)
    assert book.answer("w1", [claim(held=10)], 0) == ((0,), False)
    assert book.answer("w1", [claim()], 0) == ((0,), False)
    assert book._parts == {}


def test_a_second_worker_gets_its_part_when_the_first_has_let_go() -> None:
    """A share shrinks first and grows elsewhere after it was heard."""
    book = ShareBook((), 0)
    assert book.answer("w1", [claim(want=1)], 0) == ((10,), False)
    assert book.answer("w2", [claim(want=4)], 0) == ((0,), True)
    ((share,), contended) = book.answer("w1", [claim(used=1, held=10)], 0)
    assert contended
    assert book.answer("w2", [claim(want=4)], 0) == ((0,), True)
    book.answer("w1", [claim(used=1, held=share)], 0)
    ((given,), contended) = book.answer("w2", [claim(want=4)], 0)
    assert not contended
    assert 4 <= given <= 10 - share


def test_what_a_dead_worker_used_counts_for_a_minute() -> None:
    """Requests of a dead worker stay used until they are a minute old; its calls under way have ended."""
    book = ShareBook((), 0)
    book.answer("w1", [claim(used=0, want=8), claim(want=8, kind="concurrency")], 0)
    book.ended("w1", 5 * SECOND)
    asked = [claim(want=3), claim(want=3, kind="concurrency")]
    assert book.answer("w2", asked, 6 * SECOND) == ((0, 10), True)
    assert book.answer("w2", asked, 67 * SECOND) == ((10, 10), False)


def test_a_new_keeper_first_hears_the_workers_that_it_finds() -> None:
    """Until all of them have told what they hold, each keeps what it has and gets no more."""
    book = ShareBook(("w1", "w2"), 0)
    assert book.answer("w1", [claim(used=2, want=5, held=4)], 1) == ((4,), True)
    assert book.answer("w2", [claim(used=1, held=3)], 2)[0] == (2,)
    assert book.answer("w1", [claim(used=2, want=5, held=4)], 3) == ((7,), False)
    silent = ShareBook(("w1", "w2"), 0)
    assert silent.answer("w1", [claim(want=5)], 1) == ((0,), True)
    assert silent.answer("w1", [claim(want=5)], UNHEARD_NS) == ((10,), False)
