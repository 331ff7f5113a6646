"""What an agent's grants lack, or have twice: lookups, lists of values, tools for the same words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import permutations
from typing import Any, Final

from podium.kernel.errors import Finding
from podium.manifest.load import Document
from podium.manifest.warn_definitions import Definitions, default_of, flags_of, values_of
from podium.manifest.warn_intents import warn_intents
from podium.manifest.warn_schemas import warn_schemas
from podium.trust.english.lexicon import word_set
from podium.trust.grants import default_values
from podium.trust.request.narrowing import narrow
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.tools import GUARDED, GrantRow, ToolRow
from podium.trust.values.forms import words

MOST_LISTED: Final = 12
"""Values of an argument that a person would list in a grant."""


def warn_grants(
    document: Document, grants: Sequence[GrantRow], rows: Mapping[str, ToolRow], definitions: Definitions
) -> Iterator[Finding]:
    """Yield what is hardly meant of what an agent is granted. ``rows``: all tools, by their ids."""
    known = [(grant, rows[grant.tool]) for grant in grants if grant.tool in rows]
    yield from _alike(document, [row for _, row in known if row.writes], rows)
    yield from _speechless(document, [row for _, row in known if row.writes])
    yield from warn_intents(document, [row for _, row in known if row.writes], rows)
    for grant, row in known:
        yield from _without_null(document, grant)
        yield from _misspelt(document, grant, row)
        yield from warn_schemas(document, grant)
        if row.writes:
            yield from _unlisted(document, grant, row, definitions.get(row.id) or {})
            yield from _unsaid(document, grant, row, definitions.get(row.id) or {})
            yield from _switched_off(document, grant, row, definitions.get(row.id) or {})
            yield from _hurtful(document, grant)
            yield from _acting(document, grant, row)
            yield from _ends(document, grant, row)
            yield from _everyday(document, grant, row)
            yield from _unshown(document, row, [it for _, it in known])


def _unlisted(
    document: Document, grant: GrantRow, row: ToolRow, definition: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield the arguments of few words that a grant neither lists nor limits."""
    granted = (json.loads(grant.schema) if grant.schema else {}).get("properties") or {}
    for path, argument in row.arguments.items():
        values = values_of(definition, path)
        said = path.split(".")[0].removesuffix("[]") in granted
        if argument.sink == "value" and 1 < len(values) <= MOST_LISTED and not said:
            listed = ", ".join(values)
            message = (
                f"`{path}` is one of {listed}, and the grant does not say so: requests are not read for them."
            )
            fix = f"Write `enum: [{listed}]` into the grant, or `pattern` where one of them would hurt."
            yield document.finding(("spec", "tools", row.id), message, fix)


