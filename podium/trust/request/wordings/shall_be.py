"""How a request says that something is to be, instead of ordering an act: `Mia ought to be able to read it`.

Each such clause says of somebody or something what shall be so: that he gets at a thing or no longer does, is
in some place or out of it, that a thing is gone, goes somewhere by itself, or is somebody's to do. What the
user himself may do, what is asked, told to others or depends on something, is no such clause.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

import msgspec

from podium.trust.english.lexicon import ADVERBS, PREPOSITIONS, word_set
from podium.trust.english.words import Token
from podium.trust.request.asking import Sentence, tells
from podium.trust.request.predicates import (
    KEEPING_OUT,
    MARKS,
    by_itself,
    ceases,
    changed,
    from_now,
    holds,
    is_gone,
    is_in,
    is_no_more,
    is_over,
    is_set,
    is_whose,
    of_nobody,
    sees,
)

Kind = Literal["see", "unsee", "in", "out", "gone", "flows", "held", "given", "set"]


class ShallBe(msgspec.Struct, frozen=True):
    """One clause of what is to be so."""

    kind: Kind
    word: str
    """Its word that tells."""
    place: Sentence = ()
    """Words behind that, up to the end of the clause: at what, or where."""
    firmly: bool = True
    """Whether it leaves no doubt that it is wanted: `should`, `let her`; not `may`, `would like to`."""
    who: Sentence = ()
    """Words before: of whom it is said."""
    verbs: frozenset[str] = frozenset()
    """Of who gets at something: all verbs that may say how far."""


def shall_be(sentence: Sentence) -> Iterator[ShallBe]:
    """Yield what a sentence says that shall be so."""
    low = [token.low for token in sentence]
    if not low or not _ASKED_OF.isdisjoint(low):
        return
    question = low[-1] == "?" and not _is_polite(low)
    told = next((at for at in range(len(low)) if tells(sentence, at)), len(low))
    for start, end in _clauses(low):
        if told < end or end - start > _LONGEST:
            return
        if question or low[start] in _DEPENDENT or _follows_condition(low, start):
            continue
        clause, sure = _assured(tuple(sentence[start:end]))
        ways = (_out_with, _no_business, _wanted_in, _taken_in, _let, _modal, _is_there, _held)
        found = next((it for way in ways if (it := way(clause)) is not None), None)
        if found is not None:
            yield msgspec.structs.replace(found, firmly=True) if sure and found.kind != "gone" else found


def _assured(clause: Sentence) -> tuple[Sentence, bool]:
    """Return a clause without `make sure that`, its verb as behind `should`, and whether it had that."""
    low = [token.low for token in clause]
    start = next((i for i, word in enumerate(low) if word not in _POLITE_ONLY), 0)
    way = next((it for it in _ASSURED if tuple(low[start : start + len(it)]) == it), None)
    if way is None:
        return clause, False
    rest = clause[start + len(way) :]
    rest = rest[1:] if rest and rest[0].low in {"that", "so"} else rest
    at = next((i for i, token in enumerate(rest[: _NAME + 2]) if i and token.low in _THIRD), -1)
    if at > 0:
        plain = [
            Token("should", "should", "word"),
            *(Token(it, it, "word") for it in _THIRD[rest[at].low].split()),
        ]
        rest = (*rest[:at], *plain, *rest[at + 1 :])
    return rest, True


# -- clauses


def _clauses(low: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of clauses, without the joints before them."""
    start = 0
    for at in range(len(low) + 1):
        ends = at == len(low) or low[at] in MARKS
        if at and low[at : at + 1] and (low[at - 1], low[at]) in _NO_JOINTS:
            continue  # `nobody but me`, `make it so`
        if not ends and low[at] in _JOINED and at > start and _begins_clause(low, at + 1):
            ends = True
        if ends:
            while start < at and _is_leading(low, start):
                start += 1
            if start < at:
                yield start, at
            start = at + 1


def _is_leading(low: Sequence[str], at: int) -> bool:
    """Return whether a word only leads into a clause; `only I` and `away with it` are parts of one."""
    return low[at] in _LEADING and low[at + 1 : at + 2] not in (["with"], ["i"])


def _begins_clause(low: Sequence[str], at: int) -> bool:
    """Return whether a clause of its own follows a joint: one with a verb of what shall be."""
    near = low[at : at + _NEAR]
    stop = next((i for i, word in enumerate(near) if word in MARKS | _JOINED), len(near))
    return not (_FIRM | _MILD | _HELD_BY | {"let", "lets", "get", "take"}).isdisjoint(near[:stop])


