"""What a request does not say in a tool's own words: delegations, orders that nobody knows, wishes.

None of it opens anything; it decides whether a person is asked or the call is denied.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    CONTENT,
    DETERMINERS,
    IRREGULAR,
    JOINTS,
    MODALS,
    NEGATIONS,
    NUMBERS,
    OBEYING,
    OBJECTS,
    ORDERS,
    PREPOSITIONS,
    QUESTIONS,
    READING,
    SAID,
    SEEKING,
    SUBJECTS,
    SUPERLATIVES,
    THINGS,
    TO_USER,
    WH,
    word_set,
)
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases, form_of, singular
from podium.trust.request.asking import Sentence, begins, negated, orders, tells
from podium.trust.request.enquiring import asks_within, enquires, is_asked, looks, wants_fact
from podium.trust.request.others_acts import is_of_others


def delegates(sentence: Sentence) -> bool:
    """Return whether a sentence leaves to a text what is to be done: `do what the mail says`."""
    words = [token.low for token in sentence]
    for at, word in enumerate(words):
        verb = next((base for base in bases(word) if base in OBEYING), None)
        if verb is None or negated(sentence, at) or not orders(sentence, at, form_of(word, verb) or "base"):
            continue
        if verb == "do" and _is_handed(sentence, at):
            continue
        if words[at - 1 : at] == ["to"] and words[at - 2 : at - 1] and words[at - 2] in _TOLD_WHERE:
            continue  # `tell them where to follow`
        rest = words[at + 1 :]
        follows = OBEYING[verb]
        if follows and rest[: len(follows)] != follows:
            continue
        near = rest[len(follows) : len(follows) + 9]
        if verb == "do" and _is_on_list(near):
            return True
        if near[:1] in (["my"], ["our"]) and _SHARE & set(near[1:3]):
            return True  # `do my part of it`
        if any(set(bases(other)) & _WISHING for other in _manner(near)):
            return True
        if near[:1] in (["it"], ["this"], ["that"]) and _says_itself(words[:at]):
            continue
        if any(set(bases(other)) & ORDERS for other in near) or near[:1] in (
            ["it"],
            ["this"],
            ["that"],
            ["them"],
            ["these"],
            ["those"],
        ):
            return True
        asked = verb == "do" or any(set(bases(other)) & SAID for other in words[:at])
        if asked and near[:1] in (["them"], ["these"], ["those"], ["both"], ["so"]):
            return True  # `she asked for two refunds, do them`
    return any(
        word in {"as", "what", "whatever", "everything"}
        and set().union(*(bases(it) for i, it in enumerate(words[at : at + 8], at) if words[i - 1] != "and"))
        & SAID
        and at > 0
        and words[0] not in READING
        and not (
            _tells_user(sentence, 0) or looks(words) or (word == "what" and words[at + 1 : at + 2] in _ASKED)
        )
        for at, word in enumerate(words)
    )


def _manner(words: list[str]) -> list[str]:
    """Return what says how somebody else would have something done: `the way the customer wants it`."""
    pairs = list(pairwise(words))
    ways = (
        pair == ("the", "way") or (pair[0] in _HOW and not _SO & {pair[1], *words[max(0, i - 1) : i]})
        for i, pair in enumerate(pairs)
    )
    at = next((i for i, is_way in enumerate(ways) if is_way), None)
    told = words[at + 1 : at + 7] if at is not None else []
    return [] if {"i", "we"} & set(told) else told


def _is_on_list(near: list[str]) -> bool:
    """Return whether what is to be done stands in a list: `do the things on Paolo's list`."""
    at = next((at for at, word in enumerate(near[:4]) if word in _STUFF), None)
    if {"not", "do"} & set(near[:at]):
        return False  # `do not do the things on it`
    behind = near[at + 1 :] if at is not None else near[1:] if near[:1] == ["all"] else []
    where = behind[:1] and behind[0] in {"on", "in", "from", "of"}
    return bool(where) and any(singular(word.partition("'")[0]) in _LISTS for word in behind)


_STUFF: Final = word_set("things items points jobs stuff bits chores errands rest lot")
_LISTS: Final = word_set("list note message mail email post checklist memo dm thread")
_HOW: Final = word_set("how as like")
_SO: Final = word_set("soon long well far much many often early late if")
_SHARE: Final = word_set("part parts share bit half side piece")
_WISHING: Final = word_set("want wish like ask need prefer expect propose suggest")
_TOLD_WHERE: Final = word_set("where how whom when")
"""Behind which `to follow` is what somebody else is told."""


def _is_handed(sentence: Sentence, at: int) -> bool:
    """Return whether what stands here is somebody's whom the user gives it: `let Ben do it`."""
    hands = at > 1 and sentence[at - 2].low in {"let", "have", "make"}
    return hands and sentence[at - 1].kind == "word" and sentence[at - 1].text[:1].isupper()


