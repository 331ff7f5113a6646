"""The part of the keeper's language in which tasks are started, renewed, delegated and ended.

Workers pass on what a client bears, and the keeper proves it itself: what a worker has found out about an
agent's credential is not believed.
"""

from typing import Literal, Protocol, get_args

import msgspec

from podium.ports.steps import FindStep, KeepSteps
from podium.trust.credentials.identity import Detail
from podium.trust.request.user import User

TaskState = Literal["running", "paused", "ended", "killed", "revoked", "expired"]
"""``expired``: its life was over before anybody ended it."""
DEAD_STATES = frozenset({"ended", "killed", "revoked", "expired"})


class StartTask(msgspec.Struct, frozen=True, tag="start_task"):
    """Begin a task of an agent, which proves itself with its secret or a signed assertion (RFC 7523)."""

    secret: str | None = None
    assertion: str | None = None
    """A JWT of the agent's own key, or a workload token of a configured OIDC issuer."""
    details: tuple[Detail, ...] | None = None
    """What the task may: a part of what the agent may; None: all of it."""
    prompt_sha256: str | None = None
    jkt: str | None = None
    """Thumbprint of the key that the task's tokens shall be bound to (DPoP)."""
    life_s: int | None = None
    resource: tuple[str, ...] = ()
    """For whom its tokens shall be (RFC 8707); none: for the gateway and the tool gateway."""
    request: str | None = None
    """What the user asked for, in their words. It is kept until the task ends."""
    user: User | None = None
    """Who the user is, kept likewise; None: whom the agent's manifest says."""


class DelegateTask(msgspec.Struct, frozen=True, tag="delegate_task"):
    """Begin a task for a task (RFC 8693): it has a part of the parent's grants, and ends with it."""

    token: str
    agent: str
    details: tuple[Detail, ...] | None = None
    prompt_sha256: str | None = None
    jkt: str | None = None
    life_s: int | None = None
    resource: tuple[str, ...] = ()
    """For whom its tokens shall be: a part of the parent's; none: for the same."""


class RenewTask(msgspec.Struct, frozen=True, tag="renew_task"):
    """Ask for a new token of a task that lives, with one that is still valid."""

    token: str


class FinishTask(msgspec.Struct, frozen=True, tag="finish_task"):
    """End a task with its own token. Its children end too."""

    token: str


class TaskIs(msgspec.Struct, frozen=True, tag="task_is"):
    """A task and, where one was asked for, its token. Times are Unix seconds."""

    task_id: str
    agent: str
    department: str
    sub: str
    state: str
    until_s: int
    details: tuple[Detail, ...] = ()
    parent_id: str | None = None
    token: str | None = None
    token_until_s: int = 0
    token_expires_in_s: int = 0
    token_type: str = "Bearer"  # noqa: S105 - RFC 6749's name
    """``DPoP`` where it is bound to a key."""


class GetRequest(msgspec.Struct, frozen=True, tag="get_request"):
    """Ask what the user asked for when a task was started. The tool gateway's alone to ask."""

    task_id: str


class RequestIs(msgspec.Struct, frozen=True, tag="request_is"):
    """To GetRequest; None: nobody said, or the task has ended."""

    request: str | None
    user: User | None = None
    """Who *me* of it is; None: nobody says."""


class ReportOutcome(msgspec.Struct, frozen=True, tag="report_outcome"):
    """Say what became of a task or a call (``subject``: its id). Exactly one of secret and token is set."""

    subject: str
    outcome: Literal["success", "failure"]
    value_nano_usd: int | None = None
    """What it was worth; None: nobody says."""
    secret: str | None = None
    token: str | None = None


class OutcomeIs(msgspec.Struct, frozen=True, tag="outcome_is"):
    """To ReportOutcome: what is written."""

    subject: str
    agent: str
    outcome: str
    value_nano_usd: int | None = None


class GetMessages(msgspec.Struct, frozen=True, tag="get_messages"):
    """Ask, with a task's own token, what people have said to it. ``after``: only what came after this one."""

    token: str
    after: int = 0


class Message(msgspec.Struct, frozen=True):
    """What somebody has said to a task. ``seq``: from 1 on; ``at_ns``: Unix nanoseconds."""

    seq: int
    at_ns: int
    by: str
    text: str


class MessagesAre(msgspec.Struct, frozen=True, tag="messages_are"):
    """To GetMessages: the oldest first."""

    messages: tuple[Message, ...] = ()


TaskQuestion = (
    StartTask | DelegateTask | RenewTask | FinishTask | ReportOutcome | KeepSteps | FindStep | GetMessages
)
TASK_QUESTIONS: tuple[type, ...] = get_args(TaskQuestion)


class StoredKey(msgspec.Struct, frozen=True):
    """A private key that signs task tokens, as it is kept: encrypted. Times are Unix nanoseconds."""

    jwk: dict[str, str]
    made_ns: int
    signs_from_ns: int
    """Before this it is only published, so that every process knows it when its first token comes."""
    ends_ns: int | None = None
    """None: it is the newest. From this on it is in force no more."""


class TaskKeys(Protocol):
    """Where the private keys of task tokens are kept, encrypted at rest."""

    def load(self) -> tuple[StoredKey, ...]:
        """Return them in the order in which they were made. Raises StateError."""
        ...

    def save(self, keys: tuple[StoredKey, ...]) -> None:
        """Keep them, whole and synced. Raises StateError."""
        ...

    def wrap(self, key: bytes, about: str) -> bytes:
        """Return the key of a task as it may be stored: encrypted, and bound to what it is about."""
        ...

    def unwrap(self, wrapped: bytes, about: str) -> bytes:
        """Return the key again. Raises StateError."""
        ...
