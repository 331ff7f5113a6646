"""What a grant gives as default: it goes where the request says nothing else of it.

JSON Schema's `default` in a grant: `from_account: {default: AC-1}`, `role: {default: viewer}`, `reply_all:
{default: false}`. An author says by it which value nobody has to say. It gives no ground to any other value,
and none to itself where the request means another one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grants import Default
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.reckoning import only_denied
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.states.switches import switched
from podium.trust.grounding.things.siblings import said_under
from podium.trust.request.requests import Request, stem
from podium.trust.tools import Sink
from podium.trust.values.forms import Form, date_form, forms_of, plain, words

_WORDS: Final[frozenset[Sink]] = frozenset(("value", "text", "query"))
"""Sinks of words: a thing that stands there is not what the act is done with."""
_THINGS: Final[frozenset[Sink]] = frozenset(("object", "payee", "recipient", "path"))
_NAMED: Final[frozenset[Sink]] = frozenset(("value", "path"))
_SEVERAL: Final = word_set("dozen couple both twice double triple several half few")
_SOURCE: Final = word_set("from out with using by via")
_LED_BY: Final = _SOURCE | word_set("in into to on for off of")
"""Words before what an argument takes."""
_PLAINLY: Final = word_set(
    "a an the of my our his her their its your this that s usual normal regular main default bank same own"
)
"""Words that mean no other than the default."""
_FROM: Final = re.compile(r"\b(?:from|out of|using) (?:my|our|the|his|her|their) ([\w-]+)")
"""A source in words, of which nothing that was read tells whether it is the default."""
_PATH: Final = re.compile(r"[/\\]|\.[a-z]\w{1,4}$")
MOST_WORDS: Final = 4
"""Before the word for a thing."""


def left_as_is(request: Request, finding: Finding, value: bool, default: Any) -> Finding:
    """Return what was found of a switch: trusted where the grant has it so, and the request does not tell."""
    if finding.trusted or value is not default or switched(request, finding.path) is not None:
        return finding
    return msgspec.structs.replace(finding, ground="grant", may_ask=False, why="the grant has it so")


def overruled(
    grounds: Grounds, findings: Sequence[Finding], defaults: Mapping[str, Default]
) -> Iterator[tuple[int, str]]:
    """Yield the findings of defaults beside which the request says another one that the call does not take.

    `500 from the holiday pot to Ann`: the account that is the default is not the one that is meant, whether
    or not the pots were read. What the call takes in an argument of another kind is not taken.
    """
    for index, one in enumerate(findings):
        default = defaults.get(one.path)
        if one.ground != "grant" or default is None or not default.forms & set(forms_of(one.value)):
            continue
        taken = {form for it in findings if it.sink not in _WORDS or it.path == one.path for form in _all(it)}
        others = (_named_one, _said_one, _of_other_words, _of_its_name)
        said = next((said for other in others if (said := other(grounds, one, default, taken))), "")
        if said:
            yield index, f"the request names {said!r}"


def _all(finding: Finding) -> tuple[Form, ...]:
    return forms_of(finding.value)


def _named_one(grounds: Grounds, _: Finding, default: Default, taken: AbstractSet[Form]) -> str:
    """Return another thing of the default's kind that the request names."""
    kinds = {(it.server, it.nouns) for it in _of_default(grounds, default)}
    named = (it for it in grounds.named.values() if (it.server, it.nouns) in kinds and it.id)
    return next((it.id[0][1] for it in named if not taken & set(it.id)), "")


def _said_one(grounds: Grounds, one: Finding, default: Default, taken: AbstractSet[Form]) -> str:
    """Return a number, day, address or identifier that the request says, as the default is one."""
    request, kind = grounds.request, forms_of(one.value)[0][0]
    said = request.entities | request.spelled
    if said & default.forms:
        return ""
    if kind == "date":
        day = date_form(one.value) or ""
        another = not request.says_no_day and not (day and request.means_day(day))
        return next(iter(sorted(request.resolved)), "another day") if another else ""
    same = {form for form in said if form[0] == kind}
    if kind == "number" and one.sink not in {"amount", "value"}:  # an identifier
        same = {form for form in same if len(form[1]) == len(one.value)}
    elif kind == "number" and (request.sums or _SEVERAL & request.bag):
        return "another number"
    elif kind == "text" and any(map(str.isdigit, one.value)):
        same = {("text", word) for word in map(_stripped, request.plain.split()) if _alike(word, one.value)}
    elif kind == "text" and one.sink == "path":
        same = {("text", word) for word in map(_stripped, request.plain.split()) if _PATH.search(word)}
    elif kind == "email" and one.sink == "recipient" and not same:
        same = {form for seen in grounds.named.values() for _, has, _ in seen.fields for form in has}
        same = {form for form in same if form[0] == "email"}
    return next(iter(text for _, text in sorted(same - taken - default.forms)), "")


def _of_other_words(grounds: Grounds, one: Finding, default: Default, _: AbstractSet[Form]) -> str:
    """Return by what words a request means another thing: `the holiday pot`, `my other pot`.

    As it may be one that was not read.
    """
    request, things = grounds.request, _of_default(grounds, default)
    if one.sink not in _THINGS:
        return ""
    names = [text for it in things for text, _ in it.names] + [one.value]
    for name in names:
        if only_denied(request, name):
            return f"not {name}"
    parts = words(one.path)
    nouns = {stem(part) for part in parts if part not in _LED_BY and part != "id"}
    nouns |= {noun for it in things for noun in it.nouns}
    known = {stem(word) for name in names for word in words(name)} | nouns
    led_by = _SOURCE if _SOURCE & set(parts) else _LED_BY
    there = _FROM.search(request.plain) if not things and _SOURCE & set(parts) else None
    if there is not None and stem(there[1]) not in nouns and there[1] not in _PLAINLY:
        return there[0]
    said = words(request.text)
    for at, word in enumerate(said):
        if stem(word) in nouns:
            before = said[max(0, at - MOST_WORDS) : at]
            led = max((it for it, other in enumerate(before) if other in led_by), default=-1)
            more = [it for it in before[led + 1 :] if stem(it) not in known and it not in _PLAINLY]
            if led >= 0 and more:
                return " ".join([*before[led + 1 :], word])
    return ""


def _of_its_name(grounds: Grounds, one: Finding, _: Default, taken: AbstractSet[Form]) -> str:
    """Return a name that the request says of a field which is called as the argument is: *for Norvane*."""
    other = said_under(grounds, one, names=True) if one.sink in _NAMED else ""
    return "" if not other or taken & set(forms_of(other)) else other


def _of_default(grounds: Grounds, default: Default) -> list[Seen]:
    objects = grounds.readings.objects
    return [
        objects[it] for it in carriers(grounds.readings, default.forms) if default.forms & set(objects[it].id)
    ]


def _alike(word: str, value: str) -> bool:
    """Return whether two identifiers are made alike: `AC-7` and `AC-1`."""
    return _made(word) == _made(value)


@lru_cache(maxsize=1024)
def _made(text: str) -> str:
    return re.sub(r"\d+", "9", plain(text))


def _stripped(word: str) -> str:
    return word.strip(".,;:!?()\"'")
