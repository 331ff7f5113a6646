"""Sessions, without a browser."""

from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from podium.console.session import COOKIE, LIFETIME_S, Gate, Sessions, own_path
from tests.console.conftest import TOKEN, Console


class StandingClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000

    def wall_ns(self) -> int:
        return self.now_s * 1_000_000_000

    def monotonic_ns(self) -> int:
        return self.wall_ns()


def sessions(token: str = "right", clock: StandingClock | None = None) -> Sessions:
    return Sessions(token=token, secret="", clock=clock or StandingClock())


def test_a_session_holds_for_a_week() -> None:
    """A cookie is good until it is a week old."""
    clock = StandingClock()
    ours = sessions(clock=clock)
    cookie = ours.issue()
    clock.now_s += LIFETIME_S - 1
    assert ours.valid(cookie)
    clock.now_s += 1
    assert not ours.valid(cookie)


def test_a_new_token_ends_every_session() -> None:
    """A cookie that was issued under another token opens nothing."""
    assert not sessions("new").valid(sessions("old").issue())


@given(st.text())
def test_nobody_makes_a_cookie_up(cookie: str) -> None:
    """No text but an issued one is a session, and none is an error."""
    assert not sessions().valid(cookie)


@pytest.mark.parametrize("cookie", [None, "", ".", "1800000000.", "1800000000.00", "²."])
def test_malformed_cookies_open_nothing(cookie: str | None) -> None:
    """A cookie without its parts is no session."""
    assert not sessions().valid(cookie)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/money?by=day", "/money?by=day"),
        ("//evil.example", "/now"),
        ("/\\evil.example", "/now"),
        ("https://evil.example", "/now"),
        ("/now\r\nx: y", "/now"),
        ("", "/now"),
        (None, "/now"),
    ],
)
def test_the_login_leads_nowhere_else(target: str | None, leads_to: str) -> None:
    """After the login one is in the console, whatever the link said."""
    assert own_path(target) == leads_to


@pytest.mark.parametrize("known", [True, False])
async def test_sockets_need_a_session(known: bool) -> None:
    """A page's socket reaches the console with a session alone; without one it is closed before it opens."""
    ours = sessions()
    reached: list[str] = []
    sent: list[MutableMapping[str, Any]] = []

    async def console(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    cookie = ours.issue() if known else "1800000000.made-up"
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
    scope = {"type": "websocket", "path": "/_nicegui_ws/", "headers": headers}
    await Gate(console, ours)(scope, receive, send)
    assert reached == (["/_nicegui_ws/"] if known else [])
    assert [message["type"] for message in sent] == ([] if known else ["websocket.close"])


@pytest.mark.browser
class TestGate:
    """Without a session nothing is told."""

    def test_pages_lead_to_the_login(self, empty_console: Console) -> None:
        """A page asked for without a session leads to the login, which remembers it."""
        answer = httpx.get(f"{empty_console.url}/money?by=day", headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fmoney%3Fby%3Dday")

    @pytest.mark.parametrize(
        "path", ["/money/charges.csv", "/_nicegui_ws/socket.io/?EIO=4&transport=polling"]
    )
    def test_data_is_refused(self, empty_console: Console, path: str) -> None:
        """Data and the page's socket are refused without a session."""
        answer = httpx.get(empty_console.url + path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"

    def test_the_cookie_is_for_the_server_alone(self, empty_console: Console) -> None:
        """The session's cookie is HttpOnly and SameSite=Strict, and the redirect takes the token away."""
        answer = httpx.get(f"{empty_console.url}/login", params={"token": TOKEN, "next": "/ship"})
        cookie = answer.headers["set-cookie"].lower()
        assert (answer.status_code, answer.headers["location"]) == (303, "/ship")
        assert cookie.startswith(COOKIE)
        assert "httponly" in cookie
        assert "samesite=strict" in cookie

    def test_a_wrong_token_sets_no_cookie(self, empty_console: Console) -> None:
        """A wrong token is a 401 without a cookie."""
        answer = httpx.get(f"{empty_console.url}/login", params={"token": TOKEN + "x"})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers

    def test_a_link_on_another_site_works(self, empty_console: Console) -> None:
        """A cross-site link, for which browsers hold the strict cookie back, bounces once."""
        headers = {"accept": "text/html", "sec-fetch-site": "cross-site"}
        answer = httpx.get(f"{empty_console.url}/money?by=day", headers=headers)
        assert answer.status_code == 200
        assert 'content="0;url=/money?by=day"' in answer.text
