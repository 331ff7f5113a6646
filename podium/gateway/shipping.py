"""Ships this machine's journals to a keeper elsewhere, and proves the deaths of its workers.

A journal stays here until the keeper has it in the ledger. Where the keeper stands is asked, never kept, so
that every cut and every restart, on either side, is the same: ask, and go on from there.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from podium.kernel.errors import JournalError, NotReady, PodiumError
from podium.ports import Clock
from podium.ports.link import PROTOCOL, Hello, KeeperLink
from podium.ports.machines import SHIP_BYTES, Died, Ship, Shipped
from podium.spend.journal import PREAMBLE_BYTES, Header, check_preamble, decode

SHIP_EVERY_S: Final = 0.1
TRY_AGAIN_S: Final = 0.5
LOOK_NS: Final = 1_000_000_000
"""So often a journal that does not grow is looked at: whether its worker lives, how far the ledger has it."""

logger = logging.getLogger(__name__)


class _Cargo:
    """One incarnation's journal, and where the keeper wants it to go on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wanted: tuple[int, int] | None = None
        self.damaged = False
        self.looked_ns = -LOOK_NS

    def path(self, segment: int) -> Path:
        return self.folder / f"{segment:06d}.journal"

    def segments(self) -> list[int]:
        return sorted(int(path.stem) for path in self.folder.glob("*.journal"))

    def next_part(self, segment: int, offset: int) -> tuple[int, int, bytes]:
        """Return what follows a place: its segment, its offset, and the bytes that are there so far."""
        while True:
            try:
                with self.path(segment).open("rb") as file:
                    file.seek(offset)
                    data = file.read(SHIP_BYTES)
            except FileNotFoundError:
                data = b""
            # A worker begins the next segment only when this one has its last byte.
            if data or not self.path(segment + 1).exists():
                return segment, offset, data
            segment, offset = segment + 1, 0

    def forget(self, before: int) -> None:
        """Remove the segments that are in the ledger to their end."""
        for segment in self.segments():
            if segment < before:
                self.path(segment).unlink(missing_ok=True)


