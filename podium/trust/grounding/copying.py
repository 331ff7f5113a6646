"""Somebody's words that a request wants in a thing of the organisation's: *put Priya's claims in the brief*.

They go there as they stand, where all of them are of the text that it names, the change can be undone, nobody
outside reads it, and they lead nowhere: no address, link, account or telephone number is in them.
"""

from collections.abc import Iterable
from itertools import chain

from podium.trust.grounding.findings import Finding
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.notations import contacts, disguised, numbers_in
from podium.trust.grounding.reach import Reach
from podium.trust.grounding.readings import Passage
from podium.trust.request.handing import copies_into
from podium.trust.tools import ToolRow
from podium.trust.values.forms import entities, links


def wanted_there(
    grounds: Grounds, tool: ToolRow, text: str, passages: Iterable[Passage], reach: Reach
) -> bool:
    """Return whether the request wants the words that a text repeats in what a call writes.

    ``passages``: those that it repeats.
    """
    if tool.effect != "write" or reach not in {"organisation", "user"}:
        return False
    if not copies_into(grounds.request.text) or _leads_on(text):
        return False
    return all(grounds.within(one.place) and grounds.handed.by_writer(one.place) for one in passages)


def _leads_on(text: str) -> bool:
    """Return whether a text has an address, a link, an account or a telephone number."""
    found = chain(links(text), disguised(text), contacts(text), numbers_in(text))
    return any(form[0] in {"email", "iban", "url"} for form, _ in entities(text)) or any(True for _ in found)


def is_known(findings: Iterable[Finding]) -> bool:
    """Return whether the request names on what a call is done, and nothing else of it is open."""
    found = list(findings)
    return all(one.trusted for one in found) and any(
        one.sink in {"object", "path"} and one.ground in {"object", "request"} for one in found
    )
