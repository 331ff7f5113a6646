"""Who is meant by *everyone at the stand-up*, where that was read: those in its list, and nobody else."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.other_people import PEOPLE_LISTS
from podium.trust.grounding.record.findings import Finding
from podium.trust.values.forms import Form, forms_of, words

WHY: Final = "the request means those of a list that was read, and this one is not in it"
_ALL: Final = re.compile(
    r"\b(?:everyone|everybody|all|people|those|the (?:others|people|attendees|participants|guests|invitees))"
    r"(?: (?:who|that)(?:['\u2019]s|['\u2019]re| (?:is|are|was|were))?)?(?: (?:also|already))?"
    r" (?:at|in|on|of|invited to|coming to|going to|joining|attending|taking part in|expected at)\b",
    re.IGNORECASE,
)


def of_those(grounds: Grounds, findings: list[Finding]) -> None:
    """Ask about whom only a list of ours has, where the request tells something to all of what it names."""
    if not any(one.sink == "recipient" and one.ground == "field" for one in findings):
        return
    there = set(_listed(grounds)) if _means_those(grounds.request.text) else set()
    for at, one in enumerate(findings if there else ()):
        if one.sink == "recipient" and one.ground == "field" and there.isdisjoint(forms_of(one.value)):
            findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=WHY, settled=True)


@lru_cache(maxsize=256)
def _means_those(text: str) -> bool:
    return _ALL.search(text) is not None


def _listed(grounds: Grounds) -> Iterator[Form]:
    """Yield the addresses of people in the lists of what the request names."""
    for seen in grounds.named.values():
        for path, forms, _ in seen.fields:
            if "[]" in path and PEOPLE_LISTS & set(words(path)):
                yield from (form for form in forms if form[0] == "email")
