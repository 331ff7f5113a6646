"""Several tasks that are paused or let go on at once."""

import pytest
from sqlalchemy import Engine

from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.ports.acts import By, SteeredTask, SteerTasks, TasksSteered
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_runs import OWNER, claim, it, queue  # noqa: F401 - a fixture, and how runs begin


def steer(house: House, act: str = "pause", by: By = OWNER, **which: object) -> dict[str, SteeredTask]:
    told = house.acts.do(SteerTasks(by, act, "It is too much.", **which))  # type: ignore[arg-type]
    assert isinstance(told, TasksSteered)
    return {one.task_id: one for one in told.tasks}


def test_filters_choose_what_lives(it: House):  # noqa: F811 - a fixture
    """Agent, department and state must all match; each task that is paused has a row of the chain."""
    first, second = claim(it, queue(it).task_id).run, queue(it)
    other = claim(it, queue(it, "search").task_id).run
    assert set(steer(it, agent="triage", state="queued")) == {second.task_id}
    told = steer(it, department="acme/support")
    assert {one.task_id: one.done for one in told.values()} == {
        first.task_id: True,
        second.task_id: False,
        other.task_id: True,
    }
    assert "is paused" in told[second.task_id].text
    assert {row["subject"] for row in it.told("task.steer")} == {first.task_id, second.task_id, other.task_id}
    assert steer(it, department="acme", agent="triage", state="running") == {}
    with pytest.raises(NotFound, match="There is no agent nosuch"):
        steer(it, agent="nosuch")
    for none in ("nosuch", "acme/nosuch", "nosuch/support"):
        with pytest.raises(
            NotFound, match=f"There is no department {none}. (Choose from: acme, |Did you mean)"
        ):
            steer(it, department=none)
    assert all(one.done for one in steer(it, "resume", everything=True).values())
    assert len(it.told("task.steer")) == 6


def test_what_a_parent_takes_along_is_done_once(it: House):  # noqa: F811 - a fixture
    """A task below one that is paused is paused with it, and no second row says so."""
    parent = claim(it, queue(it).task_id).run
    child = queue(it, "search", parent_id=parent.task_id)
    told = steer(it, task_ids=(child.task_id, parent.task_id, "task_none"))
    assert list(told) == [child.task_id, parent.task_id, "task_none"]
    assert (told[child.task_id].done, told[child.task_id].text) == (True, f"with {parent.task_id}")
    assert (told["task_none"].done, told["task_none"].agent) == (False, "")
    assert [row["subject"] for row in it.told("task.steer")] == [parent.task_id]


def test_who_may_and_what_says_which(it: House, engine: Engine, clock: HandClock):  # noqa: F811 - fixtures
    """A viewer may not, which the chain notes; no filter, two ways to choose, unknown states are refused."""
    task_id = queue(it).task_id
    viewer = it.user("vera", "viewer")
    with pytest.raises(Forbidden):
        steer(it, by=viewer, everything=True)
    assert [row["outcome"] for row in it.told("task.steer")] == ["refused"]
    for which in ({}, {"task_ids": (task_id,), "agent": "triage"}, {"state": "succeeded"}):
        with pytest.raises(InvalidRequest):
            steer(it, **which)
