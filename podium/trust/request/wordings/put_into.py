"""What is put into something that is there, by words that need not be its tool's: `put it on the board`.

Of such an order the place tells the act, whatever its verb: into a file is written, on a board something new
is put, in a record its address is changed. What makes other things is not meant, even if it lists the verb.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from podium.trust.english.lexicon import ADVERBS, OBJECTS, word_set
from podium.trust.english.words import Token, bases, singular, text_of
from podium.trust.request.asking import Act, Sentence, begins, find_acts
from podium.trust.request.guesses import argument_words
from podium.trust.request.nouns import kin, near_nouns, own_nouns, said_in
from podium.trust.request.receivers import by_receiver
from podium.trust.request.requests import request_of
from podium.trust.request.wordings.channels import into_channel
from podium.trust.request.wordings.righting import righting
from podium.trust.request.wordings.to_day import to_day
from podium.trust.tools import ToolRow

_PUTTING: Final = (
    "put",
    "add",
    "enter",
    "note",
    "write",
    "record",
    "append",
    "insert",
    "stick",
    "pop",
    "get",
    "bring",
)
_INTO: Final = word_set("in into on onto to under")
_FILE: Final = re.compile(r"[\w-][\w ./-]*\.[a-z][a-z0-9]{1,4}")
_RECORDS: Final = word_set("record file profile entry account card details sheet register page")
"""Nouns of what is kept of somebody or something."""
_OWNED: Final = word_set("his her their its my our the")
_CHANGING: Final = word_set("update change edit set amend adjust correct modify replace")
_MAKING: Final = word_set("create add make new schedule book enter open plan arrange")
_ANOTHER: Final = word_set("a an another")
_MAKES: Final = word_set("create make")
_WHOM: Final = frozenset(("object", "recipient", "payee", "url"))
_WRITING: Final = word_set("write save add append put note update create")
_KEEPING: Final = word_set("save store register")
"""What is done to things that are kept: those that one has are `saved`."""
_OF_PLACES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("board", "backlog"), word_set("job task card ticket issue item story todo")),
    **dict.fromkeys(("calendar", "diary", "agenda"), word_set("event appointment meeting")),
    **dict.fromkeys(("rota", "roster"), word_set("shift")),
}
"""What places hold: to be put there is to be made."""
_DID: Final = word_set("he she they has have had who")
_TAKES: Final = {"email": "recipient", "iban": "payee", "url": "url"}
_ENDS: Final = word_set(", ; : . ! ? and so but then please if when because")
_BEHIND: Final = word_set("with for from at by")
"""What says no more of a place."""


def by_place(
    sentence: Sentence,
    tools: Sequence[ToolRow],
    asked: Mapping[str, Sequence[Act]],
    text: Sequence[Sentence] = (),
) -> tuple[dict[str, list[Act]], frozenset[Act], dict[str, str]]:
    """Return what a sentence asks for by tool, with what a place tells, that alone, and who lost all by it.

    The last with the word that is not theirs. ``text``: the whole request. ``asked``: by own words of tools.
    An order of which a tool that lists its verb accounts for what is put, or for the place, stays as it is.
    """
    acts, decided, lost = by_receiver(sentence, tools, asked)
    placed = set(decided)
    for act in _put(sentence):
        for maker in _made_for(sentence, act, tools):
            if all(own.at != act.at for own in acts.get(maker.id, ())):
                acts.setdefault(maker.id, []).append(act)
        moved = to_day(sentence, act, tools)
        tool = moved or _meant(sentence, act, tools, text)
        if tool is None and (right := righting(sentence, act, tools)) is not None:
            acts[right.id] = [*(own for own in acts.get(right.id, ()) if own.at != act.at), act]
            continue
        here = [it for it in tools if any(own.at <= act.at <= own.end for own in acts.get(it.id, ()))]
        others = [it for it in here if it is not tool and (moved is None or "object" in _sinks(it))]
        if tool is None or any(_accounts(it, sentence, act) for it in others):
            continue
        for other in here:
            acts[other.id] = [own for own in acts[other.id] if not own.at <= act.at <= own.end]
        lost |= {it.id: sentence[act.at].text for it in here if it is not tool and not acts[it.id]}
        acts.setdefault(tool.id, []).append(act)
        placed.add(act)
    for act, tool in _renewed(sentence, tools):
        for it in tools:
            its = acts.get(it.id, [])
            rest = [own for own in its if not own.at <= act.at <= own.end]
            if rest != its and own_nouns(it).isdisjoint(own_nouns(tool)):
                acts[it.id] = rest
                lost |= {it.id: sentence[act.at].text} if not acts[it.id] else {}
        acts.setdefault(tool.id, []).append(act)
        placed.add(act)
    return {tool_id: own for tool_id, own in acts.items() if own}, frozenset(placed), lost


def _put(sentence: Sentence) -> Iterator[Act]:
    """Yield where something is to be put somewhere."""
    for act in (one for verb in _PUTTING for one in find_acts(sentence, verb) if one.mood == "asked"):
        if not (act.at and _tells(sentence[act.at - 1])):
            yield act


def _tells(before: Token) -> bool:
    """Return whether a verb tells what somebody did by what stands before it: `Ann put it there`."""
    named = before.text[:1].isupper() and before.low not in ADVERBS | OBJECTS
    return named or before.low in _DID


def _meant(
    sentence: Sentence, act: Act, tools: Sequence[ToolRow], text: Sequence[Sentence]
) -> ToolRow | None:
    if found := into_channel(sentence, act, tools):
        return found[0] if len(found) == 1 else None
    what, place = _parted(sentence, act)
    if not place:
        found = _of_value(text, tools) if not what and _is_in(sentence, act) else []
        return found[0] if len(found) == 1 else None
    found = _of_file(place, tools) or _of_place(place, tools)
    found = found or (_of_kept(place, tools) if begins(sentence, act.at) else [])
    found = found or _of_record(what or sentence[: act.at], place, tools)
    return found[0] if len(found) == 1 else None


def _made_for(sentence: Sentence, act: Act, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return what makes the new thing into which something is put: `put her list in a new file, x.txt`."""
    stop = next((i for i in range(act.end + 1, len(sentence)) if sentence[i].low in _ENDS), len(sentence))
    low = [token.low for token in sentence[act.end + 1 : stop]]
    new = next((i for i, word in enumerate(low) if word == "new" and low[i - 1] in _ANOTHER | _INTO), 0)
    led = low[new - 1 - (low[new - 1] in _ANOTHER)] if new > 1 else ""
    thing = singular(low[new + 1]) if led in {"in", "into", "to"} and new + 1 < len(low) else ""
    writing = (it for it in tools if "text" in _sinks(it) and _sinks(it).isdisjoint(_WHOM))
    return [it for it in writing if thing in near_nouns(it) and _MAKES & set(it.intents)]


