"""Bodies by their digest, as files of the state directory."""

import hashlib
import os
from pathlib import Path

import pytest

from podium.adapters.artifacts import FileArtifacts
from podium.kernel.errors import InvalidRequest, NotFound, StateError
from podium.ports.artifacts import MAX_BODY_BYTES

BODY = b"what an agent has left behind"
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileArtifacts:
    return FileArtifacts(tmp_path)


def files(tmp_path: Path) -> list[Path]:
    return [it for it in (tmp_path / "artifacts").rglob("*") if it.is_file() and len(it.name) == 64]


def test_what_is_put_twice_is_kept_once(store: FileArtifacts, tmp_path: Path):
    """A body is read by its digest; it stands in one file that nobody else may read."""
    assert store.put(BODY) == store.put(BODY) == SHA256
    assert store.read(SHA256) == BODY
    (file,) = files(tmp_path)
    assert file == tmp_path / "artifacts" / SHA256[:2] / SHA256
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_is_kept_and_a_link_is_not_followed(store: FileArtifacts, tmp_path: Path):
    """What a program leaves is taken in, but not what it points to."""
    left, link = tmp_path / "left", tmp_path / "link"
    left.write_bytes(BODY)
    link.symlink_to(left)
    assert store.put_file(left) == (SHA256, len(BODY))
    with pytest.raises(OSError, match="symbolic links"):
        store.put_file(link)


def test_what_is_too_large(store: FileArtifacts, tmp_path: Path):
    """A body above the limit is refused, and a file whose size is above it names the file."""
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_BODY_BYTES + 1)
    with pytest.raises(InvalidRequest, match="large has more than"):
        store.put_file(large)
    assert not files(tmp_path)


@pytest.mark.parametrize("sha256", [SHA256, "../../etc/passwd", SHA256.upper(), ""])
def test_what_is_not_there(store: FileArtifacts, sha256: str):
    """What was never kept, and what is no digest, is not found; nothing outside of the store is read."""
    with pytest.raises(NotFound):
        store.read(sha256)


def test_what_is_old_is_removed(store: FileArtifacts, tmp_path: Path):
    """A body is erased when it was put last before a time; one that was put once more meanwhile stays."""
    store.put(BODY)
    (file,) = files(tmp_path)
    os.utime(file, ns=(1_000, 1_000))
    assert store.old(SHA256[:2], before_ns=2_000) == [SHA256]
    assert store.old("no", before_ns=2_000) == []
    store.put(BODY)
    assert not store.remove(SHA256, before_ns=2_000)
    os.utime(file, ns=(1_000, 1_000))
    assert store.remove(SHA256, before_ns=2_000)
    assert not store.remove(SHA256, before_ns=2_000)
    with pytest.raises(NotFound):
        store.read(SHA256)


def test_what_a_crash_has_left_unfinished(store: FileArtifacts, tmp_path: Path):
    """A file that was never finished is no body, and goes with the next look at what is old."""
    store.put(BODY)
    unfinished = tmp_path / "artifacts" / SHA256[:2] / ".unfinished"
    unfinished.write_bytes(b"half")
    os.utime(unfinished, ns=(1_000, 1_000))
    assert store.old(SHA256[:2], before_ns=2_000) == []
    assert not unfinished.exists()


def test_a_store_that_cannot_be_written(store: FileArtifacts, tmp_path: Path):
    """Where a body cannot be kept it is said so, and nothing half is left."""
    folder = tmp_path / "artifacts"
    folder.mkdir()
    (folder / SHA256[:2]).write_text("in the way")
    with pytest.raises(StateError, match="cannot be written"):
        store.put(BODY)
