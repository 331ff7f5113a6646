"""By which tool somebody is told something: an answer to what he wrote, a mail that accepts his offer."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import JOINTS, OBJECTS, SYNONYMS, word_set
from podium.trust.request.asking import Act, Sentence, begins, negated
from podium.trust.request.counting import count
from podium.trust.request.nouns import own_nouns
from podium.trust.tools import ToolRow

TELL: Final = frozenset(next(group for group in SYNONYMS if "notify" in group)) - {
    "write",
    "ask",
    "text",
} | {"send"}
"""Words of a tool by which somebody is told something."""
_SAYING: Final = word_set(
    "tell let inform notify ask thank remind write say confirm congratulate apologise apologize wish assure"
)
"""Words by which somebody is to be told something, rather than sent a thing."""
_ANSWERING: Final = word_set("reply answer respond")
_REMARKS: Final = word_set("comment remark")
"""Words of a tool that writes beneath what others have written."""


def answers(tool: ToolRow) -> bool:
    """Return whether a tool answers what somebody wrote: it takes that and a text, and nobody's address.

    Things of which it takes several are attached to it.
    """
    sinks = [row.sink for path, row in tool.arguments.items() if not (row.many or path.endswith("[]"))]
    attached = {row.sink for path, row in tool.arguments.items() if row.many or path.endswith("[]")}
    return (
        bool(_ANSWERING & set(tool.intents))
        and sinks.count("object") == 1
        and set(sinks) <= {"object", "text"}
        and attached <= {"object", "path"}
    )


def _only_tells(tool: ToolRow) -> bool:
    """Return whether a tool says something to somebody, and does nothing else."""
    sinks = {row.sink for row in tool.arguments.values()}
    return bool(TELL & set(tool.intents)) and {"recipient", "text"} == sinks


def in_writing(sentence: Sentence, tool: ToolRow) -> bool:
    """Return whether a tool sends what is to be said so: `accept by mail`, not `it came by mail`."""
    said = _ordered_by([token.low for token in sentence])
    texts = any(row.sink == "text" for row in tool.arguments.values())
    own = own_nouns(tool) | set(tool.intents) | {tool.server}
    return texts and any(
        medium in own or ("mail" in medium and any("mail" in word for word in own)) for medium in said
    )


def _ordered_by(low: list[str]) -> Iterator[str]:
    """Yield by what an order of a sentence is to be said."""
    start = 0
    for at, word in enumerate(low[:-1]):
        if word in _ENDS:
            start = at + 1
        clause = low[start:at]
        order = next((it for it in clause if it not in {"please", "kindly", "just"}), "") in _SAID_SO
        told = not _WHO & set(clause[:-1]) if clause[-1:] == ["that"] else not _WHO & set(clause)
        if word in _BY and low[at + 1] in _MEDIA and order and told:
            yield low[at + 1]


_ENDS: Final = word_set(", ; : . and then but so")
_SAID_SO: Final = word_set(
    "accept decline refuse reject turn confirm agree acknowledge approve thank apologise apologize invite"
)
"""Acts that are done by saying so."""
_WHO: Final = word_set("he she they that which who i we you there came come got received")
_BY: Final = word_set("by via per")
_MEDIA: Final = word_set("mail email letter text sms message")


def to_them(sentence: Sentence) -> bool:
    """Return whether somebody who was spoken of before is to be told something: `confirm to them that`."""
    low = [token.low for token in sentence]
    named = any(token.kind == "word" and token.text[:1].isupper() for token in sentence[1:])
    return not named and any(
        low[at] in _ADDRESSED and word in _THEM and not negated(sentence, at)
        for at, word in enumerate(low[1:])
    )


def to_somebody(sentence: Sentence) -> bool:
    """Return whether something is to be confirmed to somebody named: `and confirm it to Edith Carr`."""
    for at, token in enumerate(sentence):
        if token.low not in _CONFIRMING or negated(sentence, at) or not begins(sentence, at):
            continue
        behind = sentence[at + 1 : at + _NEAR]
        if any(
            to.low == "to" and (who.low in _THEM or (who.kind == "word" and who.text[:1].isupper()))
            for to, who in pairwise(behind)
        ):
            return True
    return False


def as_wanted(sentence: Sentence) -> bool:
    """Return whether something is to be sent that somebody wants: `send Marek the list he is asking for`."""
    low = [token.low for token in sentence]
    for at, word in enumerate(low):
        wants = next((it for it in low[at + 1 : at + 4] if it not in _HAS), "")
        before = [it for it in low[max(0, at - 2) : at] if it not in {"that", "which"}]
        thing = bool(before) and before[-1] not in JOINTS | OBJECTS | _SAYING | {",", "if", "what"}
        if word in _SOMEBODY and wants in _WANTING and thing:
            return True
    return False


def may_have(sentence: Sentence) -> bool:
    """Return whether somebody named is given leave to have something: `Norvane can have the reference`."""
    low = [token.low for token in sentence]
    at = next((at for at, word in enumerate(low[: 2 + MAX_NAME]) if word in _MAY), 0)
    named = 0 < at <= MAX_NAME and all(token.text[:1].isupper() for token in sentence[:at])
    gets = next((word for word in low[at + 1 :] if word not in {"now", "please", "also"}), "")
    return named and gets in _GETTING and low[-1] != "?"


def says_there(sentence: Sentence) -> bool:
    """Return whether something is to be said where something was read: `say there that yes, she gets it`."""
    return any(
        token.low in _SAID_THERE
        and sentence[at + 1].low == "there"
        and sentence[at + 2].low in _SAID_SO_THERE  # not `say there is no room`
        and not negated(sentence, at)
        and begins(sentence, at)
        for at, token in enumerate(sentence[:-2])
    )


MAX_NAME: Final = 3
"""Words of somebody's name."""
_SAID_THERE: Final = word_set("say write answer reply respond mention")
_SAID_SO_THERE: Final = word_set("that , : yes no")
_SOMEBODY: Final = word_set("he she they")
_HAS: Final = word_set("is are was were has have had been just also keep keeps kept")
_WANTING: Final = word_set("ask asks asked asking want wants wanted request requested requests")
_MAY: Final = word_set("can may should could")
_GETTING: Final = word_set("have get know see hear")
_CONFIRMING: Final = word_set("confirm apologise apologize")
_NEAR: Final = 8
"""Words within which somebody stands to whom something is confirmed."""
_ADDRESSED: Final = word_set("to tell thank let inform answer notify assure")
_THEM: Final = word_set("them him her")


