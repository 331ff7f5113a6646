"""`podium tool draft`: a first policy for a server, out of what it says of its tools."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from podium.cli.output import plain
from podium.kernel.errors import InvalidRequest, NotFound, StateError

if TYPE_CHECKING:
    from podium.manifest.drafting.draft import Draft
    from podium.manifest.drafting.written import Place, Wielder

MOST_SHOWN: Final = 8
"""Places of one kind that the summary names."""
_KINDS: Final = {
    "left out": "no policy can name them",
    "effect": "what does it do, and can that be undone?",
    "arguments": "what does it decide?",
    "readers": "who reads it?",
    "objects": "what does it list? Until that is said a person is asked about each act on one",
    "results": "who may have written what it returns, and who may read it?",
}
"""What a person is to look at, the weightiest first."""
_FILE: Final = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.command("draft")
@click.argument("server", metavar="NAME")
@click.argument("command", nargs=-1, metavar="[-- COMMAND...]")
@click.option("--url", help="Its address, MCP's streamable HTTP: https://mcp.example.com/mcp.")
@click.option(
    "--credential-env", metavar="NAME", help="The variable that holds its key; only the name is written."
)
@click.option("--auth-header", help="The header that carries the key.  [default: authorization]")
@click.option("--private", is_flag=True, help="The name in --url leads into a private network.")
@click.option(
    "--env", "env", multiple=True, metavar="NAME", help="A variable that COMMAND gets; may be given often."
)
@click.option(
    "--file",
    "answer",
    type=_FILE,
    help="Its answer to tools/list, as JSON; nobody is asked. `-`: standard input.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What its tools have returned (`podium policy record`): names of fields, where no schema says them.",
)
@click.option("--agent", help="Also write an Agent of this name that is granted the tools.")
@click.option("--department", help="Of that Agent.")
@click.option("--route", "routes", multiple=True, help="Of that Agent; may be given often.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it there; nothing is overwritten."
)
@click.pass_context
def draft(
    ctx: click.Context,
    server: str,
    command: tuple[str, ...],
    url: str | None,
    credential_env: str | None,
    auth_header: str | None,
    private: bool,
    env: tuple[str, ...],
    answer: Path | None,
    record: Path | None,
    agent: str | None,
    department: str | None,
    routes: tuple[str, ...],
    out: Path | None,
) -> None:
    """Draft a ToolServer called NAME: ask an MCP server for its tools, and guess what each of them does.

    It goes by names and schemas; what is not sure is guessed strictly and marked `# check:`. Say where the
    server is: --url, or the program after `--`, or --file with a recorded answer.
    """
    from podium.manifest.drafting.draft import draft_of
    from podium.manifest.drafting.written import Place, Wielder, manifest_of

    if answer is None and bool(url) == bool(command):
        raise click.UsageError("Say where the server is: --url, or -- COMMAND, or --file.")
    if url and command:
        raise click.UsageError("A server has either a --url or a COMMAND.")
    if (agent is None) != (department is None and not routes) or (agent and not (department and routes)):
        raise click.UsageError("An Agent needs all three: --agent, --department and --route.")
    if out is not None and out.exists():
        raise _exists(out)
    place = Place(
        url=None if command else url or "https://mcp.example.com/mcp",
        command=command,
        env=env,
        credential_env=credential_env,
        auth_header=auth_header,
        network="private" if private else None,
        guessed=not command and not url,
    )
    wielder = Wielder(agent, department, routes) if agent and department else None
    _check_words(server, place, wielder)
    answers = _read(answer) if answer is not None else _asked(ctx, server, place)
    definitions = answers["tools"]
    if record is not None:
        definitions = _with_results(server, definitions, record)
    found = draft_of(server, definitions, answers)
    text = manifest_of(found, place, wielder)
    if out is None:
        click.echo(text, nl=False)
    else:
        _write(out, text)
    _summarise(found)
    _next(found, wielder, out, recorded=record is not None)


def _check_words(server: str, place: "Place", wielder: "Wielder | None") -> None:
    """Raise ManifestError where what is said of the server or its agent makes no sense or holds a key."""
    from podium.kernel.errors import ManifestError
    from podium.manifest.drafting.draft import Draft
    from podium.manifest.drafting.written import manifest_of
    from podium.manifest.load import load

    found = load([("the command line", manifest_of(Draft(server, ()), place, wielder))]).findings
    if found:
        raise ManifestError(found)


def _asked(ctx: click.Context, server: str, place: "Place") -> dict[str, list[dict[str, Any]]]:
    from podium.manifest.drafting.draft import Draft
    from podium.manifest.drafting.written import manifest_of

    found: dict[str, list[dict[str, Any]]] = ctx.obj.definitions_of(manifest_of(Draft(server, ()), place))
    return found


def _read(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the tools of a recorded answer to `tools/list`: a message, its result, or the list alone.

    And what else it lists beside them, by MCP's names for it: `resources`, `resourceTemplates`, `prompts`.
    Raises InvalidRequest, NotFound.
    """
    import json

    from podium.manifest.drafting.offered import LISTS

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        found: Any = json.loads(text)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}.", fix="Name a recorded answer to tools/list.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(
            f"{file} is not JSON.", fix="Record the server's answer to tools/list."
        ) from error
    if isinstance(found, dict) and "result" in found:
        found = found["result"]
    others = {key: found.get(key, []) for key, *_ in LISTS} if isinstance(found, dict) else {}
    if isinstance(found, dict) and "tools" in found:
        found = found["tools"]
    listed = [found, *others.values()]
    if not all(isinstance(it, list) and all(isinstance(one, dict) for one in it) for it in listed):
        fix = 'Write it as MCP has it: {"tools": [{"name": "search", "inputSchema": {"type": "object"}}]}.'
        raise InvalidRequest(f"{file} is no answer to tools/list.", fix=fix)
    return {"tools": found, **others}


