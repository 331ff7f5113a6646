"""The addresses that reach a provider, and the formats on both sides of each. There is no other way out."""

from functools import lru_cache
from typing import Final, Literal, NamedTuple
from urllib.parse import parse_qsl

from podium.kernel.call import Operation
from podium.kernel.errors import Inexpressible, NotFound
from podium.net.server import Exchange
from podium.wire import (
    anthropic_count,
    anthropic_messages,
    gemini,
    gemini_count,
    gemini_embedding,
    gemini_embeddings,
    openai_chat,
    openai_embeddings,
    openai_responses,
)
from podium.wire.formats import (
    Codec,
    CountFormat,
    EmbeddingsFormat,
    ErrorFormat,
    Format,
    PassThrough,
    SameFormat,
    Translated,
    TranslatedEmbeddings,
)
from podium.wire.gemini_fields import find_method

Dialect = str


class Endpoint(NamedTuple):
    """One address that reaches a provider: what it does, and the format that its clients speak."""

    operation: Operation
    wire: Format | EmbeddingsFormat | SameFormat


CHAT_FORMATS: Final[dict[Dialect, Format]] = {
    "openai": openai_chat,
    "llama": openai_chat,
    "anthropic": anthropic_messages,
    "openai-responses": openai_responses,
    "gemini": gemini,
}
"""The format of chats of each dialect of providers."""
EMBEDDINGS_FORMATS: Final[dict[Dialect, EmbeddingsFormat]] = {
    "openai": openai_embeddings,
    "llama": openai_embeddings,
    "gemini": gemini_embeddings,
}
"""The format of embeddings of each dialect; a dialect without one does not embed."""

COUNT_FORMATS: Final[dict[Dialect, CountFormat]] = {
    "anthropic": anthropic_count,
    "gemini": gemini_count,
}
"""The format of counts of each dialect; for a client of another, Podium estimates (`gateway.counting`)."""

MODEL_ENDPOINTS: Final[dict[str, Endpoint]] = {
    "/v1/chat/completions": Endpoint("chat", openai_chat),
    "/v1/messages": Endpoint("chat", anthropic_messages),
    "/v1/messages/count_tokens": Endpoint("count_tokens", anthropic_count),
    "/v1/embeddings": Endpoint("embeddings", openai_embeddings),
    "/v1/responses": Endpoint("chat", openai_responses),
}
"""By path. What is not here, and not found by `find_endpoint`, is not forwarded anywhere."""

_GOOGLES_PATHS: Final = ("/v1beta/models/", "/v1/models/", "/v1alpha/models/")
_GOOGLES_VERSIONS: Final = ("/v1beta/", "/v1alpha/")
_GOOGLES_METHODS: Final[dict[str, Endpoint]] = {
    "generateContent": Endpoint("chat", gemini),
    "streamGenerateContent": Endpoint("chat", gemini),
    "embedContent": Endpoint("embeddings", gemini_embedding),
    "batchEmbedContents": Endpoint("embeddings", gemini_embeddings),
    "countTokens": Endpoint("count_tokens", gemini_count),
}
"""By the method behind the model, as in ``/v1beta/models/fast:generateContent``."""

_WEBSOCKET_PATHS: Final = ("/v1/realtime",)
CREDENTIAL_HEADERS: Final = (b"x-api-key", b"x-goog-api-key", b"api-key")
"""Where the SDKs of Anthropic, Google and Azure put the key; ``authorization`` comes first."""


def find_endpoint(path: str) -> Endpoint | None:
    """Return the endpoint of a path, or None where nothing is there."""
    found = MODEL_ENDPOINTS.get(path)
    if found is None and path.startswith(_GOOGLES_PATHS):
        return _GOOGLES_METHODS.get(find_method(path))
    return found


