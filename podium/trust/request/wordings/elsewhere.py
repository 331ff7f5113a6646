"""Verbs that a request says of another tool's thing: *end the meeting with Annabel* ends no policy of hers.

A verb that one tool alone lists opens it where the request leaves its thing away or names it. Where it says a
thing that another tool is about, and nowhere what this one is, it may mean something that no tool does.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    SUBJECTS,
    word_set,
)
from podium.trust.english.wordnet import verb_of
from podium.trust.english.words import Token, bases, deed_of, singular
from podium.trust.request.asking import Act
from podium.trust.request.nouns import kinds_like, near_nouns, nouns_of, own_nouns, said_in
from podium.trust.request.wordings.makers import unmakes
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_PLAIN: Final = word_set("id ids no number key name to on at from type kind value new all list time day date")
_ENDS: Final = SUBJECTS | DETERMINERS | word_set("or that which who")
_TEXTS: Final = word_set("mail email message letter note text post comment")
_WRITTEN: Final = word_set("write send mail email text")
_TELLING: Final = word_set("tell inform notify remind")
_SOMETHING: Final = DETERMINERS | word_set("what that how when where why whether")
_OUT_OF: Final = word_set("in from by per")
_CUTS: Final = word_set(", ; : . and but so then")


def of_another(tool: ToolRow, said: AbstractSet[str], tools: Sequence[ToolRow]) -> bool:
    """Return whether words have another tool's thing and none of what a tool is about, which acts on things.

    ``said``: nouns in the singular. What is told, sent or shared may be anything.
    """
    sinks = {row.sink for row in tool.arguments.values()}
    if tool.effect != "irreversible" or "object" not in sinks or sinks & {"recipient", "payee"}:
        return False
    own = _about(tool) | _done_by(tool, tools)
    if any(word in own or kinds_like(word) & own for word in said):
        return False
    others = [it for it in tools if it.id != tool.id and _made_by(tool).isdisjoint(it.intents)]
    like = frozenset(said).union(*map(kinds_like, said))
    return any(near_nouns(it) & like for it in others)  # not the flight of a booking: to book makes that


def is_elsewhere(
    tool: ToolRow,
    sentence: Sequence[Token],
    act: Act,
    head: Sequence[Token],
    tools: Sequence[ToolRow],
    rivals: Sequence[ToolRow],
) -> bool:
    """Return whether an act is on another tool's thing, or is to write to somebody whom this one takes not.

    ``head``: the act's object. ``rivals``: the tools that its words open.
    """
    if is_written_to(tool, rivals, sentence[act.at].low, head):
        return True
    said = thing_of(sentence, act, head)
    return of_another(tool, said, tools) or _is_unmade(tool, sentence, act, said, tools)


def _is_unmade(
    tool: ToolRow, sentence: Sequence[Token], act: Act, said: AbstractSet[str], tools: Sequence[ToolRow]
) -> bool:
    """Return whether an act ends what another tool makes, by a noun that this one lists, and no such thing.

    *Cancel our table* cancels a reservation, where `table` asks to reserve one; it cancels no subscription.
    """
    made = _made_by(tool)
    if said & _done_by(tool, tools):
        return False
    others = (it for it in tools if it.id != tool.id and made.isdisjoint(it.intents))
    return any(said & set(it.intents) and unmakes(sentence, act, it) for it in others)


def _made_by(tool: ToolRow) -> set[str]:
    """Return the verbs by which people make what a tool is about: to book makes a booking."""
    return {verb for noun in near_nouns(tool) if (verb := deed_of(noun) or verb_of(noun))}


def anothers(
    tool: ToolRow,
    sentence: Sequence[Token],
    act: Act,
    asked: Mapping[str, Sequence[Act]],
    rivals: Sequence[ToolRow],
) -> bool:
    """Return whether an act is on a noun that another tool lists, or tells one person what this publishes.

    *Open a ticket*, where that lists `ticket`; *tell Mei that I am late*, where that writes to people.
    ``asked``: the acts of each tool that are asked for.
    """
    others = [it for it in rivals if it.id != tool.id]
    for other in others:
        for one in asked.get(other.id, ()):
            noun = singular(sentence[one.at].low) if one.key == act.key < one.at else ""
            if noun in other.intents and noun not in {*tool.intents} | own_nouns(tool):
                return True
    return _publishes(tool) and _tells_one(sentence, act) and any(map(_takes_whom, others))


def _publishes(tool: ToolRow) -> bool:
    """Return whether anybody may read what a tool writes, and it takes nobody to whom."""
    rows = tool.arguments.values()
    public = any(row.readers == "public" or "public" in row.readers_of.values() for row in rows)
    return public and all(row.sink != "recipient" for row in rows)


def _tells_one(sentence: Sequence[Token], act: Act) -> bool:
    """Return whether somebody is told something by name, and nothing says where: `tell Mei that`."""
    behind = sentence[act.end + 1 :]
    names = next((i for i, it in enumerate(behind) if not it.text[:1].isupper() or it.kind != "word"), 0)
    telling = not _TELLING.isdisjoint(bases(sentence[act.at].low))
    return telling and act.at == act.end and names > 0 and behind[names].low in _SOMETHING


def is_written_to(tool: ToolRow, rivals: Sequence[ToolRow], verb: str, head: Sequence[Token]) -> bool:
    """Return whether an act is to write somebody something, and another tool alone takes to whom.

    *Write Ronan a reminder*, *write him what he owes* makes no note of his.
    """
    if bases(verb).keys().isdisjoint(_WRITTEN) or _takes_whom(tool):
        return False
    named = next((i for i, token in enumerate(head) if not token.text[:1].isupper()), len(head))
    whom = named or int(bool(head) and head[0].low in OBJECTS)
    then = head[whom].low if whom < len(head) else ""
    return whom > 0 and then in _SOMETHING and any(_takes_whom(it) for it in rivals)


def _takes_whom(tool: ToolRow) -> bool:
    """Return whether a tool takes to whom it writes, or writes to those who take part in a thing."""
    rows = tool.arguments.values()
    told = any(row.sink == "text" and row.readers not in {"organisation", "user"} for row in rows)
    return any(row.sink == "recipient" or (told and row.sink == "object") for row in rows)


def is_bare(head: Sequence[Token]) -> bool:
    """Return whether an act's object is no kind of thing: left away, a pronoun, a name or a value."""
    plain = ADVERBS | OBJECTS | {"there", "here", "this", "that"}
    return all(it.kind != "word" or it.text[:1].isupper() or it.low in plain for it in head)


