import msgspec
import pytest

from podium.kernel.errors import BrokenReply
from podium.trust.credentials.issuers import (
    FRESH_S,
    MAX_KEYS,
    RETRY_S,
    STALE_S,
    KeptKeys,
    decide_keys,
    peek,
    read_discovery,
    read_key_set,
)

ED = {"kty": "OKP", "crv": "Ed25519", "x": "eA", "kid": "a"}
KNOWN = KeptKeys((ED,), fetched_s=100.0, asked_s=100.0)


@pytest.mark.parametrize(
    ("kept", "key_id", "now_s", "plan"),
    [
        (KeptKeys(), "a", 0.0, "wait"),
        (KeptKeys(asked_s=0.0), "a", RETRY_S - 1, "away"),
        (KeptKeys(asked_s=0.0), "a", RETRY_S, "wait"),
        (KNOWN, "a", 101.0, "use"),
        (KNOWN, None, 101.0, "use"),
        (KNOWN, "b", 101.0, "use"),
        (KNOWN, "b", 100.0 + RETRY_S, "wait"),
        (KNOWN, "a", 100.0 + FRESH_S, "refresh"),
        (msgspec.structs.replace(KNOWN, asked_s=100.0 + FRESH_S), "a", 101.0 + FRESH_S, "use"),
        (KNOWN, "a", 100.0 + STALE_S, "wait"),
        (msgspec.structs.replace(KNOWN, asked_s=99.0 + STALE_S), "a", 100.0 + STALE_S, "away"),
    ],
)
def test_when_an_issuer_is_asked(kept, key_id, now_s, plan):
    """Keys are used while fresh, asked for anew behind, waited for when one is new, and end when stale."""
    assert decide_keys(kept, key_id, now_s) == plan


def test_only_public_signing_keys_are_read():
    """Private halves, keys for encryption, shared secrets, short RSA keys and shapes without one are not."""
    written = [
        ED | {"d": "c2VjcmV0", "use": "sig", "x5c": ["..."]},
        ED | {"use": "enc", "kid": "b"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "RSA", "n": "short", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "eA"},
        {"kty": "RSA", "n": "n" * 342, "e": "AQAB", "kid": 7},
    ]
    assert read_key_set(msgspec.json.encode({"keys": written})) == (
        ED,
        {"kty": "RSA", "n": "n" * 342, "e": "AQAB"},
    )
    many = [ED | {"kid": str(number)} for number in range(200)]
    assert len(read_key_set(msgspec.json.encode({"keys": many}))) == MAX_KEYS


@pytest.mark.parametrize("document", [b"", b"[]", b'{"keys": []}', b'{"keys": [1]}', b"\xff", b"[" * 100_000])
def test_what_is_no_key_set_is_refused(document):
    """Anything but a key set with a key that signs is an answer that broke."""
    with pytest.raises(BrokenReply):
        read_key_set(document)


def test_an_issuer_calls_itself_what_it_was_called():
    """Discovery is believed only where it names the issuer that was asked."""
    good = b'{"issuer": "https://a.example", "jwks_uri": "https://a.example/keys", "x": 1}'
    assert read_discovery(good, "https://a.example") == "https://a.example/keys"
    for document, issuer in ((good, "https://a.example/"), (good, "https://b.example"), (b"{}", "x")):
        with pytest.raises(BrokenReply):
            read_discovery(document, issuer)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "e30.e30.", "x" * 9000, "..", "e30.bnVsbA.eA"])
def test_what_is_no_token_names_nobody(text):
    """Peeking never raises."""
    assert peek(text) is None
