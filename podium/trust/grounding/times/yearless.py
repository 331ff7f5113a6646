"""Days that a text says without their year: *4 December, 13:00 to 13:30*."""

from podium.trust.english.hours import said_times
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.values.forms import date_form, times_in


def of_this_year(readings: Readings, text: str) -> list[Place]:
    """Return where a day stands without its year, as the next one of it."""
    day, today = date_form(text) or "", readings.request.today
    next_year = f"{int(today[:4]) + 1}{today[4:]}" if today else ""
    return readings.at(("date", f"--{day[-5:]}")) if today <= day < next_year else []


def day_and_time(readings: Readings, text: str) -> list[tuple[Place, str]]:
    """Return where a day stands without its year, and its time of day too where it has one."""
    times = set(times_in(text))
    found: list[tuple[Place, str]] = []
    for place in of_this_year(readings, text):
        result = readings.results[place.result]
        there = zip(result.places, result.raw, strict=True)
        raws = (raw for at, raw in there if readings.places[at] is place)
        found += [(place, raw) for raw in raws if times <= said_times(raw)][:1]
    return found
