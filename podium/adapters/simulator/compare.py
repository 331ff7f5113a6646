"""Podium's ledger against the simulated provider's own count, charge by charge. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from podium.adapters.simulator.count import SimRecord

_SHOWN = 5


class LedgerRow(Protocol):
    """What the comparison reads of a ledger row. Tokens are None where the provider did not say."""

    @property
    def charge_id(self) -> str:
        """Of the attempt."""
        ...

    @property
    def model(self) -> str:
        """Podium's name of it."""
        ...

    @property
    def cost_nano_usd(self) -> int:
        """What was charged."""
        ...

    @property
    def estimated(self) -> bool:
        """Marked so."""
        ...

    @property
    def input_tokens(self) -> int | None:
        """As the provider said."""
        ...

    @property
    def output_tokens(self) -> int | None:
        """As the provider said."""
        ...


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How far ledger and count agree. ``findings`` holds every disagreement, in words; none is exact."""

    provider_calls: int
    ledger_rows: int
    settled: int
    estimated: int
    settled_nano_usd: int
    estimated_nano_usd: int
    never_arrived: int
    """Rows whose call never reached the provider (all of them estimated, or it is a finding)."""
    findings: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether nothing disagrees."""
        return not self.findings

    def summary(self) -> str:
        """Return the outcome in one paragraph for people."""
        counted = (
            f"{self.provider_calls} calls counted by the provider, {self.ledger_rows} rows in the ledger: "
            f"{self.settled} settled, {self.estimated} marked estimated"
        )
        if self.exact:
            return f"{counted}; every settled one agrees."
        shown = "".join(f"\n  {finding}" for finding in self.findings[:_SHOWN])
        more = f"\n  and {len(self.findings) - _SHOWN} more" if len(self.findings) > _SHOWN else ""
        return f"{counted}; {len(self.findings)} disagree:{shown}{more}"


def compare(
    records: Iterable[SimRecord],
    rows: Iterable[LedgerRow],
    *,
    price: Callable[[LedgerRow, SimRecord], int] | None = None,
    told: Mapping[str, int | None] | None = None,
) -> Agreement:
    """Compare the provider's records with the ledger's rows of that provider.

    Every call that arrived has exactly one row; a row that is not estimated has the tokens that the
    provider counted, and with ``price`` (nano-USD of a record) the cost. ``told`` is the cost that clients
    were given by charge id (None: none): it must be the ledger's.
    """
    findings: list[str] = []
    by_charge: dict[str, LedgerRow] = {}
    all_rows = list(rows)
    for row in all_rows:
        if row.charge_id in by_charge:
            findings.append(f"{row.charge_id}: more than one row in the ledger")
        by_charge[row.charge_id] = row
    counted = list(records)
    arrivals = Counter(record.request_id for record in counted)
    for record in counted:
        findings += _check(record, by_charge.get(record.request_id), arrivals[record.request_id], price)
    never = [row for row in all_rows if row.charge_id not in arrivals]
    findings += [
        f"{row.charge_id}: settled in the ledger, but it never reached the provider"
        for row in never
        if not row.estimated and row.cost_nano_usd
    ]
    for charge_id, nano_usd in (told or {}).items():
        charged = by_charge[charge_id].cost_nano_usd if charge_id in by_charge else None
        if nano_usd is not None and charged != nano_usd:
            findings.append(f"{charge_id}: the client was told {nano_usd} nano-USD, the ledger has {charged}")
    settled = [row for row in all_rows if not row.estimated]
    return Agreement(
        provider_calls=len(counted),
        ledger_rows=len(all_rows),
        settled=len(settled),
        estimated=len(all_rows) - len(settled),
        settled_nano_usd=sum(row.cost_nano_usd for row in settled),
        estimated_nano_usd=sum(row.cost_nano_usd for row in all_rows if row.estimated),
        never_arrived=len(never),
        findings=tuple(findings),
    )


def _check(
    record: SimRecord,
    row: LedgerRow | None,
    arrived: int,
    price: Callable[[LedgerRow, SimRecord], int] | None,
) -> list[str]:
    """Return what disagrees about one record."""
    name = record.request_id or f"the provider's call number {record.number}"
    if arrived > 1:
        return [f"{name}: arrived {arrived} times at the provider"]
    if row is None:
        return [f"{name}: reached the provider, and the ledger has no row of it"]
    if row.estimated or record.status != 200:
        return []
    if not record.completed:
        return [f"{name}: settled in the ledger, but the provider never finished its answer"]
    found = (row.input_tokens, row.output_tokens)
    given = (record.prompt_tokens, record.completion_tokens)
    if found != given:
        return [
            f"{name}: {found[0]} + {found[1]} tokens in the ledger, {given[0]} + {given[1]} at the provider"
        ]
    if price is not None and price(row, record) != row.cost_nano_usd:
        return [f"{name}: the ledger has {row.cost_nano_usd} nano-USD, the usage is {price(row, record)}"]
    return []
