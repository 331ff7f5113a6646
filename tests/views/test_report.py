"""The report and the sums that it is made of."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from podium.adapters.records import open_records
from podium.keeper.ledger import Batch, Ledger
from podium.kernel.call import Usage
from podium.kernel.errors import InvalidRequest
from podium.ports.aggregates import HOUR_NS
from podium.ports.database import tasks
from podium.views.report import CSV_COLUMNS, report, report_csv
from podium.views.usage import DAY_NS, UsageFilters, cost_by_day, split, usage
from tests.keeper.samples import done, hold, settle

MONDAY_NS = int(datetime(2026, 9, 21, tzinfo=UTC).timestamp()) * 1_000_000_000


class Book:
    """A ledger that is written by hand."""

    def __init__(self, folder):
        self.engine = open_records(folder)
        self._ledger = Ledger(self.engine)
        self._number = 0
        with self.engine.begin() as connection:
            self._ledger.aggregates.open(connection)

    def add(self, *calls):
        """Add calls: when (ns), cost, and changes of hold and end."""
        with self.engine.begin() as connection:
            batch = Batch(self._number + 1)
            for admitted_ns, cost, changes in calls:
                self._number += 1
                who = {"admitted_ns": admitted_ns, **{k: v for k, v in changes.items() if k != "model"}}
                held = hold(self._number, admitted_ns=admitted_ns, **changes)
                batch.add_charge(held, settle(self._number, cost_nano_usd=cost, usage=Usage(10, 4)), "inc")
                batch.add_call(done(self._number, cost=cost, **who))
            batch.tasks.clear()
            self._ledger.write(connection, batch)
        self._ledger.aggregates.committed()


@pytest.fixture
def book(tmp_path, place_records):
    place_records(tmp_path)
    book = Book(tmp_path)
    yield book
    book.engine.dispose()


MOMENTS = st.integers(0, 80 * HOUR_NS)


@given(since=MOMENTS, until=MOMENTS)
def test_a_range_is_composed_without_gap_or_overlap(since, until):
    """Days, hours and rows of a split cover exactly the range."""
    days, hours, rows = split(since, until)
    parts = [(a * HOUR_NS, b * HOUR_NS) for a, b in hours] + rows
    if days is not None:
        parts.append((days[0] * DAY_NS, days[1] * DAY_NS))
    parts.sort()
    assert all(a < b for a, b in parts)
    assert all(earlier[1] == later[0] for earlier, later in pairwise(parts))
    assert (parts[0][0], parts[-1][1]) == (since, until) if parts else since >= until


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moments=st.lists(st.tuples(MOMENTS, st.integers(0, 10**9), st.sampled_from(["a", "b"])), max_size=20),
    since=MOMENTS,
    until=MOMENTS,
)
def test_equal_to_a_scan(tmp_path_factory, moments, since, until):
    """Whatever range is asked for, its sums are those of the calls that were admitted in it."""
    book = Book(tmp_path_factory.mktemp("book"))
    book.add(*((MONDAY_NS + at, cost, {"agent": agent}) for at, cost, agent in moments))
    expected = {}
    for at, cost, agent in moments:
        if since <= at < until:
            count, total = expected.get(agent, (0, 0))
            expected[agent] = count + 1, total + cost
    with book.engine.connect() as connection:
        found, whole = usage(connection, MONDAY_NS + since, MONDAY_NS + until, "agent")
    assert {key: (of.calls, of.cost_nano_usd) for key, of in found.items()} == expected
    assert (whole.charges if whole else 0) == sum(count for count, _ in expected.values())
    book.engine.dispose()


def test_what_has_no_denominator(book):
    """Attempts have no number of calls; without answered calls there is no cost of one."""
    book.add((MONDAY_NS, 9_000, {"model": "small"}), (MONDAY_NS, 1_000, {"model": "large"}))
    with book.engine.connect() as connection:
        by_model, whole = usage(connection, MONDAY_NS, MONDAY_NS + DAY_NS, "model")
        none, _ = usage(connection, MONDAY_NS, MONDAY_NS + DAY_NS, "model", UsageFilters(agent="nobody"))
    assert {key: (of.charges, of.calls, of.cost_per_call_nano_usd) for key, of in by_model.items()} == {
        "small": (1, None, None),
        "large": (1, None, None),
    }
    assert (whole.calls, whole.cost_per_call_nano_usd, whole.mean_call_us) == (2, 5_000, 1_000)
    assert none == {}


def test_tasks(book):
    """Tasks are grouped and filtered by who they are of; what their aggregate does not know is refused."""
    book.add((MONDAY_NS, 5, {"task_id": "task_a"}), (MONDAY_NS + 90 * DAY_NS // 2, 7, {"task_id": "task_b"}))
    with book.engine.begin() as connection:
        for name, department in (("task_a", "acme/engineering"), ("task_b", "acme/finance")):
            connection.execute(
                insert(tasks).values(
                    task_id=name,
                    agent="reviewer",
                    department=department,
                    kind="implicit",
                    first_ns=1,
                    last_ns=1,
                )
            )
    whole = MONDAY_NS, MONDAY_NS + 90 * DAY_NS
    with book.engine.connect() as connection:
        found, _ = usage(connection, *whole, "task")
        some, _ = usage(connection, *whole, "task", UsageFilters(department="finance"))
        with pytest.raises(InvalidRequest):
            usage(connection, *whole, "task", UsageFilters(model="small"))
    assert {key: of.cost_nano_usd for key, of in found.items()} == {"task_a": 5, "task_b": 7}
    assert list(some) == ["task_b"]


@pytest.mark.parametrize(("zone", "shift_h"), [("UTC", 0), ("Asia/Tokyo", -9)])
def test_days_of_a_zone(book, zone, shift_h):
    """Days in a zone are composed of hours."""
    book.add(*((MONDAY_NS + hour * HOUR_NS, 1, {}) for hour in range(-24, 72)))
    starts = [MONDAY_NS + shift_h * HOUR_NS + day * DAY_NS for day in range(3)]
    with book.engine.connect() as connection:
        assert cost_by_day(connection, starts, "agent", UsageFilters()) == {"reviewer": [24, 24]}


def weeks(book, number):
    """Every day of so many weeks costs 100 at noon and 10 on weekends; then a Monday and a Tuesday come."""
    for day in range(number * 7 + 1):
        book.add((MONDAY_NS + day * DAY_NS + 12 * HOUR_NS, 10 if day % 7 > 4 else 100, {"model": "small"}))
    return MONDAY_NS + number * 7 * DAY_NS + DAY_NS + 12 * HOUR_NS


def test_this_week_against_the_last(book):
    """To Tuesday noon a week has cost what the one before had, and is expected to cost what all have."""
    now_ns = weeks(book, 4)
    with book.engine.connect() as connection:
        found = report(connection, now_ns, period="this-week")
        whole = report(connection, now_ns, period="this-week", against="whole", by="model")
    (row,) = found.rows
    assert (row.key, row.now.cost_nano_usd, row.before.cost_nano_usd) == ("acme/engineering", 100, 100)
    assert (row.change, found.no_forecast) == (0.0, None)
    # Half of Tuesday, three days of the week, two of its end.
    assert found.total.forecast.expected_nano_usd == 100 + 50 + 300 + 20
    assert (whole.rows[0].before.cost_nano_usd, whole.rows[0].change) == (520, 100 / 520 - 1)


def test_without_history(book):
    """No forecast is made of less than two weeks, of tasks, or of what is over; it says why."""
    now_ns = weeks(book, 1)
    with book.engine.connect() as connection:
        young = report(connection, now_ns, period="this-month")
        over = report(connection, now_ns, period="last-week", against="none")
        empty = report(connection, now_ns, period="2020-01-01..2020-02-01")
    assert young.total.forecast is None
    assert "there are 7" in young.no_forecast
    assert (over.no_forecast, over.total.before, over.total.change) == ("the period is over", None, None)
    assert (empty.rows, empty.total.now, empty.total.change) == ([], None, None)


def test_csv(book):
    """The CSV has a line a group and one for all, and empty cells for what is not known."""
    now_ns = weeks(book, 1)
    with book.engine.connect() as connection:
        lines = "".join(report_csv(report(connection, now_ns, against="none"))).splitlines()
    assert lines[0] == ",".join(CSV_COLUMNS)
    assert lines[1].startswith("acme/engineering,0.00000062,,,,,,")
    assert lines[2].startswith("(all),0.00000062,")


def test_a_ledger_that_began_today(book):
    """It has no whole day yet: none is told, not fewer than none."""
    book.add((MONDAY_NS + 6 * HOUR_NS, 10, {}))
    with book.engine.connect() as connection:
        found = report(connection, MONDAY_NS + 8 * HOUR_NS, period="this-month")
    assert found.no_forecast.endswith("there are 0")
