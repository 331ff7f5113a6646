"""Answers to an invitation: *accept that one, say no to the other*, *I can't come*, *tentatively*.

An argument that takes yes, no or maybe, however a server calls them, has the answer that the request gives to
the very thing. Whatever a grant lists, the opposite is asked about.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

import msgspec

from podium.trust.english.lexicon import CONTENT, word_set
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON, RELATIVE
from podium.trust.english.words import bases
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.asking import Sentence
from podium.trust.request.requests import Request, stem
from podium.trust.request.wordings.idioms import asks, clauses_of
from podium.trust.request.wordings.states import CONDITIONS
from podium.trust.values.forms import Form, forms_of, plain, words

_CALLED: Final = {
    "yes": word_set("yes accept accepted accepting going attend attending"),
    "no": word_set("no decline declined declining refused"),
    "maybe": word_set("maybe tentative tentatively tentativelyaccepted"),
}
_ARGUMENTS: Final = word_set(
    "answer response respond reply rsvp attendance attending attendee participation partstat going invitation"
)
_COMING: Final = r"(?:come|go|attend|join|be there|make it|take part|do|make (?:that|this)(?: one)?)"
_ME: Final = r"(?:^|\b(?:i|we|and|but|so|then) )(?:(?:am afraid|really|also|sadly) )*"
_ORDER: Final = r"(?:^|\b(?:please|then|also|just|so|you|do|kindly|let us|tentatively|provisionally|i|we) )"
_MAYBE: Final = re.compile(
    rf"\b(?:answer|say|reply|respond|rsvp|put|put me down as|a) (?:with )?(?:a )?(?:maybe|tentative(?:ly)?)\b"
    rf"|{_ORDER}(?:accept|confirm)\b.*\b(?:tentatively|provisionally)\b|\b(?:tentatively|provisionally)\b"
    rf"|{_ME}(?:might|may)(?: be able to)? {_COMING}\b|^maybe$"
)
_NO: Final = re.compile(
    rf"{_ORDER}(?:decline|turn\b.{{1,40}}\bdown|turn down|refuse|reject)\b"
    r"|\b(?:answer|reply|respond|rsvp)(?: with)?(?: a)? no\b|^no(?: thanks| thank you)?$"
    rf"|{_ME}(?:can|will|could|would|do) not (?:want to |like to |be able to )?{_COMING}\b"
    rf"|{_ME}(?:am|are) not (?:going|coming|attending|joining)\b"
    r"|\bsend (?:them |him |her )?(?:my |our )(?:regrets|apologies)\b|\bcount (?:me|us) out\b"
)
_YES: Final = re.compile(
    rf"{_ORDER}(?:accept|confirm)\b|\b(?:answer|reply|respond|rsvp)(?: with)?(?: a)? yes\b|^yes$"
    rf"|{_ME}(?:would (?:like|love|be glad|be happy)|want|wish) to (?:accept|{_COMING})\b"
    rf"|{_ME}will (?:gladly )?{_COMING}\b|{_ME}(?:am|are) (?:going|coming|attending|joining|in$)"
    r"|\bcount (?:me|us) in\b"
)
_DENIED: Final = re.compile(r"\b(?:not|never)(?: \w+)? (?:accept|confirm|decline|refuse|reject)\b")
_PLAIN: Final = (
    COMMON
    | ACTS
    | CALENDAR
    | RELATIVE
    | word_set(
        "accept decline confirm answer reply respond yes no maybe tentatively provisionally turn down refuse "
        "reject say i am like love want come attend join count regrets apologies thanks thank rsvp comment "
        "needed too sorry"
    )
)
"""Words of an answer that do not say to what."""
_SAID: Final = "the request says it in words of its own"
_NOT_SO: Final = "the request does not answer so"
_UNCLEAR: Final = "neither"
_LEAST: Final = 2


class _Answer(NamedTuple):
    """One answer: which, to the call's thing, to another one or to none that it says, and if surely."""

    which: str
    own: bool | None
    sure: bool


