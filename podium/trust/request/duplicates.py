"""What a request calls a duplicate of what: *close 416 as a duplicate of 415* is done to 416."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_KIND: Final = r"(?:(?:the )?(?:issue|ticket|bug|pull request|pr|request|case|card|number|no\.?) )?#?"
_IS: Final = "(?:is|it is|it's|which is|being|was)"
_JUST: Final = "(?: (?:just|really|exactly|actually|only|basically|clearly|pretty much))?"
_SAME: Final = r"the (?:very )?same(?: (?:thing|issue|ticket|bug|problem|report|story|case|request|one))?"
_DOUBLE: Final = re.compile(
    rf"(?<![\w-])#?(\w[\w-]*\d)(?: (?:on|in) [\w-]+)?,?(?:(?: {_IS})?(?: closed)?(?: as)?{_JUST}"
    rf"(?: an?| the)?(?: exact)? (?:duplicate|dupe|double|copy) of| {_IS}{_JUST} {_SAME} as| duplicates)"
    rf" {_KIND}(\w[\w-]*\d)(?![\w-])"
)
REFERRING: Final = frozenset(("duplicate", "duplicates", "duplicated", "original", "canonical", "of", "into"))
"""Words of an argument that takes what something is a duplicate of."""


@lru_cache(maxsize=64)
def duplicates(text: str) -> Sequence[tuple[str, str]]:
    """Return the identifiers of which a request, in lower case, says that one is a duplicate of the other."""
    return tuple((match[1], match[2]) for match in _DOUBLE.finditer(text) if match[1] != match[2])
