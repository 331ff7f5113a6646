"""What belongs to what in a request that speaks of several things: `decline the lunch and accept the call`.

Who is to get something is named, and is not what it is about; of things that are joined each is named in its
own part, and what is said there is said of it alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice, pairwise
from typing import Any, Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, VERBS, word_set
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases, text_of
from podium.trust.grounding.people.told import only_told
from podium.trust.grounding.reckoning import says_outcome
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.record.results import strings
from podium.trust.request.askers import askers
from podium.trust.request.asking import Sentence, begins
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import Mention, Request, request_of, stem
from podium.trust.request.towards import towards_user
from podium.trust.request.wordings.manners import close_words
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, date_form, forms_of, words
from podium.trust.values.paths import select

MAX_PARTS: Final = 12
_FIRST: Final = re.compile(
    r"(?:^|[.!?;\n] ?)(?:Please )?(?:Tell|Ask|Let|Mail|Email|Text|Write|Ring|Answer) ([A-Z]\w+)(?!\w|')"
)
_PRONOUNS: Final = word_set("him her them both he she they")
_NAMES: Final = r"((?:[A-Z][\w'-]*)(?:(?:,? and|,| &)? [A-Z][\w-]*)*)"
_RECEIVING: Final = re.compile(
    rf"\b(?:[Tt]o|[Ff]or|[Aa]sk|[Tt]ell|[Ll]et|with|cc|copy)\s+{_NAMES}"
    rf"|(?<![\w'-])(?<!of )(?<!from )(?<!by ){_NAMES} (?:(?:can|may|should|shall|must|is to|has to|needs to)"
    r" (?:please |also |now )?(?:have|get|receive|know|hear)|gets|receives)\b(?! (?:to|into|back|away|rid)\b)"
    rf"|(?<![\w'-])(?<!of )(?<!from )(?<!by ){_NAMES} (?:can|may|should|shall|must|is to|has to|needs to)"
    r" (?:please |also |now )?(?:take|own|handle|look (?:after|into)|see to) (?:it|this|that|them)\b"
)
"""Behind which a request says who gets something, and before which: `Marta can have it`."""
_COPIED: Final = re.compile(
    rf"\b(?:b?cc|copy in|copy|copying|copying in|loop in|loop|(?:in |on )?cc to|with a copy to)\W+{_NAMES}"
    rf"|\bcopy to {_NAMES}|\bkeep {_NAMES} in the loop"
    rf"|\b(?:with|put|have) {_NAMES} (?:in|on|into) (?:copy|cc)\b",
)
_TO: Final = r"\b(?:to|into|onto|as)\s+"
_PLACED: Final = (
    r"\b(?:put|place|sign|book|enter|schedule|slot|assign|have)\s+[^.,;:!?\n]{1,60}?\b(?:on|in|at|for)\s+"
    r"|\b(?:give|assign|hand|offer)\s+\w[\w'-]*(?: [\w'-]+)?\s+(?=the |a |an )"
)
"""Behind which a request says what something becomes, or where it is put."""
MAX_VALUE: Final = 60
"""Characters of such a value."""
_JOINTS: Final = word_set(", ; and & plus then . but :")
_BACK: Final = re.compile(
    r"^(?:\S+ ){1,2}(?:(?:it|them)\b|(?:this|that|these|those)$)|^(?:answer|say) (?:yes|no)$", re.IGNORECASE
)
"""How an order begins that is about what stands before it, or is one itself: `the podcast, say no`."""
STANDING_IN: Final = word_set("him her them it that those")
"""What a part of a request says for what another part has named."""
_ITS_OWN: Final = re.compile(
    rf"\b(?:can|could|will|would|not|to) make it\b|(?:^\w+|\b(?:{'|'.join(sorted(PREPOSITIONS))}|to))"
    r" (?:that|those) (?=[a-z]+)(?!one\b|ones\b)"
)
"""Such words that stand for nothing: `nobody can make it`, `say no to that webinar`."""
_TELLS: Final = re.compile(
    r"(?:(?:please|and|an|then|also|so) )*(?:tell|inform|remind|thank|ask|notify|answer|assure|let) "
    r"(?:to |the |our |my )*(\w+)"
)
_LIKEWISE: Final = word_set("so too also likewise neither nor same as well both all")
_STATES: Final = re.compile(r"\b(?:is|are|was|were|has|have|can|will|does|do)\b", re.IGNORECASE)


class Part(msgspec.Struct, frozen=True):
    """A part of a request: the verbs that govern it, and what it says."""

    verbs: frozenset[str]
    text: str
    stands: bool = False
    """Whether an order is about what is said before it: `the racer is done, mark it`."""


def receiving(request: Request) -> frozenset[str]:
    """Return the names that stand only where a request says who gets something: `to Marta`, `ask her`."""
    there = [word for one in _RECEIVING.finditer(request.text) for word in words(one[1] or one[2] or one[3])]
    return frozenset(word for word in there if there.count(word) == request.words.count(word)) - COMMON


def gets_alone(readings: Readings, index: int, tool: ToolRow) -> bool:
    """Return whether a request gives something to one person alone, by a name that this entry alone has.

    `Give Tom's card to Bea`: whoever else of the list it names only owns what it speaks of. It is Bea's by
    the tool of which that part of the request has a word: `and write him that it is done` gives her nothing.
    """
    request = readings.request
    names = receiving(request)
    if index < 0 or len(names) != 1 or "email" in request.kinds():
        return False
    seen = readings.objects[index]
    if seen.spoken or not seen.id_trusted:
        return False
    (name,) = names
    if _owning(request, name) or not any(f"to {name}" in text for text in _governed(request, tool)):
        return False
    if not any(one.ours and name in words(called) for called, one in seen.names):
        return False
    kin = (one for one in readings.objects if one.server == seen.server and one.nouns == seen.nouns)
    others = [called for one in kin if one.id != seen.id for called, _ in one.names]
    said = {word for called in others for word in words(called) if word in request.bag}
    return name not in said and all(
        request.text.casefold().count(word) == _owning(request, word) for word in said
    )


def is_only_owner(readings: Readings, index: int, sink: str) -> bool:
    """Return whether a request names somebody only as an owner, or in what others are told, who get it.

    `Tell Bea that Tom's tandem is ready` writes to Bea, not to Tom; `and thank him` may mean him.
    """
    request = readings.request
    asked = askers(request.text)  # `answer her`: who has asked
    if sink != "recipient" or index < 0 or not (asked or request.bag.isdisjoint(_PRONOUNS)):
        return False
    called = {word for name, _ in readings.objects[index].names for word in words(name)}
    if (
        "email" not in request.kinds()
        and not called & copied(request)
        and only_told(request, called - COMMON)
    ):
        return True
    said = called & request.capitalised - COMMON
    others = receiving(request) | asked | {words(match[1])[0] for match in _FIRST.finditer(request.text)}
    user = readings.user is not None and bool(towards_user(request))  # `mail me Tom's card`
    return (
        bool((others or user) and said)
        and not called & others
        and all(request.text.casefold().count(word) == _owning(request, word) for word in said)
    )


def _governed(request: Request, tool: ToolRow) -> list[str]:
    """Return the parts of a request, in lower case, that no other verb than a tool's own governs."""
    own = own_verbs(tool)
    return [part.text.casefold() for part in _all_parts(request, own) if not part.verbs or part.verbs & own]