def nothing_at(exchange: Exchange, allowed: str | None = None) -> NotFound:
    """Return the error of a path that is not served, with what to do instead: by the method ``allowed``."""
    if allowed is not None:
        return NotFound(
            f"{exchange.path} does not take {exchange.method}.",
            fix=f"Use {allowed}.",
            code="method_not_allowed",
        )
    fix = "See docs/gateway.md."
    if find_endpoint(f"/v1{exchange.path}") is not None or exchange.path == "/models":
        fix = f"It is at /v1{exchange.path}: the base URL of OpenAI's SDK ends in /v1."
    elif exchange.path.startswith("/v1/v1/"):
        fix = f"It is at {exchange.path[3:]}: the base URL of Anthropic's SDK has no /v1."
    if exchange.path.startswith("/v1/responses/"):
        fix = "Responses are not kept here: send the whole input to POST /v1/responses each time."
    return NotFound(f"There is nothing at {exchange.method} {exchange.path}.", fix=fix)


def no_websockets() -> NotFound:
    """Return the error of what `asks_for_websocket` finds."""
    return NotFound(
        "Realtime sessions and WebSockets are not served.",
        fix="Use streamed HTTP: POST /v1/chat/completions or /v1/responses with stream: true.",
        code="websocket_not_served",
    )


def error_format(exchange: Exchange) -> ErrorFormat:
    """Return the format in which a client reads errors, also where there is no endpoint."""
    endpoint = find_endpoint(exchange.path)
    if endpoint is not None:
        return endpoint.wire
    return CHAT_FORMATS[spoken_by(exchange)]


def spoken_by(exchange: Exchange) -> Literal["openai", "anthropic", "gemini"]:
    """Return the format that a client speaks where the path does not say it: by what its SDK sends."""
    headers = exchange.headers
    if exchange.path.startswith(_GOOGLES_VERSIONS) or (
        b"x-goog-api-key" in headers and b"authorization" not in headers
    ):
        return "gemini"
    return "anthropic" if b"anthropic-version" in headers else "openai"


def asks_for_websocket(exchange: Exchange) -> bool:
    """Return whether a request wants what Podium does not serve: realtime sessions and WebSockets."""
    return b"upgrade" in exchange.headers or exchange.path.startswith(_WEBSOCKET_PATHS)


def find_credential(exchange: Exchange) -> bytes | None:
    """Return the credential of a request as a value of ``authorization``, wherever its SDK puts it."""
    headers = exchange.headers
    value = headers.get(b"authorization")
    if value is not None:
        return value
    for name in CREDENTIAL_HEADERS:
        key = headers.get(name)
        if key is not None:
            return b"Bearer " + key
    if "key=" in exchange.query:
        # Google's REST clients put the key into the query.
        for parameter, text in parse_qsl(exchange.query):
            if parameter == "key":
                return b"Bearer " + text.encode()
    return None


@lru_cache(maxsize=256)
def find_codec(endpoint: Endpoint, dialect: Dialect) -> Codec:
    """Return what stands between an endpoint's clients and a provider's dialect. Raises Inexpressible."""
    operation = endpoint.operation
    if operation == "count_tokens":
        counts = COUNT_FORMATS.get(dialect)
        if counts is not endpoint.wire:
            raise _not_served(operation, dialect)
        return PassThrough(counts)
    if operation == "embeddings":
        embeds = EMBEDDINGS_FORMATS.get(dialect)
        if embeds is None:
            raise _not_served(operation, dialect)
        asked = _as_embeddings(endpoint.wire)
        # One format may have several methods: the client's own passes.
        return PassThrough(asked) if asked.NAME == embeds.NAME else TranslatedEmbeddings(asked, embeds)
    chats = CHAT_FORMATS.get(dialect)
    if chats is None:
        raise _not_served(operation, dialect)
    if chats is endpoint.wire:
        return PassThrough(chats)
    return Translated(_as_chats(endpoint.wire), chats)


def _not_served(operation: Literal["chat", "embeddings", "count_tokens"], dialect: Dialect) -> Inexpressible:
    return Inexpressible(
        f"A provider of dialect {dialect} does not serve {operation}.",
        fix="Call a route whose model does.",
        field="model",
    )


def _as_embeddings(wire: Format | EmbeddingsFormat | SameFormat) -> EmbeddingsFormat:
    return wire  # type: ignore[return-value]  # endpoints of embeddings bear formats of embeddings


def _as_chats(wire: Format | EmbeddingsFormat | SameFormat) -> Format:
    return wire  # type: ignore[return-value]  # as above
