"""The life of one set of manifests: read, compile, put in force, or say why not.

The folder is looked at every second by sizes and times of change; compiled when they differ, and once an
hour, because published prices change with time. A bad version never takes the good one out of force.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from podium.kernel.errors import Finding, ManifestError, PodiumError
from podium.manifest.compile import compile_manifests
from podium.manifest.snapshot import Snapshot, encode_snapshot
from podium.ports import Clock, PriceList
from podium.ports.link import PutSnapshot, Question, Reply, SnapshotIs

LOOK_EVERY_S: Final = 1.0
RECOMPILE_NS: Final = 3_600_000_000_000
_RETRY_S: Final = 0.02
_SUFFIXES: Final = frozenset({".yaml", ".yml"})

logger = logging.getLogger(__name__)

Stamp = tuple[tuple[str, int, int, int], ...]


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises PodiumError."""
        ...


def find_files(folder: Path) -> list[Path]:
    """Return the manifests of a folder and those below it, or the one file that was named, sorted.

    Names that begin with a dot are passed over, and links that lead out of the folder.
    """
    if folder.is_file():
        return [folder]
    root = folder.resolve()
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _SUFFIXES or not path.is_file():
            continue
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.resolve().is_relative_to(root):
            found.append(path)
    return found


def read_files(folder: Path) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Return (name, text) of each manifest, and a finding for each that cannot be read."""
    files: list[tuple[str, str]] = []
    findings: list[Finding] = []
    paths = find_files(folder)
    if not paths:
        what = "there are no .yaml files here" if folder.is_dir() else "there is no such file or folder"
        fix = "Write manifests with `podium init`, or name their folder."
        findings.append(Finding(what, file=str(folder), line=1, field="", fix=fix))
    for path in paths:
        try:
            files.append((str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            findings.append(
                Finding(
                    f"cannot be read: {error}",
                    file=str(path),
                    line=1,
                    field="",
                    fix="Make it readable UTF-8.",
                )
            )
    return files, findings


def compile_folder(folder: Path, *, prices: PriceList, at_ns: int) -> Snapshot:
    """Return the snapshot of a folder. Raises ManifestError with every finding."""
    files, unread = read_files(folder)
    return compile_manifests(files, prices=prices, at_ns=at_ns, unread=unread)


def stamp(folder: Path) -> Stamp:
    """Return what changes when a manifest does: names, times, sizes, inodes."""
    found = []
    for path in find_files(folder):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)


class Reconciler:
    """Keeps what is in force equal to what the folder says."""

    def __init__(
        self,
        *,
        folder: Path,
        keeper: Keeper,
        price_list: PriceList,
        clock: Clock,
        on_snapshot: Callable[[Snapshot], None],
    ) -> None:
        self._folder = folder
        self._keeper = keeper
        self._prices = price_list
        self._clock = clock
        self._on_snapshot = on_snapshot
        self.first = asyncio.Event()
        """Set once the keeper has had the first result, good or bad."""

    async def run(self) -> None:
        """Reconcile for ever. Ends by cancellation."""
        seen: Stamp | None = None
        compiled_ns = 0
        while True:
            now = stamp(self._folder)
            if now != seen or self._clock.monotonic_ns() - compiled_ns > RECOMPILE_NS:
                await self.once()
                seen, compiled_ns = now, self._clock.monotonic_ns()
                self.first.set()
            await asyncio.sleep(LOOK_EVERY_S)

    async def once(self) -> None:
        """Compile, and tell the keeper however long it takes to be there."""
        snapshot: Snapshot | None = None
        try:
            snapshot = compile_folder(self._folder, prices=self._prices, at_ns=self._clock.wall_ns())
            question = PutSnapshot(str(self._folder), encode_snapshot(snapshot))
        except ManifestError as error:
            findings = tuple(str(finding) for finding in error.findings)
            question = PutSnapshot(str(self._folder), None, findings)
        version = await self._tell(question)
        if snapshot is not None:
            logger.info("manifests version %d are in force (digest %s)", version, snapshot.digest[:12])
            self._on_snapshot(snapshot)
            return
        stays = f"version {version} stays in force" if version else "nothing is in force"
        logger.error("the manifests in %s are refused, %s:", self._folder, stays)
        for finding in question.findings:
            logger.error("  %s", finding)

    async def _tell(self, question: PutSnapshot) -> int:
        complained = not self.first.is_set()  # at the start the keeper may still be on its way
        while True:
            try:
                reply = await self._keeper.ask(question)
            except (PodiumError, OSError) as error:
                if not complained:
                    logger.warning("the keeper cannot be told of the manifests yet: %s", error)
                    complained = True
                await asyncio.sleep(_RETRY_S)
            else:
                return reply.version if isinstance(reply, SnapshotIs) else 0
