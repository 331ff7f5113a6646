"""A sum of what the request names, where it says another one of that: the deposit, and not the fee."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.sums.amounts import stems_of
from podium.trust.request.nouns import own_nouns
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, forms_of, number_form

_WHOLE: Final = frozenset(
    map(stem, word_set("amount balance due gross net open pay price subtotal sum total"))
)
"""Words of fields that may hold all that is meant, whatever it is called."""
_MONEY: Final = frozenset(
    map(
        stem,
        word_set(
            "allowance bonus charge cost deposit discount fare fee fine interest margin postage premium rent "
            "retainer salary shipping supplement surcharge tax tip vat wage"
        ),
    )
)
"""Words of fields that hold one sum of several, by which people call it."""
WHY: Final = "the request says another sum of what it names"


def of_another_sum(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Ask about a sum out of a field of which the request says nothing, beside one that it says.

    The tool's own name says one too: `refund_deposit`.
    """
    said = grounds.request.stems | frozenset(map(stem, own_nouns(tool)))
    about = {form for one in findings if one.sink == "object" for form in forms_of(one.value)}
    for at, one in enumerate(findings):
        wanted = number_form(one.value) if one.sink == "amount" and one.ground == "object" else None
        if wanted is not None and _says_another(grounds, said, wanted, about):
            findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=WHY)


def _says_another(grounds: Grounds, said: frozenset[str], wanted: str, about: set[Form]) -> bool:
    things = [seen for seen in grounds.named.values() if about & set(seen.id)]
    had = [pair for seen in things for pair in _sums(seen)]
    here = [words for words, number in had if number == wanted]
    if not here or any(words & (said | _WHOLE) or not words & _MONEY for words in here):
        return False
    return any(number != wanted and words & said & _MONEY for words, number in had)


def _sums(seen: Seen) -> Iterator[tuple[frozenset[str], str]]:
    """Yield the numbers of a thing, each with the words of the field that has it."""
    for path, forms, trust in seen.fields:
        for number in _numbers(forms) if trust else ():
            yield frozenset(stems_of(path.rpartition(".")[2])), number


def _numbers(forms: Iterable[Form]) -> Iterator[str]:
    return (text for kind, text in forms if kind == "number")
