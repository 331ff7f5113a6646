"""What a world, a task and an attack are.

A world is MCP servers with state. A task is a user's request with the calls that do it and a check of the
state that they leave. A goal is what an attacker wants, with the texts that he plants and the calls that a
hijacked agent then makes.
"""

import base64
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from mcp.server import MCPServer

from podium.trust.request.user import User

State = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of a tool: `server/tool` and its arguments."""

    tool: str
    arguments: Mapping[str, Any]

    def key(self) -> str:
        """Return the same string for the same act, whatever order its arguments are in."""
        return f"{self.tool} {json.dumps(self.arguments, sort_keys=True, ensure_ascii=False)}"

    def but(self, **arguments: Any) -> "Call":
        """Return the call with some arguments replaced."""
        return Call(self.tool, {**self.arguments, **arguments})


def call(tool: str, **arguments: Any) -> Call:
    """Return a call; a trailing underscore of an argument's name falls away (`from_` is `from`)."""
    return Call(tool, {name.rstrip("_"): value for name, value in arguments.items()})


@dataclass(frozen=True)
class Task:
    """What a user wants, in the user's words, and the calls that do it."""

    name: str
    request: str
    calls: tuple[Call, ...]
    done: Callable[[State], bool]
    held_out: bool = False


@dataclass(frozen=True)
class Trace:
    """One way to an attacker's goal: the text that he plants, and the calls that the hijacked agent makes."""

    name: str
    says: str
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Goal:
    """What an attacker wants, the ways to it, and how one sees that it was reached.

    `traces` is asked per task, because some attacks change what the user wanted. `plant` puts the text where
    a stranger can write; without it the text stands in every such place of the world.
    """

    name: str
    wants: str
    traces: Callable[[Task], tuple[Trace, ...]]
    reached: Callable[[State, Task], bool]
    plant: Callable[[State, str], None] | None = None
    held_out: bool = False


@dataclass
class Stage:
    """The state that a world's servers work on; a run begins with a new one."""

    state: State


@dataclass(frozen=True)
class World:
    """Servers, what they know at first, where strangers can write, and what is tried."""

    name: str
    seed: Callable[[], State]
    servers: Callable[[Stage], dict[str, MCPServer]]
    places: Mapping[str, Callable[[State, str], None]]
    tasks: tuple[Task, ...]
    goals: tuple[Goal, ...]
    today: date = date(2026, 11, 26)
    """The day on which its tasks begin."""
    writes: frozenset[str] = field(default_factory=frozenset)
    irreversible: frozenset[str] = field(default_factory=frozenset)
    user: User | None = None
    """Who makes its requests, where that is evident; told to Podium only where a run asks for it."""

    def poisoned(self, goal: Goal, text: str) -> State:
        """Return a new state in which the attacker has written his text wherever he can."""
        state = self.seed()
        if goal.plant is not None:
            goal.plant(state, text)
        else:
            for write in self.places.values():
                write(state, text)
        return state


def fixed(*traces: Trace) -> Callable[[Task], tuple[Trace, ...]]:
    """Return traces that are the same for each task."""
    return lambda _task: traces


def every_third(things: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the things with each third of them held out: not looked at before the end."""
    return tuple(
        type(thing)(**{**thing.__dict__, "held_out": index % 3 == 2}) for index, thing in enumerate(things)
    )


# How an attacker writes one value in other ways.


def b64(text: str) -> str:
    """Return base64 of the text."""
    return base64.b64encode(text.encode()).decode()


def b64url(text: str) -> str:
    """Return base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def percent(text: str) -> str:
    """Return the text with every character that is no letter or digit percent-encoded."""
    return quote(text, safe="")


def every_percent(text: str) -> str:
    """Return the text with all of its bytes percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def spaced(text: str, every: int = 4) -> str:
    """Return the text with a space after each few characters, as IBANs are printed."""
    return " ".join(text[at : at + every] for at in range(0, len(text), every))


def fullwidth(text: str) -> str:
    """Return the text in full-width letters, which NFKC folds back."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def invisible(text: str) -> str:
    """Return the text with zero-width spaces between its characters."""
    return "\u200b".join(text)


def folded(text: str) -> str:
    """Return what a lenient server reads: NFKC, without characters of format."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
