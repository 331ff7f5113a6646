"""Corrections as limits see them: what is added to, or given back to, the windows that a charge drew on.

A window is changed in the transaction that writes the correction, and the correction's row says by how much:
so it happens exactly once. It is the window in which the call was admitted; one that is over, or that is kept
no more, gives nothing to the present one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from podium.keeper.books import Books, Row
from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.ports.aggregates import corrections
from podium.ports.database import slices
from podium.spend.crediting import charged_at_first, decide_kept, decide_standing
from podium.spend.reconciling import Correction

Amounts = dict[int, int]
"""Signed, by slice."""


def amounts_of(text: str | None) -> Amounts:
    """Return SLICE:AMOUNT pairs with blanks between."""
    pairs = (part.split(":") for part in (text or "").split())
    return {int(number): int(amount) for number, amount in pairs}


def text_of(amounts: Amounts) -> str | None:
    """Return amounts as text, None where nothing changes."""
    return " ".join(f"{number}:{amount}" for number, amount in amounts.items() if amount) or None


class Credits:
    """The windows of some charges, locked until the transaction ends; `write` writes what has changed."""

    def __init__(self, connection: Connection, charges: Iterable[Mapping[str, Any]]) -> None:
        self._connection = connection
        self._books = Books(connection)
        rows = list(charges)
        numbers = {number for row in rows for number in amounts_of(row["draws"])}
        for row in rows:
            if row["unattributed"]:
                numbers.update(self._unattributed(row["incarnation"]))
        self._books.lock(self._books.window_ids_of(numbers))
        self._books.read(numbers)

    def _unattributed(self, incarnation: str) -> Sequence[int]:
        query = select(slices.c.id).where(
            slices.c.incarnation == incarnation, slices.c.state == "unattributed"
        )
        return self._connection.execute(query).scalars().all()

    def correct(self, charge: Mapping[str, Any], asked: Correction, cost_nano_usd: int) -> str | None:
        """Bring a charge's windows to what it costs now. Return by how much each was changed."""
        known = charge["input_tokens"] is not None
        tokens: dict[str, Any] = {name: charge[name] or 0 for name in TOKEN_FIELDS}
        usage = Usage(**tokens) if known else None
        earlier = self._earlier(charge["charge_id"])
        changed: Amounts = {}
        for number, drawn in amounts_of(charge["draws"]).items():
            window = self._window(number)
            if window is None:
                continue
            unit = window.values["unit"]
            first = charged_at_first(
                unit,
                drawn,
                cost_nano_usd=charge["cost_nano_usd"],
                usage=usage,
                estimated=bool(charge["estimated"]),
                crashed=charge["outcome"] == "crashed",
            )
            stands = first + earlier.get(number, 0)
            must = decide_standing(
                unit, stands, cost_nano_usd=cost_nano_usd, usage=asked.usage, settled=asked.settled
            )
            changed[number] = max(must - stands, -window.values["charged"])
            window.add("charged", changed[number])
        return text_of(changed)

    def release(self, incarnation: str, explained_nano_usd: int) -> str | None:
        """Give back what a host crash had charged and bills do not show. Return by how much each changed."""
        changed: Amounts = {}
        for number in self._unattributed(incarnation):
            window, row = self._window(number), self._books.slices[number]
            if window is None:
                continue
            of = row.values
            left = max(0, of["granted"] - of["returned"] - of["spent"] - of["covered"])
            back = left - decide_kept(window.values["unit"], left, explained_nano_usd)
            back = min(back, window.values["charged"], window.values["unattributed"])
            window.add("charged", -back)
            window.add("unattributed", -back)
            row.add("returned", back)
            row.put("state", "reclaimed")
            changed[number] = -back
        return text_of(changed)

    def write(self) -> None:
        """Write the windows that have changed."""
        self._books.write()

    def _window(self, number: int) -> Row | None:
        row = self._books.slices.get(number)
        return self._books.windows.get(row.values["window_id"]) if row is not None else None

    def _earlier(self, charge_id: str) -> Amounts:
        query = select(corrections.c.windows).where(corrections.c.charge_id == charge_id)
        sums: Amounts = {}
        for text in self._connection.execute(query).scalars():
            for number, amount in amounts_of(text).items():
                sums[number] = sums.get(number, 0) + amount
        return sums
