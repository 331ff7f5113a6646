"""Which route and model serve a call, and what comes next when it does not. Pure."""

from collections.abc import Callable, Sequence

from podium.kernel.call import Request
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.manifest.snapshot import AgentRow, ModelRow, RouteRow, Snapshot


def decide_route(snapshot: Snapshot, agent: AgentRow, request: Request) -> RouteRow:
    """Return the route that a request names. Raises NotFound, Forbidden or InvalidRequest."""
    route = snapshot.routes.get(request.route)
    if route is None:
        raise NotFound(
            f"There is no route {request.route!r}.",
            fix="GET /v1/models lists yours.",
            field="model",
            code="model_not_found",
        )
    if route.name not in agent.routes:
        raise Forbidden(
            f"Agent {agent.name} may not call route {route.name}.",
            fix="Add it to the Agent's spec.routes.",
            field="model",
            code="route_not_allowed",
        )
    if route.operation != ("chat" if request.operation == "count_tokens" else request.operation):
        raise InvalidRequest(
            f"Route {route.name} serves {route.operation}, not {request.operation}.", field="model"
        )
    return route


def decide_order(
    snapshot: Snapshot, route: RouteRow, request: Request, entropy: Callable[[int], bytes]
) -> list[ModelRow]:
    """Return the models that can serve a request: one candidate by weight, the others, the fallbacks.

    Raises InvalidRequest when none has the capabilities that the request needs.
    """
    if len(route.candidates) == 1 and not route.fallbacks and not request.needs:
        return [snapshot.models[route.candidates[0].model]]
    names = [candidate.model for candidate in route.candidates]
    if len(names) > 1:
        first = _by_weight([candidate.weight for candidate in route.candidates], entropy)
        names.insert(0, names.pop(first))
    models = [snapshot.models[name] for name in dict.fromkeys((*names, *route.fallbacks))]
    if not request.needs:
        return models
    able = [model for model in models if request.needs <= model.capabilities]
    if not able:
        nearest: frozenset[str] = min([request.needs - model.capabilities for model in models], key=len)
        missing = sorted(nearest)
        raise InvalidRequest(
            f"No model of route {route.name} can serve this request: it needs {', '.join(missing)}.",
            fix="Call another route, or declare the capability in the Model's spec.capabilities.",
            field="model",
            code="capability_missing",
        )
    return able


def _by_weight(weights: list[int], entropy: Callable[[int], bytes]) -> int:
    # 64 bits against a sum of weights: the bias is below 1e-9 for any weights a person writes.
    mark = int.from_bytes(entropy(8), "big") % sum(weights)
    for index, weight in enumerate(weights):
        mark -= weight
        if mark < 0:
            return index
    raise AssertionError("unreachable: the mark is below the sum")


def smaller_first(route: RouteRow, models: Sequence[ModelRow]) -> Sequence[ModelRow]:
    """Return the models with those of the first rung last; a route without a ladder stays as it is."""
    if len(route.ladder) < 2:
        return models
    return sorted(models, key=lambda model: (route.rung_of(model.tier) == 0, route.rung_of(model.tier)))
