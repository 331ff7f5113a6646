"""The fleet's part of the demo, where a machine or other manifests do not let it run as it is meant to."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from podium.adapters.prices.genai import GenaiPrices
from podium.adapters.system import SystemClock
from podium.cli.children import Children
from podium.cli.demo_fleet import DemoFleet, compiled
from podium.kernel.errors import StateError
from podium.ports.executor import Holding
from podium.views.replay import fleet

EXAMPLE = Path(__file__).parents[2] / "examples" / "fleet"


def refused(*_: object) -> None:
    raise StateError("the keeper does not answer.")


def fleet_in(folder: Path, source: Path) -> tuple[DemoFleet, Path]:
    """Return the part of a demo of some manifests in a state directory, and the folder that is played."""
    composition = SimpleNamespace(
        state=folder / "state",
        clock=SystemClock(),
        price_list=GenaiPrices,
        engine=refused,
        holdings=lambda: (
            Holding("network", in_force=False, how="this machine has no namespaces"),
            Holding("calls", in_force=True, how="a filter"),
        ),
    )
    whole = fleet(compiled(composition, source), host="127.0.0.1", port=8790)
    part = DemoFleet(composition, Children(folder / "log"), print)
    return part, part.manifests(source, whole, 8791)


def test_what_is_missing_is_said_and_the_demo_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A measure that is not in force is named; a run that cannot begin is told, and nothing is raised."""
    part, played = fleet_in(tmp_path, EXAMPLE)
    assert (played / "demo-morning.yaml").is_file()
    part.start()
    part.rest()
    part.print_places("http://127.0.0.1:8711")
    part.end()
    said = capsys.readouterr().out
    assert "not in force on this machine: network: this machine has no namespaces" in said
    assert "calls" not in said.partition("the agents run all the same")[0]
    assert "the demo goes on without it: the keeper does not answer." in said
    assert "/now" in said
    assert "/inbox" not in said


def test_manifests_that_the_fleet_does_not_fit_are_played_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Where an agent has the name of one of the fleet's, the copy is played alone, and it is said why."""
    source = tmp_path / "own"
    shutil.copytree(EXAMPLE, source)
    agents = source / "agents.yaml"
    agents.write_text(agents.read_text().replace("name: test-writer", "name: writer"))
    part, played = fleet_in(tmp_path, source)
    part.start()
    said = capsys.readouterr().out
    assert "the fleet is left out" in said
    assert "starting the fleet" not in said
    assert not (played / "demo-morning.yaml").exists()
    assert (played / "agents.yaml").is_file()
