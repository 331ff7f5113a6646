"""The keeper's language: one request and one answer a frame, over a Unix socket, or TLS between machines.

The collector speaks it too, on a socket of its own, and answers the questions of `ports.spans`.

A frame is a little-endian ``u32`` length and a MessagePack map tagged with ``type``. ``PROTOCOL`` is sent
in the first message of a connection; a keeper refuses another one.
"""

import struct
from typing import Final, Protocol

import msgspec

from podium.kernel.errors import (
    Forbidden,
    InvalidRequest,
    JournalError,
    NotFound,
    NotReady,
    PodiumError,
    StateError,
    Unauthenticated,
)
from podium.ports.acts import Act, ActDone, By, CaseIs, CasesAre, TasksSteered
from podium.ports.audits import AuditQuestion, VerdictsNoted
from podium.ports.content import ContentAct, ContentQuestion, ContentReply, KeepContent
from podium.ports.machines import Died, GetKeys, KeysAre, Ship, Shipped
from podium.ports.pipelines import PipelineAnswer, PipelineQuestion
from podium.ports.runs import RunAnswer, RunQuestion
from podium.ports.spans import SpanQuestion, SpanReply
from podium.ports.steps import StepReply
from podium.ports.tasks import TASK_QUESTIONS, MessagesAre, OutcomeIs, RequestIs, TaskIs, TaskQuestion
from podium.ports.tools import LivingAre, PinsAre, ToolQuestion
from podium.ports.undos import UndosAre
from podium.spend.rates import Claim
from podium.spend.reconciling import Correction

PROTOCOL: Final = 1
FRAME: Final = struct.Struct("<I")
MAX_FRAME_BYTES: Final = 64 << 20


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """A worker's incarnation begins. ``journal_dir`` holds its segments; its lock file is held by it."""

    protocol: int
    worker: str
    incarnation: str
    pid: int
    boot_id: str
    strict: bool = False
    """A HOLD is on the disk before anything of it is sent."""


class Want(msgspec.Struct, frozen=True, array_like=True):
    """What a worker wants of a limit. ``task`` names the window of a limit of tasks."""

    limit: str
    need: int
    """What one call needs: so much of one band, or nothing."""
    want: int
    """What it would like, for the calls behind."""
    last_band: int
    """The last band of the limit that the call may draw from."""
    task: str | None = None


class Returned(msgspec.Struct, frozen=True, array_like=True):
    """What a worker has given back of a slice in all. ``sequence`` counts the times."""

    slice: int
    sequence: int
    returned: int


class Draw(msgspec.Struct, frozen=True, tag="draw"):
    """A worker gives back parts of its slices and asks for more. What is given back counts first."""

    incarnation: str
    wants: tuple[Want, ...] = ()
    returns: tuple[Returned, ...] = ()


LANE_WAYS: Final = (
    "lane",
    "head",
    "session",
    "caller",
    "request",
    "route",
    "provider",
    "limits",
    "rates",
    "connection",
    "load",
    "answer",
)
"""How calls go: by the lane, or why not (docs/operations.md). New ones come last."""


TOOL_REFUSALS: Final = (
    "invalid_api_key",
    "invalid_token",
    "invalid_dpop_proof",
    "task_ended",
    "task_paused",
    "safety_pause",
    "origin",
    "not_ready",
    "other",
)
"""Why the tool gateway refuses a request before it looks at what is asked (docs/operations.md)."""


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Every 200 ms: am I still in step? With how far the worker's journal reaches."""

    incarnation: str
    segment: int
    offset: int
    snapshot_version: int
    orders_version: int
    loop_lag_us: int = 0
    """How late the worker's event loop was when it woke up to ask."""
    claims: tuple[Claim, ...] = ()
    """Limits of rate that are in use here. One that is not among them is as it was."""
    content_lost: int = 0
    """Calls whose content could not be kept, since the incarnation began."""
    ways: tuple[int, ...] = ()
    """Calls by LANE_WAYS, since the incarnation began."""
    refused: tuple[int, ...] = ()
    """Requests by TOOL_REFUSALS, since the incarnation began."""


class LookIn(msgspec.Struct, frozen=True, tag="look_in"):
    """As Ask, by a process that takes no calls: which versions are in force."""

    tools_url: str = ""
    """Where tools are called on the machine of a gateway elsewhere that carries these calls."""
    life: str = ""
    """Of a process of this machine that may lose something: its name, `-`, and an id."""
    content_lost: int = 0
    """Calls and spans whose content it could not keep, since it began."""
    export_lost: int = 0
    """Spans that it did not send on."""


