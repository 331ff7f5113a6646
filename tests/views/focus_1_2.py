"""The columns of FOCUS 1.2 that Podium writes, as the specification says them.

Each line cites ``focus.finops.org/focus-specification/v1-2``, section "Columns", the column's "Content
Constraints": its feature level, whether it allows nulls, and its type or its allowed values. ``!`` marks a
column that must not be null on a row of usage that is no correction ("nullability is defined as follows").
"""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

_CITED: Final = """
BilledCost mandatory never decimal
BillingAccountId mandatory never string
BillingAccountName mandatory nulls string
BillingAccountType conditional nulls string
BillingCurrency mandatory never USD
BillingPeriodEnd mandatory never time
BillingPeriodStart mandatory never time
ChargeCategory mandatory never Usage|Purchase|Tax|Credit|Adjustment
ChargeClass mandatory nulls Correction
ChargeDescription mandatory nulls string
ChargeFrequency recommended never One-Time|Recurring|Usage-Based
ChargePeriodEnd mandatory never time
ChargePeriodStart mandatory never time
ConsumedQuantity conditional nulls! decimal
ConsumedUnit conditional nulls! string
ContractedCost mandatory never decimal
EffectiveCost mandatory never decimal
InvoiceId recommended nulls string
InvoiceIssuerName mandatory never string
ListCost mandatory never decimal
PricingCategory conditional nulls! Standard|Dynamic|Committed|Other
PricingQuantity mandatory nulls! decimal
PricingUnit mandatory nulls! string
ProviderName mandatory never string
PublisherName mandatory never string
RegionId conditional nulls string
RegionName conditional nulls string
ResourceId conditional nulls string
ResourceName conditional nulls string
ResourceType conditional nulls string
ServiceCategory mandatory never AI~and~Machine~Learning
ServiceName mandatory never string
ServiceSubcategory recommended never Generative~AI|Bots|Machine~Learning|Natural~Language~Processing
SkuId conditional nulls! string
SkuMeter conditional nulls string
SkuPriceId conditional nulls! string
SubAccountId conditional nulls string
SubAccountName conditional nulls string
SubAccountType conditional nulls string
Tags conditional nulls json
"""
SCHEMA: Final = {line.split()[0]: tuple(line.split()[1:]) for line in _CITED.strip().splitlines()}
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def faults(row: dict[str, str]) -> list[str]:
    """Return what of a CSV row is not as the specification wants it."""
    found = [f"{name} is missing" for name in SCHEMA if name not in row]
    found += [f"{name} has no prefix" for name in row if name not in SCHEMA and not name.startswith("x_")]
    for name, (_, nulls, shape) in SCHEMA.items():
        text = row[name]
        if not text:
            if nulls == "never" or (nulls == "nulls!" and not row["ChargeClass"]):
                found.append(f"{name} is null")
        elif not _fits(text, shape):
            found.append(f"{name} is {text!r}")
    for start, end in (("BillingPeriodStart", "BillingPeriodEnd"), ("ChargePeriodStart", "ChargePeriodEnd")):
        if not _time(row[start]) < _time(row[end]):
            found.append(f"{start} is not before {end}")
    for name, of in (("RegionName", "RegionId"), ("SubAccountType", "SubAccountId")):
        if bool(row[name]) != bool(row[of]):
            found.append(f"{name} and {of} are not null together")
    return found


def _fits(text: str, shape: str) -> bool:
    if shape == "decimal":
        return _DECIMAL.fullmatch(text) is not None and Decimal(text).is_finite()
    if shape == "time":
        return _time(text).strftime(_TIME) == text
    if shape == "json":
        return all(isinstance(value, (str, bool, int)) for value in json.loads(text).values())
    return shape == "string" or text in shape.replace("~", " ").split("|")


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
