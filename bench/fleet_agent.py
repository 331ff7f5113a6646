"""A scripted agent of five steps: asks a model, reads, asks, does what cannot be taken back, asks.

It is a program of the standard library alone, so that a thousand of them begin quickly. What it cannot
reach it asks again under the same idempotency key. Exit codes: 0, or 75 where nobody knows whether the act
was done.
"""

import http.client
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE_S = 120.0
UNKNOWN = 75
RETRIED = {401, 408, 429, 500, 502, 503, 504}
MCP = "2026-07-28"
META = "io.modelcontextprotocol/"


class Refused(Exception):
    """An answer that no retry mends."""


def post(url: str, headers: dict[str, str], body: dict[str, object]) -> dict[str, object]:
    """Return the answer; one that did not come is asked for again."""
    parts, deadline = urlsplit(url), time.monotonic() + PATIENCE_S
    pause_s = 0.05
    while True:
        token = Path(os.environ["PODIUM_TASK_TOKEN_FILE"]).read_text(encoding="ascii")
        all_headers = {"authorization": f"Bearer {token}", "content-type": "application/json", **headers}
        said = ""
        try:
            link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
            link.request("POST", parts.path, json.dumps(body), all_headers)
            reply = link.getresponse()
            data = reply.read()
            link.close()
            if reply.status == 200:
                found: dict[str, object] = json.loads(data)
                return found
            said = f"{reply.status} {data[:300]!r}"
            if reply.status not in RETRIED:
                raise Refused(said)
        except (OSError, http.client.HTTPException, ValueError) as error:
            said = repr(error)
        if time.monotonic() > deadline:
            raise Refused(f"waited in vain: {said}")
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, 1.0)


def ask(step: int, number: str) -> None:
    """Ask a model."""
    body: dict[str, object] = {
        "model": "large",
        "messages": [{"role": "user", "content": f"Step {step} of record {number}."}],
        "max_tokens": 8,
    }
    post(os.environ["OPENAI_BASE_URL"] + "/chat/completions", {"idempotency-key": f"step-{step}"}, body)


def call(step: int, name: str, arguments: dict[str, object]) -> None:
    """Call a tool."""
    meta = {
        f"{META}protocolVersion": MCP,
        f"{META}clientInfo": {"name": "scripted", "version": "1"},
        f"{META}clientCapabilities": {},
        "podium/idempotency-key": f"step-{step}",
    }
    body: dict[str, object] = {
        "jsonrpc": "2.0",
        "id": step,
        "method": "tools/call",
        "params": {"_meta": meta, "name": name, "arguments": arguments},
    }
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": MCP,
        "mcp-method": "tools/call",
        "mcp-name": name,
    }
    deadline = time.monotonic() + PATIENCE_S
    while True:
        answer = post(os.environ["PODIUM_MCP_URL"], headers, body)
        result = answer.get("result")
        if not isinstance(result, dict):
            raise Refused(json.dumps(answer))
        if not result.get("isError"):
            return
        decision = result.get("_meta", {}).get("podium/decision", {})
        if decision.get("outcome") == "unknown":
            print("nobody knows whether it was done", file=sys.stderr)
            sys.exit(UNKNOWN)
        passing = decision.get("rule") in {"not_ready", "pins"} or decision.get("outcome") == "failed"
        if not passing or time.monotonic() > deadline:
            raise Refused(json.dumps(result))
        time.sleep(0.2)


def main() -> None:
    """Do the five steps."""
    number = os.environ["PODIUM_REQUEST"].split()[-1].rstrip(".")
    ask(1, number)
    call(2, "acts_look", {"record": number})
    ask(3, number)
    call(4, "acts_post", {"record": number})
    ask(5, number)


if __name__ == "__main__":
    main()
