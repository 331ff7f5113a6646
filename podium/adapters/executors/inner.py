"""What stands between the host and programs: one small process that forks, for each program, who holds it.

Run as a module, with a folder for trials, and a socket as file 3. It is started once and is small, and what
forks from it shares its memory: a program costs no interpreter's start, and little memory beyond its own.

```
who runs programs -> this process -> a helper, which leaves the host's namespaces and forks -> the holder
                                                               the holder forks -> the program
```

The helper ends then, so that the holder is this process's child. The holder passes signals on, and ends
everything when the program ends, when it is told to (`END`), or when this process ends, which it does with
whoever started it. In a PID namespace the holder is the first process, and the kernel ends with it all that
is left; without namespaces the helper itself is the holder, and ends what is left by name. It does as little
as it can, for each page that it writes to is memory of every program's: what becomes the program does the
rest. That gives up what the program shall not have, says what is in force, and waits for the word to go.
"""

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
from typing import Any, Final, NoReturn

from podium.adapters.executors import calls, linux, namespaces

END: Final = int(signal.SIGRTMIN)
"""Told to a holder: end the program and all of it, and say what it has used."""
PASSED_ON: Final = (
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGWINCH,
    signal.SIGCONT,
)
ASKED: Final = 3
"""The file at which requests come in."""
WITH_NAMESPACES: Final = b"n"
WITHOUT: Final = b"w"
"""What a request says; with it come the open files of one program: control, input, output, errors, and where
it writes a 0 to be of its cgroup (a list of processes, or nothing's device)."""
_FILES: Final = struct.Struct("=5i")
_FILES_ROOM: Final = socket.CMSG_SPACE(_FILES.size)
_HEARD: Final = frozenset(int(it) for it in (*PASSED_ON, END, signal.SIGCHLD))
_SIGKILL, _SIGCHLD = int(signal.SIGKILL), int(signal.SIGCHLD)
_NOT_RUN: Final = 126
_KILLED: Final = 128 + signal.SIGKILL
_MAX_TOLD: Final = 1 << 14
_FILTERS: Final = {alone: calls.filter_program(os.uname().machine, alone=alone) for alone in (False, True)}
"""Made once, for all that fork."""


def main() -> None:
    """Fork a holder for each request, until whoever asks is gone."""
    asked = socket.SocketType(fileno=ASKED)
    os.closerange(ASKED + 1, 1 << 16)
    os.setsid()
    os.chdir("/")
    linux.take_in_orphans()
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)  # holders wait for them
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel forgets who has ended
    alive = os.pidfd_open(os.getpid())
    gc.disable()
    gc.freeze()  # what collects garbage would write to, and so copy, every page that is shared
    refused: str | None = "not tried"
    while True:
        kind, with_it, _, _ = asked.recvmsg(1, _FILES_ROOM)
        if not kind:
            os._exit(0)
        files = _FILES.unpack(with_it[0][2]) if with_it else ()
        if kind == WITH_NAMESPACES and refused is not None:
            refused = namespaces.probe(sys.argv[1])
        if os.fork() == 0:
            os.close(ASKED)
            _serve(files, alive, refused if kind == WITH_NAMESPACES else "switched off")
        for file in files:
            os.close(file)


# The helper of one program.


def _serve(files: tuple[int, ...], alive: int, refused: str | None) -> NoReturn:
    """See to it that somebody holds the program. Nothing of this returns into the loop."""
    control = socket.SocketType(fileno=files[0])
    try:
        linux.default(_SIGCHLD)
        os.setsid()
        for number, file in enumerate(files[1:4]):
            os.dup2(file, number)
            os.close(file)
        holder = _Holder(control, alive, files[4], refused)
        if refused is None:
            _fork_holder(holder, control)
        else:
            linux.take_in_orphans()
            linux.die_with_parent(END)
            _tell_pid(control, os.getpid())
            holder.hold()
    except OSError as error:
        _tell(control, {"failed": str(error)})
    finally:
        os._exit(_NOT_RUN)


