"""What a request lists behind the kind: *the waiting repairs: R-201 and the tandem*, *(Ada's and Bram's)*.

The list says which of the kind are meant. Without it the kind alone would mean all that are waiting.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.vocabulary import COMMON
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

_MARK: Final = (
    r"(?::|\(|\s[-\u2013\u2014]"
    r"|\s?,?\s(?:i\.e\.|ie|namely|meaning|that is|that's)"
    r"|,(?=\s?[A-Za-z]{0,4}[-/ ]?\d))"
)
_LIST: Final = re.compile(_MARK + r",?\s*([^;!?\n()]{2,200})")
"""What stands behind a mark that explains what was said before it, or an identifier behind a comma."""
_NEAR: Final = 4
"""Words before the mark, of which one is the noun of the kind."""


def listed(request: Request, nouns: AbstractSet[str], names: Mapping[int, AbstractSet[str]]) -> set[int]:
    """Return which things of a kind a request lists behind its noun.

    ``names``: by thing, what it is called by.
    """
    found: set[int] = set()
    for match in _LIST.finditer(request.text):
        before = words(request.text[: match.start()])[-_NEAR:]
        if not any(stem(word) in nouns for word in before):
            continue
        said = set(words(match[1]))
        found |= {index for index, called in names.items() if any(_is_said(name, said) for name in called)}
    return found


def _is_said(name: str, said: AbstractSet[str]) -> bool:
    """Return whether words have a name, or a part of it that tells."""
    parts = words(name)
    if parts and said >= set(parts):
        return True
    return any(len(part) > 2 and part in said for part in parts if part not in COMMON)
