"""The ledger as FOCUS 1.2 (focus.finops.org/focus-specification/v1-2): what FinOps tools read.

One row a charge, or one an hour and whatever its charges have in common; and one row a correction by a bill,
since a charge is never changed. The four costs of a row are the same: prices are those of the manifests, and
nothing is bought ahead. A row's tokens may have several prices, so there are no columns of unit prices.
Amounts are exact decimals of nano-USD; times are whole seconds in UTC, the end of a period is not in it.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from podium.kernel.money import usd_text
from podium.ports.aggregates import HOUR_NS, corrections
from podium.ports.database import charges
from podium.views.ledger import LedgerFilters, conditions

By = Literal["charge", "hour"]
Row = dict[str, str | int | None]
"""A row by column; None is FOCUS's null."""

COLUMNS: Final = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingAccountType", "BillingCurrency",
    "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
    "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit",
    "ContractedCost", "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost", "PricingCategory",
    "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId", "RegionName",
    "ResourceId", "ResourceName", "ResourceType", "ServiceCategory", "ServiceName",
    "ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceId", "SubAccountId", "SubAccountName",
    "SubAccountType", "Tags", "x_Agent", "x_CacheReadTokens", "x_CacheWriteTokens", "x_CallId",
    "x_ChargeId", "x_Charges", "x_CorrectionId", "x_CostNanoUsd", "x_Estimated", "x_InputTokens",
    "x_Model", "x_Operation", "x_Outcome", "x_OutputTokens", "x_ReasoningTokens", "x_Route", "x_TaskId",
    "x_TraceId",
)  # fmt: skip
"""FOCUS's columns, then those that only Podium has."""

_SHARED: Final = (
    "agent", "department", "route", "operation", "outcome", "model", "upstream_model", "provider", "region",
    "estimated",
)  # fmt: skip
_TOKENS: Final = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
)
_ONE: Final = ("charge_id", "call_id", "trace_id", "task_id", "admitted_ns", "end_us")
_PAGE: Final = 1000
_SECOND_NS: Final = 1_000_000_000


def focus_rows(connection: Connection, filters: LedgerFilters, *, by: By = "charge") -> Iterator[Row]:
    """Yield the rows of charges that match, in order of time, then those of their corrections.

    An hour counts what of it matches. All rows together cost what `views.ledger.totals` says.
    """
    yield from _charges(connection, filters) if by == "charge" else _hours(connection, filters)
    yield from _corrections(connection, filters)


