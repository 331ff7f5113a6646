"""Agents' credentials: made here, shown once, kept as a hash by the keeper."""

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable

import msgspec

from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.acts import By
from podium.ports.link import (
    GetStatus,
    IssueCollectorKey,
    IssueCredential,
    Question,
    Reply,
    StatusIs,
)

REACHED_WITHIN_S = 2.0
"""How long a face waits for the workers before it answers all the same; they ask every 200 ms."""
LOOK_EVERY_S = 0.05


def reached(status: Reply) -> bool:
    """Return whether every worker acts on the orders in force: a new key works, an old one is dead."""
    return isinstance(status, StatusIs) and all(
        worker["orders_version"] == status.orders_version for worker in status.workers
    )


class NewKey(msgspec.Struct, frozen=True):
    """A credential just made. ``plaintext`` is what the agent bears, and is kept nowhere."""

    plaintext: str
    question: IssueCredential
    """What the keeper must be asked, so that the credential is in force."""


def make_key(
    agent: str, clock: Clock, entropy: Entropy, ask: Callable[[Question], Reply], *, by: By
) -> NewKey:
    """Make a credential, have it stored, and return when every worker takes it, or after two seconds."""
    key = mint(agent, clock, entropy, by=by)
    ask(key.question)
    wait_for_workers(clock, ask)
    return key


def wait_for_workers(clock: Clock, ask: Callable[[Question], Reply]) -> None:
    """Wait until every worker acts on the orders in force, at most two seconds."""
    until_ns = clock.monotonic_ns() + int(REACHED_WITHIN_S * 1_000_000_000)
    while not reached(ask(GetStatus())) and clock.monotonic_ns() < until_ns:
        time.sleep(LOOK_EVERY_S)


def mint(agent: str, clock: Clock, entropy: Entropy, *, by: By) -> NewKey:
    """Make a credential of 256 bits for an agent; ``by``: who makes it."""
    plaintext = "podium_sk_" + urlsafe_b64encode(entropy(32)).decode("ascii").rstrip("=")
    credential_id = "key_" + ulid(clock.wall_ns() // 1_000_000, entropy(16))
    digest = hashlib.sha256(plaintext.encode("ascii")).hexdigest()
    return NewKey(plaintext, IssueCredential(agent, credential_id, digest, by))


def mint_collector_key(
    name: str, department: str, clock: Clock, entropy: Entropy, *, by: By
) -> tuple[str, IssueCollectorKey]:
    """Make a key of 256 bits for sending spans: what the program bears, and what the keeper must be asked."""
    plaintext = "podium_ck_" + urlsafe_b64encode(entropy(32)).decode("ascii").rstrip("=")
    key_id = "ckey_" + ulid(clock.wall_ns() // 1_000_000, entropy(16))
    digest = hashlib.sha256(plaintext.encode("ascii")).hexdigest()
    return plaintext, IssueCollectorKey(name, department, key_id, digest, by)
