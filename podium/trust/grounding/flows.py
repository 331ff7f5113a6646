"""Where what was read may go: private and secret data does not leave unasked.

Two tests, because each alone is wrong. *By matching*: a text that shares a passage with something private is
not silent, however it is encoded. *By the join of the context*: where the channel is one for machines (a URL,
a search) and the task has read anything private, what nothing explains may not pass either: encodings that no
matching knows. For prose to somebody whom the user named that would forbid every answer, so there matching
decides, and runs that are no words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from podium.trust.english.almanac import is_only_when
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.opened import is_his_link, is_linked
from podium.trust.grounding.reach import Reach, widest
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.clauses import said_whole
from podium.trust.grounding.record.findings import Origin
from podium.trust.grounding.record.notations import raw_of
from podium.trust.grounding.record.readings import Passage, Place, Readings, Sent
from podium.trust.grounding.sums.figures import secret_sums
from podium.trust.grounding.texts.codes import called_codes, secret_figures, secret_numbers, secret_tokens
from podium.trust.grounding.texts.copying import as_it_was, may_pass, pointed_at, wanted_there
from podium.trust.grounding.texts.quoting import asks_for, calls_meant
from podium.trust.grounding.texts.retold import has_said, in_own_words
from podium.trust.grounding.texts.telling import asked_for, copied, wonders
from podium.trust.grounding.texts.unexplained import (
    bare,
    hides_much,
    odd_words,
    opaque_runs,
    unexplained,
    wordlike,
)
from podium.trust.grounding.things.in_passing import in_passing
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow
from podium.trust.values.encodings import in_digits, spellings, squashes, turned
from podium.trust.values.forms import links, squash, url_form
from podium.trust.values.phones import phones_in

LEAST_PASSAGE: Final = 16
"""Squashed characters that two texts share by copying, not by chance."""
LEAST_PUBLIC: Final = 10
"""The same for what anybody may read."""
LEAST_TOKEN: Final = 4  # the same of a word with digits
LEAST_NUMBER: Final = 7  # digits of a telephone's or an account's number
MAX_NUMBERS: Final = 16  # of one text, that are looked for
SPARE_CHARS: Final = 24  # of one address or search, what nothing need explain
LEAST_BORROWED: Final = 16
"""Squashed characters of a passage that counts as a stranger's words."""
LEAST_SAID: Final = 24  # of a text: shorter ones, a subject, say little of their own
BORROWED_TENTHS: Final = 6  # of a text that make it a stranger's
LEAST_SENTENCE: Final = 32
"""Squashed characters that are a sentence of somebody's, however much of the text is around it."""
SPARE_TASK_CHARS: Final = 96
"""The same over a whole task, so that it cannot be used again and again."""
LEAST_WORD: Final = 5  # letters of a single word that may tell something private
SEAM_CHARS: Final = 200  # of each argument's ends, for passages that are split across arguments
MAX_SEARCH: Final = 40
"""Characters of a search that says one thing."""


class Leak(msgspec.Struct, frozen=True):
    """Something that would leave. ``rule``: ``flow.private``, ``flow.secret``, ``flow.context``."""

    rule: str
    reason: str
    path: str
    firm: bool = False
    """It is denied, not asked: nobody named where it would go."""
    origins: tuple[Origin, ...] = ()
    public: bool = False
    """Anybody could read it there."""
    expected: bool = False
    """The request asks to have told what it names, and all of it is from there, or asks for these words."""
    beside: bool = False
    """All of it stands in the very text that says where it goes: whoever wrote that knows it."""


class Outgoing(msgspec.Struct, frozen=True):
    """One value on its way out."""

    path: str
    text: str
    reach: Reach
    machine: bool
    """A URL or a search, not prose."""
    trusted: bool
    """Whether where it goes is trusted."""
    asked: bool = False
    """Whether the request says an address of this host: then it says all that goes there."""
    source: frozenset[tuple[int, str, int]] = frozenset()
    """Texts, as `text_of` has them, that say where it goes, where strangers do."""
    search: bool = False
    """What a tool looks for, where it goes by itself."""
    doubted: bool = False
    """A sum or a day that is asked about in any case, with where it stands."""
    towards: frozenset[str] = frozenset()
    """The stems of the words that say to whom the call goes."""
    stays: frozenset[Place] = frozenset()
    """Where the text stood that it takes the place of: what is left of it is read by nobody else."""

    def knows(self, text: tuple[int, str, int]) -> bool:
        """Return whether whoever says where it goes has written a text: that one, or it came with it."""
        return text in self.source or (text[2] >= 0 and any(text[2] == one[2] for one in self.source))


