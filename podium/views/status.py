"""Status: workers, versions, counts."""

import msgspec
from sqlalchemy import Connection, func, select

from podium.ports.database import call_rows, charge_rows, credentials, holds, incarnations
from podium.ports.process_tables import losses
from podium.ports.span_tables import collector_keys
from podium.views.manifests import Manifests, manifests


class Incarnation(msgspec.Struct, frozen=True):
    """One life of a worker."""

    id: str
    worker: str
    pid: int
    started_ns: int
    ended_ns: int | None
    end: str | None


class Loss(msgspec.Struct, frozen=True):
    """What all lives of a process have lost. ``what``: content of calls and spans, or spans exported."""

    what: str
    process: str
    count: int
    first_ns: int
    last_ns: int
    """When the keeper heard of the last of them."""

    @property
    def words(self) -> str:
        """What that is, in words."""
        one = self.count == 1
        if self.what == "content":
            return f"content of {self.count:,} {'call or span' if one else 'calls and spans'} was not kept"
        return f"{self.count:,} {'span was' if one else 'spans were'} not sent on"


class Status(msgspec.Struct, frozen=True):
    """What the database knows of Podium."""

    manifests: Manifests
    workers: list[Incarnation]
    """Those that live, as far as the keeper has seen."""
    crashes: list[Incarnation]
    """The last ten that died."""
    calls: int
    charges: int
    open_holds: int
    cost_nano_usd: int
    losses: list[Loss]
    """What was to be kept or sent on, and is lost; the newest first."""


class AgentKeys(msgspec.Struct, frozen=True):
    """One credential of an agent; the key itself is not kept."""

    id: str
    agent: str
    created_ns: int
    revoked_ns: int | None


def status(connection: Connection) -> Status:
    """Return the status."""
    columns = [incarnations.c[name] for name in Incarnation.__struct_fields__]
    live = select(*columns).where(incarnations.c.ended_ns.is_(None)).order_by(incarnations.c.worker)
    died = (
        select(*columns)
        .where(incarnations.c.end.is_not(None), incarnations.c.end != "clean")
        .order_by(incarnations.c.ended_ns.desc())
        .limit(10)
    )
    cost = connection.execute(
        select(func.count(), func.coalesce(func.sum(charge_rows.c.cost_nano_usd), 0))
    ).one()
    return Status(
        manifests=manifests(connection),
        workers=[Incarnation(*row) for row in connection.execute(live)],
        crashes=[Incarnation(*row) for row in connection.execute(died)],
        calls=int(connection.execute(select(func.count()).select_from(call_rows)).scalar_one()),
        charges=int(cost[0]),
        open_holds=int(connection.execute(select(func.count()).select_from(holds)).scalar_one()),
        cost_nano_usd=int(cost[1]),
        losses=losses_of(connection),
    )


def losses_of(connection: Connection) -> list[Loss]:
    """Return what each process has lost."""
    of = losses.c
    query = select(of.what, of.process, func.sum(of.count), func.min(of.first_ns), func.max(of.last_ns))
    rows = connection.execute(query.group_by(of.what, of.process))
    found = [Loss(what, process, int(count), first, last) for what, process, count, first, last in rows]
    return sorted(found, key=lambda loss: -loss.last_ns)


def agent_keys(connection: Connection, agent: str | None = None) -> list[AgentKeys]:
    """Return credentials, newest first."""
    query = select(*(credentials.c[name] for name in AgentKeys.__struct_fields__))
    if agent is not None:
        query = query.where(credentials.c.agent == agent)
    return [AgentKeys(*row) for row in connection.execute(query.order_by(credentials.c.created_ns.desc()))]


class CollectorKeyRow(msgspec.Struct, frozen=True):
    """A key for sending spans. Times are Unix nanoseconds."""

    id: str
    name: str
    department: str
    created_ns: int
    created_by: str
    revoked_ns: int | None


def collector_key_rows(connection: Connection) -> list[CollectorKeyRow]:
    """Return the collector keys, newest first."""
    query = select(*(collector_keys.c[name] for name in CollectorKeyRow.__struct_fields__))
    rows = connection.execute(query.order_by(collector_keys.c.created_ns.desc()))
    return [CollectorKeyRow(*row) for row in rows]
