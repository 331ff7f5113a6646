"""What is said of somebody or something that is to be so: that he gets at it, is in a place, sees to it.

Each looks at the words from a place on; what stands before, and whether it is meant, its caller knows.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import NUMBERS, word_set
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.words import Token


def sees(low: Sequence[str], at: int) -> int:
    """Return how many words at a place say that somebody gets at something, 0 where they do not."""
    for way in _SEEING:
        if tuple(low[at : at + len(way)]) == way:
            after = low[at + len(way) : at + len(way) + 1]
            return 0 if len(way) == 1 and after and after[0] in _NOT_AT else len(way)
    if low[at : at + 1] == ["have"] and low[at + 1 : at + 2] and "to" in low[at + 2 : at + 6]:
        to = low.index("to", at + 2)
        return to + 2 - at if low[to + 1 : to + 2] and low[to + 1] in _LOOKS else 0  # `have it to read`
    return 0


def changed(low: Sequence[str], at: int) -> int:
    """Return how many words say that somebody changes something, or that it is changed by somebody."""
    if low[at : at + 1] == ["be"] and low[at + 1 : at + 2] and low[at + 1] in _DONE:
        return 2
    return 1 if low[at : at + 1] and low[at] in _CHANGES else 0


def of_nobody(low: Sequence[str]) -> bool:
    """Return whether something is said of nobody: `by anybody but me`."""
    pairs = set(pairwise(low))
    but = {("anybody", "but"), ("anyone", "but"), ("anybody", "except"), ("anyone", "except"), ("no", "one")}
    return not _NOBODY.isdisjoint(low) or not pairs.isdisjoint(but)


def is_in(low: Sequence[str], at: int) -> int:
    """Return how many words at a place say that somebody or something is in a place, its `in` the last."""
    for way in _BEING_IN:
        if tuple(low[at : at + len(way)]) == way and low[at + len(way) :]:
            return len(way)
    if low[at : at + 1] and low[at] in {"be", "stay"} and low[at + 1 : at + 2] in (["there"], ["in"]):
        return 2
    return 0


def is_set(low: Sequence[str], at: int) -> bool:
    """Return whether a time is said of a thing: `end on 12 February`, `be on Friday`."""
    end = at + 2 if low[at : at + 2] == ["take", "place"] else at + 1
    if low[at] not in _TIMED and end == at + 1:
        return False
    rest = [
        word for word in low[end : end + 4] if word not in {"now", "again", "instead", "the", "only", "due"}
    ]
    if low[at] == "be" and rest[:1] and rest[0] not in _AT and "due" not in low[end : end + 2]:
        return False
    rest = rest[1:] if rest[:1] and rest[0] in _AT else []
    return bool(rest) and (rest[0][:1].isdigit() or rest[0] in CALENDAR | RELATIVE | set(NUMBERS) | _CLOCK)


def is_over(low: Sequence[str]) -> bool:
    """Return whether something is said to be no more: `out of`, `off`."""
    return low[:3] in (["be", "out", "of"], ["have", "no", "access"], ["have", "no", "more"]) or low[:2] in (
        ["be", "off"],
        ["come", "off"],
        ["go", "off"],
    )


def is_gone(low: Sequence[str], at: int) -> int:
    """Return how many words at a place say that a thing is to be gone."""
    for way in _GOING_AWAY:
        if tuple(low[at : at + len(way)]) == way:
            behind = low[at + len(way) : at + len(way) + 1]
            if way != ("go",) or not behind or behind[0] in _AFTER_GO:
                return len(way)
    return 0


def by_itself(low: Sequence[str]) -> bool:
    """Return whether something is to happen each time, without anybody's doing."""
    return any(tuple(low[i : i + len(way)]) == way for i in range(len(low)) for way in _ALONE)


def from_now(low: Sequence[str]) -> bool:
    """Return whether something is to be so each time from now on."""
    joined = f" {' '.join(low)} "
    return " from now on " in joined or " in future " in joined