def _with_results(server: str, definitions: list[dict[str, Any]], record: Path) -> list[dict[str, Any]]:
    """Return the tools with what a record of calls tells of their results. Raises InvalidRequest."""
    from podium.manifest.drafting.samples import with_results
    from podium.trust.recorded import read_record

    calls = [call for task in read_record(record.read_bytes()) for call in task.calls]
    results = [
        (call.tool.partition("/")[2], call.result)
        for call in calls
        if call.result is not None and call.tool.partition("/")[0] == server
    ]
    if not results:
        fix = f"Record a task that has read by its tools (podium policy record), named {server}/TOOL."
        raise InvalidRequest(f"{record} has no result of the server {server}.", fix=fix)
    return with_results(definitions, results)


def _exists(out: Path) -> StateError:
    return StateError(f"{out} exists, and nothing is overwritten.", fix="Choose another name.", code="exists")


def _write(out: Path, text: str) -> None:
    try:
        with os.fdopen(
            os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8"
        ) as file:
            file.write(text)
    except FileExistsError as error:
        raise _exists(out) from error


def _summarise(found: "Draft") -> None:
    """Say on standard error what a person is to look at, the weightiest first."""
    from podium.manifest.drafting.draft import checks_of

    by: dict[str, list[tuple[str, str]]] = {kind: [] for kind in _KINDS}
    by["left out"] = [(name, why) for name, why in found.left_out]
    for tool in found.tools:
        for check in checks_of(tool):
            by[check.kind].append((tool.name, check.why))
    effects = [tool.act.effect for tool in found.tools]
    counted = ", ".join(f"{effects.count(one)} {one}" for one in dict.fromkeys(effects))
    places = sum(map(len, by.values()))
    offers = [one.kind for one in found.offers]
    beside = "".join(f", {offers.count(it)} {it}s" for it in ("resource", "prompt") if it in offers)
    looked = f"{places} places to look at{':' if places else ''}"
    click.echo(
        f"{len(found.tools)} tools ({counted or 'none'}){beside}; {looked}",
        err=True,
    )
    for kind, places_of in by.items():
        if places_of:
            click.echo(f"  {kind}: {_KINDS[kind]}", err=True)
        if kind in {"objects", "results"} and places_of:
            click.echo(f"    {_named([name for name, _ in places_of])}", err=True)
            continue
        for name, why in places_of[:MOST_SHOWN]:
            click.echo(f"    {plain(name)}: {plain(why)}", err=True)
        if len(places_of) > MOST_SHOWN:
            click.echo(f"    and {len(places_of) - MOST_SHOWN} more", err=True)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return f"{', '.join(names[:MOST_SHOWN])}{more}"


def _next(found: "Draft", wielder: "Wielder | None", out: Path | None, *, recorded: bool) -> None:
    folder = out.parent if out is not None and str(out.parent) != "." else Path("manifests")
    lines = (
        []
        if out is not None
        else [f"podium tool draft {found.server} ... --out {folder}/{found.server}.yaml"]
    )
    lines.append(f"podium validate {folder}")
    agent = wielder.name if wielder is not None else "AGENT"
    lines.append(f'podium policy explain {folder} {agent} "A request, as people type it"')
    where = f"grep -n '# check:' {out}" if out is not None else ""
    if not recorded and any(tool.unknown for tool in found.tools):
        lines.append(
            "podium policy record reads.json  # once tasks have read by them; then draft with --record"
        )
    click.echo("\nNext:", err=True)
    for line in (where, *lines):
        if line:
            click.echo(f"  {line}", err=True)
