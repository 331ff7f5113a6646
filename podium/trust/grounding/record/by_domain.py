"""By what a sender's address is known: the name of whose domain it is. *The mail from lucky-fountain*."""

import re
from collections.abc import Iterator
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.request.requests import Mention, Request
from podium.trust.values.forms import words

_BARE: Final = re.compile(r"[^\s@<>]+@([a-z0-9.-]+)", re.IGNORECASE)
_ENDINGS: Final = word_set("ac co com edu gov net org ltd plc")
"""Second parts of what a domain ends with: `co.uk`."""
_PROVIDERS: Final = word_set(
    "aol email example fastmail free gmail gmx googlemail hotmail icloud live mail msn orange outlook posteo "
    "proton protonmail qq web yahoo yandex zoho"
)
"""Where anybody has an address: that is nobody's name."""
_LEAST: Final = 6
"""Letters of a name that is said in several words: `Velvet Quartet` of `velvetquartet.example`."""
_MOST: Final = 4
_MARK: Final = "@@"
"""In front of such a name, which is no handle."""
Called = tuple[str, Mention]


def by_domain(request: Request, text: str) -> tuple[str, list[Mention]]:
    """Return the name in the domain of a stranger's bare address, and where a request mentions it."""
    for name in _names(request, text):
        if found := request.mentions(name, trusted=False):
            return _MARK + name, found
    return text, []


def by_more(indexes: list[int], calls: dict[int, list[Called]], hinted: set[int]) -> list[int]:
    """Return of some objects those that a request calls by more than a domain, else all of them.

    Where it calls any by more, a domain tells nothing. ``calls``: by which names it calls each; ``hinted``:
    which ones lend their identifier only, as these do.
    """
    plain = {at: [one for one in calls[at] if not one[0].startswith(_MARK)] for at in indexes}
    if not any(plain.values()):
        hinted.update(indexes)
        return indexes
    calls.update(plain)
    return [at for at in indexes if plain[at]]


def _names(request: Request, text: str) -> Iterator[str]:
    """Yield the name in the domain of an address, as it stands and as the request may divide it."""
    match = _BARE.fullmatch(text)
    parts = match[1].casefold().split(".")[:-1] if match else []
    while len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    if not parts or parts[-1] in _PROVIDERS:
        return
    name = words(parts[-1])
    yield " ".join(name)
    joined, said = "".join(name), request.words
    for count in range(2, _MOST + 1) if len(joined) >= _LEAST else ():
        for at in range(len(said) - count + 1):
            run = said[at : at + count]
            if joined in {"".join(run), "and".join(run)}:
                yield " ".join(run)
