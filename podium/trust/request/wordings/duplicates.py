"""What a request calls a duplicate of what: *close 416 as a duplicate of 415* is done to 416.

*416 is the same as 415, close it as a duplicate* says so too: what it speaks of first is closed.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_KIND: Final = r"(?:(?:the )?(?:issue|ticket|bug|pull request|pr|request|case|card|number|no\.?) )?#?"
_WHERE: Final = r"(?: (?:on|in|from)(?: [\w./-]{1,40}){1,3}?)?"
_DOUBLE: Final = re.compile(
    rf"(?<![\w-])#?(\w[\w-]*\d){_WHERE},?(?: (?:is|it is|it's|which is|being|was))?(?: closed)?(?: as)?"
    rf"(?:(?: just| really)?(?: an?| the)?(?: exact)? (?:duplicate|dupe|double|copy) of| duplicates)"
    rf" {_KIND}(\w[\w-]*\d)(?![\w-])"
)
_SAME: Final = re.compile(
    rf"(?<![\w-])#?(\w[\w-]*\d){_WHERE} (?:is|seems|seems to be|looks like)(?: just| exactly| really)?"
    r" the (?:very )?same (?:thing |issue |bug |ticket |problem |report |one )?as"
    rf" {_KIND}(\w[\w-]*\d)(?![\w-])"
    r"[^\d]{0,40}\b(?:close|mark|resolve) (?:it|that|that one) as (?:an? )?(?:duplicate|dupe|double)\b"
)
"""Behind which `it` is what the sentence is about."""
REFERRING: Final = frozenset(("duplicate", "duplicates", "duplicated", "original", "canonical", "of", "into"))
"""Words of an argument that takes what something is a duplicate of."""


@lru_cache(maxsize=64)
def duplicates(text: str) -> Sequence[tuple[str, str]]:
    """Return the identifiers of which a request, in lower case, says that one is a duplicate of the other."""
    found = (match for one in (_DOUBLE, _SAME) for match in one.finditer(text))
    return tuple((match[1], match[2]) for match in found if match[1] != match[2])
