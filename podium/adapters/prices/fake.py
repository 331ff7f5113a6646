"""A price list in memory: for tests, and for whoever has no use for a published one."""

from collections.abc import Mapping

from podium.spend.prices import PriceSheet


class FakePriceList:
    """`podium.ports.PriceList` over given sheets.

    ``sheets`` is by the list's provider and model id, each with the Unix time in nanoseconds from which it
    holds; ``addresses`` tells which base URL belongs to which provider id.
    """

    def __init__(
        self,
        sheets: Mapping[tuple[str, str], tuple[tuple[int, PriceSheet], ...]] | None = None,
        *,
        addresses: Mapping[str, str] | None = None,
    ) -> None:
        self._sheets = dict(sheets or {})
        self._addresses = dict(addresses or {})

    def find(self, provider_base_url: str, upstream_model: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet in force at a Unix time in nanoseconds, or None where there is no such model."""
        for address, provider_id in self._addresses.items():
            if provider_base_url.startswith(address):
                return self.find_named(provider_id, upstream_model, at_ns)
        return None

    def find_named(self, provider_id: str, model_id: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet by the list's own provider and model ids, or None."""
        dated = self._sheets.get((provider_id, model_id.lower()), ())
        # As published lists do: before the first date the first price holds.
        sheet = dated[0][1] if dated else None
        for from_ns, later in dated:
            if at_ns >= from_ns:
                sheet = later
        return sheet
