"""What is begun is made: *begin the November report*, *start a list of guests*; not *start by reading it*."""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.words import Token
from podium.trust.request.asking import Act, Sentence, find_acts
from podium.trust.request.nouns import near_nouns, said_in
from podium.trust.tools import ToolRow


def beginning(sentence: Sentence, tools: Sequence[ToolRow]) -> Iterator[tuple[str, Act]]:
    """Yield the tools, by id, that make something new where a sentence has it begun, with that act.

    Not by a word that some tool lists itself.
    """
    if _BEGINNING.isdisjoint(token.low for token in sentence):
        return
    listed = {intent.casefold() for tool in tools for intent in tool.intents}
    for verb in sorted(_BEGINNING - listed):
        for act in find_acts(sentence, verb):
            after = sentence[act.end + 1].low if act.end + 1 < len(sentence) else ""
            said = said_in(_begun(sentence[act.end + 1 : act.end + _NEAR]))
            if after in DETERMINERS and act.mood != "not":
                yield from ((tool.id, act) for tool in tools if _makes(tool) and _words(tool) & said)


def _begun(behind: Sentence) -> tuple[Token, ...]:
    """Return the words of what is begun: of `the file for the audit` the file, of `a review of it` none."""
    low = [token.low for token in behind]
    end = next((at for at, word in enumerate(low) if word in PREPOSITIONS and word != "of"), len(low))
    head = low.index("of") if "of" in low[:end] else end
    return () if _DEEDS & set(low[:head][-1:]) else tuple(behind[:end])


def _makes(tool: ToolRow) -> bool:
    """Return whether a tool makes something new that can be undone, and touches nothing that there is."""
    sinks = {row.sink for row in tool.arguments.values()}
    return "create" in tool.intents and tool.effect == "write" and not sinks & {"object", "payee"}


def _words(tool: ToolRow) -> frozenset[str]:
    return near_nouns(tool) | frozenset(tool.intents)


_DEEDS: Final = word_set(
    "work review edit editing download upload deletion removal process search talk discussion check checking "
    "cleanup transfer move clearance conversion comparison reading"
)
"""What is done to a thing that there is."""
_NEAR: Final = 7
"""Words in which stands what is begun."""
_BEGINNING: Final = word_set("begin start")
