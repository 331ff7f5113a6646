"""Who a task is: its SPIFFE id, its claims, and what a token of it grants.

Sources: SPIFFE-ID (https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md, sections 2 and 2.3),
RFC 7519 (JWT), RFC 8693 (token exchange: ``act``), RFC 9396 (``authorization_details``), RFC 7800 and 9449
(``cnf``).
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from podium.kernel.errors import Forbidden, InvalidRequest, Unauthenticated
from podium.kernel.ids import TaskId

SCHEME: Final = "spiffe://"
MAX_SPIFFE_BYTES: Final = 2048
MODELS: Final = "podium_models"
"""The type of detail that grants routes."""
TOOLS: Final = "podium_tools"
"""The type of detail that grants tools."""
_TRUST_DOMAIN: Final = re.compile(r"[a-z0-9._-]{1,255}")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._-]+")
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
MAX_DEPTH: Final = 8
"""Of delegation: a task of a task of a task."""


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """One grant (RFC 9396, section 2): ``routes`` for models, ``tools`` for tools; ``*`` is all."""

    type: str
    routes: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """On whose behalf a task acts (RFC 8693, section 4.1): its parent, and that one's."""

    sub: str
    act: "Actor | None" = None


class Confirmation(msgspec.Struct, frozen=True):
    """The key that the bearer must prove to hold (RFC 9449, section 6): the JWK's SHA-256 thumbprint."""

    jkt: str


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a task token says. Times are Unix seconds."""

    iss: str
    sub: str
    aud: str | tuple[str, ...]
    """Who may take it: the gateway, the tool gateway, or both (RFC 8707)."""
    iat: int
    exp: int
    jti: str
    authorization_details: tuple[Detail, ...] = ()
    root: str = ""
    """The task at the root of the delegation: its budget is shared."""
    prompt_sha256: str | None = None
    """Of the user's request, hexadecimal."""
    act: Actor | None = None
    cnf: Confirmation | None = None
    run_attempt: int | None = None
    """Which attempt of a run this is, from 1 on; None: Podium does not run it."""
    budgets: tuple[tuple[str, int], ...] = ()
    """The runs of whose budget its calls draw, itself and those above it, with the nano-USD of each."""
    run: str | None = None
    """The run that this task was delegated within; None: it is the run itself, or there is none."""

    @property
    def run_id(self) -> str | None:
        """The task id of the run whose attempt this is."""
        if self.run_attempt is None:
            return None
        return self.run or "task_" + self.sub.rsplit("/", 1)[-1]


class PublicKey(msgspec.Struct, frozen=True):
    """One key of the JWKS. ``x``: the public key, base64url."""

    kid: str
    x: str
    ends_s: int | None = None
    """Unix seconds from which on it proves nothing, whoever still has it; None: it is the newest."""


class WorkloadIssuer(msgspec.Struct, frozen=True):
    """Whose tokens prove workloads. ``keys``: the issuer's public JWKs."""

    issuer: str
    audience: str
    keys: tuple[dict[str, str], ...]


class SpiffeId(msgspec.Struct, frozen=True):
    """The parts of ``spiffe://<trust domain>/<department path>/<agent>/task/<ulid>``."""

    trust_domain: str
    department: str
    """Path from the organisation: ``acme/engineering``."""
    agent: str
    task_id: TaskId


def spiffe_id(trust_domain: str, department: str, agent: str, task_id: TaskId) -> str:
    """Return the SPIFFE id of a task. Raises InvalidRequest where a part has no place in one."""
    text = f"{SCHEME}{trust_domain}/{department}/{agent}/task/{task_id.removeprefix('task_')}"
    try:
        parse_spiffe_id(text)
    except Unauthenticated as error:
        raise InvalidRequest(
            f"{text} is no SPIFFE id: {error.message}",
            fix="Use letters, digits, -, _ and . in names of departments and agents.",
        ) from error
    return text


def parse_spiffe_id(text: str) -> SpiffeId:
    """Return the parts of a task's SPIFFE id. Raises Unauthenticated for any other text."""
    if not text.startswith(SCHEME) or len(text.encode()) > MAX_SPIFFE_BYTES:
        raise Unauthenticated("The subject is no SPIFFE id.")
    trust_domain, _, path = text[len(SCHEME) :].partition("/")
    segments = path.split("/")
    if not _TRUST_DOMAIN.fullmatch(trust_domain):
        raise Unauthenticated("The subject's trust domain is not one.")
    if len(segments) < 4 or segments[-2] != "task" or not _ULID.fullmatch(segments[-1]):
        raise Unauthenticated("The subject is no task.")
    if any(not _SEGMENT.fullmatch(segment) or segment in {".", ".."} for segment in segments):
        raise Unauthenticated("The subject's path is not one.")
    return SpiffeId(trust_domain, "/".join(segments[:-3]), segments[-3], TaskId(f"task_{segments[-1]}"))


