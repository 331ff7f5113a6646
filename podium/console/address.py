"""Addresses of the console: what a page shows stands in its URL, filters included."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass(frozen=True)
class Address:
    """A path and its query. Empty values are left out, so that equal views have equal addresses."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Return the address of a path with a query; each name counts once, the last one wins."""
        parts = urlsplit(url)
        return cls(parts.path.rstrip("/") or "/", tuple(dict(parse_qsl(parts.query)).items()))

    def get(self, name: str) -> str | None:
        """Return a query value, or None."""
        return dict(self.query).get(name)

    def among(self, name: str, allowed: tuple[str, ...]) -> str:
        """Return a query value that must be one of ``allowed``; the first one stands for anything else."""
        value = self.get(name)
        return value if value in allowed else allowed[0]

    def but(self, **changes: str | int | None) -> str:
        """Return the URL with some values changed; None takes one out. It leads to the newest rows again."""
        query = dict(self.query)
        query.pop("before", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value not in {None, ""}:
                query[name] = str(value)
        return self.path + (f"?{urlencode(query)}" if query else "")
