"""A folder of manifests comes into force, or stays out of it and says why."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from podium.control.reconcile import RECOMPILE_NS, Reconciler, compile_folder, read_files, stamp
from podium.kernel.errors import InvalidRequest, ManifestError, NotReady
from podium.manifest.snapshot import Snapshot, decode_snapshot, encode_snapshot
from podium.ports.link import GetSnapshot, PutSnapshot, Question, Reply, SnapshotIs
from tests.manifest.samples import FLEET, DictPrices

OTHER = FLEET.replace("0.40", "0.50")


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now_ns = 0

    def wall_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns


class ListKeeper:
    """A keeper that counts versions and remembers what it was told; ``failures`` come first."""

    def __init__(self, *failures: Exception, in_force: Snapshot | None = None) -> None:
        self.failures = list(failures)
        self.told: list[PutSnapshot] = []
        self.document = encode_snapshot(in_force) if in_force else None
        self.version = 1 if in_force else 0

    async def ask(self, question: Question) -> Reply:
        if self.failures:
            raise self.failures.pop(0)
        if isinstance(question, GetSnapshot):
            return SnapshotIs(self.version, self.document)
        assert isinstance(question, PutSnapshot)
        self.told.append(question)
        if question.document is not None and question.document != self.document:
            self.version += 1
            self.document = question.document
        return SnapshotIs(self.version)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "fleet"
    place.mkdir()
    (place / "fleet.yaml").write_text(FLEET, encoding="utf-8")
    return place


def reconciler(folder: Path, keeper: ListKeeper, **more: object) -> tuple[Reconciler, list[Snapshot]]:
    seen: list[Snapshot] = []
    made = Reconciler(
        folder=folder,
        keeper=keeper,
        price_list=more.get("prices", DictPrices()),  # type: ignore[arg-type]
        clock=more.get("clock", HandClock()),  # type: ignore[arg-type]
        on_snapshot=seen.append,
        look_every_s=0.001,
        settle_s=0.001,
    )
    return made, seen


@asynccontextmanager
async def running(made: Reconciler) -> AsyncIterator[None]:
    task = asyncio.create_task(made.run())
    try:
        await made.first.wait()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.001)


async def test_a_good_folder_comes_into_force(folder: Path) -> None:
    """The keeper gets the compiled snapshot, and the supervisor the same one."""
    keeper = ListKeeper()
    made, seen = reconciler(folder, keeper)
    await made.once()
    (told,) = keeper.told
    assert told.source == str(folder)
    assert told.document is not None
    assert decode_snapshot(told.document) == seen[0]
    assert seen[0].organisation == "acme"


async def test_a_bad_version_leaves_the_old_one_in_force(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Findings go to the keeper and to the log, which says what stays; mending the file cures it."""
    keeper = ListKeeper()
    made, seen = reconciler(folder, keeper)
    with caplog.at_level(logging.INFO, logger="podium.control.reconcile"):
        async with running(made):
            (folder / "fleet.yaml").write_text(
                FLEET.replace("parent: acme", "parent: acne"), encoding="utf-8"
            )
            await until(lambda: len(keeper.told) == 2)
            (folder / "fleet.yaml").write_text(OTHER, encoding="utf-8")
            await until(lambda: len(seen) == 2)
    assert [told.document is None for told in keeper.told] == [False, True, False]
    (finding,) = keeper.told[1].findings
    assert finding == (
        f"{folder}/fleet.yaml:8: spec.parent: there is no Department acne. Did you mean `acme`?"
    )
    assert f"the manifests in {folder} are refused, version 1 stays in force:" in caplog.text
    assert finding in caplog.text
    assert "manifests version 2 are in force" in caplog.text


async def test_a_restart_with_bad_manifests_keeps_what_was_in_force(folder: Path) -> None:
    """After a restart the version in force runs on, its local models too."""
    old = compile_folder(folder, prices=DictPrices(), at_ns=0)
    (folder / "fleet.yaml").write_text("kind: [", encoding="utf-8")
    made, seen = reconciler(folder, ListKeeper(in_force=old))
    await made.once()
    assert seen == [old]


async def test_nothing_in_force_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that is not there is a finding, not a crash; when it appears, it comes into force."""
    folder = tmp_path / "later"
    keeper = ListKeeper()
    made, seen = reconciler(folder, keeper)
    async with running(made):
        assert keeper.told[0].findings[0].startswith(f"{folder}:1: there is no such file or folder.")
        assert "nothing is in force" in caplog.text
        folder.mkdir()
        (folder / "a.yml").write_text(FLEET, encoding="utf-8")
        await until(lambda: len(seen) == 1)


async def test_what_does_not_change_is_compiled_once_an_hour(folder: Path) -> None:
    """An unchanged folder is left alone until published prices may have changed."""
    clock, keeper = HandClock(), ListKeeper()
    made, _ = reconciler(folder, keeper, clock=clock)
    async with running(made):
        for _ in range(10):
            await asyncio.sleep(0.001)
        assert len(keeper.told) == 1
        clock.now_ns += RECOMPILE_NS + 1
        await until(lambda: len(keeper.told) == 2)
    assert keeper.told[0].document == keeper.told[1].document


async def test_the_keeper_is_waited_for(folder: Path) -> None:
    """A keeper that is on its way is asked again."""
    keeper = ListKeeper(NotReady("starting"), ConnectionRefusedError(), NotReady("starting"))
    made, seen = reconciler(folder, keeper)
    await made.once()
    assert len(keeper.told) == len(seen) == 1


async def test_a_keeper_that_refuses(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A refusal that asking again cannot cure is said once, and nothing is announced."""
    made, seen = reconciler(folder, ListKeeper(InvalidRequest("The document is no snapshot.")))
    await made.once()
    assert seen == []
    assert "the keeper refuses the manifests: The document is no snapshot." in caplog.text


