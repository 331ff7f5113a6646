"""The part of the keeper's language about runs: tasks that Podium itself starts, by its runner.

Every question may be asked again after a crash of either side: the second time changes nothing. They come
over the Unix socket alone; a gateway on another machine may not ask them.
"""

from typing import Any, Literal, get_args

import msgspec

from podium.ports.acts import By
from podium.ports.run_states import RunState
from podium.spend.machines import GpuHow
from podium.trust.request.user import User

RunKind = Literal["agent", "command", "tool", "http"]
RUNNER_LOCK = "runner.lock"
"""In the state's folder: flocked by the runner while it lives; its name stands in it."""
MAX_REQUEST_BYTES = 64 << 10
RUNNER_DIED = "The runner has died."
"""The reason of a run that has lost its runner."""


class QueueTask(msgspec.Struct, frozen=True, tag="queue_task"):
    """Put a run into the queue. Money in nano-USD, times in Unix nanoseconds."""

    by: By
    agent: str
    """Whose grants it has; empty for a step that needs none: ``department`` says where it belongs."""
    request: str | None = None
    """What is asked for, in words."""
    kind: RunKind = "agent"
    spec: str = "{}"
    """JSON: what a step does; of an agent what its manifest does not say."""
    input_sha256: str | None = None
    budget_nano_usd: int | None = None
    deadline_ns: int | None = None
    priority: int | None = None
    """-100 to 100, the higher the sooner; None: the agent's."""
    attempts: int | None = None
    """None: the agent's."""
    parent_id: str | None = None
    """The task that starts it: it ends with that one, and has a part of its grants."""
    pipeline_run_id: str | None = None
    step: str = ""
    item: str = ""
    retry_of: str | None = None
    department: str = ""
    """Path."""
    task_id: str | None = None
    """Given by who asks, so that asking again finds it; None: the keeper gives one."""
    user: User | None = None
    """Who the user is; None: whom the agent's manifest says."""


class GetRun(msgspec.Struct, frozen=True, tag="get_run"):
    """Ask how a run stands."""

    task_id: str


class LostRun(msgspec.Struct, frozen=True):
    """What an attempt had used whose runner died."""

    task_id: str
    attempt: int
    cpu_ms: int | None
    peak_memory_bytes: int | None
    gpu_how: GpuHow | None = None
    """Only where that it used none is certain is its GPU time known."""


class RunnerHello(msgspec.Struct, frozen=True, tag="runner_hello"):
    """A runner begins: it holds ``runner.lock`` and has ended what its predecessors have left behind.

    What they had goes back into the queue. From now on it alone is heard.
    """

    runner: str
    """``run_`` and a ULID, which stands in the lock's file too."""
    pid: int
    boot_id: str
    lost: tuple[LostRun, ...] = ()
    """Of attempts of its predecessors, where that is known."""


class RunnerIs(msgspec.Struct, frozen=True, tag="runner_is"):
    """To RunnerHello: what was put back, and what its predecessors' ends were the last attempt of."""

    requeued: tuple[str, ...]
    failed: tuple[str, ...]


class ClaimRun(msgspec.Struct, frozen=True, tag="claim_run"):
    """The runner begins a run's attempt. Its identity begins with the first one."""

    runner: str
    task_id: str


class AwaitRuns(msgspec.Struct, frozen=True, tag="await_runs"):
    """Ask to be told when runs have changed since ``seen``, or after some seconds."""

    seen: int


class RunsChanged(msgspec.Struct, frozen=True, tag="runs_changed"):
    """To AwaitRuns: counts the changes since the keeper began."""

    seen: int


class Artifact(msgspec.Struct, frozen=True):
    """What a run has left behind; its body is in the store of artifacts."""

    name: str
    sha256: str
    media_type: str
    bytes: int


class RunReport(msgspec.Struct, frozen=True, tag="run_report"):
    """How an attempt has ended. One that a person has ended stays killed; only what it used is added.

    ``queued``: the runner ends in good order, so another one goes on with it.
    """

    runner: str
    task_id: str
    attempt: int
    state: Literal["succeeded", "failed", "killed", "unknown", "queued"]
    reason: str = ""
    exit_code: int | None = None
    cpu_ms: int | None = None
    peak_memory_bytes: int | None = None
    gpu_ms: int | None = None
    gpu_how: GpuHow | None = None
    """How that is known, or why not; None: no program has run."""
    result_sha256: str | None = None
    artifacts: tuple[Artifact, ...] = ()


class RunIs(msgspec.Struct, frozen=True, tag="run_is"):
    """A run as it is now. Times are Unix nanoseconds, money nano-USD."""

    task_id: str
    agent: str
    department: str
    kind: RunKind | Literal["pipeline"]
    """``pipeline``: the task at the root of a pipeline's run, which no runner has."""
    state: RunState
    reason: str
    attempt: int
    attempts: int
    priority: int
    queued_ns: int
    parent_id: str | None = None
    root_id: str = ""
    pipeline_run_id: str | None = None
    step: str = ""
    item: str = ""
    retry_of: str | None = None
    spec: str = "{}"
    input_sha256: str | None = None
    budget_nano_usd: int | None = None
    deadline_ns: int | None = None
    started_ns: int | None = None
    ended_ns: int | None = None
    runner: str | None = None
    exit_code: int | None = None
    result_sha256: str | None = None
    cpu_ms: int | None = None
    peak_memory_bytes: int | None = None
    gpu_ms: int | None = None
    gpu_how: GpuHow | None = None
    """How that is known, or why not; None: no program has run, or it ended before that was noted."""
    by: str = ""
    erased_ns: int | None = None
    """When what it says was erased: request, messages, input, result and what else it has left behind."""


def run_of(row: Any) -> RunIs:
    """Return the run that a row of `task_runs` holds."""
    return RunIs(**{name: getattr(row, name) for name in RunIs.__struct_fields__})


class Claimed(msgspec.Struct, frozen=True, tag="claimed"):
    """To ClaimRun: the run, and the token of this attempt; None: its step has no agent."""

    run: RunIs
    request: str | None = None
    token: str | None = None
    token_expires_in_s: int = 0
    until_ns: int | None = None
    """When its identity ends."""


RunQuestion = QueueTask | GetRun | RunnerHello | ClaimRun | RunReport | AwaitRuns
RunAnswer = RunIs | RunnerIs | Claimed | RunsChanged
RUN_QUESTIONS: tuple[type, ...] = get_args(RunQuestion)
