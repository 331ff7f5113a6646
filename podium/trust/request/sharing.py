"""Tools of one kind that the same words of a request open: what it asks for once is done by one of them.

*Write Ann a reminder* opens the tool that sends a mail and the one that answers hers. Each is asked for once;
a call of the one leaves nothing to the other. Only of acts for good: before these others may be needed that
can be undone (a cart, then the order). Where a request sets no limit, none is shared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import Final

import msgspec

from podium.trust.request.twins import on_a_day
from podium.trust.request.wordings.answering import TELL, answers
from podium.trust.tools import GrantRow, SharedRow, ToolRow

_MOST: Final = 6
"""Tools of one group of which every part is looked at; of more the whole group alone."""
_Act = tuple[frozenset[str], int]


def parted(
    grants: Iterable[GrantRow],
    tools: Sequence[ToolRow],
    acts: Sequence[Mapping[str, int | None]],
    wanted: Mapping[str, int | None],
    guesses: Collection[str] = (),
) -> Iterator[GrantRow]:
    """Yield grants, each with what a request asks for of its tool and others together.

    ``acts``: the tools that each act of the request opens, and how many calls of each it asks for;
    ``wanted``: how many it asks for of each tool in all. None: no limit. ``guesses``: those that it seems to
    mean: what answers is asked for by what somebody is told.
    """
    known = {it.id: it for it in tools}
    rows = _shared(tools, [_with_answers(act, tools, guesses) for act in acts], wanted)
    for grant in grants:
        own = tuple(row for row in rows if grant.tool in row.tools)
        dated = on_a_day(known[grant.tool], tools) if grant.tool in known else ""
        yield msgspec.structs.replace(grant, shared=own, dated=dated) if own or dated else grant


def _with_answers(
    act: Mapping[str, int | None], tools: Sequence[ToolRow], guesses: Collection[str]
) -> Mapping[str, int | None]:
    """Return an act with the tools that answer where another one of their server tells somebody something."""
    told = {it.server: act[it.id] for it in tools if it.id in act and _tells(it)}
    also = {it.id: told[it.server] for it in tools if it.id in guesses and it.server in told and answers(it)}
    return {**also, **act}


def _shared(
    tools: Sequence[ToolRow], acts: Sequence[Mapping[str, int | None]], wanted: Mapping[str, int | None]
) -> list[SharedRow]:
    bound = {it.id: most for it in tools if (most := wanted.get(it.id)) is not None}
    known = {it.id: it for it in tools if it.id in bound and it.effect == "irreversible"}
    parts = list[_Act]()
    for act in acts:
        counts = {it: most for it, most in act.items() if it in known and most is not None}
        groups = _joined([{one, *_alike(one, counts, known)} for one in counts])
        parts += [(frozenset(group), max(counts[one] for one in group)) for group in groups]
    for one in known:  # what else opens it
        rest = bound[one] - sum(most for group, most in parts if one in group)
        parts += [(frozenset((one,)), rest)] if rest > 0 else []
    return [row for group in _joined([group for group, _ in parts]) for row in _limits(group, parts, bound)]


def _alike(tool: str, others: Mapping[str, int], known: Mapping[str, ToolRow]) -> Iterator[str]:
    """Yield the tools of a tool's own server, and of others those that also tell somebody something."""
    for one in others:
        if known[one].server == known[tool].server or (_tells(known[one]) and _tells(known[tool])):
            yield one


def _tells(tool: ToolRow) -> bool:
    return bool(TELL & set(tool.intents)) and any(row.sink == "text" for row in tool.arguments.values())


def _joined(groups: Sequence[AbstractSet[str]]) -> list[set[str]]:
    """Return sets in which those that have a member in common are one."""
    found: list[set[str]] = []
    for group in groups:
        near = [one for one in found if one & group]
        found = [one for one in found if not one & group] + [set(group).union(*near)]
    return found


def _limits(group: AbstractSet[str], parts: Sequence[_Act], bound: Mapping[str, int]) -> Iterator[SharedRow]:
    """Yield for each part of a group of tools how many calls of it there may be, where that says something.

    If each holds, every call is one that some act asks for (Hall's theorem).
    """
    sizes = range(2, len(group) + 1) if len(group) <= _MOST else [len(group)]
    for size in sizes:
        for some in combinations(sorted(group), size):
            most = sum(count for tools, count in parts if not tools.isdisjoint(some))
            if most < sum(bound[one] for one in some):
                yield SharedRow(some, most)