def _fork_holder(holder: "_Holder", control: socket.SocketType) -> NoReturn:
    """Leave the host's namespaces, fork who holds the program, and end. Raises OSError."""
    namespaces.leave()
    helper = os.pidfd_open(os.getpid())
    pid = os.fork()
    if pid:
        _tell_pid(control, pid)
        os._exit(0)
    try:
        # Only when the helper is gone is it known whose end is ours: its own would be taken for that.
        select.select([helper], [], [])
        os.close(helper)
        linux.die_with_parent(_SIGKILL)
        holder.hold()
    except OSError as error:
        _tell(control, {"failed": str(error)})
    finally:
        os._exit(_NOT_RUN)


def _tell_pid(control: socket.SocketType, pid: int) -> None:
    """Say who holds the program, by a file that stands for it, too. Raises OSError."""
    _send(control, b'{"pid": %d}\n' % pid, [os.pidfd_open(pid)])


def _send(control: socket.SocketType, line: bytes, files: list[int]) -> None:
    rights = struct.pack(f"={len(files)}i", *files)
    control.sendmsg([line], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if files else [])


def _line(control: socket.SocketType) -> bytes:
    """Return one line, which is shorter than the other end lets wait."""
    data = b""
    while not data.endswith(b"\n"):
        more = control.recv(1 << 16)
        if not more:
            os._exit(_KILLED)
        data += more
    return data


