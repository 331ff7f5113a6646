"""People who act on a keeper's database, without a socket."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from podium.adapters.evidence_keys import FileKeys, good_signature
from podium.adapters.system import Entropy
from podium.adapters.task_keys import MemoryTaskKeys
from podium.evidence.chain import Checkpoint, Entry, Verdict, verify
from podium.keeper.acts import Acts
from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.keeper.tasks import TaskBook
from podium.manifest.snapshot import DepartmentRow, Snapshot, encode_snapshot
from podium.ports.acts import AddUser, BeginSession, By, IssueToken, LimitsBook
from podium.ports.database import chain, checkpoints
from podium.ports.link import PutSnapshot
from podium.trust.cases import Rule
from tests.keeper.samples import HandClock

ISSUER = "http://127.0.0.1:8710"
HOUR_NS = 3_600_000_000_000


class House:
    """A database, what is in force, and who acts on it."""

    def __init__(
        self,
        engine: Engine,
        clock: HandClock,
        state: Path,
        *,
        rule: Rule = "whenPossible",
        limits: LimitsBook | None = None,
    ) -> None:
        self.engine, self.clock, self.state = engine, clock, state
        self.keys = FileKeys(state / "keys")
        self.chain = Chain(self.keys, clock)
        self.authority = Authority(engine, clock, self.chain)
        self.authority.open()
        self.tasks = TaskBook(
            engine, clock, Entropy(), MemoryTaskKeys(), resources=(ISSUER,), authority=self.authority
        )
        self.authority.task_orders = self.tasks.orders
        self.tasks.open()
        self.acts = Acts(
            engine,
            clock,
            Entropy(),
            self.chain,
            authority=self.authority,
            tasks=self.tasks,
            limits=limits,
        )
        departments = {
            "acme": DepartmentRow("acme", None, "acme", rule),
            "support": DepartmentRow("support", "acme", "acme/support", rule),
            "finance": DepartmentRow("finance", "acme", "acme/finance", rule),
        }
        snapshot = Snapshot(0, "d1", "acme", {}, {}, {}, departments, {})
        self.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))

    def user(self, name: str, *roles: str) -> By:
        """Make a user and log them in."""
        self.acts.do(AddUser(By(), name, roles, "$argon2id$" + name))
        return self.session(name)

    def session(self, name: str, secret: str = "") -> By:
        digest = hashlib.sha256(f"{name}{secret}".encode()).hexdigest()
        self.acts.do(
            BeginSession(
                digest,
                self.clock.now_ns + HOUR_NS,
                "password",
                "127.0.0.1",
                "a browser",
                name,
                "$argon2id$" + name,
            )
        )
        return By(session=digest)

    def token(self, by: By, name: str, *, hours: int = 1) -> By:
        digest = hashlib.sha256(f"token of {name}".encode()).hexdigest()
        self.acts.do(IssueToken(by, name, digest, "ci", self.clock.now_ns + hours * HOUR_NS))
        return By(token=digest)

    def rows(self) -> list[Entry]:
        with self.engine.connect() as connection:
            found = connection.execute(select(chain).order_by(chain.c.seq)).all()
        return [Entry(*row) for row in found]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What the chain's rows of a kind say."""
        return [
            json.loads(row.body) | {"actor": row.actor, "subject": row.subject, "outcome": row.outcome}
            for row in self.rows()
            if row.kind == kind
        ]

    def verdict(self, trusted: dict[str, bytes] | None = None) -> Verdict:
        with self.engine.connect() as connection:
            found = connection.execute(select(checkpoints)).all()
        pins = [Checkpoint(*row) for row in found]
        trusted = self.keys.public_keys() if trusted is None else trusted
        return verify(self.rows(), pins, trusted=trusted, check=good_signature)
