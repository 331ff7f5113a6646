"""Wheel and sdist: the same bytes from the same commit, whole, and running outside of the checkout."""

import hashlib
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.app.running import free_port
from tests.ship.installed import ROOT, Place, built, wheel_of

pytestmark = pytest.mark.ship


def digests(dist: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in dist.iterdir()}


def test_the_same_commit_makes_the_same_bytes(dist: Path, tmp_path: Path):
    """Built twice, at another time and with another umask, every file has the same digest."""
    old = os.umask(0o077)
    try:
        again = built(tmp_path / "again")
    finally:
        os.umask(old)
    assert digests(again) == digests(dist)
    dated = built(tmp_path / "dated", SOURCE_DATE_EPOCH="1600000000")
    assert digests(dated) != digests(dist)


def test_the_checksums_hold(dist: Path):
    """SHA256SUMS names every other file with its digest."""
    lines = (dist / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sums == {name: digest for name, digest in digests(dist).items() if name != "SHA256SUMS"}


def test_the_wheel_is_whole(dist: Path):
    """The wheel has every file of the package that git knows, its metadata, and nothing else."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "podium"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    there = {name for name in listed if (ROOT / name).is_file()}
    with zipfile.ZipFile(wheel_of(dist)) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        info = {Path(name).name for name in wheel.namelist() if ".dist-info/" in name}
    assert names == there
    assert {"LICENSE", "NOTICE", "METADATA", "entry_points.txt"} <= info
    assert "podium/py.typed" in names
    assert "podium/cli/fleet/agents.yaml" in names
    assert "podium/cli/morning/morning.yaml" in names
    assert "podium/adapters/simulator/data/azure-code.csv" in names
    assert any(name.startswith("podium/adapters/records/migrations/versions/") for name in names)


def test_the_metadata_says_what_it_is(dist: Path):
    """Name, version, licence, Python and requirements are those of the project file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    with zipfile.ZipFile(wheel_of(dist)) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
        metadata = message_from_bytes(wheel.read(name))
    assert metadata["Version"] == project["version"]
    assert metadata["License-Expression"] == "Apache-2.0 AND CC-BY-4.0"
    assert metadata["Requires-Python"] == project["requires-python"]
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    wanted = {requirement.split(">")[0] for requirement in project["dependencies"]}
    always = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert {line.split(">")[0] for line in always} == wanted


def test_the_sdist_makes_the_same_wheel(dist: Path, tmp_path: Path):
    """Unpacked anywhere, the sdist builds that wheel; it brings no test and no measurement along."""
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
        assert all(member.mtime == members[0].mtime and member.uid == 0 for member in members)
    subprocess.run(["tar", "-xf", sdist, "-C", tmp_path], check=True)
    (source,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert not {"tests", "bench", ".venv"} & {path.name for path in source.iterdir()}
    assert (source / "deploy" / "systemd" / "podium.service").is_file()
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=source,
        env=os.environ | {"SOURCE_DATE_EPOCH": str(int(members[0].mtime))},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    assert wheel_of(tmp_path).read_bytes() == wheel_of(dist).read_bytes()


def test_it_runs_outside_of_the_checkout(programs: Path, tmp_path: Path):
    """From the wheel, in an empty folder: init, validate, up, a call, its charge, a clean end."""
    provider_port = free_port()
    place = Place(programs, tmp_path)
    place.init(provider_port)
    place.carries_a_call(provider_port)


def test_it_stands_on_its_own(programs: Path, tmp_path: Path):
    """What is imported comes from the environment, and the example fleet and every verb come along."""
    place = Place(programs, tmp_path)
    place.init(free_port())
    code = "import podium, sys; print(podium.__file__); print(sys.prefix)"
    done = subprocess.run(
        [programs / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    module, prefix = done.stdout.split()
    assert module.startswith(prefix)
    assert "example fleet" in place.said("demo", "--help")
    fleet = Path(module).parent / "cli" / "fleet"
    assert "6 agents" in place.said("validate", str(fleet))
    assert place.said("--version").strip().endswith("0.1.0")


def test_only_what_runs_is_installed(programs: Path):
    """The environment has no tool of tests and of building."""
    done = subprocess.run(
        [
            programs / "python",
            "-c",
            "import importlib.metadata as m; print(*(d.name for d in m.distributions()))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {name.lower() for name in done.stdout.split()}
    assert {"podium", "uvloop", "xllamacpp"} <= names
    assert not names & {"hatchling", "editables", "pytest", "ruff", "mypy", "pip", "openai"}
