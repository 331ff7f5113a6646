"""Corrections as limits see them, on a real database."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert

from podium.keeper.aggregates import Aggregates
from podium.keeper.corrections import Correcting, Corrections, write_corrections
from podium.keeper.ledger import Batch, Ledger
from podium.keeper.limits import LimitBook
from podium.kernel.bill import Bill, BillLine
from podium.kernel.call import Usage
from podium.kernel.errors import InvalidRequest
from podium.manifest.snapshot import AgentRow, DepartmentRow, ProviderRow, Snapshot, encode_snapshot
from podium.ports.acts import By
from podium.ports.aggregates import corrections
from podium.ports.database import charges, incarnations, limit_windows, metadata, snapshots
from podium.ports.link import Correct, Corrected, Draw, Returned, Want
from podium.spend.limits import Limit
from podium.spend.reconciling import Correction, Explained
from podium.views.aggregates import check
from podium.views.bills import compare
from podium.views.explain import explain
from tests.keeper.acting import House
from tests.keeper.samples import NOW_NS, HandClock, Pen, done, hello, hold, incarnation, rows, settle

DAY = "department/acme/usd/day"
TOKENS = "department/acme/tokens/day"
ALWAYS = "department/acme/usd/always"
DAY_NS = 86_400_000_000_000


def snapshot() -> Snapshot:
    day = Limit(DAY, "department/acme", "usd", 10_000, "day")
    tokens = Limit(TOKENS, "department/acme", "tokens", 10_000, "day")
    acme = DepartmentRow("acme", None, "acme", limits=(day, tokens))
    return Snapshot(
        1, "d", "acme", {}, {}, {}, {"acme": acme}, {"t": AgentRow("t", "acme", "acme", frozenset())}
    )


@pytest.fixture
def book(engine, clock, tail):
    book = LimitBook(engine, clock)
    book.know(snapshot())
    tail.on_write = book.settle
    return book


@pytest.fixture
def corrects(engine, clock, tail, tmp_path):
    house = House(engine, clock, tmp_path)
    book = Corrections(house.acts, house.chain, clock, tail)

    def correct(*found, export="ab" * 32, provider="simulated"):
        return book.do(Correct(By(), provider, export, found))

    return correct


def ask(book, *wants, returns=()):
    asked = tuple(Want(limit, need, 0, 3, None) for limit, need in wants)
    return book.draw([Draw(incarnation(), asked, tuple(returns))])[0].grants


def charged(engine, limit=DAY):
    found = sorted(rows(engine, limit_windows), key=lambda row: row["id"])
    return [row["charged"] for row in found if row["limit_id"] == limit]


@pytest.fixture
def estimate(tmp_path, tail, book):
    """An estimate of 5,000 nano-USD that drew on money and on tokens of a day, which nobody counted."""
    pen = Pen(tmp_path)
    tail.register(hello())
    money, tokens = ask(book, (DAY, 6_000), (TOKENS, 900))
    drew = (money.slice, 5_000, tokens.slice, 800)
    ended = settle(1, end=done(1), cost_nano_usd=5_000, estimated=True, usage=None, outcome="broken")
    pen.write(hold(1, draws=drew), ended)
    tail.step()
    return pen


def test_limits_get_back_what_a_bill_does_not_have(engine, estimate, corrects):
    """Money and tokens that the bill does not have are no longer charged, once, and the row says how much."""
    assert (charged(engine), charged(engine, TOKENS)) == ([5_000], [800])
    fall = Correction("chg_1", 7, 5_000, -2_000, True, Usage(9, 5), "the bill")
    assert [corrects(fall) for _ in range(2)] == [Corrected(1, 0), Corrected(0, 1)]
    assert (charged(engine), charged(engine, TOKENS)) == ([3_000], [14])
    (row,) = rows(engine, corrections)
    assert sorted(part.split(":")[1] for part in row["windows"].split()) == ["-2000", "-786"]


def test_a_share_gives_back_money_alone(engine, estimate, corrects):
    """What a bill does not count of this charge alone stays charged: doubt never creates money."""
    corrects(Correction("chg_1", 1, 5_000, -1_000, False, None, "its share"))
    assert (charged(engine), charged(engine, TOKENS)) == ([4_000], [800])
    corrects(Correction("chg_1", 2, 4_000, 500, True, Usage(900, 1), "its line"))
    assert (charged(engine), charged(engine, TOKENS)) == ([4_500], [901])
    corrects(Correction("chg_1", 3, 4_500, -4_500, True, None, "it was nothing"), export="cd" * 32)
    assert (charged(engine), charged(engine, TOKENS)) == ([0], [0])


def test_a_window_that_is_over_gives_nothing_to_the_present(engine, estimate, corrects, book, clock):
    """The window in which the call was admitted is corrected; what may be spent today stays as it is."""
    clock.now_ns += DAY_NS
    (grant,) = ask(book, (DAY, 9_000))
    assert grant.slice
    corrects(Correction("chg_1", 7, 5_000, -2_000, True, Usage(9, 5), "the bill"))
    assert charged(engine) == [3_000, 0]
    assert ask(book, (DAY, 1_001))[0].slice == 0


def test_what_does_not_fit_changes_no_limit(engine, estimate, corrects):
    """A correction that is refused leaves the windows as they were, with those beside it."""
    fits = Correction("chg_1", 7, 5_000, -2_000, True, Usage(9, 5), "the bill")
    with pytest.raises(InvalidRequest, match="not unattributed"):
        corrects(fits, Correction("chg_1", 8, 5_000, 0, False, None, "", Explained(1, complete=True)))
    assert (charged(engine), rows(engine, corrections)) == ([5_000], [])


def test_what_had_come_back_before_a_crash_is_not_given_back_again(engine, tmp_path, tail, book, corrects):
    """A hold whose host crashed is charged what was left of its slice, and at most that is credited."""
    pen = Pen(tmp_path)
    tail.register(hello())
    (grant,) = ask(book, (DAY, 6_000))
    ask(book, returns=[Returned(grant.slice, 1, 5_000)])
    pen.write(hold(1, draws=(grant.slice, 4_000), hold_nano_usd=4_000))
    pen.killed()
    tail.boot_id = "another"
    tail.step([incarnation()])
    assert charged(engine) == [1_000]
    corrects(Correction("chg_1", 0, 4_000, -3_400, True, None, "the bill"))
    assert charged(engine) == [600]


def lost(engine, tail, book, tmp_path, *providers):
    """Have a worker go down with its host: 700 of money and 90 tokens are charged, nobody knows for what."""
    row = {name: ProviderRow(name, "openai", "http", "h", 1, "") for name in providers}
    document = encode_snapshot(Snapshot(1, "d", "acme", row, {}, {}, {}, {}))
    with engine.begin() as connection:
        connection.execute(
            insert(snapshots).values(version=2, digest="d", source="s", in_force_from_ns=0, document=document)
        )
    pen = Pen(tmp_path)
    tail.register(hello())
    ask(book, (DAY, 700), (TOKENS, 90), (ALWAYS, 600))
    pen.killed()
    tail.boot_id = "another"
    tail.step([incarnation()])
    (charge,) = rows(engine, charges)
    assert (charge["unattributed"], charge["cost_nano_usd"]) == (True, 600)
    return charge["charge_id"]


def explains(charge_id, nano_usd, *, complete=True, stands=600):
    return Correction(charge_id, 0, stands, 0, False, None, "a bill", Explained(nano_usd, complete))


def test_unattributed_money_is_released_when_all_have_spoken(engine, tail, book, tmp_path, corrects):
    """What no provider's complete bill shows is not charged any more; each limit keeps what they do show."""
    charge_id = lost(engine, tail, book, tmp_path, "a", "b")
    corrects(explains(charge_id, 100), provider="a")
    assert (charged(engine), charged(engine, TOKENS)) == ([700], [90])
    corrects(explains(charge_id, 90, complete=False), provider="b", export="cd" * 32)
    assert (charged(engine), charged(engine, TOKENS)) == ([700], [90])
    corrects(explains(charge_id, 50), provider="b", export="ef" * 32)
    assert (charged(engine), charged(engine, TOKENS), charged(engine, ALWAYS)) == ([190], [90], [190])
    assert sum(row["cost_nano_usd"] for row in rows(engine, corrections)) == -410
    assert [row["settled"] for row in rows(engine, corrections)] == [0, 0, 1]
    corrects(explains(charge_id, 0, stands=190), provider="a", export="01" * 32)
    assert charged(engine) == [190]
    assert sorted(row["unattributed"] for row in rows(engine, limit_windows)) == [90, 190, 190]
    with engine.connect() as connection:
        assert check(connection).differences == []


