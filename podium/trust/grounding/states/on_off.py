"""How much *on* and *off* are of an argument in percent: *turn dark mode off for Norvane* is 0."""

import re
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.findings import Ground
from podium.trust.request.requests import Request
from podium.trust.values.forms import Form, words

_SHARES: Final = word_set("percent percentage rollout pct")
_NP: Final = (
    r"(?:(?!(?:is|are|was|were|be|has|have|had|i|we|he|she|they|day|days|time|not|n't)\b)[\w'\u2019-]+ )"
)
_WHOM: Final = (
    r"(?=$|[.,;:!?)]| (?:for|in|at|on|now|again|please|everywhere|completely|entirely|today|and)\b)"
)
_ON_OFF: Final = re.compile(
    rf"\b(?:turn|switch|flip|set|put|shut)(?:ed|ing)? {_NP}{{0,6}}?(?P<ordered>on|off){_WHOM}"
    rf"|\b(?:turn|switch|shut)(?:ed|ing)? (?P<first>on|off) (?=\w)"
    rf"|(?:^|[.;:!?] *)(?:and |please ){{0,2}}{_NP}{{1,5}}?(?P<brief>on|off){_WHOM}"
    r"|\b(?P<enable>enable|activate)d?\b|\b(?P<disable>disable|deactivate)d?\b"
)
_SAID: Final = re.compile(
    r"(?P<by>\b(?:by|another|further|extra) )?(?P<number>\d[\d.]*) ?(?:%|percent\b|per cent\b)"
)
_PART: Final = re.compile(r"\b(?:half|percent|per cent)\b|%")
_DENIED: Final = re.compile(r"\b(?:not|never|don['\u2019]?t|won['\u2019]?t|without) (?:\w+ )?$")
SAID: Final = "the request says how much of it"
ANOTHER: Final = f"{SAID}, and this is another share"


def said_share(request: Request, path: str, fitting: tuple[Form, ...]) -> tuple[Ground, str] | None:
    """Return the ground of a share in percent where a request says one, or turns something on or off.

    Then the share that there is goes no more than any other.
    """
    numbers = {form.removeprefix("-") for kind, form in fitting[:1] if kind == "number"}
    said = _shares(request.plain) if numbers and _SHARES & set(words(path)) else frozenset()
    if not said:
        return None
    return ("request", SAID) if numbers <= said else ("unnamed", ANOTHER)


@lru_cache(maxsize=256)
def _shares(plain: str) -> frozenset[str]:
    """Return the shares that a request says, 0 where it turns off, 100 where it turns on; none where both."""
    found = list(_SAID.finditer(plain))
    if found or _PART.search(plain):
        return frozenset() if any(it["by"] for it in found) else frozenset(it["number"] for it in found)
    turned = set[str]()
    for match in _ON_OFF.finditer(plain):
        word = next((match[name] for name in ("ordered", "first", "brief") if match[name]), "")
        if _DENIED.search(plain[: match.start()]) is not None:
            return frozenset()
        turned.add("0" if word == "off" or match["disable"] else "100")
    return frozenset(turned) if len(turned) == 1 else frozenset()
