"""The keeper's place on a gateway's machine: ``python -m podium.app.relay``.

It gets the digest key from the keeper, passes the workers' questions on, and ships their journals.
"""

import argparse
import asyncio
import logging
import os
from pathlib import Path

from podium.adapters.link import Remote, RemoteKeeper
from podium.adapters.system import SystemClock, boot_id, write_secret
from podium.app.door import host_and_port
from podium.app.process import log_to_stderr, notify, run, stop_event
from podium.app.watching import say_ready
from podium.gateway.carrying import watch_tools
from podium.gateway.relay import Relay
from podium.gateway.shipping import Shipper
from podium.keeper.connection import listen_here
from podium.kernel.errors import NotReady, PodiumError
from podium.ports.machines import GetKeys, KeysAre

TRY_AGAIN_S = 0.5
SHIP_LAST_S = 5.0
"""What is not shipped so soon after the last worker has ended is shipped at the next start."""

logger = logging.getLogger("podium.relay")


async def fetch_keys(link: RemoteKeeper, state: Path) -> None:
    """Keep the digest key in the state directory. Raises NotReady or what the keeper refuses."""
    answer = await link.ask(GetKeys())
    if not isinstance(answer, KeysAre):
        raise NotReady(f"the keeper answered {type(answer).__name__} to GetKeys")
    path = state / "keys" / "digest.key"
    if not path.exists() or path.read_bytes() != answer.digest_key:
        write_secret(path, answer.digest_key)


async def begin(link: RemoteKeeper, state: Path, stop: asyncio.Event) -> None:
    """Fetch the keys, for as long as it takes; those of an earlier start will do meanwhile."""
    complained = ""
    while not stop.is_set():
        try:
            await fetch_keys(link, state)
        except (PodiumError, OSError) as error:
            if str(error) != complained:
                complained = str(error)
                logger.warning("the keeper is not reached: %s", error)
            if (state / "keys" / "digest.key").exists():
                return
            await asyncio.sleep(TRY_AGAIN_S)
        else:
            logger.info("the keeper is reached")
            return


async def relay(arguments: argparse.Namespace) -> None:
    """Pass on and ship until told to stop."""
    state = Path(arguments.state)
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    host, port = host_and_port(arguments.keeper, "--keeper")
    remote = Remote(host, port, Path(arguments.cert), Path(arguments.key), Path(arguments.ca))
    remote.context()  # files that are of no use are told at once
    link = RemoteKeeper(remote)
    shipper = Shipper(state / "journals", link, SystemClock(), boot_id())
    server = await asyncio.start_unix_server(
        Relay(lambda: RemoteKeeper(remote), shipper).serve_connection, sock=listen_here(state)
    )
    await begin(link, state, stop)
    say_ready(arguments.notify_fd, "relay")
    looking = RemoteKeeper(remote)
    shipping = asyncio.create_task(shipper.run())
    watching = asyncio.create_task(
        watch_tools(looking, lambda wanted: notify(arguments.notify_fd, {"tools": wanted}))
    )
    await stop.wait()
    for task in (shipping, watching):
        task.cancel()
    await asyncio.gather(shipping, watching, return_exceptions=True)
    await looking.close()
    await link.close()
    if not await shipper.finish(SHIP_LAST_S, ended=True):
        logger.warning("not all journals have reached the keeper; the next start ships the rest")
    server.close()
    await link.close()


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.relay")
    parser.add_argument("--state", required=True)
    parser.add_argument("--keeper", required=True)
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("relay", arguments.log_level)
    os.umask(0o077)
    run(relay(arguments))


if __name__ == "__main__":
    main()
