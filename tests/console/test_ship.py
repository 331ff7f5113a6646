"""Ship: versions in force, what changed, what was refused."""

import pytest
from sqlalchemy import delete, insert, select

from podium.ports.database import reconciliations
from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(visitor: Browser, console: Console) -> Browser:
    visitor.log_in(console.url, TOKEN)
    visitor.open("/ship")
    visitor.heading("Ship")
    return visitor


def test_the_version_in_force(browser: Browser) -> None:
    """The page names the version in force, its digest and source, since when, and what it changed."""
    browser.sees("in force", "section[aria-label='Version 3']")
    facts = browser.text("section[aria-label='Version 3']")
    assert seed.snapshot(3).digest in facts
    assert "examples/fleet" in facts
    assert "UTC" in facts
    changed = browser.text("section[aria-label='What changed']")
    assert "agents added: report-writer" in changed
    assert "models changed: large" in changed


def test_a_refused_version_shows_its_findings(browser: Browser) -> None:
    """Manifests that do not compile show every finding with file and line, and what stays in force."""
    browser.sees("The newest manifests do not compile", "section[role=alert]")
    browser.sees("Version 3 stays in force.", "section[role=alert]")
    findings = [one.text for one in browser.all(".findings li")]
    assert len(findings) == 2
    assert findings[0].startswith("examples/fleet/agents.yaml:41: spec.routes[1]: ")


def test_an_older_version(browser: Browser) -> None:
    """A row of the history opens that version: what it held and what it changed."""
    browser.click("section[aria-label=History] tr[data-key='2'] a.row")
    browser.at("/ship?version=2")
    browser.sees("replaced", "section[aria-label='Version 2']")
    browser.sees("agents added: invoice-reader", "section[aria-label='What changed']")
    browser.open("/ship?version=1")
    browser.sees("there is nothing to compare it with", "section[aria-label='What changed']")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("agents", "invoice-reader"),
        ("routes", "medium"),
        ("models", "sim-large-2026-06"),
        ("providers", "http://127.0.0.1:9101/v1"),
        ("departments", "acme/support"),
    ],
)
def test_what_a_version_holds(browser: Browser, kind: str, text: str) -> None:
    """Every kind of manifest in force can be looked at by its address; a credential shows its place alone."""
    browser.open(f"/ship?show={kind}")
    browser.sees(text, "section[aria-label='What it holds']")


def test_no_manifests_yet(visitor: Browser, empty_console: Console) -> None:
    """Before the first version the page says how to make one."""
    visitor.log_in(empty_console.url, TOKEN)
    visitor.open("/ship")
    visitor.sees("No manifests in force")


def test_a_mended_version_takes_the_findings_away(browser: Browser, console: Console) -> None:
    """When the newest manifests compile again, the findings go by themselves."""
    browser.sees("The newest manifests do not compile")
    bad = reconciliations.c.ok.is_(False)
    with console.engine.begin() as connection:
        refused = [dict(row._mapping) for row in connection.execute(select(reconciliations).where(bad))]
        connection.execute(delete(reconciliations).where(bad))
    browser.loses("The newest manifests do not compile")
    with console.engine.begin() as connection:
        connection.execute(insert(reconciliations), refused)
    browser.sees("The newest manifests do not compile")
