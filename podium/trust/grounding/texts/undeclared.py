"""What a call says besides the values of its sinks: by the names of its members, and by numbers of a read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from podium.trust.values.member_names import is_data

LEAST_FIGURE: Final = 1000
MAX_FIGURES: Final = 2
"""Smaller numbers that a read may take without a word: a limit, a page."""
MAX_SWITCHES: Final = 8
MAX_WORD: Final = 12


def names_in(value: Any, declared: Collection[str], pattern: str = "") -> Iterator[str]:
    """Yield the names of a call's members that are no names of fields: whoever calls has chosen them.

    ``declared``: the patterns of its sinks. What stands within one is a part of its value.
    """
    if isinstance(value, (dict, Mapping)):
        for key, item in value.items():
            name = f"{pattern}.{key}" if pattern else str(key)
            if name in declared:
                continue
            if is_data(str(key)):
                yield str(key)
            yield from names_in(item, declared, name)
    elif isinstance(value, (list, tuple)) and f"{pattern}[]" not in declared:
        for item in value:
            yield from names_in(item, declared, f"{pattern}[]")


def is_word(value: Any) -> bool:
    """Return whether a value is one short word: an order, a language."""
    return isinstance(value, str) and len(value) <= MAX_WORD and f"{value}a".replace("-", "").isalpha()


def told_by(values: Sequence[Any]) -> list[str]:
    """Return the texts, numbers and switches of a read that may tell something: a few small ones do not."""
    texts = [one for one in values if isinstance(one, str)]
    switches = [str(int(one)) for one in values if isinstance(one, bool)]
    figures = [one for one in values if not isinstance(one, (bool, str))]
    small = len(figures) <= MAX_FIGURES and all(
        isinstance(one, int) and abs(one) < LEAST_FIGURE for one in figures
    )
    told = texts if small else [*texts, *map(str, figures)]
    return told + switches if len(switches) > MAX_SWITCHES else told
