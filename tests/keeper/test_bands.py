"""A limit that comes near its end is told, once a window."""

import pytest

from podium.keeper.limits import LimitBook
from podium.ports.acts import AnswerCase
from podium.ports.database import cases, notices
from tests.keeper.acting import HOUR_NS, House
from tests.keeper.samples import hello, incarnation, rows
from tests.keeper.test_limits import DAY, TASK, ask, snapshot, want


@pytest.fixture
def book(engine, clock, tail, tmp_path):
    (tmp_path / "journals" / incarnation(1)).mkdir(parents=True)
    tail.register(hello(1))
    book = LimitBook(engine, clock)
    book.know(snapshot())
    return book


@pytest.fixture
def house(engine, clock, tmp_path, book):
    return House(engine, clock, tmp_path, limits=book)


def told(engine):
    return [(row["kind"], row["key"].partition("@")[0], row["state"]) for row in rows(engine, cases)]


def test_a_warning_is_told_once_a_window(engine, clock, book, house):
    """At 80% a notice opens and webhooks hear it; further bands, a restart and "seen" open no other one."""
    ask(book, want(790))
    assert told(engine) == []
    (grant,) = ask(book, want(20))
    assert grant.slice
    assert told(engine) == [("budget.warning", DAY, "open")]
    ask(book, want(150))
    (case,) = rows(engine, cases)
    assert (case["title"], case["department"]) == (f"{DAY} is at 80% of its 0.000001 USD", "acme")
    assert case["expires_ns"] - clock.now_ns <= 24 * HOUR_NS
    otto = house.user("otto", "operator")
    answered = house.acts.do(AnswerCase(otto, case["id"], "seen", "")).case
    assert (answered.state, answered.answered_by, answered.reason) == ("answered", "otto", "seen")
    again = LimitBook(engine, clock)
    again.know(snapshot())
    House(engine, clock, house.state, limits=again)
    ask(again, want(30))
    assert told(engine) == [("budget.warning", DAY, "answered")]
    assert [row["event"] for row in rows(engine, notices)] == ["opened"]
    assert house.verdict().fault is None


def test_the_next_window_is_told_of_anew(engine, clock, book, house):
    """A notice ends with its window, without a word to webhooks, and the next window has its own."""
    ask(book, want(900))
    clock.now_ns += 24 * HOUR_NS
    assert house.acts.expire() == 1
    ask(book, want(900))
    assert told(engine) == [("budget.warning", DAY, "expired"), ("budget.warning", DAY, "open")]
    assert [row["event"] for row in rows(engine, notices)] == ["opened", "opened"]


def test_tasks_are_not_told_of(engine, book, house):
    """A task near its end has the header of its answers and a line in the log; nobody is called for each."""
    assert ask(book, want(290, limit=TASK, task="task_1"))[0].band > 0
    assert told(engine) == []


def test_a_grant_that_fails_tells_nothing(engine, book, house):
    """The notice is of the grant's own transaction: without the one there is not the other."""
    on_band = book.on_band

    def fail(connection, at):
        on_band(connection, at)
        raise ZeroDivisionError

    book.on_band = fail
    with pytest.raises(ZeroDivisionError):
        ask(book, want(900))
    assert told(engine) == []
    book.on_band = on_band
    ask(book, want(900))
    assert told(engine) == [("budget.warning", DAY, "open")]
