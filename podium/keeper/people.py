"""The acts on users, sessions and tokens.

Every function runs on the connection of one transaction, in the database thread; the chain's row is written
by `acts`, in the same transaction.
"""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated
from podium.ports.acts import (
    AddUser,
    BeginSession,
    EndSession,
    Identity,
    IssueToken,
    RevokeToken,
    SetDisabled,
    SetPassword,
    SetRoles,
)
from podium.ports.database import sessions, tokens, users
from podium.trust.people import Person, Right, check_name, check_roles, require

MAX_SESSION_NS: Final = 7 * 86_400 * 1_000_000_000
MAX_TOKEN_NS: Final = 366 * 86_400 * 1_000_000_000
KEPT_NS: Final = 30 * 86_400 * 1_000_000_000
"""An ended session is forgotten so long after; the chain has it for ever."""
MAX_LABEL: Final = 100
_HEXADECIMAL: Final = frozenset("0123456789abcdef")


def find(connection: Connection, name: str) -> Row[tuple[object, ...]]:
    """Return a user's row. Raises NotFound."""
    row = connection.execute(select(users).where(users.c.name == name)).first()
    if row is None:
        raise NotFound(f"There is no user {name}.", fix="See podium user list.")
    return row


def add_user(
    connection: Connection,
    act: AddUser,
    who: Person,
    *,
    user_id: str,
    departments: Sequence[str],
    now_ns: int,
) -> None:
    """Make a user. Raises Forbidden, InvalidRequest."""
    require(who, Right.ADMINISTER, "make users")
    _check_hash(act.password_hash)
    values = {
        "id": user_id,
        "name": check_name(act.name),
        "roles": json.dumps(check_roles(act.roles, departments)),
        "password": act.password_hash,
        "created_ns": now_ns,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(users).values(values))
    except IntegrityError as error:
        raise InvalidRequest(f"There is a user {act.name} already.", field="name") from error


def set_roles(
    connection: Connection, act: SetRoles, who: Person, departments: Sequence[str]
) -> tuple[str, ...]:
    """Give other roles; return those before. Raises Forbidden, NotFound, InvalidRequest."""
    require(who, Right.ADMINISTER, "change roles")
    row = find(connection, act.name)
    roles = check_roles(act.roles, departments)
    connection.execute(update(users).where(users.c.id == row.id).values(roles=json.dumps(roles)))
    return tuple(json.loads(row.roles))


def set_password(connection: Connection, act: SetPassword, who: Person, now_ns: int) -> None:
    """Give another password: one's own in a session, or as an admin. Raises Forbidden, NotFound."""
    if who.name != act.name or who.owner:
        require(who, Right.ADMINISTER, "change another's password")
    _in_person(who, "change a password")
    _check_hash(act.password_hash)
    row = find(connection, act.name)
    if row.identity is not None:
        raise InvalidRequest(f"{act.name} logs in elsewhere, and has no password here.", field="name")
    connection.execute(update(users).where(users.c.id == row.id).values(password=act.password_hash))
    _end_sessions(connection, row.id, now_ns, but=act.by.session)


def set_disabled(connection: Connection, act: SetDisabled, who: Person, now_ns: int) -> None:
    """Shut out or let in. Raises Forbidden, NotFound."""
    require(who, Right.ADMINISTER, "shut users out")
    if act.disabled and act.name == who.name and not who.owner:
        raise Forbidden("Nobody shuts themselves out.", fix="Ask another admin.")
    row = find(connection, act.name)
    ended = now_ns if act.disabled else None
    connection.execute(update(users).where(users.c.id == row.id).values(disabled_ns=ended))
    if act.disabled:
        _end_sessions(connection, row.id, now_ns)
        connection.execute(
            update(tokens)
            .where(tokens.c.user_id == row.id, tokens.c.revoked_ns.is_(None))
            .values(revoked_ns=now_ns)
        )


def issue_token(connection: Connection, act: IssueToken, who: Person, *, token_id: str, now_ns: int) -> None:
    """Store a token's hash: one's own, or as an admin. Raises Forbidden, NotFound, InvalidRequest."""
    if who.name != act.name or who.owner:
        require(who, Right.ADMINISTER, "make another's tokens")
    _in_person(who, "make tokens")
    _check_digest(act.sha256)
    row = find(connection, act.name)
    if row.disabled_ns is not None:
        raise InvalidRequest(f"{act.name} is shut out.", field="name")
    if not act.label.strip() or len(act.label) > MAX_LABEL:
        raise InvalidRequest(f"A label has 1 to {MAX_LABEL} characters.", field="label")
    if not now_ns < act.expires_ns <= now_ns + MAX_TOKEN_NS:
        raise InvalidRequest("A token lives for up to 366 days.", field="expires_ns")
    connection.execute(
        insert(tokens).values(
            id=token_id,
            user_id=row.id,
            label=act.label.strip(),
            sha256=act.sha256,
            created_ns=now_ns,
            expires_ns=act.expires_ns,
        )
    )


