"""How a scripted agent reaches the gateways: by the variables that every program of a task is given.

Only the standard library, so that hundreds of them begin quickly and take little memory. Source of the
messages: OpenAI's chat completions; MCP 2026-07-28, which needs no session.
"""

import base64
import http.client
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

RETRIED: Final = frozenset({401, 408, 409, 425, 429, 500, 502, 503, 504})
"""What may go away by itself. 401: the file has a newer token."""
_PAUSED: Final = ("safety_pause", "task_paused", "resumed_at_a_limited_rate")
"""Codes of refusals that end when a person says so: whoever is patient waits."""
MCP: Final = "2026-07-28"
_META: Final = "io.modelcontextprotocol/"
_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 1.0
_PERSON_PAUSE_S: Final = 10.0
"""The longest pause where a person decides: each try is a refused call that somebody reads."""


class Refused(Exception):
    """An answer that asking again does not mend, or that did not come in time."""


class Doors:
    """The gateways, as the environment of a task's program names them.

    Raises Refused where it names none. ``patience_s``: how long an answer is waited for.
    """

    def __init__(self, variables: Mapping[str, str], *, patience_s: float) -> None:
        try:
            self._token_file = Path(variables["PODIUM_TASK_TOKEN_FILE"])
            self._models = variables["OPENAI_BASE_URL"]
        except KeyError as missing:
            raise Refused(
                f"{missing.args[0]} is not set: this is the program of a task. "
                "Start it with `podium run AGENT -- podium simulate agent`, or as an Agent's run.command."
            ) from missing
        self._tools = variables.get("PODIUM_MCP_URL")
        self._traceparent = variables.get("TRACEPARENT")
        self._patience_s = patience_s

    def attempt(self) -> int:
        """Return which attempt of its task this program is, by its token; 1 where that says nothing."""
        body = self._token().split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return int(claims.get("run_attempt") or 1)

    def ask(self, model: str, messages: list[dict[str, str]], *, tokens: int, key: str | None) -> str:
        """Return what a model answers."""
        headers = {"idempotency-key": key} if key is not None else {}
        if self._traceparent is not None:
            headers["traceparent"] = self._traceparent
        body = {"model": model, "messages": messages, "max_tokens": tokens}
        answer = self._post(self._models + "/chat/completions", headers, body)
        return str(answer["choices"][0]["message"].get("content") or "")

    def call(self, tool: str, arguments: Mapping[str, Any], *, key: str | None) -> dict[str, Any]:
        """Return the result of a tool's call as MCP has it, Podium's decision in its ``_meta`` included."""
        if self._tools is None:
            raise Refused("PODIUM_MCP_URL is not set: there is no tool gateway.")
        meta: dict[str, Any] = {
            f"{_META}protocolVersion": MCP,
            f"{_META}clientInfo": {"name": "scripted-agent", "version": "1"},
            f"{_META}clientCapabilities": {},
        }
        if key is not None:
            meta["podium/idempotency-key"] = key
        if self._traceparent is not None:
            meta["traceparent"] = self._traceparent
        params = {"_meta": meta, "name": tool, "arguments": dict(arguments)}
        headers = {
            "accept": "application/json, text/event-stream",
            "mcp-protocol-version": MCP,
            "mcp-method": "tools/call",
            "mcp-name": tool,
        }
        answer = self._post(
            self._tools, headers, {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        )
        if not isinstance(answer.get("result"), dict):
            raise Refused(json.dumps(answer.get("error", answer))[:500])
        result: dict[str, Any] = answer["result"]
        return result

    def _token(self) -> str:
        return self._token_file.read_text(encoding="ascii")

    def _post(self, url: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer. What may pass is asked again, with growing pauses, while patience lasts."""
        until, pause_s = time.monotonic() + self._patience_s, _FIRST_PAUSE_S
        while True:
            said, longest_s = self._once(url, headers, body)
            if isinstance(said, dict):
                return said
            if longest_s is None or time.monotonic() > until:
                raise Refused(said)
            time.sleep(min(pause_s, longest_s))
            pause_s = min(pause_s * 2, longest_s)

    def _once(
        self, url: str, headers: Mapping[str, str], body: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | str, float | None]:
        """Return the answer, or in words why there is none, and the longest pause before it is asked again.

        None: that does not pass.
        """
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        link = kind(parts.hostname or "", parts.port, timeout=self._patience_s)
        everything = {
            "authorization": f"Bearer {self._token()}",
            "content-type": "application/json",
            **headers,
        }
        try:
            link.request("POST", parts.path, json.dumps(body), everything)
            reply = link.getresponse()
            data = reply.read()
        except (OSError, http.client.HTTPException) as error:
            return f"{url}: {error!r}", _LONGEST_PAUSE_S
        finally:
            link.close()
        text = data.decode("utf-8", "replace")
        if reply.status != 200:
            longest_s = _LONGEST_PAUSE_S if reply.status in RETRIED else None
            if any(code in text for code in _PAUSED):
                longest_s = _PERSON_PAUSE_S
            return f"{reply.status} {text[:500]}", longest_s
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError:
            return f"{url}: no JSON: {text[:200]!r}", _LONGEST_PAUSE_S
        return found, None
