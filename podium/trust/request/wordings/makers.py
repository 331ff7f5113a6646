"""Which tool makes, books or orders a thing that a request wants without a verb: `a task for Tess by Friday`.

By the tool's own noun, or the words that its author lists, or by the kind of thing: somebody's hour is a
meeting, an hour on a machine a booking, a night more a longer stay. Each is a guess: such a call goes through
only where the request names the thing and says each value.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, word_set
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.words import bases, singular
from podium.trust.request.asking import Act, Sentence
from podium.trust.request.nouns import acted_on, near_nouns, own_nouns
from podium.trust.request.wordings.things import GATHERINGS, Thing, things
from podium.trust.tools import ToolRow


def wanted_things(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow]
) -> Iterator[tuple[ToolRow, str, int | None, bool]]:
    """Yield the tools that make what sentences want without a verb, each with its noun, and how often.

    And whether it is a thing of the kind that the tool is about, rather than any that is sold.
    """
    for sentence in sentences:
        for thing in things(sentence):
            for tool in makers_of(thing, tools):
                yield tool, thing.word, thing.most, not _orders(tool)


def makers_of(thing: Thing, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return the tools that make a thing, or bring more of it: those of the kind that fits it best."""
    if thing.head in _SPANS:
        return _by_span(thing, tools)
    if thing.head in _MESSAGES:
        return []
    for fits in (_lists, _owns, _is_kind):
        if found := [tool for tool in tools if fits(tool, thing.head)]:
            return found
    if thing.head in _LINES and _where(thing) in _INTO:
        return [tool for tool in tools if _writes_into(tool)]
    orders = [tool for tool in tools if _orders(tool)]
    return orders if thing.pressed and not _UNSOLD & {thing.head} else []


def _lists(tool: ToolRow, head: str) -> bool:
    """Return whether an author lists a noun as what asks for his tool: `table`, `new contact`, `add task`."""
    if not _makes(tool):
        return False
    own = (intent.casefold().split() for intent in tool.intents)
    return any(words[-1] == head and (len(words) == 1 or words[0] in _MAKING) for words in own)


def _owns(tool: ToolRow, head: str) -> bool:
    """Return whether a tool makes what its name says, and does not act on such a thing that there is."""
    return _makes(tool) and head in near_nouns(tool) and (head not in acted_on(tool) or _reserves(tool))


def _is_kind(tool: ToolRow, head: str) -> bool:
    """Return whether a tool makes things of a kind that people call by this noun too: `lunch`, `a bed`."""
    nouns = own_nouns(tool)
    return any(head in names and kinds & nouns and _makes(tool) for kinds, names in _KINDS)


def _by_span(thing: Thing, tools: Sequence[ToolRow]) -> list[ToolRow]:
    """Return what so much time is wanted of: a meeting, a booking of a thing, or a longer stay."""
    if thing.more or (thing.head in _STAYED and not thing.pressed):
        longer = [tool for tool in tools if _is_stay(tool) and not _CHANGING.isdisjoint(tool.intents)]
        if longer or thing.more:
            return longer
    low = [token.low for token in thing.tokens]
    on = next((at for at, word in enumerate(low) if word in {"on", "in", "at"} and _is_thing(low, at + 1)), 0)
    booking = [tool for tool in tools if _reserves(tool) and _lasts(tool) and _has_object(tool)]
    if on and "with" not in low and booking:
        return booking
    return [tool for tool in tools if _gathers(tool)] if thing.head not in _STAYED else []


def _is_thing(low: Sequence[str], at: int) -> bool:
    """Return whether a thing is named here: `the confocal`, no day and no time."""
    rest = [word for word in low[at : at + 3] if word not in ADVERBS]
    return rest[:1] != [] and rest[0] in DETERMINERS and not set(rest[1:2]) & (CALENDAR | RELATIVE)


def _where(thing: Thing) -> str:
    """Return the word behind the noun."""
    low = [singular(token.low) for token in thing.tokens]
    at = low.index(thing.head) if thing.head in low else len(low)
    return low[at + 1] if at + 1 < len(low) else ""


def unmakes(sentence: Sentence, act: Act, tool: ToolRow) -> bool:
    """Return whether an act ends or changes what a tool makes: `cancel our table` reserves none.

    Nor does `cancel the payment to Vera` pay her, nor `delete the draft` make one.
    """
    verbs = set(bases(sentence[act.at].low))
    listed = verbs & {word for intent in tool.intents for word in intent.casefold().split()[:1]}
    made = not _NEW.isdisjoint(tool.intents) or _pays(tool) or _acts_on_nothing(tool)
    return bool(verbs & _UNMAKING) and not listed and made