def focus_csv(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a CSV, its header first. Null is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(["" if row[name] is None else row[name] for name in COLUMNS])
        yield buffer.getvalue()


def _consumed() -> ColumnElement[int]:
    """Return the tokens of a charge; where the provider did not say, those whose price was charged."""
    bound = case(
        (charges.c.cost_nano_usd > 0, charges.c.input_bound_tokens + charges.c.output_bound_tokens), else_=0
    )
    known = func.coalesce(charges.c.input_tokens, 0) + func.coalesce(charges.c.output_tokens, 0)
    silent = and_(charges.c.input_tokens.is_(None), charges.c.output_tokens.is_(None))
    return case((silent, bound), else_=known)


def _charges(connection: Connection, filters: LedgerFilters) -> Iterator[Row]:
    of = charges.c
    names = (*_SHARED, *_TOKENS, *_ONE, "cost_nano_usd")
    query = select(*(of[name] for name in names), _consumed().label("consumed")).where(*conditions(filters))
    last: tuple[int, str] | None = None
    while True:
        page = query
        if last is not None:
            later = and_(of.admitted_ns == last[0], of.charge_id > last[1])
            page = query.where(or_(of.admitted_ns > last[0], later))
        found = connection.execute(page.order_by(of.admitted_ns, of.charge_id).limit(_PAGE)).mappings().all()
        for row in found:
            start_ns = row["admitted_ns"]
            # The end is not in the period: the second after the one in which the attempt ended.
            end_ns = (start_ns + row["end_us"] * 1000) // _SECOND_NS * _SECOND_NS + _SECOND_NS
            yield _row(dict(row), start_ns, end_ns, billed_ns=start_ns)
        if len(found) < _PAGE:
            return
        last = (found[-1]["admitted_ns"], found[-1]["charge_id"])


def _hours(connection: Connection, filters: LedgerFilters) -> Iterator[Row]:
    hour = (charges.c.admitted_ns - charges.c.admitted_ns % HOUR_NS).label("hour")
    shared = [charges.c[name] for name in _SHARED]
    query = (
        select(
            hour,
            *shared,
            *(func.sum(charges.c[name]).label(name) for name in (*_TOKENS, "cost_nano_usd")),
            func.sum(_consumed()).label("consumed"),
            func.count().label("count"),
        )
        .where(*conditions(filters))
        # By name: PostgreSQL takes two expressions with parameters for different ones.
        .group_by("hour", *shared)
        .order_by("hour", *shared)
    )
    for row in connection.execute(query).mappings():
        yield _row(dict(row), int(row["hour"]), int(row["hour"]) + HOUR_NS, billed_ns=int(row["hour"]))


def _corrections(connection: Connection, filters: LedgerFilters) -> Iterator[Row]:
    change = corrections.c
    names = (*(name for name in _SHARED if name != "estimated"), *_ONE)
    query = (
        select(
            *(charges.c[name] for name in names),
            *(change[name] for name in (*_TOKENS, "cost_nano_usd", "correction_id", "reason", "at_ns")),
            (change.settled == 0).label("estimated"),
            (change.input_tokens + change.output_tokens).label("consumed"),
        )
        .join_from(corrections, charges, charges.c.charge_id == change.charge_id)
        .where(*conditions(filters))
        .order_by(change.at_ns, change.correction_id)
    )
    for row in connection.execute(query).mappings():
        start_ns = row["admitted_ns"]
        end_ns = (start_ns + row["end_us"] * 1000) // _SECOND_NS * _SECOND_NS + _SECOND_NS
        yield _row(dict(row), start_ns, end_ns, billed_ns=row["at_ns"])


def _row(row: Mapping[str, Any], start_ns: int, end_ns: int, *, billed_ns: int) -> Row:
    """Return a row: of ``[start_ns, end_ns)``, billed in the month of ``billed_ns`` (Unix nanoseconds)."""
    cost, provider = int(row["cost_nano_usd"]), row["provider"] or "unknown"
    usd = usd_text(cost)
    first, after = _month(billed_ns)
    sku = f"{provider}/{row['upstream_model'] or row['model'] or 'unknown'}"
    consumed = int(row["consumed"] or 0)
    department = row["department"] or None
    organisation = (department or "unattributed").partition("/")[0]
    given: Row = {
        "BilledCost": usd,
        "BillingAccountId": organisation,
        "BillingAccountName": organisation,
        "BillingAccountType": "Organisation",
        "BillingCurrency": "USD",
        "BillingPeriodEnd": _iso(after),
        "BillingPeriodStart": _iso(first),
        "ChargeCategory": "Usage",
        # A correction within the month that it corrects is none to FOCUS: its class is null.
        "ChargeClass": "Correction" if _month(start_ns)[0] != first else None,
        "ChargeDescription": _description(row),
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": _iso(end_ns),
        "ChargePeriodStart": _iso(start_ns),
        "ConsumedQuantity": consumed,
        "ConsumedUnit": "Tokens",
        "ContractedCost": usd,
        "EffectiveCost": usd,
        "InvoiceId": None,
        "InvoiceIssuerName": provider,
        "ListCost": usd,
        "PricingCategory": "Standard",
        "PricingQuantity": consumed,
        "PricingUnit": "Tokens",
        "ProviderName": provider,
        "PublisherName": provider,
        "RegionId": row["region"] or None,
        "RegionName": row["region"] or None,
        "ResourceId": f"{provider}/{row['model'] or 'unknown'}",
        "ResourceName": row["model"] or None,
        "ResourceType": "Model",
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": f"{provider} inference",
        "ServiceSubcategory": "Generative AI",
        "SkuId": sku,
        "SkuMeter": "Tokens",
        "SkuPriceId": sku,
        "SubAccountId": department,
        "SubAccountName": department.rpartition("/")[2] if department else None,
        "SubAccountType": "Department" if department else None,
        "Tags": _tags(row),
    }
    return given | _own(row, cost)


def _own(row: Mapping[str, Any], cost: int) -> Row:
    return {
        "x_Agent": row["agent"] or None,
        "x_CacheReadTokens": row["cache_read_tokens"],
        "x_CacheWriteTokens": row["cache_write_tokens"],
        "x_CallId": row.get("call_id"),
        "x_ChargeId": row.get("charge_id"),
        "x_Charges": 0 if "correction_id" in row else int(row.get("count", 1)),
        "x_CorrectionId": row.get("correction_id"),
        "x_CostNanoUsd": cost,
        "x_Estimated": "true" if row["estimated"] else "false",
        "x_InputTokens": row["input_tokens"],
        "x_Model": row["model"] or None,
        "x_Operation": row["operation"],
        "x_Outcome": row["outcome"],
        "x_OutputTokens": row["output_tokens"],
        "x_ReasoningTokens": row["reasoning_tokens"],
        "x_Route": row["route"] or None,
        "x_TaskId": row.get("task_id"),
        "x_TraceId": row.get("trace_id"),
    }


def _description(row: Mapping[str, Any]) -> str:
    what = f"{row['operation']} by {row['agent'] or 'nobody known'} with {row['model'] or 'no model'}"
    reason = row.get("reason")
    return f"Correction of {what}: {reason}" if "correction_id" in row else f"Tokens of {what}"


def _tags(row: Mapping[str, Any]) -> str:
    """Return the tags, all Podium's own: hence the prefix."""
    tags = {f"podium/{name}": row[name] for name in ("agent", "department", "route") if row[name]}
    return json.dumps(tags, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _iso(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns // _SECOND_NS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _month(time_ns: int) -> tuple[int, int]:
    """Return the month (UTC) that has a moment: its begin, and that of the next."""
    moment = datetime.fromtimestamp(time_ns // _SECOND_NS, UTC)
    first = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    after = datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)
    return int(first.timestamp()) * _SECOND_NS, int(after.timestamp()) * _SECOND_NS
