import hashlib
import os
from pathlib import Path

from podium.adapters.artifacts import FileArtifacts
from podium.fleet.leftovers import Leftovers, living
from podium.fleet.outputs import ARTIFACTS, MAX_OUTPUT_BYTES, MAX_RESULT_BYTES, OUTPUT, RESULT_FILE, collect


def folder(tmp_path: Path) -> Path:
    (tmp_path / "out" / ARTIFACTS / "deep").mkdir(parents=True)
    return tmp_path / "out"


def test_what_a_program_leaves_is_kept_by_its_digest(tmp_path):
    """Its result, its artifacts with their folders and kinds, and the end of what it has said."""
    out, store = folder(tmp_path), FileArtifacts(tmp_path / "state")
    (out / RESULT_FILE).write_text('{"ok": true}')
    (out / ARTIFACTS / "deep" / "a.json").write_text("{}")
    (tmp_path / "said").write_bytes(b"x" * MAX_OUTPUT_BYTES + b"the end")
    left = collect(out, tmp_path / "said", store)
    assert left.missed == ""
    assert store.read(left.result_sha256 or "") == b'{"ok": true}'
    found = {it.name: it for it in left.artifacts}
    assert found["deep/a.json"].media_type == "application/json"
    assert found["deep/a.json"].sha256 == hashlib.sha256(b"{}").hexdigest()
    assert store.read(found[OUTPUT].sha256).endswith(b"the end")
    assert found[OUTPUT].bytes == MAX_OUTPUT_BYTES


def test_what_is_not_kept_is_told(tmp_path):
    """Links lead nowhere, and what is too large, too many or has no usable name is named."""
    out, store = folder(tmp_path), FileArtifacts(tmp_path / "state")
    (tmp_path / "secret").write_text("of the host")
    (out / RESULT_FILE).symlink_to(tmp_path / "secret")
    (out / ARTIFACTS / "link").symlink_to(tmp_path / "secret")
    (out / ARTIFACTS / "a\nb").write_text("x")
    for number in range(101):
        (out / ARTIFACTS / f"z{number:03d}").write_text("x")
    left = collect(out, tmp_path / "said", store)
    assert left.result_sha256 is None
    assert len(left.artifacts) == 99
    assert "2 of 102 artifacts" in left.missed
    assert "not usable" in left.missed
    (out / RESULT_FILE).unlink()
    (out / RESULT_FILE).write_bytes(b"x" * (MAX_RESULT_BYTES + 1))
    assert "the result" in collect(out, tmp_path / "said", store).missed


def test_what_a_dead_runner_left_is_found(tmp_path):
    """An attempt is written down before it runs; its process is known by number and beginning."""
    leftovers = Leftovers(tmp_path)
    made = leftovers.begin("task_1", 2)
    assert Path(made.folder).is_dir()
    (found,) = Leftovers(tmp_path).found()
    assert found == made
    assert living([found], lambda _: 1) == []
    began = type(made)("task_1", 2, made.folder, os.getpid(), 7)
    assert living([began], lambda _: 7) == [began]
    assert living([began], lambda _: 8) == []
    leftovers.over(found)
    assert not Path(made.folder).exists()
    assert leftovers.found() == []
