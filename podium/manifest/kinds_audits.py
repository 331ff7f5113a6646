"""The YAML kind of audits."""

from typing import Literal

from pydantic import Field

from podium.evidence.audits.rules import Severity
from podium.manifest.fields import Name, Shape, Text, Written
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


class AuditSpec(Shape):
    """The words and the sentences."""

    let: dict[str, Written] = Field(
        default={}, description="Words that the sentences use: fields of a step and what they are."
    )
    ready: list[Name] = Field(
        default=[], description="Ready audits whose rules hold too: `podium audit list`."
    )
    rules: list[AuditRule] = Field(default=[], description="What has to hold.")


class AuditManifest(Manifest):
    """Rules over whole traces: what an agent did, in which order, with what it knew."""

    kind: Literal["Audit"] = Field(description="Audit.")
    spec: AuditSpec = Field(description="The audit.")
