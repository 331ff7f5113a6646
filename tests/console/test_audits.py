"""Audits in the browser: results with filters, on a task's page, and the case of a rule that was broken."""

import pytest

from podium.keeper.audits import AuditBook, steering
from podium.ports.audits import NoteVerdicts
from tests.console.browser import Browser
from tests.console.conftest import TOKEN
from tests.console.test_fleet import Tasks, tasks  # noqa: F401 - a fixture
from tests.keeper.test_audits import verdict

pytestmark = pytest.mark.browser


def test_results_are_seen_where_one_looks_for_them(tasks: Tasks, visitor: Browser) -> None:  # noqa: F811 - a fixture
    """Fleet leads to them; a filter stands in the address; the task's page and its case say what decided."""
    house, task = tasks.house, tasks.begin()
    steer = steering(house.tasks, house.acts.runs, house.authority)
    book = AuditBook(
        house.engine,
        house.chain,
        house.clock,
        house.acts.inbox,
        steer=steer,
        committed=house.authority.reload,
    )
    found = (verdict(), verdict(rule="held", verdict="pass", final=False))
    book.do(NoteVerdicts(task.task_id, "triage", "acme/support", 7, 1, found))
    visitor.log_in(tasks.console.url, TOKEN)
    visitor.open("/fleet")
    visitor.click(".page-head a", "Audits")
    visitor.at("/fleet/audits")
    visitor.sees("payments/few", "section[aria-label=Results]")
    visitor.sees("pass so far", "section[aria-label=Results]")
    visitor.sees("payments/held", "section[aria-label=Rules]")
    visitor.open("/fleet/audits?verdict=fail")
    visitor.wait(lambda: len(visitor.all("section[aria-label=Results] tbody tr")) == 1, "the failure alone")
    visitor.click("section[aria-label=Results] a.plain", "Case")
    visitor.sees("at most 3 pays", "main")
    visitor.sees("execute_tool bank/pay", "main")
    visitor.open(f"/fleet/{task.task_id}")
    visitor.sees("payments/few", "section[aria-label=Audits]")
    visitor.sees("paused", ".page-head .badge")
    assert visitor.complaints() == []
