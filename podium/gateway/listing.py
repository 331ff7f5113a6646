"""The routes that an agent may call, as each format's clients list models.

Sources: OpenAI's API reference, ``GET /models`` and ``GET /models/{model}``; Anthropic's,
https://docs.anthropic.com/en/api/models-list; Google's, https://ai.google.dev/api/models.
"""

from typing import Final
from urllib.parse import unquote

import msgspec

from podium.kernel.errors import NotFound
from podium.manifest.snapshot import AgentRow, RouteRow, Snapshot
from podium.net.server import Exchange

_LISTS: Final = frozenset({"/v1/models", "/v1beta/models", "/v1alpha/models"})
_ONES: Final = tuple(f"{path}/" for path in _LISTS)
_ACTIONS: Final = {
    "chat": ["generateContent", "streamGenerateContent", "countTokens"],
    "embeddings": ["embedContent", "batchEmbedContents"],
}


def lists(exchange: Exchange) -> bool:
    """Return whether a request is for the list of models, or for one; POST calls a method of a model."""
    path = exchange.path
    return path in _LISTS or (path.startswith(_ONES) and exchange.method in {"GET", "HEAD"})


def list_models(path: str, snapshot: Snapshot, agent: AgentRow, *, spoken: str) -> bytes:
    """Return the list, or the one model, that ``path`` asks for, in the shape of a format.

    Raises NotFound.
    """
    name = unquote(path.partition("/models")[2].removeprefix("/"))
    if not name:
        rows = [snapshot.routes[route] for route in sorted(agent.routes) if route in snapshot.routes]
        if spoken == "gemini":
            return msgspec.json.encode({"models": [_google(snapshot, row) for row in rows]})
        if spoken == "anthropic":
            ends = {"first_id": rows[0].name if rows else None, "last_id": rows[-1].name if rows else None}
            data = [_anthropic(snapshot, row) for row in rows]
            return msgspec.json.encode({"data": data, "has_more": False, **ends})
        return msgspec.json.encode({"object": "list", "data": [_openai(row) for row in rows]})
    route = snapshot.routes.get(name)
    if route is None or name not in agent.routes:
        raise NotFound(
            f"There is no route {name!r}.",
            fix="GET /v1/models lists yours.",
            field="model",
            code="model_not_found",
        )
    if spoken == "gemini":
        return msgspec.json.encode(_google(snapshot, route))
    return msgspec.json.encode(_anthropic(snapshot, route) if spoken == "anthropic" else _openai(route))


def _openai(route: RouteRow) -> dict[str, object]:
    return {"id": route.name, "object": "model", "created": 0, "owned_by": "podium"}


def _anthropic(snapshot: Snapshot, route: RouteRow) -> dict[str, object]:
    first = snapshot.models.get(route.candidates[0].model) if route.candidates else None
    return {
        "type": "model",
        "id": route.name,
        "display_name": route.name,
        "created_at": "1970-01-01T00:00:00Z",  # as Anthropic writes a date that is not known
        "lifecycle": "active",
        "max_input_tokens": first.context_window_tokens if first is not None else None,
        "max_tokens": first.max_output_tokens if first is not None else None,
    }


def _google(snapshot: Snapshot, route: RouteRow) -> dict[str, object]:
    model: dict[str, object] = {
        "name": f"models/{route.name}",
        "version": str(snapshot.version),
        "displayName": route.name,
        "supportedGenerationMethods": _ACTIONS[route.operation],
    }
    first = snapshot.models.get(route.candidates[0].model) if route.candidates else None
    if first is not None and first.context_window_tokens is not None:
        model["inputTokenLimit"] = first.context_window_tokens
    if first is not None and first.max_output_tokens is not None:
        model["outputTokenLimit"] = first.max_output_tokens
    return model