_ASKED: Final = (["do"], ["does"], ["did"], ["should"], ["shall"], ["can"])
"""Behind `what` a question: `what do I tell her?`."""


def _says_itself(before: list[str]) -> bool:
    """Return whether words before `do that` say what: `the small ones can be approved, do that`.

    Not what somebody or some text wants.
    """
    theirs = SAID | THINGS | CONTENT | {"if", "when", "anything", "something", "whatever", "everything"}
    if any(word in theirs or not theirs.isdisjoint(bases(word)) for word in before):
        return False
    return any(
        word == "be"
        and at > 0
        and before[at - 1] in MODALS | {"to"}
        and "ed" in bases(before[at + 1]).values()
        for at, word in enumerate(before[:-1])
    )


def opens_unclear(sentence: Sentence, known: frozenset[int]) -> list[tuple[int, int]]:
    """Return where an order begins whose verb nobody knows, and where it ends. ``known``: places of acts."""
    found: list[tuple[int, int]] = []
    for at, token in enumerate(sentence if not wants_fact(sentence) else ()):
        after = sentence[at + 1].low if at + 1 < len(sentence) else ""
        plain = token.low in READING and not (token.low == "give" and after not in {"me", "us"})
        handled = (token.low in _HANDLING and _done(sentence, at)) or (
            token.low == "let" and after not in {"me", "us", "see"}
        )
        handled = handled or (token.low == "make" and after in _THESE)
        handled = handled or (token.low in {"say", "answer"} and after in _REPLIES)
        plain = plain and not handled
        if token.kind != "word" or at in known or not begins(sentence, at) or plain or is_asked(sentence, at):
            continue
        if any(sentence[i].low == ":" and tells(sentence, i) for i in range(at)):
            continue  # `write a mail to Odile: cancel the call`
        if (token.text[:1].isupper() or _is_name(sentence, at)) and _states(sentence, at):
            continue
        if not handled and (set(bases(token.low)) - {"give"}) & READING:
            continue
        if token.low in _NO_ORDERS or _tells_user(sentence, at) or (not handled and enquires(sentence, at)):
            continue
        if token.low in _PARTS and sentence[at + 1 : at + 2] and sentence[at + 1].low in _HOURS:
            continue
        end = next((i for i in range(at + 1, len(sentence)) if sentence[i].low in _DIVIDING), len(sentence))
        if not known & set(range(at, end)):
            found.append((at, end))
    return found


def order_word(sentence: Sentence, at: int, end: int) -> str:
    """Return by which word an order that nobody knows is told: not by what only stands beside in a list.

    Of `take her access away, channel and files` it is the verb that begins the sentence.
    """
    beside = at > 1 and sentence[at - 1].low == "," and end == at + 1
    first = next((i for i, token in enumerate(sentence[:at]) if token.low not in ADVERBS | _POLITE), at)
    ordered = beside and is_verb(sentence[first].low) and begins(sentence, first)
    return sentence[first if ordered else at].text


