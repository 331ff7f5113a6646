"""Logins: who shows who they are gets a session, and who guesses is slowed down.

What is checked here is a password or the admin token; the session is the keeper's to begin. Argon2 takes tens
of milliseconds and 64 MiB, so that one password is looked at at a time.
"""

import asyncio
from base64 import urlsafe_b64encode
from typing import Final, Protocol

from sqlalchemy import Engine, select

from podium.control.door import Door, sha256
from podium.kernel.errors import RateLimited, Unauthenticated
from podium.ports import Clock, Entropy
from podium.ports.acts import BeginSession, By, EndSession, Identity, NoteGuessing, Passwords
from podium.ports.database import sessions, users
from podium.ports.link import Question, Reply
from podium.trust.credentials.slowing import Slowing
from podium.trust.people import OWNER

LIFETIME_S: Final = 7 * 24 * 3600
"""Of a session."""
MAX_PASSWORD_CHARACTERS: Final = 1024
BEYOND_GUESSING: Final = 24
"""Characters of an admin token: Podium's own has more; a person may have written a shorter one."""


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises the error that a refusal means."""
        ...


class Logins:
    """Begins and ends sessions of the console. ``where`` is the address and the device of who logs in."""

    def __init__(
        self,
        *,
        engine: Engine,
        door: Door,
        keeper: Keeper,
        clock: Clock,
        entropy: Entropy,
        passwords: Passwords,
    ) -> None:
        self._engine = engine
        self._door = door
        self._keeper = keeper
        self._clock = clock
        self._entropy = entropy
        self._passwords = passwords
        self._slowing = Slowing()
        self._one_at_a_time = asyncio.Lock()

    async def by_token(self, token: str, where: tuple[str, str]) -> str:
        """Return the cookie of a session of the owner. Raises Unauthenticated, RateLimited.

        A token that nobody finds by trying never waits: else whoever guesses here shuts the owner out.
        """
        good = self._door.is_owner(token)
        if not good or len(token) < BEYOND_GUESSING:
            self._wait(OWNER, where)
        if not good:
            await self._failed(OWNER, where)
            raise Unauthenticated("This is not the admin token of this Podium.", code="login_failed")
        self._slowing.succeeded(OWNER)
        return await self._begin("admin.token", where, owner_proof=self._door.owner_proof)

    async def by_password(self, name: str, password: str, where: tuple[str, str]) -> str:
        """Return the cookie of a session of a user. Raises Unauthenticated, RateLimited.

        Who is not there, who has no password and who has another one are told the same, after the same time.
        """
        account = name[:64]
        self._wait(account, where)
        async with self._one_at_a_time:
            digest = await asyncio.to_thread(self._digest_of, account)
            good = len(password) <= MAX_PASSWORD_CHARACTERS and await asyncio.to_thread(
                self._passwords.matches, digest, password
            )
        if not good:
            await self._failed(account, where)
            raise Unauthenticated("Name or password is wrong.", code="login_failed")
        self._slowing.succeeded(account)
        return await self._begin("password", where, name=account, password_hash=digest)

    async def by_identity(self, identity: Identity, where: tuple[str, str]) -> str:
        """Return the cookie of a session of whom an issuer vouches for. Raises Unauthenticated, Forbidden."""
        return await self._begin("oidc", where, identity=identity)

    async def end(self, cookie: str) -> None:
        """End the session of a cookie; one that is not known has ended."""
        by = By(session=sha256(cookie))
        with self._engine.connect() as connection:
            query = select(sessions.c.id).where(
                sessions.c.sha256 == by.session, sessions.c.ended_ns.is_(None)
            )
            session_id = connection.execute(query).scalar()
        if session_id is not None:
            await self._keeper.ask(EndSession(by, session_id))

    def has_users(self) -> bool:
        """Return whether anybody but the owner can log in here."""
        with self._engine.connect() as connection:
            return connection.execute(select(users.c.id).limit(1)).first() is not None

    def _digest_of(self, name: str) -> str | None:
        with self._engine.connect() as connection:
            query = select(users.c.password).where(users.c.name == name, users.c.disabled_ns.is_(None))
            found: str | None = connection.execute(query).scalar()
        return found

    async def _begin(self, method: str, where: tuple[str, str], **who: object) -> str:
        cookie = urlsafe_b64encode(self._entropy(32)).decode("ascii").rstrip("=")
        expires_ns = self._clock.wall_ns() + LIFETIME_S * 1_000_000_000
        await self._keeper.ask(
            BeginSession(sha256(cookie), expires_ns, method, where[0], where[1], **who)  # type: ignore[arg-type] # its fields
        )
        return cookie

    def _wait(self, account: str, where: tuple[str, str]) -> None:
        wait_s = self._slowing.wait_s(account, where[0], self._now_s())
        if wait_s > 0:
            raise RateLimited(f"Too many wrong tries: wait {max(1, round(wait_s))} s.", retry_after_s=wait_s)

    async def _failed(self, account: str, where: tuple[str, str]) -> None:
        if self._slowing.failed(account, where[0], self._now_s()):
            await self._keeper.ask(NoteGuessing(account, where[0]))

    def _now_s(self) -> float:
        return self._clock.monotonic_ns() / 1e9
