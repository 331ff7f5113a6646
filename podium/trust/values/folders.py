"""Folders of which people leave out where they are.

Of ``/srv/files`` the file ``/srv/files/notes/todo.md`` is ``notes/todo.md``, as they say it.
"""

import re
from collections.abc import Iterable
from typing import Final

_ROOTED: Final = re.compile(r"(?:/|[A-Za-z]:[/\\]|\\\\)")
_LOOSE: Final = frozenset(("", ".", ".."))
"""Steps by which a path may lead out of its folder, or be written in another way."""


def is_rooted(path: str) -> bool:
    """Return whether a path says a folder wholly: from the root on, without steps back, and not the root."""
    rooted = _ROOTED.match(path)
    return rooted is not None and not _LOOSE & set(_steps(path[rooted.end() :]))


def below(folders: Iterable[str], value: object) -> str | None:
    """Return what a path is within the innermost of some folders that holds it; None: it is in none.

    Only what is written plainly is: a path with steps back may lead anywhere.
    """
    if not isinstance(value, str):
        return None
    inner = [value[len(one) :] for folder in folders if value.startswith(one := _open(folder))]
    path = min(inner, key=len, default="")
    return "/".join(_steps(path)) if path and not _LOOSE & set(_steps(path)) else None


def _open(folder: str) -> str:
    """Return a folder as what is in it begins."""
    back = "\\" in folder and "/" not in folder
    return folder.rstrip("/\\") + ("\\" if back else "/")


def _steps(path: str) -> list[str]:
    trimmed = path[:-1] if path.endswith(("/", "\\")) else path
    return re.split(r"[/\\]", trimmed)
