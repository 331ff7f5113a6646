"""Manifests -> one immutable Snapshot, or every finding at once."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal, Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec

from podium.kernel.addresses import is_loopback, parse_address
from podium.kernel.errors import Finding, ManifestError
from podium.kernel.money import EXACT, NANO_PER_USD, ceil_nano
from podium.manifest import compile_tools, kinds, kinds_tools
from podium.manifest.audits import audit
from podium.manifest.breakers import breaker_of_agent, breaker_of_department
from podium.manifest.check import AUTH_HEADERS, check, split_url
from podium.manifest.check_tools import check_policies
from podium.manifest.compile_machines import machine_prices
from podium.manifest.compile_runs import run_row
from podium.manifest.contents import content_rule
from podium.manifest.kinds_approvals import EscalationSpec
from podium.manifest.kinds_audits import AuditManifest
from podium.manifest.kinds_identity import Jwk, WorkloadIssuer
from podium.manifest.kinds_pipeline import PipelineManifest
from podium.manifest.load import Document, Loaded, load
from podium.manifest.pipelines import pipeline
from podium.manifest.secrets import withhold
from podium.manifest.shapes import Manifest
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    CredentialRef,
    DepartmentRow,
    IssuerRow,
    KeySource,
    LlamaRow,
    ModelRow,
    ProviderRow,
    RetryRule,
    RouteRow,
    Snapshot,
    Timeouts,
    WebhookRow,
    encode_snapshot,
)
from podium.manifest.warn_definitions import Definitions
from podium.manifest.warn_tools import warn_tools
from podium.spend.limits import Band, Limit, limit_id
from podium.spend.prices import PriceSheet, Rate, Tier
from podium.spend.rates import RateLimits
from podium.trust.cases import Escalation
from podium.trust.tools import PolicyRow

_NANO_USD_PER_TOKEN: Final = Decimal(1000)
"""Of one USD per million tokens."""

Kind = TypeVar("Kind", bound=Manifest)


class PriceLookup(Protocol):
    """A published price list; `podium.ports.PriceList` has this shape."""

    def find(self, provider_base_url: str, upstream_model: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet in force at a Unix time in nanoseconds, or None."""
        ...

    def find_named(self, provider_id: str, model_id: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet by the list's own provider and model ids, or None."""
        ...


def compile_manifests(
    files: Sequence[tuple[str, str]], *, prices: PriceLookup, at_ns: int, unread: Sequence[Finding] = ()
) -> Snapshot:
    """Return the snapshot of (file name, text) pairs, with version 0.

    ``at_ns`` (Unix nanoseconds) chooses among published prices. ``unread`` are findings of files that could
    not even be read. Raises ManifestError with every finding, in the order of files and lines.
    """
    loaded = load(files)
    findings = [*unread, *loaded.findings, *check(loaded, complete=not unread)]
    sheets = _find_sheets(loaded, prices, at_ns, findings)
    snapshot = None if findings else _build(loaded.documents, sheets)
    findings += _policies(loaded, findings)
    if findings or snapshot is None:
        order = {file: number for number, (file, _) in enumerate(files)}
        raise ManifestError(sorted(withhold(findings), key=lambda f: (order.get(f.file, -1), f.file, f.line)))
    return snapshot


def _policies(loaded: Loaded, findings: Sequence[Finding]) -> list[Finding]:
    """Return the faults of the organisation's rules, none while it is not sure which tools there are."""
    servers = _of(loaded.documents, kinds_tools.ToolServer)
    there = [it for it in loaded.documents if it.kind == "ToolServer"]
    wrong = {it.file for it in findings if not it.absent}
    if loaded.unsure or len(servers) < len(there) or {it.file for it in there} & wrong:
        return []
    rows = (compile_tools.tool_server(name, it.spec) for name, it in servers.items())
    tools = [tool for row in rows for tool in row.tools.values()]
    names = {
        kind: [it.name for it in loaded.documents if it.kind == kind] for kind in ("Department", "Agent")
    }
    if any(it.absent == "the organisation" for it in findings):
        names["Department"] += [
            it.absent.split()[-1] for it in findings if it.absent.startswith("Department ")
        ]
    return list(check_policies(loaded, tools, departments=names["Department"], agents=names["Agent"]))


def find_warnings(files: Sequence[tuple[str, str]], definitions: Definitions | None = None) -> list[Finding]:
    """Return what is allowed in (file name, text) pairs and hardly meant.

    ``definitions``: what servers say of their tools, by the tools' ids, where that is known.
    """
    return withhold(warn_tools(load(files), definitions))


def _find_sheets(
    loaded: Loaded, prices: PriceLookup, at_ns: int, findings: list[Finding]
) -> dict[str, PriceSheet | None]:
    """Return the price sheet of every model. Adds a finding where a model has none and needs one."""
    providers = {document.name: document for document in loaded.documents if document.kind == "Provider"}
    sheets: dict[str, PriceSheet | None] = {}
    for document in loaded.documents:
        if document.kind != "Model":
            continue
        if document.has("spec", "price"):
            if isinstance(document.manifest, kinds.Model) and document.manifest.spec.price and not findings:
                sheets[document.name] = _sheet(document.manifest.spec.price)
            continue
        provider = providers.get(document.text("spec", "provider") or "")
        sheet = sheets[document.name] = _published(document, provider, prices, at_ns)
        reference = document.text("spec", "priceRef")
        if reference and "/" not in reference:
            continue  # its shape is a finding already
        if sheet is None and reference:
            fix = "Write it as the list does, for example openai/gpt-4o, or write `price`."
            message = f"the published price list has no {reference}."
            findings.append(document.finding(("spec", "priceRef"), message, fix))
        elif sheet is None and provider is not None and not document.has("spec", "ceilingUsd"):
            findings.append(_no_price(document, provider))
    return sheets


def _published(
    document: Document, provider: Document | None, prices: PriceLookup, at_ns: int
) -> PriceSheet | None:
    reference = document.text("spec", "priceRef")
    if reference:
        provider_id, _, model_id = reference.partition("/")
        return prices.find_named(provider_id, model_id, at_ns)
    parts = split_url(provider) if provider is not None else None
    # No list prices what runs on this machine, and loading the list takes time.
    if provider is None or parts is None or is_loopback(parts.hostname or ""):
        return None
    upstream = document.text("spec", "upstream") or document.name
    return prices.find(provider.text("spec", "baseUrl") or "", upstream, at_ns)


def _no_price(document: Document, provider: Document) -> Finding:
    upstream = document.text("spec", "upstream") or document.name
    message = f"no price is known for {upstream} of {provider.name}, so its calls cannot be bounded."
    if provider.text("spec", "dialect") == "llama":
        fix = "Write `price: {inputPerMillionTokens: 0, outputPerMillionTokens: 0}`."
    else:
        fix = (
            "Write `priceRef: PROVIDER/MODEL` of the published list, or `price: {inputPerMillionTokens: ..., "
            "outputPerMillionTokens: ...}` in USD, or `ceilingUsd: ...`, the most that one call may cost."
        )
    return document.finding(("spec", "price"), message, fix)


def _build(documents: Sequence[Document], sheets: Mapping[str, PriceSheet | None]) -> Snapshot:
    """Return the snapshot of manifests without findings."""
    specs = {name: it.spec for name, it in _of(documents, kinds.Department).items()}
    departments = _departments(_of(documents, kinds.Department))
    agents = {
        name: AgentRow(
            name=name,
            department=agent.spec.department,
            department_path=departments[agent.spec.department].path,
            routes=frozenset(agent.spec.routes),
            rates=_rates(agent.spec.rate_limits),
            limits=_limits(f"agent/{name}", agent.spec.limits),
            keys_call=departments[agent.spec.department].credentials == "keys",
            delegates=tuple(sorted(agent.spec.delegates)),
            public_keys=tuple(_jwk(key) for key in agent.spec.public_keys),
            workload=(it.issuer, it.subject) if (it := agent.spec.workload) else None,
            breaker=breaker_of_agent(agent.spec, specs),
            tools=compile_tools.grants(agent.spec),
            decoys=compile_tools.decoys(agent.spec),
            run=run_row(agent.spec.run),
            user=compile_tools.user(agent.spec),
            content=content_rule(agent.spec, specs),
            machine=machine_prices([agent.spec.machine_prices], departments[agent.spec.department].machine),
        )
        for name, agent in _of(documents, kinds.Agent).items()
    }
    paths = {name: row.path for name, row in departments.items()}
    organisation = next(name for name, row in departments.items() if row.parent is None)
    root = _of(documents, kinds.Department)[organisation].spec
    content = Snapshot(
        version=0,
        digest="",
        organisation=organisation,
        providers={name: _provider(name, it.spec) for name, it in _of(documents, kinds.Provider).items()},
        models={
            name: _model(name, it.spec, sheets[name]) for name, it in _of(documents, kinds.Model).items()
        },
        routes={name: _route(name, it.spec) for name, it in _of(documents, kinds.Route).items()},
        departments=departments,
        agents=agents,
        webhooks={
            name: _webhook(name, it.spec, departments) for name, it in _of(documents, kinds.Webhook).items()
        },
        trust_domain=root.trust_domain or f"{organisation}.podium",
        issuers=tuple(_issuer(it) for it in root.workload_issuers),
        tool_servers={
            name: compile_tools.tool_server(name, it.spec)
            for name, it in _of(documents, kinds_tools.ToolServer).items()
        },
        policies=tuple(
            PolicyRow(name, it.spec.cedar) for name, it in _of(documents, kinds_tools.Policy).items()
        ),
        domains=tuple(sorted(root.organisation.domains)),
        pipelines={
            name: pipeline(name, it.spec, paths, agents[it.spec.agent].department_path)
            for name, it in _of(documents, PipelineManifest).items()
        },
        audits={name: audit(name, it.spec, paths) for name, it in _of(documents, AuditManifest).items()},
    )
    return msgspec.structs.replace(content, digest=hashlib.sha256(encode_snapshot(content)).hexdigest())


def _of(documents: Sequence[Document], kind: type[Kind]) -> dict[str, Kind]:
    """Return the manifests of one kind by name, sorted."""
    found = [(it.name, it.manifest) for it in documents if isinstance(it.manifest, kind)]
    return dict(sorted(found, key=lambda pair: pair[0]))


def _provider(name: str, spec: kinds.ProviderSpec) -> ProviderRow:
    url = urlsplit(spec.base_url)
    scheme: Literal["http", "https"] = "https" if url.scheme == "https" else "http"
    auth_header = (spec.auth_header or AUTH_HEADERS.get(spec.dialect, "authorization")).lower()
    prefix = "Bearer " if auth_header == "authorization" else ""
    limit = "max_tokens" if spec.dialect == "llama" else "max_completion_tokens"
    return ProviderRow(
        name=name,
        dialect=spec.dialect,
        scheme=scheme,
        host=url.hostname or "",
        port=url.port or (443 if scheme == "https" else 80),
        base_path=url.path.rstrip("/"),
        credential=CredentialRef(env=spec.credential.env, file=spec.credential.file)
        if spec.credential
        else None,
        auth_header=auth_header,
        auth_prefix=prefix if spec.auth_prefix is None else spec.auth_prefix,
        headers=dict(sorted(spec.headers.items())),
        region=spec.region,
        timeouts=Timeouts(
            connect_s=spec.timeouts.connect / 1000,
            first_byte_s=spec.timeouts.first_byte / 1000,
            idle_s=spec.timeouts.idle / 1000,
            total_s=spec.timeouts.total / 1000,
        ),
        output_limit_field=spec.output_limit_field or limit,
        ca_file=spec.ca_file,
        network="private" if _is_written_out(url.hostname or "") else spec.network,
        llama=LlamaRow(
            model=spec.llama.model,
            context_tokens=spec.llama.context_tokens,
            parallel=spec.llama.parallel,
            threads=spec.llama.threads,
            machine=machine_prices([spec.llama.machine_prices]),
        )
        if spec.llama
        else None,
        rates=_rates(spec.rate_limits),
        concurrency=spec.concurrency,
        health_path=spec.health_check.path if spec.health_check else None,
        health_every_s=spec.health_check.every / 1000 if spec.health_check else 10.0,
        paths=dict(sorted(spec.paths.items())),
        query=dict(sorted(spec.query.items())),
    )


def _webhook(name: str, spec: kinds.WebhookSpec, departments: Mapping[str, DepartmentRow]) -> WebhookRow:
    url = urlsplit(spec.url)
    scheme: Literal["http", "https"] = "https" if url.scheme == "https" else "http"
    return WebhookRow(
        name=name,
        scheme=scheme,
        host=url.hostname or "",
        port=url.port or (443 if scheme == "https" else 80),
        target=url.path or "/",
        credential=CredentialRef(env=spec.credential.env, file=spec.credential.file),
        network="private" if _is_written_out(url.hostname or "") else spec.network,
        ca_file=spec.ca_file,
        kinds=tuple(sorted(spec.kinds)),
        events=tuple(sorted(spec.events)),
        department=departments[spec.department].path if spec.department is not None else None,
    )


def _issuer(spec: WorkloadIssuer) -> IssuerRow:
    """Compile an issuer: its keys stand in the manifest, or are fetched."""
    if spec.jwks:
        return IssuerRow(spec.issuer, spec.audience, tuple(_jwk(key) for key in spec.jwks))
    url, ref = spec.jwks_url or spec.issuer, spec.credential
    source = KeySource(
        url,
        discovers=spec.jwks_url is None,
        network="private" if _is_written_out(urlsplit(url).hostname or "") else spec.network,
        ca_file=spec.ca_file,
        credential=CredentialRef(env=ref.env, file=ref.file) if ref else None,
    )
    return IssuerRow(spec.issuer, spec.audience, source=source)


def _is_written_out(host: str) -> bool:
    """Whether the manifest itself says which address is meant."""
    return host == "localhost" or parse_address(host) is not None


def _model(name: str, spec: kinds.ModelSpec, prices: PriceSheet | None) -> ModelRow:
    return ModelRow(
        name=name,
        provider=spec.provider,
        upstream=spec.upstream or name,
        prices=prices,
        context_window_tokens=spec.context_window_tokens,
        max_output_tokens=spec.max_output_tokens,
        tier=spec.tier,
        capabilities=frozenset(spec.capabilities),
        reasons=spec.reasons,
        ceiling_nano_usd=None if spec.ceiling_usd is None else ceil_nano(spec.ceiling_usd * NANO_PER_USD),
    )


def _route(name: str, spec: kinds.RouteSpec) -> RouteRow:
    return RouteRow(
        name=name,
        operation=spec.operation,
        candidates=tuple(Candidate(model=it.model, weight=it.weight) for it in spec.candidates),
        fallbacks=tuple(spec.fallbacks),
        retry=RetryRule(
            max_attempts=spec.retry.max_attempts,
            backoff_ms=spec.retry.backoff,
            max_retry_after_s=spec.retry.max_retry_after / 1000,
        ),
        rates=_rates(spec.rate_limits),
        max_wait_ms=spec.max_wait,
        ladder=tuple(spec.ladder),
        floor=spec.floor,
    )


def _rates(spec: kinds.RateLimits | None) -> RateLimits | None:
    if spec is None:
        return None
    limits = RateLimits(spec.requests_per_minute, spec.tokens_per_minute, spec.concurrency)
    return limits if limits.amounts() else None


def _limits(owner: str, specs: Sequence[kinds.LimitSpec]) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            id=limit_id(owner, it.unit, it.window, it.tier),
            owner=owner,
            unit=it.unit,
            amount=int(it.amount * NANO_PER_USD if it.unit == "usd" else it.amount),
            window=it.window,
            time_zone=it.time_zone,
            tier=it.tier,
            hard=it.enforce == "hard",
            bands=tuple(Band(band.at, band.action) for band in it.bands),
        )
        for it in specs
    )


