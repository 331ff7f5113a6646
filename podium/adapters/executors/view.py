"""Which files a program sees: the system's, its command's own, and what it was given."""

import glob
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
ETC: Final = (
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/ca-certificates.conf",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/pki",
    "/etc/protocols",
    "/etc/services",
    "/etc/ssl",
    "/etc/timezone",
)
"""Of /etc, what programs need to run; not what the machine keeps there of others."""
KEYS: Final = ("/etc/ssl/private", "/etc/pki/*/private", "/etc/pki/entitlement")
"""Private keys of the machine's servers, beside the certificates that programs need."""


def command_files(command: str, path: str) -> tuple[str, ...]:
    """Return what a command needs beside itself: the environment and the Python that it belongs to."""
    found = shutil.which(command, path=path)
    if found is None:
        return ()
    given: list[str] = []
    at = Path(found).absolute()
    for _ in range(8):  # an interpreter may be a link to a link
        given.append(str(at))
        root = at.parent.parent
        if at.parent.name == "bin" and ((root / "pyvenv.cfg").exists() or list(root.glob("lib/python3*"))):
            given += [str(root / name) for name in ("bin", "lib", "lib64", "pyvenv.cfg")]
        if at.parent.name == "shims":  # of pyenv or asdf, which choose an interpreter of theirs
            given.append(str(root))
        if not at.is_symlink():
            break
        at = Path(os.path.normpath(at.parent / at.readlink()))
    first = _shebang(at)
    if first is not None and first != found:
        given += command_files(first, path)
    return tuple(dict.fromkeys(given))


def _shebang(file: Path) -> str | None:
    """Return the interpreter of a script (execve(2)), None where it is none."""
    try:
        with file.open("rb") as opened:
            line = opened.readline(256)
    except OSError:
        return None
    words = line[2:].split() if line.startswith(b"#!") else []
    if not words:
        return None
    last = 1 if words[0].endswith(b"/env") and len(words) > 1 else 0
    return words[last].decode("utf-8", "surrogateescape")


def around(place: str, paths: Iterable[str]) -> str | None:
    """Return the first path that is a folder, or leads to one around it; None where there is none."""
    real = os.path.realpath(place)
    return next((path for path in paths if _lies_in(real, os.path.realpath(path))), None)


def keys() -> tuple[str, ...]:
    """Return where this machine has private keys in what every program may read."""
    return tuple(sorted(path for pattern in KEYS for path in glob.glob(pattern)))


def hidden_names(paths: Iterable[str], hidden: Iterable[str]) -> list[str]:
    """Return every name below ``paths`` by which something hidden would be seen, and its own names.

    A path may lead to it by a link above; a path that lies in it is hidden whole.
    """
    names = list(hidden)
    holes = list(dict.fromkeys(os.path.realpath(path) for path in names))
    for path in paths:
        real = os.path.realpath(path)
        for hole in holes:
            if _lies_in(hole, real):
                names.append(path.rstrip("/") + hole[len(real.rstrip("/")) :])
            elif _lies_in(real, hole):
                names.append(path)
    return list(dict.fromkeys(names))


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def carve(paths: Iterable[str], hidden: Iterable[str]) -> list[str]:
    """Return paths without what is hidden, or lies in it: a folder around it becomes its other entries.

    For means that can only allow. What is made in such a folder later is not among them.
    """
    found: list[str] = []
    holes = [os.path.realpath(path) for path in hidden]
    for path in paths:
        real = os.path.realpath(path)
        if any(_lies_in(real, hole) for hole in holes):
            continue
        within = [hole for hole in holes if _lies_in(hole, real)]
        if not within:
            found.append(path)
            continue
        try:
            entries = sorted(os.listdir(real))
        except OSError:
            continue
        found += carve((os.path.join(real, entry) for entry in entries), within)
    return found
