"""CPU per call: Podium's worker with everything on, against nginx and Envoy as plain proxies, in one run.

python bench/proxies.py [--rounds 5] [--seconds 2] [--kinds plain,paced] [--envoy PATH] [--nginx PATH]

Each proxy has one core to itself; load and provider share the other. The rounds are interleaved, so that
what the machine does besides meets all alike; rounds in which other programs took over 0.3 cores are left out
of the medians. CPU is user and system time from /proc/PID/stat over the calls of a round; for Podium the
worker's, and the keeper's beside it (it follows the journal, off the path). The ratio is the median of the
rounds' ratios. The target is no more than Envoy: 1.00.
"""

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import rig
from load import runner
from subjects import CHOICES, envoy, nginx, podium, report, rounds


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--kinds", default=",".join(CHOICES), help="of %(default)s")
    parser.add_argument("--nginx")
    parser.add_argument("--envoy")
    arguments = parser.parse_args()
    kinds = [CHOICES[name] for name in arguments.kinds.split(",")]
    on = rig.machine()
    measured, other = rig.cores()
    os.sched_setaffinity(0, {other})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-proxies-")))
        upstream = stack.enter_context(rig.canned(other))
        subjects = [
            stack.enter_context(podium(upstream, measured, other)),
            stack.enter_context(nginx(upstream, measured, folder, arguments.nginx)),
            stack.enter_context(envoy(upstream, measured, folder, arguments.envoy)),
        ]
        runs = stack.enter_context(runner())
        rounds(subjects, kinds, runs, count=arguments.rounds, seconds=arguments.seconds)
    print(on)
    print(f"{arguments.rounds} rounds of {arguments.seconds:g} s for each kind and proxy, medians")
    report(subjects, kinds)


if __name__ == "__main__":
    main()
