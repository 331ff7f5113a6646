"""What is put into a channel: whoever is named is let in (*add Mia to #design*), and words are posted there.

The place tells the act, whatever its verb: no file and no list is meant.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, JOINTS, PREPOSITIONS, word_set
from podium.trust.english.words import Token
from podium.trust.request.asking import Act, Sentence
from podium.trust.request.guesses import argument_words
from podium.trust.tools import ToolRow


def into_channel(sentence: Sentence, act: Act, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return the tools that an order to put something into a channel asks for; none for other orders."""
    into = next((at for at in range(act.end + 1, len(sentence)) if sentence[at].low in _INTO), -1)
    if into < 0 or not _is_channel(sentence, into + 1):
        return []
    what = sentence[act.end + 1 : into]
    if what and all(_is_person(token) for token in what):
        return [tool for tool in tools if _CHANNEL & argument_words(tool) and _LETTING & set(tool.intents)]
    told = not what or {token.low for token in what} & _WORDS
    posts = [tool for tool in tools if _CHANNEL & argument_words(tool) and _posts(tool)]
    return posts if told and _says_what(sentence, into) else []


def _is_channel(sentence: Sentence, at: int) -> bool:
    """Return whether a channel begins here: `#design`, `the design channel`."""
    here = sentence[at : at + 4]
    if not here or here[0].text[:1] == "#":
        return bool(here)
    end = next((i for i, token in enumerate(here) if token.low in _CHANNEL), 0)
    between = {token.low for token in here[1:end]}
    return end > 0 and here[0].low in DETERMINERS and not between & (PREPOSITIONS | JOINTS)


def _is_person(token: Token) -> bool:
    """Return whether a word is a name, an address, a handle, or joins such."""
    named = token.text[:1].isupper() and not token.low.endswith("'s")
    return named or "@" in token.text or token.low in _THEM


def _posts(tool: ToolRow) -> bool:
    """Return whether a tool posts texts."""
    return any(row.sink == "text" for row in tool.arguments.values()) and "post" in tool.intents


def _says_what(sentence: Sentence, into: int) -> bool:
    """Return whether an order says behind the channel what is to be said there: `that lunch is at 12`."""
    behind = sentence[into + 2 : into + 7]
    return any(token.low in {"that", ":", "saying", "about"} or token.kind == "quote" for token in behind)


_INTO: Final = word_set("in into on onto to")
_CHANNEL: Final = word_set("channel")
_THEM: Final = word_set("him her them and ,")
_LETTING: Final = word_set("invite add admit join")
_WORDS: Final = word_set("message note line word reminder announcement post something this it")
