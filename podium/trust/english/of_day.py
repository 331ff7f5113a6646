"""Days by which a request only says which text it means: *the minutes of 19 November*, *Tuesday's notes*."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.english.almanac import resolved
from podium.trust.values.forms import MONTH, dates_in

_TEXTS: Final = (
    r"(?:minutes|notes?|mails?|e-?mails?|letters?|reports?|logs?|memos?|transcripts?|protocols?|messages?"
    r"|summary|summaries|write-?ups?|records?|recordings?|newsletters?|posts?)"
)
_WEEKDAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAY: Final = (
    rf"(?:(?:{_WEEKDAY},? )?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTH})\b\.?(?:,? \d{{4}})?"
    rf"|(?:{_WEEKDAY},? )?(?:{MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}/\d{{4}}|the \d{{1,2}}(?:st|nd|rd|th)\b"
    rf"|(?:last |this )?{_WEEKDAY}\b|yesterday|today)"
)
_OF_TEXT: Final = re.compile(
    rf"\b{_TEXTS} (?:of|from|dated) {_DAY}"
    rf"|\b(?:{_DAY})['\u2019]s? (?:[a-z]+ )?{_TEXTS}\b"
    rf"|\b(?:the|my|our|his|her|their) {_DAY} (?:[a-z]+ )?{_TEXTS}\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def names_texts_alone(text: str, today: str) -> bool:
    """Return whether a text says days, and each only tells which text is meant."""
    rest = _OF_TEXT.sub(" | ", text)
    if rest == text or next(dates_in(rest), None) is not None:
        return False
    return not today or not resolved(rest, date.fromisoformat(today))