def _unsaid(
    document: Document, grant: GrantRow, row: ToolRow, definition: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield the arguments that decide to whom, where or how, and have a value where a call has none."""
    required = (json.loads(grant.schema) if grant.schema else {}).get("required") or ()
    for path, argument in row.arguments.items():
        default = default_of(definition, path)
        if argument.sink in _DECIDING and default not in _NOTHING and path not in required:
            message = f"a call that leaves `{path}` out means {default!r}, and nobody looks at that."
            fix = f"Write `required: [{path}]` into the grant, if {default!r} may hurt."
            yield document.finding(("spec", "tools", row.id), message, fix)


def _switched_off(
    document: Document, grant: GrantRow, row: ToolRow, definition: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield the switches that hold something back, and that nobody lists: then `false` goes unsaid."""
    granted = (json.loads(grant.schema) if grant.schema else {}).get("properties") or {}
    for name in flags_of(definition):
        if name not in row.arguments and name not in granted and not _HOLDING.isdisjoint(words(name)):
            message = f"`{name}` is a switch that its manifest does not list: `false` goes unsaid."
            fix = f"List it as `{name}: {{sink: value}}`, with a `default` in the grant, if `false` may hurt."
            yield document.finding(("spec", "tools", row.id), message, fix)


_HOLDING: Final = word_set(
    "anonymous backup confidential draft dry encrypted hidden internal notify preview private protected "
    "readonly restricted sandbox secret simulate"
)
"""Words of a switch that is worse off than on."""
_DECIDING: Final = frozenset(("recipient", "payee", "url", "path", "value"))
_NOTHING: Final[tuple[Any, ...]] = (None, "", False, 0, [], {})


def _hurtful(document: Document, grant: GrantRow) -> Iterator[Finding]:
    """Yield the values of a list that are worse than others by their name: each goes unsaid."""
    granted = (json.loads(grant.schema) if grant.schema else {}).get("properties") or {}
    for path, said in granted.items():
        inner = said.get("items", said) if isinstance(said, dict) else None
        values = [str(one) for one in inner.get("enum") or ()] if isinstance(inner, dict) else []
        worse = [one for one in values if not _WORSE.isdisjoint(words(one))]
        if worse and len(values) > 1:
            message = f"`{path}` goes as `{worse[0]}` where the request says none of its values."
            fix = f'Write `pattern: "^({"|".join(map(re.escape, values))})$"`: then it has to be said.'
            yield document.finding(("spec", "tools", grant.tool), message, fix)
    for path, default in default_values(grant.schema).items() if grant.schema else ():
        if not _WORSE.isdisjoint(words(str(default.value))):
            given = default.value
            message = f"`{path}` goes as `{given}`, its default, where the request says no other value."
            fix = "Give a harmless value as `default`, or none: then it has to be said."
            yield document.finding(("spec", "tools", grant.tool), message, fix)


def _without_null(document: Document, grant: GrantRow) -> Iterator[Finding]:
    """Yield what forbids a spelling, and with it whatever is no text: a pattern is true of all of that."""
    schema = json.loads(grant.schema) if grant.schema else {}
    for path, said in (schema.get("properties") or {}).items():
        barred = said.get("not") if isinstance(said, dict) else None
        if not isinstance(barred, dict) or "pattern" not in barred or {"type", "const", "enum"} & {*barred}:
            continue
        if said.get("type") != "string" and path not in (schema.get("required") or ()):
            message = f"`{path}` must not be null either: a `pattern` under `not` forbids what is no text."
            fix = f"Write `type: string` beside it: `not: {{type: string, pattern: {barred['pattern']!r}}}`."
            yield document.finding(("spec", "tools", grant.tool), message, fix)


def _misspelt(document: Document, grant: GrantRow, row: ToolRow) -> Iterator[Finding]:
    """Yield the limits that limit nothing: of an argument that is near one of the tool's, or no keyword."""
    schema = json.loads(grant.schema) if grant.schema else {}
    listed = {path.split(".")[0].removesuffix("[]") for path in row.arguments}
    at = ("spec", "tools", grant.tool, "arguments")
    for where, name in [("properties", it) for it in schema.get("properties") or ()] + [
        ("required", it) for it in schema.get("required") or () if isinstance(it, str)
    ]:
        near = get_close_matches(name, sorted(listed), n=1, cutoff=0.75)
        if name not in listed and near and near[0] not in (schema.get(where) or ()):
            message = f"the tool lists no argument `{name}`, so that this says nothing of `{near[0]}`."
            yield document.finding((*at, where), message, f"Did you mean `{near[0]}`?")
    for path, said in _schemas(schema):
        for word in said:
            if word in KEYWORDS or word.startswith(("x-", "$")):
                continue
            near = get_close_matches(word, sorted(KEYWORDS), n=1)
            message = f"`{word}` is no keyword of JSON Schema, so that it limits nothing."
            fix = f"Did you mean `{near[0]}`?" if near else "Remove it, or write what is meant."
            yield document.finding((*at, *path, word), message, fix)


def _schemas(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield a schema and those within it, each with its place."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for word in _OF_SCHEMAS & schema.keys():
        inner = schema[word]
        for name, one in inner.items() if isinstance(inner, dict) else ():
            yield from _schemas(one, (*path, word, name))
    for word in _SCHEMAS & schema.keys():
        inner = schema[word]
        for one in inner if isinstance(inner, list) else [inner]:
            yield from _schemas(one, (*path, word))


_OF_SCHEMAS: Final = frozenset(
    ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
)
_SCHEMAS: Final = frozenset(
    (
        *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "items", "prefixItems", "contains"),
        *("additionalProperties", "propertyNames", "unevaluatedProperties", "unevaluatedItems"),
        *("additionalItems", "contentSchema"),
    )
)
KEYWORDS: Final = (
    _OF_SCHEMAS
    | _SCHEMAS
    | frozenset(
        (
            *("type", "enum", "const", "required", "pattern", "format", "dependentRequired", "dependencies"),
            *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
            *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains"),
            *("minProperties", "maxProperties", "contentEncoding", "contentMediaType", "id"),
            *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"),
        )
    )
)
"""All of JSON Schema, drafts 4 to 2020-12; those that begin with `$` are not among them."""


def _acting(document: Document, grant: GrantRow, row: ToolRow) -> Iterator[Finding]:
    """Yield the values of a list that are words by which people ask for the tool itself."""
    granted = (json.loads(grant.schema) if grant.schema else {}).get("properties") or {}
    for path, said in granted.items():
        values = said.get("enum") or () if isinstance(said, dict) else ()
        acts = [str(one) for one in values if str(one).casefold() in row.intents]
        if acts and len(values) > 1:
            message = f"`{path}` may be `{acts[0]}`, which is a word that asks for {row.id} too."
            fix = "If nobody says it and none of its values hurts, make it a `text`; else write `pattern`."
            yield document.finding(("spec", "tools", row.id), message, fix)


def _ends(document: Document, grant: GrantRow, row: ToolRow) -> Iterator[Finding]:
    """Yield the lists of values on an end of what goes from one thing to another of its kind."""
    granted = (json.loads(grant.schema) if grant.schema else {}).get("properties") or {}
    kinds = {path: _end(path) for path in row.arguments}
    for path, said in granted.items():
        values = said.get("enum") or () if isinstance(said, dict) else ()
        kind = kinds.get(path)
        other = next((it for it in kinds if it != path and kind and kinds[it] == kind), None)
        if len(values) > 1 and other is not None:
            message = f"a request that says both `{path}` and `{other}` is asked about: each is in this list."
            listed = "|".join(re.escape(str(it)) for it in values)
            fix = f'Write `pattern: "^({listed})$"`, with a `default` where one of them is to go unsaid.'
            yield document.finding(("spec", "tools", row.id), message, fix)
            return


def _end(path: str) -> frozenset[str] | None:
    """Return of what kind an argument is an end: `account` of `from_account`; None: it is none."""
    plain = words(re.sub(r"([a-z])([A-Z])", r"\1 \2", path).replace("_", " "))
    return frozenset(plain) - _ENDS if not _ENDS.isdisjoint(plain) and len(plain) > 1 else None


_ENDS: Final = word_set("from to source target destination")


def _everyday(document: Document, grant: GrantRow, row: ToolRow) -> Iterator[Finding]:
    """Yield the listed values by which people say something else, of a tool that lets somebody in."""
    if not any(argument.sink == "recipient" for argument in row.arguments.values()):
        return
    granted = (json.loads(grant.schema) if grant.schema else {}).get("properties") or {}
    for path, said in granted.items():
        sink = row.arguments[path].sink if path in row.arguments else ""
        if sink == "value" and (word := next((it for it in _listed(said) if it in _EVERYDAY), None)):
            message = f"`{word}` opens {row.id} where people say it of something else: *mark it as {word}*."
            fix = f"Make `{path}` a `text`, if none of its values hurts; else leave `{word}` to `else: ask`."
            yield document.finding(("spec", "tools", row.id), message, fix)


def _listed(said: Any) -> list[str]:
    """Return the values that a schema of one argument lists, those of a `pattern` too."""
    if not isinstance(said, dict):
        return []
    spelt = re.fullmatch(r"\^\(?([\w |-]+)\)?\$", str(said.get("pattern", "")))
    inner = [it for kind in ("anyOf", "oneOf", "allOf") for it in said.get(kind) or ()]
    values = [*map(str, said.get("enum") or ()), *(spelt[1].split("|") if spelt else ())]
    return [*values, *(one for it in inner for one in _listed(it))]


_EVERYDAY: Final = frozenset(("read", "see"))

_WORSE: Final = word_set(
    "public anyone everyone everybody admin administrator owner superuser root approved declined rejected "
    "refused denied deleted revoked disabled unlocked banned blocked void terminated dismissed"
)
"""Words for values that open something to others, decide about somebody, or end something."""


def _unshown(document: Document, row: ToolRow, granted: Sequence[ToolRow]) -> Iterator[Finding]:
    """Yield the objects that nothing which the agent may call lists."""
    shown = [it for it in granted if it.returns.objects and it.id != row.id]
    nouns = {noun for it in shown for found in it.returns.objects for noun in nouns_of(it.name, found)}
    for path, argument in row.arguments.items():
        if argument.sink != "object" or any(it.server == row.server for it in shown):
            continue
        if not nouns & {stem(word) for word in _thing(path)}:
            message = (
                f"no tool that this agent is granted lists what `{path}` may be: each call is asked about."
            )
            fix = "Grant a lookup whose `returns` has an `object` of that kind, with `names` that people use."
            yield document.finding(("spec", "tools", row.id), message, fix)


def _speechless(document: Document, writes: Sequence[ToolRow]) -> Iterator[Finding]:
    """Yield the tools that answer a message and list none of the verbs by which people have others told."""
    for row in writes:
        sinks = {argument.sink for argument in row.arguments.values()}
        if "reply" not in words(row.name) or not {"object", "text"} <= sinks or _TELLING & {*row.intents}:
            continue
        beside = (it for it in writes if it.id != row.id and it.server == row.server)
        others = {it.id: sorted(_TELLING & {*it.intents}) for it in beside}
        other = max(others, key=lambda id_: len(others[id_]), default="")
        if not other or not others[other]:
            continue
        verbs = ", ".join(others[other][:3])
        message = (
            f"{row.id} lists none of {verbs}, as {other} does: of *tell her* and *send him* it is no answer."
        )
        listed = ", ".join([*row.intents[:2], verbs])
        fix = f"Where the agent may answer by it, list them too: `intents: [{listed}]`."
        yield document.finding(("spec", "tools", row.id), message, fix)


_TELLING: Final = frozenset(("tell", "send", "write", "let know", "inform", "message", "mail", "email"))


def _noun(row: ToolRow) -> str:
    """Return what a tool's name says that it is about: `card limit` of `set_card_limit`."""
    verb, *rest = words(re.sub(r"([a-z])([A-Z])", r"\1 \2", row.name)) or ("it",)
    return " ".join(rest or [verb])


def _alike(document: Document, writes: Sequence[ToolRow], rows: Mapping[str, ToolRow]) -> Iterator[Finding]:
    """Yield the tools of one agent that the same words and values fit."""
    told: set[frozenset[str]] = set()
    for one, other in permutations(writes, 2):
        pair = frozenset((one.id, other.id))
        shared = [intent for intent in one.intents if intent in other.intents]
        if pair in told or not shared or not (_fits(one, other) and _fits(other, one)):
            continue
        order = f"{shared[0]} the {_noun(one)}"
        if narrow([GrantRow(one.id), GrantRow(other.id)], rows, f"{order}.").refusals:
            continue
        told.add(pair)
        yield document.finding(
            ("spec", "tools", one.id),
            f"`{order}` opens {other.id} too, and the same values fit both: nothing tells which is meant.",
            f"Take `{shared[0]}` from the intents of one of them, or grant one of them alone.",
        )


def _fits(one: ToolRow, other: ToolRow) -> bool:
    """Return whether the values of a call of one tool may go into another one too."""
    mine = [(row.sink, _thing(path)) for path, row in one.arguments.items() if row.sink in GUARDED]
    its = [(row.sink, _thing(path)) for path, row in other.arguments.items() if row.sink in GUARDED]
    if one.server != other.server and any(sink == "object" for sink, _ in its):
        return False  # whose object it is tells
    return bool(its) and all(
        any(sink == own and (thing == kind or not thing or not kind) for own, kind in mine)
        for sink, thing in its
    )


def _thing(path: str) -> frozenset[str]:
    """Return of what kind an argument says that its value is: `order` of `order_id`, `channel`."""
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", path.removesuffix("[]").rsplit(".", 1)[-1])
    return frozenset(words(plain)) - _ANY_THING


_ANY_THING: Final = word_set(
    "id ids key number uid uuid name to for with on at from by the value amount date day"
)
"""Words of arguments' names that do not say of what kind a value is."""
