"""Who is to get a copy of what somebody else is written: *Hanne from finance in cc*.

Whoever gets a copy alone is not written to: a mail to her and nobody else is none that the request speaks of.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.things.parting import copied
from podium.trust.request.requests import Request
from podium.trust.tools import ToolRow
from podium.trust.values.forms import email_form, forms_of, words

_IN_COPY: Final = re.compile(
    r"(?<![\w'-])([A-Z][\w'-]*(?:,? (?:and |& )?[A-Z][\w-]*)*)"
    r"(?: (?:from|of|in|at) (?:the |our )?[\w-]+(?: [\w-]+)?)?"
    r" (?:(?:goes|is|should be|can be|must be|also|too) )?"
    r"(?:in|on|into) (?:copy|b?cc)\b"
)
_COPIES: Final = frozenset(("cc", "bcc", "copy", "copies", "copied"))
WHY: Final = "the request wants it in copy of what goes to somebody else"


def in_copy_alone(tool: ToolRow, grounds: Grounds, findings: Sequence[Finding]) -> int | None:
    """Return which recipient the request wants in copy, where a call goes to nobody else, or None."""
    aside = {path for path in tool.arguments if _COPIES & set(words(path))}
    names = _only_copied(grounds.request) if aside else frozenset[str]()
    if not names:
        return None
    first = [at for at, one in enumerate(findings) if one.sink == "recipient" and one.path not in aside]
    if not first or not all(findings[at].trusted and _is_of(grounds, findings[at], names) for at in first):
        return None
    return first[0]


@lru_cache(maxsize=256)
def _copied_words(text: str) -> tuple[str, ...]:
    return tuple(word for match in _IN_COPY.finditer(text) for word in words(match[1]))


def _only_copied(request: Request) -> frozenset[str]:
    """Return the names that stand only where a request says who gets a copy."""
    there = copied(request) | frozenset(_copied_words(request.text))
    return frozenset(word for word in there if request.words.count(word) == 1) - COMMON


def _is_of(grounds: Grounds, one: Finding, names: frozenset[str]) -> bool:
    """Return whether the request calls somebody by names of those who get a copy, and by no other name."""
    forms = set(forms_of(one.value))
    address = email_form(one.value)
    if address is not None and address in grounds.request.plain:
        return False
    called = set(words((address or one.value).partition("@")[0]))
    for index in carriers(grounds.readings, forms):
        called |= {word for name, said in grounds.readings.objects[index].names for word in words(name)}
    mine = called & grounds.request.capitalised - COMMON
    return bool(mine) and mine <= names
