"""Which forms of a value count for what it decides: of a recipient the address, of a sum the number."""

from typing import Final

from podium.trust.tools import Sink
from podium.trust.values.forms import Form

FITTING: Final[dict[Sink, frozenset[str]]] = {
    "payee": frozenset(("iban", "email", "text")),
    "recipient": frozenset(("email", "url", "text")),
    "url": frozenset(("url",)),
    "path": frozenset(("text",)),
    "object": frozenset(("text", "number")),
    "amount": frozenset(("number",)),
    "date": frozenset(("date",)),
    "value": frozenset(("email", "iban", "url", "number", "date", "text")),
}
"""Which forms of a value count for a kind of sink."""


def fitting_of(sink: Sink, forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return the forms of a value that count for a sink; of a sum also how an account has what was spent."""
    found = tuple(form for form in forms if form[0] in FITTING.get(sink, ()))
    if sink != "amount":
        return found
    return found + tuple(("number", f"-{form}") for _, form in found if form[:1] != "-")
