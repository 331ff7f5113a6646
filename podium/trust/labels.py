"""Labels: who may have written a value, and who may read it. They only ever get worse.

Integrity: public < organisation < user. Confidentiality: public < private < secret. What is made of two
values has the worse of each (Denning, A Lattice Model of Secure Information Flow, 1976; Biba, 1977).
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from podium.trust.paths import Step, pattern_of, select
from podium.trust.tools import Confidentiality, FieldLabel, Integrity, ReturnsRow

INTEGRITIES: Final[tuple[Integrity, ...]] = ("public", "organisation", "user")
"""The first is the worst."""
CONFIDENTIALITIES: Final[tuple[Confidentiality, ...]] = ("public", "private", "secret")
"""The last is the worst."""
_INTEGRITY: Final = {name: rank for rank, name in enumerate(INTEGRITIES)}
_CONFIDENTIALITY: Final = {name: rank for rank, name in enumerate(CONFIDENTIALITIES)}


class Label(msgspec.Struct, frozen=True):
    """How far a value is trusted, and how far it may go."""

    integrity: Integrity
    confidentiality: Confidentiality

    def join(self, other: "Label") -> "Label":
        """Return the label of what was made of both: never better than either."""
        return Label(
            min(self.integrity, other.integrity, key=_INTEGRITY.__getitem__),
            max(self.confidentiality, other.confidentiality, key=_CONFIDENTIALITY.__getitem__),
        )

    @property
    def trusted(self) -> bool:
        """Whether the organisation or the user answers for it."""
        return self.integrity != "public"

    @property
    def guarded(self) -> bool:
        """Whether not everybody may read it."""
        return self.confidentiality != "public"

    def __str__(self) -> str:
        """Return it in words, as a person is shown it."""
        return f"{WRITERS[self.integrity]}, {self.confidentiality}"


WRITERS: Final[dict[Integrity, str]] = {
    "public": "anybody may have written it",
    "organisation": "from the organisation",
    "user": "from the user",
}
BEST: Final = Label("user", "public")
"""The join of nothing."""
WORST: Final = Label("public", "secret")


def whole_label(returns: ReturnsRow, arguments: Mapping[str, Any]) -> Label:
    """Return the label of a whole result: as one of the call's arguments says, else as for all.

    Another spelling of a value never gets a better label than that value, nor than all others.
    """
    plain = Label(returns.integrity, returns.confidentiality)
    found: Label | None = None
    for path, by_value in returns.where.items():
        for _, value in select(arguments, path):
            text = str(value)
            own = _over(plain, by_value[text]) if text in by_value else plain
            low = text.strip().casefold()
            for one, field in by_value.items() if text not in by_value else ():
                own = own.join(_over(plain, field)) if one.casefold() == low else own
            found = own if found is None else found.join(own)
    return found or plain


def _over(whole: Label, field: FieldLabel) -> Label:
    return Label(field.integrity or whole.integrity, field.confidentiality or whole.confidentiality)


class Labels:
    """The labels of one tool's results, by place: the longest declared path that holds a place decides."""

    def __init__(self, returns: ReturnsRow, arguments: Mapping[str, Any] | None = None) -> None:
        """``arguments``: of the call that returned it."""
        self.whole = whole_label(returns, arguments or {})
        self._fields = returns.fields
        self._known: dict[str, Label] = {}

    def at(self, steps: tuple[Step, ...]) -> Label:
        """Return the label of the value at a place of a result."""
        return self.of(pattern_of(steps))

    def of(self, pattern: str) -> Label:
        """Return the label of the values at the places of a pattern."""
        known = self._known.get(pattern)
        if known is None:
            known = self._known[pattern] = self._find(pattern)
        return known

    def _find(self, pattern: str) -> Label:
        # The official SDK wraps what is no object as {"result": ...}: its field is read both ways.
        inner = pattern.removeprefix("result").removeprefix(".") if pattern.startswith("result") else pattern
        best, found = -1, None
        for path, label in self._fields.items():
            if len(path) > best and (_holds(path, pattern) or _holds(path, inner)):
                best, found = len(path), label
        if found is None:
            return self.whole
        return _over(self.whole, found)


def _holds(path: str, pattern: str) -> bool:
    return pattern == path or (pattern.startswith(path) and (not path or pattern[len(path)] in ".["))
