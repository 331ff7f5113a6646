"""Things that a request speaks of for another act alone: *order the coffee and cancel the kettle order*.

Each verb holds for what its own part of the request names. A thing that only another part names, or names by
more of its name, is asked about where the tool's own part names another one of its kind, and says no *it*.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import PREPOSITIONS, READING, word_set
from podium.trust.english.words import bases
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.parting import is_kind, own_verbs, stands_in, verbs_and_parts
from podium.trust.request.requests import PART, Request, request_of
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import Form, forms_of, words

_THINGS: Final[frozenset[Sink]] = frozenset(("object", "path", "recipient", "payee"))
_LENT: Final = frozenset(("object", "field"))
POINTING: Final = word_set(
    "it him her hers his them their theirs its he she they those these one ones other others another "
    "both same rest latter former"
)
"""What a part of a request says for what another part has named, or whose."""
WHY: Final = "the request says it of another act, and names another one for this"


def of_another_act(grounds: Grounds, tool: ToolRow, findings: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield which things of a call only another act of the request is about, and why that is no ground."""
    things = [at for at, one in enumerate(findings) if one.sink in _THINGS and one.ground in _LENT]
    if not things or not tool.writes or len(grounds.named) < 2:
        return
    own, rest = _parts(grounds.request, own_verbs(tool))
    if any(stands_in(it) or not POINTING.isdisjoint(it.words) for it in own or rest):
        return
    for at in things:
        mine, kin, lent = _things(grounds, tool, set(forms_of(findings[at].value)))
        lent = lent and findings[at].sink in {"object", "path"}
        if mine and kin and _is_anothers(mine, kin, own or (rest if lent else []), rest, lent=lent):
            yield at, WHY


def _parts(request: Request, own: frozenset[str]) -> tuple[list[Request], list[Request]]:
    """Return the parts of a request that a tool's own verbs govern, and those that order something else."""
    mine, rest = list[Request](), list[Request]()
    for verbs, part in verbs_and_parts(request, own):
        ruling = verbs - PREPOSITIONS
        if (ruling or {base for word in words(part) for base in bases(word)}) & own:
            mine.append(request_of(part))
        elif ruling - READING:
            rest.append(request_of(part))
    return mine, rest


def _things(grounds: Grounds, tool: ToolRow, forms: AbstractSet[Form]) -> tuple[list[Seen], list[Seen], bool]:
    """Return what has an identifier, what else may be meant, and whether only another thing lends it.

    What else is named is of the same kind; or of the tool's, where nothing that was read is called by it.
    """
    objects, named = grounds.readings.objects, grounds.named
    own = [objects[at] for at in carriers(grounds.readings, forms) if forms & set(objects[at].id)]
    lent = not any(forms & set(it.id) for it in named.values())
    lending = [it for it in named.values() if any(forms & set(has) for _, has, _ in it.fields)]
    mine = own + (lending if lent else [])
    ids, servers, kinds = {it.id for it in mine}, {it.server for it in mine}, {it.nouns for it in own}
    sure = (it for at, it in named.items() if at not in grounds.hinted)
    kin = [
        it
        for it in sure
        if it.server in servers
        and it.id not in ids
        and (it.nouns in kinds or any(it.nouns & one for one in kinds) or (not own and is_kind(tool, it)))
    ]
    return mine, kin, lent


def _is_anothers(
    mine: Sequence[Seen], kin: Sequence[Seen], own: Sequence[Request], rest: Sequence[Request], *, lent: bool
) -> bool:
    """Return whether other parts of a request say more of a thing than the tool's own, which name another."""
    here = [(_said(it, mine), _said(it, kin)) for it in own]
    elsewhere = max((_said(it, mine) for it in rest), default=(0, 0))
    if not lent and max((one for one, _ in here), default=(0, 0)) >= elsewhere:
        return False
    return any(other[0] >= PART for _, other in here) and all(one < max(other, (0, 1)) for one, other in here)


def _said(request: Request, things: Iterable[Seen]) -> tuple[int, int]:
    """Return how much of a name a part of a request has: how strongly, and by how many words."""
    names = ((name, one.ours) for seen in things for name, one in seen.names)
    found = (one for name, ours in names for one in request.mentions(name, trusted=ours))
    return max(((min(one.strength, PART), one.count) for one in found), default=(0, 0))
