"""One attempt of a run: what its program is given, and what becomes of it."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.executors.fake import FakeExecutor
from podium.fleet.attempt import EXPIRED, LET_GO, Attempt, Parts, decide_end, row_of_step
from podium.fleet.given import Given
from podium.fleet.leftovers import Leftovers
from podium.kernel.errors import InvalidRequest
from podium.manifest.runs import RunRow, VariableRef
from podium.ports.runs import Claimed, RunIs
from tests.keeper.samples import HandClock

TASK = "task_01TEST00000000000000000001"
RUN = RunIs(TASK, "triage", "support", "agent", "running", "", 2, 3, 0, 0, root_id=TASK, input_sha256=None)


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """Real folders, and an executor that runs nothing."""
    return Parts(
        executor=FakeExecutor(),
        store=FileArtifacts(tmp_path),
        leftovers=Leftovers(tmp_path),
        clock=HandClock(),
        variable=lambda ref: ref.value or f"of {ref.env}",
        began=lambda _: None,
        given=Given("http://127.0.0.1:8710"),
        path="/usr/bin:/bin",
        here=tmp_path,
        hidden=("/state",),
    )


def attempt(parts: Parts, row: RunRow, **more: object) -> Attempt:
    given = {"run": RUN, "request": "Sort it.", "token": "t", "token_expires_in_s": 600}
    claimed = Claimed(**(given | more))  # type: ignore[arg-type]
    return Attempt(parts, claimed, row, None)


async def begun(parts: Parts, count: int = 1) -> None:
    executor = parts.executor
    assert isinstance(executor, FakeExecutor)
    async with asyncio.timeout(60):
        while len(executor.running) < count:
            await asyncio.sleep(0)


async def test_what_its_program_is_given(parts: Parts):
    """Variables, folders, doors and limits are those of the manifest; nothing is left when it is over."""
    sha256 = parts.store.put(b"the input")
    row = RunRow(
        ("true", "-x"),
        env={"A": VariableRef(value="1"), "B": VariableRef(env="KEY")},
        folder="work",
        reads=("docs",),
        memory_bytes=1 << 30,
        processes=4,
    )
    it = attempt(parts, row, run=msgspec.structs.replace(RUN, input_sha256=sha256))
    report = await it.run("run_1")
    (program,) = parts.executor.programs  # type: ignore[attr-defined]
    given = program.environment
    assert program.command == ("/usr/bin/true", "-x")
    assert program.folder == str(parts.here / "work")
    assert program.reads == (str(parts.here / "work"), str(parts.here / "docs"))
    assert program.hidden == ("/state",)
    assert (program.resources.memory_bytes, program.resources.processes) == (1 << 30, 4)
    assert (given["A"], given["B"], given["PODIUM_ATTEMPT"]) == ("1", "of KEY", "2")
    assert given["PODIUM_INPUT"].startswith(program.private)
    assert program.writes == (str(Path(given["PODIUM_RESULT"]).parent),)
    assert [door.port for door in program.doors] == [8710]
    assert (report.state, report.exit_code, report.cpu_ms) == ("succeeded", 0, 1)
    assert (report.gpu_ms, report.gpu_how) == (0, "no_device")
    assert parts.leftovers.found() == []
    assert not Path(program.private).parent.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (RunRow(("no-such-command",)), "There is no command no-such-command"),
        (RunRow(("true",), gpus=True), "There is no GPU"),
        (RunRow(("/bin/no-such",)), "There is no no-such"),
    ],
)
async def test_what_cannot_begin_has_failed(parts: Parts, row: RunRow, reason: str):
    """A program that is not there is a failure with its reason, and leaves nothing."""
    report = await attempt(parts, row).run("run_1")
    assert report.state == "failed"
    assert reason in report.reason
    assert parts.leftovers.found() == []


async def test_what_is_required_and_not_in_force(parts: Parts):
    """Without what the manifest requires nothing is run."""
    parts = msgspec.structs.replace(parts, executor=FakeExecutor(without=frozenset({"network"})))
    report = await attempt(parts, RunRow(("true",), require=("network",))).run("run_1")
    assert report.state == "failed"
    assert "spec.run.require" in report.reason
    assert parts.executor.running == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("told", "state"), [("killed", "killed"), (EXPIRED, "failed"), (LET_GO, "queued"), ("ended", "killed")]
)
async def test_it_ends_with_its_task(parts: Parts, told: str, state: str):
    """A program whose task has ended is ended, and reported as what the task has become."""
    it = attempt(parts, RunRow(("sleep", "600")))
    work = asyncio.create_task(it.run("run_1"))
    await begun(parts)
    assert [one.task_id for one in parts.leftovers.found()] == [TASK]
    it.told(told)
    report = await work
    assert (report.state, report.exit_code, report.cpu_ms) == (state, 137, 1)


async def test_a_task_that_ended_before_its_program_began(parts: Parts):
    """Nothing is run then."""
    it = attempt(parts, RunRow(("sleep", "600")))
    it.told("killed")
    assert (await it.run("run_1")).state == "killed"
    assert parts.executor.running == []  # type: ignore[attr-defined]


async def test_what_people_say_is_in_its_file(parts: Parts):
    """A message is in the program's file as soon as its attempt is told of it."""
    it = attempt(parts, RunRow(("sleep", "600")))
    work = asyncio.create_task(it.run("run_1"))
    await begun(parts)
    (program,) = parts.executor.programs  # type: ignore[attr-defined]
    it.messages = ('{"text": "Stop at ten."}',)
    it.told("running")
    file = Path(program.environment["PODIUM_MESSAGES"])
    assert file.read_text() == '{"text": "Stop at ten."}\n'  # noqa: ASYNC240 - one line
    it.told("killed")
    await work


def test_when_its_time_is_over(parts: Parts):
    """A deadline that was set later counts; without one it is the end of its identity."""
    it = attempt(parts, RunRow(("true",)), until_ns=500)
    assert (it.ends_ns(None), it.ends_ns(300)) == (500, 300)


def test_how_it_ended():
    """The program's end is told by its exit code, with the number of a signal that ended it."""
    assert decide_end("running", 0) == ("succeeded", "")
    assert decide_end("running", 3) == ("failed", "Its program ended with exit code 3.")
    assert decide_end("paused", 139) == ("failed", "Its program was ended by signal 11.")


def test_a_step_that_cannot_be_read():
    """A step's command is read from its wish, or refused naming it."""
    assert row_of_step('{"command": ["true"]}').command == ("true",)
    with pytest.raises(InvalidRequest):
        row_of_step('{"command": 7}')
