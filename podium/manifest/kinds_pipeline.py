"""The YAML kind of pipelines: steps, what starts them, what they may spend."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from podium.kernel.addresses import Network
from podium.manifest.fields import (
    Attempts,
    Count,
    Credential,
    Duration,
    Fault,
    Flag,
    HeaderName,
    HeaderValue,
    Name,
    Pause,
    RouteName,
    Shape,
    Text,
    TimeZone,
    ToolId,
    Usd,
    Written,
)
from podium.manifest.shapes import Manifest

InputType = Literal["text", "number", "flag", "list", "map"]
Failure = Literal["failed", "timeout", "killed"]
Figure = Literal[
    "error_rate",
    "calls",
    "calls_per_minute",
    "refused_rate",
    "spend_usd",
    "spend_usd_per_hour",
    "tokens",
    "tokens_per_second",
    "latency_p50_ms",
    "latency_p95_ms",
    "first_token_p50_ms",
    "first_token_p95_ms",
    "overhead_p95_us",
    "tool_calls",
    "tool_failure_rate",
    "tool_denied_rate",
    "tool_latency_p95_ms",
    "success_rate",
    "cost_per_success_usd",
    "tasks_living",
    "tasks_paused",
    "runs_queued",
    "runs_running",
    "runs_failed",
    "cases_open",
    "oldest_case_minutes",
]
"""What `views.live` serves, by name; docs/pipelines.md says what each is."""
FIGURES: tuple[str, ...] = get_args(Figure)


def _number(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            raise Fault("it is not a number.", "Write a number: 0.2.") from error
    return value


def _status(value: Any) -> Any:
    if isinstance(value, str):
        if not (value.isdecimal() and len(value) == 3 and value[0] in "12345"):
            raise Fault("it is not a status of HTTP.", "Write one from 100 to 599.")
        return int(value)
    return value


Number = Annotated[float, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Status = Annotated[int, BeforeValidator(_status), WithJsonSchema({"type": "integer"})]
Lines = Annotated[str, Field(min_length=1)]
"""Text of one line or more, which may hold references."""


class InputSpec(Shape):
    """A value that a run is started with."""

    type: InputType = Field("text", description="What it is.")
    default: Written = Field(None, description="What it is where nobody says. None: it must be said.")
    description: Text | None = Field(None, description="What it is for.")


class RetrySpec(Shape):
    """When a step that has failed is tried again."""

    attempts: Attempts = Field(1, description="Attempts in all, at most 10.")
    backoff: Pause = Field(10_000, description="Pause before the second one; it doubles, up to an hour.")
    on: list[Failure] = Field(
        default=["failed", "timeout"],
        min_length=1,
        description="After which ends. What is `unknown` is never tried again by itself.",
    )


class TaskStep(Shape):
    """A task of an agent that Podium runs."""

    agent: Name = Field(description="Name of an Agent.")
    request: Lines = Field(description="What it is asked for, in words.")
    input: Written = Field(None, description="What it gets as its input: any value, or an artifact.")


class ToolStep(Shape):
    """A call of a tool, through the tool gateway and all that it decides."""

    tool: ToolId = Field(description="SERVER/TOOL.")
    arguments: dict[str, Written] = Field(default={}, description="What it is called with.")
    agent: Name | None = Field(None, description="Whose grants are used. Default: the pipeline's agent.")


class CommandStep(Shape):
    """A program, run as a task of an agent, within the same walls."""

    run: list[Lines] = Field(min_length=1, description="The command and its arguments.")
    agent: Name | None = Field(None, description="Whose task it is. Default: the pipeline's agent.")
    input: Written = Field(None, description="What it gets as its input: any value, or an artifact.")


class ApprovalStep(Shape):
    """A person says whether it goes on: a case in the Inbox."""

    title: Lines = Field(description="What is asked, in a line.")
    why: Lines = Field("The pipeline waits for a person here.", description="Why it is asked.")
    department: Name | None = Field(
        None, description="Whose approvers answer. Default: the department of the pipeline's agent."
    )
    expires: Duration = Field(
        24 * 3_600_000, description="How long it waits. Nobody has answered then: it is denied."
    )


class HttpStep(Shape):
    """A request of HTTP. Its host is written out, and may only have the addresses that `network` allows."""

    url: Lines = Field(description="https://HOST/PATH; path and query may hold references.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = Field("GET", description="The method.")
    headers: dict[HeaderName, HeaderValue] = Field(default={}, description="Further headers. No secrets.")
    body: Written = Field(None, description="Text as it is; anything else as JSON.")
    credential: Credential | None = Field(None, description="Where the secret of the request is read.")
    auth_header: HeaderName = Field("authorization", description="The header that carries it.")
    auth_prefix: str = Field("Bearer ", description="Text before it.")
    network: Network = Field(
        "public",
        description="`public`: the host may only resolve to addresses of the internet. `private`: also to "
        "private networks and this machine. An address written out in `url` says it by itself.",
    )
    ca_file: Text | None = Field(None, description="PEM file of the authorities to trust instead.")
    expect: list[Status] = Field(default=[], description="Statuses that are a success. Default: 200 to 299.")


class StepSpec(Shape):
    """One step. Exactly one of `task`, `tool`, `command`, `approval` and `http` says what it does."""

    name: Name = Field(description="Unique within the pipeline; others refer to it by this name.")
    task: TaskStep | None = Field(None, description="A task of an agent.")
    tool: ToolStep | None = Field(None, description="A call of a tool.")
    command: CommandStep | None = Field(None, description="A program.")
    approval: ApprovalStep | None = Field(None, description="A person says whether it goes on.")
    http: HttpStep | None = Field(None, description="A request of HTTP.")
    needs: list[Name] = Field(
        default=[],
        description="Steps that must be over before it begins. Those that it refers to are needed anyway.",
    )
    when: Text | None = Field(
        None, description="It is skipped where this expression is false: `inputs.branch == 'main'`."
    )
    each: Written = Field(
        None,
        description="A list, or a reference to one: the step is done once for each entry, which is `item`.",
    )
    concurrency: Count = Field(4, description="Of `each`: so many entries at the same time.")
    retry: RetrySpec = Field(RetrySpec(), description="When it is tried again.")
    timeout: Duration | None = Field(None, description="The most that one attempt may take.")
    budget_usd: Usd | None = Field(None, description="The most that one attempt may spend.")
    may_fail: Flag = Field(
        False, description="The pipeline goes on where it has failed; `steps.NAME.state` says so."
    )


class ScheduleTrigger(Shape):
    """At times of the clock."""

    cron: Text = Field(description="Minute, hour, day, month, weekday: `30 2 * * mon-fri`.")
    time_zone: TimeZone = Field("UTC", description="Whose clock: a name of the IANA database.")
    missed: Literal["skip", "one"] = Field(
        "skip",
        description="What was due while Podium did not run: `skip`: nothing; `one`: it is run once.",
    )


class WebhookTrigger(Shape):
    """A request signed as Podium signs its own webhooks."""

    credential: Credential = Field(description="Where the key of the signature (HMAC-SHA256) is read.")
    window: Duration = Field(300_000, description="A signature is good for so long.")


class EventTrigger(Shape):
    """A CloudEvent (1.0, structured or binary), signed likewise. Of one source and id, one counts."""

    type: Text = Field(description="The event's `type`: `com.acme.push`; `*` at its end stands for any rest.")
    source: Text | None = Field(None, description="The event's `source`, likewise. None: any.")
    credential: Credential = Field(description="Where the key of the signature (HMAC-SHA256) is read.")
    window: Duration = Field(300_000, description="A signature is good for so long.")


class ConditionTrigger(Shape):
    """A figure of Podium's own is above or below a bound."""

    figure: Figure = Field(description="What is looked at (docs/pipelines.md).")
    above: Number | None = Field(None, description="It holds while the figure is above.")
    below: Number | None = Field(None, description="It holds while the figure is below.")
    window: Duration = Field(900_000, description="The time that the figure is of.")
    hold: Duration | None = Field(
        None, alias="for", description="It must hold for so long without a break. Default: no time."
    )
    clear: Number | None = Field(
        None,
        description="It starts nothing again before the figure is back on the other side of this. "
        "Default: the bound itself.",
    )
    cooldown: Duration = Field(3_600_000, description="The least time between two runs that it starts.")
    agent: Name | None = Field(None, description="Only what this Agent does.")
    department: Name | None = Field(None, description="Only what this Department and those below it do.")
    route: RouteName | None = Field(None, description="Only calls of this Route.")
    tool: ToolId | None = Field(None, description="Only calls of this tool.")