class GetSnapshot(msgspec.Struct, frozen=True, tag="get_snapshot"):
    """Ask for the snapshot in force."""


class GetOrders(msgspec.Struct, frozen=True, tag="get_orders"):
    """Ask for the orders in force."""


class Goodbye(msgspec.Struct, frozen=True, tag="goodbye"):
    """A worker ends in good order: its journal is closed with a final Roll."""

    incarnation: str
    content_lost: int = 0
    """As in Ask, at its end."""


class NoteModelMemory(msgspec.Struct, frozen=True, tag="note_model_memory"):
    """A model server of this machine has had more memory than it told before: so much at most, resident."""

    provider: str
    life: str
    """Of its process: any id."""
    peak_bytes: int


class PutSnapshot(msgspec.Struct, frozen=True, tag="put_snapshot"):
    """The reconciler's result: a compiled snapshot (JSON, its version ignored), or findings."""

    source: str
    document: bytes | None
    findings: tuple[str, ...] = ()


class IssueCredential(msgspec.Struct, frozen=True, tag="issue_credential"):
    """Store the hash of a new credential of an agent."""

    agent: str
    credential_id: str
    sha256: str
    by: By = By()


class RevokeCredential(msgspec.Struct, frozen=True, tag="revoke_credential"):
    """End a credential."""

    credential_id: str
    by: By = By()


class IssueCollectorKey(msgspec.Struct, frozen=True, tag="issue_collector_key"):
    """Store the hash of a new key with which a program sends spans of a department."""

    name: str
    department: str
    """Its path, or its name."""
    key_id: str
    sha256: str
    by: By = By()


class RevokeCollectorKey(msgspec.Struct, frozen=True, tag="revoke_collector_key"):
    """End a collector key."""

    key_id: str
    by: By = By()


class GetStatus(msgspec.Struct, frozen=True, tag="get_status"):
    """Ask how the keeper is."""


class GetMetrics(msgspec.Struct, frozen=True, tag="get_metrics"):
    """Ask for the figures of calls since the keeper started."""


class TakeBackup(msgspec.Struct, frozen=True, tag="take_backup"):
    """Ask for everything that a backup needs to be laid out in the state's folder ``backup``."""


class Correct(msgspec.Struct, frozen=True, tag="correct"):
    """Add what a provider's bill has settled to the ledger; what is there already stays as it is."""

    by: By
    provider: str
    export_sha256: str
    corrections: tuple[Correction, ...]


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """To Hello."""

    epoch: int


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """To Ask, only if the database answered within the last 500 ms. Versions in force now."""

    snapshot_version: int
    orders_version: int
    shares: tuple[int, ...] = ()
    """Of the limits of rate that were claimed, in their order."""
    contended: bool = False
    """Some worker lacks a part of one of these limits: ask again sooner."""
    recalled: tuple[str, ...] = ()
    """Windows of limits (LIMIT@WINDOW) of which another worker needs what is free."""
    workers: int = 1
    """So many take calls."""


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """To one Want: the slice with all that was granted of it, or ``slice`` 0 and what is left."""

    window: str
    """The window that the authority's clock picked."""
    ends_in_ns: int | None = None
    """From the answer on; None: it has no end."""
    slice: int = 0
    band: int = 0
    granted: int = 0
    single: bool = False
    """The limit is near: give back what no call needs."""
    amount: int | None = None
    """The limit's, with what was added to it."""
    left: int = 0
    """What could become free at the most, up to the last band that was allowed."""


class Drawn(msgspec.Struct, frozen=True, tag="drawn"):
    """To Draw: one grant for each want."""

    grants: tuple[Grant, ...]


class SnapshotIs(msgspec.Struct, frozen=True, tag="snapshot_is"):
    """To GetSnapshot: canonical JSON, None before the first one; to PutSnapshot: the version in force."""

    version: int
    document: bytes | None = None


class OrdersAre(msgspec.Struct, frozen=True, tag="orders_are"):
    """To GetOrders: MessagePack of `manifest.orders.Orders`."""

    version: int
    document: bytes


class MetricsAre(msgspec.Struct, frozen=True, tag="metrics_are"):
    """To GetMetrics: Prometheus' text format."""

    text: bytes


class StatusIs(msgspec.Struct, frozen=True, tag="status_is"):
    """To GetStatus. ``lag_bytes``: journal bytes written and not yet in the ledger."""

    pid: int
    epoch: int
    started_ns: int
    snapshot_version: int
    orders_version: int
    workers: list[dict[str, object]]
    lag_bytes: int
    schema: str
    tools: list[dict[str, object]] = []
    """Machines elsewhere on which tools can be called: their address, and when they asked last."""


