"""What is in force: the snapshot, the orders, the epoch. It is written here and nowhere else.

Each change is one transaction; what the event loop answers from is swapped after the commit. Old versions
of the snapshot stay in the database for ever, because ledger rows pin their prices by version.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from podium.keeper.chain import KEEPER, Chain
from podium.keeper.ledger import read_meta, write_meta
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.manifest.orders import CollectorKey, Credential, Orders, Restraint, TaskOrders
from podium.manifest.snapshot import ModelRow, Snapshot, decode_snapshot, encode_snapshot
from podium.ports import Clock
from podium.ports.database import credentials, model_blocks, reconciliations, snapshots
from podium.ports.link import Done, IssueCredential, PutSnapshot, RevokeCredential, SnapshotIs
from podium.ports.people import person
from podium.trust.cases import Escalation, Rule
from podium.trust.people import Right, require

EPOCH: Final = "epoch"
ORDERS_VERSION: Final = "orders_version"
_SHA256_DIGITS: Final = 64


class InForce(msgspec.Struct, frozen=True):
    """What workers must act on now. The documents are ready to be sent."""

    epoch: int
    snapshot_version: int
    snapshot_digest: str
    snapshot_document: bytes | None
    agents: frozenset[str]
    departments: tuple[str, ...]
    """Names."""
    override_rules: dict[str, Rule]
    """Whether overrides want a second person, by the department's path."""
    escalations: dict[str, Escalation]
    """When cases go on to others, by the department's path."""
    orders_version: int
    orders_document: bytes


