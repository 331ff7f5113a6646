"""Where calls run: the providers in force, their regions, what leads to them, and what they have served."""

import msgspec
from sqlalchemy import Connection

from podium.manifest.snapshot import RouteRow, Snapshot
from podium.views.fleet_cells import newest_snapshot
from podium.views.ledger import LedgerFilters, TotalRow, totals


class PlaceRow(msgspec.Struct, frozen=True):
    """One provider. Figures are those of attempts, which are what goes to a provider."""

    provider: str
    region: str | None
    """As its manifest declares it."""
    in_force: bool
    models: list[str]
    routes: list[str]
    """That lead to it, as a candidate or a fallback."""
    attempts: int
    tokens: int
    cost_nano_usd: int


class RoutePlaces(msgspec.Struct, frozen=True):
    """Where one route goes."""

    route: str
    shares: list[tuple[str, int]]
    """Candidates and their weights."""
    fallbacks: list[str]
    regions: list[str | None]
    """Of all that it may go to; None: a provider that declares none."""


class Places(msgspec.Struct, frozen=True):
    """All of them."""

    places: list[PlaceRow]
    routes: list[RoutePlaces]


def places(connection: Connection, *, since_ns: int) -> Places:
    """Return where calls run, with what was served since a moment (Unix nanoseconds)."""
    snapshot = newest_snapshot(connection)
    served = {row.key: row for row in totals(connection, LedgerFilters(since_ns=since_ns), "provider")}
    if snapshot is None:
        return Places([_place(None, name, row) for name, row in served.items()], [])
    names = [*snapshot.providers, *(name for name in served if name not in snapshot.providers)]
    rows = [_place(snapshot, name, served.get(name)) for name in names]
    return Places(
        sorted(rows, key=lambda row: (not row.in_force, -row.attempts, row.provider)),
        [_route(snapshot, route) for route in snapshot.routes.values()],
    )


def _place(snapshot: Snapshot | None, name: str, served: TotalRow | None) -> PlaceRow:
    provider = snapshot.providers.get(name) if snapshot is not None else None
    models = [one.name for one in snapshot.models.values() if one.provider == name] if snapshot else []
    routes = (
        [one.name for one in snapshot.routes.values() if set(models) & set(_goes(one))] if snapshot else []
    )
    return PlaceRow(
        name,
        provider.region if provider is not None else None,
        provider is not None,
        models,
        routes,
        served.charges if served else 0,
        served.input_tokens + served.output_tokens if served else 0,
        served.cost_nano_usd if served else 0,
    )


def _route(snapshot: Snapshot, route: RouteRow) -> RoutePlaces:
    providers = [snapshot.models[name].provider for name in _goes(route) if name in snapshot.models]
    regions = dict.fromkeys(
        snapshot.providers[name].region for name in providers if name in snapshot.providers
    )
    shares = [(one.model, one.weight) for one in route.candidates]
    return RoutePlaces(route.name, shares, list(route.fallbacks), list(regions))


def _goes(route: RouteRow) -> list[str]:
    """Return the models that a route may go to."""
    return [*(one.model for one in route.candidates), *route.fallbacks]
