"""What must hold between fields and between manifests.

Works on what was written rather than on the parsed kinds, so that a manifest with a fault in one field is
still checked in all others: every finding at once.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from podium.kernel.addresses import ODD, WRITE_PLAINLY, forbidden, is_loopback, is_odd, parse_address
from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest.audits import check_audits
from podium.manifest.breakers import check_breaker
from podium.manifest.check_identity import check_credential, check_issuers, check_keys, check_workload
from podium.manifest.check_limits import Index, check_ladder, check_limits
from podium.manifest.check_pipelines import check_pipeline
from podium.manifest.check_runs import check_run
from podium.manifest.check_tools import check_names, check_tools
from podium.manifest.contents import check_content
from podium.manifest.load import Document, Loaded
from podium.manifest.text import Path
from podium.trust.cases import KINDS as CASES

REFERENCES: Final = {
    "Model": ((("spec", "provider"), "Provider"),),
    "Route": ((("spec", "candidates", "*", "model"), "Model"), (("spec", "fallbacks", "*"), "Model")),
    "Department": ((("spec", "parent"), "Department"),),
    "Agent": ((("spec", "department"), "Department"), (("spec", "routes", "*"), "Route")),
    "Webhook": ((("spec", "department"), "Department"),),
    "Pipeline": ((("spec", "agent"), "Agent"),),
    "Audit": (
        (("spec", "agents", "*"), "Agent"),
        (("spec", "departments", "*"), "Department"),
        (("spec", "judges", "{}", "agent"), "Agent"),
        (("spec", "judges", "{}", "route"), "Route"),
    ),
}
"""Where a kind names another one."""


def check(loaded: Loaded, *, complete: bool) -> list[Finding]:
    """Return every fault between fields and between manifests.

    ``complete`` is false where files could not be read: what they would have defined is not missing.
    """
    index: Index = {}
    findings: list[Finding] = []
    for document in loaded.documents:
        first = index.setdefault((document.kind, document.name), document)
        if first is not document and document.name:
            message = f"{document.kind} {document.name} is also defined at {first.place}."
            findings.append(document.finding(("metadata", "name"), message, "Rename one, or delete it."))
    servers = [it for it in loaded.documents if it.kind == "ToolServer"]
    firsts = [it for it in servers if index["ToolServer", it.name] is it]
    once = len(firsts) == len(servers)  # else which tools there are nobody knows
    for document in loaded.documents:
        sure = complete and not loaded.unsure
        found: list[Finding] = list(check_tools(document, index, sure=sure and once))
        found += document.sure(check_pipeline(document, index, sure=sure))
        if complete:
            found += _references(document, index, loaded.unsure)
        if document.kind in _CHECKS:
            found += _CHECKS[document.kind](document, index)
        findings += [finding for finding in found if not document.conceals(finding.field)]
    findings += _tree(index, sure=complete and not loaded.unsure)
    findings += _ports(loaded.documents)
    findings += check_audits(loaded.documents)
    findings += check_names(firsts)
    return findings


def find_models(document: Document, index: Index) -> Iterator[tuple[Path, str, Document]]:
    """Yield path, name and manifest of every model of a route that is defined."""
    for pattern in (("spec", "candidates", "*", "model"), ("spec", "fallbacks", "*")):
        for path, name in document.texts(*pattern):
            if ("Model", name) in index:
                yield path, name, index["Model", name]


def split_url(document: Document) -> SplitResult | None:
    """Return the parts of a provider's or webhook's URL, or None where it is not one."""
    try:
        parts = urlsplit(document.text("spec", _url_field(document)) or "")
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _references(document: Document, index: Index, unsure: set[str]) -> Iterator[Finding]:
    for pattern, kind in REFERENCES.get(document.kind, ()):
        for path, name in document.texts(*pattern):
            if (kind, name) not in index and name not in unsure:
                names = sorted(other for other_kind, other in index if other_kind == kind)
                fix = nearest(name, names) if names else f"Write a manifest of kind {kind} with this name."
                absent = "" if names else f"{kind} {name}"
                yield document.finding(path, f"there is no {kind} {name}.", fix, absent=absent)


def _address(document: Document, parts: SplitResult | None) -> Iterator[Finding]:
    if parts is None or not parts.hostname:
        return
    at = ("spec", _url_field(document))
    address = parse_address(parts.hostname)
    why = forbidden(address, "private") if address is not None else None
    if why is not None:
        yield document.finding(
            at,
            f"the address {parts.hostname} is {why}: it is never connected to.",
            "Write the provider's own.",
        )
    if is_odd(parts.hostname):
        yield document.finding(at, f"the host {parts.hostname} is {ODD}.", WRITE_PLAINLY)
    open_to_all = address is None and document.text("spec", "network") != "private"
    if (
        parts.scheme == "http"
        and (document.has("spec", "credential") or document.kind == "Webhook")
        and not is_loopback(parts.hostname)
        and (open_to_all or (address is not None and address.is_global))
    ):
        what = "news of cases" if document.kind == "Webhook" else "the credential"
        message = f"{what} would cross the network unencrypted."
        fix = "Write https://, or `network: private` if the provider is in a network of your own."
        yield document.finding(at, message, fix)


def _url_field(document: Document) -> str:
    return "url" if document.kind == "Webhook" else "baseUrl"


def _webhook(document: Document, _index: Index) -> Iterator[Finding]:
    yield from check_credential(document)
    yield from _address(document, split_url(document))
    for path, kind in document.texts("spec", "kinds", "*"):
        if kind not in CASES:
            message = f"there is no kind of case {kind}, so nothing would be told."
            yield document.finding(path, message, nearest(kind, CASES))


AUTH_HEADERS: Final = {"anthropic": "x-api-key", "gemini": "x-goog-api-key"}
"""The header that carries the key, where it is not ``authorization``, by dialect."""


_NAMES_ITS_LIMIT: Final = frozenset({"openai", "llama"})
"""Dialects whose servers call the limit of output differently."""


def _provider(document: Document, _index: Index) -> Iterator[Finding]:
    llama = ("spec", "llama")
    parts = split_url(document)
    if document.text("spec", "dialect") == "llama":
        if not document.has(*llama):
            fix = "Write `llama: {model: smollm2}`."
            yield document.finding(llama, "dialect llama needs the model that Podium is to run.", fix)
        if parts is not None and not (
            parts.scheme == "http" and parts.hostname and is_loopback(parts.hostname) and parts.port
        ):
            message = "Podium runs this model itself, on this machine only."
            fix = "Write a loopback address with a port of its own: http://127.0.0.1:8720/v1."
            yield document.finding(("spec", "baseUrl"), message, fix)
    elif document.has(*llama):
        fix = "Write `dialect: llama`, or remove `llama`."
        yield document.finding(llama, "only dialect llama runs a model.", fix)
    dialect = document.text("spec", "dialect") or "openai"
    if dialect not in _NAMES_ITS_LIMIT and document.has("spec", "outputLimitField"):
        message = f"dialect {dialect} has one name for the limit of output."
        yield document.finding(("spec", "outputLimitField"), message, "Remove it.")
    if dialect == "anthropic" and parts is not None and not parts.path.strip("/"):
        message = "Anthropic's messages are not at the root."
        fix = "Write what stands before /messages: https://api.anthropic.com/v1."
        yield document.finding(("spec", "baseUrl"), message, fix)
    yield from check_credential(document)
    if document.text("spec", "dialect") == "gemini" and document.has("spec", "paths"):
        fix = "Remove `paths`; write what stands before `/models/...` into `baseUrl`."
        message = "dialect gemini calls a method behind the model, so its paths are its own."
        yield document.finding(("spec", "paths"), message, fix)
    yield from _address(document, parts)
    usual = AUTH_HEADERS.get(document.text("spec", "dialect") or "", "authorization")
    own = (document.text("spec", "authHeader") or usual).lower()
    seen: dict[str, str] = {}
    for path, name in document.keys("spec", "headers"):
        if name.lower() == own:
            fix = "Remove it; `credential`, `authHeader` and `authPrefix` write it."
            yield document.finding(path, "this header carries the credential.", fix)
        elif name.lower() in seen:
            message = f"the header is written twice, also as {seen[name.lower()]}."
            yield document.finding(path, message, "Keep one.")
        seen.setdefault(name.lower(), name)


def _model(document: Document, index: Index) -> Iterator[Finding]:
    window = document.number("spec", "contextWindowTokens")
    most = document.number("spec", "maxOutputTokens")
    if window is not None and most is not None and most > window:
        message = f"it is more than the context window of {window} tokens."
        yield document.finding(("spec", "maxOutputTokens"), message, "Lower it.")
    provider = index.get(("Provider", document.text("spec", "provider") or ""))
    if provider is not None and provider.text("spec", "dialect") == "llama":
        allocated = provider.number("spec", "llama", "contextTokens") or (
            4096 if provider.has("spec", "llama") else None
        )
        if window is not None and allocated is not None and window > allocated:
            message = f"its provider {provider.name} allocates {allocated} tokens of context."
            yield document.finding(
                ("spec", "contextWindowTokens"), message, "Lower it, or raise llama.contextTokens."
            )
    if document.has("spec", "price") and document.has("spec", "priceRef"):
        message = "`price` and `priceRef` exclude each other."
        yield document.finding(("spec", "priceRef"), message, "Keep one.")
    if document.has("spec", "price"):
        yield from _price(document)


def embeds(document: Document) -> bool:
    """Return whether a model has the capability embeddings."""
    return "embeddings" in [text for _, text in document.texts("spec", "capabilities", "*")]


def _price(document: Document) -> Iterator[Finding]:
    here = ("spec", "price")
    needed = ["inputPerMillionTokens"] + ([] if embeds(document) else ["outputPerMillionTokens"])
    for name in needed:
        if not document.has(*here, name):
            fix = f"Write `{name}: 2.50`, in USD; 0 where it costs nothing."
            yield document.finding((*here, name), "it is missing.", fix)
    seen: set[str] = set()
    for path, above in document.texts(*here, "tiers", "*", "aboveInputTokens"):
        if above in seen:
            yield document.finding(path, "two tiers begin at the same threshold.", "Join them.")
        seen.add(above)
    for path, name in document.keys(*here, "tiers", "*"):
        if name.endswith("PerMillionTokens") and not document.has(*here, name):
            message = "a tier changes a price that is not there."
            yield document.finding(path, message, f"Write `price.{name}` too.")


def _route(document: Document, index: Index) -> Iterator[Finding]:
    operation = document.text("spec", "operation") or "chat"
    seen: set[str] = set()
    for path, name, model in find_models(document, index):
        if name in seen:
            message = f"the model {name} stands in this route twice."
            yield document.finding(
                path, message, "Keep one; candidates that were not chosen are tried next anyway."
            )
        elif operation in ("chat", "embeddings") and embeds(model) != (operation == "embeddings"):
            does = "embeddings" if embeds(model) else "chat"
            message = f"the model {name} serves {does}, this route {operation}."
            fix = "Choose another model, or mend `operation` here or `capabilities` there."
            yield document.finding(path, message, fix)
        seen.add(name)
    yield from check_ladder(document, [(path, model) for path, _, model in find_models(document, index)])


def _department(document: Document, index: Index) -> Iterator[Finding]:
    yield from check_limits(document, index)
    yield from document.sure(check_breaker(document))
    yield from check_issuers(document)
    yield from check_keys(document, "spec", "workloadIssuers", "*", "jwks", "*")
    yield from check_content(document, index)


def _agent(document: Document, index: Index) -> Iterator[Finding]:
    yield from check_limits(document, index)
    yield from document.sure(check_breaker(document))
    yield from check_workload(document, index)
    yield from check_keys(document, "spec", "publicKeys", "*")
    yield from check_content(document, index)
    yield from check_run(document)
    seen: set[str] = set()
    for path, name in document.texts("spec", "routes", "*"):
        if name in seen:
            yield document.finding(path, f"the route {name} is listed twice.", "Keep one.")
        seen.add(name)


_CHECKS: Final = {
    "Provider": _provider,
    "Model": _model,
    "Route": _route,
    "Department": _department,
    "Agent": _agent,
    "Webhook": _webhook,
}


def _tree(index: Index, *, sure: bool) -> Iterator[Finding]:
    """Departments are one tree: one root, no cycles."""
    departments = {name: document for (kind, name), document in index.items() if kind == "Department"}
    parents = {name: document.text("spec", "parent") for name, document in departments.items()}
    cycles = list(_cycles(parents))
    for cycle in cycles:
        message = f"the departments form a cycle: {' -> '.join((*cycle, cycle[0]))}."
        yield departments[cycle[0]].finding(("spec", "parent"), message, "Give one of them another parent.")
    roots = [name for name, document in departments.items() if not document.has("spec", "parent")]
    for name in roots[1:]:
        message = f"{name} has no parent, and neither has {roots[0]} at {departments[roots[0]].place}."
        yield departments[name].finding(("spec", "parent"), message, f"Write `parent: {roots[0]}`.")
    if not roots and not cycles and sure and not departments:
        first = next(iter(index.values()), None)
        file = first.file if first else ""
        message = "there is no organisation."
        fix = "Write a manifest of kind Department without `spec.parent`."
        yield Finding(message, file=file, line=1, field="", fix=fix, absent="the organisation")


def _cycles(parents: dict[str, str | None]) -> Iterator[list[str]]:
    """Yield each cycle once, from the member that comes first."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        name: str | None = start
        while name is not None and name in parents and name not in done and name not in path:
            path.append(name)
            name = parents[name]
        if name in path:
            yield path[path.index(name) :]
        done.update(path)


def _ports(documents: Sequence[Document]) -> Iterator[Finding]:
    """Two models that Podium runs cannot listen at one place."""
    places: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for document in documents:
        parts = split_url(document) if document.text("spec", "dialect") == "llama" else None
        if parts is not None and parts.port and parts.hostname:
            places[parts.hostname, parts.port].append(document)
    for (_, port), sharing in places.items():
        for document in sharing[1:]:
            message = f"port {port} is also that of {sharing[0].name} at {sharing[0].place}."
            yield document.finding(
                ("spec", "baseUrl"), message, "Give each model that Podium runs its own port."
            )
