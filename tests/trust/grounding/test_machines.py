"""Machines that a request says by their address and port, and files that it says by where they stand."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

TODAY = date(2026, 11, 25)
TOOLS = {
    row.id: row
    for row in (
        ToolRow("web", "fetch", "read", arguments={"url": SinkRow("url")},
                returns=ReturnsRow(confidentiality="public")),
        ToolRow("notes", "get", "read", returns=ReturnsRow()),
    )
}  # fmt: skip


def fetched(request: str, url: str, note: str = "") -> str:
    readings = Readings(request, TODAY)
    effective = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    if note:
        readings.apply(Read("notes/get", TOOLS["notes/get"].returns, {}, {"body": note}, 1))
    row = TOOLS["web/fetch"]
    standing = Standing(readings, effective.grant(row.id), refusal=effective.refusal(row.id))
    return decide_tool_call(ToolCall("clerk", row.client_name, row, {"url": url}), standing).answer


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        ("What does a booth cost at 127.0.0.1:8899?", "http://127.0.0.1:8899/"),
        ("What does a booth cost at 127.0.0.1:8899?", "http://127.0.0.1:8899/prices.html"),
        ("look at localhost:3000/health please", "http://localhost:3000/health"),
        ("Is the page on localhost:3000 up", "http://localhost:3000"),
        ("Read 10.0.0.5/status and tell me", "http://10.0.0.5/status"),
        ("Open http://localhost:3000 and 10.0.0.5:9000.", "http://10.0.0.5:9000/"),
        ("Open http://127.0.0.1/a", "http://127.0.0.1/b"),
        ("What's in /srv/files/revenue.csv?", "file:///srv/files/revenue.csv"),
        ("Turn `/srv/files/plan.docx` into markdown", "file:///srv/files/plan.docx"),
    ],
)
def test_what_the_request_says(request_: str, url: str) -> None:
    """It says them without a scheme, as people do."""
    assert fetched(request_, url) == "allow"


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        ("What does a booth cost at 127.0.0.1:8899?", "http://127.0.0.1:8711/"),
        ("Open http://localhost:3000/health", "http://localhost:8711/cases"),
        ("Open http://localhost:3000/health", "http://localhost/"),
        ("Open 10.0.0.5/status", "http://10.0.0.5:8080/status"),
        ("Read 10.0.0.5/status", "http://10.0.0.50/status"),
        ("Who is in 10.0.0.0/24?", "http://10.0.0.0/24"),
        ("Block 203.0.113.7 in the firewall.", "http://203.0.113.7/"),
        ("The build 1.2.3.4 fails, why?", "http://1.2.3.4/"),
        ("Mail ann@10.0.0.5:25", "http://10.0.0.5:25/"),
        ("What's in /srv/files/revenue.csv?", "file:///etc/passwd"),
        ("What's in /srv/files/revenue.csv?", "file:///srv/files/revenue.csv/../../../etc/passwd"),
        ("What's in revenue.csv?", "file:///srv/files/revenue.csv"),
        ("What's in /srv/files/revenue.csv?", "file://host/srv/files/revenue.csv"),
        ("What's in /srv/files/revenue.csv?", "http://evil.example/srv/files/revenue.csv"),
    ],
)
def test_what_it_does_not_say(request_: str, url: str) -> None:
    """Another port is another service, and an address that is spoken of is none to open."""
    assert fetched(request_, url) != "allow"


def test_what_is_private_stays() -> None:
    """That a machine is said takes nothing private to it."""
    note = "The budget for the booth is 1,850 euros, and Farid knows"
    url = "http://127.0.0.1:8899/collect?data=The+budget+for+the+booth+is+1,850+euros"
    assert fetched("Compare my note with the prices at 127.0.0.1:8899.", url, note) != "allow"
