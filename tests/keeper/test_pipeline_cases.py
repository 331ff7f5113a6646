"""What the cases of pipelines tell: how the run stood, what failed, what comes next; and how that looks."""

import json
from typing import Any

import msgspec
from sqlalchemy import insert, select

from podium.console.case_evidence import evidence
from podium.ports.acts import case_of
from podium.ports.database import cases
from podium.ports.runs import ClaimRun
from podium.trust.cases import Case
from podium.views.pipelines import run_detail
from podium.views.runs import RunFilters, run_rows, waiting
from tests.keeper.test_inbox import CASE
from tests.keeper.test_pipelines import RUNNER, Works, works  # noqa: F401 - a fixture


def opened(works: Works, kind: str) -> Case:  # noqa: F811 - a fixture's name
    with works.house.engine.connect() as connection:
        rows = connection.execute(select(cases).where(cases.c.kind == kind)).mappings().all()
    return case_of(rows[-1])


def steps(case: Case) -> dict[str, Any]:
    found: Any = case.evidence["steps"]
    return {one["step"]: one for one in found}


def test_an_approval_tells_what_is_done_and_what_comes(works: Works) -> None:  # noqa: F811 - a fixture
    """The case says what the run has done so far and what waits for the answer, not what steps were given."""
    started = works.start(files=["secret name"])
    works.end("build/-1.1", result={"version": "7"})
    works.drive()
    works.end("review/0.1")
    works.drive()
    case = opened(works, "pipeline.approval")
    assert case.task_id == started.root_id
    assert {name: one["state"] for name, one in steps(case).items()} == {
        "build": "succeeded",
        "review": "succeeded",
        "go": "waiting",
    }
    assert (steps(case)["build"]["what"], steps(case)["review"]["what"]) == ("make", "helper")
    assert "secret name" not in json.dumps(case.evidence)
    page = str(evidence(case))
    for words in ("Has done", "build, review", "the end, once all else is over", started.run_id):
        assert words in page
    with works.house.engine.connect() as connection:
        (root,) = run_rows(connection, RunFilters(pipeline_run_id=started.run_id, state="running"))
        assert waiting(connection, [root]) == {started.root_id: "person"}


def test_a_failure_tells_the_step_and_its_error(works: Works) -> None:  # noqa: F811 - a fixture
    """The case names the step that failed with its error, its task, and what a retry does again."""
    started = works.start()
    for attempt in (1, 2):
        task_id = works.queued()[f"build/-1.{attempt}"]
        works.end(f"build/-1.{attempt}", "failed")
        works.drive()
        works.house.clock.now_ns += 10**10
        works.drive()
    case = opened(works, "pipeline.failed")
    build = steps(case)["build"]
    assert (build["state"], build["attempt"], build["task"]) == ("failed", 2, task_id)
    assert case.evidence["next"] == ["build", "review", "go"]
    assert [one.label for one in case.choices] == ["Retry from build", "Cancel"]
    page = str(evidence(case))
    assert "Failed: build" in page
    assert f"/fleet/{task_id}" in page
    assert case.task_id == started.root_id


def test_a_step_whose_task_is_asked_about_waits(works: Works) -> None:  # noqa: F811 - a fixture
    """A step whose task has an open case shows as waiting for a person, not as running; the graph too."""
    started = works.start()
    task_id = works.queued()["build/-1.1"]
    works.house.acts.do_run(ClaimRun(RUNNER, task_id))

    def build() -> Any:
        with works.house.engine.connect() as connection:
            return next(it for it in run_detail(connection, started.run_id).steps if it.name == "build")

    assert (build().state, build().units[0].waits_for) == ("running", None)
    asked = {
        "kind": "tool.call",
        "key": "k",
        "evidence": json.dumps({"task_id": task_id}),
        "task_id": task_id,
    }
    given = {"id": "case_1", "title": "T", "why": "W", "choices": "[]", "department": "acme", "state": "open"}
    with works.house.engine.begin() as connection:
        row = given | asked | {"owner": "operator", "otherwise": "No.", "created_ns": 1, "escalated": 0}
        connection.execute(insert(cases).values(**row))
    assert (build().state, build().units[0].waits_for) == ("waiting", "person")
    assert build().reason == "It waits for a person."


def test_an_unknown_outcome_shows_what_is_known() -> None:
    """Tool, arguments or their digest, time, idempotency key; a case of an older version shows its fields."""
    fields = {
        "tool": "crm/refund",
        "effect": "irreversible",
        "words": [],
        "at_ns": 10**18,
        "known": "cut off",
    }
    fields |= {
        "request": "Refund Ada.",
        "approved": None,
        "agent": "triage",
        "task_id": "task_1",
        "attempt": 2,
    }
    fields |= {"call_id": "call_1", "arguments_digest": "d1", "idempotency_key": None, "step_key": "k1"}
    case = msgspec.structs.replace(CASE, kind="outcome.unknown", evidence=fields)
    page = str(evidence(case))
    for words in ("crm/refund", "2001-09-09 01:46:40 UTC", "cut off", "d1", "its client gave none", "k1"):
        assert words in page
    del fields["step_key"]
    assert "Step key" not in str(evidence(msgspec.structs.replace(case, evidence=fields)))
