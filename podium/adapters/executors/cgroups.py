"""Groups of processes, by which the kernel counts, limits and ends a program as one (cgroups(7), version 2).

Where this process may make a group below its own (as root, or as a service with `Delegate=`), each program
has one. What a group counts and limits depends on the controllers that are handed down to it: CPU time is
always counted; memory and processes only with theirs. Those cannot be handed down by a group that has
processes itself, unless it is the root: so a service whose group is delegated and empty (systemd's
`DelegateSubgroup=`) has them made there. Where none can be made there is none, and that is no error.
"""

import contextlib
import os
import weakref
from pathlib import Path
from typing import Final

from podium.adapters.executors import procs
from podium.ports.executor import Resources

_PREFIX: Final = "podium-"
_CONTROLLERS: Final = ("memory", "pids")


class Groups:
    """Makes groups in a folder of its own. ``refused``: why it cannot, None where it can."""

    def __init__(self, place: Path | None = None) -> None:
        """``place``: the group below which they are made; None: found as the kernel tells. No errors."""
        self._folder: Path | None = None
        self.refused: str | None = None
        try:
            place = place or _place()
            _remove_stale(place)
            folder = place / f"{_PREFIX}{os.getpid()}"
            folder.mkdir(exist_ok=True)
            for group in (place, folder):
                for name in _CONTROLLERS:
                    with contextlib.suppress(OSError):
                        (group / "cgroup.subtree_control").write_text(f"+{name}", encoding="ascii")
        except OSError as error:
            self.refused = f"{error.filename or 'cgroups'}: {error.strerror or error}"
        else:
            self._folder = folder
            self._end = weakref.finalize(self, _remove, folder, os.getpid())

    def make(self, name: str, resources: Resources) -> "Group | None":
        """Return a new group with its limits, None where there can be none."""
        if self._folder is None:
            return None
        try:
            path = self._folder / name
            path.mkdir()
            return Group(path, resources)
        except OSError:
            return None

    def how(self) -> str:
        """Return in words by what programs are counted and limited."""
        waited = "as the program's processes are waited for; limits are those of each process"
        if self._folder is None:
            return f"CPU time and memory {waited} (no cgroup v2: {self.refused})"
        below = f"by a cgroup v2 of its own, below {self._folder.parent}"
        names: list[str] = []
        with contextlib.suppress(OSError):
            names = (self._folder / "cgroup.subtree_control").read_text(encoding="ascii").split()
        if "memory" in names:
            limits = "memory and processes" if "pids" in names else "memory"
            return f"CPU time and memory {below}; limits of {limits}, too"
        return f"CPU time {below}, memory {waited} (no memory controller is handed down)"


class Group:
    """The group of one program."""

    def __init__(self, path: Path, resources: Resources) -> None:
        """Raise OSError where it cannot be entered."""
        self._path = path
        self.name = str(path)
        self.entrance = os.open(path / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)
        """Who writes a 0 here is of the group."""
        limits = {
            "memory.max": resources.memory_bytes,
            "memory.oom.group": 1 if resources.memory_bytes is not None else None,
            "pids.max": resources.processes,
        }
        for name, most in limits.items():
            if most is not None and (path / name).exists():
                with contextlib.suppress(OSError):
                    (path / name).write_text(str(most), encoding="ascii")

    def cpu_ms(self) -> int | None:
        """Return the CPU time that all of it has used, None where it is not told."""
        return _cpu_ms(self._path)

    def peak_memory_bytes(self) -> int | None:
        """Return the most memory that all of it has had at once, None where that is not counted."""
        return _peak_memory_bytes(self._path)

    def kill(self) -> None:
        """End all of it, whoever is being started in it too. Before Linux 5.14: nothing."""
        with contextlib.suppress(OSError):
            (self._path / "cgroup.kill").write_text("1", encoding="ascii")

    def close(self) -> None:
        """Remove it. One that still has somebody in it stays, and goes with the folder."""
        os.close(self.entrance)
        with contextlib.suppress(OSError):
            self._path.rmdir()


def left(name: str) -> tuple[int | None, int | None]:
    """Return what a group has used that somebody has left: CPU time (ms), memory (bytes); None: not known."""
    return _cpu_ms(Path(name)), _peak_memory_bytes(Path(name))


def _cpu_ms(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        for line in (path / "cpu.stat").read_text(encoding="ascii").splitlines():
            name, _, number = line.partition(" ")
            if name == "usage_usec":
                return int(number) // 1000
    return None


def _peak_memory_bytes(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int((path / "memory.peak").read_text(encoding="ascii"))
    return None


def _place() -> Path:
    """Return the group below which ours may be made. Raises OSError where there is no hierarchy."""
    own = find(
        Path("/proc/self/cgroup").read_text(encoding="ascii"),
        Path("/proc/self/mountinfo").read_text(encoding="ascii"),
    )
    if own is None:
        raise FileNotFoundError("no cgroup v2 is mounted")
    with contextlib.suppress(OSError):
        if os.getxattr(own.parent, "user.delegate") == b"1":
            return own.parent
    return own


def find(cgroup: str, mountinfo: str) -> Path | None:
    """Return the folder of a process's group, by its /proc/PID/cgroup and mountinfo; None: it has none."""
    path = next((line[3:] for line in cgroup.splitlines() if line.startswith("0::/")), None)
    for line in mountinfo.splitlines():
        fields, _, after = line.partition(" - ")
        if path is None or not after.startswith("cgroup2 "):
            continue
        root, point = fields.split()[3:5]
        if path == root or path.startswith(root.rstrip("/") + "/"):
            return Path(point) / path[len(root) :].lstrip("/")
    return None


def _remove_stale(place: Path) -> None:
    """Remove the folders of processes that are gone."""
    for folder in place.glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX)
        if number.isdigit() and procs.began(int(number)) is None:
            _remove(folder, os.getpid())


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() != owner:  # in a process that somebody has forked from it
        return
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir():
                with contextlib.suppress(OSError):
                    path.rmdir()
        folder.rmdir()
