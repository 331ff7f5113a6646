"""Whether a request says a login, a channel or a handle, or has its letters as another word.

`mark` is a login and a verb: *mark it as done and assign it to mark* says both, *mark it as done* one.
"""

import re
from typing import Final

from podium.trust.forms import Form, plain
from podium.trust.lexicon import VERBS
from podium.trust.manners import LISTED
from podium.trust.requests import Request
from podium.trust.vocabulary import ACTS, CALENDAR, COMMON, RELATIVE
from podium.trust.wordnet import is_verb
from podium.trust.words import bases

_PLAIN_WORDS: Final = ACTS | CALENDAR | COMMON | RELATIVE | VERBS | LISTED
_OBJECTS: Final = (
    r"it|him|her|them|this|that|these|those|the|a|an|my|our|your|his|their|its|all|each|every|both"
)
_SIGNED: Final = re.compile(r"[@#](?=[^\W_])")
_BEFORE: Final = r"to|for|with|by|from|cc|give|assign|via|in|on|into|at|and|or|,"


def says_handle(request: Request, handle: str) -> bool:
    """Return whether a word that a request has stands there as a handle: no verb, and no plain word.

    ``handle``: as the form of a text. Whatever is no plain English word is one wherever it stands.
    """
    if not handle.isalpha() or handle in request.names or (handle,) in request.quoted:
        return True
    if _PLAIN_WORDS.isdisjoint((handle, *bases(handle))):
        return not only_orders(request, handle)
    word = re.escape(handle)
    placed = (
        rf"[@#]{word}(?!\w)|\b(?:tell|ask|let)\s+{word}(?!\w)"
        rf"|(?<!\w)(?:{_BEFORE})\s+{word}(?![\w'\u2019])(?!\s+(?:{_OBJECTS}|up|off|out|down|as)\b)"
    )
    return re.search(placed, request.plain) is not None


def unsigned(text: str) -> tuple[Form, ...]:
    """Return the form of a handle or a channel without its sign: a list has `@noor` as the login `noor`."""
    return (("text", plain(text.strip()[1:])),) if _SIGNED.match(text.strip()) else ()


def only_orders(request: Request, name: str) -> bool:
    """Return whether a request has a name of one word only as the verb of an order: `bill Ada for it`."""
    low = name.casefold()
    if not low.isalpha() or not is_verb(low):
        return False
    begins = r"(?:^|[.!?;:\n]\s*|\b(?:please|then|and|to|you)\s+)"
    orders = rf"(?i:{begins}{low})\s+(?:(?:{_OBJECTS})\b|[A-Z#\d])"
    there = len(re.findall(rf"(?<![\w@#]){low}(?!\w)", request.plain))
    return 0 < there == len(re.findall(orders, request.text))
