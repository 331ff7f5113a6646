"""Manifests become one snapshot: exact prices, canonical digest."""

import subprocess
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import Finding, ManifestError
from podium.manifest.compile import compile_manifests
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    CredentialRef,
    DepartmentRow,
    RetryRule,
    Timeouts,
    decode_snapshot,
    encode_snapshot,
)
from podium.spend.machines import MachinePrices
from podium.spend.prices import PriceSheet, Rate, Tier
from podium.trust.cases import Escalation

from .samples import FLEET, DictPrices, compiled, document, findings, said

SHEET = PriceSheet(input=Rate(Decimal(2500)), output=Rate(Decimal(10000)), source="list")


def test_the_whole_fleet() -> None:
    """Departments have paths, agents their place, routes their candidates."""
    snapshot = compiled()
    assert snapshot.version == 0
    assert snapshot.organisation == "acme"
    assert snapshot.departments["engineering"] == DepartmentRow("engineering", "acme", "acme/engineering")
    assert snapshot.departments["acme"].path == "acme"
    assert msgspec.structs.replace(snapshot.agents["reviewer"], run=None) == AgentRow(
        "reviewer", "engineering", "acme/engineering", frozenset({"openai/gpt-4o_mini"})
    )
    assert snapshot.routes["openai/gpt-4o_mini"].candidates == (Candidate("small", 1),)
    assert snapshot.routes["openai/gpt-4o_mini"].retry == RetryRule()
    assert snapshot.models["embedder"].capabilities == {"embeddings"}
    assert decode_snapshot(encode_snapshot(snapshot)) == snapshot


def test_a_provider_by_default() -> None:
    """A provider needs no more than its base URL."""
    row = compiled(document("Provider", "p", "baseUrl: https://API.example.com/v1/")).providers["p"]
    assert (row.scheme, row.host, row.port, row.base_path) == ("https", "api.example.com", 443, "/v1")
    assert (row.auth_header, row.auth_prefix) == ("authorization", "Bearer ")
    assert row.timeouts == Timeouts()
    assert row.output_limit_field == "max_completion_tokens"
    assert row.credential is None


def test_a_provider_with_everything() -> None:
    """Every field reaches the row, durations in seconds."""
    spec = """
baseUrl: http://h:8080
credential: {file: /run/key}
authHeader: API-Key
headers: {x-b: b, x-a: a}
region: eu-west-1
timeouts: {connect: 200ms, firstByte: 1.5s, idle: 2m, total: 1h}
outputLimitField: max_tokens
caFile: /etc/ca.pem
network: private
"""
    row = compiled(document("Provider", "p", spec)).providers["p"]
    assert (row.scheme, row.host, row.port, row.base_path) == ("http", "h", 8080, "")
    assert row.credential == CredentialRef(file="/run/key")
    assert (row.auth_header, row.auth_prefix) == ("api-key", "")
    assert row.headers == {"x-a": "a", "x-b": "b"}
    assert row.timeouts == Timeouts(connect_s=0.2, first_byte_s=1.5, idle_s=120.0, total_s=3600.0)
    assert (row.region, row.output_limit_field, row.ca_file) == ("eu-west-1", "max_tokens", "/etc/ca.pem")
    assert row.network == "private"


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("https://api.example/v1", "public"),
        ("https://10.0.0.5/v1", "private"),
        ("http://localhost:9000/v1", "private"),
        ("http://[::1]:9000/v1", "private"),
    ],
)
def test_an_address_that_is_written_out_says_its_network(url: str, network: str) -> None:
    """A name needs `network: private` to resolve to a private address; an address speaks for itself."""
    row = compiled(document("Provider", "p", f"baseUrl: {url}")).providers["p"]
    assert row.network == network


def test_a_local_model() -> None:
    """Dialect llama carries what Podium is to run, and bounds output by max_tokens."""
    spec = "dialect: llama\nbaseUrl: http://127.0.0.1:8712/v1\nllama: {model: smollm2, threads: 3}"
    row = compiled(document("Provider", "p", spec)).providers["p"]
    assert row.llama is not None
    assert (row.llama.model, row.llama.context_tokens, row.llama.threads) == ("smollm2", 4096, 3)
    assert row.output_limit_field == "max_tokens"


def test_by_whom_a_server_knows_colleagues() -> None:
    """A tool that takes somebody has the values by which its server vouches for colleagues, others none."""
    server = """
      command: [mcp]
      tools:
        list_jobs:
          effect: read
          returns:
            object:
              list: jobs
              id: id
              names: [text]
              vouched: {when: {by: [Tom Reed, Ann Berg], open: true}, fields: [text]}
        give_job: {effect: write, intents: [give], arguments: {id: {sink: object}, to: {sink: recipient}}}
        note: {effect: write, intents: [note], arguments: {text: {sink: text}}}
    """
    tools = compiled(document("ToolServer", "jobs", textwrap.dedent(server))).tool_servers["jobs"].tools
    people = {name: row.people for name, row in tools.items()}
    assert people == {"list_jobs": (), "give_job": ("Ann Berg", "Tom Reed", "true"), "note": ()}


