"""What is to be sent, where one word opens tools that pay and tools that write: a sum, or something else.

*Send Gerrit 12.50*, *send her the 420 we agreed on* pay; *send Fenna the allergies* writes. Where it may be
either (*send it*, *send her half of it*) nothing tells.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
from podium.trust.english.words import Token, bases, singular
from podium.trust.request.asking import Act
from podium.trust.request.nouns import near_nouns, said_in
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_ENCLOSED: Final = word_set("file document doc attachment enclosure")
_PAYING: Final = word_set("pay transfer wire reimburse refund")
_CURRENCIES: Final = word_set(
    "€ $ £ ¥ euro euros eur pound pounds gbp dollar dollars usd quid bucks franc francs chf cent cents pence"
)
_MONEY: Final = word_set(
    "money cash sum amount deposit rent fee wage wages salary tip donation payment instalment bonus"
)
_PARTS: Final = word_set("share half third quarter rest remainder")
_OWED: Final = (
    word_set("owe owes owed cost costs paid pay pays spent bill rent price fee money") | _CURRENCIES
)
_OWN: Final = word_set("my our his her their your")
_OPEN: Final = word_set("something anything everything nothing all both some one ones another more")
_CLAUSE: Final = SUBJECTS | word_set("that which who")


def sent_by(
    rivals: list[ToolRow], sentence: Sequence[Token], act: Act, phrase: Sequence[Token]
) -> list[ToolRow]:
    """Return which of the tools that a word opens send what is to be sent; all where nothing tells.

    ``phrase``: what the act is about.
    """
    payers = [it for it in rivals if _pays(it)]
    if not payers or len(payers) == len(rivals) or "send" not in bases(sentence[act.at].low):
        return rivals
    phrase = sentence[act.at + 1 : act.end] or phrase  # `send the list on`
    thing = _thing(phrase)
    if any(near_nouns(it) & said_in(tuple(thing)) for it in rivals):
        return rivals
    is_sum = _is_sum(thing, phrase)
    return rivals if is_sum is None else [it for it in rivals if (it in payers) == is_sum]


def speaks_of(tools: Sequence[ToolRow], said: AbstractSet[str]) -> bool:
    """Return whether words have what one of these tools is about, or what goes along with what it sends."""
    return any((near_nouns(it) | (_ENCLOSED if _encloses(it) else frozenset())) & said for it in tools)


def _encloses(tool: ToolRow) -> bool:
    """Return whether a tool sends things of a kind to somebody, besides words: files."""
    paths = (path for path, row in tool.arguments.items() if row.sink in {"object", "path"})
    sends = any(row.sink == "recipient" for row in tool.arguments.values())
    return sends and any(_ENCLOSED & {singular(word) for word in words(path)} for path in paths)


def _pays(tool: ToolRow) -> bool:
    """Return whether a tool gives somebody money."""
    amount = any(row.sink == "amount" for row in tool.arguments.values())
    payee = any(row.sink == "payee" for row in tool.arguments.values())
    return amount and (payee or not _PAYING.isdisjoint(tool.intents))


def _thing(phrase: Sequence[Token]) -> list[Token]:
    """Return what is sent, without to whom: `Fenna the list`, `my sister the keys`, `the keys to her`."""
    end = next(
        (i for i, it in enumerate(phrase) if i and it.low in PREPOSITIONS | _CLAUSE | {"to"}), len(phrase)
    )
    head = [token for token in phrase[:end] if token.low not in ADVERBS]
    if not head or head[0].low.endswith("'s"):
        return head
    if head[0].low in OBJECTS:
        return head[1:]
    named = next(
        (i for i, it in enumerate(head) if not it.text[:1].isupper() or it.kind != "word"), len(head)
    )
    if named:
        return head if head[named - 1].low.endswith("'s") else head[named:]
    again = (
        i for i, it in enumerate(head) if i > 1 and _begins(it) and head[i - 1].low not in {"and", ",", "&"}
    )
    return head[next(again, 0) :]


def _begins(token: Token) -> bool:
    """Return whether a thing begins here behind whoever gets it."""
    return token.low in DETERMINERS or token.kind == "number"


def _is_sum(thing: Sequence[Token], phrase: Sequence[Token]) -> bool | None:
    """Return whether what is sent is money; None where it may be both."""
    parts: list[list[Token]] = [[]]
    for token in thing:
        if token.low in {"and", "&", ","}:
            parts.append([])
        else:
            parts[-1].append(token)
    found = {_part(part, phrase) for part in parts if part}
    if found == {True, False} and all(token.kind == "word" for token in thing):
        return False  # `the amount and the day`
    return found.pop() if len(found) == 1 else None


def _part(part: Sequence[Token], phrase: Sequence[Token]) -> bool | None:
    low = [token.low for token in part]
    last = part[-1]
    if not _CURRENCIES.isdisjoint(low) and (last.low in _CURRENCIES or last.kind == "number"):
        return True
    if last.kind == "number":
        return _is_price(last.text) or (True if _stands_alone(low[:-1]) and len(last.text) < 4 else None)
    if last.low in _MONEY:
        return True
    owed = not _OWED.isdisjoint(token.low for token in phrase)
    if last.low in _PARTS or low[0] == "what":
        return True if owed or (last.low == "share" and not _OWN.isdisjoint(low)) else None
    if last.kind != "word" or last.low in OBJECTS | _OPEN | DETERMINERS | SUBJECTS | set(NUMBERS):
        return None
    return False


def _stands_alone(before: Sequence[str]) -> bool:
    """Return whether a number is no number of something: `420`, `the 420`, and not `order 420`."""
    return all(word in DETERMINERS for word in before)


def _is_price(text: str) -> bool:
    """Return whether a number is one of money as it is written: `€40`, `12.50`."""
    return not text[:1].isdigit() or text[-3:-2] in {".", ","}
