"""Groups of processes: where they are made, what they count, and that none is left."""

import os
import subprocess
from pathlib import Path

import pytest

from podium.adapters.executors.cgroups import Groups, find
from podium.ports.executor import Resources

HYBRID = """
30 23 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
31 23 0:27 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw
"""
UNIFIED = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
CONTAINER = "29 23 0:26 /pod/one /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n"


@pytest.mark.parametrize(
    ("cgroup", "mounts", "found"),
    [
        ("4:memory:/x\n0::/\n", HYBRID, "/sys/fs/cgroup/unified"),
        ("0::/system.slice/podium.service\n", UNIFIED, "/sys/fs/cgroup/system.slice/podium.service"),
        ("0::/pod/one/agents\n", CONTAINER, "/sys/fs/cgroup/agents"),
        ("0::/pod/other\n", CONTAINER, None),
        ("4:memory:/x\n", HYBRID, None),
        ("0::/\n", "30 23 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", None),
    ],
)
def test_where_our_own_group_is(cgroup: str, mounts: str, found: str | None):
    """The folder of our own group is found by what the kernel tells, or there is none."""
    assert find(cgroup, mounts) == (Path(found) if found is not None else None)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that looks like a group, and has what another Podium has left."""
    for name in ("podium-4194305/podium-run-x", f"podium-{os.getppid()}"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def test_folders_of_the_dead_are_removed(place: Path):
    """What a process that is gone has left is removed; what others have now is not."""
    groups = Groups(place)
    assert groups.refused is None
    names = {path.name for path in place.glob("podium-*")}
    assert names == {f"podium-{os.getppid()}", f"podium-{os.getpid()}"}
    (place / f"podium-{os.getpid()}" / "cgroup.subtree_control").unlink()  # a real folder needs no emptying
    del groups
    assert {path.name for path in place.glob("podium-*")} == {f"podium-{os.getppid()}"}


def test_where_none_can_be_made(tmp_path: Path):
    """Where no group can be made it is said why, and programs have none."""
    groups = Groups(tmp_path / "none")
    assert groups.make("one", Resources()) is None
    assert "No such file" in groups.how()


def test_what_a_group_counts(tmp_path: Path):
    """Limits are written where their controllers are, and figures read where they are."""
    groups = Groups(tmp_path)
    folder = tmp_path / f"podium-{os.getpid()}"
    made = {name: folder / "one" / name for name in ("cgroup.procs", "memory.max", "cpu.stat")}
    original = Path.mkdir

    def mkdir(path: Path, *arguments, **named) -> None:  # as the kernel, which fills a new group
        original(path, *arguments, **named)
        if path.name == "one":
            for file in made.values():
                file.touch()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "mkdir", mkdir)
        group = groups.make("one", Resources(memory_bytes=1 << 30, processes=10))
    assert group is not None
    assert made["memory.max"].read_text() == str(1 << 30)
    assert (group.cpu_ms(), group.peak_memory_bytes()) == (None, None)
    made["cpu.stat"].write_text("usage_usec 1234567\nuser_usec 1\n")
    (folder / "one" / "memory.peak").write_text("4096\n")
    assert (group.cpu_ms(), group.peak_memory_bytes()) == (1234, 4096)
    group.close()


def test_a_real_group():
    """Where this machine has groups, what is in one is counted, ended as one, and nothing is left."""
    groups = Groups()
    if groups.refused is not None:
        pytest.skip(groups.refused)
    group = groups.make("one", Resources())
    assert group is not None
    script = f"echo 0 > /proc/self/fd/{group.entrance}; sleep 300 & echo $!; wait"
    with subprocess.Popen(["sh", "-c", script], pass_fds=[group.entrance], stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline()
        group.kill()
        assert shell.wait() == -9
    assert (group.cpu_ms() or 0) >= 0
    assert "cgroup v2" in groups.how()
    group.close()
