"""Which processes of this machine do not come round, as their supervisor has written it down."""

import json
from pathlib import Path
from typing import Final

FILE: Final = "silent.json"
"""In the state directory, while there are any."""


def write_silent(state: Path, silent: dict[str, tuple[int, str]]) -> None:
    """Keep the processes that are silent, by name: their ids, and what they do. Raises OSError."""
    path = state / FILE
    if silent:
        path.write_text(json.dumps(silent), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def read_silent(state: Path) -> dict[str, tuple[int, str]]:
    """Return the processes that are silent, by name. One that is gone is silent no more."""
    try:
        said = json.loads((state / FILE).read_text(encoding="utf-8"))
        found = {str(name): (int(pid), str(doing)) for name, (pid, doing) in said.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {name: it for name, it in found.items() if Path(f"/proc/{it[0]}").exists()}
