"""Collector keys: issued and revoked by people, in force by the orders."""

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.manifest.orders import CollectorKey
from podium.ports import Clock
from podium.ports.link import Done, IssueCollectorKey, RevokeCollectorKey
from podium.ports.people import person
from podium.ports.span_tables import collector_keys
from podium.trust.people import Right, require

_SHA256_DIGITS = 64


def in_force(connection: Connection) -> tuple[CollectorKey, ...]:
    """Return the keys that are not revoked, as orders have them."""
    rows = connection.execute(
        select(collector_keys).where(collector_keys.c.revoked_ns.is_(None)).order_by(collector_keys.c.id)
    )
    return tuple(CollectorKey(row.id, row.name, row.department, row.sha256) for row in rows)


class CollectorKeys:
    """Their book. Its methods run in the database thread."""

    def __init__(self, engine: Engine, authority: Authority, chain: Chain, clock: Clock) -> None:
        self._engine = engine
        self._authority = authority
        self._chain = chain
        self._clock = clock
        authority.collector_keys = in_force

    def issue(self, question: IssueCollectorKey) -> Done:
        """Store a new key's hash. Raises NotFound for a department that is not in force, InvalidRequest."""
        if len(question.sha256) != _SHA256_DIGITS or not set(question.sha256) <= set("0123456789abcdef"):
            raise InvalidRequest("A key's hash is 64 lower-case hexadecimal digits.", field="sha256")
        if not question.name.strip():
            raise InvalidRequest("The key has no name.", fix="Name the program that has it.", field="name")
        paths = tuple(self._authority.in_force.override_rules)
        department = next(
            (path for path in paths if question.department in {path, path.rpartition("/")[2]}), None
        )
        if department is None:
            raise NotFound(
                f"There is no department {question.department}. "
                f"Departments: {', '.join(sorted(paths)) or 'none'}.",
                fix="Use one of these, or add it to the manifests.",
            )
        now_ns = self._clock.wall_ns()
        try:
            with self._engine.begin() as connection:
                who = person(connection, question.by, now_ns)
                require(who, Right.OPERATE, "issue or revoke collector keys")
                connection.execute(
                    insert(collector_keys).values(
                        id=question.key_id,
                        name=question.name,
                        department=department,
                        sha256=question.sha256,
                        created_ns=now_ns,
                        created_by=who.name,
                    )
                )
                self._chain.append(
                    connection,
                    kind="collector_key.issue",
                    actor=who.name,
                    subject=question.key_id,
                    body={"name": question.name, "department": department},
                )
                in_force_now = self._authority.bump_orders(connection)
        except IntegrityError as error:
            raise InvalidRequest("This key exists already.", fix="Make another one.") from error
        self._authority.in_force = in_force_now
        return Done()

    def revoke(self, question: RevokeCollectorKey) -> Done:
        """End a key, by its id. Raises NotFound, and Forbidden for one that has ended."""
        now_ns = self._clock.wall_ns()
        with self._engine.begin() as connection:
            who = person(connection, question.by, now_ns)
            require(who, Right.OPERATE, "issue or revoke collector keys")
            found = connection.execute(
                select(collector_keys).where(collector_keys.c.id == question.key_id)
            ).first()
            if found is None:
                raise NotFound(f"There is no collector key {question.key_id}.", fix="podium collector keys")
            if found.revoked_ns is not None:
                raise Forbidden(f"The key {question.key_id} was revoked before.")
            connection.execute(
                update(collector_keys).where(collector_keys.c.id == question.key_id).values(revoked_ns=now_ns)
            )
            self._chain.append(
                connection,
                kind="collector_key.revoke",
                actor=who.name,
                subject=question.key_id,
                body={"name": found.name},
            )
            in_force_now = self._authority.bump_orders(connection)
        self._authority.in_force = in_force_now
        return Done()
