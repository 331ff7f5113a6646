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
    tools = {name for _, name in document.keys("spec", "tools")}
    by_uri: dict[str, str] = {}
    for path, name in document.keys("spec", "resources"):
        if name in tools:
            message = f"{name} is a tool of this server too: a grant could mean either."
            yield document.finding(path, message, "Give the resource another name: it is yours to choose.")
        if len(client_name(document.name, name)) > MAX_CLIENT_NAME:
            told = client_name(document.name, name)
            message = f"its name for clients, {told}, is longer than {MAX_CLIENT_NAME} characters."
            yield document.finding(path, message, "Give it a shorter name.")
        uri = document.text("spec", "resources", name, "uri")
        if uri is None:
            continue
        if uri in by_uri:
            message = f"{by_uri[uri]} has this URI too: nobody could say which is read."
            yield document.finding((*path, "uri"), message, "Keep one of them.")
        by_uri.setdefault(uri, name)
        yield from _template(document, path, name, uri)


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
