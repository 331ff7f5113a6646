"""The systemd unit: systemd accepts it, what can be shut is shut, and `podium up` keeps its side."""

import json
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from podium.app.up import ENDS
from podium.settings import read_settings
from tests.app.running import free_port, until
from tests.ship.installed import ROOT, Place

pytestmark = pytest.mark.ship

UNITS = ROOT / "deploy" / "systemd"
UNIT = UNITS / "podium.service"
needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not here; it comes with Debian's systemd"
)


def options() -> dict[str, list[str]]:
    """Return what the unit's [Service] sets, each as often as it is set."""
    found: dict[str, list[str]] = {}
    section = UNIT.read_text().split("[Service]")[1].split("[Install]")[0]
    for name, value in re.findall(r"^([A-Za-z]+)=(.*)$", section, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def verified(unit: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=200)


@needs_systemd
def test_systemd_accepts_the_unit(programs: Path, tmp_path: Path):
    """`systemd-analyze verify` has nothing to say, and has something where a setting is misspelt."""
    text = UNIT.read_text().replace("/opt/podium/bin", str(programs))
    unit = tmp_path / "podium.service"
    unit.write_text(text)
    done = verified(unit)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    unit.write_text(text.replace("ProtectSystem=strict", "ProtectSystem=tight"))
    assert "protect system" in verified(unit).stderr


@needs_systemd
def test_nothing_is_open_that_can_be_shut():
    """systemd's own measure of exposure (0 none, 10 all) is at most 1.5; what is left is the network."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--json=short", "--threshold=15", UNIT],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout
    checks = json.loads(done.stdout)
    failed = {check["json_field"] for check in checks if float(check["exposure"] or 0) >= 0.2}
    assert failed == {"PrivateNetwork", "IPAddressDeny", "RestrictAddressFamilies_AF_INET_INET6"}


def test_the_time_to_end_is_longer_than_the_grace():
    """Each of the steps of the end may take the grace and 10 s; systemd waits for all of them."""
    set_here = options()
    (grace_s,) = re.findall(r"PODIUM_GRACE_S=(\d+)", UNIT.read_text())
    assert int(set_here["TimeoutStopSec"][0]) > len(ENDS) * (int(grace_s) + 10)
    assert set_here["KillSignal"] == ["SIGTERM"]
    assert set_here["KillMode"] == ["mixed"]


def test_the_settings_are_podium_s():
    """Each variable that unit and example set is a setting, the grace apart, and makes sense."""
    example = re.findall(r"^#([A-Z_]+)=(.*)$", (UNITS / "podium.env.example").read_text(), re.MULTILINE)
    pairs = [word.split("=", 1) for line in options()["Environment"] for word in line.split()]
    source = (ROOT / "podium" / "settings.py").read_text()
    env = {name: value for name, value in [*pairs, *example] if name.startswith("PODIUM_")}
    assert {name for name in env if f'"{name}"' not in source} == {"PODIUM_GRACE_S"}
    assert str(read_settings(env).state) == "/var/lib/podium"


def test_the_folders_are_the_ones_that_it_may_write():
    """State and cache lie in the folders that systemd makes for it; all else is read-only."""
    set_here = options()
    words = " ".join(set_here["Environment"])
    assert set_here["ProtectSystem"] == ["strict"]
    assert f"PODIUM_STATE=/var/lib/{set_here['StateDirectory'][0]} " in words + " "
    assert f"PODIUM_MODEL_CACHE=/var/cache/{set_here['CacheDirectory'][0]}/" in words
    user = (UNITS / "podium.sysusers.conf").read_text().splitlines()[-1].split()
    assert user[:2] == ["u", set_here["User"][0]]


def test_it_says_when_it_is_ready_and_when_it_ends(programs: Path, tmp_path: Path):
    """`podium up` tells systemd READY=1 when calls are admitted, and STOPPING=1 before they end."""
    provider_port = free_port()
    place = Place(programs, tmp_path)
    place.init(provider_port)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        place.environment["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        place.environment["WATCHDOG_USEC"] = "60000000"
        with place.start("up", "--grace", "5") as up:
            assert _of_note(manager).startswith(b"READY=1\nSTATUS=")
            assert manager.recv(4096) == b"WATCHDOG=1"
            until(lambda: place.answers(f"http://127.0.0.1:{place.port}/readyz"), "readiness")
            up.send_signal(signal.SIGTERM)
            assert _of_note(manager).startswith(b"STOPPING=1")
            assert up.wait(120) == 0, place.log.read_text()


def _of_note(manager: socket.socket) -> bytes:
    """Return what is told next that is not the sign of life."""
    while (told := manager.recv(4096)) == b"WATCHDOG=1":
        pass
    return told
