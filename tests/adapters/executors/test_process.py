"""Programs that try to get out. Each test runs on what this machine has, and asserts what is told of it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from podium.adapters.executors import view
from podium.adapters.executors.calls import filter_program
from podium.adapters.executors.process import ProcessExecutor, holdings
from podium.adapters.gpus.fake import FakeGpus
from podium.ports.executor import Door, Holding, Program, Resources

MEANS = {"all": frozenset(), "landlock": frozenset({"namespaces"})}
NOTHING = frozenset({"namespaces", "landlock", "filter"})
PYTHON = sys.executable


class Cell:
    """Runs a piece of Python as a program and reads what it prints."""

    def __init__(self, tmp_path: Path, without: frozenset[str]) -> None:
        self.executor = ProcessExecutor(FakeGpus(), without=without)
        self.out = tmp_path / "out"
        self.private = tmp_path / "private"
        self.home = tmp_path / "home"
        for folder in (self.out, self.private, self.home):
            folder.mkdir()
        (self.private / "token").write_text("the-token")
        self.held: dict[str, Holding] = {}

    async def run(self, code: str, **more: object) -> str:
        wanted = {"doors": (), "reads": (), "hidden": (), "environment": {}, **more}
        told = self.out / "told"
        told.touch()  # where only Landlock holds it, nothing new can be made beside what is hidden
        script = f"import os, socket, subprocess, sys\nout = open({str(told)!r}, 'w', buffering=1)\n"
        program = Program(
            command=(PYTHON, "-c", script + code),
            folder=str(self.out),
            private=str(self.private),
            writes=(str(self.out),),
            **wanted,  # type: ignore[arg-type]
        )
        prepared = await self.executor.prepare(program)
        self.held = {it.measure: it for it in prepared.holdings}
        self.outcome = await (await prepared.start()).wait()
        return (self.out / "told").read_text()


@pytest.fixture(params=MEANS)
def cell(request, tmp_path) -> Cell:
    return Cell(tmp_path, MEANS[request.param])


TRY = """
def tried(what):
    try:
        return repr(what())
    except OSError as error:
        return f"no: {error.strerror}"
"""


async def test_files_of_others_are_not_read(cell: Cell, tmp_path):
    """Neither the machine's secrets nor the home, nor what is hidden in its own folder, can be read."""
    (cell.home / "secret").write_text("of the home")
    (cell.out / "own").write_text("of its own")
    state = cell.out / "state"
    state.mkdir()
    (state / "admin.token").write_text("of Podium")
    code = (
        TRY
        + f"""
for path in ["/etc/shadow", {str(cell.home / "secret")!r}, {str(state / "admin.token")!r}, "/root/.profile"]:
    print(tried(lambda: open(path).read()), file=out)
print(open("own").read(), open({str(cell.private / "token")!r}).read(), file=out)
print(tried(lambda: open("/usr/bad", "w")), tried(lambda: os.mkdir("/bad")), file=out)
print(tried(lambda: open({str(cell.private / "token")!r}, "w")), file=out)
"""
    )
    told = (await cell.run(code, hidden=(str(state),))).splitlines()
    if not cell.held["files"].in_force:
        pytest.skip(cell.held["files"].how)
    assert [line.startswith("no: ") for line in told[:4]] == [True] * 4
    assert told[4] == "of its own the-token"
    assert told[5].count("no: ") == 2
    assert told[6].startswith("no: ")


async def test_the_network_is_its_doors(cell: Cell):
    """What a door names is reached; every other port of this machine and every other address is not."""
    served = await asyncio.start_server(_hello, "127.0.0.1", 0)
    other = socket.create_server(("127.0.0.1", 0))
    port, closed = served.sockets[0].getsockname()[1], other.getsockname()[1]
    code = (
        TRY
        + f"""
def ask(host, port):
    with socket.create_connection((host, port), 5) as it:
        it.sendall(b"hello")
        return it.recv(100)
print(tried(lambda: ask("127.0.0.1", {port})), file=out)
print(tried(lambda: ask("127.0.0.1", {closed})), file=out)
print(tried(lambda: ask("192.0.2.1", 80)), file=out)
def datagram():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))
print(tried(datagram), file=out)
print(tried(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)), file=out)
"""
    )
    told = (await cell.run(code, doors=(Door("127.0.0.1", port),))).splitlines()
    served.close()
    other.close()
    assert told[0] == "b'hello from outside'"
    if cell.held["network"].in_force or "Landlock" in cell.held["files"].how:
        assert told[1].startswith("no: ")
        assert told[3].startswith("no: ")
    if cell.held["network"].in_force:
        assert told[2].startswith("no: ")
    if cell.held["calls"].in_force:
        assert told[4].startswith("no: ")


async def _hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(5)
    writer.write(b"hello from outside")
    writer.close()
    await writer.wait_closed()


async def test_a_socket_of_the_hosts_files_is_not_reached(cell: Cell, tmp_path):
    """A Unix socket outside of its folders, as the keeper's, is not there for it."""
    path = tmp_path / "keeper.sock"
    with socket.socket(socket.AF_UNIX) as keeper:
        keeper.bind(str(path))
        keeper.listen()
        code = TRY + f"print(tried(lambda: socket.socket(socket.AF_UNIX).connect({str(path)!r})), file=out)"
        told = await cell.run(code)
    if not cell.held["files"].in_force:
        pytest.skip(cell.held["files"].how)
    assert told.startswith("no: ")


