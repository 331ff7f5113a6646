"""Documents of retrieval spans in the windows of calls."""

import json

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from podium.evidence.retrieved import Given, given, moved, size_attributes
from podium.evidence.taking import Sender, take
from podium.kernel.spans import Span
from podium.kernel.window import DOCUMENTS, KINDS
from podium.views.windows import window_steps

SIZES = st.integers(0, 10**6)
TOKENS = st.lists(SIZES, min_size=len(KINDS), max_size=len(KINDS))


@for_all(TOKENS, SIZES, SIZES, SIZES)
def test_what_moves_adds_up(tokens, weight, prompt, tool):
    """The sum stays, nothing is negative, documents only grow, and by no more than their share by bytes."""
    found = moved(tokens, weight, Given(prompt, tool))
    assert sum(found) == sum(tokens)
    assert min(found) >= 0
    gained = found[DOCUMENTS] - tokens[DOCUMENTS]
    assert 0 <= gained <= ((prompt + tool) * sum(tokens) / weight + 2 if weight else 0)


@pytest.mark.parametrize(
    ("had", "expected"),
    [
        (Given(prompt_bytes=200), (10, 0, 10, 0, 30, 50, 0)),  # half of 100 tokens, less those 20 known
        (Given(tool_bytes=200), (10, 0, 40, 0, 0, 50, 0)),
        (Given(prompt_bytes=400), (0, 0, 0, 0, 0, 100, 0)),
        (Given(prompt_bytes=80), (10, 0, 40, 0, 30, 20, 0)),  # what is known already is the same
    ],
)
def test_from_which_kind_it_comes(had, expected):
    """From the user's side where a program put it into its prompt, from results where a tool found it."""
    whole = (10, 0, 40, 0, 30, 20, 0)
    assert moved(whole, 400, had) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"retrieval.documents.0.document.content": "abc", "retrieval.documents.1.document.content": "é",
          "retrieval.documents.1.document.score": 0.5}, (2, 5)),
        ({"gen_ai.retrieval.documents": json.dumps([{"id": "a", "content": "four"}, "six so"])}, (2, 10)),
        ({"gen_ai.retrieval.documents": [{"id": "a", "score": 1}]}, None),  # their texts are not told
        ({"gen_ai.retrieval.documents": "[" * 9}, None),
        ({"reranker.output_documents.0.document.content": "abcd"}, (1, 4)),
    ],
)  # fmt: skip
def test_sizes_are_kept_and_texts_are_not(attributes, expected):
    """The collector counts a retrieval's documents before it drops them; a sender says nothing of it."""
    sent = {"gen_ai.operation.name": "retrieval", "podium.retrieval.bytes": 9_999} | attributes
    span = Span("t", "s", None, "find", "INTERNAL", 1, 2, "OK", None, sent, resource={}, source="otlp")
    (kept,) = take([span], Sender("acme")).spans
    found = kept.attributes.get("podium.retrieval.documents"), kept.attributes.get("podium.retrieval.bytes")
    assert found == (expected or (None, None))
    assert "abc" not in str(kept)
    assert size_attributes({}) == {}


def retrieval(name, above, at, size, **attributes):
    told = {"gen_ai.operation.name": "retrieval", "podium.retrieval.bytes": size} | attributes
    return span(name, above, at, **told)


def call(name, above, at, **attributes):
    none = {f"podium.window.{kind}_tokens": 0 for kind in KINDS}
    return span(
        name, above, at, **none | {"podium.window.user_tokens": 100, "podium.window.bytes": 400} | attributes
    )


def span(name, above, at, **attributes):
    return {
        "span_id": name, "parent_span_id": above, "start_ns": at, "end_ns": at, "attributes": attributes,
    }  # fmt: skip


def agent(name, above):
    return span(name, above, 0, **{"gen_ai.operation.name": "invoke_agent"})


def test_whose_call_is_given_it():
    """The next call of the same agent, whoever else calls between; of one above, where it calls no model."""
    found = given(
        [
            agent("boss", None),
            agent("a", "boss"),
            agent("finder", "a"),
            retrieval("r1", "a", 10, 40),
            retrieval("r2", "finder", 11, 8),
            call("boss-1", "boss", 12),
            call("a-0", "a", 9),
            call("a-1", "a", 13),
            call("a-2", "a", 14),
        ]
    )
    assert found == {"a-1": Given(prompt_bytes=48)}


def test_a_conversation_keeps_it_until_something_is_dropped():
    """What was given stands in the next window of the conversation too, until some of it was dropped."""
    next_of = {"podium.window.dropped_tokens": 0, "podium.window.against": "c1"}
    spans = [
        retrieval("r1", None, 1, 100),
        call("c1", None, 2),
        retrieval("r2", None, 3, 20),
        call("c2", None, 4, **next_of),
        call("c3", None, 5, **next_of | {"podium.window.against": "c2", "podium.window.dropped_tokens": 3}),
    ]
    assert given(spans) == {"c1": Given(prompt_bytes=100), "c2": Given(prompt_bytes=120)}
    steps = window_steps(spans)
    assert [(it.tokens["documents"], it.retrieved_tokens) for it in steps] == [(25, 25), (30, 30), (0, 0)]


def test_reranked_wrapped_and_circular():
    """Who reranks gives in the place of what was found; a wrapper's retrieval counts once; a circle ends."""
    spans = [
        span("tool", "loop", 0, **{"gen_ai.operation.name": "execute_tool"}),
        span("loop", "tool", 0),
        retrieval("outer", "tool", 1, 70),
        retrieval("inner", "outer", 1, 70),
        retrieval("ranked", "tool", 2, 30, **{"openinference.span.kind": "RERANKER"}),
        call("c", "loop", 3),
    ]
    assert given(spans) == {"c": Given(tool_bytes=30)}
