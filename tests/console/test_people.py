"""People and the chain in the browser: an admin manages users, and anybody sees what the chain tells."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from podium.ports.acts import By, SetRoles
from podium.ports.database import tokens, users
from tests.console.browser import Browser
from tests.console.test_inbox import Office, log_in, office
from tests.keeper.samples import rows

pytestmark = pytest.mark.browser
__all__ = ["office"]


def user(office: Office, name: str) -> dict[str, object]:
    return next(row for row in rows(office.house.engine, users) if row["name"] == name)


def test_an_admin_makes_and_shuts_out_a_user(visitor: Browser, office: Office) -> None:
    """A user is made with roles, gets others and a token, and is shut out, all on one page."""
    log_in(visitor, office, "ann", "/you/people")
    visitor.heading("People")
    visitor.find("#add-name").send_keys("nina")
    visitor.find("#add-roles").send_keys("viewer, operator")
    visitor.click("section[aria-label='New user'] button", "Make them")
    visitor.sees("nina is a user: operator, viewer.", "[role=status]")
    visitor.click("section[aria-label=Users] a.row", "nina")
    roles = visitor.find("#roles-roles")
    assert roles.get_attribute("value") == "operator, viewer"
    roles.clear()
    roles.send_keys("approver:nowhere")
    visitor.click("section[aria-label='Roles of nina'] button")
    visitor.sees("There is no department nowhere", "[role=alert]")
    visitor.find("#token-label").send_keys("ci")
    visitor.find("#token-days").send_keys("7")
    visitor.click("section[aria-label='New token of nina'] button")
    visitor.sees("podium_ut_", "[role=status]")
    visitor.sees("ci", "section[aria-label=Tokens]")
    visitor.click("button[aria-label='Shut out: nina']")
    visitor.sees("shut out", "section[aria-label=Users]")
    assert user(office, "nina")["disabled_ns"]
    assert all(row["revoked_ns"] for row in rows(office.house.engine, tokens) if row["label"] == "ci")


def test_who_looks_sees_users_and_changes_none(visitor: Browser, office: Office) -> None:
    """A viewer sees who there is, without forms, tokens and sessions."""
    log_in(visitor, office, "vera", "/you/people?user=ann")
    visitor.sees("approver:support", "section[aria-label=Users]")
    assert not visitor.all("form[data-act]")
    assert not visitor.all("section[aria-label=Tokens]")


def test_a_page_that_is_open_sees_what_its_roles_are_now(visitor: Browser, office: Office) -> None:
    """Who loses a role sees in the page that is open what is left, and so does who gets another."""
    case_id = office.asked()
    log_in(visitor, office, "vera", f"/inbox/{case_id}")
    visitor.sees("launch day", "main")
    visitor.script("window.before = true")
    office.house.acts.do(SetRoles(By(), "vera", ("viewer:finance",)))
    try:
        visitor.wait(lambda: not visitor.script("return window.before"), "the page anew")
        visitor.sees("There is no case", "main")
    finally:
        office.house.acts.do(SetRoles(By(), "vera", ("viewer",)))
    visitor.sees("launch day", "main")


@pytest.fixture
def mended(office: Office) -> Iterator[None]:
    """Give the chain back what a test has taken."""
    with office.house.engine.begin() as connection:
        before = connection.execute(text("SELECT actor FROM chain WHERE seq = 3")).scalar_one()
    yield
    with office.house.engine.begin() as connection:
        connection.execute(text("UPDATE chain SET actor = :actor WHERE seq = 3"), {"actor": before})


def test_the_chain_and_its_verdict(visitor: Browser, office: Office, mended: None) -> None:
    """The latest acts in words, their stories, and a verdict that finds a row that was changed."""
    case_id = office.asked()
    log_in(visitor, office, "vera", "/you/chain")
    visitor.sees("otto opened the case", "section[aria-label=Acts]")
    visitor.click("a.button", "Verify the chain")
    visitor.sees("checkpoints verify", "section[aria-label=Verdict]")
    visitor.open(f"/inbox/{case_id}")
    visitor.click("section[aria-label='The case'] a.plain")
    visitor.sees("Nobody has answered yet", "section[aria-label=Story]")
    visitor.sees("verifies", "section[aria-label=Story]")
    with office.house.engine.begin() as connection:
        connection.execute(text("UPDATE chain SET actor = 'eve' WHERE seq = 3"))
    visitor.open("/you/chain?verify=now")
    visitor.sees("Row 3: its content is not what its digest says", "section[aria-label=Verdict]")
    visitor.sees("was changed", "section[aria-label=Verdict]")
