"""What is hardly meant of an organisation as a whole: nobody inside it, rules that hold for everybody."""

from collections.abc import Iterator, Mapping
from typing import Final

from podium.kernel.errors import Finding
from podium.manifest import kinds, kinds_tools
from podium.manifest.load import Document, Loaded
from podium.trust.policies import unbounded
from podium.trust.tools import PolicyRow, ToolRow

MAX_SHOWN: Final = 6
"""Agents that a warning lists."""


def warn_organisation(loaded: Loaded, rows: Mapping[str, ToolRow]) -> Iterator[Finding]:
    """Yield what is allowed and hardly meant. ``rows``: all tools, by their ids."""
    agents = {
        document.name: [rows[tool] for tool in document.manifest.spec.tools if tool in rows]
        for document in loaded.documents
        if isinstance(document.manifest, kinds.Agent)
    }
    told = any(
        argument.sink in {"recipient", "url"} and argument.readers is None
        for tools in agents.values()
        for tool in tools
        for argument in tool.arguments.values()
    )
    for document in loaded.documents:
        if document.kind == "Department" and told:
            yield from _nobody_inside(document)
        elif isinstance(document.manifest, kinds_tools.Policy):
            yield from _reaches(document, document.manifest.spec.cedar, agents)


def _nobody_inside(document: Document) -> Iterator[Finding]:
    """Yield an organisation without domains."""
    if not document.has("spec", "parent") and not document.texts("spec", "organisation", "domains", "*"):
        message = "no domain is the organisation's: everybody is outside it, and colleagues too."
        fix = "Write its domains: `organisation: {domains: [acme.example]}`."
        yield document.finding(("spec", "organisation"), message, fix)


def _reaches(document: Document, cedar: str, agents: Mapping[str, list[ToolRow]]) -> Iterator[Finding]:
    """Yield rules about a whole group of acts that hold for agents which share no server."""
    for line, effect in unbounded(PolicyRow(document.name, cedar)):
        servers = {
            name: frozenset(tool.server for tool in tools if _is(tool, effect))
            for name, tools in agents.items()
        }
        reached = {name: used for name, used in servers.items() if used}
        if not any(one.isdisjoint(other) for one in reached.values() for other in reached.values()):
            continue
        listed = ", ".join(sorted(reached)[:MAX_SHOWN]) + (", ..." if len(reached) > MAX_SHOWN else "")
        found = document.finding(
            ("spec", "cedar"),
            f"this rule holds for every agent: {listed}.",
            'Say for which: `principal == Agent::"NAME"` or `principal in Department::"NAME"`; '
            "the Department without a parent if all are meant.",
        )
        offset = line + 1 if "\n" in cedar else 0  # the text of a block begins on the line after `|`
        yield Finding(
            found.message, file=found.file, line=found.line + offset, field=found.field, fix=found.fix
        )


def _is(tool: ToolRow, effect: str) -> bool:
    return effect in {"", tool.effect} or (effect == "write" and tool.writes)
