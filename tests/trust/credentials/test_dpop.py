import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from podium.kernel.errors import NotReady, Unauthenticated
from podium.trust.credentials.dpop import LEEWAY_S, WINDOW_S, NeedsNonce, Nonces, check_proof, token_hash
from podium.trust.credentials.tokens import new_private_jwk

URL = "https://podium.example/v1/chat/completions"
TOKEN = "head.body.mark"
OWN = OKPKey.import_key(new_private_jwk(b"d" * 32))


def make(key=OWN, *, alg="Ed25519", typ="dpop+jwt", **changes) -> str:
    claims = {"htm": "POST", "htu": URL, "iat": 1000, "jti": "1", "ath": token_hash(TOKEN), **changes}
    header = {"alg": alg, "typ": typ, "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, msgspec.json.encode(claims), key, algorithms=["Ed25519", "ES256"])


def check(proof, nonces, *, now_s=1001.0, jkt=None, method="POST", url=URL, token=TOKEN):
    check_proof(
        proof, token=token, jkt=jkt or OWN.thumbprint(), method=method, url=url, nonces=nonces, now_s=now_s
    )


@pytest.fixture
def nonces() -> Nonces:
    return Nonces(b"secret")


@pytest.mark.parametrize(("key", "alg"), [(OWN, "Ed25519"), (ECKey.generate_key("P-256"), "ES256")])
def test_a_proof_is_taken_once(nonces, key, alg):
    """A right proof with a nonce of this process passes; the same one again does not."""
    proof = make(key, alg=alg, nonce=nonces.issue(1000))
    check(proof, nonces, jkt=key.thumbprint(), url=URL + "?x=1")
    with pytest.raises(NeedsNonce):
        check(proof, nonces, jkt=key.thumbprint())


def test_a_proof_without_a_nonce_is_given_one(nonces):
    """The refusal brings the nonce with which the next proof passes."""
    with pytest.raises(NeedsNonce) as raised:
        check(make(), nonces)
    check(make(nonce=raised.value.nonce, jti="2"), nonces)


def test_a_nonce_is_honoured_only_by_its_process_and_in_time(nonces):
    """A nonce of another process, a forged one and an old one are none."""
    for nonce in (Nonces(b"other").issue(1000), "1000.1.AAAA", "", "1000.1.é", "²", nonces.issue(600)):
        with pytest.raises(NeedsNonce):
            check(make(nonce=nonce), nonces)


def test_spent_nonces_are_forgotten_when_their_time_is_over(nonces):
    """As many are remembered as were spent within the window, however many come."""
    for second in range(1000, 3000):
        assert nonces.spend(nonces.issue(second), second)
    assert len(nonces._used) <= WINDOW_S + LEEWAY_S + 1


def test_what_anybody_may_spend_is_bounded():
    """Where nobody is known yet, no more are remembered than were allowed; later there is room again."""
    few = Nonces(b"secret", most=2)
    assert few.spend(few.issue(1000), 1000)
    used = few.issue(1000)
    assert few.spend(used, 1000)
    assert not few.spend(used, 1000)
    with pytest.raises(NotReady):
        few.spend(few.issue(1000), 1001)
    assert few.spend(few.issue(1400), 1400)


@pytest.mark.parametrize(
    ("changes", "how"),
    [
        ({"htm": "GET"}, {}),
        ({"htu": "https://podium.example/v1/embeddings"}, {}),
        ({"htu": "https://evil.example/v1/chat/completions"}, {}),
        ({"ath": token_hash("another")}, {}),
        ({"ath": ""}, {}),
        ({"htu": "http://["}, {}),
        ({"htu": "https://a\u2100/"}, {}),
        ({"iat": 500}, {}),
        ({"iat": 2000}, {}),
        ({}, {"jkt": "another"}),
        ({}, {"method": "GET"}),
    ],
)
def test_a_proof_of_something_else_is_refused(nonces, changes, how):
    """Another method, address, token, moment or key: refused, and the nonce stays unused."""
    nonce = nonces.issue(1000)
    with pytest.raises(Unauthenticated) as raised:
        check(make(nonce=nonce, **changes), nonces, **how)
    assert raised.value.error_code == "invalid_dpop_proof"
    check(make(nonce=nonce), nonces)


def test_what_is_no_proof_is_refused(nonces):
    """None, junk, another type and another key's signature are refused."""
    other = OKPKey.import_key(new_private_jwk(b"e" * 32))
    head, body, _ = make(nonce=nonces.issue(1000)).split(".")
    _, _, mark = make(other, nonce=nonces.issue(1000)).split(".")
    for proof in (None, "", "x.y.z", make(typ="JWT"), f"{head}.{body}.{mark}", "a" * 5000):
        with pytest.raises(Unauthenticated):
            check(proof, nonces)
