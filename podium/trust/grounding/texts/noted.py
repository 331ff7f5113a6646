"""An account that a request wants noted: *a task to pay it, with their account in the notes*.

It pays nothing, and whoever pays sees it. Where the text in which it stands is one that the request speaks
of, a person is asked; to pay it is another matter.
"""

from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.requests import stem
from podium.trust.values.forms import words

_ACCOUNT: Final = word_set("account iban")
_TEXTS: Final = frozenset(map(stem, word_set("note description comment details text")))


def noted(grounds: Grounds, path: str, found: Finding) -> Finding:
    """Return what was found out about an account in a text; may be asked about where it is to be noted."""
    request = grounds.request
    field = {stem(word) for word in words(path)} & _TEXTS
    wanted = _ACCOUNT & request.stems and field & request.stems
    if found.trusted or found.may_ask or found.ground != "stranger" or not wanted:
        return found
    places = [place for place, _ in grounds.readings.holds(found.value)]
    if not any(grounds.within(place, hinted=True) or grounds.pointing.by(place) for place in places):
        return found
    return msgspec.structs.replace(found, may_ask=True)
