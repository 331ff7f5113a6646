"""How many calls an act of a request asks for: one for `a mail to Bob`, no limit for `each of my bills`."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from podium.trust.english.lacking import owners
from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    QUANTIFIERS,
    SUBJECTS,
    VERBS,
    word_set,
)
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases, is_plural, singular
from podium.trust.request.asking import Act, Sentence, tells
from podium.trust.request.issues import series_at
from podium.trust.request.listed_before import listed_before
from podium.trust.tools import ToolRow
from podium.trust.values.forms import date_form

_OF_ALL: Final = QUANTIFIERS - {"any", "them", "these", "those", "several"}


@dataclass(frozen=True, slots=True)
class Count:
    """How many calls an act asks for; ``sure`` where the sentence leaves no doubt. None: no limit."""

    most: int | None
    sure: bool


def count(sentence: Sentence, act: Act, stops: frozenset[int]) -> Count:
    """Return how many calls an act asks for. ``stops``: where other acts of the sentence begin."""
    whole = [token.low for token in _of_things(sentence)]
    if not _OF_ALL.isdisjoint(whole) or _LISTED.search(" ".join(whole)):
        return Count(None, sure=False)
    phrase = owners(sentence, act.at) or about(sentence, act, stops)
    if any(token.low in QUANTIFIERS for token in _of_things(phrase)):
        return Count(None, sure=False)
    said = " ".join(token.low for token in _of_things([*_within(sentence, act), *phrase]))
    if _done_to_several(sentence, act) or _ALL_OF_IT.search(said):
        return Count(None, sure=False)
    named = _numeral(phrase)
    if named is not None:
        return Count(named, sure=False)
    if _plural_object(phrase) or series_at(phrase):
        return Count(None, sure=False)
    inner = _within(sentence, act)
    if _plural_object(inner):
        return Count(None, sure=False)
    lets = sum(_joins(inner, at) and not _joins(inner, at - 1) for at in range(1, len(inner) - 1))
    if len(phrase) > 1 and phrase[0].low in _THAT and phrase[1].low not in {"and", ",", "&", "plus"}:
        return Count(1 + max(lets, _to_names(phrase)), sure=False)  # `order it to my office, Main Street 3`
    ends = _ends(phrase, sentence[act.at])
    joined = [_joins(phrase, at) and at < ends for at in range(len(phrase))]
    joints = sum(now and not before for before, now in pairwise([False, *joined]))  # `, and` is one
    addresses = sum(token.kind == "value" and "@" in token.low for token in phrase)
    verb = sentence[act.at].low
    both = 2 if verb in _SWAPS and any(token.low == "with" for token in phrase) else 1
    before = listed_before(sentence, act.at, phrase)  # `he needs to be in A and B, add him`
    most = max(both, before, 1 + joints + lets, addresses, _days_listed(phrase), _numbers_listed(phrase))
    least = 2 if _BOTH_WAYS.search(" ".join(whole)) else 1  # one ticket or two
    unsure = any(token.low in {"it", "one"} for token in phrase[:1]) or _MAYBE_MORE.search(" ".join(whole))
    return Count(max(most, least), sure=most == least == 1 and not unsure)


def _to_names(phrase: Sequence[Token]) -> int:
    """Return how many more than one get the thing that is told: `share it with Ann, Bob and Cy` is two."""
    if len(phrase) < 3 or phrase[1].low not in {"with", "to"}:
        return 0
    way = phrase[1].low  # `with Ann and with Bob`
    phrase = [it for at, it in enumerate(phrase) if at < 2 or it.low != way or phrase[at - 1].low not in _AND]
    ends = (i for i, token in enumerate(phrase) if i > 1 and token.low in _SUBORDINATE | PREPOSITIONS)
    people, joined, last = phrase[2 : next(ends, len(phrase))], 0, False
    for before, joint, after in zip(people, people[1:], people[2:], strict=False):
        if (joint.low == "," or joint.low in _AND) and _named(before) and _named(after):
            joined, last = joined + 1, joint.low != ","
    return joined if last else 0


_AND: Final = word_set("and & plus")


def _named(token: Token) -> bool:
    """Return whether a word is written as somebody's name, or is an address."""
    return "@" in token.low or (token.text[:1].isupper() and token.low not in CALENDAR)


def _ends(phrase: Sequence[Token], verb: Token) -> int:
    """Return where things end that are counted: `a mail to Bob with the number and the sum` is one."""
    low = [token.low for token in phrase]
    last = len(low) - low[::-1].index("to") if "to" in low else 0
    beside = len(low) if _WRITES.isdisjoint(bases(verb.low)) else last
    ends = (i for i, word in enumerate(low) if i and (word == "for" or (word == "with" and i >= beside)))
    return next(ends, len(low))


