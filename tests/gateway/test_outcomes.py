"""Agents report what became of their tasks, by the gateway, with the keeper's own book behind it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from podium.ports.database import outcomes
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
        assert (told.status_code, told.json()["error"]["code"]) == (403, "outcome_not_yours")
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
