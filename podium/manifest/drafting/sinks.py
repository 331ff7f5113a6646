"""What an argument decides, by its schema and name: of the list in docs/tools.md the first row that fits."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from podium.manifest.drafting.effects import TOLD_OF, Act
from podium.manifest.drafting.schemas import Field, words_of
from podium.trust.english.lexicon import word_set
from podium.trust.english.words import singular
from podium.trust.tools import Readers, Sink


@dataclass(frozen=True, slots=True)
class Argument:
    """What an argument is taken to decide."""

    field: Field
    sink: Sink
    many: bool = False
    readers: Readers | None = None
    check: str = ""
    """Why a person should look at it; empty: its name says it plainly."""


_URL: Final = word_set("url uri urls uris href webhook webhooks callback endpoint link website")
_PAYEE: Final = word_set("iban ibans bic swift wallet routing payee payees creditor beneficiary")
_ADDRESSED: Final = word_set(
    "to cc bcc recipient recipients invitee invitees attendee attendees guests participant participants "
    "email emails subscriber subscribers interviewer interviewers"
)
"""Those to whom a call writes, by their addresses."""
_WHOM: Final = word_set(
    "assignee assignees owner owners holder handler handle handles login logins channel channels chat "
    "conversation user users username usernames member members person people colleague colleagues "
    "employee teacher driver doctor contractor supplier editor author approver manager delegate volunteer "
    "volunteers reader readers reviewer reviewers collaborator collaborators team group groups contact "
    "contacts"
)
"""Those who are given something, by a name or a login."""
_PHONE: Final = word_set("phone mobile telephone msisdn fax whatsapp")
_ROLES: Final = frozenset(singular(word) for word in _ADDRESSED | _WHOM)
_TAKING: Final = word_set("assignee recipient invitee attendee reviewer approver holder")
"""Words for somebody who is given or told something, whatever the verb."""
_PAYEES: Final = frozenset(("recipient", "payee", "beneficiary"))
_RECEIVING: Final = (["to"], ["recipient"], ["recipient", "name"], ["receiver"], ["receiver", "name"])
"""Names of who is paid, in a tool that pays."""
_GIVING: Final = word_set(
    "assign give reassign invite share send message text sms call ring phone email mail notify grant "
    "place order lend add allocate transfer forward alert page book override swap issue invoice bill"
)
_REACHING: Final = word_set(
    "send message text sms call ring phone notify alert page dial forward ask tell wake"
)
_PAYING: Final = word_set("pay transfer wire send make refund settle credit withdraw remit deposit create")
_PAID: Final = word_set("payment payout transfer refund money fund transaction withdrawal")
_ID: Final = word_set("id ids uuid uuids uid guid identifier sku isbn slug number no nr ref")
_KEYS: Final = word_set("api public private secret access ssh encryption")
"""Before `key`: then it is no identifier."""
_PATH: Final = word_set(
    "path paths file files filename filenames filepath folder folders directory dir branch branches repo "
    "repos repository repositories host hostname service project template database db table bucket "
    "namespace cluster container image workspace collection attachment attachments drive volume document "
    "page door macro destination"
)
_PLACES: Final = word_set("folder account mailbox")
"""Of a few that the schema lists itself, each is a place: no lookup need have shown it."""
_MONEY: Final = word_set("amount price cost fee fare total sum quantity qty budget salary rent balance")
_DAYS: Final = word_set(
    "date dates day days start end starts ends due until since when time times deadline month week year "
    "arrival departure begin begins finish expires expiry expiration birthday effective timestamp "
    "datetime till"
)
_TEXT: Final = word_set(
    "subject body text content contents message comment comments note notes description title summary "
    "reason caption html markdown details detail headline purpose question remark remarks narrative "
    "justification greeting signature abstract cause explanation instructions feedback memo agenda "
    "transcript topic wish wishes"
)
_WHICH: Final = word_set("criteria criterion filter filters condition conditions match matching")
"""In them a text says what something is to be done with, for good."""
_SORTING: Final = word_set("rule filter")
_SORTED: Final = word_set("subject body text content")
"""What a rule of a mailbox looks at: it says which mails it is for."""
_SEVERAL: Final = frozenset(("recipient", "payee", "object", "url", "path"))
_FORMATS: Final[dict[str, Sink]] = {
    **dict.fromkeys(("uri", "url", "iri", "uri-reference"), "url"),
    **dict.fromkeys(("email", "idn-email"), "recipient"),
    **dict.fromkeys(("date", "date-time", "time"), "date"),
    "uuid": "object",
}
_UNKNOWN: Final = "its name does not say what it decides: `text`, if no value of it hurts"
_RETURNED: Final = "`readers: public`, if anybody but its server sees what is looked for"
_NEW_NAME: Final = "`text`, if it is a new name that hurts nobody; `object`, if a lookup lists it"


def sinks_of(
    act: Act, takes: Sequence[Field], listed: AbstractSet[str], returned: AbstractSet[str] = frozenset()
) -> tuple[Argument, ...]:
    """Return what each argument decides.

    ``listed``: words for the things that lookups of the server list. ``returned``: and for those that others
    of its lookups are called by, of a lookup.
    """
    takes = [field for field in takes if not field.loose]
    if act.effect == "read":
        return tuple(_lookup(act, takes, returned))
    tool, found = _tool(act, takes, listed), []
    for field in takes:
        if field.flag and field.default is False:
            continue  # `false` is what a call says that leaves it out; `true` the request has to say
        sink, check = _sink(tool, field)
        several = sink in _SEVERAL and not field.number and _plural(words_of(field.name))
        found.append(Argument(field, sink, field.many or several, check=check))
    return _with_readers(act, found)


def _plural(words: Sequence[str]) -> bool:
    """Return whether a name is that of several, which one text may hold."""
    last = words[-1] if words else ""
    return last in {"cc", "bcc", "ids"} or (singular(last) != last and last in _ADDRESSED | _WHOM | _PATH)


def _lookup(act: Act, takes: Sequence[Field], returned: AbstractSet[str]) -> Iterator[Argument]:
    """Yield the arguments of a read. What is looked for may be seen by anybody: a search engine's query.

    Not where its name says that it looks in what somebody has of his own: his mail, his accounts. Nor of what
    another lookup of the server lists: `hotel_names` beside `get_hotels_in_city`.
    """
    why = "who sees what is looked for? `user`, if the server looks in a copy of its own"
    own = bool(act.nouns & _OWN) and not act.nouns & _OPEN_TO_ALL
    for field in takes:
        sink = _filter(field)
        back = _is_name_of(words_of(field.name), returned)
        seen = sink == "query" and not (own or back or field.flag or field.number or field.values)
        told = why if seen else _RETURNED if back and sink == "query" and not own else ""
        yield Argument(field, sink, field.many, "public" if seen else None, told)
        why = "" if seen else why


def _is_name_of(words: Sequence[str], returned: AbstractSet[str]) -> bool:
    """Return whether an argument is called as the names of things that other lookups list."""
    rest = words[:-1] if words[-1:] and singular(words[-1]) in {"name", "title"} else ()
    return bool(rest) and singular(rest[-1]) in returned - _WEB


_WEB: Final = word_set(
    "web internet page website webpage site news blog article post tweet video image map repository package"
)
"""Things of services that anybody asks."""
_OWN: Final = word_set(
    "mail email inbox mailbox thread contact calendar meeting appointment channel chat conversation folder "
    "drive transaction payment payee account balance invoice bill statement reservation booking reminder todo"
)
"""Things of which each has his own, in the singular: nobody else sees what is looked for among them."""
_OPEN_TO_ALL: Final = word_set(
    "web internet online page website webpage site news blog article post tweet video image map place public "
    "market marketplace shop store product hotel flight restaurant company people person profile repository "
    "package"
)


def _filter(field: Field) -> Sink:
    """Return what an argument of a read says: all but where on the net only chooses what is read."""
    words = words_of(field.name)
    if _FORMATS.get(field.format) == "url" or set(words) & _URL:
        return "url"
    if _is_id(words):
        return "object"
    return (
        "path" if words[-1:] and words[-1] in _PATH - {"service", "project", "document", "page"} else "query"
    )


@dataclass(frozen=True, slots=True)
class _Tool:
    """What the arguments of one tool have in common."""

    act: Act
    spans: bool
    """Whether `to` may be the end of a span, of days or places."""
    listed: AbstractSet[str]
    """Words for what lookups of its server list."""
    identified: bool
    """Whether an argument says on what it acts by an identifier."""
    people: bool
    """Whether an argument says somebody by a name, a login or an address."""
    new: bool
    """Whether it makes something, so that a title is a new one."""
    pays: bool
    """Whether it pays somebody, or says who is paid later."""
    moves: bool = False
    """Whether a `source` is where something stands, as it goes to a `destination`."""


def _tool(act: Act, takes: Sequence[Field], listed: AbstractSet[str]) -> _Tool:
    named = [words_of(field.name) for field in takes]
    said = {word for words in named for word in words}
    return _Tool(
        act,
        spans=bool({field.name.casefold() for field in takes} & {"from", "since", "start"}),
        listed=listed,
        identified=any(_is_id(words) or words[-1:] == ["path"] for words in named),
        people=bool(said & ((_ADDRESSED | _WHOM) - _GROUPS)),
        new=act.verb in _NEW and "to" not in act.nouns,
        pays=bool(act.nouns & _PAID)
        and not act.nouns & TOLD_OF
        and (act.verb in _PAYING or any(words[-1:] and words[-1] in _MONEY for words in named)),
        moves=["destination"] in named and act.verb in _MOVING,
    )


def _sink(tool: _Tool, field: Field) -> tuple[Sink, str]:
    """Return what an argument of a write decides, and what a person should look at."""
    words = words_of(field.name)
    if field.flag or (field.values and all(isinstance(value, str) for value in field.values)):
        if not field.flag and words and singular(words[-1]) in _TAKING:
            return "recipient", ""
        place = not field.flag and words and (singular(words[-1]) in _PLACES or "_".join(words) == "move_to")
        return ("path", "") if place else ("value", "")
    if field.format in _FORMATS and not field.number:
        return _FORMATS[field.format], ""
    if field.number:
        return _number(tool, words)
    for rule in (_net, _paid, _whom, _what):
        if (found := rule(tool, words)) is not None:
            return found
    chooses = set(words_of(field.path)) & _WHICH or (tool.act.nouns & _SORTING and set(words) & _SORTED)
    if words[-1:] and words[-1] in _TEXT and chooses:
        return "value", _UNKNOWN
    return _rest(tool, words)


def _number(tool: _Tool, words: Sequence[str]) -> tuple[Sink, str]:
    said = set(words)
    if {"account", "routing"} & said or {"sort", "code"} <= said:
        return "payee", ""
    if _is_id(words) or "_".join(words) in tool.listed:
        return "object", ""
    if said & {"year", "month", "week", "timestamp"} or words[-1:] == ["day"]:
        return "date", ""
    return "amount", ""


def _net(_tool: _Tool, words: Sequence[str]) -> tuple[Sink, str] | None:
    return ("url", "") if set(words) & _URL else None


def _paid(tool: _Tool, words: Sequence[str]) -> tuple[Sink, str] | None:
    said = set(words)
    if said & (_PAYEE - {"beneficiary"}) or {"sort", "code"} <= said:
        return "payee", ""
    if tool.pays and not tool.spans and list(words) in _RECEIVING:
        return "payee", ""
    pays = tool.act.verb in _PAYING - {"create", "make", "send"} or tool.act.nouns & _PAID
    if "destination" in said and pays:
        return "payee", "`path` or `value`, if it is no account"
    if "beneficiary" in said:
        return "payee", "`value`, if it is only noted by name"
    if "account" not in said:
        return None
    if words[-1] in {"id", "ids"} and tool.act.verb not in _PAYING:
        return "object", "`payee`, if money goes there"
    return (
        "payee",
        ""
        if tool.act.verb in _PAYING or "bank" in said
        else "`recipient` or `object`, if it is no account of a bank",
    )


def _whom(tool: _Tool, words: Sequence[str]) -> tuple[Sink, str] | None:
    """Return of somebody whether he is told or given something, is noted, or is whose record it is."""
    last, said, verb = words[-1] if words else "", {singular(word) for word in words}, tool.act.verb
    numbered = _is_id(words)
    if said & _PHONE and last not in {"id", "ids"}:
        return ("recipient", "") if verb in _REACHING else ("value", "")
    if said & {"email"} and last not in {"id", "ids"}:
        return "recipient", ""
    if numbered:
        return _somebody(tool, {singular(word) for word in words[:-1]})
    if words == ["reply", "to"] and {"message", "post", "mail"} & tool.listed:
        return "object", ""
    if last == "to":
        return None if tool.spans or set(words) & _VALID else _to(tool, words)
    if last in _GROUPS and verb in _ADMITTING and tool.people:
        return ("object" if singular(last) in tool.listed else "path"), ""
    if last in _ADDRESSED or last in _WHOM or (words and words[0] == "share" and last == "with"):
        return "recipient", ""
    return None


_GROUPS: Final = word_set("channel channels group groups team teams chat conversation")
_ADMITTING: Final = word_set("invite add remove kick join leave grant revoke")
_VALID: Final = word_set("valid effective active available open")
"""Before `from` and `to`: then these are days."""


def _somebody(tool: _Tool, of: AbstractSet[str]) -> tuple[Sink, str] | None:
    """Return what an identifier of somebody says; None: that of any other thing."""
    if not of & _ROLES:
        return None
    if of & _PAYEES and tool.pays:
        return "payee", ""
    if of & _TAKING or (tool.act.verb in _REACHING and tool.act.verb != "forward"):
        return "recipient", ""
    if of & tool.act.nouns:
        return "object", "" if tool.act.verb in _CHANGING else _TOLD
    if tool.act.verb in _GIVING:
        return "recipient", "`object`, if nothing is given or told to whom it names"
    return "object", _TOLD


_TOLD: Final = "`recipient`, if something is told or given to whom it names"
_CHANGING: Final = word_set("update change edit modify delete remove correct set archive rename move")


def _to(tool: _Tool, words: Sequence[str]) -> tuple[Sink, str]:
    mails = tool.act.verb in _SENDING
    if set(words) & {"move", "save", "rename"} or ("copy" in words and not mails):
        return "path", ""
    plain = len(words) == 1 or words[0] in {"send", "forward", "share", "reply"} or mails
    return "recipient", "" if plain else _UNKNOWN


def _is_id(words: Sequence[str]) -> bool:
    """Return whether a name is that of an identifier."""
    if words[-1:] == ["key"]:
        return not _KEYS & set(words)
    return bool(words) and words[-1] in _ID


def _what(tool: _Tool, words: Sequence[str]) -> tuple[Sink, str] | None:
    """Return on what an act is done, where the name says it."""
    if _is_id(words):
        return ("path" if words[-1] == "slug" else "object"), ""
    thing = singular(words[-1]) if words else ""
    if words in (["attachments"], ["files"]) and {"attachment", "file", "document"} & tool.listed:
        return "object", ""
    if list(words) in (["files"], ["attachments"]) and tool.act.verb in _SENDING:
        return "object", "`path`, if it takes paths"
    if thing in _PATH or (tool.moves and words == ["source"]):
        return "path", ""
    made = tool.act.verb in {"create", "add", "make"} and thing in tool.act.nouns
    if "_".join([*words[:-1], thing]) in tool.listed and not made and thing not in _TEXT:
        return "object", ""
    if words == ["name"] and not tool.identified and not tool.new:
        return "object", _NEW_NAME
    if words == ["title"] and not tool.identified and not tool.new:
        return "path", "`text`, if it is a new title"
    return None


_MOVING: Final = word_set("move copy rename relocate link")
_SENDING: Final = word_set("send post reply answer forward mail email message")
"""Verbs with which files go along, by their identifiers."""
_NEW: Final = word_set(
    "create add make send post publish write compose draft book schedule plan log note record save report "
    "open file announce propose reserve arrange insert upload issue reply answer comment request register "
    "submit place start"
)
"""Verbs that make something which has no name yet."""


def _rest(tool: _Tool, words: Sequence[str]) -> tuple[Sink, str]:
    last, said = words[-1] if words else "", set(words)
    if tool.spans and list(words) in (["from"], ["to"]):
        return "value", "`date`, if it says a day; `path`, if it says a place among files"
    if last in _MONEY or "amount" in said:
        return "amount", ""
    if last in _DAYS or said & {"date", "day", "month"} or _days(words):
        return "date", ""
    if last == "reference" and (tool.pays or tool.act.verb in _PAYING):
        return "text", "`value`, if a wrong one books the payment elsewhere"
    if last in _TEXT:
        return ("value", _PROGRAMS) if tool.act.verb in _RUNNING else ("text", "")
    if last in {"name", "nickname"}:
        return "value", _NEW_NAME
    return "value", _UNKNOWN


def _days(words: Sequence[str]) -> bool:
    """Return whether a name of several words ends like that of a day: `pay_on`, `valid_to`, `check_in`."""
    if len(words) < _PAIR:
        return False
    until = words[-1] in {"from", "to"} and bool(set(words) & _VALID)
    return until or words[-1] in {"on", "at", "by"} or list(words[-2:]) in (["check", "in"], ["check", "out"])


_PAIR: Final = 2
_RUNNING: Final = word_set("run execute exec eval evaluate deploy install apply invoke trigger launch type")
"""Verbs to which a text may be a program."""
_PROGRAMS: Final = "`text`, if nothing is done that it says"


# -- who reads it

_OPEN: Final = word_set("publish tweet broadcast announce release review")
_OPEN_THINGS: Final = word_set(
    "post article blog tweet review comment website webpage site release gist snippet announcement notice "
    "listing story push pull issue repository dns"
)


def _with_readers(act: Act, found: Sequence[Argument]) -> tuple[Argument, ...]:
    """Return arguments with who reads the texts among them, where no address in the call tells.

    Then somebody outside may, or anybody where something is published.
    """
    if any(one.sink == "recipient" and _addressed(act, one.field) for one in found):
        return tuple(found)
    open_ = act.verb in _OPEN or (act.verb == "post" and not act.nouns) or bool(act.nouns & _OPEN_THINGS)
    who: Readers = "public" if open_ else "outside"
    paid = any(one.sink == "payee" for one in found)  # who is paid reads what stands beside that
    why = "" if paid and not open_ else "who reads it? `user`, `organisation`, `outside` or `public`"
    return tuple(
        replace(one, readers=who, check=one.check or why) if one.sink == "text" else one for one in found
    )


def _addressed(act: Act, field: Field) -> bool:
    """Return whether an argument holds those to whom a call writes, by their addresses."""
    words = set(words_of(field.name))
    if words & (_ADDRESSED - {"email", "emails"}):
        return True
    return act.verb in _REACHING and (bool(words & {"email", "emails"}) or field.format.endswith("email"))