def test_a_bill_is_held_against_what_was_lost(engine, tail, book, tmp_path, corrects):
    """A provider's complete export settles an unattributed charge by what of it no charge explains."""
    charge_id = lost(engine, tail, book, tmp_path, "a")
    line = BillLine(1, NOW_NS, NOW_NS + 5, "gpt-5-mini", cost_nano_usd=Decimal(250))
    for bill, told in (
        (Bill((line,)), Explained(250, complete=False)),
        (Bill((line,), ((NOW_NS - DAY_NS, NOW_NS + DAY_NS),)), Explained(250, complete=True)),
    ):
        with engine.connect() as connection:
            found = compare(connection, bill, "a", complete=True)
        assert [one.explained for one in found.corrections] == [told]
        corrects(*found.corrections, provider="a")
    assert (charged(engine), charged(engine, ALWAYS)) == ([250], [250])
    with engine.connect() as connection:
        assert compare(connection, bill, "a", complete=True).corrections == ()
        (working,) = explain(connection, charge_id, now_ns=NOW_NS + 9).charges
    assert working.stands_nano_usd == 250


def test_nothing_was_lost_where_no_bill_shows_any(engine, tail, book, tmp_path, corrects):
    """Where no provider has anything of that time, all of it comes back, tokens too."""
    charge_id = lost(engine, tail, book, tmp_path, "a")
    corrects(explains(charge_id, 0), provider="a")
    assert [row["charged"] for row in rows(engine, limit_windows)] == [0, 0, 0]


