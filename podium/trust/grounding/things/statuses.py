"""What state things are in, and whether they have something.

States by which people call things otherwise than a system does: what has its checks `passing` is *green*.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.words import bases, deed_of, singular
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.request.requests import stem
from podium.trust.values.forms import Form, words

FIRM: Final = 2
"""The trust of a field that no stranger fills, as `Seen.fields` has it."""
_ALIKE: Final = tuple(
    frozenset(map(stem, word_set(group)))
    for group in (
        "green passing passed pass succeeded successful success ok",
        "red failing failed fail failure broken",
        "pending waiting undecided unanswered",
        "cancelled canceled",
        "done completed complete finished",
        "unpaid outstanding owing",
        "full booked taken occupied",
        "free vacant available unoccupied",
    )
)
_OF_STATES: Final = word_set("state status column stage lane phase progress")
_FINISHED: Final = word_set("done closed complete completed finished archived resolved")
_GONE: Final = _FINISHED | word_set(
    "solved cancelled canceled declined rejected refused merged dropped abandoned expired void obsolete "
    "deleted removed withdrawn returned paid settled shipped delivered refunded lost won over "
    "not never no wont"
)
"""Words of states in which nothing is open any more, or of which nobody knows: `won't do`."""
_NOTHING: Final = frozenset((("", ""), ("number", "0"), ("text", "0"), ("flag", "false"), ("text", "none")))
_BY: Final = {word: group for group in _ALIKE for word in group}


def is_in_state(seen: Seen, word: str) -> bool:
    """Return whether a field that no stranger fills has nothing but what people call so too, or counts it."""
    alike = _BY.get(word)
    if was_done(seen, word):
        return True
    return alike is not None and any(
        trust == FIRM and forms and forms[-1][0] == "text" and stem(forms[-1][1]) in alike
        for _, forms, trust in seen.fields
    )


def still_open(readings: Readings, indexes: Sequence[int]) -> list[int]:
    """Return those of some things that are open where no state is called so: in any but a finished one.

    By a field of states that no stranger fills and in which something of their kind is finished: with columns
    `to do`, `doing` and `done` the cards of the first two.
    """
    objects = readings.objects
    kinds = (every for every in readings.register.trusted.values() if not set(indexes).isdisjoint(every))
    told = {
        path
        for every in kinds
        for index in every
        for path, state in _states(objects[index])
        if state in _FINISHED
    }
    return [
        index
        for index in indexes
        if (own := {state for path, state in _states(objects[index]) if path in told})
        and not any(_GONE & set(words(state)) for state in own)
    ]


def _states(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yield the fields of states that no stranger fills, and what stands there."""
    for path, forms, trust in seen.fields:
        if trust == FIRM and forms and forms[-1][0] == "text" and _OF_STATES & set(words(path)[-1:]):
            yield path, forms[-1][1]


def is_filled(seen: Seen, word: str) -> bool:
    """Return whether a field that is called so holds something: what has 0 approvals has none."""
    fields = ((path, forms[-1] if forms else ("", "")) for path, forms, _ in seen.fields)
    return any(form not in _NOTHING and word in map(stem, words(path)) for path, form in fields)


def was_done(seen: Seen, word: str) -> bool:
    """Return whether a count that no stranger fills says that it was done: *approved* has `approvals: 1`."""
    verbs = {base for base, form in bases(word).items() if form == "ed"}
    return bool(verbs) and any(
        trust == FIRM and _is_some(forms) and any(verbs & {one, deed_of(one)} for one in _last(path))
        for path, forms, trust in seen.fields
    )


def _last(path: str) -> list[str]:
    return [singular(word) for word in words(path)[-1:]]


def _is_some(forms: Sequence[Form]) -> bool:
    """Return whether a value is a number above nought."""
    return any(kind == "number" and not text.startswith("-") and text.strip("0.") for kind, text in forms)
