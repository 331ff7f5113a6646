"""What must hold between fields and between manifests."""

import pytest

from podium.manifest.check import check
from podium.manifest.load import load

from .samples import FLEET, DictPrices, document, findings, said

LLAMA = "dialect: llama\nbaseUrl: http://127.0.0.1:8712/v1\nllama: {model: smollm2, contextTokens: 2048}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            document("Model", "m", "provider: remot\nceilingUsd: 1"),
            "5 spec.provider: there is no Provider remot. Did you mean `remote`?",
        ),
        (
            document("Route", "r", "candidates: [{model: smal}]"),
            "5 spec.candidates[0].model: there is no Model smal. Did you mean `small`?",
        ),
        (
            document("Route", "r", "candidates: [{model: small}]\nfallbacks:\n  - bigger"),
            "7 spec.fallbacks[0]: there is no Model bigger. Choose from: embedder, small.",
        ),
        (
            document("Department", "d", "parent: enginering"),
            "5 spec.parent: there is no Department enginering. Did you mean `engineering`?",
        ),
        (
            document("Agent", "a", "department: engineering\nroutes: [openai/gpt-4o]"),
            "6 spec.routes[0]: there is no Route openai/gpt-4o. Did you mean `openai/gpt-4o_mini`?",
        ),
    ],
)
def test_dangling_references(text: str, expected: str) -> None:
    """A name that nobody bears is an error, with the nearest name."""
    assert said(text) == [expected]


def test_duplicate_names() -> None:
    """Two manifests of one kind with one name are an error that names both places; of two kinds, none."""
    first = document("Department", "ops", "parent: acme")
    other_kind = document("Route", "ops", "candidates: [{model: small}]")
    assert said(first, other_kind, first) == [
        "3 metadata.name: Department ops is also defined at more0.yaml:1. Rename one, or delete it."
    ]


def test_cycles() -> None:
    """Departments that are each other's parents are one error, a department its own parent too."""
    ring = "---\n".join(
        [
            document("Department", "a", "parent: b"),
            document("Department", "b", "parent: c"),
            document("Department", "c", "parent: a"),
            document("Department", "d", "parent: a"),
            document("Department", "e", "parent: e"),
        ]
    )
    assert [finding.message for finding in findings(ring)] == [
        "the departments form a cycle: a -> b -> c -> a.",
        "the departments form a cycle: e -> e.",
    ]


def test_one_organisation() -> None:
    """There is exactly one department without a parent."""
    assert said("apiVersion: podium/v1\nkind: Department\nmetadata: {name: other}\n") == [
        "1 spec.parent: other has no parent, and neither has acme at fleet.yaml:1. Write `parent: acme`."
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            "dialect: llama\nbaseUrl: http://127.0.0.1:8712/v1",
            (
                "4 spec.llama: dialect llama needs the model that Podium is to run. "
                "Write `llama: {model: smollm2}`."
            ),
        ),
        (
            "dialect: anthropic\nbaseUrl: https://api.anthropic.com",
            (
                "6 spec.baseUrl: Anthropic's messages are not at the root. "
                "Write what stands before /messages: https://api.anthropic.com/v1."
            ),
        ),
        (
            "dialect: anthropic\nbaseUrl: https://h/v1\noutputLimitField: max_tokens",
            "7 spec.outputLimitField: dialect anthropic has one name for the limit of output. Remove it.",
        ),
        (
            "baseUrl: https://h/v1\nllama: {model: x}",
            "6 spec.llama: only dialect llama runs a model. Write `dialect: llama`, or remove `llama`.",
        ),
        *(
            (
                f"dialect: llama\nbaseUrl: {url}\nllama: {{model: x}}",
                (
                    "6 spec.baseUrl: Podium runs this model itself, on this machine only. "
                    "Write a loopback address with a port of its own: http://127.0.0.1:8720/v1."
                ),
            )
            for url in (
                "http://10.0.0.1:8712/v1",
                "https://127.0.0.1:8712/v1",
                "http://127.0.0.1/v1",
                "http://127.0.0.1.evil.example:8712/v1",
            )
        ),
        (
            "baseUrl: https://h/v1\ncredential: {}",
            (
                "6 spec.credential: exactly one of `env` and `file` names the credential. "
                "Write `env: NAME` or `file: PATH`."
            ),
        ),
        (
            "baseUrl: https://h/v1\ncredential: {env: A, file: b}",
            (
                "6 spec.credential: exactly one of `env` and `file` names the credential. "
                "Write `env: NAME` or `file: PATH`."
            ),
        ),
        (
            "baseUrl: https://h/v1\nauthHeader: X-Auth\nheaders:\n  x-auth: a",
            (
                "8 spec.headers.x-auth: this header carries the credential. "
                "Remove it; `credential`, `authHeader` and `authPrefix` write it."
            ),
        ),
        (
            "baseUrl: https://h/v1\nheaders:\n  x-a: a\n  X-A: b",
            "8 spec.headers.X-A: the header is written twice, also as x-a. Keep one.",
        ),
        (
            "dialect: gemini\nbaseUrl: https://example.com/v1beta\npaths: {chat: /models/x}",
            (
                "7 spec.paths: dialect gemini calls a method behind the model, so its paths are its own. "
                "Remove `paths`; write what stands before `/models/...` into `baseUrl`."
            ),
        ),
    ],
)
def test_providers(spec: str, expected: str) -> None:
    """A provider's fields agree with each other."""
    assert said(document("Provider", "p", spec)) == [expected]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9"])
