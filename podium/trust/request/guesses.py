"""Which tool a request means that asks in words which no author lists: by all that it speaks of.

Signs are the nouns of a tool's name and of its arguments, the words that an argument may be, the values that
it takes (an amount, an account, an address, a date), and the manner of asking. The one tool that they fit
best is the one that is meant, if no other fits nearly as well. It is a guess: such a call goes through only
where the request gives ground for every value of it, else a person is asked.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    MODALS,
    NOUNS,
    OBJECTS,
    PREPOSITIONS,
    SUBJECTS,
    WH,
    word_set,
)
from podium.trust.english.sums import restated
from podium.trust.english.wordnet import is_noun, is_verb, same_nouns
from podium.trust.english.words import bases, singular, text_of
from podium.trust.request.asking import Sentence, negated, tells
from podium.trust.request.leftover import takes_phone
from podium.trust.request.nouns import near_nouns, said_in
from podium.trust.request.requests import Request, stem
from podium.trust.request.stating import acting
from podium.trust.request.wordings.articles import which
from podium.trust.request.wordings.elsewhere import of_another
from podium.trust.request.wordings.manners import ends_itself, manner
from podium.trust.request.wordings.wishes import EVERYDAY, code_at
from podium.trust.tools import GUARDED, Sink, ToolRow

LEAST: Final = 3
"""Signs that a guess needs."""
SURE: Final = 5
"""Signs that a guess needs where the request asks for something else in plain words."""
AHEAD: Final = 2
"""By how many a tool must be ahead of another one for the same things, and at most be behind the best."""
_NO_MANNER: Final = (0, frozenset[str]())
_OWN, _ARGUMENT, _VALUE, _MANNER, _KIN, _FIT, _DATE, _QUOTE, _AMISS = 3, 2, 3, 3, 2, 2, 1, 1, 4
_ARTICLE: Final = 3
"""Signs of a new thing for a tool that makes one, and against it of one that there is."""
_TAKES: Final[tuple[tuple[str, frozenset[Sink]], ...]] = (
    ("email", frozenset(("recipient", "payee", "value", "object"))),
    ("iban", frozenset(("payee", "value"))),
    ("url", frozenset(("url", "value", "path"))),
)
"""What takes a value of a form."""
_NO_DAY: Final = 2
"""Signs against a tool that takes no day, where a day is said and nothing else speaks for it."""
_PLAINLY: Final = 5
"""Signs of an author's own word."""
_LATER: Final = word_set(
    "due deadline until expires expiry end ends end_date valid_until follow_up remind_at"
)
"""Arguments for days that a new thing may go without."""
_CHANGING: Final = word_set(
    "change update set raise lower increase decrease reduce adjust modify edit correct amend alter cut lift"
)
_OWED: Final = word_set("amount invoice bill fee charge figure sum total balance debt")
"""Nouns of an amount that is written somewhere: `remit the figure that is on their bill`."""
_PLAIN: Final = word_set(
    "id ids no number key name to on at from type kind value the new old body text month week year"
)


class Guess(msgspec.Struct, frozen=True):
    """A tool that sentences may mean."""

    signs: int
    word: str
    """One of theirs that tells."""
    spoken: bool
    """Whether they speak of what the tool is about, rather than ask in a manner that it knows."""
    acts: bool
    """Whether they have more of it than its nouns: a manner, a listed value, a value that it takes."""
    told: frozenset[str] = frozenset()
    """Those of their words that are signs."""
    follows: bool = False
    """Whether they say by how much an amount of it becomes another: whose that is, the values tell."""
    meant: bool = True
    """Whether no other tool fits nearly as well."""


