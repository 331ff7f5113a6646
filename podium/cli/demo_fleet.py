"""The part of `podium demo` that runs a fleet: a pipeline over scripted agents, which are real programs."""

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from podium.cli.children import Children
from podium.control.reconcile import compile_folder
from podium.kernel.errors import ManifestError, PodiumError
from podium.manifest.snapshot import Snapshot
from podium.ports.acts import AnswerCase, By
from podium.ports.pipelines import CancelPipeline, StartPipeline
from podium.trust.cases import Case
from podium.views.inbox import InboxFilters, case_rows
from podium.views.pipelines import RunDetail, run_detail, run_rows
from podium.views.replay import Fleet

PIPELINE: Final = "morning"
_TEMPLATE: Final = Path(__file__).parent / "morning" / "morning.yaml"
_PACKAGE: Final = Path(__file__).parents[1]
_CASES: Final = {"breaker.pause": "kill", "tool.call": "deny"}
"""What waits in the Inbox once the fleet has come to rest, and how it is answered at the demo's end."""
_REST_WAIT_S: Final = 60.0
_END_WAIT_S: Final = 10.0
_PATIENCE_S: Final = 8 * 3600
"""For a person; as long as a run of the pipeline."""
_OVER: Final = ("succeeded", "failed", "timeout", "killed", "denied", "skipped")


class DemoFleet:
    """The pipeline of the demo. Where it cannot be run it says why, and the demo goes on without it."""

    def __init__(self, composition: Any, children: Children, step: Callable[[str], None]) -> None:
        self._composition = composition
        self._children = children
        self._step = step
        self._run_id: str | None = None
        self._ready = False

    def manifests(self, source: Path, whole: Fleet, desk_port: int) -> Path:
        """Return the folder that is played: a copy of the source, and the fleet's part beside it.

        It stands in the state directory. Where the part does not fit the source the copy is alone.
        """
        folder: Path = self._composition.state / "manifests"
        shutil.rmtree(folder, ignore_errors=True)
        if source.is_dir():
            shutil.copytree(source, folder)
        else:
            folder.mkdir(parents=True)
            shutil.copy(source, folder)
        playing = [agent for agent in whole.agents if agent.replay_routes]
        if not playing:
            return folder
        at_work = next((agent for agent in playing if agent.department == "support"), playing[0])
        part = folder / f"demo-{PIPELINE}.yaml"
        part.write_text(_filled(at_work.department, at_work.replay_routes[0], desk_port), encoding="utf-8")
        try:
            compiled(self._composition, folder)
        except ManifestError as error:
            part.unlink()
            print(f"  the fleet is left out, for its manifests do not fit these: {error}")
        else:
            self._ready = True
        return folder

    def start_desk(self, port: int) -> None:
        """Start the tool server that the agents use."""
        if self._ready:
            count = self._composition.state / "simulated-desk.jsonl"
            count.unlink(missing_ok=True)
            self._children.start(
                "simulated-desk", "simulate", "tools", "--port", str(port), "--count", str(count), grace_s=10
            )

    def start(self) -> None:
        """Start a run of the pipeline; what an earlier demo left is ended."""
        if not self._ready:
            return
        self._step(f"starting the fleet: the pipeline {PIPELINE} fans out over scripted agents")
        self._tell_walls()
        try:
            with self._composition.engine().connect() as connection:
                left = run_rows(connection, pipeline=PIPELINE, state="running", limit=100)
            for row in left:
                self._cancel(row.id)
            told = self._composition.ask(StartPipeline(self._by(), PIPELINE, "{}"))
        except PodiumError as error:
            print(f"  it cannot be run, so the demo goes on without it: {error}")
            return
        self._run_id = told.run_id
        print(f"  its run: {told.run_id}", flush=True)

    def _tell_walls(self) -> None:
        """Say what does not hold the agents' programs on this machine."""
        try:
            missing = [it for it in self._composition.holdings() if not it.in_force]
        except (PodiumError, OSError) as error:
            print(f"  what holds the agents' programs here cannot be said: {error}")
            return
        for holding in missing:
            print(f"  not in force on this machine: {holding.measure}: {holding.how}")
        if missing:
            print("  the agents run all the same; docs/sandbox.md says what that means")

    def rest(self) -> None:
        """Wait until all that is left to do waits for a person, and no longer than a minute."""
        until = time.monotonic() + _REST_WAIT_S
        while self._run_id is not None and not self._rests() and time.monotonic() < until:
            self._children.check()
            time.sleep(0.2)

    def _rests(self) -> bool:
        detail, cases = self._look(self._run_id or "")
        states = {step.name: step.state for step in detail.steps}
        busy = any(states.get(name) not in _OVER for name in ("find", "sort", "close"))
        return detail.run.state != "running" or (not busy and all(kind in cases for kind in _CASES))

    def _look(self, run_id: str) -> tuple[RunDetail, dict[str, Case]]:
        """Return a run, and its open cases by their kinds."""
        with self._composition.engine().connect() as connection:
            detail = run_detail(connection, run_id)
            cases = case_rows(connection, InboxFilters(), limit=1000)
        tasks = {unit.task_id for step in detail.steps for unit in step.units}
        tasks |= {f"task/{task_id}" for task_id in tasks}  # as a pause names what it holds
        return detail, {case.kind: case for case in cases if case.task_id in tasks or case.key in tasks}

    def print_places(self, console: str) -> None:
        """Print what there is to see, a line each with its address."""
        places = [
            ("Now", "/now", "what the calls of all agents cost, and how fast they are"),
            ("Budgets", "/money/budgets", "what each department may spend, and has spent"),
        ]
        if self._run_id is not None:
            detail, cases = self._look(self._run_id)
            waiting = "; ".join(cases[kind].title for kind in _CASES if kind in cases)
            states = ", ".join(f"{step.name} {step.state}" for step in detail.steps)
            places += [
                (
                    "Fleet",
                    "/fleet",
                    "every agent as a cell; ponderer is paused, writer waits for you",
                ),
                ("Pipeline", f"/ship/pipelines/{self._run_id}", states),
                ("Inbox", "/inbox", f"answer: {waiting}" if waiting else "nothing waits"),
                ("Traces", f"/fleet/traces/{detail.run.trace_id}", "the whole run as a waterfall"),
            ]
        width = max(len(console + path) for _, path, _ in places)
        for name, path, what in places:
            print(f"  {name:<8}  {console + path:<{width}}  {what}")

    def end(self) -> None:
        """End the run: its programs, and what waits for a person."""
        if self._run_id is not None:
            self._cancel(self._run_id)
            self._run_id = None

    def _cancel(self, run_id: str) -> None:
        why = "The demo is over."
        try:
            self._composition.ask(CancelPipeline(self._by(), run_id, why))
            until = time.monotonic() + _END_WAIT_S
            while self._look(run_id)[0].run.state == "cancelling" and time.monotonic() < until:
                time.sleep(0.1)
            for kind, case in self._look(run_id)[1].items():
                if kind in _CASES:
                    self._composition.ask(AnswerCase(self._by(), case.id, _CASES[kind], why))
        except PodiumError as error:
            print(f"  {run_id} is not ended in order: {error}")

    def _by(self) -> By:
        by: By = self._composition.by()
        return by


