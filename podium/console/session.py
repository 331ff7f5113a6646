"""The gate before every page and socket of the console, which knows whose session it is.

A session is a row that the keeper has written; the cookie holds 256 random bits, of which the row has the
SHA-256. It is looked at with every request, and before a socket is told anything, at most a second ago: who
has been logged out sees nothing more.
"""

import asyncio
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from podium.console.document import SECURITY_HEADERS, document
from podium.console.markup import element
from podium.control.door import Door
from podium.kernel.errors import Unauthenticated
from podium.ports import Clock
from podium.ports.acts import By
from podium.trust.people import Person

COOKIE: Final = "podium_session"
CALLER: Final = "podium.caller"
"""In the scope of a request behind the gate: (By, Person)."""
NEXT_DEFAULT: Final = "/now"
NO_STORE: Final = {"cache-control": "no-store"}
PAGE_HEADERS: Final = NO_STORE | SECURITY_HEADERS
BELIEVED_NS: Final = 1_000_000_000
"""A session that was looked up so lately is not looked up again."""
MOST_BELIEVED: Final = 10_000

Caller = tuple[By, Person]


class Sessions:
    """Knows whose session a cookie is."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self._door = door
        self._clock = clock
        self._known: dict[str, tuple[int, Caller]] = {}

    async def caller(self, cookie: str | None) -> Caller | None:
        """Return who has a session, None where it is none or has ended. Raises SQLAlchemyError."""
        now_ns = self._clock.monotonic_ns()
        known = self._known.get(cookie or "")
        if known is not None and now_ns - known[0] < BELIEVED_NS:
            return known[1]
        try:
            found = await asyncio.to_thread(self._door.by_cookie, cookie)
        except Unauthenticated:
            self.forget(cookie)
            return None
        if len(self._known) >= MOST_BELIEVED:
            self._known.clear()
        self._known[cookie or ""] = (now_ns, found)
        return found

    def forget(self, cookie: str | None) -> None:
        """Look a session up the next time."""
        self._known.pop(cookie or "", None)


class SecurityHeaders:
    """ASGI middleware: a browser that shows the console talks to its origin alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to every HTTP answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def own_path(target: str | None) -> str:
    """Return ``target`` when it is a path of this console, else the first page: no redirect leads away."""
    if (
        not target
        or not target.startswith("/")
        or target[1:2] in {"/", "\\"}
        or any(ord(character) < 0x20 for character in target)
    ):
        return NEXT_DEFAULT
    return target


class Gate:
    """ASGI middleware: without a session, pages lead to the login and everything else is refused."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, redirect or refuse."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        cookie = HTTPConnection(scope).cookies.get(COOKIE)
        try:
            caller = await self._sessions.caller(cookie)
        except SQLAlchemyError:
            await self._unknown(scope, receive, send)
            return
        if caller is not None:
            scope[CALLER] = caller
            told = self._while_it_lasts(cookie, send) if scope["type"] == "websocket" else send
            await self._app(scope, receive, told)
        elif scope["type"] == "websocket":
            await receive()  # the connect event, which must be taken before it can be refused
            await send({"type": "websocket.close", "code": 1008, "reason": "log in first"})
        else:
            await self._refuse(Request(scope))(scope, receive, send)

    def _while_it_lasts(self, cookie: str | None, send: Send) -> Send:
        """Return what tells a socket nothing more once its session has ended."""
        closed = False

        async def tell(message: Message) -> None:
            nonlocal closed
            if closed:
                return
            try:
                lasts = await self._sessions.caller(cookie) is not None
            except SQLAlchemyError:
                lasts = True  # nothing can be read, so nothing but that is told
            if lasts:
                await send(message)
                return
            closed = True
            await send({"type": "websocket.close", "code": 1008, "reason": "log in again"})

        return tell

    async def _unknown(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse while the database does not say whose session it is."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1013, "reason": "try again soon"})
            return
        text = "The database cannot be read, so Podium does not know whose session this is. Try again soon."
        answer = Response(text, HTTPStatus.SERVICE_UNAVAILABLE, headers=NO_STORE | {"retry-after": "2"})
        await answer(scope, receive, send)

    def _refuse(self, request: Request) -> Response:
        page = request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")
        if not page:
            return JSONResponse(
                {
                    "title": "Log in first",
                    "status": HTTPStatus.UNAUTHORIZED,
                    "detail": "This address needs a session of the console. Open /login.",
                },
                status_code=HTTPStatus.UNAUTHORIZED,
                media_type="application/problem+json",
            )
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.headers.get("sec-fetch-site") == "cross-site":
            # A link on another site: browsers hold a SameSite=Strict cookie back for this one request.
            return bounce(target)
        return RedirectResponse(
            f"/login?next={quote(target, safe='')}", HTTPStatus.SEE_OTHER, headers=NO_STORE
        )


def bounce(target: str) -> Response:
    """Return a page that goes on to ``target`` from our own site, where the browser sends the cookie."""
    refresh = element("meta", http_equiv="refresh", content=f"0;url={target}")
    return HTMLResponse(document("Podium", Markup(), head=refresh), headers=PAGE_HEADERS)
