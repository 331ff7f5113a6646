"""Proof of possession (DPoP): that whoever bears a token holds the key that it is bound to.

Source: RFC 9449, sections 4.2, 4.3, 8 and 9. A proof is a JWT that names the request (``htm``, ``htu``), the
token (``ath``), its moment (``iat``), itself (``jti``) and a nonce that this very process has given out; a
nonce is honoured once. Keys: Ed25519 and P-256.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from podium.kernel.errors import NotReady, Unauthenticated

WINDOW_S: Final = 300
"""How old a proof, and the nonce in it, may be."""
LEEWAY_S: Final = 5
MAX_PROOF_BYTES: Final = 4096
ALGORITHMS: Final = ["Ed25519", "ES256"]
_NONCE_BYTES: Final = 16


class _Proof(msgspec.Struct, frozen=True):
    htm: str
    htu: str
    iat: float
    jti: str
    ath: str = ""
    nonce: str = ""


_decoder = msgspec.json.Decoder(_Proof)


class NeedsNonce(Unauthenticated):
    """The proof bears no nonce that is honoured here; ``nonce`` is one that will be, once."""

    code = "use_dpop_nonce"

    def __init__(self, nonce: str) -> None:
        super().__init__("The DPoP proof needs a nonce.", fix="Send it again with the nonce of DPoP-Nonce.")
        self.nonce = nonce


class Nonces:
    """The nonces of one process: made from its own secret, honoured once, and of no use elsewhere."""

    def __init__(self, secret: bytes, most: int | None = None) -> None:
        """``most``: how many may have been spent within the window, where anybody may spend them."""
        self._secret = secret
        self._most = most
        self._count = 0
        self._used: dict[str, float] = {}

    def issue(self, now_s: float) -> str:
        """Return a nonce that is honoured once within the window."""
        self._count += 1
        body = f"{int(now_s)}.{self._count}"
        return f"{body}.{self._mark(body)}"

    def _mark(self, body: str) -> str:
        mark = hmac.digest(self._secret, body.encode(), "sha256")[:_NONCE_BYTES]
        return urlsafe_b64encode(mark).decode().rstrip("=")

    def spend(self, nonce: str, now_s: float) -> bool:
        """Return whether a nonce is one of ours, in time and unused; it is used then. Raises NotReady."""
        body, _, mark = nonce.rpartition(".")
        made, _, _ = body.partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(body).encode()):
            return False
        if not -LEEWAY_S <= now_s - int(made) <= WINDOW_S or nonce in self._used:
            return False
        # In the order in which they were spent; what is out of the window is refused by its age.
        while self._used and now_s - self._used[oldest := next(iter(self._used))] > WINDOW_S + LEEWAY_S:
            del self._used[oldest]
        if self._most is not None and len(self._used) >= self._most:
            raise NotReady("Too many keys were proved of late.", fix="Try again soon.", code="overloaded")
        self._used[nonce] = now_s
        return True


def check_proof(
    proof: str | None, *, token: str, jkt: str, method: str, url: str, nonces: Nonces, now_s: float
) -> None:
    """Raise Unauthenticated where a proof does not show that the bearer of ``token`` holds its key.

    ``jkt``: the thumbprint in the token's ``cnf``. ``url`` is compared without query and fragment.
    """
    if proof is None:
        raise _refuse("the token is bound to a key, and no DPoP proof came with it")
    claims, thumbprint = _read(proof)
    if thumbprint != jkt:
        raise _refuse("its key is not the token's")
    if claims.ath != token_hash(token):
        raise _refuse("it is for another token")
    _spend(claims, method, url, nonces, now_s)


def prove_key(proof: str, *, method: str, url: str, nonces: Nonces, now_s: float) -> str:
    """Return the thumbprint of the key that a proof without a token shows (section 5: a token's request).

    Raises Unauthenticated.
    """
    claims, thumbprint = _read(proof)
    _spend(claims, method, url, nonces, now_s)
    return thumbprint


def _read(proof: str) -> tuple[_Proof, str]:
    """Return what a proof says, and the thumbprint of the key that has signed it. Raises Unauthenticated."""
    if len(proof) > MAX_PROOF_BYTES:
        raise _refuse("it is too long")
    try:
        header = jws.extract_compact(proof.encode()).headers()
        key = _key(header)
        signed = jws.deserialize_compact(proof, key, algorithms=ALGORITHMS)
        return _decoder.decode(signed.payload), key.thumbprint()
    except (JoseError, ValueError, KeyError, TypeError, msgspec.MsgspecError) as error:
        raise _refuse("it is no proof, or its signature is not right") from error


def _spend(claims: _Proof, method: str, url: str, nonces: Nonces, now_s: float) -> None:
    """Raise Unauthenticated where a proof is not of this request and moment, or was used."""
    if claims.htm != method or not _same(claims.htu, url):
        raise _refuse("it is for another request")
    if not -LEEWAY_S <= now_s - claims.iat <= WINDOW_S:
        raise _refuse("it is not of this moment")
    if not claims.jti or not nonces.spend(claims.nonce, now_s):
        raise NeedsNonce(nonces.issue(now_s))


def token_hash(token: str) -> str:
    """Return ``ath``: the base64url SHA-256 of a token."""
    return urlsafe_b64encode(hashlib.sha256(token.encode("ascii")).digest()).decode().rstrip("=")


def _key(header: dict[str, Any]) -> OKPKey | ECKey:
    jwk = header["jwk"]
    if header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS or "d" in jwk:
        raise ValueError("no proof")
    if header["alg"] == "Ed25519":
        return OKPKey.import_key(jwk)
    return ECKey.import_key(jwk)


def _same(one: str, other: str) -> bool:
    try:
        return _bare(one) == _bare(other)
    except ValueError:  # it is no URL
        return False


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower(), parts.path


def _refuse(why: str) -> Unauthenticated:
    return Unauthenticated(f"The DPoP proof is not valid: {why}.", code="invalid_dpop_proof")
