"""Calls of the kernel that Python has no names for: namespaces, mounts, capabilities, Landlock. No libraries.

Sources: unshare(2), mount(2), pivot_root(2), capabilities(7), prctl(2), landlock(7), netdevice(7), and the
numbers of linux/{sched,mount,prctl,landlock,capability}.h.
"""

import ctypes
import fcntl
import os
import socket
import struct
from typing import Final

CLONE_NEWNS: Final = 0x20000
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000
CLONE_NEWNET: Final = 0x40000000
NAMESPACES: Final = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
MS_NOSUID: Final = 0x2
MS_NODEV: Final = 0x4
MS_BIND: Final = 0x1000
MS_REC: Final = 0x4000
MS_PRIVATE: Final = 0x40000
MNT_DETACH: Final = 0x2
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_CAPBSET_DROP: Final = 24
_PR_SET_CHILD_SUBREAPER: Final = 36
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_CAP_AMBIENT: Final = 47
_PR_CAP_AMBIENT_CLEAR_ALL: Final = 4
_CAPABILITY_VERSION_3: Final = 0x20080522
_LAST_CAPABILITY: Final = 63
"""The kernel refuses the numbers that it does not know, and that is no fault."""
_SIOCGIFFLAGS: Final = 0x8913
_SIOCSIFFLAGS: Final = 0x8914
_SIOCSIFADDR: Final = 0x8916
_IFF_UP: Final = 0x1
_NR_PIVOT_ROOT: Final = {"x86_64": 155, "aarch64": 41}
_NR_CAPGET: Final = {"x86_64": 125, "aarch64": 90}
_NR_CAPSET: Final = {"x86_64": 126, "aarch64": 91}
_NR_LANDLOCK: Final = 444
"""landlock_create_ruleset; add_rule and restrict_self follow. The same on every architecture."""
LANDLOCK_READ: Final = 0b1101
"""execute, read_file, read_dir."""
_LANDLOCK_FS_BITS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16, 6: 16}
"""How many rights on files an ABI knows: 2 adds refer, 3 truncate, 5 ioctl_dev."""
_LANDLOCK_OF_FILES: Final = 0b1100000000000111
"""The rights that make sense for a file: execute, write, read, truncate, ioctl_dev."""

_libc: Final = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _machine() -> str:
    return os.uname().machine


def unshare(flags: int) -> None:
    """Leave namespaces for new ones. Raises OSError."""
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Raise OSError where it cannot be done."""
    result = _libc.mount(
        source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), data.encode() or None
    )
    _check(result, f"mount {target}")


def seal(target: str, *, writable: bool) -> None:
    """Take set-user-ID, devices and, unless ``writable``, writing from a mount and all in it. Raises OSError.

    Source: mount_setattr(2), Linux 5.12.
    """
    wanted = struct.pack("=QQQQ", 0b110 if writable else 0b111, 0, 0, 0)
    result = _libc.syscall(442, -100, target.encode(), 0x8000, wanted, ctypes.c_size_t(len(wanted)))
    _check(result, f"mount_setattr {target}")


def unmount(target: str) -> None:
    """Take a mount away, and what is under it. Raises OSError."""
    _check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make a mount the root; the old root is at ``old`` then. Raises OSError."""
    number = _NR_PIVOT_ROOT.get(_machine())
    if number is None:
        raise OSError(f"pivot_root is not known of {_machine()}")
    _check(_libc.syscall(number, new.encode(), old.encode()), "pivot_root")


