"""Now: live figures, calls with filters, one call explained."""

import time

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(visitor: Browser, console: Console) -> Browser:
    return visitor.log_in(console.url, TOKEN)


def rows(browser: Browser) -> list[list[str]]:
    """The table of calls as text."""
    script = """return [...document.querySelectorAll('section[aria-label=Calls] tbody tr')]
        .map(row => [...row.cells].map(cell => cell.innerText.trim()))"""
    return browser.script(script)


def column(browser: Browser, number: int) -> set[str]:
    """The different texts of one column of the table of calls."""
    return {row[number] for row in rows(browser)}


def test_without_calls_it_says_how_to_make_one(visitor: Browser, empty_console: Console) -> None:
    """A Podium without calls shows no figure that has no denominator, and says how the first call is made."""
    visitor.log_in(empty_console.url, TOKEN)
    visitor.sees("No calls yet", "#calls")
    visitor.sees("podium task token AGENT", "#calls")
    assert visitor.text("section[aria-label=Errors] .value") == "–"
    assert visitor.text("section[aria-label='Time to first token'] .value").startswith("–")
    visitor.sees("Nothing in this window", "section[aria-label=Departments]")


def test_figures_have_their_units(browser: Browser) -> None:
    """Spend, rate, latency and errors stand there with units, each with its chart."""
    browser.open("/now?window=6h")
    browser.sees("USD/h on average", "section[aria-label=Spend]")
    assert browser.text("section[aria-label=Spend] .value").endswith("USD")
    assert browser.text("section[aria-label=Calls] .value").endswith("/s")
    assert " ms" in browser.text("section[aria-label='Time to first token'] .value")
    assert browser.text("section[aria-label=Errors] .value").endswith(" %")
    browser.wait(lambda: len(browser.all(".chart[role=img] svg path")) > 20, "the charts")
    assert {chart.get_attribute("role") for chart in browser.all(".chart")} == {"img"}
    departments = browser.text("section[aria-label=Departments] tbody")
    assert all(name in departments for name in ("acme/engineering", "acme/support", "acme/finance"))
    assert len(browser.all("section[aria-label=Agents] tbody tr")) == len(seed.AGENTS)


def test_a_new_call_appears_by_itself(browser: Browser, console: Console) -> None:
    """A call that reaches the ledger while one looks is there within seconds, and the figures move."""
    browser.wait(lambda: rows(browser), "the calls")
    spend = browser.text("section[aria-label=Spend] .value")
    with console.engine.begin() as connection:
        call_id = seed.Seeder(connection, first=900_000).call(
            time.time_ns(), agent="invoice-reader", kind="ok"
        )
    browser.wait(lambda: browser.all(f"tr[data-key={call_id}]"), "the new call")
    assert rows(browser)[0][1] == "invoice-reader"
    browser.wait(lambda: browser.text("section[aria-label=Spend] .value") != spend, "the new spend")


def test_focus_survives_a_renewal(browser: Browser, console: Console) -> None:
    """The row that has the focus keeps it while newer calls push it down."""
    browser.wait(lambda: rows(browser), "the calls")
    browser.script("document.querySelector('#calls a.row').focus()")
    focused = browser.script("return document.activeElement.getAttribute('href')")
    with console.engine.begin() as connection:
        call_id = seed.Seeder(connection, first=910_000).call(time.time_ns(), kind="ok")
    browser.wait(lambda: browser.all(f"tr[data-key={call_id}]"), "the new call")
    assert browser.script("return document.activeElement.getAttribute('href')") == focused


def test_filters_stand_in_the_address(browser: Browser) -> None:
    """A filter narrows table and address, and the address alone brings the view back; Clear widens both."""
    browser.wait(lambda: rows(browser), "the calls")
    Select(browser.find("select[name=agent]")).select_by_value("reply-drafter")
    browser.at("/now?agent=reply-drafter")
    browser.wait(lambda: column(browser, 1) == {"reply-drafter"}, "calls of one agent")
    Select(browser.find("select[name=outcome]")).select_by_value("ok")
    browser.wait(lambda: "outcome=ok" in browser.path, "both filters in the address")
    browser.open("/now?agent=ticket-triage&outcome=failed&window=6h")
    browser.wait(lambda: column(browser, 1) == {"ticket-triage"}, "calls of one agent")
    assert "ok" not in column(browser, 4)
    assert Select(browser.find("select[name=agent]")).first_selected_option.text == "ticket-triage"
    browser.click(".filters a.chip")
    browser.at("/now?window=6h")
    browser.wait(lambda: len(column(browser, 1)) > 1, "all calls")


