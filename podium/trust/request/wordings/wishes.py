"""Acts that a request asks for by a word that only their arguments know: `bump Mia up to gold`.

Where a grant lists what an argument may be, its words tell the act as well as a verb does: `gold` is said of
one tool alone.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, JOINTS, QUESTIONS, WH, word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases, singular
from podium.trust.grants import fixed_values
from podium.trust.request.asking import Sentence, negated, tells
from podium.trust.request.nouns import near_nouns, said_in
from podium.trust.request.others_acts import is_of_others
from podium.trust.request.requests import stem
from podium.trust.request.unsaid import clauses
from podium.trust.tools import GrantRow, ToolRow
from podium.trust.values.forms import Form

_CODE: Final = re.compile(r"[a-z]+-?\d{1,3}")
"""A value such as ``sev4`` or ``tier-2``."""
_INTO = word_set("to as into at on under")
_ONE_OF: Final = re.compile(r"\^?\(?(?:\?:)?([\w .-]+(?:\|[\w .-]+)+)\)?\$?")
"""A pattern that lists plain words."""
_MOVING: Final = word_set(
    "move set put change switch turn bump raise lower promote demote upgrade downgrade convert reset return "
    "bring push shift go come transition revert drop advance step mark"
)
"""What is done with something that is to become what stands behind `to`."""
_LISTING: Final = word_set("list show summarise summarize count find search explain compare display name")
"""Orders that only want to know something."""
_ASKING: Final = word_set("tell check see know ask look say find wonder show let read remember work report")
_LISTS: Final = word_set("list overview summary table report digest count note chart")
_POLITE: Final = word_set("please can could would will you i we want need to like kindly")
_THAT = word_set("it that this them these those")
EVERYDAY: Final = word_set(
    "read write edit view comment open closed new old free busy full paper post phone mail card cash home "
    "work high low normal on off yes no public private own other active sent seen see look show "
    "check use keep"
)
"""Words that are said of anything: *mark the newsletters as read* shares no calendar."""
_MAKING = word_set("make mark set flag turn put declare call tag label")


def listed(grants: Sequence[GrantRow]) -> dict[str, frozenset[str]]:
    """Return by word the tools whose grants list it as what an argument may be."""
    found: dict[str, set[str]] = {}
    for grant in grants:
        for forms in (
            (*fixed_values(grant.schema).values(), *_patterned(grant.schema)) if grant.schema else ()
        ):
            for kind, text in forms:
                plain = text.replace(" ", "").isalpha() and len(text) > 2
                if kind == "text" and (plain or _CODE.fullmatch(text)):
                    found.setdefault(stem(text), set()).add(grant.tool)
    return {word: frozenset(tools) for word, tools in found.items()}


@lru_cache(maxsize=4096)
def _patterned(schema: str) -> tuple[frozenset[Form], ...]:
    """Return the words that patterns of a grant's schema list: what an argument may be."""
    patterns = (one for one in re.findall(r'"pattern":\s*"((?:[^"\\]|\\.)*)"', schema))
    found = (_ONE_OF.fullmatch(pattern) for pattern in patterns)
    return tuple(frozenset(("text", word) for word in match[1].split("|")) for match in found if match)


def by_value(
    sentence: Sentence, words: Mapping[str, frozenset[str]], writes: Sequence[ToolRow] = ()
) -> dict[str, int]:
    """Return the tools that a sentence asks for by the value that something is to have, with its place.

    ``writes``: all that may be meant; *make it urgent* makes nothing new.
    """
    changing = {it.id for it in writes if any(row.sink == "object" for row in it.arguments.values())}
    acts = {it.id: {word for word in it.intents if " " not in word} for it in writes}
    by_id = {it.id: it for it in writes}
    lasting = {it.id for it in writes if it.effect == "irreversible"}
    low = [token.low for token in sentence]
    if not low or low[-1] == "?" or low[0] in QUESTIONS - {"do", "have"}:
        return {}
    found: dict[str, int] = {}
    for at, token in enumerate(sentence):
        if token.kind not in {"word", "quote"}:
            continue
        code, end = code_at(low, at)
        tools = words.get(stem(token.low)) or words.get(code, frozenset())
        if _is_there(low[:at]) and tools & changing:
            tools &= changing
        if (
            len(tools) != 1
            or any(tells(sentence, i) for i in range(_anew(low, at), at))
            or negated(sentence, at)
        ):
            continue
        tool = next(iter(tools))
        deed = is_verb(token.low) and (tool in lasting or token.low in acts.get(tool, ()))
        if not _is_wanted(low, at, end) or (_is_deed(low, at) and (deed or not _moves(low, at))):
            continue
        if singular(token.low) in EVERYDAY and not _is_of(sentence, at, tool in changing, by_id.get(tool)):
            continue
        if not (_of_others(sentence, at) or _is_looked_at(low, at)):
            found.setdefault(tool, at)
    return found


