"""The life of runs, model-checked: the real book, in any order of what runners and people ask.

Questions are repeated, runners die and come back, people pause, resume, kill and end. After every step
nothing has followed on an end, only the runner that is heard has what runs, and a run's identity agrees.
"""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import StaticPool

from podium.kernel.errors import PodiumError
from podium.ports.acts import By, SteerTask
from podium.ports.database import metadata, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.run_states import OVER
from podium.ports.runs import ClaimRun, QueueTask, RunnerHello, RunReport
from podium.ports.tasks import DEAD_STATES
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_runs import with_agents

picks = st.integers(0, 5)


class Runs(RuleBasedStateMachine):
    """One book, some runs that start each other, one runner at a time."""

    @initialize()
    def begin(self) -> None:
        self._state = tempfile.TemporaryDirectory()
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        self.it = House(engine, HandClock(), Path(self._state.name))
        with_agents(self.it)
        self.ids: list[str] = []
        self.over: dict[str, str] = {}
        self.runners = 0
        self.next_runner()

    def teardown(self) -> None:
        if hasattr(self, "_state"):
            self.it.engine.dispose()
            self._state.cleanup()

    def ask(self, question: Any, *, twice: bool = False) -> None:
        """Ask; a refusal changes nothing, and asking again does not either."""
        for _ in range(1 + twice):
            before = self.rows()
            try:
                (self.it.acts.do if isinstance(question, SteerTask) else self.it.acts.do_run)(question)
            except PodiumError:
                assert self.rows() == before
        if twice:
            assert self.rows() == before

    def rows(self) -> list[Any]:
        with self.it.engine.connect() as connection:
            return list(connection.execute(select(task_runs).order_by(task_runs.c.task_id)).all())

    def runner(self, ago: int = 0) -> str:
        return f"run_{self.runners - ago:026d}"

    @rule()
    def next_runner(self) -> None:
        self.runners += 1
        self.ask(RunnerHello(self.runner(), 1, "boot"), twice=True)

    @rule(parent=st.none() | picks, attempts=st.integers(1, 3))
    def queue(self, parent: int | None, attempts: int) -> None:
        self.it.clock.now_ns += 1_000_000
        of = self.ids[parent % len(self.ids)] if parent is not None and self.ids else None
        task_id = f"task_{len(self.ids):026d}"
        self.ids.append(task_id)
        self.ask(QueueTask(By(), "triage", attempts=attempts, parent_id=of, task_id=task_id), twice=True)

    @rule(pick=picks, ago=st.integers(0, 1))
    def claim(self, pick: int, ago: int) -> None:
        if self.ids:
            self.ask(ClaimRun(self.runner(ago), self.ids[pick % len(self.ids)]), twice=True)

    @rule(
        pick=picks,
        ago=st.integers(0, 1),
        state=st.sampled_from(["succeeded", "failed", "killed", "unknown", "queued"]),
    )
    def report(self, pick: int, ago: int, state: Any) -> None:
        rows = self.rows()
        if rows:
            row = rows[pick % len(rows)]
            self.ask(RunReport(self.runner(ago), row.task_id, row.attempt, state, cpu_ms=1), twice=True)

    @rule(pick=picks, act=st.sampled_from(["pause", "resume", "kill", "end"]))
    def steer(self, pick: int, act: Any) -> None:
        if self.ids:
            self.ask(SteerTask(By(), self.ids[pick % len(self.ids)], act, "A person says so."))

    @rule(pick=picks, go_on=st.booleans())
    def answer(self, pick: int, go_on: bool) -> None:
        unknown = [row.task_id for row in self.rows() if row.state == "unknown"]
        if unknown:
            with self.it.engine.begin() as connection:
                self.it.acts.runs.answer(
                    connection, unknown[pick % len(unknown)], go_on=go_on, reason="It happened."
                )

    @invariant()
    def nothing_follows_on_an_end(self) -> None:
        for row in self.rows() if hasattr(self, "over") else ():
            assert self.over.get(row.task_id, row.state) == row.state
            if row.state in OVER:
                self.over[row.task_id] = row.state
                assert row.ended_ns is not None

    @invariant()
    def the_runner_that_is_heard_has_what_runs(self) -> None:
        for row in self.rows() if hasattr(self, "over") else ():
            assert row.runner in {None, self.runner()}
            assert row.state != "running" or row.runner is not None
            assert row.state not in {"queued", "unknown"} or row.runner is None
            assert row.attempt <= row.attempts

    @invariant()
    def identities_agree(self) -> None:
        if not hasattr(self, "over"):
            return
        with self.it.engine.connect() as connection:
            rows = connection.execute(select(task_identities.c.task_id, task_identities.c.state)).all()
        known = {row.task_id: row.state for row in rows}
        for row in self.rows():
            state = known.get(row.task_id)
            if state is None:
                assert row.started_ns is None
            elif row.state in OVER:
                assert state in DEAD_STATES
            elif row.state == "running":
                assert state == "running" or (state == "ended" and row.runner is not None)


TestRuns = Runs.TestCase
TestRuns.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