def decide_flow(
    grounds: Grounds, tool: ToolRow, outgoing: Sequence[Outgoing]
) -> tuple[list[Leak], Sent | None]:
    """Return what would leave that must not leave unasked, and what to remember once the call goes out."""
    out = [one for one in outgoing if one.reach != "user" and one.text and not _link(grounds, one)]
    if not out or not (grounds.readings.context.guarded or grounds.readings.forgotten):
        return [], None
    leaks = [leak for one in out for leak in _leaks(grounds, tool, one)]
    beyond = [one for one in out if one.reach in {"named", "public"}]
    if len(beyond) > 1 and not leaks:  # split across arguments, in their order
        reach = widest(one.reach for one in beyond)
        seams = "".join(_ends(one.text) for one in beyond)
        together = Outgoing("all arguments together", seams, reach, False, True, towards=out[0].towards)
        leaks = list(_leaks(grounds, tool, together))
    if not beyond:
        return leaks, None
    left = [(unexplained(grounds, one.text), one) for one in beyond if one.machine]
    total = sum(len("".join(rest)) for rest, _ in left)
    if not leaks:
        leaks = list(_joined(grounds, tool, beyond))
    if not leaks and grounds.readings.context.guarded:
        leaks = list(_context(grounds, left, total))
    return leaks, Sent(squash("".join(one.text for one in beyond))[-2000:], total)


def _linked(readings: Readings, one: Outgoing) -> list[str]:
    """Return the links of a text for people that the request asks for, as what a colleague has linked."""
    said = () if one.machine else links(one.text)
    return [squash(text) for form, text in said if is_his_link(readings, form)]


def _leaks(grounds: Grounds, tool: ToolRow, one: Outgoing) -> Iterator[Leak]:
    """Yield what one value shares with guarded readings."""
    found: dict[tuple[int, str], Passage] = {}
    texts: set[tuple[int, str, int]] = set()
    public = one.reach == "public"
    linked: list[str] | None = None
    spelled = spellings(one.text, short=public)
    for text in squashes(spelled, least=LEAST_TOKEN if public else LEAST_PASSAGE):
        for passage in _passages(grounds, text, tokens=public):
            key = (passage.place.result, passage.place.pattern)
            if linked is None:
                linked = _linked(grounds.readings, one)
            within = any(passage.text in url for url in linked)  # asked about as a link
            if not within and not _may(grounds, tool, passage.place, one):
                texts.add(text_of(grounds.readings, passage.place))
                found.setdefault(key, passage)
    outside = one.reach != "organisation" and not one.machine
    for place, said in () if one.machine else secret_numbers(grounds, one.text, outside=outside):
        if not (_may(grounds, tool, place, one) or (place.object < 0 and _spoken_of(grounds, tool, place))):
            found[place.result, place.pattern] = Passage(place, said, said)
    beyond, short = one.reach != "organisation", [] if found else [*secret_figures(grounds, one.text)]
    short += secret_tokens(grounds, one.text, outside=beyond) if not found else ()
    sums = secret_sums(grounds, one.text) if beyond and not found else ()
    for place, said in (*short, *sums):
        if not _may(grounds, tool, place, one):
            found[place.result, place.pattern] = Passage(place, said, said)
    for place, code in called_codes(grounds, one.text) if outside and not found else ():
        if not _may(grounds, tool, place, one):
            found[place.result, place.pattern] = Passage(place, code, code)
    alone = _private_words(grounds, one) if one.machine else _long_numbers(grounds, one, spelled)
    for word in alone if not found else ():
        for place, said in grounds.readings.holds(word):
            if place.label.guarded and not _may(grounds, tool, place, one):
                found[place.result, place.pattern] = Passage(place, squash(word), said)
    if not found:
        return
    texts.update(text_of(grounds.readings, passage.place) for passage in found.values())
    secret = any(p.place.label.confidentiality == "secret" for p in found.values())
    if one.doubted and not secret:
        return
    where = {
        "organisation": "to others in the organisation",
        "named": "outside the organisation",
        "public": "to where anybody may read it",
    }[one.reach]
    yield Leak(
        "flow.secret" if secret else "flow.private",
        f"{'secret' if secret else 'private'} data would go {where}, which the request does not ask for",
        one.path,
        firm=one.machine
        and one.reach != "organisation"
        and (one.asked or not one.trusted)
        and not (not secret and _looked_for(grounds, one, found.values())),
        origins=grounds.origins((p.place, p.quote) for p in found.values()),
        public=one.reach == "public",
        expected=not secret and as_it_was(grounds, list(found.values())),
        beside=all(map(one.knows, texts)),
    )


