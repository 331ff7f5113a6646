"""The authority of limits, on a real database."""

import pytest

from podium.keeper.ledger import Batch, Ending
from podium.keeper.limits import LimitBook
from podium.kernel.call import Usage
from podium.kernel.errors import InvalidRequest, NotFound
from podium.manifest.snapshot import AgentRow, DepartmentRow, Snapshot
from podium.ports.acts import WrittenOff
from podium.ports.database import charges, limit_windows, slices
from podium.ports.link import Draw, Returned, Want
from podium.spend.limits import Limit
from tests.keeper.samples import NOW_NS, hello, hold, incarnation, rows, settle

DAY = "department/acme/usd/day"
ALWAYS = "department/acme/usd/always"
TASK = "agent/triage/usd/task"
DAY_NS = 86_400_000_000_000


def snapshot(amount: int = 1000, **changes) -> Snapshot:
    day = Limit(DAY, "department/acme", "usd", amount, "day", **changes)
    task = Limit(TASK, "agent/triage", "usd", 300, "task")
    agent = AgentRow("triage", "acme", "acme", frozenset(), limits=(task,))
    acme = DepartmentRow("acme", None, "acme", limits=(day,))
    return Snapshot(1, "d", "acme", {}, {}, {}, {"acme": acme}, {"triage": agent})


@pytest.fixture
def book(engine, clock, tail, tmp_path):
    for number in (1, 2):
        (tmp_path / "journals" / incarnation(number)).mkdir(parents=True)
        tail.register(hello(number))
    book = LimitBook(engine, clock)
    book.know(snapshot())
    return book


def want(need, more=0, limit=DAY, last_band=3, task=None):
    return Want(limit, need, more, last_band, task)


def ask(book, *wants, number=1, returns=()):
    return book.draw([Draw(incarnation(number), tuple(wants), tuple(returns))])[0].grants


def window(engine, limit=DAY):
    return next(row for row in rows(engine, limit_windows) if row["limit_id"] == limit)


def settled(engine, book, *pairs, endings=()):
    """Have the tail's transaction take in holds and settlements of the first incarnation."""
    batch = Batch(1)
    for held, ended in pairs:
        batch.add_charge(held, ended, incarnation(1))
    batch.endings = list(endings)
    with engine.begin() as connection:
        book.settle(connection, batch)
    return batch


def test_no_grant_passes_the_amount(engine, book):
    """Point 1: charged and outstanding together never pass the amount, whoever asks."""
    for number in (1, 2, 1, 2, 1, 2):
        ask(book, want(190), number=number)
    assert window(engine)["outstanding"] == 950
    (grant,) = ask(book, want(60))
    assert (grant.slice, grant.left) == (0, 1000)
    assert ask(book, want(50))[0].slice


def test_a_grant_is_durable_before_it_is_known(engine, book):
    """Point 2: what the answer says is in the database, with incarnation, window and band."""
    (grant,) = ask(book, want(90, 95))
    (row,) = rows(engine, slices)
    assert (row["id"], row["incarnation"], row["band"]) == (grant.slice, incarnation(1), 0)
    assert row["window_id"] == f"{DAY}@{grant.window}"
    assert (row["granted"], grant.granted) == (95, 95)


def test_a_slice_never_crosses_a_band(engine, book):
    """Point 2: where a band ends another slice begins, and rungs that may not have it get none."""
    assert ask(book, want(790))[0].band == 0
    later, none = ask(book, want(20), want(91, last_band=1))
    assert (later.band, none.slice, none.left) == (1, 0, 900)
    assert {row["band"] for row in rows(engine, slices)} == {0, 1}
    assert window(engine)["band"] == 1


def test_windows_are_picked_by_the_authoritys_clock(engine, book, clock):
    """Point 10: the answer says which window, and for how long; the next day is another one."""
    (grant,) = ask(book, want(900))
    assert 0 < grant.ends_in_ns <= DAY_NS
    clock.now_ns += grant.ends_in_ns
    (other,) = ask(book, want(900))
    assert other.slice not in (0, grant.slice)
    assert other.window != grant.window