def _within(sentence: Sentence, act: Act) -> Sequence[Token]:
    """Return what stands between the words of an act: `let Greta and Paul see it` is done to two."""
    inner = sentence[act.at + 1 : act.end]
    end = next((i for i, token in enumerate(inner) if token.low in _SUBORDINATE | PREPOSITIONS), len(inner))
    return inner[:end]


def _of_things(tokens: Sequence[Token]) -> list[Token]:
    """Return words without those that count for whom: `the train that he suggests, for both of us` is one."""
    left, at = list[Token](), 0
    while at < len(tokens):
        if tokens[at].low == "for":
            near = [token.low for token in tokens[at + 1 : at + 5]]
            near = near[1:] if near[:1] == ["the"] else near
            counted = near[:1] and (near[0] in _COUNTED or near[0] in NUMBERS)
            if counted and near[1:2] == ["of"] and near[2:3] and near[2] in _US:
                at += 5 if tokens[at + 1].low == "the" else 4
                continue
            if near[:1] and near[0] in _US:
                at += 3 if near[1:2] and (near[1] in _COUNTED or near[1] in NUMBERS) else 2
                continue
        left.append(tokens[at])
        at += 1
    return left


_LISTED: Final = re.compile(r"\b(?:what|which)(?: ones?)?,? and how (?:many|much)\b")
"""What leaves to a list how many things there are: `it's in my notes what and how much`."""
_ALL_OF_IT: Final = re.compile(
    r"\b(?:the (?:whole |entire )?lot|anything|the (?:other|remaining) (?:two|three|four|five|six|[2-9])"
    r"|the (?:two|three|four|five|[2-5]) of)\b"
)
"""Things that are several together: `book the lot`, `delete the other two`."""
_BOTH_WAYS: Final = re.compile(
    r"\b(?:(?:there|out|away) (?:[^,;]{1,40} )?and (?:[^,;]{1,24} )?back|both ways|round trip)\b"
)
_MAYBE_MORE: Final = re.compile(
    r"\b(?:too|as well|also|likewise|the same|the other|the rest|what is left|either"
    r"|return (?:flight|ticket)|h(?:er|im) the [a-z]+s)\b|\bthat(?: ?[.!?])?$"
)
"""Words by which something may be asked for once more."""
_US: Final = word_set("us you them")
_COUNTED: Final = word_set("both all")


def _done_to_several(sentence: Sentence, act: Act) -> bool:
    """Return whether several things stand before what is to be done to them: `A and B can be deleted`."""
    if act.at == 0 or sentence[act.at - 1].low != "be":
        return False
    start = next((i + 1 for i in range(act.at - 1, -1, -1) if sentence[i].low in _SUBORDINATE), 0)
    before = [token for token in sentence[start : act.at] if token.low not in ADVERBS]
    return any(_joins(before, at) for at in range(1, len(before))) or _plural_object(before)


_THAT: Final = word_set("it this that one")


def _days_listed(phrase: Sequence[Token]) -> int:
    """Return how many days are listed one by one, wherever: `the van for Ann, Monday and Tuesday`."""
    is_day = [
        token.low in CALENDAR or token.low in RELATIVE or date_form(token.low) is not None for token in phrase
    ]
    listed = [
        at
        for at in range(1, len(phrase) - 1)
        if phrase[at].low in {"and", ",", "&"} and is_day[at - 1] and is_day[at + 1]
    ]
    first = min(listed, default=0)
    span = any(token.low in {"between", "from"} for token in phrase[max(first - 3, 0) : first])
    return 1 + len(listed) if listed and not span else 0


def _numbers_listed(phrase: Sequence[Token]) -> int:
    """Return how many numbers are listed with what each is for: `218 for gas and 345 for water`."""
    there = [
        at
        for at, token in enumerate(phrase)
        if token.kind in {"number", "value"}
        and token.low[:1].isdigit()
        and (not at or phrase[at - 1].low in {"and", ",", "&", "plus"})
        and at + 1 < len(phrase)
        and phrase[at + 1].low in {"for", "to", "in", "on", "from", "of"}
    ]
    return len(there)


def _joins(phrase: Sequence[Token], at: int) -> bool:
    """Return whether a joint leads to one more thing, rather than to how, when or for how much."""
    if phrase[at].low not in {"and", ",", "&", "plus", "or"}:
        return False
    after = phrase[at + 1] if at + 1 < len(phrase) else None
    aside = after is not None and (
        after.low in PREPOSITIONS | ADVERBS | {"to", "it", "but"} or after.text[:1] in "$€£¥"
    )
    return not (phrase[at].low == "," and aside)


