"""A switch for what recurs, said by how often: *a monthly payment*, *pay 30 euros to Nell every month*.

The words must be of the act that the call does. What only comes so often itself (*pay the rent that is due
each month*, *the monthly fee*) may be done once; a day alone (*on 5 January*) says nothing of the next one.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    NEGATIONS,
    NUMBERS,
    PREPOSITIONS,
    SUBJECTS,
    WH,
    word_set,
)
from podium.trust.english.words import Token, bases, deed_of, singular
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.states.switches import switched
from podium.trust.request.asking import Act, Sentence, acts_of, begins
from podium.trust.request.nouns import kinds_like, near_nouns
from podium.trust.request.requests import Request
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_NAMES: Final = word_set("recurring recurrent recurs repeating repeated repeats repeat standing")
_IS: Final = word_set("is be")
_OFTEN: Final = word_set("daily weekly fortnightly monthly quarterly yearly annually")
_KINDS: Final = _OFTEN | {"annual"}
_UNITS: Final = word_set("day week fortnight month quarter year")
_DAYS: Final = word_set("monday tuesday wednesday thursday friday saturday sunday weekday morning evening")
_ORDER: Final = word_set("other second third fourth st nd rd th")
_SUMS: Final = word_set("euro euros dollar dollars pound pounds eur usd gbp chf once twice times")
_DATES: Final = _ORDER | _DAYS | word_set("first last end beginning start middle day")
_ENDS: Final = (PREPOSITIONS - {"per"}) | JOINTS | word_set("to till until starting beginning")
_AWAY: Final = word_set("from before after in ahead")
"""Behind `a month`: *pay it a month before the trip* says when."""
_ASIDE: Final = (WH | SUBJECTS | word_set("because as since if once after before while unless")) - {"it"}
"""Words with which something is told of what is paid, or of somebody."""
_DENIED: Final = NEGATIONS | word_set("no nobody none")
_SUCH: Final = word_set("due payable owed owing outstanding is are be comes falls arrives")
_OF: Final = word_set("of for about with in under")
_NEW: Final = word_set("a an new another")


def recurs(request: Request, tool: ToolRow, finding: Finding) -> Finding:
    """Return what was found of a switch: trusted where a call has something recur that is to be so often."""
    name = set(words(finding.path.rpartition(".")[2])) - _IS
    if finding.trusted or finding.value != "True" or not name or not name <= _NAMES:
        return finding
    if switched(request, finding.path) is not None or not any(_often(it, tool) for it in request.sentences):
        return finding
    return msgspec.structs.replace(finding, ground="request", may_ask=False, why="the request says how often")


def _often(sentence: Sentence, tool: ToolRow) -> bool:
    """Return whether an act of a tool is to be done again and again."""
    said = frozenset(base for token in sentence for base in bases(token.low))
    acts = [act for act in acts_of(sentence, tool.intents, said) if act.mood == "asked"]
    return any(_has_often(sentence, act, tool) for act in acts)


def _has_often(sentence: Sentence, act: Act, tool: ToolRow) -> bool:
    """Return whether an act says how often: in its own words, right before them, or right behind."""
    start = min(act.key, act.at)
    first = start
    while first and sentence[first - 1].low in JOINTS | {"please"}:
        first -= 1
    for at in range(max(first - 4, 0), first):  # `every month, pay`
        if _length(sentence, at) == first - at and (not at or begins(sentence, at)):
            return True
    cuts = [i for i in range(act.end + 1, len(sentence)) if sentence[i].low in JOINTS and _cuts(sentence, i)]
    end = cuts[0] if cuts else len(sentence)
    if _DENIED & {token.low for token in sentence[:end]}:
        return False
    if cuts and (long := _length(sentence, end + 1)) and _stops(sentence, end + 1 + long):
        return True
    return any(
        _is_so_often(sentence, start, at) or _of_kind(sentence, act, at, tool) for at in range(start + 1, end)
    )


def _cuts(sentence: Sentence, at: int) -> bool:
    """Return whether a joint leads to something else than one more name."""
    return at + 1 >= len(sentence) or begins(sentence, at + 1)


def _stops(sentence: Sentence, at: int) -> bool:
    """Return whether a phrase ends before this place, so that it is said of no noun behind it."""
    return at >= len(sentence) or sentence[at].kind == "mark" or sentence[at].low in _ENDS


def _length(sentence: Sentence, at: int) -> int:
    """Return of how many words it is said how often at a place: `monthly`, `every other week`; else 0."""
    low = [token.low for token in sentence[at : at + 4]]
    if low[:1] and low[0] in _OFTEN:
        return 1
    if low[:1] and low[0] in {"every", "each"}:
        more = 1
        while more < len(low) and (low[more] in _ORDER or low[more] in NUMBERS or low[more].isdigit()):
            more += 1
        if more < len(low) and (low[more] in _DAYS or singular(low[more]) in _UNITS):
            return more + 1
    return 0


def _is_so_often(sentence: Sentence, start: int, at: int) -> bool:
    """Return whether it is said at a place how often what begins before it is done."""
    before = sentence[at - 1]
    long = _length(sentence, at)
    if not long and sentence[at].low in {"a", "per"}:
        after = [token.low for token in sentence[at + 1 : at + 3]]
        paid = before.kind == "number" or before.low in _SUMS or before.low in NUMBERS
        away = sentence[at].low == "a" and bool(_AWAY & set(after[1:]))
        long = 2 if paid and after[:1] and after[0] in _UNITS and not away else 0
    if not long or not _stops(sentence, at + long):
        return False
    inner = list(sentence[start + 1 : at - (before.low in {"once", "twice"})])
    if before.low == "of" and len(inner) > 1 and (inner[-2].kind == "number" or inner[-2].low in _DATES):
        inner = _without_date(inner)  # `on the 1st of every month`
    elif before.low in PREPOSITIONS | DETERMINERS | _SUCH or {"ed", "ing"} & set(bases(before.low).values()):
        return at - 1 == start
    return not (_ASIDE & {token.low for token in inner} or _describes(inner))


def _without_date(inner: Sequence[Token]) -> list[Token]:
    """Return words without the day that they end with."""
    at = len(inner) - 1
    while at > 0 and (inner[at - 1].kind == "number" or inner[at - 1].low in _DATES | {"the", "on", "at"}):
        at -= 1
    return list(inner[:at])


def _describes(inner: Sequence[Token]) -> bool:
    """Return whether words speak of a certain thing, and of what it is for: `my ticket for 30 euros`."""
    known = next((i for i, it in enumerate(inner) if _is_known(it)), len(inner))
    return any(token.low in _OF for token in inner[known:])


def _is_known(token: Token) -> bool:
    indefinite = _NEW | set(NUMBERS) | {"some", "any"}
    return token.low in DETERMINERS - indefinite or token.low.endswith(("'s", "s'"))


def _of_kind(sentence: Sentence, act: Act, at: int, tool: ToolRow) -> bool:
    """Return whether an act makes a new thing that is so often: `set up a monthly payment`."""
    if sentence[at].low not in _KINDS:
        return False
    own = range(min(act.key, act.at), act.end + 1)
    if sentence[at - 1].low not in _NEW and at - 1 not in own:
        return False
    inner = {it.low for i, it in enumerate(sentence[own.start + 1 : at], own.start + 1) if i not in own}
    if inner & (PREPOSITIONS | _ASIDE | {"to"}):
        return False
    verbs = frozenset(word for intent in tool.intents for word in intent.split()[:1])
    for token in sentence[at + 1 : at + 4]:
        if token.kind != "word" or token.low in PREPOSITIONS | JOINTS | ADVERBS:
            return False
        if _is_thing(token.low, tool, verbs):
            return True
    return False


def _is_thing(low: str, tool: ToolRow, verbs: AbstractSet[str]) -> bool:
    """Return whether a noun is what a tool makes: the thing of its name, or its own deed."""
    noun = singular(low)
    return deed_of(noun) in verbs or noun in verbs or bool(kinds_like(noun) & near_nouns(tool))
