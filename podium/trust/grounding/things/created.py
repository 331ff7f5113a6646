"""What the task itself has made: the invoice that is sent, once its draft was made.

An identifier that was read first in the answer of the task's own act by which something is made is the one
thing that the task has made, where it has made no other of its kind. It goes into a further act where the
request means by that act what it has had made: *make an invoice and send it*, *invoice him*. The request
alone tells that; words in the thing itself are the agent's. Whatever stands in the thing goes out with it.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, OBJECTS, PREPOSITIONS, READING, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import Token, bases, singular
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.record.results import Result
from podium.trust.request.asking import Act, Sentence, acts_of, begins
from podium.trust.request.counting import about, direct
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, forms_of, squash, words

WHY: Final = "this task has made it, and no other one of its kind"
OLD: Final = "the request means one that this task has made, and this was there before"
_MADE: Final[dict[str, Any]] = {
    "ground": "field",
    "may_ask": False,
    "why": WHY,
    "settled": False,
    "described": "",
}
_MAKES: Final = word_set(
    "create add make new draft start begin prepare generate compose write insert register upload book "
    "schedule copy duplicate place issue open file write save put log record"
)
"""Verbs with which the name of a tool begins that makes something."""
_HAS_MADE: Final = _MAKES | {"set up", "put together", "draw up", "write up"}
_ID: Final = word_set("id ids number no key uuid guid ref reference slug code num target source the")
"""Words of an argument or a field that say that it is an identifier, not of what."""
_WRAPS: Final = word_set("result data item object record response")
_LINKS: Final = word_set("to in into on for from of with by at via")
_TELLS: Final = word_set("of for from about like with on in")
"""Prepositions behind which it is said which thing is meant."""
_INDEFINITE: Final = word_set("a an another new")
_OTHER: Final = word_set(
    "other others old older last latest previous earlier existing original same first second next former"
)
"""Words that mean one that was there before, or may."""
_IT: Final = word_set("it that this them these those one ones")
MAX_TEXTS: Final = 60
"""Texts that a thing was made of, and that go out with it; a thing of more is asked about."""


def created(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> list[tuple[str, str]]:
    """Trust identifiers of what the task has made, where the request means that by the act.

    One that was there before is asked about then, where nothing but its kind names it. Returns what things
    that the task has made were made of: arguments, each with the texts that stand there.
    """
    texts: list[tuple[str, str]] = []
    readings = grounds.readings
    for at, one in enumerate(findings):
        if one.sink != "object" or readings.forgotten is not None:
            continue
        made = _made(readings, tool, one.path, one.value)
        if made is None:
            if one.ground == "object" and _is_old(grounds, tool, one):
                findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=OLD)
            continue
        within = list(_texts(readings, made, one.value))
        if len(within) <= MAX_TEXTS and (one.trusted or _is_meant(grounds, tool, one, made)):
            texts += [(f"{one.path}, what it was made of", text) for text in within]
            findings[at] = one if one.trusted else msgspec.structs.replace(one, **_MADE)
    return texts


def _is_old(grounds: Grounds, tool: ToolRow, one: Finding) -> bool:
    """Return whether a thing that nothing but its kind names was there before what the request means."""
    readings, forms = grounds.readings, set(forms_of(one.value))
    seen = [readings.objects[index] for index in carriers(readings, forms)]
    if any(it.names or it.echoes for it in seen if forms & set(it.id)):
        return False
    heads = {made_by(it.tool) for it in readings.results if it.wrote and not it.failed and _near(it, tool)}
    acts = list(_asked(grounds.request, tool)) if heads - {""} else []
    return bool(acts) and any(
        kind_of(tool, one.path) & kinds_like(head)
        and all(_means_new(grounds.request, at, act, head, frozenset()) for at, act in acts)
        for head in heads - {""}
    )


def _near(result: Result, tool: ToolRow) -> bool:
    return result.tool.partition("/")[0] == tool.server


def is_new(readings: Readings, tool: ToolRow, path: str, value: str) -> bool:
    """Return whether a value is the identifier of what the task has made: it tells nobody anything."""
    return readings.forgotten is None and _made(readings, tool, path, value) is not None


def _made(readings: Readings, tool: ToolRow, path: str, value: str) -> Result | None:
    """Return the answer that had an identifier first, where its act has made that and no other one."""
    forms = forms_of(value)
    places = [place for form in forms for place in readings.at(form)]
    if not places or (len(squash(value)) < _LEAST and not _CODE.fullmatch(value)):
        return None
    first = min(place.result for place in places)
    result = readings.results[first]
    server, head = result.tool.partition("/")[0], made_by(result.tool)
    if not (result.wrote and head and server == tool.server):
        return None
    if not kind_of(tool, path) & kinds_like(head):
        return None
    if any(value in argument for it in readings.results[: first + 1] for argument in it.arguments):
        return None
    if any(place.result < first for place, _ in readings.holds(value)):
        return None
    if not any(it.result == first and _identifies(readings, it, forms, head) for it in places):
        return None
    alike = [it for it in readings.results if it.wrote and not it.failed and made_by(it.tool) == head]
    return result if [it for it in alike if it.tool.partition("/")[0] == server] == [result] else None


def _identifies(readings: Readings, place: Place, forms: Sequence[Form], head: str) -> bool:
    """Return whether a place of an answer has the identifier of the one thing that was made."""
    if not place.label.trusted or place.told:
        return False
    if place.object >= 0:
        seen = readings.objects[place.object]
        rows = [it for it in readings.objects if it.result == place.result and it.nouns == seen.nouns]
        return seen.id_trusted and not set(seen.id).isdisjoint(forms) and len(rows) == 1
    names = [name for name in place.pattern.split(".") if name]
    if not names or "[" in place.pattern or len(names) > _DEEP:
        return False
    around, own = set(map(stem, _parts(" ".join(names[:-1])))), _parts(names[-1])
    kinds = {stem(word) for word in own if word not in _ID}
    said = kinds_like(head)
    return around <= said | _WRAPS and kinds <= said


def made_by(tool: str) -> str:
    """Return of which kind is what a tool makes, by its name: `create_invoice`; empty where it makes none."""
    server, _, name = tool.partition("/")
    return _made_by(server, name)


@lru_cache(maxsize=1024)
def _made_by(server: str, name: str) -> str:
    parts = _parts(name)
    if len(parts) > 2 and parts[0] in _parts(server):
        parts = parts[1:]
    if parts[-1:] == ["create"]:
        parts = ["create", *parts[:-1]]
    if len(parts) < _VERB_AND_NOUN or parts[0] not in _MAKES:
        return ""
    end = next((at for at, word in enumerate(parts) if word in _LINKS), len(parts))
    return stem(singular(parts[end - 1])) if end > 1 else ""


def kind_of(tool: ToolRow, path: str) -> frozenset[str]:
    """Return of which kinds an argument takes identifiers: as it is called, else as its tool is."""
    own = frozenset(stem(singular(word)) for word in _parts(path) if word not in _ID)
    return own or frozenset(stem(singular(word)) for word in _parts(tool.name)[-1:])


@lru_cache(maxsize=4096)
def _parts(name: str) -> list[str]:
    return [word for word in words(re.sub(r"([a-z])([A-Z])", r"\1 \2", name)) if word]


# -- whether the request means it


def _is_meant(grounds: Grounds, tool: ToolRow, one: Finding, made: Result) -> bool:
    """Return whether a request means what it has had made by each act that opens a tool."""
    request, head = grounds.request, made_by(made.tool)
    acts = list(_asked(request, tool))
    others = list(_others(grounds, tool, one, head))
    called = frozenset().union(*(_words_of(request, seen, head) for seen in others))
    if acts and all(_means_new(request, at, act, head, called) for at, act in acts):
        return True
    # What the request does not speak of at all, a part of what it has had made, can be taken off again.
    spoken = {stem(singular(word)) for word in request.words} & kinds_like(head)
    return bool(acts) and tool.effect == "write" and not (spoken or others)


def _asked(request: Request, tool: ToolRow) -> Iterator[tuple[int, Act]]:
    """Yield the acts by which a request opens a tool, each with its sentence."""
    for at, sentence in enumerate(request.sentences):
        said = frozenset(base for token in sentence for base in bases(token.low))
        found: dict[int, Act] = {}
        for act in acts_of(sentence, tool.intents, said):
            if act.mood == "asked" and (act.at not in found or found[act.at].end < act.end):
                found[act.at] = act  # `let Henrik read and comment it` is one act
        yield from ((at, act) for act in found.values())


def _others(grounds: Grounds, tool: ToolRow, one: Finding, head: str) -> Iterator[Seen]:
    """Yield the other things of that kind that the request has a word of."""
    kinds, forms = kinds_like(head) | kind_of(tool, one.path), set(forms_of(one.value))
    for index in grounds.readings.register.mentioned:
        seen = grounds.readings.objects[index]
        if seen.server == tool.server and seen.nouns & kinds and forms.isdisjoint(seen.id):
            yield seen


def _words_of(request: Request, seen: Seen, head: str) -> frozenset[str]:
    """Return the words of a request that call a thing, but those of its kind and such as tell nothing."""
    told = {word for text, _ in seen.names for word in words(text)}
    kinds = kinds_like(head)
    return frozenset(
        word for word in request.bag if word in told and word not in COMMON and stem(word) not in kinds
    )


def _means_new(request: Request, at: int, act: Act, head: str, called: AbstractSet[str]) -> bool:
    """Return whether an act of a sentence is on what the request has had made.

    ``called``: words that call other things of its kind.
    """
    sentence, kinds = request.sentences[at], kinds_like(head)
    phrase = about(sentence, act, frozenset())
    object_ = direct(phrase)
    low = [token.low for token in object_]
    if act.key < act.at and not _MAKES.isdisjoint(bases(sentence[act.key].low)):
        return True  # `make the invoice`, where that opens what sends it too
    if called & {_bare(token) for token in phrase} or _OTHER & {*low}:
        return False
    thing = next((i for i, word in enumerate(low) if stem(singular(word)) in kinds), None)
    if act.key == act.at and {stem(base) for base in bases(sentence[act.at].low)} & kinds:
        return head not in {stem(singular(word)) for word in low}  # `invoice him the fee`
    if thing is not None and (article := _article(low, thing)) in _INDEFINITE:
        return True
    if (before := _making(request, at, act, head)) is None:
        return False
    made, between = before
    if called & {_bare(token) for token in between} or _reads([*made, *between]):
        return False
    if thing is not None:
        own = {*low[low.index(article) if article else thing :], *_told_apart(phrase[len(object_) :])}
        return bool(article) and own <= {_bare(it) for it in made} | DETERMINERS | kinds | _IT
    if not {*low} & _IT and any(_is_thing(token) for token in object_):
        return False
    return sum(stem(singular(it.low)) in kinds for it in direct(made)) <= 1


def _told_apart(behind: Sequence[Token]) -> Iterator[str]:
    """Yield the words behind a thing that tell which one it is: `of the roof`, not `to him by mail`."""
    tells = False
    for token in behind:
        if token.low in PREPOSITIONS | {"to"}:
            tells = token.low in _TELLS
        elif tells and token.kind != "mark" and token.low not in COMMON | DETERMINERS:
            yield _bare(token)


def _making(request: Request, at: int, act: Act, head: str) -> tuple[Sequence[Token], Sequence[Token]] | None:
    """Return how a request has the thing made before an act: in which words, and those between the two."""
    for number in range(at, -1, -1):
        sentence = request.sentences[number]
        said = frozenset(base for token in sentence for base in bases(token.low))
        for made in reversed(acts_of(sentence, sorted(_HAS_MADE | {head}), said)):
            phrase = about(sentence, made, frozenset())
            if made.mood != "asked" or (number == at and made.at >= act.at):
                continue
            as_verb = {stem(base) for base in bases(sentence[made.at].low)} & kinds_like(head)
            if not as_verb and not any(stem(singular(it.low)) in kinds_like(head) for it in direct(phrase)):
                continue
            start = len(phrase) + 1 + (made.key if made.key < made.at else made.end)
            if number == at:
                return phrase, sentence[start : act.at]
            middle = [token for it in request.sentences[number + 1 : at] for token in it]
            return phrase, [*sentence[start:], *middle, *request.sentences[at][: act.at]]
    return None


def _article(low: Sequence[str], thing: int) -> str:
    """Return the determiner of a noun, empty where it has none."""
    return next((word for word in reversed(low[:thing]) if word in DETERMINERS), "")


def _bare(token: Token) -> str:
    return token.low.removesuffix("'s")


def _is_thing(token: Token) -> bool:
    """Return whether a word of an object may be a thing: not somebody by name, nor *him*."""
    return token.kind != "mark" and not (
        token.low in OBJECTS | DETERMINERS | COMMON or (token.text[:1].isupper() and "'" not in token.text)
    )


def _reads(between: Sentence) -> bool:
    """Return whether something else is looked for between: `find the budget and share it`."""
    return any(
        not _READS.isdisjoint(bases(token.low))
        and (at == 0 or begins(between, at) or between[at - 1].kind == "mark")
        and [it.low for it in between[at + 1 : at + 2]] != [":"]
        for at, token in enumerate(between)
    )


# -- what it is made of


def _texts(readings: Readings, made: Result, value: str) -> Iterator[str]:
    """Yield what stands in a thing that the task has made, as it made it and has changed it since."""
    for result in readings.results:
        if result is made or (result.wrote and value in result.arguments):
            yield from (text for text in result.arguments if text != value and not _is_id(readings, text))


def _is_id(readings: Readings, text: str) -> bool:
    """Return whether a text is the identifier of something that was read, and so tells nothing itself."""
    forms = set(forms_of(text))
    found = (readings.objects[index] for index in carriers(readings, forms))
    return any(seen.id_trusted and forms & set(seen.id) for seen in found)


_LEAST: Final = 3
"""Letters and digits of an identifier: shorter numbers stand everywhere."""
_CODE: Final = re.compile(r"[A-Za-z]-\d")
"""One that is shorter, and no number: `N-8`."""
_DEEP: Final = 2
_VERB_AND_NOUN: Final = 2
_READS: Final = (READING & word_set("find look search get fetch open show view retrieve check read take")) | {
    "take"
}
