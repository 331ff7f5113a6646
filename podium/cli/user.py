"""`podium user`: people, their roles, passwords, sessions and tokens."""

import hashlib
import sys
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

import click

from podium.cli.output import put_json, put_table
from podium.kernel.errors import InvalidRequest
from podium.ports.acts import (
    AddUser,
    EndSession,
    IssueToken,
    RevokeToken,
    SetDisabled,
    SetPassword,
    SetRoles,
)
from podium.trust.people import check_password

if TYPE_CHECKING:
    from sqlalchemy import Connection

TOKEN_PREFIX = "podium_ut_"  # noqa: S105 - what a token begins with is no secret
_DAY_NS = 86_400_000_000_000
_ROLES = "viewer, operator, admin, or viewer:, approver:, reader:DEPARTMENT; more than once for several."


@click.group()
def command() -> None:
    """People: who they are, what they may, how they log in."""


def _password(ctx: click.Context, name: str, file: str | None, *, wanted: bool) -> str | None:
    """Return the digest of a password from a file, standard input (-) or a prompt; None: there is none."""
    if file is not None:
        with click.open_file(file, encoding="utf-8") as source:
            text = source.read().rstrip("\r\n")
    elif wanted and sys.stdin.isatty():
        text = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    elif wanted:
        raise InvalidRequest(
            "No password is given.", fix="Use --password-file FILE, or - for standard input."
        )
    else:
        return None
    check_password(text, name)
    digest: str = ctx.obj.passwords.digest(text)
    return digest


@command.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, help=_ROLES)
@click.option("--password-file", help="Holds the password; - is standard input.")
@click.option("--no-password", is_flag=True, help="No login by password: only by token.")
@click.pass_context
def add(
    ctx: click.Context, name: str, roles: tuple[str, ...], password_file: str | None, no_password: bool
) -> None:
    """Make user NAME. On a terminal, the password is asked for."""
    digest = _password(ctx, name, password_file, wanted=not no_password)
    click.echo(ctx.obj.ask(AddUser(ctx.obj.by(), name, tuple(sorted(set(roles))), digest)).text)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List users."""
    from podium.views.people import user_rows
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        rows = user_rows(connection)
    if as_json:
        put_json({"users": rows})
        return
    put_table(
        ("user", "roles", "login", "made", "shut out"),
        [
            (
                row.name,
                ", ".join(row.roles),
                row.login,
                iso(row.created_ns)[:19] + "Z",
                iso(row.disabled_ns)[:19] + "Z" if row.disabled_ns else "–",
            )
            for row in rows
        ],
    )


@command.command()
@click.argument("name")
@click.argument("roles", nargs=-1, required=True)
@click.pass_context
def role(ctx: click.Context, name: str, roles: tuple[str, ...]) -> None:
    """Give user NAME the ROLES, and no other: viewer, operator, approver: or reader:DEPARTMENT, admin."""
    click.echo(ctx.obj.ask(SetRoles(ctx.obj.by(), name, tuple(sorted(set(roles))))).text)


@command.command()
@click.argument("name")
@click.option("--password-file", help="Holds the password; - is standard input.")
@click.pass_context
def password(ctx: click.Context, name: str, password_file: str | None) -> None:
    """Give user NAME another password; their sessions end."""
    digest = _password(ctx, name, password_file, wanted=True)
    click.echo(ctx.obj.ask(SetPassword(ctx.obj.by(), name, digest or "")).text)


@command.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let the user in again; sessions and tokens stay ended.")
@click.pass_context
def disable(ctx: click.Context, name: str, undo: bool) -> None:
    """Shut user NAME out: sessions and tokens end at once."""
    click.echo(ctx.obj.ask(SetDisabled(ctx.obj.by(), name, disabled=not undo)).text)


@command.command()
@click.argument("name")
@click.option("--label", required=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How long it lives.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def token(ctx: click.Context, name: str, label: str, days: int, as_json: bool) -> None:
    """Make an API token for user NAME. It is shown once; Podium keeps its hash."""
    plaintext = TOKEN_PREFIX + urlsafe_b64encode(ctx.obj.entropy(32)).decode("ascii").rstrip("=")
    digest = hashlib.sha256(plaintext.encode("ascii")).hexdigest()
    expires_ns = ctx.obj.clock.wall_ns() + days * _DAY_NS
    done = ctx.obj.ask(IssueToken(ctx.obj.by(), name, digest, label, expires_ns))
    if as_json:
        put_json({"user": name, "id": done.id, "token": plaintext, "expires_ns": expires_ns})
        return
    click.echo(f"{done.id} of {name}, for {days} days; shown once, so keep it now:", err=True)
    print(plaintext)


def _whose(ctx: click.Context, connection: "Connection", name: str | None) -> str | None:
    """Return of whom sessions and tokens are listed; None: of all. Raises Forbidden."""
    from podium.ports.people import person
    from podium.trust.people import Right, require

    me = person(connection, ctx.obj.by(), ctx.obj.clock.wall_ns())
    if me.may(Right.ADMINISTER):
        return name
    if name not in {None, me.name}:
        require(me, Right.ADMINISTER, f"list what is {name}'s")
    return me.name


@command.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def tokens(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """List tokens, of user NAME or of all; who is no admin lists their own."""
    from podium.views.people import token_rows
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        rows = token_rows(connection, _whose(ctx, connection, name))
    if as_json:
        put_json({"tokens": rows})
        return
    put_table(
        ("token", "user", "label", "made", "expires", "revoked"),
        [
            (
                row.id,
                row.user,
                row.label,
                iso(row.created_ns)[:19] + "Z",
                iso(row.expires_ns)[:19] + "Z",
                iso(row.revoked_ns)[:19] + "Z" if row.revoked_ns else "–",
            )
            for row in rows
        ],
    )


@command.command()
@click.argument("token_id")
@click.pass_context
def revoke(ctx: click.Context, token_id: str) -> None:
    """End API token TOKEN_ID."""
    click.echo(ctx.obj.ask(RevokeToken(ctx.obj.by(), token_id)).text)


@command.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def sessions(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """List open sessions of the console, of user NAME or of all; who is no admin lists their own."""
    from podium.views.people import session_rows
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        rows = session_rows(connection, ctx.obj.clock.wall_ns(), _whose(ctx, connection, name))
    if as_json:
        put_json({"sessions": rows})
        return
    put_table(
        ("session", "user", "by", "from", "device", "began", "ends"),
        [
            (
                row.id,
                row.user or "the owner",
                row.method,
                row.address,
                row.device[:40],
                iso(row.created_ns)[:19] + "Z",
                iso(row.expires_ns)[:19] + "Z",
            )
            for row in rows
        ],
    )


@command.command()
@click.argument("session_id")
@click.pass_context
def logout(ctx: click.Context, session_id: str) -> None:
    """End session SESSION_ID of the console."""
    click.echo(ctx.obj.ask(EndSession(ctx.obj.by(), session_id)).text)
