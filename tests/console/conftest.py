"""One Chromium and two servers for all tests of the console: an empty one, and one with traffic.

Tests may add to the ledger; what else they change they change back.

The server is a process of its own: NiceGUI keeps its state in module globals, so that a process can hold
one console only, and warnings of its own making stay out of this process.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from sqlalchemy import Engine

from tests.console import seed
from tests.console.browser import Browser

TOKEN = "a-token-for-tests-0123456789"


@dataclass
class Console:
    """A console that serves ``engine``'s database."""

    url: str
    engine: Engine
    database: Path
    token: str = TOKEN

    @property
    def keeper_down(self) -> Path:
        """While this file exists, the keeper does not answer."""
        return self.database.with_name(self.database.name + ".keeper-down")


@contextmanager
def serving(database: Path, *options: str) -> Iterator[Console]:
    """Run a console on a new database in a process of its own; ``options`` are `serve.py`'s."""
    engine = seed.create(database)
    try:
        with process(database, 0, *options) as url:
            yield Console(url, engine, database)
    finally:
        engine.dispose()


@contextmanager
def process(database: Path, port: int = 0, *options: str) -> Iterator[str]:
    """Run the console's server on a database that is there; yields its address."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.console.serve", str(database), TOKEN]
    log_path = database.with_suffix(".log")
    with (
        log_path.open("ab") as log,
        subprocess.Popen(
            [*command, "--port", str(port), *options], stdout=subprocess.PIPE, stderr=log, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            answer = server.stdout.readline().strip()
            assert answer, f"the console did not start: {log_path.read_text()}"
            url = f"http://127.0.0.1:{answer}"
            wait_for_answer(url)
            yield url
        finally:
            server.terminate()
            server.wait(120)


def wait_for_answer(url: str, *, within_s: float = 120.0) -> None:
    until = time.monotonic() + within_s
    with httpx.Client(timeout=120) as http:
        while True:
            try:
                http.get(f"{url}/login")
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return


@pytest.fixture(scope="package")
def empty_console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on a database without rows."""
    with serving(tmp_path_factory.mktemp("console") / "podium.db") as console:
        yield console


@pytest.fixture(scope="package")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on two hours of traffic of six agents."""
    with serving(tmp_path_factory.mktemp("console") / "podium.db") as console:
        seed.seed_fleet(console.engine, time.time_ns())
        yield console


def open_chromium() -> webdriver.Chrome:
    """Return a headless Chromium with its logs on. Raises FileNotFoundError that says what to install."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        missing = "chromium" if program is None else "chromedriver"
        raise FileNotFoundError(
            f"{missing} is not installed. Run `scripts/setup test`, "
            "or `apt-get install chromium chromium-driver`."
        )
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
    ):
        options.add_argument(argument)
    options.add_argument("--window-size=1440,900")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))


@pytest.fixture(scope="package")
def chromium() -> Iterator[webdriver.Chrome]:
    """One Chromium for all tests of a folder."""
    try:
        browser = open_chromium()
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        yield browser
    finally:
        browser.quit()


@pytest.fixture
def visitor(chromium: webdriver.Chrome) -> Iterator[Browser]:
    """A browser that has never been here."""
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    chromium.get_log("performance")
    chromium.get_log("browser")
    yield Browser(chromium)
    chromium.get("about:blank")
