"""What must hold of ``undo``, ``idempotent`` and ``confirm``: they are of what changes something."""

from collections.abc import Iterator

from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest.load import Document

_SOURCES = ("arguments", "result")


def check_undo(document: Document) -> Iterator[Finding]:
    """Yield every fault of how a server's tools are undone."""
    names = [name for _, name in document.keys("spec", "tools")]
    for path, name in document.keys("spec", "tools"):
        at = ("spec", "tools", name)
        if document.text(*at, "effect") == "read":
            for field in ("undo", "idempotent", "confirm"):
                if document.has(*at, field):
                    message = "a read changes nothing that could be undone or done twice."
                    yield document.finding((*path, field), message, "Remove it, or mend `effect`.")
        if document.has(*at, "undo"):
            yield from _undo(document, at, name, names)
        if document.has(*at, "confirm"):
            yield from _confirm(document, at, name, names)


def _undo(document: Document, at: tuple[str, ...], name: str, names: list[str]) -> Iterator[Finding]:
    here = (*at, "undo")
    tool = document.text(*here, "tool")
    if tool is not None and tool not in names:
        fix = nearest(tool, names) or f"List `{tool}` under `tools` of this ToolServer."
        yield document.finding((*here, "tool"), f"this server has no tool {tool}.", fix)
    elif tool == name:
        yield document.finding((*here, "tool"), "a tool does not undo itself.", "Name the one that does.")
    elif tool is not None and document.text("spec", "tools", tool, "effect") == "read":
        message = f"{tool} only reads, so it takes nothing back."
        yield document.finding((*here, "tool"), message, "Name a tool that changes something.")
    for path, argument in document.keys(*here, "arguments"):
        source = document.text(*here, "arguments", argument) or ""
        if source.split(".", 1)[0].removesuffix("[]") not in _SOURCES:
            message = f"{source!r} does not say where the value comes from."
            yield document.finding(path, message, "Write `arguments.NAME` or `result.NAME`.")
        elif "[]" in source or "[]" in argument:
            message = "one argument takes one value, and `[]` leads to several."
            yield document.finding(path, message, "Name one value.")


def _confirm(document: Document, at: tuple[str, ...], name: str, names: list[str]) -> Iterator[Finding]:
    here = (*at, "confirm")
    tool, key = document.text(*here, "tool"), document.text(*here, "key")
    if tool is not None and tool not in names:
        fix = nearest(tool, names) or f"List `{tool}` under `tools` of this ToolServer."
        yield document.finding((*here, "tool"), f"this server has no tool {tool}.", fix)
    elif tool is not None and document.text("spec", "tools", tool, "effect") != "read":
        message = f"{tool} changes something, and looking for a call must not."
        yield document.finding((*here, "tool"), message, "Name a tool that reads.")
    if key is not None and document.has(*at, "arguments", key):
        message = f"{key} is what Podium fills for `confirm`; it decides nothing for an agent."
        yield document.finding(
            (*at, "arguments", key), message, f"Remove `{key}` from `arguments` of {name}."
        )
    found = document.text(*here, "found")
    if found is not None and found.split(".", 1)[0].removesuffix("[]") != "result":
        message = f"{found!r} does not say where the id stands."
        yield document.finding((*here, "found"), message, "Write `result.PATH`.")
