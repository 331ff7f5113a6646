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
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from podium.adapters.executors import procs, view
from podium.adapters.executors.cgroups import Group, Groups
from podium.adapters.executors.doors import Served, most_joined
from podium.adapters.executors.gpu_meter import GpuCount, GpuMeter, used
from podium.adapters.executors.inner import END
from podium.adapters.executors.namespaces import DEVICES
from podium.adapters.executors.nursery import Nursery
from podium.kernel.addresses import parse_address
from podium.kernel.errors import NotFound, StateError
from podium.ports.executor import Door, Holding, Measure, Outcome, Program, Resources
from podium.ports.gpus import Gpus
from podium.spend.machines import GpuHow

PREPARE_S: Final = 20.0
PATIENCE_S: Final = 0.5
"""So long who holds a program may take to end it and to say what it has used."""
_KILLED: Final = 128 + signal.SIGKILL
_CHUNK_BYTES: Final = 1 << 16
_LOOKS: Final = 100
"""Until nothing new is found; a program that starts others faster than it is stopped goes on meanwhile."""
Without = frozenset[str]
"""Means that are not used though the machine may have them: ``namespaces``, ``landlock``, ``filter``,
``cgroup``."""


class ProcessExecutor:
    """Runs programs on this machine."""

    def __init__(self, gpus: Gpus, *, without: Without = frozenset()) -> None:
        self._without = without
        self._gpus = gpus
        self._meter = GpuMeter(gpus)
        self._nursery = Nursery()
        self._groups = Groups() if "cgroup" not in without else None

    def begin(self) -> None:
        """Start what programs are forked from, so that the first one need not wait for it. Raises OSError."""
        self._nursery.begin()

    async def prepare(self, program: Program) -> "PreparedProcess":
        """Set up what holds a program.

        Raises StateError where not even a process can be had, where there is no GPU and it shall have one, or
        where it would see what others are given.
        """
        temporary = tempfile.gettempdir()
        if given := view.around(temporary, [*program.reads, *program.writes]):
            raise StateError(
                f"A program may not be given {given}: what others have in {temporary} is in it, as tokens.",
                fix="Name the files and folders in it that it needs.",
            )
        nodes = self._gpus.nodes() if program.resources.gpus else ()
        if program.resources.gpus and not nodes:
            raise StateError(
                "There is no GPU on this machine: no /dev/nvidia*, /dev/dri/renderD* or /dev/kfd.",
                fix="Take `gpus` away, or run it where there is one.",
            )
        base = tempfile.mkdtemp(prefix="podium-run-")
        made = self._groups is not None and self._groups.make(Path(base).name, program.resources)
        group = made or None
        ours, theirs = socket.socketpair()
        try:
            for name in ("root", "scratch"):
                (Path(base) / name).mkdir(mode=0o700)
            with theirs, _files(program.output) as (files, nothing):
                namespaces = "namespaces" not in self._without
                entrance = group.entrance if group is not None else nothing
                self._nursery.fork([theirs.fileno(), *files, entrance], namespaces=namespaces)
        except OSError as error:
            ours.close()
            if group is not None:
                group.close()
            shutil.rmtree(base, ignore_errors=True)
            raise StateError(f"No process can be started: {error}.") from error
        prepared = PreparedProcess(program, base, ours, group, self._meter, self._nursery, self._groups)
        try:
            async with asyncio.timeout(PREPARE_S):
                await prepared.open(_wanted(program, base, self._without, nodes))
        except TimeoutError as error:
            await prepared.abandon()
            raise StateError(
                f"The sandbox cannot be set up: it took more than {PREPARE_S:.0f} s.",
                fix="See docs/sandbox.md.",
            ) from error
        except BaseException:
            await prepared.abandon()
            raise
        return prepared