def _follows_condition(low: Sequence[str], start: int) -> bool:
    """Return whether a clause goes on with a condition before it: `if he asks and may see it`."""
    before = next((i for i in range(start - 1, -1, -1) if low[i] in MARKS), -1)
    return start > before + 1 and any(word in _DEPENDENT for word in low[before + 1 : before + 3])


def _is_polite(low: Sequence[str]) -> bool:
    return any(one in {"can", "could", "would", "will"} and two == "you" for one, two in pairwise(low))


# -- ways to say it


def _modal(clause: Sentence) -> ShallBe | None:
    """Return what a clause says by `should`, `is to`, `may` and their like, or wishes: `I'd like her to`."""
    low = [token.low for token in clause]
    for at in range(len(low)):
        how = _wish(low, at) if at else None
        if how is None or not _may_be_meant(clause[:at]):
            continue
        behind, firmly, negative = how
        behind, refused = _skip(low, behind)
        negative = negative or refused or ceases(low, behind)
        if negative and low[at] in _MILD and not is_no_more(low):
            return None  # `Oskar can't get at it`: that is amiss
        nobody = of_nobody(low[:at]) or (low[0] == "only" and "i" in low[:at])
        if nobody and not negative and not sees(low, behind) and not changed(low, behind):
            return None
        return _predicate(clause, at, behind, firmly=firmly, negative=negative or nobody)
    return None


def _wish(low: Sequence[str], at: int) -> tuple[int, bool, bool] | None:
    """Return where a predicate begins behind a modal, how firmly it is said, and whether it is denied."""
    word, after = low[at], low[at + 1] if at + 1 < len(low) else ""
    to = low[at + 2] if at + 2 < len(low) else ""
    if word in _FIRM:
        return at + 1 + (word == "ought" and after == "to"), True, False
    if word in {"is", "are"} and (after == "to" or (after in {"only", "not"} and to == "to")):
        return at + (2 if after == "to" else 3), True, after == "not"
    if word in {"needs", "need", "has", "have"} and after == "to":
        return at + 2, True, False
    if word == "need" and after == "not":
        return at + 2, True, True
    if word in {"does", "do"} and low[at + 1 : at + 4] == ["not", "need", "to"]:
        return at + 4, True, True
    if word == "would" and after in {"like", "love", "rather", "prefer"}:
        return (at + 3, False, False) if to == "to" else None
    if word in {"wants", "want", "wishes"} and after == "to":
        return at + 2, False, False
    if word in {"is", "are"} and after == "allowed" and to == "to":
        return at + 3, False, False
    if word == "to" and any(one in _WISHING for one in low[:at]) and ("i" in low[:at] or "we" in low[:at]):
        own = low[at - 1] in _WISHING | {"i", "we"}
        refused = "not" in low[:at]
        return None if own or (refused and not {"like", "want"} & set(low[:at])) else (at + 1, True, refused)
    if word == "to" and "for" in low[1:at] and not _WELCOME.isdisjoint(low[:at]):
        return at + 1, False, False
    if word in _MILD:
        return at + 1, False, False
    return None


def _may_be_meant(before: Sentence) -> bool:
    """Return whether what stands before a modal is somebody or something of which it is said."""
    low = [token.low for token in before]
    alone = low[-1] in {"i", "we"} and low[0] == "only"
    return bool(low) and (low[-1] not in _NO_SUBJECTS or alone)


def _skip(low: Sequence[str], at: int) -> tuple[int, bool]:
    """Return where a predicate begins behind `be able to` and the like, and whether it is denied."""
    negative = False
    while at < len(low):
        if low[at : at + 2] == ["no", "longer"]:
            at, negative = at + 2, True
        elif low[at] in {"not", "never"}:
            at, negative = at + 1, True
        elif (way := next((it for it in _ABLE if tuple(low[at : at + len(it)]) == it), None)) is not None:
            at += len(way)
        elif low[at] in _BETWEEN:
            at += 1
        else:
            break
    return at, negative


