"""Sessions and logins, without a browser."""

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from podium.adapters.records import open_records
from podium.adapters.system import Entropy
from podium.console.session import CALLER, COOKIE, Gate, Sessions, own_path
from podium.control.door import Door
from podium.control.logins import LIFETIME_S, Logins
from podium.kernel.errors import RateLimited, Unauthenticated
from podium.ports.acts import AddUser, By, SetDisabled, SetPassword, SetRoles
from podium.ports.database import sessions
from podium.trust.credentials.slowing import ACCOUNT_FREE, ADDRESS_FREE
from tests.admin.test_people import ActingKeeper
from tests.console.conftest import TOKEN, Console
from tests.keeper.acting import House
from tests.keeper.samples import HandClock, rows

WHERE = ("127.0.0.1", "a browser")


class PlainPasswords:
    """Passwords that stand in their digest."""

    def digest(self, password: str) -> str:
        return f"$argon2id${password}"

    def matches(self, digest: str | None, password: str) -> bool:
        return digest == self.digest(password)


class Entrance:
    """A house with people, and its door."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.engine = open_records(folder)
        self.house = House(self.engine, self.clock, folder)
        self.enter(TOKEN)

    def enter(self, token: str) -> None:
        """Begin a control process with an admin token."""
        door = Door(self.engine, token, self.clock)
        self.sessions = Sessions(door, self.clock)
        self.logins = Logins(
            engine=self.engine,
            door=door,
            keeper=ActingKeeper(self.house),
            clock=self.clock,
            entropy=Entropy(),
            passwords=PlainPasswords(),
        )

    def user(self, name: str, password: str = "correct horse") -> None:
        self.house.acts.do(AddUser(By(), name, ("viewer",), f"$argon2id${password}"))

    async def who(self, cookie: str | None) -> str | None:
        caller = await self.sessions.caller(cookie)
        return caller[1].name if caller is not None else None


@pytest.fixture
def entrance(tmp_path: Path) -> Any:
    entrance = Entrance(tmp_path)
    yield entrance
    entrance.engine.dispose()


async def test_a_session_is_a_row(entrance: Entrance) -> None:
    """A login gives a cookie that only its hash is kept of, for a week, from where and by what."""
    entrance.user("ann")
    cookie = await entrance.logins.by_password("ann", "correct horse", WHERE)
    assert await entrance.who(cookie) == "ann"
    (row,) = rows(entrance.engine, sessions)
    assert cookie not in str(row)
    assert (row["method"], row["address"], row["device"]) == ("password", *WHERE)
    entrance.clock.now_ns += LIFETIME_S * 1_000_000_000
    assert await entrance.who(cookie) is None


async def test_the_owner_s_session(entrance: Entrance) -> None:
    """The admin token opens a session, and another admin token ends all of them."""
    cookie = await entrance.logins.by_token(TOKEN, WHERE)
    assert await entrance.who(cookie) == "admin.token"
    entrance.enter("another")
    assert await entrance.who(cookie) is None
    with pytest.raises(Unauthenticated, match="not the admin token"):
        await entrance.logins.by_token(TOKEN, WHERE)


async def test_logging_out_ends_it(entrance: Entrance) -> None:
    """A session that was ended is none, wherever its cookie is."""
    entrance.user("ann")
    cookie = await entrance.logins.by_password("ann", "correct horse", WHERE)
    await entrance.logins.end(cookie)
    await entrance.logins.end("never was one")
    assert await entrance.who(cookie) is None
    assert [told["user"] for told in entrance.house.told("session.end")] == ["ann"]


@pytest.mark.parametrize("ending", ["disabled", "password"])
async def test_it_ends_within_a_second(entrance: Entrance, ending: str) -> None:
    """What ends a session elsewhere ends it here: a look-up is believed for a second."""
    entrance.user("ann")
    cookie = await entrance.logins.by_password("ann", "correct horse", WHERE)
    assert await entrance.who(cookie) == "ann"
    entrance.house.acts.do(
        SetDisabled(By(), "ann") if ending == "disabled" else SetPassword(By(), "ann", "$argon2id$new")
    )
    entrance.clock.now_ns += 1_000_000_000
    assert await entrance.who(cookie) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "wrong"), ("nobody", "correct horse"), ("token", ""), ("ann", "x" * 5000), ("", "")],
)
async def test_wrong_names_and_passwords_are_told_the_same(
    entrance: Entrance, name: str, password: str
) -> None:
    """Whether a user is there cannot be learned."""
    entrance.user("ann")
    entrance.house.acts.do(AddUser(By(), "bob", ("viewer",)))
    with pytest.raises(Unauthenticated, match="Name or password is wrong") as error:
        await entrance.logins.by_password(name, password, WHERE)
    assert error.value.error_code == "login_failed"


async def test_who_guesses_waits(entrance: Entrance) -> None:
    """After some wrong tries even the right password waits; the chain says so once; time lets in again."""
    entrance.user("ann")
    for number in range(ACCOUNT_FREE):
        with pytest.raises(Unauthenticated):
            await entrance.logins.by_password("ann", f"guess {number}", WHERE)
    with pytest.raises(RateLimited, match="wait 1 s"):
        await entrance.logins.by_password("ann", "correct horse", ("10.0.0.9", ""))
    assert [told["subject"] for told in entrance.house.told("login.slowed")] == ["ann"]
    entrance.clock.now_ns += 1_000_000_000
    assert await entrance.logins.by_password("ann", "correct horse", WHERE)


async def test_the_admin_token_is_never_made_to_wait(entrance: Entrance) -> None:
    """Whoever guesses on this machine, its owner gets in: 192 bits of chance are not found by trying."""
    for number in range(ADDRESS_FREE + 1):
        with pytest.raises((Unauthenticated, RateLimited)):
            await entrance.logins.by_token(f"guess {number}", WHERE)
    with pytest.raises(RateLimited):
        await entrance.logins.by_token("one more", WHERE)
    assert await entrance.who(await entrance.logins.by_token(TOKEN, WHERE)) == "admin.token"


@given(st.text())
def test_nobody_makes_a_cookie_up(cookie: str) -> None:
    """No text but an issued one is a session, and none is an error."""

    class Nothing:
        def by_cookie(self, _cookie: str | None) -> Any:
            raise Unauthenticated("There is no session.")

    gate = Sessions(Nothing(), HandClock())  # type: ignore[arg-type]
    assert asyncio.run(gate.caller(cookie)) is None


@pytest.mark.parametrize("cookie", [None, "", ".", "1800000000.00", "²", "\x00", "\ud800"])
async def test_malformed_cookies_open_nothing(entrance: Entrance, cookie: str | None) -> None:
    """A cookie that never was one is no session."""
    assert await entrance.who(cookie) is None


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


class Socket:
    """A page's socket behind the gate."""

    def __init__(self) -> None:
        self.sent: list[MutableMapping[str, Any]] = []
        self.callers: list[Any] = []

    async def through(
        self, gate: Sessions, cookie: str, *, between: Any = None, says: dict[str, str] | None = None
    ) -> None:
        async def console(scope: Scope, receive: Receive, send: Send) -> None:
            self.callers.append(scope[CALLER])
            for number in range(3):
                await send({"type": "websocket.send", "text": str(number)})
                if between is not None and number == 0:
                    between()

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            self.sent.append(message)

        said = {"cookie": f"{COOKIE}={cookie}", "host": "podium.example:8711"} | (says or {})
        headers = [(name.encode(), value.encode()) for name, value in said.items()]
        scope = {"type": "websocket", "path": "/_nicegui_ws/", "headers": headers, "query_string": b""}
        await Gate(console, gate, "https://console.example")(scope, receive, send)

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.sent]