def holds(low: Sequence[str], at: int) -> int:
    """Return how many words at a place say that somebody is to see to a thing."""
    return next((len(way) for way in _HOLDING if tuple(low[at : at + len(way)]) == way), 0)


def is_whose(tokens: Sequence[Token]) -> bool:
    """Return whether a word says whose something is: `mine`, `Mia's`."""
    if not tokens:
        return False
    named = tokens[0].text[:1].isupper() and tokens[0].low.endswith("'s")
    return tokens[0].low in {"mine", "ours", "his", "hers", "theirs"} or named


def is_no_more(low: Sequence[str]) -> bool:
    """Return whether something is said to be over: `any longer`."""
    return any(tuple(low[i : i + 2]) in _NO_MORE for i in range(len(low)))


def ceases(low: Sequence[str], at: int) -> bool:
    """Return whether it is to be over: `lose her access`, `stop seeing it`."""
    return low[at : at + 1] in (["lose"], ["stop"], ["cease"])


KEEPING_OUT: Final = word_set("change edit alter touch write modify be comment")
"""With these somebody is not to do more than he may, rather than to see nothing."""
MARKS: Final = frozenset((",", ".", ";", ":", "!", "?", "(", ")", "–", "—", "-"))
_NO_MORE: Final = frozenset((("any", "more"), ("any", "longer"), ("no", "longer"), ("no", "more")))
_NOT_AT: Final = word_set("that if whether to you me us him her them each less more")
_SEEING: Final = tuple(
    tuple(way.split())
    for way in (
        "have a look",
        "take a look",
        "get a look",
        "have a say",
        "have access",
        "have no access",
        "have no more access",
        "be looking at",
        "be let into",
        "get access",
        "have read access",
        "have edit access",
        "have write access",
        "have rights",
        "have insight",
        "get at",
        "get into",
        "look at",
        "look into",
        "look through",
        "look over",
        "look in",
        "see",
        "read",
        "view",
        "open",
        "edit",
        "comment",
        "write in",
        "write into",
        "write the",
        "leave comments",
        "put comments",
        "make comments",
        "browse",
        "access",
    )
)
_LOOKS: Final = word_set("read see view edit change comment look write")
_CHANGES: Final = word_set("change edit alter touch write modify")
_DONE: Final = word_set("changed edited altered touched modified seen read viewed opened read")
_BEING_IN: Final = tuple(
    tuple(way.split())
    for way in (
        "be in",
        "be on",
        "be among",
        "be part of",
        "be a part of",
        "be a member of",
        "be one of",
        "be with",
        "join",
        "get into",
        "come into",
        "go into",
        "belong in",
        "belong to",
        "sit in",
        "stand in",
        "appear in",
        "show up in",
        "stay in",
        "remain in",
        "be listed in",
        "be out of",
        "be off",
        "come off",
        "go off",
    )
)
_GOING_AWAY: Final = tuple(
    tuple(way.split())
    for way in (
        "be gone",
        "disappear",
        "vanish",
        "go away",
        "go for good",
        "go",
        "be thrown away",
        "be thrown out",
        "be binned",
        "be got rid of",
    )
)
_AFTER_GO: Final = MARKS | word_set("now too then please today for altogether completely")
_ALONE: Final = tuple(
    tuple(way.split())
    for way in (
        "by itself",
        "by themselves",
        "of itself",
        "of themselves",
        "of its own accord",
        "on its own",
        "on their own",
        "automatically",
        "without my doing anything",
        "every time",
        "each time",
    )
)
_HOLDING: Final = tuple(
    tuple(way.split())
    for way in (
        "takes over",
        "take over",
        "takes on",
        "take on",
        "takes care of",
        "take care of",
        "looks after",
        "look after",
        "sees to",
        "see to",
        "handles",
        "handle",
        "deals with",
        "deal with",
        "covers",
        "cover",
        "does",
        "do",
        "takes",
        "take",
    )
)
_NOBODY: Final = word_set("nobody none")
_TIMED: Final = word_set("end start begin finish happen run last expire close open be fall")
_AT: Final = word_set("on at by until till from in")
_CLOCK: Final = word_set("noon midnight half quarter next this")
