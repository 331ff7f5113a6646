"""`podium doctor`: each thing that can be wrong is found, and what to do is said."""

import errno
import json
import os
import resource
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from podium.adapters.models.cache import WheelCache
from podium.adapters.models.sources import FolderSource
from podium.adapters.prices.fake import FakePriceList
from podium.adapters.system import HostSecrets
from podium.app.entry import Composition
from podium.cli import run
from podium.control.doctor import Check, Surroundings, examine, worst
from podium.kernel.errors import NotReady, StateError
from podium.settings import Settings
from tests.adapters.models.wheels import tiny_package

NOW_NS = 1_800_000_000_000_000_000

MANIFESTS = """
apiVersion: podium/v1
kind: Department
metadata: {{name: acme}}
spec: {{}}
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: there}}
spec: {{baseUrl: "{url}"{more}}}
"""


class StandingClock:
    """A clock that stands."""

    def __init__(self, wall_ns: int = NOW_NS) -> None:
        self._wall_ns = wall_ns

    def wall_ns(self) -> int:
        return self._wall_ns

    def monotonic_ns(self) -> int:
        return 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    """A place where Podium would run, with manifests that name one provider."""
    package = tiny_package(tmp_path / "wheels")
    it = Surroundings(
        state=tmp_path / "state",
        manifests=tmp_path / "all.yaml",
        host="127.0.0.1",
        port=free_port(),
        admin_port=free_port(),
        clock=StandingClock(),
        prices=FakePriceList({}),
        secrets=HostSecrets({"KEY": "k"}.get, lambda: 0),
        models=WheelCache(tmp_path / "models", FolderSource(tmp_path / "wheels"), (package,)),
        running=lambda: False,
        open_database=lambda: None,
        counting=lambda: "CPU time and memory by a cgroup",
    )
    name_provider(it, "https://127.0.0.1:9/v1")
    return it


def name_provider(around: Surroundings, url: str, more: str = "") -> None:
    around.manifests.write_text(MANIFESTS.format(url=url, more=more))


async def found(around: Surroundings, name: str) -> Check:
    (check,) = [check for check in await examine(around) if check.name == name]
    return check


async def test_healthy(around: Surroundings) -> None:
    """Where all is well nothing is to be done, and nothing is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as provider:
        name_provider(around, f"http://127.0.0.1:{provider.getsockname()[1]}/v1", ", credential: {env: KEY}")
        checks = await examine(around)
    assert [check for check in checks if check.level == "fail"] == []
    assert "answers" in (await found_in(checks, "provider there")).detail
    assert (await found_in(checks, "credential of there")).detail == "variable KEY"
    assert not around.state.exists()


async def found_in(checks: list[Check], name: str) -> Check:
    (check,) = [check for check in checks if check.name == name]
    return check


async def test_every_failure_says_what_to_do(around: Surroundings) -> None:
    """No check fails or warns without a way out."""
    around.manifests.write_text("kind: Nothing")
    checks = await examine(replace(around, clock=StandingClock(0)))
    assert worst(checks) == "fail"
    assert all(check.fix for check in checks if check.level != "ok")


@pytest.mark.parametrize("name", ["gateway port", "admin port", "tools port"])
async def test_port_of_another(around: Surroundings, name: str) -> None:
    """A port that another program has is a failure, and its own Podium's is none."""
    field = {"gateway port": "port", "admin port": "admin_port", "tools port": "tools_port"}[name]
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = replace(around, **{field: other.getsockname()[1]})
        assert (await found(taken, name)).level == "fail"
        assert (await found(replace(taken, running=lambda: True), name)).level == "ok"
    idle = await found(replace(around, running=lambda: True, tools_port=free_port()), name)
    assert idle.level == ("ok" if name == "tools port" else "warn")  # which nobody may want


async def test_foreign_address(around: Surroundings) -> None:
    """An address that this machine does not have is a failure."""
    check = await found(replace(around, host="192.0.2.1"), "gateway port")
    assert (check.level, "PODIUM_HOST" in check.fix) == ("fail", True)


async def test_clock_before_the_state(around: Surroundings) -> None:
    """A clock that shows a time before the state was last written is wrong."""
    around.state.mkdir(mode=0o700)
    database = around.state / "podium.db"
    database.touch()
    os.utime(database, ns=(NOW_NS + 60_000_000_000,) * 2)
    check = await found(around, "clock")
    assert check.level == "fail"
    assert "60 s after" in check.detail


async def test_state_is_no_folder(around: Surroundings, tmp_path: Path) -> None:
    """A state directory that cannot be written is a failure."""
    (tmp_path / "file").touch()
    assert (await found(replace(around, state=tmp_path / "file"), "state directory")).level == "fail"


