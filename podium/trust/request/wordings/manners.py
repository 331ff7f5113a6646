"""Ways in which people ask for acts without an author's own words: `take it off the list`, `wake them up`.

General English, by kind of act. A way by itself opens nothing: it is one sign among others of what a request
means (`podium.trust.request.guesses`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import (
    DETERMINERS,
    MODALS,
    NOT_PLURAL,
    PREPOSITIONS,
    READING,
    SYNONYMS,
    TO_USER,
    word_set,
)
from podium.trust.english.wordnet import NEAR, is_noun, is_verb, nearness
from podium.trust.english.words import bases
from podium.trust.request.asking import Sentence, negated, tells
from podium.trust.request.nouns import qualifies

_WAYS: Final = """
delete, remove, erase, discard, trash, clear, purge, kick:
  bin, ditch, scrap, toss, dump, junk, wipe, chuck, strike, expunge, eliminate, evict, expel, eject,
  drop, detach, uninstall, weed out, clean up, clear out, cross off, cross out, take off, take out, take
  down, throw out, throw away, kick out, get rid, do away with, can go, must go, has to go, needs to go,
  come off, no longer, any longer
cancel, call off, end, stop, terminate, revoke, withdraw:
  scrap, scratch, scrub, abort, drop, quit, annul, discontinue, withdraw, clear, strike, free up, take
  off, take out, cross off, are off, is off, can go, must go, has to go, needs to go, come off, fall
  through, can not make, not happen, not take place, do without
send, forward, share, mail, email, issue, dispatch, deliver, distribute:
  circulate, distribute, relay, deliver, supply, broadcast, pass on, pass along, pass round, hand on,
  fire off, send out, send round, get out, get over, get to, want to see, should get, should receive,
  shall receive, must get, must receive, has to get, needs to get, should have, has to reach, should
  reach, let have, treat to
reply, answer, respond, comment:
  get back to, write back, come back to, go back to, respond, react, need an answer, want an answer, say
  on, say in, say thanks, say thank, say no, say yes, say sorry, say sure, confirm to, thank,
  accept offer, accept quote, accept proposal, accept invitation, decline offer, decline quote, decline
  proposal, decline invitation, turn down offer, turn down quote, turn down proposal, turn down invitation
tell, notify, inform, message, text, mail, email, write, send, contact, page, alert, comment:
  let know, should know, must know, need to know, should hear, must hear, drop line, drop note, ping,
  brief, give heads, reach out, give shout, warn, get hold, say thanks, say thank, say no, say yes, say sorry,
  say sure, confirm to, learn of, learn about, hear of, hear about, find out, made aware
create, schedule, book, set up, add, arrange, plan, make, reserve, invite, issue, write:
  squeeze in, fit in, slot in, get in, put in, pencil in, enter, block, get together, would like, give
  an, need a, need an, want a, go in, go into, host, organise, organize, prepare, draw up, put together
order, buy, purchase, book, reserve, hire, rent, call, send for:
  purchase, acquire, grab, pick up, need a, want a, will take, get a, get the, get us, get me, get in,
  have come, should come, bring in, call in, fetch
pay, transfer, wire, settle, refund, reimburse, pay back:
  remit, compensate, square, cover, settle up, pay back, give back, send back, return, get back, is due,
  is owed, should get, should receive, shall receive, get from, want back, money back, same amount, have back
pay, wire, settle, reimburse, pay back:
  transfer, arrange transfer, make transfer
send, give back:
  pay back, give back, send back, return, get back, want back, money back, have back
share, invite, grant, give access:
  let see, let read, let edit, let view, let comment, should see, should be able, give access, grant access,
  need access, read access, write access, may have look, may see, may read, may view, need able, need to see,
  need to read, open up to
invite, add, let in, admit:
  let in, let join, get into, put on, include, is joining, come along, want to join, bring on board,
  onboard, admit
revoke, unshare, lock out, shut out, take away:
  shut out, lock out, keep out, cut off, lose access, no more access, no access any,
  sure can not, sure no longer, sure not any
move, reschedule, postpone, change, shift:
  push, push back, put back, put off, bring forward, rebook, delay, defer, shift, give instead, need to
  go to, has to go to, must go to, should be on, move on, go to, move to, advance
move, reschedule, postpone, shift, rearrange:
  instead, rather than, later, earlier, sooner