def answering(
    text: Sequence[Sentence], tools: Sequence[ToolRow], wanted: Mapping[str, int | None]
) -> Iterator[tuple[ToolRow, int | None]]:
    """Yield the tools that may say what a request wants said, and how often.

    What answers goes to nobody else.

    ``wanted``: the tools that it asks for, and how often; None has no limit.
    """
    told = [tool for tool in tools if tool.id in wanted and TELL & set(tool.intents)]
    said = {token.low for sentence in text for token in sentence}
    spoken = any(row.sink == "text" for tool in told for row in tool.arguments.values())
    named = not spoken and any(to_somebody(sentence) for sentence in text)
    them = named or (not told and any(to_them(sentence) for sentence in text[1:]))
    them = them or (not told and any(map(may_have, text)))
    saying = bool(said & _SAYING) or any(map(as_wanted, text)) or any(map(may_have, text))
    for tool in tools:
        here = [wanted[it.id] for it in told if it.server == tool.server]
        by = next((sentence for sentence in text if in_writing(sentence, tool)), None)
        there = _REMARKS & set(tool.intents) and any(map(says_there, text))
        if answers(tool) and saying and (them or here):
            yield tool, None if None in here else max((most or 1 for most in here), default=1)
        elif (there and answers(tool)) or (named and _only_tells(tool)):
            yield tool, 1
        elif by is not None:
            yield tool, count(by, Act("asked", 0, 0, 0), frozenset()).most
