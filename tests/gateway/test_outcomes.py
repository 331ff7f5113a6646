"""Agents report what became of their tasks, by the gateway, with the keeper's own book behind it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from podium.gateway.outcomes import TRIES, Reports
from podium.kernel.errors import Forbidden, NotFound, PodiumError
from podium.ports.database import outcomes
from podium.ports.tasks import OutcomeIs, ReportOutcome
from tests.gateway.house import KEY
from tests.gateway.test_tasks import Trusting, trusting

PATH = "/podium/v1/outcomes"


async def report(it: Trusting, bearer: str, **body: object):
    return await it.http.post(PATH, json=body, headers={"authorization": f"Bearer {bearer}"})


async def test_a_task_reports_what_became_of_it(tmp_path: Path) -> None:
    """With its token or its agent's key; the last word counts, to the nano-dollar."""
    async with trusting(tmp_path) as it:
        task = await it.start()
        token, task_id = task["access_token"], task["task_id"]
        told = await report(it, token, task=task_id, outcome="failure")
        assert (told.status_code, told.json()["value_usd"]) == (200, None)
        told = await report(it, KEY, task=task_id, outcome="success", value_usd="1.000000001")
        assert told.json() == {
            "subject": task_id,
            "agent": "triage",
            "outcome": "success",
            "value_usd": "1.000000001",
        }
        with it.keeper.engine.connect() as connection:
            [row] = connection.execute(select(outcomes)).all()
        assert (row.subject, row.task_id, row.outcome, row.value_nano_usd) == (
            task_id,
            task_id,
            "success",
            1_000_000_001,
        )


async def test_reports_are_checked(tmp_path: Path) -> None:
    """Another's task, one that there is not, two subjects or a fraction of the smallest unit: refused."""
    async with trusting(tmp_path) as it:
        one, other = await it.start(), await it.start()
        told = await report(it, one["access_token"], task=other["task_id"], outcome="success")
        assert (told.status_code, told.json()["error"]["code"]) == (404, "not_found")
        assert (await report(it, KEY, task="task_none", outcome="success")).status_code == 404
        assert (await report(it, KEY, call="call_none", outcome="success")).status_code == 404
        for body in (
            {"outcome": "success"},
            {"outcome": "success", "task": "a", "call": "b"},
            {"outcome": "perhaps", "task": "a"},
            {"outcome": "success", "task": "a", "value_usd": "0.0000000001"},
        ):
            assert (await report(it, KEY, **body)).status_code == 400
        assert (await report(it, "nonsense", task="a", outcome="success")).status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_reports_are_posted(tmp_path: Path, method: str) -> None:
    """Nothing else is done there."""
    async with trusting(tmp_path) as it:
        assert (await it.http.request(method, PATH)).status_code in {404, 405}


async def told(it: Trusting) -> list[tuple[str, str, int | None]]:
    """What is written, once something is."""
    for _ in range(600):
        with it.keeper.engine.connect() as connection:
            rows = connection.execute(select(outcomes)).all()
        if rows:
            return [(row.subject, row.outcome, row.value_nano_usd) for row in rows]
        await asyncio.sleep(0.05)
    raise AssertionError("nobody was told")


async def test_a_header_of_a_call_reports_its_task(tmp_path: Path) -> None:
    """Of the call's own task where it names none, told beside the call, which goes its way."""
    async with trusting(tmp_path) as it:
        task = await it.start()
        answer = await it.call(task["access_token"], **{"x-podium-outcome": "success; value=1.20"})
        assert answer.status_code == 200
        assert await told(it) == [(task["task_id"], "success", 1_200_000_000)]


async def test_a_header_names_a_task(tmp_path: Path) -> None:
    """An agent's key speaks of any task of the agent; without a value nobody says what it was worth."""
    async with trusting(tmp_path) as it:
        earlier = (await it.start())["task_id"]
        answer = await it.call(KEY, **{"x-podium-outcome": f"failure;task={earlier}"})
        assert answer.status_code == 200
        assert await told(it) == [(earlier, "failure", None)]


@pytest.mark.parametrize(
    "value",
    ["", "perhaps", "success; value", "success; value=a lot", "success; value=0.0000000001", "success; x=1",
     "success; value=NaN", "success; task=a; call=b", "success; value=1; value=2"],
)  # fmt: skip
async def test_a_header_that_is_not_usable_refuses_the_call(tmp_path: Path, value: str) -> None:
    """Before anything is sent: the error names the header."""
    async with trusting(tmp_path) as it:
        task = await it.start()
        answer = await it.call(task["access_token"], **{"x-podium-outcome": value})
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "x-podium-outcome")
        assert it.house.holds() == []


@pytest.mark.parametrize(
    ("error", "asked"), [(None, 1), (NotFound("no such call"), TRIES), (Forbidden("another's"), 1)]
)
async def test_a_report_waits_for_the_ledger(error: PodiumError | None, asked: int) -> None:
    """What the ledger does not know yet is told again, so often; a refusal is the last word."""
    questions: list[ReportOutcome] = []

    async def ask(question: ReportOutcome) -> OutcomeIs:
        questions.append(question)
        if error is not None:
            raise error
        return OutcomeIs(question.subject, "triage", question.outcome)

    reports = Reports(ask, pause_s=0)
    reports.tell(ReportOutcome("call_1", "success"))
    for _ in range(600):
        await asyncio.sleep(0)
        if not reports._under_way:
            break
    assert len(questions) == asked
