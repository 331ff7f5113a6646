"""Every page on a telephone, and the tables that matter on a desk: nothing hangs over the edge."""

from collections.abc import Iterator

import pytest

from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console

PLACES = (
    "/now",
    "/now/agents",
    "/inbox",
    "/inbox/figures",
    "/fleet",
    "/fleet/audits",
    "/fleet/traces",
    "/fleet/tools",
    "/money",
    "/money/report",
    "/money/budgets",
    "/money/held",
    "/money/breakers",
    "/money/economics",
    "/ship",
    "/ship/pipelines",
    "/place",
    "/you",
    "/you/people",
    "/you/chain",
)
OVER = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sized(browser: Browser, width: int, *, mobile: bool) -> None:
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": mobile}
    browser.chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@pytest.fixture
def telephone(visitor: Browser, console: Console) -> Iterator[Browser]:
    """A console of a fleet that has spent, 390 pixels wide."""
    visitor.log_in(console.url, TOKEN)
    sized(visitor, 390, mobile=True)
    yield visitor
    visitor.chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def too_wide(browser: Browser) -> dict[str, int]:
    """Return by how much places are wider than the browser, those that are."""
    wide = {}
    for place in PLACES:
        browser.open(place)
        browser.wait(lambda: browser.all(".live"), f"the first reading of {place}")
        over = browser.script(OVER)
        if over > 0:
            wide[place] = over
    return wide


def test_no_page_is_wider_than_a_telephone(telephone: Browser) -> None:
    """With a fleet that has spent."""
    assert too_wide(telephone) == {}


def test_nor_is_one_of_an_empty_installation(telephone: Browser, empty_console: Console) -> None:
    """What says what to do first is as narrow."""
    telephone.log_in(empty_console.url, TOKEN)
    assert too_wide(telephone) == {}


@pytest.mark.parametrize("keys", [True, False])
@pytest.mark.parametrize("width", [1440, 390])
def test_what_a_choice_says_stands_beside_its_name(telephone: Browser, width: int, *, keys: bool) -> None:
    """With the digit that takes it, or without one: neither text covers the other."""
    telephone.open("/you")
    sized(telephone, width, mobile=False)
    key = "<kbd>1</kbd>" if keys else ""
    over = telephone.script(
        """
        const label = document.createElement("label");
        label.className = "choice";
        const says = "<b>Cancel</b><span>What is under way is killed.</span>";
        label.innerHTML = `<input type="radio">${arguments[0]}${says}`;
        document.querySelector("main").append(label);
        const [name, effect] = ["b", "span"].map((one) => label.querySelector(one));
        const range = document.createRange();
        range.selectNodeContents(name);
        const [a, b] = [range.getBoundingClientRect(), effect.getBoundingClientRect()];
        return a.right > b.left && a.bottom > b.top;
        """,
        key,
    )
    assert not over
