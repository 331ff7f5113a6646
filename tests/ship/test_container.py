"""The image's recipe, and what it promises: another user than root, nothing writable but state and /tmp."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from dockerfile_parse import DockerfileParser

from podium.settings import read_settings
from tests.app.running import free_port
from tests.ship.installed import ROOT, Place, open_to_all

pytestmark = pytest.mark.ship

RECIPE = ROOT / "deploy" / "Containerfile"
UID = 65532


@cache
def stages(path: Path = RECIPE) -> list[list[dict[str, Any]]]:
    """Return the instructions of each stage; what stands before the first FROM is left out."""
    with path.open("rb") as file:
        structure = DockerfileParser(fileobj=file).structure
    found: list[list[dict[str, Any]]] = []
    for step in structure:
        if step["instruction"] == "FROM":
            found.append([])
        if found and step["instruction"] != "COMMENT":
            found[-1].append(step)
    return found


def values(stage: list[dict[str, Any]], instruction: str) -> list[str]:
    return [step["value"] for step in stage if step["instruction"] == instruction]


def test_the_last_stage_is_nobody_s():
    """It runs as a number that is not root, on the base that an argument pins, and starts `podium up`."""
    build, last = stages()
    assert values(last, "USER") == [f"{UID}:{UID}"]
    assert values(build, "FROM") == ["${BASE} AS build"]
    assert values(last, "FROM") == ["${BASE}"]
    (base,) = re.findall(r"^ARG BASE=(\S+)$", RECIPE.read_text(), re.MULTILINE)
    assert base.endswith("python:3.11-slim")
    assert values(last, "ENTRYPOINT") == ['["podium"]']
    assert values(last, "CMD") == ['["up"]']
    assert values(last, "STOPSIGNAL") == ["SIGTERM"]
    assert values(last, "VOLUME") == ["/var/lib/podium"]
    assert not values(last, "RUN")


def test_nothing_comes_from_elsewhere():
    """No file by URL; every package by digest from the lock; no build tool in the last stage."""
    build, last = stages()
    for stage in (build, last):
        assert not values(stage, "ADD")
        assert not any("://" in step["value"] for step in stage)
    installs = [line for run in values(build, "RUN") for line in run.split("&&") if "pip install" in line]
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)
    copies = values(last, "COPY")
    assert all(copy.startswith("--from=build ") for copy in copies)
    assert {copy.split()[-1] for copy in copies} == {"/opt/podium", "/var/lib/podium"}


def test_what_is_copied_is_there():
    """Every file that the build copies exists, is let through by .dockerignore, and is in the sdist."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    sources = [word for copy in values(stages()[0], "COPY") for word in copy.split()[:-1]]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in let_in, source


def test_the_variables_are_settings():
    """Each PODIUM_ variable of the image is a setting, and the state lies in the volume."""
    (line,) = values(stages()[-1], "ENV")
    env = dict(word.split("=", 1) for word in shlex.split(line))
    source = (ROOT / "podium" / "settings.py").read_text()
    assert all(f'"{name}"' in source for name in env if name.startswith("PODIUM_"))
    settings = read_settings(env)
    assert settings.state.is_relative_to("/var/lib/podium")
    assert settings.model_cache.is_relative_to("/var/lib/podium")
    assert settings.host == "0.0.0.0"


def test_the_health_check_is_a_verb(programs: Path, tmp_path: Path):
    """What the image asks itself fails where no Podium runs."""
    (line,) = values(stages()[-1], "HEALTHCHECK")
    words = re.search(r"CMD \[(.*)\]", line)
    assert words is not None
    verb = [word.strip(' "') for word in words[1].split(",")]
    assert verb[0] == "podium"
    done = Place(programs, tmp_path).run(*verb[1:])
    assert done.returncode == 5, done.stderr


