"""Orders that change what there is, in words that no author lists: `put that right`, `call it plain List`.

What is put right, or has a new name, is what the order or what was said before it speaks of: its noun tells
the tool. It is a guess: such a call goes through only where the request names the thing and says each value.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, word_set
from podium.trust.english.words import singular
from podium.trust.request.asking import Sentence, begins, negated, tells
from podium.trust.request.nouns import kinds_like, near_nouns
from podium.trust.request.wordings.things import GATHERINGS
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words


def mending(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow]
) -> Iterator[tuple[ToolRow, str, int | None, bool]]:
    """Yield the tools by which orders put something right or name it anew, by what, how often, so plainly."""
    changing = [tool for tool in tools if _changes(tool)]
    naming = [tool for tool in tools if not _NAMING.isdisjoint(tool.intents)]
    people = [tool for tool in tools if _registers(tool)]
    for number, sentence in enumerate(sentences):
        before = tuple(reversed(sentences[:number]))
        for at in range(len(sentence)):
            if not begins(sentence, at) or negated(sentence, at) or tells(sentence, max(0, at - 1)):
                continue
            if order := _put_right(sentence, at):
                levels = (sentence[at + 1 :], sentence[:at], *before)
                yield from ((tool, order, 1, True) for tool in _nearest(changing, levels))
            if people and _sets_somebody_up(sentence, at):
                said = {token.low for token in sentence[at:]}
                there = [tool for tool in people if said & set(words(tool.server))] or people
                yield from ((tool, sentence[at].text, 1, True) for tool in there if len(there) == 1)
            if len(naming) == 1 and _is_called(sentence, at):
                yield naming[0], sentence[at].text, 1, True


def _put_right(sentence: Sentence, at: int) -> str:
    """Return the words of an order here that puts right what was spoken of: `put that right`."""
    low = [token.low for token in sentence[at : at + 1 + _FAR]]
    if low[0] not in _PUTTING or low[1:2] == [] or low[1] not in _IT | DETERMINERS:
        return ""
    right = next((i for i, word in enumerate(low) if i > 1 and word in _RIGHT), 0)
    behind = low[right + 1] if right + 1 < len(low) else "."
    ends = not behind[:1].isalpha() or behind in _BEHIND
    return f"{low[0]} {low[right]}" if right and ends and _CUTS.isdisjoint(low[:right]) else ""


def _is_called(sentence: Sentence, at: int) -> bool:
    """Return whether a thing that there is has a new name here: `call the newest one plain Press release`."""
    low = [token.low for token in sentence[at:]]
    end = next((i for i, word in enumerate(low) if word in _CUTS), len(low))
    if low[0] not in {"call", "name"} or low[1:2] == [] or low[1] not in _IT | _THE or end < _SHORTEST:
        return False
    name = sentence[at + 2 : at + end]
    named = any(token.kind == "quote" or token.text[:1].isupper() for token in name)
    return named and _OTHERWISE.isdisjoint(low[1:end]) and low[1:2] != ["off"]


def _sets_somebody_up(sentence: Sentence, at: int) -> bool:
    """Return whether somebody is to be entered somewhere here: `set them up in stripe`, `sign Dan up`."""
    low = [token.low for token in sentence[at : at + _FAR]]
    up = low.index("up") if "up" in low else 0
    if low[0] not in _SETTING or up < 2:
        return False
    behind = low[up + 1] if up + 1 < len(low) else "."
    named = all(token.text[:1].isupper() for token in sentence[at + 1 : at + up])
    return (low[1:up] in _WHOM or named) and (behind in _THERE or not behind[:1].isalpha())


def _registers(tool: ToolRow) -> bool:
    """Return whether a tool enters somebody by name and address, and does nothing else."""
    sinks = {row.sink for row in tool.arguments.values()}
    own = near_nouns(tool) & _SOMEBODY
    return {"recipient", "value"} <= sinks <= {"recipient", "value", "text"} and bool(own & _made_so(tool))


def _made_so(tool: ToolRow) -> frozenset[str]:
    """Return what a tool makes: the nouns of its name, where its author says so."""
    return near_nouns(tool) if not _MAKING.isdisjoint(tool.intents) else frozenset()


def _nearest(tools: Sequence[ToolRow], levels: Sequence[Sentence]) -> list[ToolRow]:
    """Return the tool whose things are spoken of nearest to an order; none where several are."""
    for level in levels:
        said = {singular(token.low) for token in level if token.kind == "word"}
        for things in (near_nouns, _kinds):
            if found := [tool for tool in tools if things(tool) & said]:
                return found if len(found) == 1 else []
    return []


def _kinds(tool: ToolRow) -> frozenset[str]:
    own = near_nouns(tool)
    return own.union(*map(kinds_like, own)) | (GATHERINGS if own & _EVENTS else frozenset())


def _changes(tool: ToolRow) -> bool:
    """Return whether a tool changes a thing that there is, by its author's word."""
    sinks = {row.sink for row in tool.arguments.values()}
    return "object" in sinks and bool(sinks - {"object"}) and not _CHANGING.isdisjoint(tool.intents)


_FAR: Final = 8
"""Words in which stands what is put right, and that it is."""
_SHORTEST: Final = 3
_PUTTING: Final = word_set("put set get")
_IT: Final = word_set("it that this them these those")
_THE: Final = word_set("the my our his her their")
_RIGHT: Final = word_set("right straight")
_BEHIND: Final = word_set("in on for please there again now too as and with")
_CHANGING: Final = word_set("change update move reschedule correct edit amend fix adjust shift")
_NAMING: Final = word_set("rename retitle")
_CUTS: Final = frozenset((",", ";", ":", ".", "!", "?", "and", "but", "then", "so", "(", ")"))
_OTHERWISE: Final = word_set("off back about at to if when because for on in up and ask tell")
"""What is said of somebody who is rung up, or of what is called off."""
_SETTING: Final = word_set("set sign")
_WHOM: Final = (["them"], ["him"], ["her"])
_THERE: Final = word_set("in on at as with and please there")
_SOMEBODY: Final = word_set("customer contact client user member guest account supplier person vendor lead")
_MAKING: Final = word_set("create add register new save")
_EVENTS: Final = word_set("event meeting appointment")
