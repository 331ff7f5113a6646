"""Amounts that a tool takes in minor units, pence or cents: 480000 where a request says *4,800 pounds*.

What the request says is compared with the amount in whole units, and only there. So is what was read in a
field of which the author says the unit. What stands in any other is compared as it stands, and only where the
tool's own server wrote it: of another one nobody knows the unit. Whatever else would be a ground, a sum that
somebody has to do, is asked about.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.numerals import in_figures
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding, Origin
from podium.trust.tools import SinkRow, ToolRow
from podium.trust.values.forms import Form, number_form
from podium.trust.values.units import whole

_FIGURE: Final = r"\d(?:[\d.,]*\d)?"
_NUMBER: Final = rf"(?<![\w.,]){_FIGURE}"
_PARTS: Final = r"(?:pence|pennies|penny|p|cents?|c|centimes?|rappen|öre|øre|grosz[ey]?|paise|¢)(?!\w)"
_WHOLES: Final = (
    r"(?:euros?|eur|pounds?|gbp|dollars?|usd|quid|bucks|francs?|chf|crowns?|kron(?:er|or|a)|rand|rupees?"
    r"|[€$£])"
)
_MIXED: Final = re.compile(
    rf"(?:(?P<sign>[€$£])\s?(?P<a>{_FIGURE})|(?<![\w.,])(?P<b>{_FIGURE})\s?{_WHOLES})"
    rf"(?:\s|,|and|&)*(?<!\d)(?P<rest>\d\d?)(?![\w.,:]*\d)\s?(?P<part>{_PARTS})?"
)
"""``4 pounds 50``, ``4 pounds and 50 pence``: neither number is the sum."""
_PART: Final = re.compile(rf"(?P<n>{_NUMBER})\s?{_PARTS}")
_UNITS: Final = {
    0: r"yen|jpy|(?<=\d )won|krw|₩|dong|vnd|₫|guaran[ií]e?s?|pyg|isk|clp|ugx|xaf|xof|xpf|rwf|kmf|djf",
    2: rf"{_WHOLES}|yuan|cny|renminbi|sek|nok|dkk|cad|aud|nzd|zloty|pln|inr|zar|brl|mxn|sgd|hkd|czk|huf",
    3: r"dinars?|kwd|bhd|jod|omr|tnd|iqd|lyd",
}
"""How currencies are called, by how many digits their minor unit has."""
_OTHER: Final = {
    digits: re.compile(
        "|".join(rf"(?<![a-z])(?:{them})(?![a-z])" for n, them in _UNITS.items() if n != digits)
    )
    for digits in (1, 2, 3, 4)
}
_YEN: Final = re.compile(r"¥")
"""Of yen, which have no minor unit, or of yuan."""


def found_in(
    grounds: Grounds, tool: ToolRow, path: str, row: SinkRow, value: object, fixed: frozenset[Form]
) -> Finding:
    """Return where a value comes from, as `Grounds.find` does, with an amount in the unit that it has."""
    plain = grounds.find(tool, path, row, value, fixed)
    if not row.minor_units or plain.ground == "grant":
        return plain
    known = [_in_whole(grounds, one) for one in plain.origins]
    ours = bool(known) and all(_server(it.tool) == tool.server for it in plain.origins)
    if plain.ground in {"object", "field"} and not any(known):
        return plain if ours else _asked(plain, "another server has it, maybe in another unit")
    said = whole(value, row.minor_units)
    if said is None:
        why = "it is no number of minor units"
        return msgspec.structs.replace(plain, ground="nowhere", may_ask=False, why=why)
    found = _in_request(grounds, row, plain, said)
    if found is not None:
        return found
    found = grounds.find(tool, path, row, said, frozenset())
    unsure = said in _smaller(grounds.request.text)[2] or _other_unit(grounds.request.text, row.minor_units)
    if found.ground == "request" and grounds.request.says(("number", said)) and not unsure:
        return msgspec.structs.replace(found, why=f"{_SAID}: {plain.value} in minor units")
    found = msgspec.structs.replace(found, value=plain.value)
    listed = found.ground in {"object", "field"} and bool(found.origins) and not unsure
    if listed and all(_in_whole(grounds, one) for one in found.origins):
        return msgspec.structs.replace(found, why=f"{found.why}: {plain.value} in minor units")
    if found.trusted:
        return _asked(found, "the request says it in another unit" if unsure else "it is in minor units")
    return plain if ours and not plain.trusted else found


def _in_request(grounds: Grounds, row: SinkRow, plain: Finding, said: str) -> Finding | None:
    """Return the ground of a sum that the request itself says in pence or cents, None for any other."""
    text = grounds.request.text
    number, (sums, perhaps, _) = number_form(plain.value), _smaller(text)
    if row.minor_units != _HUNDREDTHS or number not in sums | perhaps:
        return None
    if number in perhaps or _other_unit(text, row.minor_units):
        return _asked(plain, "the request says it in another unit")
    why = f"{_SAID}: in whole units {said}"
    return msgspec.structs.replace(
        plain, value=said, ground="request", may_ask=False, why=why, origins=(), settled=False
    )


def unreckoned(tool: ToolRow, before: Sequence[Finding], findings: list[Finding]) -> None:
    """Ask about amounts in minor units that only a sum, or what was done before, would let go."""
    for at, (old, one) in enumerate(zip(before, findings, strict=False)):
        row = tool.arguments.get(one.path)
        if row is not None and row.minor_units and one.trusted and not old.trusted:
            findings[at] = _asked(one, f"it is in minor units: {one.why}")


def _in_whole(grounds: Grounds, origin: Origin) -> bool:
    """Return whether an amount was read in whole units, as the author of its tool says its unit."""
    results = grounds.readings.results
    return any(it.tool == origin.tool and origin.path in it.whole for it in results)


def _server(tool: str) -> str:
    return tool.partition("/")[0]


def _asked(finding: Finding, why: str) -> Finding:
    return msgspec.structs.replace(finding, ground="unnamed", may_ask=True, why=why)


def _other_unit(text: str, digits: int) -> bool:
    """Return whether a text speaks of a currency whose minor unit has another number of digits."""
    low = text.casefold()
    return _OTHER[digits].search(low) is not None or _YEN.search(low) is not None


@lru_cache(maxsize=256)
def _smaller(text: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the sums that a text says in pence or cents, those it may say, and numbers that are none."""
    low = in_figures(text.casefold())
    sums, perhaps, unsure = set[str](), set[str](), set[str]()
    for match in _MIXED.finditer(low):
        pounds, rest = number_form(match["a"] or match["b"]) or "", match["rest"]
        unsure |= set(_forms(pounds, rest))
        if pounds.isdigit():
            (sums if match["part"] else perhaps).add(str(int(pounds) * 100 + int(rest)))
    mixed = set(unsure)
    for match in _PART.finditer(low):
        found = set(_forms(match["n"]))
        unsure |= found
        sums |= found - mixed
    return frozenset(sums), frozenset(perhaps - sums), frozenset(unsure)


def _forms(*texts: str) -> Iterator[str]:
    for text in texts:
        if (number := number_form(text)) is not None:
            yield number


_SAID: Final = "the request says it"
_HUNDREDTHS: Final = 2