def _looked_for(grounds: Grounds, one: Outgoing, found: Iterable[Passage]) -> bool:
    """Return whether a search is for a word or number of what the request names: a person may be asked."""
    return one.search and len(one.text) <= MAX_SEARCH and all(grounds.within(it.place) for it in found)


def text_of(readings: Readings, place: Place) -> tuple[int, str, int]:
    """Return what tells one text that was read from others: of a thing that was read twice the first."""
    if place.object < 0:
        return place.result, place.pattern, -1
    objects, seen = readings.objects, readings.objects[place.object]
    again = (
        index
        for index in carriers(readings, seen.id)
        if objects[index].server == seen.server and not set(objects[index].id).isdisjoint(seen.id)
    )
    return place.result, place.pattern, min(again, default=place.object)


def _private_words(grounds: Grounds, one: Outgoing) -> list[str]:
    """Return the words of an address or a search that only guarded readings have."""
    if one.reach != "public" or not grounds.readings.context.guarded:
        return []
    return [word for word in unexplained(grounds, one.text) if len(word) >= LEAST_WORD]


def _long_numbers(grounds: Grounds, one: Outgoing, spelled: Sequence[str]) -> list[str]:
    """Return the numbers of somebody's in what somebody outside reads: a telephone's, an account's, no date.

    They are shorter than a passage that tells by its length.
    """
    if one.reach not in {"named", "public"}:
        return []
    said = in_digits(one.text, LEAST_NUMBER)
    forms = dict.fromkeys((*spelled, said, bare(one.text), " ".join(one.text.split())))
    found = dict.fromkeys(match[0] for form in forms for match in phones_in(form))
    return [number for number in list(found)[:MAX_NUMBERS] if not _common(grounds, squash(number))]


def _link(grounds: Grounds, one: Outgoing) -> bool:
    """Return whether an address was read as it is: the task has put nothing into it."""
    form = url_form(one.text) if one.machine else None
    fragment = one.text.partition("#")[2].strip()
    return form is not None and any(
        place.label.confidentiality != "secret"
        and (not fragment or any(f"#{fragment}" in raw for raw in raw_of(grounds.readings, place)))
        for place in grounds.readings.at(("url", form))
    )


def _ends(text: str) -> str:
    if len(text) <= 2 * SEAM_CHARS:
        return text
    return f"{text[:SEAM_CHARS]}\n{text[-SEAM_CHARS:]}"


def _passages(grounds: Grounds, squashed: str, *, tokens: bool) -> Iterator[Passage]:
    readings, request = grounds.readings, grounds.request
    for passage in grounds.passages.of(squashed, LEAST_PUBLIC if tokens else LEAST_PASSAGE):
        if not passage.place.label.guarded:
            continue
        if passage.text in request.squashed:  # the user has said it himself
            continue
        plain = is_only_when(passage.text) or in_own_words(request, passage.text)
        if plain and passage.place.label.confidentiality != "secret":
            continue
        if passage.length < LEAST_PASSAGE and _common(grounds, passage.text):
            continue
        yield passage
    for match in re.finditer(r"[a-z\d]+", squashed) if tokens else ():
        place = readings.token(match[0])
        if place is not None and match[0] not in request.squashed:
            yield Passage(place, match[0], match[0])


def _common(grounds: Grounds, squashed: str) -> bool:
    """Return whether a short passage is nothing to guard: the request's, or known to anybody."""
    readings = grounds.readings
    return squashed in grounds.request.squashed or any(
        not place.label.guarded for place, _ in readings.holds(squashed)
    )


