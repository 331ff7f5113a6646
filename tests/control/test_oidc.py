"""Logins by a real issuer over loopback, which can misbehave."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from podium.adapters.system import Entropy, SystemClock
from podium.control.oidc import PENDING_NS, OidcLogins
from podium.control.oidc import Issuer as Told
from podium.kernel.errors import NotReady, Unauthenticated
from podium.trust.people import parse_role_rules
from tests.control.issuer import CLIENT, SECRET, Issuer, issuing

CALLBACK = "http://127.0.0.1:8711/login/oidc/callback"


class LateClock:
    """The system's clock, that can be moved on."""

    def __init__(self) -> None:
        self.late_ns = 0

    def wall_ns(self) -> int:
        return SystemClock.wall_ns()

    def monotonic_ns(self) -> int:
        return SystemClock.monotonic_ns() + self.late_ns


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


def logins(issuer: Issuer, clock: Any = None, **changes: Any) -> OidcLogins:
    told = {
        "url": issuer.url,
        "client_id": CLIENT,
        "client_secret": lambda: SECRET,
        "rules": parse_role_rules("groups=eng:operator; groups=fin:approver:finance"),
    } | changes
    return OidcLogins(Told(**told), clock or SystemClock(), Entropy())


async def press(url: str) -> dict[str, str]:
    """Do at the issuer what a person does; return what it answers through the browser."""
    async with httpx.AsyncClient(timeout=120) as browser:
        answer = await browser.post(url)
    assert answer.status_code == 303, answer.text
    return {name: value[0] for name, value in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def test_an_issuer_vouches(issuer: Issuer) -> None:
    """The whole flow: who they are, the roles of their claims, and where they wanted to go."""
    ours = logins(issuer)
    url, browser = await ours.begin(CALLBACK, "/inbox")
    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [CALLBACK]
    assert "openid" in asked["scope"][0]
    identity, target = await ours.finish(await press(url), browser)
    assert (identity.issuer, identity.subject, identity.name) == (issuer.url, "1", "carol")
    assert (identity.roles, target) == (("operator",), "/inbox")


async def test_new_keys_are_fetched_once(issuer: Issuer) -> None:
    """Keys are kept; when one is not known they are asked for again."""
    ours = logins(issuer)
    for _ in range(2):
        url, browser = await ours.begin(CALLBACK, "/now")
        await ours.finish(await press(url), browser)
    issuer.rotate()
    url, browser = await ours.begin(CALLBACK, "/now")
    await ours.finish(await press(url), browser)
    assert issuer.asked == ["about", "jwks", "jwks"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"signing": "none"},
        {"signing": "shared"},
        {"signing": "stranger"},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": [CLIENT, "another"]}},
        {"claims": {"iss": "https://another"}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": None}},
        {"claims": {"iat": None}},
        {"claims": {"sub": None}},
        {"iss": "https://another"},
        {"error": "no"},
    ],
    ids=str,
)
async def test_an_issuer_that_misbehaves(issuer: Issuer, wrong: dict[str, Any]) -> None:
    """Whatever is not as it must be: nobody is let in."""
    issuer.wrong = wrong
    ours = logins(issuer)
    url, browser = await ours.begin(CALLBACK, "/now")
    with pytest.raises(Unauthenticated):
        await ours.finish(await press(url), browser)


async def test_an_answer_belongs_to_one_browser_and_one_time(issuer: Issuer) -> None:
    """Another browser, a state that was made up, an answer twice, a code twice, too late: refused."""
    clock = LateClock()
    ours = logins(issuer, clock)
    url, browser = await ours.begin(CALLBACK, "/now")
    answer = await press(url)
    with pytest.raises(Unauthenticated, match="not begun in this browser"):
        await ours.finish(answer, "another browser")
    with pytest.raises(Unauthenticated, match="not begun in this browser"):
        await ours.finish(answer, browser)  # the state is used up
    with pytest.raises(Unauthenticated, match="not begun"):
        await ours.finish({"state": "made up", "code": "x"}, browser)
    url, browser = await ours.begin(CALLBACK, "/now")
    again = await press(url)
    issuer.codes.clear()
    with pytest.raises(Unauthenticated, match="does not take the code back"):
        await ours.finish(again, browser)
    url, browser = await ours.begin(CALLBACK, "/now")
    answer = await press(url)
    clock.late_ns += PENDING_NS
    with pytest.raises(Unauthenticated, match="too long ago"):
        await ours.finish(answer, browser)


async def test_an_issuer_that_is_not_what_it_should_be(issuer: Issuer) -> None:
    """Another name than it was told, plain HTTP elsewhere, nothing there: refused before anybody is sent."""
    with pytest.raises(NotReady, match="cannot be asked"):
        await logins(issuer, url="http://127.0.0.1:9").begin(CALLBACK, "/now")
    with pytest.raises(NotReady, match="must be https"):
        await logins(issuer, url="http://issuer.example").begin(CALLBACK, "/now")
    issuer.wrong = {"issuer": "https://another"}
    with pytest.raises(NotReady, match="calls itself"):
        await logins(issuer).begin(CALLBACK, "/now")
    issuer.wrong = {"token_endpoint": "http://evil.example/token"}
    with pytest.raises(NotReady, match="must be https"):
        await logins(issuer).begin(CALLBACK, "/now")


async def test_a_wrong_secret_lets_nobody_in(issuer: Issuer) -> None:
    """What the client's secret is wrong for is told, and no code is taken."""
    ours = logins(issuer, client_secret=lambda: "wrong")
    url, browser = await ours.begin(CALLBACK, "/now")
    with pytest.raises(Unauthenticated, match="does not take the code back"):
        await ours.finish(await press(url), browser)


async def test_names(issuer: Issuer) -> None:
    """The claim that was chosen names a user, else the mail, else the subject."""
    issuer.claims = {"sub": "s-1", "email": "Carol@Example.com"}
    for claim, name in (("preferred_username", "carol@example.com"), ("sub", "s-1")):
        ours = logins(issuer, name_claim=claim)
        url, browser = await ours.begin(CALLBACK, "/now")
        assert (await ours.finish(await press(url), browser))[0].name == name
