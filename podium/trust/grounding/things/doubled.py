"""An act on what something else is only a duplicate of: *close 416 as a duplicate of 415* closes no 415."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from podium.trust.grounding.record.findings import Finding
from podium.trust.request.requests import Request
from podium.trust.request.wordings.duplicates import REFERRING, duplicates
from podium.trust.values.forms import forms_of, words

_WHY: Final = frozenset(("reason", "resolution"))
"""Words of an argument that says why something is closed."""
_CALLED: Final = re.compile(r"\b(?:duplicate|dupe)")
_CODE: Final = re.compile(r"\w[\w-]*")
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


def other_reasons(request: Request, arguments: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield by which other reason a call closes what the request calls a duplicate: `completed`."""
    if not _CALLED.search(request.plain) or not duplicates(request.plain):
        return
    for path, value in arguments.items():
        code = value.casefold() if isinstance(value, str) and _WHY & set(words(path)) else ""
        if _CODE.fullmatch(code) and not _CALLED.match(code) and code not in request.bag:
            why = "the request says that it is a duplicate"
            yield Finding(path, code, "value", "unnamed", may_ask=True, why=why)
