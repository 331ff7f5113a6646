"""Idioms by which somebody is told something: *drop him a line*, *give her a heads-up*, *make sure he knows*.

They ask for what tells people, as `tell` does, and nothing else by their own words: no meeting is dropped.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from podium.trust.english.lexicon import INDEFINITE, JOINTS, PREPOSITIONS, QUESTIONS, word_set
from podium.trust.request.asking import Act, Sentence, find_acts
from podium.trust.tools import ToolRow


def by_idiom(
    sentence: Sentence, tools: Sequence[ToolRow], found: Mapping[str, Sequence[Act]]
) -> Iterator[tuple[str, list[Act]]]:
    """Yield the acts of tools, by their ids, as an idiom leaves them. ``found``: as they were."""
    low = [token.low for token in sentence]
    said = next((act for act in (*_dropped(sentence, low), *_ensured(sentence, low))), None)
    if said is None:
        return
    tellers = {tool.id for tool in tools if _tells(tool)} or {tool.id for tool in tools if _writes(tool)}
    if not tellers:
        return
    for tool in tools:
        left = [act for act in found[tool.id] if not said.at <= act.at <= said.end]
        yield tool.id, [said, *left] if tool.id in tellers else left


def _tells(tool: ToolRow) -> bool:
    """Return whether a tool says to people what its call says, by its author's words."""
    return any(row.sink == "text" for row in tool.arguments.values()) and not _TELLING.isdisjoint(
        tool.intents
    )


def _writes(tool: ToolRow) -> bool:
    """Return whether a tool writes to people: a page that somebody is put down for is written too."""
    rows = tool.arguments.items()
    to = any(row.sink == "recipient" and _is_to(path) for path, row in rows)
    return to and any(row.sink == "text" for _, row in rows) and "write" in tool.intents


def _is_to(path: str) -> bool:
    """Return whether an argument says to whom a call goes, rather than who stands in what it makes."""
    name = path.removesuffix("[]").rpartition(".")[2].lower()
    return "." not in path or name in _TO


def _dropped(sentence: Sentence, low: Sequence[str]) -> Iterator[Act]:
    """Yield the orders to drop somebody a line, from the verb to the noun."""
    for verb in _DROPPING if not _NOTES.isdisjoint(low) else ():
        for act in find_acts(sentence, verb) if verb in low else ():
            end = _note(sentence, act.at + 1 + (low[act.at + 1 : act.at + 2] == ["off"]))
            if end > 0 and act.mood != "not":
                yield Act(act.mood, act.at, end, act.at)


def _note(sentence: Sentence, at: int) -> int:
    """Return where the noun stands of what somebody is given by these words: `Rob a quick note`, else -1."""
    start = _whom(sentence, at)
    noun = _noun(sentence, start if start > 0 else at)
    if noun < 0 or start > 0:
        return noun
    low = [token.low for token in sentence[noun + 1 : noun + 3]]
    if low[:1] == ["to"]:
        return noun if _whom(sentence, noun + 2) > 0 else -1
    behind = sentence[noun + 2 : noun + 6] if low[:1] in (["in"], ["into"], ["on"]) else ()
    return noun if any(it.text[:1] == "#" or it.low in _CHANNELS for it in behind) else -1


def _whom(sentence: Sentence, at: int) -> int:
    """Return where a phrase ends that says a person or people, 0 where none begins here."""
    low = sentence[at].low if at < len(sentence) else ""
    if low in _THEM:
        return at + 1
    end = at + (low in _OUR)
    last = min(end + _WHO, len(sentence))
    while end < last and sentence[end].kind in ("word", "value") and not _goes_on(sentence, end, at, low):
        end += 1
    return end if end > at + (low in _OUR) else 0


def _goes_on(sentence: Sentence, end: int, at: int, low: str) -> bool:
    """Return whether a phrase of people is over before this word: of names each is written as one."""
    token = sentence[end]
    if token.low in INDEFINITE | PREPOSITIONS | _KNOWING | _BEING or token.low in JOINTS - {"and"} | {
        "which"
    }:
        return True
    named = token.text[:1].isupper() or "@" in token.text or (token.low == "and" and end > at)
    return not named and low not in _OUR


def _noun(sentence: Sentence, at: int) -> int:
    """Return where the noun stands of a new message: `a quick line`; -1 where there is none."""
    if at >= len(sentence) or sentence[at].low not in {"a", "an", "another", "one"}:
        return -1
    for end in range(at + 1, min(at + 4, len(sentence))):
        if sentence[end].kind != "word":
            return -1
        two = sentence[end].low == "heads" and [it.low for it in sentence[end + 1 : end + 2]] == ["up"]
        if sentence[end].low in _NOTES and (two or sentence[end].low != "heads"):
            last = end + two
            after = sentence[last + 1] if last + 1 < len(sentence) else None
            head = after is None or after.kind != "word" or after.low in PREPOSITIONS | JOINTS | _BEHIND
            return last if head else -1  # no `text file`
    return -1


def _ensured(sentence: Sentence, low: Sequence[str]) -> Iterator[Act]:
    """Yield the orders to make sure that somebody knows something, up to that verb."""
    asks = bool(low) and low[-1] == "?" and low[0] in QUESTIONS  # `is there a way to make sure she knows?`
    for way in _ENSURING if not (asks or _KNOWING.isdisjoint(low)) else ():
        for act in find_acts(sentence, way) if way.split()[0] in low else ():
            start = act.end + 1 + (low[act.end + 1 : act.end + 2] == ["that"])
            end = (_described(low, start) or _whom(sentence, start)) if start < len(low) else 0
            told = low[end : end + 2] if end else []
            knows = _KNOWING & set(told[:1]) or (_BEING & set(told[:1]) and _KNOWING & set(told[1:]))
            if knows and act.mood == "asked":
                yield Act("asked", act.at, end + (told[0] in _BEING), act.at)


def _described(low: Sequence[str], at: int) -> int:
    """Return where a phrase ends that describes somebody by a clause: `the colleague who leads that trip`.

    0 where none begins here.
    """
    if at >= len(low) or low[at] not in _OUR or "who" not in low[at + 2 : at + 5]:
        return 0
    who = low.index("who", at + 2)
    end = next((i for i in range(who + 2, min(who + _FAR, len(low))) if low[i] in _KNOWING), 0)
    return end if not JOINTS & set(low[at:end]) else 0


_TELLING: Final = frozenset(("tell", "let know", "inform", "notify", "message", "dm"))
"""Words of a tool by which people are told something."""
_TO: Final = word_set("to cc bcc recipient recipients")
_DROPPING: Final = ("drop", "give", "send", "shoot", "leave", "fire", "post")
_NOTES: Final = word_set("line note message word mail email text heads heads-up nudge shout reminder")
_BEHIND: Final = word_set("that saying asking telling to when if because please back today now too")
_THEM: Final = word_set("him her them everyone everybody whoever")
_OUR: Final = word_set("the my our")
_CHANNELS: Final = word_set("channel chat thread group room")
_ENSURING: Final = ("make sure", "ensure", "see that", "see to it")
_BEING: Final = word_set("is are that")
_KNOWING: Final = word_set("knows know hears hear learns learn told informed aware")
_FAR: Final = 9
"""Words at most of such a clause."""
_WHO: Final = 4
"""Words at most that say who is told."""
