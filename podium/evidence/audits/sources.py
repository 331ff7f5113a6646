"""Where a value came from: what tools have returned so far, and what of it a later step uses.

A value is found where it stands in a result as whole words, whatever its case, spaces and punctuation at its
ends. This asks after the way that data went in a trace; it is no defence (the tool gateway's labels are).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from podium.evidence import semconv
from podium.evidence.audits.atoms import Atom, Evaluator, wrong
from podium.evidence.audits.formulas import FALSE, TRUE, UNKNOWN
from podium.evidence.audits.steps import (
    CHAT,
    TOOL_CALL,
    UNSEEN,
    Seen,
    Step,
    Unseen,
    content,
    in_words,
    reader,
    texts,
)

LARGEST_PHRASE: Final = 64
"""Words of a longer value that have to be found together, from its start."""
_LOOKED_AT: Final = 256
"""Texts with a phrase's rarest word that are looked at; with more the answer is unknown."""


class Sources:
    """Texts that were seen, and which of them have a word."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        self.unseen = False

    def add(self, said: Sequence[str] | Unseen) -> None:
        """Take note of texts, in words (`steps.in_words`)."""
        if isinstance(said, Unseen):
            self.unseen = True
            return
        having = self._having
        for text in said:
            number = len(self._texts)
            self._texts.append(text)
            for word in set(text.split()):
                having[word].append(number)

    def have(self, value: object) -> int:
        """Return whether all texts of a value were seen: 2 yes, 0 no, 1 where that is not known."""
        if value is UNSEEN:
            return UNKNOWN
        found = min((self._have(text) for text in in_words(value)), default=TRUE)
        return UNKNOWN if found == FALSE and self.unseen else found

    def _have(self, text: str) -> int:
        phrase = text.split()[:LARGEST_PHRASE]
        if not phrase:
            return TRUE
        having = min((self._having.get(word, []) for word in phrase), key=len)
        wanted = f" {' '.join(phrase)} "
        if any(wanted in self._texts[number] for number in having[:_LOOKED_AT]):
            return TRUE
        return UNKNOWN if len(having) > _LOOKED_AT else FALSE


REQUEST: Final = "request"


def came_from(argument: str, user: Atom, givers: Sequence[Atom], *, or_request: bool) -> Atom:
    """Return "where this step is a user's, its argument stood in a result of a giver, before".

    The request is the first message that a model was given, or the attribute ``podium.task.request``.
    """
    read = reader(f"arguments.{argument}")
    if read is None:
        raise wrong(
            f"{argument!r} is no argument.", "Name it, with dots for what is inside: to or items.0.id."
        )
    given = " or ".join(one.says for one in givers)
    says = f"the argument {argument} of {user.says} came from the result of {given}"

    def begin(seen: Seen) -> Evaluator:
        sources = Sources()
        uses, gives = user.begin(seen), [one.begin(seen) for one in givers]
        asked = not or_request

        def evaluate(step: Step) -> int:
            nonlocal asked
            if not asked:
                asked = _add_request(sources, step)
            verdict = TRUE
            used = uses(step)
            if used != FALSE:
                value = read(step)
                verdict = TRUE if value is None else sources.have(value)
                if used == UNKNOWN:
                    verdict = max(verdict, UNKNOWN)
            given = max((give(step) for give in gives), default=FALSE)
            if given == UNKNOWN:
                sources.unseen = True
            elif given == TRUE:
                sources.add(seen.result(step))
            return verdict

        return evaluate

    return Atom(says + (" or the request" if or_request else ""), begin)


def _add_request(sources: Sources, step: Step) -> bool:
    """Take the request from the first step that shows it; say whether it did."""
    given = step.attributes.get(semconv.TASK_REQUEST)
    if given is not None:
        sources.add(in_words(given))
        return True
    if step.attributes.get(semconv.OPERATION) != CHAT:
        return False
    messages = content(step, "input")
    if isinstance(messages, list):
        messages = [
            one for one in messages if not isinstance(one, dict) or one.get("role") in ("user", "system")
        ]
    sources.add(UNSEEN if messages is UNSEEN else in_words(messages))
    return True


CLAIMS: Final[dict[str, Callable[[str], list[str]]]] = {
    "number": re.compile(r"(?<![\w.])[0-9]+(?:[.,' ][0-9]+)*(?![\w])").findall,
    "url": re.compile(r"https?://[^\s<>\"')\]]+").findall,
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+").findall,
    "quote": re.compile(r"[\u201c\"]([^\u201c\u201d\"]{8,})[\u201d\"]").findall,
    "date": re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b").findall,
    "identifier": re.compile(
        r"\b(?=[A-Za-z-]*[0-9])(?=[0-9-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\b"
    ).findall,
}
"""Kinds of claims that a model's answer can make, and what finds them in it."""


def claims_have_sources(kind: str) -> Atom:
    """Return "every claim of a kind in this answer stood in a tool's result or in what the user gave"."""
    find = CLAIMS.get(kind)
    if find is None:
        raise wrong(f"{kind!r} is no kind of claim.", f"Kinds are {', '.join(sorted(CLAIMS))}.")

    def begin(seen: Seen) -> Evaluator:
        sources = Sources()
        asked = False

        def evaluate(step: Step) -> int:
            nonlocal asked
            operation = step.attributes.get(semconv.OPERATION)
            if not asked:
                asked = _add_request(sources, step)
            if operation == TOOL_CALL:
                sources.add(seen.result(step))
            if operation != CHAT:
                return TRUE
            answer = content(step, "output")
            if answer is UNSEEN:
                return UNKNOWN
            found = [claim for text in texts(_said(answer)) for claim in find(text)]
            return min((sources.have(claim) for claim in found), default=TRUE)

        return evaluate

    return Atom(f"every claim of kind {kind} has a source", begin)


def _said(answer: object) -> object:
    """Return what an answer says, without the calls of tools that it asks for (`gen_ai.output.messages`)."""
    if not isinstance(answer, list):
        return answer
    said: list[object] = []
    for message in answer:
        parts = message.get("parts", message.get("content")) if isinstance(message, dict) else message
        for part in parts if isinstance(parts, list) else [parts]:
            if not isinstance(part, dict):
                said.append(part)
            elif part.get("type", "text") == "text":
                said.append(part.get("content", part.get("text")))
    return said
