"""Things that a letter or a number alone tells apart: *delete rev A and B* of three drawings.

All other words of their names are the same, and the request has them all. So it is of no use to call another
thing by more of its words: the letter is what the request says, and it fits one thing alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.together import joined_named
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_MARK: Final = r"(?:[A-HJ-Z]|\d{1,2})"
"""What tells: a capital, but not `I`, or a short number."""
_MORE: Final = rf"(?: ?, ?(?:and |or )?{_MARK}| (?:and|or|&) {_MARK})"
_LIST: Final = re.compile(
    rf"(?:^|[.,;:!?\n(]|\b(?:and|then)\b) *([^.,;:!?\n()]{{1,80}}?) "
    rf"([A-Za-z]{{2,20}}) ({_MARK}{_MORE}{{0,6}})"
    rf"(?=[.,;:!?)\n](?!\d)|$| (?:for|of|in|please|but|and|now|too|only)\b(?! {_MARK}\b))"
)
"""What begins with an act on `revs A, B and D`, and nothing counted: `phase 1 and 2 chairs`."""
_ONE: Final = re.compile(rf"(?<!\w){_MARK}(?!\w)")
_POLITE: Final = word_set("please just now also then kindly so")
_OTHERS: Final = word_set(
    "other others rest remaining except excepting besides instead than not without never"
)
_Rest = tuple[str, ...]


def one_each(
    request: Request,
    tool: ToolRow | None,
    objects: Sequence[Seen],
    counts: Iterable[int],
    group: Iterable[int],
) -> set[int]:
    """Return the things of which a request says each in a way that fits no other: by a name, or a letter.

    ``counts``: which things it has as many words of as tell; ``group``: all of the kind that it has any of.
    """
    joined = joined_named(request, objects, counts)
    return joined or (lettered(request, tool, objects, counts, group) if tool is not None else set())


def lettered(
    request: Request, tool: ToolRow, objects: Sequence[Seen], counts: Iterable[int], group: Iterable[int]
) -> set[int]:
    """Return the things whose letters the request lists behind a word that is in the names of all.

    Only what the tool's own act begins with: not where it says which one is right, or that others are meant.
    """
    likely, found = set(counts), list[set[int]]()
    if _OTHERS & request.bag:
        return set()
    for act, word, marks in _lists(request):
        rests = {_rest(objects[index], word) for index in likely}
        rest = next(iter(rests)) if len(rests) == 1 else None
        if not rest or not all(request.covers(one) for one in rest if one not in COMMON):
            continue
        fits = [{index for index in group if mark in _marks(objects[index], word)} for mark in marks]
        ids = [{objects[index].id for index in there} for there in fits]
        if all(len(one) == 1 for one in ids) and len(set().union(*ids)) == len(marks):
            found.append(set[int]().union(*fits) if _acts(tool, act, rest) else set())
    return found[0] if len(found) == 1 and found[0] <= likely else set()


def _acts(tool: ToolRow, act: Sequence[str], rest: _Rest) -> bool:
    """Return whether what stands before a list is a tool's own verb, with what the names share."""
    while act and act[0] in _POLITE:
        act = act[1:]
    own = {word for intent in tool.intents for word in intent.casefold().split()}
    verbs = {intent.casefold().split()[0] for intent in tool.intents if intent}
    shared = {stem(word) for word in rest}
    return (
        bool(act)
        and act[0] in verbs
        and all(word in own or word in DETERMINERS or stem(word) in shared for word in act)
    )


def _lists(request: Request) -> Iterator[tuple[tuple[str, ...], str, list[str]]]:
    """Yield what begins a clause, the word behind which letters or numbers are listed, and these."""
    for match in _LIST.finditer(request.text):
        word = stem(match[2].casefold())
        marks = [one.casefold() for one in _ONE.findall(match[3])]
        if word not in COMMON and {match[2].casefold(), *marks} <= request.meant:
            yield words(match[1]), word, marks


def _rest(seen: Seen, word: str) -> _Rest | None:
    """Return what else the one name of a thing says, or None where no letter behind a word tells it."""
    names = {words(name) for name, _ in seen.names}
    marks = _marks(seen, word)
    if len(names) != 1 or len(marks) != 1:
        return None
    parts, mark = names.pop(), marks.pop()
    at = next(i for i in range(len(parts)) if parts[i + 1 : i + 2] == (mark,) and stem(parts[i]) == word)
    return (*parts[: at + 1], *parts[at + 2 :])


def _marks(seen: Seen, word: str) -> set[str]:
    """Return which letters or numbers stand behind a word in the names of a thing."""
    return {
        mark
        for name, _ in seen.names
        for one, mark in zip(words(name), words(name)[1:], strict=False)
        if stem(one) == word and _ONE.fullmatch(mark.upper())
    }
