"""Noun phrases of a request that may mean objects of a kind: `the two oldest open tickets of Alto`.

English, by its order of words: what stands before a noun and what restricts it behind.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

import msgspec

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    MODALS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    READING,
    VERBS,
    WH,
    word_set,
)
from podium.trust.english.spans import MARK
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.english.words import Token, bases, singular
from podium.trust.grounding.record.measures import measured
from podium.trust.grounding.things.behind import (
    BOUNDS,
    ENDS,
    EXCEPTING,
    GO,
    ORDER,
    WHATEVER,
    ends_verb,
    goes_on,
    rest_of,
)
from podium.trust.grounding.things.superlatives import Superlative, superlative_at
from podium.trust.request.asking import Sentence, begins
from podium.trust.request.nobodys import lacking_of
from podium.trust.request.requests import stem
from podium.trust.values.forms import number_form

MAX_PHRASES: Final = 24
"""Of one request, what is looked at."""
_ALL: Final = word_set("all every each both")
_CALLED: Final = word_set("no nos nr number numbers id ids called with :")
"""Words between a noun and what its things are called by."""
_TWO: Final = word_set("both couple pair")
_SEVERAL: Final = word_set("some few several")
_EXIST: Final = frozenset((("there", "are"), ("i", "see"), ("we", "have"), ("i", "have")))
_FIRM: Final = word_set("the my our this that these those his her their its")
_NOT: Final = word_set("not no without other others rest never neither")
_FILLING: Final = word_set(
    "one ones thing things kind still yet currently right far so ever there here them belong belongs"
)
_MANNER: Final = word_set("full advance detail good cash total person euro dollar pound eur usd gbp stock")
"""What says how or how much rather than which."""
_GIVING: Final = word_set(
    "assign reassign give move send forward share set change hand transfer add put switch raise lower book "
    "renew extend delay postpone push reschedule increase decrease reduce update scale upgrade downgrade "
    "promote advance label tag mark order buy reserve attach upload copy mail email show invite apply"
)
"""Verbs whose `to` and `for` say where it goes."""
_HANDLING: Final = word_set("take let make answer")
"""Verbs that may read and may act: `take the comments off`, `take a look`."""
_PAYING: Final = word_set("pay wire refund settle reimburse")
_POSSESSIVE: Final = word_set("his her their its")
_THIRD: Final = word_set("he she they his hers theirs")
"""Whose something is that *he has* or *she booked*, and everything *of his*."""
_FIGURES: Final = re.compile(r"[\d./-]+(?:st|nd|rd|th)?")
_NEAR_DAYS: Final = word_set("today tomorrow yesterday tonight")
_BEING: Final = word_set("is are was were isn't aren't be been being get gets got")
_HAVING: Final = word_set("has have had having with")
_NEEDING: Final = word_set("need needs needed require requires")
_EDGES: Final = word_set("end start beginning")
_TH: Final = word_set("st nd rd th")
_ANYBODY: Final = word_set("everybody everyone everything anybody anyone anything those all whoever")
_BOUNDING: Final = word_set("before until till by after since")
THEM: Final = word_set("them these those it each they")
STANDING_FOR: Final = WHATEVER | {"one", "ones"}
"""Words that stand for the noun of what is acted on: `cancel the one on Friday`, `pay whatever is due`."""
_OWNER: Final = re.compile(r"['\u2019]s?$")

_EMPTY: Final = COMMON | ADVERBS | DETERMINERS | _FILLING | frozenset(NUMBERS)


class Phrase(msgspec.Struct, frozen=True):
    """One noun phrase of a request."""

    head: int
    words: tuple[str, ...]
    """What has to be explained by objects' fields."""
    most: int | None
    """How many it means; None: all that there are."""
    explicit: bool
    """Whether it says `all`, `each`, a number or a superlative itself."""
    superlative: Superlative | None = None
    kind: bool = True
    """Whether its head is the kind's own noun."""
    but: tuple[str, ...] = ()
    """What those have in common that are excepted."""
    linked: bool = False
    """Whether it belongs to somebody or something else that is named: `her ticket`."""
    led: bool = False
    """Whether it says by what its objects were looked up."""
    exist: bool = False
    """Whether it only says that there are some, before the request says what is to be done with them."""


