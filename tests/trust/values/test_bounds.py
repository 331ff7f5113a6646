"""What a value may be so that it can be kept."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow
from podium.trust.values.bounds import MAX_DEPTH, MAX_VALUES, excess, too_deep
from podium.trust.values.contents import read_json, read_mcp
from podium.trust.values.labels import Labels


def nested(levels):
    return [] if levels == 1 else [nested(levels - 1)]


def test_what_can_be_kept():
    """Numbers of 64 bits, that deep, that many: past each of these it is said what is too much."""
    for value in ({"a": [1, -(2**63), 2**64 - 1, 1.5, None, True, "x"]}, nested(MAX_DEPTH), [0] * MAX_VALUES):
        assert excess(value) is None
        assert not too_deep(value)
    assert excess({"a": [2**64]}) == excess([-(2**63) - 1]) == "a whole number of more than 64 bits"
    assert excess([float("inf")]) == excess({"a": float("nan")}) == "a number that no double holds"
    assert excess(nested(MAX_DEPTH + 1)) == f"nesting deeper than {MAX_DEPTH}"
    assert too_deep({"a": nested(MAX_DEPTH)})
    assert excess({"a": [0] * MAX_VALUES}) == f"more than {MAX_VALUES} values"


@pytest.mark.parametrize(
    "value", ["1e400", "NaN", "18446744073709551616", '"\\ud800"', "[" * 300 + "]" * 300]
)
def test_json_that_cannot_be_kept_stays_a_text(value):
    """A text of JSON is no value where that could not be kept; structured content is its text then."""
    text = f'{{"a": {value}}}'
    assert read_json(text) == text
    assert read_mcp({"content": [{"type": "text", "text": text}]}) == (text, ())


def test_structured_content_that_cannot_be_kept_is_one_text():
    """Too many values, and numbers too long, are read as the one text that they are on the wire."""
    assert read_mcp({"structuredContent": {"a": 2**64}}) == ('{"a": 18446744073709551616}', ())
    content, _ = read_mcp({"structuredContent": {"rows": [0] * (MAX_VALUES + 1)}})
    assert isinstance(content, str)
    texts = [{"type": "text", "text": "[1]"}] * (MAX_VALUES + 1)
    assert read_mcp({"content": texts})[0] == "\n".join(["[1]"] * (MAX_VALUES + 1))
    beside = [{"type": "text", "text": "more"}] * (MAX_VALUES + 1)
    assert len(read_mcp({"content": beside, "structuredContent": {}})[1]) == 1


def test_a_text_in_the_place_of_fields_is_trusted_no_more_than_they_are():
    """Where a stranger can fill a field, a result that is one text may hold what he has filled in."""
    fields = {
        "members[].status": FieldLabel(integrity="public"),
        "members[].salary": FieldLabel(confidentiality="secret"),
        "at": FieldLabel(integrity="user"),
    }
    labels = Labels(ReturnsRow(integrity="organisation", confidentiality="private", fields=fields))
    for pattern in ("", "result", "members", "result.members[]"):
        ((_, label, _),) = labels.parts("text", pattern)
        assert (label.integrity, label.confidentiality) == ("public", "secret")
    rows = {"kind": {"guest": FieldLabel(integrity="public"), "staff": FieldLabel(integrity="user")}}
    told = ReturnsRow(integrity="organisation", object=ObjectRow(at="members[]", id="id", rows=rows))
    ((_, label, _),) = Labels(told).parts("text", "")
    assert label.integrity == "public"
    ((_, label, _),) = labels.parts("text", "members[].name")
    assert (label.integrity, label.confidentiality) == ("organisation", "private")
