"""The YAML kinds: their shape, field by field. What holds between fields and manifests is in `check`.

The descriptions become the JSON Schema and docs/manifests.md.
"""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from podium.kernel.addresses import Network
from podium.manifest.fields import (
    Amount,
    Attempts,
    BaseUrl,
    Count,
    Credential,
    Duration,
    Flag,
    HeaderName,
    HeaderValue,
    Name,
    Pause,
    Percent,
    PriceRef,
    RouteName,
    Shape,
    Text,
    TimeZone,
    ToolId,
    Url,
    Usd,
)
from podium.manifest.kinds_approvals import Approvals, EscalationSpec
from podium.manifest.kinds_audits import AuditManifest
from podium.manifest.kinds_breaker import BreakerSpec
from podium.manifest.kinds_content import ContentSpec
from podium.manifest.kinds_identity import Jwk, UserSpec, Workload, WorkloadIssuer
from podium.manifest.kinds_machines import MachinePricesSpec
from podium.manifest.kinds_pipeline import PipelineManifest
from podium.manifest.kinds_runs import CONCURRENCY, RunSpec
from podium.manifest.kinds_tools import DecoySpec, GrantSpec, Organisation, Policy, ToolServer
from podium.manifest.shapes import Manifest, Metadata
from podium.manifest.snapshot import Dialect
from podium.spend.limits import DEFAULT_BANDS, Unit

TrustDomain = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,254}$")]
UrlPath = Annotated[str, Field(pattern=r"^/[!-~]*$")]
Capability = Literal["vision", "tools", "structured_output", "audio", "documents", "embeddings"]
ToolKind = Literal["web_search", "web_search_preview", "web_fetch", "file_search", "code_interpreter"]
OutputLimitField = Literal["max_completion_tokens", "max_tokens"]


class RouteMetadata(Metadata):
    """What a route is called."""

    name: RouteName = Field(description="What clients write as `model`, for example `openai/gpt-4o`.")


class Timeouts(Shape):
    """When to give up on the provider."""

    connect: Duration = Field(5_000, description="To connect, TLS included.")
    first_byte: Duration = Field(
        120_000, description="From the request sent to the first byte of the answer."
    )
    idle: Duration = Field(60_000, description="Between two reads of the answer.")
    total: Duration = Field(600_000, description="For the whole attempt.")


class Llama(Shape):
    """A GGUF that Podium serves itself, as a child process on the provider's address."""

    model: Text = Field(
        description="Name of a model fetched with `podium model pull`, or path of a .gguf file."
    )
    context_tokens: Count = Field(
        4096, description="Context that is allocated, shared by the parallel requests."
    )
    parallel: Count = Field(2, description="Requests served at the same time.")
    threads: Count = Field(2, description="Threads that compute.")
    machine_prices: MachinePricesSpec = Field(
        MachinePricesSpec(), description="What its machine costs. Default: the organisation's prices."
    )


class RateLimits(Shape):
    """The most in any 60 seconds, and at the same time, over all workers together."""

    requests_per_minute: Count | None = Field(
        None, description="Calls; for a provider: attempts. None: no limit."
    )
    tokens_per_minute: Count | None = Field(
        None,
        description="Input and output together. A call counts with the most that it can use, "
        "then with what it used. None: no limit.",
    )
    concurrency: Count | None = Field(None, description="Calls under way. None: no limit.")


class HealthCheck(Shape):
    """A look at the provider that costs nothing."""

    path: UrlPath = Field(
        description="Read with GET behind `baseUrl`: `/models`. An answer below 500 is a good one."
    )
    every: Duration = Field(10_000, description="How often each worker looks.")