_POLITE: Final = word_set("can could would will you")
_NO_VERBS: Final = (
    QUESTIONS | SUBJECTS | OBJECTS | DETERMINERS | PREPOSITIONS | JOINTS | set(NUMBERS) | SUPERLATIVES
) - word_set("do have like") | word_set(
    "mr mrs ms dr that because so if either same ha oh hers his theirs ours mine honestly anything anybody "
    "anyone something somebody someone everything everybody everyone morning afternoon evening hello hi hey"
)
"""Words that begin no order, whatever follows."""
_NO_ORDERS: Final = ADVERBS | NEGATIONS | _NO_VERBS
_DIVIDING: Final = JOINTS - {"-"}
_PARTS: Final = word_set("half quarter")
_HOURS: Final = set(NUMBERS) | {"past", "to"}
"""What makes a time of a part: `half seven`, `quarter past`."""
_DOUBTFUL: Final = word_set("get return open say answer pick choose select pull")
"""Verbs that may ask for an act or for an answer: `get us a room`, `get me the figures`."""
_HANDLING: Final = word_set("get take make do keep use pull see have")
_RIGHTS: Final = word_set("access rights permission permissions only")
"""Behind `read` and `view` what somebody may do: `read access for Greta`."""
_ACCESS: Final = _RIGHTS - {"only"}
_DONE: Final = word_set("out over across away done sorted in off back on down ready come into onto")
_THESE: Final = word_set("the my our his her their its this that these those")
"""Behind `make` a thing that there is: it is to become something."""
_TOLD: Final = TO_USER - {"notify", "update", "alert", "warn", "know"}
"""Verbs that with `me` want an answer now, rather than a message when something happens."""
_REPLIES: Final = word_set("yes no thanks thank sorry sure ok okay hello hi congratulations")
"""Behind `say` what somebody else is told."""
_ENDS: Final = word_set("to with at for by on from of into")


def _done(sentence: Sentence, at: int) -> bool:
    """Return whether something is done with a thing: `get it out to him`, `take them off`."""
    for place in range(at + 1, min(at + 7, len(sentence))):
        token = sentence[place]
        if token.low in {".", ";", ":", "and"}:
            return False
        after = sentence[place + 1] if place + 1 < len(sentence) else None
        ends = after is None or after.kind == "mark" or after.low in _ENDS | JOINTS | DETERMINERS
        if token.low in _DONE and (ends or place > at + 1):
            return True
    return False


def seeks(sentence: Sentence) -> bool:
    """Return whether a sentence wants to know something, rather than have something done or say how it is."""
    words = [token.low for token in sentence if token.kind == "word" and token.low not in ADVERBS]
    if not words or wants_fact(sentence) or asks_within(sentence):
        return True
    polite = words[0] in MODALS and words[1:2] in (["you"], ["we"], ["i"])
    polite = polite or (words[0] in {"could", "would"} and bool(_HAVING & set(words[1:8])))
    polite = polite or (words[0] in {"can", "may"} and _gets_in(words[1:]))
    polite = polite or any(_asks_for(clause) for clause in clauses(sentence)[1:])
    if (
        words[0] in QUESTIONS
        and not polite
        and words[:2] not in (["do", "not"], ["have", "the"], ["do", "the"])
    ):
        return True
    for at, token in enumerate(sentence):
        after = sentence[at + 1].low if at + 1 < len(sentence) else ""
        known = (
            (at == 0 or sentence[at - 1].low not in DETERMINERS | {"say"})
            and after not in _RIGHTS
            and (
                token.low in SEEKING - _DOUBTFUL
                and token.kind == "word"
                and (token.low, after) not in {("see", "to"), ("see", "that")}
                and not (token.low == "tell" and _is_addressee(after))  # `tell the reporter`
            )
        )
        if known and orders(sentence, at, "base"):
            return True
        if _tells_user(sentence, at) and not (at and negated(sentence, at)):
            return True
    return not polite and bool(sentence) and sentence[-1].low == "?"


def _is_addressee(after: str) -> bool:
    """Return whether a word begins with whom somebody else is to be told, and not the user."""
    return after not in WH | {"", "me", "us", "if", "whether", "all", "apart", "that", "about"}


def _gets_in(words: Sequence[str]) -> bool:
    """Return whether somebody is to get access to something: `can Mia get read access to the plan?`."""
    given = next((at for at, word in enumerate(words[:4]) if word in {"get", "have"}), 0)
    return given > 0 and words[0] != "i" and not _ACCESS.isdisjoint(words[given + 1 : given + 4])


