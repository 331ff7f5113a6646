"""Who is to get a message decides which tool sends it, where one takes a person and another a channel.

*Send Marek a message*, *write a message to him* go to a person, *send a message to #general* to a channel,
whatever tool has `message` in its name. Where both or neither are said nothing is decided here.
"""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.words import Token, bases
from podium.trust.request.asking import Act, Sentence, tells
from podium.trust.request.intents import parts_of
from podium.trust.request.nouns import own_nouns
from podium.trust.tools import ToolRow

Parted = tuple[dict[str, list[Act]], frozenset[Act], dict[str, str]]


def by_receiver(sentence: Sentence, tools: Sequence[ToolRow], asked: Mapping[str, Sequence[Act]]) -> Parted:
    """Return what a sentence asks for by tool, the acts that a receiver decides, and who lost all by it.

    The last with the word that is not theirs. Only a tool that lists the verb, or `message`, gains by it.
    """
    acts = {it: list(own) for it, own in asked.items()}
    rivals = [tool for tool in tools if tool.id in acts]
    channels = [tool for tool in rivals if _takes_channel(tool)]
    servers = {tool.server for tool in channels}
    people = [tool for tool in rivals if tool.server in servers and _takes_person(tool)]
    decided, lost = set[Act](), dict[str, str]()
    for at in sorted({act.at for own in acts.values() for act in own}) if channels and people else ():
        noun, to_person = _receiver(sentence, at)
        if to_person is None:
            continue
        right = people if to_person else channels
        here = [it for it in right if any(act.at == at for act in acts.get(it.id, ()))]
        mine = [tool for tool in here if _lists(tool, sentence[at])]
        decided |= {act for tool in mine for act in acts[tool.id] if act.at == at}
        for tool in rivals if mine else ():
            if tool in right or (to_person and _takes_person(tool) and own_nouns(tool) & _MESSAGES):
                continue
            left = [act for act in acts[tool.id] if act.key != at and not at <= act.at <= noun]
            lost |= {tool.id: sentence[at].text} if acts[tool.id] and not left else {}
            acts[tool.id] = left
    return {it: own for it, own in acts.items() if own}, frozenset(decided), lost


def _takes_channel(tool: ToolRow) -> bool:
    """Return whether a tool says something in a channel."""
    return _says(tool) and any(_CHANNELS & _words(path) for path in tool.arguments)


def _takes_person(tool: ToolRow) -> bool:
    """Return whether a tool says something to a person, and names no channel."""
    to = any(row.sink == "recipient" for row in tool.arguments.values())
    return to and _says(tool) and not _takes_channel(tool)


def _says(tool: ToolRow) -> bool:
    return any(row.sink == "text" for row in tool.arguments.values())


def _words(path: str) -> frozenset[str]:
    return frozenset(path.casefold().replace("[]", "").replace(".", "_").split("_"))


def _lists(tool: ToolRow, verb: Token) -> bool:
    """Return whether an author lists a verb, or what is sent by it."""
    firsts = {parts_of(intent)[0] for intent in tool.intents}
    return not firsts.isdisjoint({*bases(verb.low), "message"})


def _receiver(sentence: Sentence, at: int) -> tuple[int, bool | None]:
    """Return where the noun stands of a message that an order sends, and whether it goes to a person.

    False for a channel, None where it may be either, or no message is sent.
    """
    if not _SENDING & set(bases(sentence[at].low)):
        return at, None
    stop = next((i for i in range(at + 1, len(sentence)) if _ends(sentence, i)), len(sentence))
    behind = sentence[at + 1 : stop]
    first = _people(behind)
    thing = list(takewhile(lambda token: token.low not in PREPOSITIONS | {"to"}, behind[first:]))
    if not thing or thing[-1].low not in _MESSAGES or (first and thing[0].low not in DETERMINERS):
        return at, None
    places = [i for i, token in enumerate(behind) if i >= first + len(thing) and token.low in _INTO]
    channel = any(_is_channel(behind[i + 1 : i + 6]) for i in places)
    person = first > 0 or any(behind[i].low == "to" and _people(behind[i + 1 :]) for i in places)
    return at + first + len(thing), None if channel == person else person


def _ends(sentence: Sentence, at: int) -> bool:
    """Return whether what an order says of its message and of who gets it is over here."""
    token = sentence[at]
    if token.low in {",", "and", "&"} and at + 1 < len(sentence):
        return not _is_somebody(sentence[at + 1]) and sentence[at + 1].text[:1] not in {"#", "&"}
    return token.kind == "quote" or token.low in _CLAUSE or tells(sentence, at)


def _people(tokens: Sentence) -> int:
    """Return how many words are of people who are told by name or by a pronoun: `Marek and Greta`."""
    end = 0
    while end < len(tokens) and _is_somebody(tokens[end]):
        joint = end + 1 < len(tokens) and tokens[end + 1].low in {",", "and", "&"}
        end += 2 if joint and end + 2 < len(tokens) and _is_somebody(tokens[end + 2]) else 1
    return end


def _is_somebody(token: Token) -> bool:
    named = token.kind == "word" and token.text[:1].isupper() and not token.low.endswith("'s")
    return named or token.low in _THEM or token.text[:1] == "@"


def _is_channel(tokens: Sentence) -> bool:
    """Return whether a channel begins here: `#design`, `the design channel`."""
    if tokens and tokens[0].text[:1] == "#":
        return True
    near = list(takewhile(lambda token: token.low not in PREPOSITIONS | {"to"}, tokens))
    return bool(near) and near[0].low in DETERMINERS and any(token.low in _CHANNELS for token in near[1:])


_CHANNELS: Final = word_set("channel channels")
_SENDING: Final = word_set("send write post drop leave shoot")
_MESSAGES: Final = word_set("message note line dm reminder")
_THEM: Final = word_set("him her")
_INTO: Final = word_set("to in into on")
_CLAUSE: Final = word_set("that saying asking telling about because if when once so but then ; : . ! ?")
