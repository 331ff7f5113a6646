"""Who may touch what is stored of content, asked by the collector."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from podium.keeper.content_acts import ContentActs
from podium.kernel.errors import Forbidden, NotFound
from podium.ports.content import MayTouchContent
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
