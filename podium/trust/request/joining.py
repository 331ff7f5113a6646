"""Whom a request lets into what stands already, and takes out of: *invite him to the team meeting*.

Several tools may list the word: one makes a meeting and invites, the other invites to one. What is spoken of
as known stands already.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, INDEFINITE, JOINTS, OBJECTS, PREPOSITIONS, word_set
from podium.trust.english.words import Token
from podium.trust.request.elsewhere import is_somebody
from podium.trust.request.nouns import acted_on, near_nouns, own_nouns, said_in
from podium.trust.tools import ToolRow

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
    puts nothing into it.
    """
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
