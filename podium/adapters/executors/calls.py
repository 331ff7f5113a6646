"""Which calls of the kernel a program is denied: a filter of BPF, made of plain values.

Sources: seccomp(2), linux/{filter,bpf_common,seccomp,audit}.h, and the tables of calls of x86_64 and aarch64.
What is denied are calls that no agent needs and that have broken out of sandboxes: tracing, mounting, new
namespaces, loading of code into the kernel, io_uring (which goes around filters), sockets of rare families.
Where only Landlock stands beside it, so is what Landlock does not see: connecting with the first datum (TCP
Fast Open), MPTCP and SCTP, listening, shared memory and queues, limits of other processes.
"""

import errno
import struct
from typing import Final

_AUDIT_ARCH: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_DENIED: Final = {
    # name: (x86_64, aarch64)
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
}
_DENIED_ALONE: Final = {
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "listen": (50, 201),
}
_FLAGS_OF_SENDING: Final = {
    # which argument they are: (x86_64, aarch64)
    "sendto": (3, (44, 206)),
    "sendmsg": (2, (46, 211)),
    "sendmmsg": (3, (307, 269)),
}
_PRLIMIT: Final = {"x86_64": 302, "aarch64": 261}
_SOCKET: Final = {"x86_64": 41, "aarch64": 198}
_CLONE: Final = {"x86_64": 56, "aarch64": 220}
_CLONE3: Final = 435
_CLONE_NEWUSER: Final = 0x10000000
AF_UNIX: Final = 1
AF_INET: Final = 2
AF_INET6: Final = 10
SOCK_STREAM: Final = 1
IPPROTO_TCP: Final = 6
MSG_FASTOPEN: Final = 0x20000000
_X32: Final = 0x40000000

_LOAD, _AND, _EQUAL, _SET, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x45, 0x35, 0x06
_ALLOW: Final = 0x7FFF0000
_ERROR: Final = 0x00050000
_NUMBER, _ARCH, _ARGUMENT = 0, 4, 16
"""Offsets in struct seccomp_data; arguments are 8 bytes each, the low half first on both machines."""


def _line(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _refuse(number: int) -> bytes:
    return _line(_RETURN, _ERROR | number)


def _of(number: int, judged: list[bytes]) -> list[bytes]:
    """Return the lines that judge one call by its arguments, and go on with the next where they pass it."""
    judged = [*judged, _line(_LOAD, _NUMBER)]
    return [_line(_EQUAL, number, 0, len(judged)), *judged]


def _argument(which: int) -> bytes:
    return _line(_LOAD, _ARGUMENT + 8 * which)


def filter_program(machine: str, *, alone: bool) -> bytes | None:
    """Return the filter of a machine, None where its calls are not known.

    ``alone``: nothing else holds the program's network, so that only TCP to elsewhere is left to it: no
    sockets of the host's files, none of UDP.
    """
    arch = _AUDIT_ARCH.get(machine)
    if arch is None:
        return None
    column = ("x86_64", "aarch64").index(machine)
    lines = [
        _line(_LOAD, _ARCH),
        _line(_EQUAL, arch, 1, 0),
        _refuse(errno.EPERM),
        _line(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        lines += [_line(_AT_LEAST, _X32, 0, 1), _refuse(errno.ENOSYS)]
    for numbers in (*_DENIED.values(), *(_DENIED_ALONE.values() if alone else ())):
        lines += [_line(_EQUAL, numbers[column], 0, 1), _refuse(errno.EPERM)]
    # The flags of clone3 are in memory, where a filter cannot look; libc falls back to clone.
    lines += [_line(_EQUAL, _CLONE3, 0, 1), _refuse(errno.ENOSYS)]
    lines += _of(_CLONE[machine], [_argument(0), _line(_SET, _CLONE_NEWUSER, 0, 1), _refuse(errno.EPERM)])
    if alone:
        for which, calls in _FLAGS_OF_SENDING.values():
            told = [_argument(which), _line(_SET, MSG_FASTOPEN, 0, 1), _refuse(errno.EOPNOTSUPP)]
            lines += _of(calls[column], told)
        lines += _of(_PRLIMIT[machine], [_argument(0), _line(_EQUAL, 0, 1, 0), _refuse(errno.EPERM)])
    lines += [*_of(_SOCKET[machine], _sockets(alone=alone)), _line(_RETURN, _ALLOW)]
    return b"".join(lines)


def _sockets(*, alone: bool) -> list[bytes]:
    """Return the lines that judge a new socket."""
    if not alone:
        return _one_of(0, (AF_UNIX, AF_INET, AF_INET6))
    kind = [_argument(1), _line(_AND, 0xF), _line(_EQUAL, SOCK_STREAM, 1, 0), _refuse(errno.EACCES)]
    return [*_one_of(0, (AF_INET, AF_INET6)), *kind, *_one_of(2, (0, IPPROTO_TCP))]


def _one_of(which: int, values: tuple[int, ...]) -> list[bytes]:
    """Return the lines that refuse a call whose argument is none of these."""
    left = range(len(values), 0, -1)
    same = [_line(_EQUAL, value, yes, 0) for value, yes in zip(values, left, strict=True)]
    return [_argument(which), *same, _refuse(errno.EACCES)]
