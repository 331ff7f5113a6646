"""Who gets to read what a call writes: by the values that it has, or as its tool's policy says."""

from collections.abc import Iterable
from typing import Final, Literal

from podium.trust.grounding.record.findings import Finding
from podium.trust.tools import Readers, SinkRow, ToolRow
from podium.trust.values.forms import email_form, inside, url_form, url_host

Reach = Literal["user", "organisation", "named", "public"]
"""Who gets to read it: the user alone, the organisation, somebody outside who is known, anybody."""
_REACH: Final[dict[Reach, int]] = {"user": 0, "organisation": 1, "named": 2, "public": 3}


def reach_of(
    tool: ToolRow, row: SinkRow, finding: Finding | None, value: object, domains: frozenset[str]
) -> Reach | None:
    """Return who reads what goes to a sink's value; None: the sink says nothing about it."""
    if (readers := row.readers_for(value)) is not None:
        return reach_for(readers)
    if row.sink == "query":
        return "public" if tool.returns.confidentiality == "public" else "user"
    if row.sink in {"path", "object"}:
        return "user"
    if row.sink not in {"recipient", "payee", "url"} or finding is None:
        return None
    text = value if isinstance(value, str) else str(value)
    if row.sink == "url":
        form = url_form(text)
        if form is not None and inside(url_host(form), domains):
            return "organisation"
        return "named" if finding.trusted else "public"
    if finding.user_alone:
        return "user"
    address = email_form(text)
    if address is not None and inside(address.rpartition("@")[2], domains):
        return "organisation"
    if not finding.trusted:
        return "public"
    return "named" if address is not None or row.sink == "payee" else "organisation"


def reach_for(readers: Readers) -> Reach:
    """Return who reads what is written where a policy says who its readers are."""
    return "named" if readers == "outside" else readers


def widest(reaches: Iterable[Reach]) -> Reach:
    """Return the widest of them, ``user`` where there is none."""
    return max(reaches, key=_REACH.__getitem__, default="user")
