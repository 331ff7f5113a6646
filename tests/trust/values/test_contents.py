"""What an MCP tool result says beside its texts and its structured content."""

from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import FieldLabel, ReturnsRow
from podium.trust.values.contents import read_mcp

RETURNS = ReturnsRow("public", "private", fields={"state": FieldLabel("organisation", "public")})
PICTURE = {"type": "image", "data": "aGVsbG8=", "mimeType": "image/png"}
STATE = {"state": "open"}
TEXT = {"type": "text", "text": '{"state": "open"}'}


def label(result: dict[str, Any]) -> str:
    content, extra = read_mcp(result)
    readings = Readings("Look at it.")
    readings.apply(Read("desk/look", RETURNS, {}, content, 1, extra))
    return readings.context.confidentiality


@pytest.mark.parametrize(
    ("beside", "extra"),
    [
        ({}, ()),
        ({"_meta": {"io.modelcontextprotocol/serverInfo": {"name": "desk"}}, "resultType": "complete"}, ()),
        ({"_meta": {"fastmcp": {"wrap_result": True}}}, ()),
        ({"content": [PICTURE]}, ("image/png",)),
        ({"_meta": {"note": "the code is 4711"}}, ("the code is 4711",)),
        ({"remark": ["the code is 4711"]}, ("the code is 4711",)),
        ({"content": [PICTURE | {"_meta": {"alt": "a face"}}]}, ("image/png\na face",)),
        ({"content": [PICTURE | {"annotations": {"alt": "a face"}}]}, ("image/png\na face",)),
        ({"content": [PICTURE | {"name": "a face"}]}, ("image/png\na face",)),
        ({"content": [TEXT | {"annotations": {"audience": ["user"], "priority": 0.123}}]}, ()),
        ({"content": [TEXT | {"annotations": {"note": "the code is 4711"}}]}, ("the code is 4711",)),
        ({"_meta": {"count": 3, "the code is 4711": True}}, ("the code is 4711",)),
    ],
)
def test_what_stands_beside_counts_as_the_whole(beside: dict[str, Any], extra: tuple[str, ...]) -> None:
    """A picture beside a field that anybody may read does not make the result one that anybody may read."""
    result = {"structuredContent": STATE, **beside}
    assert read_mcp(result) == (STATE, extra)
    assert label(result) == ("private" if extra else "public")
