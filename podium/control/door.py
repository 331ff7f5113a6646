"""Who is at the door of the admin API or the console: looked up for each request, in the database.

What somebody bears is compared by its SHA-256 alone; the admin token in constant time.
"""

import hashlib
import hmac

from sqlalchemy import Engine

from podium.kernel.errors import Unauthenticated
from podium.ports import Clock
from podium.ports.acts import By
from podium.ports.database import sessions
from podium.ports.people import person
from podium.trust.people import OWNER, Person


def sha256(text: str) -> str:
    """Return the SHA-256 of a secret, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Door:
    """Knows the admin token, and reads the rest. Its methods may run in any thread."""

    def __init__(self, engine: Engine, token: str, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self.owner_proof = sha256(token)
        """SHA-256 of the admin token: the owner's sessions hold it, and end with another token."""

    def is_owner(self, token: str) -> bool:
        """Return whether this is the admin token; takes the same time whatever is offered."""
        return hmac.compare_digest(sha256(token), self.owner_proof)

    def by_header(self, authorization: str | None) -> tuple[By, Person]:
        """Return who bears an Authorization header. Raises Unauthenticated."""
        scheme, _, given = (authorization or "").partition(" ")
        token = given.strip()
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated(
                "There is no token in this request.",
                fix="Send `Authorization: Bearer` with a token of `podium user token`, or the admin token.",
            )
        if self.is_owner(token):
            by = By(owner=OWNER)
            return by, Person(OWNER, (), owner=True, via=OWNER)
        by = By(token=sha256(token))
        with self._engine.connect() as connection:
            return by, person(connection, by, self._clock.wall_ns())

    def by_cookie(self, cookie: str | None) -> tuple[By, Person]:
        """Return whose session a cookie is. Raises Unauthenticated."""
        if not cookie:
            raise Unauthenticated("There is no session.", fix="Log in.")
        by = By(session=sha256(cookie))
        with self._engine.connect() as connection:
            found = person(connection, by, self._clock.wall_ns())
            if found.owner:
                query = sessions.select().where(sessions.c.sha256 == by.session)
                if not hmac.compare_digest(connection.execute(query).one().proof, self.owner_proof):
                    raise Unauthenticated("The admin token is another one now.", fix="Log in again.")
        return by, found
