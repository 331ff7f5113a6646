"""Which tool brings about what a request says shall be: `Ravi should be in the channel` adds him to it.

A state opens the tool of its act alone: sharing and what takes that away, letting in and taking out,
deleting, a rule, handing a thing to somebody. Where several could be meant none is open without a person.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.words import singular
from podium.trust.request.asking import Sentence
from podium.trust.request.nobodys import KEEPERS
from podium.trust.request.nouns import acted_on, near_nouns, said_in
from podium.trust.request.wordings.access import lets_see, takes_role
from podium.trust.request.wordings.shall_be import Kind, ShallBe, shall_be
from podium.trust.tools import GUARDED, ToolRow
from podium.trust.values.forms import words


class Brought(msgspec.Struct, frozen=True):
    """A tool that a state seems to ask for."""

    tool: ToolRow
    word: str
    plainly: bool
    """Whether no other tool could be meant, and it is surely wanted."""


def brought_about(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow], values: Mapping[str, frozenset[str]]
) -> Iterator[Brought]:
    """Yield the tools that bring about what sentences say shall be.

    ``values``: by word the tools whose grants list it as what an argument may be.
    """
    for tool, word, plainly in lets_see(sentences, tools, values):
        yield Brought(tool, word, plainly)
    before = frozenset[str]()
    for sentence in sentences:
        here = _said(sentence)
        for state in shall_be(sentence):
            place = _said(state.place)
            found = _tools_of(state, tools, values, (place, here, here | before))
            for tool in found:
                plainly = state.firmly and len(found) == 1 and state.kind in _PLAIN and _is_plain(tool)
                plainly = plainly and (state.kind == "unsee" or bool(_wheres(tool) & (place | here)))
                yield Brought(tool, state.word, plainly)
        before |= here


def _tools_of(
    state: ShallBe,
    tools: Sequence[ToolRow],
    values: Mapping[str, frozenset[str]],
    levels: Sequence[AbstractSet[str]],
) -> list[ToolRow]:
    """Return the tools of a state's act of whose things it speaks. ``levels``: what is said, by nearness."""
    if state.kind in {"see", "unsee"}:
        found = [it for it in tools if (_opens(it, values) if state.kind == "see" else _takes_away(it))]
        alone = [it for it in found if _places(it)]
        return _spoken(found, levels, 3, _nouns) or (alone if len(alone) == 1 else [])
    if state.kind == "flows":
        found = [it for it in tools if _RULING & set(it.intents)]
        return found if len(found) == 1 else []
    if state.kind == "held":
        found = [it for it in tools if _hands(it)]
        return _spoken(found, levels, 3, _nouns) or (found if len(found) == 1 else [])
    if state.kind == "given":
        return _spoken([it for it in tools if _gives(it)], levels, 1, near_nouns)
    if state.kind == "set":
        return _spoken([it for it in tools if _times(it)], [_said(state.who)], 1, _nouns)
    if state.kind == "in":
        return _spoken([it for it in tools if _lets_in(it)], levels, 3, _wheres)
    out = [it for it in tools if _takes_out(it)]
    gone = [it for it in tools if _removes(it)]
    if state.kind == "out":
        away = [it for it in tools if _takes_away(it)]
        found = _spoken(out, levels[:2], 2, _wheres) or _spoken(gone, levels, 1, _where_kept)
        return found or _spoken(out, levels, 3, _wheres) or _spoken(away, levels, 3, _nouns)
    return _spoken(gone, levels, 3, _where_kept)


def _spoken(
    tools: Sequence[ToolRow],
    levels: Sequence[AbstractSet[str]],
    most: int,
    nouns_of: Callable[[ToolRow], AbstractSet[str]],
) -> list[ToolRow]:
    """Return the tools of whose nouns the nearest words speak that speak of any."""
    for said in levels[:most]:
        if found := [it for it in tools if nouns_of(it) & said]:
            return found
    return []


def _said(tokens: Sentence) -> frozenset[str]:
    """Return what words speak of; `#design` is a channel."""
    found = said_in(tuple(tokens))
    return found | {"channel"} if any(token.text[:1] == "#" for token in tokens) else found


# -- what tools do


