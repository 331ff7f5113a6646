"""Which addresses of the network a provider, tool server or webhook may have: the guard against SSRF.

Sources: IANA's special-purpose address registries (by the standard library's `ipaddress`), RFC 6052 and 8215
(NAT64), RFC 7915 (IPv4-translated), RFC 4291 (IPv4-compatible, site-local), RFC 3056 (6to4), RFC 4380
(Teredo), and the clouds' documented addresses of metadata services.
"""

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final, Literal

Network = Literal["public", "private"]
"""``public``: what the whole internet can reach. ``private``: also this machine and private networks."""

_METADATA: Final = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Azure, Google, Oracle, DigitalOcean
        "169.254.170.2",  # AWS: credentials of tasks
        "169.254.170.23",  # AWS: credentials of pods
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "168.63.129.16",  # Azure's wire server
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google
    )
)
_CARRIERS: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 of a network's own, by prefixes of 96 bits
        "::ffff:0:0:0/96",  # IPv4-translated
        "::/96",  # IPv4-compatible
    )
)
"""Their last 32 bits are an IPv4 address."""
_CARRIER: Final = ipaddress.IPv4Network("100.64.0.0/10")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
ODD: Final = "neither a name nor an address that every program reads alike"
WRITE_PLAINLY: Final = "Write four decimal numbers without leading zeros, such as 192.0.2.7."


def parse_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host's text is, or None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_odd(host: str) -> bool:
    """Return whether a host is an address to some programs, and to others another one or a name.

    ``2130706433``, ``0x7f.1``, ``0177.0.0.1``, ``127.0.0.1.``, and these in digits of other scripts: its last
    label is a number (WHATWG URL, 3.5).
    """
    if parse_address(host) is not None:
        return False
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:  # no host at all, which others say
        return False
    return _NUMBER.fullmatch(name.rstrip(".").rpartition(".")[2]) is not None


def is_loopback(host: str) -> bool:
    """Return whether a host names this machine."""
    address = parse_address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def forbidden(address: IPv4Address | IPv6Address, network: Network) -> str | None:
    """Return in words why an address may not be connected to, or None where it may.

    Link-local addresses, metadata services, multicast and addresses that mean nobody are never allowed. An
    IPv6 address that carries an IPv4 address is judged as both.
    """
    inner = _carried(address)
    if inner is not None:
        return forbidden(inner, network)
    if address in _METADATA:
        return "a cloud's metadata service"
    if address.is_link_local:
        return "link-local"
    if address.is_multicast:
        return "multicast"
    if address.is_unspecified:
        return "nobody's"
    if network == "private":
        return None if address.is_global or _is_private(address) else "reserved"
    if address.is_loopback:
        return "this machine's own"
    if isinstance(address, IPv6Address) and address.is_site_local:
        return "private"
    if not address.is_global:
        return "private" if _is_private(address) else "reserved"
    return None


def _is_private(address: IPv4Address | IPv6Address) -> bool:
    return address.is_private or (isinstance(address, IPv4Address) and address in _CARRIER)


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if int(address) > 1 and any(address in network for network in _CARRIERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
