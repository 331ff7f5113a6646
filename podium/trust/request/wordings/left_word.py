"""A word that is left beside another act: *close the lock issue and leave a kind note that we reopen it*.

Nobody is named to whom it goes, and no place: it stands on what the other act is done to, where a tool of the
same server writes comments on such things. Where one of its tools has such a word itself, that one is meant.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from podium.trust.english.lexicon import JOINTS, word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.request.asking import Act, Sentence, find_acts
from podium.trust.tools import ToolRow

_LEAVING: Final = ("leave", "add", "write", "put", "drop", "post")
_NOTES: Final = word_set("word words note line lines comment remark message reply thanks thank-you")
_BEHIND: Final = JOINTS | word_set("that saying telling to why when if because please there too as")
_COMMENTING: Final = word_set("comment reply answer respond tell thank")
_FAR: Final = 5
"""Words at most from the article to the noun."""


def left_word(
    sentence: Sentence,
    tools: Sequence[ToolRow],
    found: Mapping[str, Sequence[Act]],
    opened: Collection[str],
) -> Iterator[tuple[str, Act]]:
    """Yield the tools, by id, that comment on what another act is done to, with the order to leave a word.

    ``found``: the acts of this sentence; ``opened``: the tools that those before it ask for.
    """
    low = [token.low for token in sentence]
    if _NOTES.isdisjoint(low):
        return
    acts = (act for verb in _LEAVING if verb in low for act in find_acts(sentence, verb))
    said = next(
        (act for act in acts if act.mood == "asked" and act.at == act.key and _leaves(low, act)), None
    )
    if said is None:
        return
    asked = {it: [act.key for act in own if act.mood == "asked"] for it, own in found.items()}
    before = {it for it, keys in asked.items() if any(key < said.at for key in keys)}
    things = {thing for it in tools if it.id in before | set(opened) for thing in _things(it)}
    meant = {thing for it in tools if said.at in asked.get(it.id, ()) for thing in _things(it)}
    for tool in tools:
        if _comments(tool) and _things(tool) & things - meant:
            yield tool.id, said


def _leaves(low: Sequence[str], act: Act) -> bool:
    """Return whether a few words of one's own are left, and neither whom nor where they are for is said."""
    at = act.end + 1
    if low[at : at + 1] not in (["a"], ["an"], ["some"], ["another"]):
        return False
    end = next((i for i in range(at + 1, min(at + _FAR, len(low))) if low[i] in _NOTES), 0)
    if not end or not all(word.isalpha() for word in low[at:end]):
        return False
    after = low[end + 1] if end + 1 < len(low) else "."
    if after == "to":
        return is_verb("".join(low[end + 2 : end + 3]))
    return after in _BEHIND or not after[:1].isalpha() or low[end + 1 : end + 3] == ["on", "it"]


def _comments(tool: ToolRow) -> bool:
    """Return whether a tool writes words of one's own on a thing, and to nobody by name."""
    sinks = {row.sink for row in tool.arguments.values()}
    return {"text", "object"} <= sinks <= {"text", "object", "path"} and not _COMMENTING.isdisjoint(
        tool.intents
    )


def _things(tool: ToolRow) -> set[tuple[str, str]]:
    """Return by server and argument what a tool acts on."""
    return {(tool.server, path) for path, row in tool.arguments.items() if row.sink == "object"}
