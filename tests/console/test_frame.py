"""What every page has: login, places, themes, keys, banners, and nothing from elsewhere."""

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.keys import Keys

from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console, process

pytestmark = pytest.mark.browser

PLACES = ("Now", "Inbox", "Fleet", "Money", "Ship", "Place")


@pytest.fixture
def browser(visitor: Browser, empty_console: Console) -> Browser:
    return visitor.log_in(empty_console.url, TOKEN)


def test_login_by_hand(visitor: Browser, empty_console: Console) -> None:
    """One who is not logged in types the token and arrives where they wanted to go; a wrong one is told."""
    visitor.base = empty_console.url
    visitor.open("/ship")
    visitor.heading("Log in to Podium")
    visitor.find("#token").send_keys("wrong", Keys.ENTER)
    visitor.sees("This is not the admin token of this Podium.")
    visitor.find("#token").send_keys(TOKEN, Keys.ENTER)
    visitor.heading("Ship")
    assert visitor.path == "/ship"


def test_log_out(browser: Browser) -> None:
    """After logging out, pages lead to the login again."""
    browser.click("button", "Log out")
    browser.heading("Log in to Podium")
    browser.open("/now")
    browser.heading("Log in to Podium")


def test_six_places_and_no_more(browser: Browser) -> None:
    """The navigation holds the six places, and each link leads to its page without loading a document."""
    browser.script("window.stayed = true")
    assert tuple(one.text for one in browser.all("nav.places a")) == PLACES
    for place in PLACES:
        browser.click("nav.places a", place)
        browser.heading(place)
        browser.at(f"/{place.lower()}")
        browser.wait(
            lambda place=place: browser.script("return document.title") == f"{place} · Podium",
            "its title",
        )
        browser.wait(
            lambda place=place: browser.text("nav.places [aria-current]") == place, f"{place} as current"
        )
    assert browser.script("return window.stayed")
    browser.script("history.back()")
    browser.heading("Ship")


def test_places_by_keys(browser: Browser) -> None:
    """`g` and a letter goes to a place, and `?` tells which."""
    browser.press("g", "m")
    browser.heading("Money")
    browser.press("g", "s")
    browser.heading("Ship")
    browser.press("?")
    browser.sees("Keyboard shortcuts", "dialog[open]")
    browser.press(Keys.ESCAPE)
    browser.wait(lambda: not browser.all("dialog[open]"), "the end of the dialog")


def test_everything_is_reached_by_tab(browser: Browser) -> None:
    """Tab goes to the skip link, then through the places; the focus is visible."""
    browser.open("/inbox")
    browser.heading("Inbox")
    browser.press(Keys.TAB)
    assert browser.focused() == "Skip to content"
    browser.press(Keys.TAB)
    seen = []
    for _ in PLACES:
        browser.press(Keys.TAB)
        seen.append(browser.focused())
    assert tuple(seen) == PLACES
    outline = browser.script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    browser.press(Keys.ENTER)
    browser.heading("Place")


def test_the_theme_follows_the_system_until_one_is_chosen(browser: Browser) -> None:
    """Light or dark is the system's until a theme is chosen, which is then remembered."""

    def theme() -> str:
        return str(browser.script("return document.documentElement.dataset.theme"))

    def system(scheme: str) -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    system("dark")
    browser.wait(lambda: theme() == "dark", "the dark theme")
    system("light")
    browser.wait(lambda: theme() == "light", "the light theme")
    browser.click("[data-theme-choice=dark]")
    assert theme() == "dark"
    browser.open("/fleet")
    browser.heading("Fleet")
    assert theme() == "dark"
    assert browser.find("[data-theme-choice=dark]").get_attribute("aria-pressed") == "true"
    browser.click("[data-theme-choice=system]")
    browser.wait(lambda: theme() == "light", "the system's theme")
    system("")


def test_a_wrong_address_says_so(browser: Browser) -> None:
    """An address without a page keeps the frame and says so."""
    browser.open("/now/nothing/here")
    browser.heading("Not found")
    assert tuple(one.text for one in browser.all("nav.places a")) == PLACES


def test_an_unreachable_keeper_is_told(browser: Browser, empty_console: Console) -> None:
    """While the keeper does not answer, a banner says so and what it means; the page stays."""
    empty_console.keeper_down.touch()
    browser.sees("Keeper unreachable", ".banner")
    browser.sees("No new calls are admitted")
    browser.heading("Now")
    empty_console.keeper_down.unlink()
    browser.loses("Keeper unreachable")


def test_an_unreachable_database_is_told(browser: Browser, empty_console: Console) -> None:
    """While the database cannot be read, a banner says so; the page stays, and recovers by itself."""
    with empty_console.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE charges RENAME TO charges_away")
        connection.exec_driver_sql("ALTER TABLE calls RENAME TO calls_away")
    try:
        browser.sees("Database unreachable", ".banner")
        browser.heading("Now")
    finally:
        with empty_console.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE charges_away RENAME TO charges")
            connection.exec_driver_sql("ALTER TABLE calls_away RENAME TO calls")
    browser.loses("Database unreachable")


def test_nothing_comes_from_elsewhere(browser: Browser, empty_console: Console) -> None:
    """Every request of every page, sockets included, goes to the console's own origin, and none fails."""
    origin = urlsplit(empty_console.url).netloc
    for place in PLACES:
        browser.open(f"/{place.lower()}")
        browser.heading(place)
        browser.wait(lambda: browser.script("return window.did_handshake === true"), "the socket")
    requested = [urlsplit(url) for url in browser.requested()]
    elsewhere = {
        url.geturl()
        for url in requested
        if url.scheme not in {"data", "blob", "about"} and url.netloc != origin
    }
    assert elsewhere == set()
    assert any(url.scheme == "ws" for url in requested)
    assert browser.complaints() == []


def test_a_page_goes_on_after_some_seconds_out_of_touch(browser: Browser) -> None:
    """A machine or a network that stands still takes nothing off the page: no document is loaded anew."""
    browser.open("/inbox")
    browser.heading("Inbox")
    browser.script("window.stayed = true; window.socket.disconnect()")
    browser.sees("Connection lost.", "#popup")
    time.sleep(5)
    browser.script("window.socket.connect()")
    browser.wait(lambda: browser.script("return window.did_handshake"), "the server")
    browser.click("nav.places a", "Fleet")
    browser.heading("Fleet")
    assert browser.script("return window.stayed")


def test_a_restart_is_told_and_survived(visitor: Browser, tmp_path: Path) -> None:
    """While the control process is gone the page says so; when it is back the page goes on by itself."""
    database = tmp_path / "podium.db"
    seed.create(database).dispose()
    with process(database) as url:
        visitor.log_in(url, TOKEN)
        visitor.open("/inbox")
        visitor.heading("Inbox")
        visitor.script("window.stayed = true")
    visitor.sees("Connection lost.", "#popup")
    assert visitor.text("h1") == "Inbox"
    with process(database, urlsplit(url).port or 0):
        visitor.wait(
            lambda: visitor.script("return !window.stayed && window.did_handshake === true"), "the page"
        )
        visitor.heading("Inbox")
        visitor.chromium.get("about:blank")  # before the server ends: an open socket would make it wait
