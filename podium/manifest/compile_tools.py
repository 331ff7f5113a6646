"""Tool servers, grants and decoys: from their kinds to the rows of the snapshot."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from podium.kernel.addresses import parse_address
from podium.manifest import kinds, kinds_tools
from podium.manifest.compile_machines import nano_usd
from podium.manifest.runs import VariableRef
from podium.manifest.snapshot import CredentialRef, ToolServerRow
from podium.trust.request.user import User
from podium.trust.tools import (
    ConfirmRow,
    DecoyRow,
    FieldLabel,
    GrantRow,
    ObjectRow,
    ReturnsRow,
    SinkRow,
    ToolRow,
    UndoRow,
    VouchedRow,
)
from podium.trust.values.uris import read_template


def tool_server(name: str, spec: kinds_tools.ToolServerSpec) -> ToolServerRow:
    """Return the row of a server, its tools in the order of their names."""
    url = urlsplit(spec.url or "")
    scheme: Literal["http", "https"] = "http" if url.scheme == "http" else "https"
    host = url.hostname or ""
    people = _people(spec)
    written_out = host == "localhost" or parse_address(host) is not None
    prefix = "Bearer " if spec.auth_header.lower() == "authorization" else ""
    return ToolServerRow(
        name=name,
        scheme=scheme,
        host=host,
        port=(url.port or (443 if scheme == "https" else 80)) if host else 0,
        target=url.path or "/",
        command=tuple(spec.command),
        env={key: VariableRef(it.env, it.file, it.value) for key, it in sorted(spec.env.items())},
        credential=CredentialRef(env=spec.credential.env, file=spec.credential.file)
        if spec.credential
        else None,
        auth_header=spec.auth_header.lower(),
        auth_prefix=prefix if spec.auth_prefix is None else spec.auth_prefix,
        headers=dict(sorted(spec.headers.items())),
        network="private" if written_out else spec.network,
        ca_file=spec.ca_file,
        timeout_s=spec.timeout / 1000,
        tools={
            **{tool: _tool(name, tool, it, people) for tool, it in sorted(spec.tools.items())},
            **{one: _resource(name, one, it) for one, it in sorted(spec.resources.items())},
            **{one: _prompt(name, one, it) for one, it in sorted(spec.prompts.items())},
        },
        polls=tuple(sorted(tool for tool, it in spec.tools.items() if it.polls)),
        prices={
            tool: nano_usd(it.price_usd)
            for tool, it in sorted(spec.tools.items())
            if it.price_usd is not None
        },
        retrieves=tuple(sorted(tool for tool, it in spec.tools.items() if it.retrieves)),
    )


def grants(spec: kinds.AgentSpec) -> tuple[GrantRow, ...]:
    """Return what an agent may do with tools, in the order of their ids; with what is read likewise."""
    return tuple(
        GrantRow(
            tool=tool,
            schema=None
            if it.arguments is None
            else msgspec.json.encode(it.arguments, order="deterministic").decode(),
            uses=it.uses,
            otherwise=it.otherwise,
        )
        for tool, it in sorted((spec.tools | spec.resources | spec.prompts).items())
    )


def decoys(spec: kinds.AgentSpec) -> tuple[DecoyRow, ...]:
    """Return an agent's traps."""
    rows: list[DecoyRow] = []
    for it in spec.decoys:
        if it.tool is not None:
            rows.append(DecoyRow(it.name, "tool", description=it.tool.description, tool=it.tool.name))
        elif it.document is not None:
            of = it.document
            rows.append(DecoyRow(it.name, "document", tool=of.tool, argument=of.argument, text=of.value))
        elif it.credential is not None:
            rows.append(DecoyRow(it.name, "credential", text=it.credential.text))
    return tuple(rows)


def user(spec: kinds.AgentSpec) -> User | None:
    """Return whom an agent's tasks are for."""
    it = spec.user
    return User(tuple(it.names), tuple(it.addresses), tuple(it.ids)) if it is not None else None


def _tool(server: str, name: str, spec: kinds_tools.ToolSpec, people: tuple[str, ...]) -> ToolRow:
    return ToolRow(
        server=server,
        name=name,
        effect=spec.effect,
        intents=tuple(spec.intents),
        arguments=_arguments(spec.arguments, spec.returns),
        returns=_returns(spec.returns),
        idempotent=spec.idempotent,
        undo=UndoRow(spec.undo.tool, dict(sorted(spec.undo.arguments.items()))) if spec.undo else None,
        confirm=ConfirmRow(to.key, to.tool, to.argument or to.key, to.found)
        if (to := spec.confirm) is not None
        else None,
        people=people if any(it.sink == "recipient" for it in spec.arguments.values()) else (),
    )