class ProviderSpec(Shape):
    """An address that speaks a dialect."""

    dialect: Dialect = Field(
        "openai",
        description="The wire format. `openai`: any OpenAI-compatible URL. `openai-responses`: OpenAI's "
        "Responses. `anthropic`: Anthropic's Messages. `gemini`: Google's generateContent. "
        "`llama`: a local model that Podium runs.",
    )
    base_url: BaseUrl = Field(
        description="What stands before `/chat/completions`, `/responses`, `/messages` or `/models/...`: "
        "`https://api.openai.com/v1`, `https://api.anthropic.com/v1`, "
        "`https://generativelanguage.googleapis.com/v1beta`. For `llama`: loopback http with a port."
    )
    credential: Credential | None = Field(None, description="Where the key is read. None: no key is sent.")
    auth_header: HeaderName | None = Field(
        None,
        description="Header that carries the key. Default: `x-api-key` for `anthropic`, `x-goog-api-key` for "
        "`gemini`, else `authorization`.",
    )
    auth_prefix: HeaderValue | None = Field(
        None,
        description="Text before the key. Default: `Bearer ` in `authorization`, nothing in another header.",
    )
    paths: dict[Literal["chat", "embeddings"], UrlPath] = Field(
        default={},
        description="Paths behind `baseUrl` where they are not the dialect's own; `{model}` stands for the "
        "upstream model. Azure: `chat: /deployments/{model}/chat/completions`.",
    )
    query: dict[Text, Text] = Field(
        default={}, description="Parameters of every address. Azure: `api-version: 2024-10-21`. No secrets."
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        default={}, description="Further headers of every request. No secrets."
    )
    region: Text | None = Field(None, description="Where the provider computes, as you call it: `eu-west-1`.")
    timeouts: Timeouts = Field(Timeouts(), description="When to give up.")
    output_limit_field: OutputLimitField | None = Field(
        None,
        description="How the provider calls the limit of output. "
        "Default: `max_completion_tokens`; for `llama`: `max_tokens`.",
    )
    ca_file: Text | None = Field(
        None, description="PEM file of the authorities to trust instead of the usual ones."
    )
    network: Network = Field(
        "public",
        description="`public`: a name in `baseUrl` may only resolve to addresses of the internet. `private`: "
        "also to private networks and this machine. An address written out in `baseUrl` says it by itself. "
        "Link-local addresses and metadata services are never connected to.",
    )
    rate_limits: RateLimits | None = Field(None, description="What may be sent to it.")
    concurrency: Count | None = Field(None, description=f"Of agents whose routes lead to it: {CONCURRENCY}.")
    health_check: HealthCheck | None = Field(
        None, description="Look at the provider also while no calls go to it. None: only calls tell."
    )
    llama: Llama | None = Field(
        None, description="The model to run; for dialect `llama` only, and required there."
    )


class Rates(Shape):
    """USD per million tokens, by kind. A kind without a price costs what its total costs."""

    input_per_million_tokens: Usd | None = Field(None, description="Input. `price` needs it.")
    output_per_million_tokens: Usd | None = Field(
        None, description="Output. `price` needs it, unless the model embeds."
    )
    cache_read_per_million_tokens: Usd | None = Field(None, description="Input read from a cache.")
    cache_write_per_million_tokens: Usd | None = Field(None, description="Input written to a cache.")
    cache_write_1h_per_million_tokens: Usd | None = Field(
        None, alias="cacheWrite1hPerMillionTokens", description="Input written to a cache for an hour."
    )
    reasoning_per_million_tokens: Usd | None = Field(None, description="Output spent on reasoning.")
    input_audio_per_million_tokens: Usd | None = Field(None, description="Audio input.")
    output_audio_per_million_tokens: Usd | None = Field(None, description="Audio output.")
    cache_audio_read_per_million_tokens: Usd | None = Field(
        None, description="Audio input read from a cache."
    )


class PriceTier(Rates):
    """Prices that hold for every token of a call whose whole input is above a threshold."""

    above_input_tokens: Count = Field(description="The threshold.")


class Price(Rates):
    """What a model costs, instead of the published price."""

    per_request_usd: Usd = Field(Decimal(0), description="USD for each request, besides its tokens.")
    per_tool_use_usd: dict[ToolKind, Usd] = Field(
        default={},
        description="USD for each use of a tool that the provider runs. Calls that ask for a tool without "
        "a price need `ceilingUsd`.",
    )
    tiers: list[PriceTier] = Field(default=[], description="Prices of long inputs.")


class ModelSpec(Shape):
    """One model of one provider."""

    provider: Name = Field(description="Name of a Provider.")
    upstream: Text | None = Field(
        None, description="The provider's name for the model. Default: `metadata.name`."
    )
    price: Price | None = Field(
        None, description="The price, where the published one is not wanted or not known."
    )
    price_ref: PriceRef | None = Field(
        None,
        description="PROVIDER/MODEL in the published price list (genai-prices). "
        "Default: found by the provider's `baseUrl` and `upstream`.",
    )
    context_window_tokens: Count | None = Field(None, description="Input and output together.")
    max_output_tokens: Count | None = Field(None, description="The most that one answer can hold.")
    tier: Name | None = Field(
        None, description="How capable it is, in your words: `frontier`, `mid`, `small`."
    )
    reasons: Flag = Field(
        True, description="Whether it may spend output on reasoning; `false`: no limit of those counts it."
    )
    capabilities: list[Capability] = Field(
        default=[],
        description="What it can do beyond text; a request that needs more is refused. "
        "`embeddings`: it embeds, and does not chat.",
    )
    ceiling_usd: Usd | None = Field(
        None,
        description="The most that one call may cost where tokens cannot bound it. "
        "Without it such calls are refused.",
    )


