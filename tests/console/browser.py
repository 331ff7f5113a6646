"""What a person does in the console, by its words."""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
    WebDriverException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

WAIT_S = 60.0
T = TypeVar("T")

_HOLDING = """
const plain = text => text.replace(/[\\s\\u200b]+/g, '').toLowerCase(), sought = plain(arguments[1])
const found = [...document.querySelectorAll(arguments[0])].slice(0, arguments[2] ?? undefined)
return found.filter(one => plain(one.innerText ?? one.textContent).includes(sought))
"""
"""Which of some elements have a text, without regard to space, case and what nobody can see.

What a person reads in one is Selenium's to say, in ten times the time, and then only of these.
"""


class Browser:
    """A thin hand on Chromium. Everything that is looked for is waited for."""

    def __init__(self, chromium: webdriver.Chrome) -> None:
        self.chromium = chromium
        self.base = ""

    def log_in(self, url: str, token: str) -> "Browser":
        """Follow the link that `podium up` prints."""
        self.base = url
        self.chromium.get(f"{url}/login?token={token}")
        self.heading("Now")
        return self

    def open(self, path: str) -> None:
        self.chromium.get(self.base + path)

    @property
    def path(self) -> str:
        """Path and query of the address bar."""
        parts = urlsplit(self.chromium.current_url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def wait(self, found: Callable[[], T], what: str) -> T:
        """Return what ``found`` returns once it is true."""

        def look(_: object) -> T | None:
            try:
                return found()
            except (StaleElementReferenceException, IndexError):
                return None

        try:
            return WebDriverWait(self.chromium, WAIT_S, poll_frequency=0.05).until(look)
        except WebDriverException as error:
            said = self.script("return document.body.innerText")
            raise AssertionError(f"{what} did not come; the page says: {said[:2000]}") from error

    def all(self, selector: str) -> list[WebElement]:
        return self.chromium.find_elements(By.CSS_SELECTOR, selector)

    def _holding(self, text: str, selector: str, first: int | None = None) -> list[tuple[WebElement, str]]:
        """Return those of the first that the selector finds that have the text, each with what it says."""
        found = self.script(_HOLDING, selector, text, first)
        return [(one, said) for one in found if text in (said := one.text)]

    def find(self, selector: str) -> WebElement:
        return self.wait(lambda: self.all(selector)[0], selector)

    def heading(self, text: str) -> None:
        self.wait(lambda: any(said == text for _, said in self._holding(text, "h1")), f"the heading {text!r}")

    def click(self, selector: str, text: str | None = None) -> None:
        """Click what the selector finds, of that text if one is given; again where it was just renewed."""

        def clicked() -> bool:
            if text is None:
                found = self.all(selector)
            else:
                found = [one for one, said in self._holding(text, selector) if said == text]
            try:
                found[0].click()
            except ElementClickInterceptedException:
                return False
            return True

        self.wait(clicked, f"{text or selector} to click")

    def text(self, selector: str = "body") -> str:
        """Return the text of the first that the selector finds, if any; again where it was just renewed."""

        def read() -> list[str]:
            found = self.all(selector)
            return [found[0].text if found else ""]

        return self.wait(read, f"the text of {selector}")[0]

    def sees(self, text: str, selector: str = "body") -> None:
        self.wait(lambda: self._holding(text, selector, 1), f"{text!r} in {selector}")

    def loses(self, text: str, selector: str = "body") -> None:
        self.wait(lambda: not self._holding(text, selector, 1), f"the end of {text!r} in {selector}")

    def at(self, path: str) -> None:
        self.wait(lambda: self.path == path, f"the address {path}")

    def press(self, *keys: str) -> None:
        ActionChains(self.chromium).send_keys(*keys).perform()

    def chord(self, held: str, key: str) -> None:
        """Press a key while another one is held."""
        ActionChains(self.chromium).key_down(held).send_keys(key).key_up(held).perform()

    def script(self, code: str, *arguments: Any) -> Any:
        return self.chromium.execute_script(code, *arguments)

    def focused(self) -> str:
        """Text or label of the element that has the focus."""
        return self.script(
            "const e = document.activeElement; return e.ariaLabel || e.textContent.trim() || e.name || ''"
        )

    def requested(self) -> list[str]:
        """Every address that the network log holds since the last look, sockets included."""
        addresses = []
        for entry in self.chromium.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                addresses.append(message["params"]["request"]["url"])
            elif message["method"] == "Network.webSocketCreated":
                addresses.append(message["params"]["url"])
        return addresses

    def complaints(self) -> list[str]:
        """What the browser's console holds in warnings and errors since the last look."""
        return [
            entry["message"]
            for entry in self.chromium.get_log("browser")
            if entry["level"] in {"WARNING", "SEVERE"}
        ]
