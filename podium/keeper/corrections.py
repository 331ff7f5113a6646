"""Corrections: rows that a provider's bill adds to charges. A charge itself is never changed."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, insert, select

from podium.keeper.acts import Acts
from podium.keeper.aggregates import Aggregates, Cell, Sums, sum_corrections
from podium.keeper.attribution import resolve
from podium.keeper.chain import Chain
from podium.keeper.credits import Credits
from podium.keeper.tail import Tail
from podium.kernel.errors import InvalidRequest, NotFound
from podium.ports import Clock
from podium.ports.aggregates import CELL, CORRECTED, HOUR_NS, TOKENS, corrections
from podium.ports.database import charges
from podium.ports.link import Correct, Corrected
from podium.spend.reconciling import Correction
from podium.trust.people import Person, Right, require

KIND: Final = "ledger.correct"
_SHA256_DIGITS: Final = 64


class Correcting(msgspec.Struct, frozen=True):
    """Where corrections come from: the provider's export, who applies it, and when (Unix nanoseconds)."""

    provider: str
    export_sha256: str
    actor: str
    at_ns: int


class Corrections:
    """Writes what people apply of providers' bills. Its methods run in the database thread."""

    def __init__(self, acts: Acts, chain: Chain, clock: Clock, tail: Tail) -> None:
        self._acts = acts
        self._chain = chain
        self._clock = clock
        self._tail = tail

    def do(self, question: Correct) -> Corrected:
        """Write corrections, their sums and a row of the chain in one transaction.

        Raises Forbidden for who is no admin, InvalidRequest where they do not fit the charges as they stand,
        NotFound for unknown charges; then nothing is changed.
        """
        aggregates = self._tail.aggregates()

        def work(connection: Connection, who: Person) -> Corrected:
            require(who, Right.ADMINISTER, "correct the ledger")
            of = Correcting(question.provider, question.export_sha256, who.name, self._clock.wall_ns())
            written, there = write_corrections(connection, aggregates, of, question.corrections)
            if written:
                body = {
                    "export_sha256": question.export_sha256,
                    "corrections": written,
                    "nano_usd": sum(one.delta_nano_usd for one in question.corrections),
                }
                self._chain.append(
                    connection, kind=KIND, actor=who.name, subject=question.provider, body=body
                )
            return Corrected(written, there)

        done = self._acts.as_person(question.by, KIND, question.provider, work)
        aggregates.committed()
        return done


def correction_id(export_sha256: str, line: int, charge_id: str) -> str:
    """Return a correction's id: the same of the same line and charge, so that no line counts twice."""
    digest = hashlib.blake2b(f"{export_sha256}:{line}:{charge_id}".encode(), digest_size=16)
    return f"cor_{digest.hexdigest()}"


