"""Fleet, tools: definitions that hold or are blocked, calls of the last day, names that nobody has."""

import json
import time
from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine, insert

from podium.manifest.snapshot import ToolServerRow, encode_snapshot
from podium.ports.database import snapshots
from podium.ports.tool_tables import tool_calls, tool_pins
from podium.trust.tools import ToolRow
from podium.views.tools import ToolUse, tool_uses
from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console, serving
from tests.views.test_agents_now import used

DAY_NS = 86_400_000_000_000
HOLDS = {"name": "search_tickets", "description": "Look for tickets.", "inputSchema": {"type": "object"}}
BEFORE = {"name": "refund", "description": "Refund an order.", "inputSchema": {"type": "object"}}
AFTER = BEFORE | {"description": "Refund an order, and tell everybody."}


def tool(name: str, effect: str, **more: str) -> ToolRow:
    return ToolRow("desk", name, effect, **more)


def pin(name: str, definition: dict, now: dict, state: str, now_ns: int) -> dict:
    changed = definition is not now
    return {
        "server": "desk", "tool": name, "sha256": "a" * 64, "definition": json.dumps(definition),
        "pinned_ns": now_ns - DAY_NS, "pinned_by": "keeper", "seen_sha256": ("b" if changed else "a") * 64,
        "seen_definition": json.dumps(now), "seen_ns": now_ns, "state": state,
        "case_id": "case_changed" if changed else None,
    }  # fmt: skip


def fill(engine: Engine, now_ns: int) -> None:
    """A server with a tool that holds, a changed one and a resource; calls of today, and an older one."""
    rows = (
        tool("search_tickets", "read"),
        tool("refund", "irreversible"),
        tool("page", "read", kind="resource", uri="desk://pages/{name}"),
    )
    server = ToolServerRow("desk", tools={row.name: row for row in rows})
    document = msgspec.structs.replace(seed.snapshot(9), tool_servers={"desk": server})
    calls = [
        used("task_a", 1, now_ns - 5000, tool="desk/search_tickets"),
        used("task_a", 2, now_ns - 4000, tool="desk/refund", verdict="ask"),
        used("task_a", 3, now_ns - 3000, tool="desk/refund", verdict="deny") | {"outcome": None},
        used("task_a", 4, now_ns - 2000, tool="desk/refund") | {"outcome": "unknown"},
        used("task_a", 5, now_ns - 1000, tool="<b>admin</b>/drop", verdict="deny"),
        used("task_a", 6, now_ns - 2 * DAY_NS, tool="desk/search_tickets"),
    ]
    with engine.begin() as connection:
        connection.execute(
            insert(snapshots).values(
                version=9,
                digest="9" * 64,
                source="x",
                in_force_from_ns=now_ns,
                document=encode_snapshot(document),
            )
        )
        connection.execute(
            insert(tool_pins),
            [
                pin("search_tickets", HOLDS, HOLDS, "approved", now_ns),
                pin("refund", BEFORE, AFTER, "pending", now_ns),
            ],
        )
        connection.execute(insert(tool_calls), calls)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console of a fleet with tools."""
    with serving(tmp_path_factory.mktemp("tools") / "podium.db") as console:
        fill(console.engine, time.time_ns())
        yield console


def test_uses_are_counted_by_what_became_of_them(tmp_path) -> None:
    """Calls since then, of which asked, denied and failed; the last one; older ones do not count."""
    engine, now_ns = seed.create(tmp_path / "podium.db"), time.time_ns()
    fill(engine, now_ns)
    with engine.connect() as connection:
        found = {use.tool: use for use in tool_uses(connection, since_ns=now_ns - DAY_NS)}
        assert tool_uses(connection, since_ns=now_ns) == []
    engine.dispose()
    assert found["desk/refund"] == ToolUse("desk/refund", 3, 1, 1, 1, now_ns - 2000)
    assert found["desk/search_tickets"] == ToolUse("desk/search_tickets", 1, 0, 0, 0, now_ns - 5000)


@pytest.mark.browser
def test_the_page_says_which_definitions_hold(tools: Console, visitor: Browser) -> None:
    """What is blocked leads to its case; figures are today's; what no manifest names is plain text."""
    visitor.log_in(tools.url, TOKEN)
    visitor.open("/fleet")
    visitor.click(".page-head .segments a", "Tools")
    visitor.heading("Tools")
    visitor.sees("1 of 3 blocked", "section[aria-label='Tools of desk']")
    visitor.sees("holds", "tr[data-key='desk/search_tickets']")
    visitor.sees("changed, blocked", "tr[data-key='desk/refund']")
    assert visitor.find("tr[data-key='desk/refund'] a[href='/inbox/case_changed']")
    visitor.sees("desk://pages/{name}", "tr[data-key='desk/page']")
    visitor.sees("not seen yet", "tr[data-key='desk/page']")
    visitor.sees("<b>admin</b>/drop", "section[aria-label='In no manifest']")
    assert visitor.complaints() == []


@pytest.mark.browser
def test_one_tool_shows_its_definition_and_calls(tools: Console, visitor: Browser) -> None:
    """The difference where it has changed, else the definition that holds; its last calls lead to why."""
    visitor.log_in(tools.url, TOKEN)
    visitor.open("/fleet/tools")
    visitor.click("tr[data-key='desk/refund'] a.row")
    visitor.sees(
        '+  "description": "Refund an order, and tell everybody."', "pre[aria-label='The difference']"
    )
    visitor.sees("nobody knows", "section[aria-label='Calls of tools']")
    visitor.click("section[aria-label='The tool'] a.button", "Close")
    visitor.click("tr[data-key='desk/search_tickets'] a.row")
    visitor.sees("Look for tickets.", "pre[aria-label='The definition']")
    assert visitor.complaints() == []


@pytest.mark.browser
def test_without_tools_it_says_how_one_is_drafted(visitor: Browser, empty_console: Console) -> None:
    """Without tool servers the page names the command that writes one."""
    visitor.log_in(empty_console.url, TOKEN)
    visitor.open("/fleet/tools")
    visitor.sees("podium tool draft", "section[aria-label=Tools]")
