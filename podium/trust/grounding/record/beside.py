"""What a value has beside its form, of which its ground says nothing: `50 USD` where 50 is what was asked."""

from typing import Protocol

from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.grounding.record.notations import other_unit, respelled, same_word, says_more
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.request.requests import Request
from podium.trust.tools import Sink
from podium.trust.values.forms import Form, forms_of, is_day, words


class Known(Protocol):
    """What is known where a value is looked at."""

    readings: Readings
    request: Request

    def carried(self, place: Place, forms: tuple[Form, ...]) -> bool:
        """Return whether a value belongs to what the request names."""


def said_beside(known: Known, sink: Sink, text: str) -> str:
    """Return what a value has beside its form that neither the request nor a trusted field says."""
    readings = known.readings
    if more := respelled(readings, text):
        return more
    forms = forms_of(text)
    if not forms or known.request.says(forms[-1]):
        return ""
    if any(place.label.trusted or known.carried(place, forms[-1:]) for place in readings.at(forms[-1])):
        return ""
    if more := says_more(sink, text, forms):
        return more
    if sink == "value" and forms[0][0] == "date" and not is_day(text):
        rest = {word for word in words(text) if not any(map(str.isdigit, word))} - COMMON - CALENDAR
        if not all(same_word(word, known.request) for word in rest):
            return "it says more than a day"
    return other_unit(readings, text) if sink in {"amount", "value", "object"} else ""
