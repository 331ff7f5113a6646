"""From what somebody is taken whom a request takes off all of some things: *take her off everything in K3*.

What has him, by a list that no stranger fills, is meant, if it is where the request says. It takes away only:
whoever is let in nowhere by this loses nothing but what the request wants him to lose.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, forms_of, words

WHY: Final = "the request takes him off all such, and it has him"
FIRM: Final = 2
"""The trust of a field that no stranger fills, as `Seen.fields` has it."""
MOST: Final = 60
"""Characters of a field that says where something is."""
_OFF: Final = word_set("remove revoke unshare withdraw")
_PARTED: Final = frozenset(
    (one, two) for one in ("take", "kick", "lock", "throw", "get") for two in ("off", "away", "out")
)
_ALL: Final = word_set("everything anything all every each any")
_EXCEPT: Final = word_set("but except excepting apart besides other others unless only if")
_ANY_MORE: Final = (("more",), ("longer",))
_END: Final = re.compile(r"[.!?;\n]+(?:\s|$)")
_SAID: Final = word_set(
    "a an the this that these those my our your his her its their he she they it we you i who which what of "
    "in on from at to into onto for with about and or is are am was were be been has have had do does "
    "can could may might should must will would still yet ever more longer any now please him them us me "
    "there see sees seen open opens read edit view look access get gets got reach shared share thing things"
)
"""Words that say of nothing where it is."""


def taken_off(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Trust the thing of a call that takes somebody off it, where the request means all that have him."""
    doubts = [at for at, one in enumerate(findings) if one.sink == "object" and not one.trusted]
    people = [one for one in findings if one.sink == "recipient"]
    if tool.effect != "write" or not _takes_off(tool) or len(doubts) != 1 or len(people) != 1:
        return
    one, person = findings[doubts[0]], people[0]
    if person.ground not in {"request", "object"} or one.ground != "unnamed" or one.settled:
        return
    said = [text for sentence in _END.split(grounds.request.plain) if (text := _scope(sentence)) is not None]
    if len(said) != 1:
        return
    seen = [grounds.readings.objects[at] for at in carriers(grounds.readings, forms_of(one.value))]
    same = [it for it in seen if it.server == tool.server and it.id_trusted]
    same = [it for it in same if set(it.id) & set(forms_of(one.value))]
    if not any(_has(it, forms_of(person.value)) for it in same):
        return
    theirs = {stem(word) for it in same for word in _where(it)}
    kinds = {stem(noun) for it in same for noun in it.nouns} | {stem(word) for word in words(one.path)}
    his = [it for it in grounds.named.values() if set(it.id) & set(forms_of(person.value))]
    whose = {word for it in his for name, _ in it.names for word in words(name)}
    if all(stem(word) in theirs | kinds or word in whose for word in said[0]):
        findings[doubts[0]] = msgspec.structs.replace(one, ground="object", may_ask=False, why=WHY)


def _takes_off(tool: ToolRow) -> bool:
    """Return whether a tool takes somebody off something, by all that asks for it."""
    asks = [intent.casefold().split() for intent in tool.intents]
    off = [it for it in asks if it[0] in _OFF or tuple(it[:2]) in _PARTED or it[0] in {"stop", "unfollow"}]
    return bool(off) and len(off) == len(asks)


def _scope(sentence: str) -> list[str] | None:
    """Return the words by which a sentence says of all things which it means, None where it means no all."""
    said = words(sentence)
    every = (at for at, word in enumerate(said) if word in _ALL and said[at + 1 : at + 2] not in _ANY_MORE)
    at = next(every, None)
    if at is None or not _EXCEPT.isdisjoint(said):
        return None
    return [word for word in said[at:] if word not in _SAID | _ALL]


def _has(seen: Seen, forms: Sequence[Form]) -> bool:
    """Return whether a list of a thing has somebody, by what no stranger fills."""
    return any(trust == FIRM and "[]" in path and set(has) & set(forms) for path, has, trust in seen.fields)


def _where(seen: Seen) -> Iterator[str]:
    """Yield the words of the fields of a thing that no stranger fills, and their names."""
    for path, forms, trust in seen.fields:
        if trust == FIRM and "[]" not in path and forms and len(forms[-1][1]) <= MOST:
            yield from words(path)
            yield from words(forms[-1][1])
