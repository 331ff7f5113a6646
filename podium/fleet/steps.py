"""What the runner itself does for a pipeline: a call of a tool, a request of HTTP. Neither is logged."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit

import msgspec

from podium.kernel.errors import ConnectFailed, InvalidRequest, PodiumError, UpstreamError, UpstreamRefused
from podium.manifest.expressions import text_of
from podium.manifest.pipelines import network_of
from podium.manifest.snapshot import CredentialRef
from podium.net.upstream import Deadlines, Origin, Pool
from podium.ports import Secrets
from podium.trust.tools import client_name

MAX_RESULT_BYTES: Final = 1 << 20
DEADLINES: Final = Deadlines(connect_s=10.0, first_byte_s=300.0, idle_s=60.0, total_s=600.0)
LOOK_S: Final = 0.25
TRIES: Final = 5
PAUSE_S: Final = 0.5
"""After the first try that reached nobody; then twice as long, and so on."""
TOLD_HEADERS: Final = ("content-type", "location", "etag", "last-modified", "retry-after", "link")
"""Of an answer; others may hold secrets."""
DECISION: Final = "podium/decision"
_SAFE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


class StepEnd(msgspec.Struct, frozen=True):
    """How a step has ended. ``result``: what others read of it, as JSON or text."""

    state: Literal["succeeded", "failed", "unknown"]
    reason: str = ""
    result: bytes | None = None


class ToolCaller(Protocol):
    """The tool gateway, as a task reaches it with its token."""

    async def call_tool(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the result of a call. Raises UpstreamError."""
        ...


CaseState = Callable[[str], Awaitable[tuple[str, str | None]]]
"""A case's id -> its state and what was chosen."""


async def call_tool(
    spec: Mapping[str, Any], tools: ToolCaller, case_state: CaseState, *, reads: bool
) -> StepEnd:
    """Call a tool as a task. Where a person is asked, wait for the answer and call once more.

    What ends the waiting is the task's own end. A call of which it is not known whether it was made is
    ``unknown``, and never made again by itself, unless the tool only ``reads``.
    """
    server, _, tool = str(spec["tool"]).partition("/")
    name, arguments = client_name(server, tool), dict(spec.get("arguments", {}))
    lost = 0
    while True:
        try:
            result = await tools.call_tool(name, arguments)
        except UpstreamError as error:
            lost += 1
            if lost < TRIES and (reads or isinstance(error, ConnectFailed)):
                await asyncio.sleep(PAUSE_S * lost)
                continue
            fate = isinstance(error, ConnectFailed) or reads or not _is_open(error)
            why = f"The tool gateway did not answer: {error.message}"
            return StepEnd("failed" if fate else "unknown", why)
        decision = _decision(result)
        case_id = decision.get("approval_id")
        if decision.get("verdict") != "ask" or not isinstance(case_id, str):
            return _end_of_call(result, decision)
        state, choice = await case_state(case_id)
        while state == "open":
            await asyncio.sleep(LOOK_S)
            state, choice = await case_state(case_id)
        if choice != "approve":
            return StepEnd("failed", f"A person was asked ({case_id}), and it was not approved.")


def _is_open(error: UpstreamError) -> bool:
    """Whether it is not known if what was asked for was done; a whole answer that says no is an answer."""
    return not isinstance(error, UpstreamRefused)


def _decision(result: Mapping[str, Any]) -> dict[str, Any]:
    about = result.get("_meta")
    found = about.get(DECISION) if isinstance(about, dict) else None
    return found if isinstance(found, dict) and result.get("isError") else {}


def _end_of_call(result: Mapping[str, Any], decision: Mapping[str, Any]) -> StepEnd:
    structured = result.get("structuredContent")
    parts = result.get("content")
    texts = [
        part["text"]
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict) and isinstance(part.get("text"), str)
    ]
    text = "\n".join(texts)
    if result.get("isError"):
        rule = f"{decision['rule']}: " if decision.get("rule") else ""
        why = f"{rule}{decision.get('reason') or text or 'the tool says no more'}"
        return StepEnd("unknown" if decision.get("outcome") == "unknown" else "failed", why[:500])
    body = msgspec.json.encode(structured) if structured is not None else text.encode()
    if len(body) > MAX_RESULT_BYTES:
        return StepEnd("failed", f"The tool returned more than {MAX_RESULT_BYTES} bytes.")
    return StepEnd("succeeded", result=body)


async def send_request(
    spec: Mapping[str, Any], pool: Pool, secrets: Secrets, *, key: str, traceparent: str
) -> StepEnd:
    """Send a request of HTTP. ``key``: names this step to a receiver that gets it twice.

    Its result has status, headers and body. What stands in a secret, or in the body that is sent, is in no
    reason.
    """
    try:
        origin, target = _where(spec)
        method, sent = str(spec["method"]), False
        headers, body = _head_and_body(spec, secrets, key=key, traceparent=traceparent)

        def noted() -> None:
            nonlocal sent
            sent = True

        reply = await pool.send(
            origin,
            method=method,
            target=target,
            headers=headers,
            body=body,
            deadlines=DEADLINES,
            on_sent=noted,
        )
        try:
            received = await reply.read(MAX_RESULT_BYTES)
        finally:
            reply.abort()
    except UpstreamError as error:
        doubtful = sent and method not in _SAFE and not isinstance(error, ConnectFailed)
        why = " Whether it has taken effect is not known." if doubtful else ""
        return StepEnd("unknown" if doubtful else "failed", f"{error.message}{why}")
    except (PodiumError, ValueError) as error:
        return StepEnd("failed", str(error))
    told = {
        "status": reply.status,
        "headers": {
            name: value.decode("latin-1")
            for name in TOLD_HEADERS
            if (value := reply.header(name.encode())) is not None
        },
        "body": _body_of(received),
    }
    expected = spec.get("expect") or ()
    good = reply.status in expected if expected else 200 <= reply.status < 300
    reason = "" if good else f"{origin.host} answered {reply.status}."
    return StepEnd("succeeded" if good else "failed", reason, msgspec.json.encode(told))


def _where(spec: Mapping[str, Any]) -> tuple[Origin, str]:
    """Return where a request goes. Raises InvalidRequest where that is no URL any more."""
    parts = urlsplit(str(spec["url"]))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidRequest("The URL names no host.")
    scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
    port = parts.port or (443 if scheme == "https" else 80)
    origin = Origin(scheme, parts.hostname, port, spec.get("ca_file"), network_of(spec))
    return origin, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _head_and_body(
    spec: Mapping[str, Any], secrets: Secrets, *, key: str, traceparent: str
) -> tuple[list[tuple[bytes, bytes]], bytes]:
    given = {str(name).lower(): str(value) for name, value in spec.get("headers", {}).items()}
    written = spec.get("body")
    body = b"" if written is None else text_of(written).encode()
    headers = {"idempotency-key": key, "traceparent": traceparent, "accept": "*/*"}
    if written is not None:
        is_text = isinstance(written, str)
        headers["content-type"] = "text/plain; charset=utf-8" if is_text else "application/json"
    headers |= given
    credential = spec.get("credential")
    if credential is not None:
        ref = CredentialRef(credential.get("env"), credential.get("file"))
        headers[str(spec["auth_header"]).lower()] = str(spec["auth_prefix"]) + secrets.read(ref)
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()], body


def _body_of(received: bytes) -> Any:
    try:
        return json.loads(received)
    except (ValueError, RecursionError):
        return received.decode("utf-8", "replace")
