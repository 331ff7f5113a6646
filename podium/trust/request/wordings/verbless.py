"""An order to write to somebody that leaves its verb away: `a line to Ffion that we are late, please`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import ADVERBS, MODALS, NEGATIONS, SUBJECTS, word_set
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.request.asking import Act, Sentence
from podium.trust.tools import ToolRow


def writing(sentence: Sentence, tools: Iterable[ToolRow]) -> Iterator[tuple[str, Act]]:
    """Yield the tools, by id, by which a sentence wants something written without a verb, with that act."""
    noun = _written(sentence)
    if noun >= 0:
        yield from ((tool.id, Act("asked", noun, noun, noun)) for tool in tools if _writes_to(tool))


def _written(sentence: Sentence) -> int:
    """Return where the noun stands of what is to be written to somebody, -1 where nothing is."""
    low = [token.low for token in sentence]
    if "please" not in low or low[-1] == "?" or NEGATIONS & set(low):
        return -1
    start = 0
    while start < len(low) and (low[start] in ADVERBS or low[start] in {"and", "also", ","}):
        start += 1
    end = next((at for at in range(start, len(low)) if low[at] in _CUTS), len(low))
    to = low.index("to", start, end) if "to" in low[start:end] else -1
    if to <= start or low[to - 1] not in _NOTES or not _is_new(low, start) or to - start > _LEAD:
        return -1
    if (_FINITE | MODALS) & set(low[start:end]) or SUBJECTS & set(low[start:to]):
        return -1
    whom = sentence[to + 1] if to + 1 < len(sentence) else None
    named = whom is not None and (whom.text[:1].isupper() or "@" in whom.text or whom.low in _WHOM)
    return to - 1 if named else -1


def _writes_to(tool: ToolRow) -> bool:
    """Return whether a tool writes to somebody whom its call says."""
    sinks = {row.sink for row in tool.arguments.values()}
    return bool(_WRITING & set(tool.intents)) and {"recipient", "text"} <= sinks and "payee" not in sinks


def _is_new(low: Sequence[str], start: int) -> bool:
    """Return whether words speak of one that is not written yet: `a note`, `Friday's note`."""
    first, second = low[start], low[start + 1] if start + 1 < len(low) else ""
    if first in {"a", "an", "another", "one"}:
        return True
    if first in {"the", "our", "my", "this"} and second.removesuffix("'s") in _USUAL:
        return True
    return first.endswith("'s") and first.removesuffix("'s") in CALENDAR | RELATIVE | _USUAL


_LEAD: Final = 6
"""Words before whom it is written to."""
_CUTS: Final = word_set(", ; : . ! that saying asking about so because since with")
_NOTES: Final = word_set("note line mail email message letter reminder word text")
_FINITE: Final = word_set("is are was were has have had went came got be been being did does do")
_WHOM: Final = word_set("him her them everybody everyone all the my our both")
_WRITING: Final = word_set("send mail email write message")
_USUAL: Final = word_set("usual weekly monthly daily yearly annual regular week month today tomorrow")
