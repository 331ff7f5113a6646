"""What a request asks for: where a word of it is the act that is wanted, and how often.

A word asks where it stands as an order (`send Bob a mail`, `and then book it`, `could you pay`), as what the
user wants (`I want to cancel`, `it should be moved`), or as the noun of such an act (`make a transfer`). It
asks for nothing where it is negated, quoted, part of what is to be said, somebody else's act, a question, the
past, or the noun of a thing (`the mail from Bob`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from podium.trust.english.lacking import NOT_LACKING, lacking
from podium.trust.english.lexicon import (
    ADVERBS,
    ASSURING,
    CONTENT,
    DETERMINERS,
    DOING,
    INDEFINITE,
    JOINTS,
    KEPT,
    MAKING,
    MODALS,
    NEGATIONS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    REACHING,
    READING,
    SAYING,
    SUBJECTS,
    TELLING,
    THINGS,
    TO_USER,
    WH,
    word_set,
)
from podium.trust.english.vocabulary import RELATIVE
from podium.trust.english.words import Form, Token, bases, form_of, is_deed
from podium.trust.request.enquiring import (
    asks_of_other,
    colours,
    describes,
    is_left_to_user,
    is_question,
    left_to_do,
    looks,
)
from podium.trust.request.intents import form_in, hyphened, parts_of
from podium.trust.request.nouns import qualifies
from podium.trust.request.refusing import refuses_all
from podium.trust.request.reporting import follows_report, is_read, without_then

Mood = Literal["asked", "refused", "not"]
"""``refused``: the request says that it must not be done."""
Sentence = Sequence[Token]


@dataclass(frozen=True, slots=True)
class Act:
    """A place of a sentence where a word stands that may ask. ``key`` is the verb that governs it."""

    mood: Mood
    at: int
    end: int
    key: int


def find_acts(sentence: Sentence, intent: str) -> list[Act]:
    """Return where an intent's words stand together in a sentence, and whether they ask."""
    parts = parts_of(intent)
    found: list[Act] = []
    for at, token in ((at, token) for at, token in enumerate(sentence) if token.kind == "word"):
        if (joined := hyphened(token.low, parts)) is not None:
            act = _act(sentence, at, at, joined, deed=True)
            found.append(act if act.mood != "not" else _act(sentence, at, at, joined, deed=False))
            continue
        form = form_of(token.low, parts[0])
        if form is None:
            continue
        if (end := _reach(sentence, at, parts)) is None:
            continue
        found.append(_act(sentence, at, end, form, deed=is_deed(token.low, parts[0])))
    return found


def acts_of(sentence: Sentence, intents: Iterable[str], said: frozenset[str]) -> list[Act]:
    """Return where intents stand in a sentence. ``said``: what its words may be forms of."""
    found: dict[tuple[int, int], Act] = {}
    for intent in (it for it in intents if not said.isdisjoint(((own := parts_of(it))[0], "-".join(own)))):
        for act in find_acts(sentence, intent):
            found.setdefault((act.at, act.end), act)
    return sorted(found.values(), key=lambda act: act.at)


# -- one place


def _reach(sentence: Sentence, at: int, parts: tuple[str, ...]) -> int | None:
    """Return where the last word of an intent stands: `set the meeting up` is `set up`."""
    end = at
    for place, part in enumerate(parts[1:], 1):
        far = 17 if parts[0] == "let" else 11  # whoever is let know may be long
        near = range(end + 1, min(end + far, len(sentence)))
        hit = next((i for i in near if form_in(sentence[i].low, parts, place)), None)
        stops = {".", ";", ":"} if hit is None or part == "know" or hit < end + 7 else _BREAKS
        if hit is None or any(sentence[i].low in stops for i in range(end + 1, hit)):
            return None
        end = hit
    return end


_BREAKS: Final = JOINTS | word_set(". ; : , when if because")
"""What does not stand in one long object: *put the main points of the bulletin up*."""


