"""Who may get at something: `Helga may have a look at the artwork`, `let Henk into it`, `view only`.

It asks for what lets somebody see a thing in a role that its grant lists, and for nothing else: what takes
access away again has no role. Where the request does not speak of access, or of that alone, the tool is a
guess: such a call goes through only where the request names the thing and whom, and says the role.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from podium.trust.english.lexicon import NEGATIONS, QUESTIONS, word_set
from podium.trust.request.asking import Sentence, tells
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow

_ROLES: Final = frozenset(
    map(stem, word_set("viewer reader commenter editor writer view read comment edit write readonly guest"))
)
"""What a grant calls what somebody may do."""
_DOING: Final = word_set("read reading write writing view viewing edit editing comment commenting")
_RIGHTS: Final = word_set("access rights right permission permissions only")
_MAY: Final = word_set("may can should must")
_HAVING_TO: Final = word_set("is are needs need has have allowed")
_SEEING: Final = (
    ("have", "a", "look"),
    ("take", "a", "look"),
    ("get", "at"),
    ("get", "into"),
    ("let", "into"),
    ("look", "at"),
    ("look", "into"),
    ("see",),
    ("read",),
    ("view",),
    ("edit",),
    ("comment", "on"),
)
_OVER: Final = word_set(", . ; ! : there in and")
_BETWEEN: Final = word_set("also now then already be able allowed both only just please")
_AGAINST: Final = NEGATIONS | word_set(
    "no nobody nothing longer lose loses revoke remove withdraw without if whether ask asks asked asking "
    "unless who had was were too"
)
_BEGINS: Final = word_set("and then please also , ; :")
MAX_NAME: Final = 3
"""Words up to the last one of a name, from `let` on."""
_BEGINNING: Final = word_set("i you we which what that it")
"""Who is not let see anything by what is said of him, and what is no person."""


def lets_see(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow], values: Mapping[str, frozenset[str]]
) -> Iterator[tuple[ToolRow, str, bool]]:
    """Yield the tools by which somebody gets at something, where sentences say that he may.

    With a word of theirs, and whether they say so plainly: of several nobody does, and values have to tell.
    ``values``: by word the tools whose grants list it as what an argument may be.
    """
    found = [tool for tool in tools if takes_role(tool, values)]
    said = [_said(sentence) for sentence in sentences] if found else []
    may, right = (
        (next((pair[which] for pair in said if pair[which]), "") for which in (0, 1)) if said else ("", "")
    )
    if may or right not in {"", "only"}:
        plainly = len(found) == 1 and right != "" and (may != "" or right != "only")
        yield from ((tool, right or may, plainly) for tool in found)


def takes_role(tool: ToolRow, values: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a tool takes a thing, a person and in what role that one gets at it."""
    sinks = {row.sink for row in tool.arguments.values()}
    roles = any(tool.id in values.get(role, ()) for role in _ROLES)
    return roles and {"recipient", "value"} <= sinks and bool(sinks & {"object", "path"})


def _said(sentence: Sentence) -> tuple[str, str]:
    """Return by which words a sentence says that somebody may get at something, and in what role."""
    low = [token.low for token in sentence]
    if not low or low[-1] == "?" or low[0] in QUESTIONS or not _AGAINST.isdisjoint(low):
        return "", ""
    may = right = ""
    for at, word in enumerate(low):
        if tells(sentence, at):
            break
        after = low[at + 1] if at + 1 < len(low) else ""
        if word in _DOING and after in _RIGHTS and (after != "only" or _ends(sentence, at + 2)):
            right = right or after
        if (at and low[at - 1] not in _BEGINNING and _may(low, at)) or _lets(sentence, at):
            may = may or word
    return may, right


def _ends(sentence: Sentence, at: int) -> bool:
    """Return whether a phrase is over here: `view only`, and not `read only the first page`."""
    return at >= len(sentence) or sentence[at].kind == "mark" or sentence[at].low in {"please", "and", "for"}


def _may(low: Sequence[str], at: int) -> bool:
    """Return whether at a place begins what somebody may do: `may have a look at`, `needs to see`."""
    having_to = low[at] in _HAVING_TO and low[at + 1 : at + 2] == ["to"]
    if low[at] not in _MAY and not having_to and tuple(low[at : at + 2]) != ("is", "allowed"):
        return False
    start = at + 1
    while start < len(low) and (low[start] in _BETWEEN or low[start] == "to"):
        start += 1
    return _sees(low, start)


def _lets(sentence: Sentence, at: int) -> bool:
    """Return whether at a place somebody is let see something, by name: `let Sofie edit it`, `into it`."""
    low = [token.low for token in sentence]
    if low[at] != "let" or not (at == 0 or low[at - 1] in _BEGINS):
        return False
    start = at + 1
    while start < len(low) and sentence[start].kind == "word" and sentence[start].text[:1].isupper():
        start += 1
    return at + 1 < start <= at + MAX_NAME and (_sees(low, start) or low[start : start + 1] == ["into"])


def _sees(low: Sequence[str], at: int) -> bool:
    """Return whether at a place stands what one does with a thing that one gets at."""
    if low[at : at + 1] == ["comment"] and (at + 1 == len(low) or low[at + 1] in _OVER):
        return True
    end = next((at + len(way) for way in _SEEING if tuple(low[at : at + len(way)]) == way), 0)
    return end > 0 and low[end : end + 1] not in (["that"], ["less"], ["more"])
