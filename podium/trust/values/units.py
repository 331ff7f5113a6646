"""Amounts in minor units, pence or cents, and the same in whole ones: 480000 and 4800."""

import re
from decimal import Decimal
from typing import Final

from podium.trust.values.forms import number_form


def whole(value: object, digits: int) -> str | None:
    """Return an amount in whole units in its plain notation; None where it is no number of minor ones."""
    bare = not isinstance(value, str) or _BARE.fullmatch(value) is not None
    number = number_form(value) if bare else None
    if number is None or "." in number or len(number) > _MAX_DIGITS:
        return None
    return number_form(format(Decimal(number).scaleb(-digits), "f"))


def minor(value: str, digits: int) -> str:
    """Return an amount in minor units, as a call has it; the amount itself where it is no number of them."""
    number = number_form(value)
    found = number_form(format(Decimal(number).scaleb(digits), "f")) if number is not None else None
    return value if found is None or "." in found else found


_BARE: Final = re.compile(r"-?[0-9]+")
_MAX_DIGITS: Final = 18
