"""The journal from which the tool gateway rebuilds what it knows of tasks."""

import os

import pytest

from podium.kernel.errors import JournalError, StateError
from podium.kernel.ids import ulid
from podium.spend.journal import ToolCall
from podium.tools.changes import Began, Ended, GoesOut, Intent, Over, Undoing, Waiting
from podium.tools.memory import Memory
from podium.trust.grounding.record.readings import Read
from podium.trust.request.user import User
from podium.trust.tools import ReturnsRow
from podium.trust.values.labels import BEST, WORST


def call(number: int) -> ToolCall:
    return ToolCall(
        call_id=f"tcl_{number}",
        trace_id="t",
        span_id="s",
        parent_span_id=None,
        task_id="task_a",
        root_id="task_a",
        agent="clerk",
        department="acme",
        tool="mail/send",
        effect="write",
        snapshot_version=1,
        at_ns=number,
        arguments_digest="d",
        verdict="allow",
        rule="tools.mail/send",
        outcome="unknown",
    )


NOOR = User(("Noor Haddad",), ("noor@spokes.example",))


def filled(folder) -> Memory:
    memory = Memory(folder)
    memory.write(Began("task_a", "Send it.", user=NOOR))
    memory.write(Waiting("task_a", "mail/send", "hash", "case_1"))
    for number in range(3):
        memory.write(Intent("task_a", call(number), None, "case_1" if number == 0 else None))
    read = Read("mail/send", ReturnsRow(), {}, {"said": "hello"}, 1)
    memory.write(Ended("task_a", "tcl_0", "succeeded", read))
    memory.write(Ended("task_a", "tcl_1", "unsent"))
    return memory


def test_a_restart_knows_the_same(tmp_path):
    """Uses, approvals, calls under way and what was read are the same after a restart, torn tail or not."""
    filled(tmp_path).close()
    (path,) = tmp_path.glob("*.journal")
    whole = path.read_bytes()
    for extra in (b"", b"\x10", b"\x10\0\0\0\0\0\0\0torn", b"\0" * 64):
        path.write_bytes(whole + extra)
        memory = Memory(tmp_path)
        state = memory.tasks.states["task_a"]
        assert state.uses == {"mail/send": 2}
        assert state.spent == {"case_1"}
        assert set(state.open) == {"tcl_2"}
        assert len(state.readings.results) == 1
        assert state.readings.request.text == "Send it."
        assert state.readings.user == NOOR
        assert state.held_bytes > 100
        memory.close()
        (path,) = tmp_path.glob("*.journal")


def test_what_is_over_leaves_the_disk(tmp_path):
    """A task that is over is in no file once the journal has begun anew."""
    memory = filled(tmp_path)
    memory.write(Over("task_a"))
    memory.begin_anew()
    assert all(b"Send it." not in path.read_bytes() for path in tmp_path.iterdir())
    memory.write(Ended("task_a", "tcl_2", "succeeded"))
    assert memory.tasks.states == {}
    memory.close()


def test_one_process_at_a_time(tmp_path):
    """Another process is refused the state while one has it."""
    memory = Memory(tmp_path)
    with pytest.raises(StateError):
        Memory(tmp_path)
    memory.close()
    Memory(tmp_path).close()


@pytest.mark.parametrize("at", [20, 22, 40])
def test_damage_is_told(tmp_path, at):
    """A record in the middle that is not whole is damage: nothing is made up from the rest, which a damaged
    length (20) makes look torn off, nor is it passed over."""
    filled(tmp_path).close()
    (path,) = tmp_path.glob("*.journal")
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(JournalError, match="What tasks have read and used is not known"):
        Memory(tmp_path)


def test_a_grown_journal_begins_anew(tmp_path):
    """A journal that has grown is written anew, and holds what lives."""
    memory = Memory(tmp_path, grown_bytes=2000)
    memory.write(Began("task_a", "x" * 100))
    for number in range(200):
        memory.write(Began(f"task_{number}", "short"))
        memory.write(Over(f"task_{number}"))
    assert sum(path.stat().st_size for path in tmp_path.glob("*.journal")) < 10_000
    assert set(memory.tasks.states) == {"task_a"}
    memory.close()


