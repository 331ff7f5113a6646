"""What must hold of the resources that a server offers beside its tools."""

from collections.abc import Iterator

from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest.check_limits import Index
from podium.manifest.load import Document
from podium.trust.tools import MAX_CLIENT_NAME, client_name
from podium.trust.values.uris import BadTemplate, read_template


def check_offers(document: Document) -> Iterator[Finding]:
    """Yield every fault of what is offered beside tools."""
    names = {name: "tool" for _, name in document.keys("spec", "tools")}
    for kind in ("resources", "prompts"):
        for path, name in document.keys("spec", kind):
            yield from _name(document, path, name, names.get(name))
            names.setdefault(name, kind[:-1])
    by_uri: dict[str, str] = {}
    for path, name in document.keys("spec", "resources"):
        uri = document.text("spec", "resources", name, "uri")
        if uri is None:
            continue
        if uri in by_uri:
            message = f"{by_uri[uri]} has this URI too: nobody could say which is read."
            yield document.finding((*path, "uri"), message, "Keep one of them.")
        by_uri.setdefault(uri, name)
        yield from _template(document, path, name, uri)


def _name(document: Document, path: tuple[str | int, ...], name: str, other: str | None) -> Iterator[Finding]:
    if other is not None:
        message = f"{name} is a {other} of this server too: a grant could mean either."
        fix = "Give it another name here; `name` of a prompt says what its server calls it."
        yield document.finding(path, message, fix)
    told = client_name(document.name, name)
    if len(told) > MAX_CLIENT_NAME:
        message = f"its name for clients, {told}, is longer than {MAX_CLIENT_NAME} characters."
        yield document.finding(path, message, "Give it a shorter name.")


def _template(document: Document, path: tuple[str | int, ...], name: str, uri: str) -> Iterator[Finding]:
    try:
        variables = read_template(uri).variables
    except BadTemplate as error:
        fix = "Write a URI, or a template as docs/tool-gateway.md#resources has them."
        yield document.finding((*path, "uri"), f"it cannot be used: {error}.", fix)
        return
    for here, variable in document.keys("spec", "resources", name, "arguments"):
        if variable not in variables:
            fix = nearest(variable, sorted(variables)) or "Remove it."
            yield document.finding(here, f"`uri` has no variable {variable}.", fix)


def check_granted(document: Document, index: Index) -> Iterator[Finding]:
    """Yield the resources of an agent that clients could not tell apart: they name them by URI alone."""
    seen: dict[str, str] = {}
    for path, granted in document.keys("spec", "resources"):
        server, _, name = granted.partition("/")
        of = index.get(("ToolServer", server))
        uri = of.text("spec", "resources", name, "uri") if of is not None else None
        if uri is None:
            continue
        if uri in seen:
            message = f"{seen[uri]} has this URI too: nobody could say which is read."
            yield document.finding(path, message, "Grant one of them.")
        seen.setdefault(uri, granted)
