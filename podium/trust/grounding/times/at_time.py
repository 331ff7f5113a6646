"""What a request names by when it begins: *my 9 o'clock on Friday*, *the meeting at 14:00 tomorrow*.

It says the day and the time, and no word that this one does not have: nothing else begins then.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.english.clocked import HOURS
from podium.trust.english.lexicon import NEGATIONS, NUMBERS, PREPOSITIONS, word_set
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON, RELATIVE
from podium.trust.english.words import Token, text_of
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.parting import is_kind
from podium.trust.request.asking import Sentence, find_acts
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.request.wordings.briefly import made_to_be
from podium.trust.tools import ToolRow
from podium.trust.values.forms import date_form, times_in, words


def by_time(request: Request, tool: ToolRow, objects: Sequence[Seen], group: Sequence[int]) -> set[int]:
    """Return the one object of a kind that begins when a request says, in all its readings."""
    if not request.clock or not group or not is_kind(tool, objects[group[0]]):
        return set()
    for said in _described(request, tool):
        fits = {
            index
            for index in group
            if any(time in said.clock and said.means_day(day) for day, time in begins_of(objects[index]))
        }
        if len({objects[index].id for index in fits}) == 1 and _explains(said, objects[min(fits)]):
            return fits
    return set()


def not_made_to_be(request: Request, findings: Sequence[Finding]) -> int | None:
    """Return which day or time of a call the request only says beside the one to which it changes that.

    *It won't be done on Monday, make it Wednesday*: by its index, or None.
    """
    said = [part for sentence in request.sentences if (part := made_to_be(sentence))]
    when = _part(said[0], request.today) if len(said) == 1 else None
    for index, one in enumerate(findings if when is not None else ()):
        day, time = date_form(one.value), next(iter(times_in(one.value)), "")
        if one.sink != "date" or one.ground != "request" or when is None:
            continue
        other = day is not None and bool(when.resolved or when.dates) and not when.says_day(day)
        ends = bool(request.lengths)  # it says how long it takes: then its end is another time
        if other or (time and when.clock and time not in when.clock and not ends):
            return index
    return None


def _described(request: Request, tool: ToolRow) -> Iterator[Request]:
    """Yield what each order for the tool says of what it acts on, up to what that becomes.

    What is said right before it counts, where the order says no time or no day itself: *they can't do eight
    on Saturday. Release that slot and book the one at eleven*.
    """
    last: Sentence = ()
    for sentence in request.sentences:
        acts = [act for intent in tool.intents for act in find_acts(sentence, intent) if act.mood == "asked"]
        for act in acts[:1]:
            part = sentence[act.at + 1 : _becomes(sentence, act.at, tool)]
            if not part or NEGATIONS & {token.low for token in part}:
                continue
            said, text = _part(text_of(part), request.today), text_of(part)
            if said.clock and not said.leaves_date:
                yield said
            elif (before := _before(sentence[: act.at], last, request.today)) is not None:
                (day,) = before.resolved
                if said.clock and part[0].low in _THAT:
                    yield _part(f"{text} on {day}", request.today)
                elif part[0].low in _THAT and len(before.clock) in {1, 2}:
                    yield _part(f"{before.text} {text}", request.today)
        last = sentence


def _before(start: Sentence, last: Sentence, today: str) -> Request | None:
    """Return what stands before an order, in its sentence or the last one, if it says one day and a time."""
    for part in (start, last):
        said = _part(text_of([token for token in part if token.low not in _CANNOT]), today)
        if said.clock and len(said.resolved) == 1:
            return said
    return None


def _becomes(sentence: Sentence, at: int, tool: ToolRow) -> int:
    """Return where a sentence begins to say what something becomes, or something else: `to 11`.

    Of a tool that takes two things, so does what it says of the other one: `for the lemonade`.
    """
    two = sum(row.sink == "object" for row in tool.arguments.values()) > 1
    for place in range(at + 1, len(sentence)):
        token = sentence[place]
        if two and token.low in _FOR and place > at + 1:
            return place
        if token.low in _ENDS or (token.low in _TO and any(map(_is_time, sentence[place + 1 : place + 4]))):
            return place
    return len(sentence)


def _is_time(token: Token) -> bool:
    return token.kind == "number" or token.low in CALENDAR | RELATIVE | HOURS.keys() | _DAYTIME


def _explains(said: Request, seen: Seen) -> bool:
    """Return whether a thing has every word of its description: `my dentist at 9` is no other meeting."""
    has = set().union(*map(kinds_like, seen.nouns)) | {
        stem(word) for _, forms, _ in seen.fields if forms for word in words(forms[-1][1])
    }
    left = [
        word
        for word in said.words
        if not (word in _PLAIN or any(c.isdigit() for c in word) or word in said.bag & HOURS.keys())
    ]
    return all(stem(word) in has for word in left)


def begins_of(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yield the days and times at which a thing begins, of fields that are trusted once it is named."""
    days, times = set[str](), set[str]()
    for path, forms, trust in seen.fields:
        text = forms[-1][1] if forms else ""
        if not trust or len(text) > MAX_CHARS or not _LATER.isdisjoint(words(path)):
            continue
        here, clock = {form for kind, form in forms if kind == "date"}, set(times_in(text))
        if here and clock:
            yield from ((day, time) for day in here for time in clock)
        days |= here
        times |= clock if not here else set()
    yield from ((day, time) for day in days for time in times)


@lru_cache(maxsize=256)
def _part(text: str, today: str) -> Request:
    return Request(text, date.fromisoformat(today) if today else None)


MAX_CHARS: Final = 40
_TO: Final = word_set("to until till instead onto into for by")
_FOR: Final = word_set("for with to")
_THAT: Final = word_set("that this the it")
"""What an order says for what stands before it."""
_CANNOT: Final = word_set(
    "take make do does come manage attend suit suits work works fit fits keep see not don't doesn't "
    "can't cannot won't isn't meet able possible have has got i we he she they me us him her them "
    "you any more after all ."
)
"""Words by which somebody says that a time does not do."""
_ENDS: Final = frozenset((",", ";", ":", ".", "and", "but", "then", "because", "since", "so", "if", "when"))
_DAYTIME: Final = word_set("noon midday midnight next half quarter")
_LATER: Final = word_set(
    "end ends until to till finish created updated modified sent received due deadline arrive arrives "
    "arrival arriving land lands landing"
)
_PLAIN: Final = (
    COMMON
    | ACTS
    | CALENDAR
    | RELATIVE
    | PREPOSITIONS
    | NUMBERS.keys()
    | _DAYTIME
    | word_set("my our the that this one o s clock am pm a p m st nd rd th morning afternoon evening")
)
