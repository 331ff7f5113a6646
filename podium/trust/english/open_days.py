"""Whether words leave it to a calendar on which day something is: `one afternoon next week`, `a free day`.

How long something takes, how much there is of it or how far it is moved says no day: *his days off*, *two
hours*, *put it off by a week*.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.english.almanac import span_of
from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import RELATIVE

_MEASURES: Final = word_set("days nights hour hours minutes weeks later earlier")
"""Words that say how much or how far, unless one of them is to be found."""
_TO_FIND: Final = word_set(
    "find free some any one which what when whenever another other best suit suits suitable spare slot open "
    "earliest first few soonest next choose pick"
)
_FAR: Final = re.compile(
    r"(?<!once )(?<!twice )(?<!times )\b"
    r"(?:(?:by|for|another|an extra|a further) (?:an? |one )?"
    r"(?:whole |full )?(?:day|week|fortnight|month|year)"
    r"|a (?:whole |full )?(?:week|fortnight|month|year))\b"
    r"(?! (?:in|next|of|on|that|this|when|which|with)\b)(?: (?:later|earlier))?"
)
"""How far something is moved, or how long it takes, by one unit."""
_SPAN: Final = re.compile(r"(?<!\bthe )\b(this|next) (week|month)\b")
"""Behind `the` it may begin today: *within the next month*."""
_PARTS: Final = {"afternoons": "afternoon", "mornings": "morning", "evenings": "evening"}


def _words(text: str) -> set[str]:
    return {_PARTS.get(word, word) for word in re.findall(r"[^\W\d_]+", text)}


@lru_cache(maxsize=256)
def leaves_open(text: str, day: str | None, today: str) -> bool:
    """Return whether a text in lower case leaves a day open, and this one is within the weeks that it says.

    ``day``: an ISO date, None where no date is known. ``today``: empty where nobody knows it.
    """
    said = _words(text)
    when = said & RELATIVE
    rest = _words(_FAR.sub(" ", text))
    if not when or not rest & (RELATIVE | _TO_FIND) or (when <= _MEASURES and not said & _TO_FIND):
        return False
    spans = [match.groups() for match in _SPAN.finditer(text)]
    if day is None or not spans or not today or day.startswith("-"):
        return True
    ends = [span_of(which, unit, date.fromisoformat(today)) for which, unit in spans]
    return any(first <= date.fromisoformat(day) <= last for first, last in ends)
