"""What is believed of an issuer of workloads' tokens: where its keys are, which they are, when to ask again.

Sources: OpenID Connect Discovery 1.0, section 4; RFC 8414; RFC 7517 (JWK Set); RFC 7518, section 3.3 (RSA
keys have 2048 bits or more).
"""

from typing import Final, Literal

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from podium.kernel.errors import BrokenReply
from podium.trust.credentials.tokens import MAX_TOKEN_BYTES

FRESH_S: Final = 300.0
"""So long keys are used without a question: a key that its issuer takes back is dead here after this."""
STALE_S: Final = 3600.0
"""So long keys are used of an issuer that does not answer."""
RETRY_S: Final = 10.0
"""An issuer is asked at most this often, whatever tokens name as their key."""
MAX_DOCUMENT_BYTES: Final = 256 << 10
MAX_KEYS: Final = 64
_MEMBERS: Final = {"OKP": ("crv", "x"), "EC": ("crv", "x", "y"), "RSA": ("n", "e")}
_RSA_2048_CHARS: Final = 342
"""Of base64url in which a modulus of 2048 bits is written."""

Plan = Literal["use", "refresh", "wait", "away"]
"""``use`` what is there; use it and ``refresh`` behind; ``wait`` for an answer; it is ``away``: refuse."""


class KeptKeys(msgspec.Struct, frozen=True):
    """What is known of an issuer. Times are seconds of one clock."""

    keys: tuple[dict[str, str], ...] = ()
    fetched_s: float | None = None
    """None: it has never answered."""
    asked_s: float = float("-inf")
    """When it was last asked, whatever came of it."""


def decide_keys(kept: KeptKeys, key_id: str | None, now_s: float) -> Plan:
    """Return what to do about a token whose header names ``key_id``."""
    may_ask = now_s - kept.asked_s >= RETRY_S
    if kept.fetched_s is None or now_s - kept.fetched_s >= STALE_S:
        return "wait" if may_ask else "away"
    known = key_id is None or any(key.get("kid") == key_id for key in kept.keys)
    if not known:
        return "wait" if may_ask else "use"
    return "refresh" if may_ask and now_s - kept.fetched_s >= FRESH_S else "use"


class Unverified(msgspec.Struct, frozen=True):
    """What a token says of who has signed it, before anybody has looked whether that is so."""

    iss: str
    key_id: str | None


class _Issued(msgspec.Struct, frozen=True):
    iss: str


def peek(assertion: str) -> Unverified | None:
    """Return who a token says has signed it; None where it is no token."""
    if len(assertion) > MAX_TOKEN_BYTES:
        return None
    try:
        token = jws.extract_compact(assertion.encode())
        iss = _issued_decoder.decode(token.payload).iss
    except (JoseError, ValueError, KeyError, TypeError, msgspec.MsgspecError):
        return None
    key_id = token.headers().get("kid")
    return Unverified(iss, key_id if isinstance(key_id, str) else None)


class _About(msgspec.Struct, frozen=True):
    issuer: str
    jwks_uri: str


def read_discovery(document: bytes, issuer: str) -> str:
    """Return where an issuer says that its keys are. Raises BrokenReply."""
    try:
        about = _about_decoder.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenReply(f"Its discovery document is not usable: {error}.", sent=True) from error
    if about.issuer != issuer:
        raise BrokenReply(f"It calls itself {about.issuer[:200]!r}.", sent=True)
    return about.jwks_uri


class _KeySet(msgspec.Struct, frozen=True):
    keys: list[dict[str, object]]


_issued_decoder = msgspec.json.Decoder(_Issued)
_about_decoder = msgspec.json.Decoder(_About)
_key_set_decoder = msgspec.json.Decoder(_KeySet)


def read_key_set(document: bytes) -> tuple[dict[str, str], ...]:
    """Return the public signing keys of a JWK Set. Raises BrokenReply where there is none.

    Only what a public key needs is kept: a private half that an issuer publishes by mistake goes no further.
    Keys for encryption, of other types, and of RSA with less than 2048 bits are passed over.
    """
    try:
        written = _key_set_decoder.decode(document).keys
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenReply(f"Its key set is not usable: {error}.", sent=True) from error
    found = []
    for jwk in written[:MAX_KEYS]:
        members = _MEMBERS.get(str(jwk.get("kty")))
        if members is None or jwk.get("use", "sig") != "sig":
            continue
        if not all(isinstance(jwk.get(name), str) for name in members):
            continue
        if jwk["kty"] == "RSA" and len(str(jwk["n"])) < _RSA_2048_CHARS:
            continue
        names = ("kty", *members, "kid", "alg")
        found.append({name: str(jwk[name]) for name in names if isinstance(jwk.get(name), str)})
    if not found:
        raise BrokenReply("Its key set has no key that signs.", sent=True)
    return tuple(found)
