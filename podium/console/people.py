"""People: the users, and for an admin their roles, passwords, tokens and sessions."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table
from podium.console.you_parts import Field, form, said, sessions_table, tokens_table, wrong, you_tabs
from podium.kernel.errors import PodiumError
from podium.ports.acts import (
    AddUser,
    EndSession,
    IssueToken,
    RevokeToken,
    SetDisabled,
    SetPassword,
    SetRoles,
)
from podium.trust.people import Right, check_password
from podium.views.people import SessionRow, TokenRow, UserRow, session_rows, token_rows, user_rows

TOKEN_PREFIX: Final = "podium_ut_"  # noqa: S105 - what a token begins with is no secret
ROLES: Final = "Roles: viewer, operator, viewer:DEPARTMENT, approver:DEPARTMENT, reader:DEPARTMENT, admin"
_DAY_NS: Final = 86_400_000_000_000


@dataclass(frozen=True)
class Seen:
    """What one reading holds. ``one``: the user that is looked at."""

    users: list[UserRow]
    one: UserRow | None
    tokens: list[TokenRow]
    sessions: list[SessionRow]
    read_ns: int


class PeoplePage(Page):
    """The users, and one of them opened by an admin."""

    title = "People"

    def build(self) -> None:
        """Make the page's elements. Forms are apart, so that a reading leaves alone what is typed."""
        self._head = Fragment(_header(None))
        self._said = Fragment().props('aria-live="polite"')
        self._body = Fragment(reading())
        self._forms = Fragment()

    @property
    def may(self) -> bool:
        """Whether who looks is an admin."""
        return self.frame.caller[1].may(Right.ADMINISTER)

    @property
    def readers_own(self) -> bool:
        """What is read depends on who looks."""
        return True

    def follow(self) -> None:
        """Read on; the forms are of the user that the address names."""
        super().follow()
        self._open: str | None = None
        name = self.address.get("user")
        self._forms.show(_new_user() if self.may and not name else Markup())

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the users; sessions and tokens are an admin's to see."""
        now_ns, name = self.frame.feeds.now_ns, self.address.get("user") if self.may else None

        def read(connection: Connection) -> Seen:
            users = user_rows(connection)
            one = next((user for user in users if user.name == name), None)
            tokens = token_rows(connection, one.name) if one else []
            sessions = session_rows(connection, now_ns(), one.name) if one else []
            return Seen(users, one, tokens, sessions, now_ns())

        return read

    def show(self, data: Seen) -> None:
        """Show a reading."""
        self._head.show(_header(data.read_ns))
        self._body.show(join(_users(data.users, may=self.may), _one(data)))
        if data.one is not None and self._open != data.one.name:  # else somebody is typing there
            self._open = data.one.name
            self._forms.show(_forms_of(data.one))

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Do what a form was sent for, in the name of who looks; the keeper knows whether they may."""
        try:
            words = await self._do(name, fields)
        except (PodiumError, ValueError) as error:
            self._said.show(wrong(str(error)))
            return
        self._said.show(words)
        self.follow()

    async def _do(self, name: str, fields: dict[str, str]) -> Markup:
        by, user, get = self.frame.caller[0], self.address.get("user") or "", fields.get
        if name == "token":
            return await self._make_token(user, fields)
        act: Any
        if name == "add":
            new = get("name", "").strip()
            act = AddUser(by, new, _roles(get("roles", "")), await self._digest(get("password", ""), new))
        elif name == "password":
            act = SetPassword(by, user, await self._digest(get("password", ""), user) or "")
        elif name == "roles":
            act = SetRoles(by, user, _roles(get("roles", "")))
        elif name in {"disable", "enable"}:
            act = SetDisabled(by, get("id", ""), disabled=name == "disable")
        elif name == "end":
            act = EndSession(by, get("id", ""))
        elif name == "revoke":
            act = RevokeToken(by, get("id", ""))
        else:
            return Markup()
        done: Any = await self.frame.keeper.ask(act)
        return said(done.text)

    async def _digest(self, password: str, name: str) -> str | None:
        if not password:
            return None
        check_password(password, name)
        return await asyncio.to_thread(self.frame.passwords.digest, password)

    async def _make_token(self, user: str, fields: dict[str, str]) -> Markup:
        plaintext = TOKEN_PREFIX + urlsafe_b64encode(self.frame.entropy(32)).decode("ascii").rstrip("=")
        digest = hashlib.sha256(plaintext.encode("ascii")).hexdigest()
        expires_ns = self.frame.feeds.now_ns() + int(fields.get("days") or 30) * _DAY_NS
        label = fields.get("label", "")
        await self.frame.keeper.ask(IssueToken(self.frame.caller[0], user, digest, label, expires_ns))
        return said("Shown once: ", element("code", plaintext, class_="secret"))


def _roles(text: str) -> tuple[str, ...]:
    return tuple(sorted({role for role in text.replace(",", " ").split() if role}))


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "People", tabindex="-1"),
        you_tabs("/you/people"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def _users(users: list[UserRow], *, may: bool) -> Markup:
    columns = [Column(name) for name in ("User", "Roles", "Logs in by", "Made", "", "")]
    rows = (
        Row(
            (
                link(f"/you/people?{urlencode({'user': user.name})}", user.name, class_="row")
                if may
                else user.name,
                ", ".join(user.roles),
                {"none": "token alone", "issuer": "an issuer"}.get(user.login, user.login),
                figures.ago(user.created_ns),
                element("span", "shut out", class_="badge bad") if user.disabled_ns else "",
                _shut(user) if may else "",
            ),
            key=user.name,
        )
        for user in users
    )
    body = (
        table(columns, rows, label="Users")
        if users
        else empty("No users yet", "The owner alone acts here. Make the first below.")
    )
    return element(
        "section", element("header", element("h2", "Users")), body, class_="panel", aria_label="Users"
    )


def _shut(user: UserRow) -> Markup:
    act, label = ("enable", "Let in again") if user.disabled_ns else ("disable", "Shut out")
    return element(
        "form",
        element("input", type="hidden", name="id", value=user.name),
        element("button", label, type="submit", class_="quiet", aria_label=f"{label}: {user.name}"),
        data_act=act,
    )


def _one(data: Seen) -> Markup:
    if data.one is None:
        return Markup()
    links: tuple[Child, ...] = (
        link(f"/you/chain?{urlencode({'about': data.one.name})}", "What the chain tells", class_="button"),
        link(f"/you/chain?{urlencode({'actor': data.one.name})}", "What they did", class_="button"),
        link("/you/people", "Close", class_="button"),
    )
    return join(
        element(
            "div",
            element("h2", data.one.name),
            element("span", ", ".join(data.one.roles), class_="sub"),
            element("div", *links, class_="end"),
            class_="page-head",
        ),
        sessions_table(data.sessions) if data.sessions else None,
        tokens_table(data.tokens),
    )


def _new_user() -> Markup:
    return form(
        "add",
        "New user",
        "Make them",
        (
            Field("name", "Name"),
            Field("roles", ROLES),
            Field("password", "Password; without one they log in by token alone", "password", required=False),
        ),
    )


def _forms_of(user: UserRow) -> Markup:
    name = user.name
    return element(
        "div",
        form(
            "roles",
            f"Roles of {name}",
            "Give these and no other",
            (Field("roles", ROLES, value=", ".join(user.roles)),),
        ),
        form(
            "token",
            f"New token of {name}",
            "Make it",
            (Field("label", "What it is for"), Field("days", "Days, up to 366", "number")),
        ),
        form(
            "password",
            f"New password of {name}",
            "Change it",
            (Field("password", "Password", "password"),),
        ),
        class_="grid two",
    )