class Authority:
    """The one writer of snapshots, credentials and orders. Its methods run in the database thread."""

    def __init__(self, engine: Engine, clock: Clock, chain: Chain) -> None:
        self._engine = engine
        self._chain = chain
        self._clock = clock
        self.started_ns = clock.wall_ns()
        self.task_orders: Callable[[Connection], TaskOrders] = lambda _: TaskOrders()
        """What orders say of tasks; set by who keeps their book."""
        self.restraints: Callable[[Connection], tuple[Restraint, ...]] = lambda _: ()
        """What orders say of breakers; set by who keeps them."""
        self.collector_keys: Callable[[Connection], tuple[CollectorKey, ...]] = lambda _: ()
        """What orders say of collector keys; set by who keeps their book."""
        self.schema = ""
        self.in_force = InForce(0, 0, "", None, frozenset(), (), {}, {}, 0, msgspec.msgpack.encode(Orders()))

    def open(self) -> None:
        """Begin a new epoch and read what is in force."""
        with self._engine.begin() as connection:
            epoch = read_meta(connection, EPOCH, 0) + 1
            write_meta(connection, EPOCH, epoch)
            self._chain.open(connection)
            self.schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
            in_force = self._read(connection, epoch)
        self.in_force = in_force

    def reload(self) -> None:
        """Read again what is in force, after a commit of which it is not known whether it succeeded."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            self.in_force = self._read(connection, self.in_force.epoch)

    def _read(self, connection: Connection, epoch: int) -> InForce:
        newest = connection.execute(select(snapshots).order_by(snapshots.c.version.desc()).limit(1)).first()
        in_force = self._with_orders(connection, msgspec.structs.replace(self.in_force, epoch=epoch))
        if newest is None:
            return in_force
        return _with_snapshot(in_force, decode_snapshot(newest.document), newest.document)

    def probe(self) -> None:
        """Make one round trip to the database."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            connection.exec_driver_sql("SELECT 1 FROM meta LIMIT 1").close()

    # Snapshots

    def put_snapshot(self, question: PutSnapshot) -> SnapshotIs:
        """Bring a compiled snapshot into force, or note why none was compiled.

        Equal content changes nothing. Raises InvalidRequest for bytes that are no snapshot.
        """
        if question.document is None:
            self._note(question.source, findings=question.findings or ("no reason given",))
            return SnapshotIs(version=self.in_force.snapshot_version)
        try:
            snapshot = decode_snapshot(question.document)
        except msgspec.MsgspecError as error:
            raise InvalidRequest(f"The document is no snapshot: {error}", field="document") from error
        if self.in_force.snapshot_version and snapshot.digest == self.in_force.snapshot_digest:
            self._note(question.source, findings=())
            return SnapshotIs(version=self.in_force.snapshot_version)
        version = self.in_force.snapshot_version + 1
        snapshot = msgspec.structs.replace(snapshot, version=version)
        document = encode_snapshot(snapshot)
        now_ns = self._clock.wall_ns()
        with self._engine.begin() as connection:
            connection.execute(
                insert(snapshots).values(
                    version=version,
                    digest=snapshot.digest,
                    source=question.source,
                    in_force_from_ns=now_ns,
                    document=document,
                )
            )
            connection.execute(
                insert(reconciliations).values(
                    at_ns=now_ns, source=question.source, version=version, ok=True, findings="[]"
                )
            )
            self._chain.append(
                connection,
                kind="manifests.in_force",
                actor=KEEPER,
                subject=str(version),
                body={
                    "digest": snapshot.digest,
                    "source": question.source,
                    "sha256": hashlib.sha256(document).hexdigest(),
                },
            )
            in_force = self._without_mended(connection, snapshot)
        self.in_force = _with_snapshot(in_force, snapshot, document)
        return SnapshotIs(version=version)

    def _note(self, source: str, *, findings: tuple[str, ...]) -> None:
        """Note the result of a reconciliation that changed nothing, unless the last one had the same."""
        found = json.dumps(list(findings))
        with self._engine.begin() as connection:
            last = connection.execute(
                select(reconciliations).order_by(reconciliations.c.id.desc()).limit(1)
            ).first()
            if last is not None and last.findings == found and last.source == source:
                return
            connection.execute(
                insert(reconciliations).values(
                    at_ns=self._clock.wall_ns(),
                    source=source,
                    version=self.in_force.snapshot_version or None,
                    ok=not findings,
                    findings=found,
                )
            )

    # Orders

    def issue(self, question: IssueCredential) -> Done:
        """Store a new credential. Raises NotFound for an agent that is not in force, InvalidRequest."""
        if len(question.sha256) != _SHA256_DIGITS or not set(question.sha256) <= set("0123456789abcdef"):
            raise InvalidRequest("A credential's hash is 64 lower-case hexadecimal digits.", field="sha256")
        if not self.in_force.snapshot_version:
            raise NotFound(
                f"There is no agent {question.agent}: no manifests are in force yet.",
                fix="Start Podium with manifests that compile (podium validate).",
            )
        if question.agent not in self.in_force.agents:
            raise NotFound(
                f"There is no agent {question.agent} in manifest version {self.in_force.snapshot_version}. "
                f"Agents: {', '.join(sorted(self.in_force.agents)) or 'none'}.",
                fix="Add an Agent manifest, or use one of these names.",
            )
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(credentials).values(
                        id=question.credential_id,
                        agent=question.agent,
                        sha256=question.sha256,
                        created_ns=self._clock.wall_ns(),
                    )
                )
                self._note_key(connection, "agent_key.issue", question, question.agent)
                in_force = self.bump_orders(connection)
        except IntegrityError as error:
            raise InvalidRequest("This credential exists already.", fix="Make another one.") from error
        self.in_force = in_force
        return Done()

    def revoke(self, question: RevokeCredential) -> Done:
        """End a credential. Raises NotFound, and Forbidden for one that has ended."""
        with self._engine.begin() as connection:
            found = connection.execute(
                select(credentials).where(credentials.c.id == question.credential_id)
            ).first()
            if found is None:
                raise NotFound(
                    f"There is no credential {question.credential_id}.", fix="See podium agent list."
                )
            if found.revoked_ns is not None:
                raise Forbidden(f"The credential {question.credential_id} was revoked before.")
            connection.execute(
                update(credentials)
                .where(credentials.c.id == question.credential_id)
                .values(revoked_ns=self._clock.wall_ns())
            )
            self._note_key(connection, "agent_key.revoke", question, found.agent)
            in_force = self.bump_orders(connection)
        self.in_force = in_force
        return Done()

    def refresh_orders(self) -> None:
        """Go by orders that were written in somebody else's transaction."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            if read_meta(connection, ORDERS_VERSION, 0) != self.in_force.orders_version:
                self.in_force = self._with_orders(connection, self.in_force)

    def _without_mended(self, connection: Connection, snapshot: Snapshot) -> InForce:
        """Let those blocked models serve again that were changed: a person has looked at them."""
        blocked = set(connection.execute(select(model_blocks.c.model)).scalars())
        before = self.in_force.snapshot_document
        if not blocked or before is None:
            return self.in_force
        models: dict[str, ModelRow] = decode_snapshot(before).models
        mended = [name for name in blocked if models.get(name) != snapshot.models.get(name)]
        if not mended:
            return self.in_force
        connection.execute(delete(model_blocks).where(model_blocks.c.model.in_(mended)))
        return self.bump_orders(connection)

    def _note_key(
        self, connection: Connection, kind: str, question: IssueCredential | RevokeCredential, agent: str
    ) -> None:
        """Write who did it into the chain. Raises Unauthenticated, Forbidden; then it is not done."""
        who = person(connection, question.by, self._clock.wall_ns())
        require(who, Right.OPERATE, "issue or revoke agents' credentials")
        self._chain.append(
            connection, kind=kind, actor=who.name, subject=question.credential_id, body={"agent": agent}
        )

    def bump_orders(self, connection: Connection) -> InForce:
        """Write the next version of the orders; what is returned is in force when the transaction ends."""
        write_meta(connection, ORDERS_VERSION, self.in_force.orders_version + 1)
        return self._with_orders(connection, self.in_force)

    def _with_orders(self, connection: Connection, in_force: InForce) -> InForce:
        rows = connection.execute(
            select(credentials).where(credentials.c.revoked_ns.is_(None)).order_by(credentials.c.id)
        )
        version = read_meta(connection, ORDERS_VERSION, 0)
        known = tuple(Credential(row.id, row.agent, row.sha256) for row in rows)
        blocked = connection.execute(select(model_blocks.c.model)).scalars()
        orders = Orders(
            version,
            known,
            frozenset(blocked),
            self.task_orders(connection),
            self.restraints(connection),
            self.collector_keys(connection),
        )
        document = msgspec.msgpack.encode(orders)
        return msgspec.structs.replace(in_force, orders_version=version, orders_document=document)


def _with_snapshot(in_force: InForce, snapshot: Snapshot, document: bytes) -> InForce:
    return msgspec.structs.replace(
        in_force,
        snapshot_version=snapshot.version,
        snapshot_digest=snapshot.digest,
        snapshot_document=document,
        agents=frozenset(snapshot.agents),
        departments=tuple(snapshot.departments),
        override_rules={row.path: row.overrides for row in snapshot.departments.values()},
        escalations={row.path: row.escalation for row in snapshot.departments.values()},
    )
