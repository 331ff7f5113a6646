"""The worker's journal on disk."""

import asyncio
import errno
import fcntl
import os
from pathlib import Path

import pytest

from podium.adapters.journal import Journal
from podium.kernel.errors import JournalError
from podium.spend.journal import Done, Header, Roll, check_preamble, decode

HEADER = Header("inc_A", "gateway-0", 1, "boot", 0, 1_700_000_000_000_000_000)


def done(number: int) -> Done:
    return Done(
        call_id=f"call_{number}",
        trace_id="t",
        task_id="task_1",
        session=None,
        agent="a",
        department="acme",
        route="r",
        operation="chat",
        streamed=False,
        snapshot_version=1,
        admitted_ns=1,
        outcome="ok",
        http_status=200,
        error_code=None,
        attempts=1,
        cost_nano_usd=number,
        duration_us=1,
        overhead_us=None,
    )


def records(path: Path) -> list[object]:
    data = path.read_bytes()
    return [record for record, _ in decode(data, check_preamble(data))]


async def test_write_is_in_the_file_before_it_returns(tmp_path: Path) -> None:
    """A record is in the kernel's hands when write returns, so kill -9 cannot lose it (point 4)."""
    journal = Journal(tmp_path / "inc_A", HEADER)
    journal.write(done(1))
    journal.write(done(2))
    found = records(tmp_path / "inc_A" / "000001.journal")
    assert [r.call_id for r in found if isinstance(r, Done)] == ["call_1", "call_2"]
    assert journal.offset == (tmp_path / "inc_A" / "000001.journal").stat().st_size
    journal.close()


async def test_one_incarnation_one_lock(tmp_path: Path) -> None:
    """Each incarnation owns one locked journal, and a free lock proves its death (points 3 and 11)."""
    journal = Journal(tmp_path / "inc_A", HEADER)
    fd = os.open(tmp_path / "inc_A" / "lock", os.O_RDWR)
    with pytest.raises(BlockingIOError):
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    journal.close()
    journal.release()
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(fd)


async def test_a_full_segment_rolls_to_the_next(tmp_path: Path) -> None:
    """A segment over its size ends with a Roll that names the next one, and no record is lost."""
    journal = Journal(tmp_path / "inc_A", HEADER, segment_bytes=400)
    for number in range(10):
        journal.write(done(number))
    journal.close()
    files = sorted((tmp_path / "inc_A").glob("*.journal"))
    assert len(files) >= 2
    everything = [record for file in files for record in records(file)]
    assert [r.call_id for r in everything if isinstance(r, Done)] == [f"call_{n}" for n in range(10)]
    rolls = [r.next_segment for r in everything if isinstance(r, Roll)]
    assert rolls == [*range(2, len(files) + 1), None]


async def test_durable_waits_for_the_group_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strict durability returns only after an fdatasync that began behind the write."""
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (synced.append(os.fstat(fd).st_size), real(fd))[1])
    journal = Journal(tmp_path / "inc_A", HEADER)
    journal.write(done(1))
    await journal.durable()
    assert synced[-1] >= journal.offset
    journal.close()


async def test_concurrent_strict_writers_share_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty strict writers need far fewer than fifty syncs."""
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (synced.append(fd), real(fd))[1])
    journal = Journal(tmp_path / "inc_A", HEADER)

    async def one(number: int) -> None:
        journal.write(done(number))
        await journal.durable()

    await asyncio.gather(*(one(number) for number in range(50)))
    assert len(synced) < 10
    journal.close()


async def test_a_failed_sync_fails_the_journal_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An fdatasync error is told once, never retried, and no record is accepted after it (point 15)."""
    calls: list[int] = []

    def broken(fd: int) -> None:
        calls.append(fd)
        raise OSError(errno.EIO, "Input/output error")

    journal = Journal(tmp_path / "inc_A", HEADER)
    reasons: list[str] = []
    journal.on_failure = reasons.append
    monkeypatch.setattr(os, "fdatasync", broken)
    journal.write(done(1))
    with pytest.raises(JournalError):
        await journal.durable()
    with pytest.raises(JournalError, match="has failed"):
        journal.write(done(2))
    assert len(reasons) == 1
    assert len(calls) == 1
    journal.close()
    assert len(calls) == 1


async def test_what_comes_after_the_end_is_no_failure_of_the_disk(tmp_path: Path) -> None:
    """A call that a drain has cut off finds the journal closed: nobody is told to free the disk."""
    journal = Journal(tmp_path / "inc_A", HEADER)
    reasons: list[str] = []
    journal.on_failure = reasons.append
    journal.write(done(1))
    journal.close()
    with pytest.raises(JournalError, match="closed: this process ends"):
        journal.write(done(2))
    assert (reasons, journal.failure) == ([], None)


async def test_a_full_disk_fails_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ENOSPC refuses the call that needed the hold, and every later one (point 15)."""
    journal = Journal(tmp_path / "inc_A", HEADER)

    def full(_fd: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(JournalError, match="No space left"):
        journal.write(done(1))
    monkeypatch.undo()
    with pytest.raises(JournalError, match="has failed"):
        journal.write(done(2))
    journal.close()


async def test_a_short_write_is_never_written_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A torn frame ends the journal: what stands before it is still read whole."""
    journal = Journal(tmp_path / "inc_A", HEADER)
    journal.write(done(1))
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[: len(data) // 2]))
    with pytest.raises(JournalError, match="disk is full"):
        journal.write(done(2))
    monkeypatch.undo()
    with pytest.raises(JournalError):
        journal.write(done(3))
    journal.close()
    found = records(tmp_path / "inc_A" / "000001.journal")
    assert [r.call_id for r in found if isinstance(r, Done)] == ["call_1"]
