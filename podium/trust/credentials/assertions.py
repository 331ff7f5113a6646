"""How an agent proves itself without a shared secret: by a JWT of its own key, or of a workload's issuer.

Sources: RFC 7523, sections 2.2 and 3 (client assertions); RFC 7519; Kubernetes' projected service account
tokens, which are OIDC ID tokens (https://kubernetes.io/docs/reference/access-authn-authz/).
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec
from joserfc import jws
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from podium.kernel.errors import Unauthenticated
from podium.trust.credentials.identity import WorkloadIssuer
from podium.trust.credentials.tokens import LEEWAY_S, MAX_TOKEN_BYTES

ALGORITHMS: Final = ["Ed25519", "EdDSA", "ES256", "ES384", "RS256", "PS256"]
MAX_LIFE_S: Final = 600
"""How long before its end an agent's own assertion may have been made; a workload's token may live longer."""


class AssertingAgent(Protocol):
    """What of an agent's manifest decides."""

    @property
    def public_keys(self) -> tuple[dict[str, str], ...]:
        """Its own keys, as public JWKs."""
        ...

    @property
    def workload(self) -> tuple[str, str] | None:
        """Issuer and subject of its workload's tokens."""
        ...


class AssertionPolicy(msgspec.Struct, frozen=True):
    """Against what an assertion is judged."""

    audience: str
    """Podium's own issuer: what an agent's assertion must be for."""
    agents: Mapping[str, Any]
    issuers: tuple[WorkloadIssuer, ...] = ()
    known_from_s: float = 0.0
    """Since when it is known which assertions were used; an older one may have been, so it is refused."""


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    exp: float
    aud: str | list[str] = ""
    iat: float | None = None
    nbf: float | None = None
    jti: str | None = None


_decoder = msgspec.json.Decoder(_Claims)


def check_assertion(assertion: str, policy: AssertionPolicy, *, now_s: float, seen: dict[str, float]) -> str:
    """Return the name of the agent that an assertion proves. Raises Unauthenticated.

    ``seen``: the ids of assertions and their ends; an agent's own is taken once.
    """
    if len(assertion) > MAX_TOKEN_BYTES:
        raise _refuse("it is too long")
    try:
        signed = jws.extract_compact(assertion.encode())
        claims = _decoder.decode(signed.payload)
    except (JoseError, ValueError, KeyError, TypeError, msgspec.MsgspecError) as error:
        raise _refuse("it is no JWT") from error
    if signed.headers().get("alg") not in ALGORITHMS:
        raise _refuse("its algorithm is not taken")
    if claims.iss == claims.sub and claims.iss in policy.agents:
        agent: AssertingAgent = policy.agents[claims.iss]
        _check(assertion, agent.public_keys, claims, policy.audience, now_s)
        _check_once(claims, policy.known_from_s, now_s, seen)
        return claims.iss
    for issuer in policy.issuers:
        if issuer.issuer == claims.iss:
            _check(assertion, issuer.keys, claims, issuer.audience, now_s)
            return _agent_of(claims, policy)
    raise _refuse("nobody who is known has issued it")


def _agent_of(claims: _Claims, policy: AssertionPolicy) -> str:
    names = [name for name, agent in policy.agents.items() if agent.workload == (claims.iss, claims.sub)]
    if len(names) != 1:
        raise _refuse("its subject is no agent's workload")
    return names[0]


def _check(
    assertion: str, keys: tuple[dict[str, str], ...], claims: _Claims, audience: str, now_s: float
) -> None:
    if not keys:
        raise _refuse("there is no key to verify it with")
    try:
        known: list[OKPKey | ECKey | RSAKey] = [_import(key) for key in keys]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refuse("the key to verify it with is none") from error
    _verify(assertion, known)
    audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if audience not in audiences:
        raise _refuse("it is for somebody else")
    if now_s >= claims.exp + LEEWAY_S:
        raise _refuse("it has expired")
    if max(claims.iat or 0.0, claims.nbf or 0.0) > now_s + LEEWAY_S:
        raise _refuse("it is from the future")


def _verify(assertion: str, known: list[OKPKey | ECKey | RSAKey]) -> None:
    """Raise Unauthenticated where none of the keys has signed an assertion; it need not name which."""
    named = "kid" in jws.extract_compact(assertion.encode()).headers()
    sets = [KeySet([*known])] if named else [KeySet([key]) for key in known]
    for keys in sets:
        try:
            jws.deserialize_compact(assertion, keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError as error:
            raise _refuse("no key that is known has the id (kid) that it names, for its algorithm") from error
        except (JoseError, ValueError, KeyError, TypeError):
            continue
        return
    raise _refuse("its signature is not right")


def _check_once(claims: _Claims, known_from_s: float, now_s: float, seen: dict[str, float]) -> None:
    if claims.exp > now_s + MAX_LIFE_S + LEEWAY_S:
        raise _refuse(f"it lives longer than {MAX_LIFE_S} seconds")
    if not claims.jti or claims.iat is None:
        raise _refuse("it has no jti or no iat")
    if claims.iat < known_from_s:
        raise _refuse("it is older than what is known of used ones: sign another")
    for old in [jti for jti, until_s in seen.items() if until_s < now_s - LEEWAY_S]:
        del seen[old]
    key = f"{claims.iss}\0{claims.jti}"
    if key in seen:
        raise _refuse("it was used before")
    seen[key] = claims.exp + LEEWAY_S


def _import(key: dict[str, str]) -> OKPKey | ECKey | RSAKey:
    kinds: dict[str, type[OKPKey | ECKey | RSAKey]] = {"OKP": OKPKey, "EC": ECKey, "RSA": RSAKey}
    return kinds[key["kty"]].import_key({**key})


def _refuse(why: str) -> Unauthenticated:
    return Unauthenticated(f"The assertion is not valid: {why}.", code="invalid_assertion")