class Shipper:
    """Ships what is in a folder of journals, for ever."""

    def __init__(self, journals: Path, link: KeeperLink, clock: Clock, boot_id: str) -> None:
        self._boot_id = boot_id
        self._journals = journals
        self._link = link
        self._clock = clock
        self._cargos: dict[str, _Cargo] = {}
        self._turn = asyncio.Lock()
        self._complained = ""

    async def run(self) -> None:
        """Ship for ever. Ends by cancellation."""
        while True:
            answered = await self.step()
            await asyncio.sleep(SHIP_EVERY_S if answered else TRY_AGAIN_S)

    async def step(self) -> bool:
        """Ship what there is, once; return whether the keeper answered."""
        async with self._turn:
            for cargo in self._waiting():
                try:
                    await self._ship(cargo)
                except (NotReady, OSError) as error:
                    # Nothing is known any more of where the keeper stands. The others have their turn first.
                    for other in self._cargos.values():
                        other.wanted = None
                    self._cargos[cargo.folder.name] = self._cargos.pop(cargo.folder.name)
                    self._complain(f"journals wait for the keeper: {error}")
                    return False
                except PodiumError as error:
                    self._complain(f"the journal in {cargo.folder} is not taken: {error}")
            if self._complained.startswith("journals wait"):
                self._complained = ""
                logger.info("journals reach the keeper again")
            return True

    def _complain(self, what: str) -> None:
        if what != self._complained:
            self._complained = what
            logger.warning("%s", what)

    async def finish(self, seconds: float, *, ended: bool = False) -> bool:
        """Ship until nothing is left to ship; return whether that was so in time.

        ``ended``: no worker lives any more, so that every journal comes to its end at the keeper too.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    answered = await self.step()
                    cargos = self._waiting()
                    left = [one for one in cargos if not one.damaged and (ended or self._left(one))]
                    if answered and not left:
                        return True
                    for cargo in cargos if ended else ():
                        cargo.looked_ns = -LOOK_NS
                    await asyncio.sleep(SHIP_EVERY_S / 2)
        return False

    def _waiting(self) -> list[_Cargo]:
        """Return what is in the folder, the oldest first, behind what was there before."""
        names = sorted(path.name for path in self._journals.glob("inc_*") if path.is_dir())
        for gone in self._cargos.keys() - set(names):
            del self._cargos[gone]
        for name in names:
            self._cargos.setdefault(name, _Cargo(self._journals / name))
        return list(self._cargos.values())

    @staticmethod
    def _left(cargo: _Cargo) -> bool:
        return cargo.wanted is None or bool(cargo.next_part(*cargo.wanted)[2])

    async def _ship(self, cargo: _Cargo) -> None:
        if cargo.damaged:
            return
        if cargo.wanted is None and not await self._begin(cargo):
            return
        while cargo.wanted is not None:
            segment, offset, data = cargo.next_part(*cargo.wanted)
            now_ns = self._clock.monotonic_ns()
            if not data and now_ns - cargo.looked_ns < LOOK_NS:
                return
            if not data:
                cargo.looked_ns = now_ns
            before = cargo.wanted
            await self._send(cargo, Ship(cargo.folder.name, segment, offset, data))
            if not data and cargo.wanted is not None:
                await self._look(cargo)
                return
            if cargo.wanted == before:  # the keeper has enough for now
                return

    async def _begin(self, cargo: _Cargo) -> bool:
        """Learn where the keeper stands, and introduce a worker that it does not know."""
        try:
            await self._send(cargo, Ship(cargo.folder.name, 1, 0))
        except NotReady:
            header = _header(cargo)
            if header is None:  # it has only just begun
                await self._look(cargo)
                return False
            await self._link.ask(
                Hello(PROTOCOL, header.worker, header.incarnation, header.pid, header.boot_id)
            )
            await self._send(cargo, Ship(cargo.folder.name, 1, 0))
        return cargo.wanted is not None

    async def _send(self, cargo: _Cargo, ship: Ship) -> None:
        answer = await self._link.ask(ship)
        if not isinstance(answer, Shipped):
            raise NotReady(f"the keeper answered {type(answer).__name__} to Ship")
        if answer.end == "damaged":
            cargo.damaged = True
            logger.error("the keeper calls the journal in %s damaged: it is kept there", cargo.folder)
        elif answer.end is not None:
            with _proof(cargo.folder) as dead:
                if dead:  # else its worker still says goodbye
                    shutil.rmtree(cargo.folder, ignore_errors=True)
            cargo.wanted = None
        else:
            cargo.wanted = (answer.segment, answer.offset)
            cargo.forget(answer.ledger_segment)

    async def _look(self, cargo: _Cargo) -> None:
        """Tell the keeper of a worker that is dead: nobody holds the lock of its journal, and nobody can."""
        with _proof(cargo.folder) as dead:
            if not dead:
                return
            if cargo.wanted is None:
                if _header(cargo) is None:  # it died before it had written anything
                    shutil.rmtree(cargo.folder, ignore_errors=True)
                return
            segment, offset, data = cargo.next_part(*cargo.wanted)
            if data:
                return
            last = cargo.path((cargo.segments() or [segment])[-1])
            sign_ns = last.stat().st_mtime_ns if last.exists() else cargo.folder.stat().st_mtime_ns
            # What a host has lost in a crash may have reached the keeper: it keeps what it has.
            size = last.stat().st_size if last.exists() else 0
            died = Died(cargo.folder.name, segment, min(offset, size), sign_ns, self._boot_id)
            await self._link.ask(died)
            logger.warning("the worker of %s is dead, and its journal is in the ledger", cargo.folder.name)
            shutil.rmtree(cargo.folder, ignore_errors=True)
            cargo.wanted = None


@contextlib.contextmanager
def _proof(folder: Path) -> Iterator[bool]:
    """Yield whether a worker is dead. Its lock is held meanwhile, so that it is."""
    try:
        fd = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        # Its folder was being removed, or made.
        yield any(folder.glob("*.journal"))
        return
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(fd)


def _header(cargo: _Cargo) -> Header | None:
    """Return the first record of the first segment that is here, None where there is none yet."""
    for segment in cargo.segments()[:1]:
        data = cargo.path(segment).read_bytes()[:65536]
        if len(data) < PREAMBLE_BYTES:
            return None
        with contextlib.suppress(JournalError):
            for record, _ in decode(data, check_preamble(data)):
                return record if isinstance(record, Header) else None
    return None
