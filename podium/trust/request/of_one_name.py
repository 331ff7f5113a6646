"""Things of one name that two servers have: issues of the code host, and of the tracker.

A request that has one changed does not say whose it is. A tool that is open by such a noun leaves the other
server's to be asked about: which of them is meant its author cannot know. So does one that lists a verb which
another tool makes by its name: *order the lamp* opens the cart that lists it, and asks about `place_order`.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.request.asking import Sentence, find_acts
from podium.trust.request.nouns import own_nouns
from podium.trust.tools import ToolRow

_MAKING: Final = re.compile(r"(?:place|make|create|submit|issue)(?=[_A-Z-])")
_CHANGING: Final = word_set("update change edit set mark modify amend")


def of_one_name(
    text: Sequence[Sentence], tools: Sequence[ToolRow], opened: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the tools, by id, that change what is called as those things which an open one elsewhere changes.

    With the noun. None where the request says a server's name. And those that make what a verb names.
    """
    yield from _made(text, tools, opened)
    said = {token.low for sentence in text for token in sentence}
    change = [tool for tool in tools if _changes(tool)]
    if any(_called(tool.server) & said for tool in change):
        return
    for tool in (it for it in change if it.id not in opened):
        others = [it for it in change if it.id in opened and it.server != tool.server]
        for noun in sorted(own_nouns(tool) & said) if others else ():
            if any(noun in own_nouns(it) for it in others):
                yield tool.id, f"{noun!r}, which is another server's too"
                break


def _made(
    text: Sequence[Sentence], tools: Sequence[ToolRow], opened: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the tools that make by their names what a verb asks for that an open one beside them lists."""
    for tool in (it for it in tools if it.id not in opened and _MAKING.match(it.name)):
        beside = [it for it in tools if it.id in opened and it.server == tool.server]
        for noun in sorted(own_nouns(tool) & {word for it in beside for word in it.intents}):
            acts = (act for sentence in text for act in find_acts(sentence, noun))
            if any(act.mood == "asked" and act.key == act.at for act in acts):
                yield tool.id, f"{noun!r}, which another tool lists"


def _changes(tool: ToolRow) -> bool:
    """Return whether a tool changes a thing that there is."""
    return bool(_CHANGING & set(tool.intents)) and any(
        row.sink == "object" for row in tool.arguments.values()
    )


def _called(server: str) -> frozenset[str]:
    """Return the words by which a server is called."""
    return frozenset(re.findall(r"[a-z]{4,}", server.casefold()))