def _owning(request: Request, word: str) -> int:
    """Return how often a name stands there as an owner's: `Tom's`."""
    return len(re.findall(rf"\b{re.escape(word)}['\u2019]s\b", request.text.casefold()))


def copied(request: Request) -> frozenset[str]:
    """Return the names of those who get a copy: `cc Marta`."""
    found = (group for match in _COPIED.finditer(request.text) for group in match.groups() if group)
    return frozenset(word for group in found for word in words(group)) & request.capitalised


def given_to(readings: Readings, tool: ToolRow, arguments: Mapping[str, Any]) -> frozenset[str]:
    """Return by which words the request says to whom a call gives its object, and what that becomes.

    A person by the names that trusted lists have, and as the call writes it; a value as the call has it: of
    *move the talk to Studio 2* the room names no talk that is there now.
    """
    sinks = {row.sink for row in tool.arguments.values()}
    if "object" not in sinks:
        return frozenset()
    names = receiving(readings.request) if "recipient" in sinks else frozenset[str]()
    found: set[str] = set()
    for path, row in tool.arguments.items():
        for _, value in select(arguments, path) if row.sink in {"recipient", "value"} else ():
            for text in strings([value]):
                if row.sink == "value":
                    found |= _becomes(readings.request, text)
                elif names:
                    found |= names & (_names_of(readings, text) | set(words(text)))
    return frozenset(found)


def takes_day(request: Request, tool: ToolRow, arguments: Mapping[str, Any]) -> bool:
    """Return whether a call takes the day that a request says, and the request says one alone."""
    if all(row.sink != "date" for row in tool.arguments.values()):
        return False
    said = request.dates | {day[-5:] for day in request.resolved}
    weekdays = {date.fromisoformat(day).weekday() for day in request.resolved}
    named = sum(word in CALENDAR for word in request.words)
    if len(said) != 1 and (request.dates or len(weekdays) != 1 or named != 1):  # `next Friday` may be two
        return False
    return any(
        (day := date_form(text)) is not None and day[-5:] in said
        for path, row in tool.arguments.items()
        if row.sink == "date"
        for _, value in select(arguments, path)
        for text in strings([value])
    )


