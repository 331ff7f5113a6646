"""What a call may give to the task's own user: an address, a login, the user's entry in a list of people."""

from collections.abc import Iterable
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.grounding.things.mine import PEOPLE, is_user_row
from podium.trust.grounding.things.pointing import means_people
from podium.trust.request.asking import find_acts
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.request.towards import REMOVING, towards_user
from podium.trust.request.user import LEAST_DIGITS, User, is_users, is_users_address
from podium.trust.request.wordings.manners import close_words
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import forms_of, words

LEAST_TELLING: Final = 2
TO_USER: Final = "it is the user, to whom the request wants it"
_PAYING: Final = word_set("pay repay refund reimburse wire transfer send")
_JOINING: Final = word_set("invite cc bcc copy add include loop count put have keep")
"""What brings somebody into whatever act there is: `set up a call and invite me`."""


class Oneself:
    """What a call may give to the task's user. Made for one decision."""

    def __init__(self, readings: Readings, tool: ToolRow) -> None:
        self._readings, self._tool = readings, tool
        self.user: User | None = readings.user
        self._places = towards_user(readings.request) if self.user is not None else ()

    def find(self, path: str, sink: Sink, value: object) -> Finding | None:
        """Return the ground of a value that is the user, None for any other value, and for no act for him."""
        if self.user is None or not self._places or sink not in {"recipient", "payee", "value", "object"}:
            return None
        if sink == "payee" and not any(place.verbs & _PAYING for place in self._places):
            return None
        him = sink != "object" and is_users(self.user, value)
        him = him and (sink != "value" or _tells(str(value)))
        if not him and not self._is_entry(path, sink, value):
            return None
        text = value if isinstance(value, str) else str(value)
        alone = is_users_address(self.user, text) and sink == "recipient"
        if not self._fits(sink):
            why = "it is the user, for whom the request wants something else"
            return Finding(path, text[:200], sink, "unnamed", True, why)
        return Finding(path, text[:200], sink, "request", False, TO_USER, user_alone=alone)

    def _fits(self, sink: Sink) -> bool:
        """Return whether what the request wants for the user is this act, or goes with it.

        Who is invited beside joins in, and is not what another act is done to, or taken off by it.
        """
        own = {word for intent in self._tool.intents for word in intent.casefold().split()[:1]}
        own |= {word.split()[0] for word in close_words(self._tool.intents, dated=False)}
        joins = _JOINING if sink in {"recipient", "value"} and not own & REMOVING else frozenset()
        if any(place.verbs & (own | joins) for place in self._places):
            return True
        sentences = self._readings.request.sentences
        return not any(
            act.mood == "asked" for sentence in sentences for verb in own for act in find_acts(sentence, verb)
        )

    def _is_entry(self, path: str, sink: Sink, value: object) -> bool:
        """Return whether a value is the identifier of the user's own entry in a list of people."""
        forms = set(forms_of(value))
        called = {stem(word) for word in words(path)} | nouns_of(self._tool.name)
        for seen in (self._readings.objects[index] for index in carriers(self._readings, forms)):
            if not seen.id_trusted or forms.isdisjoint(seen.id) or not is_user_row(self.user, seen):
                continue
            if seen.nouns & PEOPLE and (sink != "object" or called & seen.nouns):
                return True
        return False


def _tells(text: str) -> bool:
    """Return whether a value of any kind is told apart from a plain word or number by what it says."""
    return len(text) >= LEAST_DIGITS or (len(text) > LEAST_TELLING and any(map(str.isalpha, text)))


def settles(readings: Readings, sink: Sink, places: Iterable[Place]) -> bool:
    """Return whether the request says who gets something by speaking of its user, and of nobody else.

    ``places``: where a value was read; of a plain value only who is in a list of people is meant by that.
    """
    if readings.user is None or sink not in {"recipient", "payee", "value"}:
        return False
    people = (it.object >= 0 and readings.objects[it.object].nouns & PEOPLE for it in places)
    if sink == "value" and not any(people):
        return False
    return bool(towards_user(readings.request)) and not means_people(readings.request, "recipient")
