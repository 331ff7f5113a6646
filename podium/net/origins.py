"""Whose pages may speak to a port. A browser says whose page asks; a program says nothing.

A page whose name was made to resolve to this machine (DNS rebinding) is of one origin with what it calls, by
`Host` as by `Sec-Fetch-Site`: only names that are known beforehand count.

What a browser wants to hear before it lets a page of elsewhere ask and read: https://fetch.spec.whatwg.org,
3.2. Who calls is told by a header that the page sets, so cookies and the like (credentials) are never let in.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from podium.net.exchange import Exchange
from podium.net.heads import Header, render

_PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int]
Handler = Callable[[Exchange], Awaitable[None]]
METHODS: Final = b"GET, POST, DELETE"
MAX_AGE_S: Final = 600
"""A browser asks again after so long: it may remember a page that is not let in any more."""
_NAMES: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,4096}")


def read_origin(text: str) -> Origin | None:
    """Return scheme, host and port of an address, of its origin alone too; None where it has none.

    All names of this machine alone are one: ``localhost``, ``127.0.0.1``, ``[::1]``.
    """
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _PORTS or not host or "@" in parts.netloc:
        return None
    return scheme, "localhost" if _is_loopback(host) else host, _PORTS[scheme] if port is None else port


def read_origins(texts: Iterable[str]) -> frozenset[Origin]:
    """Return the origins of several addresses."""
    return frozenset(filter(None, map(read_origin, texts)))


def may_ask(said: list[bytes], called: str, more: Collection[Origin]) -> bool:
    """Return whether who says these ``Origin`` headers may ask: no page, one of here, or one of ``more``.

    ``called``: the address at which clients reach the port.
    """
    if not said:
        return True
    origin = _said_origin(said[0]) if len(said) == 1 else None
    return origin is not None and (origin == read_origin(called) or origin in more)


def _said_origin(said: bytes) -> Origin | None:
    return read_origin(said.decode("latin-1")) if said.count(b"/") == 2 else None


def answer_headers(said: bytes) -> list[Header]:
    """Return what every answer to a page says that may read it. ``said``: its ``Origin``."""
    return [
        (b"access-control-allow-origin", said),
        (b"access-control-expose-headers", b"*"),
        (b"vary", b"Origin"),
    ]


def preflight_headers(asked: bytes | None) -> list[Header]:
    """Return what a preflight hears besides. ``asked``: ``Access-Control-Request-Headers``.

    Which headers a page sends is for its SDK to know: all are let in that it names.
    """
    named = [(b"access-control-allow-headers", asked)] if asked and _NAMES.fullmatch(asked) else []
    return [
        (b"access-control-allow-methods", METHODS),
        *named,
        (b"access-control-max-age", b"%d" % MAX_AGE_S),
    ]


def for_pages(handler: Handler, origins: Collection[Origin]) -> Handler:
    """Return a handler whose answers pages of these origins may read, and that answers their preflights.

    Others are served as if there were no pages.
    """
    if not origins:
        return handler

    def handle(exchange: Exchange) -> Awaitable[None]:
        said = exchange.headers.get(b"origin")
        if said is None:
            return handler(exchange)
        if _said_origin(said) not in origins:
            exchange.also = b"\r\nvary: Origin"
            return handler(exchange)
        exchange.also = render(answer_headers(said))
        if exchange.method == "OPTIONS" and b"access-control-request-method" in exchange.headers:
            return _preflight(exchange)
        return handler(exchange)

    return handle


async def _preflight(exchange: Exchange) -> None:
    exchange.respond(204, preflight_headers(exchange.headers.get(b"access-control-request-headers")), b"")


def _is_loopback(host: str) -> bool:
    if host in {"localhost", "localhost."}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
