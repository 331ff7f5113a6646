"""A yes or no of the part of a request that names the thing: *approve Jonas's train and reject Mia's pen*.

Each says yes or no by its own verb, of what it names. The other one's is asked about.
"""

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.states.switches import turned
from podium.trust.request.requests import request_of
from podium.trust.values.forms import forms_of

_SAID = "the request says so of this one"
_OTHER = "the request says the opposite of this one"


def turned_in_part(grounds: Grounds, findings: list[Finding]) -> None:
    """Ground a yes or no by the part in which what the call is about is named, where each is in its own."""
    if not any(one.value in {"True", "False"} for one in findings):
        return
    parts, objects = grounds.naming.parts, grounds.readings.objects
    ids = {form: text for index, text in parts.items() for form in objects[index].id}
    own = {
        ids[form] for one in findings if one.sink == "object" for form in forms_of(one.value) if form in ids
    }
    if len(own) != 1 or len(set(parts.values())) < 2:
        return
    here = request_of(next(iter(own)))
    for at, one in enumerate(findings):
        if one.sink == "value" and one.value in {"True", "False"}:
            said = turned(here, one.path)
            if said is None:
                continue
            if said is (one.value == "True") and not one.trusted:
                findings[at] = msgspec.structs.replace(one, ground="request", may_ask=False, why=_SAID)
            elif said is not (one.value == "True") and one.trusted:
                findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=_OTHER)
