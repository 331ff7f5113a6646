"""What every explanation has in common: a tree of what led to what, and a proof by rows of the chain.

The proof is of the rows alone that tell of it: each must have the digest that it says, follow from the row
before, and be covered by the next signed checkpoint. That takes no longer in a long chain. Whether rows
elsewhere are missing, `podium evidence verify` finds.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from podium.evidence.chain import Checkpoint, Entry, digest, signed_text
from podium.kernel.money import usd_text
from podium.ports.database import chain, checkpoints
from podium.views.acts import act_words, outcome_words
from podium.views.evidence import Trust
from podium.views.scope import unscoped
from podium.views.text import iso

MOST_ROWS: Final = 200
"""So many rows of the chain are told and proved, the newest ones."""
MOST_STEPS: Final = 1000
"""A checkpoint that is further away than this proves nothing here."""


class Node(msgspec.Struct, frozen=True):
    """One thing of a story, and what it led to. Money in nano-USD."""

    kind: str
    """``asked``, ``version``, ``task``, ``call``, ``attempt``, ``tool call``, ``case``, ``run``, ``step``"""
    id: str
    """What `explain` takes; empty where it has none."""
    title: str
    """In words: one line."""
    words: tuple[str, ...] = ()
    """What else is to be said."""
    at_ns: int | None = None
    cost_nano_usd: int | None = None
    children: "tuple[Node, ...]" = ()


class Proof(msgspec.Struct, frozen=True):
    """What the chain says of a story, and whether that is what was written then."""

    rows: list[int]
    """Their numbers, oldest first."""
    sentences: list[str]
    verified: bool | None
    """None: there is no row of it, or no key to verify with."""
    words: str


class Whole(msgspec.Struct, frozen=True):
    """The story of a run of a pipeline, a version of the manifests, a credential, a user or an agent."""

    id: str
    kind: str
    words: list[str]
    tree: Node
    proof: Proof


def lines_of(node: Node, *, ids: bool = True) -> list[str]:
    """Return a tree as lines of text, with branches drawn."""
    return [f"{lead}{text}" for lead, text in _lines(node, "", "", ids=ids)]


def _lines(node: Node, lead: str, below: str, *, ids: bool) -> Iterator[tuple[str, str]]:
    cost = f"  {usd_text(node.cost_nano_usd)} USD" if node.cost_nano_usd is not None else ""
    name = f"  {node.id}" if ids and node.id and node.id not in node.title else ""
    yield lead, f"{node.title}{cost}{name}"
    bar = "│ " if node.children else "  "
    for words in node.words:
        yield below, f"{bar}{words}"
    for index, child in enumerate(node.children):
        last = index == len(node.children) - 1
        yield from _lines(
            child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "), ids=ids
        )


def every(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for child in node.children:
        yield from every(child)


def rows_about(connection: Connection, subjects: Iterable[str]) -> list[Entry]:
    """Return the rows of the chain about some subjects, oldest first; the newest ones of many."""
    wanted = sorted(set(subjects))
    found: list[Entry] = []
    for at in range(0, len(wanted), 400):
        query = select(chain).where(chain.c.subject.in_(wanted[at : at + 400]))
        found += [
            Entry(*row) for row in connection.execute(query.order_by(chain.c.seq.desc()).limit(MOST_ROWS))
        ]
    return sorted(found, key=lambda row: row.seq)[-MOST_ROWS:]


def prove(connection: Connection, rows: Sequence[Entry], trust: Trust | None) -> Proof:
    """Return whether rows are what was written and signed then."""
    numbers = [row.seq for row in rows]
    told = [f"{iso(row.at_ns)[:19]}Z: {act_words(row)}{outcome_words(row)} (row {row.seq})" for row in rows]
    keys = trust.keys() if trust is not None else {}
    if not rows:
        return Proof([], [], None, "No row of the chain tells of it: no person has acted on it.")
    if trust is None or not keys:
        return Proof(
            numbers, told, None, "There is no public key (keys/evidence.pub) to verify the chain with."
        )
    for row in rows:
        why_not = _fault(connection, row, trust, dict(keys))
        if why_not is not None:
            return Proof(numbers, told, False, f"Row {row.seq} of the chain does not verify: {why_not}.")
    many = f"{len(rows)} rows of the chain tell" if len(rows) > 1 else "A row of the chain tells"
    return Proof(numbers, told, True, f"{many} of it; each is signed, and what was written then.")


def _fault(connection: Connection, row: Entry, trust: Trust, keys: dict[str, bytes]) -> str | None:
    """Return in words why a row is not proved by the checkpoint that covers it, or None where it is."""
    seq = connection.execute(select(func.min(checkpoints.c.seq)).where(checkpoints.c.seq >= row.seq)).scalar()
    if seq is None:
        return "no checkpoint covers it"
    if seq - row.seq > MOST_STEPS:
        return f"its checkpoint is {seq - row.seq} rows away"
    between = select(chain).where(chain.c.seq.between(row.seq, seq)).order_by(chain.c.seq)
    before: Entry | None = None
    number = row.seq
    # Whoever sees a row may know that those it hangs on are as they were; no more is told of them.
    for entry in (Entry(*found) for found in connection.execute(unscoped(between))):
        if entry.seq != number:
            return f"row {number} is missing"
        if before is not None and entry.previous != before.sha256:
            return f"row {entry.seq} does not follow from the row before"
        try:
            same = digest(entry) == entry.sha256
        except ValueError:
            same = False
        if not same:
            return (
                "its content is not what its digest says" if entry.seq == row.seq else f"row {number} changed"
            )
        before, number = entry, number + 1
    pin = Checkpoint(*connection.execute(select(checkpoints).where(checkpoints.c.seq == seq)).one())
    public = keys.get(pin.key_id)
    if public is None:
        return f"its checkpoint is signed by the key {pin.key_id}, which is not known"
    try:
        good = trust.check(public, signed_text(pin), bytes.fromhex(pin.signature))
    except ValueError:
        good = False
    if not good:
        return "the signature of its checkpoint is not good"
    return None if before is not None and pin.sha256 == before.sha256 else "its checkpoint says otherwise"
