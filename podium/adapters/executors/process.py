"""Programs as processes of this machine, behind what its kernel has: namespaces, else Landlock, and a filter.

The program sees a root of its own with what it may read, and a network of its own whose only addresses are
its doors: sockets that listen in there and are served out here. Where namespaces cannot be had, Landlock
holds its files, and the rest is said to be open.
"""

import asyncio
import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from podium.adapters.executors import procs, view
from podium.kernel.addresses import parse_address
from podium.kernel.errors import NotFound, StateError
from podium.ports.executor import Door, Holding, Measure, Outcome, Program, Resources

PREPARE_S: Final = 20.0
_CHUNK_BYTES: Final = 1 << 16
_LOOKS: Final = 100
"""Until nothing new is found; a program that starts others faster than it is stopped goes on meanwhile."""
Without = frozenset[str]
"""Means that are not used though the machine may have them: ``namespaces``, ``landlock``, ``filter``."""


class ProcessExecutor:
    """Runs programs on this machine."""

    def __init__(self, *, without: Without = frozenset()) -> None:
        self._without = without

    async def prepare(self, program: Program) -> "PreparedProcess":
        """Set up what holds a program. Raises StateError where not even a process can be had."""
        base = tempfile.mkdtemp(prefix="podium-run-")
        ours, theirs = socket.socketpair()
        lifeline, held_lifeline = os.pipe()
        try:
            for name in ("root", "scratch"):
                (Path(base) / name).mkdir(mode=0o700)
            with theirs, _output(program.output) as (stdin, stdout):
                process = subprocess.Popen(  # noqa: ASYNC220 - it is started, not waited for
                    [
                        *(sys.executable, "-I", "-m", "podium.adapters.executors.inner"),
                        *(str(theirs.fileno()), str(lifeline)),
                    ],
                    env={},
                    stdin=stdin,
                    stdout=stdout,
                    stderr=stdout,
                    pass_fds=(theirs.fileno(), lifeline),
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            os.close(held_lifeline)
            shutil.rmtree(base, ignore_errors=True)
            raise StateError(f"No process can be started: {error}.") from error
        finally:
            os.close(lifeline)
        prepared = PreparedProcess(program, base, ours, held_lifeline, process)
        try:
            await prepared.open(_wanted(program, base, self._without))
        except BaseException:
            await prepared.abandon()
            raise
        return prepared


@contextlib.contextmanager
def _output(path: str | None) -> Iterator[tuple[int | None, int | None]]:
    """Yield what a program reads, and where it writes; None: what we do."""
    if path is None:
        yield None, None
        return
    fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        yield subprocess.DEVNULL, fd
    finally:
        os.close(fd)


def _wanted(program: Program, base: str, without: Without) -> dict[str, Any]:
    """Return what the inner process is told."""
    scratch = f"{base}/scratch"
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch, "TMPDIR": scratch}
    environment |= program.environment
    own = view.command_files(program.command[0], environment["PATH"])
    reads = [*view.SYSTEM, *view.ETC, *own, *program.reads, program.private]
    writes = [*program.writes, scratch]
    names = [door.host for door in program.doors if parse_address(door.host) is None]
    literal = [door.host for door in program.doors if parse_address(door.host) is not None]
    return {
        "command": program.command,
        "environment": environment,
        "folder": program.folder,
        "scratch": scratch,
        "root": f"{base}/root",
        "reads": reads,
        "writes": writes,
        "hidden": program.hidden,
        "carved_reads": view.carve(reads, program.hidden),
        "carved_writes": view.carve(writes, program.hidden),
        "doors": [[_inside(door.host), door.port] for door in program.doors],
        "addresses": [it for it in dict.fromkeys(literal) if not it.startswith("127.") and ":" not in it],
        "hosts": f"127.0.0.1 {' '.join(dict.fromkeys(['localhost', 'sandbox', *names]))}\n::1 localhost\n",
        "limits": _limits(program.resources),
        "without": sorted(without),
    }


def _inside(host: str) -> str:
    """Return the address at which a door is served in a network of its own."""
    return host if parse_address(host) is not None else "127.0.0.1"


