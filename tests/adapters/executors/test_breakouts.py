"""Ways out of what holds a program that one of its means alone leaves open."""

import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from podium.adapters.executors import doors, view
from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.gpus.fake import FakeGpus
from podium.kernel.errors import StateError
from podium.ports.executor import Door, Program
from tests.adapters.executors.test_process import MEANS, PYTHON, TRY, Cell


@pytest.fixture(params=MEANS)
def cell(request, tmp_path) -> Cell:
    return Cell(tmp_path, MEANS[request.param])


async def test_what_the_kernel_is_told_is_not_written(cell: Cell):
    """Root may write to /proc/sys without a capability, and what gets core dumps is run outside."""
    code = (
        TRY
        + """
for path in ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/panic", "/proc/sys/vm/drop_caches"]:
    print(tried(lambda: os.close(os.open(path, os.O_WRONLY))), file=out)
"""
    )
    told = (await cell.run(code)).splitlines()
    if not cell.held["files"].in_force:
        pytest.skip(cell.held["files"].how)
    assert [line.startswith("no: ") for line in told] == [True] * 3


async def test_tcp_goes_only_to_the_doors_however_it_is_opened(cell: Cell):
    """Neither what is sent with the first packet nor MPTCP gets to another port, and nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code = (
            TRY
            + f"""
def opened(sent, *kind):
    it = socket.socket(socket.AF_INET, socket.SOCK_STREAM, *kind)
    if sent == "sendto":
        return it.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", {port}))
    if sent == "sendmsg":
        return it.sendmsg([b"x"], [], socket.MSG_FASTOPEN, ("127.0.0.1", {port}))
    return it.connect(("127.0.0.1", {port}))
print(tried(lambda: opened("sendto")), tried(lambda: opened("sendmsg")), file=out)
print(tried(lambda: opened("connect", 262)), tried(lambda: opened("connect", 132)), file=out)
print(tried(lambda: socket.socket().listen()), file=out)
"""
        )
        told = (await cell.run(code)).splitlines()
    if not (cell.held["files"].in_force and cell.held["calls"].in_force):
        pytest.skip(cell.held["files"].how)
    assert [line.count("no: ") for line in told[:2]] == [2, 2]
    assert cell.held["network"].in_force or told[2].startswith("no: ")


async def test_limits_of_others_are_not_set(cell: Cell):
    """A limit of CPU time would end a process outside as a signal does; its own limits a program may set."""
    with subprocess.Popen(["sleep", "60"]) as outside:  # noqa: ASYNC220
        code = (
            TRY
            + f"""
import resource
print(tried(lambda: resource.prlimit({outside.pid}, resource.RLIMIT_CPU, (86400, 86400))), file=out)
print(tried(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))), file=out)
"""
        )
        told = (await cell.run(code)).splitlines()
        outside.kill()
    if not (cell.held["processes"].in_force and cell.held["calls"].in_force):
        pytest.skip(cell.held["processes"].how)
    assert told[0].startswith("no: ")
    assert told[1] == "None"


@pytest.fixture
def shared() -> Iterator[Path]:
    """Memory that another program shares."""
    path = Path(f"/dev/shm/podium-{os.getpid()}")
    path.write_text("of others")
    yield path
    path.unlink()


async def test_devices_and_shared_memory_are_not_read(cell: Cell, shared: Path):
    """Of /dev a program has what is named; not what other programs share, nor disks and terminals."""
    code = (
        f"print(tried(lambda: open({str(shared)!r}).read()), tried(lambda: open('/dev/urandom')), file=out)"
    )
    told = await cell.run(TRY + code)
    if not cell.held["files"].in_force:
        pytest.skip(cell.held["files"].how)
    assert told.startswith("no: ")
    assert told.count("no: ") == 1


async def test_private_keys_beside_certificates_are_not_read(cell: Cell, tmp_path, monkeypatch):
    """Root could read the keys of the machine's servers, which lie beside what every program needs."""
    ssl = tmp_path / "ssl"
    (ssl / "private").mkdir(parents=True)
    (ssl / "private" / "server.key").write_text("a key")
    (ssl / "openssl.cnf").write_text("what all need")
    monkeypatch.setattr(view, "KEYS", (str(tmp_path / "*" / "private"),))
    assert view.keys() == (str(ssl / "private"),)
    code = (
        TRY
        + f"""
print(tried(lambda: open({str(ssl / "private" / "server.key")!r}).read()), file=out)
print(tried(lambda: open({str(ssl / "openssl.cnf")!r}).read()), file=out)
"""
    )
    told = (await cell.run(code, reads=(str(ssl),))).splitlines()
    if not cell.held["files"].in_force:
        pytest.skip(cell.held["files"].how)
    assert told[0].startswith("no: ")
    assert told[1] == "'what all need'"