def _opens(tool: ToolRow, values: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a tool lets somebody get at something, in a role or to a degree."""
    whole = not _places(tool) and {"recipient", "value"} <= _sinks(tool) <= {"recipient", "value", "text"}
    return takes_role(tool, values) or (whole and not _OPENING.isdisjoint(tool.intents))


def _takes_away(tool: ToolRow) -> bool:
    """Return whether a tool ends somebody's access to a thing."""
    sinks = {row.sink for row in tool.arguments.values()}
    on = {"object", "path", "recipient"} & sinks
    return len(on) > 1 and "text" not in sinks and not _REVOKING.isdisjoint(tool.intents)


def _lets_in(tool: ToolRow) -> bool:
    """Return whether a tool puts somebody into a place that there is, or among what is kept."""
    kept = "recipient" in _sinks(tool) and not _KEEPING.isdisjoint(tool.intents)
    return (_is_of_two(tool) and not _LETTING.isdisjoint(tool.intents)) or kept


def _takes_out(tool: ToolRow) -> bool:
    return _is_of_two(tool) and not _TAKING_OUT.isdisjoint(tool.intents) and "text" not in _sinks(tool)


def _removes(tool: ToolRow) -> bool:
    """Return whether a tool takes a thing away, and tells nobody by name."""
    sinks = _sinks(tool)
    verbs = {intent.split()[0] for intent in tool.intents}
    return "object" in sinks and not sinks & {"recipient", "date", "path"} and not _REMOVING.isdisjoint(verbs)


def _hands(tool: ToolRow) -> bool:
    """Return whether a tool says who sees to a thing."""
    named = any(not KEEPERS.isdisjoint(words(path)) for path in tool.arguments)
    return "object" in _sinks(tool) and (named or not _HANDING.isdisjoint(tool.intents))


def _is_plain(tool: ToolRow) -> bool:
    """Return whether a call says no more than whom and where: in no role, and nothing is told."""
    return "recipient" in _sinks(tool) and not _sinks(tool) & {"value", "amount", "payee", "url"}


def _gives(tool: ToolRow) -> bool:
    """Return whether a tool gives or sends somebody a thing of its own kind."""
    return "recipient" in _sinks(tool) and not _GIVING.isdisjoint(tool.intents)


def _times(tool: ToolRow) -> bool:
    """Return whether a tool changes when something is that there is."""
    return {"object", "date"} <= _sinks(tool) and not _TIMING.isdisjoint(tool.intents)


def _is_of_two(tool: ToolRow) -> bool:
    """Return whether a tool takes somebody and a place."""
    places = _places(tool)
    return (
        bool(places)
        and len(places)
        + sum(row.sink == "recipient" for path, row in tool.arguments.items() if path not in places)
        > 1
    )


def _places(tool: ToolRow) -> list[str]:
    """Return the arguments that say on what, or where, a tool acts."""
    sinks = {path: row.sink for path, row in tool.arguments.items()}
    placed = [path for path, sink in sinks.items() if sink in {"object", "path"}]
    return placed or [
        path for path, sink in sinks.items() if sink == "recipient" and not _PLACED.isdisjoint(words(path))
    ]


def _sinks(tool: ToolRow) -> set[str]:
    return {row.sink for row in tool.arguments.values()}


# -- what they are about


def _nouns(tool: ToolRow) -> frozenset[str]:
    return near_nouns(tool) | acted_on(tool)


def _wheres(tool: ToolRow) -> frozenset[str]:
    """Return the nouns of where a tool puts somebody."""
    paths = tuple(path for path, row in tool.arguments.items() if row.sink in GUARDED)
    return (
        _place_words(paths) | (near_nouns(tool) - _WHOM) | (_BOOK if _is_of_contacts(tool) else frozenset())
    )


def _where_kept(tool: ToolRow) -> frozenset[str]:
    """Return the nouns of a thing that a tool takes away, and of where such things are."""
    return _nouns(tool) | _place_words((tool.server,)) | (_BOOK if _is_of_contacts(tool) else frozenset())


def _is_of_contacts(tool: ToolRow) -> bool:
    return "contact" in near_nouns(tool)


@lru_cache(maxsize=4096)
def _place_words(paths: tuple[str, ...]) -> frozenset[str]:
    found = {singular(word) for path in paths for word in words(path)}
    return frozenset(found - _WHOM)


_PLAIN: Final[frozenset[Kind]] = frozenset(("unsee", "in", "out"))
"""What can be wanted plainly. How far somebody gets at a thing, and what a rule does, is to be said."""
_OPENING: Final = frozenset(("give access", "let see", "grant access", "share calendar", "share diary"))
_REVOKING: Final = frozenset(
    ("revoke", "unshare", "withdraw", "lock out", "remove access", "stop sharing", "take away access")
)
_LETTING: Final = frozenset(
    ("invite", "add", "let in", "let into", "get into", "bring in", "bring into", "join", "admit", "put in")
)
_KEEPING: Final = frozenset(
    ("add contact", "add to contacts", "add to my contacts", "save contact", "new contact", "among contacts")
)
_TAKING_OUT: Final = frozenset(
    ("remove", "take out", "take off", "kick out", "throw out", "kick", "drop from")
)
_REMOVING: Final = word_set("delete cancel remove erase trash bin throw scrap discard drop")
_RULING: Final = frozenset(("rule", "filter", "automatically", "from now on", "make rule", "create rule"))
_HANDING: Final = frozenset(("assign", "reassign", "hand over", "take over"))
_GIVING: Final = frozenset(("give", "send", "share", "forward", "pass on", "let have", "hand over", "lend"))
_TIMING: Final = frozenset(("move", "change", "update", "set", "postpone", "reschedule", "extend", "shift"))
_PLACED: Final = word_set("channel group team list room space conversation")
_WHOM: Final = word_set("user person people member email handle guest id address attendee name who")
_BOOK: Final = frozenset(("contact", "address", "book"))