class Corrected(msgspec.Struct, frozen=True, tag="corrected"):
    """To Correct: how many corrections are new, and how many were there already."""

    written: int
    there: int


class Done(msgspec.Struct, frozen=True, tag="done"):
    """It is done and durable."""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """It was not done. ``code`` as in `kernel.errors`; an error may have one of its own."""

    code: str
    message: str
    fix: str = ""
    kind: str = ""
    """The code of its class, one of `KINDS`; empty: of no such class, or said by an older keeper."""
    field: str | None = None


KINDS: Final[dict[str, type[PodiumError]]] = {
    kind.code: kind
    for kind in (Forbidden, InvalidRequest, JournalError, NotFound, NotReady, StateError, Unauthenticated)
}
"""The errors that are the same on both ends of a link."""


def refused(error: PodiumError) -> Refused:
    """Return what is said of an error."""
    kind = next((code for code, one in KINDS.items() if isinstance(error, one)), "")
    return Refused(error.error_code, error.message, error.fix, kind, error.field)


REMOTE: Final = (
    Hello,
    Ask,
    LookIn,
    Draw,
    GetSnapshot,
    GetOrders,
    Goodbye,
    Ship,
    Died,
    GetKeys,
    KeepContent,
    *TASK_QUESTIONS,
)
"""What a gateway on another machine may say; its incarnations are its own alone."""

Question = (
    Hello
    | Ask
    | LookIn
    | GetSnapshot
    | GetOrders
    | Goodbye
    | NoteModelMemory
    | PutSnapshot
    | IssueCredential
    | RevokeCredential
    | IssueCollectorKey
    | RevokeCollectorKey
    | GetStatus
    | GetMetrics
    | TakeBackup
    | Correct
    | Draw
    | Act
    | Ship
    | Died
    | GetKeys
    | TaskQuestion
    | ToolQuestion
    | SpanQuestion
    | ContentQuestion
    | ContentAct
    | RunQuestion
    | PipelineQuestion
    | AuditQuestion
)
Reply = (
    Welcome
    | Answer
    | Drawn
    | SnapshotIs
    | OrdersAre
    | StatusIs
    | MetricsAre
    | Corrected
    | Done
    | Refused
    | Shipped
    | KeysAre
    | ActDone
    | CaseIs
    | CasesAre
    | TasksSteered
    | TaskIs
    | OutcomeIs
    | RequestIs
    | MessagesAre
    | PinsAre
    | LivingAre
    | SpanReply
    | ContentReply
    | RunAnswer
    | StepReply
    | UndosAre
    | PipelineAnswer
    | VerdictsNoted
)


_encoder = msgspec.msgpack.Encoder()
_questions: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


ASK_EVERY_S: Final = 0.2
"""How often a process that takes calls asks the keeper."""
ASK_SELDOM_S: Final = 0.4
"""How often one asks through which nothing goes. What comes there then is served by a word that is no older,
and has it ask at once: every word is still asked for twice within `TRUST_NS`."""
QUIET_ASKS: Final = 10
"""After so many questions in which nothing came it asks seldom."""
TRUST_NS: Final = 1_000_000_000
"""How long the keeper's answer is good, from when it was asked for."""
WAIT_FOR_WORD_S: Final = 0.5
"""How long a call waits for an answer before it is refused."""


class KeeperLink(Protocol):
    """One connection to the keeper (see adapters.link)."""

    async def connect(self) -> None:
        """Connect. Raises NotReady or StateError."""
        ...

    async def ask(self, question: Question) -> Reply:
        """Ask and wait for the answer. Raises the PodiumError of a refusal, or NotReady."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


def encode(message: Question | Reply) -> bytes:
    """Return one frame."""
    payload = _encoder.encode(message)
    return FRAME.pack(len(payload)) + payload


def payload_bytes(head: bytes) -> int:
    """Return how many bytes of payload follow a frame's head. Raises InvalidRequest above the limit."""
    length: int = FRAME.unpack(head)[0]
    if length > MAX_FRAME_BYTES:
        raise InvalidRequest(f"a frame of {length} bytes; the limit is {MAX_FRAME_BYTES}")
    return length


def decode_question(payload: bytes) -> Question:
    """Return the question in a frame's payload. Raises InvalidRequest on anything else."""
    try:
        return _questions.decode(payload)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(f"not a question of the keeper's language: {error}") from error


def decode_reply(payload: bytes) -> Reply:
    """Return the reply in a frame's payload. Raises InvalidRequest on anything else."""
    try:
        return _replies.decode(payload)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(f"not a reply of the keeper's language: {error}") from error