class OccurrenceTrigger(Shape):
    """Something of Podium's own has occurred: an audit failed, a prompt or a tool's definition changed."""

    type: Literal["audit.failed", "prompt.changed", "tool.changed"] = Field(
        description="What has occurred (docs/pipelines.md)."
    )
    audit: Name | None = Field(None, description="Of `audit.failed`: only this Audit.")
    rule: Name | None = Field(None, description="Of `audit.failed`: only this rule.")
    agent: Name | None = Field(None, description="Only with this Agent.")
    department: Name | None = Field(None, description="Only in this Department and those below it.")
    tool: ToolId | None = Field(None, description="Of `tool.changed`: only this tool.")
    cooldown: Duration = Field(
        300_000, description="The least time between two runs that it starts; what occurs in it starts none."
    )


class TriggerSpec(Shape):
    """What starts a run. Exactly one of `schedule`, `webhook`, `event`, `condition` and `occurrence`."""

    name: Name | None = Field(
        None, description="Default: what it is, and a number from the second on: `schedule`, `schedule-2`."
    )
    schedule: ScheduleTrigger | None = Field(None, description="At times of the clock.")
    webhook: WebhookTrigger | None = Field(None, description="A signed request.")
    event: EventTrigger | None = Field(None, description="A CloudEvent.")
    condition: ConditionTrigger | None = Field(None, description="A figure passes a bound.")
    occurrence: OccurrenceTrigger | None = Field(None, description="Something of Podium's own has occurred.")
    inputs: dict[str, Written] = Field(
        default={}, description="The run's inputs: values, and references to `trigger.body`, `trigger.event`."
    )


class PipelineSpec(Shape):
    """What is done, in which order, and what starts it."""

    agent: Name = Field(description="Name of the Agent in whose name it runs: the root task is its own.")
    description: Text | None = Field(None, description="What it is for.")
    inputs: dict[str, InputSpec] = Field(default={}, description="What a run is started with, by name.")
    steps: list[StepSpec] = Field(min_length=1, description="What is done.")
    triggers: list[TriggerSpec] = Field(default=[], description="What starts it, besides people.")
    budget_usd: Usd | None = Field(
        None, description="The most that one run may spend on models, all its steps together."
    )
    timeout: Duration = Field(24 * 3_600_000, description="The most that one run may take.")
    overlap: Literal["allow", "skip"] = Field(
        "allow", description="What a trigger does while a run goes on: start another one, or nothing."
    )


class PipelineManifest(Manifest):
    """Steps that agents, tools, programs and people do one after another, under one budget."""

    kind: Literal["Pipeline"] = Field(description="Pipeline.")
    spec: PipelineSpec = Field(description="The pipeline.")
