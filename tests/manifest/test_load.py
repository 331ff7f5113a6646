"""Faults of shape: every one of them, with line, field and what to write."""

from pathlib import Path

import pytest

from podium.kernel.nearest import nearest
from podium.manifest.kinds import KINDS
from podium.manifest.load import load

from .samples import document, findings, said


def test_every_fault_of_one_document_at_once() -> None:
    """Wrong version, name, type, number, choice and unknown fields are reported together, by line."""
    text = (
        "apiVersion: podium/v2\n"
        "kind: Model\n"
        "metadata: {name: Bad_Name, label: x}\n"
        "spec:\n"
        "  provider: remot\n"
        "  upstream: [a]\n"
        "  contextWindowTokens: 4k\n"
        "  maxOutputTokens: -3\n"
        "  capabilities: [vison, tools]\n"
        "  ceilingUsd: ten\n"
        "  prise: 3\n"
        "  price:\n"
        "    inputPerMillionTokens: $3\n"
        "    tiers: {}\n"
    )
    assert [(f.line, f.field) for f in findings(text)] == [
        (1, "apiVersion"),
        (3, "metadata.name"),
        (3, "metadata.label"),
        (5, "spec.provider"),
        (6, "spec.upstream"),
        (7, "spec.contextWindowTokens"),
        (8, "spec.maxOutputTokens"),
        (9, "spec.capabilities[0]"),
        (10, "spec.ceilingUsd"),
        (11, "spec.prise"),
        (12, "spec.price.outputPerMillionTokens"),
        (13, "spec.price.inputPerMillionTokens"),
        (14, "spec.price.tiers"),
    ]
    assert all(f.fix for f in findings(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            document("Department", "d", "parent: acme\nparnt: acme"),
            "6 spec.parnt: there is no such field here. Did you mean `parent`?",
        ),
        (
            document("Provider", "p", "baseUrl: https://h/v1\ntimeouts: {first_byte: 1s}"),
            "6 spec.timeouts.first_byte: there is no such field here. Did you mean `firstByte`?",
        ),
        (
            document("Route", "r", "candidates:\n  - model: small\n    wieght: 2"),
            "7 spec.candidates[0].wieght: there is no such field here. Did you mean `weight`?",
        ),
        (
            document("Route", "r", "candidates:\n  - weight: 2"),
            "6 spec.candidates[0].model: it is missing. Write `model: ...`: Name of a Model.",
        ),
        (
            document(
                "Agent",
                "a",
                "department: acme\nroutes: [openai/gpt-4o_mini]\nrun:\n  command: [a]\n  image: debian",
            ),
            (
                "9 spec.run.image: Podium runs programs of this machine, and no images yet ('debian'). "
                "Remove it, install what it holds where `podium up` runs, and write `command`."
            ),
        ),
        (
            document("Route", "r", "candidates: [small]"),
            (
                "5 spec.candidates[0]: it must be a mapping, not text. "
                "Write its fields as `name: value` lines under it."
            ),
        ),
        (
            document("Route", "r", "operation: embedings\ncandidates: [{model: embedder}]"),
            "5 spec.operation: there is no such value. Did you mean `embeddings`?",
        ),
        (
            document("Route", "r", "candidates:"),
            "5 spec.candidates: it is empty. Write a value, or remove the line.",
        ),
        (
            document("Route", "r", "candidates: []"),
            "5 spec.candidates: the list is empty. Write at least one entry.",
        ),
        (
            document("Route", "r", "candidates: [{model: small, weight: 0}]"),
            (
                "5 spec.candidates[0].weight: it is not between 1 and 1000000000. "
                "Write a whole number in that range."
            ),
        ),
        (
            document("Route", "r", "candidates: [{model: small}]\nretry: {maxAttempts: 50}"),
            "6 spec.retry.maxAttempts: it is more than 10. Lower it.",
        ),
        (
            document("Provider", "p", "baseUrl: https://h/v1\ntimeouts: {total: 5}"),
            (
                "6 spec.timeouts.total: it is not a duration in whole milliseconds. "
                "Write a number and ms, s, m or h: 200ms, 5s, 2m."
            ),
        ),
        (
            document("Provider", "p", "baseUrl: https://h/v1\nheaders: {Host: h}"),
            "6 spec.headers.Host: Podium writes this header itself. Remove it.",
        ),
        (
            document("Provider", "p", "baseUrl: https://h/v1/chat/completions"),
            (
                "5 spec.baseUrl: a base URL ends before the operation. "
                "Remove /chat/completions or /embeddings from its end."
            ),
        ),
        (
            document("ToolServer", "x", "url: http://127.0.0.1:PORT/mcp"),
            (
                "5 spec.url: its port 'PORT' is no number up to 65535. "
                "Write the port as digits in place of PORT: http://127.0.0.1:8931/mcp."
            ),
        ),
        (
            document("Provider", "p", "baseUrl: http://[::1/v1"),
            "5 spec.baseUrl: it is not a URL. Write https://HOST/v1, the part before /chat/completions.",
        ),
        (
            "apiVersion: podium/v1\nkind: model\nmetadata: {name: m}\nspec: {}\n",
            "2 kind: there is no such kind. Did you mean `Model`?",
        ),
        (
            "apiVersion: podium/v1\nmetadata: {name: m}\n",
            (
                "1 kind: it is missing. Write one of Provider, Model, Route, Department, Agent, Webhook, "
                "ToolServer, Policy, Audit, Pipeline."
            ),
        ),
        ("- a\n", "1 : a manifest is a mapping. Begin with `apiVersion: podium/v1` and `kind: ...`."),
        (
            "apiVersion: podium/v1\nkind: Department\nmetadata: {}\nspec: {parent: acme}\n",
            "3 metadata.name: it is missing. Write `name: ...`: Unique among the manifests of its kind.",
        ),
    ],
)
def test_a_fault_of_shape_says_what_to_write(text: str, expected: str) -> None:
    """Each fault of shape names its line and field, and the way out."""
    assert said(text) == [expected]


