"""The port to models that judge steps of audits: asked through the gateway, in the name of an agent."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from podium.manifest.audit_rows import JudgeRow


class Answer(msgspec.Struct, frozen=True):
    """What a model said, and what that cost, nano-USD."""

    text: str
    cost_nano_usd: int


class Models(Protocol):
    """Asks in the name of a task that is begun for it."""

    def ask(self, judge: JudgeRow, messages: Sequence[Mapping[str, str]]) -> Answer:
        """Return an answer. Raises PodiumError."""
        ...


class LiveModels(Protocol):
    """Asks in the name of a task whose token is given."""

    def ask_as(self, token: str, judge: JudgeRow, messages: Sequence[Mapping[str, str]]) -> Answer:
        """Return an answer. Waits; raises PodiumError."""
        ...

    def close(self) -> None:
        """Close its connections."""
        ...
