"""Whose address the request plainly means, though only strangers say it: a firm that our records name."""

import msgspec

from podium.trust.grounding.findings import Finding
from podium.trust.grounding.readings import Readings
from podium.trust.values.forms import email_form


def of_known_firm(readings: Readings, found: Finding) -> Finding:
    """Return what was found out about an address, with whether it is that of a firm which is known."""
    known = found.sink == "recipient" and is_known(readings, found.value)
    return msgspec.structs.replace(found, called=True) if known else found


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
