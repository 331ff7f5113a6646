"""The life of one set of manifests: read, compile, put in force, or say why not.

The folder is looked at every second by sizes and times of change; compiled when they differ, and once an
hour, because published prices change with time. A bad version never takes the good one out of force.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from podium.kernel.errors import Finding, ManifestError, PodiumError, RequestError
from podium.manifest.compile import compile_manifests, find_warnings
from podium.manifest.snapshot import Snapshot, decode_snapshot, encode_snapshot
from podium.manifest.text import MAX_FILE_BYTES
from podium.manifest.warn_definitions import Definitions
from podium.ports import Clock, PriceList
from podium.ports.link import GetSnapshot, PutSnapshot, Question, Reply, SnapshotIs

LOOK_EVERY_S: Final = 1.0
SETTLE_S: Final = 0.1
"""A folder that has changed is read when it has been at rest for so long: files are written in pieces."""
RECOMPILE_NS: Final = 3_600_000_000_000
_SETTLE_LOOKS: Final = 20
_RETRY_S: Final = 0.02
_RETRY_MAX_S: Final = 1.0
_SUFFIXES: Final = frozenset({".yaml", ".yml"})

logger = logging.getLogger(__name__)

Stamp = tuple[tuple[str, int, int, int], ...]


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises PodiumError."""
        ...


def find_files(folder: Path) -> tuple[list[Path], list[Finding]]:
    """Return the manifests of a folder and those below it, or the one file that was named, sorted.

    Names that begin with a dot are passed over. A folder that cannot be listed, and a link that leads out
    of the folder, is a finding: what it holds is not known.
    """
    if folder.is_file():
        return [folder], []
    found: list[Path] = []
    findings: list[Finding] = []

    def unlisted(error: OSError) -> None:
        place = str(error.filename or folder)
        findings.append(
            _unread(place, f"the folder cannot be listed: {error.strerror}.", "Make it readable.")
        )

    root = folder.resolve()
    for place, folders, names in os.walk(folder, onerror=unlisted if folder.exists() else None):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        manifests = [n for n in names if not n.startswith(".") and Path(n).suffix in _SUFFIXES]
        for name in sorted([*links, *manifests]):
            path = Path(place) / name
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                fix = "Put what it leads to into the folder."
                findings.append(_unread(str(path), "the link leads out of the folder.", fix))
            elif name in manifests:
                found.append(path)
    return sorted(found), findings


def read_files(folder: Path) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Return (name, text) of each manifest, and a finding for each that cannot be read."""
    files: list[tuple[str, str]] = []
    paths, findings = find_files(folder)
    if not paths and not findings:
        what = "there are no .yaml files here." if folder.is_dir() else "there is no such file or folder."
        fix = "Write manifests with `podium init`, or name their folder."
        findings.append(_unread(str(folder), what, fix))
    for path in paths:
        try:
            files.append((str(path), _read(path)))
        except OSError as error:
            findings.append(
                _unread(str(path), f"the file cannot be read: {error.strerror}.", "Make it readable.")
            )
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            what = "this is not UTF-8."
            findings.append(Finding(what, file=str(path), line=line, field="", fix="Save the file as UTF-8."))
    return files, findings


def _read(path: Path) -> str:
    """Return a file's text, and no more of it than shows that it is too large."""
    if not path.is_file():
        raise OSError(0, "it is not a regular file")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        return data.decode("utf-8", "replace")
    return data.decode("utf-8")


def _unread(file: str, message: str, fix: str) -> Finding:
    return Finding(message, file=file, line=1, field="", fix=fix)


def compile_folder(folder: Path, *, prices: PriceList, at_ns: int) -> Snapshot:
    """Return the snapshot of a folder. Raises ManifestError with every finding."""
    files, unread = read_files(folder)
    return compile_manifests(files, prices=prices, at_ns=at_ns, unread=unread)


def warn_folder(folder: Path, definitions: Definitions | None = None) -> list[Finding]:
    """Return what a folder's manifests say that is allowed and hardly meant.

    ``definitions``: what servers say of their tools, by the tools' ids, where that is known.
    """
    return find_warnings(read_files(folder)[0], definitions)


