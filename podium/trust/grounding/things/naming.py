"""Which objects the request names, of those that were read.

By its name an object is named that fits alone; where names do not tell, what the request says of its kind may
(`podium.trust.grounding.things.choosing`).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial

from podium.trust.english.lexicon import PERSONS
from podium.trust.english.to_come import first_of
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.people.addressed import addressed, written_by
from podium.trust.grounding.people.handles import only_orders, only_particles
from podium.trust.grounding.people.namesakes import namesakes, only_described, outdone
from podium.trust.grounding.people.owning import only_owns
from podium.trust.grounding.record.by_domain import by_more
from podium.trust.grounding.record.calling import Called
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.nesting import inside_of
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.states.sole import only_one, sole_ways
from podium.trust.grounding.things.belonging import with_theirs
from podium.trust.grounding.things.carts import in_cart
from podium.trust.grounding.things.choosing import chosen
from podium.trust.grounding.things.cleared import cleared
from podium.trust.grounding.things.excepting import without_excepted
from podium.trust.grounding.things.heads import told_apart
from podium.trust.grounding.things.holding import holders
from podium.trust.grounding.things.in_full import in_full
from podium.trust.grounding.things.leading import led_by, payees_of
from podium.trust.grounding.things.lettered import one_each
from podium.trust.grounding.things.listed import listed
from podium.trust.grounding.things.mine import only_mine
from podium.trust.grounding.things.of_state import of_state
from podium.trust.grounding.things.overwriting import makes, only_new
from podium.trust.grounding.things.parting import (
    STANDING_IN,
    acts_on,
    copied,
    ids_of,
    is_kind,
    only_given,
    parts_of,
    stands_in,
    strongest,
)
from podium.trust.grounding.things.phrases import STANDING_FOR
from podium.trust.grounding.things.restricting import fullest, restricted
from podium.trust.grounding.things.series import of_series
from podium.trust.grounding.things.sparing import spared
from podium.trust.grounding.things.together import (
    ALONE,
    doubled_named,
    each_named,
    means_all,
    means_both,
    means_kind,
    means_more,
    means_several,
    means_so_many,
    named_together,
)
from podium.trust.grounding.times.at_time import by_time
from podium.trust.request.nouns import kinds_like, nouns_of
from podium.trust.request.requests import HINT, PART, WHOLE, Mention, Request, request_of, stem
from podium.trust.values.forms import Form, words

_EVERYBODY = frozenset(("everyone", "everybody"))
_PEOPLE = PERSONS | {"client", "colleague", "contact", "customer", "employee", "friend", "parent", "student"}


class Naming:
    """The objects that a request names. Made for one decision.

    ``plural``: whether the request may mean several objects of one name.
    """

    def __init__(self, readings: Readings, *, plural: bool, call: Called | None = None) -> None:
        self.readings, self.request = readings, readings.request
        self.call, self.tool = call, call.tool if call is not None else None
        self.parts: dict[int, str] = {}
        """Of objects that are named each in a part of its own: that part."""
        self._calls: dict[int, list[tuple[str, Mention]]] = {}
        self.hinted: set[int] = set()
        """Of the named objects, those with words in common alone: they lend their identifier only."""
        self.told: set[int] = set()
        """What it names beside the one thing that is answered: texts to tell of, which lend no value."""
        named = self._named(plural=plural)
        held = holders(readings, call, named)
        named |= {index: readings.objects[index] for index in held}
        self.hinted |= {index for index, inner in held.items() if inner <= self.hinted}
        self.named = in_cart(readings, call, named)
        self.hinted |= self.named.keys() - named.keys()  # what a thing in a cart is called, nobody relies on
        self.claimed = self._claimed()
        """Those of them that the request has by a name alone that strangers choose: it lends no address."""

    @property
    def mild(self) -> bool:
        """Whether the call can be undone."""
        return self.call is not None and self.call.tool.effect == "write"

    @cached_property
    def led(self) -> dict[int, frozenset[int]]:
        """The entries with an account that named things lead to, and which these are."""
        sure = {index: seen for index, seen in self.named.items() if index not in self.hinted}
        return payees_of(self.readings.objects, sure, self.readings.request.names)

    def _named(self, *, plural: bool) -> dict[int, Seen]:
        """Return the objects that the request names, by index: of each name the one that it fits alone."""
        if self.readings.objects_lost:
            return {}  # another one of the same name may have been forgotten
        groups, objects, found = self.readings.register.trusted, self.readings.objects, dict[int, Seen]()
        stays = spared(self.request, self.tool, objects)
        for kind, every in groups.items():
            nouns, group = kind[1], [one for one in every if one not in stays] if stays else every
            if not group:
                continue
            called = self.readings.register.called.get(kind, ())
            called = [index for index in called if index not in stays and self._mentions(index)]
            called = by_more(called, self._calls, self.hinted)
            by_name = set(self._unique(called, plural=plural)) if called else set()
            by_name = self._apart(called, by_name, plural=plural) if called else by_name
            by_name = in_full(self.readings, by_name, called, self._called, self.call)
            by_name = by_name or of_state(self.readings, nouns, {i: self._mentions(i) for i in called})
            by_name = self._restricted(nouns, by_name - outdone(self.readings, by_name, called, self._called))
            by_kind = self._chosen(nouns, group, plural=plural)
            if place := (cleared(self.readings, self.tool, group) if plural else set[int]()):
                by_name, by_kind = {i for i in by_name if i in place or not objects[i].spoken}, place
            by_kind = by_kind if place else self._listed(nouns, by_kind) or by_kind
            if self.call is not None and not (by_name or by_kind):
                by_kind = by_time(self.request, self.call.tool, objects, group)
            if by_kind:  # what is called so beside those is not meant
                by_name -= self.hinted - by_kind
            self.hinted -= by_kind
            found |= {index: objects[index] for index in by_name | by_kind}
        for index in self._namesakes(found):
            del found[index]
        for group in groups.values() if found else ():
            if self.call is not None and not any(index in found for index in group):
                sure = {index: seen for index, seen in found.items() if index not in self.hinted}
                found |= {
                    i: objects[i] for i in written_by(self.request, self.call.tool, objects, group, sure)
                }
        found = with_theirs(self.readings, self.hinted, found, partial(self._chosen, plural=plural), stays)
        found = without_excepted(self.readings, self.tool, found | self._led(found, plural=plural))
        sure = {index: seen for index, seen in found.items() if index not in self.hinted}
        found |= sole_ways(self.readings, self.tool, sure) | only_one(self.readings, self.tool, sure)
        ids: dict[str, set[Form]] = {}
        for seen in found.values():
            ids.setdefault(seen.server, set()).update(seen.id)
        forms = {form for one in ids.values() for form in one}
        for index in carriers(self.readings, forms):  # the same object, read in another way
            seen = objects[index]
            known = index in found or not seen.id_trusted or seen.server not in ids
            if not known and not ids[seen.server].isdisjoint(seen.id):
                kin = self._kin(seen, found)
                if kin:
                    found[index] = seen
                    if kin <= self.hinted:
                        self.hinted.add(index)
        inner = inside_of(self.readings.objects, self.readings.register.nested, found, self.hinted)
        self.hinted |= inner
        return found | {index: self.readings.objects[index] for index in inner if index not in stays}

    def _led(self, found: Mapping[int, Seen], *, plural: bool) -> dict[int, Seen]:
        """Return what is meant of what was looked up by a named thing: `all comments on the storm piece`."""
        objects, out = self.readings.objects, set[int]()
        led = led_by(self.readings, found)
        for (server, nouns), group in self.readings.register.trusted.items() if led else ():
            here = {id_: said for id_, (owner, said) in led.items() if owner == server}
            if not here or any(index in found for index in group):
                continue
            sure = not any(seen.spoken and here.keys() & {it for _, it in seen.id} for seen in found.values())
            acted = sure and self.call is not None and acts_on(self.call.tool, objects[group[0]])
            if nouns & self.request.stems or (acted and self.request.superlative):
                out |= chosen(self.readings, nouns, group, plural=plural, led=here, acted=acted)
        return {index: objects[index] for index in out}

    def _namesakes(self, found: Mapping[int, Seen]) -> set[int]:
        """Return the named objects of which another one has the same name and another address."""
        objects, out = self.readings.objects, set[int]()
        called = [index for every in self.readings.register.called.values() for index in every]
        for server in {seen.server for seen in found.values()}:
            here = [index for index, seen in found.items() if seen.server == server and seen.spoken]
            beside = (index for index in called if objects[index].server == server and self._mentions(index))
            out |= namesakes(self.request, objects, here, beside) if here else set()
        return out

    def _addressed(self, indexes: list[int]) -> set[int]:
        his, alone = addressed(self.request, self.tool, self.readings.objects, indexes)
        self.hinted |= set() if alone else his
        return his

    def _claimed(self) -> set[int]:
        """Return the named objects that only a name which strangers choose, or a remark, ties to it."""
        every = self.named.values()
        ids = {(it.server, it.id) for it in every if not it.vouched and (it.spoken or only_described(it))}
        return {index for index, seen in self.named.items() if (seen.server, seen.id) in ids}

    def _chosen(
        self,
        nouns: frozenset[str],
        group: list[int],
        *,
        plural: bool,
        known: dict[int, Seen] | None = None,
    ) -> set[int]:
        """Return the objects of one kind that the request means by what it says of the kind."""
        call = self.call
        acted = call is not None and bool(self.request.bag & STANDING_FOR)
        acted = acted and call is not None and acts_on(call.tool, self.readings.objects[group[0]])
        said = any(kinds_like(noun) & self.request.stems for noun in nouns)
        made = call is not None and makes(self.request, call.tool, self.readings.objects[group[0]])
        if made or not (said or self.request.superlative or acted or self.request.bag & {"no", "without"}):
            return set()
        dated = call is not None and call.dated
        return chosen(self.readings, nouns, group, plural=plural, known=known, acted=acted, dated=dated)

    def _restricted(self, nouns: frozenset[str], indexes: set[int]) -> set[int]:
        """Return those of several things of one kind that fit what the request says of all that it means."""
        indexes, call = only_mine(self.readings, nouns, indexes), self.call
        if len(indexes) < 2:
            return indexes
        acted = call is not None and acts_on(call.tool, self.readings.objects[min(indexes)])
        own = {stem(word) for path in (call.tool.arguments if call else ()) for word in words(path)}
        own |= {stem(word) for word in (call.given if call else ())}
        return restricted(self.readings, nouns, indexes, acted=acted, own=own)

    def _listed(self, nouns: frozenset[str], indexes: Iterable[int]) -> set[int]:
        """Return those of several objects of one kind that the request lists behind it, if it does."""
        seen = {index: self.readings.objects[index] for index in indexes}
        names = {
            index: {name for name, _ in one.names} | {text for _, text in one.id[-1:]}
            for index, one in seen.items()
        }
        return listed(self.request, nouns, names) if len(names) > 1 else set()

    def _kin(self, seen: Seen, named: dict[int, Seen]) -> set[int]:
        """Return the named objects that are this one, as another tool returned it."""
        same = (i for i, one in named.items() if seen.server == one.server and set(seen.id) & set(one.id))
        return {i for i in same if seen.nouns & named[i].nouns or not seen.nouns}

    def _unique(self, group: list[int], *, plural: bool) -> Iterator[int]:
        """Yield the objects of one kind that the request names: by a full name, else by a part that tells.

        Where it has no more than words in common with one alone, that one is meant, but only hinted at. Names
        that strangers choose never win over each other: whoever writes more of the request's words into his
        would be the one that it means.
        """
        objects = self.readings.objects
        spans: dict[tuple[int, int], set[int]] = {}
        most: dict[int, dict[int, int]] = {PART: {}, HINT: {}}
        for index in group:
            for mention in self._mentions(index):
                sure = mention.count > 1 or mention.ours or not objects[index].spoken
                if mention.strength == WHOLE and sure:
                    spans.setdefault((mention.start, mention.count), set()).add(index)
                else:
                    counts = most[min(mention.strength, PART)]
                    counts[index] = max(counts.get(index, 0), mention.count)
        if his := self._addressed(group):
            rest = {index for index in group if objects[index].id not in ids_of(objects, his)}
            self.told |= self._best(rest, plural=False) if rest else set()
            yield from his
            return
        yield from self._each(group)
        for span, indexes in spans.items():
            # "Q3" in "Q3 planning", another one's name
            if not any(one != span and one[0] <= span[0] and sum(span) <= sum(one) for one in spans):
                fair = not any(objects[index].spoken for index in indexes)
                several = plural and (fair or self._all_of(indexes) or self._so_many(indexes))
                yield from self._meant(indexes, plural=several)
        if spans:
            yield from self._beside(spans, most[PART])
            yield from doubled_named(self.request, objects, group)
        for strength in (PART, HINT) if not spans else ():
            if counts := most[strength]:
                gets, counts = self._copies(counts)
                yield from gets
                counts = told_apart(self.request, objects, counts, group)
                if not counts:
                    return
                fair = not any(objects[index].spoken for index in counts)
                best = max(counts.values()) if fair else 0
                several = plural and strength == PART and (means_more(self.request) or self._kind_of(counts))
                several = several and (fair or self._ours(counts) or self._all_of(counts))
                several = several or (plural and strength == PART and self._so_many(counts))
                if strength == PART and (joined := one_each(self.request, self.tool, objects, counts, group)):
                    yield from joined
                    return
                found = self._best({i for i, count in counts.items() if count >= best}, plural=several)
                found = found or self._more(set(counts))
                if not found and plural and strength == HINT:
                    found = set(counts) if named_together(self.request, self._by_id(counts)) else found
                if strength == HINT and not all(objects[index].echoes for index in found):
                    self.hinted |= found
                yield from found
                return

    def _meant(self, indexes: set[int], *, plural: bool) -> set[int]:
        """Return which objects of one full name are meant: all of them where all are asked for."""
        every = plural and means_more(self.request)
        one = None if every else self._best(indexes, plural=False) or self._more(indexes)
        nouns = frozenset[str]().union(*(self.readings.objects[index].nouns for index in indexes))
        return one or self._best(indexes, plural=plural and means_several(self.request, nouns))

    def _all_of(self, indexes: Iterable[int]) -> bool:
        """Return whether the request speaks of all things of the kind of these: not of `all three nights`."""
        nouns = frozenset[str]().union(*(self.readings.objects[index].nouns for index in indexes))
        return means_all(self.request, nouns, alone=ALONE)

    def _so_many(self, indexes: Iterable[int]) -> bool:
        """Return whether the request speaks of just as many things of a kind, by their name alone."""
        objects = [self.readings.objects[index] for index in indexes]
        nouns = frozenset[str]().union(*(seen.nouns for seen in objects))
        return means_so_many(self.request, nouns) == len({seen.id for seen in objects}) > 1

    def _kind_of(self, indexes: Iterable[int]) -> bool:
        """Return whether the request speaks of the things of one name: `the tenants of Mill Lane`."""
        objects = [self.readings.objects[index] for index in indexes]
        nouns = frozenset[str]().union(*(seen.nouns for seen in objects))
        called = [{word for name, _ in seen.names for word in words(name)} for seen in objects]
        shared = set.intersection(*called) & self.request.bag - COMMON
        return means_kind(self.request, nouns, shared) and self._ours(indexes)

    def all_listed(self, places: Iterable[Place]) -> bool:
        """Return whether the request means all that a tool lists: `all channels`, and `list_channels`."""
        tools = {self.readings.results[place.result].tool.partition("/")[2] for place in places}
        nouns = frozenset[str]().union(*map(nouns_of, tools)) & self.request.stems
        alone = _EVERYBODY if nouns & _PEOPLE else frozenset[str]()
        return bool(nouns) and means_all(self.request, nouns, alone=alone)

    def _called(self, index: int) -> list[tuple[str, Mention]]:
        """Return by which names the request names an object, rather than to whom the call gives it."""
        if index in self._calls:
            return self._calls[index]
        seen, call = self.readings.objects[index], self.call
        if not seen.names:  # of a long history most things
            return []
        given = call.given if call is not None and is_kind(call.tool, seen) else frozenset[str]()
        self._calls[index] = [
            pair
            for pair in seen.names
            if not (given and only_given(self.request, pair[0], given))
            and not only_owns(self.request, pair[0], seen, self.tool)
            and not only_orders(self.request, pair[0])
            and not only_particles(self.request, pair[0])
            and not (call and call.new and only_new(self.request, pair[0], call.new))
        ]
        return self._calls[index]

    def _mentions(self, index: int) -> list[Mention]:
        return [one for _, one in self._called(index)]

    def _copies(self, counts: dict[int, int]) -> tuple[set[int], dict[int, int]]:
        """Return those who get a copy, by names that each have one alone, and what else is named."""
        objects, gets = self.readings.objects, set[int]()
        for word in copied(self.request):
            fits = {i for i in counts for name, one in objects[i].names if one.ours and word in words(name)}
            if len(ids_of(objects, fits)) == 1:
                gets |= fits
        return gets, {index: count for index, count in counts.items() if index not in gets}

    def _more(self, indexes: set[int]) -> set[int]:
        """Return of several objects of somebody the one of which the request has more: `Ben's ferry story`.

        All are his by a name that no stranger chooses.
        """
        objects = self.readings.objects
        if not self._ours(indexes):
            return set()
        counts = {i: len({name for name, _ in self._called(i)}) for i in indexes}
        best = max(counts.values(), default=0)
        more = {i for i, count in counts.items() if count == best > 1}
        return more if len({objects[index].id for index in more}) == 1 else set()

    def _ours(self, indexes: Iterable[int]) -> bool:
        """Return whether the request has all of these by a name that no stranger chooses."""
        return all(any(one.ours and one.strength >= PART for one in self._mentions(i)) for i in indexes)

    def _apart(self, group: list[int], named: set[int], *, plural: bool) -> set[int]:
        """Return the named objects of one kind, with those that are named each in a part of its own.

        Of a single act the one of its own part alone: *share the budget and delete the plan*. Where nothing
        is named by all that is said, whoever only another act speaks of leaves this one what its part names.
        """
        if self.call is None:
            return named
        objects, found, others, open_ = self.readings.objects, dict[int, str](), set[int](), set[int]()
        unsure = False
        for part in parts_of(self.request, self.call.tool):
            request = request_of(part.text)
            best: dict[int, list[Mention]] = {}
            for index in group:
                calls = objects[index].names if plural else self._called(index)
                names = [(name, one.ours) for name, one in calls]
                there = [one for name, ours in names for one in request.mentions(name, trusted=ours)]
                strength = max((one.strength for one in there), default=0)
                if strength >= PART or (there and not stands_in(request, (name for name, _ in names))):
                    best[index] = there
            fair = not any(objects[index].spoken for index in best)  # else whoever writes more would win
            top = strongest(best, most=WHOLE if fair else PART)
            if len({objects[index].id for index in top}) > 1 and self._ours(top):
                top = self._foremost(request, {index: best[index] for index in top})
            top = (top & named - self.hinted) or top  # not what has a word in common
            sure = bool(part.verbs) and (part.stands or not stands_in(request))
            if (plural or sure) and len({objects[index].id for index in top}) == 1:
                found.update(dict.fromkeys(top, part.text))
                if not fair and request.bag & STANDING_IN:
                    self.hinted |= top - strongest(best, most=WHOLE, least=PART)
                others |= set(best) - top  # `the first poster`, and not the other one
                unsure |= not sure
            else:
                open_ |= set(best)
        ids = {objects[index].id for index in found}
        if plural and len(ids) > 1 and len(set(found.values())) > 1:
            self.parts.update(found)
            return (named - others) | set(found)
        if len(ids) != 1 or (plural and (named or open_ or unsure)):
            return named
        left = named & (set(found) | open_)  # what only other acts are about is not meant
        return left | set(found) if self._ours(found) or not open_ else left or named

    def _foremost(self, request: Request, best: Mapping[int, Sequence[Mention]]) -> set[int]:
        """Return of things that a part of a request has by our names those of which it has most.

        By more names, by more words of one; or by their dates: `the first poster`.
        """
        objects = self.readings.objects
        for rank in (len, lambda there: max(one.count for one in there)):
            top = max(map(rank, best.values()), default=0)
            left = {index for index, there in best.items() if rank(there) == top}
            if top > 1 and len({objects[index].id for index in left}) == 1:
                return left
        dates = {index: objects[index].at for index in best}
        if request.order is None or not all(dates.values()):
            return set()
        every = dates.values()
        end = max(every) if request.order == "latest" else first_of(every, request.text, request.today)
        return {index for index, at in dates.items() if at == end}

    def _beside(self, spans: dict[tuple[int, int], set[int]], parts: dict[int, int]) -> Iterator[int]:
        """Yield what a first name means beside another one's full name, of names that no stranger chooses."""
        objects = self.readings.objects
        full = {word for start, count in spans for word in self.request.words[start : start + count]}
        if not full <= self.request.capitalised:
            return  # `the hotel in Oslo`: a kind and a place, not two people
        by_word: dict[str, set[int]] = {}
        for index in parts:
            for name, _ in objects[index].names:
                for word in set(words(name)) & self.request.capitalised - full:
                    by_word.setdefault(word, set()).add(index)
        for indexes in by_word.values():
            fair = not any(objects[index].spoken for index in indexes)
            if fair and len({objects[index].id for index in indexes}) == 1:
                yield from indexes

    def _each(self, indexes: Iterable[int]) -> set[int]:
        """Return those of these that the request lists by names that no stranger chooses."""
        found = each_named(self.request, self._by_id(indexes, ours=True)) if "and" in self.request.bag else ()
        return {i for i in indexes if self.readings.objects[i].id in found} | of_series(self, indexes)

    def _by_id(self, indexes: Iterable[int], *, ours: bool = False) -> dict[Hashable, frozenset[str]]:
        """Return by identifier by which names things are named; ``ours``: that no stranger chooses."""
        names: dict[Hashable, frozenset[str]] = {}
        for index in indexes:
            key = self.readings.objects[index].id
            called = {name for name, one in self._called(index) if one.ours or not ours}
            names[key] = names.get(key, frozenset()) | called
        return names

    def _best(self, indexes: set[int], *, plural: bool) -> set[int]:
        """Return those of the objects that are meant: one alone, or one that more of the request fits."""
        objects = self.readings.objects
        fair = not any(objects[index].spoken for index in indexes)

        def rank(index: int) -> tuple[int, int, int]:
            names = {name: one for name, one in self._called(index) if fair or one.ours}
            said = sum(one.count for one in names.values() if one.ours)
            return len(names), said, len(objects[index].echoes)

        best = max(rank(index) for index in indexes)
        left = {index for index in indexes if rank(index) == best}
        ids = {objects[index].id for index in left}
        both = plural and means_both(self.request) and len({objects[i].id for i in indexes}) == 2
        if both and (fair or self._ours(indexes)):
            return set(indexes)
        order = self.request.order
        if len(ids) > 1 and order is not None and fair and all(objects[index].at for index in left):
            dates = [objects[index].at for index in left]
            first = first_of(dates, self.request.text, self.request.today)
            chosen = max(dates) if order == "latest" else first
            left = {index for index in left if objects[index].at == chosen}
            ids = {objects[index].id for index in left}
        if len(ids) == 1:
            return left
        pairs = {i: [name for name, one in self._called(i) if fair or one.ours] for i in indexes}
        called = {i: {word for name in names for word in words(name)} for i, names in pairs.items()}
        return fullest(self.request, called) if plural else set()
