"""Resources and prompts as MCP clients ask for them: what was granted is listed, and read as by a tool.

A URI is taken apart by the templates of what was granted, and made anew of what stood in it: what goes out is
the URI that was decided on, in one spelling. What fits none is refused as what does not exist.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import mcp_types as types
from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from podium.kernel.errors import InvalidRequest, PodiumError
from podium.tools.identity import ToolCaller
from podium.tools.noting import Trace
from podium.tools.path import Gate
from podium.tools.refusing import GET, READ
from podium.tools.replaying import DECISION, read_named
from podium.tools.servers import LISTED
from podium.trust.values.uris import matched

REFUSED: Final = -32003
"""The code of an error by which a read is refused or waits for a person; of the band that is nobody's."""
_OLD_NOT_FOUND: Final = -32002

Context = ServerRequestContext[Any, Any]


class Offering:
    """Answers what clients ask beside tools. ``caller`` and ``trace``: whose request it is, and its place."""

    def __init__(
        self, gate: Gate, caller: Callable[[Context], ToolCaller], trace: Callable[[Context], Trace]
    ) -> None:
        self._gate, self._caller, self._trace = gate, caller, trace

    def add_to(self, server: Server[Any]) -> None:
        """Have a server answer by this."""
        pages = types.PaginatedRequestParams
        server.add_request_handler("resources/list", pages, self._resources)
        server.add_request_handler("resources/templates/list", pages, self._templates)
        server.add_request_handler("resources/read", types.ReadResourceRequestParams, self._read)
        server.add_request_handler("prompts/list", pages, self._prompts)
        server.add_request_handler("prompts/get", types.GetPromptRequestParams, self._get)

    async def _resources(self, context: Context, _params: Any) -> dict[str, Any]:
        found = await self._gate.offers(self._caller(context), "resource")
        return LISTED | {"resources": [one for one in found if "uri" in one]}

    async def _templates(self, context: Context, _params: Any) -> dict[str, Any]:
        found = await self._gate.offers(self._caller(context), "resource")
        return LISTED | {"resourceTemplates": [one for one in found if "uriTemplate" in one]}

    async def _read(self, context: Context, params: types.ReadResourceRequestParams) -> dict[str, Any]:
        caller, trace, uri = self._caller(context), self._trace(context), str(params.uri)
        try:
            name, values = _found(caller, uri)
        except InvalidRequest as error:
            self._gate.note_error(caller, READ, trace, error)
            raise _refused(error, {"uri": uri}) from error
        result = await self._got(context, name, values, {"uri": uri})
        return LISTED | result

    async def _prompts(self, context: Context, _params: Any) -> dict[str, Any]:
        return LISTED | {"prompts": await self._gate.offers(self._caller(context), "prompt")}

    async def _get(self, context: Context, params: types.GetPromptRequestParams) -> dict[str, Any]:
        caller, arguments = self._caller(context), dict(params.arguments or {})
        found = {
            name: it.tool
            for name, it in caller.offered.items()
            if it.tool.kind == "prompt" and it.tool.client_name == params.name
        }
        name, tool = next(iter(found.items())) if len(found) == 1 else (GET, None)
        if tool is not None and not arguments.keys() <= tool.arguments.keys():
            listed = ", ".join(tool.arguments) or "none"
            fix = f"List it under `prompts` of ToolServer {tool.server}."
            error = InvalidRequest(
                f"It has an argument that its manifest does not list, which has {listed}.", fix=fix
            )
            self._gate.note_error(caller.reading(), name, self._trace(context), error)
            raise _refused(error, {"name": params.name})
        result = await self._got(context, name, arguments, {"name": params.name})
        return {**result, "resultType": "complete"}

    async def _got(
        self,
        context: Context,
        name: str,
        arguments: Mapping[str, Any],
        asked: Mapping[str, str],
    ) -> dict[str, Any]:
        """Return what was read. Raises MCPError where it was not, or its server says that there is none."""
        reader, trace = self._caller(context).reading(), self._trace(context)
        try:
            try:
                named = read_named(context.meta)
            except InvalidRequest as error:
                self._gate.note_error(reader, name, trace, error)
                raise
            result = await self._gate.call(reader, name, arguments, trace, named)
        except PodiumError as error:
            raise _refused(error, asked) from error
        if not result.get("isError"):
            return result
        words = "\n".join(part["text"] for part in result.get("content") or () if "text" in part)
        decision = (result.get("_meta") or {}).get(DECISION)
        if decision is None:
            raise MCPError(types.INVALID_PARAMS, words)  # its server's own words, which count as read
        code = REFUSED if name in reader.granted else _not_found(context, name)
        raise MCPError(code, words, {DECISION: decision, **asked})


def _found(caller: ToolCaller, uri: str) -> tuple[str, dict[str, str]]:
    """Return what a URI is one of, and the values in it. Raises InvalidRequest where it could be several."""
    found = [
        (name, values)
        for name, it in caller.offered.items()
        if it.tool.kind == "resource" and (values := matched(it.tool.uri, uri)) is not None
    ]
    whole = [it for it in found if not it[1]]
    found = whole if len(whole) == 1 else found
    if len(found) > 1:
        names = ", ".join(name.partition(":")[2] for name, _ in found)
        raise InvalidRequest(
            f"This URI is one of {names}: nobody can say which is meant.", fix="Grant one of them."
        )
    return found[0] if found else (READ, {"uri": uri})


def _not_found(context: Context, name: str) -> int:
    older = name == READ and context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS
    return _OLD_NOT_FOUND if older else types.INVALID_PARAMS


def _refused(error: PodiumError, asked: Mapping[str, str]) -> MCPError:
    decision = {"verdict": "deny", "rule": error.error_code, "reason": str(error), "approval_id": None}
    text = f"Podium refused this ({error.error_code}): {error}"
    return MCPError(REFUSED, text, {DECISION: decision, **asked})