def guess(
    sentences: Sequence[Sentence],
    tools: Sequence[ToolRow],
    values: Mapping[str, frozenset[str]],
    nouns_of: Callable[[ToolRow], AbstractSet[str]],
    near: AbstractSet[str] = frozenset(),
) -> dict[str, Guess]:
    """Return the tools that sentences may mean, by id; `Guess.meant` where nothing else comes near.

    Two of one server that take the same kind of values are never both meant: of these one is well ahead, or
    none is. Nor are two of different servers that take the same and no object.
    Which of several it is, the values of the call decide. ``values``: words that arguments of one
    tool may be, by the grants. ``nouns_of``: a tool's own nouns. ``near``: tools of whose own words
    the request has one, though it may use it of something else.
    """
    request = Request(text_of(token for sentence in sentences for token in sentence))
    said = frozenset(
        form
        for sentence in sentences
        for at, token in enumerate(_before_told(sentence))
        if token.kind == "word" and not negated(sentence, at)
        for form in (token.low, singular(token.low), *bases(token.low))
    )
    found: dict[str, Guess] = {}
    acts_in = [part for sentence in sentences if (part := acting(sentence))]
    for tool in tools:
        signs, spoken = _spoken(tool, said, nouns_of(tool))
        own = (one for one, ids in values.items() if ids == {tool.id} and (spoken or one not in EVERYDAY))
        listed = [one for one in own if _says(acts_in, one)]
        asked, ways = max((manner(part, tool.intents) for part in acts_in), key=_first, default=_NO_MANNER)
        if not spoken and any(ends_itself(part, ways) for part in acts_in):
            asked, ways = _NO_MANNER  # `the dinner must end at ten` ends no code
        follows = _recounts(tool, request)
        asked = max(asked, _MANNER * (tool.id in near or follows))
        fits = _fits(tool, request)
        total = signs + _VALUE * len(listed[:2]) + asked + fits
        made = _made(tool, sentences, nouns_of(tool), request) if spoken and asked < _PLAINLY else 0
        total += made
        if not asked and not listed and _says_day(request) and _takes_no_day(tool):
            total -= _NO_DAY
        word = next(iter(sorted(spoken)), "") or next(iter(listed), "")
        dated = request.relative and any(row.sink == "date" for row in tool.arguments.values())
        acts = bool(listed) or asked > 0 or fits > 0 or dated or made > 0
        elsewhere = not spoken and not listed and of_another(tool, said - ways, tools)
        total = 0 if elsewhere or _hopeless(tool, request) else total
        told = spoken | frozenset(listed) | ways
        named = word or (tool.intents[0] if asked else "")
        found[tool.id] = Guess(total, named, bool(word), acts, told, follows)
    best = max((one.signs for one in found.values()), default=0)
    return {
        tool.id: msgspec.structs.replace(one, meant=_is_meant(tool, tools, found, best))
        for tool in tools
        if (one := found[tool.id]).word and one.signs >= LEAST
    }


def repeated(units: Iterable[Mapping[str, Guess]]) -> Counter[str]:
    """Return by tool the signs of those parts of a request that seem to mean it, and nothing else.

    *Ann can't make it. Take her off the list*: each of the two says little, and both say the same.
    """
    signs = Counter[str]()
    for found in units:
        for tool_id, one in found.items() if len(found) == 1 else ():
            signs[tool_id] += one.signs if one.meant and one.acts else 0
    return signs


def _before_told(sentence: Sentence) -> Sentence:
    """Return a sentence as far as it says what is wanted, not what is to be said."""
    return sentence[: next((at + 1 for at in range(len(sentence)) if tells(sentence, at)), len(sentence))]


def _is_meant(tool: ToolRow, tools: Sequence[ToolRow], found: Mapping[str, Guess], best: int) -> bool:
    one = found[tool.id]
    return one.signs >= best - AHEAD and all(
        _is_ahead(one, found[it.id], 1 if _on_other_things(tool, it) else AHEAD)
        for it in tools
        if _rivals(tool, it) and not (one.follows and found[it.id].follows and _on_other_things(tool, it))
    )


def _first(pair: tuple[int, frozenset[str]]) -> int:
    return pair[0]


def _on_other_things(tool: ToolRow, other: ToolRow) -> bool:
    """Return whether two tools act on things of different kinds, by the names of their arguments."""
    own, theirs = (
        {path for path, row in it.arguments.items() if row.sink == "object"} for it in (tool, other)
    )
    return bool(own and theirs) and not own & theirs


def _is_ahead(one: Guess, other: Guess, least: int) -> bool:
    """Return whether a tool is meant in spite of another: well ahead of it, or by other words altogether."""
    if one.signs - other.signs >= least:
        return True
    apart = one.told and other.told and not one.told & other.told
    return bool(apart) and one.acts and other.acts and min(one.signs, other.signs) >= SURE