def _limits(resources: Resources) -> dict[str, int]:
    wanted = {
        "RLIMIT_AS": resources.memory_bytes,
        "RLIMIT_CPU": resources.cpu_s,
        "RLIMIT_NPROC": resources.processes,
        "RLIMIT_CORE": 0,
    }
    found = {}
    for name, most in wanted.items():
        if most is not None:
            hard = resource.getrlimit(getattr(resource, name))[1]
            found[name] = most if hard == resource.RLIM_INFINITY else min(most, hard)
    return found


class PreparedProcess:
    """A process that waits for the word to become the program."""

    def __init__(
        self,
        program: Program,
        base: str,
        control: socket.socket,
        lifeline: int,
        process: "subprocess.Popen[bytes]",
    ) -> None:
        self._program = program
        self._base = base
        self._control = control
        self._lifeline = lifeline
        self._process = process
        self._served: list[_Served] = []
        self._rest = b""
        self.holdings: tuple[Holding, ...] = ()
        self.holders: tuple[int, ...] = (process.pid,)
        """The processes that hold the program."""
        self.pid = process.pid

    async def open(self, wanted: dict[str, Any]) -> None:
        """Tell the process what is wanted, and learn what is in force. Raises StateError."""
        loop = asyncio.get_running_loop()
        self._control.settimeout(PREPARE_S)
        told, listening = await loop.run_in_executor(None, self._talk, json.dumps(wanted).encode() + b"\n")
        if told is None or "held" not in told:
            why = told["failed"] if told else "it said nothing"
            raise StateError(f"The sandbox cannot be set up: {why}.", fix="See docs/sandbox.md.")
        self.holdings = holdings(told["held"], self._program.doors, int(told["abi"]))
        self.holders = (self._process.pid, *procs.children(self._process.pid))
        for door, fd in zip(self._program.doors, listening, strict=False):
            self._served.append(await _Served.open(door, socket.socket(fileno=fd)))

    def _talk(self, line: bytes) -> tuple[dict[str, Any] | None, list[int]]:
        self._control.sendall(line)
        return self._hear()

    def _hear(self) -> tuple[dict[str, Any] | None, list[int]]:
        """Return the next line and what came with it, None where the other end closes."""
        found: list[int] = []
        try:
            while b"\n" not in self._rest:
                more, fds, _, _ = socket.recv_fds(self._control, _CHUNK_BYTES, 16)
                found += fds
                if not more:
                    return None, found
                self._rest += more
        except OSError as error:
            return {"failed": str(error)}, found
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line), found

    async def start(self) -> "RunningProcess":
        """Let it run. Raises NotFound where its command is not there, StateError where it cannot run."""
        told, _ = await asyncio.get_running_loop().run_in_executor(None, self._talk, b"go\n")
        if told is None or "failed" in told:
            await self.abandon()
            command = self._program.command[0]
            if told is not None and told.get("missing"):
                raise NotFound(
                    f"There is no {command}, or the sandbox does not show it.",
                    fix="Write its path, and allow its folder with --read.",
                )
            raise StateError(f"{command} cannot run: {told['failed'] if told else 'what held it has ended'}.")
        return RunningProcess(self)

    async def abandon(self) -> None:
        """Give it up: nothing of it has run."""
        await RunningProcess(self).kill()

    def take(self) -> "tuple[subprocess.Popen[bytes], int]":
        """Return the process, and the lifeline that ends it when it is closed."""
        return self._process, self._lifeline

    def used(self) -> dict[str, int]:
        """Return what the program has used, as its end was told; nothing where it was killed."""
        told, _ = self._hear()
        return told if told is not None and "cpu_ms" in told else {}

    async def close(self) -> None:
        """Close the doors and remove what was made for it."""
        self._control.close()
        for served in self._served:
            await served.close()
        await asyncio.get_running_loop().run_in_executor(None, shutil.rmtree, self._base, True)


