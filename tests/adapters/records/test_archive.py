"""Backups as files: what is damaged, cut, forged or in the way is refused, and nothing is left behind."""

import errno
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.records import open_records
from podium.adapters.records.archive import CONTENTS, Bodies, Contents, FileFacts, read_archive, write_archive
from podium.adapters.records.backup import Backups
from podium.adapters.records.sqlite import RESTORING
from podium.kernel.errors import NotFound, StateError
from podium.ports.fleet_tables import task_runs


@pytest.fixture
def state(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    open_records(state).dispose()
    (state / "journals" / "inc_A").mkdir(parents=True)
    (state / "journals" / "inc_A" / "000001.journal").write_bytes(b"records")
    (state / "keys").mkdir()
    (state / "keys" / "digest.key").write_bytes(b"k" * 32)
    (state / "admin.token").write_text("token")
    return state


def archive(state: Path, target: Path) -> Contents:
    backups = Backups(state)
    backups.begin()()
    contents = write_archive(backups.folder, target, now_ns=5)
    backups.discard()
    return contents


def test_what_was_backed_up_is_restored(state: Path, tmp_path: Path) -> None:
    """Every file is there again, for its owner alone."""
    target, restored = tmp_path / "b.tar.gz", tmp_path / "new"
    contents = archive(state, target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert read_archive(target, restored) == contents
    assert (restored / "journals" / "inc_A" / "000001.journal").read_bytes() == b"records"
    assert (restored / "admin.token").read_text() == "token"
    assert restored.stat().st_mode & 0o777 == 0o700
    assert (restored / "podium.db").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"state", "b.tar.gz", "new"}
    assert not (state / "backup").exists()


def test_the_database_is_that_of_one_moment(state: Path, tmp_path: Path) -> None:
    """What is committed between the pin and the copy is not in the backup."""
    backups = Backups(state)
    writer = sqlite3.connect(state / "podium.db")
    copy = backups.begin()
    writer.execute("INSERT INTO meta (key, value) VALUES ('later', 1)")
    writer.commit()
    copy()
    write_archive(backups.folder, tmp_path / "b", now_ns=5)
    read_archive(tmp_path / "b", tmp_path / "new")
    found = sqlite3.connect(tmp_path / "new" / "podium.db").execute("SELECT 1 FROM meta WHERE key = 'later'")
    assert found.fetchall() == []


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text"])
def test_damage_is_refused(state: Path, tmp_path: Path, damage: str) -> None:
    """A file that is cut, changed, empty or no backup restores nothing and leaves nothing."""
    target = tmp_path / "b"
    archive(state, target)
    data = bytearray(target.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "flip":
        # One bit alone may tell nothing: which of two equal pieces is repeated.
        for at in range(len(data) // 2, len(data) // 2 + 64):
            data[at] ^= 0xFF
    else:
        data = bytearray(b"" if damage == "empty" else b"no backup")
    target.write_bytes(data)
    with pytest.raises(StateError):
        read_archive(target, tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"state", "b"}


def rewrite(source: Path, target: Path, change: dict[str, bytes | None], more: dict[str, bytes]) -> None:
    """Pack an archive anew with members changed, removed (None) or added."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            data: bytes | None = old.extractfile(member).read()  # type: ignore[union-attr]
            data = change.get(member.name, data)
            if data is None:
                continue
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
        for name, data in more.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))


def test_forgeries_are_refused(state: Path, tmp_path: Path) -> None:
    """A file that was exchanged, removed, added, or that leads outside is named."""
    good, bad = tmp_path / "b", tmp_path / "bad"
    contents = archive(state, good)
    # Only these two fields are promised for all formats.
    newer = msgspec.json.encode({"format": 99, "podium": "9.0", "files": ["of another shape"]})
    unknown_schema = msgspec.json.encode(msgspec.structs.replace(contents, schema="9999"))
    journal = "journals/inc_A/000001.journal"
    for change, more, said in (
        ({journal: b"Records"}, {}, f"{journal} in .* SHA-256 differs"),
        ({journal: None}, {}, f"{journal} is missing"),
        ({}, {"extra": b"x"}, "extra is not listed"),
        ({}, {"../outside": b"x"}, "outside"),
        ({CONTENTS: None}, {}, "its end is missing"),
        ({CONTENTS: newer}, {}, r"newer Podium \(9.0"),
        ({CONTENTS: unknown_schema}, {}, "newer Podium"),
    ):
        rewrite(good, bad, change, more)  # type: ignore[arg-type] # None removes
        with pytest.raises(StateError, match=said):
            read_archive(bad, tmp_path / "new")
        assert {path.name for path in tmp_path.iterdir()} == {"state", "b", "bad"}


def with_bodies(state: Path, **bodies: bytes) -> dict[str, str]:
    """Have a run that names bodies, and one that is erased; return the digests."""
    store = FileArtifacts(state)
    found = {name: store.put(body) for name, body in bodies.items()}
    run = dict.fromkeys(("agent", "department", "step", "item", "reason", "by"), "x")
    run |= {"kind": "agent", "spec": "{}", "priority": 0, "state": "succeeded", "attempt": 1, "attempts": 1}
    run |= {"queued_ns": 1, "changed_ns": 1}
    engine = open_records(state)
    with engine.begin() as connection:
        for number, (name, sha256) in enumerate(found.items()):
            erased = {"erased_ns": 1 if name == "erased" else None}
            row = run | {"task_id": f"task_{name}", "root_id": f"task_{name}", "item": str(number)}
            connection.execute(insert(task_runs).values(row | erased | {"result_sha256": sha256}))
    engine.dispose()
    return found


def test_bodies_that_runs_name_are_in_it_and_are_checked(state: Path, tmp_path: Path) -> None:
    """They are there again, what is erased is not; one that is missing or not what it says is named, also in
    a file whose own list agrees; one that was lost before is told when the backup is made."""
    good, bad = tmp_path / "b", tmp_path / "bad"
    found = with_bodies(state, kept=b"the answer", erased=b"her letter")
    sha256 = found["kept"]
    name = f"artifacts/{sha256[:2]}/{sha256}"
    contents = archive(state, good)
    assert contents.bodies == Bodies(1)
    read_archive(good, tmp_path / "new")
    assert FileArtifacts(tmp_path / "new").read(sha256) == b"the answer"
    with pytest.raises(NotFound):
        FileArtifacts(tmp_path / "new").read(found["erased"])
    other = FileFacts(9, hashlib.sha256(b"no answer").hexdigest())
    without = {path: facts for path, facts in contents.files.items() if path != name}
    for change, files, said in (
        ({name: b"no answer"}, without | {name: other}, f"{sha256} of task_kept is not what its name says"),
        ({name: None}, without, f"{sha256} of task_kept is missing"),
    ):
        told = msgspec.json.encode(msgspec.structs.replace(contents, files=files))
        rewrite(good, bad, change | {CONTENTS: told}, {})  # type: ignore[arg-type] # None removes
        with pytest.raises(StateError, match=said):
            read_archive(bad, tmp_path / "newer")
    (state / name).unlink()
    assert archive(state, tmp_path / "c").bodies == Bodies(1, missing={sha256: "task_kept"})
    read_archive(tmp_path / "c", tmp_path / "newest")


def test_nothing_is_overwritten(state: Path, tmp_path: Path) -> None:
    """Neither a state directory that holds something nor a file that exists is replaced."""
    target = tmp_path / "b"
    archive(state, target)
    with pytest.raises(StateError, match="is not empty"):
        read_archive(target, state)
    with pytest.raises(StateError, match="exists already"):
        archive(state, target)
    (tmp_path / "new").mkdir()
    read_archive(target, tmp_path / "new")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_gets_through(state: Path, tmp_path: Path, where: float, bit: int) -> None:
    """Whatever bit of a backup flips: it is refused, or what is restored is what was backed up."""
    target, bad, new = tmp_path / "b", tmp_path / "bad", tmp_path / "new"
    if not target.exists():
        archive(state, target)
    data = bytearray(target.read_bytes())
    data[int(where * len(data))] ^= 1 << bit
    bad.write_bytes(data)
    try:
        read_archive(bad, new)
    except StateError:
        assert not new.exists()
        return
    # The bit was one that tells nothing, as the time in gzip's header.
    assert (new / "journals" / "inc_A" / "000001.journal").read_bytes() == b"records"
    shutil.rmtree(new)


def test_a_restore_that_was_broken_off(tmp_path: Path) -> None:
    """No keeper starts on a state directory that a restore has filled in part."""
    state = tmp_path / "new"
    (state / RESTORING).mkdir(parents=True)
    with pytest.raises(StateError, match="was broken off"):
        open_records(state)
    assert not (state / "podium.db").exists()


def test_a_disk_that_is_mounted(state: Path, tmp_path: Path) -> None:
    """An empty directory is filled where it is, and stays when the restore is refused."""
    target, new = tmp_path / "b", tmp_path / "new"
    archive(state, target)
    (new / "lost+found").mkdir(parents=True)
    inode = new.stat().st_ino
    (tmp_path / "bad").write_bytes(b"no backup")
    with pytest.raises(StateError):
        read_archive(tmp_path / "bad", new)
    assert [path.name for path in new.iterdir()] == ["lost+found"]
    read_archive(target, new)
    assert new.stat().st_ino == inode
    assert not (new / RESTORING).exists()
    open_records(new).dispose()


def test_times_of_journals(state: Path, tmp_path: Path) -> None:
    """A segment keeps its time, the last sign of life; its folder is old enough to be adopted."""
    journal = state / "journals" / "inc_A" / "000001.journal"
    os.utime(journal, ns=(7_000_000_000, 7_000_000_000))
    archive(state, tmp_path / "b")
    read_archive(tmp_path / "b", tmp_path / "new")
    restored = tmp_path / "new" / "journals" / "inc_A"
    assert (restored / journal.name).stat().st_mtime_ns == 7_000_000_000
    assert restored.stat().st_mtime_ns == 0


def test_one_backup_at_a_time(state: Path) -> None:
    """A second backup is refused and leaves the first one's folder alone; what one leaves is removed."""
    first, second = Backups(state), Backups(state)
    with first.alone():
        first.begin()()
        with pytest.raises(StateError, match="is under way"), second.alone():
            pass
        assert (first.folder / "podium.db").exists()
    assert not first.folder.exists()
    with second.alone():
        pass


def test_a_copy_that_nobody_waits_for_is_left_alone(state: Path) -> None:
    """While what a backup that was killed has begun is still copied, no other is begun in its folder."""
    keeper = Backups(state)
    copy = keeper.begin()
    with pytest.raises(StateError, match="is under way"):
        keeper.begin()
    assert (keeper.folder / "journals" / "inc_A").exists()
    copy()
    assert (keeper.folder / "podium.db").exists()
    keeper.begin()()


def test_a_target_that_has_no_room_or_no_place_is_not_the_backups_fault(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore names the state that cannot be made or filled, a backup the folder that is missing."""
    target = tmp_path / "b"
    with pytest.raises(StateError, match="Make its folder first"):
        archive(state, tmp_path / "none" / "b")
    archive(state, target)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StateError, match=r"link cannot be made: .* Name another --state"):
        read_archive(target, tmp_path / "link")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tarfile.TarFile, "extract", full)
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(StateError, match=r"new cannot be filled: .* Free its disk"):
        read_archive(target, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_what_is_no_file_is_refused(state: Path, tmp_path: Path, kind: bytes) -> None:
    """Links, pipes and folders are in no backup, wherever they lead."""
    archive(state, tmp_path / "good")
    with tarfile.open(tmp_path / "good") as old, tarfile.open(tmp_path / "bad", "w:gz") as new:
        member = tarfile.TarInfo("more")
        member.type, member.linkname = kind, "podium.db"
        for it in old.getmembers():
            new.addfile(it, old.extractfile(it))
        new.addfile(member)
    with pytest.raises(StateError, match=r"more in .* is no file"):
        read_archive(tmp_path / "bad", tmp_path / "restored")
    assert not (tmp_path / "restored").exists()
