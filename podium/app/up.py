"""The supervisor: starts the processes, starts again what dies, ends them in order.

It imports little, because everything waits for it.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from podium.adapters.service_manager import ServiceManager
from podium.app.door import check_door
from podium.app.front import ADMIN, GATEWAY, allow_many_files, check_tls, claim_port, listeners, reserve
from podium.app.holding import StateLock, admin_token
from podium.app.options import UpOptions
from podium.app.process import EXIT_MISSING, EXIT_STATE
from podium.app.watching import LOOK_S, Watch
from podium.kernel.errors import StateError
from podium.settings import LOG_LEVEL_FILE, LOG_LEVELS
from podium.views.silence import write_silent

logger = logging.getLogger("podium.up")

FIRST_BACKOFF_S = 0.1
LONGEST_BACKOFF_S = 10.0
REPLACE_S = 30.0
"""A new worker that is not ready by then is given up."""
ENDS = ("runner", "gateway", "tools", "model", "control", "relay", "collector", "keeper")
"""The order of the end. Each step may take the grace and 10 s, for which service managers have to wait."""
CALM_S = 30.0
"""A child that has lived this long starts its back-off anew."""


@dataclass(eq=False)
class Child:
    """One supervised process. ``fds`` are those that it inherits."""

    name: str
    command: list[str]
    fds: tuple[int, ...] = ()
    process: asyncio.subprocess.Process | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    restarts: int = 0
    wanted: bool = True
    silent: int | None = None
    """Looks since its last word (`Watch`); None: it has not said yet that it comes round."""
    task: asyncio.Task[None] | None = None


class Supervisor:
    """Runs the children of one `podium up`."""

    worker_options: tuple[str, ...] = ()

    def __init__(
        self, options: UpOptions, say: Callable[[str], None], sockets: Sequence[socket.socket]
    ) -> None:
        self._options = options
        self._say = say
        self._sockets = sockets
        self._log_level = options.log_level
        self._leaving: set[Child] = set()
        self._upgrading: asyncio.Task[None] | None = None
        self._upgrade_again = False
        self._manager = ServiceManager(options.notify_socket)
        self._watch = Watch(options.hung_after_s, say, partial(write_silent, options.state))
        self._stop = asyncio.Event()
        self._children: dict[str, Child] = {}
        self._tools_socket: socket.socket | None = None
        self._collector_socket: socket.socket | None = None
        self._telling: asyncio.Task[None] | None = None
        self._exit_code = 0
        self._started = time.monotonic()

    async def run(self) -> int:
        """Start everything, wait for a signal, end everything; return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._upgrade)
        loop.add_signal_handler(signal.SIGUSR1, self._set_log_level)
        announcing = asyncio.create_task(self._announce(*self._begin()))
        watching = asyncio.create_task(self._keep_watch())
        await self._stop.wait()
        announcing.cancel()
        if self._upgrading is not None:
            self._upgrading.cancel()
        for listener in self._sockets:
            listener.close()  # from now on new connections are refused, as soon as the workers close theirs
        self._manager.tell("STOPPING=1", "STATUS=calls in flight finish")
        self._say("podium: stopping; calls in flight may take up to " + f"{self._options.grace_s:g} s")
        for name in ENDS:
            living = (*self._leaving, *self._children.values())
            await self._end([child for child in living if child.name.startswith(name)])
        watching.cancel()
        self._say(
            "podium: stopped" if self._exit_code == 0 else f"podium: stopped, exit code {self._exit_code}"
        )
        return self._exit_code

    async def _keep_watch(self) -> None:
        """Look at all every second until the end, and tell the service manager that we do."""
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._stop.is_set():  # else they end, each within its grace
                self._watch.look(self._children.values())
            if self._options.watchdog:
                self._manager.tell("WATCHDOG=1")

    def _begin(self) -> tuple[list[Child], Child | None]:
        """Start the children; return those that calls wait for, and the one that the console waits for."""
        options = self._options
        common = ["--state", str(options.state)]
        keeping = [
            "--tools-url",
            options.tools_address,
            *common,
            "--gateway-url",
            options.gateway_address,
        ]
        keeping += ["--keep-runs-days", str(options.keep_runs_days)]
        if options.key_file is not None:
            keeping += ["--key-file", str(options.key_file)]
        if options.door is not None:
            keeping += ["--door", options.door.text()]
        keeper = self._start("keeper", "keeper", keeping)
        control = self._start(
            "control",
            "control",
            [
                *common,
                "--manifests",
                str(options.manifests),
                "--host",
                options.host,
                "--port",
                str(options.admin_port),
                "--gateway-port",
                str(options.port),
                "--front",
                options.front.text(),
                *(
                    ["--metrics-token-file", str(options.metrics_token_file)]
                    if options.metrics_token_file
                    else []
                ),
            ],
        )
        workers = [self._start_worker(number) for number in range(options.workers)]
        return [keeper, *workers], control

    def _start_worker(self, number: int) -> Child:
        options, listener = self._options, self._sockets[number].fileno()
        return self._start(
            f"gateway-{number}",
            "gateway",
            [
                *("--state", str(options.state), "--worker", str(number), "--listen-fd", str(listener)),
                *("--grace", str(options.grace_s), "--durability", options.durability),
                *("--front", options.front.text(), *self.worker_options),
            ],
            fds=(listener,),
        )

    def _start_collector(self) -> None:
        """Start who keeps spans, when calls are already served."""
        options, fds = self._options, list[int]()
        arguments = ["--state", str(options.state), "--keep-spans-days", str(options.keep_spans_days)]
        arguments += ["--keep-spans-mb", str(options.keep_spans_mb)]
        if options.export_spans is not None:
            url, headers, megabytes = options.export_spans
            arguments += ["--export-spans", url, "--export-spans-mb", str(megabytes)]
            arguments += ["--export-spans-headers", headers] if headers else []
        arguments += ["--keep-content-days", str(options.keep_content_days)]
        arguments += ["--keep-content-mb", str(options.keep_content_mb)]
        arguments += ["--gateway-url", options.gateway_address]
        arguments += ["--gateway-ca", options.gateway_ca] if options.gateway_ca is not None else []
        arguments += ["--key-file", str(options.key_file)] if options.key_file is not None else []
        if options.collector_port:
            try:
                claim_port(options.host, options.collector_port, "collector", option="--collector-port")
                (self._collector_socket,) = listeners(options.host, options.collector_port, 1)
            except (StateError, OSError) as error:
                self._say(f"podium: programs cannot send spans: {error}")
            else:
                fds = [self._collector_socket.fileno()]
                arguments += ["--listen-fd", str(fds[0]), "--front", options.front.text()]
        self._start("collector", "collector", arguments, fds=tuple(fds))

    def _upgrade(self) -> None:
        """Replace every worker that is there now; while others are being replaced, right after them."""
        if self._upgrading is not None and not self._upgrading.done():
            self._upgrade_again = True
            return
        self._upgrading = asyncio.create_task(self._upgrades())

    async def _upgrades(self) -> None:
        await self._replace_workers()
        while self._upgrade_again:
            self._upgrade_again = False
            await self._replace_workers()

    async def _replace_workers(self) -> None:
        """Replace the workers one by one: the new one serves before the old one ends (SIGHUP)."""
        for number in range(self._options.workers):
            name = f"gateway-{number}"
            old = self._children[name]
            new = self._start_worker(number)
            try:
                async with asyncio.timeout(REPLACE_S):
                    await new.ready.wait()
            except TimeoutError:
                self._say(f"podium: the new {name} was not ready within {REPLACE_S:g} s; the old one goes on")
                self._children[name] = old
                await self._end([new])
                return
            self._leaving.add(old)
            await self._end([old], signal.SIGHUP)
            self._leaving.discard(old)
            self._say(f"podium: {name} replaced")
        self._say("podium: all workers replaced")
        tools = self._children.get("tools")
        if tools is not None and tools.process is not None and tools.process.returncode is None:
            tools.process.terminate()  # its successor has its socket, and what it knew of tasks

    def _set_log_level(self) -> None:
        """Pass on the level that `podium log-level` has left in the state (SIGUSR1)."""
        try:
            level = (self._options.state / LOG_LEVEL_FILE).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return
        if level not in LOG_LEVELS:
            self._say(f"podium: {level!r} is no log level")
            return
        self._log_level = level
        logging.getLogger().setLevel(level.upper())
        for child in (*self._children.values(), *self._leaving):
            pipe = child.process.stdin if child.process is not None else None
            if pipe is not None and not pipe.is_closing():
                pipe.write(json.dumps({"log_level": level}).encode() + b"\n")
        self._say(f"podium: log level {level}")

    def _start(self, name: str, module: str, arguments: list[str], fds: tuple[int, ...] = ()) -> Child:
        child = Child(name, [sys.executable, "-m", f"podium.app.{module}", *arguments], fds)
        self._children[name] = child
        child.task = asyncio.create_task(self._keep_alive(child))
        return child

    async def _keep_alive(self, child: Child) -> None:
        backoff_s = FIRST_BACKOFF_S
        while True:
            began = time.monotonic()
            code = await self._run_once(child)
            was_ready = child.ready.is_set()
            child.ready.clear()
            if not child.wanted:
                # One that was still starting, or could not start, has nothing to end in order.
                if code != 0 and was_ready:
                    self._say(f"podium: {child.name} {_how(code)} while stopping")
                    self._exit_code = self._exit_code or 1
                return
            if code == EXIT_STATE:
                self._say(f"podium: {child.name} cannot use the state; stopping")
                self._exit_code = EXIT_STATE
                child.wanted = False
                self._stop.set()
                return
            if code == EXIT_MISSING:
                self._say(f"podium: {child.name} is not started again until the manifests change")
                return
            backoff_s = FIRST_BACKOFF_S if time.monotonic() - began > CALM_S else backoff_s
            child.restarts += 1
            self._say(f"podium: {child.name} {_how(code)}; starting it again in {backoff_s:g} s")
            if await self._stopped_within(backoff_s):
                return
            backoff_s = min(backoff_s * 2, LONGEST_BACKOFF_S)

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stop.wait()
        except TimeoutError:
            return False

    async def _run_once(self, child: Child) -> int:
        read_fd, write_fd = os.pipe()
        try:
            child.process = await asyncio.create_subprocess_exec(
                *child.command,
                "--log-level",
                self._log_level,
                "--notify-fd",
                str(write_fd),
                stdin=asyncio.subprocess.PIPE,
                pass_fds=(write_fd, *child.fds),
                start_new_session=True,  # a Ctrl-C in the terminal is the supervisor's to pass on
            )
        finally:
            os.close(write_fd)
        if not child.wanted:
            child.process.terminate()  # the stop came while it was being started, and could not reach it
        listening = asyncio.create_task(self._listen(child, read_fd))
        code = await child.process.wait()
        await listening
        child.silent = None
        return code

    async def _listen(self, child: Child, fd: int) -> None:
        reader = asyncio.StreamReader()
        file = os.fdopen(fd, "rb", 0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), file
        )
        try:
            async for line in reader:
                try:
                    message = json.loads(line)
                except ValueError:
                    continue
                if "beat" in message:
                    self._watch.heard(child)
                if "ready" in message:
                    child.ready.set()
                if "models" in message:
                    self._want_models(message["models"])
                if "tools" in message:
                    self._want_tools(wanted=message["tools"])
                if "runs" in message:
                    self._want_runner(wanted=message["runs"])
        finally:
            transport.close()

    def _is_new(self, name: str, *, wanted: bool) -> bool:
        """End a child that is not wanted any more; return whether one that is wanted is not there."""
        child = self._children.get(name)
        if not wanted and child is not None:
            child.wanted = False
            del self._children[name]
            if child.process is not None and child.process.returncode is None:
                child.process.terminate()
        return wanted and child is None

    def _want_runner(self, *, wanted: bool) -> None:
        """Run agents' programs while the manifests name some."""
        options = self._options
        if self._is_new("runner", wanted=wanted):
            urls = ["--gateway-url", options.gateway_address, "--tools-url", options.tools_address]
            urls += ["--collector-url", options.collector_address]
            most = ["--most", str(options.most_programs)]
            self._start("runner", "runner", ["--state", str(options.state), *most, *urls])

    def _want_tools(self, *, wanted: bool) -> None:
        """Run the tool gateway while the manifests name tool servers; its port is taken with the first."""
        if not self._is_new("tools", wanted=wanted):
            return
        options = self._options
        if self._tools_socket is None:
            try:
                claim_port(options.host, options.tools_port, "tools", option="--tools-port")
                (self._tools_socket,) = listeners(options.host, options.tools_port, 1)
            except (StateError, OSError) as error:
                self._say(f"podium: no tool can be called: {error}")
                return
        listener = self._tools_socket.fileno()
        module, arguments = self._tools_command()
        arguments += ["--state", str(options.state), "--listen-fd", str(listener)]
        arguments += ["--front", options.front.text(), "--grace", str(options.grace_s)]
        child = self._start("tools", module, arguments, fds=(listener,))
        self._telling = asyncio.create_task(self._tell_of_tools(child))

    def _tools_command(self) -> tuple[str, list[str]]:
        """Return which process serves the tool gateway's port, and what it is told besides its socket."""
        return "tools", []

    async def _tell_of_tools(self, child: Child) -> None:
        await child.ready.wait()
        self._say(f"podium: tools {self._options.tools_address}")

    def _want_models(self, models: list[dict[str, object]]) -> None:
        """Run a child per local model that the manifests name, and end those that they no longer name."""
        wanted: dict[str, list[str]] = {}
        for model in models:
            arguments = [part for key, value in model.items() for part in (f"--{key}", str(value))]
            wanted[f"model-{model['provider']}"] = [*arguments, "--state", str(self._options.state)]
        for name, child in list(self._children.items()):
            if name.startswith("model-") and (name not in wanted or child.command[3:] != wanted[name]):
                child.wanted = False
                del self._children[name]
                if child.process is not None and child.process.returncode is None:
                    child.process.terminate()
        for name, arguments in wanted.items():
            if name not in self._children:
                self._start(name, "model", arguments)

    async def _announce(self, first: list[Child], control: Child | None) -> None:
        options = self._options
        host = f"[{options.host}]" if ":" in options.host else options.host
        for child in first:
            await child.ready.wait()
        where = f"{options.front.scheme(GATEWAY)}://{host}:{options.port}/v1"
        self._say(f"podium: ready after {time.monotonic() - self._started:.2f} s: gateway {where}")
        self._manager.tell("READY=1", f"STATUS=gateway at {where}")
        if control is None:
            return
        self._start_collector()
        await control.ready.wait()
        token = admin_token(options.state)
        scheme = options.front.scheme(ADMIN)
        self._say(f"podium: console {scheme}://{host}:{options.admin_port}/login?token={token}")

    async def _end(self, children: list[Child], number: int = signal.SIGTERM) -> None:
        for child in children:
            child.wanted = False
            if child.process is not None and child.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.process.send_signal(number)
        tasks = [child.task for child in children if child.task is not None]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=self._options.grace_s + 10)
        for child in children:
            if child.task in late and child.process is not None:
                self._say(f"podium: {child.name} did not end in time and is killed")
                with contextlib.suppress(ProcessLookupError):
                    child.process.kill()
        if late:
            await asyncio.wait(late)


