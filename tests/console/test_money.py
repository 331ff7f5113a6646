"""Money: totals that drill down to charges, and the CSV."""

import csv
import io
import time

import httpx
import pytest
from selenium.webdriver.support.select import Select
from sqlalchemy import func, select

from podium.console.address import Address
from podium.console.money import filters_of
from podium.kernel.money import usd_text
from podium.ports.database import calls, charges
from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console

DAY_NS = 86_400_000_000_000


def test_periods_begin_at_midnight() -> None:
    """Today begins at midnight UTC, seven days are today and six before it; a day ends at the next."""
    noon_ns = 1000 * DAY_NS + DAY_NS // 2
    assert filters_of(Address.parse("/money?period=today"), noon_ns).since_ns == 1000 * DAY_NS
    assert filters_of(Address.parse("/money"), noon_ns).since_ns == 994 * DAY_NS
    assert filters_of(Address.parse("/money?period=all"), noon_ns).since_ns is None
    day = filters_of(Address.parse("/money?day=1972-09-27"), noon_ns)
    assert (day.since_ns, day.until_ns) == (1000 * DAY_NS, 1001 * DAY_NS)
    assert filters_of(Address.parse("/money?day=nonsense"), noon_ns).since_ns == 994 * DAY_NS


@pytest.mark.browser
class TestPage:
    """The page in Chromium."""

    @pytest.fixture
    def browser(self, visitor: Browser, console: Console) -> Browser:
        visitor.log_in(console.url, TOKEN)
        visitor.open("/money?period=all")
        visitor.heading("Money")
        return visitor

    def test_the_sum_is_the_ledgers(self, browser: Browser, console: Console) -> None:
        """What the page calls charged is the ledger's sum to the nano-dollar, and so is the table's foot."""
        with console.engine.connect() as connection:
            nano_usd = connection.execute(select(func.sum(charges.c.cost_nano_usd))).scalar_one()
        text = f"{nano_usd // 10**9:,}.{nano_usd % 10**9:09d}"
        browser.sees(text, "section[aria-label=Sums]")
        browser.sees(text, "section[aria-label=Totals] tfoot")
        assert "estimated" in browser.text("section[aria-label=Sums]")

    def test_calls_are_called_what_they_are(self, browser: Browser, console: Console) -> None:
        """The ledger's are those that were charged; Report counts refused ones, too, and says so."""
        with console.engine.begin() as connection:
            seed.Seeder(connection, 9_000_000).refused(time.time_ns())
            charged = connection.execute(select(func.count(charges.c.call_id.distinct()))).scalar_one()
            every = connection.execute(select(func.count()).select_from(calls)).scalar_one()
        assert every > charged
        browser.open("/money?period=all")
        browser.sees(f"{charged:,}", "section[aria-label=Sums]")
        for place in ("section[aria-label=Sums]", "section[aria-label=Totals] thead"):
            assert "Charged calls" in browser.text(place)
        browser.open("/money/report?period=this-quarter")
        browser.sees("those that were refused, too", "section[aria-label=Report] footer")
        assert "Charged calls" not in browser.text("section[aria-label=Report]")

    def test_drill_down(self, browser: Browser) -> None:
        """A department opens into its agents, an agent into its models, a model into its days."""

        def open_row(name: str) -> None:
            row = f"section[aria-label=Totals] tr[data-key='{name}'] a.row"
            browser.click(row)

        open_row("acme/support")
        browser.at("/money?period=all&department=acme%2Fsupport&by=agent")
        browser.wait(lambda: len(browser.all("section[aria-label=Totals] tbody tr")) == 2, "two agents")
        open_row("ticket-triage")
        browser.wait(lambda: "by=model" in browser.path, "by model")
        open_row("medium")
        browser.wait(lambda: "by=day" in browser.path, "by day")
        script = """return [...document.querySelectorAll('section[aria-label=Charges] tbody tr')]
            .map(row => row.cells[2].innerText.trim())"""
        browser.wait(lambda: set(browser.script(script)) == {"ticket-triage"}, "one agent's charges alone")

    def test_estimates_alone(self, browser: Browser) -> None:
        """The filter for estimates shows marked amounts alone."""
        Select(browser.find("select[name=mark]")).select_by_value("estimated")
        browser.wait(lambda: "mark=estimated" in browser.path, "the filter in the address")

        def all_marked() -> bool:
            rows = len(browser.all("section[aria-label=Charges] tbody tr"))
            return 0 < rows == len(browser.all("section[aria-label=Charges] tbody .est"))

        browser.wait(all_marked, "marked amounts alone")

    def test_a_charge_leads_to_its_call(self, browser: Browser) -> None:
        """A row of the ledger leads to the call that caused it."""
        browser.click("section[aria-label=Charges] a.row")
        browser.sees("Timeline")
        assert browser.path.startswith("/now/calls/call_")

    def test_the_csv_is_the_ledger(self, browser: Browser, console: Console) -> None:
        """The download holds every charge that the filters let through, each with its exact amount."""
        address = browser.find("a[download]").get_attribute("href") or ""
        cookies = {one["name"]: one["value"] for one in browser.chromium.get_cookies()}
        answer = httpx.get(address, cookies=cookies)
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        with console.engine.connect() as connection:
            ledger = dict(connection.execute(select(charges.c.charge_id, charges.c.cost_nano_usd)).all())
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert {row["charge_id"]: row["cost_usd"] for row in rows} == {
            charge_id: usd_text(nano_usd) for charge_id, nano_usd in ledger.items()
        }
        some = httpx.get(f"{console.url}/money/charges.csv?period=all&agent=invoice-reader", cookies=cookies)
        assert {row["agent"] for row in csv.DictReader(io.StringIO(some.text))} == {"invoice-reader"}

    def test_an_empty_period_says_so(self, browser: Browser) -> None:
        """A day without charges says so and leads back."""
        browser.open("/money?day=2001-01-01")
        browser.sees("No charge matches")
        browser.sees("2001-01-01 UTC", ".filters a.chip[title='All days']")

    def test_an_empty_ledger_says_so(self, visitor: Browser, empty_console: Console) -> None:
        """A ledger without rows says what will stand there."""
        visitor.log_in(empty_console.url, TOKEN)
        visitor.open("/money")
        visitor.sees("Nothing charged in this period")
