"""The draft of a policy: of each tool what it does, what its arguments decide, what it returns.

A guess that could let through more than is meant is the strict one, and says what a person has to look at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from podium.manifest.drafting.effects import Act, act_of, intents_of, prefix_of
from podium.manifest.drafting.offered import DraftOffer, offers_of
from podium.manifest.drafting.results import SECRET, Thing, secrets_of, thing_of
from podium.manifest.drafting.schemas import (
    KEYS,
    Form,
    Rows,
    fields_of,
    form_of,
    like_a_key,
    rows_of,
    sayable,
    words_of,
)
from podium.manifest.drafting.sinks import Argument, sinks_of
from podium.manifest.fields import _TOOL_NAME
from podium.trust.english.words import singular
from podium.trust.tools import MAX_CLIENT_NAME, Confidentiality, client_name, skeleton

MOST_CHARS: Final = 160
"""Of what a server says of a tool, that are repeated."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that a person has to look at."""

    kind: str
    """`effect`, `arguments`, `readers`, `objects` or `results`."""
    tool: str
    why: str


@dataclass(frozen=True, slots=True)
class DraftTool:
    """What is guessed of one tool."""

    name: str
    says: str
    """What its server says of it, on one line."""
    act: Act
    intents: tuple[str, ...]
    arguments: tuple[Argument, ...]
    unsayable: tuple[str, ...]
    """Arguments that no manifest can name, or that hold what nobody knows."""
    things: tuple[Thing, ...]
    secrets: tuple[str, ...]
    confidentiality: Confidentiality = "private"
    plain: bool = False
    """Its result holds no more than an identifier and a state."""
    form: Form = "unknown"
    """What its result is."""

    @property
    def unknown(self) -> str:
        """What is to be said of its objects, of a read of which no schema tells any; else empty."""
        return UNKNOWN_RESULT[self.form] if self.act.effect == "read" and not self.things else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A server's tools, and those that no policy can name, each with the reason."""

    server: str
    tools: tuple[DraftTool, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    offers: tuple[DraftOffer, ...] = ()


def draft_of(
    server: str,
    definitions: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Draft:
    """Return the draft of a server's tools. ``definitions``: as MCP's `tools/list` gives them.

    ``answers``: what else it lists, by the members in which MCP has that (`offered.LISTS`).
    """
    tools: list[DraftTool] = []
    left_out: list[tuple[str, str]] = []
    looks: dict[str, str] = {}
    listed = _listed(definitions)
    prefix = prefix_of([str(definition.get("name")) for definition in definitions])
    lists = _lists(definitions, prefix)
    for definition in definitions:
        name = definition.get("name")
        why_not = _why_not(server, name, looks)
        if why_not:
            left_out.append((line_of(str(name)) or "one without a name", why_not))
            continue
        looks[skeleton(client_name(server, str(name)))] = str(name)
        returned = frozenset(word for other, words in lists.items() if other != name for word in words)
        tools.append(_tool(str(name), definition, listed, prefix, returned))
    offers, unsaid = offers_of(server, answers or {}, [one.name for one in tools])
    left_out += [(line_of(name), why) for name, why in unsaid]
    return Draft(server, tuple(tools), tuple(left_out), offers)


def _why_not(server: str, name: Any, looks: Mapping[str, str]) -> str:
    """Return why no policy can name a tool, empty where one can."""
    if not isinstance(name, str) or not _TOOL_NAME.fullmatch(name) or like_a_key(name):
        return "no manifest can say its name"
    if len(client_name(server, name)) > MAX_CLIENT_NAME:
        return f"with the server's its name has more than {MAX_CLIENT_NAME} characters: shorten that"
    twin = looks.get(skeleton(client_name(server, name)))
    if twin == name:
        return "the server lists it twice"
    return f"people could not tell it from {twin}" if twin else ""


def line_of(text: str) -> str:
    """Return a text of a server on one line, without what steers a terminal or an editor."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if like_a_key(plain):
        return "(withheld: it looks like a secret)"
    return plain if len(plain) <= MOST_CHARS else f"{plain[: MOST_CHARS - 1]}…"


def _listed(definitions: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return words for the things that a server's tools list with other fields: `room`, `berth`."""
    found = set()
    for definition in definitions:
        for rows in rows_of(definition.get("outputSchema")):
            words = words_of(rows.path)
            thing = thing_of(rows) if rows.listed and words and len(rows.fields) > 1 else None
            if thing is not None and thing.id not in {"name", "title", "email"}:
                found |= {"_".join([*words[:-1], singular(words[-1])]), singular(words[-1])}
    return frozenset(found)


def _lists(definitions: Sequence[Mapping[str, Any]], prefix: str) -> dict[str, set[str]]:
    """Return by lookup which things its name is of, in the singular: `hotel` of `get_hotels_in_city`."""
    return {
        name: {singular(word) for word in words_of(name) if singular(word) != word}
        for definition in definitions
        if isinstance(name := definition.get("name"), str)
        and act_of(definition, fields_of(definition.get("inputSchema"))[0], prefix).effect == "read"
    }


def _tool(
    name: str,
    definition: Mapping[str, Any],
    listed: frozenset[str],
    prefix: str,
    returned: frozenset[str],
) -> DraftTool:
    takes, unsayable = fields_of(definition.get("inputSchema"))
    act = act_of(definition, takes, prefix)
    arguments = sinks_of(act, takes, listed, returned)
    words = words_of(name)
    rows = rows_of(definition.get("outputSchema"), _value_of(words))
    decided = frozenset(one.sink for one in arguments)
    flags = [one.name.casefold() for one in takes if one.flag]
    says = definition.get("description")
    loose = tuple(one.path for one in takes if one.loose)
    return DraftTool(
        name,
        line_of(says) if isinstance(says, str) else "",
        act,
        intents_of(act, words, decided, flags) if act.effect != "read" else (),
        arguments,
        (*loose, *unsayable),
        _things(rows) if act.effect == "read" else (),
        secrets_of(rows),
        "secret" if SECRET & {singular(word) for word in words} or words[-1:] == ["env"] else "private",
        _only_tells(rows),
        form_of(definition.get("outputSchema")),
    )


def _value_of(words: Sequence[str]) -> str:
    """Return what a tool returns by names, as its own name says it: `price` of `get_hotel_prices`."""
    last = singular(words[-1]) if len(words) > 1 else ""
    return last if last not in {"", KEYS} and sayable(last) else "value"


def _things(rows: Sequence[Rows]) -> tuple[Thing, ...]:
    found = [thing for one in rows if (thing := thing_of(one)) is not None]
    return tuple({thing.at: thing for thing in found}.values())


def _only_tells(rows: Sequence[Rows]) -> bool:
    """Return whether a result has an identifier and a state, and nothing else."""
    fields = [one for each in rows for one in each.fields]
    plain = all(
        words_of(one.path)[-1:] in (["id"], ["status"], ["state"], ["ok"], ["success"]) for one in fields
    )
    return bool(fields) and plain


def checks_of(tool: DraftTool) -> Iterator[Check]:
    """Yield what a person has to look at in the draft of a tool."""
    if tool.act.check:
        yield Check("effect", tool.name, tool.act.check)
    for one in tool.arguments:
        if one.check:
            kind = "readers" if one.readers else "arguments"
            yield Check(kind, tool.name, f"`{one.field.path}`: {one.check}")
    for name in tool.unsayable:
        yield Check("arguments", tool.name, f"`{line_of(name)}`: {UNSAYABLE}")
    if tool.act.effect == "read":
        yield Check("results", tool.name, "who may have written what it returns, and who may read it")
        if tool.unknown:
            yield Check("objects", tool.name, tool.unknown)


UNKNOWN_RESULT: Final[dict[Form, str]] = {
    "unknown": "its schema does not say what it returns: write the `object` that requests may name",
    "object": "no identifier in it is known: write the `object` that requests may name, and in which `list`",
    "list": "a list, no identifier in it is known: write the `object` that requests may name, without `list`",
    "text": "a text: if it is JSON write the `object` that requests may name, else it holds none",
    "values": "",
}
"""Of the result of a read, by its form."""
UNSAYABLE: Final = "not listed here: each value in it is a `value`"
