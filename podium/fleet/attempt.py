"""The life of one attempt of a run: what its program is given, the program, and what becomes of it.

```
folder -> what it is given -> prepare, or refuse -> note who holds it -> run, tended -> take in what it leaves
```
"""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from podium.fleet.given import Given, environment, write_token
from podium.fleet.leftovers import Leftover, Leftovers
from podium.fleet.outputs import ARTIFACTS, OUTPUT_FILE, RESULT_FILE, Left, collect
from podium.fleet.tending import Renewal, Tending, refuse
from podium.kernel.errors import InvalidRequest, NotFound, PodiumError
from podium.kernel.ids import trace_of
from podium.manifest.runs import RunRow, VariableRef
from podium.ports import Clock
from podium.ports.artifacts import ArtifactStore
from podium.ports.executor import Executor, Outcome, Program, Resources
from podium.ports.runs import Claimed, LostRun, RunReport

LET_GO: Final = "let_go"
"""What the runner tells of a run when it ends itself."""
EXPIRED: Final = "expired"
ENDS: Final = frozenset({"killed", "ended", "revoked", "succeeded", "failed", "unknown", EXPIRED, LET_GO})
"""What is told of a task whose program ends."""
INPUT_FILE: Final = "input"
MESSAGES_FILE: Final = "messages"
_SPAN_DIGITS: Final = 16
_run_decoder = msgspec.json.Decoder(RunRow)


class Parts(msgspec.Struct, frozen=True):
    """What attempts have in common."""

    executor: Executor
    store: ArtifactStore
    leftovers: Leftovers
    clock: Clock
    variable: Callable[[VariableRef], str]
    """Returns what a variable holds. Raises StateError."""
    began: Callable[[int], int | None]
    """When a process began; None where it is gone."""
    given: Given
    """The gateway's addresses."""
    path: str
    """Where commands are looked for."""
    here: Path
    """To which paths in manifests are relative."""
    hidden: tuple[str, ...] = ()
    """What no program sees."""
    extra: dict[str, str] = {}
    """Further variables of every program."""
    lost: tuple[LostRun, ...] = ()
    """What the programs of the runner before have used, where it died under them."""


