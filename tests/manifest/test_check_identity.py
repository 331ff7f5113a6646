import pytest

from podium.kernel.errors import ManifestError
from podium.manifest.compile import compile_manifests
from podium.manifest.snapshot import CredentialRef, IssuerRow, KeySource, Snapshot

from .samples import FLEET, DictPrices, document, said

KEY = "jwks: [{kty: OKP, crv: Ed25519, x: eA}]"


def fleet(*issuers: str) -> str:
    listed = "".join(f"\n    - {{{issuer}}}" for issuer in issuers)
    spec = f"metadata: {{name: acme}}\nspec:\n  workloadIssuers:{listed}"
    return FLEET.replace("metadata: {name: acme}", spec)


def compiled(text: str) -> Snapshot:
    return compile_manifests([("fleet.yaml", text)], prices=DictPrices(), at_ns=7)


def found(text: str) -> list[str]:
    with pytest.raises(ManifestError) as raised:
        compiled(text)
    return [str(finding) for finding in raised.value.findings]


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("issuer: cluster, audience: p", "its keys can only be fetched over https"),
        ("issuer: 'http://cluster.example', audience: p", "its keys can only be fetched over https"),
        ("issuer: cluster, audience: p, jwksUrl: 'http://k.example/j'", "its keys can only be fetched over"),
        ("issuer: 'https://169.254.169.254', audience: p", "metadata service: it is never connected to"),
        (f"issuer: cluster, audience: p, network: private, {KEY}", "so nothing is fetched"),
        ("issuer: 'https://c.example', audience: p, credential: {}", "exactly one of `env` and `file`"),
    ],
)
def test_issuers_whose_keys_cannot_be_had(issuer: str, expected: str) -> None:
    """Keys are written out, or fetched over https from an address that is connected to."""
    told = found(fleet(issuer))
    assert len(told) == 1
    assert expected in told[0]


def test_an_issuer_is_listed_once_and_by_the_organisation() -> None:
    """An issuer twice, or in a department below, is a finding; so is an agent's that nobody has listed."""
    twice = found(fleet(f"issuer: c, audience: p, {KEY}", f"issuer: c, audience: q, {KEY}"))
    assert ["is listed twice" in finding for finding in twice] == [True]
    below = document("Department", "d", f"parent: acme\nworkloadIssuers: [{{issuer: c, audience: p, {KEY}}}]")
    assert "issuers are the organisation's alone" in said(below)[0]
    spec = "department: engineering\nroutes: [openai/gpt-4o_mini]\nworkload: {issuer: c, subject: s}"
    assert "there is no issuer c. List it" in said(document("Agent", "a", spec))[0]


def test_what_an_issuer_compiles_to() -> None:
    """Written keys need no source; else the issuer says where its keys are, or the manifest does."""
    snapshot = compiled(
        fleet(
            f"issuer: a, audience: p, {KEY}",
            "issuer: 'https://b.example', audience: p",
            "issuer: c, audience: p, jwksUrl: 'https://127.0.0.1:1/j', caFile: x.pem, credential: {file: t}",
        )
    )
    assert snapshot.issuers == (
        IssuerRow("a", "p", ({"kty": "OKP", "crv": "Ed25519", "x": "eA"},)),
        IssuerRow("https://b.example", "p", source=KeySource("https://b.example", discovers=True)),
        IssuerRow(
            "c",
            "p",
            source=KeySource(
                "https://127.0.0.1:1/j",
                network="private",
                ca_file="x.pem",
                credential=CredentialRef(file="t"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("kty: RSA", "publicKeys[0]: a key of type RSA has `n`, which is missing."),
        ("kty: EC, crv: P-256, x: eA", "publicKeys[0]: a key of type EC has `y`, which is missing."),
        ("kty: OKP, x: eA", "publicKeys[0]: a key of type OKP has `crv`, which is missing."),
        ("kty: OKP, crv: X25519, x: eA", "publicKeys[0].crv: keys of type OKP on the curve X25519 are not"),
        ("kty: EC, crv: secp256k1, x: eA, y: eA", "Use one on P-256 or P-384, or RSA."),
    ],
)
def test_keys_that_verify_nothing(key: str, expected: str) -> None:
    """A key without one of its parts, or on a curve that is not taken, would refuse every assertion."""
    spec = f"department: engineering\nroutes: [openai/gpt-4o_mini]\npublicKeys: [{{{key}}}]"
    (told,) = said(document("Agent", "a", spec))
    assert expected in told
    (told,) = found(fleet(f"issuer: c, audience: p, jwks: [{{{key}}}]"))
    assert expected.replace("publicKeys", "workloadIssuers[0].jwks") in told


def test_a_tool_server_s_credential_has_one_place() -> None:
    """Of a variable and a file nobody could say which is meant."""
    spec = "url: https://t.example/mcp\ncredential: {env: A, file: /b}\ntools: {look: {effect: read}}"
    (told,) = said(document("ToolServer", "t", spec))
    assert "spec.credential: exactly one of `env` and `file` names the credential." in told