def test_loopback(host: str) -> None:
    """A local model listens at any address of this machine alone."""
    spec = f"dialect: llama\nbaseUrl: http://{host}:8712/v1\nllama: {{model: x}}"
    assert said(document("Provider", "p", spec)) == []


def test_local_models_have_ports_of_their_own() -> None:
    """Two models that Podium runs do not share an address."""
    (finding,) = findings(document("Provider", "a", LLAMA), document("Provider", "b", LLAMA))
    assert (finding.file, finding.field) == ("more1.yaml", "spec.baseUrl")
    assert finding.message == "port 8712 is also that of a at more0.yaml:1."


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            "provider: remote\nceilingUsd: 1\ncontextWindowTokens: 1000\nmaxOutputTokens: 1_001",
            "8 spec.maxOutputTokens: it is more than the context window of 1000 tokens. Lower it.",
        ),
        (
            "provider: remote\nprice: {inputPerMillionTokens: 1}",
            (
                "6 spec.price.outputPerMillionTokens: it is missing. "
                "Write `outputPerMillionTokens: 2.50`, in USD; 0 where it costs nothing."
            ),
        ),
        (
            (
                "provider: remote\nprice:\n  inputPerMillionTokens: 1\n  outputPerMillionTokens: 1\n"
                "  tiers:\n"
                "    - {aboveInputTokens: 10, inputPerMillionTokens: 2}\n"
                "    - {aboveInputTokens: 10, cacheReadPerMillionTokens: 2}"
            ),
            (
                "11 spec.price.tiers[1].aboveInputTokens: two tiers begin at the same threshold. Join them.\n"
                "11 spec.price.tiers[1].cacheReadPerMillionTokens: a tier changes a price that is not there. "
                "Write `price.cacheReadPerMillionTokens` too."
            ),
        ),
        (
            "provider: remote\npriceRef: a/b\nprice: {inputPerMillionTokens: 1, outputPerMillionTokens: 1}",
            "6 spec.priceRef: `price` and `priceRef` exclude each other. Keep one.",
        ),
        (
            "provider: remote\npriceRef: gpt-4o\nceilingUsd: 1",
            (
                "6 spec.priceRef: it is not PROVIDER/MODEL. "
                "Write it as the price list names it, for example openai/gpt-4o."
            ),
        ),
    ],
)
def test_models(spec: str, expected: str) -> None:
    """A model's fields agree with each other."""
    assert "\n".join(said(document("Model", "m", spec))) == expected


def test_a_window_is_allocated() -> None:
    """A local model's window is not larger than what its provider allocates."""
    model = "provider: p\nceilingUsd: 0\ncontextWindowTokens: 4096"
    (finding,) = findings(document("Provider", "p", LLAMA), document("Model", "m", model))
    assert finding.field == "spec.contextWindowTokens"
    assert finding.message == "its provider p allocates 2048 tokens of context."


@pytest.mark.parametrize(
    ("spec", "field", "message"),
    [
        (
            "candidates: [{model: small}, {model: small}]",
            "spec.candidates[1].model",
            "the model small stands in this route twice.",
        ),
        (
            "candidates: [{model: small}]\nfallbacks: [small]",
            "spec.fallbacks[0]",
            "the model small stands in this route twice.",
        ),
        (
            "candidates: [{model: small}]\nfallbacks: [embedder]",
            "spec.fallbacks[0]",
            "the model embedder serves embeddings, this route chat.",
        ),
        (
            "operation: embeddings\ncandidates: [{model: small}]",
            "spec.candidates[0].model",
            "the model small serves chat, this route embeddings.",
        ),
    ],
)
def test_routes(spec: str, field: str, message: str) -> None:
    """A route names each model once, and models that do what it does."""
    (finding,) = findings(document("Route", "r", spec))
    assert (finding.field, finding.message) == (field, message)


def test_an_agent_lists_a_route_once() -> None:
    """A route that is listed twice is a slip."""
    text = document("Agent", "a", "department: acme\nroutes:\n  - openai/gpt-4o_mini\n  - openai/gpt-4o_mini")
    assert said(text) == ["8 spec.routes[1]: the route openai/gpt-4o_mini is listed twice. Keep one."]


