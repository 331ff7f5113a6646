"""What a token of a task is worth here, where what the keeper knows of its task decides with it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from podium.keeper.keyring import KNOWN_S, TOKEN_S
from podium.kernel.errors import InvalidRequest, Unauthenticated
from podium.ports.database import task_identities
from podium.ports.fleet_tables import task_runs
from podium.trust.credentials.identity import Claims

LATE_S: Final = 60
"""A clock that is behind by so much still refuses what is over."""
_S: int = 1_000_000_000


def check_attempt(connection: Connection, claims: Claims) -> None:
    """Raise Unauthenticated where a token is of an attempt of a run that another one has followed."""
    if claims.run_attempt is None:
        return
    of_run = select(task_runs.c.attempt).where(task_runs.c.task_id == claims.run_id)
    if connection.execute(of_run).scalar() != claims.run_attempt:
        raise Unauthenticated("This attempt of the task is over.", code="task_ended")


def was_held(row: Any, claims: Claims, now_ns: int) -> bool:
    """Return whether an expired token is good for its task's own acts: it could not be renewed in time.

    It is the newest, and its task was paused when it ended; from the moment when that is resumed on, for as
    long as a token lives. ``row``: of `task_identities`.
    """
    ends_ns = claims.exp * _S
    if row.token_until_ns != ends_ns:
        return False
    if row.state == "paused":
        return bool(row.changed_ns <= ends_ns)
    return bool(
        row.state == "running" and ends_ns <= row.changed_ns and now_ns < row.changed_ns + TOKEN_S * _S
    )


def held_back(connection: Connection, now_ns: int) -> Sequence[Any]:
    """Return id and state of the tasks whose tokens are refused, as long as one of them could be borne.

    One that has just been steered is among them in any case: a call of it may be under way that its token has
    not outlived.
    """
    of, since_ns = task_identities.c, now_ns - LATE_S * _S
    lately = or_(of.token_until_ns > since_ns, of.changed_ns > since_ns)
    return connection.execute(select(of.task_id, of.state).where(of.state != "running", lately)).all()


def revoked(connection: Connection, now_ns: int) -> tuple[str, ...]:
    """Return the tasks of whose tokens not even spans are taken, as long as those of others would be."""
    of = task_identities.c
    query = select(of.task_id).where(of.state == "revoked", of.token_until_ns > now_ns - KNOWN_S * _S)
    return tuple(sorted(connection.execute(query).scalars()))


def decide_audience(
    asked: tuple[str, ...], resources: tuple[str, ...], parent: Claims | None
) -> str | tuple[str, ...]:
    """Return for whom a task's tokens are. Raises InvalidRequest for somebody else (RFC 8707)."""
    most = resources
    if parent is not None:
        most = (parent.aud,) if isinstance(parent.aud, str) else parent.aud
    beyond = set(asked) - set(most)
    if beyond:
        raise InvalidRequest(
            f"Tokens are not for {', '.join(sorted(beyond))}.",
            fix=f"Use {' or '.join(most)}.",
            field="resource",
            code="invalid_target",
        )
    found = tuple(one for one in most if one in asked) or most
    return found[0] if len(found) == 1 else found