def phrases(
    sentence: Sentence,
    nouns: AbstractSet[str],
    values: AbstractSet[str] = frozenset(),
    *,
    acted: bool = False,
    led: AbstractSet[str] = frozenset(),
) -> Iterator[Phrase]:
    """Yield the noun phrases of a sentence that may mean objects of a kind.

    ``values``: words of its objects' own fields, which may stand for the kind: `the two designers`.
    ``acted``: whether what is to be done is done to the kind, so that it needs no noun: `whatever is due`.
    ``led``: words that name what its objects were looked up by: `all comments on the storm piece`.
    """
    count = 0
    for at, token in enumerate(sentence):
        if token.kind != "word" or count >= MAX_PHRASES:
            continue
        if singular(token.low) in nouns or stem(token.low) in nouns:
            phrase = around(sentence, at, nouns, led=led)
        elif superlative_at(sentence, at) is not None:
            phrase = _without_noun(sentence, at, nouns)
        elif token.low in _ANYBODY and (whoever := _anybody(sentence, at, nouns)) is not None:
            phrase = whoever
        elif stem(token.low) in values and _is_head(sentence, at):
            phrase = around(sentence, at, nouns)
        elif acted and token.low in STANDING_FOR:
            phrase = around(sentence, at, nouns, stands=True)
        else:
            phrase = None
        if phrase is not None:
            count += 1
            yield phrase


def _is_head(sentence: Sentence, at: int) -> bool:
    """Return whether a noun phrase ends here: not what a thing is said to be, `which is open`."""
    if at and sentence[at - 1].low in _BEING:
        return False
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    ends = ENDS | PREPOSITIONS | WH | {"that", "to"}
    return (
        after is None
        or after.low in ends
        or after.kind == "quote"
        or (after.low[0].isdigit() and MARK in after.low)
    )


def around(
    sentence: Sentence,
    head: int,
    nouns: AbstractSet[str],
    *,
    stands: bool = False,
    led: AbstractSet[str] = frozenset(),
) -> Phrase | None:
    """Return the phrase around its head. ``stands``: the head stands for the kind's noun, and needs more."""
    after = sentence[head + 1] if head + 1 < len(sentence) else None
    if after is not None and after.kind == "word" and (singular(after.low) in nouns or after.low == "'s"):
        return None  # `leave requests`: the last noun is the head
    if _coded(sentence, head):
        return None  # `the repairs R-201 and R-202`: these, by what they are called, and not all
    start = _start(sentence, head)
    if start and sentence[start - 1].low in _NOT:
        return None  # `not the invoice of May`
    if start > 1 and sentence[start - 1].low == "of" and _is_best(sentence, start - 1):
        return None  # `the pricier of Ada's repairs`: it comes on its own
    before = measured(sentence[start:head], sentence[head])
    low = [token.low for token in before]
    found = next((it for at in range(start, head) if (it := superlative_at(sentence, at)) is not None), None)
    plural = singular(sentence[head].low) != sentence[head].low
    number = 2 if _TWO & set(low) else next((NUMBERS[word] for word in low if word in NUMBERS), None)
    whatever = stands and sentence[head].low in WHATEVER
    ordered = _verb(sentence, start) or _is_moved(sentence, head)
    if stands and ((whatever and not ordered) or (start and _aside(sentence[start - 1]))):
        return None  # `what is due?`, `before the one of Omar`
    every = bool(set(low) & (_ALL - {"both"})) or whatever
    owned = any(_OWNER.search(word) for word in low)  # `Milo's file`
    if not (found or every or number or plural or owned or set(low) & _FIRM):
        return None
    does = set(bases(_verb(sentence, start)))
    loose = found is not None or bool(does & _GIVING)
    rest, but = rest_of(sentence, head, loose=loose, paying=bool(does & _PAYING)), _exception(sentence, head)
    if rest is None or but is None:
        return None
    rest, lacks = lacking_of(rest)
    if _NOT & {token.low for token in (*before, *rest)}:
        return None
    left = _unled(rest, led)
    is_led, rest = len(left) < len(rest), left
    if found is None:
        found, rest = _behind(rest)
    if found is None:  # `the ticket with the highest price`
        found = next((it for i in range(len(rest)) if (it := superlative_at(rest, i)) is not None), None)
    most = (number or 1) if found is not None else number or (None if every or plural else 1)
    most = 1 if most is None and sentence[head].low == "what" else most
    exist = any(pair in _EXIST for pair in pairwise(it.low for it in sentence[max(0, start - 1) : head]))
    if not exist and (_SEVERAL & set(low) or (most is None and _only_read(sentence, start))):
        return None
    own = [] if stands or _is_kind(sentence[head], nouns) else [sentence[head]]
    inside = [it for it in before if it.low not in _ALL | _TWO | (_SEVERAL if exist else set())]
    told = _content([*inside, *own, *rest], nouns, found) + lacks
    if stands and not told:
        return None
    explicit = every or found is not None or number is not None
    linked = bool(set(low) & _POSSESSIVE or _THIRD & {token.low for token in rest})
    but_not = _content(but, nouns, None)
    return Phrase(head, told, most, explicit, found, but=but_not, linked=linked, led=is_led, exist=exist)


