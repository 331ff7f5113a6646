"""A write of texts alone: the request speaks of what it makes, or a person is asked."""

from datetime import date
from typing import Any, Final

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TEXT: Final = SinkRow("text", readers="organisation")
PAGES: Final = ToolRow(
    "wiki",
    "create-pages",
    "write",
    ("create", "add", "make", "write", "put", "write up"),
    {
        "pages[].title": TEXT,
        "pages[].content": TEXT,
        "pages[].status": SinkRow("value"),
        "pages[].due": SinkRow("date"),
        "pages[].project": SinkRow("value"),
    },
    ReturnsRow(),
)
SCHEMA: Final = (
    '{"properties": {"pages": {"items": {"properties": {"status": {"enum": ["To do", "Done"]}}}}}}'
)
JOT: Final = ToolRow("memo", "add_jotting", "write", ("add", "jot down"), {"text": TEXT}, ReturnsRow())
RULES: Final = {"title": "Rules for assistants", "content": "Show each drawing to the studio first."}


def _call(request: str, tool: ToolRow, **arguments: Any) -> Verdict:
    effective = narrow([GrantRow(tool.id, SCHEMA if tool is PAGES else None)], {tool.id: tool}, request)
    grant, refusal = effective.grant(tool.id), effective.refusal(tool.id)
    standing = Standing(Readings(request, date(2026, 11, 27)), grant, refusal=refusal)
    return decide_tool_call(ToolCall("a", tool.client_name, tool, arguments), standing)


ANY: Final = [
    "Find an hour next week when Fiona and I are free, and put the handover there.",
    "Write to Quinn, friendly but clear: how much, and since when.",
    "Make room for the visitors and add Callum to it.",
]


@pytest.mark.parametrize("request_", ANY)
@pytest.mark.parametrize("more", [{}, {"status": "To do"}, {"due": "2026-11-27"}])
def test_a_verb_that_is_said_of_anything(request_: str, more: dict[str, str]) -> None:
    """It asks for no page, and what the grant lists or the day is fits any request."""
    verdict = _call(request_, PAGES, pages=[{**RULES, **more}])
    assert verdict.answer == "ask"
    assert verdict.rule in {"request.texts", "labels.date"}


@pytest.mark.parametrize(
    "request_",
    [
        "Put what we agreed with Quinn on a new page.",
        "Make pages out of both protocols, please",
        "Write up how the alarm is set",
        "Add rules for assistants: show each drawing to the studio first",
    ],
)
def test_what_the_request_speaks_of(request_: str) -> None:
    """A page, a word of the tool that says more, or the texts themselves."""
    assert _call(request_, PAGES, pages=[RULES]).answer == "allow"


def test_what_the_request_names_in_it() -> None:
    """A value that the request says ties the call to it as well."""
    page = {**RULES, "project": "Gullane"}
    assert _call("Put the Gullane handover there.", PAGES, pages=[page]).answer == "allow"


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("Jot down that I have to ask Ed.", "allow"),
        ("Add a jotting about Ed's holidays", "allow"),
        ("Add Ed to the rota", "ask"),
    ],
)
def test_a_note_of_the_users_own(request_: str, answer: str) -> None:
    """Its own verb is enough, a verb of everything is not."""
    assert _call(request_, JOT, text="Send drawings to the studio first").answer == answer