def _asks_for(clause: Sentence) -> bool:
    """Return whether a clause asks for something politely: `so could you put it there?`."""
    low = [token.low for token in clause if token.kind == "word" and token.low not in _PASSED]
    return low[:1] != [] and low[0] in MODALS and low[1:2] in (["you"], ["we"])


def _tells_user(sentence: Sentence, at: int) -> bool:
    """Return whether an answer is wanted by what stands here: `tell me who`, `catch me up`, `I wonder if`."""
    low = [token.low for token in sentence[at : at + 4]]
    if low[:1] == ["wonder"]:
        return "i" in {token.low for token in sentence[:at]} and low[2:3] != ["you"]
    if low[1:2] not in (["me"], ["us"]):
        return low[:2] == ["any", "news"] or low[:2] == ["any", "word"]
    if low[0] == "remind":
        return bool({token.low for token in sentence[at + 2 : at + 4]} & WH)
    if low[0] in {"catch", "fill", "bring"}:
        return low[2:3] in (["up"], ["in"])
    return low[0] in _TOLD or (low[0] == "let" and low[2:3] in (["know"], ["see"], ["hear"]))


def wishes(sentence: Sentence, *, plainly: bool) -> bool:
    """Return whether a sentence that no tool's words ask by wants something done, as far as it tells.

    It does not where it wants an answer (`show me`, `a report on`), tells what has been (`the driver dropped
    it`), weighs it (`we could scrap it`) or leaves it to the user (`myself`). ``plainly``: only an order or a
    need counts (`it should be on Friday`), not how things are (`it is on Friday`).
    """
    low = [token.low for token in sentence]
    if any(_LEFT & {it.low for it in clause} for clause in clauses(sentence) if clause[0].low not in _IF):
        return False
    begins_at = {at for at, _ in opens_unclear(sentence, frozenset())}
    past, main, start = False, False, 0
    for clause in clauses(sentence):
        asks, was, others = _answered(clause), is_past(clause), is_of_others(clause)
        if asks or others or (was and not main):
            past = True  # `he rang, it is on hold`; of `it is on hold, he rang` what was is only why
        main = main or (not was and sum(token.kind == "word" for token in clause) >= _LEAST_SAID)
        ordered = begins_at & set(range(start, start + len(clause))) or needs(clause) or "please" in low
        ordered = ordered or _asks_for(clause)
        ordered = ordered or (start > 0 and low[0] in _IF and "then" in {it.low for it in clause[:2]})
        if ordered and not (was or asks or others):
            return True
        start += len(clause)
    weighs = any(word in _WEIGHING and low[at + 1 : at + 2] != ["you"] for at, word in enumerate(low))
    return not (past or weighs or plainly)


def _answered(clause: Sentence) -> bool:
    """Return whether a clause is done with by an answer: `show me the plan`, `prepare an overview`."""
    low = [token.low for token in clause if token.low not in ADVERBS and token.low not in JOINTS]
    if low[:1] and low[0] in {"thank", "thanks"}:
        return True
    mine = any(word in _TO_USER and after in {"me", "us"} for word, after in pairwise(low))
    return mine or bool(_ANSWERS & set(low))


def needs(clause: Sentence) -> bool:
    """Return whether a clause says what should or may be: `it has to be moved`, `it can go`."""
    low = [token.low for token in clause]
    if any(token.low == "let" and _tells_user(clause, at) for at, token in enumerate(clause)):
        return False
    if _gets_back(low):
        return True
    return any(
        word in _NEEDS or (word, after) in _NEEDING or (word in _MAY and after in _CEASING)
        for word, after in zip(low, [*low[1:], ""], strict=True)
    )


def _gets_back(low: Sequence[str]) -> bool:
    """Return whether a clause says what somebody gets back now: `they get the full deposit back`."""
    low = [word for word in low if word not in _PASSED and word not in {".", "!"}]
    starts = low[:1] != [] and low[0] in {"he", "she", "they"} and low[1:2] in (["get"], ["gets"])
    return starts and low[-1] == "back" and _IF.isdisjoint(low)


