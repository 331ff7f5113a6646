"""The authority of limits: grants slices, credits what comes back, charges what journals show.

It alone writes `limit_windows` and `slices`. Every change is a transaction that has locked the rows of the
windows that it touches, so that ``charged + outstanding <= amount`` is checked where it is written. Rows are
locked in the order of their ids. What is in memory (definitions, overrides, who needs what) can be lost.

Points of the money protocol: 1 and 2 (grant), 6 and 10 (windows and returns), 8 (overruns), 11 (reclaim and
write-off), 12 (what a host crash has lost), 15 (a limit that was lowered).
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select

from podium.keeper.books import Books, id_of
from podium.keeper.ledger import Batch, Ending, read_meta, write_meta
from podium.keeper.unattributed import add_unattributed
from podium.kernel.errors import InvalidRequest, NotFound
from podium.manifest.snapshot import Snapshot
from podium.ports import Clock
from podium.ports.database import incarnations, model_blocks, overrides, slices
from podium.ports.link import Done, Draw, Drawn, Grant, Override, Unblock, Want, WriteOff
from podium.spend.limits import Limit, Window, decide_window, organisation_limit, used_of
from podium.spend.slices import decide_grant

ORDERS_VERSION: Final = "orders_version"
WANTED_NS: Final = 1_000_000_000
"""A window that a worker could not get enough of is recalled from the others for so long."""
NO_EDGE: Final = 1 << 62
"""Where a limit ends that is not hard."""

logger = logging.getLogger(__name__)


class LimitBook:
    """Grants, returns, charges, reclaims. Its methods run in the keeper's database thread.

    ``fence`` is called in every transaction that writes, and raises where this keeper is no longer the one.
    """

    def __init__(
        self, engine: Engine, clock: Clock, *, fence: Callable[[Connection], None] = lambda _: None
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._fence = fence
        self._limits: dict[str, Limit] = {}
        self._organisation: Limit | None = None
        self._overrides: list[Override] = []
        self._wanted: dict[str, int] = {}
        self.has_blocked = False
        """A transaction has blocked a model: orders have a new version."""

    def know(self, snapshot: Snapshot) -> None:
        """Go by the limits of a snapshot, and by what was added to them."""
        self._limits = snapshot.limits()
        self._organisation = organisation_limit(snapshot.organisation)
        with self._engine.connect().execution_options(read_only=True) as connection:
            query = select(overrides).where(overrides.c.until_ns > self._clock.wall_ns())
            rows = connection.execute(query.order_by(overrides.c.id)).mappings()
            self._overrides = [_override(row) for row in rows]

    def amount_of(self, limit: Limit, at_ns: int) -> int | None:
        """Return a limit's amount with what people have added to it for now."""
        if limit.amount is None:
            return None
        added = [
            it.amount for it in self._overrides if it.limit == limit.id and it.from_ns <= at_ns < it.until_ns
        ]
        return limit.amount + sum(added)

    # Grants and returns

    def draw(self, questions: Sequence[Draw]) -> list[Drawn]:
        """Take back and grant, for several workers in one transaction; it is durable when this returns."""
        now_ns = self._clock.wall_ns()
        windows = [[self._window_of(want, now_ns) for want in it.wants] for it in questions]
        asked = {
            id_of(want.limit, window.key)
            for it, found in zip(questions, windows, strict=True)
            for want, window in zip(it.wants, found, strict=True)
            if window is not None
        }
        given = [returned.slice for it in questions for returned in it.returns]
        with self._engine.begin() as connection:
            self._fence(connection)
            ended = self._ended(connection, questions)
            books = Books(connection)
            books.lock(asked | books.window_ids_of(given))
            books.read(given)
            books.read_places([it.incarnation for it in questions], asked)
            for it in questions:
                _take_back(books, it)
            answers = [
                Drawn(
                    tuple(
                        Grant(window="")
                        if window is None or it.incarnation in ended
                        else self._grant(books, it.incarnation, want, window, now_ns)
                        for want, window in zip(it.wants, found, strict=True)
                    )
                )
                for it, found in zip(questions, windows, strict=True)
            ]
            books.write()
        return answers

    @staticmethod
    def _ended(connection: Connection, questions: Sequence[Draw]) -> set[str]:
        """Return which of the askers have ended: what they had was reclaimed, and they get no more."""
        names = sorted({it.incarnation for it in questions})
        query = select(incarnations.c.id).where(incarnations.c.id.in_(names), incarnations.c.end.is_(None))
        return set(names) - set(connection.execute(query).scalars())

    def _window_of(self, want: Want, now_ns: int) -> Window | None:
        limit = self._limits.get(want.limit)
        if limit is None or (limit.window == "task" and not want.task) or want.need < 0 or want.want < 0:
            return None
        return decide_window(limit.window, limit.time_zone, now_ns, want.task)

    def _grant(self, books: Books, incarnation: str, want: Want, window: Window, now_ns: int) -> Grant:
        limit = self._limits[want.limit]
        amount = self.amount_of(limit, now_ns)
        row = books.window(limit, window)
        ends_in_ns = None if window.ends_ns is None else max(0, window.ends_ns - now_ns)
        edges = None if amount is None else limit.edges(amount)
        if edges is not None and not limit.hard:
            edges = (*edges[:-1], NO_EDGE)
        of = row.values
        position = of["charged"] + of["outstanding"]
        found = decide_grant(edges, position, need=want.need, want=want.want, last_band=want.last_band)
        if found is None:
            self._wanted[of["id"]] = self._clock.monotonic_ns() + WANTED_NS
            edge = edges[min(want.last_band, len(edges) - 1)] if edges is not None else 0
            return Grant(window.key, ends_in_ns, amount=amount, left=max(0, edge - of["charged"]))
        slice_row = books.slice_at(incarnation, of["id"], found.band)
        slice_row.add("granted", found.amount)
        row.add("outstanding", found.amount)
        if found.band > of["band"]:
            row.put("band", found.band)
            row.put("band_ns", now_ns)
            logger.warning(
                "%s is at %d%% of its %s (%s)",
                limit.id,
                limit.bands[found.band - 1].at_percent,
                limit.text(amount or 0),
                limit.action(found.band),
            )
        return Grant(
            window.key,
            ends_in_ns,
            slice_row.values["id"],
            found.band,
            slice_row.values["granted"],
            found.single,
            amount,
        )

    def recalled(self) -> tuple[str, ...]:
        """Return the windows of which somebody lacks some: what is free of them is to come back."""
        if not self._wanted:
            return ()
        now_ns = self._clock.monotonic_ns()
        self._wanted = {name: until_ns for name, until_ns in self._wanted.items() if until_ns > now_ns}
        return tuple(self._wanted)

    # What journals show

    def settle(self, connection: Connection, batch: Batch) -> None:
        """Charge what a batch of the tail has settled, and close the slices of whoever has ended.

        Runs within the tail's transaction. A slice that an incarnation leaves behind is reclaimed, because
        its journal was read to its end; where the journal cannot show everything, what is left is charged.
        """
        if batch.draws or batch.endings:
            self._fence(connection)
            books = Books(connection)
            ended = _slices_of(connection, batch.endings)
            touched = {number for hold, _ in batch.draws for number in hold.draws[::2]}
            books.lock(books.window_ids_of(touched) | {row.window_id for row in ended})
            books.read({*touched, *(row.id for row in ended)})
            for hold, settle in batch.draws:
                for number, amount in zip(hold.draws[::2], hold.draws[1::2], strict=True):
                    _charge(
                        books, number, amount, settle.cost_nano_usd, settle.usage, estimated=settle.estimated
                    )
            for ending in batch.endings:
                lost = _close(
                    books, [row.id for row in ended if row.incarnation == ending.incarnation], ending
                )
                if lost and self._organisation is not None:
                    add_unattributed(
                        batch, ending, self._organisation.owner, lost.get(self._organisation.id, 0)
                    )
            books.write()
        beyond = {hold.model: hold.charge_id for hold, settle in batch.draws if settle.beyond}
        if beyond:
            self._block(connection, beyond)

    def _block(self, connection: Connection, beyond: dict[str, str]) -> None:
        known = set(connection.execute(select(model_blocks.c.model)).scalars())
        new = [
            {"model": model, "charge_id": charge_id, "at_ns": self._clock.wall_ns()}
            for model, charge_id in beyond.items()
            if model not in known
        ]
        if new:
            connection.execute(insert(model_blocks), new)
            self.has_blocked = True
            write_meta(connection, ORDERS_VERSION, read_meta(connection, ORDERS_VERSION, 0) + 1)

    # What people do

    def override(self, question: Override) -> Done:
        """Add to a limit for a time. Raises NotFound, InvalidRequest; the same again is done already."""
        limit = self._limits.get(question.limit)
        if limit is None or limit.amount is None:
            raise NotFound(f"There is no limit {question.limit}.", fix="`podium budget list` names them.")
        if question.amount <= 0 or question.until_ns <= question.from_ns:
            raise InvalidRequest("An override adds more than nothing, until a later time.", field="amount")
        if not question.by.strip() or not question.reason.strip():
            raise InvalidRequest("An override has a person's name and a reason.", field="reason")
        with self._engine.begin() as connection:
            self._fence(connection)
            found = (
                connection.execute(select(overrides).where(overrides.c.id == question.id)).mappings().first()
            )
            if found is None:
                values = msgspec.structs.asdict(question)
                values["limit_id"] = values.pop("limit")
                connection.execute(insert(overrides).values(**values, at_ns=self._clock.wall_ns()))
            elif _override(found) != question:
                raise InvalidRequest(f"There is another override {question.id}.", field="id")
        if found is None:
            self._overrides.append(question)
        return Done()

    def write_off(self, question: WriteOff) -> Done:
        """Charge everything that an incarnation holds. Its journal, should it come, is charged against that.

        Raises NotFound where it holds nothing.
        """
        with self._engine.begin() as connection:
            self._fence(connection)
            query = select(slices.c.id, slices.c.window_id).where(
                slices.c.incarnation == question.incarnation, slices.c.state == "out"
            )
            rows = connection.execute(query).all()
            if not rows:
                raise NotFound(
                    f"{question.incarnation} holds nothing.", fix="`podium budget list` names who does."
                )
            books = Books(connection)
            books.lock({row.window_id for row in rows})
            books.read([row.id for row in rows])
            for row in rows:
                it = books.slices[row.id]
                left = it.out()
                window = books.windows[row.window_id]
                window.add("outstanding", -left)
                window.add("charged", left)
                it.add("covered", left)
                it.put("note", f"{question.by}: {question.reason}")
            books.write()
        return Done()

    def unblock(self, question: Unblock) -> Done:
        """Let a model serve under hard limits again. Raises NotFound for one that is not blocked."""
        with self._engine.begin() as connection:
            self._fence(connection)
            done = connection.execute(delete(model_blocks).where(model_blocks.c.model == question.model))
            if not done.rowcount:
                raise NotFound(f"The model {question.model} is not blocked.")
            write_meta(connection, ORDERS_VERSION, read_meta(connection, ORDERS_VERSION, 0) + 1)
        logger.warning(
            "%s lets %s serve under hard limits again: %s", question.by, question.model, question.reason
        )
        return Done()


