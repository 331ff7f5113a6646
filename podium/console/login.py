"""The login page: name and password, an issuer of OpenID Connect, or the owner's admin token."""

from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from podium.console.document import document
from podium.console.markup import element, join, link
from podium.console.session import (
    COOKIE,
    NO_STORE,
    PAGE_HEADERS,
    Sessions,
    bounce,
    own_origin,
    own_path,
)
from podium.control.logins import LIFETIME_S, Logins
from podium.control.oidc import OidcLogins
from podium.kernel.errors import Forbidden, PodiumError, RateLimited, Unauthenticated

CALLBACK: Final = "/login/oidc/callback"
"""What an issuer must know as the redirect URI, behind the console's address."""
OIDC_COOKIE: Final = "podium_oidc"
_CROSS_SITE: Final = "cross-site"


def add_login(
    app: FastAPI,
    sessions: Sessions,
    logins: Logins,
    *,
    oidc: OidcLogins | None = None,
    public_url: str | None = None,
) -> None:
    """Add ``/login`` and ``/logout``, and logins by an issuer where there is one.

    ``public_url``: where browsers reach the console; None: as each request says.
    """
    issuer = oidc.issuer.label if oidc is not None else None
    if oidc is not None:
        _add_oidc(app, logins, oidc, public_url)

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
        if not own_origin(request, public_url):
            return form(own_path(next))  # nobody is logged in by a form of another site
        return await _enter(request, next, token=token.strip(), name=name.strip().lower(), password=password)

    @app.post("/logout", include_in_schema=False)
    async def logout(request: Request) -> Response:
        if not own_origin(request, public_url):
            return RedirectResponse("/now", HTTPStatus.SEE_OTHER, headers=NO_STORE)  # nor logged out
        if cookie := request.cookies.get(COOKIE):
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
            by_name = logins.by_password(name, password, where) if name else None
            cookie = await (by_name or logins.by_token(token, where))
        except PodiumError as error:
            return form(own_path(target), name=name, error=error)
        return entered(request, cookie, own_path(target), public_url)

    def form(target: str, *, name: str = "", error: PodiumError | None = None) -> Response:
        return _form(target, users=logins.has_users(), issuer=issuer, name=name, error=error)


def _add_oidc(app: FastAPI, logins: Logins, oidc: OidcLogins, public_url: str | None) -> None:
    @app.get("/login/oidc", include_in_schema=False)
    async def begin(request: Request, next: str | None = None) -> Response:  # noqa: A002 - the query's name
        base = public_url or str(request.base_url)
        try:
            url, browser = await oidc.begin(base.rstrip("/") + CALLBACK, own_path(next))
        except PodiumError as error:
            return failed(error)
        response = RedirectResponse(url, HTTPStatus.SEE_OTHER, headers=NO_STORE)
        # Lax, because the issuer's answer comes from another site.
        response.set_cookie(
            OIDC_COOKIE,
            browser,
            max_age=600,
            path="/login",
            httponly=True,
            samesite="lax",
            secure=base.startswith("https"),
        )
        return response

    @app.get(CALLBACK, include_in_schema=False)
    async def callback(request: Request) -> Response:
        try:
            identity, target = await oidc.finish(request.query_params, request.cookies.get(OIDC_COOKIE) or "")
            cookie = await logins.by_identity(identity, whence(request))
        except PodiumError as error:
            return failed(error)
        # Whatever the browser says of where it comes from: it comes from the issuer.
        response = entered(request, cookie, target, public_url, bouncing=True)
        response.delete_cookie(OIDC_COOKIE, path="/login", httponly=True, samesite="lax")
        return response

    def failed(error: PodiumError) -> Response:
        return _form(own_path(None), users=logins.has_users(), issuer=oidc.issuer.label, name="", error=error)


def whence(request: Request) -> tuple[str, str]:
    """Return the address and the device that a request comes from."""
    address = request.client.host if request.client is not None else ""
    return address, request.headers.get("user-agent", "")


def entered(
    request: Request, cookie: str, target: str, public_url: str | None = None, *, bouncing: bool = False
) -> Response:
    """Return the answer that gives a browser its session and leads on."""
    cross_site = bouncing or request.headers.get("sec-fetch-site") == _CROSS_SITE
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
        secure=request.url.scheme == "https" or _came_by(request, public_url),
    )
    return response


def _came_by(request: Request, public_url: str | None) -> bool:
    """Return whether a browser is at the console's public address, and that speaks TLS."""
    public = urlsplit((public_url or "").lower())
    said = request.headers.get("host", ""), urlsplit(request.headers.get("origin", "")).netloc
    return public.scheme == "https" and public.netloc in [it.lower() for it in said]


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
    """Return the page. The error stands in the form that was sent: the people's where a name was given."""
    message = (
        element("p", str(error), class_="field-error", id="login-error", role="alert")
        if error is not None
        else None
    )
    of_people = users and bool(name)
    owner = _owner(target, message=None if of_people else message, alone=not users)
    others = join(
        _people(target, name, message if of_people else None) if users else None,
        link(f"/login/oidc?next={quote(target, safe='')}", f"Log in with {issuer}", class_="button issuer")
        if issuer is not None
        else None,
    )
    aside = element(
        "details",
        element("summary", "Log in as the owner"),
        owner,
        open=error is not None and not of_people,
    )
    body = element(
        "main",
        element(
            "div",
            element("img", src="/console/assets/podium.svg", alt="", width=32, height=32),
            element("h1", "Log in to Podium"),
            join(others, aside) if others else owner,
            class_="box",
        ),
        class_="login",
    )
    headers = dict(PAGE_HEADERS)
    if isinstance(error, RateLimited):
        headers["retry-after"] = str(max(1, round(error.retry_after_s)))
    status = _status(error) if error is not None else HTTPStatus.OK
    return HTMLResponse(document("Log in", body), status_code=status, headers=headers)


def _people(target: str, name: str, message: Markup | None) -> Markup:
    wrong = message is not None
    return element(
        "form",
        _field("name", "Name", error=wrong, focus=not name, value=name or None, autocomplete="username"),
        _field(
            "password",
            "Password",
            error=wrong,
            focus=bool(name),
            type="password",
            autocomplete="current-password",
        ),
        message,
        element("input", type="hidden", name="next", value=target),
        element("button", "Log in", type="submit", class_="primary"),
        method="post",
        action="/login",
    )


def _owner(target: str, *, message: Markup | None, alone: bool) -> Markup:
    return element(
        "form",
        _field(
            "token",
            "Admin token",
            error=message is not None,
            focus=alone,
            type="password",
            autocomplete="current-password" if alone else "off",
        ),
        message,
        element("input", type="hidden", name="next", value=target),
        element("button", "Log in", type="submit", class_="primary"),
        element(
            "p",
            join("The token stands in ", element("code", "admin.token"), " of the state directory. "),
            join(element("code", "podium up"), " prints a link that logs you in."),
            class_="hint",
        ),
        method="post",
        action="/login",
    )


def _status(error: PodiumError) -> HTTPStatus:
    if isinstance(error, Unauthenticated):
        return HTTPStatus.UNAUTHORIZED
    if isinstance(error, Forbidden):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(error, RateLimited) else HTTPStatus.SERVICE_UNAVAILABLE
