"""The keeper: ``python -m podium.app.keeper``. One per database."""

import argparse
import asyncio
import contextlib
import ctypes
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.evidence_keys import FileKeys
from podium.adapters.link import KeeperClient
from podium.adapters.records import open_records
from podium.adapters.records.backup import Backups
from podium.adapters.system import Entropy, HostSecrets, SystemClock, boot_id, secret_file
from podium.adapters.task_keys import WRAP_BYTES, EncryptedTaskKeys
from podium.app.door import KeeperDoor
from podium.app.priority import Beat, give_way
from podium.app.process import leave_alone_what_lives, log_to_stderr, run, stop_event
from podium.app.watching import say_ready
from podium.keeper.issuer_keys import IssuerKeys
from podium.keeper.server import serve
from podium.kernel.errors import StateError
from podium.net.proxies import Proxies
from podium.net.upstream import Pool
from podium.settings import read_settings, read_variable

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
SWITCH_S = 0.0005
"""Who answers, and who beats, waits so long at most for the thread that reads journals (CPython's: 5 ms)."""
CONTENT_S = 30.0
"""The collector redacts about 1 MB a second, and what one gateway hands over waits behind another's."""

logger = logging.getLogger("podium.keeper")


async def keep(arguments: argparse.Namespace) -> None:
    """Migrate, then serve until told to stop."""
    state = Path(arguments.state)
    loop = asyncio.get_running_loop()
    stop = stop_event(loop, lifeline=arguments.notify_fd is not None)
    # Answering takes next to nothing and is promised within a second; all that takes time gives way.
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="beside", initializer=give_way))
    engine = open_records(state)

    def ready(comes_round: Callable[[], bool]) -> None:
        leave_alone_what_lives()
        say_ready(arguments.notify_fd, "keeper", comes_round)

    backups, clock, settings = Backups(state), SystemClock(), read_settings()
    with contextlib.suppress(StateError), backups.alone():
        pass  # what a backup that was broken off has left is removed
    await serve(
        state=state,
        engine=engine,
        clock=clock,
        entropy=Entropy(),
        keys=FileKeys(state / "keys"),
        task_keys=EncryptedTaskKeys(
            state / "keys" / "tasks.enc",
            secret_file(arguments.key_file or state / "keys" / "wrap.key", lambda: os.urandom(WRAP_BYTES)),
        ),
        gateway_url=arguments.gateway_url,
        tools_url=arguments.tools_url,
        ready=ready,
        stop=stop,
        door=KeeperDoor.from_text(arguments.door).door() if arguments.door else None,
        digest_key=lambda: secret_file(state / "keys" / "digest.key", lambda: os.urandom(32)),
        collector=KeeperClient(state / "collector.sock", answer_timeout_s=CONTENT_S),
        backups=backups,
        boot_id=boot_id(),
        bodies=FileArtifacts(state),
        keep_runs_days=arguments.keep_runs_days,
        beat=Beat(),
        give_way=give_way,
        issuers=IssuerKeys(
            Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy)),
            HostSecrets(read_variable, clock.monotonic_ns),
            clock,
        ),
    )


def give_memory_back() -> None:
    """Have glibc keep few free pages: batches are large and short-lived. Other C libraries do as they do.

    Source of the numbers: mallopt(3).
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for parameter, value in (
            (_M_ARENA_MAX, 1),
            (_M_TRIM_THRESHOLD, 1 << 20),
            (_M_MMAP_THRESHOLD, 1 << 17),
        ):
            libc.mallopt(parameter, value)


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.keeper")
    parser.add_argument("--state", required=True)
    parser.add_argument("--gateway-url", default="http://127.0.0.1:8710")
    parser.add_argument("--tools-url", default="")
    parser.add_argument("--key-file", type=Path)
    parser.add_argument("--keep-runs-days", type=int, default=7)
    parser.add_argument("--door", help="as app.door.KeeperDoor.text writes it")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("keeper", arguments.log_level)
    give_memory_back()
    sys.setswitchinterval(SWITCH_S)
    run(keep(arguments))


if __name__ == "__main__":
    main()
