"""A draft as YAML, with a remark beside each decision that a person has to take."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from podium.manifest.drafting.draft import UNSAYABLE, Draft, DraftTool, line_of
from podium.manifest.drafting.offered import DraftOffer, of_kind
from podium.manifest.drafting.results import Thing
from podium.manifest.drafting.schemas import like_a_key, words_of
from podium.manifest.drafting.sinks import Argument
from podium.trust.english.lexicon import word_set
from podium.trust.tools import Kind
from podium.trust.values.folders import is_rooted

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[-./][A-Za-z0-9_]+)*")
_WORDS_OF_YAML: Final = word_set("true false yes no on off y n null")
MOST_LISTED: Final = 12
"""Values of an argument that a grant repeats."""
USES: Final = 10
"""Calls of an irreversible tool in one task."""
_DECIDING: Final = frozenset(("recipient", "payee", "url", "path", "value"))
_NOTHING: Final[tuple[Any, ...]] = (None, "", False, 0, [], {})
_OFFERED: Final[tuple[Kind, ...]] = ("resource", "prompt")
_HEAD: Final = (
    "# A draft by `podium tool draft`, by names and schemas alone: what is not sure is guessed strictly.",
    "# Look at each `# check:`, decide by the steps of docs/tools.md, and delete the remark.",
)
_WRITTEN: Final = "who can write this?"
_READ: Final = "who may read this?"
_OWN: Final = (
    "made by the server itself? Then take these `#` away; until then a person is asked about each act"
)


@dataclass(frozen=True, slots=True)
class Place:
    """How the server is reached."""

    url: str | None = None
    command: Sequence[str] = ()
    env: Sequence[str] = ()
    """Names of variables that the command gets."""
    credential_env: str | None = None
    auth_header: str | None = None
    network: str | None = None
    guessed: bool = False
    """Nobody has said where it is."""


@dataclass(frozen=True, slots=True)
class Wielder:
    """The agent that is to use the tools."""

    name: str
    department: str
    routes: Sequence[str]


def manifest_of(draft: Draft, place: Place, wielder: Wielder | None = None) -> str:
    """Return the draft as manifests: a ToolServer and, for a wielder, its Agent; else that as a remark."""
    lines = [
        *_HEAD,
        "apiVersion: podium/v1",
        "kind: ToolServer",
        f"metadata: {{name: {_word(draft.server)}}}",
    ]
    lines += ["spec:", *(f"  {line}" for line in _place(place))]
    lines.append("  tools:" if draft.tools else "  tools: {}")
    folders = folders_of(place.command)
    for tool in draft.tools:
        lines += (f"    {line}" for line in _tool(tool, folders))
    lines += (f"    # {name}: left out, {why}" for name, why in draft.left_out)
    for kind in _OFFERED:
        offered = list(of_kind(draft.offers, kind))
        lines += [f"  {kind}s:"] if offered else []
        lines += (f"    {line}" for one in offered for line in _offer(one))
    lines += _agent(draft, wielder, folders)
    return "\n".join(lines) + "\n"


def folders_of(command: Sequence[str]) -> tuple[str, ...]:
    """Return the folders in which a program works, as its command says them: `/srv/files`."""
    found, option = [], ""
    for word in command[1:]:
        named, _, value = word.partition("=") if word.startswith("-") else ("", "", word)
        option = named or option
        told = not option or bool(set(words_of(option)) & _FOLDERS)
        if told and is_rooted(value) and not _FILE.search(value):
            found.append(value)
        option = named if named and not value else ""
    return tuple(dict.fromkeys(found))


_FOLDERS: Final = word_set(
    "allow allowed base dir dirs directories directory folder folders repo repository root roots vault "
    "workspace"
)
"""Words of options behind which a folder stands."""
_FILE: Final = re.compile(r"\.[A-Za-z0-9]{1,8}$|.:.*:|^/.*:")
"""A program or a database, or a folder of a container beside its own name."""


def _place(place: Place) -> Iterator[str]:
    if place.command:
        yield f"command: [{', '.join(map(_word, place.command))}]"
        if place.env:
            yield "env:"
            yield from (f"  {name}: {{env: {name}}}" for name in place.env)
        return
    yield f"url: {_word(place.url or '')}" + (" # check: its address" if place.guessed else "")
    if place.credential_env:
        yield f"credential: {{env: {place.credential_env}}}"
    if place.auth_header:
        yield f"authHeader: {_word(place.auth_header)}"
    if place.network:
        yield f"network: {place.network}"


def _offer(one: DraftOffer) -> Iterator[str]:
    if one.says:
        yield f"# its server says: {line_of(one.says)}"
    yield f"{_word(one.name)}:"
    if one.kind == "resource":
        yield f"  uri: {_quoted(one.at)}"
    elif one.at != one.name:
        yield f"  name: {_quoted(one.at)}"
    if one.arguments:
        yield f"  arguments: {{{', '.join(f'{_word(it)}: {{sink: query}}' for it in one.arguments)}}}"
    yield f"  returns: {{integrity: public, confidentiality: private}}{_check(f'{_WRITTEN} {_READ}')}"


def _tool(tool: DraftTool, folders: Sequence[str]) -> Iterator[str]:
    if tool.says:
        yield f"# its server says: {tool.says}"
    yield f"{_word(tool.name)}:"
    yield f"  effect: {tool.act.effect}{_check(tool.act.check)}"
    if tool.act.effect != "read":
        yield f"  intents: [{', '.join(map(_word, tool.intents))}]{_check('' if tool.intents else _NO_WORDS)}"
    if tool.arguments:
        yield "  arguments:"
        within = folders if tool.act.effect != "read" else ()
        yield from (f"    {_argument(one, within)}" for one in tool.arguments)
    yield from (f"  # check: `{line_of(name)}` is {UNSAYABLE}" for name in tool.unsayable)
    yield from (f"  {line}" for line in _returns(tool))


_NO_WORDS: Final = "by which words do people ask for it? Until then no request opens it"


def _argument(one: Argument, folders: Sequence[str]) -> str:
    parts = [f"sink: {one.sink}"]
    parts += ["many: true"] if one.many else []
    parts += [f"readers: {one.readers}"] if one.readers else []
    if (
        folders
        and one.sink == "path"
        and set(words_of(one.field.name)) & _ON_DISK
        and not _is_repository(one)
    ):
        parts.append(f"under: [{', '.join(map(_word, folders))}]")
    return f"{_word(one.field.path)}: {{{', '.join(parts)}}}{_check(one.check)}"


_ON_DISK: Final = word_set(
    "path paths file files filename filenames filepath folder folders directory directories dir source "
    "destination target"
)
"""Words of arguments that say where among files."""


def _is_repository(one: Argument) -> bool:
    """Return whether an argument says the whole repository that a program works in: each call has it."""
    return bool(set(words_of(one.field.name)) & {"repo", "repository"})


def _returns(tool: DraftTool) -> Iterator[str]:
    yield "returns:"
    if tool.act.effect != "read":
        why = "`organisation`, " + (
            "as it is an identifier and a state" if tool.plain else "if no stranger writes in it"
        )
        yield f"  integrity: public{_check(why)}"
    else:
        yield f"  integrity: public{_check(_WRITTEN)}"
    yield f"  confidentiality: {tool.confidentiality}" + (_check(_READ) if tool.act.effect == "read" else "")
    if tool.things:
        first, *also = tool.things
        yield f"  object: {_thing(first)}{_addresses(first)}"
        if also:
            yield "  also:"
            yield from (f"    - {_thing(one)}{_addresses(one)}" for one in also)
    elif tool.unknown:
        yield f"  # check: {tool.unknown}"
    own = list(dict.fromkeys(path for thing in tool.things for path in thing.trusted))
    secret = [] if tool.confidentiality == "secret" else tool.secrets
    mark = "" if secret else "# "
    if secret or own:
        yield f"  {mark}fields:{_check(_OWN if own else '')}"
    yield from (f"    {_word(path)}: {{confidentiality: secret}}" for path in secret)
    yield from (
        f"  # {'' if not secret else '  '}  {_word(path)}: {{integrity: organisation}}"
        for path in own
        if path not in secret
    )


def _thing(thing: Thing) -> str:
    parts = [f"list: {_word(thing.at)}"] if thing.at else []
    parts += [f"keys: {_word(thing.keys)}"] if thing.keys else []
    parts += [f"values: {_word(thing.values)}"] if thing.values else []
    parts += [f"id: {_word(thing.id)}", f"names: [{', '.join(map(_word, thing.names))}]"]
    if thing.structured:
        parts.append(f"structured: [{', '.join(map(_word, thing.structured))}]")
    return f"{{{', '.join(parts)}}}"


def _addresses(thing: Thing) -> str:
    if not thing.addresses:
        return ""
    named = ", ".join(thing.addresses)
    return _check(f"{named} into `structured`, if whoever is named by a request may be reached there")


def _agent(draft: Draft, wielder: Wielder | None, folders: Sequence[str]) -> Iterator[str]:
    if wielder is not None:
        yield from (
            "---",
            "apiVersion: podium/v1",
            "kind: Agent",
            f"metadata: {{name: {_word(wielder.name)}}}",
        )
        yield "spec:"
        yield f"  department: {_word(wielder.department)}"
        yield f"  routes: [{', '.join(map(_word, wielder.routes))}]"
    else:
        yield "# For the `spec` of each Agent that is to use them, without those that it does not need:"
    mark = "" if wielder is not None else "# "
    if draft.tools:
        yield f"{mark}  tools:"
    for tool in draft.tools:
        yield f"{mark}    {_word(f'{draft.server}/{tool.name}')}: {_grant(tool, folders)}"
    for kind in _OFFERED:
        granted = [_word(f"{draft.server}/{one.name}") for one in of_kind(draft.offers, kind)]
        if granted:
            yield f"{mark}  {kind}s:"
        yield from (f"{mark}    {name}: {{}}" for name in granted)


def _grant(tool: DraftTool, folders: Sequence[str]) -> str:
    if tool.act.effect == "read":
        barred = ", ".join(f"{_word(name)}: false" for name in tool.act.barred)
        return f"{{arguments: {{properties: {{{barred}}}}}}}" if barred else "{}"
    parts = [f"uses: {USES}"] if tool.act.effect == "irreversible" else []
    limits, remarks = [], []
    for one in tool.arguments:
        if one.field.path == one.field.name and (pattern := _pattern(one)):
            limits.append(f"{_word(one.field.path)}: {pattern}")
            remarks.append(f"`{one.field.path}` as `enum`, where no choice hurts")
        if folders and one.sink == "path" and one.field.path == one.field.name and _is_repository(one):
            limits.append(f"{_word(one.field.path)}: {{enum: [{', '.join(map(_word, folders))}]}}")
        if one.sink == "amount" and one.field.path == one.field.name:
            remarks.append(f"a `maximum` of `{one.field.path}`")
    said = [
        one.field.path
        for one in tool.arguments
        if one.sink in _DECIDING and one.field.path == one.field.name and one.field.default not in _NOTHING
    ]
    rules = [f"required: [{', '.join(map(_word, said))}]"] if said else []
    remarks += [f"`{name}` not `required`, if its default hurts nobody" for name in said]
    rules += [f"properties: {{{', '.join(limits)}}}"] if limits else []
    parts += [f"arguments: {{{', '.join(rules)}}}", "else: ask"] if rules else []
    return f"{{{', '.join(parts)}}}{_check('; '.join(remarks))}"


def _pattern(one: Argument) -> str:
    """Return the schema by which a call may say the values that an argument has, each said by a request."""
    values = one.field.values
    short = 1 < len(values) <= MOST_LISTED and all(isinstance(it, str) and it.isprintable() for it in values)
    if one.sink != "value" or not short or any(map(like_a_key, values)):
        return ""
    told = "|".join(re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", value) for value in values)
    pattern = f"{{pattern: {_quoted(f'^({told})$')}}}"
    return f"{{items: {pattern}}}" if one.many else pattern


def _check(why: str) -> str:
    return f" # check: {why}" if why else ""


def _word(text: str) -> str:
    """Return a text as YAML reads it back, in quotes where it would be anything else."""
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_YAML
    spaced = re.fullmatch(r"[a-z]+(?: [a-z]+)+", text)
    return text if plain or spaced else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
