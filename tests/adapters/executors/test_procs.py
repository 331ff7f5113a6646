"""What /proc tells of processes."""

import os
import signal
import subprocess
import time

import pytest

from podium.adapters.executors import procs


@pytest.fixture
def family():
    """A shell, what it has started, and what that has."""
    script = "sh -c 'sleep 300 & echo $!; wait' & echo $!; wait"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True) as shell:
        assert shell.stdout is not None
        found = sorted(int(shell.stdout.readline()) for _ in range(2))
        yield shell.pid, found
        os.killpg(shell.pid, signal.SIGKILL)


def test_descendants(family):
    """All that a process has started is found, at any depth, and the process itself is not among it."""
    shell, found = family
    assert sorted(procs.below([shell])) == found
    assert len(procs.children(shell)) == 1


def test_who_is_stopped_or_gone_is_still(family):
    """A process that runs is not still; one that is stopped, or gone, is."""
    shell, _ = family
    assert not procs.is_still(shell)
    os.kill(shell, signal.SIGSTOP)
    deadline = time.monotonic() + 30
    while not procs.is_still(shell):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_process_is_named_by_number_and_beginning():
    """When a process began is known while it is there, and does not change."""
    with subprocess.Popen(["sleep", "300"]) as process:
        began = procs.began(process.pid)
        assert began is not None
        assert began >= (procs.began(os.getpid()) or 0)
        assert procs.began(process.pid) == began
        process.kill()
    assert procs.began(process.pid) is None
    assert procs.children(process.pid) == []
