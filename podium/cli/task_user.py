"""Options that say who the user of a task is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from podium.trust.request.user import User


def user_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say who the user is, together the parameter ``user``; None: the agent says it."""

    @click.option("--user-name", "names", multiple=True, metavar="NAME", help="Who *me* of the request is.")
    @click.option("--user-address", "addresses", multiple=True, metavar="ADDRESS", help="Mail, or telephone.")
    @click.option("--user-id", "ids", multiple=True, metavar="ID", help="A login, a handle. Each repeatable.")
    @wraps(command)
    def told(
        *arguments: Any,
        names: tuple[str, ...],
        addresses: tuple[str, ...],
        ids: tuple[str, ...],
        **others: Any,
    ) -> Any:
        user = User(names, addresses, ids)
        return command(*arguments, **others, user=user if user.told else None)

    return told