def _override(row: RowMapping) -> Override:
    return Override(
        row["id"], row["limit_id"], row["amount"], row["from_ns"], row["until_ns"], row["by"], row["reason"]
    )


def _take_back(books: Books, question: Draw) -> None:
    """Credit what comes back to the slice's own window; what was told before, or late, changes nothing."""
    for it in question.returns:
        row = books.slices.get(it.slice)
        if row is None or row.values["incarnation"] != question.incarnation:
            logger.error("%s gives back of slice %d, which it does not have", question.incarnation, it.slice)
            continue
        of = row.values
        if it.sequence <= of["sequence"] or of["state"] != "out":
            continue
        if not of["returned"] <= it.returned <= of["granted"] - of["spent"]:
            # It stays outstanding: doubt never creates money.
            logger.error("%s gives back more of slice %d than it has", question.incarnation, it.slice)
            continue
        before, back = row.out(), it.returned - of["returned"]
        credited = min(back, before)
        row.put("sequence", it.sequence)
        row.add("returned", back)
        row.add("covered", credited - back)  # what was written off stays charged
        books.windows[of["window_id"]].add("outstanding", row.out() - before)


def _charge(
    books: Books, number: int, drawn: int, cost_nano_usd: int, usage: Any, *, estimated: bool
) -> None:
    row = books.slices.get(number)
    if row is None:
        logger.error("a journal draws on slice %d, which nobody has granted", number)
        return
    window = books.windows[row.values["window_id"]]
    used = used_of(
        window.values["unit"], drawn, cost_nano_usd=cost_nano_usd, usage=usage, estimated=estimated
    )
    before = row.out()
    covered = min(used, row.values["covered"])
    row.add("spent", used)
    row.add("covered", -covered)
    window.add("outstanding", row.out() - before)
    window.add("charged", used - covered)


def _slices_of(connection: Connection, endings: Sequence[Ending]) -> Sequence[Any]:
    if not endings:
        return ()
    names = [ending.incarnation for ending in endings]
    query = select(slices.c.id, slices.c.window_id, slices.c.incarnation).where(
        slices.c.incarnation.in_(names), slices.c.state == "out"
    )
    return connection.execute(query).all()


def _close(books: Books, numbers: Sequence[int], ending: Ending) -> dict[str, int]:
    """Close slices of a dead incarnation. Return what is charged of each limit and nobody can attribute."""
    lost: dict[str, int] = {}
    for number in numbers:
        row = books.slices[number]
        window = books.windows[row.values["window_id"]]
        left = row.out()
        window.add("outstanding", -left)
        if ending.lost and left:
            window.add("charged", left)
            window.add("unattributed", left)
            row.put("state", "unattributed")
            lost[window.values["limit_id"]] = lost.get(window.values["limit_id"], 0) + left
        else:
            row.put("state", "reclaimed")
    return lost
