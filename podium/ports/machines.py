"""What machines say to each other: who they are, and how a gateway's journals reach the keeper.

A certificate names its bearer in a URI of its subject's alternative names, as SPIFFE ids do
(https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md): ``spiffe://DOMAIN/keeper`` or
``spiffe://DOMAIN/gateway/NAME``. Whoever bears another one, or several, is neither, whoever signed it.

A journal is shipped in the order in which it was written. The keeper says after each part where it stands:
how far it has the journal, and how far it has taken it into the ledger. What is in the ledger is never
shipped again; whatever else is lost with a keeper's machine is, because a gateway keeps it until then.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from podium.kernel.errors import Forbidden

TOOLS_ALPN: Final = "podium-tools/1"
"""What a gateway asks for in its handshake (RFC 7301) whose connection is to carry HTTP to the tool gateway
beside the keeper, byte for byte, and nothing of the keeper's language."""
RESOURCE: Final = b"podium-resource"
"""Header of a request that is carried: the address at which the client called the tool gateway (RFC 8707)."""
CARRIED: Final = b"podium-carried"
"""Header of a request that is carried: by which its gateway knows it, 32 hexadecimal digits."""
LOST: Final = b"podium-lost"
"""Header of a later one: requests by these names, with commas, went out and their answers never came back."""
MAX_LOST: Final = 256
"""In one request, and remembered: beyond, the oldest are forgotten."""
TOOLS_SOCKET: Final = "tools.sock"
"""In the state directory beside the keeper: where the tool gateway takes what is carried."""
SHIP_BYTES: Final = 1 << 20
"""A part of a journal has at most so many bytes."""
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")
_SPIFFE: Final = re.compile(r"spiffe://[a-z0-9._-]{1,255}(/.*)")
KEEPER_PATH: Final = "/keeper"
GATEWAY_PATH: Final = "/gateway/"


class Ship(msgspec.Struct, frozen=True, tag="ship"):
    """A part of a journal, from an offset of a segment on. Without data it only asks."""

    incarnation: str
    segment: int
    offset: int
    data: bytes = b""


class Died(msgspec.Struct, frozen=True, tag="died"):
    """A worker is dead, as the lock of its journal proves to whoever ships it: nothing follows this place."""

    incarnation: str
    segment: int
    offset: int
    last_sign_ns: int
    """When its journal was last written to (Unix nanoseconds, by its own machine's clock)."""
    boot_id: str
    """Of its machine now: another one than the worker's means that the end of its journal may be lost."""


class GetKeys(msgspec.Struct, frozen=True, tag="get_keys"):
    """Ask for what every worker needs to know and no client may."""


class Shipped(msgspec.Struct, frozen=True, tag="shipped"):
    """To Ship: what is wanted next, and how far the journal is in the ledger for good."""

    segment: int
    offset: int
    ledger_segment: int
    ledger_offset: int
    end: str | None = None
    """How the incarnation ended (clean, crashed, damaged), None while it goes on."""


class KeysAre(msgspec.Struct, frozen=True, tag="keys_are"):
    """To GetKeys."""

    digest_key: bytes
    """Key of the BLAKE2b of requests' bodies."""


def is_name(name: str) -> bool:
    """Whether a gateway can be called so: lower-case letters, digits, dots and dashes, up to 63."""
    return _NAME.fullmatch(name) is not None


def gateway_of(certificate: Mapping[str, Any]) -> str:
    """Return the name of the gateway that a verified certificate (`ssl.SSLSocket.getpeercert`) belongs to.

    Raises Forbidden where it is no gateway's.
    """
    path = _path(certificate)
    name = path.removeprefix(GATEWAY_PATH)
    if name == path or not is_name(name):
        raise Forbidden(
            f"This certificate belongs to {path or 'nobody that is named'}, and not to a gateway.",
            fix="Make one: podium certs issue gateway NAME.",
        )
    return name


def check_keeper(certificate: Mapping[str, Any]) -> None:
    """Raise Forbidden where a verified certificate is not a keeper's."""
    path = _path(certificate)
    if path != KEEPER_PATH:
        raise Forbidden(
            f"This certificate belongs to {path or 'nobody that is named'}, and not to a keeper.",
            fix="Make one: podium certs issue keeper HOST.",
        )


def _path(certificate: Mapping[str, Any]) -> str:
    """Return the path of the one SPIFFE id in a certificate, empty where there is none or more than one."""
    uris = [value for kind, value in certificate.get("subjectAltName", ()) if kind == "URI"]
    found = _SPIFFE.fullmatch(uris[0]) if len(uris) == 1 else None
    return found[1] if found is not None else ""