def _departments(found: Mapping[str, kinds.Department]) -> dict[str, DepartmentRow]:
    """Return the rows with their paths from the root; check has seen that this is a tree."""
    rows: dict[str, DepartmentRow] = {}
    for name, department in found.items():
        steps, above = [name], department.spec.parent
        rule, credentials = department.spec.approvals.overrides, department.spec.credentials
        while above is not None:
            steps.append(above)
            rule = rule or found[above].spec.approvals.overrides
            credentials = credentials or found[above].spec.credentials
            above = found[above].spec.parent
        rows[name] = DepartmentRow(
            name=name,
            parent=department.spec.parent,
            path="/".join(reversed(steps)),
            limits=_limits(f"department/{name}", department.spec.limits),
            credentials=credentials or "keys",
            overrides=rule or "whenPossible",
            concurrency=department.spec.concurrency,
            breaker=breaker_of_department(name, {at: it.spec for at, it in found.items()}),
            escalation=_escalation([found[step].spec.escalation for step in steps]),
            machine=machine_prices([found[step].spec.machine_prices for step in steps]),
        )
    return rows


def _escalation(said: Sequence[EscalationSpec]) -> Escalation:
    """Return what holds for a department: its own word, else that of the nearest one above; 0 is never."""
    usual = Escalation()
    parent_ms = next((one.parent for one in said if one.parent is not None), usual.parent_ms)
    admins_ms = next((one.admins for one in said if one.admins is not None), usual.admins_ms)
    return Escalation(parent_ms or None, admins_ms or None)


