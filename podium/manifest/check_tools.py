"""What must hold of tool servers, grants, decoys and rules, field by field and between manifests."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest import kinds, kinds_tools
from podium.manifest.check_identity import check_credential
from podium.manifest.check_limits import Index
from podium.manifest.check_offers import check_granted, check_offers
from podium.manifest.check_runs import check_variables
from podium.manifest.check_undo import check_undo
from podium.manifest.load import Document, Loaded
from podium.trust.grants import schema_fault
from podium.trust.policies import check_policy, fit
from podium.trust.request.user import FIELDS, fault_of
from podium.trust.tools import MAX_CLIENT_NAME, PolicyRow, ToolRow, client_name, skeleton
from podium.trust.values.folders import is_rooted

MIN_CANARY: Final = 12
"""Characters of a decoy's text: a shorter one turns up by chance."""


def check_tools(document: Document, index: Index, *, sure: bool) -> Iterator[Finding]:
    """Yield every fault of what a manifest says of tools. ``sure``: nothing was unreadable."""
    if document.kind == "ToolServer":
        yield from _server(document)
        yield from check_undo(document)
        yield from check_offers(document)
        for kind in ("resources", "prompts"):
            for _, name in document.keys("spec", kind):
                yield from _object(document, ("spec", kind, name))
    elif document.kind == "Agent":
        for kind in ("tools", "resources", "prompts"):
            yield from _grants(document, index, kind, sure=sure)
        yield from check_granted(document, index)
        yield from _decoys(document, index, sure=sure)
        yield from _user(document)
    elif document.kind == "Department" and document.has("spec", "organisation"):
        yield from _organisation(document)


def _user(document: Document) -> Iterator[Finding]:
    """Yield the faults of who the user is."""
    if not document.has("spec", "user"):
        return
    if not any(document.texts("spec", "user", field, "*") for field in FIELDS):
        yield document.finding(
            ("spec", "user"), "it says nobody.", "Write `names`, `addresses` or `ids`, or remove it."
        )
    for field in FIELDS:
        for path, value in document.texts("spec", "user", field, "*"):
            if why := fault_of(field, value):
                yield document.finding(path, f"{why}.", "See docs/identity.md.")


def _server(document: Document) -> Iterator[Finding]:
    url, command = document.has("spec", "url"), document.has("spec", "command")
    if url == command:
        message = "a tool server has either a `url` or a `command`."
        yield document.finding(("spec", "url"), message, "Write exactly one of them.")
    if command:
        for name in ("credential", "headers", "caFile"):
            if document.has("spec", name):
                fix = "Give the program what it needs with `env: {NAME: {env: NAME}}`."
                yield document.finding(("spec", name), "a program is not reached by HTTP.", fix)
    else:
        yield from check_credential(document)
    if url and document.has("spec", "env"):
        yield document.finding(("spec", "env"), "only a `command` has an environment.", "Remove it.")
    yield from check_variables(document, "spec", "env")
    for path, name in document.keys("spec", "tools"):
        at = ("spec", "tools", name)
        if len(client_name(document.name, name)) > MAX_CLIENT_NAME:
            message = (
                f"its name for clients, {client_name(document.name, name)}, is longer than 64 characters."
            )
            yield document.finding(path, message, "Give the ToolServer a shorter name.")
        if document.text(*at, "effect") == "read" and document.texts(*at, "intents", "*"):
            message = "a tool that only reads needs no request's words: it is never narrowed away."
            yield document.finding((*at, "intents"), message, "Remove them, or mend `effect`.")
        yield from _named(document, at)
        yield from _minor(document, at)
        yield from _exclusive(document, at)
        yield from _under(document, at)
        yield from _object(document, at)


