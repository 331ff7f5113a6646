"""Who may touch what is stored of content, asked by the collector."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from podium.keeper.content_acts import ContentActs
from podium.kernel.errors import Forbidden, NotFound
from podium.ports.acts import By
from podium.ports.content import ContentTouched, MayTouchContent
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_runs import OWNER, with_agents


def test_an_agent_that_there_is_not(engine: Engine, clock: HandClock, tmp_path: Path) -> None:
    """Erasing of an agent that never was is an error, and no row; of one that is no more its content goes."""
    house = House(engine, clock, tmp_path)
    with_agents(house)
    acts = ContentActs(house.acts, house.chain, house.authority)

    def may(agent: str, *departments: str) -> None:
        body: dict[str, str | int] = {"by": "agent", "before_ns": 1}
        acts.may(MayTouchContent(OWNER, "erase", agent, departments, body))

    with pytest.raises(NotFound, match="There is no agent nosuch"):
        may("nosuch")
    may("triage")
    may("of-yore", "acme/support")
    assert [row["subject"] for row in house.told("content.erase")] == ["triage", "of-yore"]
    viewer = house.user("vera", "viewer")
    with pytest.raises(Forbidden):
        acts.may(MayTouchContent(viewer, "erase", "nosuch", (), {"by": "agent"}))


def test_who_reads(engine: Engine, clock: HandClock, tmp_path: Path) -> None:
    """A reader reads of their department and those below, of all that a trace has or not at all."""
    house = House(engine, clock, tmp_path)
    acts = ContentActs(house.acts, house.chain, house.authority)
    by = {
        "rita": house.user("rita", "reader:support"),
        "rolf": house.user("rolf", "reader:acme"),
        "adam": house.user("adam", "admin"),
    }

    def reads(name: str, *departments: str) -> bool:
        try:
            acts.may(MayTouchContent(by[name], "read", "a" * 32, departments, {"pieces": 2}))
        except Forbidden:
            return False
        return True

    assert reads("rita", "acme/support")
    assert not reads("rita", "acme/finance")
    assert not reads("rita", "acme/finance", "acme/support")
    assert reads("rolf", "acme/finance", "acme/support")
    for departments in (("acme/support",), ("",), ()):
        assert not reads("adam", *departments)
    told = [(row["actor"], row["outcome"]) for row in house.told("content.read")]
    assert told == [
        ("rita", "done"), *[("rita", "refused")] * 2, ("rolf", "done"), *[("adam", "refused")] * 3
    ]  # fmt: skip
    assert house.told("content.read")[0]["departments"] == ["acme/support"]


def test_who_erases(engine: Engine, clock: HandClock, tmp_path: Path) -> None:
    """Only an admin erases and rotates, whatever they read; before and after are rows of the chain."""
    house = House(engine, clock, tmp_path)
    acts = ContentActs(house.acts, house.chain, house.authority)
    reader, admin = house.user("rita", "reader:acme"), house.user("adam", "admin")
    for act, done in (("erase", "erased"), ("rotate", "key_rotated")):
        with pytest.raises(Forbidden):
            acts.may(MayTouchContent(reader, act, "acme", ("acme",)))
        with pytest.raises(Forbidden):
            acts.touched(ContentTouched(reader, act, "acme"))
        for by in (admin, By()):
            acts.may(MayTouchContent(by, act, "acme", ("acme",)))
            acts.touched(ContentTouched(by, act, "acme", {"keys": 1}))
        assert [row["outcome"] for row in house.told(f"content.{act}")] == ["refused", "done", "done"]
        assert [row["keys"] for row in house.told(f"content.{done}") if row["outcome"] == "done"] == [1, 1]
