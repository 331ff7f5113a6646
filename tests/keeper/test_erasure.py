"""Erasing what runs have said, in the database and in the store of artifacts."""

import os
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from podium.adapters.artifacts import FileArtifacts
from podium.keeper.erasure import DAY_NS, EVERY_NS, FOLDERS, YOUNG_NS
from podium.kernel.errors import Forbidden, NotFound
from podium.ports.acts import EraseTask, RetryTask, SteerTask
from podium.ports.artifacts import PREFIXES
from podium.ports.database import chain
from podium.ports.fleet_tables import artifacts, task_messages, task_runs
from podium.ports.runs import Artifact
from podium.trust.request.user import User
from podium.views.runs import body_of, run_detail
from tests.keeper.acting import House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.test_runs import OWNER, claim, it, now, queue, report  # noqa: F401 - a fixture

WEEK_NS = 7 * DAY_NS


class Place:
    """A keeper and its store. Bodies are as old as the test says: files have the times of its clock."""

    def __init__(self, house: House) -> None:
        self.house, self.store = house, FileArtifacts(house.state)
        self.erasure = house.acts.erasure
        self.erasure.bodies = self.store

    def put(self, text: str) -> str:
        digest = self.store.put(text.encode())
        at_ns = self.house.clock.now_ns
        os.utime(self.house.state / "artifacts" / digest[:2] / digest, ns=(at_ns, at_ns))
        return digest

    def has(self, text: str) -> bool:
        try:
            self.store.read(sha256(text.encode()).hexdigest())
        except NotFound:
            return False
        return True

    def ran(self, request: str, input_: str, result: str, left: str) -> str:
        """Have a run that is over; return its id."""
        noor = User(("Noor Haddad",), ("noor@spokes.example",))
        run = queue(self.house, request=request, user=noor, input_sha256=self.put(input_))
        running = claim(self.house, run.task_id).run
        self.house.acts.do(SteerTask(OWNER, run.task_id, "message", "Why.", text="Only the tests."))
        file = Artifact("a.txt", self.put(left), "text/plain", len(left))
        report(self.house, running, "succeeded", result_sha256=self.put(result), artifacts=(file,))
        return run.task_id

    def passes(self, duration_ns: int) -> None:
        self.house.clock.now_ns += duration_ns
        self.erasure.tidy()

    def walk(self) -> None:
        """Look through the whole store once."""
        self.house.clock.now_ns += EVERY_NS
        for _ in range(len(PREFIXES) // FOLDERS + 1):
            self.erasure.tidy()

    def said(self) -> str:
        """Return all that the tables of runs hold."""
        tables = (task_runs, artifacts, task_messages)
        with self.house.engine.connect() as connection:
            return "".join(str(connection.execute(select(table)).all()) for table in tables)


@pytest.fixture
def place(it: House) -> Place:  # noqa: F811 - a fixture
    return Place(it)


def erase(place: Place, task_id: str) -> str:
    return place.house.acts.do(EraseTask(OWNER, task_id, "They have asked for it.")).text  # type: ignore[return-value,union-attr]


def test_what_a_run_has_said_goes_a_week_after_its_end(place: Place) -> None:
    """Request, user, messages, input, result and artifacts go, the figures stay, and a retry says why not."""
    task_id = place.ran("Answer Anna.", "her letter", "the answer", "a draft")
    place.passes(WEEK_NS)
    assert all(word in place.said() for word in ("Answer Anna.", "Noor Haddad"))
    assert place.has("the answer")
    place.passes(EVERY_NS)
    assert not any(word in place.said() for word in ("Answer Anna.", "Noor", "Only the tests.", "a.txt"))
    assert not any(map(place.has, ("her letter", "the answer", "a draft")))
    with place.house.engine.connect() as connection:
        detail = run_detail(connection, task_id)
        assert (detail.run.state, detail.run.attempt, detail.request) == ("succeeded", 1, None)
        assert detail.run.erased_ns == place.house.clock.now_ns
        with pytest.raises(NotFound, match="erased on 20"):
            body_of(connection, task_id, "result")
    with pytest.raises(Forbidden, match="was erased on 20"):
        place.house.acts.do(RetryTask(OWNER, task_id, "Again."))


def test_nothing_goes_where_it_is_kept_for_ever(place: Place) -> None:
    """With no days given nothing is due, however long ago it ended."""
    place.erasure.kept_ns = None
    place.ran("Answer Anna.", "her letter", "the answer", "a draft")
    place.passes(100 * WEEK_NS)
    assert "Answer Anna." in place.said()
    assert place.has("her letter")


def test_a_person_has_a_run_erased_at_once(place: Place) -> None:
    """With all that it has started, when all of it is over; the chain has it, and nobody but an admin may."""
    parent = queue(place.house, request="Ask Anna.")
    running = claim(place.house, parent.task_id).run
    child = queue(place.house, request="Ask her twice.", parent_id=parent.task_id, agent="search")
    with pytest.raises(Forbidden, match="is running"):
        erase(place, parent.task_id)
    report(place.house, running, "succeeded", result_sha256=place.put("the answer"))
    assert now(place.house, child.task_id).state == "killed"
    place.house.clock.now_ns += YOUNG_NS + 1
    otto = place.house.user("otto", "operator")
    with pytest.raises(Forbidden, match="erase what tasks have said"):
        place.house.acts.do(EraseTask(otto, parent.task_id, "I want it."))
    assert erase(place, parent.task_id).endswith("is erased, and of 1 that it has started.")
    assert "Ask" not in place.said()
    assert not place.has("the answer")
    with place.house.engine.connect() as connection:
        kinds = connection.execute(select(chain.c.kind, chain.c.subject).order_by(chain.c.seq)).all()
    assert kinds[-1] == ("task.erase", parent.task_id)
    with pytest.raises(NotFound):
        erase(place, "task_01ARZ3NDEKTSV4RRFFQ69G5FAV")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    runs=st.lists(st.lists(st.sampled_from("abcd"), min_size=3, max_size=3), min_size=1, max_size=4),
    erased=st.sets(st.integers(0, 3)),
    dies=st.booleans(),
)
def test_a_body_stays_while_a_living_run_names_it(place: Place, runs, erased, dies) -> None:
    """Whatever runs share; and a keeper that dies between rows and bodies leaves nothing that is reachable,
    and nothing that a walk through the store does not find."""
    place.house.clock.now_ns += WEEK_NS * 2
    place.walk()
    words = [[f"{word} {place.house.clock.now_ns}" for word in run] for run in runs]
    ids = [place.ran("x", *run) for run in words]
    place.house.clock.now_ns += YOUNG_NS + 1
    place.erasure.bodies = None if dies else place.store
    gone = {number for number in erased if number < len(ids)}
    for number in gone:
        erase(place, ids[number])
    living = {word for number, run in enumerate(words) if number not in gone for word in run}
    assert all(map(place.has, living))
    if dies:
        place.erasure.bodies = place.store
        place.walk()
    assert [word for run in words for word in run if word not in living and place.has(word)] == []
    assert all(map(place.has, living))


def test_what_was_just_put_stays_for_the_row_that_comes_yet(place: Place) -> None:
    """A body that is put again while it is erased elsewhere stays, as one does of which no row is there yet;
    while a backup is made none goes."""
    task_id = place.ran("x", "the input", "the result", "left")
    place.house.clock.now_ns += YOUNG_NS + 1
    place.put("the input")
    place.erasure.holds = 1
    erase(place, task_id)
    assert place.has("the result")
    place.erasure.holds = 0
    place.passes(1)
    assert (place.has("the result"), place.has("the input")) == (False, True)
    again = queue(place.house, request="y", input_sha256=sha256(b"the input").hexdigest())
    place.put("nobody's")
    place.walk()
    assert place.has("the input")
    place.walk()
    assert (place.has("the input"), place.has("nobody's")) == (True, False)
    assert again.state == "queued"