def stamp(folder: Path) -> Stamp:
    """Return what changes when a manifest does: names, times, sizes, inodes."""
    found = []
    for path in find_files(folder)[0]:
        try:
            stat = path.stat()
        except OSError:
            found.append((str(path), 0, 0, 0))
        else:
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
        look_every_s: float = LOOK_EVERY_S,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._folder = folder
        self._keeper = keeper
        self._prices = price_list
        self._clock = clock
        self._on_snapshot = on_snapshot
        self._look_every_s = look_every_s
        self._settle_s = settle_s
        self.first = asyncio.Event()
        """Set once the keeper has had the first result, good or bad."""

    async def run(self) -> None:
        """Reconcile for ever. Ends by cancellation."""
        seen: Stamp | None = None
        compiled_ns = 0
        while True:
            now = await asyncio.to_thread(stamp, self._folder)
            if now != seen or self._clock.monotonic_ns() - compiled_ns > RECOMPILE_NS:
                if seen is not None:
                    now = await self._settled(now)
                await self.once()
                seen, compiled_ns = now, self._clock.monotonic_ns()
                self.first.set()
            await asyncio.sleep(self._look_every_s)

    async def once(self) -> None:
        """Compile, and tell the keeper however long it takes to be there."""
        snapshot, findings = await asyncio.to_thread(self._compile)
        source = str(self._folder)
        if snapshot is not None:
            version = await self._tell(PutSnapshot(source, encode_snapshot(snapshot)))
            if version is not None:
                logger.info("manifests version %d are in force (digest %s)", version, snapshot.digest[:12])
                self._on_snapshot(snapshot)
            return
        version = await self._tell(PutSnapshot(source, None, findings))
        stays = f"version {version} stays in force" if version else "nothing is in force"
        logger.error("the manifests in %s are refused, %s:", source, stays)
        for finding in findings:
            logger.error("  %s", finding)
        if version and not self.first.is_set():
            await self._take_over()

    def _compile(self) -> tuple[Snapshot | None, tuple[str, ...]]:
        """Return a snapshot, or findings. Never raises."""
        try:
            return compile_folder(self._folder, prices=self._prices, at_ns=self._clock.wall_ns()), ()
        except ManifestError as error:
            return None, tuple(str(finding) for finding in error.findings)
        except Exception as error:  # a fault of Podium's own must not end the loop that would cure it
            logger.exception("the manifests in %s cannot be compiled", self._folder)
            return None, (f"{self._folder}:1: Podium itself failed: {type(error).__name__}. See its log.",)

    async def _settled(self, now: Stamp) -> Stamp:
        """Return the stamp of the folder when it has come to rest, or after two seconds without rest."""
        for _ in range(_SETTLE_LOOKS):
            await asyncio.sleep(self._settle_s)
            before, now = now, await asyncio.to_thread(stamp, self._folder)
            if before == now:
                break
        return now

    async def _take_over(self) -> None:
        """Announce what stays in force from before the start, so that its local models run."""
        reply = await self._ask(GetSnapshot())
        if isinstance(reply, SnapshotIs) and reply.document is not None:
            self._on_snapshot(decode_snapshot(reply.document))

    async def _tell(self, question: PutSnapshot) -> int | None:
        """Return the version in force, None where the keeper would have none of it."""
        reply = await self._ask(question)
        return reply.version if isinstance(reply, SnapshotIs) else None

    async def _ask(self, question: Question) -> Reply | None:
        """Return the answer, however long it takes; None where asking again would not help."""
        complained = not self.first.is_set()  # at the start the keeper may still be on its way
        pause_s = _RETRY_S
        while True:
            try:
                return await self._keeper.ask(question)
            except RequestError as error:
                logger.error("the keeper refuses the manifests: %s", error)  # noqa: TRY400 - no trace is needed
                return None
            except (PodiumError, OSError) as error:
                if not complained:
                    logger.warning("the keeper cannot be told of the manifests yet: %s", error)
                    complained = True
                await asyncio.sleep(pause_s)
                # At the start every millisecond counts; an hour later it does not.
                pause_s = _RETRY_S if not self.first.is_set() else min(2 * pause_s, _RETRY_MAX_S)
