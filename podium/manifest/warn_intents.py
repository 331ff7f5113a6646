"""Intents of one word that people say of another thing: who is let in by it, what is thrown away."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from podium.kernel.errors import Finding
from podium.manifest.load import Document
from podium.trust.english.lexicon import word_set
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ToolRow
from podium.trust.values.forms import words


def warn_intents(
    document: Document, writes: Sequence[ToolRow], rows: Mapping[str, ToolRow]
) -> Iterator[Finding]:
    """Yield single words of one agent's tools that open them for things of which they know nothing."""
    for row in writes:
        yield from _lets_in(document, row, writes, rows)
    yield from _throws_away(document, writes, rows)


def _lets_in(
    document: Document, row: ToolRow, writes: Sequence[ToolRow], rows: Mapping[str, ToolRow]
) -> Iterator[Finding]:
    """Yield a word of a tool that lets somebody in, and of another thing that he may be given."""
    sinks = {argument.sink for argument in row.arguments.values()}
    if "recipient" not in sinks or sinks & {"text", "amount", "date"}:
        return
    others = [it for it in writes if it.id != row.id and _whom(it)]
    meets = any(it.server != row.server and _meets(it) for it in others)
    for word in row.intents:
        if word in _SHARING and others and not sinks & {"object", "path"}:
            order, said = f"{word.capitalize()} the permit with Anna.", "whatever it is that is given"
        elif word in _JOINING and meets:
            order, said = f"{word.capitalize()} Anna to a meeting.", "and lets her into something else"
        else:
            continue
        if row.id not in narrow([GrantRow(it.id) for it in writes], rows, order).refusals:
            message = f"`{order.removesuffix('.')}` opens {row.id}, {said}."
            fix = f"Instead of `{word}` list pairs with its noun: `intents: [{word} {_noun(row)}]`."
            yield document.finding(("spec", "tools", row.id), message, fix)
            return


def _noun(row: ToolRow) -> str:
    """Return into what a tool lets somebody, by its argument, else by its name: `to project`, `calendar`."""
    into = (path for path, argument in row.arguments.items() if argument.sink in {"object", "path"})
    last = re.split(r"[.\[\]]+", next(into, "").removesuffix("[]"))[-1]
    thing = [it for it in words(last.replace("_", " ")) if it not in {"id", "ids", "name"}]
    return " ".join(("to", *thing) if thing else _named(row)[1:]) or "..."


_SHARING: Final = frozenset(("share", "give", "show", "send", "grant", "lend", "pass on", "let have"))
_JOINING: Final = frozenset(("add", "invite", "bring", "include", "ask"))
_MEETINGS: Final = word_set("event events meeting meetings appointment appointments")


def _whom(row: ToolRow) -> bool:
    return any(argument.sink == "recipient" for argument in row.arguments.values())


def _meets(row: ToolRow) -> bool:
    """Return whether people are invited by a tool to come at a time."""
    dated = any(argument.sink == "date" for argument in row.arguments.values())
    return dated and not _MEETINGS.isdisjoint(_named(row))


def _throws_away(
    document: Document, writes: Sequence[ToolRow], rows: Mapping[str, ToolRow]
) -> Iterator[Finding]:
    """Yield a word that throws away a mail and a file, which people call by the same words."""
    final = [row for row in writes if row.effect == "irreversible" and _which(row)]
    for one, other in combinations(final, 2):
        mail, file = (one, other) if _mails(one) else (other, one)
        if one.server == other.server or not _mails(mail) or _FILES.isdisjoint(_named(file)):
            continue
        word = next((it for it in file.intents if it in _THROWING and it in mail.intents), None)
        order = f"{(word or '').capitalize()} the Lexica newsletter."
        refused = narrow([GrantRow(it.id) for it in writes], rows, order).refusals if word else {}
        if word is not None and refused.keys().isdisjoint((mail.id, file.id)):
            message = f"`{order.removesuffix('.')}` opens {file.id} too: a file of Lexica goes for its mail."
            fix = f"Leave `{word}` to {mail.id}, and list pairs here: `{word} {' '.join(_named(file)[1:])}`."
            yield document.finding(("spec", "tools", file.id), message, fix)


_THROWING: Final = frozenset(("delete", "remove", "erase", "bin", "trash"))
_FILES: Final = word_set("file files document documents attachment attachments paper papers")
_MAILS: Final = word_set("mail mails email emails")


def _mails(row: ToolRow) -> bool:
    """Return whether a tool is about mails, by its name or its server's: messages may be a chat's."""
    return not _MAILS.isdisjoint([*_named(row), *words(row.server)])


def _which(row: ToolRow) -> bool:
    """Return whether a tool is told which thing, and nothing else that decides."""
    sinks = [argument.sink for argument in row.arguments.values() if argument.sink != "text"]
    return bool(sinks) and {*sinks} <= {"object", "path"}


def _named(row: ToolRow) -> tuple[str, ...]:
    """Return the words of a tool's name."""
    return tuple(words(re.sub(r"([a-z])([A-Z])", r"\1 \2", row.name)))