def _let(clause: Sentence) -> ShallBe | None:
    """Return what somebody or something is let do or have: `let whatever they send land in Reading`."""
    low = [token.low for token in clause]
    at = next((i for i, word in enumerate(low) if word == "let"), -1)
    if at < 0 or low[at + 1 : at + 2] in (["me"], ["us"], []) or not _is_order(low[:at]):
        return None
    end = min(len(low), at + 1 + _FAR)
    into = next((i for i in range(at + 2, min(end, at + 2 + _NAME)) if low[i] in {"into", "in"}), end)
    if into + 1 < end and _is_whom(clause[at + 1 : into]):
        return ShallBe("in", low[into], clause[into:], True, clause[at + 1 : into])
    for behind in range(at + 2, end):
        start, negative = _skip(low, behind)
        found = None if negative else _predicate(clause, at + 1, start, firmly=True, negative=False)
        if found is not None and found.who != () and (behind == at + 2 or not _is_noun_there(low, behind)):
            return msgspec.structs.replace(found, who=clause[at + 1 : behind])
    return None


def _is_noun_there(low: Sequence[str], at: int) -> bool:
    return low[at - 1] in _BEFORE_NOUNS


def _taken_in(clause: Sentence) -> ShallBe | None:
    """Return whom a clause has got or taken in or out: `get her in`, `have him out of there`."""
    low = [token.low for token in clause]
    at = next((i for i, word in enumerate(low) if word in _TAKING), -1)
    if at < 0 or not _is_order(low[:at]):
        return None
    for place in range(at + 2, min(len(low), at + 2 + _NAME)):
        word, after = low[place], low[place + 1 : place + 2]
        ends = not after or after[0] in _BEHIND or word in {"into", "onto"}
        if word in PREPOSITIONS - {"in", "into", "out", "on", "onto", "off", "of"}:
            return None
        if word in {"in", "into", "onto"} and ends and _is_whom(clause[at + 1 : place]):
            return ShallBe("in", word, clause[place:], True, clause[at + 1 : place])
        if word in {"out", "off"} and ends and _is_whom(clause[at + 1 : place]):
            return ShallBe("out", word, clause[place:], True, clause[at + 1 : place])
    return None


def _is_whom(tokens: Sentence) -> bool:
    """Return whether words are somebody: `her`, a name or an address."""
    plain = all(
        token.low in _THEM
        or token.text[:1].isupper()
        or "@" in token.text
        or token.low in {"and", "too", "also"}
        for token in tokens
    )
    return bool(tokens) and plain


def _out_with(clause: Sentence) -> ShallBe | None:
    """Return what is to be gone by a call: `out with him`, `down with it`, `off with that`."""
    low = [token.low for token in clause]
    if low[:1] and low[0] in {"out", "down", "off", "away"} and low[1:2] == ["with"] and len(low) > 2:
        return ShallBe("gone", " ".join(low[:3]), clause[2:], False, clause[2:])
    if low[:2] == ["out", "of"] and "with" in low[2:-1]:
        at = low.index("with", 2)
        return ShallBe("out", "out of", clause[1:at], True, clause[at + 1 :])
    return None


def _wanted_in(clause: Sentence) -> ShallBe | None:
    """Return whom the user wants in a place, or out of it: `I'd like Ravi in #design`."""
    low = [token.low for token in clause]
    at = next((i for i, word in enumerate(low) if word in {"like", "want", "need"}), -1)
    if at < 1 or not {"i", "we"} & set(low[:at]) or not set(low[:at]) <= _I_WOULD:
        return None
    for place in range(at + 2, min(len(low) - 1, at + 2 + _NAME)):
        if low[place] not in {"in", "into", "on", "out", "off", "among"} or not _is_whom(
            clause[at + 1 : place]
        ):
            continue
        refused, out = "not" in low[:at], low[place] in {"out", "off"}
        if refused and (out or not is_no_more(low)):
            return None
        return ShallBe(
            "out" if refused or out else "in", low[place], clause[place:], True, clause[at + 1 : place]
        )
    return None


def _is_there(clause: Sentence) -> ShallBe | None:
    """Return who is missing or belongs somewhere, or to whom something is to be open: `visible to Mia`."""
    low = [token.low for token in clause]
    for at in range(1, len(low) - 1):
        if low[at] in _OPEN_TO and low[at + 1] in {"to", "for", "by"} and not _FIRM.isdisjoint(low[:at]):
            negative = "not" in low[:at] or is_no_more(low)
            return ShallBe("unsee" if negative else "see", low[at], clause[:at], True, clause[at + 2 :])
        missing = low[at - 1 : at + 1] == ["is", "missing"] and low[at + 1] in {"in", "from", "on"}
        belongs = low[at] == "belongs" and low[at + 1] in {"in", "to", "on", "into"} and "not" not in low
        if (missing or belongs) and _may_be_meant(clause[:at]):
            return ShallBe("in", low[at], clause[at + 1 :], False, clause[:at])
    return None


