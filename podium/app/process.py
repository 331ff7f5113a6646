"""What every child process of `podium up` shares: its lifeline, its ready line, its signals and its log.

The supervisor holds the other end of the child's standard input. When that closes, the supervisor is
gone, and the child ends in good order as it does on SIGTERM. What a child has to say to the supervisor
it writes as JSON lines to the file descriptor of ``--notify-fd``.
"""

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop

from podium.kernel.errors import PodiumError, StateError
from podium.settings import LOG_LEVELS

EXIT_OK = 0
EXIT_FAILURE = 1
EXIT_STATE = 4
"""State in use or unusable: starting again would not help."""
EXIT_MISSING = 6
"""Something that must be fetched first is missing: starting again would not help."""
_CALLS_LOOK_S = 0.05


def notify(fd: int | None, message: dict[str, object]) -> None:
    """Tell the supervisor. A supervisor that is gone is no error here: the lifeline will say so."""
    if fd is None:
        return
    with contextlib.suppress(OSError):
        os.write(fd, json.dumps(message).encode() + b"\n")


def log_to_stderr(process: str, level: str) -> None:
    """Log lines for people, on standard error: time, level, process, message."""
    logging.basicConfig(
        stream=sys.stderr,
        level=level.upper(),
        format=f"%(asctime)s %(levelname)-7s {process}: %(message)s",
        datefmt="%H:%M:%S",
    )


def stop_event(loop: asyncio.AbstractEventLoop, *, lifeline: bool) -> asyncio.Event:
    """Return an event that is set by SIGTERM, SIGINT, or the end of the supervisor."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if lifeline:

        def read_lifeline() -> None:
            try:
                data = os.read(0, 1024)
            except BlockingIOError:
                return
            if not data:
                loop.remove_reader(0)
                stop.set()
            else:
                _obey(data)

        os.set_blocking(0, False)
        loop.add_reader(0, read_lifeline)
    return stop


def _obey(data: bytes) -> None:
    """Do what the supervisor asks for at run time, a JSON line each: now, to log at another level."""
    for line in data.splitlines():
        with contextlib.suppress(ValueError, AttributeError):
            level = json.loads(line).get("log_level")
            if level in LOG_LEVELS:
                logging.getLogger().setLevel(level.upper())
                logging.getLogger("podium").info("log level %s", level)


async def calls_end(under_way: Callable[[], int], grace_s: float) -> None:
    """Let calls of tools come to their end, so that their clients hear of it. Who ends takes no new ones.

    Streams on which clients only listen are not among them.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + grace_s
    while under_way() and loop.time() < until:  # noqa: ASYNC110 - what is counted has no event
        await asyncio.sleep(_CALLS_LOOK_S)
    if cut := under_way():
        text = "%d calls of tools did not end within %g s and are cut off"
        logging.getLogger("podium").warning(text, cut, grace_s)


def leave_alone_what_lives() -> None:
    """Keep the collector of garbage from what is there when a process is ready: it lives to the end.

    What a call makes, reference counts free; so it looks seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def family(supervisor: int) -> dict[str, int]:
    """Return the processes that a supervisor has now, by the name that it has for each, and their ids.

    Of two with one name, while a worker is being replaced, the newer. Source: proc_pid_task(5).
    """
    found = {}
    try:
        pids = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text(encoding="ascii").split()
    except OSError:
        return {}
    for pid in pids:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has just ended
        module = next((word for word in words if word.startswith("podium.app.")), None)
        if module is None:
            continue
        name = module.removeprefix("podium.app.")
        option = {"gateway": "--worker", "model": "--provider"}.get(name)
        if option in words:
            name += f"-{words[words.index(option) + 1]}"
        found[name] = int(pid)
    return found


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a child's main on uvloop and end the process with the right exit code."""
    gc.freeze()  # what is imported lives to the end
    gc.enable()
    try:
        uvloop.run(main)
    except StateError as error:
        logging.getLogger("podium").error("%s", error)  # noqa: TRY400 - for people, without a traceback
        raise SystemExit(EXIT_STATE) from error
    except PodiumError as error:
        logging.getLogger("podium").error("%s", error)  # noqa: TRY400 - for people, without a traceback
        raise SystemExit(EXIT_FAILURE) from error
    raise SystemExit(EXIT_OK)
