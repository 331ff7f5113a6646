"""What the gateway knows of tools: their effects, sinks and results, and what an agent may do with them.

Rows of the snapshot, compiled from the kinds ToolServer, Agent and Policy.
"""

import re
import unicodedata
from typing import Final, Literal

import msgspec

Effect = Literal["read", "write", "irreversible"]
"""``irreversible``: a write that nobody can take back: money, mail, deletion without a bin."""
Integrity = Literal["public", "organisation", "user"]
"""Who may have written a value; the first is trusted least."""
Confidentiality = Literal["public", "private", "secret"]
"""Who may read a value; the last is guarded most."""
Sink = Literal["payee", "recipient", "url", "path", "object", "amount", "date", "value", "query", "text"]
"""What an argument decides. All but ``query`` and ``text`` take trusted values alone."""
Readers = Literal["public", "outside", "organisation", "user"]
"""Who can read what is written somewhere. ``outside``: somebody outside who is known, not from the call."""
TextForm = Literal["json", "yaml"]
Kind = Literal["tool", "resource", "prompt"]
"""What a server offers: something that is called, read, or got. All but tools only read."""
Otherwise = Literal["deny", "ask"]

GUARDED: Final[frozenset[Sink]] = frozenset(
    ("payee", "recipient", "url", "path", "object", "amount", "date", "value")
)
"""Sinks that decide what an act does to whom: their values must come from the user or a trusted source."""
MAX_CLIENT_NAME: Final = 64
"""Characters; the longest name that every model provider takes for a tool."""


_WIDTH: Final[dict[Readers, int]] = {"user": 0, "organisation": 1, "outside": 2, "public": 3}


class SinkRow(msgspec.Struct, frozen=True):
    """What one argument decides."""

    sink: Sink
    many: bool = False
    """Its value is a list of them, or a text that holds several, separated by ``,`` or ``;``."""
    readers: Readers | None = None
    """Who reads what is written there; None: by its value (recipient, payee, url), or the call's others."""
    readers_of: dict[str, Readers] = {}
    """The same for single values, as the call writes them: ``sdk`` is ``public``."""
    named: bool = False
    """Whether a day or word goes that only a text says which the request names, whoever wrote it."""
    named_up_to: str | None = None
    """The same of an amount, a decimal number: the most that one call takes so."""
    minor_units: int = 0
    """Of an amount: how many digits of it are behind the point; 2 where it is in pence or cents."""
    exclusive: bool = False
    """Of a date: whether it is an end that does not count, the day after the last one."""
    under: tuple[str, ...] = ()
    """Of a path: the folders that calls write before what people say."""

    @property
    def accepts(self) -> bool:
        """Whether what only a named text says may go."""
        if self.sink == "amount":
            return self.named_up_to is not None
        return self.named and self.sink in {"date", "value"}

    def readers_for(self, value: object) -> Readers | None:
        """Return who reads what is written where a value says; another spelling never narrows it."""
        if not self.readers_of:
            return self.readers
        text = str(value)
        if text in self.readers_of:
            return self.readers_of[text]
        low = text.strip().casefold()
        near = [self.readers, *(who for one, who in self.readers_of.items() if one.casefold() == low)]
        return max((who for who in near if who), key=_WIDTH.__getitem__, default=None)

    @property
    def widest(self) -> Readers | None:
        """Who may read it at most, whatever the value is: as where a call leaves it out."""
        known = [self.readers, *self.readers_of.values()]
        return max((who for who in known if who), key=_WIDTH.__getitem__, default=None)


class FieldLabel(msgspec.Struct, frozen=True):
    """The label of one field of a result; None: that of the whole."""

    integrity: Integrity | None = None
    confidentiality: Confidentiality | None = None
    minor_units: int = 0
    """Of an amount: how many digits of it are behind the point; it is read in whole units."""


class VouchedRow(msgspec.Struct, frozen=True):
    """The objects of which the server vouches that a colleague wrote them, and what of them is his own."""

    when: dict[str, tuple[str, ...]]
    """By a field that the server sets or has checked: the values it may have. All of them have to hold."""
    fields: tuple[str, ...]
    """What he writes himself: trusted as the organisation's, up to the first mark of a quoted text."""
    unless: dict[str, tuple[str, ...]] = {}
    """By a field: values of which one is enough that nobody is vouched for, in any spelling."""


class ObjectRow(msgspec.Struct, frozen=True):
    """The objects in a result that a request may name. Paths as in `podium.trust.values.paths`."""

    at: str
    """Where they are, from the result's root: a list of them, or one. Empty: the root itself."""
    id: str
    """Their identifier, from the object."""
    names: tuple[str, ...] = ()
    """What people call them by, from the object."""
    structured: tuple[str, ...] = ()
    """What is trusted together with the identifier once the request has named an object."""
    rows: dict[str, dict[str, FieldLabel]] = {}
    """By a field of the object and its value, to the letter: the label of that object as a whole."""
    vouched: VouchedRow | None = None
    """Of which of them the server vouches for the writer."""
    kind: str = ""
    """What such a thing is, as people call it; empty: as the tool and the list are called."""
    keys: str = ""
    """Of a map instead of a list: the field as which its keys are read; empty: it is none."""
    values: str = "value"
    """Of a map: the field as which is read what stands there and is no object."""


