"""Whom a request says only to leave out: *don't send it to bob@x.example, send it to Ann*.

Who stands in nothing but an order not to do something is not therefore meant, though the request says him.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.grounding.findings import Finding
from podium.trust.request.requests import Request

_WHOM: Final = frozenset(("recipient", "payee", "url"))
_NOT: Final = re.compile(
    r"(?:^|[.!?;:,(\n]\s*|\b(?:and|but|so|please|then|just|you|we)\s+)(?:please\s+|just\s+)?"
    r"(?:don't|do not|dont|never|must not|mustn't|should not|shouldn't|may not|no need to|avoid)"
    r"\s+(?P<rest>[^;:!?\n]+?)(?=[;:!?\n]|,|\.(?:\s|$)|$|\s(?:but|and then|instead)\b)",
)
_LEFT_OUT: Final = re.compile(
    r"\b(?:not|except(?: for)?|instead of|rather than|other than|excluding|apart from|leave out|leaving out)"
    r"\s+(?P<rest>(?:(?:to|in|into|on|at|for|with|the|our|my)\s+){0,3}\S+)"
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
WHY: Final = "the request says it only of what is not to be done"


def refused(request: Request, findings: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield whom a request has only where it says not to, and why that is no ground."""
    clauses = _clauses(request.plain)
    for index, one in enumerate(findings if clauses else ()):
        if one.sink in _WHOM and one.trusted and one.ground != "grant":
            said = re.compile(rf"(?<![\w@.-]){re.escape(one.value.casefold().lstrip('#@'))}(?![\w@-]|\.\w)")
            there = len(said.findall(request.plain))
            if 0 < there == sum(len(said.findall(clause)) for clause in clauses):
                yield index, WHY


@lru_cache(maxsize=256)
def _clauses(text: str) -> tuple[str, ...]:
    """Return what stands in orders not to do something, each place once."""
    low, spans = text.replace("\u2019", "'"), list[tuple[int, int]]()
    for match in (*_NOT.finditer(low), *_LEFT_OUT.finditer(low), *_KEPT_OUT.finditer(low)):
        inside = any(start <= match.start("rest") < end for start, end in spans)
        if not inside and not _NO_REFUSAL.search(match["rest"]):
            spans.append(match.span("rest"))
    return tuple(low[start:end] for start, end in spans)
