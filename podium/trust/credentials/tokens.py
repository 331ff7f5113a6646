"""Task tokens: JWTs that are signed with Ed25519 (RFC 7519, RFC 8037, RFC 9864).

A token is taken only with the one algorithm, a key that is in force, the right audience and issuer, and
before its end. Everything else is refused.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from podium.kernel.errors import Unauthenticated
from podium.trust.credentials.identity import Claims, PublicKey

ALGORITHM: Final = "Ed25519"
TYPE: Final = "at+jwt"
"""RFC 9068, section 2.1."""
LEEWAY_S: Final = 5
"""How far the clocks of two machines may differ."""
MAX_TOKEN_BYTES: Final = 8192
_ALGORITHMS: Final = [ALGORITHM]
_claims_decoder = msgspec.json.Decoder(Claims)
_claims_encoder = msgspec.json.Encoder()


class Keys:
    """The public keys in force, by id. None is believed beyond its end, though nobody has said it again."""

    def __init__(self, keys: tuple[PublicKey, ...]) -> None:
        self._ends = {key.kid: key.ends_s for key in keys if key.ends_s is not None}
        self._keys: Mapping[str, OKPKey] = {
            key.kid: OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": key.x, "kid": key.kid})
            for key in keys
        }

    def verify(
        self,
        token: str,
        *,
        issuer: str,
        audience: str | tuple[str, ...],
        now_s: float,
        grace_s: float = 0,
        key_grace_s: float = 0,
    ) -> Claims:
        """Return what a token says. Raises Unauthenticated.

        It is for ``audience``, or for one of them. A token may name several itself (RFC 7519, section 4.1.3).
        ``grace_s``: how long after its end it is still taken; ``key_grace_s``: after that of its key. A wrong
        key, algorithm, audience, issuer and time, and whatever is no token, are told apart in the message,
        which names nothing of the token.
        """
        if len(token) > MAX_TOKEN_BYTES:
            raise _invalid("it is too long")
        try:
            unverified = jws.extract_compact(token.encode())
            header = unverified.headers()
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _invalid("it is no JWT") from error
        if header.get("alg") != ALGORITHM or header.get("typ") != TYPE:
            raise _invalid("its algorithm or type is not the right one")
        key = self._keys.get(str(header.get("kid")))
        if key is None or set(header) != {"alg", "kid", "typ"}:
            raise _invalid("its key is not in force")
        try:
            verified = jws.deserialize_compact(token, key, algorithms=_ALGORITHMS)
            claims = _claims_decoder.decode(verified.payload)
        except (JoseError, ValueError, msgspec.MsgspecError) as error:
            raise _invalid("its signature or content is not right") from error
        ends_s = self._ends.get(header["kid"])
        if ends_s is not None:
            if now_s - key_grace_s >= ends_s:
                raise _invalid("its key is not in force")
            claims = msgspec.structs.replace(claims, exp=min(claims.exp, ends_s))
        check_times(claims, now_s, grace_s)
        if claims.iss != issuer or not set(_several(audience)) & set(_several(claims.aud)):
            raise _invalid("it is for somebody else")
        return claims


def _several(audience: str | tuple[str, ...]) -> tuple[str, ...]:
    return (audience,) if isinstance(audience, str) else audience


def check_times(claims: Claims, now_s: float, grace_s: float = 0) -> None:
    """Raise Unauthenticated where a token has ended, or has not begun."""
    check_end(claims.exp, now_s - grace_s)
    if claims.iat > now_s + LEEWAY_S:
        raise _invalid("it is from the future")


def check_end(exp_s: int, now_s: float) -> None:
    """Raise Unauthenticated where a token has ended."""
    if now_s >= exp_s:
        raise _invalid("it has expired", fix="Renew it while the task lives.")


def _invalid(why: str, fix: str = "") -> Unauthenticated:
    return Unauthenticated(f"The task token is not valid: {why}.", fix=fix, code="invalid_token")


class SigningKey:
    """A private key that signs tokens."""

    def __init__(self, private_jwk: Mapping[str, str]) -> None:
        self._key = OKPKey.import_key({**private_jwk})
        self._header = {"alg": ALGORITHM, "kid": private_jwk["kid"], "typ": TYPE}

    @property
    def public(self) -> PublicKey:
        """The half that is published."""
        return self.public_until(None)

    def public_until(self, ends_ns: int | None) -> PublicKey:
        """Return the half that is published, with its end (Unix nanoseconds)."""
        document = self._key.as_dict(private=False)
        ends_s = ends_ns // 1_000_000_000 if ends_ns is not None else None
        return PublicKey(self._header["kid"], str(document["x"]), ends_s)

    def sign(self, claims: Claims) -> str:
        """Return the token of claims."""
        return jws.serialize_compact(
            self._header, _claims_encoder.encode(claims), self._key, algorithms=_ALGORITHMS
        )


def new_private_jwk(secret: bytes) -> dict[str, str]:
    """Return a private JWK of 32 unpredictable bytes; its id is its thumbprint (RFC 7638)."""
    from base64 import urlsafe_b64encode  # noqa: PLC0415 - used once in a key's life

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - as above

    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    jwk = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": urlsafe_b64encode(public).decode().rstrip("="),
        "d": urlsafe_b64encode(secret).decode().rstrip("="),
    }
    return {**jwk, "kid": OKPKey.import_key({**jwk}).thumbprint()}


def jwks(keys: tuple[PublicKey, ...], now_s: float) -> bytes:
    """Return the JWKS document (RFC 7517, section 5) of the keys that are in force."""
    return msgspec.json.encode(
        {
            "keys": [
                {"kty": "OKP", "crv": "Ed25519", "x": key.x, "kid": key.kid, "alg": ALGORITHM, "use": "sig"}
                for key in keys
                if key.ends_s is None or now_s < key.ends_s
            ]
        }
    )
