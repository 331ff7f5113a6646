"""Whether a request says itself what goes into a sink: then no text that it names has to."""

from podium.trust.grounding.people.oneself import settles
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.grounding.things.naming import Naming
from podium.trust.tools import Sink
from podium.trust.values.forms import Form


def is_settled(naming: Naming, sink: Sink, forms: tuple[Form, ...], places: list[Place]) -> bool:
    """Return whether the request says what goes in: a value of that form or field, or what has one."""
    readings, request = naming.readings, naming.readings.request
    kind = forms[0][0] if forms else "text"
    if kind != "text" and kind in request.kinds():
        return kind != "date" or not request.leaves_date
    if kind not in {"text", "number", "date"} and any(
        trusted and any(form[0] == kind for form in has)
        for index, seen in naming.named.items()
        if index not in naming.hinted | naming.claimed
        for _, has, trusted in seen.fields
    ):
        return True
    if kind != "text" and sink not in {"recipient", "payee"}:
        return False
    fields = {(readings.results[place.result].tool, place.pattern) for place in places}
    return settles(readings, sink, places) or (bool(fields) and _says_another(readings, fields, forms))


def _says_another(readings: Readings, fields: set[tuple[str, str]], forms: tuple[Form, ...]) -> bool:
    said = {form for field in fields for form in readings.said.get(field, ())}
    return bool(said.difference(forms)) and not any(kind == "email" for kind, _ in said.intersection(forms))