def about(sentence: Sentence, act: Act, stops: frozenset[int]) -> list[Token]:
    """Return what an act is about: the words behind it, up to the next act or to what is to be said.

    ``stops``: where other acts of the sentence begin.
    """
    first = min(act.key, act.at) + 1 if act.key < act.at else act.end + 1
    end = min((stop for stop in stops if stop > act.end), default=len(sentence))
    phrase: list[Token] = []
    for at in range(first, end):
        token = sentence[at]
        after = sentence[at + 1].low if at + 1 < len(sentence) else ""
        if token.low == ":" and len(phrase) > 1 and phrase[-2].low in {",", "and"}:
            phrase = phrase[:-1]  # `, subject: deposit` says how
            break
        verb = token.low in JOINTS and after in VERBS | {"see"} and sentence[at + 1].text.islower()
        if (
            verb
            or tells(sentence, at)
            or token.low in _SUBORDINATE
            or (token.low == "," and after in SUBJECTS)
        ):
            break
        phrase.append(token)
    while phrase and (phrase[-1].low in JOINTS or phrase[-1].kind == "mark"):
        phrase.pop()
    return phrase


_DAYS: Final = CALENDAR | RELATIVE | word_set("day days weeks months st nd rd th")
"""Words of days, and what makes a number one: `14th`."""
_SUBORDINATE: Final = word_set(
    "that which who whom where when once if because before after until unless so while since but then ; ."
)
"""Words with which something else begins than what an act is about."""


def direct(phrase: Sequence[Token]) -> list[Token]:
    """Return the first part of what an act is about: its object, without whom, where and how."""
    ends = (i for i, it in enumerate(phrase) if it.low in PREPOSITIONS | {"to"} and not _is_more(phrase, i))
    return list(phrase[: next(ends, len(phrase))])


def _is_more(phrase: Sequence[Token], at: int) -> bool:
    """Return whether a preposition only joins one more thing: `get rid of the file and of the mail`."""
    return phrase[at].low == "of" and at > 0 and phrase[at - 1].low in {"and", "or", "&"}


def hands_over(phrase: Sequence[Token], tool: ToolRow) -> bool:
    """Return whether what a light verb is about is all that a tool takes: `give the story to Lior`, `get 20`.

    One thing and whom it goes to, by name, or how many of it there are to be; or who is to do what.
    """
    sinks = {row.sink for row in tool.arguments.values()}
    if "text" in sinks and sinks & {"recipient", "object"} and _has_do(phrase):
        return True
    if "object" not in sinks or not phrase:
        return False
    objects = sum(row.sink == "object" for row in tool.arguments.values())
    if "recipient" in sinks or objects > 1:
        if _gets(phrase):
            return True
        to = [at for at, token in enumerate(phrase) if token.low == "to" and at]
        return len(to) == 1 and any(token.text[:1].isupper() for token in phrase[to[0] + 1 : to[0] + 2])
    return "amount" in sinks and _is_count(phrase)


def _is_count(phrase: Sequence[Token]) -> bool:
    """Return whether words say how many of something there are to be: `20`, `it four of the mugs`."""
    if phrase[0].kind == "number":
        return len(phrase) < 4
    if phrase[0].low not in _THAT or len(phrase) < 2:
        return False
    number = phrase[1].kind == "number" or phrase[1].low in NUMBERS
    rest = phrase[2:4]
    of_them = len(rest) == 2 and rest[0].low == "of" and rest[1].low in _KNOWN | {"them"}
    return number and (not rest or of_them)


def _gets(phrase: Sequence[Token]) -> bool:
    """Return whether what is about `give` is somebody and a thing that there is: `her the load on Monday`."""
    if len(phrase) < 3:
        return False
    known = phrase[1].low in _KNOWN or phrase[1].low.endswith("'s")
    return known and phrase[0].kind == "word" and (phrase[0].low in _WHOM or phrase[0].text[:1].isupper())


def _has_do(phrase: Sequence[Token]) -> bool:
    """Return whether what is about `get` is somebody by name who is to do something, or to come.

    `Get Callum to look into it`, `get Ferro Plumbing in on Thursday`.
    """
    names = next((i for i, token in enumerate(phrase) if not token.text[:1].isupper()), len(phrase))
    if not names and len(phrase) > 2 and phrase[0].low in DETERMINERS:  # `have a plumber look at it`
        return phrase[2].low in _DOING
    behind = phrase[names : names + 2]
    if not 0 < names < 4 or any(token.kind != "word" for token in phrase[:names]) or not behind:
        return False
    after = behind[1].low if len(behind) > 1 else ""
    if behind[0].low == "to":
        return is_verb(after) and after not in DETERMINERS
    return behind[0].low in _COMING and (after in {"", "on", "at", "for", "to"} or after in _DAYS)