def _makes(tool: ToolRow) -> bool:
    return not _MAKING.isdisjoint(tool.intents) or any(it.split()[0] in _MAKING for it in tool.intents)


def _reserves(tool: ToolRow) -> bool:
    return not _RESERVING.isdisjoint(tool.intents)


def _orders(tool: ToolRow) -> bool:
    """Return whether a tool orders so many of a thing, and pays nobody of whom its call says."""
    sinks = {row.sink for row in tool.arguments.values()}
    return not _ORDERING.isdisjoint(tool.intents) and {"object", "amount"} <= sinks and "payee" not in sinks


def _pays(tool: ToolRow) -> bool:
    """Return whether a tool pays somebody of whom its call says, and changes nothing that there is."""
    return not _has_object(tool) and any(row.sink == "payee" for row in tool.arguments.values())


def _acts_on_nothing(tool: ToolRow) -> bool:
    """Return whether a tool takes nothing that there is, and sets nothing: what is deleted is none of its."""
    sinks = {row.sink for row in tool.arguments.values()}
    return sinks.isdisjoint({"object", "path"}) and "text" in sinks and _SETTING.isdisjoint(tool.intents)


def _has_object(tool: ToolRow) -> bool:
    return any(row.sink == "object" for row in tool.arguments.values())


def _lasts(tool: ToolRow) -> bool:
    """Return whether a tool takes from when until when."""
    return sum(row.sink == "date" for row in tool.arguments.values()) > 1


def _is_stay(tool: ToolRow) -> bool:
    """Return whether a tool changes from when until when something that there is lasts."""
    return _has_object(tool) and _lasts(tool) and not _reserves(tool)


def _gathers(tool: ToolRow) -> bool:
    """Return whether a tool makes an event in a calendar, with people."""
    sinks = {row.sink for row in tool.arguments.values()}
    return {"date", "recipient"} <= sinks and bool(own_nouns(tool) & _EVENTS) and _makes(tool)


def _writes_into(tool: ToolRow) -> bool:
    """Return whether a tool writes words into a text that there is."""
    sinks = {row.sink for row in tool.arguments.values()}
    there = {"text"} <= sinks and bool(sinks & {"object", "path"}) and not sinks & {"recipient", "date"}
    return there and bool(own_nouns(tool) & _TEXTS) and not _ADDING.isdisjoint(tool.intents)


_SPANS: Final = word_set("hour minute min mins hr h half-hour night day week")
_STAYED: Final = word_set("night day week")
_MESSAGES: Final = word_set("mail email message letter word text answer reply")
"""What goes to somebody, of which `podium.trust.request.wordings.verbless` knows."""
_MAKING: Final = word_set(
    "create add make book reserve order buy schedule arrange open issue start put post plan register new set "
    "hire rent enter publish write get need"
) | {"set up", "sign up"}
_NEW: Final = word_set("create make book reserve order buy schedule arrange rent hire")
_UNMAKING: Final = word_set(
    "cancel call drop scrap scratch end stop terminate withdraw revoke delete remove bin erase move postpone "
    "reschedule change shift push delay extend shorten"
)
"""What is done to a thing that was made before."""
_SETTING: Final = word_set("set change update edit adjust amend turn switch")
_RESERVING: Final = word_set("book reserve hire rent")
_ORDERING: Final = word_set("order buy purchase")
_CHANGING: Final = word_set("change move extend update reschedule prolong")
_ADDING: Final = word_set("append add write insert")
_LINES: Final = word_set("line sentence paragraph entry item row point remark addition")
_INTO: Final = word_set("at in under on into below to")
_TEXTS: Final = word_set("file document doc page text note sheet")
_UNSOLD: Final = word_set(
    "copy summary list report overview look question thing note line comment reminder favour favor hand "
    "thought update idea person people guest moment second one-liner call chat answer draft version"
)
"""What nobody orders in a shop."""
_EVENTS: Final = word_set("event meeting appointment calendar")
_KINDS: Final = tuple(
    (word_set(kinds), word_set(names))
    for kinds, names in (
        ("event meeting appointment calendar", " ".join(GATHERINGS)),
        ("hotel stay room lodging accommodation", "room bed hotel stay double single twin suite"),
        ("flight train journey trip ticket", "train flight seat ticket plane trip journey ride crossing"),
        ("car vehicle rental", "car van minibus vehicle truck"),
        ("restaurant table", "table dinner lunch"),
        ("task todo card ticket issue", "task todo to-do card ticket issue"),
        ("notice post announcement", "notice announcement post"),
        ("contact customer client", "contact customer client"),
        ("instrument room court slot booking", "slot session booking"),
    )
)
"""Kinds of things that tools make, and how people call what they want of these."""
