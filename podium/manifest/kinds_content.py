"""How a manifest says what is kept of what models, tools and people say."""

from typing import Literal

from pydantic import Field

from podium.evidence.contents.rules import Pattern
from podium.manifest.fields import Count, Name, Shape, Text


class OwnPattern(Shape):
    """What else is redacted."""

    name: Name = Field(description="What stands in its place, in brackets.")
    regex: Text = Field(
        description="A regular expression of RE2's (no references back, no looking around): `E-[0-9]{6}`."
    )


class ContentSpec(Shape):
    """What is kept of messages, answers, and arguments and results of tools, encrypted (docs/privacy.md)."""

    record: Literal["off", "hashed", "redacted", "full"] | None = Field(
        None,
        description="`off`: nothing. `hashed`: a keyed digest of each part, so that equal ones can be seen. "
        "`redacted`: without what the patterns find. `full`: all. Default: that of the Department above, at "
        "the top `off`. It is never more than the Department above says.",
    )
    patterns: list[Pattern] | None = Field(
        None,
        description="What `redacted` takes out, beside what the Departments above name. Default: all six.",
    )
    own: list[OwnPattern] = Field(
        default=[], description="Patterns of your own, beside those of the Departments above."
    )
    keep_days: Count | None = Field(
        None,
        description="Days that it is kept, at most as many as the Department above says. "
        "Default: `podium up --keep-content-days`.",
    )