def _accounts(tool: ToolRow, sentence: Sentence, act: Act) -> bool:
    """Return whether an order speaks of what a tool is about, or of what it takes."""
    what, place = _parted(sentence, act)
    return bool((near_nouns(tool) | argument_words(tool)) & said_in((*what, *place)))


def _parted(sentence: Sentence, act: Act) -> tuple[Sentence, Sentence]:
    """Return what is put, empty for a pronoun, and where."""
    stop = next((i for i in range(act.end + 1, len(sentence)) if sentence[i].low in _ENDS), len(sentence))
    at = next((i for i in range(act.end + 1, stop) if sentence[i].low in _INTO), stop)
    end = next((i for i in range(at + 1, stop) if sentence[i].low in _BEHIND), stop)
    what = [token for token in sentence[act.end + 1 : at] if token.low not in _PRONOUNS]
    return what, sentence[at + 1 : end]


def _of_file(place: Sentence, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return what writes texts into the file that is named as the place."""
    if not any(token.kind != "word" and _FILE.fullmatch(token.low.strip("'\"`")) for token in place):
        return []
    return [tool for tool in tools if {"path", "text"} <= _sinks(tool) and _WRITING & set(tool.intents)]


def _of_place(place: Sentence, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return what makes the things that the place holds, where that can be undone."""
    held = frozenset[str]().union(*(_OF_PLACES.get(token.low, ()) for token in place))
    return [
        tool
        for tool in tools
        if tool.effect == "write"
        and near_nouns(tool) & held
        and not _takes_one(tool, held)
        and _MAKING & set(tool.intents)
    ]


def _of_kept(place: Sentence, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return what keeps the things among which something is to be put: `into my saved recipients`."""
    low = [token.low for token in place]
    if len(low) < 3 or low[0] not in _OWNED:
        return []
    deeds = {base for word in low[1:-1] if word not in _KEEPING for base in bases(word)} & _KEEPING
    things = {singular(low[-1])} if singular(low[-1]) != low[-1] else set[str]()
    return [tool for tool in tools if deeds & set(tool.intents) and things & own_nouns(tool)]


def _takes_one(tool: ToolRow, held: frozenset[str]) -> bool:
    """Return whether a tool takes one of the things that a place holds, or what may be one: `id`."""
    paths = (path for path, row in tool.arguments.items() if row.sink == "object")
    return any(not said or said & kin(own_nouns(tool) | held) for said in map(_nouns_in, paths))


def _nouns_in(path: str) -> frozenset[str]:
    return frozenset(singular(word) for word in re.findall(r"[a-z]+", path.casefold())) - _NUMBERING


def _of_record(what: Sentence, place: Sentence, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return what changes of things that there are what is put into the record of one."""
    owned = any(token.low in _OWNED or token.low.endswith("'s") for token in place)
    if not owned or not _RECORDS & {singular(token.low) for token in place}:
        return []
    said = said_in(tuple(what))
    signs = {tool.id: len(argument_words(tool) & said) for tool in tools if _changes(tool)}
    best = max(signs.values(), default=0)
    return [tool for tool in tools if best and signs.get(tool.id) == best]


def _renewed(sentence: Sentence, tools: Sequence[ToolRow]) -> Iterator[tuple[Act, ToolRow]]:
    """Yield what changes a thing of which something new is put among its like: `her new number in my list`.

    Where there is none yet it is made: what makes such things stays open.
    """
    for act in _put(sentence):
        what, place = _parted(sentence, act)
        low, where = [token.low for token in what], [token.low for token in place]
        at = low.index("new") if "new" in low else 0
        whose = at > 0 and (low[at - 1] in _THEIRS or low[at - 1].endswith("'s"))
        if not whose or where[:1] == [] or where[0] not in _OWNED:
            continue
        kept = {singular(word) for word in where} | ({"contact"} if where[-2:] in _BOOKS else set())
        said = said_in(tuple(what[at + 1 :]))
        found = [
            it for it in tools if _changes(it) and own_nouns(it) & kept and kin(argument_words(it)) & said
        ]
        if len(found) == 1:
            yield act, found[0]


def _is_in(sentence: Sentence, act: Act) -> bool:
    """Return whether an order puts in what was said: `put that in`."""
    return [token.low for token in sentence[act.end + 2 : act.end + 3]] == ["in"]


def _of_value(text: Sequence[Sentence], tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return what changes of things that there are the one kind of value that the request says."""
    kinds = request_of(text_of([token for sentence in text for token in sentence])).kinds()
    takes = [sink for kind, sink in _TAKES.items() if kind in kinds]
    return [tool for tool in tools if len(takes) == 1 and _changes(tool) and takes[0] in _sinks(tool)]


def _changes(tool: ToolRow) -> bool:
    return tool.effect == "write" and "object" in _sinks(tool) and bool(_CHANGING & set(tool.intents))


def _sinks(tool: ToolRow) -> frozenset[str]:
    return frozenset(row.sink for row in tool.arguments.values())


_NUMBERING: Final = word_set("id ids no number key ref code uid")
_THEIRS: Final = word_set("his her their")
_BOOKS: Final = (["address", "book"], ["phone", "book"])
"""What holds contacts."""
_PRONOUNS: Final = word_set("it them this that these those both all")
