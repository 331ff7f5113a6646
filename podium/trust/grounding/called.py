"""By what a thing is called: its own fields, and those of what stands in it: an order by its lines."""

from typing import TYPE_CHECKING

from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import Request
from podium.trust.tools import ObjectRow

if TYPE_CHECKING:
    from podium.trust.grounding.readings import Seen


def is_name(rule: ObjectRow, path: str) -> bool:
    """Return whether a thing is called by a field of it, or of what stands in a list within it."""
    return path in rule.names or path.removesuffix("[]") in rule.names


def call(seen: "Seen", request: Request, text: str, *, trusted: bool) -> None:
    """Note where a request mentions a thing by one of its names."""
    before = len(seen.names)
    seen.names.extend((text, mention) for mention in request.mentions(text, trusted=trusted))
    seen.spoken = seen.spoken or (len(seen.names) > before and not trusted)


def number(seen: "Seen", request: Request, text: str, path: str) -> None:
    """Note where a request says the number of a thing, which a trusted field has."""
    found = request.numbered(text, seen.nouns | nouns_of(path))
    seen.names.extend((text, mention) for mention in found)
    seen.vouched = seen.vouched or bool(found)


def leads(rule: ObjectRow) -> bool:
    """Return whether a thing is called by what stands in it, which may be things of their own."""
    return any("." in name for name in rule.names)
