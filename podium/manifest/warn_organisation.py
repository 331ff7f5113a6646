"""What is hardly meant of an organisation as a whole: nobody inside it, rules that hold for everybody."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest import kinds, kinds_tools
from podium.manifest.load import Document, Loaded
from podium.trust.conditions import Case, needs, never, slips
from podium.trust.policies import Reach, reaches, unbounded
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
            yield from _idle(document, document.manifest.spec.cedar, agents, _above(loaded), rows)


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
        yield _of_rule(
            document,
            cedar,
            line,
            f"this rule holds for every agent: {listed}.",
            'Say for which: `principal == Agent::"NAME"` or `principal in Department::"NAME"`; '
            "the Department without a parent if all are meant.",
        )


def _above(loaded: Loaded) -> dict[str, frozenset[str]]:
    """Return the departments of each agent, its own and those above it."""
    parents = {it.name: it.text("spec", "parent") for it in loaded.documents if it.kind == "Department"}
    found: dict[str, frozenset[str]] = {}
    for document in loaded.documents:
        if document.kind == "Agent":
            departments: list[str] = []
            at = document.text("spec", "department")
            while at is not None and at not in departments:
                departments.append(at)
                at = parents.get(at)
            found[document.name] = frozenset(departments)
    return found


def _idle(
    document: Document,
    cedar: str,
    agents: Mapping[str, list[ToolRow]],
    above: Mapping[str, frozenset[str]],
    rows: Mapping[str, ToolRow],
) -> Iterator[Finding]:
    """Yield rules that forbid nothing: nobody they are about has it, or no tool has the argument."""
    for reach in reaches(PolicyRow(document.name, cedar), tuple(rows.values()), above=above):
        granted = [it for name in sorted(reach.agents) for it in agents.get(name, ()) if it.id in reach.tools]
        if not granted:
            message = "this rule forbids nothing: no agent that it is about is granted what it forbids."
            yield _of_rule(
                document,
                cedar,
                reach.line,
                message,
                "Mend whom or what it names; one for grants to come may stay.",
            )
            continue
        told = [*_unlisted(reach, granted), *_slips(reach, rows)]
        cases = (
            Case(name, above.get(name, frozenset()), it)
            for name in reach.agents
            for it in agents.get(name, ())
            if it.id in reach.tools
        )
        if not told and all(never(reach.conditions, case) for case in cases):
            told = [
                ("this rule forbids nothing: what it asks for holds for no call.", "Mend its conditions.")
            ]
        for message, fix in told:
            yield _of_rule(document, cedar, reach.line, message, fix)


def _unlisted(reach: Reach, granted: Sequence[ToolRow]) -> Iterator[tuple[str, str]]:
    """Yield the arguments that a rule needs and that none of its tools lists: a message, and what to do."""
    for name in sorted(needs(reach.conditions)):
        listed = sorted({path for it in granted for path in it.arguments})
        if name not in listed:
            fix = f"{nearest(name, listed)} " if listed else ""
            message = f"this rule forbids nothing: none of its tools lists an argument `{name}`."
            yield message, f"{fix}A rule sees what a ToolServer lists."


def _slips(reach: Reach, rows: Mapping[str, ToolRow]) -> Iterator[tuple[str, str]]:
    """Yield the words of a rule that nothing is ever called: a message, and what to do."""
    for slip in dict.fromkeys(slips(reach.conditions, rows.values())):
        known = ", ".join(slip.known[:MAX_SHOWN]) + (", ..." if len(slip.known) > MAX_SHOWN else "")
        fix = nearest(slip.word, slip.known) or f"Choose from: {known}." if slip.known else "Write it so."
        yield f"`{slip.word}` stands in this rule, and {slip.why}: to compare with it says nothing.", fix


def _of_rule(document: Document, cedar: str, line: int, message: str, fix: str) -> Finding:
    """Return a finding at the line of a rule."""
    found = document.finding(("spec", "cedar"), message, fix)
    offset = line + 1 if "\n" in cedar else 0  # the text of a block begins on the line after `|`
    return Finding(found.message, file=found.file, line=found.line + offset, field=found.field, fix=found.fix)


def _is(tool: ToolRow, effect: str) -> bool:
    return effect in {"", tool.effect} or (effect == "write" and tool.writes)