class CandidateSpec(Shape):
    """A model with its share of a route's traffic."""

    model: Name = Field(description="Name of a Model.")
    weight: Count = Field(1, description="Its share: weight over the sum of weights.")


class BandSpec(Shape):
    """What holds from a share of a limit on."""

    at: Percent = Field(description="Per cent of the amount, from where on.")
    action: Literal["warn", "smaller", "cheapest"] = Field(
        description="`warn`: answers say so. `smaller`: not for the first rung of a route's ladder. "
        "`cheapest`: for the last rung alone. A route without a ladder has one rung, its cheapest."
    )


class LimitSpec(Shape):
    """The most that may be used in a window."""

    amount: Amount = Field(description="USD, or tokens.")
    unit: Unit = Field(
        "usd",
        description="`usd`; `tokens`: input and output; `reasoning_tokens`: output spent on reasoning.",
    )
    window: Literal["minute", "hour", "day", "week", "month", "quarter", "task"] = Field(
        "month", description="When it begins anew; weeks begin on Monday. `task`: for each task, in its life."
    )
    time_zone: TimeZone = Field(
        "UTC", description="Whose days, weeks and months: a name of the IANA database."
    )
    tier: Name | None = Field(None, description="Count only calls of models of this tier.")
    enforce: Literal["hard", "soft"] = Field(
        "hard", description="`hard`: nothing passes it. `soft`: it warns, and refuses nothing."
    )
    bands: list[BandSpec] = Field(
        default=[BandSpec(at=band.at_percent, action=band.action) for band in DEFAULT_BANDS],
        description="What happens near the edge. Default: `warn` at 80, `smaller` at 90, `cheapest` at 97.",
    )


class Retry(Shape):
    """When an attempt fails before anything has been received."""

    max_attempts: Attempts = Field(3, description="Attempts of one call in all, at most 10.")
    backoff: Pause = Field(200, description="Pause before the second attempt at the same model; it doubles.")
    max_retry_after: Pause = Field(
        5_000,
        description="A provider's `Retry-After` up to this long is waited for when no other model is left.",
    )


class RouteSpec(Shape):
    """What a name stands for."""

    operation: Literal["chat", "embeddings"] = Field("chat", description="What it serves.")
    candidates: list[CandidateSpec] = Field(
        min_length=1, description="One is chosen by weight; if it fails, the others follow."
    )
    fallbacks: list[Name] = Field(
        default=[], description="Models that are tried in this order when the candidates fail."
    )
    ladder: list[Name] = Field(
        default=[],
        description="Tiers of the route's models, the best first: near a limit a call goes down to a "
        "model of a later one. None: it does not.",
    )
    floor: Name | None = Field(
        None, description="The last tier of the ladder that may serve; below it a call is refused."
    )
    retry: Retry = Field(Retry(), description="The retry rule.")
    rate_limits: RateLimits | None = Field(None, description="What all its callers may together.")
    max_wait: Pause = Field(
        1_000,
        description="How long a call may wait for a limit of rate of the agent, the route or the provider; "
        "then it is refused with 429.",
    )


class DepartmentSpec(Shape):
    """A place in the organisation's tree."""

    parent: Name | None = Field(
        None, description="Name of the Department above. Exactly one has none: the organisation."
    )
    limits: list[LimitSpec] = Field(default=[], description="What it may use, with all that is below it.")
    approvals: Approvals = Field(Approvals(), description="What wants a second person's approval.")
    escalation: EscalationSpec = Field(
        EscalationSpec(), description="When its cases go on to others, if nobody answers."
    )
    breaker: BreakerSpec = Field(
        BreakerSpec(), description="When it is paused, and its agents, as far as these do not say otherwise."
    )
    concurrency: Count | None = Field(None, description=f"Of its agents, and of those below: {CONCURRENCY}.")
    content: ContentSpec = Field(ContentSpec(), description="What is kept of its agents' content, at most.")
    credentials: Literal["keys", "tasks"] | None = Field(
        None,
        description="`tasks`: an agent's own key only starts tasks, whose tokens call models and tools. "
        "`keys`: the key calls too. Default: that of the Department above; `keys` for the organisation.",
    )
    trust_domain: TrustDomain | None = Field(
        None,
        description="Of the organisation alone: the trust domain in the SPIFFE ids of its tasks. "
        "Default: its name and `.podium`.",
    )
    workload_issuers: list[WorkloadIssuer] = Field(
        default=[],
        description="Of the organisation alone: OIDC issuers (Kubernetes' too) whose tokens prove agents.",
    )
    machine_prices: MachinePricesSpec = Field(
        MachinePricesSpec(), description="What machines cost. Default: each price of the Department above."
    )
    organisation: Organisation = Field(
        Organisation(), description="Of the organisation alone: what is inside it."
    )


