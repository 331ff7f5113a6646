"""The tools that OpenAI runs within a response and bills by their uses: what is asked for, and what ran.

What OpenAI bills besides tokens (https://developers.openai.com/api/docs/pricing, "Built-in tools"):

- ``web_search``: each call. The guide of the tool says that an action ``search`` is one; ``open_page`` and
  ``find_in_page`` are none. What was found is input, which ``usage`` counts.
- ``web_search_preview``: the same at prices of its own, which the list of prices does not have.
- ``file_search``: each call.
- ``code_interpreter``: each container. With ``container: {"type": "auto"}`` one is made for every request
  that has none yet, whether code runs in it or not (OpenAI's forum, thread 1364328); its price is that of
  1 GB, so a larger ``memory_limit`` is unpriced. A container by its id was billed when it was made, and is
  charged again here where code ran in it: its session may have to be renewed, and no answer tells that.

``max_tool_calls`` bounds the calls of all of them together (API reference, ``POST /responses``). No answer
has a count; its items of output are counted.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from podium.kernel.call import ServerTool, Usage
from podium.wire.openai_fields import UNREADABLE, first_byte

WEB_SEARCH: Final = "web_search"
WEB_SEARCH_PREVIEW: Final = "web_search_preview"
FILE_SEARCH: Final = "file_search"
CODE_INTERPRETER: Final = "code_interpreter"
SPOOR: Final = re.compile(rb'"(?:web_search|file_search|code_interpreter)_call"')
"""What stands in every answer that such a tool ran for."""
_DATED: Final = re.compile(r"_\d{4}_\d{2}_\d{2}$")
_COUNTED: Final = frozenset({WEB_SEARCH, WEB_SEARCH_PREVIEW, FILE_SEARCH, CODE_INTERPRETER})
_FREE_ACTIONS: Final = frozenset({"open_page", "find_in_page", "find"})
_USUAL_MEMORY: Final = frozenset({None, "1g"})
_NULL: Final = msgspec.Raw(b"null")
_OBJECT: Final = ord("{")


class AskedTool(msgspec.Struct, frozen=True):
    """A tool of a request."""

    type: str = ""
    container: msgspec.Raw = _NULL


class _Container(msgspec.Struct, frozen=True):
    memory_limit: str | None = None


class _Action(msgspec.Struct, frozen=True):
    type: str = ""


class RanItem(msgspec.Struct, frozen=True):
    """An item of output, as far as it tells whether a tool ran."""

    type: str = ""
    action: _Action | None = None
    container_id: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    output: list[RanItem] | None = None
    tools: list[AskedTool] | None = None


_container_decoder = msgspec.json.Decoder(_Container)
_answer_decoder = msgspec.json.Decoder(_Answer)
_item_decoder = msgspec.json.Decoder(RanItem)


def server_tool(tool: AskedTool, index: int, most_calls: int | None) -> ServerTool | None:
    """Return a tool of a request as one whose uses are counted; None where nothing counts what it costs."""
    kind = _DATED.sub("", tool.type)
    if kind not in _COUNTED:
        return None
    counted = ServerTool(kind, f"tools[{index}].type", most_calls, bound_field="max_tool_calls")
    if kind != CODE_INTERPRETER or first_byte(tool.container) != _OBJECT:
        return counted
    try:
        memory = _container_decoder.decode(tool.container).memory_limit
    except UNREADABLE:
        return None
    return msgspec.structs.replace(counted, least_uses=1) if memory in _USUAL_MEMORY else None


def read_item(raw: msgspec.Raw) -> RanItem:
    """Return an item of a stream's; one that cannot be read is none that ran."""
    try:
        return _item_decoder.decode(raw)
    except UNREADABLE:
        return RanItem()


def with_uses(
    usage: Usage | None, response: bytes | msgspec.Raw, seen: Sequence[RanItem] = ()
) -> Usage | None:
    """Return a usage with the tools that ran for a response; ``seen``: items that its stream told before.

    None where it cannot be told what ran, so that neither can the cost.
    """
    if usage is None or (not seen and SPOOR.search(response) is None):
        return usage
    try:
        answer = _answer_decoder.decode(response)
    except UNREADABLE:
        return None
    asked = {_DATED.sub("", tool.type) for tool in answer.tools or ()}
    preview = WEB_SEARCH_PREVIEW in asked and WEB_SEARCH not in asked
    uses = _count(answer.output or (), preview=preview)
    for kind, count in _count(seen, preview=preview).items():
        uses[kind] = max(count, uses.get(kind, 0))  # told twice, counted once
    return msgspec.structs.replace(usage, tool_uses=tuple(sorted(uses.items())))


def _count(items: Sequence[RanItem], *, preview: bool) -> dict[str, int]:
    uses: dict[str, int] = {}
    containers: set[str | None] = set()
    for item in items:
        if item.type == "web_search_call":
            if item.action is None or item.action.type not in _FREE_ACTIONS:
                kind = WEB_SEARCH_PREVIEW if preview else WEB_SEARCH
                uses[kind] = uses.get(kind, 0) + 1
        elif item.type == "file_search_call":
            uses[FILE_SEARCH] = uses.get(FILE_SEARCH, 0) + 1
        elif item.type == "code_interpreter_call":
            containers.add(item.container_id)
    if containers:
        uses[CODE_INTERPRETER] = len(containers)
    return uses