async def test_a_fault_of_podium_does_not_end_the_loop(folder: Path) -> None:
    """Even an error that nobody foresaw leaves the old version in force and the loop running."""

    class BrokenPrices(DictPrices):
        def find(self, *_: object) -> None:
            raise ZeroDivisionError

    more = "apiVersion: podium/v1\nkind: Model\nmetadata: {name: m}\nspec: {provider: remote}\n"
    (folder / "more.yaml").write_text(more, encoding="utf-8")
    keeper = ListKeeper()
    made, seen = reconciler(folder, keeper, prices=BrokenPrices())
    async with running(made):
        assert "ZeroDivisionError" in keeper.told[0].findings[0]
        (folder / "more.yaml").unlink()
        await until(lambda: len(seen) == 1)


def test_which_files_are_read(folder: Path) -> None:
    """Folders are searched, hidden names are passed over, links within the folder are followed."""
    (folder / "sub").mkdir()
    (folder / "sub" / "b.yml").write_text("b", encoding="utf-8")
    (folder / "notes.md").write_text("no", encoding="utf-8")
    (folder / ".hidden.yaml").write_text("no", encoding="utf-8")
    (folder / "..data").mkdir()
    (folder / "..data" / "c.yaml").write_text("c", encoding="utf-8")
    (folder / "c.yaml").symlink_to("..data/c.yaml")  # as Kubernetes mounts a ConfigMap
    (folder / "again").symlink_to("sub")
    files, findings = read_files(folder)
    assert findings == []
    assert [(Path(name).relative_to(folder).as_posix(), text) for name, text in files] == [
        ("c.yaml", "c"),
        ("fleet.yaml", FLEET),
        ("sub/b.yml", "b"),
    ]


def test_one_file(folder: Path) -> None:
    """A file may be named instead of a folder."""
    files, findings = read_files(folder / "fleet.yaml")
    assert (files, findings) == ([(str(folder / "fleet.yaml"), FLEET)], [])


def test_what_cannot_be_read_is_a_finding(folder: Path, tmp_path: Path) -> None:
    """Links that lead out, pipes, bytes that are no text and files that are too large refuse the folder."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.yaml").write_text(FLEET, encoding="utf-8")
    (folder / "link.yaml").symlink_to(outside / "x.yaml")
    (folder / "linked").symlink_to(outside)
    (folder / "gone.yaml").symlink_to("nowhere.yaml")
    os.mkfifo(folder / "pipe.yaml")
    (folder / "latin.yaml").write_bytes(b"a: 1\nb: \xe9\n")
    (folder / "large.yaml").write_bytes(b"# \n" * (1 << 20))
    with pytest.raises(ManifestError) as caught:
        compile_folder(folder, prices=DictPrices(), at_ns=0)
    said = {
        (Path(finding.file).name, finding.line, finding.message.split(":")[0])
        for finding in caught.value.findings
    }
    assert said == {
        ("link.yaml", 1, "the link leads out of the folder."),
        ("linked", 1, "the link leads out of the folder."),
        ("gone.yaml", 1, "the file cannot be read"),
        ("pipe.yaml", 1, "the file cannot be read"),
        ("latin.yaml", 2, "this is not UTF-8."),
        ("large.yaml", 1, "the file is larger than 1048576 bytes."),
    }


def test_the_stamp_sees_every_change(folder: Path) -> None:
    """A new file, a replaced one, a removed one and another text give another stamp; nothing else does."""
    stamps = [stamp(folder)]
    assert stamp(folder) == stamps[0]
    (folder / "b.yaml").write_text("x", encoding="utf-8")
    stamps.append(stamp(folder))
    (folder / "b.yaml").write_text("xy", encoding="utf-8")
    stamps.append(stamp(folder))
    (folder / "c.yaml").write_text("zz", encoding="utf-8")
    (folder / "c.yaml").replace(folder / "b.yaml")
    stamps.append(stamp(folder))
    (folder / "b.yaml").unlink()
    (folder / "readme.md").write_text("x", encoding="utf-8")
    assert len(set(stamps)) == 4
    assert stamp(folder) == stamps[0]
