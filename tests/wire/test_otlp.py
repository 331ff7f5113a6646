"""OTLP's JSON: what exporters write is read, what is no OTLP is told by its place."""

import json
from typing import Any

import pytest

from podium.kernel.errors import InvalidRequest
from podium.wire.otlp import decode_traces


def request() -> Any:
    """Return a request as a collector writes it: 64-bit numbers as text, ids in hexadecimal."""
    values = {
        "t": {"stringValue": "x"},
        "i": {"intValue": str(-(1 << 62))},
        "d": {"doubleValue": 0.5},
        "b": {"boolValue": True},
        "l": {"arrayValue": {"values": [{"stringValue": "stop"}]}},
        "m": {"kvlistValue": {"values": [{"key": "k", "value": {"intValue": "3"}}]}},
    }
    span = {
        "traceId": "ab" * 16,
        "spanId": "CD" * 8,
        "parentSpanId": "ef" * 8,
        "name": "chat m",
        "kind": 3,
        "startTimeUnixNano": "1790000000000000001",
        "endTimeUnixNano": "1790000000000000009",
        "attributes": [{"key": key, "value": value} for key, value in values.items()],
        "status": {"code": 2, "message": "no"},
    }
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "agents"}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {}, "spans": [span]}]}]}


def test_a_request_is_read() -> None:
    """Every kind of value, times to the nanosecond, the resource's attributes below the span's."""
    (span,) = decode_traces(json.dumps(request()).encode())
    assert (span.trace_id, span.span_id, span.parent_span_id) == ("ab" * 16, "cd" * 8, "ef" * 8)
    assert (span.name, span.kind, span.status, span.status_message) == ("chat m", "CLIENT", "ERROR", "no")
    assert (span.start_ns, span.end_ns) == (1_790_000_000_000_000_001, 1_790_000_000_000_000_009)
    assert span.attributes == {
        "service.name": "agents",
        "t": "x", "i": -(1 << 62), "d": 0.5, "b": True, "l": ["stop"], "m": {"k": 3},
    }  # fmt: skip


def test_a_request_a_line() -> None:
    """As the Collector's file exporter writes it; empty lines are none."""
    line = json.dumps(request())
    assert len(decode_traces(f"{line}\n\n{line}\n".encode())) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"traceId": "xy"}, "spans[0].traceId is 'xy'. Write 32 hexadecimal digits."),
        (
            {"startTimeUnixNano": "soon"},
            "spans[0].startTimeUnixNano is 'soon'. Write nanoseconds since 1970.",
        ),
        ({"endTimeUnixNano": None}, "spans[0].endTimeUnixNano is None."),
        ({"kind": 9}, "spans[0].kind is 9. Write 0 to 5."),
        ({"status": {"code": "BAD"}}, "spans[0].status.code is 'BAD'."),
        ({"attributes": [{"value": {}}]}, "spans[0].attributes[0] has no key."),
        (
            {"attributes": [{"key": "a", "value": {"intValue": "x"}}]},
            "spans[0].attributes[0].value is {'intValue': 'x'}.",
        ),
    ],
)
def test_faults_are_told_by_place(change: dict[str, Any], told: str) -> None:
    """The error names the span and the field."""
    broken = request()
    broken["resourceSpans"][0]["scopeSpans"][0]["spans"][0].update(change)
    with pytest.raises(InvalidRequest) as refused:
        decode_traces(json.dumps(broken).encode())
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{}", "the file has no resourceSpans"),
        (b"[1]", "the file has no resourceSpans"),
        (b'{"resourceSpans": []}\n{', "line 2 is no JSON"),
        (b'{"resourceSpans": []}\n3', "line 2 has no resourceSpans"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [3]}]}]}', "spans[0] is no span"),
    ],
)
def test_what_is_no_trace(data: bytes, told: str) -> None:
    """The error names the line and what a file of traces is."""
    with pytest.raises(InvalidRequest) as refused:
        decode_traces(data)
    assert told in str(refused.value)


def test_names_of_enums_are_read_too() -> None:
    """Some exporters write names where OTLP says numbers."""
    written = request()
    span = written["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    span.update(kind="SPAN_KIND_SERVER", status={"code": "STATUS_CODE_OK"})
    (read,) = decode_traces(json.dumps(written).encode())
    assert (read.kind, read.status) == ("SERVER", "OK")
