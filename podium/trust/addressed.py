"""Who is written to by an answer: of several things that a request names, what he wrote who gets something.

*Norvane can have the reference that Ffion sent* answers Norvane, though Ffion's mail has the words too.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from podium.trust.forms import words
from podium.trust.lexicon import word_set
from podium.trust.namesakes import bearer
from podium.trust.parting import is_kind, receiving
from podium.trust.readings import Seen
from podium.trust.requests import Request
from podium.trust.tools import ToolRow
from podium.trust.vocabulary import COMMON

_ANSWERED: Final = re.compile(
    r"\b(?:[Aa]nswer|[Rr]eply to|[Rr]espond to|[Ww]rite back to|[Gg]et back to)\s+([A-Z]\w+)"
)
_ANSWERING: Final = word_set("reply answer respond")
_TOLD: Final = re.compile(
    r"\b(?:[Tt]ell|[Ll]et|[Aa]nswer|[Rr]eply to|[Ww]rite|[Ii]nform|[Aa]ssure|[Ss]ay to) "
    r"(?:them|him|her|(?:the )?\w+)\b([^.!?\n]*)"
)
"""What somebody is to be told."""
_DOES: Final = re.compile(
    r"(?<![\w'-])([A-Z]\w+)(?: (?:will|won't|can|can't|cannot|would|should|could|may|might|must|is|isn't|has|"
    r"hasn't|was|does|doesn't|comes|goes|takes|brings|looks|sends|pays|calls|rings)\b|'ll\b)"
)


def spoken_of(request: Request, tool: ToolRow) -> frozenset[str]:
    """Return who is only spoken of in what others are told by an answer: `tell them Priya will be in`.

    Nothing that bears her name is answered by that.
    """
    if not _ANSWERING & set(tool.intents):
        return frozenset()
    said = [one.casefold() for told in _TOLD.findall(request.text) for one in _DOES.findall(told)]
    once = {name for name in said if said.count(name) == request.words.count(name)}
    return frozenset(once) - receiving(request) - COMMON


def addressed(request: Request, tool: ToolRow, objects: Sequence[Seen], indexes: Collection[int]) -> set[int]:
    """Return which of several objects that a request names is answered: the one of who alone gets something.

    Empty where the tool answers nothing, where several get something, or where two things are his.
    """
    if not _ANSWERING & set(tool.intents):
        return set()
    names = receiving(request) & request.capitalised
    names |= {word for match in _ANSWERED.finditer(request.text) for word in words(match[1])}
    if len(names) != 1 or any(objects[index].vouched for index in indexes):
        return set()
    his = {
        index
        for index in indexes
        if is_kind(tool, objects[index]) and names <= bearer(request, objects[index]).names
    }
    return his if len({objects[index].id for index in his}) == 1 else set()
