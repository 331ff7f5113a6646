"""Retrieved documents in a model's window: how large they were, and whose call was given them.

What a retrieval gave is no attribute of a kept span: its size is, counted before the content is dropped. A
program puts documents into a message of its own, where nobody can tell them from what it says itself; so
their share of the window of the next call of the same agent is taken from that kind.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from podium.evidence import semconv, windows
from podium.evidence.windows import shares
from podium.kernel.window import DOCUMENTS, SYSTEM, TOOL_RESULTS, USER

DOCUMENTS_COUNT: Final = "podium.retrieval.documents"
BYTES: Final = "podium.retrieval.bytes"
"""UTF-8, of the documents' texts."""
_WHOLE: Final = "gen_ai.retrieval.documents"
_NUMBERED: Final = ("retrieval.documents.", "reranker.output_documents.")
"""OpenInference: ``retrieval.documents.0.document.content``."""
_TEXT: Final = ".document.content"
_TEXTS: Final = ("content", "text", "page_content")
_KIND: Final = "openinference.span.kind"
_PROMPT: Final = (USER, SYSTEM, TOOL_RESULTS)
"""Kinds that hold documents which a program put into its prompt, the likeliest first."""
_TOOL: Final = (TOOL_RESULTS, USER, SYSTEM)
"""The same, of documents that one of its tools has retrieved."""


def size_attributes(attributes: Mapping[str, Any]) -> dict[str, int]:
    """Return the sizes of what a retrieval gave; nothing where it does not tell its documents' texts."""
    texts = [
        value
        for name, value in attributes.items()
        if name.startswith(_NUMBERED) and name.endswith(_TEXT) and isinstance(value, str)
    ] or _texts(attributes.get(_WHOLE))
    if not texts:
        return {}
    return {DOCUMENTS_COUNT: len(texts), BYTES: sum(len(text.encode(errors="replace")) for text in texts)}


def _texts(documents: object) -> list[str]:
    """Return the texts of a list of documents, which may stand in JSON."""
    if isinstance(documents, str):
        try:
            documents = json.loads(documents)
        except (ValueError, RecursionError):
            return []
    found = []
    for document in documents if isinstance(documents, list) else ():
        inside = document if isinstance(document, Mapping) else {"text": document}
        text = next((inside[name] for name in _TEXTS if name in inside), None)
        if isinstance(text, str):
            found.append(text)
    return found


class Given(msgspec.Struct, frozen=True):
    """Documents that a call of a model was given."""

    prompt_bytes: int = 0
    tool_bytes: int = 0
    """Of those, that a tool of the program's has retrieved."""


def moved(tokens: Sequence[int], weight: int, given: Given) -> tuple[int, ...]:
    """Return a window's tokens by kind with the share of what was retrieved among the documents.

    ``weight``: bytes of all that filled the window; 0, not known: nothing moves. What stands among the
    documents already is taken for the same. The sum stays, and no kind gives more than it has.
    """
    found = list(tokens)
    there = found[DOCUMENTS]
    for some, kinds in ((given.tool_bytes, _TOOL), (given.prompt_bytes, _PROMPT)):
        if not some or not weight:
            continue
        inside = min(some, weight)
        left, _ = shares((inside, weight - inside), sum(tokens))
        left, there = max(0, left - there), max(0, there - left)
        for kind in kinds:
            taken = min(left, found[kind])
            found[kind] -= taken
            found[DOCUMENTS] += taken
            left -= taken
    return tuple(found)


