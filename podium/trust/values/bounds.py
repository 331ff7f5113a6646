"""What a value of JSON may be so that Podium keeps it as it is: its depth, its size, its numbers.

Whoever keeps or hashes a value walks through it: past these bounds that takes long, or cannot be done.
"""

import math
from typing import Any, Final

MAX_DEPTH: Final = 200
MAX_VALUES: Final = 20_000
"""Of one result; one with more is read as one text."""
MAX_ARGUMENTS: Final = 10_000
"""Values in the arguments of one call. Far fewer are judged, but it takes time to see that."""
_LEAST, _MOST = -(2**63), 2**64 - 1


def too_deep(value: Any) -> bool:
    """Return whether a value nests deeper than `MAX_DEPTH`."""
    level = [value]
    for _ in range(MAX_DEPTH):
        held = [one for one in level if isinstance(one, dict | list | tuple)]
        if not held:
            return False
        level = [item for one in held for item in (one.values() if isinstance(one, dict) else one)]
    return any(isinstance(one, dict | list | tuple) for one in level)


def excess(value: Any, most: int = MAX_VALUES) -> str | None:
    """Return what is too much about a value, in words; None: it can be kept.

    ``most``: how many values it may have.
    """
    waiting, count = [(value, 0)], 0
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, dict | list | tuple):
            if depth >= MAX_DEPTH:
                return f"nesting deeper than {MAX_DEPTH}"
            count += len(item)
            if count > most:
                return f"more than {most} values"
            waiting += [(one, depth + 1) for one in (item.values() if isinstance(item, dict) else item)]
        elif isinstance(item, float):
            if not math.isfinite(item):
                return "a number that no double holds"
        elif isinstance(item, int) and not _LEAST <= item <= _MOST:
            return "a whole number of more than 64 bits"
    return None
