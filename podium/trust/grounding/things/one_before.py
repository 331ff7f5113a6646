"""The one before: *roll back to the previous version*, *the release before today's*, *what ran before*.

Of a list with days that is the row before the newest, or before the one that is said. A request that says
so leaves open no other one of the list, however trusted that is.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place, Seen
from podium.trust.request.requests import Request
from podium.trust.tools import Sink
from podium.trust.values.forms import forms_of

_IT_IS: Final = "it is the one before, as the request says"
WHY: Final = "the request says the one before, and that is another one"
_SINKS: Final[frozenset[Sink]] = frozenset(("value", "path", "amount"))
_THING: Final = (
    r"(?:version|release|build|deploy(?:ment)?|revision|image|tag|one|price|rate|plan|setting"
    r"|config(?:uration)?)"
)
_PREVIOUS: Final = re.compile(
    rf"\b(?:previous|prior|preceding) (?:\w+ )?{_THING}\b"
    r"|\bwhat(?:ever)? (?:ran|was (?:running|there|live|deployed|on)|we (?:had|ran|used)|it (?:was|had)) "
    r"(?:there )?(?:before|previously)\b(?! \w)"
    rf"|\bone {_THING} back\b|\bback (?:by )?one {_THING}\b"
)
_BEFORE: Final = re.compile(
    rf"\b{_THING} (?:of [\w-]+ )?(?:that (?:ran|was (?:running|live|there)) )?(?:right |just |immediately )?"
    r"(?:before|prior to) "
    r"(?:(?P<today>today|this morning|this afternoon|tonight)\b"
    r"|(?P<latest>(?:the|our|its) (?:last|latest|newest|current|new)\b|(?:this|that|it)\b)"
    r"|(?:version |release |build )?(?P<said>v?\d[\w.-]*\w))"
)


def one_before(grounds: Grounds, findings: list[Finding]) -> None:
    """Take the one before that a request means, and ask about another one of its list."""
    said = _anchor(grounds.request.plain)
    for index, one in enumerate(findings if said else ()):
        forms = forms_of(one.value)
        itself = ("text", said) in forms or ("text", said.removeprefix("v")) in forms
        if one.sink not in _SINKS or one.ground in {"grant", "stranger", "nowhere"}:
            continue
        if any(map(grounds.request.says, forms)) and not itself:
            continue
        others = [it for it in findings if it is not one and it.trusted]
        found = [
            meant
            for form in forms
            for it in grounds.readings.at(form)
            if it.label.trusted and it.object >= 0
            if (meant := _is_meant(grounds, it, said, others)) is not None
        ]
        if any(found) and not one.trusted:
            findings[index] = msgspec.structs.replace(one, ground="field", may_ask=False, why=_IT_IS)
        elif found and not any(found):
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=WHY)


def _is_meant(grounds: Grounds, place: Place, anchor: str, others: Sequence[Finding]) -> bool | None:
    """Return whether a place is in the row before the one that is said; None in what has no order."""
    objects = grounds.readings.objects
    here = objects[place.object]
    rows = [
        (index, seen)
        for index, seen in enumerate(objects)
        if seen.result == here.result and seen.nouns == here.nouns and seen.within == here.within
    ]
    for other in others:
        has = [pair for pair in rows if _has(pair[1], other)]
        rows = has if any(index == place.object for index, _ in has) else rows
    if len(rows) < 2 or not all(seen.at for _, seen in rows):
        return None
    rows.sort(key=lambda pair: pair[1].at)
    at = _place_of(grounds.request, anchor, [seen for _, seen in rows])
    return at > 0 and rows[at - 1][0] == place.object


def _has(seen: Seen, one: Finding) -> bool:
    wanted = set(forms_of(one.value))
    return any(trust and wanted & set(forms) for _, forms, trust in seen.fields)


def _place_of(request: Request, anchor: str, rows: Sequence[Seen]) -> int:
    """Return which of the rows is the one before which it is; -1 for none."""
    if anchor == "latest":
        return len(rows) - 1
    if anchor == "today":
        days = [seen.at[:10] for seen in rows]
        return days.index(request.today) if request.today in days else -1
    wanted = {form for text in (anchor, anchor.removeprefix("v"), f"v{anchor}") for form in forms_of(text)}
    found = [
        at for at, seen in enumerate(rows) for _, forms, trust in seen.fields if trust and wanted & set(forms)
    ]
    return found[0] if found else -1


@lru_cache(maxsize=256)
def _anchor(plain: str) -> str:
    """Return before what it is that a request means: `latest`, `today`, or what stands there; else empty."""
    if (match := _BEFORE.search(plain)) is not None:
        return match["said"] or ("today" if match["today"] else "latest")
    return "latest" if _PREVIOUS.search(plain) else ""
