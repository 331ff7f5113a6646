"""People in the browser: they log in by name, see what waits for them, and answer it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from podium.adapters.passwords import Argon2Passwords
from podium.adapters.records import open_records
from podium.keeper.bands import BandNotices
from podium.ports.acts import AddUser, AnswerCase, AskOverride, BandEntered, By, EndSession, OpenCase
from podium.ports.database import cases, sessions
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console, serving
from tests.console.serve import OneLimit
from tests.control.issuer import issuing
from tests.keeper.acting import House
from tests.keeper.samples import HandClock, rows
from tests.keeper.test_inbox import CASE

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
DAY_NS = 86_400_000_000_000


class Now(HandClock):
    """The wall's time when it was made."""

    def __init__(self) -> None:
        self.now_ns = time.time_ns()


@dataclass
class Office:
    """A console with people: ann is an admin, anna approves for support, otto operates, vera looks."""

    console: Console
    house: House

    def asked(self, amount: int = 2 * 10**9) -> str:
        """Have otto ask for more; return the case."""
        self.house.clock.now_ns = time.time_ns()
        before = {row["id"] for row in rows(self.house.engine, cases)}
        by = self.house.session("otto", str(self.house.clock.now_ns))
        act = AskOverride(by, "support-monthly", amount, self.house.clock.now_ns + DAY_NS, "launch day")
        self.house.acts.do(act)
        (new,) = {row["id"] for row in rows(self.house.engine, cases)} - before
        return str(new)

    def case(self, case_id: str) -> dict[str, object]:
        return next(row for row in rows(self.house.engine, cases) if row["id"] == case_id)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with serving(folder / "podium.db") as console:
        engine = open_records(folder)
        house = House(engine, Now(), folder, limits=OneLimit())
        digest = Argon2Passwords().digest(PASSWORD)
        for name, role in (("ann", "admin"), ("anna", "approver:support"), ("vera", "viewer")):
            house.acts.do(AddUser(By(), name, (role,), digest))
        house.acts.do(AddUser(By(), "otto", ("operator",), "$argon2id$otto"))
        yield Office(console, house)
        engine.dispose()


def log_in(visitor: Browser, office: Office, name: str, path: str = "/inbox") -> None:
    visitor.base = office.console.url
    visitor.open(path)
    visitor.heading("Log in to Podium")
    visitor.find("#name").send_keys(name)
    visitor.find("#password").send_keys(PASSWORD, Keys.ENTER)


def test_a_notice_is_seen(visitor: Browser, office: Office) -> None:
    """What only wants to be known has one choice, which is made, and wants no reason."""
    at = BandEntered(
        "support-monthly", "acme/support", "usd", 5 * 10**9, 4 * 10**9, 10**8, 80, "warn", "month",
        "2026-11", office.house.clock.now_ns + DAY_NS, "5.00 USD", "4.00 USD", "0.10 USD",
    )  # fmt: skip
    with office.house.engine.begin() as connection:
        BandNotices(office.house.acts.inbox, lambda: "acme").entered(connection, at)
    (case_id,) = (row["id"] for row in rows(office.house.engine, cases) if row["kind"] == "budget.warning")
    log_in(visitor, office, "anna", f"/inbox/{case_id}")
    visitor.heading("support-monthly is at 80% of its 5.00 USD")
    visitor.sees("Ask for more of it", "section[aria-label=Evidence]")
    visitor.click("button[type=submit]", "Seen")
    visitor.sees("Seen · anna")
    assert office.case(str(case_id))["reason"] == "seen"


def test_logging_in_by_name(visitor: Browser, office: Office) -> None:
    """A wrong password is told without telling whether the name is right; the right one leads on."""
    visitor.base = office.console.url
    visitor.open("/ship")
    visitor.find("#name").send_keys("vera")
    visitor.find("#password").send_keys("wrong password", Keys.ENTER)
    visitor.sees("Name or password is wrong.")
    assert visitor.find("#name").get_attribute("value") == "vera"
    visitor.find("#password").send_keys(PASSWORD, Keys.ENTER)
    visitor.heading("Ship")
    visitor.sees("vera", ".who")


def test_a_case_is_answered_by_keys(visitor: Browser, office: Office) -> None:
    """From the list to the case to the answer without a mouse: j, Enter, a digit, the reason, Ctrl Enter."""
    case_id = office.asked()
    log_in(visitor, office, "anna")
    visitor.heading("Inbox")
    visitor.sees("2.00 USD more of support-monthly, asked for by otto")
    visitor.sees("1", "nav.places .count")
    visitor.press("j")
    visitor.wait(lambda: "support-monthly" in visitor.focused(), "the focus on the case")
    visitor.press(Keys.ENTER)
    visitor.at(f"/inbox/{case_id}")
    visitor.sees("launch day", "[aria-label=Evidence]")
    visitor.sees("86.0 %", "[aria-label=Evidence]")
    visitor.sees("ann, anna", "[aria-label='The case']")
    visitor.wait(lambda: visitor.all("input[data-choice]"), "the choices")
    visitor.press("1")
    visitor.press("go ahead")
    visitor.chord(Keys.CONTROL, Keys.ENTER)
    visitor.sees("Approve · anna", ".badge")
    visitor.sees("2.00 USD more of support-monthly are given.")
    row = office.case(case_id)
    assert (row["state"], row["answered_by"], row["reason"]) == ("answered", "anna", "go ahead")
    told = office.house.told("override.granted")[-1]
    assert (told["requested_by"], told["approved_by"]) == ("otto", "anna")
    visitor.open("/inbox")
    visitor.sees("Nothing waits")
    visitor.click(".segments a", "Answered")
    visitor.sees("Approve · anna")