def test_a_return_credits_its_own_window_once(engine, book, clock):
    """Point 10: by slice and sequence; a repeated or late word changes nothing, whatever day it is."""
    (grant,) = ask(book, want(900))
    clock.now_ns += DAY_NS
    back = Returned(grant.slice, 1, 400)
    for _ in range(2):
        ask(book, returns=[back])
        assert window(engine)["outstanding"] == 500
    ask(book, returns=[Returned(grant.slice, 2, 600)])
    ask(book, returns=[back])
    assert window(engine)["outstanding"] == 300


def test_nobody_returns_what_it_has_not(engine, book):
    """Doubt never creates money: a return of more than there is, or of another's slice, is not credited."""
    (grant,) = ask(book, want(100))
    ask(book, returns=[Returned(grant.slice, 1, 101)])
    ask(book, returns=[Returned(grant.slice, 1, 50)], number=2)
    ask(book, returns=[Returned(77, 1, 50)])
    assert window(engine)["outstanding"] == 100


def test_a_settlement_charges_the_window_that_its_hold_pinned(engine, book, clock):
    """Point 6: the truth goes to the slice's window, from outstanding to charged."""
    (grant,) = ask(book, want(500))
    clock.now_ns += DAY_NS
    settled(engine, book, (hold(draws=(grant.slice, 200)), settle(cost_nano_usd=150, usage=Usage(1, 1))))
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (150, 350)


def test_an_overrun_charges_the_truth(engine, book):
    """Point 8: what is above the hold is charged, though the limit is passed by it."""
    (grant,) = ask(book, want(700))
    settled(engine, book, (hold(draws=(grant.slice, 700)), settle(cost_nano_usd=1100, overrun=True)))
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (1100, 0)
    assert ask(book, want(0))[0].slice == 0


def test_a_grant_behind_an_overrun_is_one(engine, book):
    """Point 8: what was spent beyond a slice is not taken from what is granted next."""
    (grant,) = ask(book, want(100))
    settled(engine, book, (hold(draws=(grant.slice, 100)), settle(cost_nano_usd=150, overrun=True)))
    (more,) = ask(book, want(40))
    assert more.granted - grant.granted == 90
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (150, 40)
    settled(engine, book, endings=[Ending(incarnation(1), "crashed", NOW_NS)])
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (150, 0)


def test_slices_are_reclaimed_on_proof_of_death_only(engine, book):
    """Point 11: what a dead worker has not spent comes back once its journal was read, not before."""
    (grant,) = ask(book, want(700))
    assert ask(book, want(400), number=2)[0].slice == 0
    pair = hold(draws=(grant.slice, 200)), settle(cost_nano_usd=200, estimated=True)
    settled(engine, book, pair, endings=[Ending(incarnation(1), "crashed", NOW_NS)])
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (200, 0)
    assert ask(book, want(400), number=2)[0].slice


def test_the_dead_get_nothing(engine, book, tail):
    """Point 11: a question of an incarnation that has ended is granted nothing."""
    with engine.begin() as connection:
        tail._ledger.write(connection, Batch(1, endings=[Ending(incarnation(1), "crashed", NOW_NS)]))
    assert ask(book, want(10))[0].slice == 0
    assert rows(engine, slices) == []


def test_what_a_host_crash_has_lost_is_charged_unattributed(engine, book):
    """Point 12: all that is left of its slices, and one row of the ledger says how much of it is money."""
    ask(book, want(700), want(600, limit=ALWAYS))
    batch = settled(engine, book, endings=[Ending(incarnation(1), "crashed", NOW_NS, lost=True)])
    row = window(engine)
    assert (row["charged"], row["outstanding"], row["unattributed"]) == (700, 0, 700)
    (charge,) = [dict(zip(charges.columns.keys(), row, strict=True)) for row in batch.charges]
    assert (charge["cost_nano_usd"], charge["unattributed"], charge["estimated"]) == (600, True, True)


def test_what_was_given_back_before_a_host_crash_is_not_charged_again(engine, book):
    """Point 12: a HOLD whose SETTLE was lost counts with what is left of its slice: the rest came back."""
    (grant,) = ask(book, want(700))
    ask(book, returns=[Returned(grant.slice, 1, 600)])
    pair = hold(draws=(grant.slice, 400)), settle(outcome="crashed", cost_nano_usd=400, estimated=True)
    settled(engine, book, pair, endings=[Ending(incarnation(1), "crashed", NOW_NS, lost=True)])
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (100, 0)


