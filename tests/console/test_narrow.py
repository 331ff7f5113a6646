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
    "/fleet/traces",
    "/money",
    "/money/report",
    "/money/budgets",
    "/money/breakers",
    "/money/economics",
    "/ship",
    "/ship/pipelines",
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


def test_no_page_is_wider_than_a_telephone(telephone: Browser) -> None:
    wide = {}
    for place in PLACES:
        telephone.open(place)
        telephone.wait(lambda: telephone.all(".live"), f"the first reading of {place}")
        over = telephone.script(OVER)
        if over > 0:
            wide[place] = over
    assert wide == {}


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
