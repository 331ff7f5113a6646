"""How the evidence of a case looks: each kind as it is best judged, every other as its fields."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup

from podium.console import figures
from podium.console.audits import audit_evidence
from podium.console.case_pause import pause_evidence
from podium.console.case_pipeline import approval_evidence, failed_evidence
from podium.console.case_tool import call_evidence, change_evidence, decoy_evidence, doubt_evidence
from podium.console.markup import Child, element, join, link
from podium.console.tables import bar
from podium.trust.cases import Case


def evidence(case: Case) -> Markup:
    """Return the evidence of a case. What its kind's own form cannot read is shown as fields."""
    own = _KINDS.get(case.kind)
    if own is not None:
        try:
            return own(case.evidence)
        except (KeyError, TypeError):
            pass
    return _facts([(_words(name), _value(name, value)) for name, value in case.evidence.items()])


def _override(given: dict[str, Any]) -> Markup:
    """Return what was asked for beside what there is: how full the limit is, and how full it would be."""
    unit, limit, more = given["unit"], given["limit_amount"], given["amount"]
    used = given["charged"] + given["outstanding"]
    facts: list[tuple[str, Child]] = [
        ("More", join("+ ", _amount(more, unit))),
        ("Limit", join(element("code", given["limit"]), " · ", _amount(limit, unit), f" {given['window']}")),
        ("Used now", join(_amount(used, unit), f" · {figures.percent(used, limit)}", bar(used, limit))),
        (
            "With more",
            join(
                _amount(limit + more, unit),
                f" · {figures.percent(used, limit + more)} used",
                bar(used, limit + more),
            ),
        ),
        ("Held by workers", _amount(given["outstanding"], unit)),
        ("Until", figures.moment(given["until_ns"])),
        ("Asked by", given["requested_by"]),
        ("Reason", given["reason"]),
    ]
    return _facts(facts)


def _warning(given: dict[str, Any]) -> Markup:
    """Return how full the limit was, and where one asks for more."""
    unit, limit = given["unit"], given["limit_amount"]
    used = given["charged"] + given["outstanding"]
    query = urlencode({"limit": given["limit"], "unit": "usd" if unit == "usd" else "tokens"})
    facts: list[tuple[str, Child]] = [
        ("Limit", join(element("code", given["limit"]), " · ", _amount(limit, unit))),
        ("Used then", join(_amount(used, unit), f" · {figures.percent(used, limit)}", bar(used, limit))),
        ("Charged", _amount(given["charged"], unit)),
        ("Held by workers", _amount(given["outstanding"], unit)),
        ("Until", figures.moment(given["window_ends_ns"])),
        ("What one can do", link(f"/money/override?{query}", "Ask for more of it", class_="plain")),
    ]
    return _facts(facts)


_KINDS: Final[dict[str, Callable[[dict[str, Any]], Markup]]] = {
    "audit.failed": audit_evidence,
    "budget.override": _override,
    "budget.warning": _warning,
    "breaker.pause": pause_evidence,
    "outcome.unknown": doubt_evidence,
    "pipeline.approval": approval_evidence,
    "pipeline.failed": failed_evidence,
    "tool.call": call_evidence,
    "tool.changed": change_evidence,
    "tool.decoy": decoy_evidence,
}


def _amount(amount: int, unit: str) -> Markup:
    if unit == "usd":
        return join(figures.usd(amount), element("small", " USD"))
    return join(figures.count(amount), element("small", f" {unit.replace('_', ' ')}"))


def _facts(facts: list[tuple[str, Child]]) -> Markup:
    return element(
        "dl", *(join(element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
    )


def _words(name: str) -> str:
    for unit in ("_nano_usd", "_ns"):
        name = name.removesuffix(unit)
    return name.replace("_", " ").capitalize()


def _value(name: str, value: object) -> Child:
    if isinstance(value, int) and not isinstance(value, bool):
        if name.endswith("_nano_usd"):
            return join(figures.usd(value), element("small", " USD"))
        return figures.moment(value) if name.endswith("_ns") else figures.count(value)
    if isinstance(value, str):
        return value
    return element("code", msgspec.json.encode(value).decode())
