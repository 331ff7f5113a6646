"""What one task may do with tools: its author's grants, and what its request says against them."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from podium.trust.grants import Answer, Ask, Deny
from podium.trust.tools import GrantRow


class Refusal(msgspec.Struct, frozen=True):
    """Why a tool is not, or not without a person, what the request asks for."""

    answer: Literal["ask", "deny"]
    rule: str
    reason: str
    word: str = ""
    """Of an order that no tool lists: how the request begins it."""


class EffectiveGrant(msgspec.Struct, frozen=True):
    """What one task may do with tools. Encodes as JSON, so that it outlives a process."""

    grants: tuple[GrantRow, ...] = ()
    """Per tool, with the uses that the request asks for."""
    refusals: dict[str, Refusal] = {}
    """By the tool's id; these come on top of the grant."""

    def grant(self, tool_id: str) -> GrantRow | None:
        """Return the grant of a tool by its id, or None."""
        return next((grant for grant in self.grants if grant.tool == tool_id), None)

    def refusal(self, tool_id: str) -> Answer | None:
        """Return what the request itself says against a tool, or None."""
        if (found := self.refusals.get(tool_id)) is None:
            return None
        return (Ask if found.answer == "ask" else Deny)(found.rule, found.reason)


def unnarrowed(grants: Sequence[GrantRow]) -> EffectiveGrant:
    """Return the author's maximum as it stands: to measure what narrowing adds."""
    return EffectiveGrant(tuple(grants))
