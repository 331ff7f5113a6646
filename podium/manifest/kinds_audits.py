"""The YAML kind of audits."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from podium.evidence.audits.rules import Severity
from podium.manifest.fields import Flag, Name, RouteName, Shape, Text, Usd, Written
from podium.manifest.shapes import Manifest


class AuditRule(Shape):
    """One sentence that has to hold of a trace."""

    name: Name = Field(description="What findings call it; unique within the audit.")
    says: Text = Field(description="The sentence (docs/audits.md).")
    severity: Severity = Field(
        default="error",
        description="`safety` can pause a task that runs, `warning` fails no run of audits.",
    )
    because: Text | None = Field(
        default=None, description="Why it is asked for, for those who read a finding."
    )


class JudgeSpec(Shape):
    """A model that says of a step whether a rubric holds: `judged NAME`."""

    of: Text = Field("answers", description="A word: the steps that are judged. All others are judged no.")
    rubric: Text = Field(description="What has to hold of the step, so that a person could say yes or no.")
    reads: list[Literal["arguments", "result", "input", "output"]] = Field(
        default=["output"], description="What of the step it is shown. Unknown where that was not recorded."
    )
    agent: Name = Field(description="Name of the Agent in whose name it asks, on its department's money.")
    route: RouteName = Field(description="Name of the Route that it asks.")
    votes: Annotated[int, Field(ge=1, le=15)] = Field(3, description="How often it asks.")
    agreement: Annotated[float, Field(gt=0.5, le=1)] = Field(
        0.6, description="The share of votes that must say the same; else it is unknown."
    )
    budget_usd: Usd = Field(
        Decimal(1), description="The most that one run of audits spends on it; live, a day (UTC)."
    )


class AuditSpec(Shape):
    """The words and the sentences, for whom they hold, and what comes of a failure while a task runs."""

    live: Flag = Field(
        default=False, description="Tasks are judged while they run: step by step, as their spans arrive."
    )
    on_fail: Literal["pause", "case", "alert"] = Field(
        default="pause",
        description="What a rule does that a running task has broken for good. `pause`: one of severity "
        "`safety` pauses the task and opens a case, one of `error` opens a case. `case`: both open one. "
        "`alert`: both go out as an event alone. A `warning` is recorded, no more.",
    )
    agents: list[Name] = Field(
        default=[], description="Holds for what these Agents do. With no `departments` either: for all."
    )
    departments: list[Name] = Field(
        default=[], description="Holds for the Agents of these Departments and those below them."
    )

    let: dict[str, Written] = Field(
        default={}, description="Words that the sentences use: fields of a step and what they are."
    )
    ready: list[Name] = Field(
        default=[], description="Ready audits whose rules hold too: `podium audit list`."
    )
    judges: dict[str, JudgeSpec] = Field(
        default={}, description="Models that judge steps, by the name that `judged NAME` has."
    )
    rules: list[AuditRule] = Field(default=[], description="What has to hold.")


class AuditManifest(Manifest):
    """Rules over whole traces: what an agent did, in which order, with what it knew."""

    kind: Literal["Audit"] = Field(description="Audit.")
    spec: AuditSpec = Field(description="The audit.")
