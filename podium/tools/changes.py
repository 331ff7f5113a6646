"""What changes the state of a task: the records of the tool gateway's journal, each once and for ever."""

from typing import Literal

import msgspec

from podium.spend.journal import ToolCall
from podium.trust.grounding.record.readings import Read, Sent
from podium.trust.request.user import User

Word = Literal["happened", "did_not_happen", "give_up"]
"""What a person says of a call of which nobody knows whether it was made."""


class Began(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """The first that is heard of a task. Its request, and what follows from it, is fixed from here on."""

    root_id: str
    request: str
    at_ns: int = 0
    """When, unix nanoseconds; 0: it was written by a version that did not keep it."""
    user: User | None = None
    """Who *me* of the request is; None: nobody says."""


class Fixed(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """What one agent may do within a task: its author's maximum, narrowed by the request."""

    root_id: str
    agent: str
    effective: bytes
    """JSON of `trust.request.narrowing.EffectiveGrant`."""


class Waiting(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A person was asked about a call."""

    root_id: str
    tool: str
    arguments_sha256: str
    case_id: str


class Intent(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """A call goes out. A use is spent, and the approval, if there is one; neither comes back by a crash."""

    root_id: str
    call: ToolCall
    """As the audit will have it if nothing more is heard: its outcome is unknown."""
    sent: Sent | None = None
    case_id: str | None = None
    named: str | None = None
    """Digest of the idempotency key that the client gave; None: the call is known by what it asks."""
    attempt: int = 0
    """Of its task's run, from 1 on; 0: the task is no run."""
    run: str | None = None
    """The run."""
    words: tuple[str, ...] = ()
    """Its arguments, of a call that is not repeated: for the person who is asked what became of it."""
    repeats: str | None = None
    """The call of unknown fate that this is the repetition of: no further use is spent."""
    carried: str | None = None
    """By which a gateway elsewhere knows the request; None: it came in here."""
    place: str = ""
    """At which server; empty: of a version that did not say."""

    @property
    def key(self) -> str:
        """What equal calls have in common."""
        call = self.call
        return step_key(self.run, call.agent, call.tool, call.arguments_digest, self.named)

    @property
    def owner(self) -> str:
        """The task with whose key its result is sealed."""
        return self.run or self.root_id


class Ended(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """What became of a call."""

    root_id: str
    call_id: str
    outcome: str
    """succeeded, failed, unknown; ``unsent``: nothing went out, so that the use was not spent."""
    read: Read | None = None
    kept: bytes | None = None
    """The result, sealed with the task's key: for a later attempt of a run."""
    undo: bytes | None = None
    """The call that takes it back, sealed likewise."""
    why: str | None = None
    """Why nobody knows what became of it."""


class Taken(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """An attempt was answered as the call of an earlier one was."""

    root_id: str
    call_id: str
    attempt: int


class Doubted(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """A person was asked what became of a call."""

    root_id: str
    call_id: str
    case_id: str


class Told(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """They have said it, or its server has."""

    root_id: str
    call_id: str
    word: Word
    by: str | None = None
    """The tool of its server that found it; None: a person has said it."""


class Act(msgspec.Struct, frozen=True, array_like=True):
    """A write that may have to be undone."""

    call: ToolCall
    outcome: str
    """succeeded or unknown."""
    owner: str
    """The task with whose key ``undo`` is sealed."""
    undo: bytes | None = None
    word: Word | None = None
    place: str = ""


class Left(msgspec.Struct, frozen=True, array_like=True, tag=9):
    """What a task that is over has done: what undoing it takes, and nothing else."""

    root_id: str
    until_ns: int
    acts: tuple[Act, ...]


class Undoing(msgspec.Struct, frozen=True, array_like=True, tag=10):
    """The call that takes an act back goes out: once, across crashes."""

    root_id: str
    act_id: str
    call: ToolCall


class Undone(msgspec.Struct, frozen=True, array_like=True, tag=11):
    """What became of that call; ``unsent``: nothing went out, so it may be tried again."""

    root_id: str
    act_id: str
    outcome: str


class GoesOut(msgspec.Struct, frozen=True, array_like=True, tag=12):
    """The first byte of a call is about to be sent. Not waited for on the disk: see `Life`."""

    root_id: str
    call_id: str


class Unheard(msgspec.Struct, frozen=True, array_like=True, tag=14):
    """The answer of a call was lost on its way to the machine that it came from: its client knows of none."""

    root_id: str
    call_id: str


class Life(msgspec.Struct, frozen=True, array_like=True, tag=13):
    """A process writes from here on, under this boot of its host.

    Within one boot nothing that was written is lost, whatever becomes of the process: a call without
    `GoesOut` has not gone out. Across boots only what was waited for is there, and every open call may have.
    """

    boot_id: str
    root_id: str = ""
    closed: bool = False
    """Nothing was written behind it, and all before it was waited for."""
    lost_ns: int = 0
    """Up to when what a task has read may be lost: the host died. Unix nanoseconds; 0: nothing is."""


class Heard(msgspec.Struct, frozen=True, array_like=True, tag=16):
    """What a server said while a call was under way: it counts as read, whatever becomes of the call."""

    root_id: str
    call_id: str
    read: Read


class Lost(msgspec.Struct, frozen=True, array_like=True, tag=15):
    """The host died while a task lived: nobody knows all that it has read."""

    root_id: str


class Over(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """A task has ended. Everything about it is forgotten."""

    root_id: str


Change = (
    Began
    | Fixed
    | Waiting
    | Intent
    | Ended
    | Over
    | Taken
    | Doubted
    | Told
    | Left
    | Undoing
    | Undone
    | GoesOut
    | Unheard
    | Life
    | Lost
    | Heard
)


def step_key(run: str | None, agent: str, tool: str, digest: str, named: str | None) -> str:
    """Return what calls have in common that are the same one to a later attempt."""
    what = f"named {named}" if named is not None else f"{tool} {digest}"
    return f"{run or ''} {agent} {what}"
