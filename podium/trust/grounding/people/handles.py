"""Whether a request says a login, a channel or a handle, or has its letters as another word.

`mark` is a login and a verb: *mark it as done and assign it to mark* says both, *mark it as done* one.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import VERBS
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases
from podium.trust.grounding.people.told import has_to, only_told
from podium.trust.grounding.reckoning import only_denied, only_tells
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.things.parting import copied, gets_alone, receiving
from podium.trust.request.nouns import kinds_like, own_nouns
from podium.trust.request.requests import Request
from podium.trust.request.wordings.manners import LISTED
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import Form, plain, words

_PLAIN_WORDS: Final = ACTS | CALENDAR | COMMON | RELATIVE | VERBS | LISTED
_OBJECTS: Final = (
    r"it|him|her|them|this|that|these|those|the|a|an|my|our|your|his|their|its|all|each|every|both"
)
_PARTICLES: Final = frozenset(("back", "up", "off", "out", "away", "down", "over"))
_SIGNED: Final = re.compile(r"[@#](?=[^\W_])")
_LOGIN: Final = re.compile(r"[^\W\d_]+[._-][^\W\d_]+")
"""A first and a last name, or a letter of one."""
_ASKS: Final = re.compile(
    r"(?:^|[.!?:;,\n]\s*|\band )([A-Z][^\W\d_]+(?: [A-Z][\w-]+)?) (?:has |had |just |also |again |already )*"
    r"(?:asked|asks|is asking|was asking|wonders|wondered|(?:wants|wanted|would like) to know|wrote|writes"
    r"|messaged|mailed|emailed|pinged|texted)(?! (?:to )?[A-Z])(?! (?:to )?(?:him|her|them|the|my|our)\b)\b"
)
"""Who has asked or told the user something, and nobody else."""
_ANSWER_HIM: Final = re.compile(
    r"(?i:\b(?:answer|reply to|respond to|write back to|get back to) (?:him|her|them)\b)(?! (?:and|or) [A-Z])"
)
_PARTS: Final = re.compile(r"[\W_]+")
MAX_NAME_WORDS: Final = 4
_BEFORE: Final = r"to|for|with|by|from|cc|give|assign|via|in|on|into|at|and|or|,"


def stands_as(request: Request, sink: Sink, word: str) -> bool:
    """Return whether a word that a request has stands there as what a sink takes, and as no other word."""
    if only_denied(request, word):
        return False
    if sink == "recipient":
        return says_handle(request, word)
    return sink != "value" or not only_tells(request, word)


def said_of(request: Request, sink: Sink, forms: tuple[Form, ...]) -> Iterator[str]:
    """Yield what a request has of a value's forms.

    A value whose parts commas divide it has too where it says them all in one phrase, in their order: *at
    Bouchon Lisette in Lyon* says `Bouchon Lisette, Lyon`. From two places nothing is put together.
    """
    yield from (text for _, text in filter(request.says, forms))
    for text in (text for kind, text in forms if kind == "text" and sink == "value" and "," in text):
        parts = [part.strip() for part in text.split(",")]
        if len(parts) <= MOST_PARTS and all(any(map(str.isalpha, part)) for part in parts):
            phrase = _BETWEEN.join(map(re.escape, parts))
            yield from (match[0] for match in re.finditer(rf"(?<![\w'-]){phrase}(?![\w'-])", request.plain))


_BETWEEN: Final = r"(?:, |,? (?:in|at|on|near) (?:the )?)"
MOST_PARTS: Final = 4


def says_handle(request: Request, handle: str) -> bool:
    """Return whether a word that a request has stands there as a handle: no verb, and no plain word.

    ``handle``: as the form of a text. Whatever is no plain English word is one wherever it stands.
    """
    if only_told(request, {handle}) and handle not in copied(request):
        return False
    if _only_within(request.plain, handle):
        return False
    if not handle.isalpha() or handle in request.names or (handle,) in request.quoted:
        return True
    if _PLAIN_WORDS.isdisjoint((handle, *bases(handle))):
        return not only_orders(request, handle)
    word = re.escape(handle)
    placed = (
        rf"[@#]{word}(?!\w)|\b(?:tell|ask|let|called|named)\s+{word}(?!\w)"
        rf"|(?<!\w)(?:{_BEFORE})\s+{word}(?![\w'\u2019])(?!\s+(?:{_OBJECTS}|up|off|out|down|as)\b)"
    )
    return re.search(placed, request.plain) is not None


_WITHIN: Final = re.compile(r"\b(?:channel|group|thread|room|space|chat|list) (?:where|in which) [^.;:!?\n]*")
"""What is told of a place that is not called by its name."""


def _only_within(text: str, handle: str) -> bool:
    """Return whether a word stands only as an owner in what is told of a place.

    *The channel where we talk about the piers' cables* is none that is called `piers`.
    """
    owner = re.compile(rf"(?<![@#\w-]){re.escape(handle)}(?:['\u2019]s?) ")
    owned = sum(len(owner.findall(match[0])) for match in _WITHIN.finditer(text))
    return owned > 0 and owned == len(re.findall(rf"(?<![\w-]){re.escape(handle)}(?![\w-])", text))


def unsigned(text: str) -> tuple[Form, ...]:
    """Return the form of a handle or a channel without its sign: a list has `@noor` as the login `noor`."""
    return (("text", plain(text.strip()[1:])),) if _SIGNED.match(text.strip()) else ()


def gets_it(
    readings: Readings, tool: ToolRow, login: str, trusted: Sequence[tuple[Place, str]], *, settled: bool
) -> bool:
    """Return whether a request gives something to one person, by the trusted fields that have a value."""
    if any(gets_alone(readings, it.object, tool) or _has_to(readings, it.object, tool) for it, _ in trusted):
        return True
    return bool(trusted) and _is_login_of_one(readings, login, settled=settled)


def _has_to(readings: Readings, index: int, tool: ToolRow) -> bool:
    """Return whether a request has something done by somebody, by a name that this entry of a list alone has.

    `Add a task for Ewan to send Priya the plan`: with a tool of tasks that is Ewan's.
    """
    own = own_nouns(tool) | {word for intent in tool.intents for word in intent.split()}
    people = has_to(readings.request) if index >= 0 and kinds_like("task") & own else []
    if not people:
        return False
    seen = readings.objects[index]
    kin = [one for one in readings.objects if one.server == seen.server and one.nouns == seen.nouns]
    return any(
        _bears(seen, names) and not any(one.id != seen.id and _bears(one, names) for one in kin)
        for names in people
    )


def _bears(seen: Seen, names: AbstractSet[str]) -> bool:
    """Return whether an entry is called so by a name that no stranger chooses."""
    return any(one.ours and names <= set(words(called)) for called, one in seen.names)


def _is_login_of_one(readings: Readings, login: str, *, settled: bool) -> bool:
    """Return whether a login has a name that the request says, which no trusted field has as somebody else's.

    *Give it to Sam* means `sam.ode`, where nothing that was read tells of another Sam. ``settled``: whether
    the request names somebody else too, as in *Kit's jobs go to Sam*: then whoever gets something is meant.
    """
    own = frozenset(_PARTS.split(login.casefold())) if _LOGIN.fullmatch(login) else frozenset[str]()
    said = own & (receiving(readings.request) if settled else readings.request.names)
    said -= owners_alone(readings.request.text)
    said = said or own & asking(readings.request.text)
    if not said:
        return False
    texts = (field[1][0][1] for seen in readings.objects for field in seen.fields if field[1] and field[2])
    called = (parts for text in texts if len(parts := frozenset(_PARTS.split(text))) <= MAX_NAME_WORDS)
    return not any(said & one and not (one <= own or own <= one) for one in called)


@lru_cache(maxsize=256)
def owners_alone(text: str) -> frozenset[str]:
    """Return the names by which a request says only whose something is: *what Gatewright's parts cost*."""
    found: dict[str, bool] = {}
    for match in _NAME_OR_OWNER.finditer(text):
        name = match[1].casefold()
        found[name] = found.get(name, True) and bool(match[2])
    return frozenset(name for name, owner in found.items() if owner)