def _act(sentence: Sentence, at: int, end: int, form: Form, *, deed: bool) -> Act:
    if _within_content(sentence, at):
        return Act("not", at, end, at)
    if end > at and sentence[at].low in {"go", "come"} and tuple(it.low for it in sentence[:at]) in _MAY_IT:
        return Act("asked", at, end, at)  # `can that go up on the page?`
    if (missing := lacking(sentence, at)) != NOT_LACKING:
        return Act("asked" if missing >= 0 else "not", at, end, at)
    if form == "ed" and _never_did(sentence, at):
        return Act("not", at, end, at)
    if negated(sentence, at) or (form == "base" and refuses_all(sentence, end + 1)):
        return Act("refused", at, end, at)
    governor = _governor(sentence, at, form, deed=deed)
    if governor is not None:
        return Act("asked" if governor >= 0 else "not", at, end, max(governor, 0))
    asked = orders(sentence, at, form, end)
    return Act("asked" if asked else "not", at, end, at)


def _lead(sentence: Sentence, at: int) -> list[Token]:
    """Return the tokens between the last joint and a place, without what only colours them."""
    start = at
    while start > 0 and not (sentence[start - 1].low in JOINTS and not _inside_list(sentence, start - 1)):
        start -= 1
    return [token for token in sentence[start:at] if token.low not in ADVERBS]


def _inside_list(sentence: Sentence, joint: int) -> bool:
    """Return whether a joint only joins names: `Anna and Bob`."""
    if sentence[joint].low not in {"and", "or", "&", ","} or joint + 1 >= len(sentence):
        return False
    before, after = sentence[joint - 1] if joint else None, sentence[joint + 1]
    return (
        before is not None
        and (before.kind in ("value", "quote", "number") or before.text[:1].isupper())
        and (after.kind in ("value", "quote", "number") or after.text[:1].isupper())
    )


def begins(sentence: Sentence, at: int) -> bool:
    """Return whether an order may begin here: at the start, or behind a joint."""
    return not _lead(sentence, at)


def _never_did(sentence: Sentence, at: int) -> bool:
    """Return whether a past form tells what somebody never did: `she never told us which`."""
    if at < 2 or sentence[at - 1].low != "never":
        return False
    who = sentence[at - 2]
    if who.low in {"has", "had", "have"}:
        return not MODALS & {token.low for token in sentence[:at]}
    return who.kind != "mark" and who.low not in ADVERBS | JOINTS | MODALS | _BE


def negated(sentence: Sentence, at: int) -> bool:
    """Return whether the request says that what stands here must not be done."""
    words = [token.low for token in sentence]
    start = at
    while start > 0 and words[start - 1] not in {",", ";", ":", "but", "then", "and", "(", ")", "—", "–"}:
        start -= 1
    if _negation(words, start, at):
        return True
    if start > 0 and words[start - 1] == "," and "or" in words[at + 1 :]:  # `do not reply, forward or delete`
        before = start - 1
        while before > 0 and words[before - 1] not in {";", ":", "but", "then", "and"}:
            before -= 1
        return _negation(words, before, at)
    return False


def _negation(words: Sequence[str], start: int, at: int) -> bool:
    for i in range(start, at):
        word = words[i]
        if word == "no" and words[i + 1 : i + 2] in (["need"], ["reason"]):
            return True
        if word not in NEGATIONS:
            continue
        after = words[i + 1 : at]
        if after[:2] in (["forget", "to"], ["hesitate", "to"]) or after[:1] in (
            ["only"],
            ["you"],
            ["we"],
            ["fail"],
        ):
            continue  # `do not forget to`, `why do not you`
        if word == "not" and i and words[i - 1] in {"if", "why"}:
            continue
        if word == "instead" and after[:1] != ["of"]:
            continue
        if word == "rather" and after[:1] != ["than"]:
            continue
        if word == "unless":
            return False
        if (
            word == "not"
            and words[max(0, i - 2) : i][:1]
            and words[i - 1] in {"has", "have", "had", "is", "are", "was", "were", "did", "does"}
        ):
            continue  # `bills that are not paid`: a state, no order
        if word == "stop" and i > start:
            continue
        return True
    return False


