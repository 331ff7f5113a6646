"""The part of the keeper's language about tools: definitions seen, approvals asked for, decoys touched.

The tool gateway alone asks these; a gateway on another machine may not.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, Protocol, get_args

import msgspec

from podium.ports.steps import GetTaskKey
from podium.ports.tasks import GetRequest
from podium.ports.undos import UndoQuestion
from podium.trust.cases import Case
from podium.trust.tools import Kind

PinState = Literal["approved", "pending", "rejected"]


LISTS: Final[dict[Kind, tuple[tuple[str, str, str], ...]]] = {
    "resource": (
        ("resources/list", "resources", "uri"),
        ("resources/templates/list", "resourceTemplates", "uriTemplate"),
    ),
    "prompt": (("prompts/list", "prompts", "name"),),
}
"""The methods by which a kind is listed: where the list stands, and by what its entries are known."""


class Seen(msgspec.Struct, frozen=True):
    """One tool as its server defines it: canonical JSON, and its SHA-256 (hexadecimal)."""

    tool: str
    sha256: str
    definition: str


class Pin(msgspec.Struct, frozen=True):
    """What is known of a tool's definition. ``state`` is that of the definition that was seen last."""

    server: str
    tool: str
    sha256: str
    """Of the definition that holds."""
    definition: str
    state: PinState = "approved"
    case_id: str | None = None
    """The case that asks about the one that was seen last."""


class SeeTools(msgspec.Struct, frozen=True, tag="see_tools"):
    """These are a server's definitions now. The first one of a tool holds; another one waits for a person."""

    server: str
    department: str
    """Whose case it is."""
    seen: tuple[Seen, ...]


class PinsAre(msgspec.Struct, frozen=True, tag="pins_are"):
    """To SeeTools: all that is known of the server's tools."""

    pins: tuple[Pin, ...]


class AskPerson(msgspec.Struct, frozen=True, tag="ask_person"):
    """A call waits for a person. While a case of its kind and key is open, that one is returned.

    ``once``: also when it is open no more.
    """

    case: Case
    expires_after_ns: int | None
    once: bool = False


class GetCase(msgspec.Struct, frozen=True, tag="get_case"):
    """Ask how a case stands."""

    case_id: str


class TouchedDecoy(msgspec.Struct, frozen=True, tag="touched_decoy"):
    """A task has touched what no honest task needs: it is paused at once, and a person is told."""

    task_id: str
    """The root of its delegation: all below it is paused too."""
    case: Case


class WhichLive(msgspec.Struct, frozen=True, tag="which_live"):
    """Ask which of these tasks have not ended."""

    task_ids: tuple[str, ...]


class LivingAre(msgspec.Struct, frozen=True, tag="living_are"):
    """To WhichLive."""

    task_ids: tuple[str, ...]


ToolQuestion = (
    SeeTools | AskPerson | GetCase | TouchedDecoy | WhichLive | GetRequest | GetTaskKey | UndoQuestion
)
TOOL_QUESTIONS: tuple[type, ...] = get_args(ToolQuestion)


class Notice(msgspec.Struct, frozen=True):
    """What a server says while a call is under way: how far that is, or a line of its log."""

    progress: float = 0.0
    total: float | None = None
    message: str | None = None
    level: str | None = None
    """Of a line of its log; None: it is progress."""
    logger: str | None = None
    data: Any = None


class Listening(msgspec.Struct, frozen=True):
    """What of it is asked for. ``heard`` takes it at once, waits for nothing and raises nothing."""

    progress: bool
    level: str | None
    """The least level of its log; None: nothing of that."""
    heard: Callable[[Notice], None]


class ToolServer(Protocol):
    """A tool server, with Podium's own credential at it (see adapters.toolservers).

    Raises the errors of `kernel.errors.UpstreamError`, which say whether anything was sent.
    """

    async def list_tools(self) -> list[dict[str, Any]]:
        """Return the definitions of all its tools, as they came."""
        ...

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_sent: Callable[[], None] | None = None,
        listening: Listening | None = None,
    ) -> dict[str, Any]:
        """Return the result of a call, as it came: ``content``, ``structuredContent``, ``isError``.

        ``on_sent`` is called just before the call's first byte goes out, and where a session begins anew once
        more; where it raises, nothing goes out. ``listening`` hears what the server says of this call before
        its result, and of no other one.
        """
        ...

    async def list_offers(self, method: str, member: str) -> list[dict[str, Any]]:
        """Return what it lists beside tools, as it came; nothing where it does not know the method."""
        ...

    async def fetch(
        self, method: str, params: Mapping[str, Any], on_sent: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Return what it says to a question that changes nothing, as `call_tool` does."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...
