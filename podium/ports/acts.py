"""The part of the keeper's language in which people act, and cases are opened and answered.

Each message says by whom. The keeper looks the person up itself, by a digest of what they bear, in the
transaction of the act: what a face has found out about them is not believed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, Protocol, get_args

import msgspec

from podium.trust.cases import Case, Choice
from podium.trust.credentials.identity import Detail
from podium.trust.people import COMMAND_LINE
from podium.trust.request.user import User

_choices_decoder = msgspec.json.Decoder(tuple[Choice, ...])


class By(msgspec.Struct, frozen=True):
    """Who acts: whose session or token has this SHA-256 (hexadecimal); with neither, the owner."""

    owner: str = COMMAND_LINE
    session: str | None = None
    token: str | None = None


class AddUser(msgspec.Struct, frozen=True, tag="add_user"):
    """Make a user. ``password_hash``: argon2id; None: they cannot log in by password yet."""

    by: By
    name: str
    roles: tuple[str, ...]
    password_hash: str | None = None


class SetPassword(msgspec.Struct, frozen=True, tag="set_password"):
    """Give a user another password; their sessions end, but for the one that asks."""

    by: By
    name: str
    password_hash: str


class SetRoles(msgspec.Struct, frozen=True, tag="set_roles"):
    """Give a user other roles, in force with their next request."""

    by: By
    name: str
    roles: tuple[str, ...]


class SetDisabled(msgspec.Struct, frozen=True, tag="set_disabled"):
    """Shut a user out, sessions and tokens included; or let them in again, without those."""

    by: By
    name: str
    disabled: bool = True


class IssueToken(msgspec.Struct, frozen=True, tag="issue_token"):
    """Store the hash of a new API token of a user."""

    by: By
    name: str
    sha256: str
    label: str
    expires_ns: int


class RevokeToken(msgspec.Struct, frozen=True, tag="revoke_token"):
    """End an API token."""

    by: By
    token_id: str


class Identity(msgspec.Struct, frozen=True):
    """Who an OpenID Connect issuer says that somebody is, and the roles that its claims give."""

    issuer: str
    subject: str
    name: str
    roles: tuple[str, ...]


class BeginSession(msgspec.Struct, frozen=True, tag="begin_session"):
    """Somebody has shown who they are: exactly one of ``name``, ``identity`` and ``owner_proof`` is set."""

    sha256: str
    expires_ns: int
    method: Literal["password", "oidc", "admin.token"]
    address: str
    device: str
    name: str | None = None
    password_hash: str | None = None
    """Against which the password was checked: another one by now, and there is no session."""
    identity: Identity | None = None
    owner_proof: str | None = None
    """SHA-256 of the admin token, hexadecimal."""


class EndSession(msgspec.Struct, frozen=True, tag="end_session"):
    """End a session: one's own, or as an admin another's."""

    by: By
    session_id: str


class NoteRefused(msgspec.Struct, frozen=True, tag="note_refused"):
    """A face has refused an act: it belongs into the chain."""

    by: By
    what: str
    subject: str
    why: str


class NoteGuessing(msgspec.Struct, frozen=True, tag="note_guessing"):
    """Somebody fails to log in, and is slowed down from now on."""

    account: str
    address: str


class RotateKey(msgspec.Struct, frozen=True, tag="rotate_key"):
    """Sign with a new key from now on."""

    by: By


class SteerTask(msgspec.Struct, frozen=True, tag="steer_task"):
    """End, kill, revoke, pause or resume a task and its children; or change what it may and is told."""

    by: By
    task_id: str
    act: Literal["end", "kill", "revoke", "pause", "resume", "message", "limit", "deadline", "narrow"]
    reason: str
    text: str | None = None
    """Of ``message``: what its program is told."""
    amount_nano_usd: int | None = None
    """Of ``limit``: what it, and what it starts, may spend in all."""
    deadline_ns: int | None = None
    """Of ``deadline``: when it must be over. Unix nanoseconds."""
    details: tuple[Detail, ...] | None = None
    """Of ``narrow``: what it may at most from now on."""


class SteerTasks(msgspec.Struct, frozen=True, tag="steer_tasks"):
    """Pause or resume several tasks: those that are named, or those that live and match all that is given.

    Each is done if its state allows it, whatever becomes of the others.
    """

    by: By
    act: Literal["pause", "resume"]
    reason: str
    task_ids: tuple[str, ...] = ()
    agent: str | None = None
    department: str | None = None
    """Its path, or its name; those below it are meant too."""
    state: str | None = None
    """``queued``, ``running``, ``paused`` or ``unknown``."""
    everything: bool = False
    """All that live, where nothing else is given."""


class RetryTask(msgspec.Struct, frozen=True, tag="retry_task"):
    """Put a run that is over into the queue once more, as another one: same request, same input."""

    by: By
    task_id: str
    reason: str


class EraseTask(msgspec.Struct, frozen=True, tag="erase_task"):
    """Erase at once what a run that is over has said, and what it has started; figures stay."""

    by: By
    task_id: str
    reason: str


class UndoTask(msgspec.Struct, frozen=True, tag="undo_task"):
    """Undo what a task that is over has done, as far as its tools say how."""

    by: By
    task_id: str
    reason: str


class BeginTask(msgspec.Struct, frozen=True, tag="begin_task"):
    """Start a task of an agent, as a person who may, without the agent's own credential."""

    by: By
    agent: str
    request: str | None = None
    """What the user asked for, in their words."""
    life_s: int | None = None
    user: User | None = None
    """Who they are; None: whom the agent's manifest says."""