def _how(code: int) -> str:
    if code < 0:
        return f"died of {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def up(options: UpOptions) -> int:
    """Run Podium until SIGTERM or SIGINT. Raises StateError when state or a port is in use."""

    def prepare() -> None:
        claim_port(options.host, options.admin_port, "console and admin API")
        if options.door is not None:
            check_door(options.door)
        admin_token(options.state)
        if options.database is not None:
            from podium.adapters.records import use_database

            use_database(options.state, options.database)

    return supervise(options, Supervisor, prepare, reserved=(options.admin_port,))


def supervise(
    options: UpOptions,
    kind: Callable[[UpOptions, Callable[[str], None], Sequence[socket.socket]], Supervisor],
    prepare: Callable[[], None],
    *,
    reserved: Sequence[int] = (),
) -> int:
    """Run a supervisor on a state directory and its ports, when ``prepare`` has found nothing wrong."""

    def say(line: str) -> None:
        print(line, flush=True)

    check_tls(options.front)
    if options.gateway_ca is not None:
        from podium.adapters.judge import trusting  # slow to import

        trusting(options.gateway_ca)
    lock = StateLock(options.state)
    sockets: list[socket.socket] = []
    try:
        allow_many_files()
        claim_port(options.host, options.port, "gateway")
        sockets = listeners(options.host, options.port, options.workers)
        prepare()
        sockets += [reserve(options.host, port) for port in reserved]

        async def main() -> int:
            return await kind(options, say, sockets[: options.workers]).run()

        return asyncio.run(main())
    finally:
        for one in sockets:
            one.close()
        lock.release()
