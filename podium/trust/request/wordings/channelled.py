"""Words that go into a channel, in ways that no author lists: `say hello to her there`, `let #general know`.

A channel that is told something, somebody who is greeted in one, a thing made of words (`a short list`) that
is wanted there. Each is a guess: such a call goes through only where the request says the channel.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from podium.trust.english.lexicon import ADVERBS, PREPOSITIONS, word_set
from podium.trust.request.asking import Act, Sentence, find_acts
from podium.trust.tools import ToolRow


def into_channels(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow]
) -> Iterator[tuple[ToolRow, str, int | None, bool]]:
    """Yield the tools that post what sentences want said in a channel, by which word, and how often."""
    posting = [tool for tool in tools if _posts(tool)]
    spoken = False
    for sentence in sentences if posting else ():
        channels = [at for at in range(len(sentence)) if _is_channel(sentence, at)]
        ways = (_told(sentence, channels), _greeted(sentence, channels, spoken), _put(sentence, channels))
        found = next(chain(*ways), "")
        yield from ((tool, found, 1, True) for tool in posting if found)
        spoken = spoken or bool(channels)


def _posts(tool: ToolRow) -> bool:
    """Return whether a tool says words in a channel, by its arguments and its author's words."""
    rows = tool.arguments.items()
    there = any(row.sink == "recipient" and not _CHANNEL.isdisjoint(path.split("_")) for path, row in rows)
    says = any(row.sink == "text" for _, row in rows) and not any(row.sink == "date" for _, row in rows)
    return there and says and not _POSTING.isdisjoint(word for it in tool.intents for word in it.split())


def _is_channel(sentence: Sentence, at: int) -> bool:
    """Return whether a channel is said here: `#general`, or the noun of `the customers channel`."""
    if sentence[at].text[:1] == "#":
        return True
    return sentence[at].low in _CHANNEL and at > 0 and sentence[at - 1].low not in _NO_NAME


def _told(sentence: Sentence, channels: Sequence[int]) -> Iterator[str]:
    """Yield the orders to tell a channel something: `tell #general`, `let the releases channel know`."""
    for way in _TELLING:
        for act in _asked(sentence, way):
            for at in channels:
                inside = at < act.end or act.at == act.end
                if act.at < at <= act.at + _FAR and inside and _is_told(sentence[act.at + 1 : at]):
                    yield way


def _is_told(before: Sentence) -> bool:
    """Return whether these words lead from an order to the channel that is told something."""
    low = [token.low for token in before]
    if _STOPS & set(low) or _NOT_TOLD & set(low):
        return False
    where = next((at for at, word in enumerate(low) if word in PREPOSITIONS), -1)
    if where < 0:
        return True
    somebody = bool(_PEOPLE & set(low[:where])) or all(token.text[:1].isupper() for token in before[:where])
    return where > 0 and low[where] in _INTO and somebody


def _greeted(sentence: Sentence, channels: Sequence[int], spoken: bool) -> Iterator[str]:
    """Yield the orders to greet somebody in a channel. ``spoken``: the sentences before have one."""
    for way in (*_GREETING, *_GIVING):
        for act in _asked(sentence, way):
            stop = (i for i in range(act.end + 1, len(sentence)) if sentence[i].low in _STOPS)
            end = next(stop, len(sentence))
            clause = [token.low for token in sentence[act.end + 1 : end]]
            if way in _GIVING and _HELLO.isdisjoint(clause):
                continue
            known = spoken or any(at < act.at for at in channels)
            there = known and "there" in clause and clause[clause.index("there") - 1 :][:1] != ["is"]
            if there or any(act.end < at < end and _leads_in(sentence, act.end, at) for at in channels):
                yield way