def tells(sentence: Sentence, at: int) -> bool:
    """Return whether what follows this place is what is to be said, rather than an order."""
    token = sentence[at]
    if token.low not in SAYING and token.low not in {":", "that", "asking"}:
        return False
    before = {base for other in sentence[:at] for base in bases(other.low)}
    if token.low == ":":
        low = [t.low for t in sentence[:at]]
        listed = bool({"following", "steps", "tasks", "things"}.intersection(low))
        return bool(before & CONTENT) and not (listed or is_read(low))
    if token.low in SAYING and at > 0 and token.low not in {"say", "says", "reads", "reading", "asking"}:
        return bool(before & (CONTENT | {"create", "make", "add", "write"}))
    if token.low in {"say", "says", "reads", "asking"}:
        return bool(before & CONTENT) and sentence[at - 1].low != "to"
    if token.low == "that" and at > 0:
        verbs = before & (CONTENT | ASSURING)
        return bool(verbs) and sentence[at - 1].low not in PREPOSITIONS | {"sure", "and", ","}
    return False


def _within_content(sentence: Sentence, at: int) -> bool:
    """Return whether a place belongs to what is to be said."""
    start = next((i for i in range(at) if tells(sentence, i)), None)
    if start is None:
        return False
    # `tell Bob that I am late, and book a taxi`: an order of its own goes on behind the joint.
    if sentence[start].low == ":" or at <= start + 2 or not begins(sentence, at):
        return True
    return sentence[at - 1].low not in {"and", "then", ";"} and not follows_report(sentence, start, at)


def _governor(sentence: Sentence, at: int, form: Form, *, deed: bool) -> int | None:
    """Return the verb that makes a noun an act, -1 for a noun that is none, None where it is no noun."""
    lead = without_then(_lead(sentence, at), sentence[at:])
    noun = _noun(sentence, at, lead, form, deed=deed)
    if noun is None:
        return None
    determiner = noun
    offset = at - 1
    while offset >= 0 and sentence[offset].low not in {";", ":"}:
        token = sentence[offset]
        verbs = set(bases(token.low)) & MAKING if token.kind == "word" else set()
        if verbs and offset < at - (0 if not determiner else 1):
            verb = next(iter(sorted(verbs)))
            definite = determiner not in INDEFINITE and determiner != ""
            if definite and verb not in DOING:
                return -1
            form_there = form_of(token.low, verb) or "base"
            if determiner == "" and colours(sentence, offset):
                return -1
            if negated(sentence, offset) or not _wants(sentence, offset, form_there):
                return -1
            between = [it.low for it in sentence[offset + 1 : at]]
            if set(between) & (PREPOSITIONS - {"of", "for", "as"} | WH | NEGATIONS | {"that", "to"}) - {
                determiner
            }:
                return -1
            return offset if _heads(sentence, at) else -1
        offset -= 1
    return -1


def is_head(sentence: Sentence, at: int) -> bool:
    """Return whether a word stands as a noun for the thing itself, behind an article or a preposition."""
    before = sentence[at - 1].low if at else ""
    return before in DETERMINERS | PREPOSITIONS and _heads(sentence, at)


def _heads(sentence: Sentence, at: int) -> bool:
    """Return whether a noun is the thing itself: `a transfer`, not `a transfer summary`."""
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    if after is None or after.kind != "word" or after.text[:1].isupper():
        return True
    return (
        after.low in PREPOSITIONS | JOINTS | DETERMINERS | ADVERBS | OBJECTS | SAYING
        or after.low in {"to", "that", "which", "who", "email", "message", "mail", "back", "out"}
        or set(bases(after.low)).isdisjoint({after.low})
    )


def _wants(sentence: Sentence, at: int, form: Form) -> bool:
    """Return whether a making verb is an order itself, or the user's wish: `I want a refund`."""
    token = sentence[at]
    if [it.low for it in sentence[at + 1 : at + 2]] in (["me"], ["us"]) and KEPT & {
        it.low for it in sentence[at + 2 : at + 6]
    }:
        return form == "base" and not _lead(sentence, at)  # `write me a note`
    if set(bases(token.low)) & {"want", "need", "like"}:
        subject = sentence[at - 1].low if at else ""
        return subject in {"i", "we", "would", "will", "do", "really"} and form == "base"
    return orders(sentence, at, form)