def _named(document: Document, at: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with arguments that take what only a named text says."""
    for path, name in document.keys(*at, "arguments"):
        here = (*at, "arguments", name)
        sink, effect = document.text(*here, "sink"), document.text(*at, "effect")
        named = document.text(*here, "named") == "true"
        bound = document.text(*here, "namedUpTo")
        if named and sink == "amount":
            message = "of an amount it takes a bound: how much a text that strangers wrote may say."
            yield document.finding((*path, "named"), message, "Write `namedUpTo: 300` in its place.")
        elif named and sink and sink not in {"date", "value"}:
            message = f"a text may say no {sink}: only a day, a value or, by `namedUpTo`, an amount."
            yield document.finding((*path, "named"), message, "Remove it.")
        if bound is not None and sink and sink != "amount":
            message = f"only an amount has such a bound, and this is a {sink}."
            yield document.finding((*path, "namedUpTo"), message, "Remove it, or mend `sink`.")
        elif bound is not None and not bound.strip("0._"):
            fix = "Write how much it may be at most, or remove it."
            yield document.finding((*path, "namedUpTo"), "no amount is as little as this bound.", fix)
        if (named or bound is not None) and effect == "read":
            which = "named" if named else "namedUpTo"
            message = "a tool that only reads takes such values anyhow."
            yield document.finding((*path, which), message, "Remove it, or mend `effect`.")


def _minor(document: Document, at: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with arguments and fields that are said to be in pence or cents."""
    fields = [(path, (*at, "returns", "fields", it)) for path, it in document.keys(*at, "returns", "fields")]
    for path, here in [
        (it, (*at, "arguments", name)) for it, name in document.keys(*at, "arguments")
    ] + fields:
        sink, digits = document.text(*here, "sink"), document.text(*here, "minorUnits")
        if digits is None:
            continue
        if sink and sink != "amount":
            message = f"only an amount has minor units, and this is a {sink}."
            yield document.finding((*path, "minorUnits"), message, "Remove it, or mend `sink`.")
        elif digits not in {"1", "2", "3", "4"}:
            message = "it is how many digits are behind the point: 1 to 4."
            yield document.finding((*path, "minorUnits"), message, "Write 2 for pence or cents.")


def _under(document: Document, at: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with the folders before which people leave out where they are."""
    for path, name in document.keys(*at, "arguments"):
        here = (*at, "arguments", name)
        sink, folders = document.text(*here, "sink"), document.texts(*here, "under", "*")
        if folders and sink and sink != "path":
            message = f"only a path is in a folder, and this is a {sink}."
            yield document.finding((*path, "under"), message, "Remove it, or mend `sink`.")
        for folder_at, folder in folders:
            if not is_rooted(folder):
                message = "it is no folder that is written out from the root on."
                yield document.finding(folder_at, message, "Write it as calls do: `/srv/files`.")


def _exclusive(document: Document, at: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with arguments that are said to be the day after the last one."""
    for path, name in document.keys(*at, "arguments"):
        here = (*at, "arguments", name)
        sink, said = document.text(*here, "sink"), document.text(*here, "exclusive") == "true"
        if said and sink and sink != "date":
            message = f"only a date may be the day after the last one, and this is a {sink}."
            yield document.finding((*path, "exclusive"), message, "Remove it, or mend `sink`.")
        elif said and document.text(*at, "effect") == "read":
            message = "a tool that only reads takes such values anyhow."
            yield document.finding((*path, "exclusive"), message, "Remove it, or mend `effect`.")


def _object(document: Document, at: tuple[str, ...]) -> Iterator[Finding]:
    seen: set[str] = set()
    objects = document.nodes(*at, "returns", "object") + document.nodes(*at, "returns", "also", "*")
    for here, node in objects:
        fields = node.plain() if isinstance(node.value, dict) else {}
        if fields.get("id") and not fields.get("names"):
            message = "without names no request can name such an object."
            fix = "Write the fields by which people call it: `names: [subject, from]`."
            yield document.finding((*here, "names"), message, fix)
        place = str(fields.get("list") or "")
        if place in seen:
            message = f"another object begins at {f'`{place}`' if place else 'the result itself'} too."
            fix = "Write where each of them is; a second identifier of one is a field, and needs no entry."
            yield document.finding((*here, "list"), message, fix)
        seen.add(place)
        for field, message, fix in _keys(fields):
            yield document.finding((*here, field), message, fix)
        for path, name in document.keys(*map(str, here), "vouched", "when"):
            if "[]" in name:
                message = "of several entries nobody knows which of them the server vouches for."
                yield document.finding(path, message, "Write a field that the object has once.")


def _keys(fields: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a map by names: which field says it, what, and what to do."""
    keys, values, at = (str(fields.get(it) or "") for it in ("keys", "values", "list"))
    for field, name in (("keys", keys), ("values", values)):
        if "." in name or "[" in name:
            fix = "Write a name of your own, and where the map stands in `list`."
            yield field, "it is the one field as which that is read, and no path.", fix
    if not keys:
        if values:
            yield "values", "only a map has values by their keys.", "Write `keys` too, or remove it."
        return
    if keys == (values or "value"):
        yield "values" if values else "keys", "keys and values are one field then.", "Give them two names."
    if at.endswith("[]"):
        yield "list", "the entries of a list have no keys.", "Write where the map stands, or remove `keys`."
    if "id" in fields and keys not in {fields["id"], *(fields.get("names") or ())}:
        fix = f"Write `id: {keys}`, or `{keys}` among the `names`."
        yield "keys", "no request names anything by its key.", fix


def check_names(servers: Sequence[Document]) -> Iterator[Finding]:
    """Two tools that clients would call, or people read, by the same name."""
    by_name: dict[str, str] = {}
    by_look: dict[str, str] = {}
    for document in servers:
        for path, name in document.keys("spec", "tools"):
            known, here = client_name(document.name, name), f"{document.name}/{name}"
            if known in by_name:
                message = f"clients would see it as {known}, like {by_name[known]}."
                yield document.finding(path, message, "Rename one of the ToolServers.")
            elif skeleton(known) in by_look:
                message = f"it looks like {by_look[skeleton(known)]}: people could not tell them apart."
                yield document.finding(path, message, "List one of them, or rename a ToolServer.")
            by_name.setdefault(known, here)
            by_look.setdefault(skeleton(known), here)


def _tool_ids(index: Index, offered: str = "tools") -> dict[str, Document]:
    return {
        f"{name}/{tool}": document
        for (kind, name), document in index.items()
        if kind == "ToolServer"
        for _, tool in document.keys("spec", offered)
    }


def _grants(document: Document, index: Index, kind: str, *, sure: bool) -> Iterator[Finding]:
    known = _tool_ids(index, kind)
    for path, tool in document.keys("spec", kind):
        if sure and tool not in known:
            fix, absent = _fix_tool(tool, known, kind), "" if known else f"{kind[:-1]} {tool}"
            yield document.finding(path, f"there is no {kind[:-1]} {tool}.", fix, absent=absent)
        schema = _schema_of(document, kind, tool)
        fault = schema_fault(schema) if schema is not None else None
        if fault is not None:
            where, message = fault
            at = (*path, "arguments", *where)
            fix = "Mend the JSON Schema (https://json-schema.org/understanding-json-schema)."
            yield document.finding(
                at, f"it is not a JSON Schema: {message}{'' if message.endswith('?') else '.'}", fix
            )
        elif schema is not None and not schema.keys() & _APPLIES:
            message = "this schema says nothing of the arguments."
            fix = "Write `arguments: {properties: {to: {const: a@b.example}}}`, or `{}` as the grant."
            yield document.finding((*path, "arguments"), message, fix)


_APPLIES: Final = frozenset(
    (
        *("type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf", "not", "if"),
        *("properties", "required", "additionalProperties", "patternProperties", "propertyNames"),
        *("minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
    )
)
"""Keywords of JSON Schema that say something of an object."""


def _schema_of(document: Document, kind: str, tool: str) -> dict[str, Any] | None:
    manifest = document.manifest
    if not isinstance(manifest, kinds.Agent):
        return None
    granted: dict[str, kinds_tools.GrantSpec] = getattr(manifest.spec, kind)
    return granted[tool].arguments if tool in granted else None


def _fix_tool(tool: str, known: dict[str, Document], kind: str = "tools") -> str:
    server, _, name = tool.partition("/")
    if any(it.startswith(f"{server}/") for it in known):
        fix = nearest(tool, sorted(known))
        return f"{fix} Or list `{name}` under `{kind}` of ToolServer {server}.".lstrip()
    return nearest(tool, sorted(known)) or "Write a manifest of kind ToolServer that lists it."


def _decoys(document: Document, index: Index, *, sure: bool) -> Iterator[Finding]:
    seen: set[str] = set()
    known = _tool_ids(index)
    looks = {skeleton(client_name(*tool.split("/", 1))): tool for tool in known}
    for path, _ in document.nodes("spec", "decoys", "*"):
        at = ("spec", "decoys", path[-1])
        here = document.nodes("spec", "decoys", "*")[int(path[-1])][1]
        fields = here.value if isinstance(here.value, dict) else {}
        given = [key for key in ("tool", "document", "credential") if key in fields]
        if len(given) != 1:
            message = "exactly one of `tool`, `document` and `credential` says what the decoy is."
            yield document.finding(at, message, "Keep one.")
        plain = here.plain() if isinstance(here.value, dict) else {}
        name = str(plain.get("name", ""))
        if name in seen:
            yield document.finding((*at, "name"), f"two decoys are called {name}.", "Rename one.")
        seen.add(name)
        openable = known | _tool_ids(index, "resources")
        yield from _decoy(document, at, plain, looks, openable if sure else None)


def _decoy(
    document: Document,
    at: tuple[str | int, ...],
    plain: dict[str, Any],
    looks: dict[str, str],
    known: dict[str, Document] | None,
) -> Iterator[Finding]:
    of = {key: value for key, value in plain.items() if isinstance(value, dict)}
    name = of.get("tool", {}).get("name")
    if isinstance(name, str) and skeleton(name) in looks:
        message = f"it looks like {looks[skeleton(name)]}: an honest task would touch it."
        yield document.finding((*at, "tool", "name"), message, "Give the decoy a name of its own.")
    tool = of.get("document", {}).get("tool")
    if isinstance(tool, str) and known is not None and tool not in known:
        where = (*at, "document", "tool")
        absent = "" if known else f"tool {tool}"
        yield document.finding(where, f"there is no tool {tool}.", _fix_tool(tool, known), absent=absent)
    text = of.get("credential", {}).get("text")
    if isinstance(text, str) and len(text) < MIN_CANARY:
        message = f"it is shorter than {MIN_CANARY} characters, so it may turn up by chance."
        yield document.finding((*at, "credential", "text"), message, "Write a longer one.")


def _organisation(document: Document) -> Iterator[Finding]:
    if document.has("spec", "parent"):
        message = "only the organisation itself, the Department without a parent, says what is inside it."
        yield document.finding(("spec", "organisation"), message, "Move it there.")


def check_policies(
    loaded: Loaded, tools: Sequence[ToolRow], *, departments: Sequence[str], agents: Sequence[str]
) -> Iterator[Finding]:
    """Yield every fault of the organisation's rules, against the tools that there are."""
    rules = [
        (document, PolicyRow(document.name, document.manifest.spec.cedar))
        for document in loaded.documents
        if isinstance(document.manifest, kinds_tools.Policy)
    ]
    fits = fit([row for _, row in rules], tools)
    for document, row in rules:
        for fault in check_policy(row, tools, departments=departments, agents=agents, fits=fits):
            found = document.finding(("spec", "cedar"), fault.message, fault.fix)
            # The text of a block begins on the line after `|`, one in quotes on that of its key.
            offset = fault.line + 1 if "\n" in row.cedar else 0
            yield Finding(
                found.message, file=found.file, line=found.line + offset, field=found.field, fix=found.fix
            )
