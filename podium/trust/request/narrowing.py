"""The effective grant of a task: its author's maximum, narrowed by the user's own request.

Made once, before the task reads anything, and never changed: nothing that is read later can widen it. Reads
stay as the author grants them. A write stays only where the request asks for such an act, in words that the
tool's author lists (or close ones), and as often as it asks for it. The request's text comes out of band,
from whoever started the task, so that the agent cannot write it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from podium.trust.english.lexicon import LIGHT
from podium.trust.english.words import bases, singular
from podium.trust.request.asking import Act, Sentence, acts_of, is_head
from podium.trust.request.counting import about, count, direct, hands_over, is_time, leads_to, lets_do
from podium.trust.request.effective import EffectiveGrant, Refusal
from podium.trust.request.enquiring import asked_for
from podium.trust.request.guesses import SURE, Guess, guess, repeated, takers_of
from podium.trust.request.leftover import Clause, accounted, asking, may_mean, means_of, stands_back
from podium.trust.request.levels import heard
from podium.trust.request.misspelt import read_through
from podium.trust.request.nouns import fits_best, is_dated, kin, near_nouns, own_nouns, said_in
from podium.trust.request.of_one_name import of_one_name
from podium.trust.request.particles import phrasal, said_of_others, taken
from podium.trust.request.refusing import is_of_one, verb_of
from podium.trust.request.sharing import parted
from podium.trust.request.stating import wants
from podium.trust.request.supposing import supposed
from podium.trust.request.unsaid import delegates, opens_unclear, order_word, seeks
from podium.trust.request.wordings.alone import alone
from podium.trust.request.wordings.answering import TELL, answering
from podium.trust.request.wordings.beginning import beginning
from podium.trust.request.wordings.briefly import brief
from podium.trust.request.wordings.brought_about import brought_about
from podium.trust.request.wordings.elsewhere import (
    anothers,
    is_bare,
    is_elsewhere,
    is_somebody,
    is_source,
    is_thing,
)
from podium.trust.request.wordings.going_into import changes
from podium.trust.request.wordings.granting import granted
from podium.trust.request.wordings.idioms import opened
from podium.trust.request.wordings.joining import fills, is_out_of_more, lets_into
from podium.trust.request.wordings.left_word import left_word
from podium.trust.request.wordings.makers import unmakes
from podium.trust.request.wordings.manners import close_words
from podium.trust.request.wordings.paying import paying
from podium.trust.request.wordings.put_into import by_place
from podium.trust.request.wordings.putting_back import putting_back
from podium.trust.request.wordings.sending import sent_by, speaks_of
from podium.trust.request.wordings.swapping import each_way
from podium.trust.request.wordings.verbless import writing
from podium.trust.request.wordings.wishes import by_value, code_at, listed
from podium.trust.request.wordings.word_to import by_idiom
from podium.trust.tools import GrantRow, ToolRow


def narrow(grants: Sequence[GrantRow], tools: Mapping[str, ToolRow], request: str | None) -> EffectiveGrant:
    """Return the effective grant of a task. ``tools`` by id; ``request`` None or empty asks for nothing.

    A grant of a tool that is not among ``tools`` is dropped.
    """
    known = [grant for grant in grants if grant.tool in tools]
    writes = [tools[grant.tool] for grant in known if tools[grant.tool].writes]
    try:
        values = listed([grant for grant in known if tools[grant.tool].writes])
        said = _Said(tuple(read_through(request or "", writes)), writes, values)
    except Exception:  # noqa: BLE001 - a request that cannot be read asks for nothing
        said = _Said((), writes)
    out, refusals = list[GrantRow](), dict[str, Refusal]()
    for grant in known:
        tool = tools[grant.tool]
        if not tool.writes:
            out.append(grant)
            continue
        out.append(_lowered(grant, said.wanted.get(tool.id, said.meant.get(tool.id))))
        if (refusal := said.refusal(tool)) is not None:
            refusals[tool.id] = refusal
    acts = [act for sentence in said.counts for act in sentence.values()]
    most = {it: one.most for it, one in (said.meant | said.wanted).items()}
    return EffectiveGrant(tuple(parted(out, writes, acts, most, said.guesses)), refusals)


def _lowered(grant: GrantRow, wanted: "_Wanted | None") -> GrantRow:
    """Return a grant with no more uses than the request asks for."""
    if wanted is None or wanted.most is None or (grant.uses is not None and grant.uses <= wanted.most):
        return grant
    return msgspec.structs.replace(grant, uses=wanted.most, past="deny" if wanted.sure else "ask")


@dataclass(slots=True)
class _Wanted:
    """How often a request asks for a tool."""

    most: int | None = 0
    sure: bool = True


@dataclass(slots=True)
class _Said:
    """What a request says of each writing tool."""

    text: tuple[Sentence, ...]
    tools: Sequence[ToolRow]
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Words that arguments of one tool may be, by the grants."""
    wanted: dict[str, _Wanted] = field(default_factory=dict)
    others: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Tools whose words the request uses of something else: such a word, and whether it is plainly so."""
    ordered: set[str] = field(default_factory=set)
    """Of these the tools by whose own word something is ordered that says little: `take the load`."""
    close: dict[str, str] = field(default_factory=dict)
    """Of these the tools whose act can be undone, and by which word as good as theirs alone it is asked."""
    forbidden: dict[str, bool] = field(default_factory=dict)
    """Tools that it forbids, and whether of single things alone."""
    unclear: dict[str, str] = field(default_factory=dict)
    meant: dict[str, _Wanted] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    """Tools that it seems to mean, by all that it speaks of."""
    delegated: bool = False
    seeks: bool = False
    rest: list[Sentence] = field(default_factory=list)
    """Sentences, or their parts, in which no tool's word asks for anything, and that want no answer."""
    strange: str = ""
    """A word that may be an order, of which nothing is known."""
    loose_ends: list[Clause] = field(default_factory=list)
    """Clauses that ask for something which no open tool accounts for."""
    left: dict[str, str] = field(default_factory=dict)
    """Tools that such a clause may mean: by which words."""
    loose: bool = False
    """Whether it has an order of which no tool is known to be meant."""
    nouns: frozenset[str] = frozenset()
    """What the whole request speaks of."""
    taken: frozenset[str] = frozenset()
    """Words by which tools are opened that list them."""
    vague: list[Sentence] = field(default_factory=list)
    """Sentences in which tools are asked for by a word that others share, and nothing tells which."""
    told: bool = False
    """Whether the sentence that is read has a noun of a tool that it asks for."""
    counts: list[dict[int, dict[str, int | None]]] = field(default_factory=list)  # calls, by sentence and act
    guessed: dict[tuple[Sentence, ...], dict[str, Guess]] = field(default_factory=dict)  # by sentences

    def __post_init__(self) -> None:
        self.nouns = frozenset(word for sentence in self.text for word in said_in(tuple(sentence)))
        for sentence, theirs in granted(tuple(asked_for(self.text))):
            known = len(self.wanted)
            self._read(sentence)
            self.delegated = self.delegated or (theirs and len(self.wanted) == known)
        wish = [token.text for sentence in self.text for token in sentence if token.kind == "word"]
        if not (self.seeks or self.strange) and len(wish) > 1:
            self.strange = " ".join(wish[:6])
        self._guess()
        self._answer()
        self._name_alone()
        self._by_idiom()
        self._account()

    def refusal(self, tool: ToolRow) -> Refusal | None:
        """Return what the request says against a tool, or None."""
        if tool.id in self.wanted:
            return None
        if tool.id in self.forbidden:
            other = self.forbidden[tool.id] and (tool.id in self.unclear or tool.id in self.left)
            why = f"the request says not to {verb_of(tool)}"
            return Refusal("ask" if other else "deny", "request.forbids", why)
        if tool.id in self.guesses:
            found = self.guesses[tool.id]
            why = f"the request seems to ask for it by {found.word!r}, in words of its own"
            return Refusal("ask", "request.guess" if found.spoken else "request.manner", why)
        if tool.id in self.others:
            word, plainly = self.others[tool.id]
            if tool.id in self.close and not plainly and not self.delegated:
                why = f"the request seems to ask for it by {word!r}, which is as good as one of its words"
                return Refusal("ask", "request.close", why)
            why = f"the request's {word!r} seems to be about something else"
            return Refusal("deny" if plainly else "ask", "request.other", why)
        if self.delegated:
            why = "the request leaves to a text what is to be done, and that text has no authority"
            return Refusal("ask", "request.delegates", why)
        hint = self.unclear.get(tool.id) or ("" if self.wanted else self.strange)
        if not hint and self.loose:
            hint = next(iter(sorted(near_nouns(tool) & self.nouns)), "")
        if hint:
            why = f"the request may ask for it by {hint!r}, which is none of the words that its author lists"
            return Refusal("ask", "request.unclear", why, hint)
        if tool.id in self.left:
            return Refusal("ask", "request.unclear", f"the request may ask for it by {self.left[tool.id]}")
        why = f"the request does not ask to {verb_of(tool)}" if self.text else "the task has no request"
        return Refusal("deny", "request", why)

    def _read(self, sentence: Sentence) -> None:
        said = frozenset(base for token in sentence for base in bases(token.low))
        self.told, self.counts = False, [*self.counts, {}]
        found: dict[str, list[Act]] = {tool.id: acts_of(sentence, tool.intents, said) for tool in self.tools}
        back = [*putting_back(sentence, self.tools), *paying(sentence, self.tools)]
        left = left_word(sentence, self.tools, found, self.wanted)
        for tool_id, act in (*writing(sentence, self.tools), *back, *beginning(sentence, self.tools), *left):
            found[tool_id] = [act, *(it for it in found[tool_id] if it.at != act.at)]
        found |= dict(by_idiom(sentence, self.tools, found))
        strong = {place for acts in found.values() for act in acts for place in (act.at, act.key)}
        weak = self._weaken(sentence, found, strong, said)
        for tool in self.tools:
            refused = [act for act in found[tool.id] if act.mood == "refused"]
            one = all(is_of_one(sentence, act.at, about(sentence, act, frozenset())) for act in refused)
            if refused:
                self.forbidden[tool.id] = one and self.forbidden.get(tool.id, True)
        asked = {it.id: acts for it in self.tools if (acts := [x for x in found[it.id] if x.mood == "asked"])}
        asked, placed, lost = by_place(sentence, self.tools, asked, self.text)
        self.others = {it: (word, False) for it, word in lost.items()} | self.others
        starts = frozenset(act.key for acts in asked.values() for act in acts)
        self._claim(sentence, found, asked, starts)
        for tool in self.tools:
            for act in asked.get(tool.id, ()):
                given = act in placed or (tool.id, act) in back
                self._want(sentence, tool, act, asked, starts, weak=act in weak, given=given)
        open_ = [act for it, acts in asked.items() if it in self.wanted for act in acts]
        places = {place for act in open_ for place in range(act.at, act.end + 1)}
        own = {it: [x for x in acts if x not in weak] for it, acts in asked.items() if it in self.wanted}
        opened = [(tool, near_nouns(tool), own.get(tool.id, [])) for tool in self.tools if tool.id in own]
        self.taken |= taken(sentence, (act for acts in own.values() for act in acts))
        self.loose_ends += [one for one in asking(sentence) if not accounted(one, opened, self.nouns)]
        self._by_value(sentence, frozenset(starts))
        self._unclear(sentence, frozenset(places | starts))
        self.delegated = self.delegated or delegates(sentence)
        self.seeks = (seeking := seeks(sentence)) or self.seeks
        spans = [sentence[at:end] for at, end in opens_unclear(sentence, frozenset(places | starts))]
        if places:
            self.rest.extend(spans if self.told else [sentence])
            self.vague.extend([] if self.told else [sentence])
        elif spans or not seeking:
            self.rest.append(sentence)

    def _guess(self) -> None:
        """Find what is meant by the sentences of which no tool has the words: all together, or each alone."""
        if self.delegated or not self.rest:
            return
        units = [[sentence] for sentence in self.rest] if self.wanted else [self.rest]
        free = [tool for tool in self.tools if tool.id not in self.forbidden]
        lasting = {tool.id for tool in free if tool.effect == "irreversible"}
        asked = {plainly: self._wished(free, plainly=plainly or self.seeks) for plainly in (False, True)}
        again = repeated(self._guessed(unit, free) for unit in units)
        for unit in units:
            for tool_id, one in self._guessed(unit, free).items():
                if tool_id in self.wanted or tool_id in self.guesses or said_of_others(one, self.taken):
                    continue
                if self.wanted and max(one.signs, again[tool_id]) < SURE and unit[0] not in self.vague:
                    if one.acts and (self.loose or tool_id in asked[False]):
                        self.unclear.setdefault(tool_id, one.word)
                    continue
                wish = asked[tool_id in lasting - self.ordered].get(tool_id)
                if wish is None or not (wish.acts and wish.meant and one.meant):  # it may want nothing done
                    self.unclear.setdefault(tool_id, one.word)
                    continue
                self.guesses[tool_id] = one
                how = [count(sentence, Act("asked", 0, 0, 0), frozenset()) for sentence in unit]
                most = None if any(one.most is None for one in how) else max(one.most or 1 for one in how)
                self.meant[tool_id] = _Wanted(most, sure=False)

    def _answer(self) -> None:
        """Take what somebody is to be told for an answer to what they wrote, which goes to nobody else."""
        for tool, most in answering(self.text, self.tools, {it: one.most for it, one in self.wanted.items()}):
            if tool.id not in self.wanted and tool.id not in self.forbidden:
                self.guesses[tool.id] = Guess(SURE, tool.intents[0], spoken=True, acts=True)
                self.meant[tool.id] = _Wanted(most, sure=False)

    def _name_alone(self) -> None:
        """Take a request that leaves the verb away for an order, a payment or a change."""
        for one in brought_about(self.text, self.tools, self.values):
            self._suppose(one.tool.id, one.word, None, spoken=True)
            if one.plainly and one.tool.id not in self.forbidden:
                self.wanted.setdefault(one.tool.id, _Wanted(None, sure=False))
        for tool, word, several in brief(self.text, self.tools):
            others = [it for it in self.guesses if it != tool.id and it.startswith(f"{tool.server}/")]
            self.unclear |= {it: self.guesses.pop(it).word for it in others}  # its form says which is meant
            self._suppose(tool.id, word, None if several else 1, spoken=True)
        for tool, word, most, spoken in supposed(self.text, self.tools):
            self._suppose(tool.id, word, most, spoken=spoken)
        if not (self.wanted or self.seeks):
            for tool, word, several in alone(self.text, self.tools, self.values):
                self._suppose(tool.id, word, None if several else 1)

    def _by_idiom(self) -> None:
        """Take a state that it gives by an idiom for an act that gives it: `the toner is fine`."""
        for tool_id, state in opened(self.text, self.values).items():
            self._suppose(tool_id, state, None)

    def _suppose(self, tool_id: str, word: str, most: int | None, *, spoken: bool = False) -> None:
        if tool_id not in self.wanted.keys() | self.guesses.keys() | self.forbidden.keys():
            self.guesses[tool_id] = Guess(0, word, spoken=spoken, acts=True)
            self.meant[tool_id] = _Wanted(most, sure=False)

    def _account(self) -> None:
        """Find what may be meant by the clauses that nothing accounts for."""
        near = tuple(token for sentence in self.text for token in sentence)
        self.left = dict(of_one_name(self.text, self.tools, self.wanted))
        listed = {it.id: {word for word, ids in self.values.items() if it.id in ids} for it in self.tools}
        for tool in self.tools:
            for clause in self.loose_ends:
                if word := may_mean(clause, tool, near_nouns(tool) | listed[tool.id], near):
                    self.left.setdefault(tool.id, f"{word!r} in {clause.text!r}")

    def _wished(self, tools: Sequence[ToolRow], *, plainly: bool) -> dict[str, Guess]:
        """Return the tools that the sentences seem to mean that want something done."""
        wish = [sentence for sentence in self.rest if wants(sentence, plainly=plainly)]
        return self._guessed(wish, tools) if wish else {}

    def _guessed(self, said: Sequence[Sentence], tools: Sequence[ToolRow]) -> dict[str, Guess]:
        """Return the tools that sentences may mean, looked for once: ``tools`` are the same each time."""
        if (key := tuple(map(tuple, said))) not in self.guessed:
            self.guessed[key] = guess(said, tools, self.values, own_nouns, frozenset(self.others))
        return self.guessed[key]

    def _weaken(
        self, sentence: Sentence, found: dict[str, list[Act]], taken: set[int], said: frozenset[str]
    ) -> list[Act]:
        """Add the acts of words as good as those that are listed, where nobody lists the request's own."""
        added: list[Act] = []
        listed = {tool_id: tuple(acts) for tool_id, acts in found.items()}
        for tool in self.tools:
            acts = acts_of(sentence, close_words(tool.intents, dated=is_dated(tool)), said)
            weak = [
                act
                for act in acts
                if not {act.at, act.key} & taken or self._owns(sentence, tool, act, listed, frozenset(taken))
            ]
            found[tool.id] += weak
            added += weak
        return added

    def _owns(
        self,
        sentence: Sentence,
        tool: ToolRow,
        act: Act,
        found: Mapping[str, Sequence[Act]],
        starts: frozenset[int],
    ) -> bool:
        """Return whether an act is on this tool's thing, though another tool lists its word."""
        if any(act.at <= it.at <= act.end for it in found.get(tool.id, ())):
            return False
        head = tuple(direct(about(sentence, act, starts)))
        back = stands_back([token.low for token in head if token.kind == "word"])  # `bin the other`
        said = self.nouns if back else said_in(head)
        here = {act.at, act.key}
        listing = [it for it in self.tools if any(here & {own.at, own.key} for own in found.get(it.id, ()))]
        return bool(near_nouns(tool) & said) and not any(near_nouns(it) & said for it in listing)

    def _rivals(self, act: Act, asked: Mapping[str, Sequence[Act]]) -> list[ToolRow]:
        """Return the tools that an act may be meant of, by the words that say it."""
        return [t for t in self.tools if any(x.key == act.key or x.at == act.at for x in asked.get(t.id, ()))]

    def _want(
        self,
        sentence: Sentence,
        tool: ToolRow,
        act: Act,
        asked: Mapping[str, Sequence[Act]],
        starts: frozenset[int],
        *,
        weak: bool,
        given: bool,
    ) -> None:
        phrase = about(sentence, act, starts)
        rivals = sent_by(self._rivals(act, asked), sentence, act, phrase)
        named = is_somebody(head := direct(phrase)) and "send" not in bases(sentence[act.at].low)
        said = heard(self.text, sentence, act, (head, phrase), starts, self.nouns, (tool, rivals))
        once = act.at == act.end and sum(it.key == act.key for it in asked[tool.id]) == 1
        light = once and bool(set(bases(sentence[act.at].low)) & LIGHT)  # not `make a reservation`
        light = light or leads_to(sentence, act, near_nouns(tool))
        lets = sentence[act.at].low == "let" and [it for it in rivals if lets_do(phrase, it)] == [tool]
        if (given := given or lets) or (is_time(head) and [it for it in rivals if is_dated(it)] == [tool]):
            light = False  # `take the 14th off`: it says what the tool takes
        takers = takers_of(rivals, head, phrase)
        given = given or takers == [tool] or lets_into(tool, phrase, head) or fills(tool, rivals, phrase)
        if takers == [tool] or (rivals == [tool] and hands_over(phrase, tool)):
            light = False  # `give his story to Lior`
        fits = tool in rivals and (given or fits_best(tool, rivals, said[:3] if light else said, named=named))
        if (wider := phrasal(sentence, act, asked, rivals)) and not near_nouns(tool) & said[0]:
            fits = tool.id in wider  # `set up half an hour about the loan` sets nothing of the loan
        other = fits is None and is_elsewhere(tool, sentence, act, head, self.tools, rivals)
        if other or (not given and (len(takers) == 1 or anothers(tool, sentence, act, asked, rivals))):
            fits = False
        if fits is not False and (its := changes(phrase, tool, self.tools)) is not None:
            fits = False
            self._close(sentence, its, act, starts)
        if act.key < act.at and is_thing(sentence, act) and not near_nouns(tool) & said[1]:
            self.others[tool.id] = (sentence[act.at].text, False)
            return
        tells = bool(set(tool.intents) & TELL)
        own = own_nouns(tool).difference(*(own_nouns(it) for it in rivals if it is not tool))
        means = tells and not named and bool(means_of(phrase, tool))
        if fits is False and tells and act.key == act.at and (own & said[1] or means):
            fits = None  # `tell the customer of the newest ticket`: by a mail or by a comment
        if fits is False or (fits is None and (light or (weak and not tells))):
            word = " ".join(it.text for it in sentence[act.at : act.end + 1])
            plainly = not (tells or near_nouns(tool) & self.nouns or is_out_of_more(phrase, rivals))
            plainly = plainly and fits_best(tool, rivals, said[:2], named=False) is False
            self.others[tool.id] = (word, plainly and self.others.get(tool.id, ("", True))[1])
            if fits is None and not weak:
                self.ordered.add(tool.id)
            if fits is None and not light and rivals == [tool] and is_bare(head):
                self._close(sentence, tool, act, starts)
            return
        self.told = self.told or fits is True
        new = self.wanted.setdefault(tool.id, _Wanted())
        if tool.id in (counts := self.counts[-1].setdefault(act.key, {})):
            return  # `send an email`: one act, two words
        how = each_way(count(sentence, act, starts), tool, self.text)
        counts[tool.id] = how.most
        new.most = None if new.most is None or how.most is None else new.most + how.most
        new.sure = new.sure and how.sure and new.most == 1

    def _close(self, sentence: Sentence, tool: ToolRow, act: Act, starts: frozenset[int]) -> None:
        if tool.effect == "write":
            word = sentence[act.at].text
            self.others.setdefault(tool.id, (word, False))
            self.close.setdefault(tool.id, word)
            self.meant[tool.id] = _Wanted(count(sentence, act, starts).most, sure=False)

    def _claim(
        self,
        sentence: Sentence,
        found: Mapping[str, Sequence[Act]],
        asked: dict[str, list[Act]],
        starts: frozenset[int],
    ) -> None:
        """Add the tools whose own listed noun an act is about, where no tool that lists its verb is.

        The author of `set_card_limit` lists `limit`, the request says `raise the limit of my card`.
        """
        acts = {act.key: act for own in asked.values() for act in own if act.key == act.at}
        for act in acts.values():
            said = said_in(tuple(about(sentence, act, starts)))
            rivals = [tool for tool in self.tools if act.at in {it.at for it in asked.get(tool.id, ())}]
            if speaks_of(rivals, said):
                continue
            for tool in self.tools:
                own = {word for intent in tool.intents for word in intent.split()}
                named = bool((own_nouns(tool) & own | near_nouns(tool)) & said)
                later = [it.at for it in found[tool.id] if it.mood == "not" and it.at > act.end]
                noun = named and any(is_head(sentence, i) and not is_source(sentence, act, i) for i in later)
                if noun and tool.id not in asked and not unmakes(sentence, act, tool):
                    asked[tool.id] = [act]

    def _by_value(self, sentence: Sentence, starts: frozenset[int]) -> None:
        """Open the tools that are asked for by a word that one of their arguments may be."""
        for tool_id, at in by_value(sentence, self.values, self.tools).items():
            if tool_id not in self.wanted:
                how = count(sentence, Act("asked", 0, 0, 0), starts - {0})
                self.wanted[tool_id] = _Wanted(how.most, sure=False)
                self.others.pop(tool_id, None)
                self.unclear.pop(tool_id, None)
                low = [token.low for token in sentence]
                taken = {low[at], code_at(low, at)[0]}
                self.values = {word: ids for word, ids in self.values.items() if word not in taken}

    def _unclear(self, sentence: Sentence, known: frozenset[int]) -> None:
        for at, end in opens_unclear(sentence, known):
            self.loose = True
            self.strange = self.strange or order_word(sentence, at, end)
            words = frozenset(singular(it.low) for it in sentence[at:end] if it.kind == "word")
            for tool in self.tools:
                own = {word for intent in tool.intents for word in intent.split()}
                own |= {singular(word) for word in re.findall(r"[a-z]+", tool.server)} | own_nouns(tool)
                if own & kin(words):
                    self.unclear.setdefault(tool.id, order_word(sentence, at, end))
