"""What a program leaves behind: its result, its artifacts, and what it has said on its standard output."""

import json
import mimetypes
import stat
from pathlib import Path
from typing import Final

import msgspec

from podium.kernel.errors import PodiumError
from podium.ports.artifacts import ArtifactStore
from podium.ports.runs import Artifact

RESULT_FILE: Final = "result"
ARTIFACTS: Final = "artifacts"
OUTPUT_FILE: Final = "output"
OUTPUT: Final = "output.txt"
"""The artifact that holds what a program has said."""
MAX_RESULT_BYTES: Final = 1 << 20
MAX_OUTPUT_BYTES: Final = 1 << 20
"""Of what it has said the end is kept."""
MAX_ARTIFACTS: Final = 100
MAX_NAME: Final = 200


class Left(msgspec.Struct, frozen=True):
    """What was taken in, and in a sentence what was not; empty: all was."""

    result_sha256: str | None
    artifacts: tuple[Artifact, ...]
    missed: str = ""


def collect(out: Path, said: Path, store: ArtifactStore) -> Left:
    """Take in what is in a program's folder, and what it has said. A failure is told, and ends nothing."""
    found: list[Artifact] = []
    missed: list[str] = []
    result = _result(out / RESULT_FILE, store, missed)
    files = sorted(it for it in (out / ARTIFACTS).rglob("*") if stat.S_ISREG(it.lstat().st_mode))
    if len(files) > MAX_ARTIFACTS:
        missed.append(
            f"{len(files) - MAX_ARTIFACTS} of {len(files)} artifacts: at most {MAX_ARTIFACTS} are kept"
        )
    for path in files[:MAX_ARTIFACTS]:
        name = path.relative_to(out / ARTIFACTS).as_posix()
        if len(name) > MAX_NAME or not name.isprintable() or name == OUTPUT:
            missed.append(f"an artifact whose name is not usable ({name[:40]!r})")
            continue
        try:
            sha256, size = store.put_file(path)
        except (PodiumError, OSError) as error:
            missed.append(f"{name}: {error}")
            continue
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        found.append(Artifact(name, sha256, kind, size))
    output = _output(said, store, missed)
    return Left(result, (*found, *output), "; ".join(missed))


def _result(path: Path, store: ArtifactStore, missed: list[str]) -> str | None:
    try:
        info = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(info.st_mode) or not info.st_size:
        return None
    if info.st_size > MAX_RESULT_BYTES:
        missed.append(f"the result: it has more than {MAX_RESULT_BYTES} bytes")
        return None
    try:
        return store.put_file(path)[0]
    except (PodiumError, OSError) as error:
        missed.append(f"the result: {error}")
        return None


def _output(path: Path, store: ArtifactStore, missed: list[str]) -> tuple[Artifact, ...]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - MAX_OUTPUT_BYTES))
            body = file.read(MAX_OUTPUT_BYTES)
        if not body:
            return ()
        return (Artifact(OUTPUT, store.put(body), "text/plain; charset=utf-8", len(body)),)
    except (PodiumError, OSError) as error:
        missed.append(f"what it said: {error}")
        return ()


def is_json(body: bytes) -> bool:
    """Whether a result is structured."""
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