def test_a_recipe_that_adds_a_url_is_seen(tmp_path: Path):
    """The parser tells an ADD, and a USER that is root, where there are some."""
    bad = tmp_path / "Containerfile"
    bad.write_text("FROM base\nADD https://example.com/x /x\nUSER 0\n")
    (stage,) = stages(bad)
    assert values(stage, "ADD") == ["https://example.com/x /x"]
    assert values(stage, "USER") == ["0"]


CONFINED = """
set -eu
uid=$1 python=$2 shut=$3
shift 3
mount --make-rprivate /
# An interpreter in a folder that only its owner may enter is laid open, and nothing else in there.
if [ -n "$shut" ]; then
  mkdir -p "$1/python"
  mount --bind "$python" "$1/python"
  mount -t tmpfs -o mode=755 tmpfs "$shut"
  mkdir -p "$python"
  mount --bind "$1/python" "$python"
fi
# What has to be written lies on mounts of its own; then every other mount is made read-only.
mount --bind "$1/state" "$1/state"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$1/tmp"
awk '{print $5}' /proc/self/mountinfo | sort -u | while read -r at; do
  case $at in "$1/state"|"$1/tmp"|/proc|/proc/*|/sys|/sys/*|/dev|/dev/*) ;;
    *) mount -o remount,bind,ro "$at" 2>/dev/null || mount -o remount,ro "$at" ;; esac
done
shift
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs \\
  --inh-caps=-all --bounding-set=-all "$@"
"""

EXEC_REFUSED = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Runs a program that refuses memory which becomes executable; old kernels do not know it.

prctl(2), PR_SET_MDWE: what systemd's MemoryDenyWriteExecute comes to.
"""


def shut_folder(path: Path) -> Path | None:
    """Return the outermost folder on the way to a path that only its owner may enter, or None."""
    way = [*reversed(path.parents), path]
    return next((folder for folder in way if not folder.stat().st_mode & 1), None)


def why_not() -> str:
    """Return why a process cannot be confined here, or ""."""
    if os.geteuid() != 0:
        return "mounts of its own take root"
    if missing := [name for name in ("unshare", "setpriv", "mount", "awk") if not shutil.which(name)]:
        return f"{missing[0]} is not here"
    done = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True
    )
    return f"this machine lets root make no mounts: {done.stderr.strip()}" if done.returncode else ""


def test_it_runs_read_only_and_as_nobody(programs: Path, tmp_path: Path):
    """As nobody, with all mounts read-only but state and /tmp, without capabilities: a call is answered."""
    if why := why_not():
        pytest.skip(why)
    open_to_all(tmp_path)
    provider_port = free_port()
    Place(programs, tmp_path).init(provider_port)
    os.chown(tmp_path / "state", UID, UID)
    script = tmp_path / "confined.sh"
    script.write_text(CONFINED)
    python = Path(sys.base_prefix).resolve()
    shut_away = str(shut_folder(python) or "")
    before = ["unshare", "--mount", "bash", str(script), str(UID), str(python), shut_away, str(tmp_path)]
    place = Place(programs, tmp_path, before=[sys.executable, "-c", EXEC_REFUSED, *before])
    # What `podium up` says goes to a file that is opened before anything is read-only.
    place.log = tmp_path / "up.log"
    place.environment["HOME"] = str(tmp_path / "tmp")
    shut, writable = f"{tmp_path}/manifests/x {programs}/x /x", f"{tmp_path}/state/x"
    probe = f"id -u; touch {shut} 2>&1 || true; touch {writable} && echo writable"
    said = subprocess.run(
        [*before, "bash", "-c", probe], env=place.environment, capture_output=True, text=True
    ).stdout
    assert said.splitlines()[0] == str(UID)
    assert said.count("Read-only file system") == 3
    assert said.splitlines()[-1] == "writable"
    place.carries_a_call(provider_port)
    owners = {path.stat().st_uid for path in (tmp_path / "state").rglob("*")}
    assert owners == {UID}