def _coded(sentence: Sentence, head: int) -> bool:
    """Return whether an identifier of letters and digits follows a head: `R-201`, `no. A4`, `INV/202`."""
    at = head + 1
    while at < len(sentence) and sentence[at].low in _CALLED:
        at += 1
    code = list(sentence[at : at + 3])
    if not code or code[0].low in CALENDAR | PREPOSITIONS | BOUNDS | ENDS:
        return False
    if code[0].kind == "value":
        return any(c.isdigit() for c in code[0].text)
    signed = len(code) > 2 and code[1].low in {"-", "/"}
    number = code[2:] if signed else code[1:2]
    named = signed or code[0].text[:1].isupper() or len(code[0].text) == 1
    return named and code[0].kind == "word" and bool(number) and number[0].kind == "number"


def _unled(rest: list[Token], led: AbstractSet[str]) -> list[Token]:
    """Return what restricts a head without the part that names what its objects were looked up by."""
    at = next((i for i, token in enumerate(rest) if stem(token.low) in led), None) if led else None
    if at is None:
        return rest
    start = next((i for i in range(at, -1, -1) if rest[i].low in PREPOSITIONS | {"to"}), 0)
    end = next(
        (i for i in range(at, len(rest)) if rest[i].low in PREPOSITIONS | WH | {"to", "that"}), len(rest)
    )
    return rest[:start] + rest[end:]


def _is_best(sentence: Sentence, of: int) -> bool:
    """Return whether a superlative stands before `of`: `the cheaper one of`."""
    return any(superlative_at(sentence, at) is not None for at in range(max(0, of - 2), of))


def _is_moved(sentence: Sentence, head: int) -> bool:
    """Return whether a sentence says what becomes of what it begins with: `whatever is due goes to Ann`."""
    after = [token.low for token in sentence[head + 1 :]]
    pairs = set(pairwise(after))
    return head == 0 and any(
        (go, "to") in pairs or (may, "go") in pairs or (may, "be") in pairs for go in GO for may in MODALS
    )


def _aside(before: Token) -> bool:
    """Return whether what a word leads to is not what is acted on."""
    return before.low in PREPOSITIONS | {"before", "after", "than", "as", "like", "unlike", "not"}


