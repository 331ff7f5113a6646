"""What somebody else has said, and what follows from it: *Dee wrote that it works, so tell Joan yes*."""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import ASSURING, CONTENT, DETERMINERS, OBJECTS, SUBJECTS, word_set
from podium.trust.english.wordnet import is_noun
from podium.trust.english.words import Token, bases

_POLITE: Final = word_set("please kindly just now also")


def follows_report(sentence: Sequence[Token], start: int, at: int) -> bool:
    """Return whether what begins at a place follows from what somebody has said: `he says that ..., so ...`.

    ``start``: where the `that` stands. What the user wants told goes on behind `so`.
    """
    joint = next((token.low for token in reversed(sentence[:at]) if token.low not in _POLITE), "")
    if joint != "so" or sentence[start].low != "that" or start < 2:
        return False
    whom = sentence[start - 1]
    verb = start - 2 if start > 2 and (whom.low in OBJECTS or whom.text[:1].isupper()) else start - 1
    who = sentence[verb - 1]
    said = any(
        form in {"ed", "s"} and base in CONTENT | ASSURING for base, form in bases(sentence[verb].low).items()
    )
    one = verb > 1 and sentence[verb - 2].low in DETERMINERS
    return said and (one or who.low in SUBJECTS or who.text[:1].isupper())


def is_read(low: Sequence[str]) -> bool:
    """Return whether a text is to be read, and an order follows: `see her mail: cancel the call`.

    Not what is written in answer: `read her mail and answer: cancel the call`.
    """
    first = [word for word in low if word not in _POLITE][:1]
    led = zip(["", *low], low, strict=False)
    acts = (word for before, word in led if before not in DETERMINERS and not before.endswith(("'s", "s'")))
    verbs = frozenset[str]().union(*(bases(word).keys() for word in acts))
    return first != [] and first[0] in _READ and _WRITTEN.isdisjoint(verbs)


def without_then(lead: list[Token], rest: Sequence[Token]) -> list[Token]:
    """Return what leads to a verb without what only says when: `after that email her`.

    ``rest``: the verb and what follows. `After that email from Ann` orders nothing.
    """
    if [token.low for token in lead] not in (["after", "that"], ["after", "this"]):
        return lead
    object_ = rest[1:2] and (rest[1].low in DETERMINERS | OBJECTS)
    return lead if not object_ and (is_noun(rest[0].low) or rest[0].low in _NOUNS_TOO) else []


_NOUNS_TOO: Final = word_set("email e-mail mail dm tweet ping post text")
_READ: Final = word_set("see read check")
_WRITTEN: Final = word_set(
    "answer reply respond write send tell say draft post ask forward comment note add put text email message "
    "remind inform notify let create make call compose"
)
