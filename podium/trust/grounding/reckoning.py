"""Values that follow from the request without standing in it: a count of one, words of a list, states."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, OBJECTS, SYNONYMS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import bases
from podium.trust.grounding.record.findings import Ground
from podium.trust.grounding.record.notations import adds_signs, hides, same_word
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.request.requests import Request, stem, telling
from podium.trust.request.wordings.manners import said_so, ways_of
from podium.trust.request.wordings.rights import gives_access
from podium.trust.request.wordings.states import stated
from podium.trust.request.wordings.ways_said import says_in_other_words
from podium.trust.values.forms import Form, forms_of, plain, squash, times_in, words

_MONEY: Final = word_set(
    "amount balance budget charge cost deposit discount fare fee limit payment percent premium price rate "
    "refund rent salary sum total value wage"
)
"""Words of an argument that is no count of things."""
_HOURS: Final = word_set("hours hrs")
_MINUTES: Final = word_set("minutes mins")
_ENDING: Final = word_set(
    "approve accept reject decline refuse deny close resolve solve cancel complete confirm"
)
"""Verbs whose participle is a state."""
_LEADING_TO: Final = {"open": frozenset(("reopen",)), "opened": frozenset(("reopen",))}
"""Verbs of which a state comes that is called otherwise."""
_DOERS: Final = {
    **dict.fromkeys(("writer", "editor"), word_set("write edit")),
    **dict.fromkeys(("reader", "viewer"), word_set("read view see")),
    "commenter": word_set("comment"),
}
"""Roles, by what they may do: `let Mia edit it`."""
MAX_TIMED: Final = 40
"""Characters of a field that has a time of day."""
_DONE_TO: Final = "|".join(sorted(DETERMINERS | OBJECTS))
"""What stands behind a verb that has an object."""
_FILE_ENDING: Final = re.compile(r"[A-Za-z0-9]{0,5}")


def time_said(request: Request, named: Iterable[Seen], time: str) -> tuple[Ground, str] | None:
    """Return the ground of a time of day: the request says it, or none, and what it names is at that time."""
    if time in request.clock:
        return "request", "the request says the time"
    had = (
        form
        for seen in named
        for _, forms, trusted in seen.fields
        if trusted
        for kind, form in forms
        if kind == "text" and ":" in form and len(form) <= MAX_TIMED
    )
    if not request.clock and any(time in times_in(text) for text in had):
        return "object", "it is the time of what the request names"
    return None


def counts(request: Request, path: str) -> bool:
    """Return whether a number may be how many of something there are, of which the request says none."""
    named = {stem(word) for word in words(path)}
    told = any(number in _SEVERAL for _, number in request.spelled) and bool(named & request.stems)
    return not request.figures and not told and not _MONEY & named


def only_points(request: Request, path: str, number: str) -> bool:
    """Return whether a request has a sum of one only as the word for a thing: `a quote, make one`."""
    if number != "1" or ("number", "1") in request.entities or not _MONEY & {stem(it) for it in words(path)}:
        return False
    return _ONE_OF_MONEY.search(request.plain) is None


_ONE_OF_MONEY: Final = re.compile(
    r"\bone (?:more |extra |single )?(?:euros?|pounds?|dollars?|francs?|quid|cents?|pence|penny|crowns?"
    r"|kron\w+|yen|zloty|percent|per cent|point|eur|usd|gbp|chf)\b|\b(?:to|by|at|of|for|is|be) one\b(?! \w)"
)
"""One euro; and `to one`, of which nothing follows."""


_SEVERAL: Final = frozenset(str(number) for number in range(2, 100))
"""How many a request says in a word, beside a word of the argument: `two approvals`."""


def lasts(request: Request, path: str, fitting: tuple[Form, ...]) -> bool:
    """Return whether a number is how long a request says that something takes, in the argument's own unit.

    `half an hour`: ``hours`` 0.5, ``minutes`` 30.
    """
    named = set(words(path))
    unit = 60 if named & _HOURS else 1 if named & _MINUTES else 0
    money = _MONEY & {stem(word) for word in named}
    if not unit or money:
        return False
    return any(kind == "number" and Decimal(said) * unit in request.lengths for kind, said in fitting)


def other_of(request: Request, fixed: AbstractSet[Form], fitting: tuple[Form, ...]) -> str:
    """Return which other one of a list of values the request says, empty where it says this one or none.

    `approve` says ``approved``: then ``declined`` is not what it means.
    """
    if any(_says_word(request, text) for _, text in fitting):
        return ""
    said = (text for kind, text in sorted(fixed) if kind == "text" and _says_word(request, text))
    return next((text for text in said if not only_denied(request, text)), "")


def says_one(request: Request, fixed: AbstractSet[Form], fitting: tuple[Form, ...]) -> bool:
    """Return whether a request says this one of a list of values, or how it is shortened: `ack`, `English`.

    A short form counts where it fits no other of them.
    """
    texts = {text for kind, text in fixed if kind == "text"}
    for kind, text in fitting:
        if kind != "text" or text not in texts:
            continue
        if _says_word(request, text) or text in request.squashed_words:
            return True
        doing = _DOERS.get(text, frozenset()) & request.bag
        if any(not only_denied(request, word) for word in doing) or says_in_other_words(request.plain, text):
            return True
        for word in request.bag:
            near = {one for one in texts if shortens(word, one) or shortens(one, word)}
            if near == {text}:
                return True
    return False


def says_outcome(request: Request, text: str) -> bool:
    """Return whether a request asks for what a word is the outcome of, in other words: `turn it down`.

    ``declined`` is what comes of that.
    """
    said = any(said_so(sentence, _ways_to(text)) for sentence in request.sentences)
    return said or stated(request.sentences, text) or gives_access(request.sentences, text)


def asks_for(request: Request, text: str) -> bool:
    """Return whether a request asks for an act by the verb of which a word is the outcome: `close it`."""
    verbs = {base for base in bases(text) if base != text} & request.bag
    return text.isalpha() and bool(verbs) and says_outcome(request, text) and not only_denied(request, text)


@lru_cache(maxsize=1024)
def _ways_to(text: str) -> tuple[tuple[str, ...], ...]:
    verbs = tuple(base for base, form in bases(text.casefold()).items() if form == "ed" and len(base) > 3)
    close = {way for group in SYNONYMS if group & set(verbs) & _ENDING for way in group}
    close |= _LEADING_TO.get(text.casefold(), frozenset())
    return tuple(tuple(way.split()) for way in sorted(close)) + ways_of(tuple(sorted(_ENDING & set(verbs))))


def words_of_request(request: Request, text: str) -> bool:
    """Return whether a value's words are the request's, or begin as those do: "reader" of "read only"."""
    parts = telling(text) or frozenset(words(text))
    if is_article(request, text):
        return False
    if says_outcome(request, text) or says_version(request, text):
        return True
    if adds_signs(text, request) or only_tells(request, text) or only_denied(request, text):
        return False
    return bool(parts) and all(same_word(part, request) for part in parts)


def is_article(request: Request, text: str) -> bool:
    """Return whether a letter stands in a request as an article alone: *add a TXT record* says no `A`."""
    letter = text.strip()
    if letter.casefold() not in {"a", "i"}:
        return False
    if re.search(rf"[\"'\u201c\u2018]{letter}[\"'\u201d\u2019]", request.text):
        return False
    return letter.casefold() == "i" or _LETTER_A.search(request.text) is None


_LETTER_A: Final = re.compile(r"(?<=[\w,] )A(?= \w)|\b[Aa](?=[.,;:!?)]|$| (?:and|or|not|but)\b)")
"""An `A` that is no article: within a sentence, or with nothing behind it."""


def says_version(request: Request, text: str) -> bool:
    """Return whether a request says a version that a tag is called by: `release 3.1.3` says `v3.1.3`."""
    match = _TAG.fullmatch(text)
    if match is None or only_denied(request, match[1]):
        return False
    return any(request.says(form) for form in (("text", match[1]), ("text", f"v{match[1]}")))


_TAG: Final = re.compile(
    r"[vV]?(\d+(?:\.\d+){1,3}(?:[.-]?(?:rc|a|b|alpha|beta|dev|post|pre)[.-]?\d*)?)", re.IGNORECASE
)


def only_tells(request: Request, word: str) -> bool:
    """Return whether a request has a word only in what somebody has done: *Kit has done his back in*."""
    if not word.isalpha():
        return False
    low = word.casefold()
    told = rf"(?:['\u2019](?:s|ve|d)|\b(?:has|have|had))\s+(?:just\s+|already\s+)?{low}\s+(?:{_DONE_TO})\b"
    there = len(re.findall(rf"(?<!\w){low}(?!\w)", request.plain))
    return 0 < there == len(re.findall(told, request.plain))


def only_denied(request: Request, text: str) -> bool:
    """Return whether a request has a value only as what is not meant: `the keys, but not the archive`."""
    value = re.escape(text.casefold())
    there = len(re.findall(rf"(?<![\w'-]){value}(?![\w-])", request.plain))
    return 0 < there == len(re.findall(rf"\b(?:{_NOT_MEANT})\s+(?:{_LED}){value}(?![\w-])", request.plain))


_NOT_MEANT: Final = (
    "not|never|except|except for|excluding|apart from|besides|instead of|rather than|other than"
    r"|(?:\w{2,6}n't|not|never) (?:be|been|get|got)|(?:wo|is|are|was|were|do|does|did|has|have)n't"
)
_LED: Final = r"(?:(?:the|a|an|my|our|to|in|into|on|at|for|with|as|by)\s+){0,2}"
"""What stands between that and a value."""


def made_of_request(readings: Readings, argument: str, path: str) -> bool:
    """Return whether a new file's name is made of the request's words, in a folder that is known.

    What an argument calls a domain, a zone or a host is no file; nor is `plan.xyz` made of `plan.md`.
    """
    request = readings.request
    folder, _, name = path.rstrip("/").rpartition("/")
    if _NO_FILE & {stem(word) for word in words(argument)} or _ends_otherwise(request, name):
        return False
    parts = [part for part in words(name.rpartition(".")[0] or name) if not part.isdigit()]
    if not parts or not all(stem(part) in request.stems for part in parts):
        return False
    ending = name.rpartition(".")[2] if "." in name else ""
    if ".." in path or len(squash(name)) > 60 or hides(path) or not _FILE_ENDING.fullmatch(ending):
        return False
    return folder in {"", "."} or any(
        request.says(form) or any(place.label.trusted for place in readings.at(form))
        for form in forms_of(folder)
    )


_NO_FILE: Final = frozenset(
    map(stem, word_set("domain zone host hostname subdomain server site website registry nameserver"))
)


def _ends_otherwise(request: Request, name: str) -> bool:
    """Return whether a request says a name with another ending, and this ending nowhere."""
    base, _, ending = plain(name).rpartition(".")
    if not base or ending in request.bag:
        return False
    return re.search(rf"(?<![\w.-]){re.escape(base)}\.(?=[a-z\d])", request.plain) is not None


def shortens(word: str, other: str) -> bool:
    """Return whether a word is a short form of a longer one: the two letters or more that it begins with."""
    return (
        2 <= len(word) <= len(other) - 3 and word.isalpha() and other.startswith(word) and word not in COMMON
    )


def _says_word(request: Request, text: str) -> bool:
    """Return whether a request says a word, or the verb that it comes from."""
    parts = [part for part in words(text) if part not in COMMON]
    return (bool(parts) and says_outcome(request, text)) or (
        bool(parts)
        and all(
            part in request.bag or any(base in request.bag for base in bases(part) if len(base) > 3)
            for part in parts
        )
    )
