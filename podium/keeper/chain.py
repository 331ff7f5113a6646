"""The writer of the chain: each act is a row, in its own transaction, and signed as it is written."""

import logging
from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select

from podium.evidence.chain import KEY_ADDED, Checkpoint, Entry, following, signed_text
from podium.kernel.errors import StateError
from podium.ports import Clock
from podium.ports.acts import EvidenceKeys, Signer
from podium.ports.database import chain, checkpoints
from podium.trust.people import ITSELF

DONE: Final = "done"
REFUSED: Final = "refused"
KEEPER: Final = ITSELF
"""The actor of what Podium does by itself."""

logger = logging.getLogger(__name__)


class Chain:
    """Appends. Its methods run in the database thread, on the connection of the act's transaction."""

    def __init__(self, keys: EvidenceKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._signer: Signer | None = None

    def open(self, connection: Connection) -> None:
        """Find the key that signs; begin the chain where there is none.

        A chain whose key is lost goes on with a new one, for which nobody speaks: a verification says so.
        """
        named = connection.execute(
            select(checkpoints.c.key_id).order_by(checkpoints.c.seq.desc()).limit(1)
        ).scalar()
        newest = self._newest_named(connection) or named
        self._signer = self._keys.find(newest) if newest is not None else None
        if self._signer is not None:
            return
        if newest is not None:
            logger.error("the key %s of the chain of evidence is lost; a new one goes on without it", newest)
        self._signer = self._keys.make()
        self._add_key(connection, self._signer, KEEPER, vouched=False)

    def rotate(self, connection: Connection, actor: str) -> str:
        """Name a new key under the old one's signature; return its id, for `use` after the commit."""
        new = self._keys.make()
        self._add_key(connection, new, actor, vouched=True)
        return new.key_id

    def use(self, key_id: str) -> None:
        """Sign with a key that the chain has named from the next row on."""
        self._signer = self._keys.find(key_id)

    def append(
        self,
        connection: Connection,
        *,
        kind: str,
        actor: str,
        subject: str = "",
        outcome: str = DONE,
        body: Mapping[str, object] | None = None,
    ) -> Entry:
        """Add a row and its checkpoint."""
        if self._signer is None:
            raise StateError("The chain of evidence is not open.")
        last = connection.execute(select(chain).order_by(chain.c.seq.desc()).limit(1)).first()
        entry = following(
            Entry(*last) if last is not None else None,
            at_ns=self._clock.wall_ns(),
            kind=kind,
            actor=actor,
            subject=subject,
            outcome=outcome,
            body=body or {},
        )
        bare = Checkpoint(entry.seq, entry.at_ns, entry.sha256, self._signer.key_id, "")
        signature = self._signer.sign(signed_text(bare)).hex()
        connection.execute(insert(chain).values(msgspec.structs.asdict(entry)))
        connection.execute(
            insert(checkpoints).values(msgspec.structs.asdict(bare) | {"signature": signature})
        )
        return entry

    def _add_key(self, connection: Connection, key: Signer, actor: str, *, vouched: bool) -> None:
        body = {"public": key.public.hex(), "vouched": vouched}
        self.append(connection, kind=KEY_ADDED, actor=actor, subject=key.key_id, body=body)

    @staticmethod
    def _newest_named(connection: Connection) -> str | None:
        query = select(chain.c.subject).where(chain.c.kind == KEY_ADDED).order_by(chain.c.seq.desc()).limit(1)
        found: str | None = connection.execute(query).scalar()
        return found
