"""An act on what something else is only a duplicate of: *close 416 as a duplicate of 415* closes no 415."""

import re
from collections.abc import Sequence

from podium.trust.grounding.findings import Finding
from podium.trust.request.duplicates import REFERRING, duplicates
from podium.trust.request.requests import Request
from podium.trust.values.forms import forms_of, words

IS_ORIGINAL = "the request says it only as what something else is a duplicate of"


def on_original(request: Request, findings: Sequence[Finding]) -> int | None:
    """Return which object of a call is only what another one is a duplicate of, or None."""
    for index, one in enumerate(findings):
        if one.sink != "object":
            continue
        said = {text for _, text in forms_of(one.value)}
        place = 0 if REFERRING & set(words(re.sub(r"([a-z])([A-Z])", r"\1 \2", one.path))) else 1
        for pair in duplicates(request.plain):
            if pair[place] in said and request.words.count(pair[place]) == 1:
                return index
    return None
