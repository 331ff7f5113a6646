"""Which field is an address or an account, and which only has one in what it says."""

import re
from typing import Final

from podium.trust.values.forms import EMAIL, IBAN, Form, words
from podium.trust.values.labels import Label

_ONE: Final = rf"(?:[^<>@/\\]{{0,80}}<(?:mailto:)?{EMAIL.pattern}>|(?:mailto:)?{EMAIL.pattern})"
_ADDRESSES: Final = re.compile(rf"\s*{_ONE}(?:\s*[,;\s]\s*{_ONE})*[\s,;]*")
_OF_ACCOUNT: Final = frozenset(("iban", "bic", "swift", "account", "acct", "no", "nr", "number", "at", "and"))
_BIC: Final = re.compile(r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_PATH: Final = re.compile(r"[^<]*[/\\][^<]*<")


def only_addresses(text: str) -> bool:
    """Return whether a text is an address, ``Name <address>``, or a list of such."""
    return _ADDRESSES.fullmatch(text) is not None


def only_accounts(text: str) -> bool:
    """Return whether a text is an account, or a list of such: `IBAN: DE.., BIC: ..`."""
    return _OF_ACCOUNT.issuperset(words(_BIC.sub(" ", IBAN.sub(" ", text))))


def lends(form: Form, text: str, label: Label) -> bool:
    """Return whether a text gives a value to whom a call may go: one in a longer text it does not.

    Whoever names a file `Order ann@acme.example`, or has sent a mail that is told of, has not given it. What
    the user wrote does; what strangers did, gives nothing anyhow. An account in a text is that of whom the
    text says, also in the user's own.
    """
    if form[0] == "iban":
        return not label.trusted or only_accounts(text)
    return form[0] != "email" or label.integrity != "organisation" or only_addresses(text)


def without_address(text: str, forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return the forms of a text, without the address of what is a path: `bills/Order <ann@acme.example>`."""
    if not text.endswith(">") or _PATH.match(text) is None:
        return forms
    return tuple(form for form in forms if form[0] != "email")
