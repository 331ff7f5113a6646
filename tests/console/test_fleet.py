"""Fleet in the browser: tasks are listed, looked at and steered."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from selenium.webdriver.common.keys import Keys

from podium.adapters.passwords import Argon2Passwords
from podium.adapters.records import open_records
from podium.manifest.runs import RunRow
from podium.manifest.snapshot import AgentRow, Candidate, RouteRow, Snapshot, encode_snapshot
from podium.ports.acts import AddUser, BeginTask, By, SteerTask
from podium.ports.link import PutSnapshot
from podium.ports.tasks import DelegateTask, TaskIs
from podium.trust.request.user import User
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console, serving
from tests.console.test_narrow import OVER, sized
from tests.keeper.acting import House
from tests.keeper.samples import HandClock

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"


class Now(HandClock):
    """The wall's time when it was made."""

    def __init__(self) -> None:
        self.now_ns = time.time_ns()


class Tasks:
    """A console whose database has tasks of two agents."""

    def __init__(self, console: Console, house: House) -> None:
        self.console, self.house = console, house

    def begin(self, agent: str = "triage", user: User | None = None) -> TaskIs:
        self.house.clock.now_ns = time.time_ns()
        begun = self.house.acts.do(BeginTask(By(), agent, "Sort my mail.", user=user))
        assert isinstance(begun, TaskIs)
        return begun


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tasks]:
    folder: Path = tmp_path_factory.mktemp("fleet")
    with serving(folder / "podium.db") as console:
        engine = open_records(folder)
        house = furnished(House(engine, Now(), folder))
        house.acts.do(AddUser(By(), "vera", ("viewer",), Argon2Passwords().digest(PASSWORD)))
        yield Tasks(console, house)
        engine.dispose()


def furnished(house: House, *more: str) -> House:
    """Have three agents in force, and more that Podium runs."""
    document = house.authority.in_force.snapshot_document
    assert document is not None
    snapshot = msgspec.json.decode(document, type=Snapshot)
    agents = {
        "triage": AgentRow(
            "triage",
            "support",
            "acme/support",
            frozenset({"big", "small"}),
            delegates=("search",),
            run=RunRow(("true",)),
        ),
        "search": AgentRow("search", "support", "acme/support", frozenset({"small"})),
        "invoice-reader": AgentRow("invoice-reader", "finance", "acme/finance", frozenset({"small"})),
    }
    for name in more:
        agents[name] = msgspec.structs.replace(agents["triage"], name=name)
    routes = {name: RouteRow(name, "chat", (Candidate("m"),)) for name in ("big", "small")}
    snapshot = msgspec.structs.replace(snapshot, digest=f"f{more}", agents=agents, routes=routes)
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    return house


def test_tasks_are_listed_and_filtered(tasks: Tasks, visitor: Browser) -> None:
    """Living tasks come first; filters stand in the address, and those that are over are asked for."""
    first, other = tasks.begin(), tasks.begin("invoice-reader")
    over = tasks.begin()
    tasks.house.acts.do(SteerTask(By(), over.task_id, "kill", "Enough."))
    visitor.log_in(tasks.console.url, TOKEN)
    visitor.open("/fleet")
    visitor.heading("Fleet")
    visitor.sees("2 running", ".page-head .sub")
    visitor.find(f"tr[data-key={first.task_id}]")
    assert not visitor.all(f"tr[data-key={over.task_id}]")
    visitor.open("/fleet?department=acme/finance")
    visitor.find(f"tr[data-key={other.task_id}]")
    assert visitor.text(".page-head .sub") == "1 running"
    assert not visitor.all(f"tr[data-key={first.task_id}]")
    visitor.open("/fleet?state=killed&show=all")
    visitor.sees("killed", f"tr[data-key={over.task_id}]")
    visitor.open("/fleet?agent=search")
    visitor.sees("No task matches")
    assert visitor.complaints() == []


def test_a_task_is_looked_at_and_steered(tasks: Tasks, visitor: Browser) -> None:
    """It shows who it is, for whom, what it has started; it is paused, resumed and killed with a reason."""
    parent = tasks.begin(user=User(("Noor Haddad",), ("noor@acme.example",), ("noor",)))
    child = tasks.house.tasks.do(DelegateTask(parent.token or "", "search"))
    visitor.log_in(tasks.console.url, TOKEN)
    visitor.open("/fleet")
    visitor.click(f"tr[data-key={parent.task_id}] a.row")
    visitor.heading("Task of triage")
    visitor.sees(parent.sub)
    visitor.sees("big, small")
    visitor.sees("Noor Haddad, noor@acme.example, noor")
    visitor.sees(child.task_id, "section[aria-label=Started]")
    for name, reason, after in (
        ("pause", "Look first.", "paused"),
        ("resume", "Mended.", "running"),
        ("kill", "Enough.", "killed"),
    ):
        visitor.click(f"input[value={name}]")
        visitor.find("#reason").send_keys(reason)
        visitor.click("form.act button[type=submit]")
        visitor.sees(after, ".page-head .badge")
        visitor.sees(reason, "section[aria-label=Story]")
    visitor.sees("killed", "section[aria-label=Started]")
    assert "Noor Haddad" not in visitor.find("main").text  # who it was for is gone with it
    assert [one.get_attribute("value") for one in visitor.all("input[name=choice]")] == ["undo"]
    visitor.open("/fleet/task_none")
    visitor.heading("Not found")
    assert visitor.complaints() == []


