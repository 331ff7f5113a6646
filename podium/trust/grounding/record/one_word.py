"""Whether a value says one thing: a place, a name, a reference; no sentences, and nobody to ring up."""

import re
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.notations import contacts

_END: Final = re.compile(r"(?:(\w+)\.|[!?;\u2026])[\"')\]\u201d\u2019]*\s+(?=\S)")
_SHORT: Final = word_set(
    "apt ave bldg blvd bros ca cf co corp ct dept dipl dr ed eg esp est etc ext fl ft hon hwy inc ing inv jr "
    "lic ln ltd max min mr mrs ms mt mx nr no op pl po prof pt rd ref rev rm rt sq sr st sta ste str strasse "
    "tel univ vol vs"
)
"""Words that a full stop shortens."""
_NUMBERED: Final = re.compile(
    r"(?i)\b(?:bill|booking|case|claim|code|contract|customer|file|invoice|kd|member|membership|no|nr|nos|"
    r"number|order|policy|project|receipt|ref|reference|rf|ticket|vat)[.:#]?\s*(?:no[.:]?\s?|nr[.:]?\s?|#)?$"
)
"""Before a number by which nobody is rung up."""
_LEADING: Final = re.compile(r"(?i)(?:tel|fax|mob|ph|call|ring|iban|acc|acct|ac|sms)")
_LETTERED: Final = re.compile(r"([A-Za-z]{1,6})[/-]?\d[\w/-]*")
_DATED: Final = re.compile(r"(?:19|20)\d\d[/-]\d[\d/-]*")
_BARE: Final = re.compile(r"[1-9]\d*")


def several_sentences(value: str) -> bool:
    """Return whether a value goes on behind the end of a sentence: `31 Naish Street. Call me`."""
    return any(
        word[1] is None or not (word[1].casefold() in _SHORT or len(word[1]) == 1 or word[1].isdigit())
        for word in _END.finditer(value)
    )


def calls_somebody(value: str) -> bool:
    """Return whether a value has an address, a telephone or an account number, and not only a reference."""
    return any(not _is_reference(value, one) for one in contacts(value))


def _is_reference(value: str, number: str) -> bool:
    """Return whether a number of a value is a reference: led by letters, a year or its word, or all of it.

    `HP-5520417`, `2026/110342`, `invoice 5520417`.
    """
    at = value.find(number)
    if at < 0:
        return False
    start = value.rfind(" ", 0, at) + 1
    end = value.find(" ", at + len(number))
    token = value[start : end if end >= 0 else len(value)].strip(".,;:()[]\"'#")
    if (lettered := _LETTERED.fullmatch(token)) is not None:
        return _LEADING.fullmatch(lettered[1]) is None
    plain = _DATED.fullmatch(token) is not None or _BARE.fullmatch(token) is not None
    return plain and (token == value.strip() or _NUMBERED.search(value[:start]) is not None)
