"""The channel of all of us: *announce it to everybody* means `general`, if all in the organisation read it.

It is meant by a channel's name alone, as everybody would call such a one, where the policy says that the
organisation reads it, or a list that no stranger fills has it; and where the request tells something to all,
and not to all of some place.
"""

import re
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.tools import ToolRow
from podium.trust.values.forms import forms_of

WHY: Final = "the request tells it to everybody, and all of the organisation read it there"
_NAMES: Final = word_set(
    "general all everyone everybody company company-wide all-hands allhands all-staff staff announcements "
    "announcement all-company team office everyone-here"
)
_WHO: Final = (
    r"(?:everybody|everyone|all of us|all (?:the |our )?(?:staff|colleagues|hands|people here|employees)"
    r"|(?:the |our )?(?:whole|entire) (?:team|company|firm|office|staff|house|crew|place|lot|organi[sz]ation"
    r"|business|group|outfit))"
)
_TELLS: Final = (
    r"(?:tell|let|inform|remind|notify|ask|warn|message|thank|write|mail|email|update|brief|invite|assure)"
)
_GIVES: Final = (
    r"(?:announce|post|write|say|send|share|pass|spread|tell|message|put|publish|break|circulate|mention"
    r"|give)"
)
_NOT_ALL: Final = (
    r"(?!\s+(?:in|at|on|from|of|who|whose|whom|with|without|but|except|involved|else|concerned|affected|there"
    r"|apart|other|bar|save|minus|outside|invited|coming|working|attending)\b|['\u2019]s\b|\s*[#@])"
)
_TOLD: Final = re.compile(
    rf"(?<![\w'\u2019-])(?:{_TELLS}\s+(?:to\s+)?{_WHO}|{_GIVES}\b(?:(?!\bthat\b)[^.!?:;\n]){{0,80}}?\s(?:to|for|with)\s+{_WHO})"
    rf"{_NOT_ALL}(?![\w-])",
    re.IGNORECASE,
)
_NEVER: Final = re.compile(
    r"\b(?:not|never|don['\u2019]?t|without|before|rather than|instead of)\s+(?:\w+\s+)?$", re.IGNORECASE
)
_ELSEWHERE: Final = re.compile(r"(?<!\w)#[\w-]+|\b(?:channel|room|thread|group)\b", re.IGNORECASE)


def to_everybody(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Let a message go to the channel of all, where the request tells something to everybody."""
    for at, one in enumerate(findings):
        if one.sink != "recipient" or one.trusted or one.value.strip().lstrip("#").casefold() not in _NAMES:
            continue
        if not tells_everybody(grounds.request.text):
            continue
        row = tool.arguments.get(one.path)
        ours = row is not None and row.readers_of and row.readers_for(one.value) == "organisation"
        places = (
            place for form in forms_of(one.value.strip().lstrip("#")) for place in grounds.readings.at(form)
        )
        if ours or any(it.label.trusted and not it.told and it.object >= 0 for it in places):
            findings[at] = msgspec.structs.replace(
                one, ground="request", may_ask=False, why=WHY, settled=False
            )


@lru_cache(maxsize=256)
def tells_everybody(text: str) -> bool:
    """Return whether a request tells something to all of us, and says no place where."""
    if _ELSEWHERE.search(text) is not None:
        return False
    return any(_NEVER.search(text[: match.start()]) is None for match in _TOLD.finditer(text))
