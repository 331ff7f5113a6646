"""The tool servers in force, and whether their tools are defined as it was approved.

What agents see is the definition that was approved, never one that a server has come to give later. Before a
call the server's own definitions are looked at: for a tool that changes anything each time, for one that only
reads when the last look is a second old.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from mcp.shared.inbound import X_MCP_HEADER_KEY, find_invalid_x_mcp_header, x_mcp_header_map
from mcp_types.methods import validate_server_result
from mcp_types.version import LATEST_MODERN_VERSION
from pydantic import ValidationError

from podium.kernel.errors import Forbidden, NotReady, PodiumError, StateError, UpstreamError
from podium.manifest.snapshot import Snapshot, ToolServerRow
from podium.ports import Clock
from podium.ports.link import KeeperLink
from podium.ports.tools import Pin, PinsAre, Seen, SeeTools, ToolServer
from podium.tools.offers import look_at, offered
from podium.trust.tools import ToolRow, skeleton

OLD_NS: Final = 1_000_000_000
LOOK_AGAIN_S: Final = 2.0
"""A server that could not be looked at is looked at again so often."""

LISTED: Final = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
"""A task's own list of tools: no cache may give it to another, nor keep it."""

logger = logging.getLogger(__name__)

Opener = Callable[[ToolServerRow], ToolServer]


MOVED: Final = "is another server by now: its address, its command or its credential was changed"


