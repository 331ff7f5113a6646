"""The scripted parts, as a command line asks for them. Each is imported when it is played."""

from collections.abc import Callable
from typing import Any


def play(say: Callable[[str], None], **settings: Any) -> int:
    """Play an agent; return its exit code. ``settings`` are those of `agent.Script`."""
    from podium.adapters.scripted.agent import play as play_agent  # noqa: PLC0415 - see above

    return play_agent(say, **settings)


def serve_tickets(host: str, port: int, count_file: str | None, listens: Callable[[], None]) -> None:
    """Serve the tickets' tools until told to stop. ``listens`` is called once they can be reached."""
    from podium.adapters.scripted.tickets import serve_tickets as serve  # noqa: PLC0415 - slow to import

    serve(host, port, count_file, listens)
