"""Whose pages may speak to the tool gateway. A browser says whose page asks; a program says nothing.

A page whose name was made to resolve to this machine (DNS rebinding) is of one origin with what it calls, by
`Host` as by `Sec-Fetch-Site`: only names that are known beforehand count.
"""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int]


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


def may_ask(said: list[bytes], called: str, more: Collection[Origin]) -> bool:
    """Return whether who says these ``Origin`` headers may ask: no page, one of here, or one of ``more``.

    ``called``: the address at which clients reach the tool gateway.
    """
    if not said:
        return True
    alone = len(said) == 1 and said[0].count(b"/") == 2
    origin = read_origin(said[0].decode("latin-1")) if alone else None
    return origin is not None and (origin == read_origin(called) or origin in more)


def _is_loopback(host: str) -> bool:
    if host in {"localhost", "localhost."}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