def _may(grounds: Grounds, tool: ToolRow, place: Place, one: Outgoing) -> bool:
    """Return whether data of a place may go there without a person.

    To the organisation all but secrets; to somebody outside whom the user named, what the request names or
    speaks of; to anybody, nothing.
    """
    secret = place.label.confidentiality == "secret"
    if place in one.stays:
        return True
    if one.reach == "organisation":
        return not secret or _asked_for(grounds, tool, place, one)
    if one.reach != "named":
        return False
    if _asked_for(grounds, tool, place, one):
        return True
    return not secret and _spoken_of(grounds, tool, place)


def _asked_for(grounds: Grounds, tool: ToolRow, place: Place, one: Outgoing) -> bool:
    return grounds.within(place) and not in_passing(grounds, tool, place, one.towards)


def _spoken_of(grounds: Grounds, tool: ToolRow, place: Place) -> bool:
    """Return whether the request speaks of what a tool returns, and of no particular one of it."""
    source = grounds.readings.results[place.result].tool
    server, _, name = source.partition("/")
    nouns = nouns_of(name)
    if place.object >= 0:
        nouns |= grounds.readings.objects[place.object].nouns
    act = nouns_of(tool.name) | {stem(word.casefold()) for word in tool.intents}
    if any(seen.server == server and seen.nouns & nouns for seen in grounds.named.values()):
        return False
    return bool((nouns - act) & grounds.request.stems)


def _joined(grounds: Grounds, tool: ToolRow, beyond: Sequence[Outgoing]) -> Iterator[Leak]:
    """Yield what this call would complete of a passage that calls before it began, in either order."""
    before = grounds.readings.sent
    if not before:
        return
    reach = widest(one.reach for one in beyond)
    now = "".join(squash(raw) for one in beyond for raw in (one.text,))
    for text, seam in (
        (before[-64:] + now[:64], len(before[-64:])),
        (now[-64:] + before[:64], len(now[-64:])),
    ):
        for passage in grounds.readings.shared(text, least=LEAST_PASSAGE):
            if (
                passage.place.label.guarded
                and not _may(grounds, tool, passage.place, Outgoing("", now, reach, False, True))
                and 0 < seam < len(text)
            ):
                yield Leak(
                    "flow.private",
                    "together with what calls before it sent, private data would go outside",
                    beyond[0].path,
                    origins=grounds.origins([(passage.place, passage.quote)]),
                )
                return


def _context(grounds: Grounds, left: Sequence[tuple[list[str], Outgoing]], total: int) -> Iterator[Leak]:
    """Yield what may hold private data in a form that no matching knows."""
    for rest, one in left:
        chars = len("".join(rest))
        if chars > SPARE_CHARS or (chars and grounds.readings.unexplained + total > SPARE_TASK_CHARS):
            words_there = ", ".join(rest)[:80]
            yield Leak(
                "flow.context",
                f"this task has read private data, and nothing that it may send explains: {words_there}",
                one.path,
                firm=one.reach == "public" and not one.trusted,
            )