end, stop, terminate:
  can finish, can lapse, can expire, may finish, may lapse, may expire, run out
update, change, set, edit, correct, adjust, modify, enter, upgrade, raise, lower, increase, move:
  adapt, correct, adjust, amend, bump, raise, lower, flip, upgrade, downgrade, promote, register, enter,
  record, convert, migrate, reopen, deserve, put up, put down, switch over, should be, shall be, must
  be, has a new, make a, a raise, earn, open again, back to, belong to, can go to
approve, accept, confirm, allow:
  grant, permit, wave through,
  ok, okay, greenlight, clear, yes to, sign off, green light, is fine, go ahead, can have, may have, can take,
  let have
reject, decline, refuse, deny:
  refuse, deny, turn down, knock back, no to, say no, can not have, can not be, can not take
close, resolve, solve, complete, finish:
  finish, settle, sort, wrap up, is done, is over, can be closed, put to bed
rename, retitle, name:
  be called, call it, give name, title
lend, hand out, give, check out:
  borrow, loan, hand, take the, take out, hand over, let have
assign, give, hand, reassign, pass, allocate:
  take over, should take, should have, should get, should do, let take,
  hand over, hand to, pass to, put on, take on, look after, has to
  look, goes to, all go to
page, alert, call, wake:
  wake, wake up, out of bed, ring, phone, summon, get up, get hold
roll back, revert, undo, restore:
  back out, take back, go back, put back, restore, reset, reverse
merge:
  land, integrate, combine, squash, to merge, bring in, pull in
deploy, release, ship, publish, promote, push:
  ship, roll out, go live, go to production, go out, push, launch, put live, put online
publish, post, announce:
  put online, put up, go online, make public, put out, get the message
write, add, append, note, log, record, put, enter:
  jot down, get down, put down, put into, put in, take down, leave a note, leave a comment, enter
file, move, archive, sort:
  sort, tidy, put away, put into, put in, belong into, store
freeze, block, lock, suspend, disable:
  bar, deactivate, shut down, shut off
return, send back:
  bring back, take back, go back, give back, not fit, want to return
review, rate, write:
  rate, give stars
save, store, add, create:
  keep, remember, put down
"""
WAYS: Final = tuple(
    (frozenset(acts.split(", ")), tuple(" ".join(way.split()) for way in ways.split(",")))
    for acts, ways in re.findall(r"^(\S.*):\n((?:  .*\n)+)", _WAYS, re.MULTILINE)
)
"""Words that an author lists, and ways in which people say the same."""


@lru_cache(maxsize=4096)
def close_words(intents: tuple[str, ...], *, dated: bool) -> tuple[str, ...]:
    """Return the words that are as good as those that are listed. ``dated``: it may change a date too."""
    own = {word.casefold() for word in intents}
    groups = {group for group in SYNONYMS if (group - {"write"}) & own}
    if dated and any("update" in group for group in groups):
        groups |= {group for group in SYNONYMS if "reschedule" in group}
    return tuple(sorted(set().union(*groups) - own))


LISTED: Final = frozenset(word for group in SYNONYMS for word in group) | {
    way for _, ways in WAYS for way in ways
}
"""Words of which it is known for what acts they ask: WordNet is not asked about them."""


@lru_cache(maxsize=1024)
def ways_of(intents: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the ways to ask for what an author's words ask for, each as its words in order."""
    own = {intent.casefold() for intent in intents}
    found = {way: tuple(way.split()) for acts, ways in WAYS if acts & own for way in ways}
    return tuple(found.values())


