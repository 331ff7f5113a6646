"""What scenarios ask of every client's SDK, and what they are told: the matrix's own small language."""

from dataclasses import dataclass, field
from typing import Any, Protocol

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
"""A picture of one pixel, PNG in base64."""
PAPER = "JVBERi0xLjQKMSAwIG9iago8PC9UeXBlL0NhdGFsb2c+PgplbmRvYmoKdHJhaWxlcjw8L1Jvb3QgMSAwIFI+PgolJUVPRg=="
"""An empty PDF in base64."""


@dataclass(frozen=True)
class Call:
    """A tool that the model asks for."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """One turn before the last: an answer that was given, or results of its calls."""

    answer: "Said | None" = None
    results: tuple[tuple[str, str, str], ...] = ()
    """Id and name of the call, and what the tool gave."""
    text: str = ""
    """Of the user's."""


@dataclass(frozen=True)
class Asked:
    """A request in a test's words."""

    text: str = "Hello there"
    system: str | None = None
    before: tuple[Turn, ...] = ()
    only_before: bool = False
    """The last turn is in ``before`` (results of tools)."""
    image: str | None = None
    paper: str | None = None
    tools: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Name -> JSON Schema of the arguments."""
    force: bool = False
    """A tool must be called."""
    schema: dict[str, Any] | None = None
    limit: int = 64
    stop: str | None = None
    thinking: bool = False
    cached: bool = False
    """The system text bears a marker of caching, where the format has one."""
    stream: bool = False


@dataclass
class Said:
    """An answer as the SDK gave it."""

    text: str = ""
    thoughts: str = ""
    signatures: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    finish: str | None = None
    """``stop``, ``length``, ``tool_calls`` or whatever the SDK said."""
    input_tokens: int = -1
    output_tokens: int = -1
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    nano_usd: int | None = None
    """The cost in the answer itself."""
    raw: Any = None
    """The SDK's own answer, to be sent back as it is."""


class Client(Protocol):
    """One SDK."""

    name: str
    errors: dict[int, type[Exception]]
    """The SDK's own exception of each status."""

    def __init__(self, url: str, key: str) -> None: ...

    async def ask(self, route: str, asked: Asked) -> Said:
        """Send a request and return what was said."""
        ...

    async def close(self) -> None: ...
