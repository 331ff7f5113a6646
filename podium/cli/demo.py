"""`podium demo`: the example fleet, a local model, and recorded traffic, by one command."""

import http.client
import json
import re
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console

from podium.cli.children import Children
from podium.cli.demo_fleet import DemoFleet, compiled
from podium.cli.model import pull_shown
from podium.cli.replay import Replayed, print_ledger, run_shown, settled_ledger
from podium.control.keys import NewKey, make_key
from podium.kernel.errors import PodiumError, StateError
from podium.ports.link import RevokeCredential
from podium.views.replay import Fleet, fleet

_LOCAL_MODEL: Final = "smollm2"
_QUESTION: Final = "In one sentence: what does the conductor of an orchestra do?"
_HOST: Final = "127.0.0.1"
_READY_WAIT_S: Final = 60.0
_MODEL_WAIT_S: Final = 30.0
_SETTLE_WAIT_S: Final = 15.0
_INTERRUPTED: Final = 130


@click.command(name="demo")
@click.option(
    "--exit", "exit_after", is_flag=True, help="End by itself, with exit code 0 if every total agrees."
)
@click.option("--state", help="State directory.  [default: demo in the usual one]")
@click.option(
    "--manifests",
    type=click.Path(exists=True, path_type=Path),
    default=Path(__file__).parent / "fleet",
    show_default="the example fleet",
    help="The fleet that is played.",
)
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), help="Recorded minutes to replay.  [default: all]"
)
@click.option(
    "--provider-port",
    type=click.IntRange(1, 65535),
    default=8790,
    show_default=True,
    help="Port of the simulated provider, as a Provider of the manifests names it.",
)
@click.option(
    "--desk-port",
    type=click.IntRange(1, 65535),
    default=8791,
    show_default=True,
    help="Port of the simulated desk, whose tools the fleet uses.",
)
@click.option("--speed", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True)
@click.pass_context
def command(
    ctx: click.Context,
    exit_after: bool,
    state: str | None,
    manifests: Path,
    minutes: float | None,
    provider_port: int,
    desk_port: int,
    speed: float,
) -> int:
    """Start Podium with the example fleet, ask a local model, and carry recorded traffic through it.

    Meanwhile a pipeline runs over scripted agents: one loops and is paused, one waits for an approval.
    All calls go to a simulated provider that `podium simulate provider` serves; nothing leaves this
    machine. Exit code 1 if the ledger and the simulated provider's own count disagree.
    """
    ctx.obj.use_state(state or str(ctx.obj.state / "demo"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    logs = ctx.obj.state / "log"
    with Children(logs) as children:
        demo = Demo(ctx.obj, children, provider_port)
        demo.prepare_model()
        demo.start(manifests, desk_port)
        wrong = demo.play(minutes, speed)
        if demo.interrupted:
            demo.fleet.end()
            return _INTERRUPTED
        if not exit_after:
            demo.linger()
        print("ending …", flush=True)
        demo.fleet.end()
        demo.revoke_keys()
        bad = children.end()
    for name in bad:
        print(f"{name} did not end in good order; its log: {logs / name}.log")
    return 1 if wrong or bad else 0


def _step(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(f"[bold cyan]•[/] {text}")


def call_of(route: str) -> str:
    """Return a command that makes one short call with the variables that are exported."""
    body = {"model": route, "max_tokens": 64, "messages": [{"role": "user", "content": "Hello!"}]}
    headers = '-H "authorization: Bearer $OPENAI_API_KEY" -H "content-type: application/json"'
    return f"curl $OPENAI_BASE_URL/chat/completions {headers} -d {shlex.quote(json.dumps(body))}"


class Demo:
    """One demonstration, step by step."""

    def __init__(self, composition: Any, children: Children, provider_port: int) -> None:
        self._composition = composition
        self._children = children
        self._settings = composition.settings
        self._count = composition.state / "simulated-provider.jsonl"
        self._keys: dict[str, NewKey] = {}
        self._provider_port = provider_port
        self._has_model = True
        self.interrupted = False
        self.fleet = DemoFleet(composition, children, _step)

    def prepare_model(self) -> None:
        """Fetch the local model if it is not here; without it the demo goes on."""
        cache = self._composition.model_cache
        if any(model.name == _LOCAL_MODEL for model in cache.kept()):
            return
        _step(f"fetching the local model {_LOCAL_MODEL} once")
        try:
            pull_shown(cache, _LOCAL_MODEL)
        except PodiumError as error:
            self._has_model = False
            print(f"  it cannot be had, so the demo goes on without a local answer: {error}")

    def start(self, manifests: Path, desk_port: int) -> None:
        """Start what is simulated and Podium, and wait until the gateway is ready."""
        children, settings = self._children, self._settings
        port = self._provider_port
        self._whole = fleet(compiled(self._composition, manifests), host=_HOST, port=port)
        played = self.fleet.manifests(manifests, self._whole, desk_port)
        self._since_ns = self._composition.clock.wall_ns()
        self._count.unlink(missing_ok=True)
        _step(
            f"starting the simulated provider at http://{_HOST}:{port}/v1; "
            "it answers 1% with 503, which Podium tries again"
        )
        children.start(
            "simulated-provider",
            *("simulate", "provider", "--host", _HOST, "--port", str(port), "--count", str(self._count)),
            *("--ttft-ms", "120", "--itl-ms", "8", "--tokens", "4096"),
            *("--error-rate", "0.01", "--error-status", "503"),
            grace_s=5,
        )
        self.fleet.start_desk(desk_port)
        self._wait_for(_HOST, port, "/v1/models", "simulated-provider", "simulated provider: http")
        _step(f"starting Podium with {manifests}, copied to {played}")
        up = ("up", "--state", str(self._composition.state), "--manifests", str(played), "--workers", "1")
        children.start("up", *up, "--grace", "5", grace_s=30)
        began = time.monotonic()
        self._wait_for(settings.host, settings.port, "/readyz", "up", "podium: ready")
        print(f"  ready after {time.monotonic() - began:.1f} s: http://{settings.host}:{settings.port}/v1")

    def _wait_for(self, host: str, port: int, path: str, child: str, words: str) -> None:
        """Wait until a child has said ``words``, so that it is ours that answers, and does answer."""
        until = time.monotonic() + _READY_WAIT_S
        while True:
            self._children.check()
            try:
                connection = http.client.HTTPConnection(host, port, timeout=2)
                connection.request("GET", path)
                if connection.getresponse().status == 200 and words in self._children.said(child):
                    return
            except OSError:
                pass
            finally:
                connection.close()
            if time.monotonic() > until:
                raise StateError(
                    f"{child} is not ready after {_READY_WAIT_S:g} s.",
                    fix=f"See {self._children.log(child)}.",
                )
            time.sleep(0.05)

    def play(self, minutes: float | None, speed: float) -> int:
        """Ask the local model, run the fleet, replay, and compare; return how much disagrees."""
        whole = self._whole
        if self._has_model:
            self._ask_local(whole)
        self.fleet.start()
        console = self._console()
        if console:
            _step(f"the console, as its owner: [link={console}]{console}[/link]")
        runs = self._composition.simulator
        rows = self._callers(whole)
        _step(f"replaying recorded traffic {speed:g} times faster, as {len({row[0] for row in rows})} agents")
        seen = run_shown(
            runs.replay_trace,
            trace="azure-code",
            callers=runs.callers_of(rows),
            minutes=minutes,
            gateway=f"http://{self._settings.host}:{self._settings.port}",
            speed=speed,
        )
        self.interrupted = seen.interrupted
        if self.interrupted:
            return 0
        self.fleet.rest()
        _step("comparing all calls, the fleet's too")
        wrong = self._compare(seen)
        if console:
            _step(f"what there is to see; {console} logs you in")
            self.fleet.print_places(console.partition("/login")[0])
        return wrong

    def _compare(self, seen: Replayed) -> int:
        """Print how far ledger, clients and provider agree; return how much does not.

        A person may go on with the fleet meanwhile: its calls in flight are in one book and not yet in the
        other, so that what disagrees is looked at again.
        """
        until = time.monotonic() + _SETTLE_WAIT_S
        while True:
            part = settled_ledger(self._composition, self._since_ns, seen)
            rows = [row for row in part.rows if row.provider in self._whole.providers]
            agreement = self._composition.simulator.agreement(str(self._count), rows, dict(seen.charges))
            if not agreement.findings or time.monotonic() > until:
                break
            time.sleep(0.5)
        wrong = print_ledger(seen, part)
        print(f"the simulated provider's own count against the ledger: {agreement.summary()}")
        return wrong + len(agreement.findings)

    def _key(self, agent: str) -> str:
        """Return a credential of an agent, made for this demo."""
        if agent not in self._keys:
            composition = self._composition
            self._keys[agent] = make_key(
                agent, composition.clock, composition.entropy, composition.ask, by=composition.by()
            )
        return self._keys[agent].plaintext

    def revoke_keys(self) -> None:
        """End the credentials of this demo: nobody holds them any more."""
        for new in self._keys.values():
            try:
                self._composition.ask(RevokeCredential(credential_id=new.question.credential_id))
            except PodiumError as error:
                print(f"  {new.question.credential_id} of {new.question.agent} is not revoked: {error}")

    def _callers(self, whole: Fleet) -> list[tuple[str, str, str, str, int]]:
        """Return (agent, key, route, department, weight) of all who can be played; earlier ones call more."""
        playing = [agent for agent in whole.agents if agent.replay_routes]
        if not playing:
            raise StateError(
                f"no agent of these manifests has a route to http://{_HOST}:{self._provider_port}.",
                fix="The demo plays agents whose models a Provider with that base URL serves.",
            )
        return [
            (agent.agent, self._key(agent.agent), route, agent.department, len(playing) - place)
            for place, agent in enumerate(playing)
            for route in agent.replay_routes
        ]

    def _console(self) -> str | None:
        """Return the console's address, with what logs in, once it has started."""
        until = time.monotonic() + _READY_WAIT_S
        while not (found := re.search(r"console (http\S+)", self._children.said("up"))):
            if time.monotonic() > until:
                print(f"  the console has not started; see {self._children.log('up')}")
                return None
            self._children.check()
            time.sleep(0.1)
        return found[1]

    def linger(self) -> None:
        """Leave everything running until Ctrl-C."""
        agent, new = next(iter(self._keys.items()))
        _step(f"to call it yourself, as agent {agent}:")
        print(f"  export OPENAI_BASE_URL=http://{self._settings.host}:{self._settings.port}/v1")
        print(f"  export OPENAI_API_KEY={new.plaintext}")
        row = next(row for row in self._whole.agents if row.agent == agent)
        routes = (row.local_routes if self._has_model else ()) or row.replay_routes
        print(f"  {call_of(routes[0])}")
        program = Path(sys.executable).with_name("podium")
        _step(f"to look at it in a shell: {program} --state {self._composition.state} inbox list")
        print("Everything runs until you press Ctrl-C; the key ends with it.", flush=True)
        try:
            while True:
                self._children.check()
                time.sleep(0.5)
        except KeyboardInterrupt:
            print()

    def _ask_local(self, whole: Fleet) -> None:
        """Ask the local model one question and stream its answer to the terminal."""
        agent = next((agent for agent in whole.agents if agent.local_routes), None)
        if agent is None:
            print("  no agent of these manifests has a route to a local model")
            return
        route = agent.local_routes[0]
        _step(f"asking a local model, as agent {agent.agent} on route {route}: {_QUESTION}")
        until = time.monotonic() + _MODEL_WAIT_S
        while True:
            reason = self._stream_answer(self._key(agent.agent), route)
            if reason is None:
                return
            if time.monotonic() > until:
                print(f"  the local model does not answer, so the demo goes on without it: {reason}")
                return
            time.sleep(0.5)

    def _stream_answer(self, key: str, route: str) -> str | None:
        """Stream one answer to the terminal; return why there is none, or None."""
        body = {
            "model": route,
            "messages": [{"role": "user", "content": _QUESTION}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_completion_tokens": 96,
        }
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        connection = http.client.HTTPConnection(self._settings.host, self._settings.port, timeout=60)
        began = time.monotonic()
        try:
            connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
            answer = connection.getresponse()
            if answer.status != 200:
                error = json.loads(answer.read()).get("error", {})
                return str(error.get("message", f"status {answer.status}"))
            return _print_stream(_events(answer), began)
        except (OSError, ValueError) as error:
            return str(error)
        finally:
            connection.close()


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)


class _Usage(msgspec.Struct):
    completion_tokens: int = 0


class _Error(msgspec.Struct):
    message: str = ""


class _Event(msgspec.Struct):
    """What is read of an event of a stream."""

    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: _Error | None = None


_event_decoder = msgspec.json.Decoder(_Event)


def _events(answer: http.client.HTTPResponse) -> Iterator[_Event]:
    for line in answer:
        if line.startswith(b"data: {"):
            yield _event_decoder.decode(line[6:])


def _print_stream(events: Iterator[_Event], began_s: float) -> str | None:
    first_s: float | None = None
    tokens = 0
    print("  ", end="")
    for event in events:
        if event.error is not None:
            print()
            return event.error.message
        text = "".join(choice.delta.content or "" for choice in event.choices)
        if text and first_s is None:
            first_s = time.monotonic()
        print(text.replace("\n", "\n  "), end="", flush=True)
        tokens = event.usage.completion_tokens if event.usage is not None else tokens
    ended_s = time.monotonic()
    print()
    if first_s is None:
        return "the answer was empty"
    rate = f", {tokens / (ended_s - first_s):,.0f} tokens/s" if tokens > 1 and ended_s > first_s else ""
    print(f"  ({tokens} tokens, the first after {(first_s - began_s) * 1000:,.0f} ms{rate})")
    return None
