"""What a server says of the resources and prompts that its manifest names, as of its tools' definitions.

Of it is kept what agents see: what a thing is called and said to be. Sizes and times change by themselves.
A resource that its server does not list (it may serve more than it lists) is what the manifest says.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from podium.manifest.snapshot import ToolServerRow
from podium.ports.tools import LISTS, Seen, ToolServer
from podium.trust.tools import ToolRow

_TOLD: Final = ("name", "title", "description", "mimeType")
_OF_ARGUMENTS: Final = ("name", "title", "description")


def offered(row: ToolServerRow) -> list[ToolRow]:
    """Return what a server offers beside tools."""
    return [one for one in row.tools.values() if one.kind != "tool"]


async def look_at(row: ToolServerRow, server: ToolServer) -> tuple[dict[str, Seen], dict[str, str]]:
    """Return what a server says of what is offered, by names, and what is wrong with some of it."""
    rows = offered(row)
    seen: dict[str, Seen] = {}
    faults: dict[str, str] = {}
    for kind in sorted({one.kind for one in rows}):
        wanted = {one.uri or one.name: one for one in rows if one.kind == kind}
        told: dict[str, dict[str, Any]] = {}
        for method, member, known_by in LISTS[kind]:
            for entry in await server.list_offers(method, member):
                key = entry.get(known_by)
                if not isinstance(key, str) or key not in wanted:
                    continue
                if key in told:
                    faults[wanted[key].name] = "its server lists it twice"
                told[key] = _kept(entry) | {known_by: key}
        for key, one in wanted.items():
            definition = told.get(key)
            if definition is None and kind == "resource":
                definition = {"uriTemplate" if "{" in key else "uri": key, "name": one.name}
            if definition is not None:
                text = msgspec.json.encode(definition, order="deterministic")
                seen[one.name] = Seen(one.name, hashlib.sha256(text).hexdigest(), text.decode())
    return seen, faults


def _kept(entry: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {key: entry[key] for key in _TOLD if isinstance(entry.get(key), str)}
    arguments = entry.get("arguments")
    if isinstance(arguments, list):
        found["arguments"] = [
            {key: one[key] for key in _OF_ARGUMENTS if isinstance(one.get(key), str)}
            | ({"required": True} if one.get("required") is True else {})
            for one in arguments
            if isinstance(one, dict) and isinstance(one.get("name"), str)
        ]
    return found