def _tell(control: socket.SocketType, told: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        control.sendall(json.dumps(told).encode() + b"\n")


def _pass_on(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


# The holder.


class _Holder:
    """Holds one program. ``refused``: why there are no namespaces; None: it is the first process of one."""

    def __init__(self, control: socket.SocketType, alive: int, group: int, refused: str | None) -> None:
        self._control, self._alive, self._group, self._refused = control, alive, group, refused

    def hold(self) -> NoReturn:
        """Start the program, wait for it and all of it, and say what it has used. Raises OSError."""
        if select.select([self._alive], [], [], 0)[0]:
            os._exit(_KILLED)  # it ended before we could ask to be told
        os.close(self._alive)
        linux.forbid_looking_in()
        told, tell = os.pipe()
        program = os.fork()
        if program == 0:
            os.close(told)
            _become(self._control, tell, self._group, self._refused)
        os.close(tell)
        os.close(self._group)
        if self._refused is None:
            linux.give_up_privileges()
            linux.die_with_parent(_SIGKILL)  # a change of credentials may have cleared it
            _filter(alone=False)
        failed = os.read(told, _MAX_TOLD)
        os.close(told)
        with contextlib.suppress(OSError):
            self._control.sendall(failed or b'{"runs": true}\n')
        code = _wait(program)
        if self._refused is None:
            _end_namespace()
        else:
            _end_what_is_left()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_ms = int((used.ru_utime + used.ru_stime) * 1000)
        _tell(self._control, {"code": code, "cpu_ms": cpu_ms, "peak_memory_bytes": used.ru_maxrss * 1024})
        os._exit(0)


def _wait(program: int) -> int:
    """Pass signals on until the program has ended, or shall end; return its exit code."""
    while True:
        number = signal.sigwaitinfo(_HEARD).si_signo
        if number == END:
            _pass_on(program, _SIGKILL)
        elif number != _SIGCHLD:
            _pass_on(program, number)
        else:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == program:
                    code = os.waitstatus_to_exitcode(ended[1])
                    return code if code >= 0 else 128 - code


def _end_namespace() -> None:
    """End all others of this PID namespace, and wait until they are gone."""
    _pass_on(-1, _SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _end_what_is_left() -> None:
    """End all descendants: who loses its parent becomes ours, until nobody is left.

    One may start others faster than it is looked for. All who have ended are let go before the next look, so
    that it stays short.
    """
    while True:
        for pid in _children(os.getpid()):
            _pass_on(pid, _SIGKILL)
        try:
            os.waitpid(-1, 0)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return


def _children(parent: int) -> list[int]:
    """Return who has this process, of one thread, as a parent."""
    with contextlib.suppress(OSError), open(f"/proc/{parent}/task/{parent}/children", "rb") as file:
        return [int(it) for it in file.read().split()]
    found = []  # a kernel without that file (CONFIG_PROC_CHILDREN)
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
                if int(fields[1]) == parent:
                    found.append(int(name))
    return found


# The program.


def _become(control: socket.SocketType, tell: int, group: int, refused: str | None) -> NoReturn:
    """Give up what it shall not have, say so, wait for the word, become the program.

    The pipe closes with that, or says why it could not be.
    """
    try:
        try:
            linux.die_with_parent(_SIGKILL)
            wanted = json.loads(_line(control))
            doors = _confine(wanted) if refused is None else []
            held = _give_up(wanted, refused)
            linux.die_with_parent(_SIGKILL)  # a change of credentials may have cleared it
            held["cgroup"] = _join(group)
            told = json.dumps({"held": held, "abi": linux.landlock_abi()}).encode() + b"\n"
            _send(control, told, [door.fileno() for door in doors])
        except OSError as error:
            _tell(control, {"failed": str(error)})
            os._exit(_NOT_RUN)
        if _line(control) != b"go\n":
            os._exit(_KILLED)
        _execute(wanted, tell)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        os.write(tell, json.dumps({"failed": str(error), "missing": missing}).encode() + b"\n")
    finally:
        os._exit(_NOT_RUN)


def _confine(wanted: dict[str, Any]) -> list[socket.socket]:
    """Make the network and the root that the program sees; return its doors. Raises OSError."""
    namespaces.bring_up(wanted["addresses"])
    doors = [namespaces.listen(door) for door in wanted["doors"]]
    namespaces.build_root(wanted)
    return doors


def _give_up(wanted: dict[str, Any], refused: str | None) -> dict[str, str | None]:
    """Give up what can be; return why what could not be was refused. Raises OSError."""
    held: dict[str, str | None] = {"namespaces": refused}
    linux.give_up_privileges()
    if refused is not None:
        held["landlock"] = "switched off" if "landlock" in wanted["without"] else _landlock(wanted)
    off = "filter" in wanted["without"]
    held["filter"] = "switched off" if off else _filter(alone=refused is not None)
    return held


def _landlock(wanted: dict[str, Any]) -> str | None:
    writes = [*wanted["carved_writes"], *wanted["devices"]]
    try:
        linux.landlock(wanted["carved_reads"], writes, [port for _, port in wanted["doors"]])
    except OSError as error:
        return str(error.args[-1])
    return None


def _filter(*, alone: bool) -> str | None:
    """Load the filter of calls; return why that is refused, None where it is not."""
    program = _FILTERS[alone]
    if program is None:
        return f"the calls of {os.uname().machine} are not known"
    try:
        linux.load_filter(program)
    except OSError as error:
        return str(error.args[-1])
    return None


def _join(group: int) -> str | None:
    """Enter a cgroup by the open list of its processes; return why that is refused, None where it is not."""
    try:
        os.write(group, b"0")
    except OSError as error:
        return str(error)
    return None


def _execute(wanted: dict[str, Any], tell: int) -> NoReturn:
    """Raise OSError where it cannot be."""
    os.setsid()
    for name, most in wanted["limits"].items():
        resource.setrlimit(getattr(resource, name), (most, most))
    try:
        os.chdir(wanted["folder"])
    except OSError:
        os.chdir(wanted["scratch"])
    for number in (*PASSED_ON, END, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.closerange(3, tell)
    os.closerange(tell + 1, 1 << 16)
    os.execvpe(wanted["command"][0], wanted["command"], wanted["environment"])  # noqa: S606 - its trade


if __name__ == "__main__":
    main()
