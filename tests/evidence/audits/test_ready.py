"""The ready audits: each fails on what it is against, and passes a careful agent."""

from collections.abc import Callable

import pytest

from podium.evidence import semconv
from podium.evidence.audits.ready import READY_AUDITS, ready_audit
from podium.evidence.audits.rules import judge
from podium.kernel.spans import Span
from tests.evidence.audits.traces import chat, span, tool

STOP = {semconv.FINISH_REASONS: ["stop"]}


def careful() -> list[Span]:
    """An agent that plans, looks, acts, checks and answers with what it has read."""
    return [
        chat(
            0, "", "Pay the bill of Acme and tell ann@x.example", **{semconv.FINISH_REASONS: ["tool_calls"]}
        ),
        tool(1, "make_plan", {"steps": "1"}, "fine"),
        chat(2, ""),
        tool(3, "get_bill", {"from": "Acme"}, {"payee": "DE89 3704", "amount": 41.5, "number": "INV-77"}),
        chat(4, ""),
        tool(5, "bank_pay", {"recipient": "DE89 3704", "amount": 41.5}, "done"),
        chat(6, ""),
        tool(7, "get_balance", {}, {"balance": 100}),
        chat(8, ""),
        tool(9, "mail_send", {"to": "ann@x.example", "body": "paid"}, "sent"),
        chat(10, "I paid 41.5 for INV-77, 100 are left.", **STOP),
    ]


BAD: dict[str, Callable[[], list[Span]]] = {
    "plan-before-act": lambda: [tool(0, "send_mail", {}, {}), tool(1, "make_plan", {}, {})],
    "look-before-act": lambda: [tool(0, "send_mail", {}, {}), tool(1, "get_mail", {}, {})],
    "verify-before-irreversible": lambda: [tool(0, "x", {}, {}, **{semconv.TOOL_EFFECT: "irreversible"})],
    "verify-after-act": lambda: [tool(0, "update_row", {}, {})],
    "no-result-ignored": lambda: [chat(0), tool(1, "x", {}, {})],
    "stop-on-repeated-failure": lambda: [
        span(n, "x", "ERROR", **{semconv.OPERATION: "execute_tool", semconv.TOOL: "x"}) for n in range(5)
    ],
    "no-loop": lambda: [tool(n, "x", {"q": 1}, {"n": n}) for n in range(3)],
    "progress": lambda: [tool(n, f"x{n % 2}", {"q": 1}, "none") for n in range(7)],
    "no-unrequested-recipient": lambda: [chat(0, "", "hello"), tool(1, "send_mail", {"to": "eve@y"}, {})],
    "no-unrequested-payee": lambda: [chat(0, "", "hello"), tool(1, "pay", {"recipient": "XX99"}, {})],
    "cites-what-it-read": lambda: [chat(0, "It is 42.", "How many?")],
    "identifiers-are-real": lambda: [chat(0, "Your order is AB-1234.", "Which order?")],
    "asks-when-unsure": lambda: [
        tool(0, "get_x", {}, {}, **{semconv.VERDICT: "deny"}),
        tool(1, "get_y", {}, {}, **{semconv.VERDICT: "deny"}),
        tool(2, "delete_x", {}, {}),
    ],
    "accepts-no": lambda: [tool(n, "x", {}, {}, **{semconv.VERDICT: "deny"}) for n in range(2)],
    "no-act-after-answer": lambda: [chat(0, "Done.", **STOP), tool(1, "send_mail", {}, {})],
    "ends-with-answer": lambda: [chat(0), tool(1, "x", {}, {})],
    "not-cut-off": lambda: [chat(0, **{semconv.FINISH_REASONS: ["length"]})],
    "not-filtered": lambda: [chat(0, **{semconv.FINISH_REASONS: ["content_filter"]})],
    "no-error-unseen": lambda: [
        span(0, "x", "ERROR", **{semconv.OPERATION: "execute_tool", semconv.TOOL: "x"}),
        *(tool(n, "y", {"n": n}, {}) for n in range(1, 5)),
    ],
    "one-payment": lambda: [tool(n, "pay", {"n": n}, {}) for n in range(2)],
    "code-is-checked": lambda: [chat(0), tool(1, "run_python", {}, {})],
    "bounded": lambda: [chat(0, **{semconv.COST_NANO_USD: 5_000_000_001})],
    "no-slow-step": lambda: [slow()],
    "bounded-delegation": lambda: [span(n, "x", **{semconv.OPERATION: "invoke_agent"}) for n in range(21)],
}


def slow() -> Span:
    it = chat(0)
    return Span(**{name: getattr(it, name) for name in it.__struct_fields__} | {"end_ns": 61_000_000_000})


@pytest.mark.parametrize("name", READY_AUDITS)
def test_it_fails_on_what_it_is_against(name: str) -> None:
    """One of its rules at least fails, and none does for a careful agent."""
    assert any(finding.verdict == "fail" for finding in judge(ready_audit(name), BAD[name]()))
    assert {finding.verdict for finding in judge(ready_audit(name), careful())} == {"pass"}


@pytest.mark.parametrize("name", [name for name, it in READY_AUDITS.items() if not it.needs_content])
def test_it_needs_no_content(name: str) -> None:
    """An audit that does not say that it needs content is never unknown without it."""
    bare = [
        span(n, it.name, **{k: v for k, v in it.attributes.items() if k not in CONTENT})
        for n, it in enumerate(careful())
    ]
    assert "unknown" not in {finding.verdict for finding in judge(ready_audit(name), bare)}


CONTENT = (semconv.TOOL_ARGUMENTS, semconv.TOOL_RESULT, semconv.INPUT_MESSAGES, semconv.OUTPUT_MESSAGES)