async def test_a_door_is_called_by_its_name(tmp_path):
    """A door with a name is reached under it, where the network is the program's own."""
    cell = Cell(tmp_path, frozenset())
    served = await asyncio.start_server(_hello, "127.0.0.1", 0)
    port = served.sockets[0].getsockname()[1]
    code = f"""
with socket.create_connection(("localhost", {port}), 5) as it:
    it.sendall(b"hello")
    print(it.recv(100), file=out)
"""
    told = await cell.run(code, doors=(Door("localhost", port),))
    served.close()
    assert told == "b'hello from outside'\n"


async def test_a_door_that_nobody_serves(tmp_path):
    """A gateway that is away is a connection that breaks, not one that hangs."""
    cell = Cell(tmp_path, frozenset())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code = (
        TRY
        + f"""
def ask():
    with socket.create_connection(("127.0.0.1", {port}), 5) as it:
        return it.recv(100)
print(tried(ask), file=out)
"""
    )
    assert (await cell.run(code, doors=(Door("127.0.0.1", port),))).strip() in {
        "b''",
        "no: Connection reset by peer",
        "no: Connection refused",
    }


async def test_the_host_is_not_seen(cell: Cell, monkeypatch):
    """It has the variables that it was given; other processes are not traced, signalled or read."""
    monkeypatch.setenv("SECRET_OF_THE_HOST", "abc")
    mine = os.getpid()
    code = (
        TRY
        + f"""
import ctypes
print(sorted(set(os.environ) - {{"LC_CTYPE"}}), file=out)
print(tried(lambda: open("/proc/{mine}/environ").read()), file=out)
print(tried(lambda: os.kill({mine}, 0)), file=out)
libc = ctypes.CDLL(None, use_errno=True)
print("no" if libc.ptrace(16, {mine}, 0, 0) else "traced", file=out)
print("no" if libc.unshare(0x10000000) else "a namespace", file=out)
print("no" if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) else "mounted", file=out)
for pid in (1, os.getppid()):
    print(tried(lambda: open(f"/proc/{{pid}}/environ").read()), file=out)
"""
    )
    told = (await cell.run(code, environment={"GIVEN": "1"})).splitlines()
    assert told[0].startswith("['GIVEN', 'HOME', 'PATH', 'TMPDIR']")
    if cell.held["processes"].in_force:
        assert told[1].startswith("no: ")
        assert told[2].startswith("no: ")
        assert "abc" not in told[6] + told[7]
    if cell.held["calls"].in_force:
        assert told[3:6] == ["no", "no", "no"]


async def test_nothing_outlives_the_program(cell: Cell):
    """What a program leaves behind, in a session of its own even, ends with it."""
    code = """
child = subprocess.Popen(["sleep", "271828"], start_new_session=True)
print("started", file=out)
"""
    assert await cell.run(code) == "started\n"
    assert [it.pid for it in psutil.process_iter(["cmdline"]) if "271828" in (it.info["cmdline"] or [])] == []