class RotateTaskKey(msgspec.Struct, frozen=True, tag="rotate_task_key"):
    """Sign task tokens with a new key. The old one is in force until its last token has ended."""

    by: By


class OpenCase(msgspec.Struct, frozen=True, tag="open_case"):
    """Something waits for a person. The case's id and times are the keeper's to give; its key is unique."""

    by: By
    case: Case
    expires_after_ns: int | None = None


class AnswerCase(msgspec.Struct, frozen=True, tag="answer_case"):
    """A person decides."""

    by: By
    case_id: str
    choice: str
    reason: str


class AnswerCases(msgspec.Struct, frozen=True, tag="answer_cases"):
    """A person gives one answer to several cases of a kind, where that is safe: to all, or to none."""

    by: By
    case_ids: tuple[str, ...]
    choice: str
    reason: str


class WriteOff(msgspec.Struct, frozen=True, tag="write_off"):
    """Charge what a worker holds that nobody hears of, and of whose death there is no proof.

    ``incarnation``: one, or the name of a machine for all that have not ended there.
    """

    by: By
    incarnation: str
    reason: str


Operation = Literal["backup", "upgrade", "log_level"]


class NoteOperation(msgspec.Struct, frozen=True, tag="note_operation"):
    """Somebody is about to do to this Podium what its supervisor does: the chain says so first."""

    by: By
    what: Operation
    subject: str
    """The file of a backup, the level of the log; empty for an upgrade."""


class UnblockModel(msgspec.Struct, frozen=True, tag="unblock_model"):
    """Let a model serve under hard limits again, whose usage was above its bound."""

    by: By
    model: str
    reason: str


class ApproveTool(msgspec.Struct, frozen=True, tag="approve_tool"):
    """Let tasks call a tool whose definition has changed. ``tool``: ``SERVER/TOOL``."""

    by: By
    tool: str
    reason: str


class AskOverride(msgspec.Struct, frozen=True, tag="ask_override"):
    """Ask for more of a limit, until a time (Unix nanoseconds). ``amount``: nano-USD, or tokens."""

    by: By
    limit: str
    amount: int
    until_ns: int
    reason: str


class SteerBreaker(msgspec.Struct, frozen=True, tag="steer_breaker"):
    """Decide about a key: ``agent/NAME``, ``department/NAME``, ``task/ID``, or ``all``.

    ``pct``: of the baseline, where it resumes at a limited rate, or is raised.
    """

    by: By
    key: str
    on: Literal["resume", "resume_limited", "raise_baseline", "stop", "kill"]
    reason: str
    pct: int = 0


class NoteDelivery(msgspec.Struct, frozen=True, tag="note_delivery"):
    """A webhook was told, or could not be: then when it is tried again; None: never."""

    notice: int
    webhook: str
    error: str | None = None
    next_ns: int | None = None
    occurrence: bool = False
    """``notice`` is the place of what has occurred."""


class ActDone(msgspec.Struct, frozen=True, tag="act_done"):
    """It is done, in the database and in the chain. ``id``: of what was made."""

    id: str = ""
    text: str = ""
    """In words, what was done."""


