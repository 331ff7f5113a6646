"""What is allowed of tools and hardly meant: words that reach nothing or two tools, values left unguarded.

None of it stops anything. It is found from what a policy says and, where they are known, from the definitions
that the tools' servers give.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from podium.kernel.errors import Finding
from podium.manifest import compile_tools, kinds, kinds_tools
from podium.manifest.load import Document, Loaded
from podium.manifest.warn_definitions import Definitions, objects_at, warn_definition, warn_unseen
from podium.manifest.warn_grants import warn_grants
from podium.manifest.warn_names import warn_destinations, warn_names
from podium.manifest.warn_organisation import warn_organisation
from podium.trust.english.lexicon import (
    DETERMINERS,
    MAKING,
    MODALS,
    OBJECTS,
    PREPOSITIONS,
    QUESTIONS,
    SUBJECTS,
    word_set,
)
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import deed_of
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.request.wordings.manners import LISTED
from podium.trust.tools import GUARDED, FieldLabel, ObjectRow, ToolRow
from podium.trust.values.forms import words
from podium.trust.values.labels import Label


def warn_tools(loaded: Loaded, definitions: Definitions | None = None) -> Iterator[Finding]:
    """Yield what is allowed and hardly meant."""
    rows: dict[str, ToolRow] = {}
    for document in loaded.documents:
        if isinstance(document.manifest, kinds_tools.ToolServer):
            server = compile_tools.tool_server(document.name, document.manifest.spec)
            rows.update({tool.id: tool for tool in server.tools.values()})
    for document in loaded.documents:
        for path, name in document.keys("spec", "tools") if document.kind == "ToolServer" else ():
            at = ("spec", "tools", name)
            row = rows.get(f"{document.name}/{name}")
            if document.text(*at, "effect") != "read":
                yield from _intents(document, (*path, "intents"), name, row)
                yield from _unguarded(document, at)
            if row is not None:
                yield from _misplaced(document, at, row)
                yield from _identifiers(document, at, row, rows)
                yield from _filters(document, at, row)
                yield from _strangers(document, at, row)
                yield from _nobody_s(document, at, row, rows)
                yield from warn_names(document, at, row)
                definition = (definitions or {}).get(row.id, {})
                if definition is None:
                    yield from warn_unseen(document, at, row)
                elif definition:
                    yield from warn_definition(document, at, row, definition)
    for document in loaded.documents:
        if isinstance(document.manifest, kinds.Agent):
            granted = compile_tools.grants(document.manifest.spec)
            yield from warn_grants(document, granted, rows, definitions or {})
            yield from warn_destinations(document, [rows[it.tool] for it in granted if it.tool in rows])
    yield from warn_organisation(loaded, rows)


# -- words of a request


def _intents(
    document: Document, path: tuple[str | int, ...], name: str, row: ToolRow | None
) -> Iterator[Finding]:
    intents = document.texts("spec", "tools", name, "intents", "*")
    if not intents:
        yield document.finding(
            path,
            f"no request ever asks for {name}, because it has no intents: no task can call it.",
            "Write the words of a request that asks for it: `intents: [send, email]`.",
        )
        return
    for number, intent in enumerate(row.intents if row is not None else ()):
        if intent.casefold() in _EVERYWHERE:
            message = f"`{intent}` stands in requests of every kind: it opens {name} for them too."
            yield document.finding((*path, number), message, "Write verbs: `intents: [send, email]`.")
    if row is not None and not any(_known(intent) for intent in row.intents):
        yield document.finding(
            path,
            f"no English verb that Podium knows is among them: {', '.join(row.intents)}.",
            "Look for a slip, and write first the verbs by which people ask: `intents: [send, email]`.",
        )


_EVERYWHERE: Final = (
    DETERMINERS | PREPOSITIONS | MODALS | SUBJECTS | OBJECTS | QUESTIONS | {"please", "and", "to"}
) - {"do", "have", "like"}
"""Words that say nothing of an act."""


def _known(intent: str) -> bool:
    """Return whether an intent begins with an English verb, or is the noun of one."""
    low = intent.casefold()
    first = low.replace("-", " ").split()[0]
    return low in LISTED or first in LISTED | MAKING or any(is_verb(it) or deed_of(it) for it in (low, first))


# -- arguments


_SINKS: Final = {
    name: sink
    for sink, names in (
        ("recipient", "to cc bcc recipient recipients invitee invitees attendees guests send_to email_to"),
        ("payee", "iban payee payees bic wallet account_number to_account beneficiary"),
        ("url", "url uri urls webhook webhook_url callback callback_url endpoint redirect_url"),
        ("path", "path paths file_path filepath folder directory filename file_name attachments"),
        ("recipient", "email emails email_address mail_address"),
    )
    for name in names.split()
}
"""What arguments of such names decide."""
_GOES_OUT: Final = word_set("to cc bcc recipient recipients iban payee payees beneficiary")
"""Names of those to whom something goes, of which no other sink says who reads it."""


def _misplaced(document: Document, at: tuple[str, ...], row: ToolRow) -> Iterator[Finding]:
    """Yield arguments whose names say that they decide where something goes, and whose sinks do not."""
    writes_text = any(argument.sink == "text" for argument in row.arguments.values())
    spans = not {"from", "start", "since"}.isdisjoint(row.arguments)  # of days, or from one place to another
    for path, argument in row.arguments.items():
        name = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.split(r"[.\[\]]+", path.removesuffix("[]"))[-1]).lower()
        sink = _SINKS.get(name)
        if sink is None or argument.sink in GUARDED - {"value"} or (name == "to" and spans):
            continue
        if argument.sink == "value" and not (writes_text and name in _GOES_OUT):
            continue
        if not row.writes and not (sink == "url" and argument.sink in {"query", "text"}):
            continue
        here = (*at, "arguments", path, "sink")
        if argument.sink == "value":
            message = (
                f"who reads what goes to a `{name}` is not looked at in a `value`: secret data goes unasked."
            )
        else:
            message = f"a `{name}` is taken from anywhere as `{argument.sink}`, from a stranger's text too."
        yield document.finding(here, message, f"Write `sink: {sink}`, unless its name says something else.")


_IDS: Final = word_set("id ids uuid uuids guid ts")
"""Last words of the names of identifiers."""
_NO_IDS: Final = word_set("name title label text subject email url path date day summary query")
"""Fields that are identifiers here and there, and words elsewhere."""


def _identifiers(
    document: Document, at: tuple[str, ...], row: ToolRow, rows: Mapping[str, ToolRow]
) -> Iterator[Finding]:
    """Yield texts that are called as what lookups of the server tell things apart by."""
    listed = {
        found.id.rpartition(".")[2].lower()
        for it in rows.values()
        if it.server == row.server
        for _, found in objects_at(it)
    } - _NO_IDS
    for path, argument in row.arguments.items():
        name = _field(path)
        last = re.split(r"[_-]", name)[-1]
        if row.writes and argument.sink == "text" and ({name, last} & listed or last in _IDS):
            message = f"`{name}` is called as an identifier, and a `text` may name any thing to act on."
            fix = "Write `sink: object`, with a lookup that lists it; `value`, where none does."
            yield document.finding((*at, "arguments", path, "sink"), message, fix)


def _filters(document: Document, at: tuple[str, ...], row: ToolRow) -> Iterator[Finding]:
    """Yield people by whom a read looks something up, taken for those whom it tells something."""
    for path, argument in row.arguments.items():
        if not row.writes and argument.sink in {"recipient", "payee"}:
            message = f"a read tells `{path}` nothing, and is asked about where the request does not name it."
            fix = "Write `sink: query`, unless the read itself writes to somebody."
            yield document.finding((*at, "arguments", path, "sink"), message, fix)


def _unguarded(document: Document, at: tuple[str, ...]) -> Iterator[Finding]:
    arguments = [
        (text, document.has(*(str(step) for step in path), "readers"))
        for path, _ in document.keys(*at, "arguments")
        if (text := document.text(*(str(step) for step in path), "sink")) is not None
    ]
    told = all(sink == "text" and readers for sink, readers in arguments)  # it writes to one place
    if arguments and not told and not GUARDED & {sink for sink, _ in arguments}:
        message = "nothing that it is told decides to whom, where or on what it acts."
        fix = (
            "Write which argument does: recipient, payee, url, path, object, amount, date or value. Where "
            "all go to one place, a note of the user's own, say on each text who reads it: `readers: user`."
        )
        yield document.finding((*at, "arguments"), message, fix)


# -- results


def _nobody_s(
    document: Document, at: tuple[str, ...], row: ToolRow, rows: Mapping[str, ToolRow]
) -> Iterator[Finding]:
    """Yield an identifier that anybody may have written, and that acts on such objects take."""
    for where, found in objects_at(row):
        if _label(row, found, found.id) == "public":
            yield from _untrusted_id(document, (*at, "returns", *where, "id"), row, found, rows)


def _untrusted_id(
    document: Document,
    at: tuple[str | int, ...],
    row: ToolRow,
    found: ObjectRow,
    rows: Mapping[str, ToolRow],
) -> Iterator[Finding]:
    nouns = nouns_of("" if found.at else row.name, found)
    acts = [it for it in rows.values() if it.writes and it.server == row.server]
    objects = [
        (it, path) for it in acts for path, argument in it.arguments.items() if argument.sink == "object"
    ]
    if not any(nouns & (nouns_of(it.name) | {stem(word) for word in words(path)}) for it, path in objects):
        return
    whole = f"{found.at}[].{found.id}" if found.at else found.id
    yield document.finding(
        at,
        f"`{found.id}` is labelled as anybody's, so that a person is asked about each act on such an object.",
        f'Where the server makes it, write `fields: {{"{whole}": {{integrity: organisation}}}}`.',
    )


_FREE: Final = word_set("body text message comment comments review reviews feedback content snippet html")
"""Fields of free words."""
_NOTES: Final = _FREE | word_set("note notes remark remarks memo")
"""Fields of free words, of whomever."""
_SENT: Final = _FREE | word_set("subject sender sender_name from from_name reply_to author reviewer")
"""Fields that whoever sends something fills."""
_SENDERS: Final = word_set("sender from author owner by email mail address contact reviewer writer reporter")
"""Words of a field that says whose something is."""
_OTHERS: Final = word_set(
    "attachment attachments file files cc to bcc recipients reply_to quoted quote original thread history "
    "in_reply_to references forwarded previous"
)
"""Fields of a message that repeat others."""
_FROM_OUTSIDE: Final = word_set(
    "mail mails email emails inbox mailbox imap gmail outlook review reviews feedback feedbacks form forms "
    "submission submissions guestbook web webpage rss tweets sms voicemail voicemails"
)
"""Words of a tool's name, or of its list's, that strangers write to."""


def _strangers(document: Document, at: tuple[str, ...], row: ToolRow) -> Iterator[Finding]:
    """Yield fields that are trusted, and that strangers fill by their names."""
    returns = row.returns
    if row.writes:
        return
    lists = words(" ".join((row.name, *(found.at for found in returns.objects))).replace("_", " "))
    outside = not _FROM_OUTSIDE.isdisjoint([*lists, *words(row.server)])
    for path, label in returns.fields.items():
        if outside and label.integrity in {"organisation", "user"} and _field(path) in _SENT:
            yield _trusted(document, (*at, "returns", "fields", path), _field(path))
    yield from _worse_by_argument(document, (*at, "returns", "where"), row)
    for where, found in objects_at(row):
        yield from _of_object(document, (*at, "returns", *where), row, found, outside=outside)


def _worse_by_argument(document: Document, at: tuple[str, ...], row: ToolRow) -> Iterator[Finding]:
    """Yield values by which a result is worse than the whole, where another spelling may mean the same."""
    whole = Label(row.returns.integrity, row.returns.confidentiality)
    for path, by_value in row.returns.where.items():
        if path in row.arguments and row.arguments[path].sink == "object":
            continue  # an identifier is spelled in one way
        for value, label in by_value.items():
            one = Label(label.integrity or whole.integrity, label.confidentiality or whole.confidentiality)
            if whole.join(one) != whole:
                message = f"the agent chooses how it spells `{path}`: what is not `{value}` is as the whole."
                fix = "Let the whole be the worst, and write here the values that make it better."
                yield document.finding((*at, path, value), message, fix)


def _of_object(
    document: Document, at: tuple[str | int, ...], row: ToolRow, found: ObjectRow, *, outside: bool
) -> Iterator[Finding]:
    for path, by_value in found.rows.items():
        better = [value for value, label in by_value.items() if _betters(row, label)]
        if better and _label(row, found, path) == "public":
            message = f"whoever fills `{_field(path)}` says how far he is trusted: no row is better by it."
            fix = "Look for a slip; or label it `integrity: organisation`, if the server alone writes it."
            yield document.finding((*at, "rows", path, better[0]), message, fix)
        elif better and better[0][:1] != "@" and _is_sender(row, path) and (outside or not _logins(better)):
            message = f"each address in `{_field(path)}` is trusted by that, in the rows of anybody too."
            fix = "Tell the rows apart by another field, or write `vouched`. Leave it, if none stands there."
            yield document.finding((*at, "rows", path, better[0]), message, fix)
        elif outside and any(value[:1] == "@" for value in better):
            message = "what such a row quotes, copies and attaches is no better for who has sent it."
            fix = "Write `vouched` instead, with the fields that are the sender's own words."
            yield document.finding((*at, "rows", path, better[0]), message, fix)
    yield from _vouched(document, (*at, "vouched"), found, outside=outside)
    for kind, paths in (("structured", found.structured), ("names", found.names)):
        for number, path in enumerate(paths):
            here = (*at, kind, number)
            declared = {one.replace("[]", "") for one in row.returns.fields}
            own = any(one.replace("[]", "") in declared for one in _places(found, path))
            trusted = _label(row, found, path) != "public"
            if kind == "structured" and _field(path) in _NOTES and not trusted:
                message = (
                    f"`{_field(path)}` is strangers' free text, and is trusted once the object is named."
                )
                yield document.finding(here, message, "Take it out of `structured`.")
            elif kind == "names" and (inner := _things_at(row, found, path)):
                message = f"`{path}` leads to a list of objects: nothing is called by it."
                yield document.finding(here, message, f"Write the field of theirs: `{inner}`.")
            elif outside and trusted and not own and _field(path) in _SENT:
                yield _trusted(document, here, _field(path))


def _things_at(row: ToolRow, found: ObjectRow, path: str) -> str:
    """Return the field of a list of objects by which one is called that is named by the list; empty: none is.

    `lines`, and `lines.title` without the sign of a list, where something tells that objects stand there.
    """
    around = f"{found.at}[]." if found.at else ""
    known = [
        f"{one.at.removesuffix('[]')}[].{(*one.names, one.id)[0]}" for one in row.returns.objects if one.at
    ]
    known += [*row.returns.fields, *(f"{around}{one}" for one in (*found.names, *found.structured))]
    bare = path.removesuffix("[]")
    for one in (it.removeprefix(around) for it in known if it.startswith(around)):
        start, _, _ = one.rpartition("[].")
        if start and bare == start:
            return one
        if start and bare.replace("[]", "") == one.replace("[]", "") and bare.count("[]") < one.count("[]"):
            return one
    return ""


def _vouched(
    document: Document, at: tuple[str | int, ...], found: ObjectRow, *, outside: bool
) -> Iterator[Finding]:
    """Yield what vouches for nobody, and what is nobody's own words."""
    if (rule := found.vouched) is None:
        return
    if outside and all(not _SENT.isdisjoint(map(_field, path.split("."))) for path in rule.when):
        message = "whoever sends something writes there what he likes: it vouches for nobody alone."
        fix = "Name the field too by which the server says that it has checked him: `internal: true`."
        yield document.finding((*at, "when"), message, fix)
    for number, path in enumerate(rule.fields):
        if not _OTHERS.isdisjoint(map(_field, path.split("."))):
            message = f"`{_field(path)}` may hold what strangers have chosen, whoever sends it."
            fix = "List what he writes himself: subject, body, his own address."
            yield document.finding((*at, "fields", number), message, fix)