def _hopeless(tool: ToolRow, request: Request) -> bool:
    """Return whether a tool that makes something new lacks a day or an amount which a request has to say."""
    sinks = {row.sink for row in tool.arguments.values()}
    if sinks & {"object", "path"}:
        return False
    dated = request.resolved or request.relative or request.times or "date" in request.kinds()
    summed = request.sums or request.spelled or {"number", "amount"} & request.kinds()
    if "amount" in sinks and _only_makes(tool) and restated(request.text):
        return True
    said = summed or not _OWED.isdisjoint(request.bag) or request.leaves_amount
    needed = any(row.sink == "date" and _name(path) not in _LATER for path, row in tool.arguments.items())
    return (needed and not dated) or ("amount" in sinks and not said)


def _made(tool: ToolRow, sentences: Sequence[Sentence], nouns: AbstractSet[str], request: Request) -> int:
    """Return the signs for a tool that makes a new thing: against it of `the ticket`, none of other tools.

    A day and two times of it, and no word of such a thing, are for a new one: `hall 2 on Friday, 3 to 4`.
    """
    sinks = [row.sink for row in tool.arguments.values()]
    if "object" in sinks or "path" in sinks:
        return 0
    said = which(sentences, nouns)
    if said is not None:
        return _ARTICLE if said == "new" else -_ARTICLE
    lasts = sinks.count("date") > 1 and len(request.clock) > 1
    dated = request.relative or _says_day(request)
    return _FIT if lasts and dated and nouns.isdisjoint(map(singular, request.bag)) else 0


def _takes_no_day(tool: ToolRow) -> bool:
    """Return whether a tool does something to a thing, on no day, and tells nobody."""
    sinks = {row.sink for row in tool.arguments.values()}
    return "object" in sinks and not sinks & {"date", "text", "recipient"}


def _name(path: str) -> str:
    """Return the last part of an argument's path, without signs of lists."""
    return path.rpartition(".")[2].removesuffix("[]").casefold()


def _counts(tool: ToolRow, request: Request) -> bool:
    """Return whether a request says a number of what an amount of a tool is called by: `two approvals`."""
    paths = tuple(path for path, row in tool.arguments.items() if row.sink == "amount")
    called = _words_of(paths)
    return any(singular(noun) in called for _, noun in request.counted)


def _recounts(tool: ToolRow, request: Request) -> bool:
    """Return whether a tool changes an amount, and a request says by how much: `ten percent more`."""
    changes = any(row.sink == "amount" for row in tool.arguments.values()) and not _only_makes(tool)
    return changes and restated(request.text)


def _only_makes(tool: ToolRow) -> bool:
    """Return whether no word of a tool changes what there is."""
    return _CHANGING.isdisjoint(intent.casefold() for intent in tool.intents)


def _rivals(tool: ToolRow, other: ToolRow) -> bool:
    """Return whether two tools may be called with the same values: to mistake one for the other hurts."""
    if tool.id == other.id:
        return False
    theirs = {row.sink for row in other.arguments.values() if row.sink in GUARDED}
    own = {row.sink for row in tool.arguments.values() if row.sink in GUARDED}
    if tool.server != other.server:  # whose object it is tells which server is meant
        return own == theirs and "object" not in own
    return bool(own & theirs) or not own or not theirs


def _spoken(tool: ToolRow, said: AbstractSet[str], nouns: AbstractSet[str]) -> tuple[int, frozenset[str]]:
    """Return how many signs there are that words speak of what a tool is about, and these words."""
    own = frozenset(nouns & said)
    kin = _kin(frozenset(nouns)) & said - nouns if not own else frozenset()
    arguments = frozenset(argument_words(tool) & said - nouns)
    signs = _OWN * bool(own) + max(0, len(own) - 1) + _KIN * bool(kin) + _ARGUMENT * bool(arguments)
    return signs, own or kin or arguments


