"""Orders that something is again what it was: *set the brief to the version of May*, *go back to draft 3*."""

from collections.abc import Iterable, Iterator
from typing import Final

from podium.trust.english.lexicon import ADVERBS, word_set
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.english.words import bases
from podium.trust.request.asking import Act, Sentence, find_acts
from podium.trust.tools import ToolRow


def putting_back(sentence: Sentence, tools: Iterable[ToolRow]) -> Iterator[tuple[str, Act]]:
    """Yield the tools, by id, that restore what was, where a sentence says to what something is set back."""
    low = [token.low for token in sentence]
    to = _goal(low)
    if to < 0:
        return
    verbs = {base for word in low[:to] for base in bases(word)} & _SETTING
    again = _AGAIN & set(low) or {"go", "return"} & verbs
    acts = [act for verb in verbs for act in find_acts(sentence, verb) if act.at < to and act.mood != "not"]
    for tool in tools:
        if _RESTORING & set(tool.intents) and (again or _names_version(tool)):
            yield from ((tool.id, act) for act in acts)


def _goal(low: list[str]) -> int:
    """Return where `to` stands before a state that was: `to the version of May`, `back to how it was`."""
    for at, word in enumerate(low):
        if word != "to":
            continue
        rest = [it for it in low[at + 1 : at + _NEAR] if it not in ADVERBS]
        was = low[at + 1 : at + 3] in _AS_IT_WAS and _WAS & set(low[at + 3 : at + 3 + _NEAR])
        if was or (low[at - 1] == "back" and rest[:1] == ["before"]):
            return at
        noun = next((i for i, it in enumerate(rest) if it in _VERSIONS), -1)
        numbered = noun == 0 and any(it in _WHICH or it[:1].isdigit() for it in rest[1:2])
        named = noun > 0 and rest[0] not in _INDEFINITE and not _ENDS & set(rest[:noun])
        if (named or numbered) and _is_version(low[at + 1 :], rest[noun], rest[:noun]):
            return at
    return -1


def _is_version(behind: list[str], noun: str, before: list[str]) -> bool:
    """Return whether a noun stands for what something was: not in `the version folder`."""
    after = behind[behind.index(noun) + 1 :]
    known = COMMON | ADVERBS | _WHICH | _GO_ON | CALENDAR
    if after and after[0].isalpha() and (after[0] in _COMPOUNDS or after[0] not in known):
        return bool(_NAMING_ON & set(after[:3])) and after[0] not in _COMPOUNDS
    dated = any(word in CALENDAR or word[:1].isdigit() for word in after[1:4])
    return noun != "state" or bool(_EARLIER & {*before, *after}) or dated


def _names_version(tool: ToolRow) -> bool:
    """Return whether a tool is about versions by its name or its arguments."""
    return any(word in f"{tool.name} {' '.join(tool.arguments)}".casefold() for word in _VERSIONS)


_NEAR: Final = 6
"""Words behind `to` in which stands what something is set back to."""
_SETTING: Final = word_set("set put take bring go return change switch turn move roll get reset")
_RESTORING: Final = word_set("restore revert undo reset") | {"roll back", "go back", "bring back"}
_VERSIONS: Final = word_set("version revision state draft snapshot backup wording")
_AGAIN: Final = word_set("back again")
_AS_IT_WAS: Final = (["how", "it"], ["what", "it"], ["the", "way"], ["how", "they"], ["how", "that"])
_WAS: Final = word_set("was were had used looked stood read")
_INDEFINITE: Final = word_set("a an some any")
_GO_ON: Final = word_set("please it he she they we i you that which before again and then")
_NAMING_ON: Final = word_set("approved made saved wrote written had sent signed liked")
_COMPOUNDS: Final = word_set("list folder file title name page archive number label control history address")
"""What a version is only a kind of."""
_EARLIER: Final = word_set("earlier previous old older last original former first before was prior initial")
_WHICH: Final = word_set("of from number no one two three")
_ENDS: Final = frozenset((",", ";", ":", ".", "and", "but", "of", "for", "with", "in", "on"))
