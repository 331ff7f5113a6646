"""Fleet's traces in the browser: searched, looked at, compared; and kept from who may not see them."""

import json
import time

import pytest
from selenium.webdriver.common.keys import Keys
from sqlalchemy import insert

from podium.adapters.passwords import Argon2Passwords
from podium.ports.audit_tables import audit_results
from podium.ports.database import holds, users
from podium.ports.tool_tables import tool_calls
from tests.console import seed, spans
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console
from tests.views.test_agents_now import flying, used

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
LONG = 20_000


@pytest.fixture(scope="module")
def traces(console: Console) -> Console:
    """The console with two runs of one agent, a trace of 20,000 spans, and two approvers."""
    now_ns = time.time_ns()
    both = spans.refund(now_ns - 10**11) + spans.refund(now_ns - 10**10, spans.SECOND, better=True)
    spans.put(console.database, both + spans.long(now_ns - 10**12, LONG))
    digest = Argon2Passwords().digest(PASSWORD)
    with console.engine.begin() as connection:
        for name, role in (("fin", "approver:finance"), ("sue", "approver:support")):
            row = {"id": f"usr_{name}", "name": name, "roles": f'["{role}"]', "password": digest}
            connection.execute(insert(users).values(**row, created_ns=1))
    return console


def log_in_as(visitor: Browser, console: Console, name: str, path: str) -> None:
    visitor.base = console.url
    visitor.open(path)
    visitor.find("#name").send_keys(name)
    visitor.find("#password").send_keys(PASSWORD, Keys.ENTER)


def told(visitor: Browser, attribute: str) -> list[str]:
    """Return an attribute of each row."""
    rows = "return [...document.querySelectorAll('.wf-row')].map((row) => row.getAttribute(arguments[0]))"
    found: list[str] = visitor.script(rows, attribute)
    return found


def test_traces_are_searched(traces: Console, visitor: Browser) -> None:
    """Filters stand in the address; figures are of all that is found; an id finds its trace."""
    visitor.log_in(traces.url, TOKEN)
    visitor.open("/fleet")
    visitor.click(".page-head .segments a", "Traces")
    visitor.at("/fleet/traces")
    visitor.find(f"tr[data-key='{spans.REFUND}']")
    visitor.open("/fleet/traces?verdict=deny&agent=ticket-triage&since=24h")
    visitor.find(f"tr[data-key='{spans.REFUND}']")
    assert not visitor.all(f"tr[data-key='{spans.SECOND}']")  # other tests of this console have traces too
    visitor.sees("100.0 %", "[aria-label='Figures of what was found']")
    visitor.open("/fleet/traces?min_seconds=150")
    visitor.find(f"tr[data-key='{spans.LONG}']")
    visitor.wait(lambda: not visitor.all(f"tr[data-key='{spans.REFUND}']"), "the short one to be left out")
    visitor.find("main input[type=search]").send_keys(spans.SECOND)
    visitor.sees("No trace matches")
    visitor.open(f"/fleet/traces?q={spans.SECOND}")
    visitor.click(f"tr[data-key='{spans.SECOND}'] a.row")
    visitor.heading("invoke_agent triage")
    assert visitor.complaints() == []


