"""The evidence of cases about tools: an act, and where its values came from; a definition's change."""

from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table

_GROUNDS = {
    "request": "the user's request",
    "grant": "the grant",
    "object": "an object that the request names",
    "field": "a trusted field",
    "text": "a text that the request names",
    "unnamed": "an object that the request does not name",
    "stranger": "what a stranger may have written",
    "nowhere": "nothing that was read",
}


def call_evidence(given: dict[str, Any]) -> Markup:
    """Return what a call would do. Raises KeyError, TypeError where the evidence is not of this kind."""
    irreversible = given["effect"] == "irreversible"
    effect = element("span", given["effect"], class_="badge bad") if irreversible else given["effect"]
    act: list[tuple[str, Child]] = [
        ("Tool", join(element("code", given["tool"]), " · ", effect)),
        ("The act", _list(given["words"])),
        ("Afterwards", given["irreversible"]),
        ("The user asked", _list(_lines(given["request"]) or ["nothing that is known"])),
        ("Differs from the request", _list(given["differs"]) if given["differs"] else "nothing found"),
    ]
    more: list[tuple[str, Child]] = [
        ("Asked because", _list(given["questions"])),
        ("By the rule", element("code", given["rule"])),
        ("Agent", given["agent"]),
        ("Task", link(f"/fleet/{given['task_id']}", given["task_id"], class_="mono")),
        ("Bound to", _bound(given)),
    ]
    return join(_facts(act), _provenance(given["provenance"]), _facts(more))


def _bound(given: dict[str, Any]) -> Markup:
    arguments, address = element("code", given["arguments_sha256"]), given.get("address")
    at = (" at ", element("code", address)) if isinstance(address, str) and address else ()
    return join("arguments with SHA-256 ", arguments, *at)


def _provenance(places: list[dict[str, Any]]) -> Markup:
    """Return where each value came from, each with the passage that held it."""
    columns = (
        Column("Value", style="words"),
        Column("Comes from", style="words"),
        Column("Quoted", style="words quote"),
    )
    first: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in places:  # a program that reads the same again has it from the same place
        same = tuple(
            str(one[name]) for name in ("path", "value", "ground", "tool", "field", "label", "quote")
        )
        first.setdefault(same, one)
    rows = (
        Row(
            (
                join(element("div", one["path"], class_="muted"), element("code", one["value"])),
                join(
                    _GROUNDS.get(one["ground"], one["ground"]),
                    element("div", element("code", f"{one['tool']} {one['field']}".strip())),
                    element("div", f"{one['label']} · ", figures.moment(one["at_ns"]), class_="muted"),
                ),
                element("q", one["quote"]),
            ),
            key=f"{index}",
        )
        for index, one in enumerate(first.values())
    )
    if not places:
        none = "None of its values was found in anything that the task has read."
        return element("p", none, class_="prose")
    return table(columns, rows, label="Where its values came from")


def change_evidence(given: dict[str, Any]) -> Markup:
    """Return how a definition has changed. Raises KeyError where the evidence is not of this kind."""
    name = f"{given['server']}/{given['tool']}"
    return join(
        _facts(
            [
                ("Tool", element("code", name)),
                ("Approved", element("code", given["before_sha256"])),
                ("Now", element("code", given["after_sha256"])),
            ]
        ),
        element("pre", given["diff"], aria_label="The difference"),
    )


def decoy_evidence(given: dict[str, Any]) -> Markup:
    """Return who touched what. Raises KeyError where the evidence is not of this kind."""
    return _facts(
        [
            ("Agent", given["agent"]),
            (
                "Task",
                link(f"/fleet?{urlencode({'task': given['root_id']})}", given["root_id"], class_="plain"),
            ),
            ("It called", element("code", given["tool"])),
            ("Because", given["reason"]),
        ]
    )


def doubt_evidence(given: dict[str, Any]) -> Markup:
    """Return what is known of a call of unknown fate. Raises KeyError where it is not of this kind."""
    key = given["idempotency_key"]
    approved = given["approved"]
    return _facts(
        [
            ("Tool", join(element("code", given["tool"]), f" · {given['effect']}")),
            ("With", _list(given["words"]) if given["words"] else "what its digest says"),
            ("Went out", join(figures.moment(given["at_ns"]), " · ", figures.ago(given["at_ns"]))),
            ("Known", given["known"]),
            ("The user asked", given["request"] or "nothing that is known"),
            (
                "Approved before",
                link(f"/inbox/{approved}", approved, class_="mono") if approved else "nobody was asked",
            ),
            ("Agent", given["agent"]),
            ("Task", link(f"/fleet/{given['task_id']}", given["task_id"], class_="mono")),
            ("Call", link(f"/now/explain/{given['call_id']}", given["call_id"], class_="mono")),
            ("Attempt", str(given["attempt"]) if given["attempt"] else "its task is no run"),
            ("Arguments", join("digest ", element("code", given["arguments_digest"]))),
            ("Idempotency key", join("digest ", element("code", key)) if key else "its client gave none"),
            ("Known by", join("step key ", element("code", given["step_key"]))),
        ]
    )


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _list(lines: list[str]) -> Markup:
    return element("ul", *(element("li", line) for line in lines))


def _facts(facts: list[tuple[str, Child]]) -> Markup:
    return element(
        "dl", *(join(element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
    )