class AgentSpec(Shape):
    """Who calls, for whom, and what it may call."""

    department: Name = Field(description="Name of a Department.")
    routes: list[RouteName] = Field(min_length=1, description="Names of the Routes that it may call.")
    rate_limits: RateLimits | None = Field(None, description="What it may.")
    limits: list[LimitSpec] = Field(
        default=[], description="What it may use; `window: task`: what each task may."
    )
    breaker: BreakerSpec = Field(BreakerSpec(), description="When it is paused.")
    content: ContentSpec = Field(ContentSpec(), description="What is kept of its content.")
    delegates: list[Name] = Field(
        default=[], description="Agents for which its tasks may start tasks, with a part of their own grants."
    )
    public_keys: list[Jwk] = Field(
        default=[], description="Keys with which it signs assertions (RFC 7523) instead of bearing a secret."
    )
    workload: Workload | None = Field(
        None, description="Its workload's identity: a token of a configured issuer starts its tasks."
    )
    resources: dict[ToolId, GrantSpec] = Field(
        default={},
        description="The resources that its tasks may read, at most, by SERVER/NAME, as `tools`: `arguments` "
        "are the variables of a template. What is not here is denied.",
    )
    prompts: dict[ToolId, GrantSpec] = Field(
        default={},
        description="The prompts that its tasks may get, at most, by SERVER/NAME, as `tools`. What is not "
        "here is denied.",
    )
    tools: dict[ToolId, GrantSpec] = Field(
        default={},
        description="The tools that its tasks may call, at most, by SERVER/TOOL. What is not here is denied.",
    )
    decoys: list[DecoySpec] = Field(
        default=[], description="What no honest task of it needs: whoever touches one is paused at once."
    )
    machine_prices: MachinePricesSpec = Field(
        MachinePricesSpec(), description="What its machine costs. Default: each price of its Department."
    )
    user: UserSpec | None = Field(None, description="Who *me* of requests is, where a task does not say.")
    run: RunSpec | None = Field(
        None, description="How Podium runs its program. None: it is started elsewhere (docs/tasks.md)."
    )


class WebhookSpec(Shape):
    """Where news of cases go, and what has occurred."""

    url: Url = Field(description="Gets a POST for each event of a case.")
    credential: Credential = Field(description="Where the key of the signature (HMAC-SHA256) is read.")
    network: Network = Field(
        "public",
        description="`public`: a name in `url` may only resolve to addresses of the internet. `private`: "
        "also to private networks and this machine. An address written out in `url` says it by itself.",
    )
    ca_file: Text | None = Field(None, description="PEM file of the authorities to trust instead.")
    kinds: list[Text] = Field(
        default=[],
        description="Only cases of these kinds. None: of all; with `events`, of none.",
    )
    events: list[Literal["audit.failed", "figure.crossed", "prompt.changed", "tool.changed"]] = Field(
        default=[], description="What has occurred, sent as CloudEvents (docs/inbox.md)."
    )
    department: Name | None = Field(
        None, description="Only cases of this Department and those below it. None: of all."
    )


class Provider(Manifest):
    """An address that serves models, with its credential and time-outs."""

    kind: Literal["Provider"] = Field(description="Provider.")
    spec: ProviderSpec = Field(description="The provider.")


class Model(Manifest):
    """One model of a provider: price, limits and capabilities."""

    kind: Literal["Model"] = Field(description="Model.")
    spec: ModelSpec = Field(description="The model.")


class Route(Manifest):
    """A name that clients call, and the models behind it."""

    kind: Literal["Route"] = Field(description="Route.")
    metadata: RouteMetadata = Field(description="What it is called.")
    spec: RouteSpec = Field(description="The route.")


class Department(Manifest):
    """A node of the organisation's tree, on which money is counted."""

    kind: Literal["Department"] = Field(description="Department.")
    spec: DepartmentSpec = Field(DepartmentSpec(), description="The department.")


class Agent(Manifest):
    """A program that calls models under its own credential."""

    kind: Literal["Agent"] = Field(description="Agent.")
    spec: AgentSpec = Field(description="The agent.")


class Webhook(Manifest):
    """An address that is told when a case of the Inbox is opened, answered or expires."""

    kind: Literal["Webhook"] = Field(description="Webhook.")
    spec: WebhookSpec = Field(description="The webhook.")


KINDS: Final[dict[str, type[Manifest]]] = {
    "Provider": Provider,
    "Model": Model,
    "Route": Route,
    "Department": Department,
    "Agent": Agent,
    "Webhook": Webhook,
    "ToolServer": ToolServer,
    "Policy": Policy,
    "Audit": AuditManifest,
    "Pipeline": PipelineManifest,
}
