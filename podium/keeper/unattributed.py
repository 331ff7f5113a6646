"""The ledger row of what a dead worker may have spent and its journal cannot show (point 12)."""

from hashlib import blake2b

from podium.keeper.ledger import Batch, Ending
from podium.kernel.ids import ulid
from podium.spend.journal import Hold, Settle

NOBODY = "(unattributed)"
"""Stands where an agent, a route, a model and a provider are not known."""


def add_unattributed(batch: Batch, ending: Ending, owner: str, amount_nano_usd: int) -> None:
    """Add a charge of the organisation's, once however often the transaction is tried."""
    digest = blake2b(ending.incarnation.encode(), digest_size=40).digest()
    charge_id = "chg_" + ulid(ending.at_ns // 1_000_000, digest[:16])
    if not amount_nano_usd or any(row[1] == charge_id for row in batch.charges):
        return
    hold = Hold(
        charge_id=charge_id,
        call_id="call_" + ulid(ending.at_ns // 1_000_000, digest[:16]),
        trace_id=digest[16:32].hex(),
        span_id=digest[32:].hex(),
        parent_span_id=None,
        attempt=1,
        task_id="task_" + ulid(0, digest[:16]),
        session=None,
        agent=NOBODY,
        department=owner.partition("/")[2],
        route=NOBODY,
        model=NOBODY,
        upstream_model=NOBODY,
        provider=NOBODY,
        region=None,
        dialect="",
        operation="chat",
        streamed=False,
        snapshot_version=0,
        admitted_ns=ending.at_ns,
        hold_nano_usd=amount_nano_usd,
        input_bound_tokens=0,
        output_bound_tokens=0,
        request_digest="",
    )
    settle = Settle(
        charge_id=charge_id,
        outcome="crashed",
        cost_nano_usd=amount_nano_usd,
        usage=None,
        estimated=True,
        reason="The host of this worker crashed: what it held and its journal cannot show is charged.",
        error_code="host_crashed",
    )
    batch.add_charge(hold, settle, ending.incarnation, unattributed=True)