def _anybody(sentence: Sentence, at: int, nouns: AbstractSet[str]) -> Phrase | None:
    """Return the phrase of all that lack something: `everybody who has no shift yet`."""
    rest, lacks = lacking_of(rest_of(sentence, at, loose=True) or [])
    if not lacks or _NOT & {token.low for token in rest} or _exception(sentence, at) != []:
        return None
    return Phrase(at, _content(rest, nouns, None) + lacks, None, True)


def _is_kind(token: Token, nouns: AbstractSet[str]) -> bool:
    return singular(token.low) in nouns or stem(token.low) in nouns


def _behind(rest: list[Token]) -> tuple[Superlative | None, list[Token]]:
    """Return the superlative that a clause ends with, `who applied first`, and what is left."""
    at = next((i for i, token in enumerate(rest) if token.low in WH | {"that"}), None)
    if at is None or rest[-1].low not in ORDER or len(rest) - at > 6:
        return None, rest
    own = frozenset(token.low for token in rest[at:])
    return Superlative(most=ORDER[rest[-1].low], fields=frozenset(), words=own), rest[:at]


def _exception(sentence: Sentence, head: int) -> list[Token] | None:
    """Return what a sentence excepts behind a head, empty where it excepts nothing; None before the head."""
    low = [token.low for token in sentence]
    at = next((i for i, word in enumerate(low) if _excepts(low, i) and word), None)
    if at is None:
        return []
    if at < head:
        return None
    ends = (i for i in range(at + 1, len(low)) if low[i] in {".", ";", ":", "!", "?", ","})
    return list(sentence[at + 1 : next(ends, len(low))])


def _excepts(low: Sequence[str], at: int) -> bool:
    if low[at] in EXCEPTING:
        return True
    return low[at] in {"other", "but"} and low[at + 1 : at + 2] in (["than"], ["the"], ["for"], ["not"])


def _without_noun(sentence: Sentence, at: int, nouns: AbstractSet[str]) -> Phrase | None:
    """Return the phrase of a superlative whose noun is none of the kind's: `the cheapest charger`."""
    found = superlative_at(sentence, at)
    end = at + 1
    while end < len(sentence) and sentence[end].low not in ENDS | PREPOSITIONS | {"to"}:
        if goes_on(sentence, end) or ends_verb(sentence, end):
            break
        if singular(sentence[end].low) in nouns or stem(sentence[end].low) in nouns:
            return None  # it comes on its own
        end += 1
    rest = rest_of(sentence, end - 1, loose=True)
    if rest is None or _NOT & {token.low for token in rest} or _exception(sentence, at) != []:
        return None
    before = sentence[max(0, at - 3) : at]
    led = before[:-1] if before and before[-1].low in DETERMINERS else before
    if led and led[-1].low in _NOT:
        return None  # `not the newer one`
    number = next((NUMBERS[token.low] for token in before if token.low in NUMBERS), 1)
    # `the one with the best reviews`: what stands before belongs to it
    front = _front(sentence, at)
    if _NOT & {token.low for token in front}:
        return None
    told = _content([*front, *sentence[at:end], *rest], nouns, found)
    of = front or (rest if rest and rest[0].low == "of" else [])
    kind = any(_is_kind(token, nouns) for token in of)
    return Phrase(at, told, number, True, found, kind=kind)


def _front(sentence: Sentence, at: int) -> list[Token]:
    """Return what a sentence begins with that says among which: `of the two bills pay the smaller one`."""
    if sentence[0].low not in {"of", "from", "between"}:
        return []
    order = max((i for i in range(1, at) if set(bases(sentence[i].low)) & (_GIVING | VERBS)), default=at)
    return [token for token in sentence[:order] if token.kind != "mark"]


