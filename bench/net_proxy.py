"""CPU per request of net/ alone: a plain proxy made of `Server` and `Pool`, and nothing of Podium's.

python bench/net_proxy.py [--rounds 3] [--seconds 3] [--connections 64] [--profile FILE]

The proxy has one core to itself; load and provider share the other. CPU is user and system time from
/proc/PID/stat over the requests of a round. nginx, if it is installed, is measured in the same rounds.
``--profile``: the proxy runs under cProfile, whose own cost falsifies the times but hardly their order; the
table goes to FILE.
"""

import argparse
import asyncio
import cProfile
import gc
import os
import pstats
import shutil
import signal
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import rig
import uvloop
from load import runner
from proxies import KINDS, Subject, listening, nginx

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
    upstream, port = rig.free_port(), rig.free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-net-")))
        canned = [sys.executable, str(rig.HERE / "canned.py"), str(upstream)]
        stack.enter_context(rig.process(*canned, core=other, log=folder / "canned.log"))
        listening(upstream, "the canned provider", folder / "canned.log")
        command = [sys.executable, __file__, "--serve", str(port), str(upstream)]
        if arguments.profile:
            command += ["--profile", arguments.profile]
        proxy = stack.enter_context(rig.process(*command, core=measured, log=folder / "proxy.log"))
        listening(port, "the proxy", folder / "proxy.log")
        subjects = [Subject("net/ as a plain proxy", port, proxy.pid)]
        binary = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if binary is not None:
            subjects.append(stack.enter_context(nginx(binary, upstream, measured, folder)))
        runs = stack.enter_context(runner())
        for subject in subjects:
            for kind in KINDS:
                subject.measure(runs, kind, seconds=1.0, connections=arguments.connections)
            subject.forget()
        for _ in range(arguments.rounds):
            for kind in KINDS:
                for subject in subjects:
                    subject.measure(runs, kind, seconds=arguments.seconds, connections=arguments.connections)
        for kind, title in KINDS.items():
            rows = [
                [
                    subject.name,
                    f"{statistics.median(subject.us[kind]):.1f}",
                    f"{min(subject.us[kind]):.1f} to {max(subject.us[kind]):.1f}",
                    f"{statistics.median(subject.per_s[kind]):,.0f}",
                ]
                for subject in subjects
            ]
            rig.put_table([title, "CPU µs/request", "rounds", "requests/s"], rows)
        print(f"memory {rig.rss_bytes(proxy.pid) / 1e6:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=64)
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
