"""Tools that OpenAI runs within a response: what is asked for, and what is billed of an answer.

Shapes: OpenAI's API reference, ``POST /responses``, ``tools``, ``max_tool_calls`` and the items of output.
"""

import json

import pytest

from podium.kernel.call import ServerTool, Usage
from podium.wire import openai_responses as responses
from podium.wire.openai_responses_tools import with_uses
from tests.wire.neutral import chunked

SEARCHED = {"type": "web_search_call", "id": "ws_1", "status": "completed"}
SEARCH = {**SEARCHED, "action": {"type": "search", "query": "orchestra", "queries": ["orchestra", "score"]}}
OPENED = {**SEARCHED, "id": "ws_2", "action": {"type": "open_page", "url": "https://example.com"}}
FOUND = {**SEARCHED, "id": "ws_3", "action": {"type": "find_in_page", "url": "https://e.com", "pattern": "x"}}
FILES = {"type": "file_search_call", "id": "fs_1", "status": "completed", "queries": ["a"], "results": None}
CODE = {"type": "code_interpreter_call", "id": "ci_1", "container_id": "cntr_1", "code": "1", "outputs": None}
WORDS = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": []}
USAGE = {"input_tokens": 328, "output_tokens": 356, "total_tokens": 684}
COUNTED = Usage(328, 356)


def answer(*output: object, **more: object) -> dict[str, object]:
    head = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-5"}
    return {**head, "output": output, "tools": [{"type": "web_search"}], "usage": USAGE, **more}


def bounded(kind: str, index: int, most: int | None, least: int = 0) -> ServerTool:
    return ServerTool(kind, f"tools[{index}].type", most, least, "max_tool_calls")


def ask(**fields: object) -> tuple[tuple[ServerTool, ...], int | None]:
    request = responses.decode_request(json.dumps({"model": "small", "input": "Hello", **fields}).encode())
    return request.server_tools, request.most_tool_uses


@pytest.mark.parametrize("most", [None, 3])
def test_what_is_asked_for_has_the_bound_of_all(most):
    """``max_tool_calls`` bounds all tools together; a container that is made anyhow is one use at least."""
    tools = [
        {"type": "function", "name": "f"},
        {"type": "web_search_2025_08_26"},
        {"type": "web_search_preview_2025_03_11"},
        {"type": "file_search", "vector_store_ids": ["vs_1"]},
        {"type": "code_interpreter", "container": {"type": "auto", "memory_limit": "1g"}},
        {"type": "code_interpreter", "container": "cntr_1"},
        {"type": "code_interpreter"},
    ]
    expected = (
        bounded("web_search", 1, most),
        bounded("web_search_preview", 2, most),
        bounded("file_search", 3, most),
        bounded("code_interpreter", 4, most, 1),
        bounded("code_interpreter", 5, most),
        bounded("code_interpreter", 6, most),
    )
    assert ask(tools=tools, max_tool_calls=most) == (expected, most)


@pytest.mark.parametrize(
    ("output", "uses"),
    [
        ((WORDS,), ()),
        ((SEARCH, WORDS), (("web_search", 1),)),
        ((SEARCH, OPENED, FOUND, {**SEARCH, "id": "ws_4"}), (("web_search", 2),)),
        (({**SEARCHED, "action": {"type": "new"}}, {**SEARCHED, "id": "ws_5"}), (("web_search", 2),)),
        (({**SEARCH, "id": None}, {**SEARCH, "id": None}), (("web_search", 2),)),
        ((FILES, {**FILES, "id": "fs_2"}, SEARCH), (("file_search", 2), ("web_search", 1))),
        ((CODE, {**CODE, "id": "ci_2"}), (("code_interpreter", 1),)),
        ((CODE, {**CODE, "id": "ci_2", "container_id": "cntr_2"}), (("code_interpreter", 2),)),
        ((OPENED,), ()),
    ],
)
def test_what_ran_is_counted(output, uses):
    """Searches and not the pages that they open, searches of files, and containers; plain and streamed."""
    plain = responses.decode_reply(json.dumps(answer(*output)).encode())
    assert plain.usage == Usage(328, 356, tool_uses=uses)
    for listed in (output, ()):  # a stream's last event may have an empty list
        events = [
            *({"type": "response.output_item.added", "output_index": 0, "item": item} for item in output),
            *({"type": "response.output_item.done", "output_index": 0, "item": item} for item in output),
            {"type": "response.completed", "response": answer(*listed)},
        ]
        data = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
        reader = responses.stream_reader(responses.decode_request(b'{"model":"m","input":"a","stream":true}'))
        passed = b"".join(reader.feed(piece) for piece in chunked(data, [7, 50]))
        assert passed.count(b"data: ") == 2 * len(output)
        assert reader.done
        assert reader.reply().usage == Usage(328, 356, tool_uses=uses)


def test_searches_of_the_preview_have_a_kind_of_their_own():
    """What was asked for stands in the answer: the preview's searches cost another price."""
    body = json.dumps(answer(SEARCH, tools=[{"type": "web_search_preview"}])).encode()
    assert responses.decode_reply(body).usage == Usage(328, 356, tool_uses=(("web_search_preview", 1),))


def test_an_answer_whose_tools_cannot_be_told_has_no_usage():
    """Money is not reckoned from half of what was used."""
    body = json.dumps(answer(SEARCH, tools=7)).encode()
    assert responses.decode_reply(body).usage is None
    assert with_uses(None, b"") is None
    assert with_uses(COUNTED, b'{"output":[]}') == COUNTED
