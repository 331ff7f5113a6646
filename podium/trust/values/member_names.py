"""Names of members that are values: an account, a person's name, by which a result is sorted."""

from typing import Final

MAX_NAME: Final = 24
"""Characters of a field's name."""
LEAST_DIGITS: Final = 3
"""Of a member's name that is a value: names of fields have one or two."""


def is_data(name: str) -> bool:
    """Return whether a member's name is a value of its own, no name of a field."""
    return (
        len(name) > MAX_NAME
        or " " in name.strip()
        or "@" in name
        or not name.isascii()
        or sum(map(str.isdigit, name)) >= LEAST_DIGITS
    )
