"""The login page: name and password, an issuer of OpenID Connect, or the owner's admin token."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from podium.console.document import document
from podium.console.markup import Child, element, join, link
from podium.console.session import (
    COOKIE,
    NO_STORE,
    PAGE_HEADERS,
    Sessions,
    bounce,
    own_path,
)
from podium.control.logins import LIFETIME_S, Logins
from podium.kernel.errors import PodiumError, RateLimited, Unauthenticated

_CROSS_SITE = "cross-site"


def add_login(app: FastAPI, sessions: Sessions, logins: Logins, *, issuer: str | None = None) -> None:
    """Add ``/login`` and ``/logout``. ``issuer``: what the button of OpenID Connect is called; None: none."""

    @app.get("/login", include_in_schema=False)
    async def login(request: Request, token: str | None = None, next: str | None = None) -> Response:  # noqa: A002 - the query's name
        if token is not None:
            return await _enter(request, next, token=token)
        if await sessions.caller(request.cookies.get(COOKIE)) is not None:
            return RedirectResponse(own_path(next), HTTPStatus.SEE_OTHER, headers=NO_STORE)
        return form(own_path(next))

    @app.post("/login", include_in_schema=False)
    async def submit(
        request: Request,
        token: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "",  # noqa: A002 - the field's name
    ) -> Response:
        return await _enter(request, next, token=token.strip(), name=name.strip().lower(), password=password)

    @app.post("/logout", include_in_schema=False)
    async def logout(request: Request) -> Response:
        cookie = request.cookies.get(COOKIE)
        if cookie:
            sessions.forget(cookie)
            await logins.end(cookie)
            sessions.forget(cookie)
        response = RedirectResponse("/login?next=", HTTPStatus.SEE_OTHER, headers=NO_STORE)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    async def _enter(
        request: Request, target: str | None, *, token: str = "", name: str = "", password: str = ""
    ) -> Response:
        where = whence(request)
        try:
            if name:
                cookie = await logins.by_password(name, password, where)
            else:
                cookie = await logins.by_token(token, where)
        except PodiumError as error:
            return form(own_path(target), name=name, error=error)
        return entered(request, cookie, own_path(target))

    def form(target: str, *, name: str = "", error: PodiumError | None = None) -> Response:
        return _form(target, users=logins.has_users(), issuer=issuer, name=name, error=error)


def whence(request: Request) -> tuple[str, str]:
    """Return the address and the device that a request comes from."""
    address = request.client.host if request.client is not None else ""
    return address, request.headers.get("user-agent", "")


def entered(request: Request, cookie: str, target: str) -> Response:
    """Return the answer that gives a browser its session and leads on."""
    cross_site = request.headers.get("sec-fetch-site") == _CROSS_SITE
    response = (
        bounce(target) if cross_site else RedirectResponse(target, HTTPStatus.SEE_OTHER, headers=NO_STORE)
    )
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=LIFETIME_S,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def _field(id_: str, label: str, *, error: bool, focus: bool, **attributes: str | None) -> Markup:
    return join(
        element("label", label, for_=id_),
        element(
            "input",
            id=id_,
            name=id_,
            required=True,
            autofocus=focus,
            spellcheck="false",
            aria_invalid="true" if error else None,
            aria_describedby="login-error" if error else None,
            **attributes,
        ),
    )


def _form(
    target: str, *, users: bool, issuer: str | None, name: str, error: PodiumError | None
) -> HTMLResponse:
    message = (
        element("p", str(error), class_="field-error", id="login-error", role="alert")
        if error is not None
        else None
    )
    of_users = users and error is not None and bool(name)
    hidden = element("input", type="hidden", name="next", value=target)
    token: list[Child] = [
        _field(
            "token",
            "Admin token",
            error=error is not None and not of_users,
            focus=not users,
            type="password",
            autocomplete="off" if users else "current-password",
        ),
        None if of_users else message,
        hidden,
        element("button", "Log in", type="submit", class_="primary"),
        element(
            "p",
            join("The token stands in ", element("code", "admin.token"), " of the state directory. "),
            join(element("code", "podium up"), " prints a link that logs you in."),
            class_="hint",
        ),
    ]
    owner = element("form", *token, method="post", action="/login", class_="owner")
    people = (
        element(
            "form",
            _field(
                "name", "Name", error=of_users, focus=not name, value=name or None, autocomplete="username"
            ),
            _field(
                "password",
                "Password",
                error=of_users,
                focus=bool(name),
                type="password",
                autocomplete="current-password",
            ),
            message if of_users else None,
            hidden,
            element("button", "Log in", type="submit", class_="primary"),
            method="post",
            action="/login",
        )
        if users
        else None
    )
    by_issuer = (
        link(f"/login/oidc?next={quote(target, safe='')}", f"Log in with {issuer}", class_="button issuer")
        if issuer is not None
        else None
    )
    aside = element(
        "details",
        element("summary", "Log in as the owner"),
        owner,
        open=error is not None and not of_users,
    )
    body = element(
        "main",
        element(
            "div",
            element("img", src="/console/assets/podium.svg", alt="", width=32, height=32),
            element("h1", "Log in to Podium"),
            people,
            by_issuer,
            aside if users or issuer is not None else owner,
            class_="box",
        ),
        class_="login",
    )
    status = HTTPStatus.OK
    if error is not None:
        status = _status(error)
    headers = dict(PAGE_HEADERS)
    if isinstance(error, RateLimited):
        headers["retry-after"] = str(max(1, round(error.retry_after_s)))
    return HTMLResponse(document("Log in", body), status_code=status, headers=headers)


def _status(error: PodiumError) -> HTTPStatus:
    if isinstance(error, Unauthenticated):
        return HTTPStatus.UNAUTHORIZED
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(error, RateLimited) else HTTPStatus.SERVICE_UNAVAILABLE