@lru_cache(maxsize=1024)
def _phrases(intents: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return an author's words that are several, each as its words in order: `go live`."""
    return tuple(tuple(intent.casefold().split()) for intent in intents if " " in intent)


def manner(sentence: Sentence, intents: tuple[str, ...]) -> tuple[int, frozenset[str]]:
    """Return how plainly a sentence asks for what an author's words ask for, and its words that do.

    Most plainly by an author's own word, in whatever form, then by a close one, then by one that is near by
    WordNet or by a way in which people say it.
    """
    best, told = 0, frozenset[str]()
    for at, token in enumerate(sentence):
        if token.kind != "word" or _noun(sentence, at) or (at and token.text[:1].isupper()):
            continue
        if _let(sentence, at) or _to_user(sentence, at) or _asked_of(sentence, at):
            continue
        for verb, words in _verbs(sentence, at):
            signs = _likeness(verb, intents)
            if signs > best and not (negated(sentence, at) or any(tells(sentence, i) for i in range(at))):
                best, told = signs, words
    if best < _OWN and (own := said_so(sentence, _phrases(intents))) is not None:
        return _OWN, own
    way = said_so(sentence, ways_of(intents)) if best < _WAY else None
    return (_WAY, way) if way is not None else (best, told)


def _let(sentence: Sentence, at: int) -> bool:
    """Return whether a verb is what somebody else is let do: `let Mia edit it`; a thing is let end."""
    low = [token.low for token in sentence[max(0, at - 5) : at]]
    if "let" not in low[:-1]:
        return False
    whom = low[low.index("let") + 1]
    return whom not in {"me", "us", "it", "them"} and not (whom in _THINGS and _ceases(sentence, at))


def _ceases(sentence: Sentence, at: int) -> bool:
    """Return whether a verb says of a thing that it ends or begins: `let the lease end in May`."""
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    bare = after is None or after.kind != "word" or after.low in PREPOSITIONS | _WHEN
    return sentence[at].low in _CEASING and bare


def ends_itself(sentence: Sentence, ways: frozenset[str]) -> bool:
    """Return whether it is a gathering that is said to end or begin: `the dinner must end at ten`.

    ``ways``: the words that ask. Then an act on that one may be meant, and on no other thing.
    """
    for at, token in enumerate(sentence):
        if at < 2 or token.low not in _CEASING & ways or not _ceases(sentence, at):
            continue
        low = [it.low for it in sentence[:at]]
        start = next((i + 1 for i in range(at - 1, -1, -1) if low[i] in _STOPS), 0)
        whose = next((i for i in range(start, at) if low[i] in PREPOSITIONS | MODALS | _HAVING_TO), at)
        needed = low[-1] in MODALS or (low[-1] == "to" and low[-2] in _HAVING_TO)
        if needed and whose > start and low[whose - 1] in _GATHERINGS:
            return True
    return False


def _to_user(sentence: Sentence, at: int) -> bool:
    """Return whether a verb wants an answer of whoever is asked: `inform me of it`."""
    return sentence[at].low in TO_USER and at + 1 < len(sentence) and sentence[at + 1].low in {"me", "us"}


def _verbs(sentence: Sentence, at: int) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the verbs that may stand at a place, with the words they are made of: `throw it out`, `throw`."""
    low = sentence[at].low
    forms = list(bases(low)) if low not in NOT_PLURAL else [low]
    for base in forms:
        for end in range(at + 1, min(at + _APART, len(sentence))):
            if sentence[end].low in _PARTICLES and is_verb(verb := f"{base} {sentence[end].low}"):
                yield verb, frozenset((low, sentence[end].low))
                return
            if sentence[end].low in _STOPS:
                break
    for base in forms:
        if base not in _LIGHT:
            yield base, frozenset((low,))


@lru_cache(maxsize=8192)
def _likeness(verb: str, intents: tuple[str, ...]) -> int:
    """Return how much a verb says what an author's words say."""
    own, close = {intent.casefold() for intent in intents}, close_words(intents, dated=False)
    if verb in own:
        return _OWN
    if verb in close:
        return _CLOSE
    if verb in READING or verb in LISTED or verb.startswith(_OF_ITSELF):
        return 0
    near = max((nearness(verb, one) for one in own if one not in _LIGHT), default=0.0)
    return _WAY if near >= NEAR else 0


def said_so(sentence: Sentence, ways: Iterable[Sequence[str]]) -> frozenset[str] | None:
    """Return the words of one of the ways that a sentence has, in order and near each other, or None."""
    forms = [frozenset(bases(token.low)) if token.kind == "word" else frozenset() for token in sentence]
    there = frozenset().union(*forms) if forms else frozenset[str]()
    for way in ways:
        if not there.issuperset(_known(way)):
            continue
        for at, options in enumerate(forms):
            if (
                way[0] not in options
                or not _follows(forms, at, way)
                or (len(way) == 1 and _noun(sentence, at))
                or (way[0] == "let" and _lets_user(sentence, at))
                or (way[0] == "have" and at and sentence[at - 1].low in {"me", "us"})
                or _asked_of(sentence, at)
                or _is_why(sentence, at)
            ):
                continue
            if not (negated(sentence, at) or any(tells(sentence, i) for i in range(at))):
                return frozenset(way)
    return None


def _asked_of(sentence: Sentence, at: int) -> bool:
    """Return whether what stands here is what somebody else is asked to do: `ask Ruben to let her in`."""
    low = [token.low for token in sentence[:at]]
    return any(
        word in _ASKING and "to" in low[i + 2 :] and low[i + 1] != "you" for i, word in enumerate(low[:-1])
    )


def _is_why(sentence: Sentence, at: int) -> bool:
    """Return whether what stands here says till when or why: `refuel it before the deposit is due`."""
    start = next((i + 1 for i in range(at - 1, -1, -1) if sentence[i].low in {",", ";", ":"}), 0)
    return not _WHY.isdisjoint(token.low for token in sentence[start + 1 : at])


def _lets_user(sentence: Sentence, at: int) -> bool:
    """Return whether it is the user who is let do something: `let me have the list`, `let's have lunch`."""
    after = sentence[at + 1].low if at + 1 < len(sentence) else ""
    return sentence[at].low.endswith("s") or after in {"me", "us", "'s"}


def _noun(sentence: Sentence, at: int) -> bool:
    """Return whether a word stands where a noun does: `the notes`, `of interest`."""
    before = sentence[at - 1].low if at else ""
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    kind = at > 0 and qualifies(sentence[at - 1], after)
    ends = after is not None and (after.low in MODALS or after.low in {"is", "are", "was", "has"})
    named = at > 1 and ends and sentence[at - 2].low in DETERMINERS and is_noun(before)
    return kind or named or before in DETERMINERS or before in PREPOSITIONS or before.endswith("'s")


@lru_cache(maxsize=2048)
def _known(way: tuple[str, ...]) -> frozenset[str]:
    return frozenset(way)


def _goes_to(forms: Sequence[frozenset[str]], at: int, *, need: bool) -> bool:
    """Return whether a word is of going somewhere: `that card can go to done` is not rid of it.

    ``need``: it has to go, which says so only where nothing tells where, with whom or how.
    """
    after = forms[at + 1] if "go" in forms[at] and at + 1 < len(forms) else frozenset[str]()
    return "to" in after or (need and "go" in forms[at] and bool(after) and after.isdisjoint(_AS_WELL))


def _follows(forms: Sequence[frozenset[str]], at: int, way: Sequence[str]) -> bool:
    place, need = at, way[0] in _NEEDS
    for part in way[1:]:
        near = range(place + 1, min(place + 9, len(forms)))
        hit = next(
            (i for i in near if part in forms[i] and not (part == way[-1] and _goes_to(forms, i, need=need))),
            None,
        )
        if hit is None or ("not" not in way and any("not" in forms[i] for i in range(place, hit))):
            return False
        place = hit
    return True


_NEEDS: Final = word_set("must has needs")
_AS_WELL: Final = word_set("too as also please and but so then entirely completely")
_OF_ITSELF: Final = ("come ", "go ")
"""What a thing does by itself: `it should come out on the 1st` wants nothing ended."""
_WHY: Final = word_set("before until because since")
_ASKING: Final = word_set("ask tell remind urge instruct request asking telling reminding")
_THINGS: Final = word_set("the this that my our these those your")
_CEASING: Final = word_set("end stop expire lapse finish cease close start begin run resume")
_HAVING_TO: Final = word_set("has have needs need ought got")
_GATHERINGS: Final = word_set(
    "dinner lunch breakfast supper meal party reception wedding ceremony meeting call talk chat class lesson "
    "course session rehearsal concert show match game tour visit stay interview appointment event shift walk"
)
"""What takes a time, and is over by itself."""
_WHEN: Final = word_set("when once after before then and but now today tomorrow as")
_OWN, _CLOSE, _WAY = 5, 4, 3
"""Signs of a manner of asking."""
_APART = 6
"""Words within which a verb's particle stands."""
_PARTICLES = word_set("up off out away back down in on over through around along forward together aside")
_STOPS = word_set(". ; : , ! ? and but or then because if when")
_LIGHT: Final = word_set(
    "give make take get do have let go put come set keep bring hold call be need want see use"
)
"""Verbs that say too much to say anything."""
