"""What is built and installed once for all of these tests."""

from pathlib import Path

import pytest

from tests.ship.installed import built, install, open_to_all


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheel, sdist, requirements and checksums."""
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def programs(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("installed")
    open_to_all(folder)
    return install(dist, folder / "podium")
