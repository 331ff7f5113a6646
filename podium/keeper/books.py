"""The rows of the authority of limits in one transaction: locked, changed in memory, written at its end."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from podium.ports.database import limit_windows, slices
from podium.spend.limits import Limit, Window

CHUNK: Final = 400
"""Ids in one statement at the most."""


class Row:
    """A row that was read under a lock, and is written back if it changed."""

    __slots__ = ("changed", "new", "values")

    def __init__(self, values: dict[str, Any], *, new: bool = False) -> None:
        self.values = values
        self.new = new
        self.changed = new

    def add(self, name: str, amount: int) -> None:
        """Add to a counter."""
        if amount:
            self.values[name] += amount
            self.changed = True

    def put(self, name: str, value: object) -> None:
        """Set a value."""
        if self.values[name] != value:
            self.values[name] = value
            self.changed = True

    def cover(self) -> None:
        """Count what was spent beyond a slice as granted too, so that the next grant is one."""
        of = self.values
        self.add("granted", max(0, of["spent"] + of["returned"] + of["covered"] - of["granted"]))

    def out(self) -> int:
        """Return what is outstanding of a slice."""
        of = self.values
        if of["state"] != "out":
            return 0
        out: int = max(0, of["granted"] - of["returned"] - of["spent"] - of["covered"])
        return out


class Books:
    """The rows of one transaction: locked, changed in memory, written at its end."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.windows: dict[str, Row] = {}
        self.slices: dict[int, Row] = {}
        self.places: dict[tuple[str, str, int], Row] = {}

    def lock(self, window_ids: Iterable[str]) -> None:
        """Lock windows, in the order of their ids."""
        wanted = sorted(set(window_ids) - self.windows.keys())
        for chunk in chunks(wanted):
            query = select(limit_windows).where(limit_windows.c.id.in_(chunk)).order_by(limit_windows.c.id)
            for row in self.connection.execute(query.with_for_update()).mappings():
                self.windows[row["id"]] = Row(dict(row))

    def read(self, slice_ids: Iterable[int]) -> None:
        """Read slices whose windows are locked."""
        for chunk in chunks(sorted(set(slice_ids) - self.slices.keys())):
            self._take(self.connection.execute(select(slices).where(slices.c.id.in_(chunk))).mappings())

    def read_places(self, owners: Iterable[str], window_ids: Iterable[str]) -> None:
        """Read what incarnations have of windows that are locked."""
        names = sorted(set(owners))
        for chunk in chunks(sorted(set(window_ids))):
            query = select(slices).where(slices.c.incarnation.in_(names), slices.c.window_id.in_(chunk))
            self._take(self.connection.execute(query).mappings())

    def _take(self, rows: Iterable[RowMapping]) -> None:
        for row in rows:
            if row["id"] not in self.slices:
                made = self.slices[row["id"]] = Row(dict(row))
                self.places[row["incarnation"], row["window_id"], row["band"]] = made

    def window_ids_of(self, slice_ids: Iterable[int]) -> set[str]:
        """Return the windows of slices, which never change."""
        found: set[str] = set()
        for chunk in chunks(sorted(set(slice_ids))):
            found.update(
                self.connection.execute(select(slices.c.window_id).where(slices.c.id.in_(chunk))).scalars()
            )
        return found

    def window(self, limit: Limit, window: Window) -> Row:
        """Return the row of a window, a new one where there was none."""
        window_id = id_of(limit.id, window.key)
        found = self.windows.get(window_id)
        if found is None:
            values = {
                "id": window_id,
                "limit_id": limit.id,
                "window_key": window.key,
                "unit": limit.unit,
                "starts_ns": window.starts_ns,
                "ends_ns": window.ends_ns,
                "charged": 0,
                "outstanding": 0,
                "unattributed": 0,
                "band": 0,
                "band_ns": None,
            }
            found = self.windows[window_id] = Row(values, new=True)
        return found

    def slice_at(self, incarnation: str, window_id: str, band: int) -> Row:
        """Return an incarnation's slice, a new one where it had none; its id is known from here on."""
        found = self.places.get((incarnation, window_id, band))
        if found is None:
            values: dict[str, Any] = {
                "incarnation": incarnation,
                "window_id": window_id,
                "band": band,
                "granted": 0,
                "returned": 0,
                "spent": 0,
                "sequence": 0,
                "covered": 0,
                "state": "out",
                "note": None,
            }
            inserted = self.connection.execute(insert(slices).values(**values).returning(slices.c.id))
            values["id"] = inserted.scalar_one()
            found = self.places[incarnation, window_id, band] = self.slices[values["id"]] = Row(values)
        return found

    def write(self) -> None:
        """Write what has changed."""
        new = [row.values for row in self.windows.values() if row.new]
        if new:
            self.connection.execute(insert(limit_windows), new)
        changed = [
            {"at": row.values["id"], **{name: row.values[name] for name in _WINDOW_COUNTERS}}
            for row in self.windows.values()
            if row.changed and not row.new
        ]
        if changed:
            self.connection.execute(_UPDATE_WINDOW, changed)
        moved = [
            {"at": row.values["id"], **{name: row.values[name] for name in _SLICE_COUNTERS}}
            for row in self.slices.values()
            if row.changed
        ]
        if moved:
            self.connection.execute(_UPDATE_SLICE, moved)


_WINDOW_COUNTERS: Final = ("charged", "outstanding", "unattributed", "band", "band_ns")
_SLICE_COUNTERS: Final = ("granted", "returned", "spent", "sequence", "covered", "state", "note")
_UPDATE_WINDOW: Final = (
    update(limit_windows)
    .where(limit_windows.c.id == bindparam("at"))
    .values({name: bindparam(name) for name in _WINDOW_COUNTERS})
)
_UPDATE_SLICE: Final = (
    update(slices)
    .where(slices.c.id == bindparam("at"))
    .values({name: bindparam(name) for name in _SLICE_COUNTERS})
)


def id_of(limit: str, window: str) -> str:
    """Return the id of a limit's window."""
    return f"{limit}@{window}"


def chunks(ids: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Return ids in parts that one statement takes."""
    return [ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)]
