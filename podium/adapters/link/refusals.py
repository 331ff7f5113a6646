"""A refusal of the keeper as the error that it means here."""

from pathlib import Path
from typing import Final

from podium.kernel.errors import PodiumError, StateError
from podium.ports.link import KINDS, Refused

SOCKET_PATH_BYTES: Final = 107
"""``sun_path`` of unix(7) holds 108 bytes with the closing zero."""


def error_of(refused: Refused) -> PodiumError:
    """Return the error of the tree that a refusal is."""
    kind = KINDS.get(refused.kind or refused.code, PodiumError)
    return kind(refused.message, fix=refused.fix, field=refused.field, code=refused.code)


def not_running(path: Path) -> StateError:
    """Return the error for a keeper that is not there."""
    return StateError(
        f"Podium is not running on {path.parent}.",
        fix="Start it (podium up), or name the state of the one that runs (--state).",
        code="not_running",
    )


def check_path(path: Path) -> None:
    """Raise StateError for a path that no Unix socket can have."""
    if len(str(path).encode()) > SOCKET_PATH_BYTES:
        raise StateError(
            f"{path} is too long for a Unix socket, which takes {SOCKET_PATH_BYTES} bytes.",
            fix="Use a --state with a shorter path.",
        )
