"""The gate before every page and socket of the console, which knows whose session it is.

A session is a row that the keeper has written; the cookie holds 256 random bits, of which the row has the
SHA-256. It is looked at with every request, and before a socket is told anything, at most a second ago: who
has been logged out, or has other roles now, sees nothing more.

A browser sends the cookie along for whatever runs on another port of this machine or another host of the
same site (`SameSite` means the site): a socket and a form also say of which origin they are.
"""

import asyncio
import logging
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

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

logger = logging.getLogger("podium.console")

COOKIE: Final = "podium_session"
CALLER: Final = "podium.caller"
"""In the scope of a request behind the gate: (By, Person)."""
NEXT_DEFAULT: Final = "/now"
NO_STORE: Final = {"cache-control": "no-store"}
PAGE_HEADERS: Final = NO_STORE | SECURITY_HEADERS
BELIEVED_NS: Final = 1_000_000_000
"""A session that was looked up so lately is not looked up again."""
MOST_BELIEVED: Final = 10_000
SOCKET: Final = "/_nicegui_ws"
"""Below it are the pages' sockets, and what stands in for them where a proxy lets none through."""

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


def own_origin(connection: HTTPConnection, public_url: str | None = None) -> bool:
    """Return whether a page of this console sends this, as browsers say it; a program says nothing.

    ``public_url``: where browsers reach the console, for a proxy that passes another ``Host`` on.
    """
    whence = connection.headers.get("sec-fetch-site")
    if whence is not None:
        return whence in {"same-origin", "none"}
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    there = urlsplit(origin.lower()).netloc  # neither it nor `Host` names a scheme's own port
    return bool(there) and there in {
        connection.headers.get("host", "").lower(),
        urlsplit((public_url or "").lower()).netloc,
    }


class Gate:
    """ASGI middleware: without a session, pages lead to the login and everything else is refused."""

    def __init__(self, app: ASGIApp, sessions: Sessions, public_url: str | None = None) -> None:
        self._app = app
        self._sessions = sessions
        self._public_url = public_url
        self._polling: dict[str, Caller] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, redirect or refuse."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if _is_socket(connection) and not own_origin(connection, self._public_url):
            await self._strange(connection)(scope, receive, send)
            return
        cookie = connection.cookies.get(COOKIE)
        try:
            caller = await self._sessions.caller(cookie)
        except SQLAlchemyError:
            await self._unknown(scope, receive, send)
            return
        if caller is not None and self._goes_on(connection, caller):
            scope[CALLER] = caller
            told = self._while_it_lasts(cookie, caller, send) if scope["type"] == "websocket" else send
            await self._app(scope, receive, told)
        elif scope["type"] == "websocket":
            await receive()  # the connect event, which must be taken before it can be refused
            await send({"type": "websocket.close", "code": 1008, "reason": "log in first"})
        else:
            await self._refuse(Request(scope))(scope, receive, send)

    def _strange(self, connection: HTTPConnection) -> ASGIApp:
        """Return what refuses a socket of another origin, and say so in the log."""
        logger.warning(
            "a page of %s wanted the console's socket, and was refused; where that is the console's own "
            "address behind a proxy, set PODIUM_PUBLIC_URL to it or let the proxy pass the Host header on",
            connection.headers.get("origin"),
        )
        if connection.scope["type"] == "websocket":
            return _closing
        return Response("This is for the console's own pages alone.", HTTPStatus.FORBIDDEN, headers=NO_STORE)

    def _goes_on(self, connection: HTTPConnection, caller: Caller) -> bool:
        """Return whether who polls, where there is no socket, is still who has begun it."""
        polled = connection.query_params.get("sid")
        if polled is None or connection.scope["type"] != "http" or not _is_socket(connection):
            return True
        if len(self._polling) >= MOST_BELIEVED:
            self._polling.pop(next(iter(self._polling)))
        return self._polling.setdefault(polled, caller) == caller

    def _while_it_lasts(self, cookie: str | None, began: Caller, send: Send) -> Send:
        """Return what tells a socket nothing more once its session has ended, or its roles are others."""
        closed = False

        async def tell(message: Message) -> None:
            nonlocal closed
            if closed:
                return
            try:
                lasts = await self._sessions.caller(cookie) == began
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


def _is_socket(connection: HTTPConnection) -> bool:
    return connection.scope["type"] == "websocket" or connection.url.path.startswith(SOCKET)


async def _closing(_scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a socket."""
    await receive()
    await send({"type": "websocket.close", "code": 1008, "reason": "of another origin"})


def bounce(target: str) -> Response:
    """Return a page that goes on to ``target`` from our own site, where the browser sends the cookie."""
    refresh = element("meta", http_equiv="refresh", content=f"0;url={target}")
    return HTMLResponse(document("Podium", Markup(), head=refresh), headers=PAGE_HEADERS)
