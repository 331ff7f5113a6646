"""What the agent of a task has written itself: read again, it makes nothing trusted.

A note of its own, an entry in a list of people, a sum in a record: whatever label their field has, the agent
chose them, and whoever has hijacked it did.
"""

from collections.abc import Callable, Iterable
from typing import Final

from podium.trust.values.forms import Form, entities, forms_of, squash

LEAST: Final = 11
"""Squashed characters by which words are known again; a part of them too."""
MOST: Final = 200
"""Texts, and values, that are remembered."""
LEAST_DIGITS: Final = 3
"""Of a number that is known again; smaller ones stand everywhere."""
MAX_CHARS: Final = 20_000
"""Of one text, where addresses and accounts are looked for."""


class Own:
    """The agent's own words and values in one task."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._forms: dict[Form, None] = {}

    def note(self, arguments: Iterable[str], said: str, known: Callable[[Form], bool]) -> None:
        """Remember what a call wrote that is not known: neither the request nor a trusted field says it.

        ``said``: the request, squashed.
        """
        for text in arguments:
            squashed, forms = squash(text), forms_of(text)
            if len(squashed) >= LEAST and squashed not in said and not any(map(known, forms)):
                self._texts = [*self._texts[1 - MOST :], squashed]
            inside = [form for form, _ in entities(text[:MAX_CHARS]) if form[0] in {"email", "iban", "url"}]
            for form in dict.fromkeys((*inside, *filter(_tells, forms))):
                if not known(form) and len(self._forms) < MOST:
                    self._forms[form] = None

    def has(self, text: str, forms: Iterable[Form]) -> bool:
        """Return whether a value that is read is one of these, or words are a part of them."""
        if self._forms and any(form in self._forms for form in forms):
            return True
        there = squash(text) if self._texts else ""
        return len(there) >= LEAST and any(there in own or own in there for own in self._texts)


def echoes(text: str, forms: Iterable[Form], arguments: Iterable[str]) -> bool:
    """Return whether a result only says again what its call asked for: an address, an account, a number."""
    return any(map(_tells, forms)) and text in arguments


def _tells(form: Form) -> bool:
    kind, text = form
    return kind in {"email", "iban", "url"} or (kind == "number" and len(text) >= LEAST_DIGITS)