def write_corrections(
    connection: Connection, aggregates: Aggregates, of: Correcting, asked: Sequence[Correction]
) -> tuple[int, int]:
    """Write corrections within the caller's transaction. Return how many are new, and how many were there.

    Raises InvalidRequest where a charge has changed since they were decided, NotFound for a charge that
    is not in the ledger.
    """
    if len(of.export_sha256) != _SHA256_DIGITS:
        raise InvalidRequest("The export's digest is no SHA-256.", field="export_sha256")
    new = _not_there_yet(connection, of, asked)
    credits_ = Credits(connection, [charge for charge, _, _ in new])
    rows: list[dict[str, Any]] = []
    added: list[tuple[int, str, Cell, dict[str, int]]] = []
    for charge, one, id_ in new:
        row = _decide_row(connection, credits_, of, charge, one)
        rows.append({"correction_id": id_, **row})
        cell = tuple(charge[name] for name in CELL)
        changed = {name: row[name] for name in CORRECTED}
        added.append((charge["admitted_ns"] // HOUR_NS, charge["task_id"], cell, changed))
    if rows:
        connection.execute(insert(corrections), rows)
        credits_.write()
        hours: Sums = {}
        tasks: Sums = {}
        sum_corrections(hours, tasks, added)
        aggregates.put(connection, hours, tasks)
    return len(rows), len(asked) - len(rows)


def _not_there_yet(
    connection: Connection, of: Correcting, asked: Sequence[Correction]
) -> list[tuple[dict[str, Any], Correction, str]]:
    """Return charge, correction and id of what has not been written before. Raises as `write_corrections`."""
    new = []
    for one in asked:
        id_ = correction_id(of.export_sha256, one.line, one.charge_id)
        there = select(corrections.c.correction_id).where(corrections.c.correction_id == id_)
        if connection.execute(there).first() is not None:
            continue
        charge = (
            connection.execute(select(charges).where(charges.c.charge_id == one.charge_id)).mappings().first()
        )
        if charge is None:
            raise NotFound(f"There is no charge {one.charge_id}.", fix="Compare the export again.")
        unattributed = bool(charge["unattributed"])
        if charge["provider"] != of.provider and not unattributed:
            raise InvalidRequest(f"The charge {one.charge_id} is of {charge['provider']}.", field="provider")
        if unattributed != (one.explained is not None):
            raise InvalidRequest(
                f"The charge {one.charge_id} is {'' if unattributed else 'not '}unattributed.",
                fix="Compare the export again.",
                field="corrections",
            )
        new.append((dict(charge), one, id_))
    return new


def _decide_row(
    connection: Connection, credits_: Credits, of: Correcting, charge: dict[str, Any], one: Correction
) -> dict[str, Any]:
    """Return a correction's row without its id, and change the windows of its charge."""
    earlier = _earlier(connection, one.charge_id)
    stands = charge["cost_nano_usd"] + earlier["cost_nano_usd"]
    explained = one.explained
    if explained is not None and stands == one.was_nano_usd:
        if explained.nano_usd < 0:
            raise InvalidRequest("What a bill explains is not negative.", field="corrections")
        one = resolve(connection, charge, stands, of.provider, one)
    changed = _decide_change(charge, earlier, one)
    if explained is None:
        windows = credits_.correct(charge, one, stands + one.delta_nano_usd)
    else:
        windows = (
            credits_.release(charge["incarnation"], stands + one.delta_nano_usd) if one.settled else None
        )
    return {
        "charge_id": one.charge_id,
        "at_ns": of.at_ns,
        "provider": of.provider,
        "export_sha256": of.export_sha256,
        "line": one.line,
        "actor": of.actor,
        "reason": one.reason,
        "settled": int(one.settled),
        "windows": windows,
        "explained_nano_usd": explained.nano_usd if explained is not None else None,
        "complete": explained.complete if explained is not None else None,
        **changed,
    }


def _earlier(connection: Connection, charge_id: str) -> dict[str, int]:
    sums = (func.coalesce(func.sum(corrections.c[name]), 0).label(name) for name in CORRECTED)
    row = connection.execute(select(*sums).where(corrections.c.charge_id == charge_id)).mappings().one()
    return {name: int(row[name]) for name in CORRECTED}


def _decide_change(charge: dict[str, Any], earlier: dict[str, int], asked: Correction) -> dict[str, int]:
    """Return the signed measures of a correction. Raises InvalidRequest where the charge stands elsewhere."""
    stands = charge["cost_nano_usd"] + earlier["cost_nano_usd"]
    if stands != asked.was_nano_usd or stands + asked.delta_nano_usd < 0:
        raise InvalidRequest(
            f"The charge {asked.charge_id} stands at {stands} nano-USD, not {asked.was_nano_usd}.",
            fix="Compare the export again: another correction came between.",
            field="corrections",
        )
    estimated = int(charge["estimated"]) + earlier["estimated"]
    estimated_nano_usd = (charge["cost_nano_usd"] if charge["estimated"] else 0) + earlier[
        "estimated_nano_usd"
    ]
    changed = dict.fromkeys(CORRECTED, 0)
    changed["cost_nano_usd"] = asked.delta_nano_usd
    if asked.settled:
        changed["estimated"] = -estimated
        changed["estimated_nano_usd"] = -estimated_nano_usd
    elif estimated:
        changed["estimated_nano_usd"] = asked.delta_nano_usd
    if asked.usage is not None:
        changed["unreported"] = -(int(charge["input_tokens"] is None) + earlier["unreported"])
        for name in TOKENS:
            changed[name] = getattr(asked.usage, name) - (charge[name] or 0) - earlier[name]
    return changed
