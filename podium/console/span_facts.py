"""What is known of one span: its attributes by name, and links to what they name."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import Child, element, join, link
from podium.console.tree import story_url
from podium.evidence import semconv

SOURCES: Final = {
    "ledger": "Podium's gateway: money and tokens are the ledger's",
    "tools": "Podium's tool gateway",
    "otlp": "reported by a program: nobody has checked it",
    "hidden": "other departments: what they did is not yours to see",
}
_TOKENS: Final = (
    ("In", semconv.INPUT_TOKENS),
    ("Out", semconv.OUTPUT_TOKENS),
    ("Cache read", semconv.CACHE_READ_TOKENS),
    ("Cache write", semconv.CACHE_WRITE_TOKENS),
    ("Reasoning", semconv.REASONING_TOKENS),
)
_LINKS: Final[dict[str, Callable[[str], str]]] = {
    semconv.TASK: lambda value: f"/fleet/{value}",
    semconv.CALL: lambda value: f"/now/calls/{value}",
    semconv.CHARGE: story_url,
    semconv.TOOL_CALL: story_url,
    semconv.APPROVAL: lambda value: f"/inbox/{value}",
}
"""Attributes that name something which has a page."""
_NAMES: Final = {
    semconv.TASK: "Task",
    semconv.CALL: "Call",
    semconv.CHARGE: "Charge",
    semconv.TOOL_CALL: "Call of a tool",
    semconv.APPROVAL: "Case",
}


def span_facts(span: Mapping[str, Any]) -> Markup:
    """Return one span of the store."""
    attributes = span["attributes"]
    failed = span["status"] == "ERROR"
    verdict = attributes.get(semconv.VERDICT)
    rule = attributes.get(semconv.VERDICT_RULE)
    facts: list[tuple[str, Child]] = [
        ("Who says so", SOURCES.get(span["source"], span["source"])),
        ("Began", figures.moment(span["start_ns"])),
        ("Took", figures.ms((span["end_ns"] - span["start_ns"]) / 1000)),
    ]
    if failed:
        why = span["status_message"] or attributes.get(semconv.ERROR_TYPE) or "it failed"
        facts.append(("Error", element("span", why, class_="field-error")))
    if verdict is not None:
        facts.append(("Verdict", join(_verdict(verdict), " by " if rule else None, _code(rule))))
    tokens = [
        f"{name} {figures.count(attributes[key])}" for name, key in _TOKENS if attributes.get(key) is not None
    ]
    if tokens:
        facts.append(("Tokens", " · ".join(tokens)))
    if attributes.get(semconv.COST_NANO_USD) is not None:
        estimated = bool(attributes.get(semconv.ESTIMATED))
        facts.append(("Cost, USD", figures.usd(attributes[semconv.COST_NANO_USD], estimated=estimated)))
    facts += [
        (_NAMES[key], link(href(attributes[key]), attributes[key], class_="mono"))
        for key, href in _LINKS.items()
        if attributes.get(key)
    ]
    rest = sorted((name, value) for name, value in attributes.items() if name not in _LINKS)
    return join(
        element("h3", span["name"]),
        _list(facts),
        element("h3", "Attributes"),
        _list([(name, element("span", _told(value), class_="mono")) for name, value in rest]),
        element("p", element("span", "Span ", class_="muted"), element("code", span["span_id"])),
    )


def _list(facts: list[tuple[str, Child]]) -> Markup:
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    return element("dl", *pairs, class_="facts")


def _verdict(verdict: str) -> Markup:
    tone = {"allow": "ok", "ask": "warn"}.get(verdict, "bad")
    return element("span", verdict, class_=f"badge {tone}")


def _code(rule: str | None) -> Markup | None:
    return element("code", rule) if rule else None


def _told(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(_told(one) for one in value)
    return str(value)
