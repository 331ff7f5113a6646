"""Content from end to end: kept, read, erased; and where it is off, in no file at all."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app.running import MANIFESTS, Running, free_port, podium, running, simulator, until

MARK = "Wolpertinger"
AGENT = """
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: {name}}}
spec: {{department: support, routes: [large], content: {{record: {record}}}}}
"""
RECORDS = ("hashed", "redacted", "full")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("content")
    # Nobody takes the export, so that all of it waits on the disk.
    export = ("--export-spans", f"http://127.0.0.1:{free_port()}")
    more = "".join(AGENT.format(name=name, record=name) for name in RECORDS)
    with simulator(folder) as (port, _):
        (folder / "manifests").mkdir()
        (folder / "manifests" / "all.yaml").write_text(MANIFESTS.format(sim_port=port) + more)
        with running(folder, port, *export) as it:  # gateway and collector know them from the first
            yield it


def key(it: Running, agent: str) -> str:
    made: list[str] = []

    def there() -> bool:
        done = podium("agent", "key", agent, "--json", state=it.state)
        if done.returncode == 0:
            made.append(json.loads(done.stdout)["key"])
        return bool(made)

    until(there, f"agent {agent}")
    return made[0]


def trace_of(it: Running, agent: str, trace: str, *, text: str, user: str, stream: bool = False) -> None:
    """Make a call, and send a span of its program with the same words."""
    secret = key(it, agent)
    began = httpx.post(f"{it.url}/podium/v1/tasks", json={}, headers={"authorization": f"Bearer {secret}"})
    assert began.status_code in {200, 201}, began.text
    token = began.json()["access_token"]
    bearing = {"authorization": f"Bearer {token}"}
    parent = "00f067aa0ba902b7"
    done = httpx.post(
        f"{it.url}/v1/chat/completions",
        json={
            "model": "large", "stream": stream, "user": user, "max_completion_tokens": 8,
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}],
        },
        headers=bearing | {"traceparent": f"00-{trace}-{parent}-01"},
    )  # fmt: skip
    assert done.status_code == 200, done.text
    now_ns = time.time_ns()
    span = {
        "traceId": trace, "spanId": parent, "name": "invoke_agent x", "kind": 1,
        "startTimeUnixNano": str(now_ns), "endTimeUnixNano": str(now_ns + 1),
        "attributes": [
            {"key": "gen_ai.operation.name", "value": {"stringValue": "invoke_agent"}},
            {"key": "gen_ai.input.messages", "value": {"stringValue": json.dumps(
                [{"role": "user", "parts": [{"type": "text", "content": text}]}])}},
            {"key": "user.id", "value": {"stringValue": user}},
        ],
        "events": [{"name": "exception", "attributes": [
            {"key": "exception.message", "value": {"stringValue": text}}]}],
    }  # fmt: skip
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    url = f"http://127.0.0.1:{it.collector_port}/v1/traces"

    def sent() -> bool:
        try:
            return httpx.post(url, json=body, headers=bearing, timeout=120).status_code == 200
        except httpx.TransportError:
            return False

    until(sent, "the collector")


def pieces(it: Running, trace: str) -> list[dict[str, object]]:
    bearing = {"authorization": f"Bearer {(it.state / 'admin.token').read_text().strip()}"}
    url = f"http://127.0.0.1:{it.admin_port}/podium/v1/traces/{trace}/content"
    try:
        found = httpx.get(url, headers=bearing, timeout=120)
    except httpx.TransportError:  # control begins behind the gateway
        return []
    return found.json()["pieces"] if found.status_code == 200 else []


def on_disk(it: Running, text: str) -> list[str]:
    """Return the files of the state that have a text in them, in whichever encoding is at hand."""
    return [
        str(path.relative_to(it.state)) for path in it.state.rglob("*") if text.encode() in bytes_of(path)
    ]


def bytes_of(path: Path) -> bytes:
    """Return what a file holds, nothing where it is none or no more: journals and temporary files go."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""


def spans(it: Running, trace: str) -> list[object]:
    """Return a trace's spans: what a program sent, and behind it the gateway's own, out of the ledger."""
    done = podium("traces", "show", trace, "--json", state=it.state)
    found: list[object] = json.loads(done.stdout)["spans"] if done.returncode == 0 else []
    return found


