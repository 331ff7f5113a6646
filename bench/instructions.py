"""Instructions a call: what a worker's own code executes, counted by valgrind whatever else runs.

python bench/instructions.py [--calls 1000] [--kinds plain,burst,paced] [--with traced,told]
       [--functions FILE]

The worker is the real server, gateway, journal and pool in one process, with a keeper that has always just
answered; the provider is the canned one. Instructions of the kernel are not counted, and not all take the
same time, so this does not say how fast a call is: it says whether a change made it cost less. Counts of two
runs differ by less than 1%. Paced streams come one after the other, because valgrind is 50 times slower than
the processor. ``--with``: what production has and a bench has not, see `WITH`.
``--functions``: callgrind's table of the last kind's functions of C goes to FILE.
"""

import argparse
import asyncio
import gc
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import rig
import stages
import uvloop
from load import TRACED, closed_loop, request, runner
from subjects import CHOICES, Kind

from podium.net.server import Server
from podium.net.upstream import Pool
from podium.spend.rates import RateLimits

WARM_UP = 200
PACED_SHARE = 30
"""Of so many calls that are asked for one is made where they come one after the other."""
WITH = {
    "traced": "each request has a traceparent of its own",
    "told": "each answer has a request's id, a date, limits of rate and a cookie of its own",
    "rates": "the agent has limits of requests and tokens a minute",
    "apart": "each request's body is sent later than its head",
}
RATES = RateLimits(requests_per_minute=10_000_000, tokens_per_minute=10_000_000_000)


async def serve(port: int, upstream: int, folder: Path, *, rates: bool) -> None:
    """Run the worker until SIGTERM."""
    pool = Pool()
    made, journal, supplying = stages.gateway(folder, pool, upstream, rates=RATES if rates else None)
    server = Server(made.handle)
    server.at_once = made.at_once
    await server.listen(port=port)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await server.drain(5.0)
    await pool.close()
    supplying.cancel()
    journal.close()
    journal.release()


def control(pid: int, *command: str) -> None:
    subprocess.run(["callgrind_control", *command, str(pid)], check=True, capture_output=True)


def count(kind: Kind, upstream: int, calls: int, extras: frozenset[str], table: Path | None) -> float:
    """Return the instructions of one call."""
    paced, apart = kind.user == "paced", "apart" in extras
    share = PACED_SHARE if paced else PACED_SHARE // 6 if apart else 1
    port = rig.free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-instructions-")))
        out, log = folder / "out", folder / "log"
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        command += [sys.executable, __file__, "--serve", str(port), str(upstream), str(folder)]
        command += ["--rates"] if "rates" in extras else []
        worker = stack.enter_context(rig.process(*command, log=log))
        rig.listening(port, "the worker under valgrind", log, 120.0)
        runs = stack.enter_context(runner())
        headers = TRACED if "traced" in extras else ""
        message = request(port, stages.KEY, stream=kind.stream, user=kind.user, headers=headers)
        connections = 1 if paced or apart else kind.connections

        def run(wanted: int) -> int:
            loop, _ = runs.run(closed_loop(port, message, connections=connections, calls=wanted, apart=apart))
            if loop.failed or loop.lost:
                raise SystemExit(
                    f"{kind.title}: {loop.failed} failed, {loop.lost} lost: {loop.failure[:300]!r}"
                )
            return loop.answered

        run(WARM_UP // share)
        control(worker.pid, "-i", "on")
        answered = run(calls // share)
        control(worker.pid, "-d")
        found = re.search(r"^(?:summary|totals): (\d+)", out.with_name("out.1").read_text(), re.MULTILINE)
        if found is None:
            raise SystemExit("callgrind counted nothing")
        if table is not None:
            with table.open("wb") as file:
                subprocess.run(["callgrind_annotate", str(out.with_name("out.1"))], stdout=file, check=True)
        return int(found[1]) / answered


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--kinds", default="plain,burst,paced", help=f"of {','.join(CHOICES)}")
    parser.add_argument("--with", dest="extras", default="", help=f"of {','.join(WITH)}")
    parser.add_argument("--functions", type=Path)
    parser.add_argument("--rates", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        port, upstream, folder = arguments.serve
        uvloop.run(serve(int(port), int(upstream), Path(folder), rates=arguments.rates))
        return
    if shutil.which("callgrind_control") is None:
        raise SystemExit("valgrind is not here. On Debian or Ubuntu: apt-get install valgrind")
    os.environ["PYTHONHASHSEED"] = "0"
    print(rig.machine())
    kinds = [CHOICES[name] for name in arguments.kinds.split(",")]
    extras = frozenset(filter(None, arguments.extras.split(",")))
    if not extras <= WITH.keys():
        raise SystemExit(f"--with takes {', '.join(WITH)}")
    for extra in sorted(extras):
        print(f"{extra}: {WITH[extra]}")
    with rig.canned(None, *sorted(extras & {"told"})) as upstream:
        counts = [count(kind, upstream, arguments.calls, extras, arguments.functions) for kind in kinds]
    rows = [[kind.title, f"{found:,.0f}"] for kind, found in zip(kinds, counts, strict=True)]
    rig.put_table(["kind of call", "instructions"], rows)


if __name__ == "__main__":
    main()