def revoke_token(connection: Connection, act: RevokeToken, who: Person, now_ns: int) -> str:
    """End a token, one's own or as an admin; return whose it was. Raises Forbidden, NotFound."""
    row = connection.execute(
        select(tokens, users.c.name)
        .join(users, users.c.id == tokens.c.user_id)
        .where(tokens.c.id == act.token_id)
    ).first()
    if row is None or (row.name != who.name and not who.may(Right.ADMINISTER)):
        raise NotFound(f"There is no token {act.token_id} of yours.", fix="See podium user tokens.")
    if row.revoked_ns is not None:
        raise Forbidden(f"The token {act.token_id} was revoked before.")
    connection.execute(update(tokens).where(tokens.c.id == act.token_id).values(revoked_ns=now_ns))
    return str(row.name)


def begin_session(
    connection: Connection, act: BeginSession, *, session_id: str, user_id: str, now_ns: int
) -> tuple[Person, str | None]:
    """Store a session's hash; return whose it is, and in words what an issuer's claims have changed.

    ``user_id`` is for a user whom an issuer names for the first time. Raises Unauthenticated, Forbidden.
    """
    _check_digest(act.sha256)
    if not now_ns < act.expires_ns <= now_ns + MAX_SESSION_NS:
        raise InvalidRequest("A session lives for up to a week.", field="expires_ns")
    changed = None
    row = None
    if act.identity is not None:
        row, changed = _by_identity(connection, act.identity, user_id, now_ns)
    elif act.name is not None:
        row = connection.execute(select(users).where(users.c.name == act.name)).first()
        if row is None or row.password is None or row.password != act.password_hash:
            raise Unauthenticated("Name or password is wrong.", code="login_failed")
    elif act.owner_proof is None:
        raise InvalidRequest("A session is somebody's.")
    if row is not None and row.disabled_ns is not None:
        raise Unauthenticated("This user is shut out.", fix="Ask an admin.", code="login_failed")
    connection.execute(delete(sessions).where(sessions.c.expires_ns < now_ns - KEPT_NS))
    connection.execute(
        insert(sessions).values(
            id=session_id,
            user_id=row.id if row is not None else None,
            sha256=act.sha256,
            proof=act.owner_proof or "",
            method=act.method,
            address=act.address[:100],
            device=act.device[:200],
            created_ns=now_ns,
            expires_ns=act.expires_ns,
        )
    )
    if row is None:
        return Person(act.method, (), owner=True, via=act.method), None
    return Person(row.name, tuple(json.loads(row.roles)), via=act.method), changed


def _by_identity(
    connection: Connection, identity: Identity, user_id: str, now_ns: int
) -> tuple[Row[tuple[object, ...]], str | None]:
    """Return the user whom an issuer names, made at the first login, with the roles of today's claims."""
    if not identity.roles:
        raise Forbidden(
            f"{identity.name} has no role here: no rule matches what the issuer says.",
            fix="Ask an admin for a rule in PODIUM_OIDC_ROLES.",
            code="no_role",
        )
    roles = check_roles(identity.roles)
    key = f"{identity.issuer} {identity.subject}"
    row = connection.execute(select(users).where(users.c.identity == key)).first()
    changed = None
    if row is None:
        name = check_name(identity.name)
        if connection.execute(select(users.c.id).where(users.c.name == name)).first() is not None:
            raise Forbidden(
                f"There is another user {name} here.", fix="An admin renames or removes one of the two."
            )
        connection.execute(
            insert(users).values(
                id=user_id, name=name, roles=json.dumps(roles), identity=key, created_ns=now_ns
            )
        )
        changed = f"{name} is a user now, as the issuer says: {', '.join(roles)}"
    elif tuple(json.loads(row.roles)) != roles:
        connection.execute(update(users).where(users.c.id == row.id).values(roles=json.dumps(roles)))
        changed = f"the issuer gives {row.name} the roles {', '.join(roles)}"
    row = connection.execute(select(users).where(users.c.identity == key)).one()
    return row, changed


def end_session(connection: Connection, act: EndSession, who: Person, now_ns: int) -> str:
    """End a session, one's own or as an admin; return whose it was. Raises NotFound."""
    row = connection.execute(
        select(sessions, users.c.name)
        .outerjoin(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.id == act.session_id)
    ).first()
    mine = row is not None and row.name == who.name
    if row is None or not (mine or who.may(Right.ADMINISTER)):
        raise NotFound(f"There is no session {act.session_id} of yours.", fix="See podium user sessions.")
    if row.ended_ns is None:
        connection.execute(update(sessions).where(sessions.c.id == act.session_id).values(ended_ns=now_ns))
    return str(row.name or row.method)


def _end_sessions(connection: Connection, user_id: str, now_ns: int, but: str | None = None) -> None:
    ending = update(sessions).where(sessions.c.user_id == user_id, sessions.c.ended_ns.is_(None))
    if but is not None:
        ending = ending.where(sessions.c.sha256 != but)
    connection.execute(ending.values(ended_ns=now_ns))


def _in_person(who: Person, what: str) -> None:
    """Refuse a token: whoever steals one must not make another that outlives it."""
    if who.via == "token":
        raise Forbidden(f"A token does not {what}.", fix="Log in to the console, or ask an admin.")


def _check_hash(digest: str | None) -> None:
    if digest is not None and not (digest.startswith("$argon2id$") and len(digest) < 300):
        raise InvalidRequest("A password is stored as argon2id.", field="password_hash")


def _check_digest(sha256: str) -> None:
    if len(sha256) != 64 or not set(sha256) <= _HEXADECIMAL:
        raise InvalidRequest("A hash is 64 lower-case hexadecimal digits.", field="sha256")
