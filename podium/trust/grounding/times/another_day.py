"""Whether a request says a day to come on which an act is to be done: *pay Ann 60 euros on 5 December*.

A day that tells which thing is meant (*the bill of 5 December*), by when (*by Friday*), what somebody is
told or what else is so (*he leaves on Friday*) is none of the act.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.english.almanac import days_of
from podium.trust.english.lexicon import PREPOSITIONS
from podium.trust.english.words import bases
from podium.trust.grounding.things.parting import own_verbs, verbs_and_parts
from podium.trust.grounding.things.refused import without_refused
from podium.trust.request.requests import Request, request_of
from podium.trust.request.set_apart import QUOTED
from podium.trust.request.wordings.answering import TELL
from podium.trust.tools import ToolRow
from podium.trust.values.forms import MONTH, words

_WEEKDAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_OF_MONTH: Final = r"\d{1,2}(?:st|nd|rd|th)"
_DAY: Final = (
    rf"(?:the )?(?:this |next |last |coming )?(?:{_WEEKDAY}|(?:{_OF_MONTH}|\d{{1,2}})(?: of)? (?:{MONTH})\b"
    rf"|(?:{MONTH})\b\.? (?:{_OF_MONTH}|\d{{1,2}})\b|{_OF_MONTH}\b|\d{{4}}-\d\d-\d\d|(?:{MONTH})\b"
    r"|today|tomorrow|yesterday|week|month|year)(?:,? \d{4}\b)?"
)
_NOT_OF: Final = (
    r"(?<!\bas )(?<!\bend )(?<!\bstart )(?<!\bbeginning )(?<!\bmiddle )(?<!\bfirst )(?<!\blast )(?<!\bday )"
    r"(?<!\bweek )(?<!\bmonth )(?<!\dst )(?<!\dnd )(?<!\drd )(?<!\dth )"
)
_OTHERS: Final = re.compile(
    rf"{_NOT_OF}\bof (?:the )?{_DAY}"
    rf"|\b(?:from|dated|since|by|before|until|till|than|within|about|regarding) {_DAY}"
    rf"|\b(?:due|\w{{2,}}ed|(?!thing\b)\w{{2,}}ing|sent|got|made|bought|paid|came|went) (?:on |at |for )?"
    rf"{_DAY}|\b{_DAY}['\u2019]s\b(?! time)"
    rf"|\b(?:the|my|our|his|her|their|your|an?|that|this) (?:{_WEEKDAY})(?:['\u2019]s)? (?=[a-z])"
    r"(?!next |week\b|morning|afternoon|evening|at |in |on |by |for |to |from |and |or |please)",
    re.IGNORECASE,
)
"""Days of something else than an act."""
_CLAUSE: Final = re.compile(
    r"\b(?:that|which|who|whose|because|since|when|if|while|whether|where|what|how|in case"
    r"|(?:before|after|until|till|as|so|for) (?=(?:i|he|she|it|we|they|you|there|[A-Z]\w+) ))\b.*$"
    r"|\b(?:about|regarding|concerning|re:|called|titled|named) .*$",
    re.DOTALL,
)
"""What is said of a thing, or why, up to the end of a part."""
_TOLD: Final = re.compile(
    r"(?:\b(?:that|whether|if|saying|how|why|what|when|about|regarding|of (?:the|our|my|his|her|their))\b|:"
    r"|(?<=\w )(?:I|we|he|she|they|it|there)(?:'\w+)? [a-z])[^.!?\n]*"
)
"""What somebody is told."""
_STATES: Final = re.compile(
    r"^\W*(?:i|he|she|it|we|they|you|there|this|that|which)\b"
    r"|\b(?:is|are|was|were|has|have|had|will|leaves?|comes?|goes|needs?|wants?|starts?|ends?|gets?|be)\b|'ll\b",
    re.IGNORECASE,
)
_LEADS: Final = re.compile(
    r"^\W*(?:(?:and|then|so|please|but|only|not before)\W+)*(?:on |at |in |from |as of )?"
    rf"(?:{_DAY}|the end|the start|(?:\w+ )?(?:days?|weeks?|months?))",
    re.IGNORECASE,
)
"""A part that says when, and nothing else: `On 5 December, pay Ann`."""
_NEXT: Final = re.compile(
    r"\bnext (?:week|month|quarter|year)\b"
    r"|\bin (?:an?|one|two|three|four|\d+) (?:day|week|fortnight|month)s?'s? time\b",
    re.IGNORECASE,
)
_NOT_YET: Final = re.compile(
    r"\b(?:(?:wait|hold off|hold it|hold that|nothing|not|n't \w+(?: \w+){0,6})(?: with \w+)? "
    r"(?:until|till|before) (?!(?:i|he|she|it|we|they|you)\b)|only (?:after|from) )([^.!?;,\n]{1,30})",
    re.IGNORECASE,
)
"""That something is not done before a day."""
_LONG_AGO: Final = date(1970, 1, 1)


def says_day_for(request: Request, tool: ToolRow) -> bool:
    """Return whether a request says a day to come on which what a tool does is to be done."""
    sinks = {row.sink for row in tool.arguments.values()}
    tells = {"recipient", "text"} <= sinks and not TELL.isdisjoint(tool.intents)
    return _says(request.text, request.today, own_verbs(tool), tells=tells)


@lru_cache(maxsize=256)
def _says(text: str, today: str, own: frozenset[str], *, tells: bool) -> bool:
    since = date.fromisoformat(today) if today else _LONG_AGO
    if not tells and any(_is_to_come(match[1], since) for match in _NOT_YET.finditer(text)):
        return True
    said = without_refused(QUOTED.sub(" ", text))
    said = _TOLD.sub(" ", said) if tells else said
    return any(_is_to_come(part, since) for part in _when(said, own))


def _when(text: str, own: frozenset[str]) -> Iterator[str]:
    """Yield the parts of a text that may say when an act is done, without days of other things."""
    found = [(verbs - PREPOSITIONS, part) for verbs, part in verbs_and_parts(request_of(text), own)]
    ordered = [not own.isdisjoint(base for it in words(part) for base in bases(it)) for _, part in found]
    acts = {at for at, (verbs, _) in enumerate(found) if ordered[at] or verbs & own}
    acts |= {at for at in range(1, len(found)) if at - 1 in acts and not found[at][0] | found[at - 1][0]}
    for at, (verbs, part) in enumerate(found):
        leads = _LEADS.match(part) and (at + 1 in acts or at - 1 in acts) and not verbs - own
        if acts and not (ordered[at] or leads or (at in acts and not _STATES.search(part))):
            continue
        if acts or not verbs:
            yield _without_others(_CLAUSE.sub(" ", part), own)


def _without_others(part: str, own: frozenset[str]) -> str:
    """Return a part without the days of other things, but with that of *have the bill paid next Saturday*."""
    had = set(words(part)) & {"have", "get", "want", "need", "be"}
    return _OTHERS.sub(lambda it: it[0] if had and own & set(bases(words(it[0])[0])) else " , ", part)


def _is_to_come(part: str, since: date) -> bool:
    return bool(_NEXT.search(part)) or any(day > since.isoformat() for day in days_of(part, since))