def test_a_waterfall_tells_its_spans(traces: Console, visitor: Browser) -> None:
    """Rows are a tree that folds by keys; own spans and reported ones differ; a chosen span shows its facts,
    and its address leads back to it."""
    visitor.log_in(traces.url, TOKEN)
    visitor.open(f"/fleet/traces/{spans.REFUND}")
    visitor.wait(lambda: len(visitor.all(".wf-row")) == 7, "seven rows")
    assert len(visitor.all(".wf-row.reported")) == 2
    assert "deny" in visitor.text(".wf-row.failed")
    assert told(visitor, "aria-level") == ["1", "2", "3", "2", "2", "2", "2"]
    visitor.script("document.querySelector('.wf-scroll').focus()")
    visitor.press(Keys.ARROW_DOWN, Keys.ARROW_LEFT)
    visitor.wait(lambda: len(visitor.all(".wf-row")) == 6, "what is below the plan is gone")
    assert told(visitor, "aria-expanded")[:2] == ["true", "false"]
    visitor.press(Keys.ARROW_RIGHT, Keys.END, Keys.ENTER)
    visitor.sees("Cost, USD", ".wf-detail")
    assert visitor.path.endswith(f"?span={7:016x}")
    visitor.click(".wf-tools button", "Next error")
    visitor.sees("recipient-from-request", ".wf-detail")
    visitor.chromium.refresh()
    visitor.sees("recipient-from-request", ".wf-detail")
    assert visitor.all(".wf-detail a[href^='/now/explain?id=tcl_6']")
    visitor.open(f"/fleet/traces/{'0' * 32}")
    visitor.sees("No such trace")
    assert not [one for one in visitor.complaints() if "404" not in one]


def test_a_long_trace_is_reached_to_its_end(traces: Console, visitor: Browser) -> None:
    """Of 20,000 spans only those in view are elements, and the last one is reached."""
    visitor.log_in(traces.url, TOKEN)
    visitor.open(f"/fleet/traces/{spans.LONG}")
    visitor.sees("20,000 spans", ".wf-tools")
    assert visitor.find(".wf-scroll").get_attribute("aria-rowcount") == str(LONG)
    visitor.script("document.querySelector('.wf-scroll').focus()")
    visitor.press(Keys.END)
    visitor.find(f"#span-{LONG:016x}.active")
    assert len(visitor.all(".wf-row")) < 100
    visitor.press(Keys.ENTER)
    visitor.sees(str(LONG), ".wf-detail h3")


def test_who_decides_for_others_sees_nothing(traces: Console, visitor: Browser) -> None:
    """Who approves for another department finds no trace, no rows and no span; who approves for this does."""
    log_in_as(visitor, traces, "fin", "/fleet/traces?agent=ticket-triage")
    visitor.sees("No trace matches")
    visitor.open(f"/fleet/traces/{spans.REFUND}")
    visitor.sees("No such trace")
    fetched = "return (async () => (await fetch(arguments[0])).status)()"
    rows = f"/data/traces/{spans.REFUND}"
    assert [visitor.script(fetched, path) for path in (rows, f"{rows}/{3:016x}")] == [404, 404]
    visitor.chromium.delete_all_cookies()
    log_in_as(visitor, traces, "sue", f"/fleet/traces/{spans.REFUND}")
    visitor.wait(lambda: len(visitor.all(".wf-row")) == 7, "seven rows")
    visitor.chromium.delete_all_cookies()
    assert visitor.script(fetched, rows) == 401


def test_two_traces_are_compared(traces: Console, visitor: Browser) -> None:
    """One is chosen from the other's page; what differs stands step by step, all on demand."""
    visitor.log_in(traces.url, TOKEN)
    visitor.open(f"/fleet/traces/{spans.REFUND}")
    visitor.click(".page-head a", "Compare with …")
    visitor.sees("Choose the trace that")
    visitor.click(f"tr[data-key='{spans.SECOND}'] a.button", "Compare")
    visitor.heading("Two traces")
    visitor.sees("5 same, 2 changed, 0 missing, 1 added")
    visitor.sees("execute_tool tickets/close", "section[aria-label=Steps]")
    visitor.sees("deny → allow", "section[aria-label=Steps]")
    visitor.sees("chat medium → chat large", "section[aria-label=Steps]")
    assert len(visitor.all("tbody tr")) == 3
    visitor.click(".page-head .segments a", "All steps")
    visitor.wait(lambda: len(visitor.all("tbody tr")) == 8, "all steps")
    visitor.open(f"/fleet/traces/diff?a={spans.REFUND}&b={'0' * 32}")
    visitor.sees("They cannot be compared")
    assert visitor.complaints() == []