def borrowed(
    grounds: Grounds,
    tool: ToolRow,
    one: Outgoing,
    resource: frozenset[str],
    *,
    known: bool = False,
) -> Leak | None:
    """Return the question about a text that is mostly a stranger's own words, or has a sentence of his.

    Whoever is hijacked to say something says it word for word; an agent that sums up does not. ``resource``:
    what names the file that is written. ``known``: whether all else of the call is trusted.
    """
    text, squashed = one.text, squash(one.text)
    oneself = one.reach == "user" and any(row.sink == "recipient" for row in tool.arguments.values())
    clauses = () if oneself or tool.effect == "write" else said_whole(one.path, text, LEAST_BORROWED)
    if (len(squashed) < LEAST_SAID and not clauses) or has_said(grounds.request, squashed):
        return None
    found = [
        passage
        for form in (squashed, *turned(squashed))
        for passage in grounds.passages.of(form, LEAST_BORROWED)
        if not (passage.place.label.trusted or passage.place in one.stays)
        and not has_said(grounds.request, passage.text)
        and not (copied(grounds.request) and grounds.within(passage.place))
    ]
    retold, passes_on = asked_for(grounds.request)
    most = {
        place
        for place in {passage.place for passage in found}
        if 2 * sum({p.text: p.length for p in found if p.place == place}.values())
        >= max(p.of for p in found if p.place == place)
    }
    # Most of what the request names is passed on, not a part of it obeyed; or is left where it stands.
    whole = {it for it in most if passes_on and _is_named(grounds, it) and may_pass(grounds, text, it)}
    found = [p for p in found if not (p.place in most and _stands_there(grounds, tool, p.place, resource))]
    diluted = _share(found) < len(squashed) * BORROWED_TENTHS
    if not diluted:
        found = _unanswered(grounds, [passage for passage in found if passage.place not in whole])
        diluted = _share(found) < len(squashed) * BORROWED_TENTHS
    if diluted:  # a sentence does what it does, also in a long text of the user's own, or that is passed on
        long = (it for it in found if it.length >= LEAST_SENTENCE or any(c in it.text for c in clauses))
        passed = [
            p for p in found if retold and may_pass(grounds, text, p.place) and pointed_at(grounds, [p])
        ]
        found = [it for it in long if it not in passed]
    if not found or (known and wanted_there(grounds, tool, text, found, one.reach)):
        return None
    within = [_is_named(grounds, passage.place) for passage in found]
    known_by = [calls_meant(grounds.readings, p.place, p.text) for p in found]
    asked = [it or asks_for(grounds.readings, p.place) for p, it in zip(found, known_by, strict=True)]
    wanted = (any(asked) and all(map(max, asked, within))) or as_it_was(grounds, found)
    return Leak(
        "labels.text",
        "it repeats word for word what anybody may have written",
        one.path,
        firm=not (diluted or any(within) or wanted or (passes_on and pointed_at(grounds, found))),
        origins=grounds.origins((passage.place, passage.quote) for passage in found),
        expected=wanted or (retold and all(within)),
    )


def _is_named(grounds: Grounds, place: Place) -> bool:
    """Return whether a place is in what the request names, or of the page that somebody in it has linked."""
    return grounds.within(place) or is_linked(grounds.readings, place)


def _unanswered(grounds: Grounds, found: list[Passage]) -> list[Passage]:
    """Return passages without the one that answers what the request wants told: `95 euros a day`.

    It has a number, is no whole sentence, and stands in what the request describes.
    """
    short = {p.text for p in found if p.length < LEAST_SENTENCE and any(map(str.isdigit, p.text))}
    if len(short) != 1 or not wonders(grounds.request):
        return found
    return [p for p in found if p.text not in short or not grounds.pointing.by(p.place)]


def _stands_there(grounds: Grounds, tool: ToolRow, place: Place, resource: frozenset[str]) -> bool:
    """Return whether a place was read of the very file that is written: on its server, by its names alone."""
    result = grounds.readings.results[place.result]
    return bool(resource) and resource == set(result.arguments) and result.tool.startswith(f"{tool.server}/")


def _share(found: Sequence[Passage]) -> int:
    """Return ten times the characters of passages, each counted once."""
    return 10 * sum({passage.text: passage.length for passage in found}.values())


def opaque(grounds: Grounds, outgoing: Sequence[Outgoing]) -> Iterator[Leak]:
    """Yield runs in prose for outside that are no words, and that nothing explains.

    The same for everything that goes outside once private readings were forgotten: it may hold them.
    """
    readings = grounds.readings
    if not readings.context.guarded:
        return
    for one in outgoing:
        secret = one.reach == "organisation" and readings.context.confidentiality == "secret"
        if not (one.reach in {"named", "public"} or secret) or one.machine:
            continue
        if (
            readings.forgotten is not None
            and readings.forgotten.guarded
            and one.reach != "organisation"
            and len(squash(one.text)) >= LEAST_PASSAGE
        ):
            if squash(one.text) not in grounds.request.squashed:
                yield Leak(
                    "flow.context",
                    "this task has read more than is remembered, some of it private, and this may hold it",
                    one.path,
                )
            continue
        for run in opaque_runs(one.text):
            if wordlike(run) or squash(run) in grounds.request.squashed or any(readings.holds(run)):
                continue
            yield Leak("flow.context", f"nothing explains {run[:60]!r}: it may hold private data", one.path)
            break
        else:
            odd = odd_words(grounds, one.text)
            if sum(map(len, odd)) > SPARE_CHARS:
                why = f"nothing explains {' '.join(odd)[:60]!r}: it may hold private data"
                yield Leak("flow.context", why, one.path)
            elif hides_much(one.text):
                why = "it has characters that do not show, which may hold private data"
                yield Leak("flow.context", why, one.path)