def _start(sentence: Sentence, head: int) -> int:
    """Return where the phrase of a head begins: at its determiner, or behind the verb."""
    at = head
    while at > 0 and head - at < 7:
        token = sentence[at - 1]
        if token.low == "of" and at > 1 and sentence[at - 2].low in _ALL | _TWO | set(NUMBERS):
            at -= 1
            continue
        if token.kind == "mark" and token.low != "-":
            break
        if token.low in PREPOSITIONS | OBJECTS | {"to", "and", "or", "then"} or token.kind == "quote":
            break
        if token.low not in DETERMINERS and (begins(sentence, at - 1) or _politely(sentence, at - 1)):
            break  # the verb itself
        at -= 1
        before = sentence[at - 1].low if at else ""
        if token.low in _FIRM and before not in DETERMINERS | {"of"}:
            break  # `let Priit take the oldest ticket`
    return at


def _content(tokens: Sequence[Token], nouns: AbstractSet[str], found: Superlative | None) -> tuple[str, ...]:
    """Return the words that tell which are meant."""
    own = found.words if found is not None else frozenset()
    out: list[str] = []
    dated = any(token.low in CALENDAR for token in tokens)
    for at, token in enumerate(tokens):
        if token.low.removesuffix("'s") in _NEAR_DAYS:
            out.append("when")
            continue
        if MARK in token.low:
            out.append(token.low)
            continue
        if dated and token.low in _EDGES:
            continue
        if any(one.low in _BOUNDING for one in tokens[max(0, at - 6) : at]):
            if token.low in CALENDAR or (not dated and token.kind == "number" and len(token.low) > 7):
                out.append("bound")
                continue
            if dated and (_FIGURES.fullmatch(token.low) or token.low in _TH):
                continue
        if token.low in {"week", "month"} and at and tokens[at - 1].low in {"this", "next", "last"}:
            out.append("bound")
            continue
        if token.low in CALENDAR or (dated and _FIGURES.fullmatch(token.low)):
            out.append("day")
            continue
        if token.low in _TH and at and tokens[at - 1].kind == "number":
            continue
        if token.kind == "number" and at + 1 < len(tokens) and tokens[at + 1].low in _TH:
            out.append("day")  # `on the 10th`
            continue
        if token.kind == "number":
            if at == 0 or tokens[at - 1].low != "at":
                out.append(number_form(token.low) or token.low)
            continue
        if token.low in _NEEDING and at and tokens[at - 1].low in {"it", "they"}:
            continue  # `has the two approvals it needs`
        if token.low == "single" or (token.low in NUMBERS and _has_so_many(tokens, at)):
            out.append(str(NUMBERS.get(token.low, 1)))
            continue
        for word in re.findall(r"[^\W_]+", _OWNER.sub("", token.low)):
            if word in _EMPTY or word in own or stem(word) in _MANNER:
                continue
            if stem(word) not in nouns and singular(word) not in nouns:
                out.append(stem(word))
    return tuple(out)


def _has_so_many(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a number says how many a thing has: `with three stars`, `has its two approvals`."""
    before = [token.low for token in tokens[max(0, at - 2) : at]]
    if before[-1:] and before[-1] in DETERMINERS:
        return before[0] in _HAVING
    return bool(before) and before[-1] in PREPOSITIONS | _HAVING


def _only_read(sentence: Sentence, start: int) -> bool:
    """Return whether all that a sentence does with what begins here is to read it."""
    low = {token.low for token in sentence[start:]}
    if sentence[start - 1].low == "give" and "to" in low:
        return False  # `give all my shifts to Milo`
    return bool(set(bases(_verb(sentence, start))) & (READING - _HANDLING)) and not THEM & low


def _verb(sentence: Sentence, start: int) -> str:
    """Return the word that begins the order before a place, empty where there is none."""
    there = (at for at in range(start - 1, -1, -1) if begins(sentence, at) or _politely(sentence, at))
    return next((sentence[at].low for at in there), "")


def _politely(sentence: Sentence, at: int) -> bool:
    """Return whether a verb stands behind `can you` or `could we`."""
    before = [token.low for token in sentence[max(0, at - 5) : at] if token.low not in ADVERBS]
    return len(before) > 1 and before[-1] in {"you", "we", "i"} and before[-2] in MODALS