class SteeredTask(msgspec.Struct, frozen=True):
    """What became of one task of several. ``agent``: empty where there is no such task."""

    task_id: str
    agent: str
    done: bool
    text: str
    """In words, what was done, or why not."""


class TasksSteered(msgspec.Struct, frozen=True, tag="tasks_steered"):
    """To SteerTasks: each task that was meant."""

    tasks: list[SteeredTask]


class CaseIs(msgspec.Struct, frozen=True, tag="case_is"):
    """The case as it is now."""

    case: Case


class CasesAre(msgspec.Struct, frozen=True, tag="cases_are"):
    """The cases as they are now."""

    cases: list[Case]


Act = (
    AddUser
    | SetPassword
    | SetRoles
    | SetDisabled
    | IssueToken
    | RevokeToken
    | BeginSession
    | EndSession
    | NoteRefused
    | NoteGuessing
    | RotateKey
    | SteerTask
    | SteerTasks
    | RetryTask
    | EraseTask
    | UndoTask
    | BeginTask
    | RotateTaskKey
    | OpenCase
    | AnswerCase
    | AnswerCases
    | AskOverride
    | SteerBreaker
    | NoteDelivery
    | WriteOff
    | NoteOperation
    | UnblockModel
    | ApproveTool
)

ACTS: Final = get_args(Act)


class Signer(Protocol):
    """One key of the chain."""

    key_id: str
    public: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature."""
        ...


class EvidenceKeys(Protocol):
    """Where the keys of the chain are kept."""

    def find(self, key_id: str) -> Signer | None:
        """Return a key by its id, None where it is lost."""
        ...

    def make(self) -> Signer:
        """Make a key and keep it; it signs only once the chain names it."""
        ...


class Passwords(Protocol):
    """How passwords are kept."""

    def digest(self, password: str) -> str:
        """Return argon2id in PHC form. Takes tens of milliseconds and megabytes."""
        ...

    def matches(self, digest: str | None, password: str) -> bool:
        """Return whether a password is the one; with None no, in the same time."""
        ...


class LimitTerms(msgspec.Struct, frozen=True):
    """What one must know of a limit to ask for more of it. ``amount``: nano-USD where the unit is usd."""

    name: str
    department: str
    """Path."""
    unit: str
    amount: int
    window: str
    """In words: ``a month in Europe/Berlin``."""
    charged: int
    outstanding: int
    ends_ns: int | None
    """When its window ends."""


class BandEntered(msgspec.Struct, frozen=True):
    """A limit has left its open band, for the first time in a window: nano-USD where the unit is usd."""

    limit: str
    department: str
    """Path."""
    unit: str
    amount: int
    charged: int
    outstanding: int
    at_percent: int
    action: str
    """What the band does: ``warn``, ``smaller``, ``cheapest``."""
    window_kind: str
    window: str
    ends_ns: int | None
    amount_text: str
    charged_text: str
    outstanding_text: str


class WrittenOff(msgspec.Struct, frozen=True):
    """What was charged because somebody wrote it off, by limit (nano-USD or tokens), and how many slices."""

    slices: int
    charged: dict[str, int]


class LimitsBook(Protocol):
    """The authority over limits, as an override needs it. Called in the database thread."""

    on_blocked: Callable[[Any, str, str], None]
    """Called with the connection, a model that is blocked, and the charge for which."""
    on_band: Callable[[Any, BandEntered], None]
    """Called with the connection when a limit leaves its open band, once for each of its windows."""

    def terms(self, connection: Any, limit: str) -> LimitTerms:
        """Return a limit's terms. Raises NotFound."""
        ...

    def override(
        self,
        connection: Any,
        *,
        limit: str,
        amount: int,
        until_ns: int,
        override_id: str,
        by: Sequence[str],
        reason: str = "",
    ) -> None:
        """Give more, in the connection's transaction. ``by``: who asked, and who approved."""
        ...

    def write_off(self, connection: Any, incarnation: str, note: str) -> WrittenOff:
        """Charge all that a worker holds: nothing, where it holds nothing."""
        ...

    def unblock(self, connection: Any, model: str) -> None:
        """Let a model serve under hard limits again. Raises NotFound."""
        ...


def case_of(row: Mapping[Any, Any]) -> Case:
    """Return the case that a row of `cases` holds."""
    fields = {str(name): value for name, value in row.items()}
    fields["evidence"] = json.loads(fields["evidence"])
    fields["choices"] = _choices_decoder.decode(fields["choices"])
    return Case(**fields)
