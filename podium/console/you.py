"""You: who you are here, your sessions and tokens, and your password. Not a place: it is about who looks."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console.fragment import Fragment
from podium.console.frame import Page, live, reading
from podium.console.markup import element, join
from podium.console.you_parts import Field, form, said, sessions_table, tokens_table, wrong, you_tabs
from podium.kernel.errors import PodiumError
from podium.ports.acts import EndSession, IssueToken, RevokeToken, SetPassword
from podium.trust.people import check_password
from podium.views.people import SessionRow, TokenRow, session_rows, token_rows

TOKEN_PREFIX: Final = "podium_ut_"  # noqa: S105 - what a token begins with is no secret
_DAY_NS: Final = 86_400_000_000_000


class YouPage(Page):
    """What is yours."""

    title = "You"

    def build(self) -> None:
        """Make the page's elements; the forms are apart, so that a reading leaves alone what is typed."""
        self._body = Fragment(join(self._head(None), reading()))
        self._said = Fragment().props('aria-live="polite"')
        Fragment(self._forms())

    def reader(self) -> Callable[[Connection], tuple[list[SessionRow], list[TokenRow], int]]:
        """Return what reads your sessions and tokens; the owner's sessions for the owner."""
        who, now_ns = self.frame.caller[1], self.frame.feeds.now_ns

        def read(connection: Connection) -> tuple[list[SessionRow], list[TokenRow], int]:
            sessions = session_rows(connection, now_ns(), None if who.owner else who.name)
            tokens = [] if who.owner else token_rows(connection, who.name)
            return [row for row in sessions if (row.user is None) is who.owner], tokens, now_ns()

        return read

    @property
    def readers_own(self) -> bool:
        """What is read depends on who looks."""
        return True

    def show(self, data: tuple[list[SessionRow], list[TokenRow], int]) -> None:
        """Show a reading."""
        sessions, tokens, read_ns = data
        self._body.show(
            join(
                self._head(read_ns),
                sessions_table(sessions),
                tokens_table(tokens) if not self.frame.caller[1].owner else None,
            )
        )

    def _head(self, read_ns: int | None) -> Markup:
        who = self.frame.caller[1]
        roles = "who has the state directory" if who.owner else ", ".join(who.roles)
        return element(
            "div",
            element("h1", "The owner" if who.owner else who.name, tabindex="-1"),
            element("span", roles, class_="sub"),
            you_tabs("/you"),
            element("div", live(read_ns) if read_ns is not None else None, class_="end"),
            class_="page-head",
        )

    def _forms(self) -> Markup:
        if self.frame.caller[1].owner:
            return Markup()
        return element(
            "div",
            form(
                "token",
                "New token",
                "Make it",
                (Field("label", "What it is for"), Field("days", "Days, up to 366", "number")),
            ),
            form("password", "New password", "Change it", (Field("password", "Password", "password"),)),
            class_="grid two",
        )

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Do what a form or a button was sent for, in your name."""
        by, who = self.frame.caller
        try:
            if name == "end":
                await self.frame.keeper.ask(EndSession(by, fields.get("id", "")))
            elif name == "revoke":
                await self.frame.keeper.ask(RevokeToken(by, fields.get("id", "")))
            elif name == "token":
                await self._make_token(fields)
                return
            elif name == "password":
                check_password(fields.get("password", ""), who.name)
                digest = await asyncio.to_thread(self.frame.passwords.digest, fields.get("password", ""))
                await self.frame.keeper.ask(SetPassword(by, who.name, digest))
                self._said.show(said("Your password is another one."))
                return
        except (PodiumError, ValueError) as error:
            self._said.show(wrong(str(error)))
            return
        self._said.show(Markup())
        self.follow()

    async def _make_token(self, fields: dict[str, str]) -> None:
        by, who = self.frame.caller
        plaintext = TOKEN_PREFIX + urlsafe_b64encode(self.frame.entropy(32)).decode("ascii").rstrip("=")
        digest = hashlib.sha256(plaintext.encode("ascii")).hexdigest()
        expires_ns = self.frame.feeds.now_ns() + int(fields.get("days") or 30) * _DAY_NS
        await self.frame.keeper.ask(IssueToken(by, who.name, digest, fields.get("label", ""), expires_ns))
        self._said.show(said("Shown once: ", element("code", plaintext, class_="secret")))
        self.follow()