def _put(sentence: Sentence, channels: Sequence[int]) -> Iterator[str]:
    """Yield the nouns of what is wanted in a channel: `put a list into #general`, `a list in #general`."""
    for at in channels:
        start = next((i + 1 for i in range(at, -1, -1) if sentence[i].low in _STOPS), 0)
        low = [token.low for token in sentence[start:at]]
        polite = bool({"could", "can", "would"} & set(low[:2]))
        while low and low[0] in ADVERBS | _LEADS:
            low, start = low[1:], start + 1
        noun = next((word for word in low if word in _MADE_OF_WORDS), "what" if "what" in low else "")
        asks = sentence[-1].low == "?" and not polite
        if not noun or asks or not _leads_in(sentence, start - 1, at):
            continue
        first, second, third = (*low[:3], "", "", "")[:3]
        after = sentence[at + 1].low if at + 1 < len(sentence) else "."
        new = (first in _NEW and noun != "what") or first in _MADE_OF_WORDS
        wanted = first in {"i", "we"} and second in _WANTING and third in _NEW
        if {"me", "us"} & set(low[:3]):
            continue
        putting = any(start <= act.at < at for way in _PUTTING for act in _asked(sentence, way))
        if wanted or putting or (new and after in _STOPS | _GOES_ON):
            yield noun


def _leads_in(sentence: Sentence, after: int, at: int) -> bool:
    """Return whether a channel is where something is said: `in #general`, `into the releases channel`.

    What is there, or was said there, is no such thing: `what he wrote in #general`, `the posts in #general`.
    """
    first = max(after + 1, at - _FAR)
    where = max((i for i in range(first, at) if sentence[i].low in _INTO), default=-1)
    if where < 0 or (PREPOSITIONS - _INTO) & {token.low for token in sentence[where + 1 : at]}:
        return False
    before = [token.low for token in sentence[max(after + 1, where - 2) : where]]
    return _IS_THERE.isdisjoint(before[-1:]) and not (before[-1:] and before[-1].endswith("ed"))


def _asked(sentence: Sentence, way: str) -> Iterator[Act]:
    low = {token.low for token in sentence}
    if any(word.startswith(way.split(maxsplit=1)[0][:4]) for word in low):
        yield from (act for act in find_acts(sentence, way) if act.mood == "asked")


_CHANNEL: Final = word_set("channel channels room rooms chat thread")
_NO_NAME: Final = word_set("a an any every each no which what this that another")
_POSTING: Final = word_set("post announce publish tell say share write send message")
_TELLING: Final = ("tell", "let know", "inform", "notify", "update", "ask", "remind", "warn")
_PEOPLE: Final = word_set("everyone everybody all people folks team those others")
_NOT_TOLD: Final = word_set("me us myself what who whom whether if how that which when where why about")
_GOES_ON: Final = word_set("please pls thanks would with by before today now too as for")
"""Words behind a channel in which a new thing is wanted: `an update in #general says` wants none."""
_GREETING: Final = ("greet", "welcome", "congratulate", "thank")
_GIVING: Final = ("say", "answer", "write", "give", "post", "send", "leave", "drop")
_HELLO: Final = word_set(
    "hello hi hey welcome greeting greetings goodbye bye farewell congratulations congrats thanks"
)
_PUTTING: Final = ("put", "drop", "stick", "place", "share", "get")
_WANTING: Final = word_set("need want would")
_MADE_OF_WORDS: Final = word_set(
    "list overview summary recap update note rundown digest report announcement message line reminder status "
    "heads-up question wrap-up roundup post"
)
_NEW: Final = word_set("a an another one")
_LEADS: Final = word_set("please and then also could can you so finally pls short quick brief")
_IS_THERE: Final = word_set(
    "is are was were be s been wrote written said says say asked told messages message posts discussion"
    " conversation thread chat talk debate news everyone everybody people"
)
_INTO: Final = word_set("in into on to inside")
_STOPS: Final = word_set(", ; : . ! ? and but then because so")
_FAR: Final = 5
"""Words that may stand between an order and its channel."""
