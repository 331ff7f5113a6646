"""Whom a request lets into what stands already, and takes out of: *invite him to the team meeting*.

Several tools may list the word: one makes a meeting and invites, the other invites to one. What is spoken of
as known stands already.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, INDEFINITE, JOINTS, OBJECTS, PREPOSITIONS, word_set
from podium.trust.english.words import Token
from podium.trust.request.nouns import acted_on, near_nouns, own_nouns, said_in
from podium.trust.request.wordings.elsewhere import is_somebody
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_INTO: Final = frozenset(("to", "into", "onto"))
_CARTS: Final = word_set("cart basket bag trolley")
_OUT: Final = frozenset(("of", "from", "off"))
_KNOWN: Final = (DETERMINERS - INDEFINITE) - word_set("no any every each all either neither")


def lets_into(tool: ToolRow, phrase: Sequence[Token], head: Sequence[Token]) -> bool:
    """Return whether a tool takes somebody into a thing that the request speaks of as known."""
    sinks = {row.sink for row in tool.arguments.values()}
    whom = len(head) == 1 and head[0].low in OBJECTS
    if not {"recipient", "object"} <= sinks or not (whom or is_somebody(head)):
        return False
    places = (at for at, token in enumerate(phrase) if token.low in _INTO and at >= len(head))
    at = next(places, len(phrase)) + 1
    place = _up_to(phrase[at:], PREPOSITIONS | JOINTS)
    return bool(place) and place[0].low in _KNOWN and bool(acted_on(tool) & said_in(tuple(place)))


def fills(tool: ToolRow, rivals: Sequence[ToolRow], phrase: Sequence[Token]) -> bool:
    """Return whether a tool puts things where another one of its server orders them: `order two kettles`.

    That other one has the verb in its name, and takes none of what is ordered. *Order what is in my basket*
    puts nothing into it. So it is with what is laid out to be committed.
    """
    return _puts_in_cart(tool, rivals, phrase) or _stages(tool, rivals, phrase)


def _puts_in_cart(tool: ToolRow, rivals: Sequence[ToolRow], phrase: Sequence[Token]) -> bool:
    sinks = {row.sink for row in tool.arguments.values()}
    if tool.effect != "write" or not {"object", "amount"} <= sinks or not _CARTS & own_nouns(tool):
        return False
    said = said_in(tuple(phrase))
    orders = (
        it
        for it in rivals
        if it.server == tool.server
        and it.effect == "irreversible"
        and not {"object", "amount"} & {row.sink for row in it.arguments.values()}
    )
    return bool(phrase) and any(orders) and not (_CARTS & said or said <= {"everything"})


def _stages(tool: ToolRow, rivals: Sequence[ToolRow], phrase: Sequence[Token]) -> bool:
    """Return whether a tool lays out what another one takes, `git_add` before `git_commit`, or is that one.

    *Commit what is staged* lays out nothing.
    """
    if _takers(tool, rivals):
        return not _STAGED & said_in(tuple(phrase))
    return any(tool in _takers(it, rivals) for it in rivals)


def _takers(tool: ToolRow, rivals: Sequence[ToolRow]) -> list[ToolRow]:
    """Return the tools of its server that take what a tool lays out: words for it, and none of its places."""
    own = _places(tool)
    if tool.effect != "write" or not own or not _STAGING & set(words(tool.name)):
        return []
    return [it for it in rivals if it.server == tool.server and own > _places(it) and _takes_words(it)]


_STAGING: Final = word_set("add stage")
_STAGED: Final = word_set("staged stage index added")


def _places(tool: ToolRow) -> frozenset[str]:
    return frozenset(path for path, row in tool.arguments.items() if row.sink == "path")


def _takes_words(tool: ToolRow) -> bool:
    rest = [row.sink for path, row in tool.arguments.items() if row.sink != "path"]
    return rest == ["text"]


def is_out_of_more(phrase: Sequence[Token], rivals: Sequence[ToolRow]) -> bool:
    """Return whether somebody is taken out of two things, of which one is called by a name alone.

    *Out of the design channel and the designers*: what the second is no word of a tool tells.
    """
    at = next((at for at, token in enumerate(phrase) if token.low in _OUT), len(phrase)) + 1
    one = _up_to(phrase[at:], PREPOSITIONS | {"and"})
    rest = phrase[at + len(one) :]
    if len(rest) < 2 or rest[0].low != "and" or rest[1].low not in _KNOWN:
        return False
    nouns = frozenset().union(*map(near_nouns, rivals))
    other = _up_to(rest[1:], PREPOSITIONS | JOINTS)
    return bool(nouns & said_in(tuple(one))) and not nouns & said_in(tuple(other))


def _up_to(tokens: Sequence[Token], ends: frozenset[str]) -> Sequence[Token]:
    stop = next((at for at, token in enumerate(tokens) if token.low in ends), len(tokens))
    return tokens[:stop]