class RunningProcess:
    """A program, and the process that holds it."""

    def __init__(self, prepared: PreparedProcess) -> None:
        self._prepared = prepared
        self._process, self._lifeline = prepared.take()
        self._ended: asyncio.Task[Outcome] = asyncio.create_task(self._wait())
        self._lifeline_held = True

    def signal(self, number: int) -> None:
        """Send a signal to the program. One that has ended gets none."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def pause(self) -> None:
        """Stop every process of it; one that is started meanwhile is stopped by the next look."""
        for _ in range(_LOOKS):
            found = [pid for pid in self._own() if not procs.is_still(pid)]
            if not found:
                return
            _send(found, signal.SIGSTOP)

    def resume(self) -> None:
        """Let every process of it go on."""
        _send(self._own(), signal.SIGCONT)

    def _own(self) -> list[int]:
        """Return its processes, without the two that hold it."""
        holding = self._prepared.holders
        return [pid for pid in procs.below([self._process.pid]) if pid not in holding]

    async def wait(self) -> Outcome:
        """Return how it ended. When this returns, no process of it is left. May be called again."""
        return await asyncio.shield(self._ended)

    async def kill(self) -> Outcome:
        """End it and all that it has started, at once and for certain."""
        self._release()
        return await self.wait()

    def _release(self) -> None:
        if self._lifeline_held:
            self._lifeline_held = False
            os.close(self._lifeline)

    async def _wait(self) -> Outcome:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        pidfd = os.pidfd_open(self._process.pid)
        loop.add_reader(pidfd, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(pidfd)
            os.close(pidfd)
        code = self._process.wait()
        used = self._prepared.used()
        self._release()
        await self._prepared.close()
        return Outcome(
            exit_code=code if code >= 0 else 128 - code,
            cpu_ms=used.get("cpu_ms"),
            peak_memory_bytes=used.get("peak_memory_bytes"),
        )


def _send(pids: list[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def holdings(held: dict[str, str | None], doors: tuple[Door, ...], abi: int) -> tuple[Holding, ...]:
    """Return what holds a program, by what its inner process has been refused (None: it was not)."""
    refused, judged = held["namespaces"], held["filter"]
    where = ", ".join(f"{door.host}:{door.port}" for door in doors) or "nothing"
    found: dict[Measure, tuple[bool, str]] = {
        "environment": (True, "variables of its own, none of the host's open files"),
        "privileges": (True, "no capabilities, and none can be gained (no_new_privs)"),
        "calls": (judged is None, judged or "a seccomp filter"),
    }
    if refused is None:
        found |= {
            "processes": (True, "a PID namespace of its own"),
            "network": (True, f"a network namespace of its own; it reaches {where}"),
            "files": (True, "a root of its own: the system read-only, and the folders that it was given"),
        }
    else:
        why, locked = f"no namespaces here ({refused})", held["landlock"]
        ports = ", ".join(str(door.port) for door in doors) or "none"
        left = f"TCP to port {ports} of any host is open" if abi >= 4 else "TCP to any host is open"
        tight = locked is None and abi >= 6
        sockets = judged is None
        found |= {
            "processes": (tight, "Landlock: none but its own can be traced or signalled" if tight else why),
            "network": (False, f"{why}: {left if locked is None else 'every address is open'}"),
            "files": (
                locked is None and sockets,
                "Landlock, and no Unix sockets"
                if locked is None and sockets
                else f"{why}; Landlock: {locked or 'in force'}; filter of sockets: {judged or 'in force'}",
            ),
        }
    order: tuple[Measure, ...] = ("environment", "privileges", "processes", "network", "files", "calls")
    return tuple(Holding(measure, *found[measure]) for measure in order)


class _Served:
    """A door as it is served out here: what connects in there is joined with its address."""

    def __init__(self, door: Door, server: asyncio.Server) -> None:
        self._door = door
        self._server = server
        self._joined: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, door: Door, listening: socket.socket) -> "_Served":
        """Serve what connects to a socket of the program's network."""
        listening.setblocking(False)
        served: _Served

        async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            served._taken(reader, writer)

        server = await asyncio.start_server(taken, sock=listening)
        served = cls(door, server)
        return served

    def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._join(reader, writer))
        self._joined.add(task)
        task.add_done_callback(self._joined.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward = await asyncio.open_connection(self._door.host, self._door.port)
        except OSError:
            writer.transport.abort()
            return
        try:
            await asyncio.gather(_carry(reader, onward[1]), _carry(onward[0], writer))
        finally:
            for one in (writer, onward[1]):
                one.close()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    async def close(self) -> None:
        """Cut every connection."""
        self._server.close()
        for task in list(self._joined):
            task.cancel()
        await asyncio.gather(*self._joined, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until their end."""
    try:
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except (ConnectionError, OSError):
        writer.transport.abort()