def _names_of(readings: Readings, text: str) -> set[str]:
    """Return the words of the names by which a request calls whoever has an address, in trusted lists."""
    places = (place for form in forms_of(text) for place in readings.at(form))
    return {
        word
        for place in places
        if place.object >= 0 and place.label.trusted
        for name, one in readings.objects[place.object].names
        if one.ours
        for word in words(name)
    }


def _becomes(request: Request, text: str) -> frozenset[str]:
    """Return the words of a value that a request says only where it says what something becomes."""
    parts = words(text)
    if not parts or len(text) > MAX_VALUE or not set(parts) <= request.bag:
        return frozenset()
    value = r"[\W_]+".join(map(re.escape, parts))
    behind = rf"(?:{_TO}|{_PLACED})(?:the |a |an )?{value}(?![\w'])"
    there = len(re.findall(behind, request.plain))
    said = len(re.findall(rf"(?<!\w){value}(?!\w)", request.plain))
    return frozenset(parts) if there and there == said else frozenset()


def only_given(request: Request, name: str, given: frozenset[str]) -> bool:
    """Return whether all that a request has of a name is to whom something goes."""
    shared = {word for word in words(name) if word in request.bag} - COMMON
    return bool(shared) and shared <= given


def stands_in(request: Request, names: Iterable[str] = ()) -> bool:
    """Return whether a part of a request says *him* or *that* for what another part has named.

    What somebody is told is not looked at, where it says who that is: *tell the chamber we can't make it*.
    ``names``: what it has words of: *that webinar* stands for no other one.
    """
    if told := _TELLS.match(request.plain):
        return told[1] in STANDING_IN
    if STANDING_IN.isdisjoint(words(_ITS_OWN.sub(" ", request.plain.casefold()))):
        return False
    said = {word for name in names for word in words(name)}
    low = request.words
    return any(
        word in STANDING_IN and not (word in {"that", "those"} and said & set(low[at + 1 : at + 2]))
        for at, word in enumerate(low)
    )


def is_kind(tool: ToolRow, seen: Seen) -> bool:
    """Return whether an object is of the kind that a tool is about."""
    if seen.server != tool.server:
        return False
    kinds = nouns_of(tool.name).union(
        *(map(stem, words(path)) for path, row in tool.arguments.items() if row.sink == "object")
    )
    return bool(seen.nouns & kinds)


def acts_on(tool: ToolRow, seen: Seen) -> bool:
    """Return whether a tool acts on an object's kind: by its name, or since it pays and takes no object."""
    if is_kind(tool, seen):
        return True
    sinks = {row.sink for row in tool.arguments.values()}
    return seen.server == tool.server and "payee" in sinks and "object" not in sinks


def parts_of(request: Request, tool: ToolRow) -> list[Part]:
    """Return the parts of a request in which a tool's own verbs govern, empty where there is one alone."""
    own = own_verbs(tool)
    found = _all_parts(request, own)
    governed = [part for part in found if part.verbs & own] or [part for part in found if not part.verbs]
    return governed if len(found) > 1 else []  # `the tape is fine, the shoes aren't`


def own_verbs(tool: ToolRow) -> frozenset[str]:
    """Return the verbs that ask for a tool: its own, and those that are as good."""
    own = frozenset(word for intent in tool.intents for word in intent.casefold().split()[:1])
    return own | frozenset(word.split()[0] for word in close_words(tool.intents, dated=False))


def verbs_and_parts(request: Request, own: frozenset[str]) -> list[tuple[frozenset[str], str]]:
    """Return the first few parts of a request in their order, each by itself, and which verbs govern it."""
    known = own | VERBS
    found = (part for one in request.sentences for part in _parts(one, known, apart=True))
    return [(part.verbs or _ordering(part.text), part.text) for part in islice(found, MAX_PARTS)]


def _ordering(text: str) -> frozenset[str]:
    """Return the verb with which a part begins that has none of those that are known: `End the order`."""
    first, then = (*words(text)[:2], "", "")[:2]
    return frozenset({first}) if then in DETERMINERS and is_verb(first) else frozenset()


def _all_parts(request: Request, own: frozenset[str]) -> list[Part]:
    """Return the parts of a request with the verbs that govern them, the first few."""
    known = own | VERBS
    return [part for sentence in request.sentences for part in _parts(sentence, known)][:MAX_PARTS]


