"""The way out through a proxy: HTTPS_PROXY and NO_PROXY, as curl(1) reads them."""

import base64
import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from podium.kernel.addresses import is_loopback, parse_address
from podium.kernel.errors import StateError


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where to send CONNECT. ``authorization`` is the value of Proxy-Authorization, and is never shown."""

    host: str
    port: int
    authorization: bytes | None = None

    def connect(self, host: str, port: int) -> bytes:
        """Return the request for a tunnel."""
        where = f"[{host}]:{port}" if ":" in host else f"{host.encode('idna').decode('ascii')}:{port}"
        lines = f"CONNECT {where} HTTP/1.1\r\nhost: {where}\r\n".encode("ascii")
        if self.authorization is not None:
            lines += b"proxy-authorization: " + self.authorization + b"\r\n"
        return lines + b"\r\n"


class Proxies:
    """Which hosts are reached through a proxy: every https host but this machine and those of NO_PROXY."""

    def __init__(self, https_proxy: str | None = None, no_proxy: str | None = None) -> None:
        """Raise StateError where HTTPS_PROXY is not an address of a proxy."""
        self._https = _parse(https_proxy) if https_proxy else None
        self._direct = [part.strip().lower() for part in (no_proxy or "").split(",") if part.strip()]

    def of(self, scheme: str, host: str, port: int) -> Proxy | None:
        """Return the proxy of an origin, or None for the direct way."""
        if self._https is None or scheme != "https" or _is_here(host):
            return None
        return None if any(_matches(pattern, host.lower(), port) for pattern in self._direct) else self._https


def _is_here(host: str) -> bool:
    """Return whether a host is this machine: to a proxy it would be the proxy's own (RFC 6761, 6.3)."""
    name = host.lower().rstrip(".")
    return is_loopback(name) or name.endswith(".localhost")


def _parse(text: str) -> Proxy:
    fix = "Write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, or unset it."
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port or 80
    except ValueError as error:
        raise StateError("HTTPS_PROXY is not an address.", fix=fix, code="proxy_unusable") from error
    if parts.scheme != "http" or not host:
        raise StateError(
            f"HTTPS_PROXY has scheme {parts.scheme!r}; proxies are spoken to over http.",
            fix=fix,
            code="proxy_unusable",
        )
    authorization = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = b"Basic " + base64.b64encode(pair.encode())
    return Proxy(host, port, authorization)


def _matches(pattern: str, host: str, port: int) -> bool:
    if pattern == "*":
        return True
    name, _, of_port = pattern.rpartition(":")
    if name and of_port.isdigit() and "]" not in of_port and (name.count(":") == 0 or name.endswith("]")):
        if int(of_port) != port:
            return False
        pattern = name
    address = parse_address(host)
    if address is not None:
        try:
            return address in ipaddress.ip_network(pattern.strip("[]"), strict=False)
        except ValueError:
            return False
    pattern = pattern.removeprefix("*").removeprefix(".")
    return host == pattern or host.endswith("." + pattern)
