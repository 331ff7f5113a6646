"""Namespaces of a program: whether they can be had here, its own network, and a root of its own.

Run in the processes of `inner`, which know no more of Podium than they need.
"""

import contextlib
import os
import socket
import stat
from typing import Any, Final

from podium.adapters.executors import linux

DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
MOST_LINKS: Final = 40
"""Followed for one path, as many as Linux follows (path_resolution(7))."""


def probe(root: str) -> str | None:
    """Return why namespaces cannot be had here, None where they can. Tried in a process that ends.

    Nobody waits for that process: who asks has the kernel forget its children.
    """
    told, tell = os.pipe()
    if os.fork() == 0:
        try:
            leave()
            linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
            linux.mount("none", root, "tmpfs")
            linux.seal(root, writable=False)
        except OSError as error:
            os.write(tell, str(error).encode()[:200])
        os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        return pipe.read().decode("utf-8", "replace") or None


def _map_users(uid: int, gid: int) -> None:
    """Be in the new user namespace who we are outside, and nobody else."""
    for path, text in (
        ("/proc/self/setgroups", b"deny"),
        ("/proc/self/uid_map", b"%d %d 1" % (uid, uid)),
        ("/proc/self/gid_map", b"%d %d 1" % (gid, gid)),
    ):
        file = os.open(path, os.O_WRONLY)  # an object of a file would be memory of every holder's
        os.write(file, text)
        os.close(file)


def leave() -> None:
    """Leave the host's namespaces; children are in a PID namespace of their own. Raises OSError."""
    uid, gid = os.getuid(), os.getgid()
    linux.unshare(linux.NAMESPACES)
    _map_users(uid, gid)


def bring_up(addresses: list[str]) -> None:
    """Bring up the new network, with these addresses, and let no more namespaces be made. Raises OSError."""
    most = "/proc/sys/user/max_user_namespaces"
    with contextlib.suppress(OSError), open(most, "w", encoding="ascii") as file:
        file.write("0")  # the filter of calls denies new ones too
    socket.sethostname("sandbox")
    linux.loopback_up()
    for number, address in enumerate(addresses, 1):
        linux.add_address(address, number)


def listen(door: list[Any]) -> socket.socket:
    """Return the socket at which a door is served in the program's own network. Raises OSError."""
    address, port = door
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((address, port))
    listening.listen(128)
    return listening


def build_root(wanted: dict[str, Any]) -> None:
    """Make a root of what may be seen, and leave the old one. Raises OSError."""
    root = wanted["root"]
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("none", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=16m")
    for name in ("proc", "dev", "tmp", "etc", "old"):
        os.mkdir(f"{root}/{name}")
    linux.mount("none", f"{root}/tmp", "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=1777,size=1g")  # noqa: S108 - of a root of its own
    with contextlib.suppress(OSError):  # a container may forbid it; then the program has none
        linux.mount("proc", f"{root}/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV)
        # Root may write to /proc/sys without any capability, and core_pattern names a program of the host's.
        linux.seal(f"{root}/proc", writable=False)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, f"{root}/dev/{name}")
    for path in wanted["devices"]:
        _bind(root, path, path, writable=True, device=True)
    with open(f"{root}/etc/hosts", "w", encoding="ascii") as file:
        file.write(wanted["hosts"])
    both = [(path, False) for path in wanted["reads"]] + [(path, True) for path in wanted["writes"]]
    # Links first, as /bin is one to usr/bin: what is below them is put where they lead.
    for path, _ in sorted(both):
        _link(root, path)
    # Shorter places first: a longer one is put into what a shorter one has made visible.
    placed = sorted((_place(root, path), writable, path) for path, writable in both)
    for place, writable, path in placed:
        _bind(root, path, place, writable=writable)
    for path in wanted["hidden"]:
        _hide(root, os.path.dirname(_place(root, f"{path}/.")))
    linux.pivot_root(root, f"{root}/old")
    os.chdir("/")
    linux.unmount("/old")
    os.rmdir("/old")
    linux.mount("none", "/", flags=linux.MS_BIND | 0x20 | 0x1 | linux.MS_NOSUID | linux.MS_NODEV)


def _place(root: str, path: str) -> str:
    """Return where a path is in the new root, whose own links lead to its folder; never out of that root."""
    at, ahead = "", os.path.dirname(path).split("/")
    links = 0
    while ahead:
        part = ahead.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            at = os.path.dirname(at)
            continue
        at = f"{at}/{part}"
        if links < MOST_LINKS and os.path.islink(root + at):
            links += 1
            leads = os.readlink(root + at)
            ahead = leads.split("/") + ahead
            at = "" if leads.startswith("/") else os.path.dirname(at)
    return os.path.join(at or "/", os.path.basename(path))


def _link(root: str, path: str) -> None:
    """Make a link as the host has it; what is no link is passed over."""
    try:
        leads = os.readlink(path)
    except OSError:
        return
    target = root + _place(root, path)
    with contextlib.suppress(FileExistsError):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(leads, target)


def _bind(root: str, path: str, place: str, *, writable: bool, device: bool = False) -> None:
    """Make a path of the host's visible at a place; what is not there, and links, are passed over."""
    try:
        info = os.lstat(path)
    except OSError:
        return
    if stat.S_ISLNK(info.st_mode):
        return
    target = root + place
    with contextlib.suppress(FileExistsError):
        os.makedirs(os.path.dirname(target))
    with contextlib.suppress(FileExistsError, PermissionError, OSError):
        if stat.S_ISDIR(info.st_mode):
            os.makedirs(target)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    linux.mount(path, target, flags=linux.MS_BIND | linux.MS_REC)
    if not device:
        linux.seal(target, writable=writable)


def _hide(root: str, place: str) -> None:
    """Put nothing over what is visible at a place."""
    target = root + place
    if os.path.isdir(target):
        linux.mount("none", target, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=555,size=4k")
        linux.seal(target, writable=False)
    elif os.path.exists(target):
        linux.mount(f"{root}/dev/null", target, flags=linux.MS_BIND)
