"""Where somebody lives or something is brought: the numbers in an address are no amounts."""

import re
from functools import lru_cache
from typing import Final

_NAME: Final = r"\b[A-Z][\w'\u2019.-]{0,30}"
_KINDS: Final = (
    "Street|St|Road|Rd|Lane|Avenue|Ave|Drive|Way|Close|Court|Square|Place|Terrace|Row|Hill|Gardens|Crescent"
    "|Boulevard|Quay|Walk|Mews|Yard|Parade|Grove"
)
_ENDINGS: Final = (
    "stra(?:ss|\u00df)e|weg|gasse|platz|allee|damm|steig|straat|laan|gracht|plein|vej|gatan|katu"
)
_BEFORE: Final = "Rua|Rue|Via|Viale|Calle|Avenida|Largo|Piazza|Plaza|Pra\u00e7a|Ulica|Boulevard"
_OF: Final = "d[aeou]s?|del|della|de la|du"
_MONEY: Final = r"[$\u20ac\u00a3\u00a5]|euros?\b|dollars?\b|pounds?\b"
_HOUSE: Final = rf"\d{{1,4}}(?: ?[a-zA-Z])?(?![\w%]|[.,]\d|\s?(?:{_MONEY}))"
_CODE: Final = rf",? (?:in )?\d{{4,5}} {_NAME}"
_TOWN: Final = rf"(?:{_CODE}|,? in {_NAME})"
_LIVING: Final = r"\b(?:mov(?:e|ed|ing)|liv(?:e|es|ing)|stay(?:s|ing)?|deliver|ship|bring|come|collect)\b"
_LED: Final = r"[^.;!?\n\d]{0,40}?\b(?:to|is|in|at|from)[: ] ?"
_ADDRESS: Final = re.compile(
    rf"\b\d{{1,4}}[a-zA-Z]?(?: {_NAME}){{1,3}} (?:{_KINDS})\b(?:{_TOWN})?"
    rf"|(?:{_NAME} ){{0,3}}\b(?:(?:{_KINDS})|[A-Z]\w{{1,30}}(?:{_ENDINGS})) {_HOUSE}(?:{_TOWN})?"
    rf"|\b(?:{_BEFORE}) (?:(?:{_OF}) )?{_NAME}(?: {_NAME}){{0,2}},? {_HOUSE}(?:{_TOWN})?"
    rf"|\baddress\b{_LED}(?:{_NAME} ){{1,4}}{_HOUSE}(?:{_TOWN})?"
    rf"|{_LIVING}{_LED}(?:{_NAME} ){{1,4}}{_HOUSE}{_TOWN}"
    rf"|\b(?:to|at|in|is|from|of)[: ] ?(?:{_NAME} ){{1,4}}{_HOUSE}{_CODE}"
)
_NUMBER: Final = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")


def without_addresses(text: str) -> str:
    """Return a text without the addresses that it says."""
    return _ADDRESS.sub(" | ", text) if any(map(str.isdigit, text)) else text


@lru_cache(maxsize=256)
def house_numbers(text: str) -> frozenset[str]:
    """Return the numbers that stand in the addresses of a text, and nowhere else in it."""
    rest = without_addresses(text)
    if rest == text:
        return frozenset()
    return frozenset(re.findall(r"\d+", " ".join(_ADDRESS.findall(text)))) - set(_NUMBER.findall(rest))
