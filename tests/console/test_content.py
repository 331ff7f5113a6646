"""What a page shows of stored content."""

import time

import pytest

from podium.console.content import MAX_CHARS, MAX_SHOWN, content_panel, content_shown
from podium.ports.content import Piece
from podium.trust.people import Person
from tests.console import spans
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console


def piece(value: object, name: str = "gen_ai.input.messages", *, cut: bool = False) -> Piece:
    return Piece("call_1", name, "full", value, cut, "task_1", "triage", "acme/support", 10**18, "cky_1")


@pytest.mark.parametrize(("role", "offered"), [("reader:support", True), ("admin", False), ("viewer", False)])
def test_who_is_offered_it(role: str, offered: bool) -> None:
    """Only a reader is offered to read; who presses it is asked of the keeper again."""
    assert ("read-content" in content_panel(Person("ann", (role,)))) is offered


def test_what_is_shown() -> None:
    """Messages stand by their roles; whatever a model said is text, never markup; what is long is cut."""
    parts = [{"type": "text", "content": "<script>alert(1)</script>"}, {"type": "tool_call", "name": "x"}]
    long = piece("y" * (MAX_CHARS + 7), "other")
    shown = content_shown([piece([{"role": "user", "parts": parts}], cut=True), long])
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "Asked" in shown
    assert "call_1 · cut" in shown
    assert "7 characters more" in shown
    assert f"{3} more" in content_shown([piece(1)] * (MAX_SHOWN + 3))
    assert "Nothing is stored" in content_shown([])


@pytest.mark.browser
def test_it_is_read_on_the_page(console: Console, visitor: Browser) -> None:
    """What was said is shown when it is asked for, and not before; it is text, not markup."""
    trace = "ba" * 16  # its own: a trace to which another test adds minutes later is minutes long
    spans.put(console.database, spans.refund(time.time_ns() - 10**11, trace))
    visitor.log_in(console.url, TOKEN)
    visitor.open(f"/fleet/traces/{trace}")
    visitor.sees("written into the chain", "[aria-label='What was said']")
    visitor.click("[aria-label='What was said'] button", "Read what was said")
    visitor.sees("<b>Refund</b> me", "[aria-label='What was said'] pre")
    assert visitor.complaints() == []