def test_an_unattributed_charge_is_nobodys_line(engine, tail, book, tmp_path, corrects):
    """It cannot be corrected like another, and stays while it is not known who may have been called."""
    charge_id = lost(engine, tail, book, tmp_path)
    with pytest.raises(InvalidRequest, match="is unattributed"):
        corrects(Correction(charge_id, 1, 600, -600, True, None, ""))
    corrects(explains(charge_id, 0), provider="a")
    assert charged(engine) == [700]


STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3_000), st.booleans()), max_size=8)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=4), STEPS)
def test_a_window_is_charged_what_its_charges_stand_at(costs, steps):
    """Whatever is corrected, in whatever order and how often, a window is charged the sum of its charges."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    clock = HandClock()
    book = LimitBook(engine, clock)
    book.know(snapshot())
    with engine.begin() as connection:
        connection.execute(
            insert(incarnations).values(
                id=incarnation(), worker="w", pid=1, boot_id="b", started_ns=0, segment=1, offset=0
            )
        )
    (grant,) = ask(book, (DAY, 9_000))
    batch, aggregates = Batch(1), Aggregates(engine)
    for number, cost in enumerate(costs):
        drew = (grant.slice, 2_000)
        batch.add_charge(
            hold(number, draws=drew),
            settle(number, cost_nano_usd=cost, estimated=True, usage=None),
            incarnation(),
        )
    ledger = Ledger(engine)
    with engine.begin() as connection:
        ledger.open(connection)
        book.settle(connection, batch)
        ledger.write(connection, batch)
        aggregates.open(connection)
    stands = dict(enumerate(costs))
    for line, (pick, to, settled) in enumerate(steps):
        number = pick % len(costs)
        one = Correction(f"chg_{number}", line, stands[number], to - stands[number], settled, None, "")
        of = Correcting("simulated", "ab" * 32, "ada", NOW_NS)
        for _ in range(2):
            with engine.begin() as connection:
                write_corrections(connection, aggregates, of, [one])
            aggregates.committed()
        stands[number] = to
        assert charged(engine) == [sum(stands.values())]
    engine.dispose()
