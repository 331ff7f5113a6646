"""What state things are in, and whether they have something.

States by which people call things otherwise than a system does: what has its checks `passing` is *green*.
"""

from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.readings import Seen
from podium.trust.request.requests import stem
from podium.trust.values.forms import words

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
_NOTHING: Final = frozenset((("", ""), ("number", "0"), ("text", "0"), ("flag", "false"), ("text", "none")))
_BY: Final = {word: group for group in _ALIKE for word in group}


def is_in_state(seen: Seen, word: str) -> bool:
    """Return whether a field that no stranger fills has nothing but what people call so too."""
    alike = _BY.get(word)
    return alike is not None and any(
        trust == FIRM and forms and forms[-1][0] == "text" and stem(forms[-1][1]) in alike
        for _, forms, trust in seen.fields
    )


def is_filled(seen: Seen, word: str) -> bool:
    """Return whether a field that is called so holds something: what has 0 approvals has none."""
    fields = ((path, forms[-1] if forms else ("", "")) for path, forms, _ in seen.fields)
    return any(form not in _NOTHING and word in map(stem, words(path)) for path, form in fields)