def compiled(composition: Any, folder: Path) -> Snapshot:
    """Return what a folder's manifests say. Raises ManifestError with every finding."""
    return compile_folder(folder, prices=composition.price_list(), at_ns=composition.clock.wall_ns())


def _filled(department: str, route: str, desk_port: int) -> str:
    """Return the manifests of the fleet's part."""

    def scripted(*arguments: str) -> str:
        program = [sys.executable, "-m", "podium.app.entry", "simulate", "agent"]
        common = ["--model", route, "--tokens", "32", "--patience", str(_PATIENCE_S)]
        return json.dumps([*program, *common, *arguments])

    def searches(query: str) -> tuple[str, str]:
        return "--tool", f"desk_search_tickets={json.dumps({'query': query})}"

    reply = json.dumps({"number": 4468, "body": "It is refunded."})
    return _TEMPLATE.read_text(encoding="utf-8").format(
        desk_port=desk_port,
        department=department,
        route=route,
        package=json.dumps(str(_PACKAGE)),
        sorter=scripted(*searches("")),
        closer=scripted(*searches("Cleo"), "--tool", 'desk_close_ticket={"number": 4470}'),
        ponderer=scripted("--behaviour", "loop", "--pause", "0.1"),
        writer=scripted(*searches("Ada"), "--tool", f"desk_reply_to_ticket={reply}"),
    )
