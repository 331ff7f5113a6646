"""Secrets in manifests are found, and never repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .samples import document, findings

KEY = "sk-" + "abcdefghij0123456789"


def provider(rest: str) -> str:
    return document("Provider", "p", f"baseUrl: https://h/v1\n{rest}")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (provider(f"apiKey: {KEY}"), "spec.apiKey"),
        (provider("api_key: x"), "spec.api_key"),
        (provider("token: hunter2"), "spec.token"),
        (provider("Password: hunter2"), "spec.Password"),
        (provider("clientSecret: {a: b}"), "spec.clientSecret"),
        (provider(f"credential: {KEY}"), "spec.credential"),
        (provider(f"credential: {{env: {KEY}}}"), "spec.credential.env"),
        (provider("credential: {env: A, value: hunter2}"), "spec.credential.value"),
        (provider("headers: {Authorization: hunter2}"), "spec.headers.Authorization"),
        (provider("headers: {X-Api-Key: hunter2}"), "spec.headers.X-Api-Key"),
        (provider("headers: {x-a: Bearer abcdefghijkl}"), "spec.headers.x-a"),
        (provider("region: AKIA" + "ABCDEFGHIJ234567"), "spec.region"),
        (provider("region: |-\n  -----BEGIN RSA PRIVATE" + " KEY-----\n  x"), "spec.region"),
        (document("Provider", "p", "baseUrl: https://user:hunter2@h/v1"), "spec.baseUrl"),
        (document("Provider", "p", "baseUrl: https://hunter2@h/v1"), "spec.baseUrl"),
        (document("Department", "d", f"parent: acme\napiKey: &k {KEY}\n"), "spec.apiKey"),
    ],
)
def test_a_secret_is_one_finding(text: str, field: str) -> None:
    """What is named like a secret or looks like one is one error, which says what to write instead."""
    (finding,) = findings(text)
    assert finding.field == field
    assert "credential: {env: NAME}" in finding.fix
    assert KEY not in str(finding)
    assert "hunter2" not in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        f"# old key: {KEY}\n" + document("Department", "d", "parent: acme"),
        document("Department", "d", f"parent: acme # {KEY}"),
    ],
)
def test_comments_hold_no_secrets_either(text: str) -> None:
    """Git keeps comments too."""
    (finding,) = findings(text)
    assert finding.message == "this line holds what looks like a secret."
    assert text.splitlines()[finding.line - 1].endswith(KEY)


@pytest.mark.parametrize(
    "text",
    [
        provider("credential: {env: OPENAI_API_KEY}"),
        provider("credential: {file: /run/secrets/openai-token}"),
        provider("headers: {openai-organization: org-1, x-title: Bearer of news}"),
        document("Model", "m", "provider: remote\nceilingUsd: 1\nmaxOutputTokens: 5"),
        (
            "apiVersion: podium/v1\nkind: Department\nmetadata:\n  name: d\n  annotations:\n"
            "    token: the one of the finance team lies in the vault\n    see: ssh://git@example.com/sk-short\n"
            "spec: {parent: acme}\n"
        ),
    ],
)
def test_what_only_sounds_like_a_secret(text: str) -> None:
    """Names of variables, paths, token counts and prose are no secrets."""
    assert findings(text) == []


@given(
    st.sampled_from(
        [
            "{k}: 1\n",
            "kind: {k}\n",
            "kind: Model\nmetadata: {{name: {k}}}\nspec: {{provider: {k}, priceRef: a/{k}}}\n",
            "a: *{k}\n",
            "a: &{k} [*{k}]\n",
            "a: !{k} b\n",
            "{k}: 1\n{k}: 2\n",
            "a: {{{k}: [\n",
            "kind: Route\nmetadata: {{name: {k}}}\nspec: {{candidates: [{{model: {k}}}, {{model: {k}}}]}}\n",
            "kind: Department\nmetadata: {{name: {k}}}\nspec: {{parent: {k}}}\n",
            "kind: Provider\nspec: {{headers: {{{k}: a, {k}: b}}, timeouts: {{idle: {k}}}}}\n",
        ]
    ),
    st.sampled_from([KEY, "hf_" + "a" * 30, "podium_sk_" + "a" * 30]),
)
def test_no_finding_repeats_a_secret(template: str, key: str) -> None:
    """Wherever a key is put, it is found, and no finding holds it."""
    found = findings(template.format(k=key))
    assert any("secret" in finding.message for finding in found)
    assert all(key not in str(finding) for finding in found)
