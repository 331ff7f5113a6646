"""Money's budgets and report in the browser, and what they rest on."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from podium.console.budgets import bands_bar
from podium.views.budgets import budgets
from podium.views.outlook import outlook
from podium.views.report import report
from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console, serving
from tests.console.limits import seed_limits

NOW_NS = 1_790_000_000_000_000_000


def test_forecasts_of_limits(tmp_path: Path) -> None:
    """A department's forecast rests on all that is below it; tokens, and windows that are over, have none."""
    engine = seed.create(tmp_path / "podium.db")
    seed.seed_fleet(engine, NOW_NS, hours=0.1)
    seed_limits(engine, NOW_NS)
    with engine.connect() as connection:
        found = budgets(connection, NOW_NS)
        forecasts = outlook(connection, found)
        whole = report(connection, NOW_NS).total.forecast
    engine.dispose()
    limits = {limit.id: limit for node in found.nodes for limit in node.limits}
    assert set(limits) - set(forecasts) == {"department/support/reasoning_tokens/day"}
    acme = forecasts["department/acme/usd/month"]
    assert acme.weeks == 4
    spent = limits["department/acme/usd/month"].window.charged
    assert spent < acme.low_nano_usd < acme.expected_nano_usd < acme.high_nano_usd
    support = forecasts["department/support/usd/month"]
    to_come = support.expected_nano_usd - limits["department/support/usd/month"].window.charged
    assert 0 < to_come < acme.expected_nano_usd - spent
    assert whole is not None


def test_the_bar_tells_its_bands(tmp_path: Path) -> None:
    """Charged and held stand behind each other, a mark where each band begins, and the state in words."""
    engine = seed.create(tmp_path / "podium.db")
    seed_limits(engine, NOW_NS)
    with engine.connect() as connection:
        limits = {one.id: one for node in budgets(connection, NOW_NS).nodes for one in node.limits}
    engine.dispose()
    bar = bands_bar(limits["department/support/usd/month"])
    assert bar.count("<b ") == 3
    assert 'style="width:92.5%"' in bar
    assert 'style="width:1.2%"' in bar
    assert "93.75 % used, smaller models" in bar
    assert "used up" in bands_bar(limits["department/support/reasoning_tokens/day"])


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with serving(tmp_path_factory.mktemp("limits") / "podium.db") as console:
        now_ns = time.time_ns()
        seed.seed_fleet(console.engine, now_ns, hours=0.1)
        seed_limits(console.engine, now_ns)
        yield console


@pytest.mark.browser
class TestPages:
    """The pages in Chromium."""

    @pytest.fixture
    def browser(self, visitor: Browser, limited: Console) -> Browser:
        visitor.log_in(limited.url, TOKEN)
        return visitor

    def test_the_tree(self, browser: Browser) -> None:
        """Every limit stands under who it is of, with its bar, its forecast, and the way to ask for more."""
        browser.open("/money/budgets")
        browser.sees("391.1234", "section[aria-label=Budgets]")
        browser.sees("used up", "section[aria-label=Budgets]")
        assert len(browser.all("section[aria-label=Budgets] .bands")) == 5
        more = browser.find("tr[data-key='department/support/usd/month'] a.button").get_attribute("href")
        assert more.endswith("/money/override?limit=department%2Fsupport%2Fusd%2Fmonth&unit=usd")
        browser.click("tr[data-key='department/support/usd/month'] a.button")
        browser.heading("More of a limit")

    def test_slices(self, browser: Browser) -> None:
        """A limit opens into what each worker holds of it, and what people have added."""
        browser.open("/money/budgets")
        browser.click("tr[data-key='agent/ticket-triage/usd/day'] a.row")
        browser.sees("gateway-1", "section[aria-label=Slices]")
        browser.sees("more by ann", "section[aria-label=Slices]")

    def test_writing_off(self, browser: Browser) -> None:
        """What a worker holds is charged with a reason, once it may not answer any more."""
        browser.open("/money/budgets")
        browser.sees("What workers hold is not spent", "section[aria-label=Budgets] footer")
        browser.click("section[aria-label=Budgets] a.button", "Held by workers")
        browser.heading("Held by workers")
        browser.sees("What workers hold is not spent", ".lead")
        browser.click("section[aria-label=Held] a.button", "Write off …")
        browser.find("#reason").send_keys("The machine burned.")

        def done() -> bool:
            for button in browser.all("form[data-act=write-off] button[type=submit]"):
                button.click()  # the keeper has only just begun: it refuses for some seconds
            return any("is charged: 1 slices" in one.text for one in browser.all(".said[role=status]"))

        browser.wait(done, "silence, and what it held is charged")

    def test_the_report(self, browser: Browser) -> None:
        """The report has a forecast, changes its period and its groups, and leads into the ledger."""
        browser.open("/money/report")
        browser.sees(" to ", "section[aria-label=Report] tfoot")
        browser.open("/money/report?by=agent&period=this-week")
        browser.sees("code-reviewer", "section[aria-label=Report]")
        browser.click("section[aria-label=Report] a.row")
        browser.wait(lambda: browser.path.startswith("/money?agent="), "the ledger of one agent")

    def test_without_limits(self, visitor: Browser, empty_console: Console) -> None:
        """Without limits the page says where they are written."""
        visitor.log_in(empty_console.url, TOKEN)
        visitor.open("/money/budgets")
        visitor.sees("spec.limits")
        visitor.open("/money/override")
        visitor.click("main .empty a", "Budgets")  # without a limit there is nothing to ask more of
        visitor.at("/money/budgets")
