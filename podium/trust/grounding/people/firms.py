"""Whose address the request plainly means, though only strangers say it: a firm that our records name."""

from collections.abc import Iterator
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.values.forms import Form, email_form, words

FIRMS: Final = word_set("company firm organisation organization employer agency supplier vendor")
"""Words of fields that say for whom somebody works."""


def of_known_firm(readings: Readings, found: Finding) -> Finding:
    """Return what was found out about an address, with whether it is that of a firm which is known."""
    known = found.sink == "recipient" and (found.beside or is_known(readings, found.value))
    return msgspec.structs.replace(found, called=True) if known else found


def of_somebody(readings: Readings, found: Finding) -> Finding:
    """Return what was found out about an address, with what tells whose it is: his firm, or his name."""
    if found.sink != "recipient" or (address := email_form(found.value)) is None:
        return found
    names = readings.request.capitalised & readings.request.meant & set(words(address.partition("@")[0]))
    bears, beside = found.within and bool(names), has_colleague(readings, address)
    return msgspec.structs.replace(found, beside=beside, bears_name=bears)


def has_colleague(readings: Readings, address: str) -> bool:
    """Return whether our records have somebody at an address's very domain, of a firm that the request says.

    *The new man at Mendip Glass*, where a contact of that firm has an address there. He cannot be known, but
    nobody else writes from there: so a person may be asked, whatever he is called.
    """
    at, said = f"@{address.rpartition('@')[2]}", readings.request
    text = f" {' '.join(said.words)} "
    return any(
        firm and firm[0] in said.capitalised and f" {' '.join(firm)} " in text
        for seen in readings.objects
        if any(trust and forms and _ends(forms, at) for _, forms, trust in seen.fields)
        for firm in _firms(seen)
    )


def _ends(forms: tuple[Form, ...], at: str) -> bool:
    return any(kind == "email" and text.endswith(at) for kind, text in forms)


def _firms(seen: Seen) -> Iterator[tuple[str, ...]]:
    """Yield the words of the firms of which a thing of our records says that somebody works there."""
    for path, forms, trust in seen.fields:
        if trust and forms and forms[-1][0] == "text" and FIRMS & set(words(path)):
            yield words(forms[-1][1])


def is_known(readings: Readings, text: str) -> bool:
    """Return whether the request says the name of an address's domain, and a trusted field has just that.

    *Castlegate* for `claims@castlegate.example`, where our own list has it as somebody's insurer. Anybody may
    register a name: so this trusts nothing, but a person may be asked.
    """
    address = email_form(text)
    labels = address.rpartition("@")[2].split(".") if address is not None else []
    if len(labels) != 2 or labels[0] not in readings.request.capitalised & readings.request.meant:
        return False
    return any(place.label.trusted for place in readings.at(("text", labels[0])))