class Blocked(Exception):
    """A tool may not be called as it is defined now."""

    def __init__(self, reason: str, case_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.case_id = case_id


def place_of(row: ToolServerRow) -> str:
    """Return by which another address, program, account or way to prove itself makes another server."""
    where = (row.scheme, row.host, row.port, row.target, row.command, row.env, row.ca_file)
    who = (row.credential, row.auth_header, row.auth_prefix, row.headers)
    return hashlib.sha256(msgspec.json.encode((where, who), order="deterministic")).hexdigest()[:32]


def _reached(row: ToolServerRow) -> ToolServerRow:
    """Return what of a row says how its server is reached."""
    return msgspec.structs.replace(row, tools={}, polls=(), retrieves=(), prices={})


class _Held:
    """One server and what is known of its tools."""

    def __init__(self, row: ToolServerRow, server: ToolServer) -> None:
        self.row = row
        self.place = place_of(row)
        self.server = server
        self.looked_ns: int | None = None
        """When the last look that succeeded began."""
        self.listing = b""
        """The definitions of the last look, as they came."""
        self.seen: dict[str, Seen] = {}
        self.faults: dict[str, str] = {}
        """Tools that are blocked whatever a person says, and why."""
        self.pins: dict[str, Pin] = {}
        self.looking = asyncio.Lock()
        self.offers_ns: int | None = None
        """When the last look at what is offered beside tools began that succeeded."""
        self.offers_seen: dict[str, Seen] = {}
        self.offers_faults: dict[str, str] = {}


class Servers:
    """Opens and closes servers as the snapshot has them, and looks at their definitions."""

    def __init__(self, opener: Opener, link: KeeperLink, clock: Clock) -> None:
        self._open = opener
        self._link = link
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._organisation = ""
        self._looks: set[asyncio.Task[None]] = set()

    def apply(self, snapshot: Snapshot) -> None:
        """Have the servers of a snapshot, and look at those that are new or another one than before."""
        self._organisation = snapshot.organisation
        before, self._held = self._held, {}
        for name, row in snapshot.tool_servers.items():
            old = before.get(name)
            if old is not None and old.row == row:
                self._held[name] = before.pop(name)
                continue
            same = old is not None and _reached(old.row) == _reached(row)  # calls under way go on there
            server = before.pop(name).server if same else self._open(row)
            held = self._held[name] = _Held(row, server)
            self._spawn(self._look_first(held))
            if offered(row):
                self._spawn(self._look_at_offers_first(held))
        for gone in before.values():
            self._spawn(gone.server.close())

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    async def _look_first(self, held: _Held) -> None:
        complained = False
        while self._held.get(held.row.name) is held and held.looked_ns is None:
            try:
                await self._look(held, self._clock.monotonic_ns())
            except (PodiumError, OSError) as error:
                if not complained:
                    logger.warning("the tools of %s cannot be looked at yet: %s", held.row.name, error)
                complained = True
                await asyncio.sleep(LOOK_AGAIN_S)
        if held.looked_ns is not None:
            for tool in sorted(set(_tools(held.row)) - set(held.seen)):
                logger.warning(
                    "%s has no tool %s, which its manifest lists: its calls are denied", held.row.name, tool
                )

    async def _look_at_offers_first(self, held: _Held) -> None:
        while self._held.get(held.row.name) is held and held.offers_ns is None:
            try:
                await self._look_at_offers(held, self._clock.monotonic_ns())
            except (PodiumError, OSError) as error:
                logger.warning("what %s offers beside tools cannot be looked at: %s", held.row.name, error)
                await asyncio.sleep(LOOK_AGAIN_S)

    def get(self, tool: ToolRow) -> ToolServer:
        """Return the server of a tool. Raises StateError where it is not in force any more."""
        held = self._held.get(tool.server)
        if held is None:
            raise StateError(f"The tool server {tool.server} is not in force any more.")
        return held.server

    def still(self, tool: ToolRow, place: str) -> None:
        """Raise Forbidden where another server has come in the place of the one that was looked at."""
        held = self._held.get(tool.server)
        if held is None or held.place != place:
            raise Forbidden(f"{tool.server} {MOVED}.", fix="Call again.", code="tool_server_changed")

    def address(self, tool: ToolRow) -> str:
        """Return where a tool's server is, for people."""
        held = self._held.get(tool.server)
        if held is None:
            return ""
        row = held.row
        return " ".join(row.command) or f"{row.scheme}://{row.host}:{row.port}{row.target.partition('?')[0]}"

    def definition(self, tool: ToolRow) -> dict[str, Any] | None:
        """Return the definition of a tool that holds, None where it was never seen."""
        held = self._held.get(tool.server)
        pin = held.pins.get(tool.name) if held is not None else None
        if pin is None:
            return None
        found: dict[str, Any] = msgspec.json.decode(pin.definition)
        if tool.writes:
            # That a call was made may be all that Podium can say of it, and clients refuse a success
            # without what this schema has.
            found.pop("outputSchema", None)
        found = _headerless(found)
        return _without(found, tool.confirm.key) if tool.confirm is not None else found

    async def check(self, tool: ToolRow, place: str = "") -> str:
        """Make sure that a tool is defined as it was approved; return at which server (`place_of`).

        ``place``: where it has to be still. Raises Blocked, or the server's error.
        """
        held = self._held.get(tool.server)
        if held is None:
            raise Blocked(f"the tool server {tool.server} is not in force any more")
        if place and held.place != place:
            raise Blocked(f"{tool.server} {MOVED}")
        now_ns = self._clock.monotonic_ns()
        if tool.kind != "tool":
            if held.offers_ns is None or now_ns - held.offers_ns > OLD_NS or self._why_not(held, tool):
                await self._look_at_offers(held, now_ns)
        elif tool.writes or held.looked_ns is None or now_ns - held.looked_ns > OLD_NS:
            await self._look(held, now_ns)
        elif self._why_not(held, tool) is not None:
            await self._look(held, now_ns)  # perhaps a person has approved it since
        why_not = self._why_not(held, tool)
        if why_not is not None:
            pin = held.pins.get(tool.name)
            raise Blocked(why_not, pin.case_id if pin is not None else None)
        return held.place

    @staticmethod
    def _why_not(held: _Held, tool: ToolRow) -> str | None:
        ours = tool.kind == "tool"
        faults, all_seen = (held.faults, held.seen) if ours else (held.offers_faults, held.offers_seen)
        if tool.name in faults:
            return faults[tool.name]
        seen, pin = all_seen.get(tool.name), held.pins.get(tool.name)
        if seen is None or pin is None:
            return f"its server has no {tool.kind} {tool.name}"
        if seen.sha256 != pin.sha256:
            return f"its definition has changed since it was approved (podium tool show {tool.id})"
        return None

    async def _look(self, held: _Held, since_ns: int) -> None:
        """Look at a server's definitions, unless one has begun since. Raises its error, or the keeper's."""
        async with held.looking:
            if held.looked_ns is not None and held.looked_ns >= since_ns:
                return
            began_ns = self._clock.monotonic_ns()
            definitions = await held.server.list_tools() if _tools(held.row) else []
            listing = msgspec.json.encode(definitions)
            if listing != held.listing:
                held.seen, held.faults = _take(held.row, definitions)
                held.listing = listing
            await self._have_pins(held, held.seen)
            held.looked_ns = began_ns

    async def _look_at_offers(self, held: _Held, since_ns: int) -> None:
        """Look at what a server says of its resources and prompts, likewise."""
        async with held.looking:
            if held.offers_ns is not None and held.offers_ns >= since_ns:
                return
            began_ns = self._clock.monotonic_ns()
            held.offers_seen, held.offers_faults = await look_at(held.row, held.server)
            await self._have_pins(held, held.offers_seen)
            held.offers_ns = began_ns

    async def _have_pins(self, held: _Held, definitions: Mapping[str, Seen]) -> None:
        """Ask the keeper which definitions hold, where that is not known of some that were seen."""
        if not any(_unknown(held, seen) for seen in definitions.values()):
            return
        told = await self._link.ask(SeeTools(held.row.name, self._organisation, tuple(definitions.values())))
        if not isinstance(told, PinsAre):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        held.pins = {pin.tool: pin for pin in told.pins}

    async def close(self) -> None:
        """Close every server."""
        for task in self._looks:
            task.cancel()
        held, self._held = list(self._held.values()), {}
        for one in held:
            with contextlib.suppress(UpstreamError, OSError):
                await one.server.close()


def _tools(row: ToolServerRow) -> list[str]:
    """Return the names of what is called, not read."""
    return [one.name for one in row.tools.values() if one.kind == "tool"]


def _unknown(held: _Held, seen: Seen) -> bool:
    """Return whether the keeper must be asked about a definition."""
    pin = held.pins.get(seen.tool)
    return pin is None or pin.sha256 != seen.sha256 or pin.state != "approved"


def _take(row: ToolServerRow, definitions: list[dict[str, Any]]) -> tuple[dict[str, Seen], dict[str, str]]:
    """Return the definitions of the tools that a manifest names, and what is wrong with some of them."""
    seen: dict[str, Seen] = {}
    faults: dict[str, str] = {}
    looks: dict[str, str] = {skeleton(name): name for name in _tools(row)}
    for definition in definitions:
        name = definition["name"]
        twin = looks.get(skeleton(name))
        if name not in looks.values():
            if twin is not None:
                faults[twin] = f"its server has another tool that looks like it ({name!a})"
            continue
        if name in seen:
            faults[name] = "its server defines it twice"
        try:
            validate_server_result("tools/list", LATEST_MODERN_VERSION, {"tools": [definition], **LISTED})
        except ValidationError as error:
            where = error.errors(include_input=False, include_url=False)[0]["loc"][2:]
            faults[name] = f"its definition is not as MCP has it ({'.'.join(map(str, where))})"
            continue
        if find_invalid_x_mcp_header(definition.get("inputSchema")) is not None:
            faults[name] = f"its definition is not as MCP has it (inputSchema, {X_MCP_HEADER_KEY})"
            continue
        text = msgspec.json.encode(definition, order="deterministic")
        seen[name] = Seen(name, hashlib.sha256(text).hexdigest(), text.decode())
    return seen, faults


def _headerless(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a definition that asks for no headers: Podium sets them itself where the server is called."""
    schema = definition.get("inputSchema")
    if find_invalid_x_mcp_header(schema) is not None or not x_mcp_header_map(schema):
        return definition
    return {**definition, "inputSchema": _unmarked(schema)}


def _unmarked(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key != X_MCP_HEADER_KEY}
    if isinstance(properties := schema.get("properties"), dict):
        kept["properties"] = {name: _unmarked(one) for name, one in properties.items()}
    return kept


def _without(definition: Mapping[str, Any], argument: str) -> dict[str, Any]:
    """Return a definition without an argument that clients do not give."""
    schema = dict(definition.get("inputSchema") or {})
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(properties, dict):
        schema["properties"] = {name: value for name, value in properties.items() if name != argument}
    if isinstance(required, list):
        schema["required"] = [name for name in required if name != argument]
    return {**definition, "inputSchema": schema}
