"""What limits keep, and for how long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select

from podium.gateway.identity import implicit_task
from podium.keeper import retention as retention_module
from podium.keeper.ledger import Batch, Ending
from podium.keeper.limits import LimitBook
from podium.keeper.retention import KEEP_NS, Retention
from podium.ports.database import incarnations, limit_windows, metadata, slices, task_identities
from podium.ports.link import Draw, Returned
from podium.spend.limits import run_limit
from tests.keeper.samples import NOW_NS, HandClock, hold, incarnation, rows, settle
from tests.keeper.test_limits import DAY_NS, TASK, ask, settled, snapshot, want

HOUR_NS = 3_600_000_000_000


@pytest.fixture
def book(engine, clock):
    book = LimitBook(engine, clock)
    book.know(snapshot())
    with engine.begin() as connection:
        for number in (1, 2):
            connection.execute(
                insert(incarnations).values(
                    id=incarnation(number), worker="w", pid=1, boot_id="b", started_ns=0, segment=1, offset=0
                )
            )
    return book


@pytest.fixture
def tidy(engine, clock):
    retention = Retention(engine, clock)

    def all_of_it():
        while retention.step():
            pass
        return len(rows(engine, slices)), len(rows(engine, limit_windows))

    return all_of_it


def test_what_is_over_goes_when_no_bill_can_come(engine, book, clock, tidy):
    """Reclaimed slices and their window stay for a quarter and some days, and are gone then."""
    ask(book, want(500))
    ask(book, want(100), number=2)
    settled(engine, book, endings=[Ending(incarnation(1), "crashed", NOW_NS)])
    clock.now_ns += DAY_NS
    ask(book, want(10), number=2, returns=[Returned(2, 1, 100)])
    clock.now_ns += KEEP_NS - 2 * DAY_NS
    assert tidy() == (3, 2)
    clock.now_ns += 2 * DAY_NS
    assert tidy() == (1, 1)
    ask(book, number=2, returns=[Returned(2, 2, 100)])
    assert tidy() == (1, 1)


@pytest.mark.parametrize("why", ["held", "written off", "unattributed"])
def test_what_somebody_may_refer_to_stays(engine, book, clock, tidy, why):
    """What is held, charged ahead of a journal or unattributed stays, however long its window is over."""
    (grant,) = ask(book, want(500))
    if why == "written off":
        with engine.begin() as connection:
            book.write_off(connection, incarnation(1), "ada: gone")
    if why == "unattributed":
        settled(engine, book, endings=[Ending(incarnation(1), "crashed", NOW_NS, lost=True)])
    clock.now_ns += DAY_NS
    ask(book, want(10), number=2)
    clock.now_ns += 9 * KEEP_NS
    before = rows(engine, limit_windows)
    assert tidy()[0] == 2
    assert [row for row in rows(engine, limit_windows) if row["id"].endswith(grant.window)] == before[:1]


def test_a_number_is_never_given_twice(engine, book, clock, tidy):
    """The newest slice stays, so that what a charge drew on is never another one's."""
    (first,) = ask(book, want(500))
    settled(engine, book, endings=[Ending(incarnation(1), "crashed", NOW_NS)])
    clock.now_ns += DAY_NS + KEEP_NS + 1
    assert tidy() == (1, 1)
    (later,) = ask(book, want(500), number=2)
    assert later.slice > first.slice
    assert tidy() == (1, 1)