def given(spans: Sequence[Mapping[str, Any]]) -> dict[str, Given]:
    """Return what the calls of models in a trace were given, by their spans' ids.

    A retrieval is given to the first call that starts when it has ended, of the same agent, or of the nearest
    one above it that calls models. Who reranks gives in the place of what was retrieved before. The next call
    of a conversation has it too, as long as nothing was dropped from its window.
    """
    tree = _Tree(spans)
    waiting: dict[str | None, Given] = {}
    found: dict[str, Given] = {}
    for span, is_call in tree.in_order():
        attributes = span["attributes"]
        if not is_call:
            scope = tree.calling_scope(span)
            waiting[scope] = _with(
                waiting.get(scope, Given()), attributes, within_tool=tree.within_tool(span)
            )
            continue
        had = waiting.pop(tree.scope(span), Given())
        before = found.get(attributes.get(windows.AGAINST, ""))
        if before is not None and attributes.get(windows.DROPPED) == 0:
            had = Given(had.prompt_bytes + before.prompt_bytes, had.tool_bytes + before.tool_bytes)
        if had != Given():
            found[span["span_id"]] = had
    return found


def _with(had: Given, attributes: Mapping[str, Any], *, within_tool: bool) -> Given:
    if str(attributes.get(_KIND)).upper() == "RERANKER":
        had = Given()
    size = attributes[BYTES]
    if within_tool:
        return Given(had.prompt_bytes, had.tool_bytes + size)
    return Given(had.prompt_bytes + size, had.tool_bytes)


class _Tree:
    """A trace's spans as a tree. What says that it hangs below itself ends there."""

    def __init__(self, spans: Sequence[Mapping[str, Any]]) -> None:
        self._by_id = {span["span_id"]: span for span in spans}
        self._scopes: dict[str, str | None] = {}
        self._calls = [span for span in spans if windows.TOKENS[0] in span["attributes"]]
        self._calling = {self.scope(call) for call in self._calls}

    def in_order(self) -> list[tuple[Mapping[str, Any], bool]]:
        """Return retrievals of known size by their ends and calls (True) by their starts, by time."""
        events = [(call["start_ns"], 1, call["span_id"]) for call in self._calls]
        events += [
            (span["end_ns"], 0, span["span_id"])
            for span in self._by_id.values()
            if self._is_sized(span) and not self._is_sized(self._above(span))  # a wrapper counts once
        ]
        return [(self._by_id[id_], bool(is_call)) for _, is_call, id_ in sorted(events)]

    @staticmethod
    def _is_sized(span: Mapping[str, Any] | None) -> bool:
        if span is None:
            return False
        size = span["attributes"].get(BYTES)
        return span["attributes"].get(semconv.OPERATION) == "retrieval" and isinstance(size, int) and size > 0

    def _above(self, span: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return self._by_id.get(span.get("parent_span_id") or "")

    def scope(self, span: Mapping[str, Any]) -> str | None:
        """Return the span of the agent that a span is below, None where it is below none."""
        passed: list[str] = []
        seen: set[str] = set()
        above = self._above(span)
        scope: str | None = None
        while above is not None and above["span_id"] not in seen:
            id_ = above["span_id"]
            if above["attributes"].get(semconv.OPERATION) == "invoke_agent":
                scope = id_
                break
            if id_ in self._scopes:
                scope = self._scopes[id_]
                break
            seen.add(id_)
            passed.append(id_)
            above = self._above(above)
        self._scopes.update(dict.fromkeys(passed, scope))
        return scope

    def calling_scope(self, span: Mapping[str, Any]) -> str | None:
        """Return the nearest agent above a span that calls models, None where none does."""
        seen: set[str | None] = set()
        scope = self.scope(span)
        while scope is not None and scope not in self._calling and scope not in seen:
            seen.add(scope)
            scope = self.scope(self._by_id[scope])
        return None if scope in seen else scope

    def within_tool(self, span: Mapping[str, Any]) -> bool:
        """Return whether a span is below a call of a tool of its own agent."""
        seen: set[str] = set()
        above = self._above(span)
        while above is not None and above["span_id"] not in seen:
            operation = above["attributes"].get(semconv.OPERATION)
            if operation in {"execute_tool", "invoke_agent"}:
                return bool(operation == "execute_tool")
            seen.add(above["span_id"])
            above = self._above(above)
        return False
