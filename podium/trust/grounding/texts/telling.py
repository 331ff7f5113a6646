"""Whether a request asks to have told what was read: *send her a summary*, *let Joel know when they come*."""

import re
from typing import Final

from podium.trust.english.lexicon import word_list
from podium.trust.request.requests import Request, stem

_COPIED: Final = frozenset(
    [
        "append",
        "copy",
        "forward",
        "insert",
        "paste",
        "quote",
        "repeat",
        "resend",
        "transcribe",
        "verbatim",
    ]
)
"""Words of a request that asks for another's words, of what it names."""
_RETOLD: Final = frozenset(
    stem(word)
    for word in word_list(
        "summary summarise summarize overview recap digest agenda excerpt details content findings "
        "feedback items"
    )
)
"""Words of a request that asks to have told what was read: sentences of it are to be expected."""
_FEW: Final = (
    r"in (?:short|brief|a nutshell|a (?:few|couple of) (?:words|lines|sentences)|(?:your|our|my) own words"
    r"|(?:one|two|three) (?:words|lines?|sentences?))|briefly"
)
_SHORTLY: Final = re.compile(
    rf"(?<=\w )(?:{_FEW})(?=\W*(?:$|[.;!?)]|and|so|for|to|please))"
    r"|\b(?:(?:short|shortened|condensed|brief) version|(?:the |its )?(?:main|key|most important) "
    r"(?:bits?|parts?|points?|things?)|tl;? ?dr)\b",
    re.MULTILINE,
)
"""Ways to want it retold: *put it into #lunch in short*, *post the main points*."""
_OUTCOMES: Final = frozenset(map(stem, word_list("results outcome conclusion highlights takeaways gist")))
"""Words of a request to pass on what came of something: of what it names, and no sentence of another's."""
_RETOLD_THINGS: Final = re.compile(
    r"\b(?:answers|notes|points|minutes of|report (?:on|back|to)|brief (?:\w+ )?(?:on|about))\b"
    r"|\b(?:an?|the|his|her|their|its|our|my|your|full|whole|short|some|\w+'s) "
    r"(?:(?!and |or |to |then |but )\w+ ){0,3}"
    r"(?:answer|text|report|quote|brief|minutes|note)\b"
)
"""Those that are verbs as well: *answer her*, *he reports a leak*, *text her* ask for no sentence that was
read."""
_SAID: Final = frozenset(stem(word) for word in word_list("tell say said"))
_PASSED_ON: Final = (
    _COPIED
    | _SAID
    | frozenset(
        stem(word)
        for word in word_list(
            "pass relay share send email mail show attach answer reply find found inform notify announce"
        )
    )
)
"""Words of a request for what others have said: none in *leave a comment that it is done*."""
_LETS_KNOW: Final = re.compile(r"\blet\b[^.!?\n]{1,80}\bknow\b")
_WONDERS: Final = re.compile(
    r"\b(?:tell|let|inform|remind|text|mail|email|write|message)\b(?:(?!\bthat\b)[^.!?\n]){1,60}?"
    r"\b(?:what|where|how|which|who|when (?!(?:you|it|that|this|i|we|he|she|they)\b))"
)
"""An order to tell somebody what only the readings answer: *when the desks come*."""
_LOOKED_UP: Final = re.compile(
    r"\b(?:look up|find out|check|see) (?:what|where|how|which|when)\b[^.!?\n]{1,80}"
    r"\b(?:tell|let|inform|text|mail|email|write|message)\b"
)
"""An order to look up what only the readings answer, and to tell somebody."""


def wonders(request: Request) -> bool:
    """Return whether somebody is to be told what only the readings answer: *tell them what it costs*."""
    return any(one.search(request.plain) is not None for one in (_WONDERS, _LOOKED_UP))


def asked_for(request: Request) -> tuple[bool, bool]:
    """Return whether the request asks to have told what was read, and whether it asks for it at all.

    A list that is sent is told; a price list may be changed. Who dictates what is told wants nobody else's
    words.
    """
    stems, plain = request.stems, request.plain
    dictated = re.search(r"\b(?:tell|say|let)\b[^.!?\n]*\bthat\b", plain) is not None
    open_ = _WONDERS.search(plain) is not None
    dictated = dictated and not open_
    passed = open_ or bool(stems & (_PASSED_ON if not dictated else _PASSED_ON - _SAID))
    passed = passed or (not dictated and _LETS_KNOW.search(plain) is not None)
    short = not dictated and _SHORTLY.search(plain) is not None
    passed = passed or short
    retold = short or bool(stems & _RETOLD or _RETOLD_THINGS.search(plain)) or (passed and "list" in stems)
    return retold, retold or passed or bool(stems & _OUTCOMES)


def copied(request: Request) -> bool:
    """Return whether the request asks for another's words; `her kind words` do not."""
    return bool(request.stems & _COPIED) or "word for word" in request.plain