def _noun(sentence: Sentence, at: int, lead: Sequence[Token], form: Form, *, deed: bool) -> str | None:
    """Return the determiner of a noun, empty where it has none; None where the word is no noun."""
    if sentence[at].low == "saying":
        return None
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    if form in ("ed", "ing"):
        return None
    for distance, token in enumerate(reversed(lead[-4:])):
        low = token.low
        if low.endswith("'s") and token.kind == "word":
            return None if distance and form == "base" and _object_follows(after) else "'s"
        if distance == 0 and form == "base" and token.kind == "number" and _object_follows(after):
            return None  # `if it is below 18 turn the heating up`
        if low in NUMBERS or (token.kind == "number" and distance == 0):
            if not distance and form == "base" and after is not None and after.low in OBJECTS:
                return None  # `if it is under 150 pay it`
            return "a" if low not in NUMBERS else "two"
        if low in DETERMINERS:
            if distance and _object_follows(after) and form == "base":
                return None  # `in the inbox delete the spam`
            return low
        if low == "to":
            return None
        if low in PREPOSITIONS:
            return None if distance and _object_follows(after) else "of"
        if low in OBJECTS:
            return None
        if low in SUBJECTS | MODALS:
            return None
        if set(bases(low)) & (READING | MAKING) and low not in OBJECTS and token.kind == "word":
            if low in {"help", "let", "go", "come", "try", "want", "need"}:
                return None
            return "" if not _object_follows(after) else None
    if form == "s" or deed:
        return ""
    return None


def _object_follows(after: Token | None) -> bool:
    """Return whether what follows can only be the object of a verb."""
    return after is not None and (after.low in OBJECTS or after.low in _BEFORE_OBJECTS)


_BEFORE_OBJECTS: Final = word_set("the a an my this that these those all each every both his her their our")
_BE: Final = word_set("be is are am was were been being get gets got to not")
_HAVE_NOT: Final = ["have", "not"]
_MAY_IT: Final = frozenset(
    (may, it) for may in word_set("can could may") for it in word_set("that it this these those they")
)


def orders(sentence: Sentence, at: int, form: Form, end: int = -1) -> bool:
    """Return whether a verb is something that the user wants done. ``end``: of all words of an intent."""
    lead = without_then(_lead(sentence, at), sentence[at:])
    low = [token.low for token in lead]
    after = sentence[at + 1].low if at + 1 < len(sentence) else ""
    if sentence[at].low in TO_USER and after in {"me", "us"}:
        return False
    if sentence[at].low == "remind" and {it.low for it in sentence[at + 2 : at + 4]} & WH:
        return False  # `remind me, when was it?`
    if (
        sentence[at].low in {"write", "draft", "compose"}
        and after == "me"
        and not _mail_follows(sentence, at)
    ):
        return False  # `write me a summary`: an answer
    if end <= at and sentence[at].low == "get" and after in {"back", "rid", "in", "to", "ready", "started"}:
        return False
    if end <= at and sentence[at].low == "make" and after in {"sure", "certain"}:
        return False
    if form == "s" or describes(low) or colours(sentence, at, to_user=True) or is_left_to_user(sentence, at):
        return False
    if end <= at and looks([token.low for token in sentence[at : at + 4]]):
        return False  # `add up what they owe`
    if form == "ed":
        asks = sentence[-1].low == "?" and low[:1] == ["have"]  # `have they all paid?`
        return not asks and _passive(low or _had_done(sentence, at))
    if form == "ing":
        return bool(low) and (
            low[-1]
            in {"mind", "start", "begin", "try", "by", "consider", "help", "need", "needs", "requires"}
            or low[-2:]
            in (["how", "about"], ["what", "about"], ["help", "with"], ["me", "with"], ["begin", "by"])
        )
    if asks_of_other(sentence, at, max(end, at)):
        return False
    if not low:
        return not _noun_in_list(sentence, at)
    if len(low) == 1 and qualifies(lead[0], sentence[at + 1] if at + 1 < len(sentence) else None):
        return False
    if is_question(low) or {"that", "which", "who", "whether", "whom"} & set(_relative(low)):
        return False
    if low[-1] == "to":
        return _infinitive(low[:-1]) and not left_to_do(sentence, low[:-1], at)
    if low[-1] in {"has", "had"}:
        return False  # `she has put it there`
    if low[-1] in MODALS:
        subject = low[-2] if len(low) > 1 else ""
        return subject in {"you", "claude", "assistant"} or (
            subject in {"i", "we"} and low[-1] in {"should", "must", "shall"}
        )
    if low[-1] in {"i", "we", "you"}:
        return len(low) > 1 and low[-2] in MODALS | {"not"} and low[-2] != "should"
    if low[-1] in SUBJECTS and low[-1] != "it":
        return False
    if low[-1] == "it" and {"if", "when", "once", "before", "until", "because", "while"} & set(low):
        return len(low) > 3
    return True


