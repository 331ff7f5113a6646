"""Who is written to by an answer: of several things that a request names, what he wrote who gets something.

*Norvane can have the reference that Ffion sent* answers Norvane, though Ffion's mail has the words too.
"""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases
from podium.trust.grounding.people.namesakes import TAKERS, bearer
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.leading import FIRM
from podium.trust.grounding.things.parting import is_kind, receiving
from podium.trust.request.requests import Request
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_ANSWERED: Final = re.compile(
    r"\b(?:[Aa]nswer|[Rr]eply to|[Rr]espond to|[Ww]rite back to|[Gg]et back to)\s+([A-Z]\w+)"
)
_ANSWERING: Final = word_set("reply answer respond")
_TOLD: Final = re.compile(
    r"\b(?:[Tt]ell|[Ll]et|[Aa]nswer|[Rr]eply to|[Ww]rite|[Ii]nform|[Aa]ssure|[Ss]ay to) "
    r"(?:them|him|her|(?:the )?\w+)\b([^.!?\n]*)"
)
"""What somebody is to be told."""
_TELLS_HIM: Final = re.compile(
    r"\b(?:[Tt]ell|[Ll]et|[Ii]nform|[Aa]nswer|[Rr]eply to|[Tt]hank|[Dd]rop) (?:him|her)\b"
)
_SUBJECT: Final = re.compile(r"(?<![\w'-])([A-Z]\w+)(?:'s)?(?: (?:has|had|is|was|just|also))? (\w+)")
"""A name, and what may be its verb."""
_DONE: Final = re.compile(
    r"\b(?:I|[Ww]e)(?:'ve| have| had|'d)?(?: (?:already|only|just|once))? "
    r"(?:sent|gave|given|mailed|emailed|wrote|written|forwarded|told|showed|shown|passed|handed|promised|lent)\b[^.;:!?()\n]*"
)
"""What the user has done already: *I sent it to Greta in October*."""
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


def written_by(
    request: Request,
    tool: ToolRow,
    objects: Sequence[Seen],
    indexes: Iterable[int],
    named: Mapping[int, Seen],
) -> set[int]:
    """Return the one of some objects, among ``indexes``, that is answered by its writer's address.

    It is that of somebody who is ``named`` for sure, by a list that no stranger fills, and to whom the
    request says that something goes: `write back to Mum`. Whatever it says itself, the answer goes to her.
    """
    sinks = {row.sink for row in tool.arguments.values()}
    if not _ANSWERING & set(tool.intents) or sinks & {"recipient", "payee", "url"}:
        return set()
    names = receiving(request)
    theirs = {
        form
        for seen in named.values()
        if not seen.spoken and any(names & set(words(name)) for name, one in seen.names if one.ours)
        for _, forms, trust in seen.fields
        for form in forms
        if trust == FIRM and form[0] == "email"
    }
    if len(theirs) != 1:
        return set()
    his = {index for index in indexes if is_kind(tool, objects[index]) and theirs & _writers(objects[index])}
    return his if len({objects[index].id for index in his}) == 1 else set()


def _writers(seen: Seen, *, least: int = 1) -> set[tuple[str, str]]:
    """Return the addresses that something is from, by fields that are no free text, or by any."""
    return {
        form
        for path, forms, trust in seen.fields
        for form in forms
        if trust >= least and form[0] == "email" and not TAKERS & set(words(path))
    }


def addressed(
    request: Request, tool: ToolRow | None, objects: Sequence[Seen], indexes: Collection[int]
) -> tuple[set[int], bool]:
    """Return which of several objects that a request names is answered, and whether it is all that he wrote.

    That of who alone gets something. Of several of his, by one address, the one that has more of the
    request's words than the others. Empty where the tool answers nothing, or where several get something.
    """
    if tool is None or not _ANSWERING & set(tool.intents):
        return set(), True
    names = (receiving(request) & request.capitalised) - _had_it(request)
    names |= {word for match in _ANSWERED.finditer(request.text) for word in words(match[1])}
    names = names or _told_so(request)
    if len(names) != 1 or any(objects[index].vouched for index in indexes):
        return set(), True
    his = {
        index
        for index in indexes
        if is_kind(tool, objects[index]) and names <= bearer(request, objects[index]).names
    }
    alone = len({objects[index].id for index in his}) == 1
    return (his if alone else _about_it(request, objects, his)), alone


def _had_it(request: Request) -> frozenset[str]:
    """Return who is only said to have got something before: nothing goes to him now."""
    done = [word for told in _DONE.findall(request.text) for word in words(told)]
    return frozenset(word for word in done if done.count(word) == request.words.count(word))


def _told_so(request: Request) -> frozenset[str]:
    """Return who alone does something in a request that tells *him*: `Hugo wants it, let him know`."""
    if not _TELLS_HIM.search(request.text):
        return frozenset()
    who = {match[1].casefold() for match in _SUBJECT.finditer(request.text) if _acts(match[2])} - COMMON
    return frozenset(who) if len(who) == 1 and request.names <= who else frozenset()


def _acts(word: str) -> bool:
    """Return whether a word is what somebody does or did: `wants`, `asked`, `has`."""
    return any(is_verb(base) and form != "base" for base, form in bases(word.casefold()).items())


def _about_it(request: Request, objects: Sequence[Seen], his: Collection[int]) -> set[int]:
    """Return the one of several things of one writer, by one address, that says more of the request's words.

    Whichever it is, the answer goes to him.
    """
    theirs = {form for index in his for form in _writers(objects[index], least=0)}
    said: dict[Hashable, set[str]] = {}
    for index in his:
        called = {word for name, _ in objects[index].names for word in words(name)}
        said.setdefault(objects[index].id, set()).update(called & request.bag - COMMON)
    top = [one for one, own in said.items() if all(own > other for it, other in said.items() if it != one)]
    return {index for index in his if [objects[index].id] == top} if len(theirs) == 1 else set()