async def test_a_full_disk(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full wants room, not other rights."""

    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdatasync", full)
    check = await found(around, "state directory")
    assert (check.level, check.fix.partition(";")[0]) == ("fail", "Free its disk")


async def test_long_state(around: Surroundings, tmp_path: Path) -> None:
    """A state directory whose path is too long for a Unix socket is a failure."""
    check = await found(replace(around, state=tmp_path / ("d" * 120)), "state directory")
    assert (check.level, "Unix socket" in check.detail) == ("fail", True)


async def test_newer_database(around: Surroundings) -> None:
    """What opening the database says is passed on."""

    def refuse() -> None:
        raise StateError("the schema is newer.", fix="Start the newer Podium.")

    around.state.mkdir(mode=0o700)
    (around.state / "podium.db").touch()
    os.utime(around.state / "podium.db", ns=(NOW_NS, NOW_NS))
    check = await found(replace(around, open_database=refuse), "database")
    assert (check.level, check.detail, check.fix) == (
        "fail",
        "the schema is newer.",
        "Start the newer Podium.",
    )
    assert (await found(around, "database")).level == "ok"


async def test_open_secrets(around: Surroundings) -> None:
    """A state, key or token that others may read is named with the command that mends it."""
    keys = around.state / "keys"
    keys.mkdir(parents=True)
    around.state.chmod(0o700)
    keys.chmod(0o700)
    for path in (around.state / "admin.token", keys / "digest.key"):
        path.touch(mode=0o600)
    (keys / "evidence.pub").touch(mode=0o644)
    assert (await found(around, "permissions")).level == "ok"
    (keys / "digest.key").chmod(0o640)
    check = await found(around, "permissions")
    assert check.level == "fail"
    assert check.fix == f"chmod 0600 {keys / 'digest.key'}"


async def test_manifests_with_findings(around: Surroundings) -> None:
    """Every finding is shown, and nothing is asked of providers that are not known."""
    around.manifests.write_text(MANIFESTS.format(url="ftp://x", more=", timeouts: {connect: soon}"))
    checks = await examine(around)
    detail = (await found_in(checks, "manifests")).detail
    assert len(detail.splitlines()) >= 2
    assert not [check for check in checks if check.name.startswith("provider")]


async def test_credentials(around: Surroundings, tmp_path: Path) -> None:
    """A credential that is not there fails; one in a file that others can read warns."""
    name_provider(around, "https://127.0.0.1:9/v1", ", credential: {env: NO_KEY}")
    assert "NO_KEY" in (await found(around, "credential of there")).detail
    file = tmp_path / "key"
    file.write_text("k")
    file.chmod(0o644)
    name_provider(around, "https://127.0.0.1:9/v1", f", credential: {{file: {file}}}")
    assert (await found(around, "credential of there")).level == "warn"
    file.chmod(0o600)
    assert (await found(around, "credential of there")).level == "ok"


async def test_nobody_answers(around: Surroundings) -> None:
    """A provider that nobody serves fails with the system's own words."""
    name_provider(around, f"http://127.0.0.1:{free_port()}/v1")
    check = await found(around, "provider there")
    assert (check.level, "Connection refused" in check.detail) == ("fail", True)


async def test_no_tls(around: Surroundings) -> None:
    """A provider that speaks no TLS where TLS is asked for fails within its time-out."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
        name_provider(around, url, ", timeouts: {connect: 50ms}")
        assert "did not answer" in (await found(around, "provider there")).detail


async def test_untrusted(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that is not trusted is told from a provider that is not there."""

    async def refuse(*_: object, **__: object) -> None:
        error = ssl.SSLCertVerificationError("no")
        error.verify_message = "self-signed certificate"
        raise error

    monkeypatch.setattr("asyncio.open_connection", refuse)
    check = await found(around, "provider there")
    assert "not trusted: self-signed certificate" in check.detail
    assert "caFile" in check.fix


async def test_local_model(around: Surroundings) -> None:
    """A local model must be here and whole; its own process need not run yet."""
    more = ", dialect: llama, llama: {model: tiny}"
    name_provider(around, f"http://127.0.0.1:{free_port()}/v1", more)
    check = await found(around, "model of there")
    assert (check.level, check.fix) == ("fail", "Run: podium model pull tiny")
    around.models.pull("tiny", lambda _: None)
    assert (await found(around, "model of there")).level == "ok"
    assert (await found(around, "provider there")).level == "ok"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        name_provider(around, f"http://127.0.0.1:{port}/v1", more)
        check = await found(around, "provider there")
        assert check.level == "fail"
        assert check.fix.endswith("or set another port in the Provider's baseUrl.")
    path = around.models.find("tiny")
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert "digest differs" in (await found(around, "model of there")).detail


async def test_few_files(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A low limit of open files warns with what it would carry."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 4096))
    check = await found(around, "open files")
    assert (check.level, "480 at a time" in check.detail) == ("warn", True)


@pytest.mark.parametrize(("days", "level"), [(-1, "fail"), (3, "warn"), (300, "ok")])
async def test_certificate(around: Surroundings, days: int, level: str) -> None:
    """A certificate that has ended, or ends soon, is told before clients tell."""
    until_ns = NOW_NS + days * 86_400_000_000_000
    check = await found(replace(around, certificate=lambda: ("gateway, tools", until_ns)), "TLS")
    assert (check.level, check.detail.startswith("gateway, tools")) == (level, True)
    assert not [check for check in await examine(around) if check.name == "TLS"]


async def test_a_gateways_machine(around: Surroundings) -> None:
    """Where the keeper is elsewhere the way to it is tried; manifests and admin port are not looked at."""

    async def answers() -> None:
        """It is there."""

    async def refuses() -> None:
        raise NotReady("The keeper at far:8713 cannot be reached: no answer.")

    for ask, level in ((answers, "ok"), (refuses, "fail")):
        checks = await examine(replace(around, keeper=("far:8713", ask)))
        check = await found_in(checks, "keeper")
        assert (check.level, bool(check.fix)) == (level, level == "fail")
        assert not {"manifests", "admin port"} & {check.name for check in checks}


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verb prints every check and what to do, and ends with exit code 1 when one failed."""
    settings = Settings(
        state=tmp_path / "state",
        port=free_port(),
        admin_port=free_port(),
        tools_port=free_port(),
        collector_port=free_port(),
    )
    arguments = ["doctor", "--manifests", str(tmp_path / "none")]
    assert run(arguments, Composition(settings)) == 1
    said = capsys.readouterr().out
    assert "fail  manifests" in said
    assert "-> " in said
    assert "1 failed" in said
    assert run([*arguments, "--json"], Composition(settings)) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["worst"] == "fail"
    assert {"name", "level", "detail", "fix"} == set(report["checks"][0])