@contextlib.contextmanager
def _files(path: str | None) -> Iterator[tuple[list[int], int]]:
    """Yield where a program reads, writes and complains: in a file, or, None, where we do."""
    with contextlib.ExitStack() as opened:
        nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        opened.callback(os.close, nothing)
        if path is None:
            yield [number if _is_open(number) else nothing for number in range(3)], nothing
            return
        fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        opened.callback(os.close, fd)
        yield [nothing, fd, fd], nothing


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _wanted(program: Program, base: str, without: Without, nodes: tuple[str, ...]) -> dict[str, Any]:
    """Return what the inner process is told."""
    scratch = f"{base}/scratch"
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch, "TMPDIR": scratch}
    environment |= program.environment
    own = view.command_files(program.command[0], environment["PATH"])
    reads = [*view.SYSTEM, *view.ETC, *own, *program.reads, program.private]
    writes = [*program.writes, scratch]
    names = [door.host for door in program.doors if parse_address(door.host) is None]
    literal = [door.host for door in program.doors if parse_address(door.host) is not None]
    hidden = [*program.hidden, *view.keys()]
    return {
        "command": program.command,
        "environment": environment,
        "folder": program.folder,
        "scratch": scratch,
        "root": f"{base}/root",
        "reads": reads,
        "writes": writes,
        "hidden": view.hidden_names([*reads, *writes], hidden),
        "carved_reads": view.carve(reads, hidden),
        "carved_writes": view.carve(writes, hidden),
        "devices": [*DEVICES, *nodes],
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
    """A program that waits, and the process that holds it."""

    def __init__(
        self,
        program: Program,
        base: str,
        control: socket.socket,
        group: Group | None,
        meter: GpuMeter,
        *owners: object,
    ) -> None:
        """``owners``: what ends, with all that it has made, when nobody has it any more."""
        self._meter = meter
        self._gpu: GpuCount | None = None
        self.gpu_how: GpuHow = "failed"
        """How its GPU time will be known, or why not."""
        self._program = program
        self._base = base
        self._control = control
        self._control.setblocking(False)
        self._group, self._owners = group, owners
        self._rest = b""
        self._served: list[Served] = []
        self.holdings: tuple[Holding, ...] = ()
        self.pid = 0
        self.pidfd = -1
        """Of the process that holds it; -1: there is none."""
        self.counted_in = group.name if group is not None else ""
        """The group that counts what it uses; empty: there is none."""
        self.confined = False
        """Whether all that it has started ends with the process that holds it, by the kernel."""

    async def open(self, wanted: dict[str, Any]) -> None:
        """Say what is wanted, and learn what is in force. Raises StateError."""
        told, found = await self._talk(json.dumps(wanted).encode() + b"\n")
        if found:
            self.pidfd, self.pid = found[0], int(told["pid"])
            told, found = await self._hear()
        room = asyncio.Semaphore(most_joined())
        for door, fd in zip(self._program.doors, found, strict=False):
            self._served.append(Served(door, socket.socket(fileno=fd), room))
        if "held" not in told:
            why = told.get("failed", "it said nothing")
            raise StateError(f"The sandbox cannot be set up: {why}.", fix="See docs/sandbox.md.")
        self.confined = told["held"]["namespaces"] is None
        given = self._program.resources.gpus
        self.gpu_how = self._meter.reach(confined=self.confined, given=given)
        if told["held"]["cgroup"] is not None and self._group is not None:
            self._group.close()  # it could not enter
            self._group, self.counted_in = None, ""
        self.holdings = holdings(told["held"], self._program.doors, int(told["abi"]))

    async def _talk(self, line: bytes) -> tuple[dict[str, Any], list[int]]:
        with contextlib.suppress(ConnectionError):  # then nothing is heard either
            await asyncio.get_running_loop().sock_sendall(self._control, line)
        return await self._hear()

    async def _hear(self) -> tuple[dict[str, Any], list[int]]:
        """Return the next line and what came with it, nothing where the other end closes."""
        found: list[int] = []
        while b"\n" not in self._rest:
            try:
                more, fds, _, _ = socket.recv_fds(self._control, _CHUNK_BYTES, 16)
            except BlockingIOError:
                await _readable(self._control.fileno())
                continue
            except OSError:
                return {}, found
            found += fds
            if not more:
                return {}, found
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line), found

    async def start(self) -> "RunningProcess":
        """Let it run. Raises NotFound where its command is not there, StateError where it cannot run."""
        if self.gpu_how == "sampled":
            self._gpu = await self._meter.begin(self.pid)
        told, _ = await self._talk(b"go\n")
        if "runs" not in told:
            await self.abandon()
            command = self._program.command[0]
            if told.get("missing"):
                raise NotFound(
                    f"There is no {command}, or the sandbox does not show it.",
                    fix="Write its path, and allow its folder with --read.",
                )
            raise StateError(f"{command} cannot run: {told.get('failed', 'what held it has ended')}.")
        return RunningProcess(self)

    async def abandon(self) -> None:
        """Give it up: nothing of it has run."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        await RunningProcess(self).kill()

    def end(self) -> None:
        """Have the program ended, with all that it has started."""
        if self._group is not None:
            self._group.kill()
        self.send(END)

    def send(self, number: int) -> None:
        """Send a signal to the process that holds it, if that is there."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    async def over(self) -> Outcome:
        """Wait until the process that holds it has ended; return what it has said of the program's end."""
        if self.pidfd >= 0:
            await _readable(self.pidfd)
        told: dict[str, Any] = {}
        while line := (await self._hear())[0]:
            told = line
        self._control.close()
        for served in self._served:
            await served.close()
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1
        cpu_ms, peak_bytes = told.get("cpu_ms"), told.get("peak_memory_bytes")
        if self._group is not None:
            counted_ms, counted_bytes = self._group.cpu_ms(), self._group.peak_memory_bytes()
            cpu_ms = counted_ms if counted_ms is not None else cpu_ms
            peak_bytes = counted_bytes if counted_bytes is not None else peak_bytes
            self._group.close()
            self._group = None
        await asyncio.get_running_loop().run_in_executor(None, shutil.rmtree, self._base, True)
        gpu_ms, how = await used(self._meter, self._gpu, self.gpu_how)
        return Outcome(told.get("code", _KILLED), cpu_ms, peak_bytes, gpu_ms, how)