@pytest.mark.parametrize("name", ["a", "a-b.c9", "0"])
def test_names(name: str) -> None:
    """Names are like those of DNS."""
    assert said(document("Department", name, "parent: acme")) == []


@pytest.mark.parametrize("name", ["A", "-a", "a-", "a_b", "a/b", "a.", "ä", "'a b'", "a" * 129])
def test_what_is_no_name(name: str) -> None:
    """Anything else is not a name."""
    (finding,) = findings(document("Department", name, "parent: acme"))
    assert finding.field == "metadata.name"


@pytest.mark.parametrize("name", ["gpt-4o", "openai/gpt-4o", "meta-llama/Llama-3.1_8B", "qwen:7b"])
def test_routes_have_the_names_that_clients_send(name: str) -> None:
    """A route's name may hold what models' names hold elsewhere."""
    assert said(document("Route", name, "candidates: [{model: small}]")) == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_nothing_but_a_kind(kind: str) -> None:
    """A document with nothing in it is explained, whatever its kind."""
    found = load([("a.yaml", f"kind: {kind}\n")]).findings
    assert {"apiVersion", "metadata"} <= {finding.field for finding in found}


def test_documents_in_a_broken_file_are_not_missing_elsewhere() -> None:
    """What a file that is not YAML would have defined is not reported as missing in the others."""
    broken = "apiVersion: podium/v1\nkind: Department\nmetadata:\n  name: ops\nspec: : :\n"
    agent = document("Agent", "a", "department: ops\nroutes: [nowhere]")
    assert [finding.field for finding in findings(broken, agent)] == ["", "spec.routes[0]"]


def test_nearest_lists_what_there_is() -> None:
    """Where nothing is near, the choices are listed, but not a hundred of them."""
    assert nearest("zzz", ["alpha", "beta"]) == "Choose from: alpha, beta."
    assert nearest("zzz", [f"name{i}" for i in range(100)]).endswith("name11 and 88 more.")
    assert nearest("base_url", ["baseUrl", "spec"]) == "Did you mean `baseUrl`?"


def test_the_example_of_each_kind_is_known_here() -> None:
    """The example fleet uses every kind."""
    texts = [path.read_text(encoding="utf-8") for path in Path("examples/fleet").glob("*.yaml")]
    assert all(any(f"kind: {kind}\n" in text for text in texts) for kind in KINDS)
