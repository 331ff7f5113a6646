"""How Podium runs an agent's program: a part of the kind Agent."""

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from podium.manifest.fields import Attempts, Count, Duration, EnvName, Fault, Flag, Shape, Text
from podium.manifest.kinds_tools import VariableSpec
from podium.manifest.runs import MAX_PRIORITY, Measure, parse_bytes


def _size(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = parse_bytes(value)
    if not found:
        raise Fault("it is not a size.", "Write a number and k, m or g: 512m, 2g.")
    return found


def _priority(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        found = int(value)
    except ValueError as error:
        raise Fault("it is not a whole number.", "Write one from -100 to 100.") from error
    if abs(found) > MAX_PRIORITY:
        raise Fault("it is not from -100 to 100.", "Write a whole number in that range.")
    return found


Size = Annotated[
    int, BeforeValidator(_size), WithJsonSchema({"type": "string", "pattern": "^[0-9]+[kmgKMG]?$"})
]
"""Bytes."""
Priority = Annotated[
    int,
    BeforeValidator(_priority),
    WithJsonSchema({"type": "integer", "minimum": -MAX_PRIORITY, "maximum": MAX_PRIORITY}),
]
CONCURRENCY: Final = "how many runs there are at once; the others wait in the queue. None: no limit"


def _no_image(value: Any) -> Any:
    raise Fault(
        f"Podium runs programs of this machine, and no images yet ({value!r}).",
        "Remove it, install what it holds where `podium up` runs, and write `command`.",
    )


Image = Annotated[str, BeforeValidator(_no_image), WithJsonSchema({"type": "string"})]


class ResourcesSpec(Shape):
    """The most that a run's program may use."""

    memory: Size | None = Field(
        None,
        description="Address space of each of its processes; all of them together, where cgroups count it: "
        "`512m`, `2g`.",
    )
    cpu_seconds: Count | None = Field(None, description="CPU time of each of its processes.")
    processes: Count | None = Field(None, description="How many of them there may be.")
    gpus: Literal["all"] | None = Field(
        None,
        description="`all`: it gets every GPU of the machine, and does not start where there is none. "
        "None: none that it can be kept from (docs/sandbox.md).",
    )


class RunSpec(Shape):
    """The program that a run of the agent starts, and what holds it."""

    command: list[Text] = Field(
        min_length=1,
        description="The program and its arguments. A name without `/` is looked for where `podium up` "
        "looks; a path is relative to `folder`.",
    )
    image: Image | None = Field(
        None,
        description="Kept for an executor that runs images of containers. There is none yet: it is refused.",
    )
    env: dict[EnvName, VariableSpec] = Field(
        default={}, description="Further variables of its environment; nothing of the host's is there."
    )
    folder: Text | None = Field(
        None,
        description="Where it begins: it may read what is there. Relative to where `podium up` was started. "
        "Default: an empty folder of its own.",
    )
    reads: list[Text] = Field(default=[], description="Further files and folders that it may read.")
    writes: list[Text] = Field(default=[], description="Files and folders that it may write, too.")
    require: list[Measure] = Field(
        default=[],
        description="What must be in force on the machine, or it does not start (docs/sandbox.md).",
    )
    resources: ResourcesSpec = Field(ResourcesSpec(), description="The most that it may use.")
    life: Duration = Field(
        86_400_000, description="How long an attempt may take: then its task has ended, and it is killed."
    )
    attempts: Attempts = Field(
        3, description="How often it is started when Podium's runner dies under it. A failure is one."
    )
    concurrency: Count | None = Field(None, description=f"Of this agent: {CONCURRENCY}.")
    priority: Priority = Field(
        0, description="-100 to 100, the higher the sooner; a run may be queued with another one."
    )
    durable: Flag = Field(
        True,
        description="Calls that were answered are answered again from the run's journal when it is resumed.",
    )