def _fits(tool: ToolRow, request: Request) -> int:
    """Return how well a tool takes the values that a request says: more where it has a sink for them."""
    sinks = {row.sink for row in tool.arguments.values()}
    kinds, signs = request.kinds(), 0
    for kind, takes in _TAKES:
        if kind in kinds:
            signs += _FIT if sinks & takes else -_AMISS
    if _counts(tool, request):
        signs += _VALUE
    elif request.figures or request.sums or request.bounds:
        signs += _FIT if "amount" in sinks else -_AMISS * ("value" not in sinks)
    if _says_day(request) and "date" in sinks:
        signs += _DATE
    signs += _FIT * takes_phone(tool, request.text)
    if request.quoted:
        signs += _QUOTE if sinks & {"text", "value", "path"} else -_QUOTE * ("object" not in sinks)
    if {"object", "recipient"} <= sinks and _GOES_TO.search(request.text):
        signs += _FIT
    return signs


def _says_day(request: Request) -> bool:
    return bool("date" in request.kinds() or request.resolved or request.times)


_PRICE: Final = re.compile(
    r"(?: for|:) [€$£]?\d[\d.,]*(?: (?:euros?|dollars?|pounds?))?[.!]?$", re.IGNORECASE
)
"""For how much something is to be taken, sold or given."""
_GOES_TO: Final = re.compile(r"\b(?:go|goes|passes|is passed|moves over) to (?=[A-Z][a-z]|@)")
"""Of something that there is, to whom it is given: `whatever she has due goes to Callum`."""


def _says(sentences: Sequence[Sentence], value: str) -> bool:
    """Return whether sentences have a value that an argument may be, or how it is shortened: `ack`."""
    for sentence in sentences:
        low = [token.low for token in sentence]
        for at, word in enumerate(low):
            if (value in {stem(word), code_at(low, at)[0]} or shortens(word, value)) and _meant(sentence, at):
                return True
    return False


def _meant(sentence: Sentence, at: int) -> bool:
    """Return whether a word is the request's own, neither negated nor a part of what is to be told."""
    return not negated(sentence, at) and not any(tells(sentence, i) for i in range(at))


def shortens(word: str, value: str) -> bool:
    """Return whether a word is a short form of a longer one: three letters or more of its beginning.

    A word of its own is none: *call off the meal* says nothing of the `office`.
    """
    short = 3 <= len(word) <= len(value) - 3 and word.isalpha() and value.startswith(word)
    return short and not (is_verb(word) or is_noun(word) or word in _WORDS)


_WORDS: Final = (
    ADVERBS | DETERMINERS | MODALS | OBJECTS | PREPOSITIONS | SUBJECTS | WH | word_set("off out but not")
)


@lru_cache(maxsize=4096)
def _kin(words: frozenset[str]) -> frozenset[str]:
    listed = {word for group in NOUNS if group & words for word in group}
    return frozenset(listed.union(*map(same_nouns, words))) - words


def takes_said(tool: ToolRow, head: Sentence, phrase: Sentence) -> bool:
    """Return whether an act's object is one of a tool's arguments, or is taken for a price that this takes.

    ``head``: the object; ``phrase``: all that the act is about.
    """
    if argument_words(tool) & {singular(token.low) for token in head}:
        return True
    priced = any(row.sink == "amount" for row in tool.arguments.values())
    return priced and _PRICE.search(text_of(phrase)) is not None


def takers_of(rivals: Sequence[ToolRow], head: Sentence, phrase: Sentence) -> list[ToolRow]:
    """Return of tools that share an act's words those that take what is said, where no noun tells."""
    if len(rivals) < 2 or any(near_nouns(it) & said_in(tuple(head)) for it in rivals):
        return []
    return [it for it in rivals if takes_said(it, head, phrase)]


def argument_words(tool: ToolRow) -> frozenset[str]:
    """Return the words of the arguments by which a tool says what it takes."""
    paths = tuple(path for path, row in tool.arguments.items() if row.sink in GUARDED - {"object", "date"})
    return _words_of(paths)


@lru_cache(maxsize=4096)
def _words_of(paths: tuple[str, ...]) -> frozenset[str]:
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", " ".join(paths)).casefold()
    return frozenset(singular(word.removesuffix("ly")) for word in re.findall(r"[a-z]{3,}", plain)) - _PLAIN
