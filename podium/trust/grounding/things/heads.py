"""A noun of which a request says what for: *his jitter fix* is what has the word *jitter*, not any fix.

What has the noun alone is of the kind that it says, and no more. A title that strangers choose never wins so:
where one has the word that tells, nobody knows which is meant.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.english.words import Token
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

LEAST: Final = 3
"""Letters of a word that tells."""
_CHANGES: Final = frozenset(
    map(stem, word_set("fix change patch work pr bugfix feature improvement cleanup bump"))
)
_CHANGED: Final = word_set("pull merge patch diff commit changeset changelist revision")
"""What people call a change of a program, and what its tools do."""
_LINKS: Final = word_set("for of about on to with")
_WHOSE: Final = DETERMINERS | word_set("my our your his her its their")
_NEVER: Final = COMMON | PREPOSITIONS | DETERMINERS | CALENDAR | word_set("and or but not new old same other")


def told_apart(
    request: Request, objects: Sequence[Seen], counts: dict[int, int], group: Sequence[int]
) -> dict[int, int]:
    """Return which of several things a request may mean by a word in common, as it says of which kind.

    Those that have a noun alone are not meant where others have what stands before it. ``counts``: by index,
    how many words they have. ``group``: all of their kind that it has words of.
    """
    if len(group) < 2:
        return counts
    called = {index: _called(objects[index]) for index in group}
    nouns = frozenset[str]().union(*(objects[index].nouns for index in group))
    pairs = [(what, head) for what, head in _compounds(request) if _is_kind(head, nouns)]
    tells = {what for what, _ in pairs}  # `the budget for the move` is no moving plan
    have = {index for index, (said, _) in called.items() if said & tells}
    heads = {head for what, head in pairs if any(what in said for said, _ in called.values())}
    if not any(called[index][0] & heads for index in counts if index not in have):
        return counts
    if any(called[index][0] & tells - called[index][1] for index in have):
        return {}
    return {index: count for index, count in counts.items() if index in have}


def _is_kind(head: str, nouns: AbstractSet[str]) -> bool:
    """Return whether a noun says of which kind things are, by whatever name people have for that."""
    if head in _CHANGES and nouns & _CHANGED:
        return True
    return bool(kinds_like(head) & nouns) or any(noun.startswith(head) for noun in nouns)


def _called(seen: Seen) -> tuple[AbstractSet[str], AbstractSet[str]]:
    """Return the words of all names of a thing, and of those that no stranger chooses."""
    every = {stem(word) for name, _ in seen.names for word in words(name)}
    return every, {stem(word) for name, one in seen.names if one.ours for word in words(name)}


def _compounds(request: Request) -> Iterator[tuple[str, str]]:
    """Yield what a request says before a noun, and the noun: `his jitter fix`, `a fix for the jitter`."""
    for sentence in request.sentences:
        for at, token in enumerate(sentence):
            if token.low not in _WHOSE and not token.low.endswith("'s"):
                continue
            one, two = (_noun(sentence, at + further) for further in (1, 2))
            if one and two and not _noun(sentence, at + 3):
                yield one, two
            linked = at + 2 < len(sentence) and sentence[at + 2].low in _LINKS
            behind = at + (4 if at + 3 < len(sentence) and sentence[at + 3].low in _WHOSE else 3)
            if one and linked and (what := _noun(sentence, behind)) and not _noun(sentence, behind + 1):
                yield what, one


def _noun(sentence: Sequence[Token], at: int) -> str:
    """Return the stem of a word that may be a noun, or nothing."""
    if not 0 <= at < len(sentence) or sentence[at].kind != "word":
        return ""
    low = sentence[at].low
    return stem(low) if len(low) >= LEAST and low not in _NEVER and sentence[at].text.islower() else ""
