"""Ship: the manifests in force, since when and from where, what changed, and what was refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import Child, element, join, link
from podium.console.ship_tabs import ship_tabs
from podium.console.tables import Column, Row, table
from podium.manifest.snapshot import Snapshot
from podium.spend.prices import Rate
from podium.views.manifests import Change, Manifests, Refusal, VersionRow, changes, manifests, snapshot_of

HISTORY: Final = 50
KINDS: Final = ("agents", "routes", "models", "providers", "departments")


@dataclass(frozen=True)
class Reading:
    """What one reading holds: what is in force, and the version that the address asks for."""

    manifests: Manifests
    chosen: VersionRow | None
    snapshot: Snapshot | None
    changes: list[Change] | None
    """Against the version before; None where there is none."""
    read_ns: int


class ShipPage(Page):
    """The manifest versions."""

    title = "Ship"

    def build(self) -> None:
        """Make the page's elements; versions come with the first reading."""
        self._body = Fragment(join(_header(None), reading()))

    def reader(self) -> Callable[[Connection], Reading]:
        """Return what reads the versions."""
        wanted, now_ns = self.address.get("version"), self.frame.feeds.now_ns

        def read(connection: Connection) -> Reading:
            known = manifests(connection, history=HISTORY)
            chosen = next((row for row in known.history if str(row.version) == wanted), known.in_force)
            if chosen is None or chosen == known.in_force:
                found = known.changes if len(known.history) > 1 else None
                return Reading(known, chosen, known.snapshot, found, now_ns())
            snapshot = snapshot_of(connection, chosen.version)
            before = next((row for row in known.history if row.version < chosen.version), None)
            earlier = snapshot_of(connection, before.version) if before is not None else None
            found = changes(earlier, snapshot) if earlier is not None and snapshot is not None else None
            return Reading(known, chosen, snapshot, found, now_ns())

        return read

    def show(self, data: Reading) -> None:
        """Show a reading."""
        refused = data.manifests.refused
        if data.chosen is None:
            body = element("section", _nothing(), class_="panel")
        else:
            body = join(
                element(
                    "div",
                    _version(data, data.chosen),
                    _changes(data.changes, data.chosen),
                    class_="grid two",
                ),
                _content(self.address, data.snapshot) if data.snapshot is not None else None,
                _history(self.address, data),
            )
        self._body.show(
            join(_header(data.read_ns), _refusal(refused, data.manifests) if refused else None, body)
        )


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Ship", tabindex="-1"),
        ship_tabs("/ship"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def _refusal(refused: Refusal, known: Manifests) -> Markup:
    stays = f"Version {known.in_force.version} stays in force." if known.in_force else "Nothing is in force."
    findings = []
    for finding in refused.findings:
        place, _, rest = finding.partition(": ")
        findings.append(element("li", element("b", place), f": {rest}" if rest else ""))
    count = len(refused.findings)
    return element(
        "section",
        element(
            "header",
            element("h2", element("span", "The newest manifests do not compile", class_="badge bad")),
            element("div", figures.ago(refused.at_ns), class_="end muted"),
        ),
        element(
            "div",
            element(
                "p",
                f"{count} {'finding' if count == 1 else 'findings'} in {refused.source}. {stays} "
                "Mend them and save: Podium looks again by itself.",
            ),
            class_="prose",
        ),
        element("ol", *findings, class_="findings"),
        class_="panel refused",
        role="alert",
        aria_label="Refused manifests",
    )


def _version(data: Reading, row: VersionRow) -> Markup:
    in_force = row == data.manifests.in_force
    badge = element(
        "span", "in force" if in_force else "replaced", class_="badge ok" if in_force else "badge"
    )
    facts: tuple[tuple[str, Child], ...] = (
        ("Since", join(figures.moment(row.in_force_from_ns), " · ", figures.ago(row.in_force_from_ns))),
        ("Source", element("code", row.source)),
        ("Digest", element("code", row.digest)),
        ("Organisation", data.snapshot.organisation if data.snapshot is not None else figures.NOTHING),
    )
    return element(
        "section",
        element("header", element("h2", f"Version {row.version}"), element("div", badge, class_="end")),
        element(
            "dl", *(join(element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
        ),
        class_="panel",
        aria_label=f"Version {row.version}",
    )


def _changes(found: list[Change] | None, row: VersionRow) -> Markup:
    if found is None:
        body = element(
            "p", "The first version that is known: there is nothing to compare it with.", class_="muted"
        )
    elif not found:
        body = element(
            "p", "Nothing but its text: it compiles to the same as the version before.", class_="muted"
        )
    else:
        body = element("ul", *(_change(change) for change in found), class_="changes")
    return element(
        "section",
        element("header", element("h2", f"What version {row.version} changed")),
        element("div", body, class_="body"),
        class_="panel",
        aria_label="What changed",
    )


def _change(change: Change) -> Markup:
    lines = []
    for style, mark, word, names in (
        ("added", "+", "added", change.added),
        ("removed", "−", "removed", change.removed),  # noqa: RUF001 - the minus sign is meant
        ("changed", "~", "changed", change.changed),
    ):
        if names:
            lines.append(
                element(
                    "li",
                    element("span", mark, class_="mark", aria_hidden="true"),
                    element("span", f"{change.kind} {word}: {', '.join(names)}"),
                    class_=style,
                )
            )
    return join(*lines)


def _content(address: Address, snapshot: Snapshot) -> Markup:
    kind = address.among("show", KINDS)
    choices = tuple((name, f"{name.title()} {len(getattr(snapshot, name))}") for name in KINDS)
    build = {
        "agents": _agents,
        "routes": _routes,
        "models": _models,
        "providers": _providers,
        "departments": _departments,
    }[kind]
    return element(
        "section",
        element(
            "header",
            element("h2", "What it holds"),
            element(
                "div",
                segments(
                    "Kind", choices, kind, lambda name: address.but(show=None if name == KINDS[0] else name)
                ),
                class_="end",
            ),
        ),
        build(snapshot),
        class_="panel",
        aria_label="What it holds",
    )


def _agents(snapshot: Snapshot) -> Markup:
    rows = (
        Row(
            (
                link(
                    Address("/now").but(agent=agent.name),
                    agent.name,
                    class_="row",
                    title=f"Calls of {agent.name}",
                ),
                agent.department_path,
                ", ".join(sorted(agent.routes)),
            ),
            key=agent.name,
        )
        for agent in snapshot.agents.values()
    )
    return table((Column("Agent"), Column("Department"), Column("Routes")), rows, label="Agents")


def _routes(snapshot: Snapshot) -> Markup:
    def candidates(name: str) -> str:
        chosen = snapshot.routes[name].candidates
        whole = sum(candidate.weight for candidate in chosen)
        return ", ".join(f"{one.model} {figures.percent(one.weight, whole)}" for one in chosen)

    rows = (
        Row(
            (
                route.name,
                route.operation,
                candidates(route.name),
                ", ".join(route.fallbacks) or figures.NOTHING,
                figures.count(route.retry.max_attempts),
            ),
            key=route.name,
        )
        for route in snapshot.routes.values()
    )
    columns = (
        Column("Route"),
        Column("Operation"),
        Column("Candidates"),
        Column("Fallbacks, in order"),
        Column("Attempts at most", number=True),
    )
    return table(columns, rows, label="Routes")


def _models(snapshot: Snapshot) -> Markup:
    def price(rate: Rate | None) -> Child:
        if rate is None:
            return figures.NOTHING
        tiers = element("small", " +") if rate.tiers else None
        return join(figures.per_million(rate.nano_usd_per_token), tiers)

    rows = (
        Row(
            (
                link(
                    Address("/money").but(model=model.name),
                    model.name,
                    class_="row",
                    title=f"Charges of {model.name}",
                ),
                model.provider,
                model.upstream,
                figures.count(model.context_window_tokens),
                figures.count(model.max_output_tokens),
                price(model.prices.input if model.prices else None),
                price(model.prices.cache_read if model.prices else None),
                price(model.prices.output if model.prices else None),
                model.prices.source if model.prices else figures.NOTHING,
            ),
            key=model.name,
        )
        for model in snapshot.models.values()
    )
    columns = (
        Column("Model"),
        Column("Provider"),
        Column("Upstream"),
        Column("Context, tokens", number=True),
        Column("Output at most", number=True, style="wide"),
        Column("In, USD/M", number=True, hint="USD per million tokens; + has tiers"),
        Column("Cached, USD/M", number=True, hint="USD per million tokens"),
        Column("Out, USD/M", number=True, hint="USD per million tokens"),
        Column("Prices from"),
    )
    return table(columns, rows, label="Models")


def _providers(snapshot: Snapshot) -> Markup:
    rows = (
        Row(
            (
                provider.name,
                provider.dialect,
                element("code", f"{provider.scheme}://{provider.host}:{provider.port}{provider.base_path}"),
                provider.region or figures.NOTHING,
                _credential(provider.credential.env, provider.credential.file)
                if provider.credential
                else "none",
            ),
            key=provider.name,
        )
        for provider in snapshot.providers.values()
    )
    columns = (
        Column("Provider"),
        Column("Dialect"),
        Column("Address"),
        Column("Region"),
        Column("Credential from"),
    )
    return table(columns, rows, label="Providers")


def _credential(env: str | None, file: str | None) -> Markup:
    return element("code", f"${env}" if env else file)


def _departments(snapshot: Snapshot) -> Markup:
    rows = (
        Row(
            (
                link(
                    Address("/money").but(department=one.path),
                    one.path,
                    class_="row",
                    title=f"Charges of {one.path}",
                ),
                figures.count(
                    sum(
                        agent.department_path == one.path or agent.department_path.startswith(f"{one.path}/")
                        for agent in snapshot.agents.values()
                    )
                ),
            ),
            key=one.path,
        )
        for one in sorted(snapshot.departments.values(), key=lambda row: row.path)
    )
    return table(
        (Column("Department"), Column("Agents, with those below", number=True)), rows, label="Departments"
    )


def _history(address: Address, data: Reading) -> Markup:
    rows = []
    until_ns: int | None = None
    for row in data.manifests.history:
        in_force = row == data.manifests.in_force
        rows.append(
            Row(
                (
                    link(
                        address.but(version=None if in_force else row.version),
                        f"Version {row.version}",
                        class_="row",
                        aria_current="true" if row == data.chosen else None,
                    ),
                    element(
                        "span",
                        "in force" if in_force else "replaced",
                        class_="badge ok" if in_force else "badge",
                    ),
                    figures.moment(row.in_force_from_ns),
                    figures.ago(row.in_force_from_ns),
                    figures.length((until_ns or data.read_ns) - row.in_force_from_ns),
                    row.source,
                    element("code", row.digest[:12]),
                ),
                key=str(row.version),
            )
        )
        until_ns = row.in_force_from_ns
    columns = (
        Column("Version"),
        Column("State"),
        Column("In force from"),
        Column("", style="wide"),
        Column("For", number=True),
        Column("Source"),
        Column("Digest"),
    )
    return element(
        "section",
        element("header", element("h2", "History")),
        table(columns, rows, label="Versions, newest first"),
        class_="panel",
        aria_label="History",
    )


def _nothing() -> Markup:
    return empty(
        "No manifests in force",
        join(
            "Write an example with ",
            element("code", "podium init"),
            ", check it with ",
            element("code", "podium validate"),
            ", and start ",
            element("code", "podium up"),
            " on it.",
        ),
    )
