"""Which of somebody's addresses a request means: *their accounts address*, *to her work mail*.

It is said by a word that the address or its field has. Another one of the same row is not meant then,
unless the request has a word of it, too: *to Greta and their accounts address*.
"""

import re
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, VERBS, word_set
from podium.trust.english.vocabulary import ACTS, COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.requests import stem
from podium.trust.values.forms import email_form, words

WHY: Final = "the request says another address of theirs"
_SAID: Final = re.compile(
    r"\b([a-z]{3,20}) (?:e-?mail |mail )?(?:addresse?s?|e-?mails?|mailbox|mail|inbox)\b"
)
_NONE: Final = word_set(
    "new old other same own usual right wrong e email mail first second last only real full"
)
"""Words before an address that do not say which it is."""
_PLAIN: Final = _NONE | DETERMINERS | PREPOSITIONS | ACTS | COMMON | VERBS


def other_addresses(grounds: Grounds, findings: list[Finding]) -> None:
    """Ask about an address of what the request names, where it says another one that this has."""
    said = _kinds(grounds.request.plain)
    for index, one in enumerate(findings if said else ()):
        address = email_form(one.value)
        if one.sink != "recipient" or one.ground not in {"object", "field"} or address is None:
            continue
        local = words(address.partition("@")[0])
        if grounds.request.says(("email", address)) or not grounds.request.bag.isdisjoint(local):
            continue
        rows = [
            seen
            for index_, seen in grounds.named.items()
            if index_ not in grounds.hinted
            and any(("email", address) in forms for _, forms, _ in seen.fields)
        ]
        own, others = set[str](), set[str]()
        for seen in rows:
            for path, forms, trust in seen.fields:
                for text in (text for kind, text in forms if kind == "email" and trust):
                    there = {stem(word) for word in (*words(path), *words(text.partition("@")[0]))} & said
                    if text == address:
                        own |= there
                    else:
                        others |= there
        if others and not own:
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=WHY)


@lru_cache(maxsize=256)
def _kinds(plain: str) -> frozenset[str]:
    """Return by which words a request says which address it means."""
    return frozenset(stem(match[1]) for match in _SAID.finditer(plain) if match[1] not in _PLAIN)
