"""What manifests compile to: one immutable, versioned value that a worker swaps between two requests."""

from collections import Counter
from decimal import Decimal
from typing import Literal

import msgspec

from podium.evidence.contents.rules import ContentRule
from podium.kernel.addresses import Network
from podium.manifest.audit_rows import AuditRow
from podium.manifest.pipelines import PipelineRow
from podium.manifest.runs import RunRow, VariableRef
from podium.spend.limits import Limit, organisation_limit
from podium.spend.machines import MachinePrices
from podium.spend.prices import PriceSheet
from podium.spend.rates import RateLimits
from podium.spend.velocity import Rule as VelocityRule
from podium.trust.cases import Escalation, Rule
from podium.trust.request.user import User
from podium.trust.tools import DecoyRow, GrantRow, PolicyRow, ToolRow, client_name

Dialect = Literal["openai", "openai-responses", "anthropic", "gemini", "llama"]


class CredentialRef(msgspec.Struct, frozen=True):
    """Where a secret is read from. Exactly one is set; the secret itself is never in a snapshot."""

    env: str | None = None
    file: str | None = None


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds. ``first_byte_s`` counts from the request sent, ``idle_s`` between two reads."""

    connect_s: float = 5.0
    first_byte_s: float = 120.0
    idle_s: float = 60.0
    total_s: float = 600.0


class LlamaRow(msgspec.Struct, frozen=True):
    """A GGUF that Podium serves itself as a child process on the provider's (loopback) address."""

    model: str
    """Name in Podium's model cache (``smollm2``) or a path to a .gguf file."""
    context_tokens: int = 4096
    parallel: int = 2
    threads: int = 2
    machine: MachinePrices = MachinePrices()


class ProviderRow(msgspec.Struct, frozen=True):
    """A provider is a row: dialect, address, credential."""

    name: str
    dialect: Dialect
    scheme: Literal["http", "https"]
    host: str
    port: int
    base_path: str
    """Path before ``/chat/completions``, without a trailing slash: ``/v1``."""
    credential: CredentialRef | None = None
    auth_header: str = "authorization"
    auth_prefix: str = "Bearer "
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    region: str | None = None
    timeouts: Timeouts = Timeouts()
    output_limit_field: str = "max_completion_tokens"
    """The field by which this provider bounds output: ``max_completion_tokens`` or ``max_tokens``."""
    ca_file: str | None = None
    network: Network = "public"
    """Which addresses the host may have."""
    llama: LlamaRow | None = None
    rates: RateLimits | None = None
    concurrency: int | None = None
    """Runs at once of agents whose routes lead to it."""
    health_path: str | None = None
    """Where each worker looks whether the provider answers; None: nowhere."""
    health_every_s: float = 10.0
    paths: dict[str, str] = msgspec.field(default_factory=dict)
    """By operation, where the dialect's own path does not hold; ``{model}`` stands for the upstream model."""
    query: dict[str, str] = msgspec.field(default_factory=dict)
    """Further parameters of every address: ``api-version``."""


class ModelRow(msgspec.Struct, frozen=True):
    """One model of one provider."""

    name: str
    provider: str
    upstream: str
    prices: PriceSheet | None
    context_window_tokens: int | None
    max_output_tokens: int | None
    tier: str | None = None
    capabilities: frozenset[str] = frozenset()
    ceiling_nano_usd: int | None = None
    """The most that one call may cost where tokens cannot bound it."""
    reasons: bool = True
    """Whether it may spend output on reasoning."""


class Candidate(msgspec.Struct, frozen=True):
    """A model that a route may choose, with its share of the traffic."""

    model: str
    weight: int = 1


class RetryRule(msgspec.Struct, frozen=True):
    """``max_attempts`` counts all attempts of a call, first and fallbacks included."""

    max_attempts: int = 3
    backoff_ms: int = 200
    max_retry_after_s: float = 5.0
    """A provider's Retry-After up to this long is waited for when no other model is left."""


class RouteRow(msgspec.Struct, frozen=True):
    """The name that clients call."""

    name: str
    operation: Literal["chat", "embeddings"]
    candidates: tuple[Candidate, ...]
    fallbacks: tuple[str, ...] = ()
    retry: RetryRule = RetryRule()
    rates: RateLimits | None = None
    max_wait_ms: int = 1000
    """How long a call may wait for a limit, of rate or of money, before it is refused."""
    ladder: tuple[str, ...] = ()
    """Tiers, the best first."""
    floor: str | None = None
    """The last tier of the ladder that may serve."""

    def rung_of(self, tier: str | None) -> int:
        """Return which rung of the ladder a model of a tier stands on; without a ladder there is one."""
        return self.ladder.index(tier) if tier in self.ladder else 0

    @property
    def rungs(self) -> int:
        """How many rungs there are, those below the floor among them."""
        return len(self.ladder) or 1


