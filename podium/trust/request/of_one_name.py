"""Things of one name that two servers have: issues of the code host, and of the tracker.

A request that has one changed does not say whose it is. A tool that is open by such a noun leaves the other
server's to be asked about: which of them is meant its author cannot know.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.request.asking import Sentence
from podium.trust.request.nouns import own_nouns
from podium.trust.tools import ToolRow

_CHANGING: Final = word_set("update change edit set mark modify amend")


def of_one_name(
    text: Sequence[Sentence], tools: Sequence[ToolRow], opened: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the tools, by id, that change what is called as those things which an open one elsewhere changes.

    With the noun. None where the request says a server's name.
    """
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


def _changes(tool: ToolRow) -> bool:
    """Return whether a tool changes a thing that there is."""
    return bool(_CHANGING & set(tool.intents)) and any(
        row.sink == "object" for row in tool.arguments.values()
    )


def _called(server: str) -> frozenset[str]:
    """Return the words by which a server is called."""
    return frozenset(re.findall(r"[a-z]{4,}", server.casefold()))