class Attempt:
    """One attempt under way. ``told`` says how its task stands."""

    def __init__(self, parts: Parts, claimed: Claimed, row: RunRow, renew: Renewal | None) -> None:
        self.claimed = claimed
        self.task_id = claimed.run.task_id
        self.until_ns = claimed.until_ns
        self.messages: tuple[str, ...] = ()
        """JSON lines; what is not yet in its file is written with the next `told`."""
        self._parts, self._row, self._renew = parts, row, renew
        self._tending: Tending | None = None
        self._private: Path | None = None
        self._state = "running"
        self._written = 0

    def ends_ns(self, deadline_ns: int | None) -> int | None:
        """Return when its time is over, with the deadline that it has now."""
        claimed = self.claimed
        if deadline_ns == claimed.run.deadline_ns:
            return claimed.until_ns
        return deadline_ns if deadline_ns is not None else claimed.until_ns

    def told(self, state: str) -> None:
        """Take note of how its task stands."""
        self._state = state
        if self._private is not None and len(self.messages) != self._written:
            self._write_messages(self._private)
        if self._tending is not None and state != self._tending.state:
            self._tending.told(state)

    def _write_messages(self, private: Path) -> None:
        aside = private / f".{MESSAGES_FILE}"
        aside.write_text("".join(f"{line}\n" for line in self.messages), encoding="utf-8")
        aside.replace(private / MESSAGES_FILE)
        self._written = len(self.messages)

    async def run(self, runner: str) -> RunReport:
        """Run it to its end, and return what is to be reported."""
        run, parts = self.claimed.run, self._parts
        report = RunReport(runner, run.task_id, run.attempt, "failed")
        leftover: Leftover | None = None
        try:
            leftover = await asyncio.to_thread(parts.leftovers.begin, run.task_id, run.attempt)
            outcome, left = await self._run(leftover)
        except (PodiumError, OSError) as error:
            state = "killed" if self._state == "killed" else "failed"
            return msgspec.structs.replace(report, state=state, reason=str(error))
        finally:
            if leftover is not None:
                await asyncio.to_thread(parts.leftovers.over, leftover)
        state, reason = decide_end(self._state, outcome.exit_code)
        return msgspec.structs.replace(
            report,
            state=state,
            reason=". ".join(
                it for it in (reason.rstrip("."), left.missed and f"Not kept: {left.missed}") if it
            ),
            exit_code=outcome.exit_code,
            cpu_ms=outcome.cpu_ms,
            peak_memory_bytes=outcome.peak_memory_bytes,
            gpu_ms=outcome.gpu_ms,
            gpu_how=outcome.gpu_how,
            result_sha256=left.result_sha256,
            artifacts=left.artifacts,
        )

    async def _run(self, leftover: Leftover) -> tuple[Outcome, Left]:
        parts, base = self._parts, Path(leftover.folder)
        private, out = base / "given", base / "out"
        program = await asyncio.to_thread(self._prepare_folder, private, out, base / OUTPUT_FILE)
        prepared = await parts.executor.prepare(program)
        await refuse(prepared, self._row.require, "spec.run.require")
        began = parts.began(prepared.pid) or 0
        noted = msgspec.structs.replace(
            leftover, pid=prepared.pid, began=began, counted_in=prepared.counted_in, gpu_how=prepared.gpu_how
        )
        parts.leftovers.note(noted)
        if self._state in ENDS:
            await prepared.abandon()
            return Outcome(137, None, None), Left(None, ())
        running = await prepared.start()
        self._private = private
        self._tending = Tending(
            running,
            clock=parts.clock,
            private=private,
            renew=self._renew,
            good_s=self.claimed.token_expires_in_s,
        )
        self._tending.told(self._state)
        outcome = await self._tending.tend(ENDS)
        return outcome, await asyncio.to_thread(collect, out, base / OUTPUT_FILE, parts.store)

    def _prepare_folder(self, private: Path, out: Path, said: Path) -> Program:
        """Write what the program is given; return it."""
        parts, run, row = self._parts, self.claimed.run, self._row
        private.mkdir(mode=0o700)
        (out / ARTIFACTS).mkdir(mode=0o700, parents=True)
        token = self.claimed.token
        if token is not None:
            write_token(private, token)
        self._write_messages(private)
        more = {
            "PODIUM_RESULT": str(out / RESULT_FILE),
            "PODIUM_ARTIFACTS": str(out / ARTIFACTS),
            "PODIUM_MESSAGES": str(private / MESSAGES_FILE),
            "PODIUM_ATTEMPT": str(run.attempt),
        }
        if run.input_sha256 is not None:
            (private / INPUT_FILE).write_bytes(parts.store.read(run.input_sha256))
            more["PODIUM_INPUT"] = str(private / INPUT_FILE)
        folder = str(parts.here / row.folder) if row.folder is not None else str(out)
        command, where = _command(row.command, folder, parts.path)
        given = msgspec.structs.replace(
            parts.given,
            path=":".join(dict.fromkeys([*where, "/usr/local/bin", "/usr/bin", "/bin"])),
            request=self.claimed.request,
            extra=more | parts.extra | {name: parts.variable(ref) for name, ref in row.env.items()},
        )
        span = trace_of(run.task_id)[:_SPAN_DIGITS]
        trace = f"00-{trace_of(run.root_id)}-{span}-01"
        return Program(
            command=command,
            environment=environment(given, run.task_id, token, private, trace),
            folder=folder,
            private=str(private),
            doors=given.doors if token is not None else (),
            reads=(*((folder,) if row.folder is not None else ()), *self._paths(row.reads)),
            writes=(str(out), *self._paths(row.writes)),
            hidden=parts.hidden,
            resources=Resources(row.memory_bytes, row.cpu_s, row.processes, row.gpus),
            output=str(said),
        )

    def _paths(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(self._parts.here / name) for name in names)


def _command(command: tuple[str, ...], folder: str, path: str) -> tuple[tuple[str, ...], list[str]]:
    """Return a command by the path of its program, and where that was found. Raises NotFound."""
    if "/" in command[0]:
        return (str(Path(folder) / command[0]), *command[1:]), []
    found = shutil.which(command[0], path=path)
    if found is None:
        raise NotFound(
            f"There is no command {command[0]}.", fix="Install it, or write its path in spec.run.command."
        )
    return (found, *command[1:]), [str(Path(found).absolute().parent)]


def decide_end(state: str, exit_code: int) -> tuple[Any, str]:
    """Return what a run has become, and why: by what its task is, then by how its program ended."""
    if state == LET_GO:
        return "queued", "The runner has ended."
    if state == EXPIRED:
        return "failed", "Its time is over."
    if state in ENDS:
        return "killed", f"Its task is {state}."
    if exit_code == 0:
        return "succeeded", ""
    by_signal = exit_code > 128
    how = f"was ended by signal {exit_code - 128}" if by_signal else f"ended with exit code {exit_code}"
    return "failed", f"Its program {how}."


def row_of_step(spec: str) -> RunRow:
    """Return how the command of a step is run. Raises InvalidRequest."""
    try:
        return _run_decoder.decode(spec)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(f"The step's command cannot be read: {error}.", field="spec") from error