def die_with_parent(number: int) -> None:
    """Get a signal when the parent ends. Raises OSError."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0), "prctl")


def default(number: int) -> None:
    """Give a signal its default effect; `signal.signal` makes much of it, in memory."""
    _libc.signal(number, None)


def take_in_orphans() -> None:
    """Become the parent of what descendants leave behind. Raises OSError."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def give_up_privileges() -> None:
    """Drop every capability for good, and the means to gain one. Raises OSError."""
    for capability in range(_LAST_CAPABILITY + 1):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    number = _NR_CAPSET.get(_machine())
    if number is not None:
        header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
        result = _libc.syscall(number, header, b"\0" * 24)
        # A service manager that has left us none may forbid the call too.
        if result < 0 and _has_capabilities():
            _check(result, "capset")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def _has_capabilities() -> bool:
    """Whether this process has any capability, or might take one; errno stays as it was. See capget(2)."""
    was, sets = ctypes.get_errno(), ctypes.create_string_buffer(24)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    unknown = _libc.syscall(_NR_CAPGET[_machine()], header, sets) < 0
    ctypes.set_errno(was)
    return unknown or any(sets.raw)


def forbid_looking_in() -> None:
    """Keep processes of the same user from reading this one's memory and environment. Raises OSError."""
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


def loopback_up() -> None:
    """Bring up ``lo`` of a new network namespace. Raises OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH22x", b"lo", 0)
        flags = struct.unpack("16sH22x", fcntl.ioctl(control, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | _IFF_UP))


def add_address(address: str, number: int) -> None:
    """Give ``lo`` of a new network namespace one more IPv4 address. Raises OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = f"lo:{number}".encode()
        given = struct.pack("16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(address))
        fcntl.ioctl(control, _SIOCSIFADDR, given)


def landlock_abi() -> int:
    """Return the version of Landlock's interface, 0 where the kernel has none."""
    return max(int(_libc.syscall(_NR_LANDLOCK, None, ctypes.c_size_t(0), ctypes.c_uint32(1))), 0)


def landlock(reads: list[str], writes: list[str], ports: list[int]) -> None:
    """Allow this process, from now on, only files of these. no_new_privs must be set. Raises OSError.

    Processes outside cannot be traced nor, from ABI 6 on, be signalled or reached by abstract sockets. From
    ABI 4 on, TCP goes only to ``ports``, of whatever host, and nothing is listened on.
    """
    abi = landlock_abi()
    if abi < 1:
        raise OSError("this kernel has no Landlock, or it is switched off")
    known = (1 << _LANDLOCK_FS_BITS.get(abi, 16)) - 1
    # struct landlock_ruleset_attr: handled_access_fs, _net, scoped; an older kernel takes a shorter one.
    length = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = struct.pack("=QQQ", known, 0b11, 0b11)[:length]
    ruleset = _check(
        _libc.syscall(_NR_LANDLOCK, attributes, ctypes.c_size_t(length), ctypes.c_uint32(0)), "landlock"
    )
    for port in ports if abi >= 4 else ():
        rule = struct.pack("=QQ", 0b10, port)  # connect, no bind
        _check(_libc.syscall(_NR_LANDLOCK + 1, ruleset, 2, rule, ctypes.c_uint32(0)), f"landlock {port}")
    for rights, paths in ((LANDLOCK_READ, reads), (known, writes)):
        for path in paths:
            _allow(ruleset, path, rights & known)
    _check(_libc.syscall(_NR_LANDLOCK + 2, ruleset, ctypes.c_uint32(0)), "landlock")
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    if not os.path.isdir(path):
        rights &= _LANDLOCK_OF_FILES
    rule = struct.pack("=Qi", rights, place)
    result = _libc.syscall(_NR_LANDLOCK + 1, ruleset, 1, rule, ctypes.c_uint32(0))
    os.close(place)
    _check(result, f"landlock {path}")


def load_filter(program: bytes) -> None:
    """Have the kernel judge every call of this process by a BPF program. Raises OSError."""
    count = len(program) // 8
    buffer = ctypes.create_string_buffer(program, len(program))

    class Filter(ctypes.Structure):
        _fields_ = [("count", ctypes.c_ushort), ("program", ctypes.c_void_p)]

    wanted = Filter(count, ctypes.addressof(buffer))
    _check(_libc.prctl(22, 2, ctypes.byref(wanted), 0, 0), "seccomp")  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