async def test_sockets_need_a_session(entrance: Entrance) -> None:
    """A page's socket reaches the console with a session alone; without one it is closed before it opens."""
    known, stranger = Socket(), Socket()
    await known.through(entrance.sessions, await entrance.logins.by_token(TOKEN, WHERE))
    assert known.types == ["websocket.send"] * 3
    assert known.callers[0][1].owner
    await stranger.through(entrance.sessions, "1800000000.made-up")
    assert stranger.types == ["websocket.close"]


@pytest.mark.parametrize(
    ("says", "opens"),
    [
        ({"origin": "http://podium.example:8711"}, True),
        ({"origin": "https://console.example"}, True),  # a proxy has passed another Host on
        ({"origin": "http://podium.example:3000"}, False),  # the browser sends the cookie there, too
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://podium.example:x"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://podium.example:8711"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://behind.example"}, True),
    ],
)
async def test_a_socket_is_for_pages_of_the_console(
    entrance: Entrance, says: dict[str, str], opens: bool
) -> None:
    """Another port of this machine is the same site, and is sent the cookie: no page there gets in."""
    socket = Socket()
    cookie = await entrance.logins.by_token(TOKEN, WHERE)
    await socket.through(entrance.sessions, cookie, says=says)
    assert socket.types == (["websocket.send"] * 3 if opens else ["websocket.close"])