class ReturnsRow(msgspec.Struct, frozen=True):
    """The labels of a tool's results. Without a word they are a stranger's, and private."""

    integrity: Integrity = "public"
    confidentiality: Confidentiality = "private"
    object: ObjectRow | None = None
    fields: dict[str, FieldLabel] = {}
    """By path from the result's root; the longest path that holds a value decides."""
    where: dict[str, dict[str, FieldLabel]] = {}
    """By argument and its value: the label of the whole where a call had that value, to the letter."""
    text: TextForm = "json"
    """How a result that is a text is read."""
    also: tuple[ObjectRow, ...] = ()
    """Further objects in the same result, each in a place of its own."""

    @property
    def objects(self) -> tuple[ObjectRow, ...]:
        """All objects that a result may have."""
        return self.also if self.object is None else (self.object, *self.also)


class UndoRow(msgspec.Struct, frozen=True):
    """The call that takes back what a tool has done."""

    tool: str
    """Of the same server."""
    arguments: dict[str, str] = {}
    """By name: ``arguments.PATH`` of the call that is undone, or ``result.PATH`` of what it returned."""


class ConfirmRow(msgspec.Struct, frozen=True):
    """How its server tells whether a call was made of which the answer was lost."""

    key: str
    """The argument into which Podium puts the call's id; agents do not see it."""
    tool: str
    """Of the same server: a read that finds a call by it."""
    argument: str
    """Of that tool: takes the id."""
    found: str
    """``result.PATH`` of what that tool returns: where the id stands if the call was made."""


class ToolRow(msgspec.Struct, frozen=True):
    """One tool of a server, or a resource or prompt, which is decided as a tool that reads."""

    server: str
    name: str
    effect: Effect
    intents: tuple[str, ...] = ()
    arguments: dict[str, SinkRow] = {}
    """By name; nested: ``attendees[].email``."""
    returns: ReturnsRow = ReturnsRow()
    idempotent: bool = False
    """The same call twice does no more than once."""
    undo: UndoRow | None = None
    confirm: ConfirmRow | None = None
    people: tuple[str, ...] = ()
    """Of a tool that takes somebody: by what its server vouches for colleagues, names among it."""
    kind: Kind = "tool"
    uri: str = ""
    """Of a resource: its URI, or a template whose variables are its arguments (`values.uris`). Of a prompt:
    what its server calls it."""

    @property
    def repeatable(self) -> bool:
        """Whether a call of which nobody knows whether it was made may be made again."""
        return self.effect == "read" or (self.effect == "write" and self.idempotent)

    @property
    def id(self) -> str:
        """``mail/send_email``, as manifests and audit rows call it."""
        return f"{self.server}/{self.name}"

    @property
    def client_name(self) -> str:
        """``mail_send_email``, as MCP clients see it."""
        return client_name(self.server, self.name)

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.effect != "read"


class SharedRow(msgspec.Struct, frozen=True):
    """Tools that the same words of a request open: how many calls of them together it asks for."""

    tools: tuple[str, ...]
    most: int


class GrantRow(msgspec.Struct, frozen=True):
    """What an agent's author allows of one tool, at most."""

    tool: str
    """``server/tool``."""
    schema: str | None = None
    """JSON Schema (2020-12) of the arguments, as JSON text; None: whatever the tool takes."""
    uses: int | None = None
    """Calls per task that are let through; None: no limit."""
    otherwise: Otherwise = "deny"
    """What happens where schema or ``uses`` say no."""
    past: Otherwise | None = None
    """Past ``uses`` that a request lowered; None: as ``otherwise`` says."""
    shared: tuple[SharedRow, ...] = ()
    """What a request asks for of this tool and others together; past it a person is asked."""
    dated: str = ""
    """The tool of the same server that does the same on a day, where this one takes no day."""


class DecoyRow(msgspec.Struct, frozen=True):
    """Something that no honest task needs. Who touches it is paused, its token dead."""

    name: str
    kind: Literal["tool", "document", "credential"]
    description: str = ""
    """Of a tool, as clients see it."""
    tool: str = ""
    """Of a document: the tool that reads it, ``server/tool``. Of a tool: the name that clients see."""
    argument: str = ""
    """Of a document: the argument that names it."""
    text: str = ""
    """Of a document: its name, as that argument has it. Of a credential: what no call may carry."""


class PolicyRow(msgspec.Struct, frozen=True):
    """Rules in Cedar that hold for every agent."""

    name: str
    cedar: str


def client_name(server: str, tool: str) -> str:
    """Return the name by which MCP clients know a tool: letters, digits, _ and -, as every provider takes."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"{server}_{tool}")


_LOOKS: Final = str.maketrans(
    {"0": "o", "1": "l", "|": "l", "i": "l", "5": "s", "_": "", "-": "", ".": "", " ": ""}
)
_FOREIGN: Final = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456"
    "\u0458\u051b\u0455\u0261\u03bf\u03b1\u03bd\u03c1\u03c4\u03c5\u03ba\u03b9",
    "abekmhopctyxijqsgoavptuki",
)
"""Cyrillic and Greek letters that look like Latin ones (from Unicode's confusables)."""


def skeleton(name: str) -> str:
    """Return what a name looks like at a glance; two names with one skeleton are look-alikes.

    After the idea of Unicode Technical Standard 39, section 4, for the letters that tools' names are made of.
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return plain.translate(_FOREIGN).translate(_LOOKS).replace("rn", "m").replace("vv", "w")
