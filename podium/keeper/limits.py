"""The authority of limits: grants slices, credits what comes back, charges what journals show.

It alone writes `limit_windows` and `slices`. Every change is a transaction that has locked the rows of the
windows that it touches, so that ``charged + outstanding <= amount`` is checked where it is written. Rows are
locked in the order of their ids. What is in memory (definitions, overrides, who needs what) can be lost.

Points of the money protocol: 1 and 2 (grant), 6 and 10 (windows and returns), 8 (overruns), 11 (reclaim and
write-off), 12 (what a host crash has lost), 15 (a limit that was lowered).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select

from podium.keeper.books import Books, id_of
from podium.keeper.ledger import Batch, Ending, read_meta, write_meta
from podium.keeper.unattributed import add_unattributed
from podium.kernel.errors import InvalidRequest, NotFound
from podium.manifest.snapshot import Snapshot
from podium.ports import Clock
from podium.ports.acts import BandEntered, LimitTerms, WrittenOff
from podium.ports.database import incarnations, limit_windows, model_blocks, overrides, slices
from podium.ports.link import Draw, Drawn, Grant, Want
from podium.spend.journal import Settle
from podium.spend.limits import (
    Limit,
    Window,
    decide_window,
    organisation_limit,
    run_limit,
    run_of_limit,
    used_of,
)
from podium.spend.slices import decide_grant

ORDERS_VERSION: Final = "orders_version"
WANTED_NS: Final = 1_000_000_000
"""A window that a worker could not get enough of is recalled from the others for so long."""
MOST_RUNS: Final = 10_000
"""Runs with a budget of their own that are remembered."""
NO_EDGE: Final = 1 << 62
"""Where a limit ends that is not hard."""

logger = logging.getLogger(__name__)


class LimitBook:
    """Grants, returns, charges, reclaims. Its methods run in the keeper's database thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._limits: dict[str, Limit] = {}
        self._restrained: dict[str, Limit] = {}
        self._of_runs: dict[str, Limit] = {}
        self.run_budget: Callable[[str], int | None] = lambda _: None
        """Returns the budget of a run in nano-USD, None where it has none; set by who keeps them."""
        self._organisation: Limit | None = None
        self._departments: dict[str, str] = {}
        self._overrides: Sequence[Any] = ()
        self._overrides_known = False
        self._wanted: dict[str, int] = {}
        self.on_blocked: Callable[[Connection, str, str], None] = lambda *_: None
        """Told of each model that is blocked, and the charge for which: in the transaction that does it."""
        self.on_band: Callable[[Connection, BandEntered], None] = lambda *_: None
        """Told when a limit leaves its open band, once a window: in the transaction of the grant."""
        self.has_blocked = False
        """A transaction has blocked a model or let it go: orders have a new version."""

    def restrain(self, limits: Sequence[Limit]) -> None:
        """Go by what breakers let through, besides the limits of the snapshot."""
        gone = self._restrained.keys() - {limit.id for limit in limits}
        self._limits = {key: it for key, it in self._limits.items() if key not in gone}
        self._restrained = {limit.id: limit for limit in limits}
        self._limits |= self._restrained

    def know(self, snapshot: Snapshot) -> None:
        """Go by the limits of a snapshot."""
        self._limits = snapshot.limits() | self._restrained
        self._organisation = organisation_limit(snapshot.organisation)
        rows = snapshot.departments.values()
        self._departments = {f"department/{row.name}": row.path for row in rows}
        self._departments |= {f"agent/{row.name}": row.department_path for row in snapshot.agents.values()}
        self._overrides_known = False

    def _read_overrides(self, connection: Connection) -> tuple[Any, ...]:
        query = select(overrides).where(overrides.c.until_ns > self._clock.wall_ns())
        return tuple(connection.execute(query.order_by(overrides.c.id)))

    def amount_of(self, limit: Limit, at_ns: int, added: Sequence[Any]) -> int | None:
        """Return a limit's amount with what people have added to it for now: rows of `overrides`."""
        amount = limit.amount_at(at_ns)
        if amount is None:
            return None
        for it in added:
            if it.limit_id == limit.id and it.from_ns <= at_ns < it.until_ns:
                amount += it.amount
        return amount

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
            if not self._overrides_known:
                self._overrides, self._overrides_known = self._read_overrides(connection), True
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
        self._look_up(want.limit)
        limit = self._limit(want.limit)
        if limit is None or (limit.window == "task" and not want.task) or want.need < 0 or want.want < 0:
            return None
        return decide_window(limit.window, limit.time_zone, now_ns, want.task)

    def _limit(self, name: str) -> Limit | None:
        """Return a limit of the manifests, of a breaker, or of a run."""
        return self._limits.get(name) or self._of_runs.get(name)

    def _look_up(self, name: str) -> None:
        """Know what a run may spend now; it may have been changed."""
        run = run_of_limit(name)
        if run is None or name in self._limits:
            return
        amount = self.run_budget(run)
        if amount is None:
            self._of_runs.pop(name, None)
            return
        if len(self._of_runs) >= MOST_RUNS:
            self._of_runs.clear()
        self._of_runs[name] = run_limit(run, amount)

    def _grant(self, books: Books, incarnation: str, want: Want, window: Window, now_ns: int) -> Grant:
        limit = self._limit(want.limit)
        if limit is None:
            return Grant(window="")
        amount = self.amount_of(limit, now_ns, self._overrides)
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
            first = of["band"] == 0
            row.put("band", found.band)
            row.put("band_ns", now_ns)
            at = self._entered(limit, window, row.values, amount or 0)
            logger.warning("%s is at %d%% of its %s (%s)", at.limit, at.at_percent, at.amount_text, at.action)
            if first:
                self.on_band(books.connection, at)
        return Grant(
            window.key,
            ends_in_ns,
            slice_row.values["id"],
            found.band,
            slice_row.values["granted"],
            found.single,
            amount,
        )

    def _entered(self, limit: Limit, window: Window, of: Mapping[str, Any], amount: int) -> BandEntered:
        return BandEntered(
            limit=limit.id,
            department=self._departments.get(limit.owner, ""),
            unit=limit.unit,
            amount=amount,
            charged=of["charged"],
            outstanding=of["outstanding"],
            at_percent=limit.bands[of["band"] - 1].at_percent,
            action=limit.action(of["band"]),
            window_kind=limit.window,
            window=window.key,
            ends_ns=window.ends_ns,
            amount_text=limit.text(amount),
            charged_text=limit.text(of["charged"]),
            outstanding_text=limit.text(of["outstanding"]),
        )

    def recalled(self) -> tuple[str, ...]:
        """Return the windows of which somebody lacks some: what is free of them is to come back.

        Called in the event loop, while the database thread may add some.
        """
        now_ns = self._clock.monotonic_ns()
        for name, until_ns in list(self._wanted.items()):
            if until_ns <= now_ns:
                self._wanted.pop(name, None)
        return tuple(self._wanted)

    # What journals show

    def settle(self, connection: Connection, batch: Batch) -> None:
        """Charge what a batch of the tail has settled, and close the slices of whoever has ended.

        Runs within the tail's transaction. A slice that an incarnation leaves behind is reclaimed, because
        its journal was read to its end; where the journal cannot show everything, what is left is charged.
        """
        if batch.draws or batch.endings:
            books = Books(connection)
            ended = _slices_of(connection, batch.endings)
            touched = {number for hold, _, _ in batch.draws for number in hold.draws[::2]}
            books.lock(books.window_ids_of(touched) | {row.window_id for row in ended})
            books.read({*touched, *(row.id for row in ended)})
            lost = {ending.incarnation for ending in batch.endings if ending.lost}
            for hold, settle, incarnation in batch.draws:
                doubt = incarnation in lost and settle.outcome == "crashed"
                drawn = dict(zip(hold.draws[::2], hold.draws[1::2], strict=True))
                taken = {it: _charge(books, it, of, settle, doubt=doubt) for it, of in drawn.items()}
                if doubt and taken != drawn:
                    batch.redraw(hold.charge_id, taken)
            for ending in batch.endings:
                left = _close(
                    books, [row.id for row in ended if row.incarnation == ending.incarnation], ending
                )
                if left and self._organisation is not None:
                    add_unattributed(
                        batch, ending, self._organisation.owner, left.get(self._organisation.id, 0)
                    )
            books.write()
        beyond = {hold.model: hold.charge_id for hold, settle, _ in batch.draws if settle.beyond}
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
            for row in new:
                self.on_blocked(connection, str(row["model"]), str(row["charge_id"]))
            self.has_blocked = True
            write_meta(connection, ORDERS_VERSION, read_meta(connection, ORDERS_VERSION, 0) + 1)

    # What people do

    def terms(self, connection: Connection, limit: str) -> LimitTerms:
        """Return what one must know of a limit to ask for more of it. Raises NotFound."""
        found = self._limits.get(limit)
        if found is None or found.amount is None:
            raise NotFound(f"There is no limit {limit}.", fix="`podium budget` names them.")
        now_ns = self._clock.wall_ns()
        added = self._read_overrides(connection)
        of_tasks = found.window == "task"
        window = decide_window(found.window, found.time_zone, now_ns)
        query = select(limit_windows).where(limit_windows.c.id == id_of(limit, window.key))
        row = None if of_tasks else connection.execute(query).first()
        return LimitTerms(
            name=limit,
            department=self._departments.get(found.owner, ""),
            unit=found.unit,
            amount=self.amount_of(found, now_ns, added) or 0,
            window="each task" if of_tasks else f"a {found.window} in {found.time_zone}",
            charged=row.charged if row is not None else 0,
            outstanding=row.outstanding if row is not None else 0,
            ends_ns=window.ends_ns,
        )

    def override(
        self,
        connection: Connection,
        *,
        limit: str,
        amount: int,
        until_ns: int,
        override_id: str,
        by: Sequence[str],
        from_ns: int | None = None,
        reason: str = "",
    ) -> None:
        """Add to a limit for a time, in the caller's transaction. The same id again changes nothing.

        ``by``: who asked, and who approved. Raises NotFound, InvalidRequest.
        """
        found = self._limits.get(limit)
        if found is None or found.amount is None:
            raise NotFound(f"There is no limit {limit}.", fix="`podium budget` names them.")
        now_ns = self._clock.wall_ns()
        start_ns = now_ns if from_ns is None else from_ns
        if amount <= 0 or until_ns <= start_ns or not "".join(by).strip():
            raise InvalidRequest("An override adds something, until later, in a name.", field="amount")
        self._overrides_known = False
        earlier = connection.execute(select(overrides).where(overrides.c.id == override_id)).first()
        if earlier is None:
            connection.execute(
                insert(overrides).values(
                    id=override_id,
                    limit_id=limit,
                    amount=amount,
                    from_ns=start_ns,
                    until_ns=until_ns,
                    by=", ".join(by),
                    reason=reason,
                    at_ns=now_ns,
                )
            )
        elif (earlier.limit_id, earlier.amount, earlier.until_ns) != (limit, amount, until_ns):
            raise InvalidRequest(f"There is another override {override_id}.", field="id")

    def write_off(self, connection: Connection, incarnation: str, note: str) -> WrittenOff:
        """Charge everything that an incarnation holds; nothing, where it holds nothing.

        Its journal, should it come after all, is charged against that.
        """
        query = select(slices.c.id, slices.c.window_id).where(
            slices.c.incarnation == incarnation, slices.c.state == "out"
        )
        rows = connection.execute(query).all()
        books = Books(connection)
        books.lock({row.window_id for row in rows})
        books.read([row.id for row in rows])
        held = [books.slices[row.id] for row in rows if books.slices[row.id].out()]
        charged: dict[str, int] = {}
        for it in held:
            left = it.out()
            window = books.windows[it.values["window_id"]]
            window.add("outstanding", -left)
            window.add("charged", left)
            it.add("covered", left)
            it.put("note", note)
            limit = window.values["limit_id"]
            charged[limit] = charged.get(limit, 0) + left
        books.write()
        return WrittenOff(len(held), charged)

    def unblock(self, connection: Connection, model: str) -> None:
        """Let a model serve under hard limits again. Raises NotFound for one that is not blocked."""
        done = connection.execute(delete(model_blocks).where(model_blocks.c.model == model))
        if not done.rowcount:
            raise NotFound(f"The model {model} is not blocked.", fix="See podium inbox list.")
        self.has_blocked = True
        write_meta(connection, ORDERS_VERSION, read_meta(connection, ORDERS_VERSION, 0) + 1)


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


def _charge(books: Books, number: int, drawn: int, settle: Settle, *, doubt: bool) -> int:
    """Charge a settlement to the window of a slice. Return how much that was.

    ``doubt``: the host crashed, so that the attempt may have been settled, and what it left been given back,
    without the journal knowing; then it has spent at most what is left of the slice.
    """
    row = books.slices.get(number)
    if row is None:
        logger.error("a journal draws on slice %d, which nobody has granted", number)
        return drawn
    window = books.windows[row.values["window_id"]]
    used = used_of(
        window.values["unit"],
        drawn,
        cost_nano_usd=settle.cost_nano_usd,
        usage=settle.usage,
        estimated=settle.estimated,
    )
    before = row.out()
    if doubt:
        used = min(used, before + row.values["covered"])
    covered = min(used, row.values["covered"])
    row.add("spent", used)
    row.add("covered", -covered)
    row.cover()
    window.add("outstanding", row.out() - before)
    window.add("charged", used - covered)
    return used


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