def answered_so(
    grounds: Grounds,
    findings: list[Finding],
    listed: Mapping[str, AbstractSet[str]],
    worded: Mapping[str, AbstractSet[Form]],
) -> None:
    """Settle what a request answers to an invitation. ``listed``, ``worded``: what a grant lists, by path."""
    for index, one in enumerate(findings):
        options = listed.get(one.path, frozenset()) | {text for _, text in worded.get(one.path, ())}
        which = _which(one.value)
        if one.sink != "value" or not which or not _takes_answers(one.path, options):
            continue
        answers = list(_answers(grounds.request, *_own_words(grounds, findings)))
        mine = [it for it in answers if it.own] or answers
        meant = {it.which for it in mine}
        several = len(meant) > 1 and any(it.sink == "object" and it.trusted for it in findings)
        if meant == {which} and all(it.sure for it in mine):
            findings[index] = msgspec.structs.replace(one, ground="request", may_ask=False, why=_SAID)
        elif meant and (which not in meant or several):
            other = min(meant - {which})
            why = _NOT_SO if other == _UNCLEAR else f"the request seems to say {other!r}"
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)
        elif one.ground == "request" and which == "no" and not meant:
            # `no comment needed`
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=_NOT_SO)


def _which(value: str) -> str:
    said = "".join(words(value))
    return next((which for which, called in _CALLED.items() if said in called), "")


def _takes_answers(path: str, options: AbstractSet[str]) -> bool:
    """Return whether an argument takes answers: it is called so or may be a maybe, and has several."""
    kinds = {which for it in options if (which := _which(it))}
    return len(kinds) >= _LEAST and ("maybe" in kinds or not _ARGUMENTS.isdisjoint(words(path)))


def _answers(request: Request, own: AbstractSet[str], others: AbstractSet[str]) -> Iterator[_Answer]:
    """Yield the answers that a request gives, in order.

    ``own``: words by which it calls the call's thing; ``others``: all others that it names.
    """
    topic: bool | None = None
    for sentence in request.sentences:
        unsure, last = asks(sentence), None
        for clause in clauses_of(sentence):
            low = [token.low for token in clause]
            unsure = unsure or not CONDITIONS.isdisjoint(low) or low[:1] in (["else"], ["otherwise"])
            if not low:
                continue
            which = _given(clause)
            about = _about(clause, own, others, answers=bool(which))
            topic = about if about is not None else topic
            if which:
                last = which
                yield _Answer(which, topic, not unsure and which != _UNCLEAR)
            elif about and last:
                yield _Answer(last, topic, not unsure)  # `decline the lunch and the tour`


def _given(clause: Sentence) -> str:
    """Return which answer a clause gives; another one than all of them where it denies one."""
    low = [token.low for token in clause]
    text = " ".join(low)
    if _DENIED.search(text):
        return _UNCLEAR
    found = (("maybe", _MAYBE), ("no", _NO), ("yes", _YES))
    which, match = next(((it, at) for it, pattern in found if (at := pattern.search(text))), ("", None))
    before = text[: match.start()].split() if match is not None else []
    return "" if any(CONTENT & set(bases(word)) for word in before) else which  # what somebody is told


def _about(
    clause: Sentence, own: AbstractSet[str], others: AbstractSet[str], *, answers: bool
) -> bool | None:
    """Return whether a clause speaks of the call's thing, or of another one; None where it says of none."""
    said = {stem(word) for token in clause if token.low not in _PLAIN for word in words(token.low)}
    if own & said:
        return True
    elsewhere = said - {stem(word) for word in _PLAIN} if answers else said & others
    return False if elsewhere else None


def _own_words(grounds: Grounds, findings: list[Finding]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of what a call answers, if the request names it, and of all else that it names."""
    ids = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    named = [(bool(ids & set(seen.id)), seen) for seen in grounds.named.values()]
    own, others = (
        frozenset(
            stem(word)
            for mine, seen in named
            if mine is which
            for name in [*(text for text, _ in seen.names), *(text for _, text in seen.id)]
            for word in words(plain(name))
            if word not in COMMON
        )
        for which in (True, False)
    )
    return own, others