def _is_of(sentence: Sentence, at: int, changing: bool, tool: ToolRow | None) -> bool:
    """Return whether an everyday word is said of a tool's thing: by its noun, its number, or `it`."""
    low = [token.low for token in sentence]
    if changing and (_is_there(low[:at]) or any(map(str.isdigit, "".join(low[:at])))):
        return True
    return tool is not None and not near_nouns(tool).isdisjoint(said_in(sentence))


def _is_deed(low: Sequence[str], at: int) -> bool:
    """Return whether what stands at a place may be something to do: `ready to merge`, not `to gold`."""
    return low[at - 1] == "to" and is_verb(low[at])


def _moves(low: Sequence[str], at: int) -> bool:
    """Return whether something is brought to what stands behind `to`: `move it to review`."""
    return any(not _MOVING.isdisjoint(bases(word)) for word in low[_clause(low, at) : at - 1])


def _is_looked_at(low: Sequence[str], at: int) -> bool:
    """Return whether something is only looked for by a value: `make a list of what is open`."""
    start = _clause(low, at)
    before = low[start:at]
    first = next((i for i, word in enumerate(before) if word not in ADVERBS and word not in _POLITE), 0)
    rest = before[first:]
    if rest[:1] and rest[0] in _LISTING:
        return True
    asks = next((i for i, word in enumerate(rest) if word in WH | {"if"}), len(rest))
    if asks < len(rest) and not _ASKING.isdisjoint(rest[:asks]):
        return True  # `tell me if it can go to gold`
    new = rest[1:2] if rest[1:2] and rest[1] not in {"me", "us"} else rest[2:3]
    return rest[:1] == ["make"] and bool(new) and new[0] in {"a", "an"} and not _LISTS.isdisjoint(rest)


def _clause(low: Sequence[str], at: int) -> int:
    """Return where the clause of a place begins."""
    return next((i for i in range(at, 0, -1) if low[i - 1] in JOINTS), 0)


def _is_there(before: Sequence[str]) -> bool:
    """Return whether a value is given to what there is: `make it urgent`, `set that to low`."""
    before = before[:-1] if before and before[-1] in _INTO else before
    return len(before) > 1 and before[-1] in _THAT and before[-2] in _MAKING


def _of_others(sentence: Sentence, at: int) -> bool:
    """Return whether a place stands in a clause that tells what others say or will do."""
    end = 0
    for clause in clauses(sentence):
        end += len(clause)
        if at < end:
            return is_of_others(clause)
    return False


def code_at(low: Sequence[str], at: int) -> tuple[str, int]:
    """Return the word at a place with the number that belongs to it, `sev4`, `tier-2`, and where it ends."""
    for length, joint in ((1, ""), (2, "-")):
        rest = low[at + 1 : at + 1 + length]
        if len(rest) == length and rest[-1].isdigit() and (length == 1 or rest[0] == "-"):
            return f"{low[at]}{joint}{rest[-1]}", at + length
    return low[at], at


def _is_wanted(low: Sequence[str], at: int, end: int) -> bool:
    """Return whether something is to become what stands at a place: `to gold`, `mark it solved`."""
    before = at - 1
    while before >= 0 and (low[before] in ADVERBS or low[before] in DETERMINERS):
        before -= 1
    if before < 0:
        return False
    if low[before] in _INTO:
        return not {"was", "were", "went", "from", "been"} & set(low[_anew(low, at) : before])
    ends = end + 1 == len(low) or low[end + 1] in {".", ",", "!", ";", "and", "please", "then", "now"}
    return ends and (low[0] in _MAKING or low[before] == ":")


def _anew(low: Sequence[str], at: int) -> int:
    """Return where the last thing begins that a sentence wants before a place: behind `and then`, or at 0."""
    return next((i for i in range(at - 1, 0, -1) if low[i] == "then" and low[i - 1] in {"and", ","}), 0)