def _is_sender(row: ToolRow, path: str) -> bool:
    """Return whether a field says whose a thing is, in results that are anybody's."""
    return row.returns.integrity == "public" and bool(_SENDERS.intersection(words(_field(path))[-1:]))


def _logins(values: Sequence[str]) -> bool:
    """Return whether values are logins: then those of others are too, and no addresses."""
    return all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", it) for it in values)


def _betters(row: ToolRow, label: FieldLabel) -> bool:
    """Return whether a row of such a label is better than the whole."""
    whole = Label(row.returns.integrity, row.returns.confidentiality)
    own = Label(label.integrity or whole.integrity, label.confidentiality or whole.confidentiality)
    return own.join(whole) != own


def _label(row: ToolRow, found: ObjectRow, path: str) -> str:
    """Return who may have written a field of an object that a tool returns."""
    wholes = _places(found, path)
    paths = [(one, one.removeprefix("[].")) for one in row.returns.fields]  # the root may be a list
    over = [one for one, path in paths if any(_holds(path, whole) for whole in wholes)]
    label = row.returns.fields[max(over, key=len)].integrity if over else None
    return label or row.returns.integrity


def _places(found: ObjectRow, path: str) -> tuple[str, ...]:
    """Return where a field of an object may stand: of an entry of a list, or of a single thing."""
    return (f"{found.at}[].{path}", f"{found.at}.{path}") if found.at else (path,)


def _holds(path: str, whole: str) -> bool:
    path, whole = path.replace("[]", ""), whole.replace("[]", "")
    return whole == path or whole.startswith(f"{path}.")


def _field(path: str) -> str:
    plain = re.split(r"[.\[\]]+", path.removesuffix("[]"))[-1]
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", plain).lower()


def _trusted(document: Document, at: tuple[str | int, ...], name: str) -> Finding:
    message = f"whoever sends something fills `{name}`, and it is trusted here."
    return document.finding(
        at, message, "Label it `integrity: public`, unless only the organisation writes it."
    )