def is_somebody(head: Sequence[Token]) -> bool:
    """Return whether an act's object begins with a name, not as a thing's owner: `Ann Lee's order`."""
    if not head or head[0].kind != "word" or not head[0].text[:1].isupper():
        return False
    end = next((i for i, token in enumerate(head) if not token.text[:1].isupper()), len(head))
    return end == len(head) or not head[end - 1].low.endswith(("'s", "s'"))


def thing_of(sentence: Sequence[Token], act: Act, head: Sequence[Token]) -> frozenset[str]:
    """Return what an act is done to, as nouns: the first things behind it, or those before a participle.

    ``head``: the act's object. What is said of these is left out: `the 80 that they were charged`.
    """
    after = [(it, head[i - 1].low if i else "and") for i, it in enumerate(head)]
    end = next((i for i, (it, before) in enumerate(after) if _ends(it, before)), len(head))
    first = [token for token in head[:end] if not token.text[:1].isupper()]
    if not first and "ed" in bases(sentence[act.at].low).values():  # `I want the claim stopped`
        start = next((i + 1 for i in range(act.at - 1, -1, -1) if sentence[i].low in _CUTS), 0)
        first = [token for token in sentence[start : act.at] if not token.text[:1].isupper()]
    return said_in(tuple(first))


def _ends(token: Token, before: str) -> bool:
    if token.low in DETERMINERS and before == "and":
        return False
    return token.kind != "word" or token.low in _ENDS


def is_thing(sentence: Sequence[Token], act: Act) -> bool:
    """Return whether the noun of an act is a thing by the noun before it: `an employment confirmation`."""
    before = sentence[act.at - 1]
    noun = before.kind == "word" and before.low not in DETERMINERS | PREPOSITIONS | ADVERBS | set(NUMBERS)
    return noun and deed_of(sentence[act.at].low) is not None and act.at - act.key > 1


def is_source(sentence: Sequence[Token], act: Act, at: int) -> bool:
    """Return whether a noun only says in what text something stands: `for the day he names in his mail`."""
    before = [token.low for token in sentence[act.end + 1 : at]]
    if len(before) < 3 or singular(sentence[at].low) not in _TEXTS:
        return False
    led = next((i for i in range(len(before) - 1, -1, -1) if before[i] in PREPOSITIONS), -1)
    known = bool(before[led + 1 : led + 2]) and _is_known(before[-1])
    return led > 0 and before[led] in _OUT_OF and known and all(_is_known(word) for word in before[led + 1 :])


def _is_known(word: str) -> bool:
    return word in DETERMINERS - {"a", "an", "another"} or word.endswith("'s")


def _done_by(tool: ToolRow, tools: Sequence[ToolRow]) -> frozenset[str]:
    """Return what a tool is about that names it by what is done to it: `cancel_scheduled` of payments.

    That is what `schedule_payment` has in its name.
    """
    done = {base for word in words(tool.name)[1:] for base, form in bases(word).items() if form == "ed"}
    doing = (it for it in tools if it.server == tool.server and not done.isdisjoint(words(it.name)[:1]))
    return frozenset[str]().union(*map(near_nouns, doing))


def _about(tool: ToolRow) -> frozenset[str]:
    return _words_of(tool.server, tool.name, tool.intents, tuple(tool.arguments)) | near_nouns(tool)


@lru_cache(maxsize=1024)
def _words_of(server: str, name: str, intents: tuple[str, ...], paths: tuple[str, ...]) -> frozenset[str]:
    """Return the words by which an author says what a tool is about: its names, its words, its arguments."""
    texts = (server, name, *intents, *paths)
    said = {singular(word) for text in texts for word in words(text.replace("_", " "))}
    return frozenset(said | nouns_of(name)) - _PLAIN