def test_who_may_not_answer_is_told_why(visitor: Browser, office: Office) -> None:
    """A viewer sees the case and its evidence, and in place of the form why they cannot answer."""
    case_id = office.asked()
    log_in(visitor, office, "vera", f"/inbox/{case_id}")
    visitor.sees("You cannot answer this case: it is for an approver of acme/support")
    assert not visitor.all("form[data-act]")
    # A form that was made up is refused where it counts.
    sent = {"act": "answer", "fields": {"choice": "approve", "reason": "me"}}
    visitor.script("emitEvent('podium_act', arguments[0])", sent)
    visitor.sees("vera may not answer")
    assert office.case(case_id)["state"] == "open"


def test_a_case_that_is_answered_elsewhere(visitor: Browser, office: Office) -> None:
    """What is typed stays while the page renews itself; an answer from elsewhere shows by itself."""
    office.house.clock.now_ns = time.time_ns()
    case = office.house.acts.do(OpenCase(By(), CASE)).case
    log_in(visitor, office, "ann", f"/inbox/{case.id}")
    visitor.sees(CASE.title)
    visitor.find("#reason").send_keys("half a sent")
    visitor.wait(lambda: "s ago" in visitor.text("[aria-label='The case']"), "another reading")
    assert visitor.find("#reason").get_attribute("value") == "half a sent"
    office.house.acts.do(AnswerCase(By(), case.id, "keep", "on the command line"))
    visitor.sees("Keep · command line", ".badge")
    visitor.wait(lambda: not visitor.all("form[data-act]"), "the end of the form")
    visitor.open("/inbox/case_none")
    visitor.sees("There is no case case_none.")


def test_asking_for_more(visitor: Browser, office: Office) -> None:
    """The form asks in the name of who looks: it opens a case, and what makes no sense is told beside it."""
    log_in(visitor, office, "ann", "/money/override?limit=support-monthly")
    visitor.heading("More of a limit")
    assert visitor.find("#limit").get_attribute("value") == "support-monthly"
    visitor.find("#amount").send_keys("much")
    visitor.find("#reason").send_keys("launch day")
    visitor.click("button", "Ask")
    visitor.sees("'much' is no amount.")
    visitor.find("#amount").clear()
    visitor.find("#amount").send_keys("12.50")
    visitor.click("button", "Ask")
    visitor.sees("waits in the Inbox for anna")
    (case,) = [row for row in rows(office.house.engine, cases) if row["requested_by"] == "ann"]
    visitor.open(f"/inbox/{case['id']}")
    visitor.sees("nobody answers their own request")


def test_you(visitor: Browser, office: Office) -> None:
    """One's sessions and tokens are one's own to make and end; the token is shown once."""
    log_in(visitor, office, "vera", "/you")
    visitor.heading("vera")
    visitor.find("#token-label").send_keys("ci")
    visitor.find("#token-days").send_keys("7")
    visitor.click("button", "Make it")
    visitor.sees("Shown once: podium_ut_")
    visitor.sees("ci", "[aria-label=Tokens]")
    visitor.click("[aria-label=Tokens] button", "Revoke")
    visitor.sees("revoked", "[aria-label=Tokens]")


def test_a_session_that_is_ended_elsewhere(visitor: Browser, office: Office) -> None:
    """An admin ends a session: the page is told nothing more, and leads to the login."""
    log_in(visitor, office, "vera", "/now")
    visitor.heading("Now")
    mine = max((row for row in rows(office.house.engine, sessions)), key=lambda row: row["created_ns"])
    office.house.clock.now_ns = time.time_ns()
    office.house.acts.do(EndSession(By(), mine["id"]))
    visitor.heading("Log in to Podium")


def test_the_owner_has_their_own_door(visitor: Browser, office: Office) -> None:
    """Beside the form for people the admin token still opens the console."""
    visitor.base = office.console.url
    visitor.open("/login")
    visitor.click("summary", "Log in as the owner")
    visitor.find("#token").send_keys(TOKEN, Keys.ENTER)
    visitor.heading("Now")
    visitor.sees("the owner", ".who")


def test_an_issuer_lets_people_in(visitor: Browser, tmp_path: Path) -> None:
    """The button leads to the issuer and back to where one wanted to go; who gets no role does not get in."""
    with issuing() as issuer, serving(tmp_path / "podium.db", "--issuer", issuer.url) as console:
        visitor.base = console.url
        visitor.open("/ship")
        visitor.click("a.issuer")
        visitor.heading("The issuer")
        visitor.click("button", "Let me in")
        visitor.heading("Ship")
        visitor.sees("carol", ".who")
        visitor.click("button", "Log out")
        issuer.claims["groups"] = ["sales"]
        visitor.click("a.issuer")
        visitor.click("button", "Let me in")
        visitor.sees("carol has no role here")
        visitor.chromium.get("about:blank")  # before the server ends: an open socket would make it wait
