"""Labels: who may have written a value, and who may read it. They only ever get worse.

Integrity: public < organisation < user. Confidentiality: public < private < secret. What is made of two
values has the worse of each (Denning, A Lattice Model of Secure Information Flow, 1976; Biba, 1977).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from podium.trust.tools import Confidentiality, FieldLabel, Integrity, ReturnsRow, VouchedRow
from podium.trust.values.forms import email_form, inside
from podium.trust.values.paths import Step, pattern_of, select
from podium.trust.values.units import whole
from podium.trust.values.vouching import own_length, vouches

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
    return _by_value(plain, returns.where, arguments) or plain


def _by_value(
    plain: Label, known: Mapping[str, Mapping[str, FieldLabel]], values: Mapping[str, Any]
) -> Label | None:
    """Return the join of what values say of a whole that has a plain label, None where none is there."""
    found: Label | None = None
    for path, by_value in known.items():
        for _, value in select(values, path):
            own = _of_value(plain, by_value, str(value).lower() if isinstance(value, bool) else str(value))
            found = own if found is None else found.join(own)
    return found


def _of_value(plain: Label, by_value: Mapping[str, FieldLabel], text: str) -> Label:
    if text in by_value:
        return _over(plain, by_value[text])
    address = email_form(text)
    domain = address.rpartition("@")[2] if address is not None else ""
    own, low = plain, text.strip().casefold()
    for one, field in by_value.items():
        if domain and one[:1] == "@" and inside(domain, frozenset((one[1:].casefold(),))):
            return _over(plain, field)
        own = own.join(_over(plain, field)) if one.casefold() == low else own
    return own


def _over(whole: Label, field: FieldLabel) -> Label:
    return Label(field.integrity or whole.integrity, field.confidentiality or whole.confidentiality)


class Labels:
    """The labels of one tool's results, by place: the longest declared path that holds a place decides."""

    def __init__(
        self, returns: ReturnsRow, arguments: Mapping[str, Any] | None = None, *, whole: Label | None = None
    ) -> None:
        """``arguments``: of the call that returned it. ``whole``: the label where no field is declared."""
        self.whole = whole or whole_label(returns, arguments or {})
        self._returns = returns
        self._fields = returns.fields
        self._units = {path: it.minor_units for path, it in returns.fields.items() if it.minor_units}
        self._known: dict[str, Label] = {}
        self._values: dict[str, Label] = {}
        self._rows: dict[Label, Labels] = {}
        self._told: tuple[str, ...] = ()
        """The patterns of what a colleague has written, of the object in which the walk is."""
        self._by_told: dict[tuple[str, ...], Labels] = {}

    def of_row(
        self, row: Mapping[str, Any], pattern: str, by_row: Mapping[str, Mapping[str, FieldLabel]]
    ) -> "Labels":
        """Return the labels within an object that stands at a pattern, by the fields that tell its worth.

        A field that strangers may have filled makes the row no better.
        """
        integrity: list[Integrity] = []
        confidentiality: list[Confidentiality] = []
        for path, by_value in by_row.items():
            own = _by_value(self.whole, {path: by_value}, row) or self.whole
            own = own if self.of(f"{pattern}.{path}".lstrip(".")).trusted else own.join(self.whole)
            integrity += [own.integrity] * any(field.integrity for field in by_value.values())
            confidentiality += [own.confidentiality] * any(
                field.confidentiality for field in by_value.values()
            )
        label = Label(
            min(integrity, key=_INTEGRITY.__getitem__, default=self.whole.integrity),
            max(confidentiality, key=_CONFIDENTIALITY.__getitem__, default=self.whole.confidentiality),
        )
        if label == self.whole:
            return self
        if label not in self._rows:
            self._rows[label] = Labels(self._returns, whole=label)
        return self._rows[label]

    def no_better_than(self, other: "Labels") -> "Labels":
        """Return the labels with a whole that is no better than another one's."""
        label = self.whole.join(other.whole)
        return (
            self
            if label == self.whole
            else other
            if label == other.whole
            else Labels(self._returns, whole=label)
        )

    def vouched(self, row: Mapping[str, Any], pattern: str, rule: VouchedRow | None) -> "Labels":
        """Return the labels within an object whose writer the server may vouch for."""
        if rule is None or not vouches(rule, row):
            return self
        told = tuple(f"{pattern}.{path}".lstrip(".") for path in rule.fields)
        if told not in self._by_told:
            own = self._by_told[told] = Labels(self._returns, whole=self.whole)
            own._told = told
        return self._by_told[told]

    def parts(self, value: Any, pattern: str) -> Sequence[tuple[Any, Label, bool]]:
        """Return the parts of a value of one label each, and whether a colleague has written it.

        Of his text that is all up to the first mark of a quoted one; the rest is as without him. A text that
        stands where fields are declared may hold what is in these: it has no better label than any of them.
        """
        label = self._around(pattern)
        if label.trusted or not any(_holds(path, pattern) for path in self._told):
            return ((value, label, False),)
        ours, end = Label("organisation", label.confidentiality), None
        if isinstance(value, str):
            end = own_length(value)
        if end is None:
            return ((value, ours, True),)
        rest = (value[end:], label, False)
        return (rest,) if not value[:end].strip() else ((value[:end], ours, True), rest)

    def in_whole(self, value: Any, pattern: str) -> str | None:
        """Return an amount that stands in minor units in whole ones; None for all else."""
        if not self._units:
            return None
        names = _names(pattern)
        for path, digits in self._units.items():
            if _names(path) in (names, names[1:] if names[:1] == ("result",) else names):
                return whole(value, digits)
        return None

    def at(self, steps: tuple[Step, ...]) -> Label:
        """Return the label of the value at a place of a result."""
        return self.of(pattern_of(steps))

    def of(self, pattern: str) -> Label:
        """Return the label of the values at the places of a pattern."""
        known = self._known.get(pattern)
        if known is None:
            known = self._known[pattern] = self._find(pattern)
        return known

    def _around(self, pattern: str) -> Label:
        """Return the label of one value that stands at a pattern, with all that may be in it."""
        known = self._values.get(pattern)
        if known is None:
            known = self.of(pattern)
            for path in self._fields:
                known = known.join(self.of(path)) if _within(path, pattern) else known
            for one in self._returns.objects:
                labels = [label for by_value in one.rows.values() for label in by_value.values()]
                for label in labels if _within(f"{one.at}.{one.id}", pattern) else ():
                    known = known.join(_over(self.whole, label))
            self._values[pattern] = known
        return known

    def _find(self, pattern: str) -> Label:
        # The official SDK wraps what is no object as {"result": ...}: its field is read both ways.
        inner = pattern.removeprefix("result").removeprefix(".") if pattern.startswith("result") else pattern
        best, found = (-1, 0), None
        for path, label in self._fields.items():
            if label.integrity is None is label.confidentiality:
                continue  # it only says in which unit an amount is
            deep = len(_names(path)), len(path)
            if deep > best and (_holds(path, pattern) or _holds(path, inner)):
                best, found = deep, label
        if found is None:
            return self.whole
        return _over(self.whole, found)


def _holds(path: str, pattern: str) -> bool:
    """Return whether a declared path holds a place: `claims.cause` and `claims[].cause` say the same."""
    names = _names(path)
    return _names(pattern)[: len(names)] == names


def _within(path: str, pattern: str) -> bool:
    """Return whether a declared path leads into what stands at a place."""
    names, own = _names(pattern), _names(path)
    inner = names[1:] if names[:1] == ("result",) else names
    return any(len(own) > len(it) and own[: len(it)] == it for it in (names, inner))


@lru_cache(maxsize=4096)
def _names(pattern: str) -> tuple[str, ...]:
    """Return the names of fields on the way to a place."""
    return tuple(name for name in pattern.replace("[]", "").split(".") if name)
