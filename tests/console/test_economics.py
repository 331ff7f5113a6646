"""Money's economics in the browser."""

import time

import httpx
import pytest
from sqlalchemy import insert, select

from podium.ports.aggregates import usage_tasks
from podium.ports.database import outcomes, tasks
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console, serving

pytestmark = pytest.mark.browser

HOUR_NS = 3_600_000_000_000


def test_a_success_has_its_cost(tmp_path, visitor: Browser) -> None:
    """Unknown is a column of its own; with outcomes there are a cost per success and a margin."""
    with serving(tmp_path / "podium.db") as console:
        fill(console)
        visitor.log_in(console.url, TOKEN)
        visitor.open("/money/economics")
        panel = "section[aria-label=Economics]"
        visitor.sees("What a success costs", panel)
        assert visitor.all(f"{panel} footer") == []
        cells = [cell.text for cell in visitor.all(f"{panel} tbody tr td")]
        assert cells[:4] == ["reviewer", "1", "1", "1"]
        assert cells[4].startswith("3.0000")
        assert cells[5].startswith("4.0000")
        visitor.wait(lambda: visitor.all("section[aria-label=Trend] svg path"), "the trend")
        assert visitor.find("section[aria-label=Trend] .legend").text.split("\n") == ["Per success", "Margin"]
        visitor.click(f"{panel} header a", "Department")
        visitor.at("/money/economics?by=department")
        visitor.sees("acme/engineering", panel)


def test_without_outcomes_it_says_who_tells_them(console: Console, visitor: Browser) -> None:
    """A table of dashes and an empty chart would look broken."""
    visitor.log_in(console.url, TOKEN)
    visitor.open("/money/economics")
    visitor.sees("Nobody has said yet how a task went. Agents say what became of their work with", "main")


def test_the_ledger_is_saved_as_focus(tmp_path, visitor: Browser) -> None:
    """Money's report has a button that saves the period shown in the columns of FOCUS 1.2."""
    with serving(tmp_path / "podium.db") as console:
        visitor.log_in(console.url, TOKEN)
        visitor.open("/money/report?period=last-month")
        visitor.sees("Download FOCUS 1.2")
        address = visitor.find("a[download][href*=focus]").get_attribute("href") or ""
        assert address.endswith("/money/focus.csv?period=last-month")
        cookies = {it["name"]: it["value"] for it in visitor.chromium.get_cookies()}
        answer = httpx.get(address, cookies=cookies)
        assert (answer.status_code, answer.text.splitlines()[0].split(",")[0]) == (200, "BilledCost")
        assert 'filename="focus-last-month.csv"' in answer.headers["content-disposition"]
        assert httpx.get(f"{console.url}/money/focus.csv?period=never", cookies=cookies).status_code == 400


def fill(console: Console) -> None:
    """Write three tasks: one went well and was worth 5 USD, one failed, of one nobody spoke."""
    now_ns = time.time_ns()
    with console.engine.begin() as connection:
        for number, (task, cost) in enumerate({"task_a": 1, "task_b": 2, "task_c": 7}.items()):
            row = dict.fromkeys((column.name for column in usage_tasks.columns), 0)
            row |= {"hour": now_ns // HOUR_NS, "task_id": task, "cost_nano_usd": cost * 10**9}
            connection.execute(insert(usage_tasks).values(row))
            of = {"agent": "reviewer", "department": "acme/engineering"}
            times = {"first_ns": now_ns, "last_ns": now_ns}
            connection.execute(insert(tasks).values(task_id=task, kind="implicit", **of, **times))
            if number < 2:
                said = (
                    {"outcome": "failure"} if number else {"outcome": "success", "value_nano_usd": 5 * 10**9}
                )
                connection.execute(
                    insert(outcomes).values(subject=task, task_id=task, at_ns=now_ns, **of, **said)
                )
    with console.engine.connect() as connection:
        assert len(connection.execute(select(outcomes)).all()) == 2