@pytest.mark.parametrize("without", [frozenset(), frozenset({"namespaces"}), NOTHING])
async def test_nothing_outlives_who_started_it(tmp_path, without):
    """Where Podium's own process is killed, its program and all of it is ended too."""
    mark = f"{os.getpid()}{len(without)}31415"
    private = tmp_path / "private"
    private.mkdir()
    script = f"""
import asyncio
from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.gpus.fake import FakeGpus
from podium.ports.executor import Program
async def main():
    command = ("sh", "-c", "setsid sleep {mark} & sleep {mark}")
    program = Program(command, {{}}, {str(tmp_path)!r}, {str(private)!r})
    executor = ProcessExecutor(FakeGpus(), without=frozenset({sorted(without)!r}))
    running = await (await executor.prepare(program)).start()
    print("runs", flush=True)
    await running.wait()
asyncio.run(main())
"""
    runner = subprocess.Popen([PYTHON, "-c", script], stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    assert runner.stdout is not None
    with runner.stdout:
        assert runner.stdout.readline() == "runs\n"
        await _until(lambda: len(_of(mark)) == 2)
        runner.kill()
        runner.wait()
    await _until(lambda: not _of(mark))


def _of(mark: str) -> list[int]:
    found = psutil.process_iter(["cmdline", "status"])
    return [
        it.pid
        for it in found
        if it.info["cmdline"] == ["sleep", mark] and it.info["status"] != psutil.STATUS_ZOMBIE
    ]


async def _until(condition) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


async def test_resources_have_an_end(cell: Cell):
    """Memory above the limit is not to be had, and a program that takes too much CPU is ended."""
    code = """
try:
    bytearray(1 << 30)
except MemoryError:
    print("no", file=out)
"""
    assert await cell.run(code, resources=Resources(memory_bytes=1 << 29)) == "no\n"
    await cell.run("while True: pass", resources=Resources(cpu_s=1))
    assert cell.outcome.exit_code == 128 + signal.SIGKILL
    assert (cell.outcome.cpu_ms or 0) >= 500


async def test_what_is_not_in_force_is_said(tmp_path):
    """Where nothing can be had, nothing is claimed; and the program runs all the same."""
    cell = Cell(tmp_path, NOTHING)
    assert await cell.run("print('runs', file=out)") == "runs\n"
    assert [name for name, it in cell.held.items() if it.in_force] == ["environment", "privileges"]
    assert "switched off" in cell.held["network"].how


def test_files_without_a_filter_of_sockets_are_not_held():
    """Landlock alone leaves Unix sockets open, so files are not said to be in force."""
    held = {"namespaces": "Operation not permitted", "landlock": None, "filter": "switched off"}
    told = {it.measure: it.in_force for it in holdings(held, (), 6)}
    assert told["files"] is False
    held["filter"] = None
    assert {it.measure: it.in_force for it in holdings(held, (), 6)}["files"] is True
    assert {it.measure: it.in_force for it in holdings(held, (), 5)}["processes"] is False


def test_the_filter_is_of_the_machine():
    """A machine whose calls are not known has no filter, and the lines of one are whole."""
    assert filter_program("riscv64", alone=True) is None
    for machine in ("x86_64", "aarch64"):
        for alone in (True, False):
            assert len(filter_program(machine, alone=alone) or b"") % 8 == 0


def test_what_a_command_needs(tmp_path):
    """A virtual environment brings itself and its Python; nothing brings a home or the root."""
    venv = tmp_path / "app" / ".venv"
    base = tmp_path / "python"
    for folder in (venv / "bin", base / "bin", base / "lib" / "python3.12"):
        folder.mkdir(parents=True)
    (base / "bin" / "python3").write_text("")
    (base / "bin" / "python3").chmod(0o755)
    (venv / "bin" / "python").symlink_to(base / "bin" / "python3")
    (venv / "pyvenv.cfg").write_text("")
    script = venv / "bin" / "agent"
    script.write_text(f"#!{venv}/bin/python\n")
    script.chmod(0o755)
    found = view.command_files("agent", str(venv / "bin"))
    assert {str(script), str(venv / "lib"), str(base / "lib"), str(venv / "pyvenv.cfg")} <= set(found)
    assert not {"/", str(tmp_path), str(tmp_path / "app"), "/lib"} & set(
        view.command_files("sh", "/usr/bin:/bin")[1:] + found
    )
    assert view.command_files("no-such", "/bin") == ()


async def test_a_command_below_a_link(tmp_path):
    """A command is found where links to folders lead, as /bin is one to usr/bin on most machines."""
    (tmp_path / "given" / "deep").mkdir(parents=True)
    (tmp_path / "given" / "deep" / "said").write_text("by way of a link")
    (tmp_path / "link").symlink_to(tmp_path / "given")
    (tmp_path / "out").mkdir()
    reads = (str(tmp_path / "link"), str(tmp_path / "link" / "deep"))
    program = Program(
        command=("/bin/sh", "-c", f"cat {reads[1]}/said > told"),
        folder=str(tmp_path / "out"),
        private=str(tmp_path / "given" / "deep" / "said"),
        reads=reads,
        writes=(str(tmp_path / "out"),),
        environment={},
        doors=(),
        hidden=(),
    )
    outcome = await (await (await ProcessExecutor(FakeGpus()).prepare(program)).start()).wait()
    assert outcome.exit_code == 0
    assert (tmp_path / "out" / "told").read_text() == "by way of a link"


async def test_what_is_hidden_is_hidden_below_links(cell: Cell, tmp_path):
    """A folder that is given by a link above it shows nothing that is hidden by its real name."""
    state = tmp_path / "real" / "given" / "state"
    state.mkdir(parents=True)
    (state / "admin.token").write_text("of Podium")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    given = tmp_path / "link" / "given"
    inside = tmp_path / "inside"
    inside.symlink_to(state)
    files = [str(given / "state" / "admin.token"), str(state / "admin.token"), str(inside / "admin.token")]
    code = (
        TRY
        + f"""
for path in {files}:
    print(tried(lambda: open(path).read()), file=out)
"""
    )
    told = await cell.run(code, reads=(str(given), str(inside) + "/."), hidden=(str(state),))
    if not cell.held["files"].in_force:
        pytest.skip(cell.held["files"].how)
    assert [line.startswith("no: ") for line in told.splitlines()] == [True] * 3


def test_holes_in_folders(tmp_path):
    """A folder around something hidden becomes its other entries; what is hidden itself is left out."""
    for name in ("a/b/secret", "a/b/c", "a/d"):
        (tmp_path / name).mkdir(parents=True)
    root = tmp_path / "a"
    assert view.carve([str(root), "/usr"], [str(root / "b" / "secret")]) == [
        str(root / "b" / "c"),
        str(root / "d"),
        "/usr",
    ]
    assert view.carve([str(root / "b" / "secret")], [str(root / "b" / "secret")]) == []
    assert view.carve([str(root / "b" / "secret")], [str(root / "b")]) == []
