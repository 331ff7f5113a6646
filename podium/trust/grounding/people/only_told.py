"""Who is only told something: *tell Marek and Tomas that it is late* speaks of nothing that Marek wrote.

A message is called by its sender too. That a request names him, as one of those who are told, gives nobody
else what he wrote: it is meant where the request says *Marek's*, *from Marek*, *what Marek wrote*, or the
kind of thing, other than as the way in which one is told (*by direct message*, *send them a message*).
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import plain, words

_PERSON: Final = word_set(
    "from sender author by owner organiser organizer creator user host person writer poster"
)
"""Fields of who has written or made something."""
_MAIL: Final = (
    r"(?:messages?|mails?|e-?mails?|dms?|texts?|notes?|letters?|posts?|comments?|repl(?:y|ies)|answers?)"
)
_WAY: Final = re.compile(
    rf"\b(?:(?:by|via|in|as|with|through)\s+(?:an?\s+|another\s+)?|an?\s+|another\s+)"
    rf"(?:(?:short|quick|brief|direct|private|personal|friendly|new|little|text|chat)\s+)*{_MAIL}\b"
    rf"|\b(?:direct|private|personal)\s+{_MAIL}\b"
)
"""How one is told; `the message` is one that there is."""
_OF: Final = r"(?:['\u2019]s\b|['\u2019](?!\w))"
_DEEDS: Final = (
    r"(?:(?:has|have|had|just|also|already|really|kindly)\s+)*(?:writes?|wrote|written|says?|said|sends?|sent|asks?|asked|"
    r"posts?|posted|mails?|mailed|puts?|shares?|shared|uploads?|uploaded|makes?|made|suggest\w*|propos\w*|offer\w*|wants?|"
    r"wanted|mention\w*|remark\w*|announc\w*|remind\w*|tells?|told|gives?|gave|decide[sd]?|reports?|reported|needs?|"
    r"thinks?|found|finds|noted|notes|explain\w*|describ\w*|answer\w*|repl\w*|confirm\w*|quot\w*|list\w*)"
)


def only_told(request: Request, things: Sequence[Seen], kind: Iterable[str]) -> bool:
    """Return whether a request names things by nothing but a person who has written them, and not as theirs.

    ``kind``: the stems of what things of the sort are called.
    """
    said = [name for seen in things for name, _ in seen.names]
    if not said or not all(_is_person(seen, name) for seen in things for name, _ in seen.names):
        return False
    if not set(kind).isdisjoint(_stems(request.plain)):
        return False
    parts = {word for name in said for word in words(name)} & request.bag
    return not any(_theirs(part).search(request.plain) for part in parts)


def _is_person(seen: Seen, name: str) -> bool:
    form = ("text", plain(name))
    paths = [path for path, forms, _ in seen.fields if form in forms]
    return bool(paths) and all(not _PERSON.isdisjoint(words(re.split(r"[.\[\]]+", it)[-1])) for it in paths)


@lru_cache(maxsize=64)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(_WAY.sub(" ", text)))


@lru_cache(maxsize=256)
def _theirs(part: str) -> re.Pattern[str]:
    name = re.escape(part)
    behind = rf"\b(?:from|by|of|with|according to)\s+(?:\w+\s+)?{name}\b"
    return re.compile(rf"\b{name}(?:\s\w+)?{_OF}|{behind}|\b{name}(?:\s\w+)?\s+{_DEEDS}\b")