async def test_a_socket_is_told_nothing_after_other_roles(entrance: Entrance) -> None:
    """A page that is open goes on for those roles alone with which it was opened."""
    entrance.user("ann")
    cookie = await entrance.logins.by_password("ann", "correct horse", WHERE)

    def fewer() -> None:
        entrance.house.acts.do(SetRoles(By(), "ann", ("operator",)))
        entrance.clock.now_ns += 1_000_000_000

    socket = Socket()
    await socket.through(entrance.sessions, cookie, between=fewer)
    assert socket.types == ["websocket.send", "websocket.close"]


async def test_who_polls_is_who_began(entrance: Entrance) -> None:
    """Where no socket is let through a page polls, and stops when its roles are others."""
    entrance.user("ann")
    cookie = await entrance.logins.by_password("ann", "correct horse", WHERE)
    gate = Gate(PlainTextResponse("told"), entrance.sessions)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(gate), base_url="http://podium.example"
    ) as http:
        address = "/_nicegui_ws/socket.io/?transport=polling&sid=one"
        headers = {"cookie": f"{COOKIE}={cookie}"}
        assert (await http.get(address, headers=headers)).text == "told"
        assert (
            await http.get(address, headers=headers | {"origin": "http://podium.example:1"})
        ).status_code == 403
        entrance.house.acts.do(SetRoles(By(), "ann", ("operator",)))
        entrance.clock.now_ns += 1_000_000_000
        assert (await http.get(address, headers=headers)).status_code == 401


async def test_a_socket_is_told_nothing_after_the_end(entrance: Entrance) -> None:
    """When a session ends while its page is open, the next thing that the page is told is that it is over."""
    cookie = await entrance.logins.by_token(TOKEN, WHERE)

    def end() -> None:
        with entrance.engine.begin() as connection:
            connection.execute(update(sessions).values(ended_ns=1))
        entrance.clock.now_ns += 1_000_000_000

    socket = Socket()
    await socket.through(entrance.sessions, cookie, between=end)
    assert socket.types == ["websocket.send", "websocket.close"]


async def test_while_the_database_is_away(entrance: Entrance) -> None:
    """Whose session it is cannot be known, so nobody new gets in, and nobody is thrown out."""

    class Away:
        calls = 0

        async def caller(self, _cookie: str | None) -> Any:
            self.calls += 1
            if self.calls > (0 if self.first else 1):
                raise OperationalError("", {}, Exception("gone"))
            return By(), None

        def __init__(self, *, first: bool) -> None:
            self.first = first

    new, old = Socket(), Socket()
    await new.through(Away(first=True), "x")  # type: ignore[arg-type]
    assert new.types == ["websocket.close"]
    await old.through(Away(first=False), "x")  # type: ignore[arg-type]
    assert old.types == ["websocket.send"] * 3


@pytest.mark.browser
class TestGate:
    """Without a session nothing is told."""

    def test_pages_lead_to_the_login(self, empty_console: Console) -> None:
        """A page asked for without a session leads to the login, which remembers it."""
        answer = httpx.get(f"{empty_console.url}/money?by=day", headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fmoney%3Fby%3Dday")

    @pytest.mark.parametrize(
        "path", ["/money/charges.csv", "/money/focus.csv", "/_nicegui_ws/socket.io/?EIO=4&transport=polling"]
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

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "http://127.0.0.1:1"},  # a browser that says no more
        ],
    )
    def test_a_form_of_another_origin_does_nothing(
        self, empty_console: Console, headers: dict[str, str]
    ) -> None:
        """Another page can neither put somebody else's session into a browser nor take the one there away."""
        answer = httpx.post(f"{empty_console.url}/login", data={"token": TOKEN}, headers=headers)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        answer = httpx.post(f"{empty_console.url}/logout", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/now")
        assert "set-cookie" not in answer.headers

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