_NAME_OR_OWNER: Final = re.compile(r"\b([A-Z]\w+)(['\u2019]s\s+(?!(?:channel|room|chat|inbox)\b)[a-z])?")


@lru_cache(maxsize=256)
def asking(text: str) -> frozenset[str]:
    """Return the name of the one who asks something of the user, where he is to be answered and nobody else.

    `Lena asked me about the invoice. Answer her`. Who is asked by somebody else may be meant by *her* too.
    """
    asked = list(_ASKS.finditer(text))
    if len({match[1] for match in asked}) != 1 or not _ANSWER_HIM.search(text, asked[-1].end()):
        return frozenset()
    return frozenset(words(asked[0][1])) - COMMON - ACTS


def only_orders(request: Request, name: str) -> bool:
    """Return whether a request has a name of one word only as the verb of an order: `bill Ada for it`."""
    low = name.casefold()
    if not low.isalpha() or not is_verb(low):
        return False
    begins = r"(?:^|[.!?;:\n]\s*|\b(?:please|then|and|to|you)\s+)"
    orders = rf"(?i:{begins}{low})\s+(?:(?:{_OBJECTS})\b|[A-Z#\d])"
    there = len(re.findall(rf"(?<![\w@#]){low}(?!\w)", request.plain))
    return 0 < there == len(re.findall(orders, request.text))


def only_particles(request: Request, name: str) -> bool:
    """Return whether a request has no more of a name than what belongs to a verb: `paid back`, `set up`."""
    there = words(name)
    shared = {word for word in there if word in request.bag}
    return len(there) > 1 and bool(shared & _PARTICLES) and shared <= _PARTICLES | COMMON