def test_search_by_text(browser: Browser) -> None:
    """`/` goes to the search; what is typed narrows the calls; nothing found says so."""
    browser.wait(lambda: rows(browser), "the calls")
    browser.press("/")
    browser.press("upstream_broken")
    browser.at("/now?q=upstream_broken")
    browser.wait(lambda: column(browser, 4) == {"broken"}, "broken calls")
    assert browser.script("return document.activeElement.name") == "q"
    browser.press(" and something else", Keys.ENTER)
    browser.sees("No call matches", "#calls")


def test_older_calls(browser: Browser) -> None:
    """The table pages back through time, and returns to the newest."""
    browser.wait(lambda: len(rows(browser)) == 50, "a full page")
    newest, last = rows(browser)[0][0], rows(browser)[-1][0]
    browser.click("#calls a[rel=next]")
    browser.wait(lambda: "before=" in browser.path and rows(browser)[0][0] < last, "older calls")
    browser.click("#calls footer a", "Newest")
    browser.at("/now")
    browser.wait(lambda: rows(browser)[0][0] >= newest, "the newest calls")


def test_the_window_is_chosen(browser: Browser) -> None:
    """A longer window shows more calls, and its name stands in the address."""
    browser.sees("calls ·", "section[aria-label=Calls] .more")
    short = browser.text("section[aria-label=Calls] .more")
    browser.click(".segments a", "6 h")
    browser.at("/now?window=6h")
    browser.wait(
        lambda: browser.text("section[aria-label=Calls] .more") != short, "the longer window's figures"
    )


def test_one_call_by_its_address(browser: Browser, console: Console) -> None:
    """A call's address shows its attempts in time, who made it, and a cost that adds up line by line."""
    with console.engine.begin() as connection:
        call_id = seed.Seeder(connection, first=920_000).call(
            time.time_ns(), agent="code-reviewer", kind="fallback"
        )
    browser.open(f"/now/calls/{call_id}")
    browser.heading(call_id)
    browser.wait(lambda: len(browser.all(".timeline .lane:not(.axis)")) == 2, "two attempts")
    assert len(browser.all(".timeline .phase.stream")) == 1
    assert len(browser.all(".timeline .phase.fail")) == 1
    browser.sees("adds up to the charge", "section[aria-label='Attempt 2']")
    browser.sees("Charged, rounded up once", "section[aria-label='Attempt 2']")
    browser.sees("Agent code-reviewer of acme/engineering called route code", "section[aria-label=Facts]")
    browser.click(".facts a", "version 3")
    browser.heading("Ship")


def test_an_estimate_says_so(browser: Browser, console: Console) -> None:
    """A charge without the provider's usage is marked an estimate, on the row and in its explanation."""
    with console.engine.begin() as connection:
        call_id = seed.Seeder(connection, first=930_000).call(time.time_ns(), kind="estimated")
    browser.open("/now?outcome=broken")
    browser.sees("est.", f"tr[data-key={call_id}]")
    browser.click(f"tr[data-key={call_id}] a.row")
    browser.heading(call_id)
    browser.sees("The charge is an estimate")


def test_a_task_shows_its_charges(browser: Browser) -> None:
    """A task's address shows the sum and the charges of all its calls."""
    task = seed.ulid_text("task", seed.hash_of("invoice-reader"))
    browser.open(f"/now/explain/{task}")
    browser.heading(task)
    browser.sees("calls by agent invoice-reader")
    browser.find("table[aria-label^=Charges] tbody tr")


def test_an_unknown_call_says_so(browser: Browser) -> None:
    """An id that nothing has is told, with what to do."""
    browser.open("/now/calls/call_01KASR7QZ4M9T2XBZZZZZZZZZZ")
    browser.sees("Nothing has this id")
    browser.sees("There is no call call_01KASR7QZ4M9T2XBZZZZZZZZZZ.")


def test_text_of_a_client_is_no_markup(browser: Browser, console: Console) -> None:
    """What a client or provider wrote is shown as text and never runs."""
    evil = '<img src=x onerror="window.evil=true"><script>window.evil=true</script>'
    with console.engine.begin() as connection:
        call_id = seed.Seeder(connection, first=940_000).call(time.time_ns(), kind="refused", reason=evil)
    browser.open(f"/now/calls/{call_id}")
    browser.sees("<script>window.evil=true</script>")
    assert browser.script("return window.evil") is None
