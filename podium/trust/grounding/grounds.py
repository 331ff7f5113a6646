"""What gives a value ground: which objects the request names, and where a sink's value comes from.

A value is trusted only for a reason that is told: the request says it, the grant's schema fixes it, an
object that the request names carries it, or a field that its tool's author trusts holds it. Everything else
is not trusted; whether a person is asked depends on what the request leaves open.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

import msgspec

from podium.trust.english.hours import time_of
from podium.trust.english.sums import portions, remains
from podium.trust.grounding.opened import LINKS, opens_as_it_stands
from podium.trust.grounding.people.described import unfit
from podium.trust.grounding.people.firms import of_known_firm, of_somebody
from podium.trust.grounding.people.full_names import by_colleagues, by_first
from podium.trust.grounding.people.handles import gets_it, said_of, stands_as, unsigned
from podium.trust.grounding.people.namesakes import is_address, is_loose
from podium.trust.grounding.people.of_firm import by_firm
from podium.trust.grounding.reckoning import (
    asks_for,
    counts,
    lasts,
    made_of_request,
    only_points,
    other_of,
    says_one,
    time_said,
    words_of_request,
)
from podium.trust.grounding.record.beside import said_beside
from podium.trust.grounding.record.calling import Called
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.echoed import not_echoed
from podium.trust.grounding.record.findings import ONE, OUR_TEXT, TODAY, Finding, Ground, Origin
from podium.trust.grounding.record.fitting import fitting_of
from podium.trust.grounding.record.kind_phrases import called_by_kind
from podium.trust.grounding.record.nesting import around, identifiers_at
from podium.trust.grounding.record.notations import misleads, plainly_said
from podium.trust.grounding.record.passages import Passages, pieces
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.record.todays import only_tells
from podium.trust.grounding.settled import is_settled
from podium.trust.grounding.states.on_off import said_share
from podium.trust.grounding.states.switches import as_switch, flagged, names_count
from podium.trust.grounding.texts.answered import answered, has_number
from podium.trust.grounding.texts.colleagues import BY_COLLEAGUE, goes_by_colleague, told_by
from podium.trust.grounding.texts.handed import HANDED, HandedOver
from podium.trust.grounding.texts.left_open import leaves_open, looked_up_by, says_sum
from podium.trust.grounding.things.choosing import explained
from podium.trust.grounding.things.in_prose import left_to_prose
from podium.trust.grounding.things.leading import is_of_another
from podium.trust.grounding.things.naming import Naming
from podium.trust.grounding.things.numbered import identifies, is_no_sum
from podium.trust.grounding.things.parting import is_only_owner
from podium.trust.grounding.things.pointing import Pointing, means_people
from podium.trust.grounding.things.slugs import by_word
from podium.trust.grounding.things.together import means_several
from podium.trust.grounding.times.dated import other_year, unread
from podium.trust.grounding.times.recurring import recurs
from podium.trust.grounding.times.yearless import day_and_time
from podium.trust.request.machines import place_of
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.tools import Sink, SinkRow, ToolRow
from podium.trust.values.forms import Form, email_form, forms_of, inside, words

_BY_FIELD: Final[frozenset[Sink]] = frozenset(("recipient", "payee", "url", "amount", "date", "value"))
"""Sinks for which a trusted field is enough where the request leaves them open. What an act changes (an
object, a path) must be named: that an identifier is genuine does not say that it is meant."""
_PERSON: Final[frozenset[Sink]] = frozenset(("recipient", "payee"))
_TO_WHOM: Final = _PERSON | {"url"}
CLAIMED: Final = "only a name that he gives himself, or a remark, fits"
IN_NAMED: Final = "it stands in what the request names"
TO_CALENDAR: Final = "the request leaves it to the calendar"  # a day that it does not say
_Found = Callable[..., Finding]


class Grounds:
    """What a task has ground for, as far as it has read. Made for one decision.

    ``plural``: whether the request may mean several objects of one name. ``domains``: of the organisation.
    """

    def __init__(
        self,
        readings: Readings,
        *,
        plural: bool,
        domains: frozenset[str] = frozenset(),
        call: Called | None = None,
    ) -> None:
        self.readings, self.request, self.domains = readings, readings.request, domains
        self.passages, self.plural = Passages(readings), plural
        self.naming = Naming(readings, plural=plural, call=call)
        self._others, self.named, self.hinted = by_firm(self.naming), self.naming.named, self.naming.hinted
        self.pointing = Pointing(self.naming)
        self.handed = HandedOver(self.naming)

    # -- one value

    def find(self, tool: ToolRow, path: str, row: SinkRow, value: object, fixed: frozenset[Form]) -> Finding:
        """Return where a sink's value comes from, and whether it is trusted there.

        ``fixed``: the values that the grant's schema names for this argument.
        """
        finding = by_colleagues(self.readings, tool, self._find(tool, path, row, value, fixed))
        if finding.trusted and isinstance(value, str) and (more := said_beside(self, row.sink, value)):
            return msgspec.structs.replace(finding, ground="nowhere", may_ask=not misleads(value), why=more)
        return finding

    def _find(self, tool: ToolRow, path: str, row: SinkRow, value: object, fixed: frozenset[Form]) -> Finding:
        forms, declared = forms_of(value), path in tool.arguments
        switch = row.sink == "value" and as_switch(value, declared=declared) and not set(forms) & fixed
        if switch or isinstance(value, bool):
            return recurs(self.request, tool, flagged(self.request, path, row, value, declared=declared))
        fitting = fitting_of(row.sink, forms)
        text = value if isinstance(value, str) else str(value)

        def found(
            ground: Ground, why: str, places: Iterable[tuple[Place, str]] = (), *, may_ask: bool = False
        ) -> Finding:
            return Finding(path, text[:200], row.sink, ground, may_ask, why, self.origins(places))

        listed_as = unsigned(text) if row.sink == "recipient" else ()
        places = self._places(row.sink, fitting + listed_as)
        quoted = [(place, text[:200]) for place in places]
        if row.sink in _PERSON and any(place.object in self._others for place in places):
            return found("unnamed", "the request says somebody of another firm", quoted, may_ask=True)
        if at_once := self._at_once(tool, path, row, fitting, fixed) or self._by_text(row.sink, text):
            return found(*at_once, quoted if row.sink == "url" else (), may_ask=at_once[0] == "unnamed")
        if row.sink == "object":
            return self._object(tool, path, row, forms, text)
        forms, fitting = forms + listed_as, fitting + listed_as
        carried = [pair for pair in quoted if self.carried(pair[0], fitting)]
        claimed = [pair for pair in carried if row.sink in _PERSON and self._claims(pair[0], text)]
        claimed += [pair for pair in carried if is_only_owner(self.readings, pair[0].object, row.sink)]
        carried = [pair for pair in carried if pair not in claimed]
        rest = row.sink == "amount" and remains(self.request.text, (pair[0].pattern for pair in carried))
        more = self.request.sums or portions(self.request.text)
        said = bool(rest or more or says_sum(self.request, plural=self.plural))
        if carried and row.sink == "amount" and said:
            return found("unnamed", "the request says another amount", carried, may_ask=True)
        if carried:
            return found("object", "it belongs to what the request names", carried)
        settled = self.settled(row.sink, forms, places)
        trusted = [pair for pair in quoted if pair[0].label.trusted and not pair[0].told]
        ours = bool(host := (email_form(text) or "").rpartition("@")[2]) and inside(host, self.domains)
        meant = [it for it in trusted if self._meant(it[0], row.sink, settled=settled, colleague=ours)]
        odd = row.sink == "recipient" and unfit(self.readings, [it for it, _ in trusted], self.named)
        meant = [it for it in meant if row.sink != "recipient" or (not odd and self._named_or_asked(it[0]))]
        meant = [it for it in meant if self._is_open(tool, row.sink, path, it[0], settled=settled)]
        if users := [pair for pair in meant if pair[0].label.integrity == "user"]:
            return self._of_field(found("field", "the user wrote it", users), users)
        listed = trusted if row.sink in {*_PERSON, "path"} else []
        if listed and not odd and self.naming.all_listed(place for place, _ in listed):
            return found("field", "it is one of all that the request means", trusted)
        if row.sink == "recipient" and gets_it(self.readings, tool, text, trusted, settled=settled):
            return found("object", "the request gives something to nobody else", trusted)
        if meant and row.sink in _BY_FIELD and not settled and not rest:
            return self._of_field(found("field", "it is in a trusted field", meant), meant)
        if row.sink == "payee" and not settled and any(pair[0].object in self.naming.led for pair in trusted):
            return found("object", "it is the account of whom the request's own thing names", trusted)
        if trusted:
            why = "it is in a trusted field, and the request does not name it"
            called = bool(self.pointing.which(place.object for place, _ in trusted if place.object >= 0))
            other = found("unnamed", why, trusted, may_ask=True)
            return msgspec.structs.replace(other, settled=settled, called=called)
        if claimed and not settled:
            return found("unnamed", CLAIMED, claimed, may_ask=True)
        return self._untrusted(row, path, text, quoted, settled)

    def _of_field(self, one: Finding, places: Iterable[tuple[Place, str]]) -> Finding:
        """Return a value of a trusted field, with the name of the request by which somebody was looked up."""
        by = looked_up_by(self.readings, (it for it, _ in places)) if one.sink == "recipient" else ""
        return msgspec.structs.replace(one, described=by) if by else one

    def _at_once(
        self, tool: ToolRow, path: str, row: SinkRow, fitting: tuple[Form, ...], fixed: frozenset[Form]
    ) -> tuple[Ground, str] | None:
        """Return the ground that the grant or the request gives by itself, and why, or None."""
        if set(fitting) & fixed:
            others = other_of(self.request, fixed, fitting)
            if others:
                return "unnamed", f"the request says {others!r}"
            if says_one(self.request, fixed, fitting):
                return "request", "the request says it"
            return "grant", "the grant names it"
        numbered = row.sink == "amount" and any(
            is_no_sum(self.readings, form) or only_points(self.request, path, form) for _, form in fitting[:1]
        )
        told = row.sink == "date" and ("date", self.request.today) in fitting
        told = told and only_tells(self.request.text, self.request.today, self.request.resolved)
        if row.sink != "object" and not (numbered or told) and self._says(row.sink, fitting):
            return "request", "the request says it"
        how_many = row.sink == "amount" or (row.sink == "value" and names_count(path))
        if how_many and ("number", "1") in fitting and counts(self.request, path):
            return "request", ONE
        if row.sink == "amount" and (share := said_share(self.request, path, fitting)):
            return share
        if row.sink in {"amount", "value"} and lasts(self.request, path, fitting):
            return "request", "the request says how long it takes"
        if row.sink == "date" and self.request.says_no_day and ("date", self.request.today) in fitting:
            return "request", TODAY
        if row.sink == "url" and not tool.writes:
            why = opens_as_it_stands(self.readings, fitting, self.within)
            return ("field", why) if why else None
        return None

    def _places(self, sink: Sink, fitting: tuple[Form, ...]) -> list[Place]:
        """Return where a value was read in its first form, else in its others; identifiers are no amounts."""
        found = [place for form in fitting[:1] for place in self.readings.at(form)] or [
            place for form in fitting[1:] for place in self.readings.at(form)
        ]
        return [it for it in found if sink != "amount" or not identifies(self.readings, it, fitting)]

    def _by_text(self, sink: Sink, text: str) -> tuple[Ground, str] | None:
        """Return the ground of a time of day, or of the link to a file; None for any other value."""
        if sink == "url" and text.startswith("file:///") and self._says("path", forms_of(text[7:])):
            return "request", "the request says it"
        time = time_of(text) if sink in {"date", "value"} else None
        said = time_said(self.request, self._sure(), time) if time is not None else None
        return said or other_year(self.readings, sink, text)

    def _sure(self) -> list[Seen]:
        """Return the objects that are named by more than words in common."""
        return [seen for index, seen in self.named.items() if index not in self.hinted]

    def _is_open(self, tool: ToolRow, sink: Sink, path: str, place: Place, *, settled: bool) -> bool:
        """Return whether a value may be that of another thing: no amount that is left to a text."""
        on = sink == "amount" and any(row.sink == "object" for row in tool.arguments.values())
        left = on and self.handed.leaves(sink, path)
        return not left and leaves_open(self.readings, place, sink, settled=settled)

    def _named_or_asked(self, place: Place) -> bool:
        if place.object >= 0 and (seen := self.readings.objects[place.object]).names and not seen.spoken:
            return True
        return explained(self.readings, place.result, {}, firm=True)

    def _meant(self, place: Place, sink: Sink, *, settled: bool, colleague: bool) -> bool:
        """Return whether a trusted value may be the one that the request means: a colleague's address may.

        One entry of a list of people is not, where the request names people, or speaks of none; nor is one of
        several payees. Unless it was looked up by the request's own words, alone.
        """
        if colleague or sink not in {"recipient", "payee"} or place.object < 0 or place.object in self.named:
            return not is_only_owner(self.readings, place.object, sink)
        beside = [at for at in (place.object - 1, place.object + 1) if 0 <= at < len(self.readings.objects)]
        alone = all(self.readings.objects[at].result != place.result for at in beside)
        if sink == "payee" and is_of_another(self.readings.objects[place.object], self._sure()):
            return False
        if not settled and not self.request.names and (alone or means_people(self.request, sink)):
            return True
        result = self.readings.results[place.result]
        asked = [argument for argument in result.arguments if len(argument) > 2]
        return alone and bool(asked) and all(self.request.covers(argument) for argument in asked)

    def _says(self, sink: Sink, fitting: tuple[Form, ...]) -> bool:
        """Return whether the request says the value, in a form that tells it apart."""
        if not fitting:
            return False
        if sink == "url" and fitting[0][0] == "url":
            return self.request.says(fitting[0]) or place_of(fitting[0][1]) in self.request.hosts
        fitting = fitting[:1] if fitting[0][0] in {"email", "iban", "url"} else fitting
        return any(stands_as(self.request, sink, text) for text in said_of(self.request, sink, fitting))

    def carried(self, place: Place, fitting: tuple[Form, ...], *, hinted: bool = False) -> bool:
        """Return whether a named object has the value in a field that is trusted for it."""
        seen = self.named.get(place.object) if hinted or place.object not in self.hinted else None
        return seen is not None and any(
            trusted and set(forms) & set(fitting) for _, forms, trusted in seen.fields
        )

    def _claims(self, place: Place, text: str) -> bool:
        """Return whether an address outside belongs to a name that strangers choose, and to nothing else."""
        address = email_form(text)
        if address is not None and inside(address.rpartition("@")[2], self.domains):
            return False
        return place.object in self.naming.claimed

    def _object(self, tool: ToolRow, path: str, row: SinkRow, forms: tuple[Form, ...], text: str) -> Finding:
        """Ground an identifier through the object that has it: of this server, and of the tool's kind."""
        own, objects, register = self._own_kind(tool, path), self.readings.objects, self.readings.register
        nouns = own or nouns_of(tool.name) | {stem(word) for word in words(path) if word not in {"id", "ids"}}
        same = [
            (index, objects[index])
            for index in carriers(self.readings, forms)
            if objects[index].server == tool.server and set(objects[index].id) & set(forms)
        ]
        kin = [pair for pair in same if pair[1].nouns & nouns]
        kinds = any(one & nouns for one in register.of(tool.server))
        is_id = any(set(objects[index].id) & set(forms) for index in carriers(self.readings, forms))
        foreign = bool(own) and not kin and is_id  # another kind's identifier
        same = kin if kinds else same
        named = [pair for pair in same if pair[0] in self.named]
        places = identifiers_at(self.readings, named or same)

        def found(ground: Ground, why: str, *, may_ask: bool) -> Finding:
            return Finding(path, text[:200], row.sink, ground, may_ask, why, self.origins(places))

        if named:
            return found("object", "it is what the request names", may_ask=False)
        near = [place for form in forms for place in self.readings.at(form)] if not foreign else []
        if lent := [place for place in near if self.carried(place, forms, hinted=True)]:
            places = [(place, text) for place in lent]
            return found("object", "it belongs to what the request names", may_ask=False)

        def alike(seen: Seen) -> bool:
            return seen.server == tool.server and (not kinds or bool(seen.nouns & nouns))

        outer = around(objects, [seen for _, seen in same])
        thing = bool(same) and not any(is_address(seen) for _, seen in same)  # who gets it is no other one
        others = (seen for seen in self.named.values() if not (thing and is_address(seen)))
        other = any(alike(seen) and seen.id not in outer for seen in others)
        if any(seen.id_trusted for _, seen in same):
            described = any(alike(objects[index]) for index in register.mentioned)
            fits = any(seen.names for _, seen in same)
            why = "the request names another one" if other else "the request does not name this one"
            if self.handed.speaks_of((index for index, _ in same), path, self.within):
                told = found("unnamed", "a text that the request names speaks of it", may_ask=True)
                return msgspec.structs.replace(told, within=True)
            word = self.pointing.which(index for index, _ in same)
            surely = self._sure()
            sure = any(alike(seen) and not is_loose(seen, word) for seen in surely)
            sure = sure and not called_by_kind(self.request, (seen for _, seen in same), surely)
            several = self.plural and (not other or bool(word) or means_several(self.request, nouns))
            may_ask = several or (not other and (fits or not described)) or bool(word and not sure)
            return msgspec.structs.replace(
                found("unnamed", why, may_ask=may_ask), described=word, settled=other
            )
        if any(self.request.says(form) for form in forms) and self.request.meant.issuperset(words(text)):
            return found("request", "the request says it", may_ask=False)
        whole = [(place, text) for form in forms for place in self.readings.at(form)]
        finding = self._untrusted(row, path, text, whole, other)
        if not whole:  # no lookup has such an identifier
            open_ = finding.within and finding.may_ask and self.pointing.ground(row.sink, path, text)
            finding = by_word(self.pointing, msgspec.structs.replace(finding, may_ask=bool(open_)))
        return finding if is_id else left_to_prose(self.readings, self.handed, tool, finding, whole)

    def _own_kind(self, tool: ToolRow, path: str) -> frozenset[str]:
        """Return the kind of object that an argument is called by, where such were read: a `slot`."""
        own = frozenset(stem(word) for word in words(path))
        return frozenset(noun for kind in self.readings.register.of(tool.server) for noun in kind & own)

    def _untrusted(
        self, row: SinkRow, path: str, text: str, quoted: list[tuple[Place, str]], settled: bool
    ) -> Finding:
        """Tell what only strangers say, or nobody; where it stands in what the request names, it is open."""
        places = list(self.readings.holds(text)) or [(p, text) for p in pieces(self.readings, text)] or quoted
        places = not_echoed(self.readings, self.pointing.tool, text, places)
        places = places if row.sink != "value" or len(text) > 3 else []  # so short a word stands everywhere
        open_ = self.handed.delegates and not self.request.leaves_day(text)
        yearless = row.sink == "date" and not places and open_
        places = day_and_time(self.readings, text) if yearless else places
        strictly = any(self.within(place) for place, _ in places)
        within = strictly or any(self.within(place, hinted=True) for place, _ in places)
        other = bool(self.request.figures and not self.request.sums) if row.sink == "amount" else settled

        def found(ground: Ground, why: str, *, may_ask: bool = False, by: str = "") -> Finding:
            one = Finding(path, text[:200], row.sink, ground, may_ask, why, self.origins(places), strictly)
            return msgspec.structs.replace(one, described=by, settled=other)

        by = told_by(self.readings, row.sink, text, quoted)
        told = [pair for pair in by if self.within(pair[0])]
        other_said = other and row.sink not in _TO_WHOM  # that somebody has an address settles none in a text
        if told and not (other_said or self._answered(row.sink, path, text, told, settled=settled)):
            goes = goes_by_colleague(self.pointing.tool, row.sink, text, self.domains)
            return found("object" if goes else "unnamed", BY_COLLEAGUE, may_ask=not goes)
        places = places or (by if row.sink == "recipient" else [])  # a name of three letters
        open_ = row.sink == "date" and self.request.leaves_date and not yearless
        if open_ and (strictly or (within and self.naming.mild)):
            return found("object", IN_NAMED)
        if row.sink == "value" and places and not quoted and asks_for(self.request, text):
            return found("request", "the request asks for what it is the outcome of")
        if not places and (made := self._made(row.sink, path, text)):
            return found("request", made)
        may_ask = strictly or not settled
        alone = plainly_said(self.readings, text, to_whom=row.sink in _TO_WHOM, several=row.sink == "payee")
        if not alone or (row.sink in _TO_WHOM and not within):
            may_ask = False
        if row.sink == "amount" and not places and self.request.sums:
            may_ask = True  # somebody has to do the sum
        fixed = row.sink == "amount" and self.request.figures
        if places and (fixed or (row.sink in {"value", "amount", "date"} and not within)):
            may_ask = False
        if row.sink in {"recipient", "payee"} and self.request.names and not strictly:
            may_ask = False
        may_ask = may_ask and (row.sink != "url" or within or bool(self.request.stems & LINKS))
        ours = [place.label.trusted and not (place.told and row.sink in _TO_WHOM) for place, _ in places]
        if places and all(ours):  # our own words, but not a field of it
            if not self.readings.written(text):
                pieced = row.sink == "value" and strictly
                return found("unnamed", "it is written in no such way in what was read", may_ask=pieced)
            return found("unnamed", OUR_TEXT, may_ask=True)
        answered = bool(places) and self._answered(row.sink, path, text, places, settled=settled)
        if answered and not self.handed.delegates:
            may_ask, other = False, True
            if row.sink == "value" and not self.handed.leaves(row.sink, path):
                return found("stranger", "only strangers say it, and the request says another one")
        return self._of_strangers(row, path, text, places, found, may_ask=may_ask, alone=alone)

    def _made(self, sink: Sink, path: str, text: str) -> str:
        """Return why a value that nothing says is the request's all the same, or nothing."""
        if sink == "value" and words_of_request(self.request, text):
            return "it is made of the request's words"
        if sink == "path" and made_of_request(self.readings, path, text):
            return "its name is made of the request's words"
        return TO_CALENDAR if sink == "date" and self.request.leaves_day(text) else ""

    def _of_strangers(
        self,
        row: SinkRow,
        path: str,
        text: str,
        at: list[tuple[Place, str]],
        found: _Found,
        *,
        may_ask: bool,
        alone: bool,
    ) -> Finding:
        """Tell what only strangers say: the request may hand it over, or speak of it by a word."""
        open_ = alone and not (at and may_ask)
        if open_ and (handed := self.handed.among(row.sink, path, text, at)):
            one = msgspec.structs.replace(found("stranger", HANDED, may_ask=True), within=True, handed=True)
            return msgspec.structs.replace(one, origins=self.origins(handed))
        if at and not may_ask and alone and (word := self.pointing.ground(row.sink, path, text)):
            why = f"only what anybody may have written says it; the request may mean that by {word!r}"
            one, before = found("stranger", why, may_ask=True, by=word), self.handed.before(text, at)
            return msgspec.structs.replace(of_somebody(self.readings, one), handed=before)
        if at:
            said = found("stranger", "only what anybody may have written says it", may_ask=may_ask)
            said = of_known_firm(self.readings, of_somebody(self.readings, said))
            return by_word(self.pointing, said)
        why = unread(self.readings, row.sink, text)
        return by_word(self.pointing, by_first(self.readings, found("nowhere", why, may_ask=may_ask)))

    def _answered(
        self, sink: Sink, path: str, text: str, places: list[tuple[Place, str]], *, settled: bool
    ) -> bool:
        """Return whether the request itself says, or names, what goes in, so that no text has to."""
        reached = settled or has_number(self._sure(), text)
        return answered(self.pointing, sink, path, text, [place for place, _ in places], reached)

    # -- what the request has to do with it

    def within(self, place: Place, *, hinted: bool = False) -> bool:
        """Return whether a place is in what the request names: an object, or a result asked for by name.

        ``hinted``: what it only has words in common with counts too.
        """
        if place.object in self.named and (hinted or place.object not in self.hinted):
            return True
        result = self.readings.results[place.result]
        if place.object >= 0:
            return place.object in self.naming.told
        return any(
            len(argument) > 2
            and any(self.request.says(form) or form in self.known for form in forms_of(argument))
            for argument in result.arguments
        )

    @cached_property
    def known(self) -> frozenset[Form]:
        """What named objects are called by and lead to: identifiers, and what no stranger fills."""
        return frozenset(
            form
            for index, seen in self.named.items()
            for forms in (seen.id, *(forms for _, forms, trust in seen.fields if trust > 1))
            for form in (forms if forms is seen.id or index not in self.hinted else ())
            if form[0] in {"text", "url", "email"}
        ) | frozenset(form for seen in self.named.values() for form in seen.id)

    def settled(self, sink: Sink, forms: tuple[Form, ...], places: list[Place]) -> bool:
        """Return whether the request says what goes in: a value of that form or field, or what has one."""
        return is_settled(self.naming, sink, forms, places)

    def origins(self, places: Iterable[tuple[Place, str]]) -> tuple[Origin, ...]:
        """Return places as a person is shown them, a few, the least trusted first."""
        distinct: dict[tuple[int, str], Origin] = {}
        for place, words_there in places:
            result = self.readings.results[place.result]
            key = (place.result, place.pattern)
            distinct.setdefault(
                key, Origin(result.tool, result.at_ns, place.pattern, str(place.label), words_there)
            )
        return tuple(list(distinct.values())[:4])
