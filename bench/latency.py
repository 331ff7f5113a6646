"""Latency that a proxy adds: Podium and Envoy at half of Podium's saturation, and streams' first events.

python bench/latency.py [--rounds 3] [--seconds 3] [--streams-per-s 150] [--envoy PATH]

The saturation is what the worker serves to 64 connections that never wait. Plain calls then come at half of
that rate, streams of 34 events 5 ms apart at a rate of their own, both in an open loop. The provider is
called without a proxy too, and what a proxy adds is the difference of the two percentiles. Each proxy
has one core to itself; load, provider and Podium's keeper share the other, and what the keeper takes there
counts as Podium's. Rounds are interleaved; those in which other programs took over 0.3 cores are left out.
"""

import argparse
import asyncio
import gc
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

import rig
from load import runner
from openloop import open_loop
from subjects import CHOICES, TOO_MUCH, Kind, Subject, calm, envoy, podium, say_left_out


class Course:
    """One subject's percentiles, round by round."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.p50_us: list[float] = []
        self.p99_us: list[float] = []
        self.others_cores: list[float] = []

    def measure(self, runs: asyncio.Runner, kind: Kind, per_s: float, seconds: float) -> None:
        """Run one round. Ends the bench when a call fails."""
        if self.subject.beside:
            calm(self.subject.beside)
        gc.collect()
        others_s = rig.others_cpu_s()
        message = self.subject.message(kind)
        found = runs.run(open_loop(self.subject.port, message, per_s=per_s, seconds=seconds))
        if found.failed or found.unanswered:
            raise SystemExit(
                f"{self.subject.name}: {found.failed} calls failed, {found.unanswered} had no answer; "
                f"the last failure: {found.failure[:500]!r}"
            )
        self.others_cores.append((rig.others_cpu_s() - others_s) / seconds)
        self.p50_us.append(found.us(0.5, first=kind.stream))
        self.p99_us.append(found.us(0.99, first=kind.stream))


def report(title: str, courses: list[Course]) -> None:
    """Print medians of the rounds' percentiles; the first subject is the provider without a proxy."""
    count = len(courses[0].p50_us)
    good = [n for n in range(count) if all(course.others_cores[n] <= TOO_MUCH for course in courses)]
    taken = good or list(range(count))
    direct = courses[0]

    def added(course: Course, *, tail: bool) -> float:
        ours, theirs = (course.p99_us, direct.p99_us) if tail else (course.p50_us, direct.p50_us)
        return statistics.median(ours[n] - theirs[n] for n in taken)

    rows = []
    for course in courses:
        cells = [statistics.median(figures[n] for n in taken) for figures in (course.p50_us, course.p99_us)]
        row = [course.subject.name, *(f"{cell:,.0f}" for cell in cells)]
        plus = (
            ["", ""] if course is direct else [f"{added(course, tail=tail):,.0f}" for tail in (False, True)]
        )
        rows.append([*row, *plus])
    print()
    rig.put_table([title, "p50 µs", "p99 µs", "added p50", "added p99"], rows)
    ours, theirs = courses[1], courses[2]
    for tail in (False, True):
        more = added(ours, tail=tail) - added(theirs, tail=tail)
        print(f"added by Podium over what Envoy adds, p{99 if tail else 50}: {more:,.0f} µs")
    say_left_out(count, len(good))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--streams-per-s", type=float, default=150.0)
    parser.add_argument("--envoy")
    arguments = parser.parse_args()
    on = rig.machine()
    measured, other = rig.cores()
    os.sched_setaffinity(0, {other})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-latency-")))
        upstream = stack.enter_context(rig.canned(other))
        ours = stack.enter_context(podium(upstream, measured, other))
        subjects = [
            Subject("no proxy", upstream, []),
            ours,
            stack.enter_context(envoy(upstream, measured, folder, arguments.envoy)),
        ]
        runs = stack.enter_context(runner())
        for subject in subjects:
            for kind in (CHOICES["plain"], CHOICES["paced"]):
                subject.measure(runs, kind, 1.0)
        full_per_s = ours.measure(runs, CHOICES["plain"], 2.0).per_s
        print(on)
        print(f"saturation of Podium's worker: {full_per_s:,.0f} plain calls/s, 64 connections")
        gc.disable()
        for kind, per_s, what in (
            (CHOICES["plain"], full_per_s / 2, "plain, whole answer"),
            (CHOICES["paced"], arguments.streams_per_s, "streamed, 34 events 5 ms apart, first event"),
        ):
            courses = [Course(subject) for subject in subjects]
            for _ in range(arguments.rounds):
                for course in courses:
                    course.measure(runs, kind, per_s, arguments.seconds)
            report(f"{what}, {per_s:,.0f} calls/s", courses)


if __name__ == "__main__":
    main()