def test_who_looks_does_not_steer(tasks: Tasks, visitor: Browser) -> None:
    """A viewer sees tasks, and no form."""
    told = tasks.begin()
    visitor.base = tasks.console.url
    visitor.open(f"/fleet/{told.task_id}")
    visitor.find("#name").send_keys("vera")
    visitor.find("#password").send_keys(PASSWORD, Keys.ENTER)
    visitor.sees("Operators pause, resume", "section[aria-label=Steer]")
    assert not visitor.all("form.act")


def test_cells_and_a_pause_of_what_is_ticked(tasks: Tasks, visitor: Browser) -> None:
    """Every agent is a cell; an agent and a task that are ticked are paused with one reason, a row each."""
    begun = tasks.begin("invoice-reader")
    visitor.log_in(tasks.console.url, TOKEN)
    visitor.open("/fleet?department=acme/finance")
    visitor.sees("invoice-reader", ".cell")
    assert not any("triage" in cell.text for cell in visitor.all(".cell"))
    visitor.click("input[name='agent:invoice-reader']")
    visitor.click(f"input[name='task:{begun.task_id}']")
    visitor.find("#ticked [name=reason]").send_keys("The invoices are wrong.", Keys.ENTER)
    visitor.sees("2 of what was ticked is paused.")
    visitor.wait(lambda: not visitor.all("#ticked [name=reason]:valid"), "an empty form")
    assert not visitor.all("input[type=checkbox]:checked")
    visitor.sees("stopped", ".cell")
    visitor.sees("paused", f"tr[data-key={begun.task_id}]")
    visitor.open(f"/fleet/{begun.task_id}")
    visitor.sees("Its agent invoice-reader is stopped", ".banner")
    visitor.sees("The invoices are wrong.", ".banner")
    visitor.click(".banner a", "Decide")
    visitor.at("/money/breakers?key=agent%2Finvoice-reader")
    told = [row for row in tasks.house.rows() if "The invoices are wrong." in row.body]
    assert {row.subject for row in told} == {begun.task_id, "agent/invoice-reader"}
    visitor.open(f"/now/explain?id={begun.task_id}")
    visitor.sees("task of invoice-reader: paused", "[aria-label=Tree]")
    visitor.sees("verifies", "[aria-label=Chain]")
    visitor.open("/now/explain?id=agent/invoice-reader")
    visitor.sees("task of invoice-reader", "[aria-label=Tree]")
    assert visitor.complaints() == []


def test_a_task_is_started_told_and_tried_again(tasks: Tasks, visitor: Browser) -> None:
    """A wrong field is marked, what is typed stays; a queued task is told, paused, killed and tried again."""
    visitor.log_in(tasks.console.url, TOKEN)
    visitor.open("/fleet")
    visitor.click("a.button", "Start a task")
    visitor.heading("Start a task")
    sized(visitor, 390, mobile=True)
    visitor.find("#user_names")
    assert visitor.script(OVER) <= 0
    visitor.chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    visitor.find("#request").send_keys("Sort my mail.")
    visitor.find("#user_names").send_keys("Noor Haddad")
    visitor.find("#user_addresses").send_keys("noor@acme.example")
    visitor.find("#budget").send_keys("a lot")
    visitor.click("form.act button[type=submit]")
    visitor.sees("is no amount")
    furnished(tasks.house, "writer")
    visitor.wait(lambda: visitor.all("#agent option[value=writer]"), "another reading")
    assert visitor.find("#budget").get_attribute("value") == "a lot"  # whatever is read meanwhile
    assert [one.get_attribute("name") for one in visitor.all("[aria-invalid=true]")] == ["budget"]
    assert visitor.find("#request").get_attribute("value") == "Sort my mail."
    visitor.script("document.querySelector('#budget').value = '0.50'")
    visitor.find("#input").send_keys("Twenty letters.")
    visitor.click("form.act button[type=submit]")
    visitor.heading("Task of triage")
    task_id = visitor.path.rsplit("/", 1)[-1]
    visitor.sees("queued", ".page-head .badge")
    visitor.sees("Sort my mail.", "[aria-label='How it runs']")
    visitor.sees("Noor Haddad, noor@acme.example", "[aria-label='How it runs']")
    visitor.click("input[value=message]")
    visitor.find("#text").send_keys("Only the newest.")
    visitor.find("#reason").send_keys("There are many.")
    visitor.click("form.act button[type=submit]")
    visitor.sees("Only the newest.", "[aria-label='How it runs']")
    visitor.open("/fleet?agent=triage")
    visitor.click(f"input[name='task:{task_id}']")
    visitor.find("#ticked [name=reason]").send_keys("Not now.", Keys.ENTER)
    visitor.sees("1 of what was ticked is paused.")
    visitor.open(f"/fleet/{task_id}")
    visitor.sees("paused", ".page-head .badge")
    visitor.click("input[value=kill]")
    visitor.find("#reason").send_keys("Never.")
    visitor.click("form.act button[type=submit]")
    visitor.sees("killed", ".page-head .badge")
    visitor.click("input[value=retry]")
    visitor.find("#reason").send_keys("After all.")
    visitor.click("form.act button[type=submit]")
    visitor.click(".said a", "Look at it")
    visitor.sees(task_id, "[aria-label='How it runs']")
    visitor.sees("Another try of", "[aria-label='How it runs']")
    assert visitor.complaints() == []