async def _readable(fd: int) -> None:
    """Wait until there is something to read."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(fd, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)


class RunningProcess:
    """A program, and the process that holds it."""

    def __init__(self, prepared: PreparedProcess) -> None:
        self._prepared = prepared
        self._ended: asyncio.Task[Outcome] = asyncio.create_task(prepared.over())

    def signal(self, number: int) -> None:
        """Send a signal to the program. One that has ended gets none."""
        self._prepared.send(number)

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
        """Return its processes, without the one that holds it."""
        return procs.below([self._prepared.pid]) if self._prepared.pidfd >= 0 else []

    async def wait(self) -> Outcome:
        """Return how it ended. When this returns, no process of it is left. May be called again."""
        return await asyncio.shield(self._ended)

    async def kill(self) -> Outcome:
        """End it and all that it has started, at once and for certain.

        Who holds it ends it and says what it has used; where that takes too long, the kernel does, unsaid.
        """
        self._prepared.end()
        if self._prepared.confined:
            await asyncio.wait([self._ended], timeout=PATIENCE_S)
            self._prepared.send(signal.SIGKILL)
        return await self.wait()


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
                "Landlock, and no Unix sockets; modes and times of others it may still change"
                if locked is None and sockets
                else f"{why}; Landlock: {locked or 'in force'}; filter of sockets: {judged or 'in force'}",
            ),
        }
    order: tuple[Measure, ...] = ("environment", "privileges", "processes", "network", "files", "calls")
    return tuple(Holding(measure, *found[measure]) for measure in order)
