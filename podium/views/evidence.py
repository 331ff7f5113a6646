"""The chain of acts: as a list for people, and as the lines of an export that is verified anywhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from podium.evidence.chain import Check, Checkpoint, Entry, Verdict, verify
from podium.kernel.errors import InvalidRequest
from podium.ports.database import chain, checkpoints
from podium.views.scope import only_whole, seen_of, unscoped

FORMAT = "podium evidence v1"
"""What the first line of an export holds. Each further line is one row or one checkpoint."""


@dataclass(frozen=True)
class Trust:
    """What a chain is verified with: the public keys that are believed from the start, and how one signs."""

    keys: Callable[[], Mapping[str, bytes]]
    """Read anew each time: a key may have been changed."""
    check: Check


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of an export."""

    format: str | None = None
    row: Entry | None = None
    checkpoint: Checkpoint | None = None


_line_decoder = msgspec.json.Decoder(Line)


class ActFilters(msgspec.Struct, frozen=True):
    """Which acts; ``kind`` also takes in those that begin with it and a dot."""

    kind: str | None = None
    actor: str | None = None
    subject: str | None = None
    outcome: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None


def act_rows(
    connection: Connection, filters: ActFilters, *, limit: int, before: int | None = None
) -> list[Entry]:
    """Return acts, newest first; ``before``: the number of the last row of the page before."""
    query = select(chain).order_by(chain.c.seq.desc()).limit(limit)
    if filters.kind is not None:
        query = query.where(
            (chain.c.kind == filters.kind) | chain.c.kind.startswith(filters.kind + ".", autoescape=True)
        )
    for column, wanted in (
        (chain.c.actor, filters.actor),
        (chain.c.subject, filters.subject),
        (chain.c.outcome, filters.outcome),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if filters.since_ns is not None:
        query = query.where(chain.c.at_ns >= filters.since_ns)
    if filters.until_ns is not None:
        query = query.where(chain.c.at_ns < filters.until_ns)
    if before is not None:
        query = query.where(chain.c.seq < before)
    return [Entry(*row) for row in connection.execute(query)]


def pins_of(connection: Connection, rows: Iterable[Entry]) -> dict[int, Checkpoint]:
    """Return the checkpoints of rows, by the rows' numbers."""
    query = select(checkpoints).where(checkpoints.c.seq.in_([row.seq for row in rows]))
    return {pin.seq: pin for pin in (Checkpoint(*row) for row in connection.execute(query))}


def entries(connection: Connection, *, whole: bool = False) -> Iterator[Entry]:
    """Yield all rows in their order; ``whole``: also those that a connection does not see, to verify them."""
    query = select(chain).order_by(chain.c.seq)
    for row in connection.execute(unscoped(query) if whole else query).yield_per(1000):
        yield Entry(*row)


def pins(connection: Connection) -> list[Checkpoint]:
    """Return all checkpoints."""
    return [Checkpoint(*row) for row in connection.execute(select(checkpoints).order_by(checkpoints.c.seq))]


def export(connection: Connection) -> Iterator[bytes]:
    """Yield the lines of an export, each with its line feed: a row is followed by its checkpoint.

    Raises Forbidden for who does not see all of the chain: a part of it would not verify.
    """
    if (seen := seen_of(connection)) is not None:
        raise only_whole(seen.name, "export the chain")
    by_seq = {pin.seq: pin for pin in pins(connection)}
    yield msgspec.json.encode(Line(format=FORMAT)) + b"\n"
    for entry in entries(connection):
        yield msgspec.json.encode(Line(row=entry)) + b"\n"
        pin = by_seq.pop(entry.seq, None)
        if pin is not None:
            yield msgspec.json.encode(Line(checkpoint=pin)) + b"\n"
    for pin in by_seq.values():
        yield msgspec.json.encode(Line(checkpoint=pin)) + b"\n"


def read_export(lines: Iterable[bytes], name: str) -> tuple[list[Entry], list[Checkpoint]]:
    """Return what an export holds. Raises InvalidRequest naming the line that is none of an export."""
    rows: list[Entry] = []
    found: list[Checkpoint] = []
    for number, text in enumerate(lines, 1):
        try:
            line = _line_decoder.decode(text)
        except msgspec.MsgspecError as error:
            raise InvalidRequest(f"{name}:{number}: this is no line of an export: {error}.") from error
        if number == 1 and line.format != FORMAT:
            raise InvalidRequest(f"{name}: this is no export of evidence that this Podium can read.")
        if line.row is not None:
            rows.append(line.row)
        if line.checkpoint is not None:
            found.append(line.checkpoint)
    return rows, found


def verify_database(
    connection: Connection, *, trusted: Mapping[str, bytes], kept: Iterable[Checkpoint], check: Check
) -> Verdict:
    """Verify the chain of a database, also against checkpoints that were kept elsewhere."""
    return verify(entries(connection, whole=True), [*pins(connection), *kept], trusted=trusted, check=check)


def verdict_of(connection: Connection, trust: Trust) -> Verdict | None:
    """Return what a verification of the whole chain finds; None where there is no key to believe."""
    keys = trust.keys()
    return verify_database(connection, trusted=keys, kept=(), check=trust.check) if keys else None


def verdict_words(verdict: Verdict) -> str:
    """Return a verdict in words."""
    if verdict.fault is not None:
        return f"Row {verdict.fault.seq}: {verdict.fault.what}. Rows before it verify."
    return (
        f"{verdict.rows} rows and {verdict.checkpoints} checkpoints verify; "
        f"the last row's digest is {verdict.head}."
    )