def test_prices_are_exact() -> None:
    """USD per million tokens become nano-USD per token, digit by digit, tiers in order."""
    spec = """
provider: remote
ceilingUsd: 0.0000000001
price:
  inputPerMillionTokens: 0.1
  outputPerMillionTokens: "15.00"
  cacheReadPerMillionTokens: 0.0125
  cacheWrite1hPerMillionTokens: 3.3
  perRequestUsd: 0.005
  perToolUseUsd: {web_search: 0.01, file_search: "0.0025"}
  tiers:
    - {aboveInputTokens: 400_000, inputPerMillionTokens: 7}
    - {aboveInputTokens: 200000, inputPerMillionTokens: 5, outputPerMillionTokens: 22.50}
"""
    row = compiled(document("Model", "m", spec)).models["m"]
    assert row.ceiling_nano_usd == 1
    assert row.prices == PriceSheet(
        input=Rate(Decimal(100), (Tier(200_000, Decimal(5000)), Tier(400_000, Decimal(7000)))),
        output=Rate(Decimal(15000), (Tier(200_000, Decimal(22500)),)),
        cache_read=Rate(Decimal("12.5")),
        cache_write_1h=Rate(Decimal(3300)),
        request_nano_usd=Decimal(5_000_000),
        tool_uses={"file_search": Decimal(2_500_000), "web_search": Decimal(10_000_000)},
    )


@given(st.decimals(min_value=0, max_value=1000, places=6))
def test_any_price_survives(usd: Decimal) -> None:
    """A price in a manifest is the price in the snapshot, whatever its digits."""
    spec = f"provider: remote\nprice: {{inputPerMillionTokens: {usd:f}, outputPerMillionTokens: 0}}"
    prices = compiled(document("Model", "m", spec)).models["m"].prices
    assert prices is not None
    assert prices.input.nano_usd_per_token == usd * 1000


@pytest.mark.parametrize("usd", ["-1", "NaN", "Infinity", "1e400", "1,5", "2 000", "0x10", "1000001", ""])
def test_what_is_no_price(usd: str) -> None:
    """Negative, infinite and misspelt prices are refused."""
    spec = f'provider: remote\nprice: {{inputPerMillionTokens: "{usd}", outputPerMillionTokens: 0}}'
    (finding,) = findings(document("Model", "m", spec))
    assert finding.field == "spec.price.inputPerMillionTokens"


def test_published_prices() -> None:
    """Without a price of its own a model has the published one, of its provider or of a name."""
    prices = DictPrices({"gpt-x": SHEET, "openai/gpt-4o": SHEET})
    by_url = document("Model", "a", "provider: remote\nupstream: gpt-x")
    by_name = document("Model", "b", "provider: remote\npriceRef: openai/gpt-4o")
    snapshot = compiled(by_url, by_name, prices=prices)
    assert snapshot.models["a"].prices == snapshot.models["b"].prices == SHEET
    assert prices.asked == [("https://api.example.com/v1", "gpt-x", 7), ("openai", "gpt-4o", 7)]


def test_the_list_is_not_asked_in_vain() -> None:
    """No list is read for models that have prices, or that run on this machine."""
    prices = DictPrices()
    local = document("Provider", "here", "baseUrl: http://127.0.0.1:9/v1")
    model = document("Model", "m", "provider: here\nceilingUsd: 0.01")
    assert compiled(local, model, prices=prices).models["m"].prices is None
    assert prices.asked == []


def test_a_model_without_price_or_ceiling() -> None:
    """What cannot be bounded is refused, with what to write."""
    (text,) = said(document("Model", "m", "provider: remote\nupstream: m-2"))
    assert text.startswith(
        "4 spec.price: no price is known for m-2 of remote, so its calls cannot be bounded."
    )
    for choice in ("priceRef: PROVIDER/MODEL", "inputPerMillionTokens", "ceilingUsd"):
        assert choice in text


def test_a_local_model_without_price() -> None:
    """A model that Podium runs is told to write 0."""
    provider = "dialect: llama\nbaseUrl: http://127.0.0.1:8712/v1\nllama: {model: x}"
    (finding,) = findings(document("Provider", "p", provider), document("Model", "m", "provider: p"))
    assert finding.fix == "Write `price: {inputPerMillionTokens: 0, outputPerMillionTokens: 0}`."


def test_a_price_reference_that_dangles() -> None:
    """A named price that the list does not have is an error, even with a ceiling."""
    text = document("Model", "m", "provider: remote\npriceRef: openai/gpt-99\nceilingUsd: 1")
    (finding,) = findings(text)
    assert (finding.field, finding.message) == (
        "spec.priceRef",
        "the published price list has no openai/gpt-99.",
    )