class BreakerRow(msgspec.Struct, frozen=True):
    """When a key's spend is no longer believed."""

    rule: VelocityRule = VelocityRule()
    enabled: bool = True
    expected_nano_usd_per_hour: int = 0
    """Declared, until a day has been learned; 0: nothing was."""
    expected_per_task_nano_usd_per_hour: int = 0
    """0: a task's baseline is its agent's."""
    end_streams: bool = False
    """A pause ends the streams that are under way."""
    loops: bool = True
    """Tasks and sessions that repeat themselves are paused."""


class DepartmentRow(msgspec.Struct, frozen=True):
    """``path`` runs from the organisation (the one department without a parent) down."""

    name: str
    parent: str | None
    path: str
    overrides: Rule = "whenPossible"
    """Whether an override of its limits wants a second person: its own word, else that of above."""
    limits: tuple[Limit, ...] = ()
    credentials: Literal["keys", "tasks"] = "keys"
    """``tasks``: the key of an agent starts tasks and does nothing else."""
    breaker: BreakerRow = BreakerRow()
    concurrency: int | None = None
    """Runs of its agents, and of those below, at once."""
    escalation: Escalation = Escalation()
    """When its cases go on to others."""
    machine: MachinePrices = MachinePrices()
    """What machines cost, prices of the departments above with it."""


class AgentRow(msgspec.Struct, frozen=True):
    """An agent, its place in the tree and the routes that it may call."""

    name: str
    department: str
    department_path: str
    routes: frozenset[str]
    rates: RateLimits | None = None
    limits: tuple[Limit, ...] = ()
    acts_for: tuple[str, ...] = ()
    """Of a delegated task alone: the agents whose tasks have started it; their limits of a task hold too."""
    keys_call: bool = True
    """Its key may call models; else it only starts tasks, whose tokens do."""
    delegates: tuple[str, ...] = ()
    """Agents for which its tasks may start tasks."""
    public_keys: tuple[dict[str, str], ...] = ()
    """Public JWKs with which it signs assertions."""
    workload: tuple[str, str] | None = None
    """Issuer and subject of its workload's tokens."""
    tools: tuple[GrantRow, ...] = ()
    """What its tasks may call of tools, at most, by the tool's id. What is not here is denied."""
    decoys: tuple[DecoyRow, ...] = ()
    breaker: BreakerRow = BreakerRow()
    run: RunRow | None = None
    """How Podium runs its program; None: it does not."""
    user: User | None = None
    """Whom its tasks are for, where they say nobody else."""
    content: ContentRule | None = None
    """What is kept of its content; None: nothing."""
    machine: MachinePrices = MachinePrices()
    """What its machine costs, prices of its department with it."""
    restrained: tuple[Limit, ...] = ()
    """What a breaker lets through for now: never in a snapshot, a worker adds it to who calls."""
    held_with: tuple[str, ...] = ()
    """Of a delegated task alone: keys of what has started it (`restraints.above`); never in a snapshot."""


class ToolServerRow(msgspec.Struct, frozen=True):
    """An MCP server: an address of streamable HTTP, or a program that speaks on its standard streams."""

    name: str
    scheme: Literal["http", "https"] = "https"
    host: str = ""
    """Empty: there is a ``command``."""
    port: int = 0
    target: str = "/"
    command: tuple[str, ...] = ()
    env: dict[str, VariableRef] = {}
    credential: CredentialRef | None = None
    auth_header: str = "authorization"
    auth_prefix: str = "Bearer "
    headers: dict[str, str] = {}
    network: Network = "public"
    ca_file: str | None = None
    timeout_s: float = 60.0
    tools: dict[str, ToolRow] = {}
    """By the server's own name for them."""
    polls: tuple[str, ...] = ()
    """Those that are there to be asked again until something is so."""
    retrieves: tuple[str, ...] = ()
    """Those whose results are documents that they have found."""
    prices: dict[str, Decimal] = {}
    """Nano-USD of a call, of those that have a price."""


class WebhookRow(msgspec.Struct, frozen=True):
    """Where news go. ``department`` is a path; empty ``kinds`` are all cases, with ``events`` none."""

    name: str
    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str
    credential: CredentialRef
    network: Network = "public"
    ca_file: str | None = None
    kinds: tuple[str, ...] = ()
    department: str | None = None
    events: tuple[str, ...] = ()