def _no_business(clause: Sentence) -> ShallBe | None:
    """Return who has nothing to do in a place: `has no business in #infra`, `does not belong there`."""
    low = [token.low for token in clause]
    for at in range(1, len(low)):
        if not _may_be_meant(clause[:at]):
            continue
        if low[at] in {"has", "have"} and low[at + 1 : at + 4] in (
            ["nothing", "to", "do"],
            ["nothing", "to", "seek"],
        ):
            return ShallBe("out", "nothing", clause[at + 4 :], False, clause[:at])
        if (
            low[at] in {"has", "have"}
            and low[at + 1 : at + 2] == ["no"]
            and not _BUSINESS.isdisjoint(low[at + 2 : at + 3])
        ):
            behind = at + 3
            if (start := _skip(low, behind + (low[behind : behind + 1] == ["to"]))[0]) and sees(low, start):
                return ShallBe("unsee", low[at + 2], clause[start:], True, clause[:at])
            return ShallBe("out", low[at + 2], clause[behind:], True, clause[:at])
        if low[at : at + 4] == ["does", "not", "need", "access"]:
            return ShallBe("unsee", "need", clause[at + 4 :], True, clause[:at])
        if low[at : at + 3] in (["does", "not", "belong"], ["do", "not", "belong"]) or low[at : at + 3] == [
            "no",
            "longer",
            "belongs",
        ]:
            return ShallBe("out", "belong", clause[at + 3 :], True, clause[:at])
    return None


def _held(clause: Sentence) -> ShallBe | None:
    """Return whose something is to be from now on: `Henk takes over the gate`, `Bernie will do the rest`."""
    low = [token.low for token in clause]
    for at in range(1, min(len(low) - 1, _NAME + 1)):
        if low[at] not in _HELD_BY or not _is_named(clause[:at]):
            continue
        start = at + 1 if low[at] == "will" else at
        if (way := holds(low, start)) and low[start + way :] and low[start + way] != "not":
            return ShallBe("held", low[start], clause[start + way :], False, clause[:at])
    return None


def _is_named(tokens: Sentence) -> bool:
    """Return whether words are somebody's name, behind a greeting or a remark of one word."""
    return tokens[-1].text[:1].isupper() and tokens[-1].kind == "word" and tokens[-1].low not in _NO_NAMES


# -- what is said of it


def _predicate(clause: Sentence, subject: int, at: int, *, firmly: bool, negative: bool) -> ShallBe | None:
    """Return what shall be so by the words at a place. ``subject``: where the modal stands."""
    low = [token.low for token in clause]
    if at >= len(low):
        return None
    who, over = clause[:subject] or clause[subject : subject + 1], negative or is_over(low[at:])
    if low[at] == "lose" and _ACCESS & set(low[at:]):
        return ShallBe("unsee", "lose", clause[at + 1 :], firmly, who)
    if (
        not negative
        and low[at] in _GOING
        and "away" not in low[at : at + 2]
        and (by_itself(low) or (low[at] in _MOVES and from_now(low)))
    ):
        return ShallBe("flows", low[at], clause[at + 1 :], firmly, who)
    if not negative and is_set(low, at):
        return ShallBe("set", low[at], clause[at + 1 :], False, who)
    if sees(low, at) or (negative and changed(low, at)):
        if over and low[at] in KEEPING_OUT and not (is_no_more(low) or of_nobody(low)):
            return None  # `let her see it, but she must not change it`
        verbs = frozenset(word for i, word in enumerate(low[at:]) if "not" not in low[at : at + i])
        return ShallBe("unsee" if over else "see", low[at], clause[at:], firmly, who, verbs)
    if end := is_in(low, at):
        return ShallBe("out" if over else "in", low[at + end - 1], clause[at + end - 1 :], firmly, who)
    if end := is_gone(low, at):
        return None if negative else ShallBe("gone", low[at], clause[at + end :], False, who)
    if low[at] == "leave" and not negative and at + 1 < len(low) and _is_place(low[at + 1]):
        return ShallBe("out", "leave", clause[at:], firmly, who)
    if not negative and (end := holds(low, at)):
        return ShallBe("held", low[at], clause[at + end :], False, who)
    if not negative and low[at] in {"have", "get"} and low[at + 1 :]:
        return ShallBe("given", low[at], clause[at + 1 :], False, who)
    if not negative and low[at] == "be" and is_whose(clause[at + 1 : at + 2]):
        return ShallBe("held", low[at + 1], clause[at + 2 :], False, who)
    return None


