"""Words of which a grant lists few, that stand in a trusted field: the answer that another meeting has.

What others have tells nothing of what is wanted: *decline the breakfast* does not accept it. Of a list a
request says one, or gives it by a verb or an idiom; what the named thing has itself goes where it says none.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from podium.trust.english.lexicon import SYNONYMS
from podium.trust.english.words import bases
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.reckoning import other_of
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.requests import Request
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, forms_of, words

_OF_OTHERS: Final = "other things have it, and the request does not say it"


def of_a_list(
    grounds: Grounds, tool: ToolRow, findings: list[Finding], worded: Mapping[str, AbstractSet[Form]]
) -> None:
    """Ask about such words of a field where the request says another one, or nothing of the kind.

    ``worded``: by path what a grant lets a value be by a pattern.
    """
    own = {form for word in words(tool.name) for form in forms_of(word)}
    for at, one in enumerate(findings):
        options, forms = worded.get(one.path, frozenset()), forms_of(one.value)
        if one.sink != "value" or one.ground not in {"field", "object"} or not options & set(forms):
            continue
        other = other_of(grounds.request, frozenset(options - own), forms)
        open_ = one.ground == "field" and not _by_close_word(grounds.request, one.value)
        why = f"the request says {other!r}" if other else _OF_OTHERS if open_ else ""
        if why:
            listed = not other
            findings[at] = msgspec.structs.replace(
                one, ground="unnamed", may_ask=True, why=why, listed=listed
            )


def _by_close_word(request: Request, value: str) -> bool:
    """Return whether a request has a verb as good as the one that a word comes from: `OK them all`."""
    verbs = {base for base in bases(value.casefold()) if len(base) > 3}
    return any(group & verbs and group & request.bag for group in SYNONYMS)
