import base64
import json

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey, RSAKey

from podium.kernel.errors import Unauthenticated
from podium.trust.credentials.identity import Actor, Claims, Confirmation, Detail, PublicKey
from podium.trust.credentials.tokens import Keys, SigningKey, jwks, new_private_jwk

ISSUER = "https://podium.example"
SUB = "spiffe://acme.example/acme/support/triage/task/01M85ME4HS093C32W62N0SCHRC"
KEY = SigningKey(new_private_jwk(b"k" * 32))
OTHER = SigningKey(new_private_jwk(b"o" * 32))
KEYS = Keys((KEY.public,))
CLAIMS = Claims(
    iss=ISSUER,
    sub=SUB,
    aud=ISSUER,
    iat=1000,
    exp=1300,
    jti="j1",
    authorization_details=(Detail("podium_models", routes=("small",)),),
    root="task_01M85ME4HS093C32W62N0SCHRC",
    prompt_sha256="ab" * 32,
    act=Actor("spiffe://acme.example/acme/boss/task/01M85ME4HS093C32W62N0SCHRC"),
    cnf=Confirmation("thumb"),
)


def verify(token: str, now_s: float = 1001, keys: Keys = KEYS) -> Claims:
    return keys.verify(token, issuer=ISSUER, audience=ISSUER, now_s=now_s)


def refused(token: str, now_s: float = 1001, keys: Keys = KEYS) -> str:
    with pytest.raises(Unauthenticated) as raised:
        verify(token, now_s, keys)
    assert raised.value.error_code == "invalid_token"
    return raised.value.message


def b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_token_says_what_was_signed():
    """What was put in comes out, after the signature has been verified."""
    assert verify(KEY.sign(CLAIMS)) == CLAIMS


def test_times():
    """A token is refused from its end on, and where it is from the future; clocks may differ by 5 s."""
    token = KEY.sign(CLAIMS)
    assert verify(token, 996)
    assert "future" in refused(token, 990)
    assert verify(token, 1299.9)
    assert "expired" in refused(token, 1300)


@pytest.mark.parametrize("change", [{"iss": "https://evil.example"}, {"aud": "https://other.example"}])
def test_another_issuer_or_audience(change):
    """A token for somebody else is refused, though its signature is right."""
    assert "somebody else" in refused(KEY.sign(msgspec.structs.replace(CLAIMS, **change)))


def test_another_key():
    """A key that is not in force signs nothing, also where it claims another one's id."""
    assert "not in force" in refused(OTHER.sign(CLAIMS))
    impostor = SigningKey({**new_private_jwk(b"o" * 32), "kid": KEY.public.kid})
    assert "signature" in refused(impostor.sign(CLAIMS))


def test_no_other_algorithm():
    """`none`, HMAC with the public key, RSA and a missing type are refused whatever they sign."""
    payload = msgspec.json.encode(CLAIMS)
    body = b64(json.loads(payload))
    kid = KEY.public.kid
    assert "algorithm" in refused(f"{b64({'alg': 'none', 'typ': 'at+jwt', 'kid': kid})}.{body}.")
    shared = OctKey.import_key(KEY.public.x.encode())
    hmac = jws.serialize_compact({"alg": "HS256", "typ": "at+jwt", "kid": kid}, payload, shared)
    assert "algorithm" in refused(hmac)
    rsa = jws.serialize_compact({"alg": "RS256", "typ": "at+jwt", "kid": kid}, payload, RSAKey.generate_key())
    assert "algorithm" in refused(rsa)
    own = OKPKey.import_key(new_private_jwk(b"k" * 32))
    plain = jws.serialize_compact({"alg": "Ed25519", "kid": kid}, payload, own, algorithms=["Ed25519"])
    assert "algorithm or type" in refused(plain)


def test_no_key_of_the_tokens_own():
    """A header that brings a key along (jwk, jku, x5u) is refused: keys come from the keeper alone."""
    own = OKPKey.import_key(new_private_jwk(b"k" * 32))
    for name, value in {"jku": "https://evil.example/jwks", "x5u": "https://evil.example/c"}.items():
        header = {"alg": "Ed25519", "typ": "at+jwt", "kid": KEY.public.kid, name: value}
        token = jws.serialize_compact(header, msgspec.json.encode(CLAIMS), own, algorithms=["Ed25519"])
        refused(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "e30.e30.e30", "a" * 9000, "é.é.é", "podium_sk_x"])
def test_what_is_no_token(token):
    """Anything else is refused in the same way."""
    refused(token)


def test_a_changed_byte():
    """A change of any part breaks the signature."""
    header, payload, signature = KEY.sign(CLAIMS).split(".")
    changed = b64(
        {**json.loads(base64.urlsafe_b64decode(payload + "==")), "sub": SUB.replace("triage", "boss")}
    )
    refused(f"{header}.{changed}.{signature}")
    refused(f"{header}.{payload}.{signature[:-2]}AA")


def test_two_keys_in_force():
    """While keys are changed, tokens of both are taken."""
    both = Keys((KEY.public, OTHER.public))
    assert verify(KEY.sign(CLAIMS), keys=both) == verify(OTHER.sign(CLAIMS), keys=both)


def test_the_published_keys_have_no_private_half():
    """The JWKS names algorithm, use and id of each key, and no secret."""
    (key,) = json.loads(jwks((KEY.public,), 1001))["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}
    assert Keys((PublicKey(key["kid"], key["x"]),)).verify(
        KEY.sign(CLAIMS), issuer=ISSUER, audience=ISSUER, now_s=1001
    )