def clauses(sentence: Sentence) -> list[Sentence]:
    """Return the parts of a sentence, each with the joint before it."""
    cuts = [0, *(at for at, token in enumerate(sentence) if at and token.low in _CUTS), len(sentence)]
    return [sentence[start:end] for start, end in pairwise(cuts)]


def is_past(clause: Sentence) -> bool:
    """Return whether a clause tells what has been, other than of a thing: `the lamp that was dropped`."""
    for at, token in enumerate(clause):
        if token.low in WH | {"that"}:
            return False
        before = clause[at - 1].low if at else ""
        of_thing = before in DETERMINERS | PREPOSITIONS | _BEING or before.endswith("'s") or not before
        whose = at - 2 if before in _HAVE else at - 1
        of_whose = whose > 0 and clause[whose].low in SUBJECTS and clause[whose - 1]
        if of_whose and of_whose.kind == "word" and of_whose.low not in _CUTS:
            continue  # `the jacket I bought`, `the day he has got it`
        if at and token.text[:1].isupper():
            continue  # `court 2 for Otis Fell`
        if at > 1 and before in _HAVE and token.low in _SAME - {"need"}:
            return True
        if token.low in _WAS or (token.kind == "word" and _ended(token.low) and not of_thing):
            return True
    return False


def _ended(word: str) -> bool:
    """Return whether a word is a past form by itself: `dropped`, `got`; `put` may be an order."""
    forms = {form for base, form in bases(word).items() if base != word}
    return "ed" in forms and (word in IRREGULAR or word.endswith("ed")) and word not in _SAME


_CUTS: Final = word_set(", ; : and but so then as because since — –")
_PASSED: Final = ADVERBS | _CUTS
_WAS: Final = word_set("was were had did went came fell been")
_HAVE: Final = word_set("has have had")
_BEING: Final = word_set("be get is are am as it them him her me us to being gets")
"""Behind which a participle is what something is to become: `have it moved`."""
_SAME: Final = word_set("put set cut let shut split reset need left")
_NEEDS: Final = word_set("should must shall need needs want let ought")
_NEEDING: Final = frozenset((("has", "to"), ("have", "to"), ("would", "like"), ("can", "go"), ("can", "be")))
_MAY: Final = word_set("can may")
_CEASING: Final = word_set("stop end finish expire lapse cease close start begin run come move go")
"""Behind `may` what becomes of a thing: `that cover can stop in May`."""
_TO_USER: Final = (TO_USER - {"give"}) | {"write", "draft", "send", "walk", "remind", "help"}
_ANSWERS: Final = word_set("summary report overview recap briefing analysis comparison look looking")
"""What is wanted of the agent itself."""
_WEIGHING: Final = word_set("maybe perhaps might could whether wonder wondering thinking considering")
_HAVING: Final = word_set("have get be possible take go come")
"""Behind `could` and `would` what is asked for by a question: `could my card have a limit of 2000`."""
_LEAST_SAID: Final = 3
"""Words of a clause that says how something is."""
_IF: Final = word_set("if when once unless should")
_LEFT: Final = word_set("nothing nobody none myself ourselves")


def _is_name(sentence: Sentence, at: int) -> bool:
    """Return whether a word is no verb, and the next one what somebody did: `mei posted it somewhere`."""
    rest = sentence[at + 2 : at + 3]
    closed = OBJECTS | DETERMINERS | PREPOSITIONS | ADVERBS
    return not is_verb(sentence[at].low) and (not rest or rest[0].kind == "mark" or rest[0].low in closed)


def _states(sentence: Sentence, at: int) -> bool:
    """Return whether somebody's name begins a statement: `Tomas wrote this morning`, `Olga Brandt says`."""
    names = (i for i in range(at + 1, len(sentence)) if not sentence[i].text[:1].isupper())
    after = sentence[behind].low if (behind := next(names, 0)) else ""
    forms = set(bases(after).values())
    return bool(forms & {"ed", "s"}) or after in {"is", "has", "was", "are", "were", "and", "will"}