def test_off_stores_nothing(house: Running) -> None:
    """Of an agent whose content is off no byte is in any file of the state, and none of hashed content is.

    Hashed content is seen to be equal, and full content is read; neither is in the clear in any file.
    """
    for place, agent in enumerate(("triage", "hashed", "full")):
        trace_of(
            house, agent, f"{place + 1:032x}", text=f"{MARK} {agent}", user=f"bob-{MARK}", stream=place > 0
        )
    until(lambda: len(pieces(house, f"{2:032x}")) == 4, "the hashed content")
    until(lambda: len(pieces(house, f"{3:032x}")) == 4, "the full content")
    assert pieces(house, f"{1:032x}") == []
    until(lambda: list((house.state / "export").glob("*.spans")), "the export")
    assert on_disk(house, MARK) == []
    hashed = pieces(house, f"{2:032x}")
    assert MARK not in json.dumps(hashed)
    of_call, of_span = [it for it in hashed if it["name"] == "gen_ai.input.messages"]
    assert of_call["value"][-1]["parts"] == of_span["value"][-1]["parts"]  # type: ignore[index] # messages
    full = pieces(house, f"{3:032x}")
    assert [it["name"] for it in full if str(it["bound"]).startswith("call_")] == [
        "gen_ai.input.messages", "gen_ai.output.messages"
    ]  # fmt: skip
    assert json.dumps(full).count(f"{MARK} full") == 3


def test_erased_for_ever(house: Running) -> None:
    """What is about one person goes from every trace; figures stay; chain and refusals say who did what."""
    card = "4111 1111 1111 1111"
    trace_of(house, "redacted", f"{11:032x}", text=f"{MARK} pays with {card}", user="anna")
    trace_of(house, "redacted", f"{12:032x}", text=f"{MARK} pays with {card}", user="otto")
    for place in (11, 12):
        until(lambda place=place: len(pieces(house, f"{place:032x}")) == 4, "the redacted content")  # type: ignore[misc] # bound now
        until(lambda place=place: len(spans(house, f"{place:032x}")) == 2, "the spans")  # type: ignore[misc]
    said = json.dumps(pieces(house, f"{11:032x}"))
    assert "[card]" in said
    assert "1111" not in said.replace("0" * 20, "")

    admin = f"http://127.0.0.1:{house.admin_port}/podium/v1"
    added = podium("user", "add", "eve", "--role", "admin", "--no-password", state=house.state)
    assert added.returncode == 0, added.stderr
    token = podium("user", "token", "eve", "--label", "x", "--json", state=house.state)
    assert token.returncode == 0, token.stderr
    bearing = {"authorization": f"Bearer {json.loads(token.stdout)['token']}"}
    refused = httpx.get(f"{admin}/traces/{11:032x}/content", headers=bearing)
    assert refused.status_code == 403
    assert podium("user", "role", "eve", "admin", "reader:support", state=house.state).returncode == 0
    read = httpx.get(f"{admin}/traces/{11:032x}/content", headers=bearing)
    assert read.status_code == 200
    assert len(read.json()["pieces"]) == 4

    erased = httpx.post(f"{admin}/traces/erase", json={"user": "anna"}, headers=bearing)
    assert erased.status_code == 200, erased.text
    assert erased.json()["pieces"] == 4
    assert pieces(house, f"{11:032x}") == []
    assert len(pieces(house, f"{12:032x}")) == 4
    shown = podium("traces", "show", f"{12:032x}", "--content", state=house.state)
    assert "[card]" in shown.stdout
    chat = next(line for line in shown.stdout.splitlines() if line.lstrip().startswith("chat ")).split("\t")
    assert f"\n{chat[0].strip()} {chat[-1]}: gen_ai.input.messages" in shown.stdout
    assert len(spans(house, f"{11:032x}")) == 2
    assert httpx.post(f"{admin}/traces/erase", json={}, headers=bearing).status_code == 400

    rows = podium("evidence", "list", "--json", state=house.state)
    kinds = [(it["kind"], it["outcome"]) for it in json.loads(rows.stdout)["acts"]]
    for row in (("content.read", "done"), ("content.erase", "done"), ("content.erased", "done")):
        assert row in kinds
    assert "anna" not in rows.stdout
    assert on_disk(house, MARK) == []
    assert Path(house.state / "content.db").exists()