async def test_a_folder_with_what_others_are_given_is_refused(tmp_path, monkeypatch):
    """Tokens of other programs lie in the folder for temporary files: nobody is given it, or one around."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp" / "own").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    executor = ProcessExecutor(FakeGpus())

    def program(**given: tuple[str, ...]) -> Program:
        return Program(("true",), {}, "/", str(tmp_path / "tmp" / "own"), **given)  # type: ignore[arg-type]

    for given in (tmp_path / "tmp", tmp_path, link, "/"):
        for how in ("reads", "writes"):
            with pytest.raises(StateError, match="may not be given"):
                await executor.prepare(program(**{how: (str(given),)}))
    prepared = await executor.prepare(program(reads=(str(tmp_path / "tmp" / "own"),)))
    assert (await (await prepared.start()).wait()).exit_code == 0


async def test_a_flood_of_connections_waits_in_the_program(tmp_path, monkeypatch):
    """One program cannot take the files that its runner may open: what is too much waits, and is served."""
    monkeypatch.setattr(doors, "MOST_JOINED", 3)
    now = most = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await reader.read(1)
        await asyncio.sleep(0.02)
        now -= 1
        writer.write(b"y")
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    served = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = served.sockets[0].getsockname()[1]
    cell = Cell(tmp_path, frozenset())
    code = f"""
many = [socket.create_connection(("127.0.0.1", {port}), 20) for _ in range(20)]
for it in many:
    it.sendall(b"x")
answers = 0
for it in many:
    answers += it.recv(1) == b"y"
    it.close()
print(answers, file=out)
"""
    told = await cell.run(code, doors=(Door("127.0.0.1", port),))
    served.close()
    if not cell.held["network"].in_force:
        pytest.skip(cell.held["network"].how)
    assert told == "20\n"
    assert most == 3


def test_many_who_have_ended_are_let_go_at_once():
    """Who holds a program looks once for what it has left, not once for each of thousands."""
    code = """
import os
from podium.adapters.executors import inner
looks, find = [], inner._children
def counted(parent):
    looks.append(find(parent))
    return looks[-1]
inner._children = counted
for _ in range(40):
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
inner._end_what_is_left()
print(len(looks[0]), len(looks), find(os.getpid()))
"""
    told = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "40 1 []\n"


async def test_who_starts_others_faster_than_it_is_looked_for_ends(tmp_path):
    """A chain of processes, each of which has ended when it is found, ends with its program all the same."""
    chain = tmp_path / "chain.py"
    chain.write_text(
        "import os, time\n"
        "until = time.time() + 30\n"
        "if os.fork() == 0:\n"
        "    while time.time() < until and os.fork() == 0:\n"
        "        os.setsid()\n"
        "    os._exit(0)\n"
    )
    cell = Cell(tmp_path, frozenset({"namespaces", "cgroup"}))
    await cell.run(f"os.execv(sys.executable, [sys.executable, {str(chain)!r}])", reads=(str(chain),))
    assert cell.outcome.exit_code == 0
    assert [it for it in psutil.process_iter(["cmdline"]) if str(chain) in (it.info["cmdline"] or [])] == []
