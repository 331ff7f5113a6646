"""What a request does not say in a tool's own words: delegations, orders that nobody knows, wishes.

None of it opens anything; it decides whether a person is asked or the call is denied.
"""

from typing import Final

from podium.trust.asking import Sentence, begins, negated, orders
from podium.trust.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    MODALS,
    NEGATIONS,
    OBEYING,
    ORDERS,
    QUESTIONS,
    READING,
    SAID,
    SEEKING,
    word_set,
)
from podium.trust.words import bases, form_of


def delegates(sentence: Sentence) -> bool:
    """Return whether a sentence leaves to a text what is to be done: `do what the mail says`."""
    words = [token.low for token in sentence]
    for at, word in enumerate(words):
        verb = next((base for base in bases(word) if base in OBEYING), None)
        if verb is None or negated(sentence, at) or not orders(sentence, at, form_of(word, verb) or "base"):
            continue
        rest = words[at + 1 :]
        follows = OBEYING[verb]
        if follows and rest[: len(follows)] != follows:
            continue
        near = rest[len(follows) : len(follows) + 9]
        if any(set(bases(other)) & ORDERS for other in near) or near[:1] in (["it"], ["this"], ["that"]):
            return True
    return any(
        word in {"as", "what", "whatever", "everything"}
        and set().union(*map(bases, words[at : at + 8])) & SAID
        and at > 0
        and words[0] not in READING
        for at, word in enumerate(words)
    )


def opens_unclear(sentence: Sentence, known: frozenset[int]) -> list[tuple[int, int]]:
    """Return where an order begins whose verb nobody knows, and where it ends. ``known``: places of acts."""
    found: list[tuple[int, int]] = []
    for at, token in enumerate(sentence):
        after = sentence[at + 1].low if at + 1 < len(sentence) else ""
        plain = token.low in READING and not (token.low == "give" and after not in {"me", "us"})
        handled = (token.low in _HANDLING and _done(sentence, at)) or (
            token.low == "let" and after not in {"me", "us", "see"}
        )
        plain = plain and not handled
        if token.kind != "word" or at in known or not begins(sentence, at) or plain:
            continue
        if token.text[:1].isupper() and _states(sentence, at):
            continue
        if not handled and (set(bases(token.low)) - {"give"}) & READING:
            continue
        if token.low in ADVERBS or token.low in NEGATIONS:
            continue
        end = next(
            (i for i in range(at + 1, len(sentence)) if sentence[i].low in JOINTS - {"-"}), len(sentence)
        )
        if not known & set(range(at, end)):
            found.append((at, end))
    return found


_HANDLING: Final = word_set("get take make do keep use pull see have")
_DONE: Final = word_set("out over across away done sorted in off back on down ready come into onto")
_ENDS: Final = word_set("to with at for by on from of into")


def _done(sentence: Sentence, at: int) -> bool:
    """Return whether something is done with a thing: `get it out to him`, `take them off`."""
    for place in range(at + 1, min(at + 7, len(sentence))):
        token = sentence[place]
        if token.low in {".", ";", ":", "and"}:
            return False
        after = sentence[place + 1] if place + 1 < len(sentence) else None
        ends = after is None or after.kind == "mark" or after.low in _ENDS | JOINTS | DETERMINERS
        if token.low in _DONE and (ends or place > at + 1):
            return True
    return False


def seeks(sentence: Sentence) -> bool:
    """Return whether a sentence wants to know something, rather than have something done or say how it is."""
    words = [token.low for token in sentence if token.kind == "word" and token.low not in ADVERBS]
    if not words:
        return True
    polite = words[0] in MODALS and words[1:2] in (["you"], ["we"], ["i"])
    if (
        words[0] in QUESTIONS
        and not polite
        and words[:2] not in (["do", "not"], ["have", "the"], ["do", "the"])
    ):
        return True
    for at, token in enumerate(sentence):
        after = sentence[at + 1].low if at + 1 < len(sentence) else ""
        known = token.low in SEEKING and token.kind == "word" and (token.low, after) != ("see", "to")
        if known and orders(sentence, at, "base"):
            return True
    return not polite and bool(sentence) and sentence[-1].low == "?"


def _states(sentence: Sentence, at: int) -> bool:
    """Return whether somebody's name begins a statement: `Tomas wrote this morning`."""
    after = sentence[at + 1].low if at + 1 < len(sentence) else ""
    forms = set(bases(after).values())
    return bool(forms & {"ed", "s"}) or after in {"is", "has", "was", "are", "were", "and", "will"}