class KeySource(msgspec.Struct, frozen=True):
    """Where an issuer's keys are fetched. ``discovers``: ``url`` is its own, and it says where they are."""

    url: str
    discovers: bool = False
    network: Network = "public"
    ca_file: str | None = None
    credential: CredentialRef | None = None


class IssuerRow(msgspec.Struct, frozen=True):
    """Whose tokens prove workloads: with ``keys`` that are written out, or with those of ``source``."""

    issuer: str
    audience: str
    keys: tuple[dict[str, str], ...] = ()
    source: KeySource | None = None


class Snapshot(msgspec.Struct, frozen=True):
    """The whole of the manifests, compiled. ``digest`` is the SHA-256 of the content without version."""

    version: int
    digest: str
    organisation: str
    providers: dict[str, ProviderRow]
    models: dict[str, ModelRow]
    routes: dict[str, RouteRow]
    departments: dict[str, DepartmentRow]
    agents: dict[str, AgentRow]
    webhooks: dict[str, WebhookRow] = {}
    trust_domain: str = "podium.local"
    """Of the SPIFFE ids of tasks."""
    issuers: tuple[IssuerRow, ...] = ()
    tool_servers: dict[str, ToolServerRow] = {}
    policies: tuple[PolicyRow, ...] = ()
    domains: tuple[str, ...] = ()
    """The organisation's; what is in none of them, or below one, is outside."""
    pipelines: dict[str, PipelineRow] = {}
    audits: dict[str, AuditRow] = {}

    def counts(self) -> dict[str, int]:
        """Return how many there are of each kind; kinds that few fleets need only where there are some."""
        kinds = ("providers", "models", "routes", "departments", "agents")
        more = ("tool_servers", "policies", "pipelines", "audits", "webhooks")
        found = {kind: len(getattr(self, kind)) for kind in (*kinds, *more)}
        return {kind: count for kind, count in found.items() if count or kind in kinds}

    def polling_tools(self) -> frozenset[str]:
        """Return the ids of the tools that are there to be asked again."""
        return frozenset(f"{it.name}/{tool}" for it in self.tool_servers.values() for tool in it.polls)

    def retrieving_tools(self) -> frozenset[str]:
        """Return the names by which clients know tools that find documents; short ones if theirs alone."""
        servers = self.tool_servers.values()
        names = Counter(tool for it in servers for tool in it.tools)
        found = {(it.name, tool) for it in servers for tool in it.retrieves}
        short = {tool for _, tool in found if names[tool] == 1}
        return frozenset({client_name(*it) for it in found} | {"/".join(it) for it in found} | short)

    def tools_of(self, agent: AgentRow) -> dict[str, ToolRow]:
        """Return the tools that an agent's author grants, by their id, in a fixed order."""
        ids = sorted(grant.tool for grant in agent.tools)
        return {id_: tool for id_ in ids if (tool := self.tool(id_)) is not None}

    def tool(self, tool_id: str) -> ToolRow | None:
        """Return a tool by its id, ``server/tool``."""
        server, _, name = tool_id.partition("/")
        row = self.tool_servers.get(server)
        return row.tools.get(name) if row is not None else None

    def limits_of(self, agent: AgentRow) -> tuple[Limit, ...]:
        """Return every limit on an agent's way to the root, its own first; last what always gives slices."""
        found = [*agent.restrained, *agent.limits]
        for above in agent.acts_for:
            found += [limit for limit in self.agents[above].limits if limit.window == "task"]
        name: str | None = agent.department
        while name is not None:
            row = self.departments[name]
            found += row.limits
            name = row.parent
        return (*found, organisation_limit(self.organisation))

    def limits(self) -> dict[str, Limit]:
        """Return every limit by its id."""
        found = {limit.id: limit for row in self.departments.values() for limit in row.limits}
        found |= {limit.id: limit for agent in self.agents.values() for limit in agent.limits}
        own = organisation_limit(self.organisation)
        return {**found, own.id: own}


_decoder = msgspec.json.Decoder(Snapshot)


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """Return canonical JSON: sorted, so that equal snapshots have equal bytes."""
    return msgspec.json.encode(snapshot, order="deterministic")


def decode_snapshot(data: bytes) -> Snapshot:
    """Return the snapshot of `encode_snapshot`'s bytes. Raises msgspec.ValidationError on others."""
    return _decoder.decode(data)
