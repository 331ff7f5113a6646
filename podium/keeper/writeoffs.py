"""Writing off: a person has charged what workers hold of whom nobody hears, and nobody can prove their death.

Point 11 of the money protocol. What is written off is charged, and never free again; a journal that comes
after all is charged against it. A worker that still answers gives back what it does not need, and one whose
machine still answers is proven dead there: both are refused.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, select

from podium.kernel.errors import Forbidden, NotFound
from podium.ports import Clock
from podium.ports.acts import ActDone, LimitsBook, WriteOff
from podium.ports.database import incarnations
from podium.trust.people import Person, Right, check_reason, require

SILENT_NS: Final = 10_000_000_000
"""Who was heard of within this time still answers. Workers ask five times a second."""
_FIX: Final = "`podium budget held` names the workers that hold something, and their machines."

Noted = Callable[..., None]
"""Writes an act into the chain."""


class Hearing:
    """When the keeper last heard of each incarnation: of its worker itself, or of its machine about it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_ns = clock.monotonic_ns()
        self._heard_ns: dict[str, int] = {}

    def heard(self, incarnation: str) -> None:
        """Note that it answers. Called in the event loop."""
        self._heard_ns[incarnation] = self._clock.monotonic_ns()

    def silent_ns(self, incarnation: str) -> int:
        """Return for how long nobody has heard of it: at the most since this keeper began to listen."""
        return self._clock.monotonic_ns() - self._heard_ns.get(incarnation, self._began_ns)

    def forget(self, incarnation: str) -> None:
        """Forget one that has ended."""
        self._heard_ns.pop(incarnation, None)


class WriteOffs:
    """Does it. Its methods run in the database thread, in the act's transaction."""

    def __init__(self, limits: LimitsBook, hearing: Hearing, noted: Noted) -> None:
        self._limits = limits
        self._hearing = hearing
        self._noted = noted

    def write_off(self, connection: Connection, act: WriteOff, who: Person) -> ActDone:
        """Charge what a worker holds, or all workers of a machine.

        Raises Forbidden while one of them answers, NotFound, InvalidRequest.
        """
        require(who, Right.ADMINISTER, "charge what a worker holds")
        reason = check_reason(act.reason)
        found = self._lives(connection, act.incarnation)
        for row in found:
            self._check_silent(row)
        charged: dict[str, int] = {}
        slices = 0
        for row in found:
            of_one = self._limits.write_off(connection, row.id, f"{who.name}: {reason}")
            slices += of_one.slices
            for limit, amount in of_one.charged.items():
                charged[limit] = charged.get(limit, 0) + amount
        if not slices:
            raise NotFound(f"{act.incarnation} holds nothing.", fix=_FIX)
        names = [row.id for row in found]
        body = {"reason": reason, "slices": slices, "charged": charged, "workers": names}
        self._noted(connection, act, who, act.incarnation, **body)
        of = f"{names[0]} holds"
        if act.incarnation not in names:
            of = f"{len(names)} workers of {act.incarnation} hold"
        return ActDone(
            act.incarnation,
            f"What {of} is charged: {slices} slices. A journal that comes after all is charged against that.",
        )

    def _check_silent(self, row: Any) -> None:
        silent_ns = self._hearing.silent_ns(row.id)
        if silent_ns < SILENT_NS:
            where = "" if row.gateway is None else f", or of its machine {row.gateway},"
            raise Forbidden(
                f"{row.id} ({row.worker}) still answers: the keeper has heard of it{where} "
                f"{silent_ns / 1e9:.1f} s ago, or began itself then.",
                fix="Stop it, and what it holds comes back by itself; or wait until nobody has heard of it "
                f"for {SILENT_NS // 1_000_000_000} s.",
            )

    def _lives(self, connection: Connection, name: str) -> list[Any]:
        """Return the incarnation of that name, or those of the machine of that name. Raises NotFound."""
        columns = select(incarnations.c.id, incarnations.c.worker, incarnations.c.gateway, incarnations.c.end)
        row = connection.execute(columns.where(incarnations.c.id == name)).first()
        if row is not None and row.end is not None:
            raise NotFound(f"{name} has ended ({row.end}): what it held has come back.", fix=_FIX)
        if row is not None:
            return [row]
        of_machine = columns.where(incarnations.c.gateway == name, incarnations.c.end.is_(None))
        rows = list(connection.execute(of_machine.order_by(incarnations.c.id)))
        if not rows:
            raise NotFound(f"There is no worker and no machine {name} that has not ended.", fix=_FIX)
        return rows