def check_thumbprint(jkt: str | None) -> None:
    """Raise InvalidRequest where a thumbprint is none: no key could ever prove tokens that bear it."""
    if jkt is not None and not _THUMBPRINT.fullmatch(jkt):
        raise InvalidRequest(
            "jkt is no thumbprint of a key.",
            fix="Send the SHA-256 of its JWK in base64url: 43 characters (RFC 7638).",
            field="jkt",
        )


def routes_of(details: tuple[Detail, ...]) -> frozenset[str] | None:
    """Return the routes that details grant, None for all that the agent has."""
    routes = frozenset(route for detail in details if detail.type == MODELS for route in detail.routes)
    return None if "*" in routes else routes


def tools_of(details: tuple[Detail, ...]) -> frozenset[str] | None:
    """Return the tools that details grant, None for all that the agent has."""
    tools = frozenset(tool for detail in details if detail.type == TOOLS for tool in detail.tools)
    return None if "*" in tools else tools


def decide_details(
    asked: tuple[Detail, ...] | None,
    *,
    within: tuple[Detail, ...] | None,
    routes: frozenset[str],
    tools: frozenset[str],
) -> tuple[Detail, ...]:
    """Return the details that a task gets: what it asks for, or all that it may have.

    ``within``: the parent's details, None for a task of the agent's own. ``routes`` and ``tools`` are the
    agent's. What is granted is written out, so that a later manifest widens no token. Raises Forbidden that
    names what is not allowed, InvalidRequest for a type of detail that is not known.
    """
    most_routes, most_tools = routes, tools
    if within is not None:
        granted_routes, granted_tools = routes_of(within), tools_of(within)
        most_routes = routes if granted_routes is None else routes & granted_routes
        most_tools = tools if granted_tools is None else tools & granted_tools
    if asked is None:
        return _details(most_routes, most_tools)
    for detail in asked:
        if detail.type not in {MODELS, TOOLS}:
            raise InvalidRequest(
                f"There is no type of detail {detail.type!r}.",
                fix=f"Use {MODELS} and {TOOLS}.",
                field="authorization_details",
                code="invalid_authorization_details",
            )
    wanted_routes, wanted_tools = routes_of(asked), tools_of(asked)
    wanted_routes = most_routes if wanted_routes is None else wanted_routes
    wanted_tools = most_tools if wanted_tools is None else wanted_tools
    beyond = sorted((wanted_routes - most_routes) | (wanted_tools - most_tools))
    if beyond:
        whose = "its parent has" if within is not None else "its agent has"
        raise Forbidden(
            f"A task cannot be granted more than {whose}: {', '.join(beyond)}.",
            fix="Ask for less, or grant it in the Agent's manifest.",
            field="authorization_details",
            code="grant_too_wide",
        )
    return _details(wanted_routes, wanted_tools)


def narrower(details: tuple[Detail, ...], within: tuple[Detail, ...]) -> tuple[Detail, ...]:
    """Return what both grant."""
    routes, tools = routes_of(details), tools_of(details)
    most_routes, most_tools = routes_of(within), tools_of(within)
    return _details(_common(routes, most_routes), _common(tools, most_tools))


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str]:
    """Return what is in both; None is everything."""
    if one is None:
        return frozenset({"*"}) if other is None else other
    return one if other is None else one & other


def _details(routes: frozenset[str], tools: frozenset[str]) -> tuple[Detail, ...]:
    found = []
    if routes:
        found.append(Detail(MODELS, routes=tuple(sorted(routes))))
    if tools:
        found.append(Detail(TOOLS, tools=tuple(sorted(tools))))
    return tuple(found)


def actors(actor: Actor | None) -> Iterator[SpiffeId]:
    """Yield the tasks on whose behalf one acts, the nearest first."""
    while actor is not None:
        yield parse_spiffe_id(actor.sub)
        actor = actor.act


def nest(parent: Claims) -> Actor:
    """Return the ``act`` of a task that another one starts. Raises Forbidden where that is too deep."""
    actor = Actor(parent.sub, parent.act)
    depth, at = 0, actor
    while at.act is not None:
        at, depth = at.act, depth + 1
    if depth >= MAX_DEPTH:
        raise Forbidden(
            f"Tasks are delegated at most {MAX_DEPTH} deep.",
            fix="Let a task nearer to the root start this one.",
            code="delegation_too_deep",
        )
    return actor