def _jwk(key: Jwk) -> dict[str, str]:
    """Return a public key as RFC 7517 has it."""
    return {name: value for name, value in key.model_dump().items() if value is not None}


def _sheet(price: kinds.Price) -> PriceSheet:
    """Return the price sheet of prices that stand in a manifest."""
    free = Rate(Decimal(0))  # an embeddings model may leave the output out: there is none
    return PriceSheet(
        input=_rate(price, "input_per_million_tokens") or free,
        output=_rate(price, "output_per_million_tokens") or free,
        cache_read=_rate(price, "cache_read_per_million_tokens"),
        cache_write=_rate(price, "cache_write_per_million_tokens"),
        cache_write_1h=_rate(price, "cache_write_1h_per_million_tokens"),
        reasoning=_rate(price, "reasoning_per_million_tokens"),
        input_audio=_rate(price, "input_audio_per_million_tokens"),
        output_audio=_rate(price, "output_audio_per_million_tokens"),
        cache_audio_read=_rate(price, "cache_audio_read_per_million_tokens"),
        request_nano_usd=_plain(price.per_request_usd * NANO_PER_USD),
        tool_uses={kind: _plain(usd * NANO_PER_USD) for kind, usd in sorted(price.per_tool_use_usd.items())},
    )


def _rate(price: kinds.Price, field: str) -> Rate | None:
    usd: Decimal | None = getattr(price, field)
    if usd is None:
        return None
    tiers = [
        Tier(
            above_input_tokens=tier.above_input_tokens, nano_usd_per_token=_plain(above * _NANO_USD_PER_TOKEN)
        )
        for tier in sorted(price.tiers, key=lambda tier: tier.above_input_tokens)
        if (above := getattr(tier, field)) is not None
    ]
    return Rate(nano_usd_per_token=_plain(usd * _NANO_USD_PER_TOKEN), tiers=tuple(tiers))


def _plain(amount: Decimal) -> Decimal:
    """Return the same number in one form, so that 2.5 and 2.50 have the same digest."""
    short = amount.normalize(EXACT)
    return short.quantize(Decimal(1), context=EXACT) if short == short.to_integral_value() else short
