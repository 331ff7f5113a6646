"""What tools are about: the nouns of their names, and what a request speaks of in the same terms."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    NOUNS,
    NUMBERS,
    OBJECTS,
    PERSONS,
    PREPOSITIONS,
    READING,
    SUBJECTS,
    SYNONYMS,
    word_set,
)
from podium.trust.english.vocabulary import ACTS
from podium.trust.english.wordnet import is_noun, is_verb, same_nouns
from podium.trust.english.words import Token, bases, singular
from podium.trust.request.requests import stem
from podium.trust.tools import ObjectRow, ToolRow
from podium.trust.values.forms import words


@lru_cache(maxsize=256)
def said_in(tokens: tuple[Token, ...]) -> frozenset[str]:
    """Return the words of tokens, as nouns in the singular and as what they may be forms of."""
    lows = {token.low for token in tokens if token.kind == "word"}
    return frozenset(singular(low) for low in lows) | {base for low in lows for base in bases(low)}


def own_nouns(tool: ToolRow) -> frozenset[str]:
    """Return the nouns of a tool's name."""
    return _nouns_of(tool.name, tool.intents, tool.server)


_MADE_ON: Final = word_set("comment vote bid note remark report")
"""Verbs that are what comes of them: who comments on something leaves a comment there."""


@lru_cache(maxsize=4096)
def _nouns_of(name: str, intents: tuple[str, ...], server: str) -> frozenset[str]:
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).casefold()
    verbs = {base for intent in intents for word in intent.casefold().split()[:1] for base in bases(word)}
    found = [word for word in re.findall(r"[a-z]+", plain) if word not in _LINKS]
    made = re.match(r"([a-z]+)[ _-]on(?![a-z])", plain)  # `comment_on_file`: what it makes is called so too
    itself = [made[1]] if made is not None and made[1] in _MADE_ON else []
    where = found[:1] if len(found) > 2 and found[0] in re.findall(r"[a-z]+", server.casefold()) else []
    found = found[len(where) :]  # `slack_reply_to_thread`
    first_is_verb = bool(found) and (found[0] in verbs or found[0] in _VERBS or found[0] in READING)
    if len(found) > 1 and (found[-1] == "write" or (found[-1] in _LAST and found[0] not in verbs)):
        found, first_is_verb = found[:-1], False
    rest = found[1:] if first_is_verb else found
    return frozenset(map(singular, itself + where + (rest or [it for it in found if it not in _VERBS])))


def near_nouns(tool: ToolRow) -> frozenset[str]:
    """Return the nouns of a tool's name, and others for the same things."""
    return kin(own_nouns(tool))


def acted_on(tool: ToolRow) -> frozenset[str]:
    """Return the nouns of what a tool is told to act on, and others for these: of `event_id` a `meeting`."""
    paths = (path for path, row in tool.arguments.items() if row.sink == "object")
    own = frozenset(singular(word) for path in paths for word in words(path)) - {"id"}
    return own.union(*(kinds_like(stem(word)) for word in own))


@lru_cache(maxsize=4096)
def kin(nouns: frozenset[str]) -> frozenset[str]:
    """Return nouns with others for the same things."""
    return nouns | {noun for group in NOUNS if group & nouns for noun in group}


def fits_best(
    tool: ToolRow, rivals: Sequence[ToolRow], levels: Sequence[AbstractSet[str]], *, named: bool
) -> bool | None:
    """Return whether a tool is the one meant among those that share a word; None: nothing tells.

    The nouns of their names tell, at the first level where any is said: in the act's object, in all that it
    is about, in its sentence, in the request (there a bank account, too, of those that take one).
    ``named``: the object is somebody, by name.
    """
    if named and any(own_nouns(rival) & PERSONS for rival in rivals):
        return bool(own_nouns(tool) & PERSONS)
    every = frozenset[str]().union(*levels)
    bare = {rival.id: _bare(rival, rivals, every) for rival in rivals}
    for level, said in enumerate(levels, 1):
        for nouns_of in (own_nouns, near_nouns):
            scores = {rival.id: len((nouns_of(rival) | bare[rival.id]) & said) for rival in rivals}
            if level == _WHOLE and said & _ACCOUNTS and any(scores.values()):
                scores = {it.id: scores[it.id] or int(_takes_account(it)) for it in rivals}
            best = max(scores.values(), default=0)
            if best:
                return scores.get(tool.id, 0) == best
    return None