def _mail_follows(sentence: Sentence, at: int) -> bool:
    return bool({"email", "mail", "message", "letter"} & {token.low for token in sentence[at + 1 : at + 6]})


def _relative(low: Sequence[str]) -> list[str]:
    """Return the words that open a clause of its own: `that` behind a name, not `after that`."""
    found: list[str] = []
    for i, word in enumerate(low[1:], start=1):
        if word == "that" and low[i - 1] in PREPOSITIONS | {"after", "before", "do", "sure", "and"}:
            continue
        if word == "that" and not RELATIVE.isdisjoint(low[i + 1 : i + 2]):  # `free that night`
            continue
        if word == "whether" and low[i + 1 : i + 2] == ["you"]:
            continue
        found.append(word)
    return found


def _noun_in_list(sentence: Sentence, at: int) -> bool:
    """Return whether a word behind a joint is one more noun: `the subject and order of ...`."""
    if at == 0 or sentence[at - 1].low not in {"and", "or", ","}:
        return False
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    of = after is not None and after.low in {"of", "from", "about", "number", "numbers", "history", "status"}
    first = next((token.low for token in sentence if token.low not in ADVERBS), "")
    return of and first in READING


def _infinitive(before: Sequence[str]) -> bool:
    """Return whether `to` with a verb is the user's own wish, by what stands before it."""
    if not before:
        return True
    last = before[-1]
    if last in WH or set(before) & {"how", "whom", "whether", "nobody"} or before[:2] == ["no", "one"]:
        return False
    if last in THINGS and len(before) > 1 and before[-2] in DETERMINERS | {"reminder"}:
        return False
    mine = {"i", "we"} & set(before) or before[0] in {"please", "would"}
    for i, word in enumerate(before):
        tells = set(bases(word)) & TELLING or (word in REACHING and i < len(before) - 1)
        if not tells:
            continue
        if word in {"help", "need", "want", "like", "let", "say", "get"} and i == len(before) - 1:
            return bool(mine) or (word in {"help", "need", "want", "like", "get"} and i <= 1)
        if (
            word in {"want", "need", "like", "ask", "would", "require", "expect"}
            and mine
            and "you" in before[i:]
        ):
            return True
        if i < len(before) - 1 or word not in TELLING:
            return False
    return last not in {"had", "used", "supposed", "has", "going"}


def _had_done(sentence: Sentence, at: int) -> list[str]:
    """Return what stands before the first of two wanted participles: `have it checked and signed`."""
    low = [token.low for token in _lead(sentence, at - 1)] if at > 1 and sentence[at - 1].low == "and" else []
    had = next((i for i, word in enumerate(low) if word in {"get", "have", "need", "want"}), len(low))
    mine = low[:had] in (["i"], ["we"])
    ordered = not low[:had] or low[had - 1] in {"us", "to", "you", "me"}
    return low if (mine if low[had : had + 1] in (["need"], ["want"]) else ordered) else []


def _passive(low: Sequence[str]) -> bool:
    """Return whether a participle is wanted: `needs to be paid`, `have it sent`, not `was paid`."""
    words = set(low)
    if not low or words & {"been", "was", "were", "has", "had", "that", "which", "who"}:
        return False
    if is_question(low) and low[0] != "can":
        return False
    if low[-1] == "be":
        return bool(words & {"should", "must", "to", "needs", "need", "can", "could", "shall"})
    if low[-1] in {"is", "are", "am", "i", "we", "he", "she", "they", "you", "have"} or low[-2:] == _HAVE_NOT:
        return False
    return bool(words & {"want", "need", "get", "have", "like", "needs"}) and len(low) > 1