def _parts(sentence: Sentence, known: frozenset[str], *, apart: bool = False) -> list[Part]:
    """Return the parts of a sentence. ``apart``: also those that an order behind them is about."""
    found: list[Part] = []
    verbs: frozenset[str] = frozenset()
    start, free = 0, False
    for at in range(len(sentence) + 1):
        if at < len(sentence) and sentence[at].low not in _JOINTS:
            continue
        tokens = sentence[start:at]
        order = _governing(sentence, start, at, known)
        said = not found[-1].verbs or (free and _STATES.search(found[-1].text)) if found else False
        if order and said and not apart and _BACK.search(text_of(tokens)):
            first = len(found) - 1
            while first and not (found[first].verbs or found[first - 1].verbs):
                first -= 1  # `the podcast I can't do, too much on, say no`
            found[first:] = [
                Part(order, ", ".join([*(it.text for it in found[first:]), text_of(tokens)]), True)
            ]
        elif tokens:
            found.append(Part(order or verbs, text_of(tokens)))
        free = not order
        verbs, start = order or verbs, at + 1
    return found


def _governing(sentence: Sentence, start: int, end: int, known: frozenset[str]) -> frozenset[str]:
    """Return the verb that begins an order in a part of a sentence, in its plain forms."""
    for at in range(start, end):
        if sentence[at].kind == "word" and begins(sentence, at):
            verbs = set(bases(sentence[at].low))
            after = sentence[at + 1] if at + 1 < end else None
            thing = after is not None and (after.low in DETERMINERS or after.low.endswith("'s"))
            if verbs & known or (thing and sentence[at].text.islower() and is_verb(sentence[at].low)):
                return frozenset(verbs)
    return frozenset()


def ids_of(objects: Sequence[Seen], indexes: Iterable[int]) -> set[tuple[Form, ...]]:
    """Return the identifiers of some objects."""
    return {objects[index].id for index in indexes}


def strongest(mentions: Mapping[int, Sequence[Mention]], *, most: int, least: int = 0) -> set[int]:
    """Return what is named most strongly, so strongly at least, where no more than so much tells."""
    strength = {index: min(most, max(one.strength for one in there)) for index, there in mentions.items()}
    return {index for index, one in strength.items() if one == max(strength.values()) >= least}


def misplaced(parts: Mapping[int, str], objects: Sequence[Seen], findings: Sequence[Finding]) -> int | None:
    """Return which value the request says only of another thing than the call is about, or None.

    ``parts``: by index the parts in which objects are named, where each is named in its own.
    """
    ids = {form: text for index, text in parts.items() for form in objects[index].id}
    texts = {
        ids[form] for one in findings if one.sink == "object" for form in forms_of(one.value) if form in ids
    }
    others = set(parts.values()) - texts
    if len(texts) != 1 or not others:
        return None
    own = request_of(next(iter(texts)))
    for at, one in enumerate(findings):
        if one.ground not in {"request", "grant", "field"} or one.sink not in {
            "amount",
            "value",
            "date",
            "recipient",
        }:
            continue
        theirs = [request_of(text) for text in others if _says(request_of(text), one.value)]
        if theirs and not _says(own, one.value) and any(_has_its_own(own, it, one.sink) for it in theirs):
            return at
    return None


def _has_its_own(own: Request, other: Request, sink: str) -> bool:
    """Return whether a part says a value itself, rather than shares it: `mark A and B as done`."""
    if sink == "amount":
        return bool(own.spelled or own.kinds() & {"number", "amount"})
    return (
        bool(own.bag & {"as", "to"}) or (_orders(own) and _orders(other)) or (_tells(own) and _tells(other))
    )


def _tells(request: Request) -> bool:
    """Return whether a part says how something is: `the machine is not`, and not `so is the machine`."""
    return _STATES.search(request.text) is not None and _LIKEWISE.isdisjoint(request.bag)


def _orders(request: Request) -> bool:
    return any(
        _governing(sentence, 0, len(sentence), VERBS) or _on_number(sentence)
        for sentence in request.sentences
    )


def _on_number(sentence: Sentence) -> bool:
    """Return whether an order begins by any verb on a number: `reopen 402`."""
    return any(
        one.kind == "word" and after.kind in {"number", "value"} and is_verb(one.low) and begins(sentence, at)
        for at, (one, after) in enumerate(pairwise(sentence))
    )


def _says(request: Request, value: str) -> bool:
    return (
        any(request.says(form) for form in forms_of(value))
        or request.covers(value)
        or says_outcome(request, value)
    )
