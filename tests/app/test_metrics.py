"""/metrics of a running Podium, read as Prometheus reads it."""

import json
import re
from pathlib import Path

import httpx
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.app.running import Running, running, simulator, until
from tests.app.test_up import ask

DEPLOY = Path(__file__).parents[2] / "deploy"


def samples(it: Running) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Return samples by name."""
    answer = httpx.get(f"http://127.0.0.1:{it.admin_port}/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def ready(it: Running) -> list[float]:
    return [value for _, value in samples(it).get("podium_worker_ready", [])]


def served(it: Running) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{it.admin_port}/metrics").status_code == 200
    except httpx.TransportError:
        return False


def test_metrics_agree_with_the_ledger(tmp_path: Path) -> None:
    """Calls, tokens, cost and the processes of a running Podium are there; the sums are the ledger's."""
    with simulator(tmp_path) as (port, _), running(tmp_path, port, "--workers", "2") as it:
        client = it.client(it.key())
        for streamed in (False, False, True):
            answer = ask(client, max_completion_tokens=4, stream=streamed)
            if streamed:
                list(answer)  # type: ignore[call-overload] # a stream of the SDK
        until(lambda: len(it.ledger()) == 3, "the ledger")
        until(lambda: served(it), "the admin port")
        until(lambda: "collector" in it.children(), "the collector")
        until(lambda: ready(it) == [1, 1], "both workers' word of the keeper")
        seen: dict[str, list[tuple[dict[str, str], float]]] = {}

        def counted() -> bool:  # a call ends behind its last charge
            seen.update(samples(it))
            return sum(value for _, value in seen.get("podium_calls_total", [])) == 3

        until(counted, "the calls")
        rows = it.ledger()
        cost_nano_usd = sum(int(str(row["cost_nano_usd"])) for row in rows)
        assert round(sum(value for _, value in seen["podium_cost_usd_total"]) * 1e9) == cost_nano_usd
        who = {"agent": "triage", "route": "large"}
        assert seen["podium_calls_total"] == [
            ({**who, "operation": "chat", "outcome": "ok", "http_status": "200"}, 3.0)
        ]
        tokens = {labels["kind"]: value for labels, value in seen["podium_tokens_total"]}
        assert tokens["output"] == 12
        (duration,) = seen["gen_ai_client_operation_duration_seconds_count"]
        assert duration[1] == 3
        (first,) = seen["gen_ai_server_time_to_first_token_seconds_count"]
        assert first[1] == 1
        assert {labels["process"] for labels, _ in seen["podium_process_resident_memory_bytes"]} == {
            "supervisor", "keeper", "control", "collector", "gateway-0", "gateway-1",
        }  # fmt: skip
        assert seen["podium_keeper_up"] == [({}, 1.0)]
        assert seen["podium_manifests_findings"] == [({}, 0.0)]
        it.manifest.write_text(it.manifest.read_text().replace("{model: large}", "{model: lagre}"))
        until(lambda: samples(it)["podium_manifests_findings"][0][1] > 0, "the finding")
        assert httpx.get(it.url + "/metrics").status_code == 404
        _deployed_expressions_use(set(seen))


def _deployed_expressions_use(names: set[str]) -> None:
    """Rules and dashboard name only metrics that are there."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())
    board = json.loads((DEPLOY / "grafana" / "podium.json").read_text())
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    expressions += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = set(re.findall(r"\b(?:podium|gen_ai)_\w+(?=[\[{ )]|$)", "\n".join(expressions), re.MULTILINE))
    named -= {"gen_ai_request_model"}
    assert len(named) > 8
    assert named <= names


def test_metrics_want_a_token_where_others_can_connect(tmp_path: Path) -> None:
    """On another address than loopback: 401 without a token, 200 with the admin's or the file's."""
    token = tmp_path / "scraper"
    token.write_text("podium_scraper_1\n")
    options = ("--host", "0.0.0.0", "--metrics-token-file", str(token))
    with simulator(tmp_path) as (port, _), running(tmp_path, port, *options) as it:
        url = f"http://127.0.0.1:{it.admin_port}/metrics"

        def status(given: str) -> int:
            try:
                return httpx.get(url, headers={"authorization": f"Bearer {given}"}).status_code
            except httpx.TransportError:
                return 0

        until(lambda: status("podium_scraper_1") == 200, "the admin port")
        assert status("wrong") == 401
        assert httpx.get(url).status_code == 401
        assert status((it.state / "admin.token").read_text().strip()) == 200
        token.write_text("podium_scraper_2\n")
        assert status("podium_scraper_1") == 401
        assert status("podium_scraper_2") == 200
