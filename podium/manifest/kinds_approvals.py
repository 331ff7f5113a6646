"""Fields of the kind Department that say who answers cases, and who is asked when nobody does."""

from pydantic import Field

from podium.manifest.fields import Pause, Shape
from podium.trust.cases import Rule


class Approvals(Shape):
    """What wants a second person's approval: somebody who decides for the department, and did not ask."""

    overrides: Rule | None = Field(
        None,
        description="More of a limit, by an override. `always`: nobody gives it alone. `whenPossible`: "
        "nobody does as soon as another user can approve it. `never`: who decides for the department gives "
        "it alone. Default: what the department above says; at the top `whenPossible`.",
    )


class EscalationSpec(Shape):
    """When a case that nobody answers goes on to others. `0s`: never."""

    parent: Pause | None = Field(
        None,
        description="After so long the approvers of the department above are asked too. Default: what the "
        "department above says; at the top 15 minutes.",
    )
    admins: Pause | None = Field(
        None,
        description="After so long the admins are asked too. Default: what the department above says; at "
        "the top an hour.",
    )