def _is_place(word: str) -> bool:
    """Return whether a place begins with a word that is left: `leave the channel`, not `leave it there`."""
    return word in {"the", "our", "my"} or word[:1] == "#"


def _is_order(before: Sequence[str]) -> bool:
    """Return whether a verb is ordered by what stands before it in its clause."""
    return all(word in _POLITE or word in ADVERBS for word in before)


_FIRM: Final = word_set("should ought shall must")
_MILD: Final = word_set("can may could")
_WISHING: Final = word_set("like love want need prefer expect")
_WELCOME: Final = word_set("good great nice helpful best better fine fair important")
"""What it would be for somebody to do something."""
_ASKED_OF: Final = word_set("ask asks asked whether wonder unless had was were lest")
"""With these somebody is asked, or it was so, or is not sure."""
_DEPENDENT: Final = word_set(
    "if when once until till because since while as whoever whatever whichever who which where why how what "
    "before after though although provided in"
) - word_set("in whatever whoever")
_JOINED: Final = word_set("and but so then or")
_LEADING: Final = _JOINED | ADVERBS | word_set("oh ah yes well also")
_LONGEST: Final = 60
"""Words of a clause that is looked at."""
_NEAR: Final = 6
"""Words within which a clause of its own says what shall be."""
_NO_JOINTS: Final = frozenset(
    (*((one, "but") for one in ("nobody", "one", "anybody", "anyone", "none", "nothing")), ("it", "so"))
)
_ASSURED: Final = tuple(
    tuple(way.split())
    for way in (
        "make it so",
        "see to it",
        "make sure",
        "make certain",
        "ensure",
        "arrange it",
        "arrange things",
        "arrange",
        "take care",
        "fix it",
        "set it up",
    )
)
_THIRD: Final = {
    "has": "have", "sees": "see", "is": "be", "gets": "get", "reads": "read", "lands": "land", "ends": "end",
    "goes": "go", "comes": "come", "joins": "join", "land": "land", "end": "end", "go": "go",
    "come": "come",
}  # fmt: skip
_POLITE_ONLY: Final = ADVERBS | word_set("can could would will you please and so then")
_I_WOULD: Final = word_set("i we would do not really also no longer now then please only")
_OPEN_TO: Final = word_set("visible readable open accessible available viewable legible editable writable")
_MOVES: Final = word_set("land go end arrive come fall move drop")
_FAR: Final = 14
"""Words within which stands what somebody is let do."""
_NAME: Final = 4
"""Words of somebody's name."""
_NO_SUBJECTS: Final = word_set("i we you which what that who whom to there not")
"""Who is not let do anything by what is said of him, and what is nobody."""
_BETWEEN: Final = word_set("also now then already both only just please still always again at once first all")
_ABLE: Final = (
    ("be", "able", "to"),
    ("able", "to"),
    ("be", "allowed", "to"),
    ("be", "free", "to"),
    ("be", "let"),
    ("get", "to"),
    ("have", "the", "chance", "to"),
    ("be", "in", "a", "position", "to"),
)
_GOING: Final = word_set(
    "land go end arrive come get receive be move fall drop pass reach find appear file forward sort show"
)
_HELD_BY: Final = word_set("takes looks sees handles deals covers does will")
_NO_NAMES: Final = word_set("what who which that it nobody everybody everyone this there he she they i")
_TAKING: Final = word_set("get have bring put want")
_THEM: Final = word_set("him her them")
_BEHIND: Final = MARKS | PREPOSITIONS | word_set("and too now please then there as again here to")
_BUSINESS: Final = word_set("business place reason call cause right need")
_ACCESS: Final = word_set("access rights permission permissions")
_BEFORE_NOUNS: Final = word_set("the a an my our his her their its this that to of in on for")
_POLITE: Final = word_set("can could would will you please pls kindly so and then to it make see sure")
