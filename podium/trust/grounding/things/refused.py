"""What a request says only to leave out: *don't send it to bob@x.example, send it to Ann*; *not on Friday*.

Whoever stands in nothing but an order not to do something is not therefore meant, though the request says
him; nor is a day, a number or a word.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.grounding.reckoning import words_of_request
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.times.timing import FOLLOWS
from podium.trust.request.requests import Request
from podium.trust.values.forms import MONTH, date_form, forms_of

_MONTHS: Final = MONTH.casefold()
_WHOM: Final = frozenset(("recipient", "payee", "url"))
_NOT: Final = re.compile(
    r"(?:^|[.!?;:,(\n]\s*|\b(?:and|but|so|please|then|just|you|we)\s+)(?:please\s+|just\s+)?"
    r"(?:don't|do not|dont|never|must not|mustn't|should not|shouldn't|may not|no need to|avoid)"
    r"\s+(?P<rest>[^;:!?\n]+?)(?=[;:!?\n]|,|\.(?:\s|$)|$|\s(?:but|and then|instead)\b)",
)
_LEFT_OUT: Final = re.compile(
    r"\b(?:not|except(?: for)?|instead of|rather than|other than|excluding|apart from|leave out|leaving out)"
    r"\s+(?P<rest>(?:(?:to|in|into|on|at|for|from|as|with|the|our|my)\s+){0,3}"
    rf"(?:\d{{1,2}}\w*\s+(?:of\s+)?(?:{_MONTHS})\b|(?:{_MONTHS})\s+(?:the\s+)?\d{{1,2}}\w*|\S+))"
)
_KEPT_OUT: Final = re.compile(
    r"(?P<rest>\S+) (?:should not|shouldn't|must not|mustn't|need not|needn't|may not|is not to|isn't to)"
    r" (?:get|have|receive|know|see|read|hear|be|learn)\b"
)
_NO_REFUSAL: Final = re.compile(
    r"^(?:only|just|forget|hesitate|fail|miss|wait|(?:let|keep|leave) \S+ (?:wait|waiting|hanging|down))\b"
    r"|\b(?:only|alone|unless|without|again|twice|any ?more|too|as well|anybody but|anyone but|else)\b"
)
"""Of a clause that forbids how or what else, and not whom: *don't forget to tell Ann*, *not only Ann*."""
_WHAT: Final = frozenset(("date", "amount", "value", "path"))
_BOUND: Final = re.compile(
    r"\b(?:before|until|till|after|by|since|earlier|later|more|less|over|under|above|below|exceed|fewer|than|least|most)\b"
)
"""Of a clause that forbids what is beyond a day or a number: *don't start before Friday*."""
WHY: Final = "the request says it only of what is not to be done"


def refused(request: Request, findings: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield which values a request has only where it says not to, and why that is no ground."""
    spans = _spans(request.text)
    clauses = [request.text[start:end] for start, end in spans]
    for index, one in enumerate(findings if spans else ()):
        if one.sink in _WHOM and one.trusted and one.ground != "grant":
            who = re.escape(one.value.lstrip("#@"))
            said = re.compile(rf"(?<![\w@.-]){who}(?![\w@-]|\.\w)", re.IGNORECASE)
            if 0 < len(said.findall(request.text)) == sum(len(said.findall(clause)) for clause in clauses):
                yield index, WHY
        elif one.sink in _WHAT and one.ground == "request" and one.why != FOLLOWS:
            bound = _BOUND if one.sink in {"date", "amount"} else None
            there = [it for it in clauses if not (bound and bound.search(it.casefold()))]
            left = _part(_without(request.text, spans), request.today)
            if any(_says(_part(it, request.today), one) for it in there) and not _says(left, one):
                yield index, WHY


@lru_cache(maxsize=64)
def _part(text: str, today: str) -> Request:
    return Request(text, date.fromisoformat(today) if today else None)


def _says(request: Request, one: Finding) -> bool:
    """Return whether a part of a request says a value."""
    if one.sink == "date":
        day = date_form(one.value)
        return day is not None and request.says_day(day)
    if one.sink == "amount":
        return any(form in request.entities | request.spelled for form in forms_of(one.value))
    return words_of_request(request, one.value)


def without_refused(text: str) -> str:
    """Return a text without what it says only to leave out."""
    spans = _spans(text)
    return _without(text, spans) if spans else text


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text without some of its parts."""
    ends = [0, *(at for span in spans for at in span), len(text)]
    return " , ".join(text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))


@lru_cache(maxsize=256)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where orders not to do something stand, and what is to be left out, in their order."""
    low, spans = text.lower().replace("\u2019", "'"), list[tuple[int, int]]()
    if len(low) != len(text):
        return ()
    for match in (*_NOT.finditer(low), *_LEFT_OUT.finditer(low), *_KEPT_OUT.finditer(low)):
        inside = any(start <= match.start("rest") < end for start, end in spans)
        if not inside and not _NO_REFUSAL.search(match["rest"]):
            spans.append(match.span("rest"))
    return tuple(sorted(spans))