def test_the_digest_is_of_the_content() -> None:
    """Order of files, order of documents, comments and trailing zeros do not count; content does."""
    documents = FLEET.split("---\n")
    forwards = compile_manifests([("a.yaml", FLEET)], prices=DictPrices(), at_ns=1)
    backwards = compile_manifests(
        [(f"{i}.yaml", "# x\n" + text.replace("0.40", "0.4")) for i, text in enumerate(reversed(documents))],
        prices=DictPrices(),
        at_ns=2,
    )
    assert encode_snapshot(forwards) == encode_snapshot(backwards)
    changed = compile_manifests([("a.yaml", FLEET.replace("0.40", "0.41"))], prices=DictPrices(), at_ns=1)
    assert changed.digest != forwards.digest


def test_findings_come_in_order() -> None:
    """Findings are sorted by file, as given, and line."""
    bad = "kind: Foo\napiVersion: 1\n"
    found = findings(bad, bad)
    assert [(f.file, f.line) for f in found] == [
        ("more0.yaml", 1), ("more0.yaml", 2), ("more1.yaml", 1), ("more1.yaml", 2),
    ]  # fmt: skip


def test_files_that_could_not_be_read() -> None:
    """A finding of an unread file refuses the rest, which is not judged for what that file may define."""
    unread = Finding("cannot be read.", file="b.yaml", line=1, field="")
    agent = document("Agent", "a", "department: elsewhere\nroutes: [elsewhere]\nrotues: 1")
    with pytest.raises(ManifestError) as caught:
        compile_manifests([("a.yaml", agent)], prices=DictPrices(), at_ns=0, unread=[unread])
    assert [finding.field for finding in caught.value.findings] == ["", "spec.rotues"]


def test_nothing_at_all() -> None:
    """Manifests without an organisation say so."""
    with pytest.raises(ManifestError, match="there is no organisation"):
        compile_manifests([], prices=DictPrices(), at_ns=0)


def test_a_thousand_agents() -> None:
    """A large fleet compiles whole."""
    spec = "department: engineering\nroutes: [openai/gpt-4o_mini]"
    many = "---\n".join(document("Agent", f"a{i}", spec) for i in range(1000))
    assert len(compiled(many).agents) == 1001


def test_the_example_fleet() -> None:
    """The example compiles without any price list: three departments, six agents, prices at three levels."""
    paths = sorted(Path("examples/fleet").glob("*.yaml"))
    files = [(str(path), path.read_text(encoding="utf-8")) for path in paths]
    prices = DictPrices()
    snapshot = compile_manifests(files, prices=prices, at_ns=0)
    assert prices.asked == []
    assert len([row for row in snapshot.departments.values() if row.parent]) == 3
    assert len(snapshot.agents) == 6
    assert {"frontier", "mid", "small"} <= {row.tier for row in snapshot.models.values()}


def test_escalation_is_inherited() -> None:
    """Each time is a department's own word, else that of the nearest one above; `0s` is never."""
    above = document("Department", "ops", "parent: acme\nescalation: {parent: 5m, admins: 0s}")
    below = document("Department", "night", "parent: ops\nescalation: {parent: 1m}")
    found = compiled(above, below).departments
    assert found["acme"].escalation == Escalation(900_000, 3_600_000)
    assert found["ops"].escalation == Escalation(300_000, None)
    assert found["night"].escalation == Escalation(60_000, None)


def test_the_nearest_price_of_a_machine_holds() -> None:
    """Each price is that of the agent, else of the nearest department; a server's own is its machine's."""
    top = document("Department", "acme", "machinePrices: {cpuSecondUsd: 0.00001, gpuSecondUsd: 1}")
    below = "parent: acme\nmachinePrices: {cpuSecondUsd: 0.00002}"
    agent = "department: below\nroutes: [openai/gpt-4o_mini]\nmachinePrices: {gigabyteSecondUsd: 0}"
    fleet = FLEET.split("---\n", 1)[1]
    files = [top, fleet, document("Department", "below", below), document("Agent", "coder", agent)]
    made = compile_manifests(
        [(f"{at}.yaml", text) for at, text in enumerate(files)], prices=DictPrices(), at_ns=7
    )
    assert made.departments["engineering"].machine == MachinePrices(Decimal(10_000), None, Decimal(10**9))
    assert made.departments["below"].machine == MachinePrices(Decimal(20_000), None, Decimal(10**9))
    assert made.agents["coder"].machine == MachinePrices(Decimal(20_000), Decimal(0), Decimal(10**9))


FIRST_IN_THREADS = """
import os, sys, threading
from podium.manifest.snapshot import decode_snapshot
sys.setswitchinterval(1e-6)
data, together = sys.stdin.buffer.read(), threading.Barrier(4)
def first():
    together.wait()
    os.write(1, decode_snapshot(data).organisation.encode() + b"\\n")
threads = [threading.Thread(target=first) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_threads_may_read_the_first_snapshot_together() -> None:
    """What msgspec keeps of types is whole before threads read: several that make it end the process."""
    data = encode_snapshot(compiled())
    done = subprocess.run(
        [sys.executable, "-c", FIRST_IN_THREADS], input=data, capture_output=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, [b"acme"] * 4)
