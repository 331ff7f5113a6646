"""What a grant gives as default: it goes where the request says nothing else of it.

JSON Schema's `default` in a grant: `from_account: {default: AC-1}`, `role: {default: viewer}`, `reply_all:
{default: false}`. An author says by it which value nobody has to say. It gives no ground to any other value,
and none to itself where the request means another one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from podium.trust.grants import Default
from podium.trust.grounding.carriers import carriers
from podium.trust.grounding.findings import Finding
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.switches import switched
from podium.trust.request.requests import Request
from podium.trust.values.forms import forms_of


def left_as_is(request: Request, finding: Finding, value: bool, default: Any) -> Finding:
    """Return what was found of a switch: trusted where it is the default, and the request does not tell."""
    if finding.trusted or value is not default or switched(request, finding.path) is not None:
        return finding
    return msgspec.structs.replace(finding, ground="grant", may_ask=False, why="it is the grant's default")


def overruled(
    grounds: Grounds, findings: Sequence[Finding], defaults: Mapping[str, Default]
) -> Iterator[tuple[int, str]]:
    """Yield the findings of defaults beside which the request names another one that the call does not take.

    `500 from the holiday pot to Ann`: the account that is the default is not the one that is meant.
    """
    taken = {form for one in findings for form in forms_of(one.value)}
    for index, one in enumerate(findings):
        default = defaults.get(one.path)
        if one.ground != "grant" or default is None or not default.forms & set(forms_of(one.value)):
            continue
        objects = grounds.readings.objects
        kinds = {
            (objects[it].server, objects[it].nouns)
            for it in carriers(grounds.readings, default.forms)
            if default.forms & set(objects[it].id)
        }
        for seen in grounds.named.values():
            if (seen.server, seen.nouns) in kinds and seen.id and not taken & set(seen.id):
                yield index, f"the request names {seen.id[0][1]!r}"
                break
