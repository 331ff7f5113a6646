"""What stands between the host and a program; run as a module, with the numbers of two open files.

Two processes. The outer one stays on the host: it passes signals on, and when the program or whoever started
it ends, it ends everything. The inner one gives up what the program shall not have, says over the control
socket what is in force, waits for the word to go, and starts the program; in a PID namespace it is the first
process. Imports as little as it can: this is time before every program's first line.
"""

import contextlib
import json
import os
import resource
import select
import signal
import socket
import stat
import sys
from typing import Any, Final, NoReturn

from podium.adapters.executors import calls, linux

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
DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_NOT_RUN: Final = 126
_KILLED: Final = 128 + signal.SIGKILL


def main() -> None:
    """Read what is wanted and do it."""
    control, lifeline = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    wanted = json.loads(_line(control))
    refused = "switched off" if "namespaces" in wanted["without"] else _probe(wanted["root"])
    doors: list[socket.socket] = []
    if refused is None:
        _enter(wanted)
        doors = [_listen(door) for door in wanted["doors"]]
        linux.die_with_parent(signal.SIGKILL)
    else:
        linux.take_in_orphans()  # they are ended when the lifeline is, which a signal would forestall
    inner = os.fork()
    if inner == 0:
        os.close(lifeline)
        _inner(wanted, control, doors, refused)
    for door in doors:
        door.close()
    control.close()
    os._exit(_outer(inner, lifeline, namespaces=refused is None))


def _line(control: socket.socket) -> bytes:
    """Return one line, which is shorter than the other end lets wait."""
    data = b""
    while not data.endswith(b"\n"):
        more = control.recv(1 << 16)
        if not more:
            os._exit(_KILLED)
        data += more
    return data


# The outer process.


def _outer(inner: int, lifeline: int, *, namespaces: bool) -> int:
    """Wait for the inner process, or for the end of who started us; return the exit code."""
    for number in PASSED_ON:
        signal.signal(number, lambda number, _: _pass_on(inner, number))
    ended = os.pidfd_open(inner)
    ready, _, _ = select.select([ended, lifeline], [], [])
    code = _KILLED
    if ended in ready:
        code = _code(os.waitpid(inner, 0)[1])
    else:
        os.kill(inner, signal.SIGKILL)
        os.waitpid(inner, 0)
    if not namespaces:
        _end_what_is_left()
    return code