def test_a_tasks_window_goes_when_the_task_cannot_go_on(engine, book, clock, tidy):
    """An hour's task is over; a session's never is, and a task with tokens, and the budget of a run, when
    these have expired."""
    hour = implicit_task("triage", None, NOW_NS // HOUR_NS)
    session = implicit_task("triage", "s", 0)
    own = implicit_task("own", None, NOW_NS // HOUR_NS)
    values = dict.fromkeys(("agent", "department", "sub", "root_id", "details", "state"), own)
    moments = dict.fromkeys(("started_ns", "until_ns", "token_until_ns", "changed_ns"), NOW_NS + KEEP_NS)
    with engine.begin() as connection:
        connection.execute(insert(task_identities).values(task_id="task_child", **values, **moments))
    book.run_budget, budget = lambda _: 1000, run_limit(own, 1000).id
    ask(book, *(want(100, limit=TASK, task=task) for task in (hour, session, own, "task_1")))
    ask(book, want(100, limit=budget))
    settled(engine, book, endings=[Ending(incarnation(1), "crashed", NOW_NS)])
    ask(book, want(1), number=2)
    clock.now_ns += KEEP_NS + 2 * HOUR_NS
    tidy()
    left = {name for row in rows(engine, limit_windows) for name in (row["window_key"], row["limit_id"])}
    assert {session, own, "task_1", budget} < left
    assert hour not in left
    clock.now_ns += KEEP_NS
    tidy()
    left = {name for row in rows(engine, limit_windows) for name in (row["window_key"], row["limit_id"])}
    assert left.isdisjoint({own, budget})


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "spend", "return", "end", "write off", "day", "long"]),
        st.integers(1, 2),
        st.integers(0, 300),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(EVENTS)
def test_forgetting_changes_no_money(events):
    """Whatever happens: every window that is still there, and each grant, is as if nothing were forgotten."""
    assert _played(events, forgets=True) == _played(events, forgets=False)


def _played(events, *, forgets):
    engine, clock = create_engine("sqlite://"), HandClock()
    metadata.create_all(engine)
    book, retention = LimitBook(engine, clock), Retention(engine, clock)
    book.know(snapshot())
    with engine.begin() as connection:
        for number in (1, 2):
            connection.execute(
                insert(incarnations).values(
                    id=incarnation(number), worker="w", pid=1, boot_id="b", started_ns=0, segment=1, offset=0
                )
            )
    told, held = [], {1: {}, 2: {}}
    for turn, (what, number, amount) in enumerate(events):
        _event(engine, book, clock, held[number], (what, number, amount, turn), told)
        if forgets:
            while retention.step():
                pass
    with engine.connect() as connection:
        now = connection.execute(select(limit_windows).where(limit_windows.c.ends_ns > clock.now_ns)).all()
    engine.dispose()
    return told, [tuple(row) for row in now]


def _event(engine, book, clock, held, event, told):
    what, number, amount, turn = event
    if what == "ask":
        (grant,) = ask(book, want(amount), number=number)
        told.append(grant)
        if grant.slice:
            held[grant.slice] = held.get(grant.slice, 0) + amount
    elif what == "day":
        clock.now_ns += DAY_NS
    elif what == "long":
        clock.now_ns += KEEP_NS
    elif what == "end":
        settled(engine, book, endings=[Ending(incarnation(number), "crashed", clock.now_ns)])
    elif what == "write off":
        with engine.begin() as connection:
            told.append(book.write_off(connection, incarnation(number), "ada"))
    elif held:
        picked = sorted(held)[amount % len(held)]
        part = min(amount, held[picked])
        if what == "return":
            book.draw([Draw(incarnation(number), (), (Returned(picked, turn, part),))])
        else:
            batch = Batch(1)
            pair = hold(turn, draws=(picked, part)), settle(turn, cost_nano_usd=part)
            batch.add_charge(*pair, incarnation(number))
            with engine.begin() as connection:
                book.settle(connection, batch)
            held[picked] -= part


def test_it_looks_once_an_hour(engine, book, clock, monkeypatch):
    """A look that finds no more is not made again for an hour; a long one goes on at once."""
    retention, looks = Retention(engine, clock), []
    monkeypatch.setattr(retention, "step", lambda: looks.append(1) or len(looks) < 3)
    for _ in range(5):
        retention.tidy()
    assert len(looks) == 3
    clock.now_ns += retention_module.EVERY_NS
    retention.tidy()
    assert len(looks) == 4