def test_labels_and_what_agents_do_now(traces: Console, visitor: Browser) -> None:
    """A trace shows how labels fell and what acted then; Now shows a call in flight with the last verdict."""
    task, now_ns = "task_of_labels", time.time_ns()
    calls = [
        used(task, 101, now_ns - 20) | {"trace_id": spans.REFUND},
        used(task, 102, now_ns - 10, tool="mail/send_email", verdict="deny")
        | {"trace_id": spans.REFUND, "effect": "irreversible"},
    ]
    with traces.engine.begin() as connection:
        connection.execute(insert(tool_calls), calls)
        connection.execute(insert(holds), [flying("chg_flying", task, "ticket-triage", now_ns)])
    visitor.log_in(traces.url, TOKEN)
    visitor.open(f"/fleet/traces/{spans.REFUND}")
    visitor.sees("integrity falls to public", "section[aria-label='Label flow']")
    visitor.sees("lowered by 1, raised by 1", "tr[data-key=tcl_102]")
    visitor.open(f"/fleet/{task}/labels")
    visitor.heading("Label flow")
    visitor.find("tr[data-key=tcl_102]")
    visitor.open("/now")
    visitor.click(".page-head .segments a", "Agents")
    visitor.sees("calls a model m", f"tr[data-key={task}]")
    visitor.sees("deny by safe-read", f"tr[data-key={task}]")
    assert visitor.complaints() == []


def test_verdicts_and_costs_of_its_tasks(traces: Console, visitor: Browser) -> None:
    """A trace says which rules its task broke and met, leads to the spans that decided, marks them in the
    waterfall, and shows the task's cost sheet; the results of audits lead to the span too."""
    task = seed.ulid_text("task", seed.hash_of("ticket-triage"))
    decided = [{"trace_id": spans.SECOND, "span_id": f"{4:016x}", "name": "execute_tool mail/read_email"}]
    rule = {"severity": "safety", "final": True, "agent": "ticket-triage", "department": "acme/support",
            "steps": 7, "words": "it read before it asked", "snapshot_version": 3, "at_ns": 1,
            "task_id": task}  # fmt: skip
    found = [
        rule | {"audit": "mail", "rule": "asks first", "says": "ask before read", "verdict": "fail"},
        rule | {"audit": "mail", "rule": "is short", "says": "steps at most 40", "verdict": "pass"},
        rule | {"audit": "mail", "rule": "cites", "says": "every claim has a source", "verdict": "unknown"},
    ]
    with traces.engine.begin() as connection:
        connection.execute(insert(tool_calls), [used(task, 201, time.time_ns()) | {"trace_id": spans.SECOND}])
        for each in found:
            named = decided if each["verdict"] == "fail" else []
            connection.execute(insert(audit_results).values(**each, spans=json.dumps(named)))
    visitor.log_in(traces.url, TOKEN)
    visitor.open(f"/fleet/traces/{spans.SECOND}")
    rows = "section[aria-label=Audits] tbody tr"
    visitor.wait(lambda: len(visitor.all(rows)) == 3, "three verdicts")
    assert "fail" in visitor.text(rows)
    visitor.sees("the whole task", "section[aria-label=Audits]")
    visitor.sees("broke a rule", f"#span-{4:016x}")
    visitor.sees("Answers", "section[aria-label='Cost sheet']")
    visitor.click(f"{rows} a[data-span]")
    visitor.sees("execute_tool mail/read_email", ".wf-detail h3")
    assert visitor.path.endswith(f"?span={4:016x}")
    visitor.open(f"/fleet/audits?task={task}")
    visitor.click("section[aria-label=Results] a[data-span]")
    visitor.sees("execute_tool mail/read_email", ".wf-detail h3")
    visitor.click(".wf-tools button", "Next verdict")
    assert visitor.complaints() == []