def test_what_comes_after_the_end_is_no_failure_of_the_disk(tmp_path):
    """A call that a drain has cut off finds the journal closed: nobody is told to free the disk."""
    memory, told = Memory(tmp_path), []
    memory.on_failure = told.append
    memory.write(Began("task_a", "x"))
    memory.close()
    with pytest.raises(JournalError, match="closed: this process ends"):
        memory.write(Over("task_a"))
    assert (told, memory.failure) == ([], None)
    again = Memory(tmp_path)
    assert set(again.tasks.states) == {"task_a"}
    again.close()


def doubted(memory: Memory) -> set[str]:
    return {intent.call.call_id for intent, gone in memory.tasks.unfinished() if gone}


def test_what_was_not_waited_for_counts_within_one_boot_of_the_host(tmp_path):
    """After the death of a process only calls that were marked as going out may have been made; after that of
    the host each open one may, however often the file is begun anew in between, and so with undoing."""
    memory = Memory(tmp_path, boot_id="a")
    memory.write(Began("task_a", "Send it."))
    for number in (0, 1):
        memory.write(Intent("task_a", call(number)))
        memory.write(Undoing("task_b", f"tcl_b{number}", call(10 + number)))
    memory.write(GoesOut("task_a", "tcl_0"))
    memory.write(GoesOut("task_b", "tcl_10"))
    for boot_id, calls, undoings in (
        ("a", {"tcl_0"}, {"tcl_10"}),
        ("b", {"tcl_0", "tcl_1"}, {"tcl_10", "tcl_11"}),
        ("b", {"tcl_0", "tcl_1"}, {"tcl_10", "tcl_11"}),
    ):
        memory.close()
        memory = Memory(tmp_path, boot_id=boot_id)
        assert (doubted(memory), memory.tasks.gone) == (calls, undoings)
    memory.write(Ended("task_a", "tcl_1", "unsent"))
    memory.begin_anew()
    assert (doubted(memory), memory.tasks.states["task_a"].uses) == ({"tcl_0"}, {"mail/send": 1})
    memory.close()


def test_a_label_gets_no_better_when_the_host_dies(tmp_path):
    """What was read last may not have come to the disk: a task that lived then is taken to have read the
    worst, one of which nothing is left too; not where the process had ended in order, nor within one boot."""
    at_ns = 1_700_000_000 * 10**9
    earlier, later = (f"task_{ulid(at_ns // 1_000_000 + ms, bytes(16))}" for ms in (-1, 1))

    def begin(boot_id):
        memory = Memory(tmp_path, boot_id=boot_id, now_ns=at_ns)
        return memory, memory.tasks.states["task_a"].readings if memory.tasks.states else None

    memory, _ = begin("a")
    assert not memory.tasks.may_have_read(earlier)
    memory.write(Began("task_a", "Send it."))
    memory.close()
    memory, readings = begin("b")
    assert (readings.forgotten, readings.context) == (None, BEST)
    for boot_id, lost in (("b", False), ("c", True), ("c", True)):
        os.close(memory._fd)  # as a crash leaves it
        os.close(memory._lock_fd)
        memory, readings = begin(boot_id)
        assert (readings.forgotten, readings.objects_lost) == ((WORST, True) if lost else (None, False))
        assert (readings.context == WORST) is lost
        assert (memory.tasks.may_have_read(earlier), memory.tasks.may_have_read(later)) == (lost, False)
    memory.close()


def test_an_unknown_boot_may_be_another_one(tmp_path):
    """Where nobody knows the host's boot, each open call may have gone out."""
    filled(tmp_path).close()
    memory = Memory(tmp_path)
    assert doubted(memory) == {"tcl_2"}
    memory.close()


def test_the_newest_file_is_all(tmp_path):
    """Where a process died between beginning a file anew and removing the old one, nothing counts twice."""
    memory = filled(tmp_path)
    (path,) = tmp_path.glob("*.journal")
    old = path.read_bytes()
    memory.begin_anew()
    memory.close()
    path.write_bytes(old)
    memory = Memory(tmp_path)
    assert memory.tasks.states["task_a"].uses == {"mail/send": 2}
    assert len(list(tmp_path.glob("*.journal"))) == 1
    memory.close()
