"""What identity costs: minting a token, starting a task, verifying a token cold and remembered.

    python bench/identity.py [--count N]

One process and no network: a keeper's book on SQLite in a temporary directory, and a worker's identities. To
mint is to sign; a task that starts, or renews its token, is a durable transaction besides. Prints the least,
the median and the 99th percentile of each, in microseconds; exits with 1 where a median passes its budget.
"""

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from podium.adapters.evidence_keys import FileKeys
from podium.adapters.records import open_records
from podium.adapters.system import Entropy, SystemClock
from podium.adapters.task_keys import MemoryTaskKeys
from podium.gateway.identity import Identities
from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.keeper.tasks import TaskBook
from podium.manifest.orders import Orders
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    DepartmentRow,
    RouteRow,
    Snapshot,
    decode_snapshot,
    encode_snapshot,
)
from podium.ports.link import IssueCredential, PutSnapshot
from podium.ports.tasks import RenewTask, StartTask
from podium.trust.credentials.identity import Claims
from podium.trust.credentials.tokens import Keys, SigningKey, new_private_jwk

ISSUER = "http://127.0.0.1:8710"
BUDGETS_US = {"mint": 1000.0, "verify cold": 400.0, "verify remembered": 5.0}
"""Of the median; the others are told without one."""


def measured(work: Callable[[], object], count: int, batch: int = 1) -> list[float]:
    """Return how long each run took, in microseconds; ``batch`` runs are timed together."""
    found = []
    for _ in range(count):
        began_ns = time.perf_counter_ns()
        for _ in range(batch):
            work()
        found.append((time.perf_counter_ns() - began_ns) / 1000 / batch)
    return found


def snapshot() -> Snapshot:
    routes = {
        f"route-{number}": RouteRow(f"route-{number}", "chat", (Candidate("m"),)) for number in range(10)
    }
    agents = {"triage": AgentRow("triage", "support", "acme/support", frozenset(routes))}
    departments = {
        "acme": DepartmentRow("acme", None, "acme"),
        "support": DepartmentRow("support", "acme", "acme/support"),
    }
    return Snapshot(0, "bench", "acme", {}, {}, routes, departments, agents, trust_domain="acme.podium")


def run(folder: Path, count: int) -> dict[str, list[float]]:
    """Return the times of each, by its name."""
    engine, clock = open_records(folder), SystemClock()
    authority = Authority(engine, clock, Chain(FileKeys(folder / "keys"), clock))
    authority.open()
    book = TaskBook(engine, clock, Entropy(), MemoryTaskKeys(), resources=(ISSUER,), authority=authority)
    authority.task_orders = book.orders
    book.open()
    authority.put_snapshot(PutSnapshot("bench", encode_snapshot(snapshot())))
    secret = "podium_sk_bench"
    authority.issue(IssueCredential("triage", "key_1", hashlib.sha256(secret.encode()).hexdigest()))
    started = book.start(StartTask(secret=secret))
    token = started.token or ""
    orders = msgspec.msgpack.decode(authority.in_force.orders_document, type=Orders)
    keys, now_s = Keys(orders.tasks.keys), clock.wall_ns() / 1e9
    claims: Claims = keys.verify(token, issuer=ISSUER, audience=ISSUER, now_s=now_s)
    signer = SigningKey(new_private_jwk(b"b" * 32))
    document = authority.in_force.snapshot_document
    identities = Identities(clock)
    in_force = decode_snapshot(document) if document is not None else None
    identities.apply(in_force, orders)
    bearer = b"Bearer " + token.encode()

    def cold() -> None:
        identities._cache.clear()  # noqa: SLF001 - as a new snapshot does
        identities.find(bearer)

    found = {
        "mint": measured(lambda: signer.sign(claims), count),
        "start a task": measured(lambda: book.do(StartTask(secret=secret)), max(count // 10, 20)),
        "renew a token": measured(lambda: book.do(RenewTask(token)), max(count // 10, 20)),
        "verify cold": measured(cold, count),
        "verify remembered": measured(lambda: identities.find(bearer), count, batch=100),
    }
    engine.dispose()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000, help="runs of each")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), arguments.count)
    over = 0
    print(f"{'':<20}{'least us':>12}{'median us':>12}{'p99 us':>12}{'budget us':>12}")
    for name, times in found.items():
        median, p99 = statistics.median(times), sorted(times)[int(len(times) * 0.99) - 1]
        budget = BUDGETS_US.get(name)
        over += budget is not None and median > budget
        limit = f"{budget:.0f}" if budget is not None else "–"
        print(f"{name:<20}{min(times):>12.1f}{median:>12.1f}{p99:>12.1f}{limit:>12}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