def _bare(tool: ToolRow, rivals: Sequence[ToolRow], said: AbstractSet[str]) -> frozenset[str]:
    """Return the name of a tool that is one word: *a transfer* is no less `transfer` than `plan_transfer`.

    Unless the request has the other word of that one, too: *plan a transfer*.
    """
    own = tool.name.casefold()
    others = [set(words(it.name)) - {own} for it in rivals if own in own_nouns(it) and it.id != tool.id]
    bare = own.isalpha() and bool(others) and not any(it & said for it in others)
    return frozenset((own,)) if bare else frozenset()


def _takes_account(tool: ToolRow) -> bool:
    return any(row.sink == "payee" for row in tool.arguments.values())


def is_dated(tool: ToolRow) -> bool:
    """Return whether a tool takes a day or a time."""
    return any(row.sink == "date" for row in tool.arguments.values())


def qualifies(first: Token, after: Token | None) -> bool:
    """Return whether a noun at the beginning only says what kind of thing follows: `night shift rota`.

    ``after``: behind the word that may be a verb; of that an object would stand there.
    """
    if after is None or after.kind != "word" or not after.text.islower() or after.low in _NO_THING:
        return False
    return first.kind == "word" and is_noun(first.low) and not is_verb(first.low)


def nouns_of(tool: str, rule: ObjectRow | None = None) -> frozenset[str]:
    """Return the words for the things that a tool is about: of its name, and of the list in its result.

    What the rule says of their kind stands for both.
    """
    if rule is not None and rule.kind:
        return _things(rule.kind)
    last = re.split(r"[.\[\]]+", rule.at.rstrip("[]"))[-1] if rule is not None else ""
    return _things(f"{tool} {last}")


@lru_cache(maxsize=1024)
def _things(names: str) -> frozenset[str]:
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", names)
    return frozenset(
        stem(word)
        for at, word in enumerate(words(parts))
        if len(word) > 2 and (word not in _NO_THINGS or (at and stem(word) in _ALSO_THINGS))
    )


@lru_cache(maxsize=512)
def kinds_like(noun: str) -> frozenset[str]:
    """Return the nouns by which people call what one says, itself too: `visit` of `appointment`."""
    return frozenset({noun}.union(map(stem, same_nouns(noun)), *(group for group in _ALIKE if noun in group)))


_WHOLE: Final = 4
"""The level of `fits_best` at which the whole request is looked at."""
_ACCOUNTS: Final = frozenset(["account", "iban"])
_NO_THING: Final = ADVERBS | DETERMINERS | JOINTS | OBJECTS | PREPOSITIONS | SUBJECTS | set(NUMBERS) | {"to"}
_LINKS: Final = word_set("to of the a an in on for by from with and or my new all")
_VERBS: Final = frozenset(word for group in SYNONYMS for word in group) | word_set(
    "send make set put do start stop run execute apply insert append move copy merge push commit "
    "write upload transfer withdraw deposit grant revoke assign mark label tag star pin enable "
    "disable subscribe follow"
)
_LAST: Final = word_set("read write create update delete remove get edit")
"""Verbs at the end of a name that begins with its noun: `issue_write`."""
_ALSO_THINGS: Final = frozenset(
    ["order", "book", "transfer", "post", "share", "schedule", "invite", "reply", "archive"]
)
"""Acts that are things too, where they do not begin a name: `get_order`."""
_NO_THINGS: Final = ACTS | {
    "result",
    "results",
    "all",
    "and",
    "from",
    "the",
    "for",
    "with",
    "new",
    "get",
    "into",
    "out",
}
_ALIKE: Final = tuple(
    word_set(group)
    for group in (
        "mail email message letter note thread question enquiry inquiry reply answer request complaint text",
        "appointment meeting visit session talk slot call event lesson class lunch interview speech",
        "bill invoice charge fee receipt settlement payment money",
        "claim expense receipt",
        "booking reservation stay order purchase",
        "task todo job card ticket issue case repair",
        "holiday vacation leave absence",
        "file document folder paper sheet page report album picture photo",
    )
)
"""Kinds that people call by each other's names."""
