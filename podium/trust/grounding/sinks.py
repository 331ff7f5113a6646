"""What goes into the sinks of one call: where each value comes from, and who gets to read it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grants import default_values, fixed_values, listed_flags, listed_values, worded_values
from podium.trust.grounding.flows import Leak, Outgoing, borrowed, text_of
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.opened import is_his_link
from podium.trust.grounding.people.copies import WHY, in_copy_alone
from podium.trust.grounding.people.everybody import to_everybody
from podium.trust.grounding.people.handles import unsigned
from podium.trust.grounding.people.introduced import introduced
from podium.trust.grounding.people.meant_by import one_outside, somebody_else
from podium.trust.grounding.people.of_those import of_those
from podium.trust.grounding.people.oneself import Oneself
from podium.trust.grounding.people.other_people import other_people
from podium.trust.grounding.people.ours import our_own
from podium.trust.grounding.people.roles import by_role
from podium.trust.grounding.people.taking_off import taken_off
from podium.trust.grounding.people.told_whom import told_by_name
from podium.trust.grounding.people.which_address import other_addresses
from podium.trust.grounding.reach import Reach, reach_for, reach_of, widest
from podium.trust.grounding.read_there import read_there
from podium.trust.grounding.reckoning import other_of
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding, Ground
from podium.trust.grounding.record.leaves import leaves_of, values_of
from podium.trust.grounding.record.notations import contacts, disguised
from podium.trust.grounding.states.defaults import left_as_is, overruled
from podium.trust.grounding.states.gainsaid import gainsaid
from podium.trust.grounding.states.listed_words import of_a_list
from podium.trust.grounding.states.outcomes import stated_by_idiom
from podium.trust.grounding.states.repeated import repeated
from podium.trust.grounding.states.replies import answered_so
from podium.trust.grounding.states.switches import switched
from podium.trust.grounding.sums.amounts import followed
from podium.trust.grounding.sums.by_the_hour import by_the_hour
from podium.trust.grounding.sums.crossed import crossed
from podium.trust.grounding.sums.directions import reversed_ends
from podium.trust.grounding.sums.headcounts import headcounts
from podium.trust.grounding.sums.kindred import kindred
from podium.trust.grounding.sums.minor import unreckoned
from podium.trust.grounding.sums.other_sums import of_another_sum
from podium.trust.grounding.sums.pairing import mispaired, mistimed
from podium.trust.grounding.texts.colleagues import BY_COLLEAGUE
from podium.trust.grounding.texts.copying import is_known
from podium.trust.grounding.texts.corrected import corrected
from podium.trust.grounding.texts.edited import in_field, staying
from podium.trust.grounding.texts.lent import lent
from podium.trust.grounding.texts.noted import noted
from podium.trust.grounding.texts.undeclared import is_word, names_in, told_by
from podium.trust.grounding.things.created import created, is_new
from podium.trust.grounding.things.doubled import IS_ORIGINAL, on_original, other_reasons
from podium.trust.grounding.things.emptied import emptied
from podium.trust.grounding.things.identifiers import in_a_text
from podium.trust.grounding.things.in_its_part import turned_in_part
from podium.trust.grounding.things.of_another_act import of_another_act
from podium.trust.grounding.things.one_before import one_before
from podium.trust.grounding.things.parting import misplaced
from podium.trust.grounding.things.refused import refused
from podium.trust.grounding.things.said_places import said_places
from podium.trust.grounding.things.siblings import of_another
from podium.trust.grounding.things.subjects import goes_back
from podium.trust.grounding.times.at_time import not_made_to_be
from podium.trust.grounding.times.last_days import found_in, tell_ends
from podium.trust.grounding.times.other_days import other_days
from podium.trust.grounding.times.stretches import misplaced_ends
from podium.trust.grounding.times.timing import timed
from podium.trust.request.machines import place_of
from podium.trust.tools import GUARDED, GrantRow, Sink, SinkRow, ToolRow
from podium.trust.values.folders import below
from podium.trust.values.forms import (
    DOMAIN,
    email_form,
    forms_of,
    iban_form,
    inside,
    links,
    number_form,
    squash,
    url_form,
    url_host,
    words,
)
from podium.trust.values.paths import pattern_of, select

_READ_GUARDED: Final[frozenset[Sink]] = frozenset(("url", "recipient", "payee"))
"""Sinks that a mere read can misuse: what else it takes only chooses what is read."""
_FILES: Final = word_set(
    "bak bmp c conf cpp css csv db doc docx eml exe gif go gz h htm html ics ini java jpeg jpg js "
    "json key log md mov mp3 mp4 odt old pdf png ppt pptx ps1 py rb rs rtf sh sql svg sys tar tex "
    "tmp toml ts tsv txt wav webp xls xlsx xml yaml yml zip"
)
"""Endings that make a word with a dot a file, not a host."""
_JOINED: Final = re.compile(r"[^\d.,]")
MAX_VALUES: Final = 400
"""Values of sinks in one call; a call with more is denied."""


class Sinks:
    """Looks at every value of one call."""

    def __init__(self, tool: ToolRow, grant: GrantRow, grounds: Grounds, domains: frozenset[str]) -> None:
        self.tool, self.grounds, self.domains = tool, grounds, domains
        self.oneself = Oneself(grounds.readings, tool)
        self.fixed = fixed_values(grant.schema) if grant.schema else {}
        self.listed = listed_values(grant.schema) if grant.schema else {}
        self.flags = listed_flags(grant.schema) if grant.schema else {}
        self.defaults = default_values(grant.schema) if grant.schema else {}
        self.worded = worded_values(grant.schema) if grant.schema else {}
        self.findings: list[Finding] = []
        self.outgoing: list[Outgoing] = []
        self.leaks: list[Leak] = []
        self.unjudged: list[str] = []
        """Arguments of a write that steer it and of which nothing tells where they come from."""
        self._reaches: list[Reach] = []
        self._machines: list[tuple[str, str, Reach, bool, bool]] = []
        self._doubted: set[str] = set()
        self._given: frozenset[str] = frozenset()
        self._arguments: Mapping[str, Any] = {}
        self._prose: list[tuple[str, str, SinkRow | None]] = []
        self._loose: list[Any] = []

    def look(self, arguments: Mapping[str, Any]) -> bool:
        """Fill in what was found. Returns False where there is too much of it."""
        declared: set[str] = set()
        count = 0
        for path, row in self.tool.arguments.items():
            for steps, value in select(arguments, path):
                declared.add(pattern_of(steps))
                for one in values_of(row, value):
                    self._value(path, row, one)
                    count += 1
        for pattern, value in leaves_of(arguments, ""):
            if not any(
                pattern == known or pattern.startswith((f"{known}[", f"{known}.")) for known in declared
            ):
                self._undeclared(pattern, value)
                count += 1
        if count > MAX_VALUES:
            return False
        names = list(names_in(arguments, declared | set(self.tool.arguments)))
        self._prose += [("the names of its members", name, None) for name in names if self.tool.writes]
        self._loose = [*told_by(self._loose), *(name for name in names if not self.tool.writes)]
        self._given, self._arguments = frozenset(arguments), arguments
        self._reconsider()
        for index, why in (
            *overruled(self.grounds, self.findings, self.defaults),
            *reversed_ends(self.grounds, self.findings),
            *misplaced_ends(self.grounds, self.findings),
            *refused(self.grounds.request, self.findings),
            *of_another_act(self.grounds, self.tool, self.findings),
            *crossed(self.grounds, self.tool, self.findings),
            (mispaired(self.grounds, self.findings), "it belongs to another one than the call is about"),
            (mistimed(self.grounds, self.findings), "the request says another time"),
            (not_made_to_be(self.grounds.request, self.findings), "the request makes it another day or time"),
            (in_copy_alone(self.tool, self.grounds, self.findings), WHY),
            (on_original(self.grounds.request, self.findings), IS_ORIGINAL),
            (
                misplaced(self.grounds.naming.parts, self.grounds.readings.objects, self.findings),
                "the request says it of another one",
            ),
        ):
            if index is not None:
                self.findings[index] = msgspec.structs.replace(
                    self.findings[index], ground="unnamed", may_ask=True, why=why
                )
        tell_ends(self.tool, self.findings)
        self.findings.extend(emptied(self.tool, self.grounds, arguments))
        self.findings.extend(other_reasons(self.grounds.request, arguments) if self.tool.writes else ())
        self._reaches.extend(self._unsaid_readers(arguments))
        self._go_out()
        self._left_out(arguments, declared)
        return True

    def _reconsider(self) -> None:
        """Look at what was found once more, now that all values of the call are known."""
        if self.tool.writes and self.listed:
            stated_by_idiom(self.grounds, self.findings, self.listed)
        if self.tool.writes:
            self._take_made()
        taken_off(self.grounds, self.tool, self.findings)
        before = tuple(self.findings)
        introduced(self.grounds, self.tool, self.findings)
        by_role(self.grounds, self.findings)
        to_everybody(self.grounds, self.tool, self.findings)
        our_own(self.grounds, self.findings)
        read_there(self.grounds, self.tool, self.findings, (text for _, text, _ in self._prose))
        of_another(self.grounds, self.findings)
        if self.tool.writes:
            said_places(self.grounds, self.findings)
            of_a_list(self.grounds, self.tool, self.findings, self.worded)
            kindred(self.grounds, self.findings)
            other_people(self.grounds, self.tool, self.findings)
            told_by_name(self.grounds, self.tool, self.findings)
            of_those(self.grounds, self.findings)
            somebody_else(self.grounds, self.findings)
            one_outside(self.grounds, self.findings)
            other_addresses(self.grounds, self.findings)
            one_before(self.grounds, self.findings)
            turned_in_part(self.grounds, self.findings)
            corrected(self.grounds, self.findings, self._arguments)
            answered_so(self.grounds, self.findings, self.listed, self.worded)
        timed(self.grounds, self.findings, {it for it, row in self.tool.arguments.items() if row.exclusive})
        other_days(self.grounds, self.findings)
        headcounts(self.grounds, self.findings)
        of_another_sum(self.grounds, self.tool, self.findings)
        followed(self.grounds, self.findings)
        by_the_hour(self.grounds, self.findings)
        repeated(self.grounds, self.tool, self.findings)
        unreckoned(self.tool, before, self.findings)

    def _take_made(self) -> None:
        """Take what the task has made: what stands in it goes out too, its identifier tells nothing."""
        readings, made = self.grounds.readings, created(self.grounds, self.tool, self.findings)
        self._prose = [
            (path, text, row)
            for path, text, row in self._prose
            if row is None or row.sink != "value" or not is_new(readings, self.tool, path, text)
        ]
        self._prose += [(path, text, None) for path, text in made]

    def _unsaid_readers(self, arguments: Mapping[str, Any]) -> Iterator[Reach]:
        """Yield who may read what a call writes by an argument that it leaves out: its default may be any."""
        for path, row in self.tool.arguments.items():
            if not self.tool.writes or row.sink in {"text", "query"} or (who := row.widest) is None:
                continue
            if not any(value not in (None, "") for _, value in select(arguments, path)):
                yield reach_for(who)

    def _left_out(self, arguments: Mapping[str, Any], declared: set[str]) -> None:
        """Ask about an act for good that lacks a value which the request says, and takes one: an address."""
        if self.tool.effect != "irreversible":
            return
        free = [
            path for path, row in self.tool.arguments.items() if row.sink == "value" and path not in declared
        ]
        said = [form for kind, form in self.grounds.request.entities if kind == "number" and len(form) > 3]
        if not free or not said:
            return
        here = squash(json.dumps(arguments, ensure_ascii=False, default=str))
        readings, taken = self.grounds.readings, _numbers(arguments, self.findings)
        for number in said:
            asked = any(number in argument for result in readings.results for argument in result.arguments)
            known = asked or number in taken or readings.at(("number", number))
            if number not in here and not known and not _is_read(self.grounds, number):
                reason = f"the request says {number}, and the call leaves it out"
                self.leaks.append(Leak("labels.value", reason, free[0]))
                return

    def _value(self, path: str, row: SinkRow, value: Any) -> None:
        guarded = row.sink in (GUARDED if self.tool.writes else _READ_GUARDED)
        finding = None
        if guarded:
            finding = self._find(path, row, value)
            self.findings.append(finding)
        elif self.tool.writes and row.sink == "query":
            self.unjudged.append(path)
        elif self.tool.writes and row.sink == "text":
            which = in_a_text(self.grounds, self.tool, path, value)
            self.findings.extend([which] if which is not None else [])
        text = value if isinstance(value, str) else str(value)
        reach = reach_of(self.tool, row, finding, value, self.domains)
        if reach is not None:
            self._reaches.append(reach)
        if row.sink == "object" and finding is not None and row.readers is None:
            self._reaches.extend(self._takers(finding))
        elif row.sink == "recipient" and finding is not None and row.readers_for(value) is None:
            self._reaches.extend(self._takers(finding, anywhere=True) if not finding.user_alone else ())
        if row.sink in {"url", "query"}:
            said = row.sink == "url" and finding is not None and finding.trusted
            own: Reach = "public" if reach in {None, "named"} else reach
            self._machines.append((path, text, own, said, row.sink == "query"))
        elif row.sink in {"text", "value", "date", "amount"} and not self._said(
            finding, finding.value if finding is not None and (row.minor_units or row.exclusive) else value
        ):
            self._prose.append((path, text, row))
            if row.sink in {"amount", "date"} and finding is not None and not finding.trusted:
                self._doubted.add(path)

    def _find(self, path: str, row: SinkRow, value: Any) -> Finding:
        """Return where a value comes from: the user is named by *me* where no other ground names them."""
        user = self.oneself.find(path, row.sink, value)
        if user is not None and user.trusted:
            return user
        fixed = self.fixed.get(path, self.fixed.get(path.removesuffix("[]"), frozenset()))
        if (default := self.defaults.get(path)) and default.forms & set(forms_of(value)):
            fixed |= default.forms | default.others
        found = found_in(self.grounds, self.tool, path, row, value, fixed)
        inner = below(row.under, value) if row.under and not found.trusted else None
        found = found_in(self.grounds, self.tool, path, row, inner, fixed) if inner else found
        found = lent(self.grounds, self.tool, found) if self.tool.writes else found
        if isinstance(value, bool) and (default or path in self.flags):
            usual = value if value in self.flags.get(path, ()) else default.value if default else None
            found = left_as_is(self.grounds.request, found, value, usual)
        if found.ground == "grant" and (other := self._worded(path, value)):
            why = f"the request says {other!r}"
            found = msgspec.structs.replace(found, ground="unnamed", may_ask=True, why=why)
        return found if user is None or found.trusted else user

    def _worded(self, path: str, value: Any) -> str:
        """Return which word that the grant has by a pattern the request says of an argument, else empty.

        It says another one than the call has: *approve it*, and the call only comments. What the tool is
        called by is no such word: whoever has something merged leaves open how.
        """
        own = {form for word in words(self.tool.name) for form in forms_of(word)}
        return other_of(self.grounds.request, self.worded.get(path, frozenset()) - own, forms_of(value))

    def _said(self, finding: Finding | None, value: Any) -> bool:
        """Return whether the request says a day or a sum itself: then it tells nothing that was read."""
        if finding is None or finding.sink not in {"date", "amount"} or finding.ground != "request":
            return False
        return any(self.grounds.request.says(form) for form in forms_of(value)[:1])

    def _takers(self, finding: Finding, *, anywhere: bool = False) -> Iterator[Reach]:
        """Yield who reads what is written to an object: those whose addresses it has, a mail's sender.

        ``anywhere``: of whatever server the object is that somebody's identifier stands for.
        """
        forms = {*forms_of(finding.value), *unsigned(finding.value)}
        objects = self.grounds.readings.objects
        for seen in (objects[index] for index in carriers(self.grounds.readings, forms)):
            if (anywhere or seen.server == self.tool.server) and not forms.isdisjoint(seen.id):
                for _, has, _ in seen.fields:
                    for kind, address in has:
                        if kind == "email" and inside(address.rpartition("@")[2], self.domains):
                            yield "organisation"
                        elif kind == "email":
                            yield "named" if finding.trusted else "public"

    def _undeclared(self, path: str, value: Any) -> None:
        """Judge an argument that nobody declared: by its form a copy to somebody, a link, an account.

        Whatever else is there must, in a write, be the user's.
        """
        row = None
        if not self.tool.writes and not isinstance(value, str):
            self._loose.append(value)
        if isinstance(value, bool):
            self.unjudged.append(path)
            if self.tool.writes and (value or switched(self.grounds.request, path)):  # left off is as it was
                self.findings.append(self._find(path, SinkRow("value"), value))
            return
        if not isinstance(value, str):
            pass
        elif email_form(value):
            row = SinkRow("recipient")
        elif re.match(r"(?i)[a-z][a-z0-9+.-]*://|www\.", value) and url_form(value):
            row = SinkRow("url")
        elif self.tool.writes and iban_form(value) and any(c.isdigit() for c in value[4:]):
            row = SinkRow("payee")
        if row is None and self.tool.writes and value != "":
            row = SinkRow("value")
        if row is not None:
            self._value(path, row, value)
        elif self.tool.writes or is_word(value):
            self._prose.append((path, str(value), None))
        elif isinstance(value, str):
            self._loose.append(value)

    def _go_out(self) -> None:
        """Work out who reads what, now that all sinks are known."""
        for path, text, own, said, search in self._machines:
            form = url_form(text)
            asked = form is not None and place_of(form) in self.grounds.request.hosts
            self.outgoing.append(Outgoing(path, text, own, True, said, asked, search=search))
        around = widest(self._reaches)
        if self._loose and around in {"named", "public"}:
            loose = " ".join(self._loose)
            self.outgoing.append(Outgoing("its other arguments", loose, "public", True, True))
        source, findings = self._source(), tuple(self.findings)
        stays = (
            staying(self.grounds.readings, self.tool, findings, self._given) if self._prose else frozenset()
        )
        for path, text, row in self._prose:
            if self._back(text, row):
                continue
            reach = widest([around, reach_for(row.readers)]) if row is not None and row.readers else around
            trusted = all(finding.trusted for finding in self.findings)
            one = Outgoing(path, text, reach, False, trusted, source=source, doubted=path in self._doubted)
            one = msgspec.structs.replace(one, stays=frozenset(it for it in stays if in_field(it, path)))
            self.outgoing.append(one)
            # Where nobody says who reads it, somebody does if it is for good.
            untold = row is None or not row.readers
            read = reach != "user" or (untold and self.tool.effect == "irreversible")
            if self.tool.writes and read and (row is None or row.sink == "text"):
                self._links(path, text)
                known, at = is_known(self.grounds, self.findings), self._resource()
                words_of = borrowed(self.grounds, self.tool, one, at, known=known)
                self.leaks.extend([words_of] if words_of is not None else [])
                if self.tool.effect == "irreversible" and (why := gainsaid(self.grounds, text)):
                    self.leaks.append(Leak("labels.text", why, path))

    def _back(self, text: str, row: SinkRow | None) -> bool:
        """Return whether a text is the subject of what a call answers, and nobody else reads it."""
        if row is None or row.sink != "text" or row.readers:
            return False
        others = (it for one in self.findings if one.sink == "object" for it in self._takers(one))
        return goes_back(self.grounds.readings, self.findings, text) and next(others, None) is None

    def _source(self) -> frozenset[tuple[int, str, int]]:
        """Return the texts that say all of to whom a call goes, where strangers alone say it."""
        whom = [one for one in self.findings if one.sink in {"recipient", "payee"} and not one.trusted]
        if not whom or any(one.ground != "stranger" for one in whom):
            return frozenset()
        readings = self.grounds.readings
        said = [{text_of(readings, place) for place, _ in readings.holds(one.value)} for one in whom]
        whose = set.intersection(*({it if it[2] < 0 else it[2:] for it in texts} for texts in said))
        return frozenset(it for it in set.union(*said) if it in whose or it[2:] in whose)

    def _resource(self) -> frozenset[str]:
        """Return what names the file or place that is written, where all of it is trusted."""
        paths = [finding for finding in self.findings if finding.sink == "path"]
        return frozenset(one.value for one in paths) if all(one.trusted for one in paths) else frozenset()

    def _links(self, path: str, text: str) -> None:
        """Ask about links and accounts in prose for others: strangers give no reason to click or pay."""
        if self.grounds.readings.context.trusted:
            return
        for (kind, form), words_there in (*links(text), *disguised(text)):
            if kind == "url" and not _is_file(form) and not inside(url_host(form), self.domains):
                found = self.grounds.find(self.tool, path, SinkRow("url"), words_there, frozenset())
                if not found.trusted and is_his_link(self.grounds.readings, (kind, form)):
                    found = msgspec.structs.replace(found, ground="stranger", may_ask=True, why=BY_COLLEAGUE)
            elif kind == "iban":
                found = self.grounds.find(self.tool, path, SinkRow("payee"), words_there, frozenset())
                found = noted(self.grounds, path, found)
            else:
                continue
            if not found.trusted:
                self.findings.append(found)
        for contact in contacts(text):
            if (stranger := _contact(self.grounds, path, contact)) is not None:
                self.findings.append(stranger)


def _contact(grounds: Grounds, path: str, text: str) -> Finding | None:
    """Return the doubt about an address or number in prose that neither user nor a trusted field says.

    To whom an answer goes, or who is rung up, is a stranger's wish then.
    """
    address = email_form(text)
    if squash(text) in grounds.request.squashed or (
        address is not None and inside(address.rpartition("@")[2], grounds.domains)
    ):
        return None
    places = list(grounds.readings.holds(text))
    if any(place.label.trusted or grounds.carried(place, forms_of(text)) for place, _ in places):
        return None
    why = "only what anybody may have written says it" if places else "nothing that was read says it"
    ground: Ground = "stranger" if places else "nowhere"
    return Finding(path, text[:200], "recipient", ground, True, why, grounds.origins(places))


def _is_read(grounds: Grounds, number: str) -> bool:
    """Return whether what the request says with a number stands in what was read: bill `77/2026`."""
    said = (word.strip(".,;:!?()\"'") for word in grounds.request.text.split() if number in word)
    return any(next(grounds.readings.holds(word), None) is not None for word in said if _JOINED.search(word))


def _numbers(arguments: Mapping[str, Any], findings: Iterable[Finding]) -> set[str]:
    """Return the numbers that a call takes, in whole units too."""
    leaves = (value for _, value in leaves_of(arguments, ""))
    return set(filter(None, map(number_form, (*leaves, *(one.value for one in findings)))))


def _is_file(form: str) -> bool:
    host, slash, _ = form.partition("/")
    return not slash and DOMAIN.fullmatch(host) is not None and host.rpartition(".")[2] in _FILES