def _resource(server: str, name: str, spec: kinds_tools.ResourceSpec) -> ToolRow:
    """Return the row of a resource; a variable of which nothing is said is looked up by."""
    said = dict.fromkeys(read_template(spec.uri).variables, kinds_tools.ArgumentSpec(sink="query"))
    said |= _read_by(spec.arguments)
    return ToolRow(
        server=server,
        name=name,
        effect="read",
        arguments=_arguments(said, spec.returns),
        returns=_returns(spec.returns),
        kind="resource",
        uri=spec.uri,
    )


def _prompt(server: str, name: str, spec: kinds_tools.PromptSpec) -> ToolRow:
    return ToolRow(
        server=server,
        name=name,
        effect="read",
        arguments=_arguments(_read_by(spec.arguments), spec.returns),
        returns=_returns(spec.returns),
        kind="prompt",
        uri=spec.name or name,
    )


def _read_by(specs: Mapping[str, kinds_tools.ReadArgumentSpec]) -> dict[str, kinds_tools.ArgumentSpec]:
    return {name: kinds_tools.ArgumentSpec(sink=it.sink, readers=it.readers) for name, it in specs.items()}


def _arguments(
    specs: Mapping[str, kinds_tools.ArgumentSpec], returns: kinds_tools.ReturnsSpec
) -> dict[str, SinkRow]:
    special = [one.confidentiality for by_value in returns.where.values() for one in by_value.values()]
    asked_of_all = "public" in (returns.confidentiality, *special)
    return {
        path: SinkRow(
            it.sink,
            it.many,
            it.readers or (("public" if asked_of_all else "user") if it.sink == "query" else None),
            dict(sorted(it.readers_of.items())),
            it.named,
            None if it.named_up_to is None else format(it.named_up_to, "f"),
            it.minor_units or 0,
            it.exclusive,
            tuple(it.under),
        )
        for path, it in sorted(specs.items())
    }


def _returns(spec: kinds_tools.ReturnsSpec) -> ReturnsRow:
    return ReturnsRow(
        integrity=spec.integrity,
        confidentiality=spec.confidentiality,
        object=_object(spec.object) if spec.object else None,
        also=tuple(map(_object, spec.also)),
        fields={
            path: FieldLabel(it.integrity, it.confidentiality, it.minor_units or 0)
            for path, it in sorted(spec.fields.items())
        },
        where=_by_value(spec.where),
        text=spec.text,
    )


def _people(spec: kinds_tools.ToolServerSpec) -> tuple[str, ...]:
    """Return the texts by which a server vouches for colleagues, names among them, in order."""
    told = [it.returns for it in spec.tools.values()] + [it.returns for it in spec.resources.values()]
    told += [it.returns for it in spec.prompts.values()]
    returns = [one for it in told for one in (it.object, *it.also)]
    rules = [one.vouched for one in returns if one is not None and one.vouched is not None]
    return tuple(sorted({it for rule in rules for values in rule.when.values() for it in values}))


def _object(spec: kinds_tools.ObjectSpec) -> ObjectRow:
    rows, vouched = _by_value(spec.rows), _vouched(spec.vouched) if spec.vouched is not None else None
    names, structured = tuple(spec.names), tuple(spec.structured)
    keys, values = spec.keys or "", spec.values or "value"
    return ObjectRow(spec.at, spec.id, names, structured, rows, vouched, spec.kind, keys, values)


def _vouched(spec: kinds_tools.VouchedSpec) -> VouchedRow:
    when, unless = (
        {path: tuple(values) for path, values in sorted(known.items())} for known in (spec.when, spec.unless)
    )
    return VouchedRow(when, tuple(spec.fields), unless)


def _by_value(specs: Mapping[str, Mapping[str, kinds_tools.FieldSpec]]) -> dict[str, dict[str, FieldLabel]]:
    return {
        path: {value: FieldLabel(it.integrity, it.confidentiality) for value, it in sorted(by_value.items())}
        for path, by_value in sorted(specs.items())
    }
