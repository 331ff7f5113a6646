"""Who may look: login by the admin token, a signed cookie, and the gate before every page and socket.

The cookie holds when it was issued and an HMAC over that, keyed by the admin token: nothing is stored,
a restart logs nobody out, and a new token logs everybody out.
"""

import hashlib
import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from podium.console.document import SECURITY_HEADERS, document
from podium.console.markup import element, join
from podium.ports import Clock

COOKIE: Final = "podium_session"
LIFETIME_S: Final = 7 * 24 * 3600
NEXT_DEFAULT: Final = "/now"
NO_STORE: Final = {"cache-control": "no-store"}
PAGE_HEADERS: Final = NO_STORE | SECURITY_HEADERS


@dataclass(frozen=True)
class Sessions:
    """Issues and checks session cookies. ``token`` is the admin token, ``secret`` an additional key."""

    token: str
    secret: str
    clock: Clock

    def matches(self, offered: str) -> bool:
        """Whether this is the admin token; takes the same time whatever is offered."""
        digests = (hashlib.sha256(text.encode()).digest() for text in (offered, self.token))
        return hmac.compare_digest(*digests)

    def issue(self) -> str:
        """Return a cookie's value."""
        issued_s = str(self.clock.wall_ns() // 1_000_000_000)
        return f"{issued_s}.{self._sign(issued_s)}"

    def valid(self, cookie: str | None) -> bool:
        """Whether the cookie is ours and not older than a week."""
        issued_s, _, signature = (cookie or "").partition(".")
        if not (issued_s.isascii() and issued_s.isdigit() and len(issued_s) <= 12 and signature.isascii()):
            return False
        if not hmac.compare_digest(signature, self._sign(issued_s)):
            return False
        age_s = self.clock.wall_ns() // 1_000_000_000 - int(issued_s)
        return age_s < LIFETIME_S

    def _sign(self, issued_s: str) -> str:
        key = hashlib.sha256(f"podium console\0{self.secret}\0{self.token}".encode()).digest()
        return hmac.new(key, issued_s.encode(), hashlib.sha256).hexdigest()


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
    """ASGI middleware: without a valid session, pages lead to the login and everything else is refused."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, redirect or refuse."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if self._sessions.valid(connection.cookies.get(COOKIE)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the connect event, which must be taken before it can be refused
            await send({"type": "websocket.close", "code": 1008, "reason": "log in first"})
        else:
            await self._refuse(Request(scope))(scope, receive, send)

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
            return _bounce(target)
        return RedirectResponse(
            f"/login?next={quote(target, safe='')}", HTTPStatus.SEE_OTHER, headers=NO_STORE
        )


def add_login(app: FastAPI, sessions: Sessions) -> None:
    """Add ``/login`` and ``/logout`` to the application."""

    @app.get("/login", include_in_schema=False)
    def login(request: Request, token: str | None = None, next: str | None = None) -> Response:  # noqa: A002 - the query's name
        if token is not None:
            return _enter(request, token, next)
        if sessions.valid(request.cookies.get(COOKIE)):
            return RedirectResponse(own_path(next), HTTPStatus.SEE_OTHER, headers=NO_STORE)
        return _form(own_path(next))

    @app.post("/login", include_in_schema=False)
    def submit(
        request: Request,
        token: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "",  # noqa: A002 - the field's name
    ) -> Response:
        return _enter(request, token, next)

    @app.post("/logout", include_in_schema=False)
    def logout() -> Response:
        response = RedirectResponse("/login?next=", HTTPStatus.SEE_OTHER, headers=NO_STORE)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    def _enter(request: Request, token: str, target: str | None) -> Response:
        if not sessions.matches(token.strip()):
            return _form(own_path(target), wrong=True)
        to = own_path(target)
        cross_site = request.headers.get("sec-fetch-site") == "cross-site"
        response = _bounce(to) if cross_site else RedirectResponse(to, HTTPStatus.SEE_OTHER, headers=NO_STORE)
        response.set_cookie(
            COOKIE,
            sessions.issue(),
            max_age=LIFETIME_S,
            path="/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response


def _bounce(target: str) -> Response:
    """Return a page that goes on to ``target`` from our own site, where the browser sends the cookie."""
    refresh = element("meta", http_equiv="refresh", content=f"0;url={target}")
    return HTMLResponse(document("Podium", Markup(), head=refresh), headers=PAGE_HEADERS)


def _form(target: str, *, wrong: bool = False) -> Response:
    message = (
        element(
            "p",
            "This is not the admin token of this Podium. The one in force was printed by ",
            element("code", "podium up"),
            ".",
            class_="field-error",
            id="token-error",
            role="alert",
        )
        if wrong
        else None
    )
    body = element(
        "main",
        element(
            "form",
            element("img", src="/console/assets/podium.svg", alt="", width=32, height=32),
            element("h1", "Log in to Podium"),
            element("label", "Admin token", for_="token"),
            element(
                "input",
                id="token",
                name="token",
                type="password",
                autocomplete="current-password",
                required=True,
                autofocus=True,
                spellcheck="false",
                aria_invalid="true" if wrong else None,
                aria_describedby="token-error" if wrong else "token-hint",
            ),
            message,
            element("input", type="hidden", name="next", value=target),
            element("button", "Log in", type="submit", class_="primary"),
            element(
                "p",
                join("The token stands in ", element("code", "admin.token"), " of the state directory. "),
                join(element("code", "podium up"), " prints a link that logs you in."),
                class_="hint",
                id="token-hint",
            ),
            method="post",
            action="/login",
        ),
        class_="login",
    )
    status = HTTPStatus.UNAUTHORIZED if wrong else HTTPStatus.OK
    return HTMLResponse(document("Log in", body), status_code=status, headers=PAGE_HEADERS)
