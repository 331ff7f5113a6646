"""Traces to look at: a refund with a denied tool and what its program reports, its better second run, and
one of as many spans as are asked for.
"""

from pathlib import Path

import msgspec

from podium.evidence import semconv
from podium.kernel.spans import Span

REFUND, SECOND, LONG = "ab" * 16, "cd" * 16, "ef" * 16
MS_NS = 1_000_000


def span(
    trace, number, parent, name, at_ms, took_ms, *, source="otlp", error=None, now_ns=0,
    department="acme/support", **attributes,
):  # fmt: skip
    """One span; attributes by the names that `semconv` has for them."""
    given = {"agent": "ticket-triage", "department": department, **attributes}
    if error is not None:
        given["error_type"] = error
    return Span(
        trace_id=trace,
        span_id=f"{number:016x}",
        parent_span_id=f"{parent:016x}" if parent else None,
        name=name,
        kind="CLIENT",
        start_ns=now_ns + at_ms * MS_NS,
        end_ns=now_ns + (at_ms + took_ms) * MS_NS,
        status="ERROR" if error else "UNSET",
        status_message=f"it was refused: {error}" if error else None,
        attributes={getattr(semconv, key.upper()): value for key, value in given.items()},
        source=source,
    )


def chat(trace, number, parent, at_ms, took_ms, now_ns, *, model="medium", tokens=(1200, 90), digest="1"):
    return span(
        trace, number, parent, f"chat {model}", at_ms, took_ms, source="ledger", now_ns=now_ns, model=model,
        operation="chat", input_tokens=tokens[0], output_tokens=tokens[1], cost_nano_usd=tokens[0] * 800 + 40,
        request_digest=digest * 64, charge=f"chg_{number}", call=f"call_{number}",
    )  # fmt: skip


def tool(trace, number, parent, name, at_ms, took_ms, now_ns, *, verdict="allow", digest="2"):
    return span(
        trace, number, parent, f"execute_tool {name}", at_ms, took_ms, source="tools", now_ns=now_ns,
        tool=name, operation="execute_tool", verdict=verdict, verdict_rule="recipient-from-request",
        request_digest=digest * 64, tool_call=f"tcl_{number}", error=None if verdict == "allow" else verdict,
    )  # fmt: skip


def refund(now_ns: int, trace: str = REFUND, *, better: bool = False) -> list[Span]:
    """A run of an agent whose second tool call is denied; ``better``: on a larger model, allowed."""
    model = "large" if better else "medium"
    found = [
        span(trace, 1, None, "invoke_agent triage", 0, 5200, now_ns=now_ns, operation="invoke_agent"),
        span(trace, 2, 1, "plan", 20, 1400, now_ns=now_ns),
        chat(trace, 3, 2, 40, 1300, now_ns),
        tool(trace, 4, 1, "mail/read_email", 1500, 240, now_ns),
        chat(trace, 5, 1, 1800, 1600, now_ns, model=model, tokens=(2900, 240), digest="3"),
        tool(trace, 6, 1, "mail/send_email", 3500, 8, now_ns, verdict="allow" if better else "deny"),
        chat(trace, 7, 1, 3600, 1500, now_ns, tokens=(3300, 60), digest="4"),
    ]  # fmt: skip
    if better:
        found.append(tool(trace, 8, 1, "tickets/close", 5110, 60, now_ns))
    return found


def long(now_ns: int, count: int, trace: str = LONG) -> list[Span]:
    """A trace of so many spans: rounds of a model's call with two tools and their retrieval."""
    found = [span(trace, 1, None, "invoke_agent crawler", 0, count * 10, now_ns=now_ns)]
    for number in range(2, count + 1):
        at = (number - 2) % 4
        parent = 1 if at == 0 else number - at
        name = ("round", "chat small", "execute_tool web/fetch", "retrieval")[at]
        found.append(
            span(
                trace, number, parent, f"{name} {number}", number * 10, 35 if at == 0 else 9, now_ns=now_ns,
                source="ledger" if at == 1 else "otlp", error="timeout" if number % 997 == 0 else None,
            )
        )  # fmt: skip
    return found


def put(database: Path, spans: list[Span]) -> None:
    """Hand spans to the console's collector of a test."""
    file = database.with_name(database.name + ".spans")
    known = msgspec.json.decode(file.read_bytes(), type=list[Span]) if file.exists() else []
    part = file.with_suffix(".part")
    part.write_bytes(msgspec.json.encode([*known, *spans]))
    part.replace(file)
