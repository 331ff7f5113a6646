"""What a request only wants to know, or supposes of the answer: `have a look`, `have we`, `it is in there`.

Nothing of it asks for an act, though it may stand where an order does, or have its verb.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    MODALS,
    NEGATIONS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    QUESTIONS,
    SUBJECTS,
    WH,
    word_set,
)
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.wordnet import is_noun, is_verb
from podium.trust.english.words import Token, bases, is_plural

Words = Sequence[Token]


def looks(low: Sequence[str]) -> bool:
    """Return whether words begin with a way to have something read: `have a look`, `go through`."""
    verb, after = (*low[:2], "", "")[:2]
    if verb in _TAKING and after in {"a", "another", "one"}:
        return not _LOOK.isdisjoint(low[2:4])
    return (verb in _GOING and after == "through") or (verb, after) == ("add", "up") or verb in _SKIMMING


def is_asked(sentence: Words, at: int) -> bool:
    """Return whether it is asked at a place what somebody has, or does: `have we got it`, `and have not`.

    Or whether something is to be left as it is, which is no act either.
    """
    if sentence[at].low == "do" and at == 0 and sentence[-1].low == "?":
        return _says_what_they_do(sentence)
    if sentence[at].low in _LEAVING:
        return _leaves_be(sentence, at)
    return sentence[at].low == "have" and at + 1 < len(sentence) and sentence[at + 1].low in _THEY | {"not"}


def enquires(sentence: Words, at: int) -> bool:
    """Return whether what begins at a place, as an order would, is a question, a part of one, or a thing."""
    low = [token.low for token in sentence[at:]]
    after, before = (low[1] if len(low) > 1 else ""), (sentence[at - 1].low if at else "")
    asks = sentence[-1].low == "?"
    if looks(low) or low[0] in _ASIDE or (low[0] in _MEASURES and after in {"a", "an"}):
        return True
    if low[0] == "have" and at == 0 and asks and _has_participle(low):
        return True
    if low[:3] == ["word", "for", "word"] or (low[0] == "till" and after in WH):
        return True
    if (low[0], sentence[0].low) == ("forget", "if") and after in _IT:
        return True
    if (before, after) == ("(", ")") or (after in {"", "please", ".", "?", ","} and low[0] in _BRIEF):
        return True
    if after in _DASHES and asks_within(sentence):
        return True  # `Linnet - who is on it?`
    thing = not is_verb(low[0]) and (is_plural(sentence[at]) or is_noun(low[0]) or low[0].endswith("'s"))
    return thing and (asks or before in {"and", "or", "&"})


def wants_fact(sentence: Words) -> bool:
    """Return whether a sentence wants a fact told: `I need her number`, `Jo's mobile, please`."""
    low = [token.low for token in sentence if token.kind == "word" and token.low not in ADVERBS]
    if any(
        one in _GLAD and two == "to" and low[i + 2] in _KNOW
        for i, (one, two) in enumerate(pairwise(low[:-1]))
    ):
        return True
    first = next((i for i, word in enumerate(low) if word in _FACTS), len(low))
    at = next((i - 1 for i in range(first, len(low)) if low[i] not in _FACTS), len(low) - 1)
    if first >= min(len(low), _EARLY) or low[at + 1 : at + 2] not in ([], ["of"], ["for"], ["at"]):
        return False
    before = low[:first]
    whose = any(word.endswith("'s") for word in before)
    if low[:2] in (["i", "need"], ["we", "need"], ["i", "want"]):
        whose = whose or not _DEFINITE.isdisjoint(before) or low[at] in _SEVERAL
        return whose and _NEW.isdisjoint(before)
    return whose and at == len(low) - 1 and not any(map(is_verb, before))


def asks_within(sentence: Words) -> bool:
    """Return whether a question begins within a sentence, or behind a preposition: `at which hour`."""
    low = [token.low for token in sentence]
    if len(low) > 1 and low[0] in PREPOSITIONS | {"till"} and low[1] in WH:
        return True
    if (
        low[:1] == ["would"]
        and low[1:2]
        and low[1] in {"i", "we", "there"}
        and low[2:3] in (["have"], ["be"])
    ):
        return low[-1] == "?"
    for at, word in enumerate(low[:-2]):
        one, two = low[at + 1], low[at + 2]
        if word in {"-", "–", "—", ",", ":"} and ((one == "how" and two in _HOW) or _inverts(one, two)):
            return True
        if word in _DASHES and one in WH and (two in QUESTIONS or low[-1] == "?"):
            return True
    return False


def asked_for(sentences: Sequence[Words]) -> Iterator[Words]:
    """Yield the sentences without those that only suppose something of the answer to a question before."""
    asked = False
    for sentence in sentences:
        if not (asked and _supposes(sentence)):
            yield sentence
        asked = bool(sentence) and sentence[-1].low == "?"


def describes(low: Sequence[str]) -> bool:
    """Return whether a verb stands in what tells which things are meant: `anything that we ought to answer`.

    ``low``: what stands before it in its clause.
    """
    if low[-1:] and low[-1] in _INDEFINITE:
        return True  # `everything open`
    head = next((at for at, w in enumerate(low) if w in _INDEFINITE or (w == "any" and at == 0)), len(low))
    if not (_CHANCE.isdisjoint(low) and MODALS.isdisjoint(low[:head])):
        return False  # `any chance we could move it`, `could anything we sent go out again`
    return any(word in _THEY - {"you"} for word in low[head + 1 :])


def is_left_to_user(sentence: Words, at: int) -> bool:
    """Return whether it is the user who does what stands at a place: `in case I'd rather write myself`."""
    low = [token.low for token in sentence]
    end = next((i for i in range(at, len(low)) if low[i] in _CUTS), len(low))
    start = next((i + 1 for i in range(at - 1, -1, -1) if low[i] in _CUTS), 0)
    mine = next((i for i in range(at + 1, end) if low[i] in {"myself", "ourselves"}), None)
    return mine is not None and low[mine - 1] != "by" and not {"i", "we"}.isdisjoint(low[start:at])


def colours(sentence: Words, at: int, *, to_user: bool = False) -> bool:
    """Return whether a verb only says which things are meant: `the open issues`, `show me open issues`.

    ``to_user``: only behind what the user is to be shown.
    """
    low = [token.low for token in sentence[max(0, at - 2) : at]]
    mine = low[-1:] in (["me"], ["us"])
    if mine or to_user or not low:
        return mine and not _SHOWING.isdisjoint(bases(low[0]))
    if low[-1] in _BEFORE_THINGS or low[-1].endswith("'s") or sentence[at - 1].kind == "number":
        return True
    return not _SHOWING.isdisjoint(bases(low[-1]))


def left_to_do(sentence: Words, before: Sequence[str], at: int) -> bool:
    """Return whether what is to be done is others' or only tells which things: `a list of the bills to pay`.

    ``before``: what stands before `to` in its clause.
    """
    if any((one.low, two.low) in _NOBODY_BUT for one, two in pairwise(sentence[:at])):
        return True  # `nobody but me should be able to change it`
    names = next((i for i in range(at - 2, -1, -1) if not sentence[i].text[:1].isupper()), -1)
    if 0 < names < at - 2 and sentence[names].low == "for" and sentence[names - 1].kind == "word":
        return not DETERMINERS.isdisjoint(it.low for it in sentence[max(0, names - 3) : names - 1])
    first = next((i for i, word in enumerate(before) if word not in _POLITE), len(before))
    verb, *rest = (*before[first:], "")
    shows = verb in _LISTING or (verb in _HANDING and rest[0] in {"me", "us"})
    after = next((it.low for it in sentence[at + 1 :] if it.low not in ADVERBS), ".")
    ends = not after[:1].isalnum() or after in PREPOSITIONS | JOINTS | RELATIVE
    return shows and ends and len(rest) > 1


_NOBODY_BUT: Final = frozenset(
    (who, but) for who in ("nobody", "none", "one") for but in ("but", "except", "should", "must", "may")
) - {("one", "should"), ("one", "must"), ("one", "may")}


def is_question(low: Sequence[str]) -> bool:
    """Return whether words open a question, or depend on one."""
    first = low[0]
    if first == "not" or first in NEGATIONS:
        return False
    if tuple(low[:2]) in {("how", "about"), ("what", "about"), ("do", "you"), ("do", "not")}:
        return False
    if first == "why" and "not" in low[:4]:
        return False
    if "possible" in low or {"chance", "way"} & set(low[:5]):
        return False
    if tuple(low[-3:-1]) in {("whether", "you"), ("if", "you")} and low[-1] in MODALS:
        return False  # `I wonder whether you could`
    if first in {"have", "do"}:
        return len(low) > 1 and low[1] in {"i", "we", "they", "he", "she"}
    if (
        first in {"when", "where"}
        and len(low) > 1
        and low[1] not in QUESTIONS
        and low[-1] not in SUBJECTS | MODALS | {"to"}
    ):
        return False  # `when he replies send ...`
    if first in QUESTIONS:
        return True
    return any(word in WH - {"when", "where"} for word in low[1:])


def asks_of_other(sentence: Words, at: int, end: int) -> bool:
    """Return whether a verb stands in a question of what somebody else may do: `can Mia edit my calendar?`.

    ``end``: of all words that ask. What is only moved is asked to be so by its name as well: `can the talk
    move to ten?`.
    """
    behind = sentence[end + 1] if end + 1 < len(sentence) else None
    acts = end > at or (behind is not None and (behind.low in _BEFORE_OBJECTS or behind.text[:1].isupper()))
    start = at
    while start and sentence[start - 1].low in ADVERBS:
        start -= 1
    who = list[Token]()
    while start and sentence[start - 1].low not in MODALS:
        start -= 1
        who.insert(0, sentence[start])
        if len(who) > _SUBJECT or who[0].kind != "word":
            return False
    asks = sentence[-1].low == "?" or (start and sentence[start - 1].low in _MAYBE)
    if not (start and who and acts and asks) or who[-1].low in CALENDAR | RELATIVE | _ASSISTANT:
        return False
    named = all(it.text[:1].isupper() or it.low in _LINKING for it in who)
    return who[-1].low not in _LINKING and (named or who[0].low in DETERMINERS)


def _inverts(one: str, two: str) -> bool:
    """Return whether two words begin a question about somebody: `is she`, `did they`."""
    return one in _AUXILIARY and two in _THEY | {"it", "that", "there"}


def _has_participle(low: Sequence[str]) -> bool:
    return any("ed" in bases(word).values() and word not in DETERMINERS for word in low)


def _says_what_they_do(sentence: Words) -> bool:
    """Return whether things stand behind a first word, and then what these do: `do the numbers match`."""
    if not sentence[1:2] or sentence[1].low not in DETERMINERS:
        return False
    end = next((i for i, token in enumerate(sentence) if token.low in _CUTS | {","}), len(sentence))
    several = next((i for i in range(2, end) if is_plural(sentence[i])), end)
    return any(is_verb(token.low) and token.text.islower() for token in sentence[several + 1 : end])


def _leaves_be(sentence: Words, at: int) -> bool:
    """Return whether what stands behind a verb is to stay: `leave the rest alone`, `keep it as it is`."""
    low = [token.low for token in sentence[at + 1 :]]
    end = next((i for i, word in enumerate(low) if word in _CUTS), len(low))
    said = low[:end]
    return said[-1:] != [] and (said[-1] in _BEING_LEFT or tuple(said[-3:]) in _AS_IS) and len(said) > 1


def _supposes(sentence: Words) -> bool:
    """Return whether a sentence supposes something, or says what the answer is like: `should be in there`."""
    low = [token.low for token in sentence if token.kind == "word" and token.low not in ADVERBS]
    if low[:1] == ["it"] and low[1:2] and low[1] in _SUPPOSING:
        low = low[1:]
    if low[1:2] == ["be"] and low[0] in _SUPPOSING:
        return low[2:3] != [] and (
            low[2] in _WITHIN or low[2] in NUMBERS or low[-1] in _HUNDREDS or low[-1] in NUMBERS
        )
    if low[-2:] and low[0].endswith("s") and tuple(low[-2:]) in _ENOUGH:
        return True  # `titles and who reported them is enough`
    if len(low) > 2 and low[0] in _SPLITTING and low[1] in {"it", "them", "that", "this"}:
        return "by" in low[2:4]
    return (
        low[:1] != []
        and low[0] in {"a", "the", "just"}
        and bool(_ANSWERS & set(low[1:3]))
        and (any(pair in _ENOUGH for pair in pairwise(low)))
    )


_LINKING: Final = word_set("and or of from at")
_ASSISTANT: Final = word_set("i you claude assistant")
_BEFORE_OBJECTS: Final = DETERMINERS | OBJECTS
_MAYBE: Final = word_set("can may could might")
"""What begins such a question by itself: `should he call, pay it` does not."""
_SUBJECT: Final = 6
"""Words that may say who does something."""
_BEFORE_THINGS: Final = word_set("the a an my your our his its their no every any which what how")
_SHOWING: Final = word_set("show list give tell summarise summarize count find see search read review check")
_POLITE: Final = word_set("please can could would will you")
_LISTING: Final = word_set("list show summarise summarize count name")
_HANDING: Final = word_set("give tell send read get")
_TAKING: Final = word_set("have take")
_LOOK: Final = word_set("look glance peek read browse quick good close proper")
_GOING: Final = word_set("go look run read flick leaf")
_SKIMMING: Final = word_set("skim peruse browse reread skip")
_LEAVING: Final = word_set("leave keep")
_BEING_LEFT: Final = word_set("alone untouched unchanged")
_AS_IS: Final = frozenset(
    ("as", it, be)
    for it, be in (
        ("it", "is"),
        ("they", "are"),
        ("it", "was"),
        ("they", "were"),
        ("it", "stands"),
        ("they", "stand"),
    )
)
"""What says that a thing stays."""
_MEASURES: Final = word_set("half quarter third")
_THEY: Final = word_set("i we you they he she")
_BRIEF: Final = word_set("short brief gone funny strange odd weird")
"""Words that alone between two marks say how, or what somebody thinks of it."""
_THERE: Final = (["we", "have"], ["i", "have"], ["there", "be"])
_ASIDE: Final = word_set("altogether briefly up off out away back down")
_IT: Final = word_set("it that this about")
_DASHES: Final = word_set("- – —")
_GLAD: Final = word_set("grateful glad pleased obliged interested happy curious like love")
_KNOW: Final = word_set("know learn hear see understand")
_DEFINITE: Final = DETERMINERS - word_set("a an new another any some no other")
_NEW: Final = word_set("a an new another")
_FACTS: Final = word_set(
    "number numbers mobile phone telephone address addresses name names figure figures extension postcode "
    "birthday"
)
_SEVERAL: Final = word_set("names numbers addresses figures")
_EARLY: Final = 7
"""Words in which it is told what is wanted."""
_HOW: Final = word_set("many much long far old often late soon")
_AUXILIARY: Final = word_set("is are was were does do did has")
_INDEFINITE: Final = word_set("anything everything something nothing anyone anybody whatever")
_CHANCE: Final = word_set("chance way possibility")
_CUTS: Final = word_set(". ; : ! ? and but then")
_SUPPOSING: Final = word_set("must should will might may could")
_WITHIN: Final = word_set("in somewhere there among within around about")
_HUNDREDS: Final = word_set("hundred thousand million dozen")
_SPLITTING: Final = word_set("split break group sort divide order list")
_ANSWERS: Final = word_set("list summary gist overview number figure total table line sentence answer")
_ENOUGH: Final = frozenset(
    pair
    for be in ("is", "be", "will")
    for pair in ((be, "enough"), (be, "fine"), (be, "lovely"), (be, "great"), (be, "nice"), (be, "do"))
)