def test_all_checks_run_on_a_document_with_other_faults() -> None:
    """A slip in one field hides nothing about the others."""
    text = document("Route", "r", "candidatez: 1\ncandidates: [{model: nope}]\nfallbacks: [small, small]")
    assert [finding.field for finding in findings(text)] == [
        "spec.candidatez",
        "spec.candidates[0].model",
        "spec.fallbacks[1]",
    ]


SLIPS = [
    (
        "Pipeline",
        "agent: reviewer\nstebs: [{name: a, task: {request: Go, agnt: x}, needs: [b]}]\ntimeout: 2 hours",
        [
            ("spec.timeout", "not a duration"),
            ("spec.stebs", "Did you mean `steps`?"),
            ("spec.steps", "it is missing"),
        ],
    ),
    (
        "Pipeline",
        (
            "agent: reviewer\nsteps:\n- {name: a, task: {agent: reviewer, request: Go}, needs: [b], "
            "retri: {}}\n"
            "- {name: c, aproval: {title: x}}"
        ),
        [
            ("spec.steps[0].needs[0]", "there is no step b"),
            ("spec.steps[0].retri", "Did you mean `retry`?"),
            ("spec.steps[1].aproval", "Did you mean `approval`?"),
        ],
    ),
    (
        "Audit",
        "onfail: case\nagents: [nobody]\nrules: [{name: a, says: at most 3 pay}]",
        [
            ("spec.onfail", "Did you mean `onFail`?"),
            ("spec.agents[0]", "there is no Agent nobody"),
            ("spec.rules[0].says", "'pay' at character 11 is not known"),
        ],
    ),
    (
        "Department",
        "parent: acme\nlimitz: []\nbreaker: {shortWindow: 10m, longWindow: 5m}",
        [
            ("spec.limitz", "Did you mean `limits`?"),
            ("spec.breaker.shortWindow", "the long one 300 s"),
        ],
    ),
    (
        "Policy",
        "cedr: x\ncedar: permit(principal, action, resource);",
        [("spec.cedr", "Did you mean `cedar`?")],
    ),
]


@pytest.mark.parametrize(("kind", "spec", "told"), SLIPS)
def test_what_hangs_on_other_fields_is_told_beside_a_slip(
    kind: str, spec: str, told: list[tuple[str, str]]
) -> None:
    """A misspelt field or a wrong value hides no fault of what else is written, and makes none of its own."""
    found = findings(document(kind, "x", spec))
    assert sorted(it.field for it in found) == sorted(field for field, _ in told)
    for field, words in told:
        assert any(it.field == field and words in str(it) for it in found)


def test_a_rule_in_cedar_is_looked_at_beside_other_faults() -> None:
    """What is wrong elsewhere does not put it off, as long as it is sure which tools there are."""
    policy = document("Policy", "p", "cedar: permit(principal, action, resource);")
    route = document("Route", "r", "candidatez: 1\ncandidates: [{model: small}]")
    assert {it.field for it in findings(policy, route)} == {"spec.cedar", "spec.candidatez"}
    server = document("ToolServer", "mail", "command: [mcp]\ntoolz: {}\ntools: {a: {effect: read}}")
    assert [it.field for it in findings(policy, server)] == ["spec.toolz"]


def test_the_fleet_itself_has_no_findings() -> None:
    """The sample that these tests build upon compiles."""
    assert FLEET
    assert said(prices=DictPrices()) == []


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("url: http://hooks.example.com/x\ncredential: {env: KEY}", "unencrypted"),
        ("url: https://169.254.169.254/x\ncredential: {env: KEY}", "never connected to"),
        ("url: https://0177.0.0.1/x\ncredential: {env: KEY}", "an address that every program reads alike"),
        ("url: https://h.example.com/x\ncredential: {}", "exactly one of"),
        ("url: https://h.example.com/x", "missing"),
        ("url: http://127.0.0.1:8790/x\ncredential: {env: KEY}", None),
    ],
)
def test_webhooks(spec: str, told: str | None) -> None:
    """News of cases go signed, encrypted, to addresses that may be connected to."""
    loaded = load([("a.yaml", document("Webhook", "w", spec))])
    found = [str(one) for one in (*loaded.findings, *check(loaded, complete=False))]
    assert (told is None and not found) or any(told is not None and told in one for one in found), found


def test_a_webhook_of_a_kind_that_is_none():
    """It would never be told anything."""
    spec = "url: https://hooks.example.com/podium\ncredential: {env: KEY}\nkinds: [tool.decoy, tool.cal]"
    (finding,) = findings(document("Webhook", "w", spec))
    assert (finding.line, finding.field) == (7, "spec.kinds[1]")
    assert "Did you mean `tool.call`?" in str(finding)
