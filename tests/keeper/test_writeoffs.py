"""Point 11 of the money protocol: a person writes off what a lost worker holds."""

import pytest
from sqlalchemy import update

from podium.keeper.ledger import Batch
from podium.keeper.limits import LimitBook
from podium.keeper.writeoffs import SILENT_NS
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.ports.acts import By, WriteOff
from podium.ports.database import incarnations, limit_windows
from podium.ports.link import Returned
from podium.views.holdings import holdings
from tests.keeper.acting import House
from tests.keeper.samples import hello, hold, incarnation, rows, settle
from tests.keeper.test_limits import DAY, ask, snapshot, want


@pytest.fixture
def book(engine, clock, tail, tmp_path):
    """Limits, and two workers of the machine rack-1, beside one of the keeper's own."""
    (tmp_path / "journals" / incarnation(3)).mkdir(parents=True)
    for number, gateway in ((1, "rack-1"), (2, "rack-1"), (3, None)):
        tail.register(hello(number), gateway)
    book = LimitBook(engine, clock)
    book.know(snapshot())
    return book


@pytest.fixture
def house(engine, clock, tmp_path, book):
    return House(engine, clock, tmp_path, limits=book)


def write_off(house, worker, by=None, reason="the machine burned"):
    return house.acts.do(WriteOff(by or By(), worker, reason))


def used(engine):
    (row,) = (row for row in rows(engine, limit_windows) if row["limit_id"] == DAY)
    return row["charged"], row["outstanding"]


def test_what_a_lost_worker_holds_is_charged_and_never_free(engine, clock, book, house):
    """Outstanding becomes charged, with who and why in the chain; what it gives back later adds nothing."""
    (grant,) = ask(book, want(700))
    clock.now_ns += SILENT_NS
    write_off(house, incarnation(1))
    assert used(engine) == (700, 0)
    (told,) = house.told("slices.write_off")
    assert (told["actor"], told["reason"], told["charged"]) == (
        "command line",
        "the machine burned",
        {DAY: 700},
    )
    ask(book, returns=[Returned(grant.slice, 1, 600)])
    batch = Batch(1)
    batch.add_charge(hold(draws=(grant.slice, 100)), settle(cost_nano_usd=90), incarnation(1))
    with engine.begin() as connection:
        book.settle(connection, batch)
    assert used(engine) == (700, 0)
    assert ask(book, want(301), number=2)[0].slice == 0
    with pytest.raises(NotFound, match="holds nothing"):
        write_off(house, incarnation(1))


def test_who_still_answers_is_not_written_off(engine, clock, book, house):
    """A worker that was heard of lately is refused, and the refusal is in the chain; nothing is charged."""
    ask(book, want(700))
    clock.now_ns += SILENT_NS
    house.acts.hearing.heard(incarnation(1))
    clock.now_ns += SILENT_NS - 1
    with pytest.raises(Forbidden, match="still answers"):
        write_off(house, incarnation(1))
    assert used(engine) == (0, 700)
    assert [told["outcome"] for told in house.told("slices.write_off")] == ["refused"]
    clock.now_ns += 1
    write_off(house, incarnation(1))
    assert used(engine) == (700, 0)


def test_a_keeper_that_has_just_begun_knows_of_no_silence(book, house):
    """Before a keeper has listened for a while, everybody may still answer."""
    ask(book, want(700))
    with pytest.raises(Forbidden, match="began itself"):
        write_off(house, incarnation(1))


def test_a_machine_is_written_off_as_a_whole(engine, clock, book, house):
    """By a machine's name all of its workers are, or none while one of them answers; others keep theirs."""
    for number in (1, 2, 3):
        ask(book, want(200), number=number)
    clock.now_ns += SILENT_NS
    house.acts.hearing.heard(incarnation(2))
    with pytest.raises(Forbidden, match="rack-1"):
        write_off(house, "rack-1")
    assert used(engine) == (0, 600)
    clock.now_ns += SILENT_NS
    assert "2 workers of rack-1" in write_off(house, "rack-1").text
    assert used(engine) == (400, 200)
    with engine.connect() as connection:
        held = {one.incarnation: one.held[0] for one in holdings(connection)}
    assert [(one.outstanding, one.written_off) for one in held.values()] == [(200, 0), (0, 200), (0, 200)]
    assert held[incarnation(1)].notes == ["command line: the machine burned"]


def test_what_is_refused(engine, clock, book, house):
    """An admin alone, with a reason, what is there and has not ended."""
    ask(book, want(200))
    clock.now_ns += SILENT_NS
    with pytest.raises(Forbidden):
        write_off(house, incarnation(1), by=house.user("otto", "operator", "approver:acme"))
    with pytest.raises(InvalidRequest):
        write_off(house, incarnation(1), reason=" ")
    with pytest.raises(NotFound, match="no worker and no machine"):
        write_off(house, "rack-2")
    with engine.begin() as connection:
        ended = update(incarnations).where(incarnations.c.id == incarnation(1)).values(end="crashed")
        connection.execute(ended)
    with pytest.raises(NotFound, match="has ended"):
        write_off(house, incarnation(1))
    assert used(engine) == (0, 200)