def _pass_on(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _end_what_is_left() -> None:
    """End all descendants: who loses its parent becomes ours, until nobody is left."""
    while True:
        for pid in _children(os.getpid()):
            _pass_on(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children(parent: int) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
                if int(fields[1]) == parent:
                    found.append(int(name))
    return found


# Namespaces.


def _probe(root: str) -> str | None:
    """Return why namespaces cannot be had here, None where they can. Tried in a process that ends."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            uid, gid = os.getuid(), os.getgid()
            linux.unshare(linux.NAMESPACES)
            _map_users(uid, gid)
            linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
            linux.mount("none", root, "tmpfs")
            linux.seal(root, writable=False)
        except OSError as error:
            os.write(tell, str(error).encode()[:200])
        os._exit(0)
    os.close(tell)
    os.waitpid(pid, 0)
    with os.fdopen(told, "rb") as pipe:
        return pipe.read().decode("utf-8", "replace") or None


def _map_users(uid: int, gid: int) -> None:
    """Be in the new user namespace who we are outside, and nobody else."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def _enter(wanted: dict[str, Any]) -> None:
    uid, gid = os.getuid(), os.getgid()
    linux.unshare(linux.NAMESPACES)
    _map_users(uid, gid)
    most = "/proc/sys/user/max_user_namespaces"
    with contextlib.suppress(OSError), open(most, "w", encoding="ascii") as file:
        file.write("0")  # the filter of calls denies new ones too
    socket.sethostname("sandbox")
    linux.loopback_up()
    for number, address in enumerate(wanted["addresses"], 1):
        linux.add_address(address, number)


def _listen(door: list[Any]) -> socket.socket:
    address, port = door
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((address, port))
    listening.listen(128)
    return listening


def _build_root(wanted: dict[str, Any]) -> None:
    """Make a root of what may be seen, and leave the old one."""
    root = wanted["root"]
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("none", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=16m")
    for name in ("proc", "dev", "tmp", "etc", "old"):
        os.mkdir(f"{root}/{name}")
    linux.mount("none", f"{root}/tmp", "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=1777,size=1g")  # noqa: S108 - of a root of its own
    with contextlib.suppress(OSError):  # a container may forbid it; then the program has none
        linux.mount("proc", f"{root}/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, f"{root}/dev/{name}")
    for path in DEVICES:
        _bind(root, path, writable=True, device=True)
    with open(f"{root}/etc/hosts", "w", encoding="ascii") as file:
        file.write(wanted["hosts"])
    # Shorter paths first: a longer one is put into what a shorter one has made visible.
    both = [(path, False) for path in wanted["reads"]] + [(path, True) for path in wanted["writes"]]
    for path, writable in sorted(both):
        _bind(root, path, writable=writable)
    for path in wanted["hidden"]:
        _hide(root, path)
    linux.pivot_root(root, f"{root}/old")
    os.chdir("/")
    linux.unmount("/old")
    os.rmdir("/old")
    linux.mount("none", "/", flags=linux.MS_BIND | 0x20 | 0x1 | linux.MS_NOSUID | linux.MS_NODEV)


def _bind(root: str, path: str, *, writable: bool, device: bool = False) -> None:
    """Make a path of the host's visible at its place; what is not there is passed over."""
    try:
        info = os.lstat(path)
    except OSError:
        return
    target = root + path
    with contextlib.suppress(FileExistsError):
        os.makedirs(os.path.dirname(target))
    if stat.S_ISLNK(info.st_mode):
        with contextlib.suppress(FileExistsError):
            os.symlink(os.readlink(path), target)
        return
    with contextlib.suppress(FileExistsError, PermissionError, OSError):
        if stat.S_ISDIR(info.st_mode):
            os.makedirs(target)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    linux.mount(path, target, flags=linux.MS_BIND | linux.MS_REC)
    if not device:
        linux.seal(target, writable=writable)


def _hide(root: str, path: str) -> None:
    """Put nothing over a path that is visible."""
    target = root + path
    if os.path.isdir(target):
        linux.mount("none", target, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=555,size=4k")
        linux.seal(target, writable=False)
    elif os.path.exists(target):
        linux.mount(f"{root}/dev/null", target, flags=linux.MS_BIND)


# The inner process.


def _inner(
    wanted: dict[str, Any], control: socket.socket, doors: list[socket.socket], refused: str | None
) -> NoReturn:
    try:
        linux.die_with_parent(signal.SIGKILL)
        held: dict[str, str | None] = {"namespaces": refused}
        if refused is None:
            _build_root(wanted)
        linux.give_up_privileges()
        if refused is not None:
            held["landlock"] = _landlock(wanted)
        held["filter"] = _filter(wanted, alone=refused is not None)
        linux.die_with_parent(signal.SIGKILL)  # a change of credentials may have cleared it
        told = json.dumps({"held": held, "abi": linux.landlock_abi()}).encode() + b"\n"
        socket.send_fds(control, [told], [door.fileno() for door in doors])
    except OSError as error:
        control.sendall(json.dumps({"failed": str(error)}).encode() + b"\n")
        os._exit(_NOT_RUN)
    for door in doors:
        door.close()
    if _line(control) != b"go\n":
        os._exit(_KILLED)
    _hold(wanted, control)


def _landlock(wanted: dict[str, Any]) -> str | None:
    if "landlock" in wanted["without"]:
        return "switched off"
    reads = [*wanted["carved_reads"], "/dev"]
    try:
        linux.landlock(reads, [*wanted["carved_writes"], *DEVICES], [port for _, port in wanted["doors"]])
    except OSError as error:
        return str(error.args[-1])
    return None


def _filter(wanted: dict[str, Any], *, alone: bool) -> str | None:
    if "filter" in wanted["without"]:
        return "switched off"
    program = calls.filter_program(os.uname().machine, alone=alone)
    if program is None:
        return f"the calls of {os.uname().machine} are not known"
    try:
        linux.load_filter(program)
    except OSError as error:
        return str(error.args[-1])
    return None


def _hold(wanted: dict[str, Any], control: socket.socket) -> NoReturn:
    """Start the program, wait for it and what it leaves behind, and say what it has used.

    In a PID namespace this is the first process: when it ends, the kernel ends all others in it.
    """
    linux.forbid_looking_in()
    told, tell = os.pipe()
    program = os.fork()
    if program == 0:
        control.close()
        _become(wanted, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        failed = pipe.read()
    if failed:
        control.sendall(failed)
        os._exit(_NOT_RUN)
    for number in PASSED_ON:  # before it is said to run: a first process loses them else
        signal.signal(number, lambda number, _: _pass_on(program, number))
    control.sendall(b"{}\n")
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == program:
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu_ms = int((used.ru_utime + used.ru_stime) * 1000)
            line = json.dumps({"cpu_ms": cpu_ms, "peak_memory_bytes": used.ru_maxrss * 1024})
            with contextlib.suppress(OSError):
                control.sendall(line.encode() + b"\n")
            os._exit(_code(status))


def _become(wanted: dict[str, Any], tell: int) -> NoReturn:
    """Become the program: the pipe closes with that, or says why it could not be."""
    try:
        os.setsid()
        for name, most in wanted["limits"].items():
            resource.setrlimit(getattr(resource, name), (most, most))
        try:
            os.chdir(wanted["folder"])
        except OSError:
            os.chdir(wanted["scratch"])
        for number in PASSED_ON:
            signal.signal(number, signal.SIG_DFL)
        os.closerange(3, tell)
        os.closerange(tell + 1, 1 << 16)
        os.execvpe(wanted["command"][0], wanted["command"], wanted["environment"])  # noqa: S606 - its trade
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        os.write(tell, json.dumps({"failed": str(error), "missing": missing}).encode() + b"\n")
        os._exit(_NOT_RUN)


if __name__ == "__main__":
    main()
