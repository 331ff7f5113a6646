"""CPU per request of net/ alone: a plain proxy made of `Server` and `Pool`, and nothing of Podium's.

python bench/net_proxy.py [--rounds 3] [--seconds 2] [--kinds plain,paced] [--profile FILE]

The proxy has one core to itself; load and provider share the other. CPU is user and system time from
/proc/PID/stat over the requests of a round. nginx is measured in the same rounds.
``--profile``: the proxy runs under cProfile, whose own cost falsifies the times but hardly their order; the
table goes to FILE.
"""

import argparse
import asyncio
import cProfile
import gc
import os
import pstats
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import rig
import uvloop
from load import runner
from subjects import CHOICES, Subject, nginx, report, rounds

from podium.net.server import Exchange, Server
from podium.net.upstream import Deadlines, Origin, Pool

DEADLINES = Deadlines(connect_s=5, first_byte_s=60, idle_s=60, total_s=600)
_OURS = {b"content-length", b"transfer-encoding", b"connection", b"keep-alive"}


async def serve(port: int, upstream: int) -> None:
    """Run the proxy until SIGTERM."""
    pool, origin = Pool(), Origin("http", "127.0.0.1", upstream, network="private")

    async def handle(exchange: Exchange) -> None:
        body = await exchange.read_body()
        headers = [
            (name, value) for name, value in exchange.headers.items() if name not in _OURS and name != b"host"
        ]
        reply = await pool.send(
            origin,
            method=exchange.method,
            target=exchange.target,
            headers=headers,
            body=body,
            deadlines=DEADLINES,
        )
        headers = [header for header in reply.headers if header[0] not in _OURS]
        if reply.header(b"content-length") is not None:
            exchange.respond(reply.status, headers, await reply.read(1 << 26))
            return
        exchange.start_stream(reply.status, headers)
        while chunk := await reply.next_chunk():
            await exchange.write(chunk)
        exchange.finish()

    server = Server(handle)
    await server.listen(port=port)
    gc.collect()
    gc.freeze()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await server.drain(5.0)
    await pool.close()


def serve_profiled(port: int, upstream: int, out: Path) -> None:
    """Run the proxy under cProfile and write the table of its functions."""
    profile = cProfile.Profile()
    profile.runcall(uvloop.run, serve(port, upstream))
    with out.open("w", encoding="utf-8") as file:
        pstats.Stats(profile, stream=file).sort_stats("tottime").print_stats(40)


def measure(arguments: argparse.Namespace) -> None:
    """Start provider, proxy and load, and print the table."""
    print(rig.machine())
    measured, other = rig.cores()
    os.sched_setaffinity(0, {other})
    port = rig.free_port()
    kinds = [CHOICES[name] for name in arguments.kinds.split(",")]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-net-")))
        upstream = stack.enter_context(rig.canned(other))
        command = [sys.executable, __file__, "--serve", str(port), str(upstream)]
        if arguments.profile:
            command += ["--profile", arguments.profile]
        proxy = stack.enter_context(rig.process(*command, core=measured, log=folder / "proxy.log"))
        rig.listening(port, "the proxy", folder / "proxy.log")
        subjects = [
            Subject("net/ as a plain proxy", port, [proxy.pid]),
            stack.enter_context(nginx(upstream, measured, folder)),
        ]
        runs = stack.enter_context(runner())
        rounds(subjects, kinds, runs, count=arguments.rounds, seconds=arguments.seconds)
        report(subjects, kinds)
        print(f"memory {rig.rss_bytes(proxy.pid) / 1e6:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--kinds", default=",".join(CHOICES), help="of %(default)s")
    parser.add_argument("--profile", metavar="FILE")
    parser.add_argument("--serve", nargs=2, type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.serve:
        measure(arguments)
    elif arguments.profile:
        port, upstream = arguments.serve
        serve_profiled(port, upstream, Path(arguments.profile))
    else:
        uvloop.run(serve(*arguments.serve))


if __name__ == "__main__":
    main()
