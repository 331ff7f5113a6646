"""What must hold of issuers of workloads' tokens, and of the agents that they prove."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from podium.kernel.addresses import forbidden, is_loopback, parse_address
from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest.check_limits import Index
from podium.manifest.load import Document
from podium.manifest.text import Path

_ISSUERS = ("spec", "workloadIssuers")


def check_issuers(document: Document) -> Iterator[Finding]:
    """Yield the faults of a department's issuers."""
    if document.has(*_ISSUERS) and document.has("spec", "parent"):
        fix = "Move it to the Department without `parent`."
        yield document.finding(_ISSUERS, "issuers are the organisation's alone.", fix)
    seen: set[str] = set()
    for path, node in document.nodes(*_ISSUERS, "*"):
        written = node.plain()
        if not isinstance(written, dict):
            continue  # its shape is a finding already
        issuer = written.get("issuer")
        if not isinstance(issuer, str):
            continue
        if issuer in seen:
            yield document.finding((*path, "issuer"), f"the issuer {issuer} is listed twice.", "Keep one.")
        seen.add(issuer)
        yield from _source(document, path, written, issuer)


def _source(document: Document, path: Path, written: dict[str, object], issuer: str) -> Iterator[Finding]:
    fetching = [name for name in ("jwksUrl", "network", "caFile", "credential") if written.get(name)]
    if written.get("jwks"):
        for name in fetching:
            message = "its keys stand in `jwks`, so nothing is fetched."
            yield document.finding((*path, name), message, "Keep `jwks`, or the rest.")
        return
    given = written.get("credential")
    if isinstance(given, dict) and len([name for name in ("env", "file") if given.get(name)]) != 1:
        message = "exactly one of `env` and `file` names the credential."
        yield document.finding((*path, "credential"), message, "Write `env: NAME` or `file: PATH`.")
    field = "jwksUrl" if written.get("jwksUrl") else "issuer"
    try:
        parts = urlsplit(str(written.get("jwksUrl") or issuer))
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    address = parse_address(host)
    why = forbidden(address, "private") if address is not None else None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        message = "its keys can only be fetched over https."
        fix = "Write an https URL into `issuer` or `jwksUrl`, or the keys into `jwks`."
        yield document.finding((*path, field), message, fix)
    elif why is not None:
        message = f"the address {host} is {why}: it is never connected to."
        yield document.finding((*path, field), message, "Write the issuer's own.")


def check_credential(document: Document) -> Iterator[Finding]:
    """Yield where not exactly one place is named for a secret."""
    at = ("spec", "credential")
    if document.has(*at) and not document.texts(*at):
        given = [name for name in ("env", "file") if document.has(*at, name)]
        if len(given) != 1:
            message = "exactly one of `env` and `file` names the credential."
            yield document.finding(at, message, "Write `env: NAME` or `file: PATH`.")


_PARTS: Final = {"OKP": ("crv", "x"), "EC": ("crv", "x", "y"), "RSA": ("n", "e")}
_CURVES: Final = {"OKP": ("Ed25519",), "EC": ("P-256", "P-384")}


def check_keys(document: Document, *pattern: str) -> Iterator[Finding]:
    """Yield the keys that verify nothing: a part is missing, or the curve is another. One spoils them all."""
    for path, node in document.nodes(*pattern):
        key = node.plain()
        kind = key.get("kty") if isinstance(key, dict) else None
        if kind not in _PARTS:
            continue  # its shape is a finding already
        missing = [name for name in _PARTS[kind] if not key.get(name)]
        curves = _CURVES.get(kind, ())
        if missing:
            message = f"a key of type {kind} has `{missing[0]}`, which is missing."
            yield document.finding(path, message, "Write the whole public key, as RFC 7517 has it.")
        elif curves and key["crv"] not in curves:
            message = f"keys of type {kind} on the curve {key['crv']} are not taken."
            yield document.finding((*path, "crv"), message, f"Use one on {' or '.join(curves)}, or RSA.")


def check_workload(document: Document, index: Index) -> Iterator[Finding]:
    """Yield where an agent names an issuer that nobody has configured."""
    named = document.text("spec", "workload", "issuer")
    known = [name for it in index.values() for _, name in it.texts(*_ISSUERS, "*", "issuer")]
    if named is not None and named not in known:
        fix = nearest(named, known) if known else "List it in the organisation's `workloadIssuers`."
        yield document.finding(("spec", "workload", "issuer"), f"there is no issuer {named}.", fix)