def test_a_person_writes_off_what_nobody_hears_of(engine, book):
    """Point 11: it is charged; a journal that comes after all is charged against that, and only more adds."""
    (grant,) = ask(book, want(700))
    with engine.begin() as connection:
        done = book.write_off(connection, incarnation(1), "ada: the machine is gone")
    assert done == WrittenOff(1, {DAY: 700})
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (700, 0)
    settled(engine, book, (hold(draws=(grant.slice, 200)), settle(cost_nano_usd=150)))
    assert window(engine)["charged"] == 700
    (more,) = ask(book, want(100))
    ask(book, returns=[Returned(more.slice, 1, 550)])
    assert (window(engine)["charged"], window(engine)["outstanding"]) == (700, 0)
    with engine.begin() as connection:
        assert book.write_off(connection, incarnation(2), "ada: gone too") == WrittenOff(0, {})


def test_a_lowered_limit_is_what_is_out(engine, book):
    """Point 15: nothing more is granted until charged and outstanding are below the new amount."""
    (grant,) = ask(book, want(700))
    book.know(snapshot(500))
    assert ask(book, want(1), number=2)[0].slice == 0
    assert f"{DAY}@{grant.window}" in book.recalled()
    ask(book, returns=[Returned(grant.slice, 1, 600)])
    assert ask(book, want(300), number=2)[0].slice
    assert window(engine)["outstanding"] == 400


def give(engine, book, **changes):
    fields = {
        "limit": DAY,
        "amount": 500,
        "until_ns": NOW_NS + 1000,
        "override_id": "ovr_1",
        "by": ("ada", "bob"),
    }
    with engine.begin() as connection:
        book.override(connection, **{**fields, **changes})


def test_an_override_adds_until_it_ends(engine, book, clock):
    """More in a person's name, by id once; when it has ended the limit is as before."""
    assert ask(book, want(1200))[0].slice == 0
    for _ in range(2):
        give(engine, book)
    assert ask(book, want(1200))[0].slice
    assert ask(book, want(301))[0].slice == 0
    with pytest.raises(InvalidRequest, match="another override"):
        give(engine, book, amount=900)
    with engine.connect() as connection:
        terms = book.terms(connection, DAY)
    assert (terms.amount, terms.outstanding, terms.department, terms.window) == (
        1500,
        1200,
        "acme",
        "a day in UTC",
    )
    clock.now_ns += 1000
    assert ask(book, want(1))[0].slice == 0


def test_an_override_whose_transaction_failed_adds_nothing(engine, book):
    """What is in memory follows the database."""
    with engine.connect() as connection:
        outer = connection.begin()
        book.override(connection, limit=DAY, amount=500, until_ns=NOW_NS + 9, override_id="o", by=("ada",))
        outer.rollback()
    assert ask(book, want(1200))[0].slice == 0


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"limit": "department/none/usd/day"}, NotFound),
        ({"limit": ALWAYS}, NotFound),
        ({"amount": 0}, InvalidRequest),
        ({"until_ns": NOW_NS}, InvalidRequest),
        ({"by": (" ",)}, InvalidRequest),
    ],
)
def test_an_override_that_makes_no_sense(engine, book, change, kind):
    """A limit that is not there, nothing added, no time, nobody."""
    with pytest.raises(kind):
        give(engine, book, **change)


def test_each_task_has_its_own(engine, book):
    """A limit of tasks counts each by itself, and needs a task."""
    one, other, none = ask(
        book, want(300, limit=TASK, task="task_a"), want(300, limit=TASK, task="task_b"), want(1, limit=TASK)
    )
    assert one.slice
    assert other.slice
    assert none.slice == 0
    assert ask(book, want(1, limit=TASK, task="task_a"))[0].slice == 0


def test_a_soft_limit_refuses_nothing(engine, book):
    """It counts, and its bands are entered; nothing is kept from anybody."""
    book.know(snapshot(hard=False))
    assert [ask(book, want(700))[0].band for _ in range(3)] == [0, 3, 3]


def test_an_unknown_limit_is_granted_nothing(book):
    """A worker that is ahead of the keeper asks again."""
    assert ask(book, want(1, limit="agent/none/usd/day"))[0].window == ""


def test_many_workers_share_a_transaction(engine, book):
    """Several questions at once are answered one by one, in their order."""
    answers = book.draw([Draw(incarnation(number), (want(600),)) for number in (1, 2)])
    assert [bool(it.grants[0].slice) for it in answers] == [True, False]
