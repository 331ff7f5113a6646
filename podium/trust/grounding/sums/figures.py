"""Sums that are secret: a figure of four digits or more, however it is written."""

import re
from collections.abc import Iterator
from typing import Final

from podium.trust.english.numerals import spelled
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.readings import MAX_ENTITIES_CHARS, Place
from podium.trust.grounding.record.results import Result
from podium.trust.grounding.texts.codes import LEAST_CODE, kept
from podium.trust.values.encodings import variants

_DIVIDED: Final = r"\d{1,3}(?:[.,' \u00a0\u202f\u2019]\d{3})+"
"""A figure whose thousands stand apart, in any of the ways in which people write that."""
_FIGURE: Final = re.compile(
    rf"(?<!\d)(?:(?P<parts>{_DIVIDED})(?!\d)|(?P<whole>\d+))(?:[.,](?P<cents>\d\d?)(?!\d))?"
)
_WHOLE: Final = re.compile(r"\d+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMBER_WORD: Final = re.compile(r"thousand|hundred|million|\dk\b", re.IGNORECASE)
MAX_FIGURES: Final = 256
"""Figures of one text that is no secret. Who lists more than so many has not said the one."""


def secret_sums(grounds: Grounds, text: str) -> Iterator[tuple[Place, str]]:
    """Yield the figures of four digits or more that a text shares with something secret.

    `2,610.00` of a list of salaries as `2610`, `2.610,00`, `2 610`, in words, encoded, or with other cents.
    None that the request says, or that stands in something else that was read and is no secret.
    """
    readings = grounds.readings
    if readings.context.confidentiality != "secret":
        return
    said = set[str]()
    there: dict[str, str] | None = None
    for result in readings.results:
        for place, figure, digits in _secret(result, readings.places):
            there = _said_in(text) if there is None else there
            if not there:
                return
            hit = there.get(figure) or (there.get(digits) if digits else None)
            if hit is None or figure in said:
                continue
            said.add(figure)
            if figure not in _said_in(grounds.request.text) and not _is_known(grounds, figure):
                yield place, hit


def figures_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the figures of a text of four digits or more, without their cents and with them.

    No years and days: four digits alone that begin as a year does.
    """
    for match in _FIGURE.finditer(text[:MAX_ENTITIES_CHARS]):
        figure = "".join(_WHOLE.findall(match["parts"] or match["whole"])).lstrip("0")
        alone = match["parts"] is None and match["cents"] is None
        if len(figure) >= LEAST_CODE and not (alone and _YEAR.fullmatch(figure)):
            cents = match["cents"] or ""
            yield figure + cents if cents else "", figure


def _said_in(text: str) -> dict[str, str]:
    """Return the figures that a text may say, each with how it stands there."""
    found = dict[str, str]()
    for match in _FIGURE.finditer(text):
        figure = "".join(_WHOLE.findall(match["parts"] or match["whole"])).lstrip("0")
        found.setdefault(figure, match[0])
    found.update((run.lstrip("0"), run) for run in _WHOLE.findall(text))
    if _NUMBER_WORD.search(text):
        found.update((number.partition(".")[0], number) for number in spelled(text))
    for one in variants(text, least=LEAST_CODE):
        found.update((run.lstrip("0"), run) for run in _WHOLE.findall(one) if run.lstrip("0") not in found)
    return {figure: said for figure, said in found.items() if len(figure) >= LEAST_CODE}


def _is_known(grounds: Grounds, figure: str) -> bool:
    """Return whether a text that is no secret says a figure too."""
    readings = grounds.readings
    for result in readings.results:
        found = kept(result, "figures", figures_of)
        leaves = {leaf for leaf, _, one in found if one == figure}
        open_ = (it for it in leaves if readings.places[result.places[it]].label.confidentiality != "secret")
        if any(sum(leaf == it for leaf, _, _ in found) <= MAX_FIGURES for it in open_):
            return True
    return False


def _secret(result: Result, places: list[Place]) -> Iterator[tuple[Place, str, str]]:
    """Yield the figures that stand in the secret texts of a result."""
    if result.label.confidentiality != "secret":
        return
    for leaf, digits, figure in kept(result, "figures", figures_of):
        place = places[result.places[leaf]]
        if place.label.confidentiality == "secret":
            yield place, figure, digits