_KNOWN: Final = word_set("the this that his her their my our these those")
_WHOM: Final = word_set("him her them")
_WRITES: Final = word_set("write send mail email message text reply answer respond drop post")
_SWAPS: Final = word_set("swap exchange trade")
"""What is done to two things: each gets what the other has."""
_COMING: Final = word_set("in round over")
_DOING: Final = word_set("look come check fix repair see deal do replace clean collect deliver pick")


def lets_do(phrase: Sequence[Token], tool: ToolRow) -> bool:
    """Return whether what is about `let` gives a thing that there is to somebody by name: `let Mia do it`."""
    sinks = {row.sink for row in tool.arguments.values()}
    if not {"object", "recipient"} <= sinks or len(phrase) < 3:
        return False
    named = phrase[0].kind == "word" and phrase[0].text[:1].isupper()
    return named and phrase[1].low in _HANDLES and phrase[2].low in _IT


def leads_to(sentence: Sentence, act: Act, things: AbstractSet[str]) -> bool:
    """Return whether the last word of an act only leads to something else: `put it in his file`.

    ``things``: what the tool is about; `put me in` and `put it in the diary` book what is in a diary.
    """
    if act.end == act.at or sentence[act.end].low not in PREPOSITIONS - {"of"}:  # `get rid of it`
        return False
    behind = sentence[act.end + 1 : act.end + 6]
    low = [token.low for token in behind]
    end = next((i for i, word in enumerate(low) if i and word in PREPOSITIONS | JOINTS), len(low))
    if not low or behind[0].kind != "word" or set(low[:end]) & (_DAYS | _PARTS):
        return False
    if low[0] in _WHAT and act.end == act.at + 1:
        return False  # `pass on what her lawyer wrote`: what is passed on
    named = behind[0].text.islower() and low[0] not in ADVERBS | OBJECTS | RELATIVE
    named = named or low[0].endswith("'s")
    return named and not things & {singular(word) for word in low[:end]}


_WHAT: Final = word_set("what whatever whichever everything")
_PARTS: Final = word_set("morning afternoon evening night noon name way order time")
_HANDLES: Final = word_set("do handle fix finish")
_IT: Final = word_set("it this that these those them")


def is_time(thing: Sequence[Token]) -> bool:
    """Return whether the object of an act is days and nothing else: `the 14th`, `next Friday off`."""
    low = [token.low for token in thing]
    days = [word for word in low if word in _DAYS or date_form(word)]
    plain = DETERMINERS | ADVERBS | set(NUMBERS) | {"off"}
    return bool(days) and all(word in _DAYS | plain or word.isdigit() or date_form(word) for word in low)


def _numeral(phrase: Sequence[Token]) -> int | None:
    """Return the number before a plural: `two mails`, `3 tickets`."""
    for i, token in enumerate(phrase[:4]):
        number = NUMBERS.get(token.low) or (
            int(token.low) if token.kind == "number" and token.low.isdigit() and len(token.low) < 4 else None
        )
        after = phrase[i + 1 : i + 3]
        if number is not None and number > 1 and any(is_plural(other) for other in after):
            return number
        if token.low in PREPOSITIONS:
            break
    return None


def _plural_object(phrase: Sequence[Token]) -> bool:
    """Return whether an act has several objects or goes to several: the nouns up to what it is about."""
    if len(phrase) > 2 and _somebody(phrase[0]) and phrase[1].low in DETERMINERS:
        phrase = phrase[:1]  # `email Dave the slides`: one mail
    for i, token in enumerate(phrase):
        if token.low in PREPOSITIONS:
            # `send the files from Anna`: the noun before it has told already.
            rest = phrase[i + 1 :]
            to = next((j for j, other in enumerate(rest) if other.low == "to"), None)
            if token.low == "for" and to and all(other.text[:1].isupper() for other in rest[:to]):
                return False  # `a ticket for Ann to check the logs`
            return to is not None and _plural_object(rest[to + 1 :])
        if is_plural(token) and not (i and phrase[i - 1].low in _THIRD):  # `the one that he suggests`
            return True
    return False


_THIRD: Final = word_set("he she it who which that")


def _somebody(token: Token) -> bool:
    return token.low in OBJECTS or (token.kind == "word" and token.text[:1].isupper()) or "@" in token.low
