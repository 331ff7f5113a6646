"""The port of tools on a gateway's machine: ``python -m podium.app.carrier``. It inherits its socket."""

import argparse
import asyncio
import socket
from pathlib import Path

from podium.adapters.link import KeeperClient, MachineDialer, Remote
from podium.adapters.system import Entropy, SystemClock
from podium.app.door import host_and_port
from podium.app.front import TOOLS, Front, server_tls, watch_tls
from podium.app.process import calls_end, log_to_stderr, run, stop_event
from podium.app.watching import say_ready
from podium.gateway.carrying import IDLE_S, LIMITS, Carrier, Word
from podium.net.server import Server
from podium.net.upstream import Origin, Pool

GRACE_S = 5.0
NAME = "tools"


async def carry(arguments: argparse.Namespace) -> None:
    """Carry until told to stop."""
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    host, port = host_and_port(arguments.keeper, "--keeper")
    remote = Remote(host, port, Path(arguments.cert), Path(arguments.key), Path(arguments.ca))
    link = KeeperClient(Path(arguments.state) / "keeper.sock", answer_timeout_s=2.0)
    word = Word(link, SystemClock(), arguments.tools_url)
    pool = Pool(idle_timeout_s=IDLE_S, dialer=MachineDialer(remote))
    carrier = Carrier(
        pool, Origin("https", host, port, network="private"), word, arguments.tools_url, Entropy()
    )
    server = Server(carrier.handle, limits=LIMITS)
    tls = server_tls(Front.from_text(arguments.front), TOOLS)
    await server.listen(
        sock=socket.socket(fileno=arguments.listen_fd), ssl=tls.context if tls is not None else None
    )
    watching = [asyncio.create_task(watch_tls(tls))] if tls is not None else []
    asking = asyncio.create_task(word.keep_asking(on_first=lambda: say_ready(arguments.notify_fd, NAME)))
    await stop.wait()
    server.stop_listening()
    await calls_end(lambda: carrier.calls, arguments.grace)
    await server.drain(GRACE_S)
    for task in (asking, *watching):
        task.cancel()
    await asyncio.gather(asking, *watching, return_exceptions=True)
    await pool.close()
    await link.close()


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.carrier")
    parser.add_argument("--state", required=True)
    parser.add_argument("--keeper", required=True)
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--tools-url", required=True)
    parser.add_argument("--front", default="{}")
    parser.add_argument("--grace", type=float, default=30.0)
    parser.add_argument("--listen-fd", type=int, required=True)
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr(NAME, arguments.log_level)
    run(carry(arguments))


if __name__ == "__main__":
    main()
